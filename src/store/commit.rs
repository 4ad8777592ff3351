//! The commit path: the only way to change a desk.
//!
//! The order of its steps is what keeps the promise that a change is there
//! entirely or not at all: everything that can fail comes before the move of
//! the branch, and after it only renames remain, which the journal lets the
//! next command repeat.

use std::fmt;
use std::path::PathBuf;

use super::identity::Identity;
use super::index::IndexEdit;
use super::journal::{Desk, FileNote, Journal, LockNote, LockPlace};
use super::lock::{DeskLock, GitLock};
use super::mend::Mended;
use super::objects::{Built, NewFile, merge_files};
use super::refs::{Head, HeadMove, LogEntry};
use super::snapshot::Entry;
use super::worktree::{self, Placement, Staged, Staging, WorkFile};
use super::{
    BlobId, CommitId, CrashPoint, Durability, Edit, EntryKind, IndexState, Place, Result, Snapshot,
    Store, StoreError, path,
};

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
    /// Who did it. The committer is [`Store::identity`].
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

/// With signing on, so many attempts are made without holding our lock: the
/// program that signs may ask for a passphrase.
const UNLOCKED_ROUNDS: u32 = 3;

/// So often the branch may move under us before we give up.
const MAX_ROUNDS: u32 = 100;

/// Whether a change landed.
enum Landing {
    Landed(Vec<Warning>),
    HeadMoved,
}

/// A file on its way into work tree and index.
pub(super) struct Target {
    pub(super) path: String,
    pub(super) blob: BlobId,
    pub(super) executable: bool,
    /// What the work tree holds as far as we know.
    pub(super) expected: Option<BlobId>,
    /// The new file; `None` where the work tree is to stay as it is.
    pub(super) staged: Option<Staged>,
    /// Whether the index entry is ours to change.
    pub(super) index: bool,
}

/// A file of a plan, compared with the work tree.
struct Checked {
    file: NewFile,
    head: Option<Entry>,
    expected: Option<BlobId>,
    /// The work tree has no file where it should: fine only in a sparse
    /// checkout.
    missing: bool,
}

