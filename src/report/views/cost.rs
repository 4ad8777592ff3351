//! What it cost. DOMAIN.md section 6, "cost".

use super::levels::mix_of_levels;
use super::parts;
use super::{Scope, View};
use crate::report::figure::Figure;
use crate::report::group::{By, Field, Group, split};
use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metrics::{cost, flow};
use crate::report::sheet::{self, capital};
use crate::report::table::{Cell, Chart, Column, Table};
use std::cmp::Reverse;

/// The view.
pub const VIEW: View = View {
    word: "cost",
    title: "Cost",
    about: "what resolved tickets cost, a ticket and together, and what could be saved",
    splits: true,
    tables,
};

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let by = match scope.by {
        Some(by @ By::Field(_)) => by,
        _ => By::Field(Field::Category),
    };
    let mut tables = vec![figures(scope)];
    if parts::is_tiered(scope) {
        tables.push(mix_of_levels(scope));
    }
    tables.extend([by_group(scope, by), trend(scope)]);
    tables
}

/// A sum and how many tickets it is of.
fn sum(metric: &crate::report::Metric, lives: &[&Life], lens: Lens<'_>) -> (i64, usize) {
    match metric.over(lives, lens) {
        Figure::Money { total, n } => (total, n),
        _ => (0, 0),
    }
}

/// What a ticket cost on average, rounded down to a hundredth.
fn each((total, n): (i64, usize)) -> Cell {
    match i64::try_from(n) {
        Ok(n) if n > 0 => Cell::Money(total / n),
        _ => Cell::Nothing,
    }
}

/// The sum, the cost of a ticket, and what could be saved.
pub(super) fn figures(scope: &Scope<'_>) -> Table {
    let wanted = [cost::COST, cost::SAVING];
    let mut table = sheet::metrics(
        "figures",
        "What it cost",
        &wanted,
        &scope.lives,
        scope.lens,
        scope.before,
    );
    let of = |lens| sum(&cost::COST, &scope.lives, lens);
    let is = of(scope.lens);
    let mut row = vec![
        Cell::Named("cost-per-ticket", "cost of a ticket"),
        each(is),
        Cell::count(is.1),
    ];
    if let Some(before) = scope.before {
        let was = of(before);
        let change = match (each(was).number(), each(is).number()) {
            (Some(old), Some(new)) if old > 0.0 => Cell::Change {
                by: (new - old) / old,
                points: false,
                better: (new != old).then_some(new < old),
            },
            _ => Cell::Nothing,
        };
        row.extend([each(was), change]);
    }
    table.rows.insert(1, row);
    match parts::is_tiered(scope) {
        true => table.note(
            "A ticket costs what the highest level that it reached does: by desk.yaml, or by \
             published benchmarks where that names none.",
        ),
        false => table.note("Tickets have no unit cost on this desk."),
    }
}

/// Groups of tickets, the dearest first.
fn by_group(scope: &Scope<'_>, by: By) -> Table {
    let columns = vec![
        Column::new(by.word(), &capital(by.word())),
        Column::new("tickets", "Tickets"),
        Column::new("cost", "Cost"),
        Column::new("each", "A ticket"),
        Column::new("saving", "Could be saved").keep(80),
    ];
    let title = format!("Cost by {}", by.word());
    let mut table = Table::new("cost-by", title, columns).chart(Chart::Bars(2));
    let mut rows = Vec::new();
    for Group { key, lives, lens } in split(by, &scope.lives, scope.lens) {
        let cost = sum(&cost::COST, &lives, lens);
        let (saving, _) = sum(&cost::SAVING, &lives, lens);
        if cost.1 > 0 {
            rows.push((key, cost, saving));
        }
    }
    // Stable; people keep the order of their names.
    if by != By::Field(Field::Person) {
        rows.sort_by_key(|(key, cost, _)| (key.is_none(), Reverse(cost.0)));
    }
    for (key, cost, saving) in rows {
        table.push(vec![
            Cell::Text(key.unwrap_or_else(|| "none".to_owned())),
            Cell::count(cost.1),
            Cell::Money(cost.0),
            each(cost),
            Cell::Money(saving),
        ]);
    }
    table
}

/// Over time.
pub(super) fn trend(scope: &Scope<'_>) -> Table {
    let by = By::Time(parts::step(scope));
    let columns = vec![
        Column::new(by.word(), &capital(by.word())),
        Column::new("resolved", "Resolved"),
        Column::new("cost", "Cost"),
        Column::new("each", "A ticket"),
        Column::new("saving", "Could be saved").keep(80),
    ];
    let mut table = Table::new("trend", "Cost over time", columns).chart(Chart::Lines);
    for Group { key, lives, lens } in split(by, &scope.lives, scope.lens) {
        let cost = sum(&cost::COST, &lives, lens);
        table.push(vec![
            Cell::maybe(key),
            sheet::value(&flow::RESOLVED.over(&lives, lens)),
            Cell::Money(cost.0),
            each(cost),
            Cell::Money(sum(&cost::SAVING, &lives, lens).0),
        ]);
    }
    table
}

#[cfg(test)]
mod tests;
