//! When tickets come, and how many people are there then.

use super::{Scope, View};
use crate::policy::calendar::Interval;
use crate::policy::people::{Person, cover};
use crate::policy::rules::calendars::ALWAYS;
use crate::policy::zone::Zone;
use crate::report::group::known_part;
use crate::report::table::{Cell, Chart, Column, Table, many};
use crate::ticket::Timestamp;
use chrono::{Datelike, Timelike};

/// The view.
pub const VIEW: View = View {
    word: "staffing",
    title: "Staffing",
    about: "when tickets come, against how many people the rota has there",
    splits: false,
    tables,
};

/// How many badly covered hours are named.
const WORST: usize = 10;

const DAYS: [&str; 7] = ["Mon", "Tue", "Wed", "Thu", "Fri", "Sat", "Sun"];

/// Seconds of an hour.
const HOUR: i64 = 3_600;

/// One hour of one weekday, over the whole period.
#[derive(Debug, Clone, Copy, Default)]
struct Slot {
    /// Tickets that were opened in it.
    arrived: usize,
    /// Seconds of it.
    seconds: i64,
    /// Seconds of it that the desk was open.
    open: i64,
    /// Seconds that people were there, added up.
    there: i64,
}

impl Slot {
    /// How many people were there, on the average.
    fn people(self) -> f64 {
        // Seconds stay far below what f64 holds exactly.
        match self.seconds {
            0 => 0.0,
            seconds => self.there as f64 / seconds as f64,
        }
    }

    /// Tickets for each hour that a person was there; none where nobody was.
    fn load(self) -> Option<f64> {
        (self.there > 0).then(|| self.arrived as f64 * HOUR as f64 / self.there as f64)
    }
}

/// The hours of a week.
type Week = [[Slot; 24]; 7];

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let zone = scope.lens.policy.calendars.usual.zone();
    let staff = staff(scope);
    let week = week(scope, &staff, zone);
    let hours = busy_hours(&week);
    let arrived: usize = week.iter().flatten().map(|slot| slot.arrived).sum();
    let title = format!(
        "Arrived: {}, by weekday and hour ({})",
        many(arrived),
        zone.name()
    );
    let mut tables = vec![heat("arrived", &title, &week, &hours, |slot| {
        Cell::count(slot.arrived)
    })];
    if staff.is_empty() {
        tables[0].notes.push(
            "Nobody has hours in people.yaml (duty), so arrivals can't be held against who is there."
                .to_owned(),
        );
        return tables;
    }
    let title = format!("People there: {} with a rota", many(staff.len()));
    let there = heat("there", &title, &week, &hours, |slot| {
        Cell::Number(slot.people())
    });
    tables.push(worst(&week, scope));
    tables.push(
        there.note(
            "The mean over the period, by rotas and absences of people.yaml as they are now.",
        ),
    );
    tables
}

/// Who has a rota, of those who work on tickets.
fn staff<'a>(scope: &Scope<'a>) -> Vec<&'a Person> {
    let tiered = !scope.lens.policy.teams.is_empty() || !scope.lens.policy.levels.is_empty();
    let works = |person: &&Person| !tiered || !person.teams.is_empty() || !person.levels.is_empty();
    let people = scope.roster.people().filter(works);
    people.filter(|person| person.duty.is_some()).collect()
}

fn week(scope: &Scope<'_>, staff: &[&Person], zone: Zone) -> Week {
    let mut week = Week::default();
    let Some(known) = known_part(&scope.lives, scope.lens) else {
        return week;
    };
    let (from, to) = (known.period.from(), known.period.to());
    hourly(Interval { from, to }, zone, |day, hour, seconds| {
        week[day][hour].seconds += seconds;
    });
    for open in scope.lens.policy.calendars.usual.intervals(from, to) {
        hourly(open, zone, |day, hour, seconds| {
            week[day][hour].open += seconds;
        });
    }
    for shift in staff
        .iter()
        .flat_map(|person| cover::at_work(person, from, to))
    {
        hourly(shift, zone, |day, hour, seconds| {
            week[day][hour].there += seconds;
        });
    }
    for life in &scope.lives {
        if known.period.contains(life.opened) {
            let (day, hour) = place(life.opened, zone);
            week[day][hour].arrived += 1;
        }
    }
    week
}

