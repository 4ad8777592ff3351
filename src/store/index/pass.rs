//! One pass over an index that is to be changed: what was there is copied, with
//! the changed entries in between, and never taken apart.

use std::collections::BTreeMap;

use super::entries::{padded_len, write_varint};
use super::file::{HEADER, IndexFile, NAME_MASK, RECORD, TRAILER};
use super::layout::Layout;
use super::tree::{Changed, TreeMoves};

/// An entry to be written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Edit {
    pub(super) record: [u8; RECORD],
    /// The entry it takes the place of, or the one it goes before.
    pub(super) at: Result<usize, usize>,
    /// Only its size was made unknown; the content is as before.
    pub(super) smudge: bool,
}

/// Where the record of an edit is.
#[derive(Debug, Clone, Copy)]
pub(super) struct RecordAt {
    pub(super) file: usize,
    pub(super) fresh: usize,
}

/// One pass over the old file.
pub(super) struct Pass<'i> {
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
    pub(super) fn run(
        old: &'i IndexFile,
        edits: &'i BTreeMap<Vec<u8>, Edit>,
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
        pass.extensions(edits, moves);
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

    fn extensions(&mut self, edits: &BTreeMap<Vec<u8>, Edit>, moves: &TreeMoves) {
        if let Some(mut tree) = self.old.tree().cloned() {
            let changed: Vec<_> = edits
                .iter()
                .filter(|(_, edit)| !edit.smudge)
                .map(|(path, edit)| Changed {
                    path,
                    inserted: edit.at.is_err(),
                })
                .collect();
            if !changed.is_empty() {
                tree.follow(self.old.bytes(), &changed, moves);
            }
            let mut body = Layout::default();
            tree.write(&mut body);
            self.out.put(b"TREE");
            self.out.put(&(body.len as u32).to_be_bytes());
            self.out.join(body);
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
