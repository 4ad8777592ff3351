//! What does not hold together in a policy or roster.

use crate::ticket::text::nearest;
use crate::ticket::value::Value;

/// What does not hold together in a policy or roster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct PolicyFault {
    /// Where, as a path of keys and places in lists, counted from 0:
    /// `teams.desktop.level`, `routes[2].team`.
    pub at: String,
    /// What is wrong.
    pub problem: String,
    /// What to do, where more can be said than "correct it".
    pub hint: Option<String>,
}

impl PolicyFault {
    /// A fault at that path.
    pub(in crate::policy) fn new(at: impl Into<String>, problem: impl ToString) -> Self {
        Self {
            at: at.into(),
            problem: problem.to_string(),
            hint: None,
        }
    }

    /// The same with what to do about it.
    pub(in crate::policy) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint = Some(hint.into());
        self
    }

    /// A word that is not among those known: with the one that was probably
    /// meant, or all.
    pub(in crate::policy) fn unknown<'a>(
        at: impl Into<String>,
        what: &str,
        word: &str,
        known: impl IntoIterator<Item = &'a str>,
    ) -> Self {
        let known: Vec<&str> = known.into_iter().collect();
        let hint = match nearest(word, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None if known.is_empty() => format!("none is listed here: add {word}, or leave it out"),
            None => format!("known here: {}", known.join(", ")),
        };
        Self::new(at, format!("there is no {what} {word}")).hint(hint)
    }
}

/// Faults of one file, gathered so that all can be told at once.
#[derive(Debug, Default)]
pub(in crate::policy) struct Faults {
    found: Vec<PolicyFault>,
}

impl Faults {
    pub(in crate::policy) fn add(&mut self, fault: PolicyFault) {
        self.found.push(fault);
    }

    /// The value, or a fault at that path.
    pub(in crate::policy) fn keep<T>(&mut self, result: Result<T, PolicyFault>) -> Option<T> {
        result.map_err(|fault| self.add(fault)).ok()
    }

    /// The text as a value of its type, or a fault at that path.
    pub(in crate::policy) fn parse<T: Value>(&mut self, at: &str, text: &str) -> Option<T> {
        self.keep(T::parse(text).map_err(|bad| PolicyFault::new(at, bad)))
    }

    /// All texts that are values of their type.
    pub(in crate::policy) fn parse_all<T: Value>(&mut self, at: &str, texts: &[String]) -> Vec<T> {
        let values = texts.iter().filter_map(|text| self.parse(at, text));
        values.collect()
    }

    pub(in crate::policy) fn into_found(self) -> Vec<PolicyFault> {
        self.found
    }
}
