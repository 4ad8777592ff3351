//! Commits as `git log` lists them, and what git says of the work tree.

use super::{CommitId, Result, Snapshot, Store, StoreError};
use git2::{Oid, Status, StatusOptions};
use std::cmp::Reverse;
use std::collections::{BinaryHeap, HashSet};
use std::ops::ControlFlow;

/// A commit of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Logged {
    /// The commit.
    pub commit: CommitId,
    /// The whole message. What is not UTF-8 is replaced.
    pub message: String,
}

impl Store {
    /// The commits that led to a snapshot, newest first by their clocks, until
    /// `visit` breaks. None comes before one that it was found by, and no more
    /// are read than are visited, and their parents.
    ///
    /// # Errors
    /// Those of `visit`, and [`StoreError::Git`].
    pub fn log<E: From<StoreError>>(
        &self,
        snapshot: &Snapshot<'_>,
        mut visit: impl FnMut(&Logged) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let mut seen = HashSet::new();
        let mut found = BinaryHeap::new();
        let next = |id: Oid, order: usize| -> Result<_> {
            let time = self.commit_object(CommitId(id))?.time().seconds();
            // Of equal times, the one that was found first.
            Ok((time, Reverse(order), id))
        };
        if let Some(head) = snapshot.commit() {
            seen.insert(head.0);
            found.push(next(head.0, 0)?);
        }
        while let Some((.., id)) = found.pop() {
            let object = self.commit_object(CommitId(id))?;
            let logged = Logged {
                commit: CommitId(id),
                message: String::from_utf8_lossy(object.message_raw_bytes()).into_owned(),
            };
            if visit(&logged)?.is_break() {
                break;
            }
            for parent in object.parent_ids() {
                if seen.insert(parent) {
                    found.push(next(parent, seen.len())?);
                }
            }
        }
        Ok(())
    }

    /// The message of a commit.
    ///
    /// # Errors
    /// [`StoreError::NoSuchCommit`].
    pub fn message(&self, commit: CommitId) -> Result<String> {
        let object = self.commit_object(commit)?;
        Ok(String::from_utf8_lossy(object.message_raw_bytes()).into_owned())
    }

    /// Files of the desk, at a path or below it, that differ from `HEAD` in
    /// index or work tree. Looks at every file there, as `git status` does.
    ///
    /// # Errors
    /// [`StoreError::Git`].
    pub fn dirty(&self, path: &str) -> Result<Vec<String>> {
        let action = "look at the work tree";
        let mut options = StatusOptions::new();
        options
            .include_untracked(true)
            .recurse_untracked_dirs(true)
            .exclude_submodules(true)
            .disable_pathspec_match(true)
            .pathspec(self.repo_path(path));
        let statuses = self
            .repo
            .statuses(Some(&mut options))
            .map_err(StoreError::git(action))?;
        let prefix = self.repo_path("");
        let paths = statuses
            .iter()
            .filter(|entry| !entry.status().contains(Status::IGNORED));
        Ok(paths
            .filter_map(|entry| {
                let path = String::from_utf8_lossy(entry.path_bytes()).into_owned();
                path.strip_prefix(&prefix).map(str::to_owned)
            })
            .collect())
    }
}
