//! Times as logs write them.

use super::Fault;
use crate::policy::zone::Zone;
use crate::ticket::Timestamp;
use chrono::format::{Item, StrftimeItems};
use chrono::{DateTime, Duration, NaiveDate, NaiveDateTime, TimeZone, Utc};

/// What is tried where a mapping names no format: ISO 8601 as programs write it.
const ISO: &[&str] = &[
    "%Y-%m-%dT%H:%M:%S%.f%:z",
    "%Y-%m-%dT%H:%M:%S%.fZ",
    "%Y-%m-%d %H:%M:%S%.f%:z",
    "%Y-%m-%dT%H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f%z",
    "%Y-%m-%d %H:%M:%S%.f",
    "%Y-%m-%dT%H:%M:%S%.f",
    "%Y-%m-%d %H:%M",
    "%Y-%m-%dT%H:%M",
    "%Y-%m-%d",
];

/// Reads the times of a log.
#[derive(Debug, Clone)]
pub struct Moments {
    formats: Vec<String>,
    zone: Zone,
}

impl Moments {
    /// A reader for these formats and this zone.
    pub(super) fn understand(
        formats: &[String],
        zone: Option<&str>,
        faults: &mut Vec<Fault>,
    ) -> Self {
        for (place, format) in formats.iter().enumerate() {
            let wrong = StrftimeItems::new(format).any(|item| item == Item::Error);
            let has_day = format == "unix" || format.contains('%');
            if wrong || !has_day {
                faults.push(Fault::new(
                    format!("time.formats[{place}]"),
                    format!("{format:?} is no format of a time"),
                    "such as %d/%m/%Y %H:%M, %Y-%m-%d %H:%M:%S or unix",
                ));
            }
        }
        let zone = zone.map_or(Ok(Zone::UTC), |zone| {
            Zone::named(zone).ok_or_else(|| {
                faults.push(Fault::new(
                    "time.zone",
                    format!("there is no zone {zone}"),
                    "zones are named like Europe/London or America/New_York",
                ));
            })
        });
        let formats = match formats {
            [] => ISO.iter().map(|format| (*format).to_owned()).collect(),
            formats => formats.to_vec(),
        };
        Self {
            formats,
            zone: zone.unwrap_or(Zone::UTC),
        }
    }

    /// The time that a text says; `None` if no format fits.
    #[must_use]
    pub fn read(&self, text: &str) -> Option<Timestamp> {
        let text = text.trim();
        self.formats
            .iter()
            .find_map(|format| self.read_as(format, text))
    }

    fn read_as(&self, format: &str, text: &str) -> Option<Timestamp> {
        if format == "unix" {
            return text.parse().ok().map(Timestamp::from_unix);
        }
        if format.contains("%z") || format.contains("%:z") || format.contains("%#z") {
            let time = DateTime::parse_from_str(text, format).ok()?;
            return Some(time.with_timezone(&Utc).into());
        }
        let time = NaiveDateTime::parse_from_str(text, format)
            .ok()
            .or_else(|| {
                let day = NaiveDate::parse_from_str(text, format).ok()?;
                day.and_hms_opt(0, 0, 0)
            })?;
        // `Z` in a format says that it is UTC.
        let zone = if format.ends_with('Z') {
            Zone::UTC
        } else {
            self.zone
        };
        // What the clocks showed twice is the first time; what they never
        // showed is as far behind the jump.
        let local = zone.from_local_datetime(&time).earliest().or_else(|| {
            let before = zone.from_local_datetime(&(time - Duration::hours(3)));
            before.earliest().map(|before| before + Duration::hours(3))
        })?;
        Some(local.with_timezone(&Utc).into())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn read(formats: &[&str], zone: Option<&str>, text: &str) -> Option<String> {
        let formats: Vec<String> = formats.iter().map(|one| (*one).to_owned()).collect();
        let mut faults = Vec::new();
        let moments = Moments::understand(&formats, zone, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        moments.read(text).map(|time| time.to_string())
    }

    #[test]
    fn times_are_read_as_the_mapping_says() {
        let day_first = &["%d/%m/%Y %H:%M"][..];
        for (formats, zone, text, expected) in [
            (day_first, None, "1/3/2016 04:57", "2016-03-01T04:57:00Z"),
            (
                day_first,
                Some("Europe/London"),
                "1/7/2016 04:57",
                "2016-07-01T03:57:00Z",
            ),
            // Never shown on that day, and shown twice on this one.
            (
                day_first,
                Some("Europe/London"),
                "29/3/2026 01:30",
                "2026-03-29T01:30:00Z",
            ),
            (
                day_first,
                Some("Europe/London"),
                "25/10/2026 01:30",
                "2026-10-25T00:30:00Z",
            ),
            (&["unix"], None, "1456790400", "2016-03-01T00:00:00Z"),
            (&["%d.%m.%Y"], None, "01.03.2016", "2016-03-01T00:00:00Z"),
            (
                &[],
                None,
                "2006-01-11 15:49:42+00:00",
                "2006-01-11T15:49:42Z",
            ),
            (
                &[],
                None,
                "2006-01-11T15:49:42.123+0100",
                "2006-01-11T14:49:42Z",
            ),
            (
                &[],
                Some("Europe/London"),
                "2006-07-11T15:49:42Z",
                "2006-07-11T15:49:42Z",
            ),
            (
                &[],
                Some("Europe/London"),
                "2006-07-11 15:49:42",
                "2006-07-11T14:49:42Z",
            ),
        ] {
            assert_eq!(
                read(formats, zone, text).as_deref(),
                Some(expected),
                "{text}"
            );
        }
        assert_eq!(read(day_first, None, "31/2/2016 04:57"), None);
        assert_eq!(read(&[], None, "yesterday"), None);
    }
}
