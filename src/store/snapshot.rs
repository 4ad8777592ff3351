//! What a commit holds, read from git's objects and never from the work tree.

use std::cell::OnceCell;
use std::cmp::Ordering;
use std::fmt;

use git2::{ErrorCode, ObjectType, Oid, Tree, TreeEntry};

use super::{BlobId, CommitId, Place, Result, Store, StoreError, path};

/// What kind of thing a path names.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum EntryKind {
    /// A regular file.
    File,
    /// A folder.
    Folder,
    /// A symbolic link.
    Symlink,
    /// A submodule, or on disk anything else: a pipe, a device.
    Other,
}

impl fmt::Display for EntryKind {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::File => "file",
            Self::Folder => "folder",
            Self::Symlink => "symbolic link",
            Self::Other => "special file",
        })
    }
}

/// An entry of a tree.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Entry {
    /// What it is.
    pub kind: EntryKind,
    /// Its content, where it is a file or a link; else the name of its object.
    pub id: BlobId,
    mode: i32,
}

impl Entry {
    fn of(entry: &TreeEntry<'_>) -> Self {
        let mode = entry.filemode();
        let kind = match (entry.kind(), mode & 0o170_000) {
            (Some(ObjectType::Tree), _) => EntryKind::Folder,
            (Some(ObjectType::Blob), 0o120_000) => EntryKind::Symlink,
            (Some(ObjectType::Blob), _) => EntryKind::File,
            _ => EntryKind::Other,
        };
        Self {
            kind,
            id: BlobId(entry.id()),
            mode,
        }
    }

    /// Whether git has the file as executable.
    #[must_use]
    pub fn is_executable(&self) -> bool {
        self.kind == EntryKind::File && self.mode & 0o111 != 0
    }
}

/// The desk as one commit has it. It stays what it is while others commit.
pub struct Snapshot<'s> {
    store: &'s Store,
    commit: Option<CommitId>,
    /// The desk's folder, once it was asked for; `None` where the commit has
    /// none yet.
    tree: OnceCell<Option<Oid>>,
}

impl fmt::Debug for Snapshot<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Snapshot")
            .field("commit", &self.commit)
            .finish_non_exhaustive()
    }
}

impl Store {
    /// The desk as `HEAD` has it now; empty where nothing is committed yet. Git's
    /// objects are not looked at before something is asked that the cache does
    /// not know of this commit.
    ///
    /// # Errors
    /// [`StoreError::Git`].
    pub fn snapshot(&self) -> Result<Snapshot<'_>> {
        Ok(self.unread(self.head()?.commit))
    }

    /// The desk as a commit has it.
    ///
    /// # Errors
    /// [`StoreError::NoSuchCommit`], [`StoreError::Git`],
    /// [`StoreError::WrongKind`] where the desk's folder is no folder.
    pub fn snapshot_at(&self, commit: CommitId) -> Result<Snapshot<'_>> {
        self.snapshot_of(Some(commit))
    }

    pub(super) fn snapshot_of(&self, commit: Option<CommitId>) -> Result<Snapshot<'_>> {
        let snapshot = self.unread(commit);
        snapshot.tree()?;
        Ok(snapshot)
    }

    fn unread(&self, commit: Option<CommitId>) -> Snapshot<'_> {
        Snapshot {
            store: self,
            commit,
            tree: OnceCell::new(),
        }
    }

    pub(super) fn commit_object(&self, commit: CommitId) -> Result<git2::Commit<'_>> {
        self.repo.find_commit(commit.0).map_err(|error| {
            if error.code() == ErrorCode::NotFound {
                StoreError::NoSuchCommit { commit }
            } else {
                StoreError::git("read a commit")(error)
            }
        })
    }

    fn desk_tree<'s>(
        &'s self,
        mut tree: Tree<'s>,
        commit: Option<CommitId>,
    ) -> Result<Option<Tree<'s>>> {
        for part in self.prefix.split_terminator('/') {
            let Some(entry) = tree.get_name(part).map(|entry| Entry::of(&entry)) else {
                return Ok(None);
            };
            if entry.kind != EntryKind::Folder {
                return Err(StoreError::WrongKind {
                    path: part.to_owned(),
                    expected: EntryKind::Folder,
                    found: entry.kind,
                    place: Place::Commit(commit),
                });
            }
            tree = self.tree(entry.id.0)?;
        }
        Ok(Some(tree))
    }

    fn tree(&self, id: Oid) -> Result<Tree<'_>> {
        self.repo
            .find_tree(id)
            .map_err(StoreError::git("read a tree"))
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// [`StoreError::Git`] where the repository does not have it.
    pub fn read_blob(&self, blob: BlobId) -> Result<Vec<u8>> {
        self.repo
            .find_blob(blob.0)
            .map(|blob| blob.content().to_vec())
            .map_err(StoreError::git("read a blob"))
    }
}