impl Store {
    /// Changes the desk. `plan` is called with the desk as it is and decides
    /// what to commit; it is called again where another program commits first.
    /// When this returns, the commits stand, on the disk unless
    /// `desk.durability` is `fast`.
    ///
    /// Other files of the user, staged or not, are left as they are. Hooks of
    /// git are not run.
    ///
    /// # Errors
    /// What `plan` returns; [`StoreError::HandEdit`] and
    /// [`StoreError::WrongKind`] where a file is not as expected,
    /// [`StoreError::Busy`] where git is, and whatever keeps the change from
    /// being written. Nothing is changed then.
    pub fn transact<T, E: From<StoreError>>(
        &self,
        mut plan: impl FnMut(&Snapshot<'_>) -> Result<Plan<T>, E>,
    ) -> Result<Done<T>, E> {
        let durability = self.durability()?;
        let signer = self.signer()?;
        let mut mended = None;
        for round in 0..MAX_ROUNDS {
            let unlocked = signer.is_some() && round < UNLOCKED_ROUNDS;
            let mut lock = None;
            if !unlocked || round == 0 {
                let held = self.lock()?;
                if let Some(found) = self.mend_locked(durability)? {
                    mended = Some(found);
                }
                lock = (!unlocked).then_some(held);
            }
            let head = self.head()?;
            let snapshot = self.snapshot_of(head.commit)?;
            let Plan { drafts, value } = plan(&snapshot)?;
            self.step(CrashPoint::Planned);
            let mut done = Done {
                value,
                commits: Vec::new(),
                warnings: Vec::new(),
                mended: mended.take(),
            };
            if drafts.is_empty() {
                return Ok(done);
            }
            let checked = self.check(&snapshot, &drafts)?;
            self.step(CrashPoint::Checked);
            let committer = self.identity()?;
            let built = self.build(&snapshot, &drafts, &committer, signer.as_ref())?;
            self.step(CrashPoint::ObjectsWritten);
            if lock.is_none() {
                lock = Some(self.lock()?);
                mended = self.mend_locked(durability)?.or(done.mended.take());
                if self.head()? != head {
                    continue;
                }
                done.mended = mended.take();
            }
            let log = log_entry(&drafts, &committer)?;
            match self.land(head, &built, checked, &log, durability)? {
                Landing::Landed(warnings) => {
                    drop(lock);
                    done.commits = built.commits;
                    done.warnings = warnings;
                    return Ok(done);
                }
                Landing::HeadMoved => mended = done.mended,
            }
        }
        Err(StoreError::HeadKeepsMoving { rounds: MAX_ROUNDS }.into())
    }

    pub(super) fn lock(&self) -> Result<DeskLock> {
        let lock = DeskLock::acquire(&self.common_dir().join("desk"))?;
        self.step(CrashPoint::Locked);
        Ok(lock)
    }

    /// Compares the work tree with what the drafts expect of it.
    fn check(&self, snapshot: &Snapshot<'_>, drafts: &[super::Draft]) -> Result<Vec<Checked>> {
        merge_files(drafts)
            .into_iter()
            .map(|(path, (expect, content))| {
                path::check(path)?;
                let head = snapshot.file(path)?;
                let found = match worktree::look(&self.root, path)? {
                    WorkFile::Absent => None,
                    WorkFile::File(bytes) => Some(hash(&bytes)?),
                    other => {
                        return Err(StoreError::WrongKind {
                            path: path.to_owned(),
                            expected: EntryKind::File,
                            found: other.kind().unwrap_or(EntryKind::Other),
                            place: Place::WorkTree,
                        });
                    }
                };
                let expected = match expect {
                    Expect::Head => head.map(|entry| entry.id),
                    Expect::Bytes(bytes) => Some(hash(bytes)?),
                };
                let missing = found.is_none() && expected.is_some();
                if found != expected && !missing {
                    let edit = match expected {
                        None => Edit::Untracked,
                        Some(_) => Edit::Changed,
                    };
                    return Err(StoreError::HandEdit {
                        path: path.to_owned(),
                        edit,
                    });
                }
                Ok(Checked {
                    file: NewFile {
                        path: path.to_owned(),
                        content: content.to_vec(),
                        blob: hash(content)?,
                        executable: head.is_some_and(|entry| entry.is_executable()),
                    },
                    head,
                    expected,
                    missing,
                })
            })
            .collect()
    }

    /// Makes built commits visible, and cleans up where that fails.
    fn land(
        &self,
        head: Head,
        built: &Built,
        checked: Vec<Checked>,
        log: &LogEntry,
        durability: Durability,
    ) -> Result<Landing> {
        let objects = self.common_dir().join("objects");
        durability.sync_objects(&objects, &built.objects)?;
        self.step(CrashPoint::ObjectsSynced);
        let desk = Desk::of(self.git_dir());
        desk.create()?;
        desk.sweep()?;
        let staging = Staging::choose(&desk.tmp(), &self.root)?;
        staging.sweep()?;
        let landed = self.land_staged(head, built, checked, log, durability, &desk, &staging);
        if !matches!(landed, Ok(Landing::Landed(_))) {
            // The locks are let go by now. What cannot be removed is for the
            // next command, and must not hide why this one failed.
            let _ = staging.sweep().and_then(|()| desk.clear());
            let _ = desk.sweep();
        }
        landed
    }

    #[expect(clippy::too_many_arguments, reason = "one step after the other")]
    fn land_staged(
        &self,
        head: Head,
        built: &Built,
        checked: Vec<Checked>,
        log: &LogEntry,
        durability: Durability,
        desk: &Desk,
        staging: &Staging,
    ) -> Result<Landing> {
        let Some(new) = built.commits.last().copied() else {
            return Ok(Landing::Landed(Vec::new()));
        };
        let mut targets = Vec::with_capacity(checked.len());
        let mut heads = Vec::with_capacity(checked.len());
        for (
            number,
            Checked {
                file,
                head,
                expected,
                missing,
            },
        ) in checked.into_iter().enumerate()
        {
            let staged = if missing {
                None
            } else {
                let full = self.disk_path(&file.path);
                Some(staging.stage(number, &file.content, &full, file.executable, durability)?)
            };
            heads.push((head, missing));
            targets.push(Target {
                path: file.path,
                blob: file.blob,
                executable: file.executable,
                expected,
                staged,
                index: true,
            });
        }
        self.step(CrashPoint::FilesStaged);

        let tmp = desk.tmp();
        let mut index_lock =
            GitLock::prepare(tmp.join("index-lock"), self.lock_path(&LockPlace::Index))?;
        let mut head_move = HeadMove::prepare(self, head.clone(), new, &tmp)?;
        let note = |index: &GitLock, head_move: &HeadMove<'_>| -> Result<()> {
            let mut locks = vec![lock_note(index, LockPlace::Index)?];
            for (lock, place) in head_move.locks() {
                locks.push(lock_note(lock, place)?);
            }
            let journal = Journal {
                prefix: self.prefix.clone(),
                base: head.commit,
                new: Some(new),
                locks,
                files: file_notes(&targets, staging.beside),
            };
            desk.write(&journal, durability)
        };
        note(&index_lock, &head_move)?;
        self.step(CrashPoint::Journalled);

        if !index_lock.acquire(self.options.lock_patience)? {
            note(&index_lock, &head_move)?;
        }
        self.step(CrashPoint::IndexLocked);
        let mut index = self.edit_index(index_lock, desk)?;
        for (target, (head, missing)) in targets.iter().zip(&heads) {
            let path = self.repo_path(&target.path);
            let edit = index.staged_edit(&path, *head).or_else(|| {
                let sparse = matches!(
                    index.state(&path),
                    IndexState::Entry {
                        skip_worktree: true,
                        ..
                    }
                );
                (*missing && !sparse).then_some(Edit::Deleted)
            });
            if let Some(edit) = edit {
                return Err(StoreError::HandEdit {
                    path: target.path.clone(),
                    edit,
                });
            }
            index.set(&path, target.blob, target.executable, None)?;
        }
        index.write(durability)?;
        self.step(CrashPoint::IndexWritten);

        if !head_move.acquire(self.options.lock_patience)? {
            note(index.lock(), &head_move)?;
        }
        self.step(CrashPoint::RefLocked);
        if !head_move.commit(log, durability)? {
            return Ok(Landing::HeadMoved);
        }
        let mut warnings = Vec::new();
        let finished = HeadMove::sync(self, &head, durability).and_then(|()| {
            self.step(CrashPoint::RefSynced);
            self.settle(index, &mut targets, desk, durability, &mut warnings)?;
            self.finish(new, desk)
        });
        if let Err(error) = finished {
            warnings.push(Warning::Unfinished(error));
        }
        Ok(Landing::Landed(warnings))
    }

