//! What was done otherwise than the desk means it. DOMAIN.md section 2
//! ("process owner") and section 6 ("wait abuse"). Facts, and no rank.

use super::parts::{LISTED, word};
use super::{Scope, View};
use crate::report::group::{By, split};
use crate::report::life::{Lapse, Life, Sort};
use crate::report::metrics::{conduct, times};
use crate::report::sheet;
use crate::report::table::{Cell, Column, Table, many};
use crate::ticket::Status;
use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet};

/// The view.
pub const VIEW: View = View {
    word: "conformance",
    title: "Conformance",
    about: "forced hand-overs, illegal moves, missing reasons, waits just before deadlines",
    splits: true,
    tables,
};

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = vec![sorts(scope)];
    if let Some(by) = scope.by {
        tables.push(by_group(scope, by));
    }
    tables.extend([
        counts(scope, "by-team", "By team, at the time", "team", team),
        counts(scope, "by-person", "By person", "person", |_, lapse| {
            Some(lapse.by.to_owned())
        }),
        waits(scope),
        lapses(scope),
    ]);
    tables
}

/// Everything that lies in the period.
fn found<'a>(scope: &Scope<'a>) -> impl Iterator<Item = (&'a Life<'a>, &'a Lapse<'a>)> {
    let period = scope.lens.period;
    let all = scope
        .lives
        .iter()
        .flat_map(|life| life.lapses.iter().map(move |lapse| (*life, lapse)));
    all.filter(move |(_, lapse)| period.contains(lapse.at))
}

/// How often, on how many tickets.
pub(super) fn sorts(scope: &Scope<'_>) -> Table {
    let mut columns = vec![
        Column::new("what", ""),
        Column::new("times", "Times"),
        Column::new("tickets", "Tickets"),
    ];
    if scope.before.is_some() {
        columns.push(Column::new("before", "Times before").keep(50));
    }
    let title = format!("Lapses, of {} tickets", many(scope.touched().count()));
    let mut table = Table::new("lapses-by-sort", title, columns);
    for sort in Sort::ALL {
        let here = || found(scope).filter(|(_, lapse)| lapse.sort == *sort);
        let tickets: BTreeSet<_> = here().map(|(life, _)| life.id).collect();
        let mut row = vec![
            Cell::Named(sort.word(), sort.title()),
            Cell::count(here().count()),
            Cell::count(tickets.len()),
        ];
        if let Some(before) = scope.before {
            let lapses = scope.lives.iter().flat_map(|life| &life.lapses);
            let meant = |lapse: &&Lapse| lapse.sort == *sort && before.period.contains(lapse.at);
            row.push(Cell::count(lapses.filter(meant).count()));
        }
        table.push(row);
    }
    table.note("The event log, for process mining: desk export --format xes > log.xes")
}

fn by_group(scope: &Scope<'_>, by: By) -> Table {
    let wanted = [
        conduct::OVERRIDES,
        conduct::ILLEGAL,
        conduct::NO_REASON,
        conduct::LATE_HOLDS,
        times::PENDING,
    ];
    let groups = split(by, &scope.lives, scope.lens);
    let title = format!("By {}", by.word());
    sheet::groups("lapses-by", &title, by, &wanted, &groups)
}

fn team(life: &Life, lapse: &Lapse) -> Option<String> {
    let stay = life.course.at(lapse.at)?;
    stay.place.team.map(str::to_owned)
}

/// Counts for each value of `key`, by its name: nobody is ranked.
fn counts(
    scope: &Scope<'_>,
    name: &'static str,
    title: &str,
    word: &str,
    key: impl Fn(&Life, &Lapse) -> Option<String>,
) -> Table {
    let mut columns = vec![Column::new(word, &sheet::capital(word))];
    columns.extend(Sort::ALL.iter().map(|sort| {
        let title = match sort {
            Sort::Override => "Forced",
            Sort::Illegal => "Illegal",
            Sort::NoReason => "No reason",
            Sort::LateHold => "Late hold",
        };
        Column::new(sort.word(), title)
    }));
    let mut table = Table::new(name, title, columns);
    let mut all: BTreeMap<(bool, Option<String>), BTreeMap<Sort, usize>> = BTreeMap::new();
    for (life, lapse) in found(scope) {
        let key = key(life, lapse);
        let counts = all.entry((key.is_none(), key)).or_default();
        *counts.entry(lapse.sort).or_default() += 1;
    }
    for ((_, key), counts) in all {
        let mut row = vec![Cell::Text(key.unwrap_or_else(|| "none".to_owned()))];
        let counts = Sort::ALL.iter().map(|sort| counts.get(sort).copied());
        row.extend(counts.map(|count| Cell::count(count.unwrap_or_default())));
        table.push(row);
    }
    table
}

/// What resolved tickets waited for, and for how much of their lives.
fn waits(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("cause", "Waiting for"),
        Column::new("tickets", "Tickets"),
        Column::new("share", "Of life"),
        Column::new("time", "Time"),
        Column::new("stops-clock", "Stops the clock").keep(60),
    ];
    let mut found: BTreeMap<Option<&str>, (BTreeSet<&str>, i64)> = BTreeMap::new();
    let (mut whole, mut n) = (0, 0);
    for life in &scope.lives {
        let Some(end) = life.resolved().filter(|_| scope.lens.resolved(life)) else {
            continue;
        };
        n += 1;
        whole += end.at.since(life.opened).max(0);
        for (stay, from, to) in life.course.stretches(end.at) {
            let waited = to.max(life.opened).since(from.max(life.opened)).max(0);
            if stay.status == Status::Pending && waited > 0 {
                let (tickets, time) = found.entry(stay.cause).or_default();
                tickets.insert(life.id);
                *time += waited;
            }
        }
    }
    let title = format!("Waiting, of {} resolved tickets", many(n));
    let mut table = Table::new("waits", title, columns);
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(cause, (_, time))| (Reverse(*time), *cause));
    for (cause, (tickets, time)) in found {
        let pausing = &scope.lens.policy.lifecycle.pauses;
        let pauses = cause.is_some_and(|cause| pausing.iter().any(|one| *one == *cause));
        table.push(vec![
            Cell::Text(cause.unwrap_or("none").to_owned()),
            Cell::count(tickets.len()),
            Cell::Ratio(time, whole),
            Cell::Seconds(time),
            Cell::Text(if pauses { "yes" } else { "no" }.to_owned()),
        ]);
    }
    match table.rows.is_empty() {
        true => table,
        false => table.note("Calendar time pending ÷ calendar time from opening to resolution."),
    }
}

/// Everything, the latest first.
fn lapses(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("at", "When"),
        Column::new("what", "What"),
        Column::new("did", "Verb").keep(40),
        Column::new("by", "By"),
        Column::new("words", "Words").keep(60),
    ];
    let mut all: Vec<_> = found(scope).collect();
    all.sort_by_key(|(life, lapse)| (Reverse(lapse.at), life.id, lapse.sort));
    let title = format!("The lapses: {}", many(all.len()));
    let mut table = Table::new("lapses", title, columns).most(LISTED);
    for (life, lapse) in all {
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::Moment(lapse.at),
            Cell::Named(lapse.sort.word(), lapse.sort.title()),
            Cell::Text(lapse.did.word().to_owned()),
            Cell::Text(lapse.by.to_owned()),
            word(lapse.text),
        ]);
    }
    table
}

#[cfg(test)]
mod tests;
