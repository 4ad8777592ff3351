//! What tickets cost. DOMAIN.md section 6, "cost".

use super::levels::is_level_1_capable;
use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metric::{Better, Measure, Metric};

/// The cost of what was resolved.
pub const COST: Metric = Metric {
    name: "cost",
    title: "cost",
    definition: "The policy's unit cost of the highest level that a ticket reached (published \
        benchmarks for levels 0 to 4 where it does not say: 2, 22, 69, 104, 599), summed over the \
        tickets resolved in the period. A ticket that never had a level costs nothing here.",
    better: Better::Less,
    measure: Measure::Money(cost),
};

/// What resolving lower would have saved.
pub const SAVING: Metric = Metric {
    name: "shift-left-saving",
    title: "saving if resolved where it could be",
    definition: "Unit cost of the highest level that a ticket reached, less that of the level that \
        could have resolved it, summed over the level-1-capable tickets resolved in the period.",
    better: Better::Less,
    measure: Measure::Money(saving),
};

/// All of the family.
pub const ALL: &[Metric] = &[COST, SAVING];

fn cost(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let highest = life.course.highest().filter(|_| lens.resolved(life))?;
    Some(lens.cost(highest))
}

fn saving(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let cost = cost(life, lens)?;
    let lower = life.could_be.filter(|_| is_level_1_capable(life))?;
    Some((cost - lens.cost(lower)).max(0))
}
