//! The bytes of an index file, read and written, and whether its checksum fits
//! them.

use std::fs::{File, Metadata};
use std::io::{self, BufWriter, Read, Seek, SeekFrom, Write};
use std::ops::Deref;
use std::os::unix::fs::FileExt;
use std::sync::Arc;
use std::thread::{self, JoinHandle};

use memmap2::{Mmap, MmapOptions};
use sha1::{Digest, Sha1};

use super::file::{Odd, TRAILER};

/// A file up to this size is read and hashed faster than it is mapped and a
/// thread starts.
pub(super) const SMALL: u64 = 256 << 10;

/// Hashing leaves a mark each so many bytes, from which it can go on.
const STEP: usize = 64 << 10;

/// The content of a file.
#[derive(Debug)]
pub(super) enum Bytes {
    Read(Vec<u8>),
    Mapped(Mmap),
}

impl Deref for Bytes {
    type Target = [u8];

    fn deref(&self) -> &[u8] {
        match self {
            Self::Read(bytes) => bytes,
            Self::Mapped(map) => map,
        }
    }
}

impl Bytes {
    fn of(mut file: &File, length: u64) -> io::Result<Self> {
        if length > SMALL {
            return Self::map(file, MmapOptions::new().populate());
        }
        let mut bytes = Vec::new();
        file.read_to_end(&mut bytes)?;
        Ok(Self::Read(bytes))
    }

    /// Ten megabytes are mapped in 0.9 ms and read in 1.6 ms, best of nine; read
    /// into fresh memory it is more, for its page faults.
    #[expect(
        unsafe_code,
        reason = "an index is replaced by another file, by git and by us, and not written to \
                  while it is the index, nor as a spare while anybody has it mapped, so the \
                  bytes stay; git maps it as well. Who cuts it short by hand ends this program, \
                  which is as if it were killed: the next command mends"
    )]
    fn map(file: &File, options: &MmapOptions) -> io::Result<Self> {
        // SAFETY: see the reason above.
        unsafe { options.map(file) }.map(Self::Mapped)
    }
}

/// What hashing a file found out.
#[derive(Debug)]
struct Hashed {
    /// Whether the checksum is right.
    right: bool,
    /// The hash of the first `n * STEP` bytes.
    marks: Vec<Sha1>,
}

impl Hashed {
    fn of(bytes: &[u8]) -> Self {
        let (body, trailer) = bytes.split_at(bytes.len().saturating_sub(TRAILER));
        let mut hash = Sha1::new();
        let mut marks = Vec::with_capacity(body.len() / STEP + 1);
        for part in body.chunks(STEP) {
            marks.push(hash.clone());
            hash.update(part);
        }
        Self {
            right: hash.finalize().as_slice() == trailer,
            marks,
        }
    }
}

/// The checksum of a file: being reckoned, or reckoned.
#[derive(Debug)]
enum Sum {
    Running(JoinHandle<Hashed>),
    Done(Hashed),
    Unknown,
}

/// An index file that was read.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) bytes: Arc<Bytes>,
    sum: Sum,
}

impl Content {
    /// Of bytes that are in no file.
    pub(super) fn of(bytes: Vec<u8>) -> Self {
        Self {
            bytes: Arc::new(Bytes::Read(bytes)),
            sum: Sum::Unknown,
        }
    }

    /// Reads a file. A large one is hashed beside what comes next, unless
    /// nobody will ask.
    pub(super) fn read(file: &File, meta: &Metadata, hashes: bool) -> io::Result<Self> {
        let bytes = Arc::new(Bytes::of(file, meta.len())?);
        let sum = match &*bytes {
            Bytes::Mapped(map) if hashes && !skips_hash(map) => {
                let bytes = Arc::clone(&bytes);
                // Without a thread it is hashed when the hash is needed.
                thread::Builder::new()
                    .spawn(move || Hashed::of(&bytes))
                    .map_or(Sum::Unknown, Sum::Running)
            }
            _ => Sum::Unknown,
        };
        Ok(Self { bytes, sum })
    }

    /// A file of which little will be looked at, and nothing hashed.
    pub(super) fn mapped(file: &File) -> io::Result<Self> {
        Ok(Self {
            bytes: Arc::new(Bytes::map(file, &MmapOptions::new())?),
            sum: Sum::Unknown,
        })
    }

    /// The hash of the first bytes: `at` at most, and how many they are. [`Odd`]
    /// where the file's checksum is wrong.
    pub(super) fn hashed_to(&mut self, at: usize) -> Result<(Sha1, usize), Odd> {
        let hashed = match std::mem::replace(&mut self.sum, Sum::Unknown) {
            Sum::Done(hashed) => hashed,
            // A thread that ended badly has found nothing out.
            Sum::Running(thread) => thread.join().unwrap_or_else(|_| Hashed::of(&self.bytes)),
            Sum::Unknown => Hashed::of(&self.bytes),
        };
        let right = hashed.right;
        let step = (at / STEP).min(hashed.marks.len().saturating_sub(1));
        let mark = hashed.marks.get(step).cloned();
        self.sum = Sum::Done(hashed);
        match (right, mark) {
            (true, Some(mark)) => Ok((mark, step * STEP)),
            (true, None) => Ok((Sha1::new(), 0)),
            (false, _) => Err(Odd),
        }
    }
}

/// Whether git writes zeros in place of a checksum.
pub(super) fn skips_hash(bytes: &[u8]) -> bool {
    bytes.ends_with(&[0; TRAILER])
}

/// Makes these bytes the content of a file.
pub(super) fn fill<'b>(
    mut file: &File,
    length: usize,
    chunks: impl IntoIterator<Item = &'b [u8]>,
) -> io::Result<()> {
    file.seek(SeekFrom::Start(0))?;
    // Small chunks are put together, large ones pass.
    let mut out = BufWriter::with_capacity(64 << 10, file);
    for chunk in chunks {
        out.write_all(chunk)?;
    }
    out.flush()?;
    file.set_len(length as u64)
}

/// Writes these bytes to their places in a file.
pub(super) fn patch<'b>(
    file: &File,
    length: usize,
    patches: impl IntoIterator<Item = (usize, &'b [u8])>,
) -> io::Result<()> {
    for (at, bytes) in patches {
        file.write_all_at(bytes, at as u64)?;
    }
    file.set_len(length as u64)
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    fn sealed(length: usize) -> Vec<u8> {
        let mut bytes: Vec<u8> = (0..length).map(|n| (n % 251) as u8).collect();
        let sum = Sha1::digest(&bytes);
        bytes.extend_from_slice(&sum);
        bytes
    }

    #[test]
    fn a_hash_goes_on_from_the_last_mark() {
        for length in [0, 1, STEP - 1, STEP, 3 * STEP + 7] {
            let bytes = sealed(length);
            let body = bytes.get(..length).unwrap();
            let mut content = Content::of(bytes.clone());
            for at in [0, 1, STEP, STEP + 1, length] {
                let (mut hash, hashed) = content.hashed_to(at).unwrap();
                assert!(hashed <= at && (at > length || at - hashed <= STEP));
                hash.update(&body[hashed..]);
                assert_eq!(hash.finalize(), Sha1::digest(body), "{length} {at}");
            }
        }
    }

    #[test]
    fn a_wrong_checksum_is_noticed() {
        let mut bytes = sealed(2 * STEP);
        bytes[STEP + 5] ^= 1;
        assert!(Content::of(bytes).hashed_to(0).is_err());
    }
}
