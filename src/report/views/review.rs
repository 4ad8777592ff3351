//! A pack for the review of a business unit. DOMAIN.md section 2, "business
//! relationship manager".

use super::parts::LISTED;
use super::{Scope, View, service, sla};
use crate::report::figure::{Figure, Spread};
use crate::report::group::{By, Field, Group, split};
use crate::report::life::{Fate, Life, Outcome, Timed};
use crate::report::metrics::{clocks, flow, quality, satisfaction, times};
use crate::report::sheet;
use crate::report::table::{Cell, Chart, Column, Table};
use crate::ticket::Status;
use std::cmp::Reverse;

/// The view.
pub const VIEW: View = View {
    word: "review",
    title: "Review",
    about: "a pack for a business unit (--unit UNIT): volume, clocks, pains, breaches",
    tables,
};

/// How many categories of pain are named.
const PAINS: usize = 10;

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = Vec::new();
    let units = split(By::Field(Field::Unit), &scope.lives, scope.lens);
    if units.len() > 1 {
        let by = scope.by.unwrap_or(By::Field(Field::Unit));
        let all = service::scorecard(scope, by);
        tables.push(
            all.note("These are several units: desk report review --unit UNIT is about one."),
        );
    } else if let Some(by) = scope.by {
        tables.push(service::scorecard(scope, by));
    }
    tables.extend([
        volume(scope),
        sla::attainment(scope),
        pains(scope),
        explained(scope),
    ]);
    tables
}

/// What came, what went, how long it took, beside the period before.
fn volume(scope: &Scope<'_>) -> Table {
    let zone = scope.lens.policy.calendars.usual.zone();
    let before = scope.lens.period.before(zone);
    let mut wanted = vec![
        flow::ARRIVED,
        flow::RESOLVED,
        flow::BACKLOG,
        times::RESPOND,
        times::RESOLVE,
        quality::REOPENED,
    ];
    if scope.lives.iter().any(|life| life.rating.is_some()) {
        wanted.extend_from_slice(satisfaction::ALL);
    }
    let table = sheet::metrics(
        "volume",
        "Volume",
        &wanted,
        &scope.lives,
        scope.lens,
        Some(scope.lens.over(before)),
    );
    table.note(format!(
        "Before: {}. Times are medians of business time.",
        before.told(zone)
    ))
}

/// Categories by how much they hurt: how many came, how long they took.
fn pains(scope: &Scope<'_>) -> Table {
    let promised = !scope.lens.policy.targets.is_empty();
    let mut columns = vec![
        Column::new("category", "Category"),
        Column::new("arrived", "Arrived"),
        Column::new("resolved", "Resolved").keep(70),
        Column::new("p50", "Median").keep(90),
        Column::new("p90", "p90").keep(60),
        Column::new("reopened", "Reopened").keep(80),
    ];
    if promised {
        columns.push(Column::new("breached", "Breached").keep(100));
    }
    columns.push(Column::new("live", "Live").keep(50));
    let by = By::Field(Field::Category);
    let mut groups = split(by, &scope.lives, scope.lens);
    let arrived = |group: &Group<'_, '_>| flow::ARRIVED.over(&group.lives, group.lens).n();
    groups.sort_by_key(|group| Reverse(arrived(group)));
    let count = groups.len();
    let title = format!("Top pains, by category: {} of {count}", count.min(PAINS));
    let mut table = Table::new("pains", title, columns).chart(Chart::Bars(1));
    for group in groups.iter().take(PAINS) {
        let Group { key, lives, lens } = group;
        let took = match times::RESOLVE.over(lives, *lens) {
            Figure::Time { business, .. } => business,
            _ => None,
        };
        let seconds =
            |of: fn(Spread) -> i64| took.map_or(Cell::Nothing, |spread| Cell::Open(of(spread)));
        let mut row = vec![
            Cell::Text(key.clone().unwrap_or_else(|| "none".to_owned())),
            Cell::count(arrived(group)),
            sheet::value(&flow::RESOLVED.over(lives, *lens)),
            seconds(|spread| spread.p50),
            seconds(|spread| spread.p90),
            sheet::value(&quality::REOPENED.over(lives, *lens)),
        ];
        if promised {
            let breached = |figure: Figure| match figure {
                Figure::Share(part) => part.n - part.count,
                _ => 0,
            };
            let count = breached(clocks::RESPOND.over(lives, *lens))
                + breached(clocks::RESOLVE.over(lives, *lens));
            row.push(Cell::count(count));
        }
        row.push(sheet::value(&flow::BACKLOG.over(lives, *lens)));
        table.push(row);
    }
    match promised {
        true => table.note("Breached: respond and resolve clocks."),
        false => table,
    }
}

/// Each breach, and the facts that explain it.
fn explained(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("clock", "Clock"),
        Column::new("spent", "Spent"),
        Column::new("target", "Target").keep(90),
        Column::new("charged", "Most with").keep(100),
        Column::new("used", "There").keep(85),
        Column::new("teams", "Teams").keep(60),
        Column::new("declined", "Declined").keep(55),
        Column::new("pending", "Pending").keep(70),
        Column::new("title", "Title").keep(80),
    ];
    let mut breaches: Vec<_> = sla::breaches(scope).collect();
    breaches.sort_by_key(|(life, timed, result)| (result.at, life.id, timed.clock));
    let title = format!("Breaches explained: {}", breaches.len());
    let mut table = Table::new("breaches", title, columns).most(LISTED);
    for (life, timed, result) in breaches {
        table.push(row(life, timed, result));
    }
    match table.rows.is_empty() {
        true => table,
        false => table.note(
            "Most with: who used most of the clock, and how much of it. Teams: how many had the \
             ticket by then, repeats counted. Pending: calendar time on hold by then.",
        ),
    }
}

fn row(life: &Life, timed: &Timed, result: Outcome) -> Vec<Cell> {
    let mut teams: Vec<_> = life
        .course
        .stays
        .iter()
        .filter(|stay| stay.from < result.at)
        .filter_map(|stay| stay.place.team.as_ref())
        .collect();
    teams.dedup();
    let declined = life.course.hand_overs.iter().filter(|one| {
        let refused = matches!(one.fate, Fate::Declined(_) | Fate::HandedBack(_));
        let answer = one.answer.as_ref().filter(|answer| answer.at <= result.at);
        refused && answer.is_some()
    });
    let pending: i64 = life
        .course
        .stretches(result.at)
        .filter(|(stay, ..)| stay.status == Status::Pending)
        .map(|(_, from, to)| to.since(from).max(0))
        .sum();
    let there = timed.used.first().map(|(_, seconds)| *seconds);
    vec![
        Cell::Ticket(life.id.to_owned()),
        Cell::Text(timed.clock.word().to_owned()),
        Cell::Open(result.spent),
        Cell::Open(result.target),
        Cell::maybe(sla::charged(life, timed)),
        there.map_or(Cell::Nothing, Cell::Open),
        Cell::count(teams.len()),
        Cell::count(declined.count()),
        Cell::Seconds(pending),
        Cell::Text(life.title.to_owned()),
    ]
}

#[cfg(test)]
mod tests;
