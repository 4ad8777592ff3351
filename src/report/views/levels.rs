//! Where tickets are resolved, and how they get there. DOMAIN.md section 6,
//! "level mix / push to front" and "escalation rate".

use super::parts::{self, LISTED};
use super::{Scope, View};
use crate::report::figure::Part;
use crate::report::group::{By, split};
use crate::report::life::{Fate, HandOver, Life, Place};
use crate::report::metrics::{cost, flow, levels};
use crate::report::sheet::{self, capital};
use crate::report::table::{Cell, Chart, Column, Table, many};
use crate::ticket::Level;
use std::collections::{BTreeMap, BTreeSet};

/// The view.
pub const VIEW: View = View {
    word: "levels",
    title: "Levels",
    about: "level mix, push to front, escalations and what became of them",
    splits: true,
    tables,
};

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let made = made(scope);
    let mut tables = vec![mix(scope), front(scope)];
    if parts::is_tiered(scope) {
        tables.push(pairs(
            "escalations",
            "Escalations, from level to level",
            &made,
            |place| place.level.map(|level| level.to_string()),
        ));
    }
    tables.push(pairs(
        "team-pairs",
        "Escalations, from team to team",
        &made,
        |place| place.team.map(str::to_owned),
    ));
    tables.push(refused(scope));
    tables
}

/// What was resolved, by the highest level that it reached: of each level its
/// part, and what that cost; split by what the reader chose.
pub(super) fn mix(scope: &Scope<'_>) -> Table {
    match scope.by {
        Some(by) => mix_by(scope, by),
        None => mix_of_levels(scope),
    }
}

/// The tickets that were resolved, and the levels that the policy or one of
/// them knows; what never had one comes last.
fn resolved<'a>(scope: &Scope<'a>) -> (Vec<&'a Life<'a>>, Vec<Option<Level>>) {
    let resolved: Vec<&Life> = scope.resolved().collect();
    let reached = resolved.iter().map(|life| life.course.highest());
    let known = scope.lens.policy.levels.keys().copied().map(Some);
    let levels: BTreeSet<(bool, Option<Level>)> = known
        .chain(reached)
        .map(|level| (level.is_none(), level))
        .collect();
    let levels = levels.into_iter().map(|(_, level)| level).collect();
    (resolved, levels)
}

fn title(resolved: &[&Life]) -> String {
    format!(
        "Resolved, by the highest level reached: {}",
        many(resolved.len())
    )
}

/// The same, whatever the reader chose to split by.
pub(super) fn mix_of_levels(scope: &Scope<'_>) -> Table {
    let (resolved, levels) = resolved(scope);
    let columns = vec![
        Column::new("level", "Level"),
        Column::new("name", "Name").keep(40),
        Column::new("tickets", "Tickets"),
        Column::new("share", "Share"),
        Column::new("unit-cost", "Unit cost").keep(70),
        Column::new("cost", "Cost").keep(80),
    ];
    let mut table = Table::new("mix", title(&resolved), columns).chart(Chart::Bars(2));
    for level in &levels {
        let here = Part::of(&resolved, |life| life.course.highest() == *level);
        let rule = level.and_then(|level| scope.lens.policy.levels.get(&level));
        let unit = level.map(|level| scope.lens.cost(level));
        let sum = unit.map(|unit| unit * i64::try_from(here.count).unwrap_or(i64::MAX));
        table.push(vec![
            named(*level),
            Cell::maybe(rule.map(|rule| rule.name.clone())),
            Cell::count(here.count),
            Cell::Share(here),
            unit.map_or(Cell::Nothing, Cell::Money),
            sum.map_or(Cell::Nothing, Cell::Money),
        ]);
    }
    table
}

fn mix_by(scope: &Scope<'_>, by: By) -> Table {
    let (all, levels) = resolved(scope);
    let mut columns = vec![
        Column::new(by.word(), &capital(by.word())),
        Column::new("tickets", "Tickets"),
    ];
    columns.extend(levels.iter().map(|level| match level {
        Some(level) => Column::new(&format!("level-{}", level.number()), &level.to_string()),
        None => Column::new("no-level", "No level").keep(50),
    }));
    columns.push(Column::new("cost", "Cost").keep(40));
    let mut table = Table::new("mix", title(&all), columns).chart(Chart::Bars(1));
    for group in split(by, &scope.lives, scope.lens) {
        let lens = group.lens;
        let resolved = || group.lives.iter().filter(|life| lens.resolved(life));
        let mut row = vec![
            Cell::Text(group.key.clone().unwrap_or_else(|| "none".to_owned())),
            Cell::count(resolved().count()),
        ];
        row.extend(levels.iter().map(|level| {
            Cell::Share(Part::of(resolved(), |life| life.course.highest() == *level))
        }));
        row.push(sheet::value(&cost::COST.over(&group.lives, lens)));
        table.push(row);
    }
    table
}

