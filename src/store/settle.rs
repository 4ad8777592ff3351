//! Bringing work tree and index to a commit that stands: the last steps of a
//! change, and all of mending one.

use std::collections::BTreeSet;

use super::durable;
use super::index::{IndexEdit, Placed};
use super::journal::{Desk, FileNote, LockNote, LockPlace};
use super::lock::GitLock;
use super::worktree::{self, Placement, Staged};
use super::{BlobId, CommitId, CrashPoint, Durability, Result, Store, Warning};

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

impl Store {
    /// Brings files and index to a commit that stands.
    pub(super) fn settle(
        &self,
        mut index: IndexEdit,
        targets: &mut [Target],
        desk: &Desk,
        durability: Durability,
        warnings: &mut Vec<Warning>,
    ) -> Result<Placed> {
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
        index.seal(durability)?;
        self.step(CrashPoint::IndexFinal);
        index.keep_old()?;
        self.step(CrashPoint::SpareKept);
        let placed = index.place(durability)?;
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
        for staged in targets.iter().filter_map(|target| target.staged.as_ref()) {
            durable::remove(&staged.location)?;
        }
        Ok(placed)
    }

    fn sync_folders(&self, targets: &[Target], durability: Durability) -> Result<()> {
        let mut folders = BTreeSet::new();
        for target in targets.iter().filter(|target| target.staged.is_some()) {
            let full = self.disk_path(&target.path);
            // Only a new file can have come with new folders.
            let most = match target.expected {
                Some(_) => 1,
                None => usize::MAX,
            };
            let above = full.ancestors().skip(1).take(most);
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

    /// Writes down what the next change can profit from. Nothing may be done to
    /// the index after that, so it comes last.
    pub(super) fn note_index(&self, placed: Placed, durability: Durability) -> Result<()> {
        placed.note(durability)?;
        self.step(CrashPoint::IndexNoted);
        Ok(())
    }
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
