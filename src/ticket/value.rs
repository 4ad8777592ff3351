//! Values that header fields hold: what parses, and how it is written.

use std::borrow::{Borrow, Cow};
use std::fmt;

/// A value of a header field: one scalar in the ticket file.
pub trait Value: Sized + Clone + Ord + fmt::Debug {
    /// How the scalar is written in YAML.
    const SHAPE: Shape = Shape::Text;

    /// The words that it can be; none where there are more than can be listed.
    const WORDS: &'static [&'static str] = &[];

    /// Reads the value from a scalar's text.
    ///
    /// # Errors
    /// [`BadValue`] says what was found and what is expected.
    fn parse(text: &str) -> Result<Self, BadValue>;

    /// The canonical text, which [`Value::parse`] reads back to the same value.
    fn text(&self) -> String;

    /// The same, borrowed where the value holds it.
    fn as_text(&self) -> Cow<'_, str> {
        Cow::Owned(self.text())
    }
}

/// How a scalar is written in YAML.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Shape {
    /// Text: quoted wherever a YAML reader would take it for something else.
    Text,
    /// A whole number, bare.
    Number,
    /// An RFC 3339 time, bare on purpose.
    Time,
}

/// A text that is not a value of its type.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{found:?} is not {expected}")]
pub struct BadValue {
    /// The offending text, shortened.
    pub found: String,
    /// What would have been right, with an article: "a level from 0 to 9".
    pub expected: String,
}

impl BadValue {
    /// A value that was `found` where something else was `expected`.
    #[must_use]
    pub fn new(found: &str, expected: &str) -> Self {
        let mut short: String = found.chars().take(60).collect();
        if short.len() < found.len() {
            short.push('…');
        }
        Self {
            found: short,
            expected: expected.to_owned(),
        }
    }
}

