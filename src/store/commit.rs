//! The commit path: the only way to change a desk.
//!
//! The order of its steps is what keeps the promise that a change is there
//! entirely or not at all: everything that can fail comes before the move of
//! the branch, and after it only renames remain, which the journal lets the
//! next command repeat.

use std::path::PathBuf;

use super::identity::Identity;
use super::index::{Ahead, Habit, IndexEdit};
use super::journal::{Desk, Journal, LockPlace};
use super::lock::{DeskLock, GitLock};
use super::objects::{Built, NewFile, merge_files};
use super::refs::{Head, HeadMove, LogEntry};
use super::settle::{Target, file_notes, lock_note};
use super::snapshot::Entry;
use super::worktree::{self, Staging, WorkFile};
use super::{
    BlobId, CrashPoint, Done, Draft, Durability, Edit, EntryKind, Expect, IndexState, Place, Plan,
    Result, Snapshot, Store, StoreError, Warning, path,
};

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

/// A file of a plan, compared with the work tree.
struct Checked {
    file: NewFile,
    head: Option<Entry>,
    expected: Option<BlobId>,
    /// The work tree has no file where it should: fine only in a sparse
    /// checkout.
    missing: bool,
}

/// How things stood with a target before the change.
struct Before {
    /// Its entry in `HEAD`.
    head: Option<Entry>,
    /// Whether the work tree lacks the file.
    missing: bool,
}

/// Where a change is prepared.
struct Site {
    desk: Desk,
    staging: Staging,
    durability: Durability,
}

