//! The index rewritten in one pass: what was there is copied, with the changed
//! entries in between, and never taken apart.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use git2::Oid;
use sha1::{Digest, Sha1};

use super::bytes::Content;
use super::file::{HEADER, IndexFile, NAME_MASK, Odd, RECORD, TRAILER, padded_len, write_varint};
use super::tree::{Changed, Node, TreeMoves};
use super::{ASSUME_VALID, INTENT_TO_ADD, IndexState, SKIP_WORKTREE, STAGE_MASK, state_of_entry};
use crate::store::BlobId;
use crate::store::worktree::FileStat;

/// So many bytes are worth a thread that hashes them.
const LARGE: usize = 256 << 10;

/// An entry to be written.
#[derive(Debug, Clone, Copy)]
struct Edit {
    record: [u8; RECORD],
    /// The entry it takes the place of, or the one it goes before.
    at: Result<usize, usize>,
    /// Only its size was made unknown; the content is as before.
    smudge: bool,
}

/// A new content: pieces of the old file, with fresh bytes in between. Ten
/// megabytes are not copied to change sixty bytes.
#[derive(Debug, Default)]
struct Layout {
    pieces: Vec<Piece>,
    fresh: Vec<u8>,
    len: usize,
}

#[derive(Debug)]
enum Piece {
    Old(Range<usize>),
    Fresh(Range<usize>),
}

impl Layout {
    fn copy(&mut self, range: Range<usize>) {
        if !range.is_empty() {
            self.len += range.len();
            self.pieces.push(Piece::Old(range));
        }
    }

    /// Lets `write` append fresh bytes.
    fn append(&mut self, write: impl FnOnce(&mut Vec<u8>)) {
        let start = self.fresh.len();
        write(&mut self.fresh);
        let end = self.fresh.len();
        self.len += end - start;
        match self.pieces.last_mut() {
            Some(Piece::Fresh(range)) => range.end = end,
            _ => self.pieces.push(Piece::Fresh(start..end)),
        }
    }

    fn put(&mut self, bytes: &[u8]) {
        self.append(|fresh| fresh.extend_from_slice(bytes));
    }

    /// The bytes from one place to another.
    fn chunks<'l>(
        &'l self,
        old: &'l IndexFile,
        span: Range<usize>,
    ) -> impl Iterator<Item = &'l [u8]> {
        let mut at = 0;
        self.pieces.iter().filter_map(move |piece| {
            let bytes = match piece {
                Piece::Old(range) => old.slice(range.clone()),
                Piece::Fresh(range) => self.fresh.get(range.clone()).unwrap_or_default(),
            };
            let start = span.start.saturating_sub(at).min(bytes.len());
            let end = span.end.saturating_sub(at).min(bytes.len());
            at += bytes.len();
            bytes.get(start..end).filter(|bytes| !bytes.is_empty())
        })
    }
}

/// Where the record of an edit is.
#[derive(Debug, Clone, Copy)]
struct RecordAt {
    file: usize,
    fresh: usize,
}

/// What was written to the file.
#[derive(Debug)]
struct Built {
    layout: Layout,
    /// In the order of paths.
    records: Vec<RecordAt>,
    /// The hash of the first `hashed` bytes, which later changes leave alone.
    begun: Sha1,
    hashed: usize,
}

/// A content to be written.
pub(super) struct NewContent<'c> {
    old: &'c IndexFile,
    layout: &'c Layout,
}

impl NewContent<'_> {
    pub(super) fn len(&self) -> usize {
        self.layout.len
    }

    /// The hash of the first so many bytes.
    fn hash(&self, length: usize) -> Sha1 {
        let mut hash = Sha1::new();
        for chunk in self.layout.chunks(self.old, 0..length) {
            hash.update(chunk);
        }
        hash
    }

    /// All of its bytes, in many or few parts.
    pub(super) fn chunks(&self) -> impl Iterator<Item = &[u8]> {
        self.layout.chunks(self.old, 0..self.layout.len)
    }
}

/// An index on its way to a new content.
#[derive(Debug)]
pub(super) struct Rewrite {
    old: IndexFile,
    /// The same file, with its checksum.
    content: Content,
    edits: BTreeMap<Vec<u8>, Edit>,
    moves: TreeMoves,
    built: Option<Built>,
    /// Whether zeros are written for the checksum.
    skips_hash: bool,
    young: Vec<Young>,
}

