//! Looking back: the history of a file, and what changed since a commit.

use std::collections::{BinaryHeap, HashSet};
use std::ops::ControlFlow;

use git2::{Oid, Revwalk, Sort};

use super::cache::Touch;
use super::identity::Identity;
use super::{BlobId, CommitId, Result, Snapshot, Store, StoreError, path};

const WALK: &str = "walk the history";

/// A commit that changed a file.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Revision {
    /// The commit.
    pub commit: CommitId,
    /// Who did it.
    pub author: Identity,
    /// When it was done, in seconds since 1970.
    pub authored_at: i64,
    /// In minutes east of UTC.
    pub authored_offset_min: i32,
    /// Who recorded it.
    pub committer: Identity,
    /// When it was recorded, in seconds since 1970.
    pub committed_at: i64,
    /// The whole message. What is not UTF-8 is replaced.
    pub message: String,
    /// The content in the first parent; `None` where it has no such file.
    pub before: Option<BlobId>,
    /// The content in this commit; `None` where it removed the file.
    pub after: Option<BlobId>,
}

/// A commit and the files it changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ChangedCommit {
    /// The commit.
    pub commit: CommitId,
    /// The files, in the order of their paths, compared with the first parent.
    pub changes: Vec<PathChange>,
}

/// A file that a commit changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct PathChange {
    /// Relative to the desk's root.
    pub path: String,
    /// The content before; `None` where the commit made the file.
    pub before: Option<BlobId>,
    /// The content after; `None` where the commit removed the file.
    pub after: Option<BlobId>,
}

impl Store {
    /// The commits that changed a file, newest first, as `git log -- PATH`
    /// lists them: of a merge that took the file over from one parent, only
    /// that parent is followed.
    ///
    /// # Errors
    /// [`StoreError::BadPath`], [`StoreError::Git`].
    pub fn history(&self, path: &str) -> Result<Vec<Revision>> {
        let mut revisions = Vec::new();
        self.walk_history(path, |revision| {
            revisions.push(revision);
            ControlFlow::Continue(())
        })?;
        Ok(revisions)
    }

    /// A commit of a file's history whose contents are known already.
    ///
    /// # Errors
    /// The commit can't be read.
    pub fn revision(&self, touch: Touch) -> Result<Revision> {
        let commit = self.commit_object(touch.commit)?;
        Ok(revision(&commit, touch.before, touch.after))
    }

    /// The newest commit of [`Store::history`].
    ///
    /// # Errors
    /// As [`Store::history`].
    pub fn last_commit_touching(&self, path: &str) -> Result<Option<Revision>> {
        let mut last = None;
        self.walk_history(path, |revision| {
            last = Some(revision);
            ControlFlow::Break(())
        })?;
        Ok(last)
    }

    /// The commit that somebody calls by that: a branch, a tag, the beginning of
    /// its id, `HEAD~3`.
    ///
    /// # Errors
    /// [`StoreError::NoSuchRevision`].
    pub fn commit_named(&self, name: &str) -> Result<CommitId> {
        let found = self.repo.revparse_single(name);
        let commit = found.and_then(|object| object.peel_to_commit());
        commit
            .map(|commit| CommitId(commit.id()))
            .map_err(|_| StoreError::NoSuchRevision {
                name: name.to_owned(),
            })
    }

    /// Whether a commit has another one behind it.
    ///
    /// # Errors
    /// [`StoreError::Git`].
    pub fn descends(&self, commit: CommitId, from: CommitId) -> Result<bool> {
        self.repo
            .graph_descendant_of(commit.0, from.0)
            .map_err(StoreError::git("look back from a commit"))
    }

    /// Visits the commits of [`Store::history`] until `visit` has seen enough.
    ///
    /// # Errors
    /// As [`Store::history`].
    pub fn walk_history(
        &self,
        path: &str,
        mut visit: impl FnMut(Revision) -> ControlFlow<()>,
    ) -> Result<()> {
        path::check(path)?;
        let path = self.repo_path(path);
        let parts: Vec<&str> = path.split('/').collect();
        let Some(head) = self.head()?.commit else {
            return Ok(());
        };
        // Newest first, by the time of recording, as git does.
        let mut queue = BinaryHeap::new();
        let mut seen = HashSet::from([head.0]);
        let push = |queue: &mut BinaryHeap<(i64, Oid)>, id: Oid| -> Result<()> {
            let commit = self.commit_object(CommitId(id))?;
            queue.push((commit.time().seconds(), id));
            Ok(())
        };
        push(&mut queue, head.0)?;
        while let Some((_, id)) = queue.pop() {
            let commit = self.commit_object(CommitId(id))?;
            let here = self.trail(&commit, &parts, None)?;
            let mut before = None;
            let mut same_as = None;
            for (number, parent) in commit.parents().enumerate() {
                let there = self.trail(&parent, &parts, Some(&here))?;
                if number == 0 {
                    before = there.blob(&parts);
                }
                if there.blob(&parts) == here.blob(&parts) {
                    same_as = Some(parent.id());
                    break;
                }
            }
            let follow: Vec<Oid> = match same_as {
                Some(parent) => vec![parent],
                None => commit.parent_ids().collect(),
            };
            let after = here.blob(&parts);
            if same_as.is_none() && (after.is_some() || before.is_some()) {
                let revision = revision(&commit, before, after);
                if visit(revision).is_break() {
                    return Ok(());
                }
            }
            for parent in follow {
                if seen.insert(parent) {
                    push(&mut queue, parent)?;
                }
            }
        }
        Ok(())
    }

