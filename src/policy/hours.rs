//! Words of a week (`mon-fri: "09:00-17:00"`) → open hours of each weekday.

use super::zone::Zone;
use chrono::Weekday;
use std::collections::BTreeMap;
use std::fmt;

/// An open stretch of a local day, in seconds since its midnight: `from` is
/// less than `to`, which is at most 24:00.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub struct Span {
    /// The first open second.
    pub from: u32,
    /// The first one that is closed again.
    pub to: u32,
}

impl Span {
    /// From midnight to midnight.
    pub const DAY: Self = Self {
        from: 0,
        to: 86_400,
    };

    /// Seconds by the clock on the wall.
    #[must_use]
    pub fn seconds(self) -> u32 {
        self.to - self.from
    }
}

impl fmt::Display for Span {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let part = |seconds: u32| (seconds / 3600, seconds / 60 % 60);
        let ((h, m), (to_h, to_m)) = (part(self.from), part(self.to));
        write!(f, "{h:02}:{m:02}-{to_h:02}:{to_m:02}")
    }
}

/// Hours that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{problem}")]
pub struct BadHours {
    /// The key under which they stand, such as `mon-fri`; none if the whole
    /// week is meant.
    pub key: Option<String>,
    /// What is wrong.
    pub problem: String,
    /// What to do about it.
    pub hint: String,
}

impl BadHours {
    fn new(problem: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            key: None,
            problem: problem.into(),
            hint: hint.into(),
        }
    }

    fn under(self, key: &str) -> Self {
        Self {
            key: Some(key.to_owned()),
            ..self
        }
    }
}

/// Open hours of each weekday. At least one day has some.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Week([Vec<Span>; 7]);

/// "mon-fri 09:00-17:00, sat 10:00-12:00 13:00-15:00".
impl fmt::Display for Week {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        if self.is_always() {
            return f.write_str("every hour of every day");
        }
        let mut comma = "";
        let mut first = 0;
        while first < DAYS.len() {
            let same = self.0[first..]
                .iter()
                .take_while(|day| **day == self.0[first]);
            let last = first + same.count() - 1;
            if !self.0[first].is_empty() {
                write!(f, "{comma}{}", DAYS[first])?;
                if last > first {
                    write!(f, "-{}", DAYS[last])?;
                }
                for span in &self.0[first] {
                    write!(f, " {span}")?;
                }
                comma = ", ";
            }
            first = last + 1;
        }
        Ok(())
    }
}

/// Names of weekdays in files, Monday first.
const DAYS: [&str; 7] = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];

impl Week {
    /// Every hour of every day.
    #[must_use]
    pub fn always() -> Self {
        Self([const { Span::DAY }; 7].map(|day| vec![day]))
    }

    /// Reads hours by days: keys are days (`sat`), ranges (`mon-fri`, `fri-mon`)
    /// and lists of these (`mon,wed-fri`) or `daily`; values are stretches as
    /// [`day`] reads them.
    ///
    /// # Errors
    /// [`BadHours`], with its key: not a day, not hours, a stretch that ends
    /// before it starts, two that overlap, or no hours at all.
    pub fn parse(rows: &BTreeMap<String, String>) -> Result<Self, BadHours> {
        let mut week: [Vec<Span>; 7] = Default::default();
        for (key, text) in rows {
            let spans = day(text).map_err(|bad| bad.under(key))?;
            for index in days(key).map_err(|bad| bad.under(key))? {
                week[index].extend(&spans);
                week[index].sort_unstable();
                disjoint(&week[index]).map_err(|(a, b)| {
                    let day = DAYS[index];
                    let problem = format!("{a} and {b} of {day} overlap");
                    let hint = format!("write the hours of {day} in one row only");
                    BadHours::new(problem, hint).under(key)
                })?;
            }
        }
        if week.iter().all(Vec::is_empty) {
            let hint = "write some, such as {mon-fri: \"09:00-17:00\"}";
            return Err(BadHours::new("there are no open hours", hint));
        }
        Ok(Self(week))
    }

