//! A folder's tree, edited in memory.

use std::cmp::Ordering;

use git2::Oid;

use super::pack::{Delta, MAX_DEPTH, Stored};

const FOLDER: &[u8] = b"40000";
const EXECUTABLE: &[u8] = b"100755";
const FILE: &[u8] = b"100644";
const ID: usize = 20;

/// What stands where something else is to go.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct InTheWay;

/// What an entry is set to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Kind {
    File,
    Folder,
}

/// A tree as git writes it, and where its entries begin.
#[derive(Debug)]
pub(super) struct Folder {
    raw: Vec<u8>,
    starts: Vec<u32>,
    /// Before the batch; `None` where the folder is new.
    pub(super) old: Option<Oid>,
    pub(super) id: Oid,
    /// The version that was written last, with its length.
    stored: Option<(Stored, usize)>,
    /// So many bytes at either end are as in that version.
    head: usize,
    tail: usize,
}

impl Folder {
    /// `None` where the bytes are no tree.
    pub(super) fn read(raw: &[u8], old: Option<Oid>) -> Option<Self> {
        let mut starts = Vec::new();
        let mut at = 0;
        while at < raw.len() {
            starts.push(u32::try_from(at).ok()?);
            let name = raw.get(at..)?.iter().position(|byte| *byte == 0)?;
            at += name + 1 + ID;
        }
        (at == raw.len()).then(|| Self {
            raw: raw.to_vec(),
            starts,
            old,
            id: old.unwrap_or(Oid::ZERO_SHA1),
            stored: None,
            head: raw.len(),
            tail: raw.len(),
        })
    }

    pub(super) fn raw(&self) -> &[u8] {
        &self.raw
    }

    /// Mode and name, without the zero between name and object.
    fn entry(&self, number: usize) -> (&[u8], &[u8]) {
        let start = self.starts.get(number).map_or(0, |at| *at as usize);
        let entry = self.raw.get(start..self.end(number) - ID - 1);
        let entry = entry.unwrap_or_default();
        let space = entry.iter().position(|byte| *byte == b' ').unwrap_or(0);
        let (mode, name) = entry.split_at(space);
        (mode, name.get(1..).unwrap_or_default())
    }

    fn end(&self, number: usize) -> usize {
        self.starts
            .get(number + 1)
            .map_or(self.raw.len(), |at| *at as usize)
    }

    fn find(&self, name: &[u8], kind: Kind) -> Result<usize, usize> {
        let (mut low, mut high) = (0, self.starts.len());
        while low < high {
            let middle = low + (high - low) / 2;
            let (mode, other) = self.entry(middle);
            match order(other, kind_of(mode), name, kind) {
                Ordering::Less => low = middle + 1,
                Ordering::Equal => return Ok(middle),
                Ordering::Greater => high = middle,
            }
        }
        Err(low)
    }

    /// The folder of a name; `None` where there is nothing.
    pub(super) fn folder(&self, name: &str) -> Result<Option<Oid>, InTheWay> {
        if self.find(name.as_bytes(), Kind::File).is_ok() {
            return Err(InTheWay);
        }
        let Ok(number) = self.find(name.as_bytes(), Kind::Folder) else {
            return Ok(None);
        };
        let end = self.end(number);
        let id = self.raw.get(end - ID..end).unwrap_or_default();
        Oid::from_bytes(id).map(Some).map_err(|_| InTheWay)
    }

    /// Sets an entry; a file that is there keeps its mode.
    pub(super) fn set(&mut self, name: &str, kind: Kind, id: Oid) -> Result<(), InTheWay> {
        let name = name.as_bytes();
        let other = match kind {
            Kind::File => Kind::Folder,
            Kind::Folder => Kind::File,
        };
        let at = match self.find(name, kind) {
            Ok(number) => {
                let (mode, _) = self.entry(number);
                // A link or a submodule.
                if kind == Kind::File && !is_file(mode) {
                    return Err(InTheWay);
                }
                let end = self.end(number);
                if let Some(there) = self.raw.get_mut(end - ID..end) {
                    there.copy_from_slice(id.as_bytes());
                }
                end - ID..end
            }
            Err(_) if self.find(name, other).is_ok() => return Err(InTheWay),
            Err(number) => self.insert(number, name, kind, id),
        };
        self.head = self.head.min(at.start);
        self.tail = self.tail.min(self.raw.len() - at.end);
        Ok(())
    }

