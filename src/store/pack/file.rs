//! A packfile and its index, written as a stream beside git's own packs.

use std::collections::HashMap;
use std::fs::{self, File, OpenOptions};
use std::io::{BufWriter, ErrorKind, Read, Seek, SeekFrom, Write};
use std::os::unix::fs::{FileExt, PermissionsExt};
use std::path::{Path, PathBuf};

use flate2::{Compress, Compression, Crc, FlushCompress};
use git2::{ObjectType, Oid};
use sha1::{Digest, Sha1};

use super::Stored;
use crate::store::lock::same_file;
use crate::store::{CrashPoint, Durability, Result, Store, StoreError, durable};

/// How the names of unfinished files begin; `git gc` knows `tmp_`.
const UNFINISHED: &str = "tmp_desk-";
const HEADER: &[u8] = b"PACK\0\0\0\x02\0\0\0\0";
/// An offset to an earlier object of the pack stands before the delta.
const OFS_DELTA: u8 = 6;
/// So few bytes are stored as they are. Most are deltas of trees, whose names of
/// objects do not shrink, and zlib clears 64 KiB before each. Storing them saves
/// a sixth of the instructions of a large import, for a pack that is 1 % larger.
const TINY: usize = 96;
/// Offsets from here on go to a table of their own.
const LARGE: u64 = 1 << 31;

/// An object in the pack.
#[derive(Debug, Clone, Copy)]
struct Entry {
    id: Oid,
    crc: u32,
    at: u64,
}

/// A file that goes away unless it is given its final name. While it is
/// locked, its writer lives.
#[derive(Debug)]
struct Unfinished {
    file: File,
    path: PathBuf,
    renamed: bool,
}

impl Unfinished {
    fn create(path: &Path) -> Result<Self> {
        loop {
            let file = OpenOptions::new()
                .read(true)
                .write(true)
                .create(true)
                .truncate(false)
                .open(path)
                .map_err(StoreError::io("create", path))?;
            file.lock().map_err(StoreError::io("lock", path))?;
            let ours = file.metadata().map_err(StoreError::io("look at", path))?;
            // Another command may have swept it away before it was locked.
            if fs::metadata(path).is_ok_and(|there| same_file(&there, &ours)) {
                file.set_len(0).map_err(StoreError::io("shorten", path))?;
                return Ok(Self {
                    file,
                    path: path.to_owned(),
                    renamed: false,
                });
            }
        }
    }

    fn rename(&mut self, target: &Path) -> Result<()> {
        fs::rename(&self.path, target).map_err(StoreError::io("write", target))?;
        self.renamed = true;
        Ok(())
    }
}

impl Drop for Unfinished {
    fn drop(&mut self) {
        if !self.renamed {
            // On the way out of an error; the next command sweeps.
            let _ = durable::remove(&self.path);
        }
    }
}

/// A pack that grows. Objects go to the disk as they come.
pub(in crate::store) struct PackFile {
    out: BufWriter<File>,
    file: Unfinished,
    folder: PathBuf,
    length: u64,
    entries: Vec<Entry>,
    known: HashMap<Oid, Stored>,
    deflate: Compress,
    buffer: Vec<u8>,
}

impl PackFile {
    /// Begins a pack in the folder of packs.
    pub(in crate::store) fn create(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        let path = folder.join(format!("{UNFINISHED}{}.pack", std::process::id()));
        let file = Unfinished::create(&path)?;
        let out = file
            .file
            .try_clone()
            .map_err(StoreError::io("open", &path))?;
        let mut pack = Self {
            out: BufWriter::with_capacity(1 << 18, out),
            file,
            folder: folder.to_owned(),
            length: 0,
            entries: Vec::new(),
            known: HashMap::new(),
            deflate: Compress::new(Compression::fast(), true),
            buffer: Vec::new(),
        };
        pack.append(HEADER)?;
        Ok(pack)
    }

    /// Where an object is, if the pack has it.
    pub(in crate::store) fn find(&self, id: Oid) -> Option<Stored> {
        self.known.get(&id).copied()
    }

    /// Adds an object as it is.
    pub(in crate::store) fn add(
        &mut self,
        kind: ObjectType,
        id: Oid,
        content: &[u8],
    ) -> Result<Stored> {
        let code = match kind {
            ObjectType::Commit => 1,
            ObjectType::Tree => 2,
            _ => 3,
        };
        let head = head(code, content.len());
        self.emit(id, head, content, 0)
    }

