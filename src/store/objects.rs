//! Blobs, trees and commits of a change. Nothing of it is visible until a
//! reference points there.
//!
//! A chain of commits knows which entry of which tree it changes. Trees are
//! edited in memory, and each object is written once: as a loose file, or many
//! into a pack.

use std::cmp::Reverse;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

use git2::{ObjectType, Oid};

use super::folder::{Folder, Kind};
use super::identity::{Identity, stamp};
use super::index::{TreeMove, TreeMoves, empty_tree};
use super::loose::{LooseFiles, LooseNames};
use super::pack::{self, MAX_DEPTH, PackFile, Stored, WaitingPack};
use super::sign::Signer;
use super::{
    BlobId, CommitId, CrashPoint, Draft, Durability, EntryKind, Expect, Place, Progress, Result,
    Snapshot, Store, StoreError, id, path,
};

/// A file that a change writes, after the last of its drafts.
#[derive(Debug)]
pub(super) struct NewFile {
    /// Relative to the desk's root.
    pub(super) path: String,
    pub(super) content: Vec<u8>,
    pub(super) blob: BlobId,
    pub(super) executable: bool,
}

/// A chain of commits in the object database.
#[derive(Debug)]
pub(super) struct Built {
    /// Oldest first.
    pub(super) commits: Vec<CommitId>,
    /// Its loose objects, whose names are still to be synced.
    pub(super) loose: Option<LooseNames>,
    /// What the whole chain does to the trees of folders.
    pub(super) trees: TreeMoves,
    /// A pack with the objects, which nobody sees yet.
    pub(super) pack: Option<WaitingPack>,
}

/// The files of all drafts: the last content of each path, and what the first
/// draft that writes it expects in the work tree.
pub(super) fn merge_files(drafts: &[Draft]) -> BTreeMap<&str, (&Expect, &[u8])> {
    let mut files: BTreeMap<&str, (&Expect, &[u8])> = BTreeMap::new();
    for change in drafts.iter().flat_map(|draft| &draft.files) {
        files
            .entry(&change.path)
            .and_modify(|(_, content)| *content = &change.content)
            .or_insert((&change.worktree, &change.content));
    }
    files
}

/// Where objects are written to.
enum Sink {
    Loose(LooseFiles),
    Pack(PackFile),
}

impl Sink {
    /// An object that was written before.
    fn find(&self, id: Oid) -> Option<Stored> {
        match self {
            Self::Loose(files) => files.find(id),
            Self::Pack(pack) => pack.find(id),
        }
    }

    fn add(&mut self, kind: ObjectType, id: Oid, content: &[u8]) -> Result<Stored> {
        match self {
            Self::Loose(files) => files.add(kind, id, content),
            Self::Pack(pack) => pack.add(kind, id, content),
        }
    }

    /// Adds an object of which a delta to another one is known.
    fn add_delta(
        &mut self,
        kind: ObjectType,
        id: Oid,
        content: &[u8],
        base: Stored,
        delta: &[u8],
    ) -> Result<Stored> {
        match self {
            Self::Loose(files) => files.add(kind, id, content),
            Self::Pack(pack) => pack.add_delta(id, base, delta),
        }
    }
}

/// The last version of a file in the chain.
struct Version<'d> {
    content: &'d [u8],
    stored: Stored,
}

struct Builder<'s, 'd> {
    store: &'s Store,
    sink: Sink,
    /// By path from the top of the work tree.
    folders: HashMap<String, Folder>,
    files: HashMap<&'d str, Version<'d>>,
}

