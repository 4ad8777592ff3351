//! A technician's own desk at a glance.

use crate::policy::people::{Person, Topic};
use crate::report::life::Life;
use crate::report::table::{Cell, Column, Table};
use crate::report::views::parts::{is_tiered, of};
use crate::report::views::{Scope, people};
use crate::ticket::text::fold;
use crate::ticket::value::Value as _;
use crate::ticket::{Category, Timestamp};

/// How many tickets a list names.
const LISTED: usize = 10;

/// What I have, what waits for somebody like me, and what I did.
pub(super) fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let me = scope.me.as_ref().map(|me| fold(me.as_str()));
    let is_me = |who: &str| me.as_deref() == Some(fold(who).as_str());
    let live = || scope.lives.iter().filter(|life| life.status.is_live());
    let mine = live().filter(|life| life.assignee.is_some_and(is_me));
    let person = scope
        .roster
        .people()
        .find(|person| is_me(person.handle.as_str()));
    let free = live().filter(|life| {
        let for_me = person.is_none_or(|person| is_for(person, life, scope));
        life.assignee.is_none() && for_me
    });
    let mut tables = vec![
        list("mine", "With me", mine.copied().collect(), scope),
        list(
            "free",
            "Nobody has it, and I could",
            free.copied().collect(),
            scope,
        ),
    ];
    if let Some(person) = person {
        let did = people::of(scope, "me", "My desk", |other| {
            other.handle == person.handle
        });
        tables.push(did);
    }
    tables
}

/// Whether somebody works where a ticket lies. Somebody without teams works
/// wherever they hold the level.
fn is_for(person: &Person, life: &Life, scope: &Scope<'_>) -> bool {
    let has = |team: &str| person.teams.iter().any(|own| *own == *team);
    let there = person.teams.is_empty() || life.team.is_none_or(has);
    let known = &scope.lens.policy.levels;
    let level = life.level.filter(|level| known.contains_key(level));
    let category = life.category.and_then(|text| Category::parse(text).ok());
    let topic = Topic {
        category: category.as_ref(),
        ..Topic::default()
    };
    there && level.is_none_or(|level| person.levels_at(scope.lens.now, topic).contains(&level))
}

/// When the first of its clocks runs out, or ran out, if one runs.
fn due(life: &Life) -> Option<Timestamp> {
    let running = life.clocks.iter().filter(|timed| timed.result.is_none());
    running.filter_map(|timed| timed.late).min()
}

/// Tickets by what is due first, then by their age.
fn list(name: &'static str, title: &str, mut lives: Vec<&Life>, scope: &Scope<'_>) -> Table {
    lives.sort_by_cached_key(|life| {
        let due = due(life);
        (due.is_none(), due, life.opened, life.id)
    });
    let mut columns = vec![
        Column::new("id", "ID"),
        Column::new("priority", "Pri").keep(80),
        Column::new("status", "Status").keep(60),
    ];
    let tiered = is_tiered(scope);
    if tiered {
        columns.push(Column::new("level", "Level").keep(40));
    }
    let promised = lives.iter().any(|life| due(life).is_some());
    if promised {
        columns.push(Column::new("due", "Due").keep(90));
    }
    columns.extend([
        Column::new("age", "Age").keep(70),
        Column::new("title", "Title"),
    ]);
    let title = format!("{title}: {}", lives.len());
    let mut table = Table::new(name, title, columns).most(LISTED);
    for life in lives {
        let mut row = vec![
            Cell::Ticket(life.id.to_owned()),
            of(life.priority.as_ref()),
            Cell::Text(life.status.word().to_owned()),
        ];
        if tiered {
            row.push(Cell::maybe(life.level.map(|level| level.to_string())));
        }
        if promised {
            row.push(due(life).map_or(Cell::Nothing, Cell::Moment));
        }
        row.extend([
            Cell::Seconds(scope.lens.now.since(life.opened).max(0)),
            Cell::Text(life.title.to_owned()),
        ]);
        table.push(row);
    }
    table
}
