//! The index rewritten in one pass: what was there is copied, with the changed
//! entries in between, and never taken apart.

use std::collections::BTreeMap;
use std::collections::btree_map::Entry as Place;
use std::ops::Range;
use std::sync::Arc;
use std::thread;

use git2::Oid;
use serde::{Deserialize, Serialize};
use sha1::{Digest, Sha1};

use super::blocks::{Blocks, Inserted};
use super::bytes::Content;
use super::entries::padded_len;
use super::file::{FIXED, IndexFile, Odd, RECORD, TRAILER, word};
use super::layout::{Base, Layout, NewContent};
use super::pass::{Edit, Pass, RecordAt};
use super::tree::TreeMoves;
use super::{ASSUME_VALID, INTENT_TO_ADD, IndexState, SKIP_WORKTREE, STAGE_MASK, state_of_entry};
use crate::store::BlobId;
use crate::store::worktree::FileStat;

/// So many bytes are worth a thread that hashes them.
const LARGE: usize = 256 << 10;

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
    /// When the old file was written, in seconds since 1970.
    written: i64,
    /// What is in the file that is written to.
    base: Base,
}

/// What is known of an index once it is written, and takes a whole reading to
/// find out later.
#[derive(Debug, Serialize, Deserialize)]
pub(super) struct Known {
    pub(super) blocks: Blocks,
    /// Where it differs from the index before.
    pub(super) stale: Vec<Range<usize>>,
    /// Entries of which some may be as young as the index, and their times.
    /// Only if it is no older than `since`.
    pub(super) young: Vec<(String, u32)>,
    pub(super) since: i64,
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
        let young = young(&old, 0..old.len(), written);
        let mut rewrite = Self::with(old, content, written, young);
        rewrite.skips_hash = skips_hash;
        Ok(rewrite)
    }

    /// Of a file that we wrote, without its checksum, and of which `known` is
    /// known; to be written over the one before it. `None` where an entry that
    /// should be there is not.
    pub(super) fn known(content: Content, written: i64, known: Known) -> Result<Self, Odd> {
        let old = IndexFile::known(Arc::clone(&content.bytes), known.blocks)?;
        let mut entries = Vec::with_capacity(known.young.len());
        for (name, _) in &known.young {
            entries.push(old.find(name.as_bytes()).map_err(|_| Odd)?);
        }
        let young = young(&old, entries.into_iter(), written);
        let mut rewrite = Self::with(old, content, written, young);
        rewrite.base = Base::Old {
            length: rewrite.content.bytes.len(),
            stale: known.stale,
        };
        Ok(rewrite)
    }

    fn with(old: IndexFile, content: Content, written: i64, young: Vec<Young>) -> Self {
        Self {
            old,
            content,
            edits: BTreeMap::new(),
            moves: TreeMoves::new(),
            built: None,
            skips_hash: true,
            young,
            written,
            base: Base::Nothing,
        }
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
    pub(super) fn young(&self) -> Vec<Young> {
        self.young.clone()
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
        let (old, edits) = (&self.old, &self.edits);
        let (layout, records) = Pass::run(old, edits, &self.moves);
        if old.is_odd() {
            return Err(Odd);
        }
        // As long as nothing is inserted, old and new begin alike, and are
        // hashed once.
        let inserts = edits.values().any(|edit| edit.at.is_err());
        let hashed = match records.first() {
            Some(first) if !self.skips_hash && !old.skips_hash() => first.file,
            _ => 0,
        };
        let content = NewContent {
            old: old.bytes(),
            layout: &layout,
            base: &self.base,
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
        // Should it be written once more, then over this.
        self.base = Base::Old {
            stale: layout.differing(),
            length: layout.len,
        };
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
            for chunk in built.layout.chunks(self.old.bytes(), built.hashed..body) {
                hash.update(chunk);
            }
            write(body, &hash.finalize())?;
        }
        Ok(true)
    }

    /// What is known of the new index; `None` where it was not written, or that
    /// is not worth it.
    pub(super) fn known_now(&self) -> Option<Known> {
        let built = self.built.as_ref()?;
        let inserted: Vec<_> = self
            .edits
            .iter()
            .filter_map(|(path, edit)| {
                Some(Inserted {
                    before: edit.at.err()?,
                    length: padded_len(FIXED + path.len()),
                })
            })
            .collect();
        let edited = self
            .edits
            .iter()
            .map(|(path, edit)| (path, word(&edit.record, 8).unwrap_or(0)));
        let others = self
            .young
            .iter()
            .filter(|(path, ..)| !self.edits.contains_key(path))
            .map(|(path, ..)| (path, self.old.find(path).map_or(0, |at| self.old.mtime(at))));
        let young = edited
            .chain(others)
            .map(|(path, mtime)| Some((String::from_utf8(path.clone()).ok()?, mtime)))
            .collect::<Option<_>>()?;
        Some(Known {
            blocks: self.old.blocks()?.after(&inserted)?,
            stale: built.layout.differing(),
            young,
            since: self.written,
        })
    }
}

/// Those of some entries that are as young as the index itself.
fn young(index: &IndexFile, some: impl Iterator<Item = usize>, written: i64) -> Vec<Young> {
    // As many bits as the entries have.
    let limit = written as u32;
    let candidates = some.filter(|entry| index.mtime(*entry) >= limit);
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
