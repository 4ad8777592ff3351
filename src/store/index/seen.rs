//! Telling whether a file is still the one that was looked at.

use std::fs::Metadata;
use std::os::unix::fs::MetadataExt;

use serde::{Deserialize, Serialize};

/// A file that is the same in all of this has the same content, as long as
/// nobody sets the clock to the nanosecond to deceive us.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Seen {
    dev: u64,
    ino: u64,
    size: u64,
    mtime: (i64, i64),
    ctime: (i64, i64),
    mode: u32,
    owner: (u32, u32),
}

impl Seen {
    pub(super) fn of(meta: &Metadata) -> Self {
        Self {
            dev: meta.dev(),
            ino: meta.ino(),
            size: meta.size(),
            mtime: (meta.mtime(), meta.mtime_nsec()),
            ctime: (meta.ctime(), meta.ctime_nsec()),
            mode: meta.mode(),
            owner: (meta.uid(), meta.gid()),
        }
    }

    /// When it was written, in seconds since 1970.
    pub(super) fn mtime(&self) -> i64 {
        self.mtime.0
    }

    /// Whether it is the same file, whatever is in it.
    pub(super) fn is_file(&self, meta: &Metadata) -> bool {
        (self.dev, self.ino) == (meta.dev(), meta.ino())
    }

    /// Whether the same people may do the same with both.
    pub(super) fn serves_like(&self, other: &Self) -> bool {
        (self.mode, self.owner) == (other.mode, other.owner)
    }
}
