//! Exit codes, and everything that ends a command other than well.

use super::editor::EditorError;
use super::prompt::PromptError;
use crate::desk::{DeskError, Failure};
use crate::store::StoreError;
use std::io;

/// Exit codes, as `desk --help` lists them.
pub const TABLE: &str = "\
Exit codes:
  0  done (also: it was so already)
  1  failed
  2  the words of the command are wrong
  3  no such ticket, or several could be meant
  4  refused by the life cycle or the policy
  5  conflict: somebody else changed it, or a condition does not hold
  6  a file of the desk is damaged
  7  the environment: not a desk, no git identity, the disk";

/// Done.
pub const DONE: u8 = 0;
/// Failed.
pub const FAILED: u8 = 1;
/// The words of the command are wrong.
pub const USAGE: u8 = 2;
/// A file of the desk is damaged.
pub const INVALID: u8 = 6;

/// The exit code of a kind of failure.
#[must_use]
pub fn code(failure: Failure) -> u8 {
    match failure {
        Failure::Failed => FAILED,
        Failure::Usage => USAGE,
        Failure::NotFound => 3,
        Failure::Refused => 4,
        Failure::Conflict => 5,
        Failure::Invalid => INVALID,
        Failure::Environment => 7,
    }
}

/// What ends a command other than well.
#[derive(Debug, thiserror::Error)]
pub enum CliError {
    /// The application says no.
    #[error(transparent)]
    Desk(#[from] DeskError),
    /// The words of the command make no sense together.
    #[error("{message}")]
    Usage {
        /// What is wrong.
        message: String,
        /// What to do.
        hint: Option<String>,
    },
    /// Reading or writing outside the desk failed.
    #[error("{what}: {error}")]
    Io {
        /// What was tried.
        what: String,
        /// Why it failed.
        error: io::Error,
    },
    /// Nobody answered.
    #[error(transparent)]
    Prompt(#[from] PromptError),
    /// The editor gave no text.
    #[error(transparent)]
    Editor(#[from] EditorError),
    /// Whoever read the output has gone: not an error.
    #[error("the reader has gone")]
    ReaderGone,
}

impl CliError {
    /// Words that make no sense, with what to do.
    #[must_use]
    pub fn usage(message: impl Into<String>, hint: impl Into<String>) -> Self {
        Self::Usage {
            message: message.into(),
            hint: Some(hint.into()),
        }
    }

    /// The exit code.
    #[must_use]
    pub fn code(&self) -> u8 {
        match self {
            Self::Desk(error) => code(error.failure()),
            Self::Usage { .. } | Self::Prompt(PromptError::NoTerminal { .. }) => USAGE,
            Self::Io { .. } | Self::Prompt(_) | Self::Editor(_) => FAILED,
            Self::ReaderGone => DONE,
        }
    }

    /// What to do next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Desk(error) => error.hint(),
            Self::Usage { hint, .. } => hint.clone(),
            _ => None,
        }
    }
}

impl From<StoreError> for CliError {
    fn from(error: StoreError) -> Self {
        Self::Desk(error.into())
    }
}

impl From<io::Error> for CliError {
    fn from(error: io::Error) -> Self {
        if error.kind() == io::ErrorKind::BrokenPipe {
            return Self::ReaderGone;
        }
        Self::Io {
            what: "standard output".into(),
            error,
        }
    }
}