    pub(super) fn edit_index(&self, lock: GitLock, desk: &Desk) -> Result<IndexEdit> {
        let top = self.repo.workdir().unwrap_or(&self.root);
        IndexEdit::begin(lock, self.git_dir().join("index"), &desk.tmp(), top)
    }

    /// Brings files and index to a commit that stands.
    pub(super) fn settle(
        &self,
        mut index: IndexEdit,
        targets: &mut [Target],
        desk: &Desk,
        durability: Durability,
        warnings: &mut Vec<Warning>,
    ) -> Result<()> {
        let mut displaced = Vec::new();
        for (number, target) in targets.iter_mut().enumerate() {
            let mut stat = None;
            match &mut target.staged {
                Some(staged) => match staged.place(&self.root, &target.path, target.expected)? {
                    Placement::Placed(placed) => {
                        stat = placed;
                        index.note_written(staged.mtime());
                        displaced.push((
                            target.path.clone(),
                            staged.location.clone(),
                            target.expected,
                        ));
                    }
                    Placement::Edited => warnings.push(Warning::Edited {
                        path: target.path.clone(),
                    }),
                },
                None if target.index => {
                    stat = worktree::stat_if_holds(&self.root, &target.path, target.blob)?;
                    if let Some(stat) = stat {
                        index.note_written(stat.mtime);
                    }
                }
                None => {}
            }
            if target.index {
                let path = self.repo_path(&target.path);
                index.set(&path, target.blob, target.executable, stat)?;
            }
            if number == 0 {
                self.step(CrashPoint::FirstFilePlaced);
            }
        }
        if durability.is_safe() {
            self.sync_folders(targets, durability)?;
        }
        self.step(CrashPoint::FilesPlaced);
        index.write(durability)?;
        self.step(CrashPoint::IndexFinal);
        index.place(durability)?;
        self.step(CrashPoint::IndexPlaced);
        for (path, location, expected) in displaced {
            // An editor that had the old file open may have written to it since
            // we looked.
            let found = worktree::hash_of(&location)?;
            if found.is_some() && found != expected {
                let file = desk.keep(&location, &path)?;
                warnings.push(Warning::Kept { path, file });
            }
        }
        Ok(())
    }

