//! What is open, and for how long. DOMAIN.md section 6, "backlog, ageing".

use super::parts;
use super::{Scope, View};
use crate::report::figure::Part;
use crate::report::group::{By, Group, split};
use crate::report::lens::Lens;
use crate::report::life::{Life, Stay};
use crate::report::metrics::flow;
use crate::report::sheet::{self, capital};
use crate::report::table::{Cell, Chart, Column, Table};
use crate::ticket::value::Value as _;
use crate::ticket::{Level, Priority, Status};
use std::collections::BTreeSet;

/// The view.
pub const VIEW: View = View {
    word: "backlog",
    title: "Backlog",
    about: "what is live at the end of the period, how old, and what nobody touches",
    tables,
};

const DAY: i64 = 86_400;

/// Ages by the day that they start with, and what that is called.
const AGES: &[(i64, &str)] = &[
    (0, "less than 1 day"),
    (1, "1 to 5 days"),
    (5, "5 to 10 days"),
    (10, "10 to 30 days"),
    (30, "30 days or more"),
];

/// Seconds without any event after which a ticket is stale: five days.
pub(super) const STALE: i64 = 5 * DAY;

/// How many of the oldest are named.
const OLDEST: usize = 10;

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = vec![live(scope)];
    if let Some(by @ By::Field(_)) = scope.by {
        tables.push(by_group(scope, by));
    }
    tables.extend([ages(scope), oldest(scope, OLDEST), over_time(scope)]);
    tables
}

/// A ticket that was live at the end of the period, and where it then lay.
struct Open<'a> {
    life: &'a Life<'a>,
    stay: &'a Stay<'a>,
    /// Seconds since it was opened.
    age: i64,
    /// Seconds since anything happened.
    quiet: i64,
}

fn open<'a>(lives: &[&'a Life<'a>], lens: Lens<'_>) -> Vec<Open<'a>> {
    let end = lens.end();
    let mut open = Vec::new();
    for life in lives {
        let stay = life.course.at(end).filter(|stay| stay.status.is_live());
        open.extend(stay.map(|stay| {
            Open {
                life,
                stay,
                age: end.since(life.opened).max(0),
                quiet: end
                    .since(life.updated_by(end).unwrap_or(life.opened))
                    .max(0),
            }
        }));
    }
    open
}

/// What is live at the end of the period, by level and priority.
pub(super) fn live(scope: &Scope<'_>) -> Table {
    let open = open(&scope.lives, scope.lens);
    let priorities: BTreeSet<(bool, Option<Priority>)> = open
        .iter()
        .map(|open| (open.life.priority.is_none(), open.life.priority))
        .collect();
    let levels: BTreeSet<(bool, Option<Level>)> = open
        .iter()
        .map(|open| (open.stay.place.level.is_none(), open.stay.place.level))
        .collect();
    let tiered = levels.iter().any(|(_, level)| level.is_some());
    let mut columns = vec![match tiered {
        true => Column::new("level", "Level"),
        false => Column::new("tickets", ""),
    }];
    columns.extend(priorities.iter().map(|(_, priority)| {
        let name = priority.map_or_else(|| "none".to_owned(), |priority| priority.text());
        Column::new(&name, &capital(&name))
    }));
    columns.push(Column::new("all", "All"));
    let all = columns.len() - 1;
    let title = format!("{}: {}", at_end(scope), open.len());
    let mut table = Table::new("live", title, columns).chart(Chart::Bars(all));
    for (_, level) in levels {
        let here = || open.iter().filter(|open| open.stay.place.level == level);
        let name = match level {
            Some(level) => level.to_string(),
            None if tiered => "none".to_owned(),
            None => "tickets".to_owned(),
        };
        let mut row = vec![Cell::Text(name)];
        row.extend(priorities.iter().map(|(_, priority)| {
            Cell::count(
                here()
                    .filter(|open| open.life.priority == *priority)
                    .count(),
            )
        }));
        row.push(Cell::count(here().count()));
        table.push(row);
    }
    let count = |status: Status| {
        open.iter()
            .filter(|open| open.stay.status == status)
            .count()
    };
    let states: Vec<String> = Status::ALL
        .iter()
        .map(|status| (status, count(*status)))
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    if states.is_empty() {
        return table;
    }
    let unassigned = open.iter().filter(|open| open.stay.assignee.is_none());
    let waiting = open.iter().filter(|open| open.stay.status.is_waiting());
    table.note(states.join(" · ")).note(format!(
        "{} unassigned · {} not acknowledged",
        unassigned.count(),
        waiting.count()
    ))
}

