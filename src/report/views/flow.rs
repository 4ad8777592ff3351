//! What came and went over time, and the ways that tickets took.

use super::{Scope, View, parts};
use crate::report::Metric;
use crate::report::figure::Part;
use crate::report::group::{By, split};
use crate::report::life::Life;
use crate::report::metrics::{flow, times};
use crate::report::sheet::{self, capital};
use crate::report::table::{Cell, Column, Table};
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The view.
pub const VIEW: View = View {
    word: "flow",
    title: "Flow",
    about: "what came and went over time, and the ways that tickets took",
    tables,
};

/// What is told of every stretch of time.
const FLOW: [Metric; 4] = [flow::ARRIVED, flow::RESOLVED, flow::NET, flow::BACKLOG];

/// How many of the most common ways are named.
const WAYS: usize = 10;

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = vec![
        sheet::metrics(
            "figures",
            "Came and went",
            &FLOW,
            &scope.lives,
            scope.lens,
            scope.before,
        ),
        over_time(scope),
    ];
    if let Some(by @ By::Field(_)) = scope.by {
        let groups = split(by, &scope.lives, scope.lens);
        let title = format!("By {}", by.word());
        tables.push(sheet::groups("groups", &title, by, &FLOW, &groups));
    }
    tables.push(statuses(scope));
    tables.extend(words(scope));
    tables.extend(activities(scope));
    tables
}

/// Arrived, resolved, net and live at the end, step by step.
pub(super) fn over_time(scope: &Scope<'_>) -> Table {
    let by = By::Time(parts::step(scope));
    let groups = split(by, &scope.lives, scope.lens);
    let title = format!("By {}", by.word());
    sheet::groups("flow", &title, by, &FLOW, &groups)
}

/// The statuses that resolved tickets went through.
fn statuses(scope: &Scope<'_>) -> Table {
    let way = |life: &Life| {
        let end = life.resolved()?.at;
        let stays = life.course.stays.iter();
        let until = stays.take_while(|stay| stay.from <= end);
        Some(collapsed(until.map(|stay| stay.status.word())))
    };
    ways("statuses", "Ways to a resolution", "Statuses", scope, way).note(
        "The statuses from opening to the last resolution, repeats collapsed; the median is \
         business time, pending included.",
    )
}

/// How often a word of a log is there.
#[derive(Default)]
struct Said {
    tickets: usize,
    times: usize,
    first: usize,
    last: usize,
}

/// Each word of the log that tickets came from: how many ever had it, began
/// with it, ended with it.
fn words(scope: &Scope<'_>) -> Option<Table> {
    let mut found: BTreeMap<&str, Said> = BTreeMap::new();
    let mut all = 0;
    for life in scope.touched() {
        let activities = &life.course.activities;
        let ends = activities.first().zip(activities.last());
        let Some((first, last)) = ends else {
            continue;
        };
        all += 1;
        found.entry(first).or_default().first += 1;
        found.entry(last).or_default().last += 1;
        for word in activities {
            found.entry(word).or_default().times += 1;
        }
        for word in activities.iter().collect::<BTreeSet<_>>() {
            found.entry(word).or_default().tickets += 1;
        }
    }
    let columns = vec![
        Column::new("activity", "Activity"),
        Column::new("tickets", "Tickets"),
        Column::new("share", "Share").keep(90),
        Column::new("times", "Times").keep(60),
        Column::new("first", "First").keep(80),
        Column::new("last", "Last").keep(70),
    ];
    let title = format!("Words of the log, of {all} tickets that came from one");
    let mut table = Table::new("words", title, columns).most(parts::LISTED);
    let mut found: Vec<_> = found.into_iter().collect();
    // Stable: of equal size, by their letters.
    found.sort_by_key(|(_, said)| Reverse(said.tickets));
    for (word, said) in found {
        let count = said.tickets;
        table.push(vec![
            Cell::Text(word.to_owned()),
            Cell::count(count),
            Cell::Share(Part { count, n: all }),
            Cell::count(said.times),
            Cell::count(said.first),
            Cell::count(said.last),
        ]);
    }
    (all > 0).then(|| {
        table.note(
            "Tickets that ever had the word, how often they had it, and those that began and \
             ended with it; of those that were live or resolved in the period.",
        )
    })
}

/// What another system called what it did, for tickets that came from there.
fn activities(scope: &Scope<'_>) -> Option<Table> {
    let way = |life: &Life| {
        let activities = &life.course.activities;
        let told = activities.iter().copied();
        (!activities.is_empty()).then(|| collapsed(told))
    };
    let table = ways(
        "activities",
        "Ways in the words of the log",
        "Activities",
        scope,
        way,
    );
    (!table.rows.is_empty()).then(|| {
        table.note("What the log that they came from calls each event, repeats collapsed.")
    })
}

