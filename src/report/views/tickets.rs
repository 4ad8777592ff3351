//! One row for each ticket, with everything that is derived from it: for
//! spreadsheets.

use super::parts::{LISTED, is_tiered, of, word};
use super::{Scope, View};
use crate::report::Metric;
use crate::report::life::Life;
use crate::report::metrics::{self, cost, levels};
use crate::report::sheet::{self, capital};
use crate::report::table::{Cell, Column, Table};
use crate::ticket::Timestamp;

/// The view.
pub const VIEW: View = View {
    word: "tickets",
    title: "Tickets",
    about: "a row for each ticket with every fact and metric, for spreadsheets",
    tables: |scope| vec![tickets(scope)],
};

/// What a ticket is, and what happened to it.
struct Fact {
    name: &'static str,
    title: &'static str,
    keep: u8,
    of: fn(&Life) -> Cell,
}

const fn fact(name: &'static str, title: &'static str, keep: u8, of: fn(&Life) -> Cell) -> Fact {
    Fact {
        name,
        title,
        keep,
        of,
    }
}

/// Facts that a ticket has on every desk.
const FACTS: &[Fact] = &[
    fact("id", "ID", 255, |life| Cell::Ticket(life.id.to_owned())),
    fact("title", "Title", 255, |life| {
        Cell::Text(life.title.to_owned())
    }),
    fact("kind", "Kind", 40, |life| of(life.kind.as_ref())),
    fact("status", "Status", 220, |life| {
        Cell::Text(life.status.word().to_owned())
    }),
    fact("priority", "Pri", 219, |life| of(life.priority.as_ref())),
    fact("team", "Team", 217, |life| word(life.team)),
    fact("assignee", "Assignee", 216, |life| word(life.assignee)),
    fact("owner", "Owner", 20, |life| word(life.owner)),
    fact("requester", "Requester", 30, |life| word(life.requester)),
    fact("category", "Category", 215, |life| word(life.category)),
    fact("customer", "Customer", 20, |life| word(life.customer)),
    fact("unit", "Unit", 20, |life| word(life.unit)),
    fact("service", "Service", 20, |life| word(life.service)),
    fact("asset", "Asset", 20, |life| word(life.asset)),
    fact("vendor", "Vendor", 20, |life| word(life.vendor)),
    fact("via", "Via", 20, |life| word(life.via)),
    fact("code", "Code", 20, |life| word(life.code)),
    fact("opened", "Opened", 214, |life| Cell::Moment(life.opened)),
    fact("first-answered", "First answered", 20, |life| {
        moment(life.responded)
    }),
    fact("acknowledged", "Acknowledged", 20, |life| {
        moment(life.acknowledged)
    }),
    fact("resolved-at", "Resolved", 213, |life| {
        moment(life.resolved().map(|one| one.at))
    }),
    fact("resolved-by", "Resolved by", 20, |life| {
        word(life.resolved().map(|one| one.by))
    }),
    fact("updated", "Updated", 20, |life| Cell::Moment(life.updated)),
    fact("reopenings", "Reopenings", 20, |life| {
        Cell::count(life.course.reopenings.len())
    }),
];

/// Facts of a desk with levels.
const OF_LEVELS: &[Fact] = &[
    fact("level", "Level", 218, |life| of(life.level.as_ref())),
    fact("highest-level", "Highest level", 20, |life| {
        of(life.course.highest().as_ref())
    }),
    fact("could-be", "Could be", 20, |life| {
        of(life.could_be.as_ref())
    }),
];

fn tickets(scope: &Scope<'_>) -> Table {
    let with_levels = is_tiered(scope);
    let facts: Vec<&Fact> = FACTS
        .iter()
        .chain(OF_LEVELS.iter().filter(|_| with_levels))
        .collect();
    let of_levels = |metric: &Metric| {
        let mut theirs = levels::ALL.iter().chain(cost::ALL);
        theirs.any(|other| other.name == metric.name)
    };
    let metrics: Vec<&Metric> = metrics::all()
        .filter(|metric| with_levels || !of_levels(metric))
        .collect();
    let mut columns: Vec<Column> = facts
        .iter()
        .map(|fact| Column::new(fact.name, fact.title).keep(fact.keep))
        .collect();
    columns.extend(
        metrics
            .iter()
            .map(|metric| Column::new(metric.name, &capital(metric.title)).keep(10)),
    );
    let lives: Vec<&Life> = scope.touched().collect();
    let title = format!("Tickets: {}", lives.len());
    let mut table = Table::new("tickets", title, columns).most(LISTED);
    for life in lives {
        let facts = facts.iter().map(|fact| (fact.of)(life));
        let figures = metrics.iter().map(|metric| {
            metric
                .of(life, scope.lens)
                .map_or(Cell::Nothing, |figure| sheet::value(&figure))
        });
        table.push(facts.chain(figures).collect());
    }
    table.note(
        "Live or resolved in the period. A figure is what the ticket contributes to that metric; \
         times are business seconds in CSV and JSON.",
    )
}

fn moment(at: Option<Timestamp>) -> Cell {
    at.map_or(Cell::Nothing, Cell::Moment)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::figure::Figure;
    use crate::report::story::{desk, november, served};
    use std::collections::BTreeSet;

    #[test]
    fn the_rows_add_up_to_the_figures() {
        for known in [desk(), served()] {
            let scope = known.scope(november());
            let table = tickets(&scope);
            let mut checked = 0;
            for (place, column) in table.columns.iter().enumerate() {
                let Some(metric) = metrics::find(&column.name) else {
                    continue;
                };
                let cells = || table.rows.iter().map(|row| &row[place]);
                let counted = cells().filter(|cell| **cell != Cell::Nothing).count();
                match metric.over(&scope.lives, scope.lens) {
                    Figure::Share(part) => {
                        let mut sum = crate::report::figure::Part::default();
                        for cell in cells() {
                            if let Cell::Share(one) = cell {
                                sum += *one;
                            }
                        }
                        assert_eq!(sum, part, "{}", metric.name);
                    }
                    Figure::Count { total, n } | Figure::Money { total, n } => {
                        let sum: i64 = cells()
                            .map(|cell| match cell {
                                Cell::Count(one) | Cell::Money(one) => *one,
                                _ => 0,
                            })
                            .sum();
                        assert_eq!((sum, counted), (total, n), "{}", metric.name);
                    }
                    Figure::Time { n, .. } | Figure::Ratio { n, .. } | Figure::Mean { n, .. } => {
                        assert_eq!(counted, n, "{}", metric.name);
                    }
                }
                checked += 1;
            }
            assert_eq!(checked, metrics::all().count());
        }
    }

    #[test]
    fn every_column_has_a_name_of_its_own_and_every_row_a_cell_for_it() {
        let known = served();
        let table = tickets(&known.scope(november()));
        let names: BTreeSet<&str> = table.columns.iter().map(|one| one.name.as_str()).collect();
        assert_eq!(names.len(), table.columns.len());
        assert_eq!(table.rows.len(), 7);
        for row in &table.rows {
            assert_eq!(row.len(), table.columns.len());
        }
    }
}
