//! Points in time, in whole seconds UTC.

use super::value::{BadValue, Shape, Value};
use chrono::{DateTime, SecondsFormat, Utc};
use std::fmt;

/// A point in time: seconds since 1970-01-01T00:00:00Z, from year 1 to 9999.
///
/// Written as RFC 3339 in UTC (`2026-11-23T09:14:03Z`), which YAML reads as a
/// timestamp.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Timestamp(i64);

impl Timestamp {
    /// The first moment that can be written with four digits for the year.
    const FIRST: i64 = -62_135_596_800;
    /// The last one.
    const LAST: i64 = 253_402_300_799;

    /// The point `seconds` after the epoch; out-of-range values are clamped to
    /// the years 1 to 9999.
    #[must_use]
    pub fn from_unix(seconds: i64) -> Self {
        Self(seconds.clamp(Self::FIRST, Self::LAST))
    }

    /// Seconds since the epoch.
    #[must_use]
    pub fn unix(self) -> i64 {
        self.0
    }

    /// The same point as chrono has it.
    #[must_use]
    pub fn utc(self) -> DateTime<Utc> {
        DateTime::from_timestamp(self.0, 0).unwrap_or_default()
    }

    /// This point moved by `seconds`.
    #[must_use]
    pub fn plus(self, seconds: i64) -> Self {
        Self::from_unix(self.0.saturating_add(seconds))
    }

    /// Seconds from `earlier` to `self`; negative if it is later.
    #[must_use]
    pub fn since(self, earlier: Self) -> i64 {
        self.0 - earlier.0
    }
}

impl From<DateTime<Utc>> for Timestamp {
    fn from(time: DateTime<Utc>) -> Self {
        Self::from_unix(time.timestamp())
    }
}

impl fmt::Display for Timestamp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.utc().to_rfc3339_opts(SecondsFormat::Secs, true))
    }
}

impl Value for Timestamp {
    const SHAPE: Shape = Shape::Time;

    fn parse(text: &str) -> Result<Self, BadValue> {
        DateTime::parse_from_rfc3339(text)
            .map(|time| Self::from(time.with_timezone(&Utc)))
            .map_err(|_| BadValue::new(text, "a time such as 2026-11-23T09:14:03Z"))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn reads_any_offset_and_writes_utc() {
        let time = Timestamp::parse("2026-11-23T10:14:03+01:00").unwrap();
        assert_eq!(time.to_string(), "2026-11-23T09:14:03Z");
        assert!(Timestamp::parse("2026-02-30T00:00:00Z").is_err());
        assert!(Timestamp::parse("yesterday").is_err());
    }

    #[test]
    fn extremes_stay_writable() {
        for seconds in [i64::MIN, i64::MAX, 0] {
            let time = Timestamp::from_unix(seconds);
            assert_eq!(Timestamp::parse(&time.to_string()).unwrap(), time);
        }
    }
}
