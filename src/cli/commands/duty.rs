//! `desk duty`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::people::{presence_cell, presence_word};
use crate::cli::view::records::Look;
use crate::cli::view::style::{Style, Tone};
use crate::cli::view::table::{Cell, Column, Table};
use crate::desk::Rules;
use crate::policy::Calendar;
use crate::policy::calendar::Interval;
use crate::policy::people::{Person, Presence, cover};
use crate::policy::rules::calendars::ALWAYS;
use crate::ticket::{Level, Name, Timestamp};
use chrono::{Days, Local, NaiveDate, TimeZone};
use clap::Args;
use serde_json::{Value, json};
use unicode_width::UnicodeWidthStr;

/// Version of the JSON.
const SHAPE: u32 = 1;

/// Show who is on duty, by team, and when nobody is
///
/// Rotas and absences are those of people.yaml. A gap is open time of the desk
/// (`calendar` in desk.yaml, or else what the team's rotas promise) in which
/// nobody of the team is there.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk duty
  desk duty --at 'tomorrow 08:30'
  desk duty --week
  desk duty --week --team desktop --json")]
pub struct Duty {
    /// Now (what is shown anyway)
    #[arg(long, conflicts_with_all = ["at", "week"])]
    now: bool,

    /// At another time
    #[arg(long, value_name = "TIME", conflicts_with = "week")]
    at: Option<String>,

    /// The seven days from today on, with gaps
    #[arg(long)]
    week: bool,

    /// Only this team
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,
}

/// A team, and who works in it. Without teams, everybody is one.
struct Group<'a> {
    team: Option<&'a Name>,
    level: Option<Level>,
    people: Vec<&'a Person>,
}

impl Duty {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let rules = session.rules_for_reading(&desk)?;
        let now = desk.world().now();
        let groups = self.groups(&rules)?;
        if self.week {
            return week(session, &rules, &groups, now);
        }
        let at = match &self.at {
            Some(words) => desk.future(words)?,
            None => now,
        };
        moment(session, &rules, &groups, at, now)
    }

    fn groups<'a>(&self, rules: &'a Rules) -> Result<Vec<Group<'a>>, CliError> {
        let teams = &rules.policy.teams;
        if let Some(team) = &self.team
            && !teams.contains_key(team.as_str())
        {
            let known: Vec<&str> = teams.keys().map(Name::as_str).collect();
            let hint = format!("teams here: {}", known.join(", "));
            return Err(CliError::usage(format!("there is no team {team:?}"), hint));
        }
        if teams.is_empty() {
            return Ok(vec![Group {
                team: None,
                level: None,
                people: rules.roster.people().collect(),
            }]);
        }
        let wanted = teams
            .iter()
            .filter(|(team, _)| self.team.as_ref().is_none_or(|own| team.as_str() == own));
        let group = |(team, rule): (&'a Name, &crate::policy::rules::TeamRule)| Group {
            team: Some(team),
            level: rule.level,
            people: rules.roster.team(team).collect(),
        };
        let mut groups: Vec<Group<'a>> = wanted.map(group).collect();
        groups.sort_by_key(|group| group.level);
        Ok(groups)
    }
}

impl Group<'_> {
    fn name(&self) -> String {
        self.team
            .map_or_else(|| "all".to_owned(), ToString::to_string)
    }

    fn cells(&self, levels: bool) -> Vec<Cell> {
        let mut cells = vec![Cell::new(self.name(), Tone::Strong)];
        if levels {
            let level = self.level.map(|level| level.to_string());
            cells.push(Cell::from(level.unwrap_or_default()));
        }
        cells
    }

    fn json(&self) -> Value {
        json!({
            "team": self.team.map(|team| team.as_str()),
            "level": self.level.map(|level| level.number()),
        })
    }
}

/// The calendar of the desk, where it names one.
fn hours(rules: &Rules) -> Option<&Calendar> {
    let usual = &rules.policy.calendars.usual;
    (usual.name() != ALWAYS).then_some(usual)
}

fn columns(levels: bool, rest: [Column; 2]) -> Vec<Column> {
    let mut columns = vec![Column::new("Team", Column::ALWAYS)];
    if levels {
        columns.push(Column::new("Level", 50));
    }
    columns.extend(rest);
    columns
}

