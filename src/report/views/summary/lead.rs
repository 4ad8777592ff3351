//! What somebody who leads a team looks at every morning.

use crate::report::life::Life;
use crate::report::table::{Cell, Column, Table};
use crate::report::views::parts::{of, word};
use crate::report::views::{Scope, backlog, levels, people, pingpong};
use crate::ticket::Timestamp;

/// How many tickets a list names.
const LISTED: usize = 10;

/// Unacknowledged, stale and bouncing tickets, load against duty, and what was
/// declined.
pub(super) fn tables(scope: &Scope<'_>) -> Vec<Table> {
    vec![
        unacknowledged(scope),
        stale(scope),
        pingpong::worst(scope, |life| life.status.is_live()),
        people::people(scope),
        levels::refused(scope),
    ]
}

/// Nobody has taken them up where they lie, the longest first.
fn unacknowledged(scope: &Scope<'_>) -> Table {
    let waiting = scope.lives.iter().filter(|life| life.status.is_waiting());
    let since = |life: &Life| {
        life.course
            .stays
            .last()
            .map_or(life.opened, |stay| stay.from)
    };
    list(
        ("unacknowledged", "Nobody has taken up"),
        ("waits", "Waits"),
        waiting.map(|life| (since(life), *life)).collect(),
        scope,
    )
}

/// Nothing has happened to them for days, the longest first.
fn stale(scope: &Scope<'_>) -> Table {
    let quiet = |life: &&&Life| scope.lens.now.since(life.updated) >= backlog::STALE;
    let live = scope.lives.iter().filter(|life| life.status.is_live());
    list(
        ("stale", "Not updated in 5 days"),
        ("quiet", "Quiet for"),
        live.filter(quiet)
            .map(|life| (life.updated, *life))
            .collect(),
        scope,
    )
}

fn list(
    (name, title): (&'static str, &str),
    (measure, heading): (&str, &str),
    mut lives: Vec<(Timestamp, &Life)>,
    scope: &Scope<'_>,
) -> Table {
    lives.sort_by_key(|(since, life)| (*since, life.id));
    let columns = vec![
        Column::new("id", "ID"),
        Column::new(measure, heading),
        Column::new("priority", "Pri").keep(80),
        Column::new("status", "Status").keep(60),
        Column::new("team", "Team").keep(70),
        Column::new("assignee", "Assignee").keep(50),
        Column::new("title", "Title"),
    ];
    let title = format!("{title}: {}", lives.len());
    let mut table = Table::new(name, title, columns).most(LISTED);
    for (since, life) in lives {
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::Seconds(scope.lens.now.since(since).max(0)),
            of(life.priority.as_ref()),
            Cell::Text(life.status.word().to_owned()),
            word(life.team),
            word(life.assignee),
            Cell::Text(life.title.to_owned()),
        ]);
    }
    table
}
