//! The index through libgit2: ten times slower, and at home in every format
//! that git has had.

use std::ffi::OsStr;
use std::fs;
use std::os::unix::ffi::OsStrExt;
use std::path::{Path, PathBuf};

use git2::{Index, IndexEntry, IndexTime, Oid};

use super::{
    ASSUME_VALID, EXTENDED, INTENT_TO_ADD, IndexState, SKIP_WORKTREE, STAGE_MASK, state_of_entry,
};
use crate::store::worktree::FileStat;
use crate::store::{BlobId, Result, StoreError};

/// Opens an index file that may be absent, which is an empty index.
pub(in crate::store) fn open(path: &Path) -> Result<Index> {
    Index::open(path).map_err(|error| {
        let message = error.message();
        let (feature, remedy) = if message.contains("'link'") {
            (
                "a split index",
                "run `git config core.splitIndex false && git update-index --no-split-index`",
            )
        } else if message.contains("'sdir'") {
            (
                "a sparse index",
                "run `git sparse-checkout reapply --no-sparse-index`",
            )
        } else if message.contains("mandatory extension") || message.contains("version") {
            (
                "a format that is newer than this program",
                "run `git update-index --index-version 2`, or install a newer desk",
            )
        } else {
            return StoreError::git("read the index")(error);
        };
        StoreError::Unsupported {
            path: path.to_owned(),
            feature,
            remedy,
        }
    })
}

/// What an index has at a path as seen from the top of the work tree.
pub(in crate::store) fn state(index: &Index, path: &str) -> IndexState {
    let at = |stage| index.get_path(Path::new(path), stage);
    match at(0) {
        Some(entry) => state_of_entry(entry.id, entry.flags, entry.flags_extended),
        None if (1..=3).any(|stage| at(stage).is_some()) => IndexState::Conflict,
        None => IndexState::Absent,
    }
}

/// An index in a copy of our own, for libgit2 to read and write.
pub(super) struct Copied {
    index: Index,
    copy: PathBuf,
}

impl Copied {
    /// Copies the index at `target` and reads the copy.
    pub(super) fn of(target: &Path, copy: PathBuf) -> Result<Self> {
        fs::copy(target, &copy).map_err(StoreError::io("copy", target))?;
        // The hint of an error is about the user's index, not about our copy.
        let index = open(&copy).map_err(|error| match error {
            StoreError::Unsupported {
                feature, remedy, ..
            } => StoreError::Unsupported {
                path: target.to_owned(),
                feature,
                remedy,
            },
            error => error,
        })?;
        Ok(Self { index, copy })
    }

    pub(super) fn state(&self, path: &str) -> IndexState {
        state(&self.index, path)
    }

    pub(super) fn has_below(&self, folder: &str) -> bool {
        self.index.find_prefix(format!("{folder}/")).is_ok()
    }

    /// As [`Rewrite::young`](super::rewrite::Rewrite::young).
    pub(super) fn young(&self, index_time: i64) -> Vec<(Vec<u8>, u32, Oid)> {
        self.index
            .iter()
            .filter(|entry| {
                i64::from(entry.mtime.seconds()) >= index_time
                    && entry.file_size != 0
                    && entry.flags & (STAGE_MASK | ASSUME_VALID) == 0
                    && entry.flags_extended & (INTENT_TO_ADD | SKIP_WORKTREE) == 0
            })
            .map(|entry| (entry.path, entry.mode, entry.id))
            .collect()
    }

    pub(super) fn smudge(&mut self, path: &[u8]) -> Result<()> {
        // git2 takes no such path, but an index that is damaged has any.
        if path.contains(&0) {
            return Err(StoreError::Git {
                action: "read the index",
                detail: "a path in it has a zero byte".to_owned(),
            });
        }
        match self.index.get_path(Path::new(OsStr::from_bytes(path)), 0) {
            None => Ok(()),
            Some(mut entry) => {
                entry.file_size = 0;
                self.add(&entry)
            }
        }
    }

    fn add(&mut self, entry: &IndexEntry) -> Result<()> {
        self.index
            .add(entry)
            .map_err(StoreError::git("change the index"))
    }

    pub(super) fn set(
        &mut self,
        path: &str,
        blob: BlobId,
        executable: bool,
        stat: Option<FileStat>,
    ) -> Result<()> {
        let old = self.index.get_path(Path::new(path), 0);
        let (mode, flags, flags_extended) = match &old {
            Some(old) => (old.mode, old.flags, old.flags_extended),
            None if executable => (0o100_755, 0, 0),
            None => (0o100_644, 0, 0),
        };
        let time = |(seconds, nanoseconds): (i64, u32)| IndexTime::new(seconds as i32, nanoseconds);
        let kept = flags_extended & (INTENT_TO_ADD | SKIP_WORKTREE);
        let entry = IndexEntry {
            ctime: stat.map_or(IndexTime::new(0, 0), |stat| time(stat.ctime)),
            mtime: stat.map_or(IndexTime::new(0, 0), |stat| time(stat.mtime)),
            // The index keeps the low 32 bits of each.
            dev: stat.map_or(0, |stat| stat.inode.dev as u32),
            ino: stat.map_or(0, |stat| stat.inode.ino as u32),
            uid: stat.map_or(0, |stat| stat.uid),
            gid: stat.map_or(0, |stat| stat.gid),
            file_size: stat.map_or(0, |stat| stat.size as u32),
            mode,
            id: blob.0,
            flags: flags & (ASSUME_VALID | if kept == 0 { 0 } else { EXTENDED }),
            flags_extended: kept,
            path: path.as_bytes().to_vec(),
        };
        self.add(&entry)
    }

    /// The whole new file.
    pub(super) fn content(&mut self) -> Result<Vec<u8>> {
        self.index
            .write()
            .map_err(StoreError::git("write the index"))?;
        fs::read(&self.copy).map_err(StoreError::io("read", &self.copy))
    }
}