/// An entry that git could take for unchanged: path, kind of file, content.
pub(super) type Young = (Vec<u8>, u32, Oid);

impl Rewrite {
    /// Of a work tree that has no index yet.
    pub(super) fn empty(skips_hash: bool) -> Result<Self, Odd> {
        Self::of(Content::of(IndexFile::empty()), i64::MAX, skips_hash)
    }

    /// Of a file that was written at that time, in seconds since 1970.
    pub(super) fn of(content: Content, written: i64, skips_hash: bool) -> Result<Self, Odd> {
        let old = IndexFile::parse(Arc::clone(&content.bytes))?;
        Ok(Self {
            young: young(&old, written),
            old,
            content,
            edits: BTreeMap::new(),
            moves: TreeMoves::new(),
            built: None,
            skips_hash,
        })
    }

    pub(super) fn state(&self, path: &[u8]) -> IndexState {
        let found = self.old.find(path);
        let id = match (self.edits.get(path), found) {
            (Some(edit), _) => Oid::from_bytes(&edit.record[40..]).ok(),
            (None, Ok(entry)) => self.old.id(entry),
            (None, Err(next)) if self.old.name(next) == path => return IndexState::Conflict,
            (None, Err(_)) => None,
        };
        match (id, found) {
            (None, _) => IndexState::Absent,
            (Some(id), Ok(entry)) => {
                state_of_entry(id, self.old.flags(entry), self.old.extended_flags(entry))
            }
            (Some(id), Err(_)) => state_of_entry(id, 0, 0),
        }
    }

    /// Whether anything is in a folder of this name.
    pub(super) fn has_below(&self, folder: &str) -> bool {
        let prefix = format!("{folder}/").into_bytes();
        let next = self.old.lower_bound(&prefix);
        let edit = self.edits.range(prefix.clone()..).next();
        self.old.name(next).starts_with(&prefix)
            || edit.is_some_and(|(path, _)| path.starts_with(&prefix))
    }

    /// The entries that git could take for unchanged without looking, once
    /// there is a younger index.
    pub(super) fn take_young(&mut self) -> Vec<Young> {
        std::mem::take(&mut self.young)
    }

    /// Makes git look at the content of a file.
    pub(super) fn smudge(&mut self, path: Vec<u8>) {
        if let Ok(entry) = self.old.find(&path) {
            let mut record = self.old.record(entry);
            record[36..40].fill(0);
            let edit = Edit {
                record,
                at: Ok(entry),
                smudge: true,
            };
            self.edits.insert(path, edit);
            self.built = None;
        }
    }

    /// Sets the content of a path, keeping mode and flags of its entry.
    pub(super) fn set(
        &mut self,
        path: &str,
        blob: BlobId,
        executable: bool,
        stat: Option<FileStat>,
    ) {
        let at = self.old.find(path.as_bytes());
        let mode = match at {
            Ok(entry) => self.old.mode(entry),
            Err(_) if executable => 0o100_755,
            Err(_) => 0o100_644,
        };
        let edit = Edit {
            record: record_of(blob, mode, stat),
            at,
            smudge: false,
        };
        match self.edits.entry(path.as_bytes().to_vec()) {
            Place::Vacant(place) => {
                place.insert(edit);
                self.built = None;
            }
            Place::Occupied(mut place) => {
                if place.get().smudge {
                    self.built = None;
                }
                place.insert(edit);
            }
        }
    }

    /// What the change does to the trees of folders.
    pub(super) fn follow(&mut self, moves: TreeMoves) {
        self.moves = moves;
        self.built = None;
    }

