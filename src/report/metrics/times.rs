//! How long things took. DOMAIN.md section 6, "time to respond / acknowledge /
//! resolve".

use crate::report::figure::Took;
use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metric::{Better, Measure, Metric};
use crate::ticket::{Status, Timestamp};

/// From opening to the first answer.
pub const RESPOND: Metric = Metric {
    name: "time-to-respond",
    title: "time to respond",
    definition: "From opening to the first public reply or taking up by somebody of the desk who \
        is no automation; none at all where whoever opened it talked to the requester (phone, \
        walk-in). Of tickets first answered in the period.",
    better: Better::Less,
    measure: Measure::Time(respond),
};

/// From opening to the first taking up.
pub const ACKNOWLEDGE: Metric = Metric {
    name: "time-to-acknowledge",
    title: "time to acknowledge",
    definition: "From opening to the first time that somebody of the desk took it up. Of tickets \
        first taken up in the period.",
    better: Better::Less,
    measure: Measure::Time(acknowledge),
};

/// From opening to the last resolution.
pub const RESOLVE: Metric = Metric {
    name: "time-to-resolve",
    title: "time to resolve",
    definition: "From opening to the last resolution, which still stands, pending included; net \
        is the same without the time that it was pending. Of tickets resolved in the period.",
    better: Better::Less,
    measure: Measure::Time(resolve),
};

/// The part of a ticket's life that it was pending.
pub const PENDING: Metric = Metric {
    name: "pending-share",
    title: "share of life pending",
    definition: "Calendar time pending from opening to the last resolution ÷ all calendar time \
        from opening to it, summed over the tickets resolved in the period.",
    better: Better::Less,
    measure: Measure::Ratio(pending_share),
};

/// All of the family.
pub const ALL: &[Metric] = &[RESPOND, ACKNOWLEDGE, RESOLVE, PENDING];

fn respond(life: &Life, lens: Lens<'_>) -> Option<Took> {
    took(life, life.responded?, lens)
}

fn acknowledge(life: &Life, lens: Lens<'_>) -> Option<Took> {
    took(life, life.acknowledged?, lens)
}

fn resolve(life: &Life, lens: Lens<'_>) -> Option<Took> {
    took(life, life.resolved()?.at, lens)
}

fn pending_share(life: &Life, lens: Lens<'_>) -> Option<(i64, i64)> {
    let end = life.resolved().filter(|_| lens.resolved(life))?.at;
    let pending = pending(life, end, |from, to| to.since(from));
    Some((pending, end.since(life.opened).max(0)))
}

/// From opening to `end`, if that lies in the period. A ticket that ended
/// before it was opened (clocks of two machines) took no time.
fn took(life: &Life, end: Timestamp, lens: Lens<'_>) -> Option<Took> {
    if !lens.period.contains(end) {
        return None;
    }
    let business = lens.business(life.opened, end);
    Some(Took {
        business,
        net: business - pending(life, end, |from, to| lens.business(from, to)),
        calendar: end.since(life.opened).max(0),
    })
}

/// Time pending from opening to `end`, measured by `between`.
fn pending(life: &Life, end: Timestamp, between: impl Fn(Timestamp, Timestamp) -> i64) -> i64 {
    let stretches = life.course.stretches(end);
    stretches
        .filter(|(stay, ..)| stay.status == Status::Pending)
        .map(|(_, from, to)| between(from.max(life.opened), to.max(life.opened)))
        .sum()
}