impl<'s> Snapshot<'s> {
    /// Where it is from.
    pub(super) fn store(&self) -> &'s Store {
        self.store
    }

    /// The commit; `None` where nothing is committed yet.
    #[must_use]
    pub fn commit(&self) -> Option<CommitId> {
        self.commit
    }

    /// The content of a file; `None` where there is none.
    ///
    /// # Errors
    /// [`StoreError::WrongKind`] where the path names something else than a
    /// file, or leads through something else than folders.
    pub fn read(&self, path: &str) -> Result<Option<Vec<u8>>> {
        self.blob(path)?
            .map(|blob| self.store.read_blob(blob))
            .transpose()
    }

    /// The name of a file's content; `None` where there is no file.
    ///
    /// # Errors
    /// As [`Snapshot::read`].
    pub fn blob(&self, path: &str) -> Result<Option<BlobId>> {
        Ok(self.file(path)?.map(|entry| entry.id))
    }

    /// The content of a blob.
    ///
    /// # Errors
    /// [`StoreError::Git`] where the repository does not have it.
    pub fn read_blob(&self, blob: BlobId) -> Result<Vec<u8>> {
        self.store.read_blob(blob)
    }

    /// Whatever the path names.
    ///
    /// # Errors
    /// [`StoreError::WrongKind`] where a folder on the way is none.
    pub fn entry(&self, path: &str) -> Result<Option<Entry>> {
        path::check(path)?;
        let (folder, name) = path::split(path);
        Ok(self
            .folder(folder)?
            .and_then(|tree| tree.get_name(name).map(|entry| Entry::of(&entry))))
    }

    /// The entry of a path that names a file or nothing.
    pub(super) fn file(&self, path: &str) -> Result<Option<Entry>> {
        match self.entry(path)? {
            Some(entry) if entry.kind != EntryKind::File => {
                Err(self.wrong_kind(path, EntryKind::File, entry.kind))
            }
            found => Ok(found),
        }
    }

    fn wrong_kind(&self, path: &str, expected: EntryKind, found: EntryKind) -> StoreError {
        StoreError::WrongKind {
            path: path.to_owned(),
            expected,
            found,
            place: Place::Commit(self.commit),
        }
    }

    /// The tree of a folder; empty: the desk's.
    pub(super) fn tree_of(&self, folder: &str) -> Result<Option<git2::Oid>> {
        Ok(self.folder(folder)?.map(|tree| tree.id()))
    }

    /// The desk's folder.
    fn tree(&self) -> Result<Option<Tree<'s>>> {
        if let Some(id) = self.tree.get() {
            return id.map(|id| self.store.tree(id)).transpose();
        }
        let tree = match self.commit {
            None => None,
            Some(commit) => {
                let tree = self.store.commit_object(commit)?.tree();
                let tree = tree.map_err(StoreError::git("read a tree"))?;
                self.store.desk_tree(tree, Some(commit))?
            }
        };
        self.tree.get_or_init(|| tree.as_ref().map(Tree::id));
        Ok(tree)
    }

    fn folder(&self, folder: &str) -> Result<Option<Tree<'s>>> {
        let Some(mut tree) = self.tree()? else {
            return Ok(None);
        };
        let mut walked = 0;
        for part in folder.split('/').filter(|part| !part.is_empty()) {
            walked += part.len() + 1;
            let Some(entry) = tree.get_name(part).map(|entry| Entry::of(&entry)) else {
                return Ok(None);
            };
            if entry.kind != EntryKind::Folder {
                let path = folder.get(..walked - 1).unwrap_or(folder);
                return Err(self.wrong_kind(path, EntryKind::Folder, entry.kind));
            }
            tree = self.store.tree(entry.id.0)?;
        }
        Ok(Some(tree))
    }

    /// Visits every file under a folder (empty: the desk) in the order of
    /// paths, reading trees only. Links and submodules are passed over; see
    /// [`Snapshot::walk_entries`].
    ///
    /// # Errors
    /// [`StoreError::WrongKind`] where the folder is none, and what `visit`
    /// returns, which ends the walk.
    pub fn walk<E: From<StoreError>>(
        &self,
        folder: &str,
        mut visit: impl FnMut(&str, BlobId) -> Result<(), E>,
    ) -> Result<(), E> {
        self.walk_entries(folder, |path, entry| match entry.kind {
            EntryKind::File => visit(path, entry.id),
            _ => Ok(()),
        })
    }

    /// As [`Snapshot::walk`], with everything that is not a folder.
    ///
    /// # Errors
    /// As [`Snapshot::walk`].
    pub fn walk_entries<E: From<StoreError>>(
        &self,
        folder: &str,
        mut visit: impl FnMut(&str, Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        let folder = path::folder(folder)?;
        match self.folder(folder)? {
            None => Ok(()),
            Some(tree) => self.store.walk_tree(&tree, folder, &mut visit),
        }
    }

    /// Visits each file under a folder that differs from an older snapshot:
    /// path, content there, content here. What both have in common is not read.
    /// Something else than a file counts as absent.
    ///
    /// # Errors
    /// As [`Snapshot::walk`].
    pub fn diff<E: From<StoreError>>(
        &self,
        older: &Snapshot<'_>,
        folder: &str,
        mut visit: impl FnMut(&str, Option<BlobId>, Option<BlobId>) -> Result<(), E>,
    ) -> Result<(), E> {
        let file = |entry: Option<Entry>| {
            let file = entry.filter(|entry| entry.kind == EntryKind::File);
            file.map(|entry| entry.id)
        };
        self.diff_entries(older, folder, |path, before, after| {
            let (before, after) = (file(before), file(after));
            if before == after {
                return Ok(());
            }
            visit(path, before, after)
        })
    }

    /// As [`Snapshot::diff`], with links and other things that are no folders.
    ///
    /// # Errors
    /// As [`Snapshot::walk`].
    pub fn diff_entries<E: From<StoreError>>(
        &self,
        older: &Snapshot<'_>,
        folder: &str,
        mut visit: impl FnMut(&str, Option<Entry>, Option<Entry>) -> Result<(), E>,
    ) -> Result<(), E> {
        let folder = path::folder(folder)?;
        let (old, new) = (older.folder(folder)?, self.folder(folder)?);
        self.store
            .diff_trees(old.as_ref(), new.as_ref(), folder, &mut visit)
    }
}

