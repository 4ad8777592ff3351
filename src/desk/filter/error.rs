//! Why a filter is not understood, and what was probably meant.

use super::parse::OWN_NAMES;

/// A term that can't be understood.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum FilterError {
    /// A term of no characters, as an unset variable of a script makes.
    #[error("a filter term is empty")]
    Empty,
    /// The name before the colon is no field.
    #[error("{term:?}: there is no field {name:?}")]
    Field {
        /// The term.
        term: String,
        /// The name.
        name: String,
        /// The one that was probably meant.
        nearest: Option<String>,
        /// All there are.
        known: Vec<&'static str>,
    },
    /// The field has no such op.
    #[error("{term:?}: {field} can't be asked for with {op:?}")]
    Op {
        /// The term.
        term: String,
        /// The field.
        field: String,
        /// What follows the dot.
        op: String,
        /// The one that was probably meant.
        nearest: Option<String>,
        /// All there are; `.not` goes with each.
        known: Vec<String>,
    },
    /// Nothing follows the colon, or nothing stands between two commas.
    #[error("{term:?}: a value is missing")]
    NoValue {
        /// The term.
        term: String,
        /// The field.
        field: String,
    },
    /// Several values where there is one limit.
    #[error("{term:?}: {op} takes one value")]
    OneValue {
        /// The term.
        term: String,
        /// The op.
        op: &'static str,
    },
    /// The value is none of the field's.
    #[error("{term:?}: {found:?} is not {expected}")]
    Value {
        /// The term.
        term: String,
        /// The offending value.
        found: String,
        /// What would have been right, with an article.
        expected: String,
        /// The one that was probably meant.
        nearest: Option<String>,
        /// All there are, where they can be listed.
        known: Vec<&'static str>,
    },
    /// The value is no time.
    #[error("{term:?}: {why}")]
    Time {
        /// The term.
        term: String,
        /// What is wrong with it.
        why: String,
    },
}

impl FilterError {
    /// What to do instead; `None` where the message says it.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        let hint = match self {
            Self::Empty => "leave it out; a variable in a script may be unset".into(),
            Self::Field {
                term,
                nearest,
                known,
                ..
            } => format!(
                "{}fields: {}, x-…; to search for the words themselves: text:{term}",
                meant(nearest.as_deref()),
                known.join(", ")
            ),
            Self::Op {
                field,
                nearest,
                known,
                ..
            } => format!(
                "{}{field} is asked for with: {}; .not turns each round",
                meant(nearest.as_deref()),
                known.join(", "),
            ),
            Self::NoValue { field, .. } if OWN_NAMES.contains(&field.as_str()) => {
                "give one after the colon".into()
            }
            Self::NoValue { field, .. } => format!("for tickets without a value: {field}:none"),
            Self::OneValue { .. } => "give a term of its own for each limit".into(),
            Self::Value { known, .. } if known.is_empty() => return None,
            Self::Value { nearest, known, .. } => {
                format!("{}known: {}", meant(nearest.as_deref()), known.join(", "))
            }
            Self::Time { .. } => {
                "such as opened.before:7d, opened.after:2026-11-01, updated.before:yesterday".into()
            }
        };
        Some(hint)
    }
}

fn meant(nearest: Option<&str>) -> String {
    nearest.map_or_else(String::new, |nearest| format!("did you mean {nearest}? "))
}