/// Who is there at one moment.
fn moment(
    session: &Session,
    rules: &Rules,
    groups: &[Group<'_>],
    at: Timestamp,
    now: Timestamp,
) -> Result<(), CliError> {
    let levels = !rules.policy.levels.is_empty();
    let mut table = Table::new(columns(
        levels,
        [
            Column::new("Who", Column::ALWAYS),
            Column::new("Now", Column::ALWAYS).growing(20),
        ],
    ));
    let mut teams = Vec::new();
    for group in groups {
        let mut people: Vec<&Person> = group.people.clone();
        people.sort_by_key(|person| !person.presence(at).is_there());
        let nobody = !people.iter().any(|person| person.presence(at).is_there());
        let rows = people.iter().map(|person| {
            let here = presence_cell(person.presence(at), now);
            [Cell::new(person.handle.as_str(), Tone::Accent), here]
        });
        let gap = [Cell::default(), Cell::new("nobody is there", Tone::Warn)];
        for (place, row) in nobody.then_some(gap).into_iter().chain(rows).enumerate() {
            let mut cells = group.cells(levels);
            if place > 0 {
                cells.iter_mut().for_each(|cell| cell.text.clear());
            }
            cells.extend(row);
            table.push(cells);
        }
        let mut value = group.json();
        let people = group.people.iter().map(|person| person_json(person, at));
        value["people"] = people.collect();
        value["covered"] = json!(!nobody);
        teams.push(value);
    }
    if session.everywhere.json {
        let value = json!({"version": SHAPE, "at": at.to_string(), "teams": strip(teams, levels)});
        return session.print_json(&value);
    }
    if session.everywhere.quiet {
        let mut there: Vec<String> = groups
            .iter()
            .flat_map(|group| &group.people)
            .filter(|person| person.presence(at).is_there())
            .map(|person| format!("{}\n", person.handle))
            .collect();
        there.sort();
        there.dedup();
        return session.print(&there.concat());
    }
    session.page(&table.render(session.look.width, session.look.style))
}

fn person_json(person: &Person, at: Timestamp) -> Value {
    let here = person.presence(at);
    let (until, cover) = match here {
        Presence::There(until) | Presence::Off(until) => (until, None),
        Presence::Away(absence) => (Some(absence.to), absence.cover.as_ref()),
    };
    json!({
        "who": person.handle.as_str(),
        "now": presence_word(here),
        "until": until.map(|until| until.to_string()),
        "cover": cover.map(|who| who.as_str()),
    })
}

/// A desk without levels does not speak of them.
fn strip(mut values: Vec<Value>, levels: bool) -> Vec<Value> {
    if !levels {
        for value in &mut values {
            if let Some(object) = value.as_object_mut() {
                object.remove("level");
            }
        }
    }
    values
}

/// Seven days, with gaps.
fn week(
    session: &Session,
    rules: &Rules,
    groups: &[Group<'_>],
    now: Timestamp,
) -> Result<(), CliError> {
    let levels = !rules.policy.levels.is_empty();
    let today = now.utc().with_timezone(&Local).date_naive();
    let days: Vec<NaiveDate> = (0..7)
        .filter_map(|n| today.checked_add_days(Days::new(n)))
        .collect();
    let mut shown = columns(
        levels,
        [
            Column::new("There", Column::ALWAYS).growing(20),
            Column::new("Nobody", Column::ALWAYS).growing(23),
        ],
    );
    shown.insert(1, Column::new("Day", Column::ALWAYS));
    let mut rows: Vec<Day> = Vec::new();
    let (mut teams, mut open) = (Vec::new(), 0);
    for group in groups {
        let mut gaps_of_team: Vec<Value> = Vec::new();
        let mut days_of_team: Vec<Value> = Vec::new();
        for (place, day) in days.iter().enumerate() {
            let (from, to) = (
                midnight(*day, now),
                midnight(day.succ_opt().unwrap_or(*day), now),
            );
            let people: Vec<(&Person, Vec<Interval>)> = group
                .people
                .iter()
                .map(|person| (*person, cover::at_work(person, from, to)))
                .filter(|(_, work)| !work.is_empty())
                .collect();
            let gaps = cover::gaps(&group.people, hours(rules), from, to);
            let told: Vec<String> = people
                .iter()
                .map(|(person, work)| format!("{} {}", person.handle, stretches(work, from, to)))
                .collect();
            let mut cells = group.cells(levels);
            if place > 0 {
                cells.iter_mut().for_each(|cell| cell.text.clear());
            }
            cells.insert(1, Cell::from(day.format("%a %-d %b").to_string()));
            rows.push(Day {
                cells,
                there: told,
                gaps: stretches(&gaps, from, to),
            });
            open += gaps.len();
            let interval =
                |one: &Interval| json!({"from": one.from.to_string(), "to": one.to.to_string()});
            gaps_of_team.extend(gaps.iter().map(interval));
            let people: Vec<Value> = people
                .iter()
                .map(|(person, work)| {
                    let work: Vec<Value> = work.iter().map(interval).collect();
                    json!({"who": person.handle.as_str(), "there": work})
                })
                .collect();
            days_of_team.push(json!({"day": day.to_string(), "people": people}));
        }
        let mut value = group.json();
        value["days"] = json!(days_of_team);
        value["gaps"] = json!(gaps_of_team);
        teams.push(value);
    }
    if session.everywhere.json {
        let value =
            json!({"version": SHAPE, "from": today.to_string(), "teams": strip(teams, levels)});
        return session.print_json(&value);
    }
    session.page(&calendar(&shown, &rows, session.look))?;
    if open > 0 {
        session
            .say("there are gaps; desk cover WHO --by auto --until TIME writes down who stands in");
    }
    Ok(())
}

/// A day of a team.
struct Day {
    /// Team, day and level.
    cells: Vec<Cell>,
    /// Who is there, and when.
    there: Vec<String>,
    /// When nobody is.
    gaps: String,
}

/// A line a day; a line a person where the width is too short for all of them.
fn calendar(columns: &[Column], days: &[Day], look: Look) -> String {
    let whole = |day: &Day| vec![day.there.join(", ")];
    let each = |day: &Day| match &day.there[..] {
        [] => vec![String::new()],
        there => there.to_vec(),
    };
    let table = |lines: &dyn Fn(&Day) -> Vec<String>| {
        let mut table = Table::new(columns.to_vec());
        for day in days {
            for (place, there) in lines(day).into_iter().enumerate() {
                let first = place == 0;
                let mut cells = match first {
                    true => day.cells.clone(),
                    false => vec![Cell::default(); day.cells.len()],
                };
                let gaps = if first { day.gaps.as_str() } else { "" };
                cells.push(Cell::from(there));
                cells.push(Cell::new(gaps, Tone::Warn));
                table.push(cells);
            }
        }
        table
    };
    let wide = table(&whole);
    let fits = |width: usize| {
        let text = wide.render(None, Style::PLAIN);
        text.lines().all(|line| line.width() <= width)
    };
    match look.width {
        Some(width) if !fits(width) => table(&each).render(look.width, look.style),
        _ => wide.render(look.width, look.style),
    }
}

/// The first moment of a local day.
fn midnight(day: NaiveDate, now: Timestamp) -> Timestamp {
    let local = (0..4).find_map(|hour| {
        let time = day.and_hms_opt(hour, 0, 0)?;
        Local.from_local_datetime(&time).earliest()
    });
    local.map_or(now, |time| Timestamp::from_unix(time.timestamp()))
}

/// `09:00-17:00`, or `all day`.
fn stretches(all: &[Interval], from: Timestamp, to: Timestamp) -> String {
    let told = all.iter().map(|one| {
        if one.from == from && one.to == to {
            return "all day".to_owned();
        }
        let time = |at: Timestamp| at.utc().with_timezone(&Local).format("%H:%M").to_string();
        let end = if one.to == to {
            "24:00".to_owned()
        } else {
            time(one.to)
        };
        format!("{}-{end}", time(one.from))
    });
    told.collect::<Vec<_>>().join(" ")
}
