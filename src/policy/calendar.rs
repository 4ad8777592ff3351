//! Open hours of a zone, with holidays, exact over daylight-saving changes.
//!
//! A stretch of a local day opens the first time that the clock on the wall
//! shows its start or later, and closes the last time that it shows less than
//! its end: a shift begins once and ends once, however often the clock is put
//! back in between, and nobody works an hour that the clock leaps over. So a
//! time that does not exist counts as the moment after the leap; of a time that
//! exists twice, a start is the earlier one and an end the later one, unless the
//! clock is put back to that very time.
//!
//! Open hours are known from 1970 to the end of 2099: before and after that
//! nothing is open, which keeps a mistyped year from costing anything.

use super::hours::{Span, Week};
use super::zone::{Zone, ZoneOffset};
use crate::ticket::Timestamp;
use chrono::{
    DateTime, Datelike, Days, MappedLocalTime, NaiveDate, Offset, TimeDelta, TimeZone, Timelike,
};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;
use std::ops::{Add, AddAssign, Sub};
use std::sync::{Arc, OnceLock};

/// The version of the time-zone database that times are reckoned with.
pub const TZ_VERSION: &str = Zone::VERSION;

/// Seconds of open hours.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct BusinessSeconds(pub i64);

impl Add for BusinessSeconds {
    type Output = Self;
    fn add(self, other: Self) -> Self {
        Self(self.0 + other.0)
    }
}

impl AddAssign for BusinessSeconds {
    fn add_assign(&mut self, other: Self) {
        self.0 += other.0;
    }
}

impl Sub for BusinessSeconds {
    type Output = Self;
    fn sub(self, other: Self) -> Self {
        Self(self.0 - other.0)
    }
}

/// The two largest units: `40h`, `1h 30m`, `45s`; never days, since how long a
/// day of open hours is depends on the calendar.
impl fmt::Display for BusinessSeconds {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let sign = if self.0 < 0 { "-" } else { "" };
        let all = self.0.unsigned_abs();
        let text = match (all / 3600, all / 60 % 60, all % 60) {
            (0, 0, s) => format!("{sign}{s}s"),
            (0, m, 0) => format!("{sign}{m}m"),
            (0, m, s) => format!("{sign}{m}m {s}s"),
            (h, 0, _) => format!("{sign}{h}h"),
            (h, m, _) => format!("{sign}{h}h {m}m"),
        };
        f.pad(&text)
    }
}

/// A stretch of time, from its first second to the first one after it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Interval {
    /// The first second.
    pub from: Timestamp,
    /// The first one after it.
    pub to: Timestamp,
}

/// When a desk, a team or a person is there.
#[derive(Debug, Clone)]
pub struct Calendar {
    name: String,
    zone: Zone,
    week: Week,
    holidays: BTreeMap<NaiveDate, Vec<Span>>,
    /// Open stretches by UTC year, made when first asked for.
    years: Arc<[OnceLock<Year>]>,
}

const FIRST_YEAR: i32 = 1970;
const LAST_YEAR: i32 = 2099;

impl Calendar {
    /// A calendar; `holidays` are the hours of single local dates, which
    /// replace those of the week (none: closed).
    #[must_use]
    pub fn new(
        name: impl Into<String>,
        zone: Zone,
        week: Week,
        holidays: BTreeMap<NaiveDate, Vec<Span>>,
    ) -> Self {
        Self {
            name: name.into(),
            zone,
            week,
            holidays,
            years: (FIRST_YEAR..=LAST_YEAR).map(|_| OnceLock::new()).collect(),
        }
    }

    /// `24x7`: never closed.
    #[must_use]
    pub fn always(zone: Zone) -> Self {
        Self::new("24x7", zone, Week::always(), BTreeMap::new())
    }

    /// What the policy calls it.
    #[must_use]
    pub fn name(&self) -> &str {
        &self.name
    }

    /// Its usual hours.
    #[must_use]
    pub fn week(&self) -> &Week {
        &self.week
    }

    /// Dates with other hours than their weekday.
    pub fn holidays(&self) -> impl Iterator<Item = (NaiveDate, &[Span])> {
        let days = self.holidays.iter();
        days.map(|(day, hours)| (*day, hours.as_slice()))
    }

    /// The zone whose wall clock it goes by.
    #[must_use]
    pub fn zone(&self) -> Zone {
        self.zone
    }

    /// The hours of a local date.
    #[must_use]
    pub fn hours(&self, date: NaiveDate) -> &[Span] {
        match self.holidays.get(&date) {
            Some(hours) => hours,
            None => self.week.of(date.weekday()),
        }
    }

