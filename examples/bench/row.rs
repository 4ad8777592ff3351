//! One line of the table: what was measured, beside what, against which target.

use crate::sample::Figures;
use serde::Serialize;

/// The size that DESIGN states its targets for.
pub(crate) const STATED_FOR: u64 = 100_000;

/// What a measure must be.
#[derive(Debug, Clone, Copy, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Bound {
    /// No more than this.
    AtMost(f64),
    /// No less than this.
    AtLeast(f64),
}

/// What a measure counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Unit {
    /// Desk's time over the other's.
    TimesAsLong,
    /// The other's time over desk's.
    TimesAsFast,
    /// Milliseconds.
    Milliseconds,
    /// Tickets in a second.
    TicketsPerSecond,
    /// Bytes for each change.
    BytesPerChange,
}

impl Unit {
    /// A figure as people read it.
    fn text(self, value: f64) -> String {
        match self {
            Self::TimesAsLong if value < 0.5 => format!("1/{:.3}", 1.0 / value)
                .trim_end_matches('0')
                .trim_end_matches('.')
                .to_owned(),
            Self::TimesAsLong | Self::TimesAsFast => {
                let short = format!("{value:.2}");
                format!("{} ×", short.trim_end_matches('0').trim_end_matches('.'))
            }
            Self::Milliseconds => format!("{value:.0} ms"),
            Self::TicketsPerSecond => format!("{value:.0} /s"),
            Self::BytesPerChange => format!("{value:.0} B"),
        }
    }
}

/// Whether a target is reached.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
#[serde(rename_all = "kebab-case")]
pub(crate) enum Verdict {
    /// It is, at the size it is stated for.
    Met,
    /// It is not, at the size it is stated for.
    Missed,
    /// It is, at another size.
    MetElsewhere,
    /// It is not, at another size.
    MissedElsewhere,
}

impl Verdict {
    /// The word in the table.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Met => "met",
            Self::Missed => "MISSED",
            Self::MetElsewhere => "(met)",
            Self::MissedElsewhere => "(missed)",
        }
    }
}

/// What desk is compared with.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Beside {
    pub(crate) what: String,
    pub(crate) time: Figures,
}

/// One line of the table.
#[derive(Debug, Clone, Serialize)]
pub(crate) struct Row {
    pub(crate) work: String,
    pub(crate) unit: Unit,
    pub(crate) bound: Bound,
    pub(crate) measured: f64,
    pub(crate) verdict: Verdict,
    /// Milliseconds of desk; none where it is no time that is measured.
    pub(crate) desk: Option<Figures>,
    pub(crate) beside: Option<Beside>,
    pub(crate) note: Option<String>,
}

impl Row {
    /// A measure. `stated` says whether the target is stated for desks like
    /// this one.
    pub(crate) fn new(work: &str, unit: Unit, bound: Bound, measured: f64, stated: bool) -> Self {
        let met = match bound {
            Bound::AtMost(limit) => measured <= limit,
            Bound::AtLeast(limit) => measured >= limit,
        };
        Self {
            work: work.to_owned(),
            unit,
            bound,
            measured,
            verdict: match (met, stated) {
                (true, true) => Verdict::Met,
                (false, true) => Verdict::Missed,
                (true, false) => Verdict::MetElsewhere,
                (false, false) => Verdict::MissedElsewhere,
            },
            desk: None,
            beside: None,
            note: None,
        }
    }

    /// A time of desk that may be `most` times that of something else.
    pub(crate) fn ratio(
        work: &str,
        desk: Figures,
        most: f64,
        what: &str,
        time: Figures,
        size: u64,
    ) -> Self {
        let measured = desk.median / time.median;
        let bound = Bound::AtMost(most);
        let stated = size >= STATED_FOR;
        Self {
            desk: Some(desk),
            beside: Some(Beside {
                what: what.to_owned(),
                time,
            }),
            ..Self::new(work, Unit::TimesAsLong, bound, measured, stated)
        }
    }

    /// The target, as people read it.
    pub(crate) fn target(&self) -> String {
        let (sign, limit) = match self.bound {
            Bound::AtMost(limit) => ('≤', limit),
            Bound::AtLeast(limit) => ('≥', limit),
        };
        let limit = self.unit.text(limit);
        match &self.beside {
            Some(beside) if limit.starts_with("1/") => format!("{sign} {limit} of {}", beside.what),
            Some(beside) => format!("{sign} {limit} {}", beside.what),
            None => format!("{sign} {limit}"),
        }
    }

    /// The measure, as people read it.
    pub(crate) fn value(&self) -> String {
        self.unit.text(self.measured)
    }
}
