//! `desk people`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::Flow;
use crate::cli::view::people as view;
use crate::cli::view::records::{self, Format, Record, Schema};
use crate::cli::view::style::Tone;
use crate::cli::view::table::{Cell, Column};
use crate::desk::Rules;
use crate::policy::people::{Loads, Person, Topic};
use crate::ticket::{Handle, Level, Timestamp};
use clap::Args;
use serde_json::json;
use std::io;

/// Version of the JSON.
const SHAPE: u32 = 1;

/// List who works here: what they do, what they have, who is there
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk people
  desk people --team desktop --on-duty
  desk people --skill vpn --format csv")]
pub struct People {
    /// Only those who work in this team
    #[arg(long, value_name = "TEAM")]
    team: Option<String>,

    /// Only those who hold this level now
    #[arg(long, value_name = "LEVEL")]
    level: Option<String>,

    /// Only those with this skill
    #[arg(long, value_name = "SKILL")]
    skill: Option<String>,

    /// Only those with this role
    #[arg(long, value_name = "ROLE")]
    role: Option<String>,

    /// Only those who are there now
    #[arg(long)]
    on_duty: bool,

    /// How to print them
    #[arg(long, short, value_enum)]
    format: Option<Format>,
}

impl People {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let now = desk.world().now();
        let rules = session.rules_for_reading(&desk)?;
        let wanted = self.wanted(&rules, now)?;
        let snapshot = desk.snapshot()?;
        let loads = desk.loads(&snapshot, &rules)?;
        let format = self.format.unwrap_or(match () {
            () if session.everywhere.json => Format::Json,
            () if session.everywhere.quiet => Format::Ids,
            () => Format::Table,
        });
        let levels = !rules.policy.levels.is_empty();
        let schema = schema(levels);
        let people: Vec<&Person> = rules.roster.people().filter(|one| wanted(one)).collect();
        let found = people.len();
        let row = |person| record(person, &rules, &loads, now);
        let rows = people.into_iter().map(row);
        let mut out = io::stdout().lock();
        if records::write(&mut out, format, &schema, rows, session.look)? == Flow::ReaderGone {
            return Err(CliError::ReaderGone);
        }
        if format == Format::Table && found == 0 {
            session.say("nobody fits; people.yaml has who works here");
        }
        Ok(())
    }

    /// Who is asked for. A word that the desk does not know is an error.
    fn wanted<'a>(
        &'a self,
        rules: &Rules,
        now: Timestamp,
    ) -> Result<impl Fn(&Person) -> bool + use<'a>, CliError> {
        if let Some(team) = &self.team
            && !rules.policy.teams.contains_key(team.as_str())
        {
            let known: Vec<&str> = rules
                .policy
                .teams
                .keys()
                .map(|team| team.as_str())
                .collect();
            let hint = format!("teams here: {}", known.join(", "));
            return Err(CliError::usage(format!("there is no team {team:?}"), hint));
        }
        let level = self.level.as_deref().map(|word| level(word, rules, now));
        let level = level.transpose()?;
        Ok(move |person: &Person| {
            let in_team = |team: &String| person.teams.iter().any(|own| own.as_str() == team);
            let skilled = |skill: &String| person.skills.iter().any(|own| own.as_str() == skill);
            self.team.as_ref().is_none_or(in_team)
                && self.skill.as_ref().is_none_or(skilled)
                && self.role.as_ref().is_none_or(|word| person.plays(word))
                && level.is_none_or(|level| held(person, now).contains(&level))
                && (!self.on_duty || person.presence(now).is_there())
        })
    }
}

/// A level by its number or name.
fn level(word: &str, rules: &Rules, now: Timestamp) -> Result<Level, CliError> {
    use crate::ticket::value::Value as _;
    let nobody = Handle::parse("nobody").map_err(crate::desk::DeskError::from)?;
    let map = rules.map(&nobody, now);
    map.level(word).ok_or_else(|| {
        let known: Vec<String> = rules.policy.levels.keys().map(Level::to_string).collect();
        let hint = if known.is_empty() {
            "this desk lists none".to_owned()
        } else {
            format!("levels here: {}", known.join(", "))
        };
        CliError::usage(format!("there is no level {word:?}"), hint)
    })
}

