//! Looking at hand edits and at damage, for `adopt` and `doctor`.

use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::index;
use super::journal::{Desk, Found, LockPlace};
use super::worktree::{self, WorkFile};
use super::{BlobId, CommitId, Result, Store, StoreError, path};

/// What git's index has at a path.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum IndexState {
    /// Nothing.
    Absent,
    /// An entry.
    Entry {
        /// Its content.
        blob: BlobId,
        /// Only announced, by `git add -N`.
        intent_to_add: bool,
        /// Left out of the work tree by a sparse checkout.
        skip_worktree: bool,
        /// The user told git not to look at the file.
        assume_unchanged: bool,
    },
    /// The sides of an unresolved merge.
    Conflict,
}

impl IndexState {
    /// The content of a plain entry.
    pub(super) fn content(self) -> Option<BlobId> {
        match self {
            Self::Entry {
                blob,
                intent_to_add: false,
                ..
            } => Some(blob),
            Self::Entry { .. } | Self::Absent | Self::Conflict => None,
        }
    }
}

/// A path in the three places where git has it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathState {
    /// The content in `HEAD`.
    pub head: Option<BlobId>,
    /// The index.
    pub index: IndexState,
    /// The file on disk.
    pub worktree: WorkFile,
}

impl PathState {
    /// Whether the three agree.
    #[must_use]
    pub fn is_clean(&self) -> bool {
        let (blob, skipped) = match self.index {
            IndexState::Absent => (None, false),
            IndexState::Entry {
                intent_to_add: true,
                ..
            }
            | IndexState::Conflict => return false,
            IndexState::Entry {
                blob,
                skip_worktree,
                ..
            } => (Some(blob), skip_worktree),
        };
        let on_disk = match &self.worktree {
            WorkFile::Absent if skipped => blob,
            WorkFile::Absent => None,
            WorkFile::File(bytes) => BlobId::of(bytes),
            _ => return false,
        };
        self.head == blob && on_disk == blob
    }
}

/// What is out of order around a desk.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Diagnosis {
    /// A command was interrupted; this is the commit it was making, where its
    /// journal is readable. [`Store::mend`] sees to it.
    pub interrupted: Option<Option<CommitId>>,
    /// Locks of git that an interrupted command of ours left.
    pub own_locks: Vec<PathBuf>,
    /// Locks of git that someone else holds, or left.
    pub foreign_locks: Vec<PathBuf>,
    /// Files with bytes that a user saved and that could not be put back.
    pub kept: Vec<PathBuf>,
    /// Files of the desk whose index entry differs from `HEAD`: staged by hand,
    /// or left behind by a program that moved the branch only. Never mended
    /// without being asked.
    pub staged: Vec<String>,
    /// Folders of which the index says that it knows their trees, and has them
    /// wrong: the next plain commit would take changes back. A power cut can do
    /// that where changes are not synced. Only looked for where nothing is
    /// staged.
    pub mistaken: Vec<String>,
}

impl Store {
    /// How a path stands in `HEAD`, index and work tree.
    ///
    /// # Errors
    /// [`StoreError::WrongKind`] where `HEAD` has something else than a file,
    /// or a folder on the way is none, [`StoreError::Unsupported`].
    pub fn state(&self, path: &str) -> Result<PathState> {
        path::check(path)?;
        let index = index::open(&self.git_dir().join("index"))?;
        Ok(PathState {
            head: self.snapshot()?.blob(path)?,
            index: index::state(&index, &self.repo_path(path)),
            worktree: worktree::look(&self.root, path)?,
        })
    }

    /// Looks for what is out of order, and changes nothing.
    ///
    /// # Errors
    /// [`StoreError::Io`], [`StoreError::Unsupported`].
    pub fn diagnose(&self) -> Result<Diagnosis> {
        // Alone, or a change that is being made right now looks interrupted.
        let _lock = self.lock()?;
        let desk = Desk::of(self.git_dir());
        let mut diagnosis = Diagnosis::default();
        let journal = match desk.read()? {
            Found::Nothing => None,
            Found::Torn => {
                diagnosis.interrupted = Some(None);
                None
            }
            Found::Change(journal) => {
                diagnosis.interrupted = Some(journal.new);
                Some(journal)
            }
        };
        for note in journal.iter().flat_map(|journal| &journal.locks) {
            if self.is_ours(note, &desk)? {
                diagnosis.own_locks.push(self.lock_path(&note.place));
            }
        }
        let mut places = vec![LockPlace::Index, LockPlace::Head];
        places.extend(self.head()?.branch.map(LockPlace::Branch));
        for path in places.iter().map(|place| self.lock_path(place)) {
            let there = match fs::symlink_metadata(&path) {
                Ok(_) => true,
                Err(error) if error.kind() == ErrorKind::NotFound => false,
                Err(error) => return Err(StoreError::io("look at", path)(error)),
            };
            if there && !diagnosis.own_locks.contains(&path) {
                diagnosis.foreign_locks.push(path);
            }
        }
        diagnosis.kept = files_in(&desk.kept())?;
        diagnosis.staged = self.staged_paths()?;
        if diagnosis.staged.is_empty() {
            diagnosis.mistaken = self.mistaken_folders()?;
        }
        Ok(diagnosis)
    }

    /// Folders of the desk whose tree in the index is not that of `HEAD`. The
    /// entries are those of `HEAD`.
    fn mistaken_folders(&self) -> Result<Vec<String>> {
        let snapshot = self.snapshot()?;
        let mut mistaken = Vec::new();
        for (folder, tree) in index::known_folders(&self.git_dir().join("index"))? {
            let folder = String::from_utf8_lossy(&folder);
            let Some(below) = format!("{folder}/")
                .strip_prefix(&self.prefix)
                .map(|below| below.trim_matches('/').to_owned())
            else {
                continue;
            };
            if snapshot.tree_of(&below)? != Some(tree) {
                mistaken.push(below);
            }
        }
        mistaken.sort();
        Ok(mistaken)
    }

    /// Files of the desk whose index entry differs from `HEAD`.
    fn staged_paths(&self) -> Result<Vec<String>> {
        let index = index::open(&self.git_dir().join("index"))?;
        let mut entries = std::collections::BTreeMap::new();
        for entry in index.iter() {
            let path = String::from_utf8_lossy(&entry.path);
            if let Some(path) = path.strip_prefix(&self.prefix) {
                // A conflict has no entry of stage 0.
                let conflict = entry.flags & index::STAGE_MASK != 0;
                entries.insert(path.to_owned(), (!conflict).then_some(BlobId(entry.id)));
            }
        }
        let mut staged = Vec::new();
        self.snapshot()?
            .walk_entries::<StoreError>("", |path, entry| {
                if entries.remove(path) != Some(Some(entry.id)) {
                    staged.push(path.to_owned());
                }
                Ok(())
            })?;
        staged.extend(entries.into_keys());
        staged.sort();
        Ok(staged)
    }
}

fn files_in(folder: &Path) -> Result<Vec<PathBuf>> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(StoreError::io("read", folder)(error)),
    };
    let mut files = Vec::new();
    for entry in entries {
        files.push(entry.map_err(StoreError::io("read", folder))?.path());
    }
    files.sort();
    Ok(files)
}
