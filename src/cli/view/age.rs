//! Ages, durations and times as people say them.

use std::fmt::Display;

use chrono::{DateTime, Datelike, Duration, TimeZone, Utc};

/// Units of a duration, the largest first: seconds in one, and its letter.
const UNITS: [(u64, &str); 5] = [
    (604_800, "w"),
    (86_400, "d"),
    (3600, "h"),
    (60, "m"),
    (1, "s"),
];

/// A duration in one unit, rounded down, for a narrow column: `45s`, `4m`,
/// `3h`, `2d`, `5w`, `2y`. What is in the past has a minus: `-3h`.
///
/// Days run to two weeks and weeks to a year (of 365 days).
#[must_use]
pub fn short(duration: Duration) -> String {
    let seconds = duration.num_seconds().unsigned_abs();
    let minus = if duration.num_seconds() < 0 { "-" } else { "" };
    let (count, unit) = match seconds {
        0..60 => (seconds, "s"),
        60..3600 => (seconds / 60, "m"),
        3600..86_400 => (seconds / 3600, "h"),
        86_400..1_209_600 => (seconds / 86_400, "d"),
        1_209_600..31_536_000 => (seconds / 604_800, "w"),
        _ => (seconds / 31_536_000, "y"),
    };
    format!("{minus}{count}{unit}")
}

/// A duration in its two largest units, rounded down: `45 s`, `14 m`,
/// `2 h 14 m`, `3 d`, `5 w 2 d`. Seconds are said below one minute only. What
/// is in the past has a minus.
#[must_use]
pub fn long(duration: Duration) -> String {
    let seconds = duration.num_seconds().unsigned_abs();
    let minus = if duration.num_seconds() < 0 { "-" } else { "" };
    let first = UNITS.iter().position(|(size, _)| seconds >= *size);
    let Some(first) = first else {
        return "0 s".to_owned();
    };
    let (size, unit) = UNITS[first];
    let mut text = format!("{minus}{} {unit}", seconds / size);
    if let Some((next, unit)) = UNITS.get(first + 1).filter(|(next, _)| *next > 1) {
        let count = seconds % size / next;
        if count > 0 {
            text.push_str(&format!(" {count} {unit}"));
        }
    }
    text
}

/// A moment in the reader's zone: `Mon 23 Nov 09:14`, with the year where it
/// is not the year of `now`: `Sun 23 Nov 2025 09:14`.
#[must_use]
pub fn moment<Z>(at: DateTime<Utc>, now: DateTime<Utc>, zone: &Z) -> String
where
    Z: TimeZone<Offset: Display>,
{
    let local = at.with_timezone(zone);
    let format = if local.year() == now.with_timezone(zone).year() {
        "%a %-d %b %H:%M"
    } else {
        "%a %-d %b %Y %H:%M"
    };
    local.format(format).to_string()
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use chrono::FixedOffset;

    use super::*;

    #[test]
    fn short_ages() {
        let cases = [
            (0, "0s"),
            (59, "59s"),
            (60, "1m"),
            (3599, "59m"),
            (3600, "1h"),
            (86_399, "23h"),
            (86_400, "1d"),
            (13 * 86_400, "13d"),
            (14 * 86_400, "2w"),
            (364 * 86_400, "52w"),
            (365 * 86_400, "1y"),
            (-2 * 3600 - 59, "-2h"),
        ];
        for (seconds, text) in cases {
            assert_eq!(short(Duration::seconds(seconds)), text);
        }
        assert_eq!(short(Duration::milliseconds(-400)), "0s");
    }

    #[test]
    fn long_durations() {
        let cases = [
            (0, "0 s"),
            (45, "45 s"),
            (60, "1 m"),
            (14 * 60 + 30, "14 m"),
            (2 * 3600 + 14 * 60, "2 h 14 m"),
            (2 * 3600 + 59, "2 h"),
            (3 * 86_400 + 59, "3 d"),
            (37 * 86_400, "5 w 2 d"),
            (-5400, "-1 h 30 m"),
        ];
        for (seconds, text) in cases {
            assert_eq!(long(Duration::seconds(seconds)), text);
        }
    }

    #[test]
    fn moments_are_told_in_the_readers_zone_and_year() {
        let zone = FixedOffset::east_opt(3600).unwrap();
        let at = |text: &str| text.parse::<DateTime<Utc>>().unwrap();
        let now = at("2026-11-23T12:00:00Z");
        assert_eq!(
            moment(at("2026-11-23T08:14:03Z"), now, &zone),
            "Mon 23 Nov 09:14"
        );
        assert_eq!(
            moment(at("2026-03-01T08:14:03Z"), now, &zone),
            "Sun 1 Mar 09:14"
        );
        assert_eq!(
            moment(at("2025-11-23T08:14:03Z"), now, &zone),
            "Sun 23 Nov 2025 09:14"
        );
        assert_eq!(
            moment(at("2025-12-31T23:30:00Z"), now, &zone),
            "Thu 1 Jan 00:30"
        );
    }
}