    /// The objects on the way to a path. Where a tree is the same as in
    /// `known`, so is everything below it, and it is not read.
    fn trail(
        &self,
        commit: &git2::Commit<'_>,
        parts: &[&str],
        known: Option<&Trail>,
    ) -> Result<Trail> {
        let mut ids = vec![commit.tree_id()];
        for (depth, part) in parts.iter().enumerate() {
            let Some(id) = ids.last().copied() else { break };
            if let Some(known) = known
                && known.0.get(depth) == Some(&id)
            {
                ids.extend(known.0.iter().skip(depth + 1));
                break;
            }
            let next = self
                .repo
                .find_tree(id)
                .map_err(StoreError::git("read a tree"))?
                .get_name(part)
                .filter(|entry| {
                    let file = depth + 1 == parts.len();
                    let kind = if file {
                        git2::ObjectType::Blob
                    } else {
                        git2::ObjectType::Tree
                    };
                    entry.kind() == Some(kind)
                })
                .map(|entry| entry.id());
            match next {
                Some(next) => ids.push(next),
                None => break,
            }
        }
        Ok(Trail(ids))
    }

    /// Visits the commits that led to a snapshot and not to `after` (`None`: all
    /// of them), parents before children, with the files that each changed under
    /// a folder. Commits that changed nothing there are left out.
    ///
    /// # Errors
    /// [`StoreError::NoSuchCommit`] where `after` is not in this clone, and what
    /// `visit` returns, which ends it.
    pub fn changes_since<E: From<StoreError>>(
        &self,
        snapshot: &Snapshot<'_>,
        after: Option<CommitId>,
        under: &str,
        mut visit: impl FnMut(ChangedCommit) -> Result<(), E>,
    ) -> Result<(), E> {
        for id in self.walk_since(snapshot, after)? {
            let commit = CommitId(id.map_err(StoreError::git(WALK))?);
            let parent = self.commit_object(commit)?.parent_id(0).ok().map(CommitId);
            let mut changes = Vec::new();
            let older: Snapshot<'_> = self.snapshot_of(parent)?;
            self.snapshot_at(commit)?.diff::<StoreError>(
                &older,
                under,
                |path, before, after| {
                    changes.push(PathChange {
                        path: path.to_owned(),
                        before,
                        after,
                    });
                    Ok(())
                },
            )?;
            if !changes.is_empty() {
                visit(ChangedCommit { commit, changes })?;
            }
        }
        Ok(())
    }

    fn walk_since(&self, snapshot: &Snapshot<'_>, after: Option<CommitId>) -> Result<Revwalk<'_>> {
        let mut walk = self.repo.revwalk().map_err(StoreError::git(WALK))?;
        // Without a commit there is nothing to push.
        if let Some(head) = snapshot.commit() {
            walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME | Sort::REVERSE)
                .and_then(|()| walk.push(head.0))
                .map_err(StoreError::git(WALK))?;
        }
        if let Some(after) = after {
            self.commit_object(after)?;
            walk.hide(after.0).map_err(StoreError::git(WALK))?;
        }
        Ok(walk)
    }
}

/// The names of the objects from a commit's tree down to a path, as far as they
/// exist.
struct Trail(Vec<Oid>);

impl Trail {
    fn blob(&self, parts: &[&str]) -> Option<BlobId> {
        self.0.get(parts.len()).copied().map(BlobId)
    }
}

fn revision(commit: &git2::Commit<'_>, before: Option<BlobId>, after: Option<BlobId>) -> Revision {
    let identity = |who: &git2::Signature<'_>| Identity {
        name: String::from_utf8_lossy(who.name_bytes()).into_owned(),
        email: String::from_utf8_lossy(who.email_bytes()).into_owned(),
    };
    let (author, committer) = (commit.author(), commit.committer());
    Revision {
        commit: CommitId(commit.id()),
        authored_at: author.when().seconds(),
        authored_offset_min: author.when().offset_minutes(),
        committed_at: committer.when().seconds(),
        author: identity(&author),
        committer: identity(&committer),
        message: String::from_utf8_lossy(commit.message_bytes()).into_owned(),
        before,
        after,
    }
}