/// Path, what was there, what is there now.
type DiffVisitor<'v, E> = dyn FnMut(&str, Option<Entry>, Option<Entry>) -> Result<(), E> + 'v;

impl Store {
    fn walk_tree<E: From<StoreError>>(
        &self,
        tree: &Tree<'_>,
        folder: &str,
        visit: &mut dyn FnMut(&str, Entry) -> Result<(), E>,
    ) -> Result<(), E> {
        for item in tree {
            let entry = Entry::of(&item);
            let path = entry_path(folder, &item)?;
            match entry.kind {
                EntryKind::Folder => self.walk_tree(&self.tree(entry.id.0)?, &path, visit)?,
                _ => visit(&path, entry)?,
            }
        }
        Ok(())
    }

    fn diff_trees<E: From<StoreError>>(
        &self,
        old: Option<&Tree<'_>>,
        new: Option<&Tree<'_>>,
        folder: &str,
        visit: &mut DiffVisitor<'_, E>,
    ) -> Result<(), E> {
        let mut left = old.into_iter().flatten().peekable();
        let mut right = new.into_iter().flatten().peekable();
        loop {
            // Git's order puts a slash behind the name of a folder, and both
            // sides are in it, so one pass pairs the names.
            let order = match (left.peek(), right.peek()) {
                (None, None) => return Ok(()),
                (Some(_), None) => Ordering::Less,
                (None, Some(_)) => Ordering::Greater,
                (Some(l), Some(r)) => sort_key(l).cmp(&sort_key(r)),
            };
            let l = if order.is_le() { left.next() } else { None };
            let r = if order.is_ge() { right.next() } else { None };
            let (before, after) = (l.as_ref().map(Entry::of), r.as_ref().map(Entry::of));
            if before == after {
                continue;
            }
            let Some(named) = r.as_ref().or(l.as_ref()) else {
                continue;
            };
            let path = entry_path(folder, named)?;
            let subtree = |entry: Option<Entry>| match entry {
                Some(entry) if entry.kind == EntryKind::Folder => self.tree(entry.id.0).map(Some),
                _ => Ok(None),
            };
            let (old_tree, new_tree) = (subtree(before)?, subtree(after)?);
            if old_tree.is_some() || new_tree.is_some() {
                self.diff_trees(old_tree.as_ref(), new_tree.as_ref(), &path, visit)?;
            }
            let leaf = |entry: Option<Entry>| entry.filter(|entry| entry.kind != EntryKind::Folder);
            let (before, after) = (leaf(before), leaf(after));
            if before != after {
                visit(&path, before, after)?;
            }
        }
    }
}

fn sort_key(entry: &TreeEntry<'_>) -> Vec<u8> {
    let mut key = entry.name_bytes().to_vec();
    if entry.kind() == Some(ObjectType::Tree) {
        key.push(b'/');
    }
    key
}

fn entry_path(folder: &str, entry: &TreeEntry<'_>) -> Result<String> {
    match entry.name() {
        Ok(name) => Ok(path::join(folder, name)),
        Err(_) => Err(StoreError::BadPath {
            path: path::join(folder, &String::from_utf8_lossy(entry.name_bytes())),
            why: "it is not UTF-8",
        }),
    }
}
