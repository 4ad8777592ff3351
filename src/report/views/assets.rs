//! Equipment: what fails again and again, and what that costs.

use super::parts::{LISTED, is_tiered};
use super::{Scope, View};
use crate::report::group::{By, Field, split};
use crate::report::life::Life;
use crate::report::metrics::{cost, flow};
use crate::report::sheet;
use crate::report::table::{Cell, Chart, Column, Table};
use std::cmp::Reverse;

/// The view.
pub const VIEW: View = View {
    word: "assets",
    title: "Assets",
    about: "equipment that fails again and again, and what that costs",
    tables: |scope| vec![assets(scope)],
};

fn assets(scope: &Scope<'_>) -> Table {
    let mut columns = vec![
        Column::new("asset", "Asset"),
        Column::new("tickets", "Tickets"),
        Column::new("live", "Live").keep(80),
        Column::new("resolved", "Resolved").keep(40),
        Column::new("reopenings", "Reopenings").keep(70),
    ];
    let costs = is_tiered(scope);
    if costs {
        columns.push(Column::new("cost", "Cost").keep(60));
    }
    columns.extend([
        Column::new("last", "Last opened").keep(50),
        Column::new("last-id", "Last ticket").keep(90),
        Column::new("last-title", "About").keep(30),
    ]);
    let groups = split(By::Field(Field::Asset), &scope.lives, scope.lens);
    let (named, unnamed): (Vec<_>, Vec<_>) =
        groups.into_iter().partition(|group| group.key.is_some());
    let reopenings = |lives: &[&Life]| {
        let all = lives.iter().flat_map(|life| &life.course.reopenings);
        all.filter(|at| scope.lens.period.contains(**at)).count()
    };
    let mut rows: Vec<_> = named
        .into_iter()
        .map(|group| (reopenings(&group.lives), group))
        .collect();
    // Stable: of equal size, by name, as they come.
    rows.sort_by_key(|(again, group)| Reverse((group.lives.len(), *again)));
    let again = rows.iter().filter(|(_, group)| group.lives.len() > 1);
    let title = format!(
        "Assets: {}, {} with more than one ticket",
        rows.len(),
        again.count()
    );
    let mut table = Table::new("assets", title, columns)
        .chart(Chart::Bars(1))
        .most(LISTED);
    for (again, group) in rows {
        let last = group.lives.iter().max_by_key(|life| (life.opened, life.id));
        let live = group.lives.iter().filter(|life| life.status.is_live());
        let mut row = vec![
            Cell::maybe(group.key),
            Cell::count(group.lives.len()),
            Cell::count(live.count()),
            sheet::value(&flow::RESOLVED.over(&group.lives, scope.lens)),
            Cell::count(again),
        ];
        if costs {
            row.push(sheet::value(&cost::COST.over(&group.lives, scope.lens)));
        }
        row.extend([
            last.map_or(Cell::Nothing, |life| Cell::Moment(life.opened)),
            last.map_or(Cell::Nothing, |life| Cell::Ticket(life.id.to_owned())),
            last.map_or(Cell::Nothing, |life| Cell::Text(life.title.to_owned())),
        ]);
        table.push(row);
    }
    let unnamed: usize = unnamed.iter().map(|group| group.lives.len()).sum();
    let mut table = table.note(format!(
        "Tickets that were live or resolved in the period; {unnamed} name no asset."
    ));
    if costs {
        table = table.note("Cost is of those resolved in the period, by the highest level.");
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Known, Story, november, reopen, resolve, rows};
    use serde_json::json;

    fn with(tail: &str, day: &str, asset: Option<&str>) -> Story {
        let mut fields = vec![("level", "1")];
        fields.extend(asset.map(|asset| ("asset", asset)));
        let id = format!("{}-{}", day.replace('-', ""), tail.repeat(6));
        Story::open(&id, &format!("20{day}T09:00:00Z"), &fields)
    }

    #[test]
    fn what_fails_again_and_again_comes_first() {
        let known = Known::new(
            &json!({"format": 1, "levels": {"1": {"name": "front line", "cost": 20}}}),
            &[
                with("a", "26-11-02", Some("LT-1"))
                    .then("2026-11-02T10:00:00Z", "lena", resolve())
                    .end(),
                // Resolved before the period: no part of it.
                with("b", "26-10-02", Some("LT-2"))
                    .then("2026-10-02T10:00:00Z", "lena", resolve())
                    .end(),
                with("c", "26-11-03", Some("LT-2"))
                    .then("2026-11-03T10:00:00Z", "lena", resolve())
                    .then("2026-11-04T10:00:00Z", "lena", reopen())
                    .then("2026-11-05T10:00:00Z", "lena", resolve())
                    .end(),
                with("d", "26-11-09", Some("LT-2")).end(),
                with("e", "26-11-09", None).end(),
            ],
        );
        let table = assets(&known.scope(november()));
        assert_eq!(
            rows(&table),
            [
                "LT-2 | 2 | 1 | 1 | 1 | $20 | 11-09 09:00 | d | VPN drops",
                "LT-1 | 1 | 0 | 1 | 0 | $20 | 11-02 09:00 | a | VPN drops",
            ]
        );
        assert_eq!(table.title, "Assets: 2, 1 with more than one ticket");
        assert!(
            table.notes[0].ends_with("1 name no asset."),
            "{:?}",
            table.notes
        );
    }
}
