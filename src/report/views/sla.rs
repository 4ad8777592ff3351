//! Whether clocks were met, and who had the tickets where they were not.
//! DOMAIN.md section 6, "attainment" and "breach by cause".

use super::parts::{self, LISTED};
use super::{Scope, View};
use crate::report::figure::Part;
use crate::report::group::{By, Field, Group, split};
use crate::report::lens::Lens;
use crate::report::life::{Life, Outcome, Timed};
use crate::report::metric::Metric;
use crate::report::metrics::clocks;
use crate::report::sheet::{self, capital};
use crate::report::table::{Cell, Chart, Column, Table};
use crate::ticket::Clock;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// The view.
pub const VIEW: View = View {
    word: "sla",
    title: "Clocks",
    about: "clocks met and breached, by whom the time was used, and what is late",
    tables,
};

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    if clocks(scope).is_empty() {
        return vec![attainment(scope)];
    }
    vec![
        attainment(scope),
        by_group(scope, scope.by.unwrap_or(By::Field(Field::Priority))),
        causes(scope),
        breached(scope),
        late(scope),
    ]
}

/// The clocks that a target or a result speaks of.
fn clocks(scope: &Scope<'_>) -> Vec<Clock> {
    let targets = &scope.lens.policy.targets;
    let has = |clock: &Clock| {
        let promised = targets.iter().any(|rule| rule.gives(*clock).is_some());
        let runs = || scope.lives.iter().flat_map(|life| &life.clocks);
        promised || runs().any(|timed| timed.clock == *clock && timed.result.is_some())
    };
    Clock::ALL.iter().copied().filter(has).collect()
}

fn metric(clock: Clock) -> Metric {
    match clock {
        Clock::Respond => clocks::RESPOND,
        Clock::Update => clocks::UPDATE,
        Clock::Resolve => clocks::RESOLVE,
        Clock::Accept => clocks::ACCEPT,
        Clock::Vendor => clocks::VENDOR,
    }
}

fn met(clock: Clock, lives: &[&Life], lens: Lens<'_>) -> Part {
    let results = results(lives, lens).filter(|(_, timed, _)| timed.clock == clock);
    Part::of(results, |(.., result)| result.met)
}

/// The clocks that stopped in the period.
fn results<'a>(
    lives: &[&'a Life<'a>],
    lens: Lens<'_>,
) -> impl Iterator<Item = (&'a Life<'a>, &'a Timed<'a>, Outcome)> {
    let period = lens.period;
    lives
        .iter()
        .flat_map(|life| life.clocks.iter().map(move |timed| (*life, timed)))
        .filter_map(|(life, timed)| Some((life, timed, timed.result?)))
        .filter(move |(.., result)| period.contains(result.at))
}

/// Those of them that were breached.
pub(super) fn breaches<'a>(
    scope: &Scope<'a>,
) -> impl Iterator<Item = (&'a Life<'a>, &'a Timed<'a>, Outcome)> {
    results(&scope.lives, scope.lens).filter(|(.., result)| !result.met)
}

/// The clocks that ran at the end of the period and were over by then.
fn running_late<'a>(
    lives: &[&'a Life<'a>],
    lens: Lens<'_>,
) -> impl Iterator<Item = (&'a Life<'a>, &'a Timed<'a>)> {
    let end = lens.end();
    lives
        .iter()
        .flat_map(|life| life.clocks.iter().map(move |timed| (*life, timed)))
        .filter(move |(_, timed)| timed.is_late(end))
}

fn count_late(clock: Clock, lives: &[&Life], lens: Lens<'_>) -> usize {
    let late = running_late(lives, lens);
    late.filter(|(_, timed)| timed.clock == clock).count()
}

