//! The pieces a time is written with: a span, a date, a clock time, an offset.
//! Each takes tidy text (lower case, single spaces).

use chrono::{Duration, FixedOffset, NaiveDate, NaiveTime, Weekday};

use super::WhenError;

/// A span that no clock can hold.
pub(super) struct TooLong;

/// Reads a span; `None` if the text is none.
pub(super) fn span(text: &str) -> Option<Result<Duration, TooLong>> {
    let mut rest = text;
    let mut smaller_than = i64::MAX;
    let mut total = Ok(0_i64);
    while !rest.is_empty() {
        let number = rest.find(|c: char| !c.is_ascii_digit() && c != '.')?;
        let (number, after) = rest.split_at(number);
        let after = after.strip_prefix(' ').unwrap_or(after);
        let unit = after
            .find(|c: char| !c.is_ascii_lowercase())
            .unwrap_or(after.len());
        let (unit, after) = after.split_at(unit);
        let size = unit_seconds(unit).filter(|size| *size < smaller_than)?;
        let seconds = scale(number, size)?;
        total = match (total, seconds) {
            (Ok(total), Ok(seconds)) => total.checked_add(seconds).ok_or(TooLong),
            _ => Err(TooLong),
        };
        smaller_than = size;
        rest = after.strip_prefix(' ').unwrap_or(after);
    }
    // Of an empty text, nothing was read.
    (smaller_than != i64::MAX)
        .then(|| total.and_then(|seconds| Duration::try_seconds(seconds).ok_or(TooLong)))
}

fn unit_seconds(unit: &str) -> Option<i64> {
    match unit {
        "s" | "sec" | "secs" | "second" | "seconds" => Some(1),
        "m" | "min" | "mins" | "minute" | "minutes" => Some(60),
        "h" | "hr" | "hrs" | "hour" | "hours" => Some(3600),
        "d" | "day" | "days" => Some(86_400),
        "w" | "wk" | "wks" | "week" | "weeks" => Some(604_800),
        _ => None,
    }
}

/// `number` units of `size` seconds, rounded down; `None` if it is no number.
fn scale(number: &str, size: i64) -> Option<Result<i64, TooLong>> {
    let (whole, fraction) = number.split_once('.').unwrap_or((number, "0"));
    let digits = |text: &str| !text.is_empty() && text.bytes().all(|b| b.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || fraction.len() > 6 {
        return None;
    }
    let parts: i64 = fraction.parse().ok()?;
    let part = size * parts / 10_i64.pow(u32::try_from(fraction.len()).ok()?);
    let seconds = whole
        .parse::<i64>()
        .ok()
        .and_then(|whole| whole.checked_mul(size))
        .and_then(|seconds| seconds.checked_add(part));
    Some(seconds.ok_or(TooLong))
}

/// Whether a word is written like a date, `2026-11-23`, existing or not.
pub(super) fn is_date(word: &str) -> bool {
    let parts: Vec<_> = word.split('-').collect();
    let lengths: Vec<_> = parts.iter().map(|part| part.len()).collect();
    matches!(lengths[..], [4, 1..=2, 1..=2])
        && parts
            .iter()
            .all(|part| part.bytes().all(|b| b.is_ascii_digit()))
}

/// The day that a word [written like one](is_date) means.
pub(super) fn day(word: &str) -> Result<NaiveDate, WhenError> {
    let mut parts = word.split('-');
    let mut next = || parts.next().and_then(|part| part.parse::<u32>().ok());
    let date = match (next(), next(), next()) {
        (Some(year), Some(month), Some(day)) => i32::try_from(year)
            .ok()
            .and_then(|year| NaiveDate::from_ymd_opt(year, month, day)),
        _ => None,
    };
    date.ok_or_else(|| WhenError::NoSuchDay {
        text: word.to_owned(),
    })
}

pub(super) fn weekday(word: &str) -> Option<Weekday> {
    match word {
        "mon" | "monday" => Some(Weekday::Mon),
        "tue" | "tues" | "tuesday" => Some(Weekday::Tue),
        "wed" | "wednesday" => Some(Weekday::Wed),
        "thu" | "thur" | "thurs" | "thursday" => Some(Weekday::Thu),
        "fri" | "friday" => Some(Weekday::Fri),
        "sat" | "saturday" => Some(Weekday::Sat),
        "sun" | "sunday" => Some(Weekday::Sun),
        _ => None,
    }
}

/// Reads `14:30`, `14:30:05`, `14:30:05.123`, `9am`, `9:30pm`, `noon`. `None`
/// if it is not written like a time; an error if no day has it.
pub(super) fn clock_time(word: &str) -> Option<Result<NaiveTime, WhenError>> {
    if word == "noon" {
        return NaiveTime::from_hms_opt(12, 0, 0).map(Ok);
    }
    let (clock, half) = match (word.strip_suffix("am"), word.strip_suffix("pm")) {
        (Some(clock), _) => (clock, Some(0)),
        (_, Some(clock)) => (clock, Some(12)),
        _ => (word, None),
    };
    let (clock, fraction) = match clock.split_once('.') {
        Some((clock, fraction)) => (clock, Some(fraction)),
        None => (clock, None),
    };
    let parts: Vec<_> = clock.split(':').collect();
    let digits = |part: &str| !part.is_empty() && part.bytes().all(|b| b.is_ascii_digit());
    let well_formed = parts.iter().all(|part| digits(part) && part.len() <= 2)
        && parts.iter().skip(1).all(|part| part.len() == 2)
        && fraction.is_none_or(|fraction| digits(fraction) && parts.len() == 3)
        && (half.is_some() || parts.len() > 1)
        && parts.len() <= 3;
    if !well_formed {
        return None;
    }
    let part = |place: usize| {
        parts
            .get(place)
            .map_or(Some(0), |part| part.parse::<u32>().ok())
    };
    let time = part(0)
        .and_then(|hour| match half {
            Some(half) => (1..=12).contains(&hour).then_some(hour % 12 + half),
            None => Some(hour),
        })
        .and_then(|hour| NaiveTime::from_hms_opt(hour, part(1)?, part(2)?));
    Some(time.ok_or_else(|| WhenError::NoSuchTime {
        text: word.to_owned(),
    }))
}

/// Splits `14:30:00+01:00` before its offset, if there is one.
pub(super) fn split_offset(clock: &str) -> (&str, Option<&str>) {
    match clock.find(['z', '+', '-']) {
        Some(at) => {
            let (clock, offset) = clock.split_at(at);
            (clock.trim_end(), Some(offset))
        }
        None => (clock, None),
    }
}

/// Reads `z`, `+01:00`, `-0330`, `+01`.
pub(super) fn parse_offset(text: &str) -> Option<FixedOffset> {
    if text == "z" {
        return FixedOffset::east_opt(0);
    }
    let (east, digits) = match text.split_at_checked(1)? {
        ("+", digits) => (1, digits),
        ("-", digits) => (-1, digits),
        _ => return None,
    };
    let (hours, minutes) = match digits.split_once(':') {
        Some(parts) => parts,
        None => digits.split_at_checked(2)?,
    };
    let number = |part: &str| {
        let two = part.len() == 2 && part.bytes().all(|b| b.is_ascii_digit());
        two.then(|| part.parse::<i32>().ok()).flatten()
    };
    let hours = number(hours)?;
    let minutes = if minutes.is_empty() {
        0
    } else {
        number(minutes)?
    };
    let valid = hours <= 23 && minutes <= 59;
    valid
        .then(|| FixedOffset::east_opt(east * (hours * 3600 + minutes * 60)))
        .flatten()
}
