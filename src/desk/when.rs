//! Times, as people write them: the one place that parses a time.
//!
//! | written | means |
//! |---|---|
//! | `now` | now |
//! | `20m`, `2h30m`, `1d`, `3w`, `1.5h` | that long ago, or from now: see [`Lean`] |
//! | `20m ago`, `in 2h` | as it says |
//! | `14:30`, `9am`, `noon` | the last or next such time: see [`Lean`] |
//! | `mon`, `fri 17:00` | the last or next such moment: see [`Lean`] |
//! | `next fri`, `last fri 9:00` | the first such day after today, or before |
//! | `today`, `yesterday 14:30`, `tomorrow at 9:00` | as it says |
//! | `2026-11-23`, `2026-11-23 14:30`, `2026-11-23T14:30` | as it says, in the reader's zone |
//! | `2026-11-23T14:30:00+01:00`, `…Z` | as it says (RFC 3339, seconds optional) |
//! | `@1795429800` | seconds since 1970 (Unix) |
//!
//! A day without a time is its first moment. A day (`1d`) counted from now is
//! 24 hours, a week seven of them. Where clocks go back, a local time that
//! comes twice is the earlier one; where they go forward, a time that is
//! skipped is an error, since nobody can tell what was meant. Fractions of a
//! second are cut off. Case and repeated spaces don't matter.
//!
//! What says its direction means what it says whatever the lean, so a caller
//! who can't use the future must look at the answer.

use chrono::offset::LocalResult;
use chrono::{
    DateTime, Datelike, Days, Duration, NaiveDate, NaiveDateTime, NaiveTime, SubsecRound, TimeZone,
    Utc, Weekday,
};

mod parts;
#[cfg(test)]
mod tests;

use parts::{TooLong, clock_time, day, is_date, parse_offset, span, split_offset, weekday};

/// Longest text that is looked at, in bytes; no time is that long.
const MAX_LENGTH: usize = 64;

/// Years that a time may lie in; anything else is a slip of the pen.
const YEARS: std::ops::RangeInclusive<i32> = 1970..=9999;

/// Where a text that does not say so points to.
///
/// `20m` is 20 minutes ago or in 20 minutes. `14:30` is the last 14:30 that
/// was (now included), or the next one that will be: after midnight, `23:50`
/// was last night and is not tonight. `mon` alike.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Lean {
    /// For what has happened: `--at`, `--since`.
    Past,
    /// For what is to come: `--until`, `--due`.
    Future,
}

/// Why a text is not a time.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum WhenError {
    /// The text is none of the forms.
    #[error(
        "{text:?} is not a time; write it like 20m, 2h30m ago, in 3d, 14:30, yesterday 9am, \
         next fri 17:00, 2026-11-23 14:30 or 2026-11-23T14:30:00Z"
    )]
    NotATime {
        /// What was written, or its beginning.
        text: String,
    },
    /// The text is not a length of time.
    #[error("{text:?} is not a length of time; write it like 45s, 20m, 2h30m, 1.5h, 7d or 2w")]
    NotASpan {
        /// What was written, or its beginning.
        text: String,
    },
    /// The calendar has no such day.
    #[error("there is no day {text}; dates are year-month-day, like 2026-11-23")]
    NoSuchDay {
        /// The day that was written.
        text: String,
    },
    /// A day has no such time.
    #[error("there is no time {text}; times are like 14:30, 14:30:05, 9am or 9:30pm")]
    NoSuchTime {
        /// The time that was written.
        text: String,
    },
    /// The clocks go forward over this time.
    #[error(
        "{local} does not exist here: the clocks go forward over it; write another time, \
         or add an offset, like {}+01:00", local.replace(' ', "T")
    )]
    Skipped {
        /// The local time, as `2026-03-29 02:30`.
        local: String,
    },
    /// The time is out of all reason.
    #[error("{text:?} is before 1970 or after 9999; is a digit missing or too many?")]
    OutOfRange {
        /// What was written.
        text: String,
    },
}

/// Parses a time. `now` and `zone` are the reader's.
///
/// # Errors
/// See [`WhenError`]; each says what would have been accepted.
pub fn parse<Z: TimeZone>(
    text: &str,
    now: DateTime<Utc>,
    zone: &Z,
    lean: Lean,
) -> Result<DateTime<Utc>, WhenError> {
    let tidy = tidy(text);
    let reader = Reader {
        text: &tidy,
        now: now.trunc_subsecs(0),
        zone,
        lean,
    };
    let at = reader.read()?;
    if YEARS.contains(&at.year()) {
        Ok(at)
    } else {
        Err(reader.out_of_range())
    }
}

