//! The index file as git lays it out, read in one pass.
//!
//! Versions 2, 3 and 4. What is not exactly as git writes it is [`Odd`] and
//! left to libgit2, which knows it or says what is wrong.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::Arc;

use git2::Oid;
use sha1::{Digest, Sha1};

use super::bytes::{Bytes, skips_hash};
use super::tree::Node;
use super::{EXTENDED, STAGE_MASK};

/// Signature, version, number of entries.
pub(super) const HEADER: usize = 12;
/// The SHA-1 of all before it, or zeros where the user has `index.skipHash`.
pub(super) const TRAILER: usize = 20;
/// Stat data and name of the object: what a change of a file changes.
pub(super) const RECORD: usize = 60;
/// Where the flags end that every entry has.
const FIXED: usize = RECORD + 2;
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
    slots: Vec<Slot>,
    /// The names of a version 4 file, which shares beginnings between them.
    names: Vec<u8>,
    entries_end: usize,
    /// Extensions to be kept as they are, headers and all.
    kept: Vec<Range<usize>>,
    tree: Option<Node>,
    /// Where its body is.
    tree_at: Option<Range<usize>>,
}

/// An entry.
#[derive(Debug, Clone, Copy)]
struct Slot {
    at: u32,
    /// Of the name, in the file or in `names`.
    name_at: u32,
    name_len: u32,
}

/// What the entries of a file were read into.
struct Entries {
    slots: Vec<Slot>,
    names: Vec<u8>,
    end: usize,
}

impl IndexFile {
    /// The bytes of the index of a work tree that has none.
    pub(super) fn empty() -> Vec<u8> {
        let mut bytes = b"DIRC\0\0\0\x02\0\0\0\0".to_vec();
        let mut tree = Vec::new();
        Node::empty().write(&mut tree);
        bytes.extend_from_slice(b"TREE");
        bytes.extend_from_slice(&(tree.len() as u32).to_be_bytes());
        bytes.extend_from_slice(&tree);
        bytes.extend_from_slice(&Sha1::digest(&bytes));
        bytes
    }

    /// Reads a whole file. The checksum is left to
    /// [`super::bytes::Content`].
    pub(super) fn parse(bytes: Arc<Bytes>) -> Result<Self, Odd> {
        // Offsets are kept in 32 bits.
        let length = u32::try_from(bytes.len()).map_err(|_| Odd)? as usize;
        let end = length.checked_sub(TRAILER).ok_or(Odd)?;
        let body = bytes.get(..end).ok_or(Odd)?;
        if body.get(..4) != Some(b"DIRC") {
            return Err(Odd);
        }
        let version = word(body, 4)?;
        let count = word(body, 8)? as usize;
        let entries = match version {
            2 | 3 => read_padded(body, count, version)?,
            4 => read_compressed(body, count)?,
            _ => return Err(Odd),
        };
        let mut file = Self {
            version,
            slots: entries.slots,
            names: entries.names,
            entries_end: entries.end,
            kept: Vec::new(),
            tree: None,
            tree_at: None,
            bytes,
        };
        file.check_order()?;
        file.read_extensions(end)?;
        Ok(file)
    }

    /// Look-ups need the order of git: by name, then by stage.
    fn check_order(&self) -> Result<(), Odd> {
        for next in 1..self.slots.len() {
            let order = self.name(next - 1).cmp(self.name(next));
            let stages = || self.stage(next - 1).cmp(&self.stage(next));
            if order.then_with(stages) != Ordering::Less {
                return Err(Odd);
            }
        }
        Ok(())
    }