    /// The open stretches of a weekday, in order.
    #[must_use]
    pub fn of(&self, day: Weekday) -> &[Span] {
        &self.0[day.num_days_from_monday() as usize]
    }

    /// Whether it never closes.
    #[must_use]
    pub fn is_always(&self) -> bool {
        let whole = |spans: &Vec<Span>| {
            spans.iter().map(|span| span.seconds()).sum::<u32>() == Span::DAY.to
        };
        self.0.iter().all(whole)
    }
}

/// The stretches of one day: `09:00-12:00 13:00-17:00`, or `closed`. In order;
/// none overlap.
///
/// # Errors
/// [`BadHours`] without a key.
pub fn day(text: &str) -> Result<Vec<Span>, BadHours> {
    let separated = |c: char| c.is_whitespace() || c == ',';
    let words = text.split(separated).filter(|word| !word.is_empty());
    let mut spans = match text.trim() {
        "closed" => Vec::new(),
        "" => return Err(not_hours(text)),
        _ => words.map(span).collect::<Result<Vec<_>, _>>()?,
    };
    spans.sort_unstable();
    disjoint(&spans).map_err(|(a, b)| {
        let problem = format!("{a} and {b} overlap");
        BadHours::new(problem, "write one stretch that holds both")
    })?;
    Ok(spans)
}

fn not_hours(text: &str) -> BadHours {
    let short: String = text.chars().take(40).collect();
    BadHours::new(
        format!("{short:?} is not hours"),
        "write hours such as \"09:00-17:00\", \"09:00-12:00 13:00-17:00\" or closed",
    )
}

fn span(word: &str) -> Result<Span, BadHours> {
    let bad = || not_hours(word);
    let (from, to) = word.split_once(['-', '–']).ok_or_else(bad)?;
    let from = time(from).ok_or_else(bad)?;
    let to = time(to).ok_or_else(bad)?;
    if from < to {
        return Ok(Span { from, to });
    }
    let (problem, hint) = if from == to {
        let hint = "a whole day is 00:00-24:00, a day without hours is closed";
        (format!("{word} has no length"), hint)
    } else {
        let hint = "a night is two stretches: one until 24:00, one from 00:00 of the next day";
        (format!("{word} ends before it starts"), hint)
    };
    Err(BadHours::new(problem, hint))
}

/// Seconds since midnight of `9:30`, `09:30` or `24:00`.
fn time(word: &str) -> Option<u32> {
    let (hours, minutes) = word.split_once(':')?;
    let number = |text: &str, most: usize| {
        let digits = (1..=most).contains(&text.len()) && text.bytes().all(|b| b.is_ascii_digit());
        digits.then(|| text.parse::<u32>().ok()).flatten()
    };
    let minutes = number(minutes, 2).filter(|m| minutes.len() == 2 && *m < 60)?;
    let seconds = number(hours, 2)? * 3600 + minutes * 60;
    (seconds <= Span::DAY.to).then_some(seconds)
}

/// The first two neighbours that overlap, of stretches in order.
fn disjoint(spans: &[Span]) -> Result<(), (Span, Span)> {
    match spans.windows(2).find(|pair| pair[1].from < pair[0].to) {
        Some(pair) => Err((pair[0], pair[1])),
        None => Ok(()),
    }
}

/// Indices of the weekdays that a key names.
fn days(key: &str) -> Result<Vec<usize>, BadHours> {
    let index = |word: &str| {
        let word = word.trim().to_ascii_lowercase();
        let hint = "days are mon tue wed thu fri sat sun, mon-fri, or daily";
        DAYS.iter()
            .position(|day| *day == word)
            .ok_or_else(|| BadHours::new(format!("{word:?} is not a day"), hint))
    };
    if key == "daily" {
        return Ok((0..7).collect());
    }
    let mut found = Vec::new();
    for part in key.split(',') {
        match part.split_once('-') {
            None => found.push(index(part)?),
            Some((from, to)) => {
                let (from, to) = (index(from)?, index(to)?);
                let length = (to + 7 - from) % 7;
                found.extend((from..=from + length).map(|day| day % 7));
            }
        }
    }
    Ok(found)
}

