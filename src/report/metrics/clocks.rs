//! Whether clocks were met. DOMAIN.md section 6, "attainment".

use crate::report::figure::Part;
use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metric::{Better, Measure, Metric};
use crate::ticket::Clock;

/// Respond clocks that were met.
pub const RESPOND: Metric = attainment(
    "respond-attainment",
    "respond clock met",
    "Respond clocks met ÷ (met + breached), of those that stopped in the period. Those that still \
     run and are over already are listed beside it: late-to-respond.",
    |life, lens| finished(life, lens, Clock::Respond),
);

/// Resolve clocks that were met.
pub const RESOLVE: Metric = attainment(
    "resolve-attainment",
    "resolve clock met",
    "Resolve clocks met ÷ (met + breached), of those that stopped in the period; the first result \
     of a reopened ticket stays. Those that still run and are over already are listed beside it: \
     late-to-resolve.",
    |life, lens| finished(life, lens, Clock::Resolve),
);

/// Update clocks that were met.
pub const UPDATE: Metric = attainment(
    "update-attainment",
    "update clock met",
    "Update clocks (since the oldest unanswered message of the requester) met ÷ (met + breached), \
     of those that stopped in the period. A ticket may have several.",
    |life, lens| finished(life, lens, Clock::Update),
);

/// Accept clocks that were met.
pub const ACCEPT: Metric = attainment(
    "accept-attainment",
    "accept clock met",
    "Accept clocks (from a hand-over to its acceptance) met ÷ (met + breached), of those that \
     stopped in the period. A ticket may have several.",
    |life, lens| finished(life, lens, Clock::Accept),
);

/// Vendor clocks that were met.
pub const VENDOR: Metric = attainment(
    "vendor-attainment",
    "vendor clock met",
    "Vendor clocks (waiting for a vendor, in its hours) met ÷ (met + breached), of those that \
     stopped in the period. A ticket may have several.",
    |life, lens| finished(life, lens, Clock::Vendor),
);

/// Respond clocks that run and are over.
pub const LATE_RESPOND: Metric = Metric {
    name: "late-to-respond",
    title: "still to respond, late",
    definition: "Respond clocks that ran at the end of the period and were over by then.",
    better: Better::Less,
    measure: Measure::Count(|life, lens| late(life, lens, Clock::Respond)),
};

/// Resolve clocks that run and are over.
pub const LATE_RESOLVE: Metric = Metric {
    name: "late-to-resolve",
    title: "still to resolve, late",
    definition: "Resolve clocks that ran at the end of the period and were over by then.",
    better: Better::Less,
    measure: Measure::Count(|life, lens| late(life, lens, Clock::Resolve)),
};

/// All of the family.
pub const ALL: &[Metric] = &[
    RESPOND,
    RESOLVE,
    UPDATE,
    ACCEPT,
    VENDOR,
    LATE_RESPOND,
    LATE_RESOLVE,
];

const fn attainment(
    name: &'static str,
    title: &'static str,
    definition: &'static str,
    measure: fn(&Life, Lens<'_>) -> Part,
) -> Metric {
    Metric {
        name,
        title,
        definition,
        better: Better::More,
        measure: Measure::Share(measure),
    }
}

fn finished(life: &Life, lens: Lens<'_>, clock: Clock) -> Part {
    let results = life
        .clocks
        .iter()
        .filter(|timed| timed.clock == clock)
        .filter_map(|timed| timed.result)
        .filter(|result| lens.period.contains(result.at));
    Part::of(results, |result| result.met)
}

fn late(life: &Life, lens: Lens<'_>, clock: Clock) -> Option<i64> {
    let mut clocks = life.clocks.iter().filter(|timed| timed.clock == clock);
    clocks.any(|timed| timed.is_late(lens.end())).then_some(1)
}
