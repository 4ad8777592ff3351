//! What the knowledge base does, and where it is silent. DOMAIN.md section 6,
//! "knowledge link rate" and "deflection".

use super::{Scope, View};
use crate::report::figure::Part;
use crate::report::group::split;
use crate::report::life::Life;
use crate::report::metrics::{flow, knowledge, levels, times};
use crate::report::sheet;
use crate::report::table::{Cell, Chart, Column, Table, many};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The view.
pub const VIEW: View = View {
    word: "knowledge",
    title: "Knowledge",
    about: "resolved with an article, by self-service, and categories that lack one",
    splits: true,
    tables,
};

/// How many articles, and how many categories, a terminal shows.
const MOST: usize = 20;

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    vec![rates(scope), articles(scope), gaps(scope)]
}

/// Link rate and deflection.
pub(super) fn rates(scope: &Scope<'_>) -> Table {
    let wanted = [knowledge::LINKED, knowledge::DEFLECTED];
    match scope.by {
        Some(by) => {
            let wanted = [&[flow::RESOLVED], &wanted[..]].concat();
            let groups = split(by, &scope.lives, scope.lens);
            sheet::groups("rates", "Knowledge at work", by, &wanted, &groups)
        }
        None => sheet::metrics(
            "rates",
            "Knowledge at work",
            &wanted,
            &scope.lives,
            scope.lens,
            scope.before,
        ),
    }
}

/// Articles by how many resolved tickets they are linked to.
fn articles(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("article", "Article"),
        Column::new("tickets", "Tickets"),
        Column::new("share", "Of resolved").keep(70),
        Column::new("p50", "Median to resolve").keep(60),
    ];
    let resolved: Vec<&Life> = scope.resolved().collect();
    let mut found: BTreeMap<&str, Vec<&Life>> = BTreeMap::new();
    for life in &resolved {
        for article in &life.articles {
            found.entry(article).or_default().push(life);
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, lives)| Reverse(lives.len()));
    let title = format!("Articles in use: {}", many(found.len()));
    let mut table = Table::new("articles", title, columns)
        .chart(Chart::Bars(1))
        .most(MOST);
    for (article, lives) in found {
        table.push(vec![
            Cell::Text(article.to_owned()),
            Cell::count(lives.len()),
            Cell::Share(Part {
                count: lives.len(),
                n: resolved.len(),
            }),
            sheet::value(&times::RESOLVE.over(&lives, scope.lens)),
        ]);
    }
    table
}

/// Categories whose resolved tickets have no article, the largest first.
fn gaps(scope: &Scope<'_>) -> Table {
    let mut columns = vec![
        Column::new("category", "Category"),
        Column::new("tickets", "Resolved"),
        Column::new("share", "Of resolved").keep(70),
        Column::new("p50", "Median to resolve").keep(60),
    ];
    let tiered = super::parts::is_tiered(scope);
    if tiered {
        columns.push(Column::new("first-level", "First level").keep(50));
    }
    let resolved: Vec<&Life> = scope.resolved().collect();
    let mut found: BTreeMap<&str, Vec<&Life>> = BTreeMap::new();
    for life in &resolved {
        if let Some(category) = life.category {
            found.entry(category).or_default().push(life);
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.retain(|(_, lives)| lives.iter().all(|life| life.articles.is_empty()));
    found.sort_by_key(|(_, lives)| Reverse(lives.len()));
    let title = format!("Categories without an article: {}", many(found.len()));
    let mut table = Table::new("gaps", title, columns)
        .chart(Chart::Bars(1))
        .most(MOST);
    for (category, lives) in found {
        let mut row = vec![
            Cell::Text(category.to_owned()),
            Cell::count(lives.len()),
            Cell::Share(Part {
                count: lives.len(),
                n: resolved.len(),
            }),
            sheet::value(&times::RESOLVE.over(&lives, scope.lens)),
        ];
        if tiered {
            row.push(sheet::value(&levels::FIRST_LEVEL.over(&lives, scope.lens)));
        }
        table.push(row);
    }
    match table.rows.is_empty() {
        true => table,
        false => table.note("An article written here would be used most in the first of them."),
    }
}

#[cfg(test)]
mod tests;
