//! How tickets go from team to team, and back.

use super::{Scope, View};
use crate::report::figure::Part;
use crate::report::group::{By, Field, split};
use crate::report::life::Life;
use crate::report::metrics::{flow, levels, teams, times};
use crate::report::sheet;
use crate::report::table::{Cell, Chart, Column, Table};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The view.
pub const VIEW: View = View {
    word: "pingpong",
    title: "Ping-pong",
    about: "how often tickets change teams, and between whom they bounce",
    tables,
};

/// Hand-overs from which on tickets are counted together.
const MANY: usize = 4;

/// How many pairs, and how many tickets, are named.
const WORST: usize = 10;

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let by = scope.by.unwrap_or(By::Field(Field::Category));
    let groups = split(by, &scope.lives, scope.lens);
    let wanted = [
        flow::RESOLVED,
        teams::PING_PONG,
        teams::BOUNCES,
        teams::HAND_OVERS,
    ];
    vec![
        sheet::metrics(
            "figures",
            "Between teams",
            &[
                teams::PING_PONG,
                teams::BOUNCES,
                teams::HAND_OVERS,
                levels::DECLINED,
                levels::HANDED_BACK,
            ],
            &scope.lives,
            scope.lens,
            scope.before,
        ),
        distribution(scope),
        pairs(scope),
        worst(scope, |_| true),
        sheet::groups("groups", &format!("By {}", by.word()), by, &wanted, &groups),
    ]
}

/// How often a ticket changed teams.
fn hand_overs(life: &Life) -> usize {
    life.course.teams().len().saturating_sub(1)
}

fn distribution(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("hand-overs", "Hand-overs"),
        Column::new("n", "Tickets"),
        Column::new("share", "Share"),
        Column::new("p50", "Median").keep(60),
    ];
    let resolved: Vec<&Life> = scope.resolved().collect();
    let title = format!("Hand-overs a ticket: {} resolved", resolved.len());
    let mut table = Table::new("distribution", title, columns).chart(Chart::Bars(1));
    for count in 0..=MANY {
        let here = resolved
            .iter()
            .filter(|life| hand_overs(life).min(MANY) == count);
        let here: Vec<&Life> = here.copied().collect();
        let name = match count {
            MANY => format!("{MANY} and more"),
            _ => count.to_string(),
        };
        table.push(vec![
            Cell::Text(name),
            Cell::count(here.len()),
            Cell::Share(Part {
                count: here.len(),
                n: resolved.len(),
            }),
            sheet::value(&times::RESOLVE.over(&here, scope.lens)),
        ]);
    }
    table.note(
        "Changes of team on the sequence of teams that had a ticket, repeats collapsed; the median \
         is business time to resolve.",
    )
}

/// What went between two teams; the first is the first by name.
#[derive(Default)]
struct Between {
    there: usize,
    back: usize,
    bounces: usize,
    tickets: usize,
}

fn pairs(scope: &Scope<'_>) -> Table {
    let mut found: BTreeMap<(&str, &str), Between> = BTreeMap::new();
    let pair = |a, b| if a < b { (a, b) } else { (b, a) };
    for life in scope.resolved() {
        let teams = life.course.teams();
        let mut met: Vec<(&str, &str)> = Vec::new();
        for two in teams.windows(2) {
            let key = pair(two[0], two[1]);
            let between = found.entry(key).or_default();
            match key.0 == two[0] {
                true => between.there += 1,
                false => between.back += 1,
            }
            if !met.contains(&key) {
                met.push(key);
                between.tickets += 1;
            }
        }
        for three in teams.windows(3).filter(|three| three[0] == three[2]) {
            found.entry(pair(three[0], three[1])).or_default().bounces += 1;
        }
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, one)| Reverse((one.bounces, one.there + one.back)));
    let columns = vec![
        Column::new("pair", "Teams"),
        Column::new("bounces", "Bounces"),
        Column::new("moves", "Hand-overs"),
        Column::new("there", "There →").keep(50),
        Column::new("back", "← Back").keep(50),
        Column::new("tickets", "Tickets").keep(60),
    ];
    let title = format!("Pairs of teams: {}", found.len());
    let mut table = Table::new("pairs", title, columns).chart(Chart::Bars(1));
    for ((first, second), one) in found.into_iter().take(WORST) {
        table.push(vec![
            Cell::Text(format!("{first} ↔ {second}")),
            Cell::count(one.bounces),
            Cell::count(one.there + one.back),
            Cell::count(one.there),
            Cell::count(one.back),
            Cell::count(one.tickets),
        ]);
    }
    table.note("A → B → A is one bounce between A and B. Of tickets resolved in the period.")
}

/// The tickets of the period that bounced or were handed on most.
pub(super) fn worst(scope: &Scope<'_>, wanted: impl Fn(&Life) -> bool) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("bounces", "Bounces"),
        Column::new("hand-overs", "Hand-overs").keep(60),
        Column::new("status", "Status").keep(50),
        Column::new("teams", "Teams").keep(70),
        Column::new("title", "Title"),
    ];
    let mut worst: Vec<_> = scope
        .touched()
        .filter(|life| wanted(life))
        .map(|life| (life.course.bounces(), hand_overs(life), life))
        .filter(|(bounces, ..)| *bounces > 0)
        .collect();
    worst.sort_by_key(|(bounces, moves, life)| (Reverse((*bounces, *moves)), life.id));
    let title = format!("Bounced most, live ones too: {}", worst.len());
    let mut table = Table::new("bounced", title, columns);
    for (bounces, moves, life) in worst.into_iter().take(WORST) {
        let teams = life.course.teams();
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::count(bounces),
            Cell::count(moves),
            Cell::Text(life.status.word().to_owned()),
            Cell::Text(teams.join(" → ")),
            Cell::Text(life.title.to_owned()),
        ]);
    }
    table
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{november, rows, served};

    #[test]
    fn a_ticket_that_went_to_and_fro_is_counted_by_hand() {
        let known = served();
        let scope = known.scope(november());
        // b went from the front line to desktop, back, and there again.
        assert_eq!(
            rows(&distribution(&scope)),
            [
                "0 | 5 | 5/6 | 4:00",
                "1 | 0 | 0/6 | -",
                "2 | 0 | 0/6 | -",
                "3 | 1 | 1/6 | 12:00",
                "4 and more | 0 | 0/6 | -",
            ]
        );
        assert_eq!(
            rows(&pairs(&scope)),
            ["desktop ↔ frontline | 2 | 3 | 1 | 2 | 1"]
        );
        assert_eq!(
            rows(&worst(&scope, |_| true)),
            ["b | 2 | 3 | resolved | frontline → desktop → frontline → desktop | VPN drops"]
        );
        assert!(worst(&scope, |life| life.status.is_live()).rows.is_empty());
    }
}
