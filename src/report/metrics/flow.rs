//! What came and went. DOMAIN.md section 6, "flow" and "backlog".

use crate::report::lens::Lens;
use crate::report::life::Life;
use crate::report::metric::{Better, Measure, Metric};

/// Tickets opened in the period.
pub const ARRIVED: Metric = Metric {
    name: "arrived",
    title: "arrived",
    definition: "Tickets opened in the period.",
    better: Better::Neither,
    measure: Measure::Count(arrived),
};

/// Tickets resolved in the period.
pub const RESOLVED: Metric = Metric {
    name: "resolved",
    title: "resolved",
    definition: "Tickets whose last resolution, which still stands, lies in the period. One \
        that was reopened counts where it was resolved last, and not at all while it is live.",
    better: Better::Neither,
    measure: Measure::Count(resolved),
};

/// Arrived less resolved.
pub const NET: Metric = Metric {
    name: "net",
    title: "net",
    definition: "Arrived less resolved: above zero, more came than went.",
    better: Better::Less,
    measure: Measure::Count(net),
};

/// Live at the end of the period.
pub const BACKLOG: Metric = Metric {
    name: "backlog",
    title: "live at the end",
    definition: "Tickets that were live (not resolved, closed or cancelled) at the end of the \
        period, or now where it has not ended.",
    better: Better::Less,
    measure: Measure::Count(backlog),
};

/// All of the family.
pub const ALL: &[Metric] = &[ARRIVED, RESOLVED, NET, BACKLOG];

fn arrived(life: &Life, lens: Lens<'_>) -> Option<i64> {
    lens.period.contains(life.opened).then_some(1)
}

fn resolved(life: &Life, lens: Lens<'_>) -> Option<i64> {
    lens.resolved(life).then_some(1)
}

fn net(life: &Life, lens: Lens<'_>) -> Option<i64> {
    let (arrived, resolved) = (arrived(life, lens), resolved(life, lens));
    let counts = arrived.is_some() || resolved.is_some();
    counts.then(|| arrived.unwrap_or_default() - resolved.unwrap_or_default())
}

fn backlog(life: &Life, lens: Lens<'_>) -> Option<i64> {
    lens.open_at_end(life).then_some(1)
}
