//! A new content as pieces of the old one, and what of it has to be written.

use std::ops::Range;

use sha1::{Digest, Sha1};

/// A new content: pieces of the old file, with fresh bytes in between. Ten
/// megabytes are not copied to change sixty bytes.
#[derive(Debug, Default)]
pub(super) struct Layout {
    pieces: Vec<Piece>,
    pub(super) fresh: Vec<u8>,
    pub(super) len: usize,
}

#[derive(Debug)]
enum Piece {
    Old(Range<usize>),
    Fresh(Range<usize>),
}

impl Piece {
    fn len(&self) -> usize {
        match self {
            Self::Old(range) | Self::Fresh(range) => range.len(),
        }
    }

    /// Whether it is where it was in the old file.
    fn stays_at(&self, at: usize) -> bool {
        matches!(self, Self::Old(range) if range.start == at)
    }
}

impl Layout {
    pub(super) fn copy(&mut self, range: Range<usize>) {
        if range.is_empty() {
            return;
        }
        self.len += range.len();
        match self.pieces.last_mut() {
            Some(Piece::Old(last)) if last.end == range.start => last.end = range.end,
            _ => self.pieces.push(Piece::Old(range)),
        }
    }

    /// Puts another behind it, of the same old file.
    pub(super) fn join(&mut self, other: Self) {
        for piece in &other.pieces {
            match piece {
                Piece::Old(range) => self.copy(range.clone()),
                Piece::Fresh(range) => {
                    self.put(other.fresh.get(range.clone()).unwrap_or_default());
                }
            }
        }
    }

    /// Lets `write` append fresh bytes.
    pub(super) fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.fresh.len();
        write(&mut self.fresh);
        let end = self.fresh.len();
        self.len += end - start;
        match self.pieces.last_mut() {
            Some(Piece::Fresh(range)) => range.end = end,
            _ => self.pieces.push(Piece::Fresh(start..end)),
        }
    }

    pub(super) fn put(&mut self, bytes: &[u8]) {
        self.append(|fresh| fresh.extend_from_slice(bytes));
    }

    /// The bytes from one place to another.
    pub(super) fn chunks<'l>(
        &'l self,
        old: &'l [u8],
        span: Range<usize>,
    ) -> impl Iterator<Item = &'l [u8]> {
        self.placed().filter_map(move |(at, piece)| {
            let bytes = self.bytes(old, piece);
            let start = span.start.saturating_sub(at).min(bytes.len());
            let end = span.end.saturating_sub(at).min(bytes.len());
            bytes.get(start..end).filter(|bytes| !bytes.is_empty())
        })
    }

    /// The pieces, and where each comes to be.
    fn placed(&self) -> impl Iterator<Item = (usize, &Piece)> {
        let mut at = 0;
        self.pieces.iter().map(move |piece| {
            let start = at;
            at += piece.len();
            (start, piece)
        })
    }

    fn bytes<'l>(&'l self, old: &'l [u8], piece: &Piece) -> &'l [u8] {
        match piece {
            Piece::Old(range) => old.get(range.clone()),
            Piece::Fresh(range) => self.fresh.get(range.clone()),
        }
        .unwrap_or_default()
    }

    /// Where the new content differs from the old one, in order; the rest, up
    /// to the end of the new one, is the same at the same place.
    pub(super) fn differing(&self) -> Vec<Range<usize>> {
        let mut found: Vec<Range<usize>> = Vec::new();
        for (at, piece) in self.placed().filter(|(at, piece)| !piece.stays_at(*at)) {
            let end = at + piece.len();
            match found.last_mut().filter(|last| last.end == at) {
                Some(last) => last.end = end,
                None => found.push(at..end),
            }
        }
        found
    }

    /// What makes the new content of a file that differs from the old content
    /// in these ranges and behind `same_to`: bytes, and where they go.
    pub(super) fn patches<'l>(
        &'l self,
        old: &'l [u8],
        stale: &'l [Range<usize>],
        same_to: usize,
    ) -> impl Iterator<Item = (usize, &'l [u8])> {
        self.placed().flat_map(move |(at, piece)| {
            let bytes = self.bytes(old, piece);
            let all = (!piece.stays_at(at)).then_some(at..at + bytes.len());
            let tail = same_to..usize::MAX;
            let some = stale.iter().cloned().chain([tail]);
            let some = some.filter(move |_| piece.stays_at(at));
            all.into_iter().chain(some).filter_map(move |range| {
                let start = range.start.max(at);
                let end = range.end.min(at + bytes.len());
                let part = bytes.get(start.checked_sub(at)?..end.checked_sub(at)?)?;
                (!part.is_empty()).then_some((start, part))
            })
        })
    }
}