/// How much the front line does.
pub(super) fn front(scope: &Scope<'_>) -> Table {
    let wanted = [
        levels::FIRST_CONTACT,
        levels::FIRST_LEVEL,
        levels::LEVEL_1_CAPABLE,
        levels::ESCALATED,
        levels::HANDED_OVER,
        levels::DECLINED,
        levels::HANDED_BACK,
    ];
    match scope.by {
        Some(by) => {
            let wanted = [&[flow::RESOLVED], &wanted[..]].concat();
            let groups = split(by, &scope.lives, scope.lens);
            sheet::groups("front", "Push to front", by, &wanted, &groups)
        }
        None => sheet::metrics(
            "front",
            "Push to front",
            &wanted,
            &scope.lives,
            scope.lens,
            scope.before,
        ),
    }
}

/// The functional escalations of the period, with their tickets and whether
/// the receiver is still to answer.
fn made<'a>(scope: &Scope<'a>) -> Vec<Made<'a>> {
    let mut made = Vec::new();
    for life in &scope.lives {
        let count = life.course.hand_overs.len();
        for (place, one) in life.course.hand_overs.iter().enumerate() {
            if one.escalation && scope.lens.period.contains(one.at) {
                let last = place + 1 == count && life.status.is_waiting();
                made.push(Made { life, one, last });
            }
        }
    }
    made
}

/// An escalation and its ticket.
struct Made<'a> {
    life: &'a Life<'a>,
    one: &'a HandOver<'a>,
    /// Whether it is the last one of a ticket that nobody has taken up.
    last: bool,
}

/// Escalations by where they came from and went to, the most frequent first.
fn pairs(
    name: &'static str,
    title: &str,
    made: &[Made<'_>],
    end: impl Fn(&Place) -> Option<String>,
) -> Table {
    let columns = vec![
        Column::new("from", "From"),
        Column::new("to", "To"),
        Column::new("escalations", "Escalations"),
        Column::new("accepted", "Accepted").keep(100),
        Column::new("declined", "Declined").keep(110),
        Column::new("handed-back", "Handed back").keep(95),
        Column::new("waiting", "Waiting").keep(80),
        Column::new("elsewhere", "Moved on").keep(40),
    ];
    let title = format!("{title}: {}", many(made.len()));
    let mut table = Table::new(name, title, columns).chart(Chart::Bars(2));
    let mut found: BTreeMap<(String, String), [usize; 5]> = BTreeMap::new();
    for made in made {
        let word = |place| end(place).unwrap_or_else(|| "none".to_owned());
        let counts = found
            .entry((word(&made.one.from), word(&made.one.to)))
            .or_default();
        let place = match made.one.fate {
            Fate::Accepted => 0,
            Fate::Declined(_) => 1,
            Fate::HandedBack(_) => 2,
            Fate::Waiting if made.last => 3,
            Fate::Waiting => 4,
        };
        counts[place] += 1;
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, counts)| std::cmp::Reverse(counts.iter().sum::<usize>()));
    for ((from, to), counts) in found {
        let mut row = vec![
            Cell::Text(from),
            Cell::Text(to),
            Cell::count(counts.iter().sum()),
        ];
        row.extend(counts.into_iter().map(Cell::count));
        table.push(row);
    }
    let kept = made.iter().filter(|made| made.one.kept).count();
    match kept {
        0 => table,
        kept => table.note(format!(
            "{kept} of them by people to themselves, who hold both levels."
        )),
    }
}

/// Escalations that were not welcome, the latest first, and why.
pub(super) fn refused(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("at", "When"),
        Column::new("what", "What"),
        Column::new("from", "From").keep(60),
        Column::new("to", "To").keep(70),
        Column::new("by", "By"),
        Column::new("reason", "Reason"),
    ];
    let mut refused: Vec<_> = made(scope)
        .into_iter()
        .filter_map(|made| {
            let Made { life, one, .. } = made;
            let answer = one.answer.as_ref()?;
            let (what, reason) = match one.fate {
                Fate::Declined(reason) => ("declined", reason),
                Fate::HandedBack(reason) => ("handed back", reason),
                Fate::Waiting | Fate::Accepted => return None,
            };
            Some((answer, what, reason, life, one))
        })
        .collect();
    refused.sort_by_key(|(answer, _, _, life, _)| (std::cmp::Reverse(answer.at), life.id));
    let title = format!("Declined or handed back: {}", many(refused.len()));
    let mut table = Table::new("refused", title, columns).most(LISTED);
    for (answer, what, reason, life, one) in refused {
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::Moment(answer.at),
            Cell::Text(what.to_owned()),
            parts::place(&one.from),
            parts::place(&one.to),
            Cell::Text(answer.by.to_owned()),
            parts::word(Some(reason).filter(|reason| !reason.is_empty())),
        ]);
    }
    table
}

fn named(level: Option<Level>) -> Cell {
    Cell::Text(level.map_or_else(|| "none".to_owned(), |level| level.to_string()))
}

#[cfg(test)]
mod tests;