/// The weekday, from Monday, and the hour that a zone's clock shows.
fn place(at: Timestamp, zone: Zone) -> (usize, usize) {
    let local = at.utc().with_timezone(&zone);
    let day = local.weekday().num_days_from_monday();
    (day as usize, local.hour() as usize)
}

/// Splits a stretch of time at the full hours of a zone's clock.
fn hourly(stretch: Interval, zone: Zone, mut each: impl FnMut(usize, usize, i64)) {
    let mut from = stretch.from;
    while from < stretch.to {
        let local = from.utc().with_timezone(&zone);
        let gone = i64::from(local.minute() * 60 + local.second());
        let to = from.plus(HOUR - gone).min(stretch.to);
        let day = local.weekday().num_days_from_monday();
        each(day as usize, local.hour() as usize, to.since(from));
        from = to;
    }
}

/// From the first hour of the day in which something happens to the last one.
fn busy_hours(week: &Week) -> std::ops::Range<usize> {
    let busy = |hour: &usize| {
        let mut slots = week.iter().map(|day| day[*hour]);
        slots.any(|slot| slot.arrived > 0 || slot.there > 0)
    };
    let first = (0..24).find(busy).unwrap_or(0);
    let last = (0..24).rfind(busy).map_or(0, |last| last + 1);
    first..last
}

fn heat(
    name: &'static str,
    title: &str,
    week: &Week,
    hours: &std::ops::Range<usize>,
    cell: impl Fn(Slot) -> Cell,
) -> Table {
    let mut columns = vec![Column::new("hour", "Hour")];
    columns.extend(DAYS.map(|day| Column::new(&day.to_lowercase(), day)));
    let mut table = Table::new(name, title, columns).chart(Chart::Heat);
    for hour in hours.clone() {
        let cells = week.iter().map(|day| cell(day[hour]));
        let hour = Cell::Text(format!("{hour:02}:00"));
        table.push(std::iter::once(hour).chain(cells).collect());
    }
    table
}

