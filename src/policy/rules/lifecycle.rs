//! What the desk adds to a ticket's life cycle: causes to wait for, reasons
//! that must be given, windows of time.

use super::fault::{Faults, PolicyFault};
use super::span::Span;
use crate::ticket::Name;
use crate::ticket::text::nearest;
use crate::ticket::value::{BadValue, Value as _};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeSet;

/// Causes of waiting that every desk knows. Source: DOMAIN.md section 4.
pub const CAUSES: &[&str] = &[
    "requester",
    "vendor",
    "parts",
    "approval",
    "change",
    "problem",
    "scheduled",
];

/// What cannot be done without words that say why, beside what never can.
#[derive(
    Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize, JsonSchema,
)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Reasoned {
    /// Give it to somebody.
    Assign,
    /// Let it wait.
    Hold,
    /// Stop waiting.
    Resume,
    /// Confirm that it is solved.
    Close,
    /// Find it to be another one.
    Duplicate,
    /// Change fields.
    Set,
    /// Give another priority than impact and urgency make.
    OverridePriority,
}

impl Reasoned {
    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Assign => "assign",
            Self::Hold => "hold",
            Self::Resume => "resume",
            Self::Close => "close",
            Self::Duplicate => "duplicate",
            Self::Set => "set",
            Self::OverridePriority => "override-priority",
        }
    }
}

/// How long a resolved ticket stays so before it is closed by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CloseAfter {
    /// Days of 24 hours.
    Days(u32),
    /// Days of the desk's calendar.
    BusinessDays(u32),
}

impl CloseAfter {
    /// `5 days`, `5 business days`.
    fn parse(text: &str) -> Result<Self, BadValue> {
        let bad = || {
            BadValue::new(
                text,
                "a number of days such as `7 days` or `5 business days`",
            )
        };
        let mut words = text.split_whitespace();
        let count = words.next().and_then(|count| count.parse::<u32>().ok());
        let count = count
            .filter(|count| (1..=3650).contains(count))
            .ok_or_else(bad)?;
        match words.collect::<Vec<_>>()[..] {
            ["day" | "days"] => Ok(Self::Days(count)),
            ["business", "day" | "days"] => Ok(Self::BusinessDays(count)),
            _ => Err(bad()),
        }
    }
}

/// The life-cycle rules of a desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Lifecycle {
    /// What cannot be done without words that say why.
    pub reasons: BTreeSet<Reasoned>,
    /// Causes that the desk adds; any word is a cause where it lists none.
    pub causes: Option<Vec<Name>>,
    /// Causes that stop the resolve clock while a ticket waits for them.
    pub pauses: Vec<Name>,
    /// Seconds after closing within which a ticket is reopened.
    pub reopen_within: Option<i64>,
    /// When resolved tickets close by themselves.
    pub close_after: Option<CloseAfter>,
    /// Business time within which a resolution is one at first contact; an hour
    /// where the desk does not say (DOMAIN.md section 6).
    pub fcr_window: Option<Span>,
    /// Days after resolving within which a reopening counts against it.
    pub reopen_counts_days: Option<u32>,
}

impl Lifecycle {
    /// Whether a ticket can wait for that here; if not, what may have been
    /// meant.
    ///
    /// # Errors
    /// [`BadValue`] lists the causes of this desk.
    pub fn check_cause(&self, cause: &Name) -> Result<(), BadValue> {
        let Some(own) = &self.causes else {
            return Ok(());
        };
        let known = || CAUSES.iter().copied().chain(own.iter().map(Name::as_str));
        if known().any(|known| cause == known) {
            return Ok(());
        }
        let expected = match nearest(cause.as_str(), known()) {
            Some(near) => format!("a cause of waiting here; did you mean {near}?"),
            None => format!(
                "a cause of waiting here: one of {}",
                known().collect::<Vec<_>>().join(" ")
            ),
        };
        Err(BadValue::new(cause.as_str(), &expected))
    }
}

/// Reads `close-after`.
pub(super) fn close_after(text: &str, faults: &mut Faults) -> Option<CloseAfter> {
    let read = CloseAfter::parse(text);
    faults.keep(read.map_err(|bad| PolicyFault::new("close-after", bad)))
}

/// Reads `fcr-window`.
pub(super) fn fcr_window(text: &str, faults: &mut Faults) -> Option<Span> {
    faults.keep(Span::parse(text).map_err(|bad| PolicyFault::new("fcr-window", bad)))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn days_are_of_the_clock_or_of_the_calendar() {
        for (text, read) in [
            ("7 days", Some(CloseAfter::Days(7))),
            ("1 business day", Some(CloseAfter::BusinessDays(1))),
            ("0 days", None),
            ("7", None),
            ("7d", None),
            ("a week", None),
        ] {
            assert_eq!(CloseAfter::parse(text).ok(), read, "{text}");
        }
    }
}