    /// Puts the new content together and hands it to `write`, with zeros for
    /// the checksum, which [`Rewrite::seal`] makes. Whether the old one was
    /// right is found out meanwhile: where it was not, this is [`Odd`].
    pub(super) fn write<E>(
        &mut self,
        write: impl FnOnce(&NewContent<'_>) -> Result<(), E>,
    ) -> Result<Result<(), E>, Odd> {
        let tree = self.old.take_tree();
        let (old, edits) = (&self.old, &self.edits);
        let (layout, records) = Pass::run(old, edits, tree, &self.moves);
        // As long as nothing is inserted, old and new begin alike, and are
        // hashed once.
        let inserts = edits.values().any(|edit| edit.at.is_err());
        let hashed = match records.first() {
            Some(first) if !self.skips_hash && !old.skips_hash() => first.file,
            _ => 0,
        };
        let content = NewContent {
            old,
            layout: &layout,
        };
        let (written, begun) = if self.skips_hash || old.skips_hash() {
            (write(&content), Ok((Sha1::new(), 0)))
        } else if inserts && hashed > LARGE {
            let begin = || content.hash(hashed);
            thread::scope(|scope| {
                let begun = scope.spawn(begin);
                let written = write(&content);
                // A thread that ended badly has found nothing out.
                let begun = begun.join().unwrap_or_else(|_| begin());
                let checked = self.content.hashed_to(0);
                (written, checked.map(|_| (begun, hashed)))
            })
        } else if inserts {
            let checked = self.content.hashed_to(0);
            (write(&content), checked.map(|_| (Sha1::new(), 0)))
        } else {
            (write(&content), self.content.hashed_to(hashed))
        };
        let (begun, hashed) = begun?;
        self.built = Some(Built {
            begun,
            layout,
            records,
            hashed,
        });
        Ok(written)
    }

    /// Brings what was written up to date and gives it its checksum. `write`
    /// gets the bytes that differ, and where. Returns `false`, with nothing
    /// done, where entries were added since, so that all is to be written.
    pub(super) fn seal<E>(
        &mut self,
        mut write: impl FnMut(usize, &[u8]) -> Result<(), E>,
    ) -> Result<bool, E> {
        let Some(built) = &mut self.built else {
            return Ok(false);
        };
        for (at, edit) in built.records.iter().zip(self.edits.values()) {
            let there = built.layout.fresh.get_mut(at.fresh..at.fresh + RECORD);
            if let Some(there) = there.filter(|there| **there != edit.record) {
                there.copy_from_slice(&edit.record);
                write(at.file, there)?;
            }
        }
        if !self.skips_hash {
            let body = built.layout.len - TRAILER;
            let mut hash = built.begun.clone();
            for chunk in built.layout.chunks(&self.old, built.hashed..body) {
                hash.update(chunk);
            }
            write(body, &hash.finalize())?;
        }
        Ok(true)
    }
}

/// The entries as young as the index itself.
fn young(index: &IndexFile, written: i64) -> Vec<Young> {
    // As many bits as the entries have.
    let limit = written as u32;
    let candidates = (0..index.len()).filter(|entry| index.mtime(*entry) >= limit);
    candidates
        .filter(|entry| {
            index.size_of(*entry) != 0
                && index.flags(*entry) & (STAGE_MASK | ASSUME_VALID) == 0
                && index.extended_flags(*entry) & (INTENT_TO_ADD | SKIP_WORKTREE) == 0
        })
        .filter_map(|entry| {
            let id = index.id(entry)?;
            Some((index.name(entry).to_vec(), index.mode(entry), id))
        })
        .collect()
}

/// One pass over the old file.
struct Pass<'i> {
    old: &'i IndexFile,
    out: Layout,
    /// How far the old entries are copied, in bytes.
    copied: usize,
    /// The entry that follows an inserted one in a version 4 file, and is
    /// written with its name told anew; and where that is.
    retold: Option<(usize, RecordAt)>,
    /// The path inserted last, and the entry it goes before.
    inserted: Option<(usize, &'i [u8])>,
}

impl<'i> Pass<'i> {
    /// The new content, and where the record of each edit is in it.
    fn run(
        old: &'i IndexFile,
        edits: &'i BTreeMap<Vec<u8>, Edit>,
        tree: Option<Node>,
        moves: &TreeMoves,
    ) -> (Layout, Vec<RecordAt>) {
        let mut pass = Self {
            old,
            out: Layout::default(),
            copied: HEADER,
            retold: None,
            inserted: None,
        };
        let inserted = edits.values().filter(|edit| edit.at.is_err()).count();
        let count = (old.len() + inserted) as u32;
        pass.out.copy(0..8);
        pass.out.put(&count.to_be_bytes());
        let records = edits
            .iter()
            .map(|(path, edit)| match edit.at {
                Ok(entry) => pass.replace(entry, &edit.record),
                Err(next) => pass.insert(next, path, &edit.record),
            })
            .collect();
        pass.copy_to(old.len());
        pass.extensions(edits, tree, moves);
        pass.out.put(&[0; TRAILER]);
        (pass.out, records)
    }

    fn here(&self) -> RecordAt {
        RecordAt {
            file: self.out.len,
            fresh: self.out.fresh.len(),
        }
    }

