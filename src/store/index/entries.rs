//! The entries of an index, read: all of them, or those that are asked for.

use std::cmp::Ordering;
use std::ops::Range;
use std::sync::atomic::{AtomicBool, Ordering as Memory};
use std::sync::{Arc, OnceLock};

use super::blocks::Blocks;
use super::bytes::Bytes;
use super::file::{FIXED, HEADER, NAME_MASK, Odd, RECORD, half, word};
use super::{EXTENDED, STAGE_MASK};

/// An entry.
#[derive(Debug, Clone, Copy)]
pub(super) struct Slot {
    at: u32,
    /// Of the name, in the file or in `names`.
    name_at: u32,
    name_len: u32,
}

impl Slot {
    fn new(at: usize, name_at: usize, name_len: usize) -> Result<Self, Odd> {
        let narrow = |offset: usize| u32::try_from(offset).map_err(|_| Odd);
        Ok(Self {
            at: narrow(at)?,
            name_at: narrow(name_at)?,
            name_len: narrow(name_len)?,
        })
    }

    /// Where the entry begins.
    pub(super) fn at(self) -> usize {
        self.at as usize
    }

    fn name(self) -> Range<usize> {
        let start = self.name_at as usize;
        start..start + self.name_len as usize
    }
}

/// The entries of a file.
#[derive(Debug)]
pub(super) struct Entries {
    slots: Slots,
    /// The names of a version 4 file, which shares beginnings between them.
    names: Option<Vec<u8>>,
    end: usize,
}

#[derive(Debug)]
enum Slots {
    All(Vec<Slot>),
    Asked(Asked),
}

/// Entries that are read block by block, when one is asked for.
#[derive(Debug)]
struct Asked {
    bytes: Arc<Bytes>,
    version: u32,
    blocks: Blocks,
    read: Vec<OnceLock<Vec<Slot>>>,
    odd: AtomicBool,
}

impl Entries {
    /// Reads all entries of a file without its trailer.
    pub(super) fn read(body: &[u8], count: usize, version: u32) -> Result<Self, Odd> {
        let entries = match version {
            2 | 3 => {
                let (slots, end) = read_padded(body, HEADER, count, version)?;
                Self {
                    slots: Slots::All(slots),
                    names: None,
                    end,
                }
            }
            4 => read_compressed(body, count)?,
            _ => return Err(Odd),
        };
        if let Slots::All(slots) = &entries.slots {
            check_order(slots, entries.names.as_deref().unwrap_or(body), body)?;
        }
        Ok(entries)
    }

    /// Of a file whose blocks are known, of version 2 or 3.
    pub(super) fn known(bytes: Arc<Bytes>, version: u32, blocks: Blocks) -> Self {
        Self {
            end: blocks.end(),
            names: None,
            slots: Slots::Asked(Asked {
                read: (0..blocks.count()).map(|_| OnceLock::new()).collect(),
                odd: AtomicBool::new(false),
                bytes,
                version,
                blocks,
            }),
        }
    }

    pub(super) fn len(&self) -> usize {
        match &self.slots {
            Slots::All(slots) => slots.len(),
            Slots::Asked(asked) => asked.blocks.len(),
        }
    }

    /// Where the last one ends.
    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn get(&self, entry: usize) -> Option<Slot> {
        match &self.slots {
            Slots::All(slots) => slots.get(entry).copied(),
            Slots::Asked(asked) => asked.get(entry),
        }
    }

    /// The name of an entry of the file that `bytes` are.
    pub(super) fn name<'e>(&'e self, entry: usize, bytes: &'e [u8]) -> &'e [u8] {
        let names = self.names.as_deref().unwrap_or(bytes);
        let slot = self.get(entry);
        slot.and_then(|slot| names.get(slot.name()))
            .unwrap_or_default()
    }

    /// Entries among which, or right behind which, the first is whose name is
    /// not less.
    pub(super) fn around(&self, name: &[u8]) -> Range<usize> {
        match &self.slots {
            Slots::All(slots) => 0..slots.len(),
            Slots::Asked(asked) => asked.around(name),
        }
    }

    /// Whether something was not as it was known to be. What was answered since
    /// is worth nothing.
    pub(super) fn is_odd(&self) -> bool {
        match &self.slots {
            Slots::All(_) => false,
            Slots::Asked(asked) => asked.odd.load(Memory::Relaxed),
        }
    }

    /// Their blocks; `None` where names hang together.
    pub(super) fn blocks(&self) -> Option<Blocks> {
        match &self.slots {
            _ if self.names.is_some() => None,
            Slots::All(slots) => Some(Blocks::of(slots.iter().map(|slot| slot.at()), self.end)),
            Slots::Asked(asked) => Some(asked.blocks.clone()),
        }
    }
}

impl Asked {
    fn get(&self, entry: usize) -> Option<Slot> {
        let block = self.blocks.holding(entry)?;
        let slots = self.read.get(block)?.get_or_init(|| {
            self.read(block).unwrap_or_else(|_| {
                self.odd.store(true, Memory::Relaxed);
                Vec::new()
            })
        });
        let first = self.blocks.entries(block).start;
        slots.get(entry - first).copied()
    }

    fn read(&self, block: usize) -> Result<Vec<Slot>, Odd> {
        let (entries, bytes) = (self.blocks.entries(block), self.blocks.bytes(block));
        let body = self.bytes.get(..bytes.end).ok_or(Odd)?;
        let (slots, end) = read_padded(body, bytes.start, entries.len(), self.version)?;
        check_order(&slots, body, body)?;
        match end == bytes.end {
            true => Ok(slots),
            false => Err(Odd),
        }
    }

    fn around(&self, name: &[u8]) -> Range<usize> {
        let behind = self.blocks.partition_point(|at| match self.name_at(at) {
            Ok(first) => first < name,
            Err(Odd) => {
                self.odd.store(true, Memory::Relaxed);
                false
            }
        });
        match behind.checked_sub(1) {
            Some(block) => self.blocks.entries(block),
            None => 0..0,
        }
    }

    fn name_at(&self, at: usize) -> Result<&[u8], Odd> {
        let (slots, _) = read_padded(&self.bytes, at, 1, self.version)?;
        let slot = slots.first().ok_or(Odd)?;
        self.bytes.get(slot.name()).ok_or(Odd)
    }
}

/// Look-ups need the order of git: by name, then by stage.
fn check_order(slots: &[Slot], names: &[u8], body: &[u8]) -> Result<(), Odd> {
    let name = |slot: &Slot| names.get(slot.name()).unwrap_or_default();
    let stage = |slot: &Slot| half(body, slot.at() + RECORD) & STAGE_MASK;
    let in_order = slots.windows(2).all(|pair| match pair {
        [a, b] => {
            let order = name(a).cmp(name(b));
            order.then_with(|| stage(a).cmp(&stage(b))) == Ordering::Less
        }
        _ => true,
    });
    match in_order {
        true => Ok(()),
        false => Err(Odd),
    }
}

/// Entries padded with zeros to a multiple of eight bytes, and where they end.
fn read_padded(
    body: &[u8],
    mut at: usize,
    count: usize,
    version: u32,
) -> Result<(Vec<Slot>, usize), Odd> {
    let mut slots = Vec::with_capacity(count.min(body.len() / FIXED));
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
        slots.push(Slot::new(at, name_at, name_len)?);
        at = next;
    }
    Ok((slots, at))
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
        slots.push(Slot::new(at, start, name_len)?);
        last = start;
        at = suffix_at + suffix_len + 1;
    }
    Ok(Entries {
        slots: Slots::All(slots),
        names: Some(names),
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
