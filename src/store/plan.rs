//! What a change is made of, and what comes of it.

use std::fmt;
use std::path::PathBuf;

use super::identity::Identity;
use super::mend::Mended;
use super::{CommitId, StoreError};

/// What to commit, and what to tell the caller once it is committed.
#[derive(Debug, Clone, Default)]
pub struct Plan<T> {
    /// One commit each, in this order. None: nothing is committed, and that is
    /// success.
    pub drafts: Vec<Draft>,
    /// Handed back in [`Done::value`].
    pub value: T,
}

/// A commit to be.
#[derive(Debug, Clone)]
pub struct Draft {
    /// What it writes. A file that an earlier draft of the plan wrote may be
    /// written again; its `worktree` is not looked at then.
    pub files: Vec<FileChange>,
    /// Subject, body and trailers.
    pub message: String,
    /// Who did it. The committer is [`Store::identity`](super::Store::identity).
    pub author: Identity,
    /// When it was done, in seconds since 1970.
    pub authored_at: i64,
    /// In minutes east of UTC.
    pub authored_offset_min: i32,
    /// When it was recorded, in seconds since 1970.
    pub committed_at: i64,
    /// In minutes east of UTC.
    pub committed_offset_min: i32,
}

/// The new content of one file.
#[derive(Debug, Clone)]
pub struct FileChange {
    /// Relative to the desk's root.
    pub path: String,
    /// All of its bytes.
    pub content: Vec<u8>,
    /// What the work tree must hold, so that nobody's edit is overwritten.
    pub worktree: Expect,
}

/// What is expected of a file in the work tree.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Expect {
    /// The same as in `HEAD`; nothing where `HEAD` has nothing.
    Head,
    /// These bytes: a hand edit that the change takes over.
    Bytes(Vec<u8>),
}

/// A finished change.
#[derive(Debug)]
pub struct Done<T> {
    /// The plan's.
    pub value: T,
    /// The new commits, oldest first.
    pub commits: Vec<CommitId>,
    /// What went wrong after the commits stood.
    pub warnings: Vec<Warning>,
    /// What an earlier, interrupted command had left behind.
    pub mended: Option<Mended>,
}

/// Something that went wrong after the change was committed. It stands.
#[derive(Debug)]
pub enum Warning {
    /// The file was saved by hand in the same instant; that edit stays in the
    /// work tree, and git shows it as one.
    Edited {
        /// Relative to the desk's root.
        path: String,
    },
    /// The same, but the edit could not stay in the work tree.
    Kept {
        /// Relative to the desk's root.
        path: String,
        /// The file that holds the user's bytes.
        file: PathBuf,
    },
    /// Work tree or index could not be brought up to date; the next command
    /// tries again.
    Unfinished(StoreError),
}

impl fmt::Display for Warning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Edited { path } => write!(
                f,
                "{path} was saved by hand in the same instant; that edit is still there, on top \
                 of the change"
            ),
            Self::Kept { path, file } => write!(
                f,
                "{path} was saved by hand in the same instant; those bytes are kept in {}",
                file.display()
            ),
            Self::Unfinished(error) => write!(
                f,
                "the change is committed, but the files are not up to date yet: {error}"
            ),
        }
    }
}