/// Each clock: met, breached, and what still runs and is over.
pub(super) fn attainment(scope: &Scope<'_>) -> Table {
    let mut columns = vec![
        Column::new("clock", "Clock"),
        Column::new("met", "Met"),
        Column::new("n", "n"),
        Column::new("breached", "Breached"),
        Column::new("late", "Running late"),
    ];
    if scope.before.is_some() {
        columns.push(Column::new("before", "Before").keep(50));
        columns.push(Column::new("change", "Change").keep(60));
    }
    let mut table = Table::new("attainment", "Clocks that stopped", columns);
    for clock in clocks(scope) {
        let part = met(clock, &scope.lives, scope.lens);
        let mut row = vec![
            Cell::Text(clock.word().to_owned()),
            Cell::Share(part),
            Cell::count(part.n),
            Cell::count(part.n - part.count),
            Cell::count(count_late(clock, &scope.lives, scope.lens)),
        ];
        if let Some(before) = scope.before {
            let metric = metric(clock);
            let was = metric.over(&scope.lives, before);
            let is = metric.over(&scope.lives, scope.lens);
            row.push(sheet::value(&was));
            row.push(sheet::change(&metric, &was, &is));
        }
        table.push(row);
    }
    match table.rows.is_empty() {
        true => table.note("No clock has a target: desk.yaml names none under targets."),
        false => table.note(
            "Running late: clocks that ran at the end of the period and were over by then; they \
             are in no share yet.",
        ),
    }
}

/// Each clock, for groups of tickets.
pub(super) fn by_group(scope: &Scope<'_>, by: By) -> Table {
    let clocks = clocks(scope);
    let mut columns = vec![Column::new(by.word(), &capital(by.word()))];
    for clock in &clocks {
        let word = clock.word();
        // Where room is short, what requesters feel stays.
        let keep = match clock {
            Clock::Resolve => 200,
            Clock::Respond => 190,
            Clock::Update => 180,
            Clock::Accept => 170,
            Clock::Vendor => 160_u8,
        };
        let column = |name: &str, title: &str, less: u8| {
            Column::new(&format!("{word}-{name}"), title).keep(keep - less)
        };
        columns.push(column("met", &format!("{} met", capital(word)), 0));
        columns.push(column("n", "n", 1));
        columns.push(column("late", "late", 2));
    }
    let title = format!("Clocks that stopped, by {}", by.word());
    let chart = match by {
        By::Time(_) => Chart::Lines,
        By::Field(_) => Chart::None,
    };
    let mut table = Table::new("attainment-by", title, columns).chart(chart);
    for group in split(by, &scope.lives, scope.lens) {
        let Group { key, lives, lens } = group;
        let mut row = vec![Cell::Text(key.unwrap_or_else(|| "none".to_owned()))];
        let mut is_empty = true;
        for clock in &clocks {
            let part = met(*clock, &lives, lens);
            let late = count_late(*clock, &lives, lens);
            is_empty &= part.n == 0 && late == 0;
            row.extend([Cell::Share(part), Cell::count(part.n), Cell::count(late)]);
        }
        if !is_empty || matches!(by, By::Time(_)) {
            table.push(row);
        }
    }
    table
}

/// Who used the time of the clocks that were breached.
#[derive(Default)]
struct Charge {
    /// Breaches charged here, by clock.
    charged: BTreeMap<Clock, usize>,
    /// Open time of breached resolve clocks that was used here.
    used: i64,
}

/// Whom a breach is charged to: whoever used most of the clock, the vendor where
/// it is a vendor's.
pub(super) fn charged(life: &Life, timed: &Timed) -> Option<String> {
    if timed.clock != Clock::Vendor {
        return timed.charged().and_then(parts::told);
    }
    let stay = life.course.at(timed.started);
    let vendor = stay.and_then(|stay| stay.vendor);
    Some(vendor.unwrap_or("vendor").to_owned())
}

