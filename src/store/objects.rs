//! Blobs, trees and commits of a change. Nothing of it is visible until a
//! reference points there.

use std::collections::BTreeMap;

use git2::build::TreeUpdateBuilder;
use git2::{FileMode, ObjectType, Oid, Tree};

use super::identity::{Identity, stamp};
use super::index::{TreeMove, TreeMoves};
use super::pack::WaitingPack;
use super::sign::Signer;
use super::{BlobId, CommitId, Draft, Expect, Result, Snapshot, Store, StoreError};

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
    /// Every object that the chain may have added.
    pub(super) objects: Vec<Oid>,
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

/// Writes an object, again where the folder that it was to go to has gone: a
/// `git gc` beside us removes folders of objects that it finds empty, and
/// libgit2 makes one before it has something to put into it.
fn persist<T>(mut write: impl FnMut() -> Result<T, git2::Error>) -> Result<T, git2::Error> {
    let mut tries = 0;
    loop {
        match write() {
            Err(error) if error.class() == git2::ErrorClass::Os && tries < 5 => tries += 1,
            done => return done,
        }
    }
}

impl Store {
    /// Writes the commits of `drafts` on top of `base`, one after the other.
    pub(super) fn build(
        &self,
        base: &Snapshot<'_>,
        drafts: &[Draft],
        committer: &Identity,
        signer: Option<&Signer>,
    ) -> Result<Built> {
        let mut parent = base.commit();
        let mut tree = match parent {
            Some(parent) => self.commit_object(parent)?.tree(),
            None => self
                .repo
                .treebuilder(None)
                .and_then(|builder| builder.write())
                .and_then(|empty| self.repo.find_tree(empty)),
        }
        .map_err(StoreError::git("read a tree"))?;
        let mut built = Built {
            commits: Vec::with_capacity(drafts.len()),
            objects: Vec::new(),
            trees: TreeMoves::new(),
            pack: None,
        };
        let before = tree.clone();
        let mut modes = BTreeMap::new();
        for draft in drafts {
            let mut update = TreeUpdateBuilder::new();
            for file in &draft.files {
                let blob = persist(|| self.repo.blob(&file.content))
                    .map_err(StoreError::git("write a blob"))?;
                built.objects.push(blob);
                let executable = match modes.get(file.path.as_str()) {
                    Some(known) => *known,
                    None => base.is_executable(&file.path)?,
                };
                modes.insert(file.path.as_str(), executable);
                let mode = if executable {
                    FileMode::BlobExecutable
                } else {
                    FileMode::Blob
                };
                update.upsert(self.repo_path(&file.path), blob, mode);
            }
            if !draft.files.is_empty() {
                tree = persist(|| update.create_updated(&self.repo, &tree))
                    .and_then(|id| self.repo.find_tree(id))
                    .map_err(StoreError::git("write a tree"))?;
            }
            for file in &draft.files {
                let path = self.repo_path(&file.path);
                self.note_trees(&before, &tree, &path, &mut built)?;
            }
            let content = self.commit_content(draft, committer, tree.id(), parent, signer)?;
            // `Repository::commit` reports success where the disk is full.
            let id = self
                .repo
                .odb()
                .and_then(|odb| persist(|| odb.write(ObjectType::Commit, &content)))
                .map_err(StoreError::git("write a commit"))?;
            built.objects.push(id);
            built.commits.push(CommitId(id));
            parent = Some(CommitId(id));
        }
        built.objects.sort_unstable();
        built.objects.dedup();
        Ok(built)
    }

    /// Notes the trees of the folders that lead to a path.
    fn note_trees(
        &self,
        before: &Tree<'_>,
        after: &Tree<'_>,
        path: &str,
        built: &mut Built,
    ) -> Result<()> {
        let mut old = Some(before.clone());
        let mut new = Some(after.clone());
        let mut slashes = path.match_indices('/').map(|(at, _)| at);
        let mut folder = "";
        while let Some(tree) = new {
            built.objects.push(tree.id());
            let moved = TreeMove {
                old: old.as_ref().map(Tree::id),
                new: tree.id(),
            };
            built.trees.insert(folder.to_owned(), moved);
            let Some(end) = slashes.next() else { break };
            let start = if folder.is_empty() {
                0
            } else {
                folder.len() + 1
            };
            let name = path.get(start..end).unwrap_or_default();
            folder = path.get(..end).unwrap_or_default();
            new = self.tree_in(Some(&tree), name)?;
            old = self.tree_in(old.as_ref(), name)?;
        }
        Ok(())
    }

    /// The folder of a name in a tree; `None` where it has none.
    fn tree_in<'s>(&'s self, tree: Option<&Tree<'s>>, name: &str) -> Result<Option<Tree<'s>>> {
        match tree.and_then(|tree| tree.get_name(name)) {
            Some(entry) if entry.kind() == Some(ObjectType::Tree) => self
                .repo
                .find_tree(entry.id())
                .map(Some)
                .map_err(StoreError::git("read a tree")),
            _ => Ok(None),
        }
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
