//! Git's index, edited through `index.lock`.
//!
//! The index must follow each commit: where it stays behind, the user's next
//! plain `git commit` takes the change back.
//!
//! | file | holds |
//! |---|---|
//! | `bytes` | the file, read and written, and its checksum |
//! | `ahead` | reading a large one before it is needed |
//! | `file`, `entries` | the format, read |
//! | `tree` | the extension with the trees of folders |
//! | `rewrite`, `pass` | the format, written in one pass around what changed |
//! | `layout` | which bytes of it have to be written |
//! | `spare`, `seen`, `lease` | the index before, kept to become the next one |
//! | `blocks` | where entries are, so that not all have to be read |
//! | `libgit` | the way through libgit2, for what is not plain |

mod ahead;
mod blocks;
mod bytes;
mod entries;
mod file;
mod layout;
mod lease;
mod libgit;
mod pass;
mod rewrite;
mod seen;
mod spare;
mod tree;

use std::ffi::OsStr;
use std::fs::{self, File};
use std::io::ErrorKind;
use std::os::unix::ffi::OsStrExt;
use std::os::unix::fs::{FileExt, MetadataExt};
use std::path::{Path, PathBuf};
use std::time::{Duration, UNIX_EPOCH};

use git2::Oid;

use super::durable;
use super::lock::GitLock;
use super::snapshot::Entry;
use super::worktree::FileStat;
use super::{BlobId, Durability, Edit, IndexState, Result, StoreError};
use bytes::{Content, fill, patch};
use file::IndexFile;
use layout::Writing;
use libgit::Copied;
use rewrite::{Known, Rewrite};
use spare::Place;

pub(super) use ahead::Ahead;
pub(super) use libgit::{open, state};
pub(super) use tree::{TreeMove, TreeMoves, empty_tree};

const INTENT_TO_ADD: u16 = 1 << 13;
const SKIP_WORKTREE: u16 = 1 << 14;
const ASSUME_VALID: u16 = 1 << 15;
const EXTENDED: u16 = 1 << 14;
pub(super) const STAGE_MASK: u16 = 0x3000;

/// The kind of file in a mode.
const KIND: u32 = 0o170_000;
const SYMLINK: u32 = 0o120_000;
const SUBMODULE: u32 = 0o160_000;

fn state_of_entry(id: Oid, flags: u16, extended: u16) -> IndexState {
    IndexState::Entry {
        blob: BlobId(id),
        intent_to_add: extended & INTENT_TO_ADD != 0,
        skip_worktree: extended & SKIP_WORKTREE != 0,
        assume_unchanged: flags & ASSUME_VALID != 0,
    }
}

/// The folders whose trees an index says it knows: path from the top, and tree.
/// None where there is no index, or one of which only libgit2 knows the format.
pub(super) fn known_folders(path: &Path) -> Result<Vec<(Vec<u8>, Oid)>> {
    let bytes = match fs::read(path) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("read", path)(error)),
    };
    let file = IndexFile::parse(Content::of(bytes).bytes);
    Ok(file.map_or_else(
        |_| Vec::new(),
        |file| {
            let tree = file.tree();
            tree.map_or_else(Vec::new, |tree| tree.known_folders(file.bytes()))
        },
    ))
}

/// How an index is written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Habit {
    /// With zeros in place of the checksum.
    pub(super) skips_hash: bool,
    /// From so many bytes on, over the index before it.
    pub(super) patched_from: u64,
}

impl Habit {
    /// Whether an index of so many bytes is written over the one before it. A
    /// checksum is of all bytes, and all would have to be read.
    fn patches(self, length: u64) -> bool {
        self.skips_hash && length >= self.patched_from
    }
}

/// Who knows the format.
enum Backend {
    Rewrite(Box<Rewrite>),
    Libgit(Copied),
}

/// The index on its way to a new content. It holds `index.lock`.
pub(super) struct IndexEdit {
    lock: GitLock,
    backend: Backend,
    target: PathBuf,
    /// The index that is there; `None` where there is none.
    old: Option<File>,
    spares: Place,
    habit: Habit,
    /// The earliest time of a file we wrote. See [`IndexEdit::place`].
    stamp: Option<(i64, u32)>,
    /// What is known of the new index, where the old one is kept.
    known: Option<Known>,
}

/// An index in its place.
pub(super) struct Placed {
    /// Let go, but its file is open.
    lock: GitLock,
    old: Option<File>,
    spares: Place,
    known: Option<Known>,
}

impl Placed {
    /// Lets the next change profit from what is known of it. Once nothing is
    /// done to it any more: even its names must stay.
    pub(super) fn note(self, durability: Durability) -> Result<()> {
        match (self.known, &self.old) {
            (Some(known), Some(old)) => self.spares.note(self.lock.file(), old, known, durability),
            _ => Ok(()),
        }
    }
}