/// The open hours in which tickets come and the fewest people are there.
fn worst(week: &Week, scope: &Scope<'_>) -> Table {
    let usual = &scope.lens.policy.calendars.usual;
    let mut slots: Vec<(usize, usize, Slot)> = Vec::new();
    let mut closed = 0;
    for (day, hours) in week.iter().enumerate() {
        for (hour, slot) in hours.iter().enumerate() {
            match slot.open > 0 {
                true => slots.push((day, hour, *slot)),
                false => closed += slot.arrived,
            }
        }
    }
    slots.retain(|(.., slot)| slot.arrived > 0);
    let strain = |slot: Slot| slot.load().unwrap_or(f64::INFINITY);
    // Stable: in the order of the week where all is equal.
    slots.sort_by(|(.., a), (.., b)| {
        let by_load = strain(*b).total_cmp(&strain(*a));
        by_load.then(b.arrived.cmp(&a.arrived))
    });
    let columns = vec![
        Column::new("hour", "Hour"),
        Column::new("arrived", "Arrived"),
        Column::new("there", "People there"),
        Column::new("load", "Tickets a person and hour").keep(60),
    ];
    let mut table = Table::new("worst", "Worst covered hours", columns).chart(Chart::Bars(1));
    for (day, hour, slot) in slots.into_iter().take(WORST) {
        let next = (hour + 1) % 24;
        let name = format!("{} {hour:02}:00 to {next:02}:00", DAYS[day]);
        table.push(vec![
            Cell::Text(name),
            Cell::count(slot.arrived),
            Cell::Number(slot.people()),
            slot.load().map_or(Cell::Nothing, Cell::Number),
        ]);
    }
    let table = table.note("Those in which nobody is there come first, then by the load.");
    match usual.name() {
        ALWAYS => table,
        name => table.note(format!(
            "Of the hours of the calendar {name}; outside of them {closed} arrived."
        )),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Period;
    use crate::report::story::{Known, Story, roster, rows, time};
    use crate::ticket::Ticket;
    use serde_json::json;

    fn came(tail: &str, at: &str) -> Ticket {
        let day: String = at[2..10].split('-').collect();
        Story::open(&format!("{day}-{}", tail.repeat(6)), at, &[]).end()
    }

    /// The first two weeks of November, from a Monday on.
    fn fortnight() -> Period {
        Period::new(time("2026-11-02T00:00:00Z"), time("2026-11-16T00:00:00Z")).unwrap()
    }

    fn office() -> Known {
        Known::new(
            &json!({
                "format": 1,
                "zone": "Europe/Lisbon",
                "calendars": {"office": {"week": {"mon-fri": "09:00-17:00"}}},
                "calendar": "office",
            }),
            &[
                // Lisbon is at UTC in winter.
                came("a", "2026-11-02T09:00:00Z"),
                came("b", "2026-11-02T10:10:00Z"),
                came("c", "2026-11-09T10:50:00Z"),
                came("d", "2026-11-09T13:00:00Z"),
                came("f", "2026-11-09T10:20:00Z"),
                // A Saturday.
                came("e", "2026-11-07T10:00:00Z"),
            ],
        )
    }

    #[test]
    fn hours_in_which_nobody_is_there_are_named_first() {
        let known = office();
        let roster = roster(
            &known,
            json!({
                "lena": {"name": "Lena", "duty": {"mon": "09:00-12:00"}},
                // Away in the second week.
                "marco": {
                    "name": "Marco", "duty": {"mon": "09:00-11:00"},
                    "absences": [{"from": "2026-11-09", "to": "2026-11-13"}],
                },
                "omar": {"name": "Omar"},
            }),
        );
        let tables = tables(&Scope {
            roster: &roster,
            ..known.scope(fortnight())
        });
        let names: Vec<_> = tables.iter().map(|table| table.name).collect();
        assert_eq!(names, ["arrived", "worst", "there"]);
        // Mondays: two people at first, one in the second week.
        assert_eq!(
            rows(&tables[1]),
            [
                "Mon 13:00 to 14:00 | 1 | 0.00 | -",
                "Mon 10:00 to 11:00 | 3 | 1.50 | 1.00",
                "Mon 09:00 to 10:00 | 1 | 1.50 | 0.33",
            ]
        );
        assert!(tables[1].notes[1].ends_with("calendar office; outside of them 1 arrived."));
        assert_eq!(
            rows(&tables[0]),
            [
                "09:00 | 1 | 0 | 0 | 0 | 0 | 0 | 0",
                "10:00 | 3 | 0 | 0 | 0 | 0 | 1 | 0",
                "11:00 | 0 | 0 | 0 | 0 | 0 | 0 | 0",
                "12:00 | 0 | 0 | 0 | 0 | 0 | 0 | 0",
                "13:00 | 1 | 0 | 0 | 0 | 0 | 0 | 0",
            ]
        );
        assert_eq!(
            rows(&tables[2])[2],
            "11:00 | 1.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00 | 0.00"
        );
    }

    #[test]
    fn without_a_rota_only_arrivals_are_told() {
        let known = office();
        let tables = tables(&known.scope(fortnight()));
        assert_eq!(tables.len(), 1);
        assert_eq!(
            tables[0].title,
            "Arrived: 6, by weekday and hour (Europe/Lisbon)"
        );
    }

    #[test]
    fn stretches_are_split_at_the_hours_of_the_zone() {
        // In Kathmandu it is five and three quarter hours later.
        let zone = Zone::named("Asia/Kathmandu").unwrap();
        let stretch = Interval {
            from: time("2026-11-02T17:30:00Z"),
            to: time("2026-11-02T18:45:00Z"),
        };
        let mut parts = Vec::new();
        hourly(stretch, zone, |day, hour, seconds| {
            parts.push((day, hour, seconds))
        });
        assert_eq!(parts, [(0, 23, 2_700), (1, 0, 1_800)]);
    }
}
