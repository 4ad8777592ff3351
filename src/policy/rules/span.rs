//! Lengths of time as the policy writes them: `30m`, `1h30m`, `2h`.

use crate::ticket::value::{BadValue, Value};

/// A length of time in whole seconds, more than none. Days are not taken: how
/// long a working day is, the calendar says.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Span(i64);

impl Span {
    /// Seconds.
    #[must_use]
    pub fn seconds(self) -> i64 {
        self.0
    }
}

/// Nobody waits longer than a hundred years of hours.
const MOST: i64 = 876_000 * 3_600;

impl Value for Span {
    fn parse(text: &str) -> Result<Self, BadValue> {
        let bad = || {
            let expected = if text.ends_with(['d', 'w']) {
                "a length of time in hours and minutes (8h): a day's length is the calendar's"
            } else {
                "a length of time such as 30m, 2h or 1h30m"
            };
            BadValue::new(text, expected)
        };
        let (mut total, mut number, mut smaller_than) = (0i64, String::new(), i64::MAX);
        for c in text.chars() {
            if c.is_ascii_digit() {
                number.push(c);
                continue;
            }
            let unit = match c {
                'h' => 3_600,
                'm' => 60,
                's' => 1,
                _ => return Err(bad()),
            };
            let count: i64 = number.parse().map_err(|_| bad())?;
            if unit >= smaller_than {
                return Err(bad());
            }
            smaller_than = unit;
            let part = count.checked_mul(unit).ok_or_else(bad)?;
            total = total.checked_add(part).ok_or_else(bad)?;
            number.clear();
        }
        if number.is_empty() && (1..=MOST).contains(&total) {
            Ok(Self(total))
        } else {
            Err(bad())
        }
    }

    fn text(&self) -> String {
        let parts = [
            (self.0 / 3_600, 'h'),
            (self.0 / 60 % 60, 'm'),
            (self.0 % 60, 's'),
        ];
        let told = parts.iter().filter(|(count, _)| *count > 0);
        told.map(|(count, unit)| format!("{count}{unit}")).collect()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn wrong_spans_are_refused() {
        for bad in [
            "", "1", "h", "0m", "1m1h", "1h 5m", "-1h", "1d", "9e9h", "1h1h",
        ] {
            assert!(Span::parse(bad).is_err(), "{bad}");
        }
        let days = Span::parse("2d").unwrap_err().to_string();
        assert!(days.contains("calendar"), "{days}");
    }

    proptest! {
        #[test]
        fn spans_read_back(seconds in 1i64..10_000_000) {
            prop_assert_eq!(Span::parse(&Span(seconds).text()).unwrap(), Span(seconds));
        }
    }
}
