//! Commits as `git log` lists them, and what git says of the work tree.

use super::{CommitId, Result, Snapshot, Store, StoreError};
use git2::{Sort, Status, StatusOptions};
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
    /// The commits that led to a snapshot, newest first, until `visit` breaks.
    ///
    /// # Errors
    /// Those of `visit`, and [`StoreError::Git`].
    pub fn log<E: From<StoreError>>(
        &self,
        snapshot: &Snapshot<'_>,
        mut visit: impl FnMut(&Logged) -> Result<ControlFlow<()>, E>,
    ) -> Result<(), E> {
        let action = "walk the history";
        let Some(mut head) = snapshot.commit() else {
            return Ok(());
        };
        // Sorting reads the whole history before it names the first commit;
        // until the first merge there is nothing to sort.
        loop {
            let object = self.commit_object(head)?;
            let mut parents = object.parent_ids();
            let (parent, another) = (parents.next(), parents.next());
            if another.is_some() {
                break;
            }
            let logged = Logged {
                commit: head,
                message: String::from_utf8_lossy(object.message_raw_bytes()).into_owned(),
            };
            match (visit(&logged)?, parent) {
                (ControlFlow::Continue(()), Some(parent)) => head = CommitId(parent),
                _ => return Ok(()),
            }
        }
        let mut walk = self.repo.revwalk().map_err(StoreError::git(action))?;
        walk.set_sorting(Sort::TOPOLOGICAL | Sort::TIME)
            .and_then(|()| walk.push(head.0))
            .map_err(StoreError::git(action))?;
        for id in walk {
            let commit = CommitId(id.map_err(StoreError::git(action))?);
            let message = self.message(commit)?;
            if visit(&Logged { commit, message })?.is_break() {
                break;
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
