//! Reading a large index beside what comes before it is needed, or finding out
//! that it need not be read.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread::{self, JoinHandle};

use super::Habit;
use super::bytes::{Content, SMALL};
use super::file::Odd;
use super::rewrite::Rewrite;
use super::seen::Seen;
use super::spare::{Place, Spare};
use crate::store::lock::GitLock;
use crate::store::{Durability, StoreError};

/// An index that was looked at before its lock is taken: what was found counts
/// if it is then still the same file.
#[derive(Debug)]
pub(in crate::store) struct Ahead {
    seen: Seen,
    found: Found,
}

#[derive(Debug)]
enum Found {
    /// It is being read. That a program holds it keeps its inode from being
    /// used again.
    Whole(JoinHandle<Option<Result<Rewrite, Odd>>>),
    /// It is known, and there is a file to be made the next one, or there was.
    Spare(Box<Spare>),
}

impl Ahead {
    /// Begins with a large index. `None` where that is not worth it or fails;
    /// it is read, and any failure told, under the lock.
    pub(in crate::store) fn start(path: &Path, folder: &Path, habit: Habit) -> Option<Self> {
        let file = File::open(path).ok()?;
        let meta = file.metadata().ok()?;
        let seen = Seen::of(&meta);
        if habit.patches(meta.len())
            && let Some(spare) = Place::in_folder(folder).find(&seen)
        {
            let found = Found::Spare(Box::new(spare));
            return Some(Self { seen, found });
        }
        if meta.len() <= SMALL {
            return None;
        }
        let read = move || {
            let content = Content::read(&file, &meta, !habit.skips_hash).ok()?;
            Some(Rewrite::of(content, meta.mtime(), habit.skips_hash))
        };
        let thread = thread::Builder::new().spawn(read).ok()?;
        let found = Found::Whole(thread);
        Some(Self { seen, found })
    }

    /// The file that is to be the next index: the spare, if it is to be had. If
    /// not, nothing is known ahead of it any more: a new file may have the number
    /// of one that is gone.
    pub(in crate::store) fn prepare_lock(
        ahead: Option<Self>,
        twin: PathBuf,
        path: PathBuf,
        durability: Durability,
    ) -> Result<(GitLock, Option<Self>), StoreError> {
        let ahead = match ahead {
            Some(Self {
                seen,
                found: Found::Spare(spare),
            }) => match spare.take(&twin, durability) {
                Some(file) => {
                    let found = Found::Spare(spare);
                    let lock = GitLock::with(file, twin, path);
                    return Ok((lock, Some(Self { seen, found })));
                }
                None => None,
            },
            whole => whole,
        };
        Ok((GitLock::prepare(twin, path)?, ahead))
    }

    /// What was read or is known, if a file is, unchanged, the one that was
    /// looked at, and `next` the one that may be made of it.
    pub(super) fn of(
        self,
        file: &File,
        meta: &Metadata,
        next: &File,
    ) -> Option<Result<Rewrite, Odd>> {
        if self.seen != Seen::of(meta) {
            return None;
        }
        match self.found {
            // A thread that ended badly has read nothing.
            Found::Whole(thread) => thread.join().ok().flatten(),
            Found::Spare(spare) => {
                let known = spare.known(&self.seen, next)?;
                let content = Content::mapped(file).ok()?;
                Rewrite::known(content, self.seen.mtime(), known)
                    .ok()
                    .map(Ok)
            }
        }
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::super::blocks::Blocks;
    use super::super::file::IndexFile;
    use super::super::rewrite::Known;
    use super::*;
    use sha1::{Digest, Sha1};
    use std::fs;

    /// An index of one large extension.
    fn index(length: usize) -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02\0\0\0\0XTRA".to_vec();
        bytes.extend_from_slice(&(length as u32).to_be_bytes());
        bytes.resize(bytes.len() + length, 7);
        let sum = Sha1::digest(&bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    #[test]
    fn a_large_file_is_read_ahead_and_known_again() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("index");
        let large = SMALL as usize;
        fs::write(&path, index(large)).unwrap();
        let habit = Habit {
            skips_hash: false,
            patched_from: 0,
        };
        let start = || Ahead::start(&path, folder.path(), habit);
        let next = tempfile::tempfile().unwrap();
        let now = |ahead: Ahead| {
            let file = File::open(&path).unwrap();
            ahead.of(&file, &file.metadata().unwrap(), &next)
        };
        assert!(matches!(now(start().unwrap()), Some(Ok(_))));
        let ahead = start().unwrap();
        let other = folder.path().join("other");
        fs::write(&other, index(large)).unwrap();
        fs::rename(other, &path).unwrap();
        assert!(now(ahead).is_none());
        fs::write(&path, index(10)).unwrap();
        assert!(start().is_none());
    }

    #[test]
    fn nothing_is_known_of_a_new_file_that_has_the_number_of_the_spare() {
        let folder = tempfile::tempdir().unwrap();
        let [index, spare] = ["index", "index-spare"].map(|name| folder.path().join(name));
        fs::create_dir(folder.path().join("tmp")).unwrap();
        for path in [&index, &spare] {
            fs::write(path, IndexFile::empty()).unwrap();
        }
        let known = Known {
            blocks: Blocks::of([12].into_iter(), 12),
            stale: Vec::new(),
            young: Vec::new(),
            since: 0,
        };
        let place = Place::in_folder(folder.path());
        let [index, open] = [&index, &spare].map(|path| File::open(path).unwrap());
        place.note(&index, &open, known, Durability::Safe).unwrap();
        let habit = Habit {
            skips_hash: true,
            patched_from: 0,
        };
        let ahead = Ahead::start(&folder.path().join("index"), folder.path(), habit);
        assert!(ahead.is_some());
        // Gone, as after a crash that was mended.
        fs::remove_file(spare).unwrap();
        let [twin, path] = ["tmp/index-lock", "index.lock"].map(|name| folder.path().join(name));
        let taken = Ahead::prepare_lock(ahead, twin, path, Durability::Safe);
        let (lock, ahead) = taken.unwrap();
        assert_eq!(lock.file().metadata().unwrap().len(), 0);
        assert!(ahead.is_none());
    }
}
