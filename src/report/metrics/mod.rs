//! The metrics of DOMAIN.md section 6, a file for each family. Where a
//! definition does not say otherwise, its population is the incidents and
//! requests whose event lies in the period, without what was cancelled, void or
//! a duplicate: [`population`].

pub mod clocks;
pub mod conduct;
pub mod cost;
pub mod flow;
pub mod knowledge;
pub mod levels;
pub mod quality;
pub mod satisfaction;
pub mod teams;
pub mod times;

use super::life::{LeftOut, Life};
use super::metric::Metric;
use serde::Serialize;

/// Every metric, by family.
const FAMILIES: &[&[Metric]] = &[
    flow::ALL,
    times::ALL,
    clocks::ALL,
    levels::ALL,
    quality::ALL,
    teams::ALL,
    conduct::ALL,
    cost::ALL,
    knowledge::ALL,
    satisfaction::ALL,
];

/// Every metric.
pub fn all() -> impl Iterator<Item = &'static Metric> {
    FAMILIES.iter().copied().flatten()
}

/// The metric of that name.
#[must_use]
pub fn find(name: &str) -> Option<&'static Metric> {
    all().find(|metric| metric.name == name)
}

/// Tickets that are in no figure, by the reason; each is counted once, under
/// the first that holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Their opening was taken back.
    pub void: usize,
    /// They tell again what another tells.
    pub duplicate: usize,
    /// They were withdrawn.
    pub cancelled: usize,
    /// They are problems.
    pub problem: usize,
}

/// The tickets that metrics are about, in the order of their ids, and the
/// others counted. Problems are among them where the reader asks for problems.
#[must_use]
pub fn population<'l>(
    lives: impl IntoIterator<Item = &'l Life<'l>>,
    with_problems: bool,
) -> (Vec<&'l Life<'l>>, Excluded) {
    let mut excluded = Excluded::default();
    let mut counted = Vec::new();
    for life in lives {
        match life.left_out {
            None => counted.push(life),
            Some(LeftOut::Problem) if with_problems => counted.push(life),
            Some(LeftOut::Void) => excluded.void += 1,
            Some(LeftOut::Duplicate) => excluded.duplicate += 1,
            Some(LeftOut::Cancelled) => excluded.cancelled += 1,
            Some(LeftOut::Problem) => excluded.problem += 1,
        }
    }
    counted.sort_by_key(|life| life.id);
    (counted, excluded)
}

#[cfg(test)]
mod tests;
