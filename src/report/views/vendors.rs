//! What lies with vendors. DOMAIN.md sections 1 (level 4) and 2 ("vendor
//! performance").

use super::parts::{self, LISTED};
use super::{Scope, View};
use crate::policy::rules::Vendor;
use crate::report::figure::{Part, Spread};
use crate::report::life::{Life, Stay};
use crate::report::table::{Cell, Column, Table};
use crate::ticket::{Clock, Name, Status, Timestamp};
use std::collections::BTreeSet;

/// The view.
pub const VIEW: View = View {
    word: "vendors",
    title: "Vendors",
    about: "what vendors have, how long they take, whether their clock is met",
    tables,
};

/// The cause of waiting for one.
const CAUSE: &str = "vendor";

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    vec![by_vendor(scope), with_vendors(scope)]
}

/// A time that a ticket waited for a vendor.
struct Wait<'a> {
    life: &'a Life<'a>,
    stay: &'a Stay<'a>,
    /// Which vendor, if that is known.
    vendor: Option<&'a str>,
    from: Timestamp,
    /// When it came back; none while it has not by the end of the period.
    to: Option<Timestamp>,
}

/// Every wait that the period touches.
fn waits<'a>(scope: &Scope<'a>) -> Vec<Wait<'a>> {
    let (start, end) = (scope.lens.period.from(), scope.lens.end());
    let mut waits: Vec<Wait<'a>> = Vec::new();
    for life in &scope.lives {
        let is_wait = |stay: &Stay| {
            let cause = stay.cause;
            stay.status == Status::Pending && (stay.vendor.is_some() || cause == Some(CAUSE))
        };
        let stays = &life.course.stays;
        for (place, stay) in stays.iter().enumerate() {
            let to = stays.get(place + 1).map(|next| next.from);
            let to = to.filter(|to| *to <= end);
            if !is_wait(stay) || stay.from > end || to.is_some_and(|to| to < start) {
                continue;
            }
            // A change of hands while it waits is the same wait.
            match waits.last_mut() {
                Some(last)
                    if last.life.id == life.id
                        && last.to == Some(stay.from)
                        && last.vendor == stay.vendor =>
                {
                    last.to = to;
                    last.stay = stay;
                }
                _ => waits.push(Wait {
                    life,
                    stay,
                    vendor: stay.vendor,
                    from: stay.from,
                    to,
                }),
            }
        }
    }
    waits
}