/// Parses a length of time: one or more numbers with a unit, the largest unit
/// first, such as `45s`, `2h30m`, `1.5h`, `7d`, `2 weeks`.
///
/// Units are `s`, `m`, `h`, `d` (24 hours) and `w` (7 days), also in words. The
/// result is in whole seconds and never negative.
///
/// # Errors
/// [`WhenError::NotASpan`], [`WhenError::OutOfRange`].
pub fn parse_span(text: &str) -> Result<Duration, WhenError> {
    let tidy = tidy(text);
    match span(&tidy) {
        Some(Ok(span)) => Ok(span),
        Some(Err(TooLong)) => Err(WhenError::OutOfRange { text: tidy }),
        None => Err(WhenError::NotASpan { text: tidy }),
    }
}

/// Lower case, single spaces, and no longer than a message can quote.
fn tidy(text: &str) -> String {
    let words: Vec<_> = text.split_whitespace().collect();
    let mut tidy = words.join(" ").to_ascii_lowercase();
    if tidy.len() > MAX_LENGTH {
        let end = (0..=MAX_LENGTH).rev().find(|at| tidy.is_char_boundary(*at));
        tidy.truncate(end.unwrap_or(0));
        tidy.push('…');
    }
    tidy
}

/// A day, as it was written.
enum Day {
    /// One certain day.
    Certain(NaiveDate),
    /// A day of the week, on the side that the lean says.
    Leaning(Weekday),
}

struct Reader<'a, Z> {
    text: &'a str,
    now: DateTime<Utc>,
    zone: &'a Z,
    lean: Lean,
}

