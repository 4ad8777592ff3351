//! The span of time that a report is about.

use crate::ticket::Timestamp;
use crate::ticket::value::Value;
use serde::{Serialize, Serializer};
use std::fmt;

/// A half-open span: `from` is in it, `to` is not, so that the periods of a
/// year count every event once.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Period {
    /// The first moment in it.
    #[serde(serialize_with = "as_text")]
    from: Timestamp,
    /// The first moment after it.
    #[serde(serialize_with = "as_text")]
    to: Timestamp,
}

/// A period that ends before it starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("a period from {from} to {to} holds no time: its end must come after its start")]
pub struct EmptyPeriod {
    /// The start.
    pub from: Timestamp,
    /// The end.
    pub to: Timestamp,
}

impl Period {
    /// The span from `from` until just before `to`.
    ///
    /// # Errors
    /// [`EmptyPeriod`] unless `to` is later.
    pub fn new(from: Timestamp, to: Timestamp) -> Result<Self, EmptyPeriod> {
        if from < to {
            Ok(Self { from, to })
        } else {
            Err(EmptyPeriod { from, to })
        }
    }

    /// The first moment in it.
    #[must_use]
    pub fn from(self) -> Timestamp {
        self.from
    }

    /// The first moment after it.
    #[must_use]
    pub fn to(self) -> Timestamp {
        self.to
    }

    /// Whether `time` lies in it.
    #[must_use]
    pub fn contains(self, time: Timestamp) -> bool {
        self.from <= time && time < self.to
    }
}

/// Whole days of UTC as days, the last one included ("2026-11-01 to
/// 2026-11-30"); anything else as moments ("… until …", the last one not
/// included).
impl fmt::Display for Period {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        const DAY: i64 = 86_400;
        let midnight = |time: Timestamp| time.unix().rem_euclid(DAY) == 0;
        if !(midnight(self.from) && midnight(self.to)) {
            return write!(f, "{} until {}", self.from, self.to);
        }
        let day = |time: Timestamp| time.utc().date_naive();
        let (first, last) = (day(self.from), day(self.to.plus(-DAY)));
        if first == last {
            write!(f, "{first}")
        } else {
            write!(f, "{first} to {last}")
        }
    }
}

/// RFC 3339 in UTC, as everywhere.
pub(crate) fn as_text<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&time.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::time;

    fn period(from: &str, to: &str) -> Period {
        Period::new(time(from), time(to)).unwrap()
    }

    #[test]
    fn the_end_is_not_in_it() {
        let november = period("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
        assert!(november.contains(time("2026-11-01T00:00:00Z")));
        assert!(november.contains(time("2026-11-30T23:59:59Z")));
        assert!(!november.contains(time("2026-12-01T00:00:00Z")));
        assert!(!november.contains(time("2026-10-31T23:59:59Z")));
    }

    #[test]
    fn whole_days_read_as_days() {
        let text = |from, to| period(from, to).to_string();
        assert_eq!(
            text("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z"),
            "2026-11-01 to 2026-11-30"
        );
        assert_eq!(
            text("2026-11-01T00:00:00Z", "2026-11-02T00:00:00Z"),
            "2026-11-01"
        );
        assert_eq!(
            text("2026-11-01T09:00:00Z", "2026-11-02T00:00:00Z"),
            "2026-11-01T09:00:00Z until 2026-11-02T00:00:00Z"
        );
    }

    #[test]
    fn nothing_is_no_period() {
        let at = time("2026-11-01T00:00:00Z");
        assert!(Period::new(at, at).is_err());
        assert!(Period::new(at, at.plus(-1)).is_err());
        assert!(Period::new(at, at.plus(1)).is_ok());
    }
}