/// One after the other, repeats collapsed.
fn collapsed<'a>(words: impl Iterator<Item = &'a str>) -> String {
    let mut words: Vec<&str> = words.collect();
    words.dedup();
    words.join(" → ")
}

/// The most common ways of the resolved tickets that have one.
fn ways(
    name: &'static str,
    title: &str,
    heading: &str,
    scope: &Scope<'_>,
    way: impl Fn(&Life) -> Option<String>,
) -> Table {
    let mut found: BTreeMap<String, Vec<&Life>> = BTreeMap::new();
    for life in scope.resolved() {
        if let Some(way) = way(life) {
            found.entry(way).or_default().push(life);
        }
    }
    let all: usize = found.values().map(Vec::len).sum();
    let mut found: Vec<(String, Vec<&Life>)> = found.into_iter().collect();
    // Stable: of equal size, by their words.
    found.sort_by_key(|(_, lives)| Reverse(lives.len()));
    let columns = vec![
        Column::new("way", heading),
        Column::new("n", "n"),
        Column::new("share", "Share").keep(80),
        Column::new("p50", "Median").keep(60),
    ];
    let title = format!("{}: {} of {all} resolved", capital(title), found.len());
    let mut table = Table::new(name, title, columns);
    let others = found.split_off(found.len().min(WAYS));
    for (way, lives) in found {
        let count = lives.len();
        table.push(vec![
            Cell::Text(way),
            Cell::count(count),
            Cell::Share(Part { count, n: all }),
            sheet::value(&times::RESOLVE.over(&lives, scope.lens)),
        ]);
    }
    match others.len() {
        0 => table,
        more => {
            let tickets: usize = others.iter().map(|(_, lives)| lives.len()).sum();
            table.note(format!("{more} other ways, {tickets} tickets"))
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::Period;
    use crate::report::story::{Known, Story, desk, november, resolve, rows, time};
    use crate::ticket::Ticket;

    #[test]
    fn every_month_starts_with_what_the_last_one_left() {
        let known = desk();
        let period = Period::new(time("2026-10-01T00:00:00Z"), time("2026-12-01T09:00:01Z"));
        let mut scope = known.scope(period.unwrap());
        scope.by = By::named("month");
        // October: c and m came. November: a b d e f g n came, a b c d went.
        // December: n went in its first second.
        assert_eq!(
            rows(&over_time(&scope)),
            [
                "2026-10 | 2 | 0 | 2 | 2",
                "2026-11 | 7 | 4 | 3 | 5",
                "2026-12 | 0 | 1 | -1 | 4"
            ]
        );
    }

    #[test]
    fn ways_end_with_the_resolution_that_stands() {
        let known = desk();
        // d was taken; b waited at level 2; a was closed later, which is no
        // part of it; c came back.
        assert_eq!(
            rows(&statuses(&known.scope(november()))),
            [
                "new → in-progress → resolved | 1 | 1/4 | 4:00",
                "new → queued → resolved | 1 | 1/4 | 10:00",
                "new → resolved | 1 | 1/4 | 2:00",
                "new → resolved → in-progress → resolved | 1 | 1/4 | 144:00",
            ]
        );
        assert_eq!(activities(&known.scope(november())), None);
    }

    #[test]
    fn the_words_of_a_log_are_told_as_it_has_them() {
        let told = |tail: &str, activities: &[&str]| {
            let id = format!("261102-{}", tail.repeat(6));
            let ticket = Story::open(&id, "2026-11-02T09:00:00Z", &[])
                .then("2026-11-02T10:00:00Z", "lena", resolve())
                .end();
            let mut events = ticket.timeline().to_vec();
            for (event, activity) in events.iter_mut().zip(activities) {
                event.details.activity = Some((*activity).to_owned());
            }
            Ticket::fold(ticket.id().clone(), events)
        };
        let tickets = [
            told("a", &["Accepted", "Completed"]),
            told("b", &["Accepted", "Completed"]),
            told("c", &["Done", "Done"]),
            told("d", &[]),
        ];
        let known = Known::new(&serde_json::json!({"format": 1}), &tickets);
        // word, tickets, times, first, last
        assert_eq!(
            rows(&words(&known.scope(november())).unwrap()),
            [
                "Accepted | 2 | 2/3 | 2 | 2 | 0",
                "Completed | 2 | 2/3 | 2 | 0 | 2",
                "Done | 1 | 1/3 | 2 | 1 | 1",
            ]
        );
        let table = activities(&known.scope(november())).unwrap();
        assert_eq!(
            rows(&table),
            [
                "Accepted → Completed | 2 | 2/3 | 1:00",
                "Done | 1 | 1/3 | 1:00"
            ]
        );
    }
}
