//! What own fields hold: their values are texts that nobody declared, and are
//! taken for what all of them can be read as.

use crate::policy::zone::Zone;
use crate::ticket::Timestamp;
use crate::ticket::value::Value as _;
use std::collections::BTreeSet;

/// What the values of a field are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Sort {
    /// Numbers, all of them.
    Numbers,
    /// Times, all of them.
    Times,
    /// Words.
    Words,
}

impl Sort {
    /// What all of these values are; of none, words.
    #[must_use]
    pub fn of(values: &[&str]) -> Self {
        let all = |is_so: fn(&str) -> bool| values.iter().all(|value| is_so(value));
        match values {
            [] => Self::Words,
            _ if all(|value| number(value).is_some()) => Self::Numbers,
            _ if all(|value| time(value).is_some()) => Self::Times,
            _ => Self::Words,
        }
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Numbers => "numbers",
            Self::Times => "times",
            Self::Words => "words",
        }
    }
}

/// The number that a text is: digits, at most one point, a sign.
#[must_use]
pub fn number(text: &str) -> Option<f64> {
    let digits = |c: char| c.is_ascii_digit() || matches!(c, '.' | '-' | '+');
    text.chars().all(digits).then(|| text.parse().ok())?
}

/// The time that a text is.
#[must_use]
pub fn time(text: &str) -> Option<Timestamp> {
    Timestamp::parse(text).ok()
}

/// What values are split into, so that there are not too many parts to read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Parts {
    /// Each value is one.
    Values,
    /// Each number is one, in their order.
    Numbers,
    /// Stretches of numbers, each twice as long as the one before.
    Stretches,
    /// The months that times lie in.
    Months,
}

impl Parts {
    /// From so many different numbers on, they are put together.
    const MANY: usize = 12;

    /// What suits these values.
    #[must_use]
    pub fn of(values: &[&str]) -> Self {
        match Sort::of(values) {
            Sort::Words => Self::Values,
            Sort::Times => Self::Months,
            Sort::Numbers => {
                let different: BTreeSet<&str> = values.iter().copied().collect();
                match different.len() < Self::MANY {
                    true => Self::Numbers,
                    false => Self::Stretches,
                }
            }
        }
    }

    /// Where the part of a value stands among the others, and its name. Words
    /// have no order.
    #[must_use]
    pub fn part(self, value: &str, zone: Zone) -> (f64, String) {
        match self {
            Self::Values => (0.0, value.to_owned()),
            Self::Numbers => (number(value).unwrap_or_default(), value.to_owned()),
            Self::Stretches => stretch(number(value).unwrap_or_default()),
            Self::Months => {
                let at = time(value).map(|at| at.utc().with_timezone(&zone));
                let month = at.map(|at| at.format("%Y-%m").to_string());
                let start = time(value).map_or(0.0, |at| at.unix() as f64);
                (start, month.unwrap_or_default())
            }
        }
    }
}

/// The stretch that a number lies in: 0, 1, 2 to 3, 4 to 7 …
fn stretch(number: f64) -> (f64, String) {
    let whole = number.floor() as i64;
    match whole {
        ..0 => (-1.0, "below 0".to_owned()),
        0 | 1 => (whole as f64, whole.to_string()),
        _ => {
            let start = 1_i64 << whole.ilog2();
            let name = format!("{start} to {}", start.saturating_mul(2) - 1);
            (start as f64, name)
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_field_is_what_all_its_values_are() {
        assert_eq!(Sort::of(&["0", "27", "-1.5"]), Sort::Numbers);
        assert_eq!(Sort::of(&["0", "twelve"]), Sort::Words);
        assert_eq!(Sort::of(&["inf", "NaN", "1e3"]), Sort::Words);
        assert_eq!(Sort::of(&["2016-03-01T10:00:00Z"]), Sort::Times);
        assert_eq!(Sort::of(&["2016-03-01T10:00:00Z", "1"]), Sort::Words);
        assert_eq!(Sort::of(&["true"]), Sort::Words);
        assert_eq!(Sort::of(&[]), Sort::Words);
    }

    #[test]
    fn stretches_double() {
        let names: Vec<String> = [-3.0, 0.5, 1.0, 2.0, 3.9, 4.0, 27.0]
            .map(|number| stretch(number).1)
            .to_vec();
        let expected = [
            "below 0", "0", "1", "2 to 3", "2 to 3", "4 to 7", "16 to 31",
        ];
        assert_eq!(names, expected);
    }

    #[test]
    fn values_are_split_into_no_more_parts_than_can_be_read() {
        assert_eq!(Parts::of(&["a", "b"]), Parts::Values);
        assert_eq!(Parts::of(&["10", "9", "9"]), Parts::Numbers);
        let many: Vec<String> = (0..12).map(|number| number.to_string()).collect();
        let many: Vec<&str> = many.iter().map(String::as_str).collect();
        assert_eq!(Parts::of(&many), Parts::Stretches);
        let zone = Zone::named("Europe/London").unwrap();
        let month = |time| Parts::of(&[time]).part(time, zone).1;
        assert_eq!(month("2026-06-30T23:30:00Z"), "2026-07");
    }
}