    fn insert(
        &mut self,
        number: usize,
        name: &[u8],
        kind: Kind,
        id: Oid,
    ) -> std::ops::Range<usize> {
        let mode = match kind {
            Kind::File => FILE,
            Kind::Folder => FOLDER,
        };
        let entry = [mode, b" ", name, b"\0", id.as_bytes()].concat();
        let start = self
            .starts
            .get(number)
            .map_or(self.raw.len(), |at| *at as usize);
        self.raw.splice(start..start, entry.iter().copied());
        for later in self.starts.iter_mut().skip(number) {
            *later += entry.len() as u32;
        }
        self.starts.insert(number, start as u32);
        start..start + entry.len()
    }

    /// How this version differs from the one written before, where that one may
    /// be told from.
    pub(super) fn delta(&self) -> Option<(Stored, Vec<u8>)> {
        let (stored, length) = self.stored.filter(|(stored, _)| stored.depth < MAX_DEPTH)?;
        let mut delta = Delta::new(length, self.raw.len());
        delta.copy(0, self.head);
        let middle = self.raw.get(self.head..self.raw.len() - self.tail);
        delta.insert(middle.unwrap_or_default());
        delta.copy(length - self.tail, self.tail);
        Some((stored, delta.into_bytes()))
    }

    /// Notes that this version is written.
    pub(super) fn note_stored(&mut self, id: Oid, stored: Stored) {
        let length = self.raw.len();
        self.id = id;
        self.stored = Some((stored, length));
        self.head = length;
        self.tail = length;
    }
}

fn kind_of(mode: &[u8]) -> Kind {
    match mode == FOLDER {
        true => Kind::Folder,
        false => Kind::File,
    }
}

/// Some very old programs wrote files as 100664.
fn is_file(mode: &[u8]) -> bool {
    mode == FILE || mode == EXECUTABLE || mode == b"100664"
}

/// Git's order: the name of a folder counts as if a slash were behind it.
fn order(a: &[u8], a_kind: Kind, b: &[u8], b_kind: Kind) -> Ordering {
    let slash = |kind| (kind == Kind::Folder).then_some(&b'/');
    a.iter()
        .chain(slash(a_kind))
        .cmp(b.iter().chain(slash(b_kind)))
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn entries_are_in_the_order_of_git_and_one_of_a_name() {
        let id = Oid::from_str(&"1".repeat(40)).unwrap();
        let mut folder = Folder::read(b"", None).unwrap();
        for name in ["a.b", "a0", "b", "a-"] {
            folder.set(name, Kind::File, id).unwrap();
        }
        folder.set("a", Kind::Folder, id).unwrap();
        let names: Vec<_> = (0..5).map(|n| folder.entry(n).1.to_vec()).collect();
        assert_eq!(
            names,
            ["a-", "a.b", "a", "a0", "b"].map(|name| name.as_bytes())
        );
        assert_eq!(folder.set("a", Kind::File, id), Err(InTheWay));
        assert_eq!(folder.set("b", Kind::Folder, id), Err(InTheWay));
        assert_eq!(folder.folder("b"), Err(InTheWay));
        assert_eq!(folder.folder("a"), Ok(Some(id)));
        assert_eq!(folder.folder("c"), Ok(None));
        let again = Folder::read(folder.raw(), None).unwrap();
        assert_eq!(again.starts, folder.starts);
        assert!(Folder::read(&folder.raw()[1..40], None).is_none());
    }
}
