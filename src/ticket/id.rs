//! Names of tickets and of events.

use super::time::Timestamp;
use super::value::{BadValue, Value};
use chrono::{Datelike, NaiveDate};
use std::fmt;

/// Crockford's base 32 in lower case: no `i`, `l`, `o`, `u`.
const ALPHABET: &[u8; 32] = b"0123456789abcdefghjkmnpqrstvwxyz";

/// Where randomness comes from. The core owns none.
pub trait Draw {
    /// The next 64 random bits.
    fn draw(&mut self) -> u64;
}

/// `count` random characters of the alphabet.
fn draw_text(source: &mut dyn Draw, count: u32) -> String {
    let bits = source.draw();
    (0..count)
        .map(|i| char::from(ALPHABET[(bits >> (5 * i)) as usize & 31]))
        .collect()
}

/// Forgives what people type and mishear: case, `o` for 0, `i` and `l` for 1.
/// `None` for what is no character of an id.
fn forgive(c: char) -> Option<char> {
    let c = match c.to_ascii_lowercase() {
        'o' => '0',
        'i' | 'l' => '1',
        other => other,
    };
    (c.is_ascii() && ALPHABET.contains(&(c as u8))).then_some(c)
}

/// A ticket's id, `261123-k7f3q2`: the UTC date of opening, and six random
/// characters of lower-case Crockford base 32, said as two groups of three.
///
/// The path of its file follows from it without a look-up. Dates are those of
/// the years 2000 to 2099.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct TicketId(String);

impl TicketId {
    /// A new id for a ticket that is opened at `opened`.
    #[must_use]
    pub fn new(opened: Timestamp, source: &mut dyn Draw) -> Self {
        let date = opened.utc().date_naive();
        let day = format!(
            "{:02}{:02}{:02}",
            date.year().rem_euclid(100),
            date.month(),
            date.day()
        );
        Self(format!("{day}-{}", draw_text(source, 6)))
    }

    /// The text, such as `261123-k7f3q2`.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }

    /// The six random characters.
    #[must_use]
    pub fn tail(&self) -> &str {
        self.0.get(7..).unwrap_or_default()
    }

    /// The path of the ticket's file below the desk's folder:
    /// `tickets/2026/11/23/k7f3q2.yaml`.
    #[must_use]
    pub fn path(&self) -> String {
        let (day, tail) = self.0.split_at(6);
        format!(
            "tickets/20{}/{}/{}/{tail}.yaml",
            &day[0..2],
            &day[2..4],
            &day[4..6],
            tail = &tail[1..]
        )
    }

    /// The id whose file has this path, if it is one of a ticket.
    #[must_use]
    pub fn from_path(path: &str) -> Option<Self> {
        let rest = path.strip_prefix("tickets/20")?.strip_suffix(".yaml")?;
        let parts: Vec<&str> = rest.split('/').collect();
        let [year, month, day, tail] = parts[..] else {
            return None;
        };
        Self::parse(&format!("{year}{month}{day}-{tail}")).ok()
    }
}

impl Value for TicketId {
    fn parse(text: &str) -> Result<Self, BadValue> {
        let bad = || BadValue::new(text, "a ticket id such as 261123-k7f3q2");
        let (day, tail) = text.split_once('-').ok_or_else(bad)?;
        let digits = day.len() == 6 && day.bytes().all(|b| b.is_ascii_digit());
        let tail_ok = tail.len() == 6 && tail.bytes().all(|b| ALPHABET.contains(&b));
        if !digits || !tail_ok {
            return Err(bad());
        }
        let number = |range: std::ops::Range<usize>| day[range].parse::<u32>().unwrap_or(0);
        let year = 2000 + day[0..2].parse::<i32>().unwrap_or(0);
        NaiveDate::from_ymd_opt(year, number(2..4), number(4..6)).ok_or_else(bad)?;
        Ok(Self(text.to_owned()))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl fmt::Display for TicketId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&self.0)
    }
}

/// Characters of the random part.
const TAIL: usize = 6;

impl TicketId {
    /// Whether it begins so, or its random part begins or ends so: what full
    /// text finds an id by. Exact: nothing is forgiven.
    #[must_use]
    pub fn has_part(&self, part: &str) -> bool {
        let tail = self.tail();
        self.0.starts_with(part) || tail.starts_with(part) || tail.ends_with(part)
    }

    /// Whether that many characters can be the end of the random part.
    pub(crate) fn may_end(part: &str) -> bool {
        part.len() <= TAIL
    }
}

