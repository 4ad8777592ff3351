//! What a process owner looks at. DOMAIN.md section 2, "conformance", and
//! section 6, "wait abuse".

use crate::report::figure::Part;
use crate::report::lens::Lens;
use crate::report::life::{Life, Sort};
use crate::report::metric::{Better, Measure, Metric};

/// Hand-overs that were forced.
pub const OVERRIDES: Metric = lapse(
    "overrides",
    "hand-overs forced",
    "Hand-overs that lacked something the policy asks for and went on for a reason, made in the \
     period.",
    |life, lens| lapses(life, lens, Sort::Override),
);

/// Moves that the life cycle does not allow.
pub const ILLEGAL: Metric = lapse(
    "illegal-moves",
    "illegal moves",
    "Events of the period that the life cycle does not allow where they stand: after a merge, or \
     in an imported history.",
    |life, lens| lapses(life, lens, Sort::Illegal),
);

/// Reasons that are missing.
pub const NO_REASON: Metric = lapse(
    "missing-reasons",
    "reasons missing",
    "Events of the period that need a reason, on any desk or by the policy, and have none. What \
     comes from another system or from a rule is not held to that.",
    |life, lens| lapses(life, lens, Sort::NoReason),
);

/// Put on hold just before a deadline.
pub const LATE_HOLDS: Metric = Metric {
    name: "late-holds",
    title: "put on hold just before the deadline",
    definition: "Tickets whose resolve clock was paused with a tenth of its target or less left \
        ÷ resolved.",
    better: Better::Less,
    measure: Measure::Share(late_holds),
};

/// All of the family.
pub const ALL: &[Metric] = &[OVERRIDES, ILLEGAL, NO_REASON, LATE_HOLDS];

const fn lapse(
    name: &'static str,
    title: &'static str,
    definition: &'static str,
    measure: fn(&Life, Lens<'_>) -> Option<i64>,
) -> Metric {
    Metric {
        name,
        title,
        definition,
        better: Better::Less,
        measure: Measure::Count(measure),
    }
}

fn lapses(life: &Life, lens: Lens<'_>, sort: Sort) -> Option<i64> {
    let lapses = life.lapses.iter();
    let meant = lapses.filter(|lapse| lapse.sort == sort && lens.period.contains(lapse.at));
    let count = i64::try_from(meant.count()).unwrap_or(i64::MAX);
    (count > 0).then_some(count)
}

fn late_holds(life: &Life, lens: Lens<'_>) -> Part {
    let is_so = || life.lapses.iter().any(|lapse| lapse.sort == Sort::LateHold);
    Part::one(lens.resolved(life).then(is_so))
}