impl Store {
    /// Changes the desk. `plan` is called with the desk as it is and decides
    /// what to commit; it is called again where another program commits first.
    /// When this returns, the commits stand, on the disk unless
    /// `desk.durability` is `fast`.
    ///
    /// Other files of the user, staged or not, are left as they are. Hooks of
    /// git are not run. `plan` runs under the store's lock, so it must not wait
    /// for a person, nor call the store's own changes; with signing on it may
    /// run before the lock is taken.
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
            let habit = self.index_habit()?;
            let folder = Desk::of(self.git_dir()).folder().to_owned();
            let ahead = Ahead::start(&self.index_path(), &folder, habit);
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
            let mut checked = self.check(&snapshot, &drafts)?;
            self.step(CrashPoint::Checked);
            let committer = self.identity()?;
            let signer = signer.as_ref();
            let built = self.build(&snapshot, &drafts, &committer, signer, durability)?;
            self.step(CrashPoint::ObjectsWritten);
            if lock.is_none() {
                lock = Some(self.lock()?);
                mended = self.mend_locked(durability)?.or(done.mended.take());
                if self.head()? != head {
                    continue;
                }
                done.mended = mended.take();
                // The user may have saved a file while the commit was signed.
                checked = self.check(&snapshot, &drafts)?;
            }
            let log = log_entry(&drafts, &committer)?;
            let commits = built.commits.clone();
            match self.land(head, built, checked, &log, durability, ahead)? {
                Landing::Landed(warnings) => {
                    drop(lock);
                    done.commits = commits;
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
    fn check(&self, snapshot: &Snapshot<'_>, drafts: &[Draft]) -> Result<Vec<Checked>> {
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
        built: Built,
        checked: Vec<Checked>,
        log: &LogEntry,
        durability: Durability,
        ahead: Option<Ahead>,
    ) -> Result<Landing> {
        if let Some(loose) = &built.loose {
            loose.sync(durability)?;
        }
        self.step(CrashPoint::ObjectsSynced);
        let desk = Desk::of(self.git_dir());
        desk.create()?;
        desk.sweep()?;
        let staging = Staging::choose(&desk.tmp(), &self.root)?;
        staging.sweep()?;
        let site = Site {
            desk,
            staging,
            durability,
        };
        let landed = self.land_staged(head, built, checked, log, &site, ahead);
        if !matches!(landed, Ok(Landing::Landed(_))) {
            // The locks are let go by now. What cannot be removed is for the
            // next command, and must not hide why this one failed.
            let _ = site.staging.sweep().and_then(|()| site.desk.clear());
            let _ = site.desk.sweep();
        }
        landed
    }

    /// Writes the new files to where they wait.
    fn stage(&self, checked: Vec<Checked>, site: &Site) -> Result<(Vec<Target>, Vec<Before>)> {
        let count = checked.len();
        let each = site.durability.for_each_of(count);
        let mut targets = Vec::with_capacity(count);
        let mut before = Vec::with_capacity(count);
        for (number, checked) in checked.into_iter().enumerate() {
            let file = checked.file;
            let full = self.disk_path(&file.path);
            let staged = match checked.missing {
                true => None,
                false => {
                    Some(
                        site.staging
                            .stage(number, &file.content, &full, file.executable, each)?,
                    )
                }
            };
            before.push(Before {
                head: checked.head,
                missing: checked.missing,
            });
            targets.push(Target {
                path: file.path,
                blob: file.blob,
                executable: file.executable,
                expected: checked.expected,
                staged,
                index: true,
            });
        }
        site.staging.sync(count, site.durability)?;
        Ok((targets, before))
    }

    fn land_staged(
        &self,
        head: Head,
        built: Built,
        checked: Vec<Checked>,
        log: &LogEntry,
        site: &Site,
        ahead: Option<Ahead>,
    ) -> Result<Landing> {
        let Site {
            desk,
            staging,
            durability,
        } = site;
        let durability = *durability;
        let Some(new) = built.commits.last().copied() else {
            return Ok(Landing::Landed(Vec::new()));
        };
        let (mut targets, before) = self.stage(checked, site)?;
        self.step(CrashPoint::FilesStaged);

        let tmp = desk.tmp();
        let (mut index_lock, ahead) = Ahead::prepare_lock(
            ahead,
            tmp.join("index-lock"),
            self.lock_path(&LockPlace::Index),
            durability,
        )?;
        self.step(CrashPoint::LockPrepared);
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
        let mut index = self.edit_index(index_lock, desk, ahead)?;
        for (target, before) in targets.iter().zip(&before) {
            let path = self.repo_path(&target.path);
            // A hand edit that is taken over may have been staged as it is.
            let adopted = index
                .state(&path)
                .content()
                .is_some_and(|blob| Some(blob) == target.expected);
            let staged = if adopted {
                None
            } else {
                index.staged_edit(&path, before.head)
            };
            let edit = staged.or_else(|| {
                let sparse = matches!(
                    index.state(&path),
                    IndexState::Entry {
                        skip_worktree: true,
                        ..
                    }
                );
                (before.missing && !sparse).then_some(Edit::Deleted)
            });
            if let Some(edit) = edit {
                return Err(StoreError::HandEdit {
                    path: target.path.clone(),
                    edit,
                });
            }
            index.set(&path, target.blob, target.executable, None)?;
        }
        index.follow(built.trees);
        index.write()?;
        self.step(CrashPoint::IndexWritten);

        if !head_move.acquire(self.options.lock_patience)? {
            note(index.lock(), &head_move)?;
        }
        self.step(CrashPoint::RefLocked);
        if let Some(pack) = built.pack {
            // Nobody can move it from here on, and a pack that came too late
            // would lie about.
            if self.head()? != head {
                return Ok(Landing::HeadMoved);
            }
            pack.publish(self, durability)?;
        }
        if !head_move.commit(log, durability)? {
            return Ok(Landing::HeadMoved);
        }
        let mut warnings = Vec::new();
        let finished = HeadMove::sync(self, &head, durability).and_then(|()| {
            self.step(CrashPoint::RefSynced);
            let placed = self.settle(index, &mut targets, desk, durability, &mut warnings)?;
            self.finish(new, desk)?;
            self.note_index(placed, durability)
        });
        if let Err(error) = finished {
            warnings.push(Warning::Unfinished(error));
        }
        Ok(Landing::Landed(warnings))
    }

    pub(super) fn edit_index(
        &self,
        lock: GitLock,
        desk: &Desk,
        ahead: Option<Ahead>,
    ) -> Result<IndexEdit> {
        let top = self.repo.workdir().unwrap_or(&self.root);
        let habit = self.index_habit()?;
        IndexEdit::begin(lock, self.index_path(), desk.folder(), top, ahead, habit)
    }

    fn index_habit(&self) -> Result<Habit> {
        // As git does it.
        let skips_hash = match self.flag("index.skipHash")? {
            Some(skips) => skips,
            None => self.flag("feature.manyFiles")?.unwrap_or(false),
        };
        Ok(Habit {
            skips_hash,
            patched_from: self.options.patched_from,
        })
    }

    fn index_path(&self) -> PathBuf {
        self.git_dir().join("index")
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