/// Levels held now, whatever the work is about: granted ones count where they
/// are for everything.
fn held(person: &Person, now: Timestamp) -> Vec<Level> {
    let held = person.levels_at(now, Topic::default());
    held.into_iter().collect()
}

fn schema(levels: bool) -> Schema {
    let columns = [
        (Column::new("Who", Column::ALWAYS), true),
        (Column::new("Name", 70).growing(12), true),
        (Column::new("Title", 20).growing(12), true),
        (Column::new("Levels", 60), levels),
        (Column::new("Teams", 65).growing(10), true),
        (Column::new("Load", 80).right(), true),
        (Column::new("Now", Column::ALWAYS).growing(28), true),
        (Column::new("Lead", 40), true),
    ];
    let fields = [
        "who",
        "name",
        "title",
        "levels",
        "grants",
        "teams",
        "roles",
        "skills",
        "lead",
        "reports-to",
        "working",
        "pending",
        "capacity",
        "now",
        "until",
        "cover",
    ];
    Schema {
        name: "people".into(),
        version: SHAPE,
        fields: fields.map(str::to_owned).to_vec(),
        columns: columns
            .into_iter()
            .filter_map(|(column, shown)| shown.then_some(column))
            .collect(),
    }
}

fn record(person: &Person, rules: &Rules, loads: &Loads, now: Timestamp) -> Record {
    let load = loads.of(&person.handle);
    let capacity = person.capacity.or(rules.policy.assignment.limit);
    let presence = person.presence(now);
    let words = |all: &mut dyn Iterator<Item = String>| all.collect::<Vec<_>>().join(" ");
    let levels = held(person, now);
    let granted = person.grants.iter().filter(|grant| now < grant.until);
    let own = |who: &Option<Handle>| who.as_ref().map(Handle::to_string);
    let lead = rules.roster.lead_of(person);
    let lead = lead.map(|above| above.person.handle.to_string());
    let told: Vec<String> = levels
        .iter()
        .map(Level::to_string)
        .chain(granted.clone().filter_map(|grant| {
            let topic = grant.topic.as_ref()?;
            Some(format!("{} ({topic})", grant.level))
        }))
        .collect();
    let full = capacity.is_some_and(|most| load.working >= most);
    let mut cells = vec![
        Cell::new(person.handle.as_str(), Tone::Accent),
        Cell::from(person.name.as_str()),
        Cell::from(person.title.as_ref().map_or("", |title| title.as_str())),
    ];
    if !rules.policy.levels.is_empty() {
        cells.push(Cell::from(told.join(" ")));
    }
    cells.extend([
        Cell::from(words(&mut person.teams.iter().map(ToString::to_string))),
        Cell::new(
            view::load(load, capacity),
            if full { Tone::Warn } else { Tone::Plain },
        ),
        view::presence_cell(presence, now),
        Cell::from(lead.clone().unwrap_or_default()),
    ]);
    use crate::policy::people::Presence;
    let (until, cover) = match presence {
        Presence::There(until) | Presence::Off(until) => (until, None),
        Presence::Away(absence) => (Some(absence.to), own(&absence.cover)),
    };
    let grants: Vec<_> = granted
        .map(|grant| {
            json!({
                "level": grant.level.number(),
                "for": grant.topic.as_ref().map(ToString::to_string),
                "until": grant.until.to_string(),
                "by": own(&grant.by),
            })
        })
        .collect();
    let names = |all: Vec<String>| json!(all);
    Record {
        values: vec![
            json!(person.handle.as_str()),
            json!(person.name),
            json!(person.title.as_ref().map(|title| title.as_str())),
            json!(
                levels
                    .iter()
                    .map(|level| level.number())
                    .collect::<Vec<_>>()
            ),
            json!(grants),
            names(person.teams.iter().map(ToString::to_string).collect()),
            names(person.roles.iter().map(ToString::to_string).collect()),
            names(person.skills.iter().map(ToString::to_string).collect()),
            json!(lead),
            json!(own(&person.reports_to)),
            json!(load.working),
            json!(load.pending),
            json!(capacity),
            json!(view::presence_word(presence)),
            json!(until.map(|until| until.to_string())),
            json!(cover),
        ],
        cells,
    }
}
