//! What is wrong with a file, where, and what to do.

pub(super) use crate::ticket::text::nearest;

/// A file that can't be read. The caller knows its path.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct YamlError {
    /// The line, from 1.
    pub line: usize,
    /// What was found.
    pub what: String,
    /// What to do about it.
    pub hint: String,
    /// What sort of thing is wrong.
    pub kind: YamlErrorKind,
}

/// What sort of thing is wrong with a file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum YamlErrorKind {
    /// Larger than [`MAX_BYTES`](super::MAX_BYTES).
    TooLarge,
    /// Not UTF-8, or characters that YAML does not allow.
    Encoding,
    /// An unresolved merge conflict.
    Conflict,
    /// Not YAML.
    Syntax,
    /// YAML that desk does not take: aliases, anchors, tags, several
    /// documents, deep nesting.
    Unsupported,
    /// YAML, but not what belongs in this file.
    Content,
    /// Written by a newer version of desk.
    Newer,
}

/// What to do where nothing better can be said.
pub(super) const CORRECT: &str = "correct it, or undo the edit: git diff -- FILE";

/// What is wrong, before its line is known.
#[derive(Debug)]
pub(super) struct Fault {
    pub(super) what: String,
    pub(super) hint: String,
    pub(super) kind: YamlErrorKind,
}

impl Fault {
    /// Something that does not belong in the file.
    pub(super) fn content(what: impl Into<String>, hint: impl Into<String>) -> Self {
        Self {
            what: what.into(),
            hint: hint.into(),
            kind: YamlErrorKind::Content,
        }
    }

    /// The same with another kind.
    pub(super) fn of_kind(self, kind: YamlErrorKind) -> Self {
        Self { kind, ..self }
    }

    /// The error, at `line`.
    pub(super) fn at(self, line: usize) -> YamlError {
        YamlError {
            line,
            what: self.what,
            hint: self.hint,
            kind: self.kind,
        }
    }
}