fn at_end(scope: &Scope<'_>) -> &'static str {
    match scope.lens.end() == scope.lens.now {
        true => "Live now",
        false => "Live at the end of the period",
    }
}

/// How old it is, and what nobody has touched for days.
pub(super) fn ages(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("age", "Age"),
        Column::new("tickets", "Tickets"),
        Column::new("share", "Share"),
        Column::new("stale", "Not updated in 5 days"),
    ];
    let open = open(&scope.lives, scope.lens);
    let title = format!("Age, {}: {}", at_end(scope).to_lowercase(), open.len());
    let mut table = Table::new("ages", title, columns).chart(Chart::Bars(1));
    for (place, (_, name)) in AGES.iter().enumerate() {
        let here: Vec<&Open<'_>> = open.iter().filter(|open| bucket(open) == place).collect();
        table.push(vec![
            Cell::Text((*name).to_owned()),
            Cell::count(here.len()),
            Cell::Share(Part {
                count: here.len(),
                n: open.len(),
            }),
            Cell::count(here.iter().filter(|open| is_stale(open)).count()),
        ]);
    }
    let stale = open.iter().filter(|open| is_stale(open)).count();
    table.note(format!(
        "Ages in days of 24 hours since a ticket was opened. {stale} of {} not updated in 5 days.",
        open.len()
    ))
}

fn bucket(open: &Open<'_>) -> usize {
    let days = open.age / DAY;
    AGES.iter()
        .rposition(|(from, _)| *from <= days)
        .unwrap_or(0)
}

fn is_stale(open: &Open<'_>) -> bool {
    open.quiet >= STALE
}

/// Groups of tickets as rows, ages as columns.
fn by_group(scope: &Scope<'_>, by: By) -> Table {
    let mut columns = vec![
        Column::new(by.word(), &capital(by.word())),
        Column::new("live", "Live"),
    ];
    columns.extend(AGES.iter().map(|(from, _)| {
        let title = match *from {
            30 => "30+ days".to_owned(),
            from => format!("{from}+"),
        };
        Column::new(&format!("from-{from}-days"), &title).keep(60)
    }));
    columns.push(Column::new("stale", "Not updated").keep(80));
    columns.push(Column::new("oldest", "Oldest").keep(70));
    let title = format!("{}, by {}", at_end(scope), by.word());
    let mut table = Table::new("live-by", title, columns).chart(Chart::Bars(1));
    for Group { key, lives, lens } in split(by, &scope.lives, scope.lens) {
        let open = open(&lives, lens);
        if open.is_empty() {
            continue;
        }
        let mut row = vec![
            Cell::Text(key.unwrap_or_else(|| "none".to_owned())),
            Cell::count(open.len()),
        ];
        row.extend(
            (0..AGES.len())
                .map(|place| Cell::count(open.iter().filter(|open| bucket(open) == place).count())),
        );
        row.push(Cell::count(
            open.iter().filter(|open| is_stale(open)).count(),
        ));
        let oldest = open.iter().map(|open| open.age).max();
        row.push(oldest.map_or(Cell::Nothing, Cell::Seconds));
        table.push(row);
    }
    table
}

/// Those that have been open for longest.
pub(super) fn oldest(scope: &Scope<'_>, most: usize) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("age", "Age"),
        Column::new("quiet", "Quiet for").keep(70),
        Column::new("priority", "Pri").keep(90),
        Column::new("status", "Status").keep(60),
        Column::new("place", "With").keep(65),
        Column::new("assignee", "Assignee").keep(50),
        Column::new("title", "Title"),
    ];
    let mut table = Table::new("oldest", "Open for longest", columns);
    let mut open = open(&scope.lives, scope.lens);
    open.sort_by_key(|open| (open.life.opened, open.life.id));
    for Open {
        life,
        stay,
        age,
        quiet,
    } in open.into_iter().take(most)
    {
        let status = match stay.cause {
            Some(cause) => format!("{}: {cause}", stay.status),
            None => stay.status.word().to_owned(),
        };
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::Seconds(age),
            Cell::Seconds(quiet),
            parts::of(life.priority.as_ref()),
            Cell::Text(status),
            parts::place(&stay.place),
            parts::word(stay.assignee),
            Cell::Text(life.title.to_owned()),
        ]);
    }
    table
}

/// What was live at the end of each part of the period.
fn over_time(scope: &Scope<'_>) -> Table {
    let by = By::Time(parts::step(scope));
    let groups = split(by, &scope.lives, scope.lens);
    let wanted = [flow::BACKLOG, flow::ARRIVED, flow::RESOLVED];
    sheet::groups("over-time", "Backlog over time", by, &wanted, &groups)
}

#[cfg(test)]
mod tests;