/// Declares a text type that parses only when `$ok` holds.
macro_rules! text_type {
    ($(#[$doc:meta])* $name:ident, $expected:literal, $ok:expr) => {
        $(#[$doc])*
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub struct $name(String);

        impl $name {
            /// The text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl Value for $name {
            fn parse(text: &str) -> Result<Self, BadValue> {
                let ok: fn(&str) -> bool = $ok;
                if ok(text) {
                    Ok(Self(text.to_owned()))
                } else {
                    Err(BadValue::new(text, $expected))
                }
            }

            fn text(&self) -> String {
                self.0.clone()
            }

            fn as_text(&self) -> Cow<'_, str> {
                Cow::Borrowed(&self.0)
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }

        impl Borrow<str> for $name {
            fn borrow(&self) -> &str {
                &self.0
            }
        }

        impl PartialEq<str> for $name {
            fn eq(&self, other: &str) -> bool {
                self.0 == other
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadValue;
            fn from_str(text: &str) -> Result<Self, BadValue> {
                Self::parse(text)
            }
        }
    };
}

/// Whether `text` is one line: no control character or line separator, some
/// ink, no white space at its ends, at most `most` characters.
fn is_line(text: &str, most: usize) -> bool {
    !text.is_empty()
        && text.trim() == text
        && !text.chars().any(breaks_a_line)
        && text.chars().count() <= most
}

/// Control characters (C0, DEL, C1) and Unicode's line separators.
fn breaks_a_line(c: char) -> bool {
    c.is_control() || matches!(c, '\u{2028}' | '\u{2029}')
}

/// Characters of names: they appear in file lists, filters and commit
/// trailers, so nothing that a shell, a filter or a trailer gives a meaning.
fn is_name(text: &str) -> bool {
    (1..=100).contains(&text.chars().count())
        && text
            .chars()
            .all(|c| c.is_alphanumeric() || "._-+@".contains(c))
        && !text.starts_with(['-', '+', '.', '@'])
}

text_type! {
    /// One line of text by a person: a title, a requester, a place. No control
    /// characters, at most 300 characters.
    Line, "one line of at most 300 characters without control characters or spaces at its ends",
    |text| is_line(text, 300)
}

text_type! {
    /// A person who acts: a handle of the roster, or an e-mail address of
    /// somebody who is not on it, or an automation's name.
    Handle, "a handle: letters, digits and . _ - + @, no spaces",
    is_name
}

text_type! {
    /// A name that the desk's policy defines: a team, a tag, a cause, a code.
    Name, "a name: letters, digits and . _ - + @, no spaces",
    is_name
}

text_type! {
    /// A category: names joined by `/`, from broad to narrow.
    Category, "a category such as network/vpn: names joined by /",
    |text| text.split('/').all(is_name)
}

text_type! {
    /// The name of a user's own field: `x-` and lower-case letters, digits, `-`.
    OwnField, "a field name such as x-room: x- and lower-case letters, digits or -",
    |text| text.len() <= 60
        && text.strip_prefix("x-").is_some_and(|rest| !rest.is_empty()
            && rest.chars().all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-'))
}

text_type! {
    /// The name of a condition that repeats (`disk:web1:/var`): while a ticket
    /// with a key is live, the same key opens no second one.
    Key, "a key of at most 200 characters without spaces",
    |text| is_line(text, 200) && !text.contains(char::is_whitespace)
}

text_type! {
    /// Git's name of a file's content: 40 hex digits, or 64 where a repository
    /// uses SHA-256.
    BlobId, "git's name of a content: 40 or 64 hex digits",
    |text| matches!(text.len(), 40 | 64)
        && text.bytes().all(|b| b.is_ascii_digit() || (b'a'..=b'f').contains(&b))
}

impl Category {
    /// Whether this category is `other` or lies under it.
    #[must_use]
    pub fn is_under(&self, other: &str) -> bool {
        self.0
            .strip_prefix(other.trim_end_matches('/'))
            .is_some_and(|rest| rest.is_empty() || rest.starts_with('/'))
    }
}

impl Line {
    /// The nearest line to any text: control characters and runs of white
    /// space become one space, and what is too long is cut. `None` if no ink is
    /// left.
    #[must_use]
    pub fn nearest(text: &str) -> Option<Self> {
        let spaced: String = text
            .chars()
            .map(|c| if breaks_a_line(c) { ' ' } else { c })
            .collect();
        let joined = spaced.split_whitespace().collect::<Vec<_>>().join(" ");
        let cut: String = joined.chars().take(300).collect();
        Self::parse(cut.trim()).ok()
    }
}

/// A support level, 0 (self-service) to 4 (vendor); desks may name up to 9.
/// Source: DOMAIN.md section 1.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Level(u8);

impl Level {
    /// Outside the organisation, under contract.
    pub const VENDOR: Self = Self(4);
    /// The front line, where a ticket starts unless somebody says otherwise.
    pub const FRONT_LINE: Self = Self(1);

    /// The level of that number; none above 9.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (number <= 9).then_some(Self(number))
    }

    /// The number.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Value for Level {
    const SHAPE: Shape = Shape::Number;

    fn parse(text: &str) -> Result<Self, BadValue> {
        let digits = text.strip_prefix(['L', 'l']).unwrap_or(text);
        match digits.as_bytes() {
            [digit @ b'0'..=b'9'] => Ok(Self(digit - b'0')),
            _ => Err(BadValue::new(text, "a level from 0 to 9, such as 2 or L2")),
        }
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

impl fmt::Display for Level {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "L{}", self.0)
    }
}

/// How satisfied a requester was, from 1 (not at all) to 5 (wholly), as surveys
/// ask.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Rating(u8);

impl Rating {
    /// The least that counts as satisfied.
    pub const SATISFIED: Self = Self(4);

    /// The rating of that number, from 1 to 5.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=5).contains(&number).then_some(Self(number))
    }

    /// The number: 5 is the best.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Value for Rating {
    const SHAPE: Shape = Shape::Number;

    fn parse(text: &str) -> Result<Self, BadValue> {
        let number = text.parse().ok().and_then(Self::new);
        number.ok_or_else(|| BadValue::new(text, "a rating from 1 to 5"))
    }

    fn text(&self) -> String {
        self.0.to_string()
    }
}

/// A priority, P1 (highest) to P9. Orders by urgency: `P1 < P2`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Priority(u8);

impl Priority {
    /// Of a ticket that nobody graded, where the desk does not say otherwise.
    pub const USUAL: Self = Self(3);

    /// The priority of that number, from 1 to 9.
    #[must_use]
    pub fn new(number: u8) -> Option<Self> {
        (1..=9).contains(&number).then_some(Self(number))
    }

    /// The number: 1 is the highest.
    #[must_use]
    pub fn number(self) -> u8 {
        self.0
    }
}

impl Value for Priority {
    fn parse(text: &str) -> Result<Self, BadValue> {
        let digits = text.strip_prefix(['P', 'p']).unwrap_or(text);
        match digits.as_bytes() {
            [digit @ b'1'..=b'9'] => Ok(Self(digit - b'0')),
            _ => Err(BadValue::new(text, "a priority from P1 to P9")),
        }
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for Priority {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "P{}", self.0)
    }
}

impl Value for u32 {
    const SHAPE: Shape = Shape::Number;

    fn parse(text: &str) -> Result<Self, BadValue> {
        // A number near the type's end would leave no room for those after it:
        // an event with it would stay the last for ever.
        text.parse()
            .ok()
            .filter(|number| *number <= 1_000_000_000)
            .ok_or_else(|| BadValue::new(text, "a whole number up to 1000000000"))
    }

    fn text(&self) -> String {
        self.to_string()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn lines_hold_no_control_characters() {
        for bad in [
            "",
            " a",
            "a ",
            "a\nb",
            "a\u{1b}[31m",
            "a\u{2028}b",
            "a\u{9b}b",
        ] {
            assert!(Line::parse(bad).is_err(), "{bad:?}");
        }
        for good in ["no", "1:30", "日本語", "مرحبا", "ext 4411", "🔥"] {
            assert_eq!(Line::parse(good).unwrap().text(), good);
        }
        assert!(Line::parse(&"x".repeat(301)).is_err());
        assert_eq!(Line::nearest("\r\n a\tb\u{1b} ").unwrap().as_str(), "a b");
        assert_eq!(Line::nearest(" \n"), None);
    }

    #[test]
    fn names_cannot_carry_a_trailer_or_a_flag() {
        for bad in ["", "-x", "a b", "a:b", "a\nb", "../x", "a/b", ".hidden"] {
            assert!(Name::parse(bad).is_err(), "{bad:?}");
        }
        assert!(Handle::parse("alice+it@example.com").is_ok());
    }

    #[test]
    fn categories_nest() {
        let vpn = Category::parse("network/vpn").unwrap();
        assert!(vpn.is_under("network") && vpn.is_under("network/vpn"));
        assert!(!vpn.is_under("net") && !vpn.is_under("network/vpn/x"));
        assert!(Category::parse("network//vpn").is_err());
    }

    #[test]
    fn levels_and_priorities_take_both_spellings() {
        assert_eq!(Level::parse("L2").unwrap(), Level::parse("2").unwrap());
        assert_eq!(Priority::parse("p1").unwrap().text(), "P1");
        assert!(Level::parse("10").is_err() && Priority::parse("P0").is_err());
    }
}