    /// Adds an object by how it differs from one that the pack has.
    pub(in crate::store) fn add_delta(
        &mut self,
        id: Oid,
        base: Stored,
        delta: &[u8],
    ) -> Result<Stored> {
        let mut head = head(OFS_DELTA, delta.len());
        let mut distance = self.length - base.at;
        let start = head.len();
        head.push((distance & 127) as u8);
        distance >>= 7;
        while distance > 0 {
            distance -= 1;
            head.push(128 | (distance & 127) as u8);
            distance >>= 7;
        }
        if let Some(offset) = head.get_mut(start..) {
            offset.reverse();
        }
        self.emit(id, head, delta, base.depth + 1)
    }

    fn emit(&mut self, id: Oid, head: Vec<u8>, data: &[u8], depth: u32) -> Result<Stored> {
        let stored = Stored {
            at: self.length,
            depth,
        };
        let mut packed = std::mem::take(&mut self.buffer);
        packed.clear();
        packed.extend_from_slice(&head);
        if data.len() <= TINY {
            store(data, &mut packed);
        } else {
            self.deflate.reset();
            // What does not shrink grows by a few bytes in each block.
            packed.reserve(data.len() + data.len() / 8 + 128);
            let done = self
                .deflate
                .compress_vec(data, &mut packed, FlushCompress::Finish);
            if !matches!(done, Ok(flate2::Status::StreamEnd)) {
                return Err(StoreError::Git {
                    action: "compress an object",
                    detail: format!("{done:?}"),
                });
            }
        }
        let mut crc = Crc::new();
        crc.update(&packed);
        self.append(&packed)?;
        self.buffer = packed;
        self.entries.push(Entry {
            id,
            crc: crc.sum(),
            at: stored.at,
        });
        self.known.insert(id, stored);
        Ok(stored)
    }

    fn append(&mut self, bytes: &[u8]) -> Result<()> {
        self.length += bytes.len() as u64;
        self.out
            .write_all(bytes)
            .map_err(StoreError::io("write", &self.file.path))
    }

    /// Completes the pack and writes its index. Both still have names at which
    /// git does not look.
    pub(in crate::store) fn finish(mut self, durability: Durability) -> Result<WaitingPack> {
        let path = self.file.path.clone();
        let failed = || StoreError::io("write", &path);
        self.out.flush().map_err(failed())?;
        let count = (self.entries.len() as u32).to_be_bytes();
        self.file.file.write_all_at(&count, 8).map_err(failed())?;
        let sum = hash_file(&self.file.file).map_err(StoreError::io("read", &path))?;
        self.file
            .file
            .write_all_at(&sum, self.length)
            .map_err(failed())?;
        durability.sync_file(&self.file.file, &path)?;

        let name: String = sum.iter().map(|byte| format!("{byte:02x}")).collect();
        // Its name tells which pack it belongs to, if that is all that is left.
        let index_path = self.folder.join(format!("{UNFINISHED}{name}.idx"));
        let index = Unfinished::create(&index_path)?;
        index
            .file
            .write_all_at(&index_of(&mut self.entries, &sum), 0)
            .map_err(StoreError::io("write", &index_path))?;
        durability.sync_file(&index.file, &index_path)?;
        Ok(WaitingPack {
            pack: self.file,
            index,
            folder: self.folder,
            name,
        })
    }
}

/// A complete pack that git does not see yet. Dropped, it is gone.
#[derive(Debug)]
pub(in crate::store) struct WaitingPack {
    pack: Unfinished,
    index: Unfinished,
    folder: PathBuf,
    name: String,
}

impl WaitingPack {
    /// Lets git see it: the index last, for without one a pack is not looked
    /// at.
    pub(in crate::store) fn publish(mut self, store: &Store, durability: Durability) -> Result<()> {
        for unfinished in [&self.pack, &self.index] {
            let read_only = fs::Permissions::from_mode(0o444);
            unfinished
                .file
                .set_permissions(read_only)
                .map_err(StoreError::io("set the permissions of", &unfinished.path))?;
        }
        let place = |end| self.folder.join(format!("pack-{}.{end}", self.name));
        self.pack.rename(&place("pack"))?;
        store.step(CrashPoint::PackNamed);
        self.index.rename(&place("idx"))?;
        durability.sync_folder(&self.folder)?;
        store.step(CrashPoint::PackPlaced);
        Ok(())
    }
}