impl Store {
    /// Writes the commits of `drafts` on top of `base`, one after the other.
    /// Loose objects are on the disk then, but perhaps not their names; a pack
    /// waits to be published.
    pub(super) fn build(
        &self,
        base: &Snapshot<'_>,
        drafts: &[Draft],
        committer: &Identity,
        signer: Option<&Signer>,
        durability: Durability,
    ) -> Result<Built> {
        let packed = drafts.len() > pack::MANY;
        let mut parent = base.commit();
        let mut builder = Builder {
            store: self,
            sink: match packed {
                true => Sink::Pack(PackFile::create(&self.packs())?),
                false => Sink::Loose(LooseFiles::new(
                    self.common_dir().join("objects"),
                    drafts.len(),
                    durability,
                )),
            },
            folders: HashMap::new(),
            files: HashMap::new(),
        };
        builder.read_top(parent)?;
        let mut commits = Vec::with_capacity(drafts.len());
        for draft in drafts {
            let tree = builder.tree_of(draft)?;
            let content = self.commit_content(draft, committer, tree, parent, signer)?;
            let id = name(ObjectType::Commit, &content)?;
            builder.add(ObjectType::Commit, id, &content)?;
            parent = Some(CommitId(id));
            commits.push(CommitId(id));
            if packed {
                if commits.len() == 1 {
                    self.step(CrashPoint::PackStarted);
                }
                self.progress(Progress {
                    done: commits.len(),
                    total: drafts.len(),
                });
            }
        }
        let trees = builder.moves();
        let (loose, pack) = match builder.sink {
            Sink::Loose(files) => (Some(files.finish()), None),
            Sink::Pack(file) => {
                let pack = file.finish(durability)?;
                self.step(CrashPoint::PackWritten);
                (None, Some(pack))
            }
        };
        Ok(Built {
            commits,
            loose,
            trees,
            pack,
        })
    }

    /// A commit as git stores it, signed where that is asked for.
    pub(super) fn commit_content(
        &self,
        draft: &Draft,
        committer: &Identity,
        tree: Oid,
        parent: Option<CommitId>,
        signer: Option<&Signer>,
    ) -> Result<Vec<u8>> {
        let author = draft
            .author
            .signature(draft.authored_at, draft.authored_offset_min)?;
        let committer = committer.signature(draft.committed_at, draft.committed_offset_min)?;
        if draft.message.contains('\0') {
            return Err(StoreError::Git {
                action: "write a commit",
                detail: "its message has a zero byte".to_owned(),
            });
        }
        let parent = parent.map_or(String::new(), |parent| format!("parent {parent}\n"));
        let header = format!(
            "tree {tree}\n{parent}author {}\ncommitter {}\n",
            stamp(&author),
            stamp(&committer)
        );
        let message = draft.message.trim_end();
        let mut signature = String::new();
        if let Some(signer) = signer {
            let made = signer.sign(&format!("{header}\n{message}\n"))?;
            signature = format!("gpgsig {}\n", made.trim_end().replace('\n', "\n "));
        }
        Ok(format!("{header}{signature}\n{message}\n").into_bytes())
    }
}

