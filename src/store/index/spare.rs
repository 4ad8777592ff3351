//! The index file that was replaced last, kept to become the next one.
//!
//! Two generations of a large index differ in some hundred bytes. So the one
//! that is replaced stays, under a second name, with notes of what differs; the
//! next change brings those places up to date, makes its own, and puts the file
//! back in the place of the index, which is the next spare then. Ten megabytes
//! are neither read nor written.
//!
//! | what may go wrong | what keeps it from harm |
//! |---|---|
//! | another program wrote the index | the notes fit no other file than ours |
//! | somebody still reads the spare | it is only written to under a lease, see [`lease`] |
//! | a backup shares the file by a hard link | it is only written to where it has one name |
//! | the program ends half way | taking a spare takes its name; notes are written last |
//! | the power is cut | notes are of no use after the next start of the machine, and a change that is synced builds on no index that was not |
//!
//! Where there is any doubt, the index is written as a whole, as a small one is
//! always.

use std::fs::{self, File, OpenOptions};
use std::os::unix::fs::{MetadataExt, OpenOptionsExt};
use std::path::{Path, PathBuf};

use serde::{Deserialize, Serialize};

use super::lease;
use super::rewrite::Known;
use super::seen::Seen;
use crate::store::durable;
use crate::store::{Durability, Result, StoreError};

/// Of the notes; those of another version are not read.
const FORMAT: u32 = 1;

/// With more young entries than that, the next change reads them all anyway.
const MOST_YOUNG: usize = 512;

/// What is known of the index and of the one before it.
#[derive(Debug, Serialize, Deserialize)]
struct Notes {
    format: u32,
    boot: String,
    /// Whether the index was brought to the disk, and its name too.
    synced: bool,
    index: Seen,
    spare: Seen,
    known: Known,
}

/// Where the spare is kept, and its notes.
#[derive(Debug, Clone)]
pub(super) struct Place {
    folder: PathBuf,
}

impl Place {
    /// In our folder.
    pub(super) fn in_folder(folder: &Path) -> Self {
        Self {
            folder: folder.to_owned(),
        }
    }

    fn spare(&self) -> PathBuf {
        self.folder.join("index-spare")
    }

    fn notes(&self) -> PathBuf {
        self.folder.join("index-notes")
    }

    /// The spare of an index, if the notes are about these two.
    pub(super) fn find(&self, index: &Seen) -> Option<Spare> {
        let text = fs::read(self.notes()).ok()?;
        let notes: Notes = serde_json::from_slice(&text).ok()?;
        let fits =
            notes.format == FORMAT && notes.index == *index && notes.boot == durable::boot()?;
        fits.then(|| Spare {
            place: self.clone(),
            notes,
        })
    }

    /// Removes the spare, if there is one.
    pub(super) fn clear(&self) -> Result<()> {
        durable::remove(&self.spare())?;
        durable::remove(&self.notes())
    }

    /// Keeps an index that is about to be replaced. Returns whether that worked:
    /// what is for speed only is no reason to fail.
    pub(super) fn keep(&self, index: &Path) -> bool {
        fs::hard_link(index, self.spare()).is_ok()
    }

    /// Writes down what is known of an index in its place, and of the spare.
    pub(super) fn note(
        &self,
        index: &File,
        spare: &File,
        mut known: Known,
        durability: Durability,
    ) -> Result<()> {
        let look = |file: &File| file.metadata().map(|meta| Seen::of(&meta));
        let failed = StoreError::io("look at", self.notes());
        let (index, spare) = look(index)
            .and_then(|index| Ok((index, look(spare)?)))
            .map_err(failed)?;
        // As many bits as the entries have.
        let limit = index.mtime() as u32;
        known.young.retain(|(_, mtime)| *mtime >= limit);
        let (Some(boot), true) = (durable::boot(), known.young.len() <= MOST_YOUNG) else {
            return Ok(());
        };
        // Entries that were older than the index then may be as young as this.
        if index.mtime() < known.since {
            return Ok(());
        }
        let notes = Notes {
            format: FORMAT,
            boot,
            synced: durability.is_safe(),
            index,
            spare,
            known,
        };
        let text = serde_json::to_vec(&notes).map_err(|error| StoreError::Git {
            action: "write down what the index holds",
            detail: error.to_string(),
        })?;
        let twin = self.folder.join("tmp").join("index-notes");
        durable::replace(&self.notes(), &twin, &text, Durability::Fast)
    }
}

/// An index file that may become the next one.
#[derive(Debug)]
pub(in crate::store) struct Spare {
    place: Place,
    notes: Notes,
}

impl Spare {
    /// Takes it away, to another name, open and for us alone. `None` where it
    /// is not as it was left, or not to be had.
    pub(super) fn take(&self, name: &Path, durability: Durability) -> Option<File> {
        let notes = &self.notes;
        // On the disk, the index may still be this very file.
        if durability.is_safe() && !notes.synced {
            return None;
        }
        let path = self.place.spare();
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .custom_flags(libc::O_NOFOLLOW)
            .open(&path)
            .ok()?;
        let alone = lease::take(&file);
        let meta = file.metadata().ok()?;
        let untouched = Seen::of(&meta) == notes.spare && meta.nlink() == 1;
        if !alone || !untouched || !notes.spare.serves_like(&notes.index) {
            return None;
        }
        fs::rename(&path, name).ok()?;
        Some(file)
    }

    /// What is known of the index, where it and the file that was taken are
    /// those of the notes.
    pub(super) fn known(self, index: &Seen, taken: &File) -> Option<Known> {
        let taken = taken.metadata().ok()?;
        let fits = self.notes.index == *index && self.notes.spare.is_file(&taken);
        fits.then_some(self.notes.known)
    }
}
