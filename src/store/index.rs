//! Git's index, edited through `index.lock`.
//!
//! The index must follow each commit: where it stays behind, the user's next
//! plain `git commit` takes the change back.

use std::fs::{self, File};
use std::io::{ErrorKind, Seek, SeekFrom, Write};
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use git2::{Index, IndexEntry, IndexTime};

use super::lock::GitLock;
use super::snapshot::Entry;
use super::worktree::FileStat;
use super::{BlobId, Durability, Edit, IndexState, Result, StoreError};

const INTENT_TO_ADD: u16 = 1 << 13;
const SKIP_WORKTREE: u16 = 1 << 14;
const ASSUME_VALID: u16 = 1 << 15;
const EXTENDED: u16 = 1 << 14;
pub(super) const STAGE_MASK: u16 = 0x3000;

/// Opens an index file that may be absent, which is an empty index.
pub(super) fn open(path: &Path) -> Result<Index> {
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
pub(super) fn state(index: &Index, path: &str) -> IndexState {
    let at = |stage| index.get_path(Path::new(path), stage);
    match at(0) {
        Some(entry) => IndexState::Entry {
            blob: BlobId(entry.id),
            intent_to_add: entry.flags_extended & INTENT_TO_ADD != 0,
            skip_worktree: entry.flags_extended & SKIP_WORKTREE != 0,
            assume_unchanged: entry.flags & ASSUME_VALID != 0,
        },
        None if (1..=3).any(|stage| at(stage).is_some()) => IndexState::Conflict,
        None => IndexState::Absent,
    }
}

/// The index on its way to a new content. It holds `index.lock`.
pub(super) struct IndexEdit {
    lock: GitLock,
    index: Index,
    /// A copy in our folder for libgit2 to read and write.
    copy: PathBuf,
    target: PathBuf,
    /// The earliest time of a file we wrote. See [`IndexEdit::place`].
    stamp: Option<(i64, u32)>,
}

impl IndexEdit {
    /// Reads the index under its lock.
    pub(super) fn begin(lock: GitLock, target: PathBuf, tmp: &Path, top: &Path) -> Result<Self> {
        let copy = tmp.join("index");
        let read_at = match File::open(&target) {
            Ok(file) => {
                let meta = file.metadata();
                let meta = meta.map_err(StoreError::io("look at", &target))?;
                fs::copy(&target, &copy).map_err(StoreError::io("copy", &target))?;
                // A repository shared by a group stays one.
                lock.file()
                    .set_permissions(meta.permissions())
                    .map_err(StoreError::io("set the permissions of", lock.path()))?;
                Some(meta.mtime())
            }
            Err(error) if error.kind() == ErrorKind::NotFound => None,
            Err(error) => return Err(StoreError::io("open", target)(error)),
        };
        // The hint of an error is about the user's index, not about our copy.
        let index = open(&copy).map_err(|error| match error {
            StoreError::Unsupported {
                feature, remedy, ..
            } => StoreError::Unsupported {
                path: target.clone(),
                feature,
                remedy,
            },
            error => error,
        })?;
        let mut edit = Self {
            lock,
            index,
            copy,
            target,
            stamp: None,
        };
        if let Some(read_at) = read_at {
            edit.smudge_racy(read_at, top)?;
        }
        Ok(edit)
    }

    /// Makes git look at the content of files that are as young as the old
    /// index and differ from their entry. Git tells such edits by comparing
    /// times with that of the index file, and the new index is younger.
    /// libgit2 does this only for an index that belongs to a repository.
    fn smudge_racy(&mut self, index_time: i64, top: &Path) -> Result<()> {
        let young: Vec<IndexEntry> = self
            .index
            .iter()
            .filter(|entry| {
                i64::from(entry.mtime.seconds()) >= index_time
                    && entry.file_size != 0
                    && entry.flags & (STAGE_MASK | ASSUME_VALID) == 0
                    && entry.flags_extended & (INTENT_TO_ADD | SKIP_WORKTREE) == 0
                    && entry.mode & 0o170_000 != 0o160_000
            })
            .collect();
        for mut entry in young {
            let path = top.join(std::ffi::OsStr::from_bytes(&entry.path));
            let content = if entry.mode & 0o170_000 == 0o120_000 {
                fs::read_link(&path).map(|to| to.as_os_str().as_bytes().to_vec())
            } else {
                fs::read(&path)
            };
            // A file that cannot be read differs as well; one that passes a
            // filter of git may differ here, and git then looks again.
            let same = content.is_ok_and(|bytes| BlobId::of(&bytes) == Some(BlobId(entry.id)));
            if !same {
                entry.file_size = 0;
                self.add(&entry)?;
            }
        }
        Ok(())
    }

    fn add(&mut self, entry: &IndexEntry) -> Result<()> {
        self.index
            .add(entry)
            .map_err(StoreError::git("change the index"))
    }

    pub(super) fn lock(&self) -> &GitLock {
        &self.lock
    }

    pub(super) fn state(&self, path: &str) -> IndexState {
        state(&self.index, path)
    }

    /// In which way the entry of a path differs from `HEAD`'s, if it does.
    pub(super) fn staged_edit(&self, path: &str, head: Option<Entry>) -> Option<Edit> {
        match (self.state(path), head) {
            (IndexState::Conflict, _) => Some(Edit::Conflicted),
            (IndexState::Absent, None) => self.blocked(path).then_some(Edit::Staged),
            (
                IndexState::Entry {
                    blob,
                    intent_to_add: false,
                    ..
                },
                Some(head),
            ) if blob == head.id => None,
            _ => Some(Edit::Staged),
        }
    }

    /// Whether a folder on the way is a file in the index, or the other way
    /// round. libgit2 would throw those entries out.
    fn blocked(&self, path: &str) -> bool {
        let above = path.match_indices('/').any(|(end, _)| {
            let folder = path.get(..end).unwrap_or(path);
            !matches!(self.state(folder), IndexState::Absent)
        });
        above || self.index.find_prefix(format!("{path}/")).is_ok()
    }

    /// Sets the content of a path, keeping mode and flags of its entry. Without
    /// a stat git will look at the file's content.
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

    /// Notes the time at which a file was written that the index is to know.
    pub(super) fn note_written(&mut self, mtime: (i64, u32)) {
        self.stamp = Some(self.stamp.map_or(mtime, |stamp| stamp.min(mtime)));
    }

    /// Writes the content into `index.lock`.
    pub(super) fn write(&mut self, durability: Durability) -> Result<()> {
        self.index
            .write()
            .map_err(StoreError::git("write the index"))?;
        let content = fs::read(&self.copy).map_err(StoreError::io("read", &self.copy))?;
        let path = self.lock.path();
        let mut file = self.lock.file();
        file.seek(SeekFrom::Start(0))
            .and_then(|_| file.write_all(&content))
            .and_then(|()| file.set_len(content.len() as u64))
            .map_err(StoreError::io("write", path))?;
        durability.sync_file(file, path)
    }

    /// Puts the new index in its place.
    ///
    /// Its time is set back to that of our files. An edit of the user in the
    /// second in which we wrote them would otherwise be invisible to git, if
    /// it keeps the size and the index lands in the next second.
    pub(super) fn place(mut self, durability: Durability) -> Result<()> {
        if let Some((seconds, nanoseconds)) = self.stamp {
            let seconds = u64::try_from(seconds).unwrap_or(0);
            self.lock
                .file()
                .set_modified(UNIX_EPOCH + Duration::new(seconds, nanoseconds))
                .map_err(StoreError::io("set the time of", self.lock.path()))?;
        }
        self.lock.rename_over(&self.target)?;
        match self.target.parent() {
            Some(folder) => durability.sync_folder(folder),
            None => Ok(()),
        }
    }
}