impl<'d> Builder<'_, 'd> {
    fn read_top(&mut self, base: Option<CommitId>) -> Result<()> {
        let id = match base {
            None => None,
            Some(base) => Some(self.store.commit_object(base)?.tree_id()),
        };
        let top = self.read(id)?;
        self.folders.insert(String::new(), top);
        Ok(())
    }

    fn read(&self, id: Option<Oid>) -> Result<Folder> {
        let action = "read a tree";
        let Some(id) = id else {
            return Folder::read(&[], None).ok_or_else(|| damaged(empty_tree()));
        };
        let odb = self.store.repo.odb().map_err(StoreError::git(action))?;
        let object = odb.read(id).map_err(StoreError::git(action))?;
        Folder::read(object.data(), Some(id)).ok_or_else(|| damaged(id))
    }

    /// Makes sure that a folder and those that lead to it are read.
    fn open(&mut self, folder: &str) -> Result<()> {
        if self.folders.contains_key(folder) {
            return Ok(());
        }
        let (above, name) = path::split(folder);
        self.open(above)?;
        let found = match self.folders.get(above) {
            Some(above) => above.folder(name),
            None => Ok(None),
        };
        let id = found.map_err(|_| wrong_kind(folder, EntryKind::Folder))?;
        let read = self.read(id)?;
        self.folders.insert(folder.to_owned(), read);
        Ok(())
    }

    fn set(&mut self, path: &str, kind: Kind, id: Oid) -> Result<()> {
        let (folder, name) = path::split(path);
        self.open(folder)?;
        let set = match self.folders.get_mut(folder) {
            Some(folder) => folder.set(name, kind, id),
            None => Ok(()),
        };
        let expected = match kind {
            Kind::File => EntryKind::File,
            Kind::Folder => EntryKind::Folder,
        };
        set.map_err(|_| wrong_kind(path, expected))
    }

    /// Writes what a draft changes; returns the tree of its commit.
    fn tree_of(&mut self, draft: &'d Draft) -> Result<Oid> {
        // The deepest first, since each changes the one above it.
        let mut changed = BTreeSet::new();
        let mut paths = HashSet::new();
        let rank = |folder: &str| Reverse((folder.matches('/').count(), folder.len()));
        for file in &draft.files {
            if !paths.insert(&file.path) {
                return Err(StoreError::Git {
                    action: "write a tree",
                    detail: format!("one commit writes {} twice", file.path),
                });
            }
            let id = self.add_file(&file.path, &file.content)?;
            let full = self.store.repo_path(&file.path);
            self.set(&full, Kind::File, id)?;
            let (folder, _) = path::split(&full);
            changed.insert((rank(folder), folder.to_owned()));
        }
        while let Some((_, folder)) = changed.pop_first() {
            let id = self.add_folder(&folder)?;
            if !folder.is_empty() {
                self.set(&folder, Kind::Folder, id)?;
                let (above, _) = path::split(&folder);
                changed.insert((rank(above), above.to_owned()));
            }
        }
        match self.folders.get("") {
            Some(top) if top.old.is_none() && top.raw().is_empty() => self.add_folder(""),
            Some(top) => Ok(top.id),
            None => Ok(empty_tree()),
        }
    }

    fn add_file(&mut self, path: &'d str, content: &'d [u8]) -> Result<Oid> {
        let kind = ObjectType::Blob;
        let id = name(kind, content)?;
        let stored = match (self.sink.find(id), self.files.get(path)) {
            (Some(stored), _) => stored,
            (None, Some(before)) if before.stored.depth < MAX_DEPTH => {
                let delta = pack::of_lines(before.content, content);
                match delta.len() * 2 < content.len() {
                    true => self
                        .sink
                        .add_delta(kind, id, content, before.stored, &delta)?,
                    false => self.sink.add(kind, id, content)?,
                }
            }
            (None, _) => self.sink.add(kind, id, content)?,
        };
        self.files.insert(path, Version { content, stored });
        Ok(id)
    }

    fn add_folder(&mut self, path: &str) -> Result<Oid> {
        let Some(folder) = self.folders.get_mut(path) else {
            return Ok(empty_tree());
        };
        let kind = ObjectType::Tree;
        let id = name(kind, folder.raw())?;
        let stored = match (self.sink.find(id), folder.delta()) {
            (Some(stored), _) => stored,
            (None, Some((base, delta))) if delta.len() < folder.raw().len() => {
                self.sink.add_delta(kind, id, folder.raw(), base, &delta)?
            }
            (None, _) => self.sink.add(kind, id, folder.raw())?,
        };
        folder.note_stored(id, stored);
        Ok(id)
    }

    fn add(&mut self, kind: ObjectType, id: Oid, content: &[u8]) -> Result<()> {
        if self.sink.find(id).is_none() {
            self.sink.add(kind, id, content)?;
        }
        Ok(())
    }

    fn moves(&self) -> TreeMoves {
        let moves = self.folders.iter().map(|(path, folder)| {
            let old = match path.is_empty() {
                true => Some(folder.old.unwrap_or_else(empty_tree)),
                false => folder.old,
            };
            let new = folder.id;
            (path.clone(), TreeMove { old, new })
        });
        moves.collect()
    }
}

fn name(kind: ObjectType, content: &[u8]) -> Result<Oid> {
    id::name(kind, content).ok_or(StoreError::Git {
        action: "name an object",
        detail: "its name is not as long as it should be".to_owned(),
    })
}

fn damaged(id: Oid) -> StoreError {
    StoreError::Git {
        action: "read a tree",
        detail: format!("{id} is damaged"),
    }
}

/// Something else stands where a draft wants this.
fn wrong_kind(path: &str, expected: EntryKind) -> StoreError {
    let found = match expected {
        EntryKind::File => EntryKind::Folder,
        _ => EntryKind::File,
    };
    StoreError::WrongKind {
        path: path.to_owned(),
        expected,
        found,
        place: Place::Commit(None),
    }
}