impl IndexEdit {
    /// Reads the index under its lock, unless it is still as it was looked at
    /// ahead. `folder` is ours.
    pub(super) fn begin(
        lock: GitLock,
        target: PathBuf,
        folder: &Path,
        top: &Path,
        ahead: Option<Ahead>,
        habit: Habit,
    ) -> Result<Self> {
        let (backend, old) = match File::open(&target) {
            Ok(file) => {
                let meta = file.metadata();
                let meta = meta.map_err(StoreError::io("look at", &target))?;
                // A repository shared by a group stays one.
                lock.file()
                    .set_permissions(meta.permissions())
                    .map_err(StoreError::io("set the permissions of", lock.path()))?;
                let ahead = ahead.and_then(|ahead| ahead.of(&file, &meta, lock.file()));
                let rewrite = match ahead {
                    Some(rewrite) => rewrite,
                    None => {
                        let content = Content::read(&file, &meta, !habit.skips_hash);
                        let content = content.map_err(StoreError::io("read", &target))?;
                        Rewrite::of(content, meta.mtime(), habit.skips_hash)
                    }
                };
                let backend = match rewrite {
                    Ok(rewrite) => Backend::Rewrite(Box::new(rewrite)),
                    Err(_) => {
                        let copy = folder.join("tmp").join("index");
                        Backend::Libgit(Copied::of(&target, copy)?)
                    }
                };
                (backend, Some((file, meta.mtime())))
            }
            Err(error) if error.kind() == ErrorKind::NotFound => {
                let rewrite = Rewrite::empty(habit.skips_hash).map_err(|_| StoreError::Git {
                    action: "make an index",
                    detail: "the empty one is not understood".to_owned(),
                })?;
                (Backend::Rewrite(Box::new(rewrite)), None)
            }
            Err(error) => return Err(StoreError::io("open", target)(error)),
        };
        let (old, read_at) = old.unzip();
        let mut edit = Self {
            lock,
            backend,
            target,
            old,
            spares: Place::in_folder(folder),
            habit,
            stamp: None,
            known: None,
        };
        if let Some(read_at) = read_at {
            edit.smudge_racy(read_at, top)?;
        }
        Ok(edit)
    }

    /// Makes git look at the content of files that are as young as the old
    /// index and differ from their entry. Git tells such edits by comparing
    /// times with that of the index file, and the new index is younger.
    fn smudge_racy(&mut self, index_time: i64, top: &Path) -> Result<()> {
        let young = match &mut self.backend {
            Backend::Rewrite(rewrite) => rewrite.young(),
            Backend::Libgit(copied) => copied.young(index_time),
        };
        for (name, mode, id) in young {
            let path = top.join(OsStr::from_bytes(&name));
            let content = match mode & KIND {
                SUBMODULE => continue,
                SYMLINK => fs::read_link(&path).map(|to| to.as_os_str().as_bytes().to_vec()),
                _ => fs::read(&path),
            };
            // A file that cannot be read differs as well; one that passes a
            // filter of git may differ here, and git then looks again.
            let same = content.is_ok_and(|bytes| BlobId::of(&bytes) == Some(BlobId(id)));
            if !same {
                match &mut self.backend {
                    Backend::Rewrite(rewrite) => rewrite.smudge(name),
                    Backend::Libgit(copied) => copied.smudge(&name)?,
                }
            }
        }
        Ok(())
    }

    pub(super) fn lock(&self) -> &GitLock {
        &self.lock
    }

    pub(super) fn state(&self, path: &str) -> IndexState {
        match &self.backend {
            Backend::Rewrite(rewrite) => rewrite.state(path.as_bytes()),
            Backend::Libgit(copied) => copied.state(path),
        }
    }

