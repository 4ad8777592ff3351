//! The index file as git lays it out, read in one pass.
//!
//! Versions 2, 3 and 4. What is not exactly as git writes it is [`Odd`] and
//! left to libgit2, which knows it or says what is wrong.

use std::ops::Range;
use std::sync::Arc;

use git2::Oid;
use sha1::{Digest, Sha1};

use super::blocks::Blocks;
use super::bytes::{Bytes, skips_hash};
use super::entries::{Entries, Slot};
use super::layout::Layout;
use super::tree::Node;
use super::{EXTENDED, STAGE_MASK};

/// Signature, version, number of entries.
pub(super) const HEADER: usize = 12;
/// The SHA-1 of all before it, or zeros where the user has `index.skipHash`.
pub(super) const TRAILER: usize = 20;
/// Stat data and name of the object: what a change of a file changes.
pub(super) const RECORD: usize = 60;
/// Where the flags end that every entry has.
pub(super) const FIXED: usize = RECORD + 2;
/// The length of a name where it fits, in the flags.
pub(super) const NAME_MASK: u16 = 0xfff;

/// A file that is not to be rewritten here.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Odd;

/// The index as it is on the disk.
#[derive(Debug)]
pub(super) struct IndexFile {
    bytes: Arc<Bytes>,
    version: u32,
    entries: Entries,
    /// Extensions to be kept as they are, headers and all.
    kept: Vec<Range<usize>>,
    tree: Option<Node>,
}

