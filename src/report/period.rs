//! The span of time that a report is about.

use crate::policy::zone::Zone;
use crate::ticket::Timestamp;
use crate::ticket::value::Value;
use chrono::{Datelike, Days, Months, NaiveDate};
use serde::{Serialize, Serializer};

/// Seconds of a day without a change of clocks.
const DAY: i64 = 86_400;

/// A report has no more rows than people scroll through.
const MOST_PARTS: usize = 4_000;

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

    /// The period of the same length that ends where this one starts; of whole
    /// months, quarters or years of the zone's calendar, as many of them.
    #[must_use]
    pub fn before(self, zone: Zone) -> Self {
        let months = self.whole_months(zone);
        let from = match months {
            Some(months) => moved(self.from, zone, |day| {
                day.checked_sub_months(Months::new(months))
            }),
            // Whole days stay whole days where clocks are put forward or back.
            None => {
                let length = self.to.since(self.from);
                let days = u64::try_from(length / DAY).unwrap_or_default();
                let whole = length % DAY == 0;
                moved(self.from, zone, |day| day.checked_sub_days(Days::new(days)))
                    .filter(|_| whole)
                    .or(Some(self.from.plus(-length)))
            }
        };
        Self {
            from: from
                .filter(|from| *from < self.from)
                .unwrap_or(self.from.plus(-DAY)),
            to: self.from,
        }
    }

    /// How many calendar months of the zone it is, from the first of one.
    fn whole_months(self, zone: Zone) -> Option<u32> {
        let first = |time: Timestamp| {
            let local = time.utc().with_timezone(&zone);
            let at = local.date_naive();
            (zone.start_of(at) == time && at.day() == 1).then_some(at)
        };
        let (from, to) = (first(self.from)?, first(self.to)?);
        let months = |day: NaiveDate| day.year() * 12 + day.month0() as i32;
        u32::try_from(months(to) - months(from)).ok()
    }

    /// A month of the zone's calendar, written `2016-03`; a year, written
    /// `2016`; a quarter, written `2016-Q1`. None where it is none of these.
    #[must_use]
    pub fn named(text: &str, zone: Zone) -> Option<Self> {
        let (year, rest) = text.split_at_checked(4)?;
        let year: i32 = year
            .parse()
            .ok()
            .filter(|year| (1970..=9998).contains(year))?;
        let (month, months) = match rest.strip_prefix('-') {
            None if rest.is_empty() => (1, 12),
            None => return None,
            Some(rest) => match rest.strip_prefix(['Q', 'q']) {
                Some(quarter) => {
                    let quarter: u32 = quarter.parse().ok().filter(|q| (1..=4).contains(q))?;
                    (quarter * 3 - 2, 3)
                }
                None if rest.len() == 2 => (rest.parse().ok()?, 1),
                None => return None,
            },
        };
        let first = NaiveDate::from_ymd_opt(year, month, 1)?;
        let next = first.checked_add_months(Months::new(months))?;
        Self::new(zone.start_of(first), zone.start_of(next)).ok()
    }

    /// Its parts: the days, weeks (from Monday), months or quarters of the
    /// zone's calendar that it touches, each cut off where it ends, with a name
    /// that sorts: `2026-11-23`, `2026-W48`, `2026-11`, `2026-Q4`.
    #[must_use]
    pub fn parts(self, step: Step, zone: Zone) -> Vec<(String, Self)> {
        let mut parts = Vec::new();
        let mut day = step.first(self.from.utc().with_timezone(&zone).date_naive());
        while let Some(next) = step.next(day) {
            let (from, to) = (zone.start_of(day), zone.start_of(next));
            if from >= self.to || parts.len() >= MOST_PARTS {
                break;
            }
            let cut = Self::new(from.max(self.from), to.min(self.to));
            parts.extend(cut.ok().map(|cut| (step.name(day), cut)));
            day = next;
        }
        parts
    }

    /// In the words of a zone's clock: whole days as days, the last one
    /// included, anything else as moments.
    #[must_use]
    pub fn told(self, zone: Zone) -> String {
        let local = |time: Timestamp| time.utc().with_timezone(&zone);
        let is_start = |time: Timestamp| zone.start_of(local(time).date_naive()) == time;
        if is_start(self.from) && is_start(self.to) {
            let last = local(self.to.plus(-1)).date_naive();
            let first = local(self.from).date_naive();
            return match first == last {
                true => first.to_string(),
                false => format!("{first} to {last}"),
            };
        }
        let moment = |time: Timestamp| local(time).format("%Y-%m-%d %H:%M").to_string();
        format!("{} to {}", moment(self.from), moment(self.to))
    }

    /// Whether `time` lies in it.
    #[must_use]
    pub fn contains(self, time: Timestamp) -> bool {
        self.from <= time && time < self.to
    }
}

/// The steps of a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Days.
    Day,
    /// Weeks, from Monday (ISO 8601).
    Week,
    /// Months.
    Month,
    /// Quarters of a year.
    Quarter,
}