    fn sync_folders(&self, targets: &[Target], durability: Durability) -> Result<()> {
        let mut folders = std::collections::BTreeSet::new();
        for target in targets.iter().filter(|target| target.staged.is_some()) {
            let full = self.disk_path(&target.path);
            let above = full.ancestors().skip(1);
            folders.extend(
                above
                    .take_while(|folder| folder.starts_with(&self.root))
                    .map(ToOwned::to_owned),
            );
        }
        folders
            .iter()
            .try_for_each(|folder| durability.sync_folder(folder))
    }

    /// Writes down that everything is in its place.
    pub(super) fn finish(&self, head: CommitId, desk: &Desk) -> Result<()> {
        desk.record_head(head)?;
        self.step(CrashPoint::HeadRecorded);
        // The journal goes before the files that keep its inodes from being
        // used again.
        desk.clear()?;
        self.step(CrashPoint::JournalCleared);
        desk.sweep()
    }
}

fn hash(content: &[u8]) -> Result<BlobId> {
    BlobId::of(content).ok_or(StoreError::Git {
        action: "hash a file",
        detail: "libgit2 refused its content".to_owned(),
    })
}

fn log_entry(drafts: &[Draft], committer: &Identity) -> Result<LogEntry> {
    let (at, offset, subject) = match drafts.last() {
        Some(draft) => (
            draft.committed_at,
            draft.committed_offset_min,
            draft.message.lines().next().unwrap_or_default(),
        ),
        None => (0, 0, ""),
    };
    let message = match drafts.len() {
        1 => format!("desk: {subject}"),
        many => format!("desk: {many} commits, the last: {subject}"),
    };
    Ok(LogEntry {
        who: committer.signature(at, offset)?,
        message,
    })
}

pub(super) fn lock_note(lock: &GitLock, place: LockPlace) -> Result<LockNote> {
    let twin = lock.twin().file_name().unwrap_or_default();
    Ok(LockNote {
        inode: lock.inode()?,
        twin: twin.to_string_lossy().into_owned(),
        place,
    })
}

pub(super) fn file_notes(targets: &[Target], beside: bool) -> Vec<FileNote> {
    targets
        .iter()
        .filter_map(|target| {
            let name = target.staged.as_ref()?.location.file_name()?;
            Some(FileNote {
                staged: name.to_string_lossy().into_owned(),
                beside,
                expected: target.expected,
                path: target.path.clone(),
            })
        })
        .collect()
}