impl<Z: TimeZone> Reader<'_, Z> {
    fn read(&self) -> Result<DateTime<Utc>, WhenError> {
        if self.text == "now" {
            return Ok(self.now);
        }
        if let Some(seconds) = self.text.strip_prefix('@') {
            return self.unix(seconds);
        }
        if let Some(at) = self.relative() {
            return at;
        }
        if let Some((date, clock)) = self.text.split_once('t')
            && is_date(date)
        {
            return self.stamp(date, clock);
        }
        if let Some((date, clock)) = self.text.split_once(' ')
            && is_date(date)
            && split_offset(clock).1.is_some()
        {
            return self.stamp(date, clock);
        }
        self.words()
    }

    fn unix(&self, seconds: &str) -> Result<DateTime<Utc>, WhenError> {
        let digits = seconds.strip_prefix('-').unwrap_or(seconds);
        if digits.is_empty() || !digits.bytes().all(|b| b.is_ascii_digit()) {
            return Err(self.not_a_time());
        }
        let seconds = seconds.parse().map_err(|_| self.out_of_range())?;
        DateTime::from_timestamp(seconds, 0).ok_or_else(|| self.out_of_range())
    }

    /// A span, with `in` before it or `ago` behind it or neither.
    fn relative(&self) -> Option<Result<DateTime<Utc>, WhenError>> {
        let (text, lean) = if let Some(text) = self.text.strip_suffix(" ago") {
            (text, Lean::Past)
        } else if let Some(text) = self.text.strip_prefix("in ") {
            (text, Lean::Future)
        } else {
            (self.text, self.lean)
        };
        let at = span(text)?.ok().and_then(|span| match lean {
            Lean::Past => self.now.checked_sub_signed(span),
            Lean::Future => self.now.checked_add_signed(span),
        });
        Some(at.ok_or_else(|| self.out_of_range()))
    }

    /// A date, `T` and a time, with an offset or in the reader's zone.
    fn stamp(&self, date: &str, clock: &str) -> Result<DateTime<Utc>, WhenError> {
        let (clock, offset) = split_offset(clock);
        let time = clock_time(clock).ok_or_else(|| self.not_a_time())??;
        let local = day(date)?.and_time(time);
        match offset {
            Some(offset) => {
                let offset = parse_offset(offset).ok_or_else(|| self.not_a_time())?;
                let at = offset.from_local_datetime(&local).single();
                Ok(at.ok_or_else(|| self.out_of_range())?.to_utc())
            }
            None => self.resolve(local),
        }
    }

    /// A day, a time, or both, in either order.
    fn words(&self) -> Result<DateTime<Utc>, WhenError> {
        let mut chosen: Option<Day> = None;
        let mut time: Option<NaiveTime> = None;
        let mut words = self.text.split(' ').peekable();
        while let Some(word) = words.next() {
            if time.is_none()
                && let Some(read) = clock_time(word)
            {
                time = Some(read?);
                continue;
            }
            // `at` stands before a time and nowhere else.
            if word == "at" && time.is_none() {
                let next = words.next().ok_or_else(|| self.not_a_time())?;
                let read = clock_time(next).ok_or_else(|| self.not_a_time())?;
                time = Some(read?);
                continue;
            }
            if chosen.is_some() {
                return Err(self.not_a_time());
            }
            chosen = Some(match word {
                "next" | "last" => {
                    let name = words.next().and_then(weekday);
                    let name = name.ok_or_else(|| self.not_a_time())?;
                    Day::Certain(self.beside_today(name, word == "next")?)
                }
                _ => self.day_word(word)?,
            });
        }
        match (chosen, time) {
            (Some(Day::Certain(date)), Some(time)) => self.resolve(date.and_time(time)),
            (Some(Day::Certain(date)), None) => self.first_moment(date),
            (Some(Day::Leaning(name)), time) => self.nearest(time, 7, |day| day.weekday() == name),
            (None, Some(time)) => self.nearest(Some(time), 1, |_| true),
            (None, None) => Err(self.not_a_time()),
        }
    }

    fn day_word(&self, word: &str) -> Result<Day, WhenError> {
        let today = self.today();
        let certain = match word {
            "today" => Some(today),
            "yesterday" => today.pred_opt(),
            "tomorrow" => today.succ_opt(),
            _ if is_date(word) => Some(day(word)?),
            _ => {
                let name = weekday(word).ok_or_else(|| self.not_a_time())?;
                return Ok(Day::Leaning(name));
            }
        };
        certain.map(Day::Certain).ok_or_else(|| self.out_of_range())
    }

    fn today(&self) -> NaiveDate {
        self.now.with_timezone(self.zone).date_naive()
    }

    /// The first such day of the week after today, or before.
    fn beside_today(&self, name: Weekday, after: bool) -> Result<NaiveDate, WhenError> {
        let today = self.today();
        let distance = if after {
            name.days_since(today.weekday())
        } else {
            today.weekday().days_since(name)
        };
        let days = Days::new(if distance == 0 {
            7
        } else {
            u64::from(distance)
        });
        let date = if after {
            today.checked_add_days(days)
        } else {
            today.checked_sub_days(days)
        };
        date.ok_or_else(|| self.out_of_range())
    }

    /// The nearest moment on the leaning side at this time of a day that
    /// `fits`, looking as many days far. Now itself is in the past.
    fn nearest(
        &self,
        time: Option<NaiveTime>,
        days: u64,
        fits: impl Fn(NaiveDate) -> bool,
    ) -> Result<DateTime<Utc>, WhenError> {
        let today = self.today();
        for distance in 0..=days {
            let date = match self.lean {
                Lean::Past => today.checked_sub_days(Days::new(distance)),
                Lean::Future => today.checked_add_days(Days::new(distance)),
            };
            let date = date.ok_or_else(|| self.out_of_range())?;
            if !fits(date) {
                continue;
            }
            let at = match time.map(|time| self.resolve(date.and_time(time))) {
                Some(Ok(at)) => at,
                // What is skipped on the other side of now is not meant.
                Some(Err(_)) if distance == 0 && self.is_behind(time) => continue,
                Some(Err(error)) => return Err(error),
                None => self.first_moment(date)?,
            };
            let there = match self.lean {
                Lean::Past => at <= self.now,
                Lean::Future => at > self.now,
            };
            if there {
                return Ok(at);
            }
        }
        Err(self.not_a_time())
    }

    /// Whether this time of today is not on the leaning side.
    fn is_behind(&self, time: Option<NaiveTime>) -> bool {
        let clock = self.now.with_timezone(self.zone).time();
        time.is_some_and(|time| match self.lean {
            Lean::Past => time > clock,
            Lean::Future => time <= clock,
        })
    }

    /// A local time as a moment; the earlier one where it comes twice.
    fn resolve(&self, local: NaiveDateTime) -> Result<DateTime<Utc>, WhenError> {
        match self.zone.from_local_datetime(&local) {
            LocalResult::Single(at) => Ok(at.to_utc()),
            LocalResult::Ambiguous(one, other) => Ok(one.to_utc().min(other.to_utc())),
            LocalResult::None => Err(WhenError::Skipped {
                local: local.format("%Y-%m-%d %H:%M").to_string(),
            }),
        }
    }

    /// Midnight, or when the day begins where the clocks go forward over it.
    fn first_moment(&self, date: NaiveDate) -> Result<DateTime<Utc>, WhenError> {
        let midnight = date.and_time(NaiveTime::MIN);
        (0..24 * 4)
            .map(|quarter| midnight + Duration::minutes(15 * quarter))
            .find_map(|local| self.resolve(local).ok())
            .map_or_else(|| self.resolve(midnight), Ok)
    }

    fn not_a_time(&self) -> WhenError {
        WhenError::NotATime {
            text: self.text.to_owned(),
        }
    }

    fn out_of_range(&self) -> WhenError {
        WhenError::OutOfRange {
            text: self.text.to_owned(),
        }
    }
}
