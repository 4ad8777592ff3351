//! What is behind a figure: its definition, and what each ticket contributes.

use super::figure::Figure;
use super::metric::{Measure, Metric};
use super::sheet::{self, capital};
use super::table::{Cell, Column, Table};
use super::views::Scope;

/// A metric over a scope, and the tickets that it is made of.
#[must_use]
pub fn tables(metric: &Metric, scope: &Scope<'_>) -> Vec<Table> {
    let figure = match metric.measure {
        Measure::Time(_) => sheet::times(
            "figure",
            &capital(metric.title),
            &[*metric],
            &scope.lives,
            scope.lens,
        ),
        _ => sheet::metrics(
            "figure",
            &capital(metric.title),
            &[*metric],
            &scope.lives,
            scope.lens,
            scope.before,
        ),
    };
    vec![figure.note(metric.definition), tickets(metric, scope)]
}

/// What each ticket contributes; what counts most comes first.
fn tickets(metric: &Metric, scope: &Scope<'_>) -> Table {
    let contributes = match metric.measure {
        Measure::Share(_) => "Counts",
        Measure::Ratio(_) => "Share",
        Measure::Time(_) => "Took",
        Measure::Count(_) | Measure::Mean(_) => "Count",
        Measure::Money(_) => "Amount",
    };
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("value", contributes),
        Column::new("title", "Title"),
    ];
    let mut found: Vec<_> = scope
        .lives
        .iter()
        .filter_map(|life| Some((*life, metric.of(life, scope.lens)?)))
        .collect();
    found.sort_by(|(_, a), (_, b)| {
        let (a, b) = (a.headline().unwrap_or(-1.0), b.headline().unwrap_or(-1.0));
        b.total_cmp(&a)
    });
    let mut table = Table::new("tickets", format!("The tickets: {}", found.len()), columns);
    for (life, figure) in found {
        let value = match figure {
            Figure::Share(part) if part.n == 1 => {
                Cell::Text(if part.count == 1 { "yes" } else { "no" }.to_owned())
            }
            figure => sheet::value(&figure),
        };
        table.push(vec![
            Cell::Ticket(life.id.clone()),
            value,
            Cell::Text(life.title.clone()),
        ]);
    }
    table
}