/// Breaches by cause: each is charged to whoever used most of its clock.
pub(super) fn causes(scope: &Scope<'_>) -> Table {
    let breaches: Vec<_> = breaches(scope).collect();
    let mut found: BTreeMap<Option<String>, Charge> = BTreeMap::new();
    for (life, timed, _) in &breaches {
        let charge = found.entry(charged(life, timed)).or_default();
        *charge.charged.entry(timed.clock).or_default() += 1;
        if timed.clock == Clock::Resolve {
            for (place, seconds) in &timed.used {
                found.entry(parts::told(place)).or_default().used += seconds;
            }
        }
    }
    let total: i64 = found.values().map(|charge| charge.used).sum();
    let clocks: Vec<Clock> = clocks(scope)
        .into_iter()
        .filter(|clock| breaches.iter().any(|(_, timed, _)| timed.clock == *clock))
        .collect();
    let mut columns = vec![
        Column::new("place", "With"),
        Column::new("breaches", "Breaches"),
        Column::new("share", "Share"),
    ];
    columns.extend(
        clocks
            .iter()
            .map(|clock| Column::new(clock.word(), &capital(clock.word())).keep(50)),
    );
    columns.push(Column::new("used", "Time used").keep(80));
    columns.push(Column::new("used-share", "Of all").keep(70));
    let title = format!("Breaches, by who used most of the time: {}", breaches.len());
    let mut table = Table::new("causes", title, columns).chart(Chart::Bars(1));
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by_key(|(_, charge)| Reverse((charge.charged.values().sum::<usize>(), charge.used)));
    for (place, charge) in found {
        let count = charge.charged.values().sum();
        let mut row = vec![
            Cell::maybe(place),
            Cell::count(count),
            Cell::Share(Part {
                count,
                n: breaches.len(),
            }),
        ];
        row.extend(
            clocks
                .iter()
                .map(|clock| Cell::count(charge.charged.get(clock).copied().unwrap_or_default())),
        );
        row.push(Cell::Open(charge.used));
        row.push(Cell::Ratio(charge.used, total));
        table.push(row);
    }
    match table.rows.is_empty() {
        true => table,
        false => table.note("Time used: open time of the resolve clocks that were breached."),
    }
}

/// The breached clocks of the period, furthest over first.
pub(super) fn breached(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("clock", "Clock"),
        Column::new("priority", "Pri").keep(70),
        Column::new("spent", "Spent"),
        Column::new("target", "Target").keep(90),
        Column::new("over", "Over").keep(60),
        Column::new("charged", "Charged to"),
        Column::new("at", "Stopped").keep(50),
        Column::new("title", "Title"),
    ];
    let mut breaches: Vec<_> = breaches(scope).collect();
    breaches.sort_by_key(|(life, timed, result)| {
        (Reverse(result.spent - result.target), life.id, timed.clock)
    });
    let title = format!("Breached: {}", breaches.len());
    let mut table = Table::new("breached", title, columns).most(LISTED);
    for (life, timed, result) in breaches {
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::Text(timed.clock.word().to_owned()),
            parts::of(life.priority.as_ref()),
            Cell::Open(result.spent),
            Cell::Open(result.target),
            Cell::Open(result.spent - result.target),
            Cell::maybe(charged(life, timed)),
            Cell::Moment(result.at),
            Cell::Text(life.title.to_owned()),
        ]);
    }
    table
}

/// The clocks that run and are over, longest first.
pub(super) fn late(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("clock", "Clock"),
        Column::new("priority", "Pri").keep(70),
        Column::new("since", "Over since"),
        Column::new("target", "Target").keep(60),
        Column::new("place", "With"),
        Column::new("assignee", "Assignee").keep(50),
        Column::new("title", "Title"),
    ];
    let end = scope.lens.end();
    let mut late: Vec<_> = running_late(&scope.lives, scope.lens).collect();
    late.sort_by_key(|(life, timed)| (timed.late, life.id, timed.clock));
    let title = format!("Running late: {}", late.len());
    let mut table = Table::new("late", title, columns).most(LISTED);
    for (life, timed) in late {
        let stay = life.course.at(end);
        table.push(vec![
            Cell::Ticket(life.id.to_owned()),
            Cell::Text(timed.clock.word().to_owned()),
            parts::of(life.priority.as_ref()),
            timed.late.map_or(Cell::Nothing, Cell::Moment),
            timed.target.map_or(Cell::Nothing, Cell::Open),
            stay.map_or(Cell::Nothing, |stay| parts::place(&stay.place)),
            parts::word(stay.and_then(|stay| stay.assignee)),
            Cell::Text(life.title.to_owned()),
        ]);
    }
    table
}

#[cfg(test)]
mod tests;
