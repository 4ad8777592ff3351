//! Many commits at once, straight into a packfile.
//!
//! A loose object costs a file and, durably, a sync; and a chain of commits
//! knows which entry of which tree it changes, so that trees and files that
//! grow are stored by their difference without a search.

mod delta;
mod file;
mod folder;

use std::cmp::Reverse;
use std::collections::{BTreeSet, HashMap, HashSet};
use std::path::PathBuf;

use git2::{ObjectType, Oid};
use sha1::{Digest, Sha1};

use super::identity::Identity;
use super::index::{TreeMove, TreeMoves, empty_tree};
use super::objects::Built;
use super::sign::Signer;
use super::{
    CommitId, CrashPoint, Draft, Durability, EntryKind, Place, Progress, Result, Snapshot, Store,
    StoreError, path,
};
use file::PackFile;
use folder::{Folder, Kind};

pub(super) use file::{WaitingPack, sweep};

/// From so many drafts on, a pack is worth it.
pub(super) const MANY: usize = 32;

/// A longer chain of differences is slow to read; `git gc` has the same limit.
const MAX_DEPTH: u32 = 50;

/// An object in the pack that is being written.
#[derive(Debug, Clone, Copy)]
struct Stored {
    at: u64,
    /// How many differences lead to it.
    depth: u32,
}

/// The last version of a file in the batch.
struct Version<'d> {
    content: &'d [u8],
    stored: Stored,
}

struct Builder<'s, 'd> {
    store: &'s Store,
    pack: PackFile,
    /// By path from the top of the work tree.
    folders: HashMap<String, Folder>,
    files: HashMap<&'d str, Version<'d>>,
}

impl Store {
    /// The folder of packs.
    pub(super) fn packs(&self) -> PathBuf {
        self.common_dir().join("objects/pack")
    }

    /// As [`Store::build`], into a pack that waits to be published.
    pub(super) fn build_packed(
        &self,
        base: &Snapshot<'_>,
        drafts: &[Draft],
        committer: &Identity,
        signer: Option<&Signer>,
        durability: Durability,
    ) -> Result<Built> {
        let mut parent = base.commit();
        let mut builder = Builder {
            store: self,
            pack: PackFile::create(&self.packs())?,
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
            if commits.len() == 1 {
                self.step(CrashPoint::PackStarted);
            }
            self.progress(Progress {
                done: commits.len(),
                total: drafts.len(),
            });
        }
        let trees = builder.moves();
        let pack = builder.pack.finish(durability)?;
        self.step(CrashPoint::PackWritten);
        Ok(Built {
            commits,
            objects: Vec::new(),
            trees,
            pack: Some(pack),
        })
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
        let id = name(ObjectType::Blob, content)?;
        let stored = match (self.pack.find(id), self.files.get(path)) {
            (Some(stored), _) => stored,
            (None, Some(before)) if before.stored.depth < MAX_DEPTH => {
                let delta = delta::of_lines(before.content, content);
                match delta.len() * 2 < content.len() {
                    true => self.pack.add_delta(id, before.stored, &delta)?,
                    false => self.pack.add(ObjectType::Blob, id, content)?,
                }
            }
            (None, _) => self.pack.add(ObjectType::Blob, id, content)?,
        };
        self.files.insert(path, Version { content, stored });
        Ok(id)
    }

    fn add_folder(&mut self, path: &str) -> Result<Oid> {
        let Some(folder) = self.folders.get_mut(path) else {
            return Ok(empty_tree());
        };
        let id = name(ObjectType::Tree, folder.raw())?;
        let stored = match (self.pack.find(id), folder.delta()) {
            (Some(stored), _) => stored,
            (None, Some((base, delta)))
                if base.depth < MAX_DEPTH && delta.len() < folder.raw().len() =>
            {
                self.pack.add_delta(id, base, &delta)?
            }
            (None, _) => self.pack.add(ObjectType::Tree, id, folder.raw())?,
        };
        folder.note_stored(id, stored);
        Ok(id)
    }

    fn add(&mut self, kind: ObjectType, id: Oid, content: &[u8]) -> Result<()> {
        if self.pack.find(id).is_none() {
            self.pack.add(kind, id, content)?;
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

/// The name that git gives an object.
fn name(kind: ObjectType, content: &[u8]) -> Result<Oid> {
    let mut hash = Sha1::new();
    hash.update(format!("{kind} {}\0", content.len()));
    hash.update(content);
    Oid::from_bytes(&hash.finalize()).map_err(StoreError::git("name an object"))
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