    /// Copies the entries before this one that are not copied yet.
    fn copy_to(&mut self, entry: usize) {
        if let Some((next, path)) = self.inserted.take_if(|(next, _)| *next < entry) {
            self.retell(next, path);
        }
        let start = self.old.start(entry);
        if self.copied < start {
            self.out.copy(self.copied..start);
            self.copied = start;
        }
    }

    /// Writes an entry of a version 4 file whose forerunner is new.
    fn retell(&mut self, entry: usize, before: &[u8]) {
        if self.old.version() != 4 {
            return;
        }
        self.retold = Some((entry, self.here()));
        let start = self.old.start(entry);
        let head = self.old.slice(start..start + self.old.head_len(entry));
        let name = self.old.name(entry);
        self.out.put(head);
        self.out.append(|fresh| compress(before, name, fresh));
        self.copied = self.old.start(entry + 1);
    }

    fn replace(&mut self, entry: usize, record: &[u8; RECORD]) -> RecordAt {
        self.copy_to(entry);
        if let Some((_, path)) = self.inserted.take() {
            self.retell(entry, path);
        }
        if let Some((_, at)) = self.retold.filter(|(retold, _)| *retold == entry) {
            if let Some(there) = self.out.fresh.get_mut(at.fresh..at.fresh + RECORD) {
                there.copy_from_slice(record);
            }
            return at;
        }
        let at = self.here();
        self.out.put(record);
        self.copied = self.old.start(entry) + RECORD;
        at
    }

    fn insert(&mut self, next: usize, path: &'i [u8], record: &[u8; RECORD]) -> RecordAt {
        self.copy_to(next);
        let at = self.here();
        let length = u16::try_from(path.len())
            .unwrap_or(NAME_MASK)
            .min(NAME_MASK);
        self.out.put(record);
        self.out.put(&length.to_be_bytes());
        if self.old.version() == 4 {
            let before = match (self.inserted, next.checked_sub(1)) {
                (Some((_, path)), _) => path,
                (None, Some(entry)) => self.old.name(entry),
                (None, None) => &[],
            };
            self.out.append(|fresh| compress(before, path, fresh));
        } else {
            self.out.put(path);
            let unpadded = self.out.len - at.file;
            let padding = padded_len(unpadded) - unpadded;
            self.out
                .append(|fresh| fresh.resize(fresh.len() + padding, 0));
        }
        self.inserted = Some((next, path));
        at
    }

    fn extensions(
        &mut self,
        edits: &BTreeMap<Vec<u8>, Edit>,
        tree: Option<Node>,
        moves: &TreeMoves,
    ) {
        if let Some(mut tree) = tree {
            let changed: Vec<_> = edits
                .iter()
                .filter(|(_, edit)| !edit.smudge)
                .map(|(path, edit)| Changed {
                    path,
                    inserted: edit.at.is_err(),
                })
                .collect();
            if !changed.is_empty() {
                tree.follow(&changed, moves);
            }
            let mut body = Vec::new();
            tree.write(&mut body);
            self.out.put(b"TREE");
            self.out.put(&(body.len() as u32).to_be_bytes());
            self.out.put(&body);
        }
        for extension in self.old.kept() {
            self.out.copy(extension);
        }
    }
}

/// Writes a name as version 4 does: how much of the one before to drop, and
/// what to put in its place.
fn compress(before: &[u8], name: &[u8], out: &mut Vec<u8>) {
    let alike = before.iter().zip(name).take_while(|(a, b)| a == b).count();
    write_varint(before.len() - alike, out);
    out.extend_from_slice(name.get(alike..).unwrap_or_default());
    out.push(0);
}

/// The part of an entry that a change of the file's content changes.
fn record_of(blob: BlobId, mode: u32, stat: Option<FileStat>) -> [u8; RECORD] {
    let mut words = [0; 10];
    if let Some(stat) = stat {
        // The index keeps the low 32 bits of each.
        words = [
            stat.ctime.0 as u32,
            stat.ctime.1,
            stat.mtime.0 as u32,
            stat.mtime.1,
            stat.inode.dev as u32,
            stat.inode.ino as u32,
            0,
            stat.uid,
            stat.gid,
            stat.size as u32,
        ];
    }
    words[6] = mode;
    let mut record = [0; RECORD];
    for (place, word) in record.chunks_exact_mut(4).zip(words) {
        place.copy_from_slice(&word.to_be_bytes());
    }
    for (place, byte) in record.iter_mut().skip(40).zip(blob.0.as_bytes()) {
        *place = *byte;
    }
    record
}