    /// In which way the entry of a path differs from `HEAD`'s, if it does.
    pub(super) fn staged_edit(&self, path: &str, head: Option<Entry>) -> Option<Edit> {
        match (self.state(path), head) {
            (IndexState::Conflict, _) => Some(Edit::Conflicted),
            (IndexState::Absent, None) => self.is_blocked(path).then_some(Edit::Staged),
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
    /// round: an entry there would be in the way of the user's.
    pub(super) fn is_blocked(&self, path: &str) -> bool {
        let above = path.match_indices('/').any(|(end, _)| {
            let folder = path.get(..end).unwrap_or(path);
            !matches!(self.state(folder), IndexState::Absent)
        });
        above
            || match &self.backend {
                Backend::Rewrite(rewrite) => rewrite.has_below(path),
                Backend::Libgit(copied) => copied.has_below(path),
            }
    }

    /// Sets the content of a path, keeping mode and flags of its entry. Without
    /// a stat git will look at the file's content. The path is not in conflict
    /// and not blocked.
    pub(super) fn set(
        &mut self,
        path: &str,
        blob: BlobId,
        executable: bool,
        stat: Option<FileStat>,
    ) -> Result<()> {
        match &mut self.backend {
            Backend::Rewrite(rewrite) => rewrite.set(path, blob, executable, stat),
            Backend::Libgit(copied) => copied.set(path, blob, executable, stat)?,
        }
        Ok(())
    }

    /// Tells what the change makes of the trees of folders. Only where every
    /// path in which they differ is set, or git would be told wrong.
    pub(super) fn follow(&mut self, moves: TreeMoves) {
        if let Backend::Rewrite(rewrite) = &mut self.backend {
            rewrite.follow(moves);
        }
    }

    /// Notes the time at which a file was written that the index is to know.
    pub(super) fn note_written(&mut self, mtime: (i64, u32)) {
        self.stamp = Some(self.stamp.map_or(mtime, |stamp| stamp.min(mtime)));
    }

    /// Writes the content into `index.lock`, so that a full disk or an index
    /// that is damaged shows now; [`IndexEdit::seal`] makes the last of it, and
    /// brings it to the disk: until then nobody looks.
    pub(super) fn write(&mut self) -> Result<()> {
        let path = self.lock.path();
        let file = self.lock.file();
        let failed = StoreError::io("write", path);
        match &mut self.backend {
            Backend::Libgit(copied) => {
                let content = copied.content()?;
                durable::reserve(file, path, content.len())?;
                fill(file, content.len(), [&*content]).map_err(failed)?;
            }
            Backend::Rewrite(rewrite) => match rewrite.write(|content| {
                durable::reserve(file, path, content.len())?;
                let length = content.len();
                match content.writing() {
                    Writing::Whole(chunks) => fill(file, length, chunks),
                    Writing::Patches(patches) => patch(file, length, patches),
                }
                .map_err(failed)
            }) {
                Ok(written) => written?,
                // libgit2 says what is wrong with it.
                Err(_) => {
                    open(&self.target)?;
                    return Err(StoreError::Git {
                        action: "read the index",
                        detail: "it is damaged".to_owned(),
                    });
                }
            },
        }
        Ok(())
    }

    /// Writes what was set since, and the checksum: the index is then ready to
    /// be placed.
    pub(super) fn seal(&mut self, durability: Durability) -> Result<()> {
        if !self.patch()? {
            self.write()?;
            self.patch()?;
        }
        durability.sync_file(self.lock.file(), self.lock.path())
    }

    /// Returns `false` where all of it is to be written first.
    fn patch(&mut self) -> Result<bool> {
        let path = self.lock.path();
        let file = self.lock.file();
        match &mut self.backend {
            // It writes a whole index each time.
            Backend::Libgit(_) => Ok(false),
            Backend::Rewrite(rewrite) => rewrite.seal(|at, bytes| {
                file.write_all_at(bytes, at as u64)
                    .map_err(StoreError::io("write", path))
            }),
        }
    }

    /// Keeps the index that is there, to become the next but one, where that is
    /// worth it. Right before it is replaced.
    pub(super) fn keep_old(&mut self) -> Result<()> {
        let length = self.lock.file().metadata();
        let length = length.map_err(StoreError::io("look at", self.lock.path()))?;
        let known = match (&self.backend, &self.old) {
            (Backend::Rewrite(rewrite), Some(_)) if self.habit.patches(length.len()) => {
                rewrite.known_now()
            }
            _ => None,
        };
        self.spares.clear()?;
        self.known = known.filter(|_| self.spares.keep(&self.target));
        Ok(())
    }

    /// Puts the new index in its place.
    ///
    /// Its time is set back to that of our files. An edit of the user in the
    /// second in which we wrote them would otherwise be invisible to git, if
    /// it keeps the size and the index lands in the next second.
    pub(super) fn place(mut self, durability: Durability) -> Result<Placed> {
        let file = self.lock.file();
        if let Some((seconds, nanoseconds)) = self.stamp {
            let seconds = u64::try_from(seconds).unwrap_or(0);
            file.set_modified(UNIX_EPOCH + Duration::new(seconds, nanoseconds))
                .map_err(StoreError::io("set the time of", self.lock.path()))?;
        }
        lease::let_go(file).map_err(StoreError::io("let go of", self.lock.path()))?;
        self.lock.rename_over(&self.target)?;
        if let Some(folder) = self.target.parent() {
            durability.sync_folder(folder)?;
        }
        Ok(Placed {
            lock: self.lock,
            old: self.old,
            spares: self.spares,
            known: self.known,
        })
    }
}
