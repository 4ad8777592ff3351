//! How tickets go from team to team. DOMAIN.md section 6, "hand-overs and
//! ping-pong".

use crate::report::figure::Part;
use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metric::{Better, Measure, Metric};

/// Changes of team.
pub const HAND_OVERS: Metric = Metric {
    name: "hand-overs",
    title: "hand-overs",
    definition: "Changes of team on a ticket, on the sequence of the teams that had it with \
        repeats collapsed; summed over the tickets resolved in the period.",
    better: Better::Less,
    measure: Measure::Count(hand_overs),
};

/// A → B → A.
pub const BOUNCES: Metric = Metric {
    name: "bounces",
    title: "bounces",
    definition: "A → B → A on the sequence of the teams that had a ticket, with repeats \
        collapsed, is one bounce; summed over the tickets resolved in the period.",
    better: Better::Less,
    measure: Measure::Count(bounces),
};

/// Tickets with a bounce.
pub const PING_PONG: Metric = Metric {
    name: "ping-pong",
    title: "with ping-pong",
    definition: "Tickets with at least one bounce (A → B → A) ÷ resolved.",
    better: Better::Less,
    measure: Measure::Share(ping_pong),
};

/// All of the family.
pub const ALL: &[Metric] = &[HAND_OVERS, BOUNCES, PING_PONG];

fn hand_overs(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let changes = life.course.teams().len().saturating_sub(1);
    lens.resolved(life)
        .then(|| i64::try_from(changes).unwrap_or(i64::MAX))
}

fn bounces(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let bounces = || i64::try_from(life.course.bounces()).unwrap_or(i64::MAX);
    lens.resolved(life).then(bounces)
}

fn ping_pong(life: &Life, lens: Lens<'_>) -> Part {
    Part::one(lens.resolved(life).then(|| life.course.bounces() > 0))
}