/// What a person typed for an id, made comparable: case, spaces and look-alikes
/// forgiven.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct IdGuess {
    /// All characters without the dash: `261123k7f3q2`, or any part of it.
    compact: String,
}

impl IdGuess {
    /// Reads what was typed; `None` if it can't be part of an id.
    #[must_use]
    pub fn parse(typed: &str) -> Option<Self> {
        let compact: Option<String> = typed
            .chars()
            .filter(|c| !c.is_whitespace() && *c != '-')
            .map(forgive)
            .collect();
        compact
            .filter(|text| (2..=12).contains(&text.len()))
            .map(|compact| Self { compact })
    }

    /// What is compared: digits and lower-case letters without the dash.
    #[must_use]
    pub fn compact(&self) -> &str {
        &self.compact
    }

    /// The whole id, when all twelve characters were given.
    #[must_use]
    pub fn exact(&self) -> Option<TicketId> {
        if self.compact.len() != 12 {
            return None;
        }
        let (day, tail) = self.compact.split_at(6);
        TicketId::parse(&format!("{day}-{tail}")).ok()
    }

    /// Whether `id` begins or ends so, or its random part begins so.
    #[must_use]
    pub fn matches(&self, id: &TicketId) -> bool {
        let (day, tail) = (&id.as_str()[..6], id.tail());
        let whole = format!("{day}{tail}");
        whole.starts_with(&self.compact)
            || whole.ends_with(&self.compact)
            || tail.starts_with(&self.compact)
    }
}

/// An event's identity within its ticket: random, or, for automation and
/// imports, a hash of what caused it.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct EventId(String);

impl EventId {
    /// A new random identity.
    #[must_use]
    pub fn new(source: &mut dyn Draw) -> Self {
        Self(draw_text(source, 5))
    }

    /// The identity that follows from `cause`: the same in every clone (FNV-1a
    /// in 64 bits, twelve characters).
    #[must_use]
    pub fn of_cause(cause: &str) -> Self {
        let hash = cause.bytes().fold(0xcbf2_9ce4_8422_2325_u64, |hash, byte| {
            (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
        });
        struct Once(u64);
        impl Draw for Once {
            fn draw(&mut self) -> u64 {
                self.0
            }
        }
        Self(draw_text(&mut Once(hash), 12))
    }

    /// The text.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl Value for EventId {
    fn parse(text: &str) -> Result<Self, BadValue> {
        let ok = (4..=26).contains(&text.len()) && text.bytes().all(|b| ALPHABET.contains(&b));
        ok.then(|| Self(text.to_owned()))
            .ok_or_else(|| BadValue::new(text, "an event's identity such as 4tq8z"))
    }

    fn text(&self) -> String {
        self.0.clone()
    }
}

impl fmt::Display for EventId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn id(text: &str) -> TicketId {
        TicketId::parse(text).unwrap()
    }

    #[test]
    fn path_and_id_follow_from_each_other() {
        let id = id("261123-k7f3q2");
        assert_eq!(id.path(), "tickets/2026/11/23/k7f3q2.yaml");
        assert_eq!(TicketId::from_path(&id.path()), Some(id));
        for bad in [
            "tickets/2026/11/23/x.yaml",
            "tickets/2026/13/23/k7f3q2.yaml",
            "tickets/2026/11/23/../k7f3q2.yaml",
            "kb/k7f3q2.yaml",
        ] {
            assert_eq!(TicketId::from_path(bad), None, "{bad}");
        }
    }

    #[test]
    fn only_ids_parse() {
        for bad in [
            "",
            "../../etc",
            "261123-k7f3q",
            "261123-K7F3Q2",
            "261323-k7f3q2",
            "261123-k7f3ql",
        ] {
            assert!(TicketId::parse(bad).is_err(), "{bad}");
        }
    }

    #[test]
    fn guesses_forgive() {
        let full = id("261123-k10f3q");
        for typed in [
            "261123-K1OF3Q",
            "261123 kio f3q",
            "f3q",
            "k1o",
            "2611",
            "23-k1",
        ] {
            let guess = IdGuess::parse(typed).unwrap();
            assert_eq!(guess.matches(&full), typed != "23-k1", "{typed}");
        }
        assert_eq!(IdGuess::parse("261123-kLof3q").unwrap().exact(), Some(full));
        assert_eq!(IdGuess::parse("../x"), None);
        assert_eq!(IdGuess::parse("k"), None);
    }

    #[test]
    fn the_same_cause_is_the_same_event() {
        assert_eq!(EventId::of_cause("a"), EventId::of_cause("a"));
        assert_ne!(EventId::of_cause("a"), EventId::of_cause("b"));
    }
}