    /// Whether the hours of a local date are not those of its weekday.
    #[must_use]
    pub fn is_holiday(&self, date: NaiveDate) -> bool {
        self.holidays.contains_key(&date)
    }

    /// Whether it is open at that second.
    #[must_use]
    pub fn is_open(&self, at: Timestamp) -> bool {
        self.open_between(at, at.plus(1)) == BusinessSeconds(1)
    }

    /// Open seconds from `from` up to `to`; none if that is not later.
    #[must_use]
    pub fn open_between(&self, from: Timestamp, to: Timestamp) -> BusinessSeconds {
        let (from, to) = (from.unix(), to.unix());
        if to <= from {
            return BusinessSeconds(0);
        }
        let (first, last) = (year_of(from), year_of(to));
        let before = self.year(first).open_before(from);
        let whole: i64 = (first.max(FIRST_YEAR)..last.min(LAST_YEAR + 1))
            .map(|year| self.year(year).total())
            .sum();
        // Those of `first` are among the whole years unless it is `last`.
        BusinessSeconds(whole + self.year(last).open_before(to) - before)
    }

    /// The earliest moment at which so many open seconds have passed since
    /// `start`; `start` itself for none. `None` beyond the end of 2099.
    #[must_use]
    pub fn add(&self, start: Timestamp, seconds: BusinessSeconds) -> Option<Timestamp> {
        if seconds.0 <= 0 {
            return Some(start);
        }
        let first = year_of(start.unix()).max(FIRST_YEAR);
        let mut left = seconds.0 + self.year(first).open_before(start.unix());
        for number in first..=LAST_YEAR {
            let year = self.year(number);
            if left <= year.total() {
                return year.reaches(left).map(Timestamp::from_unix);
            }
            left -= year.total();
        }
        None
    }

    /// The same time of the wall clock, so many open days later. `None` beyond
    /// the end of 2099.
    #[must_use]
    pub fn after_days(&self, at: Timestamp, days: u32) -> Option<Timestamp> {
        let local = self.local(at).naive_local();
        let mut left = days;
        let mut date = local.date();
        while left > 0 {
            date = date.succ_opt().filter(|date| date.year() <= LAST_YEAR)?;
            left -= u32::from(!self.hours(date).is_empty());
        }
        let seconds = local.time().num_seconds_from_midnight();
        Some(Timestamp::from_unix(self.moment(
            date,
            seconds,
            Edge::Opens,
        )))
    }

    /// The first open moment that is not before `at`.
    #[must_use]
    pub fn next_open(&self, at: Timestamp) -> Option<Timestamp> {
        let second = self.add(at, BusinessSeconds(1))?;
        Some(second.plus(-1))
    }

    /// The open stretches between two moments, in order; neighbours that touch
    /// are one.
    #[must_use]
    pub fn intervals(&self, from: Timestamp, to: Timestamp) -> Vec<Interval> {
        let (from, to) = (from.unix(), to.unix());
        let mut found: Vec<(i64, i64)> = Vec::new();
        let years = year_of(from).max(FIRST_YEAR)..=year_of(to).min(LAST_YEAR);
        for number in years.filter(|_| from < to) {
            for open in &self.year(number).open {
                let (start, end) = (open.from.max(from), open.to.min(to));
                match found.last_mut() {
                    _ if start >= end => {}
                    Some(last) if last.1 == start => last.1 = end,
                    _ => found.push((start, end)),
                }
            }
        }
        let interval = |(from, to)| Interval {
            from: Timestamp::from_unix(from),
            to: Timestamp::from_unix(to),
        };
        found.into_iter().map(interval).collect()
    }

    /// The moment as the wall clock of the zone shows it.
    #[must_use]
    pub fn local(&self, at: Timestamp) -> DateTime<Zone> {
        at.utc().with_timezone(&self.zone)
    }