/// A time zone by its IANA name.
///
/// # Errors
/// [`BadHours`] with the nearest name there is.
pub fn zone(name: &str) -> Result<Zone, BadHours> {
    Zone::named(name).ok_or_else(|| {
        let city = |zone: &str| zone.rsplit('/').next().unwrap_or(zone).to_lowercase();
        let same =
            Zone::names().find(|zone| zone.eq_ignore_ascii_case(name) || city(zone) == city(name));
        let hint = match same {
            Some(zone) => format!("did you mean {zone}?"),
            None => "name a zone of the IANA database, such as Europe/London or UTC".to_owned(),
        };
        let short: String = name.chars().take(40).collect();
        BadHours::new(format!("there is no time zone {short:?}"), hint)
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    fn week(rows: &[(&str, &str)]) -> Result<Week, BadHours> {
        let own = |(key, text): &(&str, &str)| ((*key).to_owned(), (*text).to_owned());
        Week::parse(&rows.iter().map(own).collect())
    }

    fn said(week: &Week, day: Weekday) -> String {
        let spans = week.of(day).iter().map(ToString::to_string);
        spans.collect::<Vec<_>>().join(" ")
    }

    #[test]
    fn days_are_named_singly_in_ranges_and_in_lists() {
        let office = week(&[
            ("mon-wed,fri", "09:00-17:00"),
            ("sat", "13:00-15:00, 9:30-12:00"),
        ])
        .unwrap();
        assert_eq!(said(&office, Weekday::Wed), "09:00-17:00");
        assert_eq!(said(&office, Weekday::Thu), "");
        assert_eq!(said(&office, Weekday::Sat), "09:30-12:00 13:00-15:00");
        let weekend = week(&[("sat-mon", "00:00-24:00")]).unwrap();
        assert_eq!(said(&weekend, Weekday::Mon), "00:00-24:00");
        assert_eq!(said(&weekend, Weekday::Tue), "");
        assert!(week(&[("daily", "00:00-24:00")]).unwrap().is_always());
        assert!(!weekend.is_always() && Week::always().is_always());
    }

    #[test]
    fn what_is_no_week_is_refused_with_its_key() {
        for (rows, key, problem) in [
            (&[][..], None, "there are no open hours"),
            (&[("mon", "closed")], None, "there are no open hours"),
            (
                &[("mon", "17:00-09:00")],
                Some("mon"),
                "17:00-09:00 ends before it starts",
            ),
            (
                &[("mon", "9:00-9:00")],
                Some("mon"),
                "9:00-9:00 has no length",
            ),
            (
                &[("mon", "09:00-24:01")],
                Some("mon"),
                "\"09:00-24:01\" is not hours",
            ),
            (&[("mon", "9-17")], Some("mon"), "\"9-17\" is not hours"),
            (&[("mon", "")], Some("mon"), "\"\" is not hours"),
            (
                &[("funday", "09:00-17:00")],
                Some("funday"),
                "\"funday\" is not a day",
            ),
            (
                &[("mon", "09:00-12:00 11:00-13:00")],
                Some("mon"),
                "09:00-12:00 and 11:00-13:00 overlap",
            ),
            (
                &[("fri", "09:00-15:00"), ("mon-fri", "09:00-17:00")],
                Some("mon-fri"),
                "09:00-15:00 and 09:00-17:00 of fri overlap",
            ),
        ] {
            let bad = week(rows).unwrap_err();
            assert_eq!(bad.key.as_deref(), key, "{rows:?}");
            assert_eq!(bad.problem, problem);
        }
    }

    #[test]
    fn zones_are_those_of_the_database() {
        assert_eq!(
            zone("Australia/Lord_Howe").unwrap().name(),
            "Australia/Lord_Howe"
        );
        for (name, hint) in [
            ("europe/london", "did you mean Europe/London?"),
            ("Europe/New_York", "did you mean America/New_York?"),
            (
                "Mars",
                "name a zone of the IANA database, such as Europe/London or UTC",
            ),
        ] {
            assert_eq!(zone(name).unwrap_err().hint, hint);
        }
    }
}