/// Removes what commands that were killed left among the packs.
pub(in crate::store) fn sweep(folder: &Path) -> Result<()> {
    let entries = match fs::read_dir(folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::io("read", folder)(error)),
    };
    for entry in entries {
        let entry = entry.map_err(StoreError::io("read", folder))?;
        let name = entry.file_name();
        let Some(rest) = name.to_str().and_then(|name| name.strip_prefix(UNFINISHED)) else {
            continue;
        };
        let path = entry.path();
        let file = match File::open(&path) {
            Ok(file) => file,
            Err(error) if error.kind() == ErrorKind::NotFound => continue,
            Err(error) => return Err(StoreError::io("open", path)(error)),
        };
        // One that signs writes without our lock, and holds this one.
        if file.try_lock().is_err() {
            continue;
        }
        if let Some(name) = rest.strip_suffix(".idx")
            && !folder.join(format!("pack-{name}.idx")).exists()
        {
            durable::remove(&folder.join(format!("pack-{name}.pack")))?;
        }
        durable::remove(&path)?;
    }
    Ok(())
}

/// Kind and length of an object.
fn head(code: u8, mut length: usize) -> Vec<u8> {
    let mut head = Vec::with_capacity(16);
    let mut byte = code << 4 | (length & 15) as u8;
    length >>= 4;
    while length > 0 {
        head.push(byte | 128);
        byte = (length & 127) as u8;
        length >>= 7;
    }
    head.push(byte);
    head
}

/// A zlib stream of one block that is not compressed (RFC 1950 and 1951).
fn store(data: &[u8], out: &mut Vec<u8>) {
    let length = data.len() as u16;
    out.extend_from_slice(&[0x78, 0x01, 0x01]);
    out.extend_from_slice(&length.to_le_bytes());
    out.extend_from_slice(&(!length).to_le_bytes());
    out.extend_from_slice(data);
    let (mut low, mut high) = (1_u32, 0_u32);
    for byte in data {
        low = (low + u32::from(*byte)) % 65_521;
        high = (high + low) % 65_521;
    }
    out.extend_from_slice(&(high << 16 | low).to_be_bytes());
}

fn hash_file(mut file: &File) -> std::io::Result<[u8; 20]> {
    file.seek(SeekFrom::Start(0))?;
    let mut hash = Sha1::new();
    let mut buffer = vec![0; 1 << 18];
    loop {
        let read = file.read(&mut buffer)?;
        match buffer.get(..read) {
            Some(bytes) if read > 0 => hash.update(bytes),
            _ => return Ok(hash.finalize().into()),
        }
    }
}

/// The index of a pack, version 2.
fn index_of(entries: &mut [Entry], pack: &[u8; 20]) -> Vec<u8> {
    entries.sort_unstable_by_key(|entry| entry.id);
    let mut out = Vec::with_capacity(1100 + entries.len() * 28);
    out.extend_from_slice(b"\xfftOc\0\0\0\x02");
    for first in 0..=u8::MAX {
        let up_to = entries.partition_point(|entry| entry.id.as_bytes().first() <= Some(&first));
        out.extend_from_slice(&(up_to as u32).to_be_bytes());
    }
    for entry in &*entries {
        out.extend_from_slice(entry.id.as_bytes());
    }
    for entry in &*entries {
        out.extend_from_slice(&entry.crc.to_be_bytes());
    }
    let mut large = Vec::new();
    for entry in &*entries {
        let word = if entry.at < LARGE {
            entry.at as u32
        } else {
            large.push(entry.at);
            LARGE as u32 | (large.len() - 1) as u32
        };
        out.extend_from_slice(&word.to_be_bytes());
    }
    for at in large {
        out.extend_from_slice(&at.to_be_bytes());
    }
    out.extend_from_slice(pack);
    let sum = Sha1::digest(&out);
    out.extend_from_slice(&sum);
    out
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn what_is_stored_as_it_is_reads_back() {
        for length in [0, 1, 20, TINY] {
            let data: Vec<u8> = (0..length).map(|n| 255 - n as u8).collect();
            let mut stored = Vec::new();
            store(&data, &mut stored);
            let mut read = Vec::new();
            let mut zlib = flate2::read::ZlibDecoder::new(stored.as_slice());
            zlib.read_to_end(&mut read).unwrap();
            assert_eq!(read, data);
        }
    }
}