impl Step {
    /// The first day of the step that a day lies in.
    fn first(self, day: NaiveDate) -> NaiveDate {
        let first = match self {
            Self::Day => Some(day),
            Self::Week => {
                day.checked_sub_days(Days::new(day.weekday().num_days_from_monday().into()))
            }
            Self::Month => day.with_day(1),
            Self::Quarter => NaiveDate::from_ymd_opt(day.year(), day.month0() / 3 * 3 + 1, 1),
        };
        first.unwrap_or(day)
    }

    /// The first day of the step after the one that starts on `day`.
    fn next(self, day: NaiveDate) -> Option<NaiveDate> {
        match self {
            Self::Day => day.succ_opt(),
            Self::Week => day.checked_add_days(Days::new(7)),
            Self::Month => day.checked_add_months(Months::new(1)),
            Self::Quarter => day.checked_add_months(Months::new(3)),
        }
    }

    /// The name of the step that starts on `day`.
    fn name(self, day: NaiveDate) -> String {
        match self {
            Self::Day => day.to_string(),
            Self::Week => {
                let week = day.iso_week();
                format!("{}-W{:02}", week.year(), week.week())
            }
            Self::Month => format!("{}-{:02}", day.year(), day.month()),
            Self::Quarter => format!("{}-Q{}", day.year(), day.month0() / 3 + 1),
        }
    }
}

/// The same time of the zone's clock on another day.
fn moved(
    time: Timestamp,
    zone: Zone,
    day: impl Fn(NaiveDate) -> Option<NaiveDate>,
) -> Option<Timestamp> {
    let local = time.utc().with_timezone(&zone);
    let day = day(local.date_naive())?;
    Some(zone.moment(day.and_time(local.time())))
}

/// RFC 3339 in UTC, as everywhere.
pub(crate) fn as_text<S: Serializer>(time: &Timestamp, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(&time.text())
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::time;
    use proptest::prelude::*;

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
        let text = |from, to| period(from, to).told(Zone::UTC);
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
            "2026-11-01 09:00 to 2026-11-02 00:00"
        );
    }

    #[test]
    fn months_and_quarters_are_those_of_the_zone() {
        let zone = Zone::named("Europe/London").unwrap();
        let march = Period::named("2016-03", zone).unwrap();
        assert_eq!(march.from(), time("2016-03-01T00:00:00Z"));
        // Summer time by then.
        assert_eq!(march.to(), time("2016-03-31T23:00:00Z"));
        assert_eq!(march.told(zone), "2016-03-01 to 2016-03-31");
        assert_eq!(march.before(zone).told(zone), "2016-02-01 to 2016-02-29");
        let quarter = Period::named("2016-Q2", zone).unwrap();
        assert_eq!(quarter.told(zone), "2016-04-01 to 2016-06-30");
        assert_eq!(quarter.before(zone).told(zone), "2016-01-01 to 2016-03-31");
        assert_eq!(
            Period::named("2016", zone).unwrap().told(zone),
            "2016-01-01 to 2016-12-31"
        );
        for wrong in [
            "2016-13",
            "2016-3",
            "2016-Q5",
            "16-03",
            "2016-03-01",
            "märz",
        ] {
            assert_eq!(Period::named(wrong, zone), None, "{wrong}");
        }
    }

    #[test]
    fn days_before_are_days_though_clocks_change() {
        let zone = Zone::named("Europe/London").unwrap();
        // Monday to Monday, over the Sunday on which clocks go forward.
        let week = period("2026-03-29T23:00:00Z", "2026-04-05T23:00:00Z");
        assert_eq!(week.told(zone), "2026-03-30 to 2026-04-05");
        assert_eq!(week.before(zone).told(zone), "2026-03-23 to 2026-03-29");
    }

    proptest! {
        /// The parts of a period are it, without gap or overlap.
        #[test]
        fn parts_make_the_whole(from in 0_i64..4_000_000_000, length in 1_i64..40_000_000, step in 0..4) {
            let step = [Step::Day, Step::Week, Step::Month, Step::Quarter][step as usize];
            let from = Timestamp::from_unix(from);
            let whole = Period::new(from, from.plus(length)).unwrap();
            let parts = whole.parts(step, Zone::named("Europe/London").unwrap());
            prop_assert_eq!(parts[0].1.from(), whole.from());
            prop_assert_eq!(parts[parts.len() - 1].1.to(), whole.to());
            for two in parts.windows(2) {
                prop_assert_eq!(two[0].1.to(), two[1].1.from());
                prop_assert!(two[0].0 < two[1].0);
            }
        }
    }

    #[test]
    fn nothing_is_no_period() {
        let at = time("2026-11-01T00:00:00Z");
        assert!(Period::new(at, at).is_err());
        assert!(Period::new(at, at.plus(-1)).is_err());
        assert!(Period::new(at, at.plus(1)).is_ok());
    }
}
