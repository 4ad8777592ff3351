//! Finishing or clearing away what an interrupted command left.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::durable;
use super::index::{IndexEdit, Placed};
use super::journal::{Desk, FileNote, Found, Journal, LockNote, LockPlace};
use super::lock::{GitLock, Inode};
use super::pack;
use super::settle::{Target, file_notes, lock_note};
use super::worktree::{self, Placement, Staged, Staging, WorkFile};
use super::{
    BlobId, CommitId, Durability, IndexState, Result, Snapshot, Store, StoreError, Warning,
};

/// What was mended.
#[derive(Debug, Default)]
pub struct Mended {
    /// The commit whose change was finished; `None` where the interrupted
    /// change had not been committed, so that only its remains were removed.
    pub finished: Option<CommitId>,
    /// Files that were brought up to date, in work tree or index.
    pub paths: Vec<String>,
    /// Locks of git that were removed. They were our own.
    pub locks: Vec<PathBuf>,
    /// Edits by hand that were met on the way.
    pub warnings: Vec<Warning>,
}

/// A file that an interrupted change wrote, and that nobody wrote since.
struct Change {
    path: String,
    old: Option<BlobId>,
    new: BlobId,
    executable: bool,
}

impl Store {
    /// Finishes what an interrupted command left, as the next change would.
    /// `None` where there is nothing.
    ///
    /// # Errors
    /// [`StoreError::Busy`] and [`StoreError::Io`]; what was left stays for the
    /// next attempt.
    pub fn mend(&self) -> Result<Option<Mended>> {
        let _lock = self.lock()?;
        let mended = self.mend_locked(self.durability()?)?;
        // Files that were staged before there was a journal.
        let desk = Desk::of(self.git_dir());
        if desk.tmp().is_dir() {
            Staging::choose(&desk.tmp(), &self.root)?.sweep()?;
            desk.sweep()?;
        }
        Ok(mended)
    }

    /// The journal, and nothing else, says what to mend. That a file or an
    /// index entry is older than `HEAD` says nothing: `git revert -n` and `git
    /// reset --soft` leave just that, on purpose.
    pub(super) fn mend_locked(&self, durability: Durability) -> Result<Option<Mended>> {
        pack::sweep(&self.packs())?;
        let desk = Desk::of(self.git_dir());
        match desk.read()? {
            Found::Nothing => Ok(None),
            Found::Torn => {
                desk.clear()?;
                desk.sweep()?;
                Ok(Some(Mended::default()))
            }
            Found::Change(journal) if journal.prefix != self.prefix => {
                let sibling = self.sibling(&journal.prefix)?;
                sibling.mend_change(journal, &desk, durability).map(Some)
            }
            Found::Change(journal) => self.mend_change(journal, &desk, durability).map(Some),
        }
    }

    /// Another desk in the same work tree.
    fn sibling(&self, prefix: &str) -> Result<Self> {
        let repo = git2::Repository::open(self.git_dir())
            .map_err(StoreError::git("open the repository"))?;
        let top = repo.workdir().unwrap_or(&self.root);
        let top = fs::canonicalize(top).map_err(StoreError::io("open", top))?;
        Ok(Self {
            root: top.join(prefix),
            prefix: prefix.to_owned(),
            options: self.options.clone(),
            repo,
        })
    }

    fn mend_change(&self, journal: Journal, desk: &Desk, durability: Durability) -> Result<Mended> {
        let mut mended = Mended::default();
        for note in &journal.locks {
            if self.is_ours(note, desk)? {
                let path = self.lock_path(&note.place);
                durable::remove(&path)?;
                mended.locks.push(path);
            }
        }
        desk.create()?;
        // The desk's folder may be gone by now, and what waited in it.
        let staging = match self.root.is_dir() {
            true => Some(Staging::choose(&desk.tmp(), &self.root)?),
            false => None,
        };
        match (journal.new, staging) {
            (Some(new), Some(staging)) if self.head_has(new)? => {
                mended.finished = Some(new);
                let head = self.snapshot()?;
                let changes = self.changes_to_finish(&journal, new, &head)?;
                self.rescue_displaced(&journal, &changes, desk, &mut mended)?;
                staging.sweep()?;
                desk.sweep()?;
                let placed = match changes.is_empty() {
                    true => None,
                    false => Some(self.finish_change(
                        journal,
                        changes,
                        desk,
                        &staging,
                        durability,
                        &mut mended,
                    )?),
                };
                self.finish(head.commit().unwrap_or(new), desk)?;
                if let Some(placed) = placed {
                    self.note_index(placed, durability)?;
                }
            }
            (_, staging) => {
                staging.map_or(Ok(()), |staging| staging.sweep())?;
                desk.clear()?;
                desk.sweep()?;
            }
        }
        Ok(mended)
    }

    /// Whether a lock of git is the one that a journal tells of. As long as its
    /// first link exists, nobody else's file can have its inode.
    pub(super) fn is_ours(&self, note: &LockNote, desk: &Desk) -> Result<bool> {
        let inode = |path: &Path| match fs::symlink_metadata(path) {
            Ok(meta) => Ok(Some(Inode::of(&meta))),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(None),
            Err(error) => Err(StoreError::io("look at", path)(error)),
        };
        let twin = inode(&desk.tmp().join(&note.twin))?;
        let there = inode(&self.lock_path(&note.place))?;
        Ok(twin.is_some() && there == Some(note.inode))
    }

    fn head_has(&self, commit: CommitId) -> Result<bool> {
        let Some(head) = self.head()?.commit else {
            return Ok(false);
        };
        if head == commit {
            return Ok(true);
        }
        if self.repo.find_commit(commit.0).is_err() {
            return Ok(false);
        }
        self.repo
            .graph_descendant_of(head.0, commit.0)
            .map_err(StoreError::git("walk the history"))
    }

