//! Reading a large index beside what comes before it is needed.

use std::fs::{File, Metadata};
use std::os::unix::fs::MetadataExt;
use std::path::Path;
use std::thread::{self, JoinHandle};

use super::bytes::{Content, SMALL};
use super::file::Odd;
use super::rewrite::Rewrite;

/// An index that is being read, before its lock is taken: it counts if it is
/// then still the same file.
#[derive(Debug)]
pub(in crate::store) struct Ahead {
    seen: Seen,
    thread: JoinHandle<Option<Result<Rewrite, Odd>>>,
}

/// A file that is the same in all of this has the same content: that a program
/// holds it keeps its inode from being used again.
#[derive(Debug, PartialEq, Eq)]
struct Seen([i64; 5], [u64; 3]);

impl Seen {
    fn of(meta: &Metadata) -> Self {
        Self(
            [
                meta.mtime(),
                meta.mtime_nsec(),
                meta.ctime(),
                meta.ctime_nsec(),
                i64::from(meta.mode()),
            ],
            [meta.dev(), meta.ino(), meta.size()],
        )
    }
}

impl Ahead {
    /// Begins with a large index. `None` where that is not worth it or fails;
    /// it is read, and any failure told, under the lock.
    pub(in crate::store) fn start(path: &Path, skips_hash: bool) -> Option<Self> {
        let file = File::open(path).ok()?;
        let meta = file.metadata().ok()?;
        if meta.len() <= SMALL {
            return None;
        }
        let seen = Seen::of(&meta);
        let read = move || {
            let content = Content::read(&file, &meta, !skips_hash).ok()?;
            Some(Rewrite::of(content, meta.mtime(), skips_hash))
        };
        let thread = thread::Builder::new().spawn(read).ok()?;
        Some(Self { seen, thread })
    }

    /// What was read, if a file is, unchanged, the one that was read.
    pub(super) fn of(self, meta: &Metadata) -> Option<Result<Rewrite, Odd>> {
        if self.seen != Seen::of(meta) {
            return None;
        }
        // A thread that ended badly has read nothing.
        self.thread.join().ok().flatten()
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

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
        let start = || Ahead::start(&path, false);
        let seen = path.metadata().unwrap();
        assert!(matches!(start().unwrap().of(&seen), Some(Ok(_))));
        let ahead = start().unwrap();
        let other = folder.path().join("other");
        fs::write(&other, index(large)).unwrap();
        fs::rename(other, &path).unwrap();
        assert!(ahead.of(&path.metadata().unwrap()).is_none());
        fs::write(&path, index(10)).unwrap();
        assert!(start().is_none());
    }
}
