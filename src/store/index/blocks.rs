//! Where entries begin, every so many: by it one of a hundred thousand is found
//! without a look at the others.

use std::ops::Range;

use serde::{Deserialize, Serialize};

/// So many entries are a block when blocks are made.
const EACH: usize = 256;

/// A block that grew to so many is as slow to read as it gets.
const MOST: usize = 4 * EACH;

/// Where a block begins.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
struct Start(
    /** The number of its first entry. */ usize,
    /** Where that is. */ usize,
);

/// The entries of an index, in blocks.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub(super) struct Blocks {
    starts: Vec<Start>,
    /// How many entries there are.
    len: usize,
    /// Where they end.
    end: usize,
}

/// An entry that is added: the one it goes before, and its length in bytes.
#[derive(Debug, Clone, Copy)]
pub(super) struct Inserted {
    pub(super) before: usize,
    pub(super) length: usize,
}

impl Blocks {
    /// Of entries that begin at these offsets.
    pub(super) fn of(offsets: impl Iterator<Item = usize>, end: usize) -> Self {
        let mut blocks = Self {
            starts: Vec::new(),
            len: 0,
            end,
        };
        for offset in offsets {
            if blocks.len.is_multiple_of(EACH) {
                blocks.starts.push(Start(blocks.len, offset));
            }
            blocks.len += 1;
        }
        blocks
    }

    pub(super) fn len(&self) -> usize {
        self.len
    }

    pub(super) fn end(&self) -> usize {
        self.end
    }

    pub(super) fn count(&self) -> usize {
        self.starts.len()
    }

    /// The block that holds an entry.
    pub(super) fn holding(&self, entry: usize) -> Option<usize> {
        let behind = self.starts.partition_point(|start| start.0 <= entry);
        behind.checked_sub(1).filter(|_| entry < self.len)
    }

    /// How many of the first blocks fulfil a condition, which those fulfil, and
    /// the later ones do not. It is asked about the first entry: where it is.
    pub(super) fn partition_point(&self, mut holds: impl FnMut(usize) -> bool) -> usize {
        self.starts.partition_point(|start| holds(start.1))
    }

    /// The entries of a block.
    pub(super) fn entries(&self, block: usize) -> Range<usize> {
        let at = |block: usize| self.starts.get(block).map_or(self.len, |start| start.0);
        at(block)..at(block + 1)
    }

    /// Its bytes.
    pub(super) fn bytes(&self, block: usize) -> Range<usize> {
        let at = |block: usize| self.starts.get(block).map_or(self.end, |start| start.1);
        at(block)..at(block + 1)
    }

    /// The blocks once entries are added, in their order. `None` where one
    /// block gets too large, or there was none.
    pub(super) fn after(&self, inserted: &[Inserted]) -> Option<Self> {
        let mut after = self.clone();
        let mut added = inserted.iter().peekable();
        let (mut count, mut length) = (0, 0);
        for (block, start) in after.starts.iter_mut().enumerate() {
            // What goes right before a block belongs to the one before it.
            while let Some(entry) = added.next_if(|entry| block > 0 && entry.before <= start.0) {
                count += 1;
                length += entry.length;
            }
            *start = Start(start.0 + count, start.1 + length);
        }
        after.len += inserted.len();
        after.end += inserted.iter().map(|entry| entry.length).sum::<usize>();
        let fits = (0..after.count()).all(|block| after.entries(block).len() <= MOST);
        (fits && after.count() > 0).then_some(after)
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    /// Entries of these lengths, from offset 12 on.
    fn offsets(lengths: &[usize]) -> Vec<usize> {
        let mut at = 12;
        let mut offsets = Vec::new();
        for length in lengths {
            offsets.push(at);
            at += length;
        }
        offsets.push(at);
        offsets
    }

    fn blocks(lengths: &[usize]) -> Blocks {
        let mut offsets = offsets(lengths);
        let end = offsets.pop().unwrap();
        Blocks::of(offsets.into_iter(), end)
    }

    #[test]
    fn every_entry_is_in_its_block() {
        let lengths: Vec<_> = (0..1_000).map(|n| 64 + n % 5 * 8).collect();
        let (blocks, offsets) = (blocks(&lengths), offsets(&lengths));
        assert_eq!(blocks.count(), 4);
        for (entry, offset) in offsets.iter().enumerate().take(1_000) {
            let block = blocks.holding(entry).unwrap();
            assert!(blocks.entries(block).contains(&entry));
            assert!(blocks.bytes(block).contains(offset));
        }
        assert_eq!(blocks.holding(1_000), None);
        assert_eq!(blocks.bytes(3).end, offsets[1_000]);
        assert_eq!(blocks.partition_point(|at| at < offsets[600]), 3);
    }

    #[test]
    fn added_entries_move_what_is_behind_them() {
        let mut lengths: Vec<_> = (0..600).map(|n| 64 + n % 3 * 8).collect();
        let before = blocks(&lengths);
        // In front of all, before a block, after it, and behind all.
        let places = [0, 0, 256, 257, 511, 512, 600, 600];
        let inserted: Vec<_> = places
            .iter()
            .map(|before| Inserted {
                before: *before,
                length: 72 + before % 2 * 8,
            })
            .collect();
        for entry in inserted.iter().rev() {
            lengths.insert(entry.before, entry.length);
        }
        let after = before.after(&inserted).unwrap();
        let offsets = offsets(&lengths);
        assert_eq!(after.len(), lengths.len());
        assert_eq!(after.end(), offsets[lengths.len()]);
        assert_eq!(after.count(), before.count());
        for block in 0..after.count() {
            let (entries, bytes) = (after.entries(block), after.bytes(block));
            assert_eq!(offsets[entries.start], bytes.start, "{block}");
            assert_eq!(offsets[entries.end], bytes.end, "{block}");
        }
    }

    #[test]
    fn a_block_that_grew_is_to_be_made_anew() {
        let before = blocks(&[64; 10]);
        let at_the_end = |count| {
            let entry = Inserted {
                before: 10,
                length: 64,
            };
            before.after(&vec![entry; count])
        };
        assert!(at_the_end(MOST - 10).is_some());
        assert!(at_the_end(MOST - 9).is_none());
        assert_eq!(blocks(&[]).after(&[]), None);
    }
}