    fn changes_to_finish(
        &self,
        journal: &Journal,
        new: CommitId,
        head: &Snapshot<'_>,
    ) -> Result<Vec<Change>> {
        let mut changes = Vec::new();
        let base = self.snapshot_of(journal.base)?;
        self.snapshot_at(new)?
            .diff::<StoreError>(&base, "", |path, old, new| {
                // Whoever committed the path since has seen to the file.
                if let (Some(new), Some(now)) = (new, head.file(path)?)
                    && now.id == new
                {
                    changes.push(Change {
                        path: path.to_owned(),
                        old,
                        new,
                        executable: now.is_executable(),
                    });
                }
                Ok(())
            })?;
        Ok(changes)
    }

    /// A crash right after an exchange may have left, among our temporary
    /// files, what a user saved in that instant.
    fn rescue_displaced(
        &self,
        journal: &Journal,
        changes: &[Change],
        desk: &Desk,
        mended: &mut Mended,
    ) -> Result<()> {
        for note in &journal.files {
            let location = if note.beside {
                self.root.join(&note.staged)
            } else {
                desk.tmp().join(&note.staged)
            };
            let Some(found) = worktree::hash_of(&location)? else {
                continue;
            };
            let change = changes.iter().find(|change| change.path == note.path);
            let known = change
                .is_some_and(|change| found == change.new || Some(found) == change.old)
                || Some(found) == note.expected;
            if known {
                continue;
            }
            // Back into place, where our file is what took that place.
            if let (Some(change), Some(mut edit)) = (change, Staged::existing(&location)?)
                && edit.place(&self.root, &note.path, Some(change.new))? != Placement::Edited
            {
                mended.warnings.push(Warning::Edited {
                    path: note.path.clone(),
                });
                continue;
            }
            mended.warnings.push(Warning::Kept {
                path: note.path.clone(),
                file: desk.keep(&location, &note.path)?,
            });
        }
        Ok(())
    }

    fn finish_change(
        &self,
        journal: Journal,
        changes: Vec<Change>,
        desk: &Desk,
        staging: &Staging,
        durability: Durability,
        mended: &mut Mended,
    ) -> Result<Placed> {
        let mut lock = GitLock::prepare(
            desk.tmp().join("index-lock"),
            self.lock_path(&LockPlace::Index),
        )?;
        let note = |lock: &GitLock, files: &[FileNote]| -> Result<()> {
            let journal = Journal {
                locks: vec![lock_note(lock, LockPlace::Index)?],
                files: files.to_vec(),
                ..journal.clone()
            };
            desk.write(&journal, durability)
        };
        note(&lock, &journal.files)?;
        if !lock.acquire(self.options.lock_patience)? {
            note(&lock, &journal.files)?;
        }
        let index = self.edit_index(lock, desk, None)?;
        let mut targets = Vec::new();
        for change in changes {
            let adopted = journal
                .files
                .iter()
                .find(|note| note.path == change.path)
                .and_then(|note| note.expected);
            let (file, entry) = self.leftover(&change, adopted, &index)?;
            if file != Leftover::Stale && entry != Leftover::Stale {
                continue;
            }
            let mut target = Target {
                expected: None,
                staged: None,
                index: entry != Leftover::Foreign,
                path: change.path,
                blob: change.new,
                executable: change.executable,
            };
            if file == Leftover::Stale {
                let full = self.disk_path(&target.path);
                let content = self.read_blob(target.blob)?;
                let number = targets.len();
                target.expected = worktree::hash_of(&full)?;
                target.staged =
                    Some(staging.stage(number, &content, &full, target.executable, durability)?);
            }
            mended.paths.push(target.path.clone());
            targets.push(target);
        }
        let mut files = file_notes(&targets, staging.beside);
        // Until all is done, the next attempt must know what was adopted.
        files.extend(
            journal
                .files
                .iter()
                .filter(|old| {
                    old.expected.is_some() && !targets.iter().any(|target| target.path == old.path)
                })
                .cloned(),
        );
        note(index.lock(), &files)?;
        self.settle(index, &mut targets, desk, durability, &mut mended.warnings)
    }

    /// How far a change got with the file and the index entry of a path.
    fn leftover(
        &self,
        change: &Change,
        adopted: Option<BlobId>,
        index: &IndexEdit,
    ) -> Result<(Leftover, Leftover)> {
        let judge = |found: Option<BlobId>, before: Option<BlobId>| {
            if found == Some(change.new) {
                Leftover::Done
            } else if found == change.old || (found.is_some() && found == before) {
                Leftover::Stale
            } else {
                Leftover::Foreign
            }
        };
        let path = self.repo_path(&change.path);
        let entry = match index.state(&path) {
            IndexState::Absent if index.is_blocked(&path) => Leftover::Foreign,
            IndexState::Absent => judge(None, None),
            IndexState::Entry {
                blob,
                intent_to_add: false,
                ..
            } => judge(Some(blob), adopted),
            _ => Leftover::Foreign,
        };
        let file = match worktree::look(&self.root, &change.path) {
            Ok(WorkFile::Absent) => judge(None, None),
            Ok(WorkFile::File(bytes)) => judge(BlobId::of(&bytes), adopted),
            Ok(_) | Err(StoreError::WrongKind { .. }) => Leftover::Foreign,
            Err(error) => return Err(error),
        };
        Ok((file, entry))
    }
}

/// What an interrupted change left at a place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Leftover {
    /// The new content.
    Done,
    /// What was there before.
    Stale,
    /// Something else, which is the user's and stays.
    Foreign,
}