    fn read_extensions(&mut self, end: usize) -> Result<(), Odd> {
        let mut at = self.entries_end;
        while at < end {
            let size = word(&self.bytes, at + 4)? as usize;
            let next = at.checked_add(8 + size).filter(|next| *next <= end);
            let next = next.ok_or(Odd)?;
            let signature = self.bytes.get(at..at + 4).ok_or(Odd)?;
            match signature {
                b"TREE" if self.tree.is_none() => {
                    let body = self.bytes.get(at + 8..next).ok_or(Odd)?;
                    self.tree = Some(Node::parse(body).ok_or(Odd)?);
                    self.tree_at = Some(at + 8..next);
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
        self.slots.len()
    }

    /// The trees of folders, to be changed. Of a large desk they are thousands:
    /// instead of a copy, they are read again where they are taken again.
    pub(super) fn take_tree(&mut self) -> Option<Node> {
        self.tree.take().or_else(|| {
            let body = self.bytes.get(self.tree_at.clone()?)?;
            Node::parse(body)
        })
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
        self.slots
            .get(entry)
            .map_or(self.entries_end, |slot| slot.at as usize)
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
        let Some(slot) = self.slots.get(entry) else {
            return &[];
        };
        let names = match self.version {
            4 => self.names.as_slice(),
            _ => &**self.bytes,
        };
        let start = slot.name_at as usize;
        names
            .get(start..start + slot.name_len as usize)
            .unwrap_or_default()
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
        let (mut low, mut high) = (0, self.len());
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

/// Entries padded with zeros to a multiple of eight bytes.
fn read_padded(body: &[u8], count: usize, version: u32) -> Result<Entries, Odd> {
    let mut slots = Vec::with_capacity(count.min(body.len() / FIXED));
    let mut at = HEADER;
    for _ in 0..count {
        let (flags, head) = read_head(body, at, version)?;
        let name_at = at + head;
        let rest = body.get(name_at..).ok_or(Odd)?;
        let name_len = match flags & NAME_MASK {
            NAME_MASK => rest.iter().position(|byte| *byte == 0).ok_or(Odd)?,
            short => usize::from(short),
        };
        check_name(rest.get(..name_len).ok_or(Odd)?, flags)?;
        let next = at + padded_len(head + name_len);
        let padding = body.get(name_at + name_len..next).ok_or(Odd)?;
        if padding.iter().any(|byte| *byte != 0) {
            return Err(Odd);
        }
        slots.push(slot(at, name_at, name_len)?);
        at = next;
    }
    Ok(Entries {
        slots,
        names: Vec::new(),
        end: at,
    })
}

/// Entries whose names begin as the one before.
fn read_compressed(body: &[u8], count: usize) -> Result<Entries, Odd> {
    let mut slots: Vec<Slot> = Vec::with_capacity(count.min(body.len() / FIXED));
    let mut names: Vec<u8> = Vec::with_capacity(body.len());
    let mut last = 0;
    let mut at = HEADER;
    for _ in 0..count {
        let (flags, head) = read_head(body, at, 4)?;
        let (strip, used) = read_varint(body.get(at + head..).ok_or(Odd)?)?;
        let suffix_at = at + head + used;
        let rest = body.get(suffix_at..).ok_or(Odd)?;
        let suffix_len = rest.iter().position(|byte| *byte == 0).ok_or(Odd)?;
        let suffix = rest.get(..suffix_len).ok_or(Odd)?;
        let keep = (names.len() - last).checked_sub(strip).ok_or(Odd)?;
        let start = names.len();
        names.extend_from_within(last..last + keep);
        names.extend_from_slice(suffix);
        // A few bytes could stand for gigabytes of names.
        if names.len() > 64 * body.len() {
            return Err(Odd);
        }
        let name_len = names.len() - start;
        check_name(names.get(start..).ok_or(Odd)?, flags)?;
        slots.push(slot(at, start, name_len)?);
        last = start;
        at = suffix_at + suffix_len + 1;
    }
    Ok(Entries {
        slots,
        names,
        end: at,
    })
}

/// The flags of an entry, and its length up to the name.
fn read_head(body: &[u8], at: usize, version: u32) -> Result<(u16, usize), Odd> {
    let head = body.get(at..at + FIXED).ok_or(Odd)?;
    // Whole folders as entries: a sparse index.
    if word(head, 24)? & 0o170_000 == 0o040_000 {
        return Err(Odd);
    }
    let flags = half(head, RECORD);
    match flags & EXTENDED {
        0 => Ok((flags, FIXED)),
        _ if version == 2 => Err(Odd),
        _ => Ok((flags, FIXED + 2)),
    }
}

fn check_name(name: &[u8], flags: u16) -> Result<(), Odd> {
    let stated = usize::from(flags & NAME_MASK);
    let right = !name.is_empty() && stated == name.len().min(usize::from(NAME_MASK));
    // All of it, without a branch for each byte: names are short, and many.
    let zeros = name.iter().fold(false, |found, byte| found | (*byte == 0));
    match right && !zeros {
        true => Ok(()),
        false => Err(Odd),
    }
}

fn slot(at: usize, name_at: usize, name_len: usize) -> Result<Slot, Odd> {
    let narrow = |offset: usize| u32::try_from(offset).map_err(|_| Odd);
    Ok(Slot {
        at: narrow(at)?,
        name_at: narrow(name_at)?,
        name_len: narrow(name_len)?,
    })
}

/// With at least one zero behind the name.
pub(super) fn padded_len(unpadded: usize) -> usize {
    (unpadded + 8) & !7
}

/// Git's number of variable length, and how many bytes it takes.
fn read_varint(bytes: &[u8]) -> Result<(usize, usize), Odd> {
    let mut value: usize = 0;
    for (index, byte) in bytes.iter().enumerate() {
        value = value
            .checked_mul(128)
            .and_then(|value| value.checked_add(usize::from(byte & 127)))
            .ok_or(Odd)?;
        if byte & 128 == 0 {
            return Ok((value, index + 1));
        }
        value = value.checked_add(1).ok_or(Odd)?;
    }
    Err(Odd)
}

pub(super) fn write_varint(mut value: usize, out: &mut Vec<u8>) {
    let start = out.len();
    out.push((value & 127) as u8);
    value >>= 7;
    while value != 0 {
        value -= 1;
        out.push(128 | (value & 127) as u8);
        value >>= 7;
    }
    if let Some(written) = out.get_mut(start..) {
        written.reverse();
    }
}

fn word(bytes: &[u8], at: usize) -> Result<u32, Odd> {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map(|four| u32::from_be_bytes(*four)).ok_or(Odd)
}

fn half(bytes: &[u8], at: usize) -> u16 {
    let found = bytes.get(at..).and_then(|rest| rest.first_chunk());
    found.map_or(0, |two| u16::from_be_bytes(*two))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn numbers_of_variable_length_read_back() {
        for value in [0, 1, 127, 128, 129, 16_511, 16_512, 1 << 20, 1 << 40] {
            let mut out = Vec::new();
            write_varint(value, &mut out);
            assert_eq!(read_varint(&out).unwrap(), (value, out.len()));
        }
        assert_eq!(read_varint(&[0xff; 20]), Err(Odd));
        assert_eq!(read_varint(&[]), Err(Odd));
    }
}