impl IndexFile {
    /// The bytes of the index of a work tree that has none.
    pub(super) fn empty() -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02\0\0\0\0".to_vec();
        let mut tree = Layout::default();
        Node::empty().write(&mut tree);
        bytes.extend_from_slice(b"TREE");
        bytes.extend_from_slice(&(tree.len as u32).to_be_bytes());
        bytes.extend_from_slice(&tree.fresh);
        bytes.extend_from_slice(&Sha1::digest(&bytes));
        bytes
    }

    /// Reads a whole file. The checksum is left to
    /// [`super::bytes::Content`].
    pub(super) fn parse(bytes: Arc<Bytes>) -> Result<Self, Odd> {
        let (version, count) = read_header(&bytes)?;
        // Offsets are kept in 32 bits.
        let length = u32::try_from(bytes.len()).map_err(|_| Odd)? as usize;
        let body = bytes.get(..length.saturating_sub(TRAILER)).ok_or(Odd)?;
        let entries = Entries::read(body, count, version)?;
        Self::with(entries, version, bytes)
    }

    /// A file that we wrote, and so know where its entries are: they are read
    /// when they are asked for. See [`IndexFile::is_odd`].
    pub(super) fn known(bytes: Arc<Bytes>, blocks: Blocks) -> Result<Self, Odd> {
        let (version, count) = read_header(&bytes)?;
        if !matches!(version, 2 | 3) || count != blocks.len() {
            return Err(Odd);
        }
        let entries = Entries::known(Arc::clone(&bytes), version, blocks);
        Self::with(entries, version, bytes)
    }

    fn with(entries: Entries, version: u32, bytes: Arc<Bytes>) -> Result<Self, Odd> {
        let end = bytes.len().checked_sub(TRAILER).ok_or(Odd)?;
        if entries.end() > end {
            return Err(Odd);
        }
        let mut file = Self {
            version,
            entries,
            kept: Vec::new(),
            tree: None,
            bytes,
        };
        file.read_extensions(end)?;
        Ok(file)
    }

    /// Whether a file that was known turned out to be another: what was said of
    /// its entries is worth nothing.
    pub(super) fn is_odd(&self) -> bool {
        self.entries.is_odd()
    }

    /// Where its entries begin; `None` where their names hang together.
    pub(super) fn blocks(&self) -> Option<Blocks> {
        self.entries.blocks()
    }

    fn read_extensions(&mut self, end: usize) -> Result<(), Odd> {
        let mut at = self.entries.end();
        while at < end {
            let size = word(&self.bytes, at + 4)? as usize;
            let next = at.checked_add(8 + size).filter(|next| *next <= end);
            let next = next.ok_or(Odd)?;
            let signature = self.bytes.get(at..at + 4).ok_or(Odd)?;
            match signature {
                b"TREE" if self.tree.is_none() => {
                    self.tree = Some(Node::parse(&self.bytes, at + 8..next).ok_or(Odd)?);
                }
                b"TREE" => return Err(Odd),
                // Offsets into the file, the state of a monitor and of the
                // folders: outdated by any change, and git makes them again.
                b"EOIE" | b"IEOT" | b"FSMN" | b"UNTR" => {}
                [b'A'..=b'Z', ..] => self.kept.push(at..next),
                // Whoever does not know it must not touch the file.
                _ => return Err(Odd),
            }
            at = next;
        }
        Ok(())
    }

    /// Whether git writes zeros in place of a checksum.
    pub(super) fn skips_hash(&self) -> bool {
        skips_hash(&self.bytes)
    }

    pub(super) fn version(&self) -> u32 {
        self.version
    }

    pub(super) fn len(&self) -> usize {
        self.entries.len()
    }

    /// The trees of folders.
    pub(super) fn tree(&self) -> Option<&Node> {
        self.tree.as_ref()
    }

    /// All of its bytes.
    pub(super) fn bytes(&self) -> &[u8] {
        &self.bytes
    }

    /// Where the extensions are that stay.
    pub(super) fn kept(&self) -> impl Iterator<Item = Range<usize>> {
        self.kept.iter().cloned()
    }

    /// Bytes of the file; none where the range is out of it.
    pub(super) fn slice(&self, range: Range<usize>) -> &[u8] {
        self.bytes.get(range).unwrap_or_default()
    }

    /// Where an entry begins; the end of all for the number after the last.
    pub(super) fn start(&self, entry: usize) -> usize {
        let slot = self.entries.get(entry);
        slot.map_or(self.entries.end(), Slot::at)
    }

    /// The length of an entry up to its name.
    pub(super) fn head_len(&self, entry: usize) -> usize {
        FIXED
            + if self.flags(entry) & EXTENDED != 0 {
                2
            } else {
                0
            }
    }

    pub(super) fn name(&self, entry: usize) -> &[u8] {
        self.entries.name(entry, &self.bytes)
    }

    pub(super) fn record(&self, entry: usize) -> [u8; RECORD] {
        let at = self.start(entry);
        self.slice(at..at + RECORD)
            .first_chunk()
            .copied()
            .unwrap_or([0; RECORD])
    }

    /// The flags every entry has: stage, length of the name, and more.
    pub(super) fn flags(&self, entry: usize) -> u16 {
        half(&self.bytes, self.start(entry) + RECORD)
    }

    /// The flags that version 3 brought.
    pub(super) fn extended_flags(&self, entry: usize) -> u16 {
        match self.flags(entry) & EXTENDED {
            0 => 0,
            _ => half(&self.bytes, self.start(entry) + FIXED),
        }
    }

    fn stage(&self, entry: usize) -> u16 {
        self.flags(entry) & STAGE_MASK
    }

    pub(super) fn mode(&self, entry: usize) -> u32 {
        self.field(entry, 24)
    }

    pub(super) fn size_of(&self, entry: usize) -> u32 {
        self.field(entry, 36)
    }

    /// In seconds since 1970, as far as 32 bits reach.
    pub(super) fn mtime(&self, entry: usize) -> u32 {
        self.field(entry, 8)
    }

    fn field(&self, entry: usize, offset: usize) -> u32 {
        word(&self.bytes, self.start(entry) + offset).unwrap_or(0)
    }

    pub(super) fn id(&self, entry: usize) -> Option<Oid> {
        let at = self.start(entry);
        Oid::from_bytes(self.slice(at + 40..at + RECORD)).ok()
    }

    /// The entry of a name outside of conflicts, or where it would go.
    pub(super) fn find(&self, name: &[u8]) -> Result<usize, usize> {
        let at = self.lower_bound(name);
        match at < self.len() && self.name(at) == name && self.stage(at) == 0 {
            true => Ok(at),
            false => Err(at),
        }
    }

    /// The first entry whose name is not less.
    pub(super) fn lower_bound(&self, name: &[u8]) -> usize {
        let Range {
            start: mut low,
            end: mut high,
        } = self.entries.around(name);
        while low < high {
            let middle = low + (high - low) / 2;
            match self.name(middle) < name {
                true => low = middle + 1,
                false => high = middle,
            }
        }
        low
    }
}

/// The version, and how many entries there are.
fn read_header(bytes: &[u8]) -> Result<(u32, usize), Odd> {
    if bytes.get(..4) != Some(b"DIRC") {
        return Err(Odd);
    }
    Ok((word(bytes, 4)?, word(bytes, 8)? as usize))
}

pub(super) fn word(bytes: &[u8], at: usize) -> Result<u32, Odd> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map(|four| u32::from_be_bytes(*four)).ok_or(Odd)
}

pub(super) fn half(bytes: &[u8], at: usize) -> u16 {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map_or(0, |two| u16::from_be_bytes(*two))
}