    fn year(&self, number: i32) -> Cow<'_, Year> {
        let index = usize::try_from(number - FIRST_YEAR).ok();
        match index.and_then(|index| self.years.get(index)) {
            Some(cell) => Cow::Borrowed(cell.get_or_init(|| self.make_year(number))),
            None => Cow::Owned(Year::default()),
        }
    }

    fn make_year(&self, number: i32) -> Year {
        let Some(first) = NaiveDate::from_ymd_opt(number, 1, 1) else {
            return Year::default();
        };
        let (start, end) = (unix_of_year(number), unix_of_year(number + 1));
        // Local dates are up to a day away from those of UTC, on either side.
        let dates = first.checked_sub_days(Days::new(2)).unwrap_or(first);
        let mut open: Vec<Open> = Vec::with_capacity(370);
        let mut total = 0;
        for date in dates.iter_days().take(370) {
            for span in self.hours(date) {
                // Where a clock was put back at midnight, the last stretch of a
                // day and the first of the next one may overlap.
                let after = open.last().map_or(start, |last| last.to);
                let from = self.moment(date, span.from, Edge::Opens).max(after);
                let to = self.moment(date, span.to, Edge::Closes).min(end);
                if from >= to {
                    continue;
                }
                match open.last_mut() {
                    Some(last) if last.to == from => last.to = to,
                    _ => open.push(Open {
                        from,
                        to,
                        before: total,
                    }),
                }
                total += to - from;
            }
        }
        Year { open }
    }

    /// The moment at which a stretch that starts or ends at a time of that date
    /// does so.
    fn moment(&self, date: NaiveDate, seconds: u32, edge: Edge) -> i64 {
        let midnight = date.and_time(chrono::NaiveTime::MIN);
        let local = midnight + TimeDelta::seconds(i64::from(seconds));
        let shown = local.and_utc().timestamp();
        let less = |offset: ZoneOffset| shown - i64::from(offset.fix().local_minus_utc());
        match self.zone.offset_from_local_datetime(&local) {
            MappedLocalTime::Single(offset) => less(offset),
            MappedLocalTime::Ambiguous(one, other) => {
                let (first, second) = (less(one).min(less(other)), less(one).max(less(other)));
                // The clock that is put back to this very time shows less than
                // it before the first time only.
                let shows_less = |at| self.shown(at) < shown;
                match edge {
                    Edge::Closes if shows_less(second - 1) => second,
                    Edge::Opens | Edge::Closes => first,
                }
            }
            MappedLocalTime::None => self.after_leap(shown),
        }
    }

    /// What the wall clock shows, as seconds.
    fn shown(&self, unix: i64) -> i64 {
        let local = self.local(Timestamp::from_unix(unix)).naive_local();
        local.and_utc().timestamp()
    }

    /// The moment at which the wall clock leapt over what it never showed.
    fn after_leap(&self, shown: i64) -> i64 {
        // No zone is further than 16 hours from UTC.
        let (mut before, mut after) = (shown - 57_600, shown + 57_600);
        while after - before > 1 {
            let middle = before + (after - before) / 2;
            if self.shown(middle) < shown {
                before = middle;
            } else {
                after = middle;
            }
        }
        after
    }
}

impl PartialEq for Calendar {
    fn eq(&self, other: &Self) -> bool {
        let parts = |own: &Self| (own.name.clone(), own.zone, own.week.clone());
        parts(self) == parts(other) && self.holidays == other.holidays
    }
}

impl Eq for Calendar {}

fn year_of(unix: i64) -> i32 {
    Timestamp::from_unix(unix).utc().year()
}

fn unix_of_year(number: i32) -> i64 {
    let first = NaiveDate::from_ymd_opt(number, 1, 1);
    first.map_or(0, |day| {
        day.and_time(chrono::NaiveTime::MIN).and_utc().timestamp()
    })
}

/// Which end of a stretch a time is.
#[derive(Debug, Clone, Copy)]
enum Edge {
    Opens,
    Closes,
}

/// The open stretches of one UTC year, in order and apart.
#[derive(Debug, Clone, Default)]
struct Year {
    open: Vec<Open>,
}

/// An open stretch, in seconds since the epoch.
#[derive(Debug, Clone, Copy)]
struct Open {
    from: i64,
    to: i64,
    /// Open seconds of the year before it.
    before: i64,
}

impl Year {
    fn total(&self) -> i64 {
        self.open
            .last()
            .map_or(0, |last| last.before + last.to - last.from)
    }

    /// Open seconds of the year before that moment.
    fn open_before(&self, unix: i64) -> i64 {
        let started = self.open.partition_point(|open| open.from < unix);
        let last = started
            .checked_sub(1)
            .and_then(|index| self.open.get(index));
        last.map_or(0, |open| open.before + unix.min(open.to) - open.from)
    }

    /// The moment at which that many open seconds of the year, at least one,
    /// have passed.
    fn reaches(&self, seconds: i64) -> Option<i64> {
        let started = self.open.partition_point(|open| open.before < seconds);
        let open = self.open.get(started.checked_sub(1)?)?;
        Some(open.from + seconds - open.before)
    }
}

#[cfg(test)]
mod tests;
