//! The whole desk at a glance, for whoever has no role that sees less or more.

use crate::report::Metric;
use crate::report::group::split;
use crate::report::metrics::{clocks, flow, levels, quality, times};
use crate::report::sheet;
use crate::report::table::{Cell, Chart, Column, Table};
use crate::report::views::Scope;
use crate::report::views::parts::word;
use crate::ticket::value::Value as _;
use crate::ticket::{Priority, Status};
use std::collections::BTreeSet;

/// How many of the longest open tickets are named.
const OLDEST: usize = 5;

/// What came and went, how long it took, and what is live.
pub(super) fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = vec![flow_of(scope), times_of(scope), live(scope)];
    let oldest = oldest(scope);
    tables.extend((!oldest.rows.is_empty()).then_some(oldest));
    tables
}

/// What came and went.
pub(super) fn flow_of(scope: &Scope<'_>) -> Table {
    let mut wanted = vec![flow::ARRIVED, flow::RESOLVED, flow::NET, flow::BACKLOG];
    if !scope.lens.policy.targets.is_empty() {
        wanted.extend([clocks::RESPOND, clocks::RESOLVE, clocks::LATE_RESOLVE]);
    }
    if !scope.lens.policy.levels.is_empty() {
        wanted.extend([
            levels::FIRST_CONTACT,
            levels::FIRST_LEVEL,
            levels::ESCALATED,
        ]);
    }
    wanted.push(quality::REOPENED);
    figures(scope, &wanted)
}

/// Metrics of the whole desk, or of the groups that the reader chose.
pub(super) fn figures(scope: &Scope<'_>, wanted: &[Metric]) -> Table {
    match scope.by {
        Some(by) => {
            let groups = split(by, &scope.lives, scope.lens);
            sheet::groups("groups", "Came and went", by, wanted, &groups)
        }
        None => sheet::metrics(
            "figures",
            "Came and went",
            wanted,
            &scope.lives,
            scope.lens,
            scope.before,
        ),
    }
}

/// How long it took.
pub(super) fn times_of(scope: &Scope<'_>) -> Table {
    let wanted = [times::RESPOND, times::RESOLVE];
    sheet::times(
        "times",
        "How long it took",
        &wanted,
        &scope.lives,
        scope.lens,
    )
}

/// What is live now, by level and priority.
fn live(scope: &Scope<'_>) -> Table {
    let live = scope.lives.iter().filter(|life| life.status.is_live());
    let live: Vec<_> = live.copied().collect();
    let priorities: BTreeSet<Option<Priority>> = live.iter().map(|life| life.priority).collect();
    let tiered = live.iter().any(|life| life.level.is_some());
    let mut columns = vec![match tiered {
        true => Column::new("level", "Level"),
        false => Column::new("what", ""),
    }];
    columns.extend(priorities.iter().map(|priority| {
        let name = priority.map_or_else(|| "none".to_owned(), |priority| priority.text());
        Column::new(&name, &name)
    }));
    columns.push(Column::new("all", "All"));
    let all = columns.len() - 1;
    let title = format!("Live now: {}", live.len());
    let mut table = Table::new("live", title, columns).chart(Chart::Bars(all));
    let levels: BTreeSet<_> = live
        .iter()
        .map(|life| (life.level.is_none(), life.level))
        .collect();
    for (_, level) in levels {
        let here: Vec<_> = live.iter().filter(|life| life.level == level).collect();
        let name = match level {
            Some(level) => level.to_string(),
            None if tiered => "none".to_owned(),
            None => "tickets".to_owned(),
        };
        let mut row = vec![Cell::Text(name)];
        row.extend(priorities.iter().map(|priority| {
            Cell::count(
                here.iter()
                    .filter(|life| life.priority == *priority)
                    .count(),
            )
        }));
        row.push(Cell::count(here.len()));
        table.push(row);
    }
    let count = |is_so: fn(Status) -> bool| live.iter().filter(|life| is_so(life.status)).count();
    let states: Vec<String> = Status::ALL
        .iter()
        .filter(|status| status.is_live())
        .map(|status| {
            (
                status,
                live.iter().filter(|life| life.status == *status).count(),
            )
        })
        .filter(|(_, count)| *count > 0)
        .map(|(status, count)| format!("{count} {status}"))
        .collect();
    if states.is_empty() {
        return table;
    }
    let unassigned = live.iter().filter(|life| life.assignee.is_none()).count();
    table.note(states.join(" · ")).note(format!(
        "{unassigned} unassigned · {} not acknowledged",
        count(Status::is_waiting)
    ))
}

fn oldest(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("age", "Age"),
        Column::new("priority", "Pri"),
        Column::new("status", "Status").keep(60),
        Column::new("assignee", "Assignee").keep(50),
        Column::new("title", "Title"),
    ];
    let mut table = Table::new("oldest", "Open for longest", columns);
    let live = scope.lives.iter().filter(|life| life.status.is_live());
    let mut live: Vec<_> = live.collect();
    live.sort_by_key(|life| (life.opened, life.id));
    for life in live.into_iter().take(OLDEST) {
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::Seconds(scope.lens.now.since(life.opened)),
            Cell::maybe(life.priority.map(|priority| priority.text())),
            Cell::Text(life.status.word().to_owned()),
            word(life.assignee),
            Cell::Text(life.title.to_owned()),
        ]);
    }
    table
}