/// Each vendor: its tickets, its clock, how long it took, what it has.
pub(super) fn by_vendor(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("vendor", "Vendor"),
        Column::new("tickets", "Tickets"),
        Column::new("open", "Open"),
        Column::new("met", "Clock met"),
        Column::new("clocks", "n").keep(100),
        Column::new("waits", "Came back").keep(60),
        Column::new("p50", "Median").keep(90),
        Column::new("p90", "p90").keep(80),
        Column::new("calendar-p50", "Median, calendar").keep(30),
        Column::new("calendar-p90", "p90, calendar").keep(20),
        Column::new("contract", "Contract").keep(40),
        Column::new("until", "Ends").keep(50),
    ];
    let waits = waits(scope);
    let named = waits.iter().map(|wait| wait.vendor);
    let known = scope
        .lens
        .policy
        .vendors
        .keys()
        .map(|name| Some(name.as_str()));
    let vendors: BTreeSet<(bool, Option<&str>)> = named
        .chain(known)
        .map(|vendor| (vendor.is_none(), vendor))
        .collect();
    let mut table = Table::new("vendors", "Vendors", columns);
    for (_, vendor) in vendors {
        let of_policy = vendor.and_then(|vendor| scope.lens.policy.vendors.get(vendor));
        let here: Vec<&Wait<'_>> = waits.iter().filter(|wait| wait.vendor == vendor).collect();
        let tickets: BTreeSet<_> = here.iter().map(|wait| wait.life.id).collect();
        let open = here.iter().filter(|wait| wait.to.is_none());
        let clock = met(scope, vendor);
        let back = || here.iter().filter_map(|wait| Some((wait.from, wait.to?)));
        let spread = |took: &dyn Fn(Timestamp, Timestamp) -> i64| {
            Spread::of(back().map(|(from, to)| took(from, to)).collect())
        };
        let hours = of_policy.and_then(|vendor| vendor.calendar.as_ref());
        let hours = scope.lens.policy.calendars.get(hours.map(Name::as_str));
        let business = spread(&|from, to| hours.open_between(from, to).0);
        let calendar = spread(&|from, to| to.since(from));
        let cell = |spread: Option<Spread>, cell: fn(i64) -> Cell, of: fn(Spread) -> i64| {
            spread.map_or(Cell::Nothing, |spread| cell(of(spread)))
        };
        let until = of_policy.and_then(|vendor| vendor.until);
        table.push(vec![
            Cell::Text(name(vendor, of_policy)),
            Cell::count(tickets.len()),
            Cell::count(open.count()),
            Cell::Share(clock),
            Cell::count(clock.n),
            Cell::count(back().count()),
            cell(business, Cell::Open, |spread| spread.p50),
            cell(business, Cell::Open, |spread| spread.p90),
            cell(calendar, Cell::Seconds, |spread| spread.p50),
            cell(calendar, Cell::Seconds, |spread| spread.p90),
            parts::of(of_policy.and_then(|vendor| vendor.contract.as_ref())),
            Cell::maybe(until.map(|day| day.to_string())),
        ]);
    }
    if table.rows.is_empty() {
        return table;
    }
    table = table.note(
        "Times from calling a vendor to its end, of waits that ended in the period, in the \
         vendor's hours (the desk's, where it has none).",
    );
    let today = scope
        .lens
        .now
        .utc()
        .with_timezone(&scope.lens.policy.calendars.usual.zone());
    for (vendor, rule) in &scope.lens.policy.vendors {
        if let Some(until) = rule.until.filter(|until| *until < today.date_naive()) {
            table = table.note(format!("The contract with {vendor} ended on {until}."));
        }
    }
    table
}

fn name(vendor: Option<&str>, rule: Option<&Vendor>) -> String {
    match (vendor, rule) {
        (Some(vendor), Some(rule)) if rule.name.as_str() != vendor => {
            format!("{vendor} ({})", rule.name)
        }
        (Some(vendor), _) => vendor.to_owned(),
        (None, _) => "not named".to_owned(),
    }
}

/// The vendor clocks that stopped in the period, of the vendor that had the
/// ticket when they started.
fn met(scope: &Scope<'_>, vendor: Option<&str>) -> Part {
    let mut part = Part::default();
    for life in &scope.lives {
        for timed in life.clocks.iter().filter(|one| one.clock == Clock::Vendor) {
            let stay = life.course.at(timed.started);
            let had = stay.and_then(|stay| stay.vendor);
            let result = timed
                .result
                .filter(|result| scope.lens.period.contains(result.at));
            if had == vendor {
                part += Part::one(result.map(|result| result.met));
            }
        }
    }
    part
}

/// What lies with vendors at the end of the period, longest first.
fn with_vendors(scope: &Scope<'_>) -> Table {
    let columns = vec![
        Column::new("id", "ID"),
        Column::new("vendor", "Vendor"),
        Column::new("reference", "Reference").keep(90),
        Column::new("waiting", "For"),
        Column::new("since", "Since").keep(40),
        Column::new("owner", "Owner").keep(60),
        Column::new("assignee", "Assignee").keep(70),
        Column::new("title", "Title"),
    ];
    let end = scope.lens.end();
    let mut open = waits(scope);
    open.retain(|wait| wait.to.is_none());
    open.sort_by_key(|wait| (wait.from, wait.life.id));
    let title = format!("With vendors: {}", open.len());
    let mut table = Table::new("open", title, columns).most(LISTED);
    for wait in open {
        let refs = &wait.life.refs;
        table.push(vec![
            Cell::Ticket(wait.life.id.to_owned()),
            Cell::Text(name(wait.vendor, None)),
            Cell::maybe((!refs.is_empty()).then(|| refs.join(" "))),
            Cell::Seconds(end.since(wait.from)),
            Cell::Moment(wait.from),
            parts::word(wait.life.owner),
            parts::word(wait.stay.assignee),
            Cell::Text(wait.life.title.to_owned()),
        ]);
    }
    table
}

#[cfg(test)]
mod tests;
