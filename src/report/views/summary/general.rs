//! The whole desk at a glance, for whoever has no role that sees less or more.

use crate::report::Metric;
use crate::report::group::split;
use crate::report::metrics::{clocks, flow, levels, quality, times};
use crate::report::sheet;
use crate::report::table::Table;
use crate::report::views::{Scope, backlog};

/// How many of the longest open tickets are named.
const OLDEST: usize = 5;

/// What came and went, how long it took, and what is live.
pub(super) fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let mut tables = vec![flow_of(scope), times_of(scope), backlog::live(scope)];
    let oldest = backlog::oldest(scope, OLDEST);
    tables.extend((!oldest.rows.is_empty()).then_some(oldest));
    tables
}

/// What came and went.
pub(super) fn flow_of(scope: &Scope<'_>) -> Table {
    let mut wanted = vec![flow::ARRIVED, flow::RESOLVED, flow::NET, flow::BACKLOG];
    if !scope.lens.policy.targets.is_empty() {
        wanted.extend([clocks::RESPOND, clocks::RESOLVE, clocks::LATE_RESOLVE]);
    }
    if !scope.lens.policy.levels.is_empty() {
        wanted.extend([
            levels::FIRST_CONTACT,
            levels::FIRST_LEVEL,
            levels::ESCALATED,
        ]);
    }
    wanted.push(quality::REOPENED);
    figures(scope, &wanted)
}

/// Metrics of the whole desk, or of the groups that the reader chose.
pub(super) fn figures(scope: &Scope<'_>, wanted: &[Metric]) -> Table {
    match scope.by {
        Some(by) => {
            let groups = split(by, &scope.lives, scope.lens);
            sheet::groups("groups", "Came and went", by, wanted, &groups)
        }
        None => sheet::metrics(
            "figures",
            "Came and went",
            wanted,
            &scope.lives,
            scope.lens,
            scope.before,
        ),
    }
}

/// How long it took.
pub(super) fn times_of(scope: &Scope<'_>) -> Table {
    let wanted = [times::RESPOND, times::RESOLVE];
    sheet::times(
        "times",
        "How long it took",
        &wanted,
        &scope.lives,
        scope.lens,
    )
}