/// What the file holds into which a new content is to be written.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum Base {
    /// Nothing of use.
    Nothing,
    /// What the old file holds, but for some ranges, and so long.
    Old {
        stale: Vec<Range<usize>>,
        length: usize,
    },
}

/// A content to be written.
pub(super) struct NewContent<'c> {
    pub(super) old: &'c [u8],
    pub(super) layout: &'c Layout,
    pub(super) base: &'c Base,
}

/// The bytes that are to be written.
pub(super) enum Writing<'w> {
    /// All of them.
    Whole(Box<dyn Iterator<Item = &'w [u8]> + 'w>),
    /// Some, each to its place.
    Patches(Box<dyn Iterator<Item = (usize, &'w [u8])> + 'w>),
}

impl NewContent<'_> {
    pub(super) fn len(&self) -> usize {
        self.layout.len
    }

    /// The hash of the first so many bytes.
    pub(super) fn hash(&self, length: usize) -> Sha1 {
        let mut hash = Sha1::new();
        for chunk in self.layout.chunks(self.old, 0..length) {
            hash.update(chunk);
        }
        hash
    }

    /// What is to be written of it, in many or few parts.
    pub(super) fn writing(&self) -> Writing<'_> {
        let (layout, old) = (self.layout, self.old);
        match self.base {
            Base::Nothing => Writing::Whole(Box::new(layout.chunks(old, 0..layout.len))),
            Base::Old { stale, length } => {
                Writing::Patches(Box::new(layout.patches(old, stale, *length)))
            }
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Old bytes with fresh ones in between, some of them in their old places.
    fn layouts() -> Vec<Layout> {
        let mut replaced = Layout::default();
        replaced.copy(0..10);
        replaced.put(b"abcde");
        replaced.copy(15..40);
        replaced.put(b"xyz");
        let mut inserted = Layout::default();
        inserted.copy(0..20);
        inserted.put(b"new");
        inserted.copy(20..40);
        let mut shortened = Layout::default();
        shortened.copy(0..5);
        shortened.copy(30..40);
        vec![replaced, inserted, shortened]
    }

    fn content(layout: &Layout, old: &[u8]) -> Vec<u8> {
        layout
            .chunks(old, 0..layout.len)
            .flatten()
            .copied()
            .collect()
    }

    /// Writes what is to be written over a file.
    fn patched(layout: &Layout, old: &[u8], file: &[u8], stale: &[Range<usize>]) -> Vec<u8> {
        let mut file = file.to_vec();
        let same_to = file.len();
        file.resize(layout.len.max(same_to), 0);
        for (at, bytes) in layout.patches(old, stale, same_to) {
            file[at..at + bytes.len()].copy_from_slice(bytes);
        }
        file.truncate(layout.len);
        file
    }

    #[test]
    fn one_content_is_made_of_another_by_what_differs() {
        let old: Vec<u8> = (0..40).collect();
        for before in layouts() {
            // The one before the old one, as far as the old one knows.
            let file = content(&before, &old);
            for layout in layouts() {
                let made = patched(&layout, &old, &file, &before.differing());
                assert_eq!(made, content(&layout, &old), "{before:?} {layout:?}");
            }
        }
    }

    #[test]
    fn little_is_written_where_little_differs() {
        let old: Vec<u8> = (0..40).collect();
        let [replaced, ..] = &layouts()[..] else {
            return;
        };
        assert_eq!(replaced.differing(), [10..15, 40..43]);
        let written: Vec<_> = replaced.patches(&old, &[2..4, 12..17], 40).collect();
        let expected: [(usize, &[u8]); 4] =
            [(2, &[2, 3]), (10, b"abcde"), (15, &[15, 16]), (40, b"xyz")];
        assert_eq!(written, expected);
    }
}
