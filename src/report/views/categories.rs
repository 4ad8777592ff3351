//! What tickets are about, and how each kind of trouble fares.

use super::parts::is_tiered;
use super::{Scope, View};
use crate::report::figure::Part;
use crate::report::life::Life;
use crate::report::metrics::{flow, levels, quality, times};
use crate::report::sheet;
use crate::report::table::{Cell, Chart, Column, Table};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The view.
pub const VIEW: View = View {
    word: "categories",
    title: "Categories",
    about: "what tickets are about, and how each category fares",
    tables: |scope| vec![categories(scope)],
};

/// Categories with those above them, each with all that lies under it.
pub(super) fn categories(scope: &Scope<'_>) -> Table {
    let mut wanted = vec![(times::RESOLVE, "Median"), (quality::REOPENED, "Reopened")];
    if is_tiered(scope) {
        wanted.extend([
            (levels::ESCALATED, "Escalated"),
            (levels::FIRST_LEVEL, "First level"),
            (levels::LEVEL_1_CAPABLE, "L1-capable"),
        ]);
    }
    let mut columns = vec![
        Column::new("category", "Category"),
        Column::new("arrived", "Arrived"),
        Column::new("resolved", "Resolved"),
        Column::new("share", "Share").keep(90),
    ];
    for (place, (metric, title)) in wanted.iter().enumerate() {
        let keep = 80_u8.saturating_sub(u8::try_from(place).unwrap_or(u8::MAX) * 5);
        columns.push(Column::new(metric.name, title).keep(keep));
    }
    let mut found: BTreeMap<String, Vec<&Life>> = BTreeMap::new();
    let mut without: Vec<&Life> = Vec::new();
    for life in scope.touched() {
        let Some(category) = life.category else {
            without.push(life);
            continue;
        };
        for name in with_those_above(category) {
            found.entry(name.to_owned()).or_default().push(life);
        }
    }
    let all = scope.resolved().count();
    let row = |name: String, lives: &[&Life]| {
        let count = |metric: crate::report::Metric| metric.over(lives, scope.lens).n();
        let resolved = count(flow::RESOLVED);
        let mut row = vec![
            Cell::Text(name),
            Cell::count(count(flow::ARRIVED)),
            Cell::count(resolved),
            Cell::Share(Part {
                count: resolved,
                n: all,
            }),
        ];
        let figures = wanted
            .iter()
            .map(|(metric, _)| metric.over(lives, scope.lens));
        row.extend(figures.map(|figure| sheet::value(&figure)));
        row
    };
    let title = format!("Categories: {}", found.len());
    let mut table = Table::new("categories", title, columns).chart(Chart::Bars(2));
    for name in largest_first(&found) {
        if let Some(lives) = found.get(name) {
            table.push(row(name.to_owned(), lives));
        }
    }
    if !without.is_empty() {
        table.push(row("none".to_owned(), &without));
    }
    table.note(format!(
        "A category counts what lies under it, too. Shares are of what was resolved in it, the \
         first one of all {all} resolved; the median is business time to resolve, pending included."
    ))
}

/// `a`, `a/b` and `a/b/c` of `a/b/c`.
fn with_those_above(category: &str) -> impl Iterator<Item = &str> {
    let ends = category.match_indices('/').map(|(place, _)| place);
    ends.chain([category.len()]).map(|end| &category[..end])
}

/// Their names: each under the one that it lies in, the largest first.
fn largest_first<'m>(found: &'m BTreeMap<String, Vec<&Life>>) -> Vec<&'m str> {
    let size = |name: &str| found.get(name).map_or(0, Vec::len);
    let mut names: Vec<&str> = found.keys().map(String::as_str).collect();
    names.sort_by_cached_key(|name| {
        let path = with_those_above(name);
        path.map(|name| (Reverse(size(name)), name))
            .collect::<Vec<_>>()
    });
    names
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Known, Story, escalate_to, november, resolve, resolve_with, rows};
    use crate::ticket::Ticket;
    use serde_json::json;

    fn about(tail: &str, category: Option<&str>, hours: Option<u32>, high: bool) -> Ticket {
        let mut fields = vec![("level", "1")];
        fields.extend(category.map(|category| ("category", category)));
        let id = format!("261102-{}", tail.repeat(6));
        let mut story = Story::open(&id, "2026-11-02T09:00:00Z", &fields);
        if high {
            story = story.then("2026-11-02T09:30:00Z", "lena", escalate_to("2", "desktop"));
        }
        if let Some(hours) = hours {
            let could_be = if high {
                resolve_with(Some("1"), &[])
            } else {
                resolve()
            };
            let at = format!("2026-11-02T{:02}:00:00Z", 9 + hours);
            story = story.then(&at, "lena", could_be);
        }
        story.end()
    }

    #[test]
    fn a_category_counts_what_lies_under_it() {
        let known = Known::new(
            &json!({"format": 1}),
            &[
                about("a", Some("hardware"), Some(5), false),
                about("b", Some("network/vpn"), Some(1), false),
                about("c", Some("network/vpn"), Some(3), true),
                about("d", Some("network/wifi"), None, false),
                about("e", None, Some(7), false),
            ],
        );
        // category, arrived, resolved, of all resolved; then the median, and of
        // those resolved: reopened, escalated, at level 1, and of those above
        // that the ones that level 1 could have resolved.
        assert_eq!(
            rows(&categories(&known.scope(november()))),
            [
                "network | 3 | 2 | 2/4 | 1:00 | 0/2 | 1/2 | 1/2 | 1/1",
                "network/vpn | 2 | 2 | 2/4 | 1:00 | 0/2 | 1/2 | 1/2 | 1/1",
                "network/wifi | 1 | 0 | 0/4 | - | 0/0 | 0/0 | 0/0 | 0/0",
                "hardware | 1 | 1 | 1/4 | 5:00 | 0/1 | 0/1 | 1/1 | 0/0",
                "none | 1 | 1 | 1/4 | 7:00 | 0/1 | 0/1 | 1/1 | 0/0",
            ]
        );
    }
}
