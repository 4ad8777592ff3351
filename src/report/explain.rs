//! What is behind a figure: its definition, and what each ticket contributes.

use super::figure::{Figure, Spread};
use super::group::split;
use super::life::Life;
use super::metric::{Better, Measure, Metric};
use super::own;
use super::sheet::{self, capital};
use super::table::{Cell, Column, Table, many};
use super::views::{Scope, fields};
use crate::ticket::value::Value as _;

/// How many tickets people are shown; programs get all.
const SHOWN: usize = 50;

/// A metric over a scope, the same by what it is to be split by, and the
/// tickets that it is made of.
#[must_use]
pub fn tables(metric: &Metric, scope: &Scope<'_>) -> Vec<Table> {
    let title = capital(metric.title);
    let (lives, lens) = (&scope.lives, scope.lens);
    let figure = match metric.measure {
        Measure::Time(_) => sheet::times("figure", &title, &[*metric], lives, lens),
        _ => sheet::metrics("figure", &title, &[*metric], lives, lens, scope.before),
    };
    let mut tables = vec![figure.note(metric.definition)];
    if let Some(by) = scope.by {
        let title = format!("{title} by {}", by.word());
        let groups = split(by, lives, lens);
        tables.push(sheet::groups("groups", &title, by, &[*metric], &groups));
    }
    tables.push(contributions(metric, scope));
    tables
}

/// A field of the desk's own: its figures, and the tickets that have it.
#[must_use]
pub fn own(name: &str, scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = fields::tables(&Scope {
        own: vec![name.to_owned()],
        ..scope.clone()
    });
    let valued = |life: &'_ Life<'_>| {
        let value = life.own.get(name)?.to_owned();
        Some((own::number(&value).unwrap_or_default(), value))
    };
    let touched = scope.touched();
    let mut found: Vec<_> = touched
        .filter_map(|life| Some((valued(life)?, life)))
        .collect();
    // The largest number first, words by their letters; equals stay in the order
    // of their ids.
    found.sort_by(|((a, text), _), ((b, other), _)| b.total_cmp(a).then_with(|| text.cmp(other)));
    let listed = found
        .into_iter()
        .map(|((_, value), life)| (life, vec![Cell::Text(value)]));
    tables.push(tickets(vec![Column::new("value", name)], listed.collect()));
    tables
}

/// What a ticket is, where some ticket is so.
struct Fact {
    name: &'static str,
    title: &'static str,
    keep: u8,
    of: fn(&Life) -> Cell,
}

const FACTS: &[Fact] = &[
    Fact {
        name: "priority",
        title: "Pri",
        keep: 60,
        of: |life| Cell::maybe(life.priority.map(|one| one.text())),
    },
    Fact {
        name: "status",
        title: "Status",
        keep: 40,
        of: |life| Cell::Text(life.status.word().to_owned()),
    },
    Fact {
        name: "team",
        title: "Team",
        keep: 50,
        of: |life| Cell::maybe(life.team.map(str::to_owned)),
    },
    Fact {
        name: "opened",
        title: "Opened",
        keep: 30,
        of: |life| Cell::Moment(life.opened),
    },
];

/// What each ticket contributes; what is worst comes first, or what is most
/// where neither is worse.
fn contributions(metric: &Metric, scope: &Scope<'_>) -> Table {
    let mut found: Vec<(&Life, Figure)> = scope
        .lives
        .iter()
        .filter_map(|life| Some((*life, metric.of(life, scope.lens)?)))
        .collect();
    let weight = |figure: &Figure| {
        let number = figure.headline().unwrap_or(-1.0);
        match metric.better {
            Better::More => -number,
            Better::Less | Better::Neither => number,
        }
    };
    // Stable: equals stay in the order of their ids.
    found.sort_by(|(_, a), (_, b)| weight(b).total_cmp(&weight(a)));
    let mut columns = vec![Column::new("value", heading(metric))];
    if matches!(metric.measure, Measure::Time(_)) {
        columns.push(Column::new("net", "Net of pending").keep(20));
        columns.push(Column::new("calendar", "Calendar").keep(10));
    }
    let listed = found.into_iter();
    let listed = listed.map(|(life, figure)| (life, contribution(&figure)));
    tickets(columns, listed.collect())
}

/// Tickets, each with the values that it is listed for, and what it is.
fn tickets(values: Vec<Column>, listed: Vec<(&Life, Vec<Cell>)>) -> Table {
    let is_told = |fact: &&Fact| {
        let mut lives = listed.iter().map(|(life, _)| *life);
        lives.any(|life| (fact.of)(life) != Cell::Nothing)
    };
    let facts: Vec<&Fact> = FACTS.iter().filter(is_told).collect();
    let mut columns = vec![Column::new("id", "ID")];
    columns.extend(values);
    let known = facts.iter();
    columns.extend(known.map(|fact| Column::new(fact.name, fact.title).keep(fact.keep)));
    columns.push(Column::new("title", "Title"));
    let title = format!("The tickets: {}", many(listed.len()));
    let mut table = Table::new("tickets", title, columns).most(SHOWN);
    for (life, values) in listed {
        let mut row = vec![Cell::Ticket(life.id.to_owned())];
        row.extend(values);
        row.extend(facts.iter().map(|fact| (fact.of)(life)));
        row.push(Cell::Text(life.title.to_owned()));
        table.push(row);
    }
    table
}

fn heading(metric: &Metric) -> &'static str {
    match metric.measure {
        Measure::Share(_) => "Counts",
        Measure::Ratio(_) => "Share",
        Measure::Time(_) => "Took",
        Measure::Count(_) | Measure::Mean(_) => "Count",
        Measure::Money(_) => "Amount",
    }
}

/// The cells of what one ticket contributes: one, or three of a time.
fn contribution(figure: &Figure) -> Vec<Cell> {
    match figure {
        Figure::Share(part) if part.n == 1 => {
            vec![Cell::Text(
                if part.count == 1 { "yes" } else { "no" }.to_owned(),
            )]
        }
        Figure::Time {
            business,
            net,
            calendar,
            ..
        } => {
            let of = |spread: &Option<Spread>, cell: fn(i64) -> Cell| {
                spread.map_or(Cell::Nothing, |spread| cell(spread.p50))
            };
            vec![
                of(business, Cell::Open),
                of(net, Cell::Open),
                of(calendar, Cell::Seconds),
            ]
        }
        figure => vec![sheet::value(figure)],
    }
}
