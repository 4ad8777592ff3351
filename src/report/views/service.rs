//! Services as their users have them. DOMAIN.md section 2, "service delivery
//! manager".

use super::parts;
use super::{Scope, View};
use crate::report::Metric;
use crate::report::figure::{Figure, Spread};
use crate::report::group::{By, Field, Group, split};
use crate::report::life::Life;
use crate::report::metrics::{clocks, flow, quality, times};
use crate::report::sheet::{self, capital};
use crate::report::table::{Cell, Chart, Column, Table};
use crate::ticket::{Clock, Priority};

/// The view.
pub const VIEW: View = View {
    word: "service",
    title: "Services",
    about: "a scorecard for each service, and its major incidents one by one",
    tables,
};

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let by = scope.by.unwrap_or(By::Field(Field::Service));
    vec![scorecard(scope, by), major(scope)]
}

/// What came and went, how long it took, and whether it was in time.
pub(super) fn scorecard(scope: &Scope<'_>, by: By) -> Table {
    let promised = !scope.lens.policy.targets.is_empty();
    let mut columns = vec![
        Column::new(by.word(), &capital(by.word())),
        Column::new("arrived", "Arrived"),
        Column::new("resolved", "Resolved"),
        Column::new("live", "Live"),
    ];
    if promised {
        columns.extend([
            Column::new("respond-attainment", "Respond met").keep(60),
            Column::new("resolve-attainment", "Resolve met").keep(90),
            Column::new("n", "n").keep(89),
        ]);
    }
    columns.extend([
        Column::new("p50", "Median").keep(100),
        Column::new("p90", "p90").keep(80),
        Column::new("reopened", "Reopened").keep(70),
        Column::new("major", "Major").keep(75),
    ]);
    let title = format!("Scorecard by {}", by.word());
    let mut table = Table::new("scorecard", title, columns).chart(match by {
        By::Time(_) => Chart::Lines,
        By::Field(_) => Chart::Bars(1),
    });
    let top = scope.lens.policy.priorities.first().copied();
    for Group { key, lives, lens } in split(by, &scope.lives, scope.lens) {
        let cell = |metric: &Metric| sheet::value(&metric.over(&lives, lens));
        let mut row = vec![
            Cell::Text(key.unwrap_or_else(|| "none".to_owned())),
            cell(&flow::ARRIVED),
            cell(&flow::RESOLVED),
            cell(&flow::BACKLOG),
        ];
        if promised {
            let resolve = clocks::RESOLVE.over(&lives, lens);
            row.extend([
                cell(&clocks::RESPOND),
                sheet::value(&resolve),
                Cell::count(resolve.n()),
            ]);
        }
        let took = match times::RESOLVE.over(&lives, lens) {
            Figure::Time { business, .. } => business,
            _ => None,
        };
        let seconds =
            |of: fn(Spread) -> i64| took.map_or(Cell::Nothing, |spread| Cell::Open(of(spread)));
        let major = lives.iter().filter(|life| is_major(life, top));
        row.extend([
            seconds(|spread| spread.p50),
            seconds(|spread| spread.p90),
            cell(&quality::REOPENED),
            Cell::count(major.filter(|life| lens.touches(life)).count()),
        ]);
        table.push(row);
    }
    table.note(
        "Median and p90: business time from opening to resolution, pending included. Major: \
         tickets of the highest priority that were live in the period.",
    )
}

fn is_major(life: &Life, top: Option<Priority>) -> bool {
    top.is_some() && life.priority == top
}

/// The tickets of the highest priority, in the order in which they came.
pub(super) fn major(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("opened", "Opened"),
        Column::new("id", "ID"),
        Column::new("service", "Service").keep(80),
        Column::new("acknowledged", "Taken up after").keep(60),
        Column::new("resolved", "Resolved").keep(70),
        Column::new("took", "Took"),
        Column::new("clock", "Clock").keep(75),
        Column::new("title", "Title"),
    ];
    let top = scope.lens.policy.priorities.first().copied();
    let mut major: Vec<&&Life> = scope
        .lives
        .iter()
        .filter(|life| is_major(life, top) && scope.lens.touches(life))
        .collect();
    major.sort_by_key(|life| (life.opened, life.id));
    let name = top.map_or_else(String::new, |top| format!(" ({top})"));
    let title = format!("Major incidents{name}: {}", major.len());
    let mut table = Table::new("major", title, columns).most(parts::LISTED);
    for life in major {
        let resolved = life.resolved().map(|one| one.at);
        let until = resolved.unwrap_or(scope.lens.now);
        let taken = life.acknowledged.map(|at| at.since(life.opened).max(0));
        table.push(vec![
            Cell::Moment(life.opened),
            Cell::Ticket(life.id.to_owned()),
            parts::word(life.service),
            taken.map_or(Cell::Nothing, Cell::Seconds),
            resolved.map_or(Cell::Nothing, Cell::Moment),
            Cell::Seconds(until.since(life.opened).max(0)),
            clock(life, scope),
            Cell::Text(life.title.to_owned()),
        ]);
    }
    match table.rows.is_empty() {
        true => table,
        false => table.note("All time from opening to resolution, or to now while it is live."),
    }
}

/// What the resolve clock came to.
fn clock(life: &Life, scope: &Scope<'_>) -> Cell {
    let mut clocks = life.clocks.iter();
    let Some(resolve) = clocks.find(|timed| timed.clock == Clock::Resolve) else {
        return Cell::Nothing;
    };
    let told = match resolve.result {
        Some(result) if result.met => "met",
        Some(_) => "breached",
        None if resolve.is_late(scope.lens.now) => "over",
        None => "runs",
    };
    Cell::Text(told.to_owned())
}

#[cfg(test)]
mod tests;
