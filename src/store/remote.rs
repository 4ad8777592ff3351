//! The network, through the `git` program: its addresses, keys and hooks.

use std::process::{Command, Output, Stdio};

use super::{CommitId, Result, Store, StoreError};

/// Where the branch that is checked out is kept for everybody.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Upstream {
    /// The remote: `origin`.
    pub remote: String,
    /// The branch there: `refs/heads/main`.
    pub branch: String,
}

/// What came of a push.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Push {
    /// It is there.
    Done,
    /// Somebody else pushed first.
    Rejected,
}

impl Store {
    /// The upstream of the branch that is checked out: what git has set, or
    /// the same branch at the only remote.
    ///
    /// # Errors
    /// [`StoreError::NoUpstream`]; git can't be run.
    pub fn upstream(&self) -> Result<Upstream> {
        let head = self.git(&["symbolic-ref", "--quiet", "HEAD"])?;
        let head = text(&head);
        let Some(name) = head.strip_prefix("refs/heads/") else {
            return Err(StoreError::NoUpstream);
        };
        let remote = self.setting(&format!("branch.{name}.remote"))?;
        let branch = self.setting(&format!("branch.{name}.merge"))?;
        if let (Some(remote), Some(branch)) = (remote, branch) {
            return Ok(Upstream { remote, branch });
        }
        let remotes = text(&self.git(&["remote"])?);
        let mut remotes = remotes.lines();
        match (remotes.next(), remotes.next()) {
            (Some(only), None) => Ok(Upstream {
                remote: only.to_owned(),
                branch: head.clone(),
            }),
            _ => Err(StoreError::NoUpstream),
        }
    }

    /// Fetches the branch. Its last commit; none if it is not there yet.
    ///
    /// # Errors
    /// [`StoreError::Remote`] with git's words.
    pub fn fetch(&self, from: &Upstream) -> Result<Option<CommitId>> {
        let Upstream { remote, branch } = from;
        let found = self.git(&["ls-remote", "--exit-code", remote, branch])?;
        if found.status.code() == Some(2) {
            return Ok(None);
        }
        done("ask the remote", &found)?;
        done("fetch", &self.git(&["fetch", "--quiet", remote, branch])?)?;
        let commit = self.git(&["rev-parse", "FETCH_HEAD"])?;
        done("fetch", &commit)?;
        let commit = text(&commit).parse::<CommitId>();
        commit.map(Some).map_err(|bad| StoreError::Remote {
            action: "fetch",
            detail: bad.to_string(),
        })
    }

    /// Merges a commit into the branch that is checked out, tickets by their
    /// events. Where that leaves conflicts, nothing is merged.
    ///
    /// # Errors
    /// [`StoreError::Remote`] with git's words.
    pub fn merge(&self, theirs: CommitId) -> Result<()> {
        // Nobody else of ours commits meanwhile, and nothing is left half done.
        let _lock = self.lock()?;
        self.mend_locked(self.durability()?)?;
        let commit = theirs.to_string();
        let merge = ["-c", "merge.renames=false", "merge", "--no-edit", "--quiet"];
        let merged = self.git(&[&merge[..], &[commit.as_str()]].concat())?;
        if !merged.status.success() {
            // If nothing was begun there is nothing to end; why it failed is
            // what matters.
            let _ = self.git(&["merge", "--abort"])?;
        }
        done("merge what others did", &merged)
    }

    /// Pushes the branch that is checked out.
    ///
    /// # Errors
    /// [`StoreError::Remote`] with git's words, where it is not that somebody
    /// pushed first.
    pub fn push(&self, to: &Upstream) -> Result<Push> {
        let target = format!("HEAD:{}", to.branch);
        let pushed = self.git(&["push", "--porcelain", &to.remote, &target])?;
        if pushed.status.success() {
            return Ok(Push::Done);
        }
        // Two pushes at one moment: one finds the branch locked or moved.
        let said = text(&pushed) + &String::from_utf8_lossy(&pushed.stderr);
        let first = [
            "[rejected]",
            "cannot lock ref",
            "failed to update ref",
            "reference already exists",
        ];
        if first.iter().any(|words| said.contains(words)) {
            return Ok(Push::Rejected);
        }
        done("push", &pushed).map(|()| Push::Done)
    }

    fn git(&self, words: &[&str]) -> Result<Output> {
        Command::new("git")
            .arg("-C")
            .arg(self.top())
            .args(words)
            .env("LC_ALL", "C")
            .stdin(Stdio::null())
            .output()
            .map_err(StoreError::io("run", "git"))
    }
}

fn text(output: &Output) -> String {
    String::from_utf8_lossy(&output.stdout).trim().to_owned()
}

fn done(action: &'static str, output: &Output) -> Result<()> {
    if output.status.success() {
        return Ok(());
    }
    let said = String::from_utf8_lossy(&output.stderr);
    let said = if said.trim().is_empty() {
        text(output)
    } else {
        said.trim().to_owned()
    };
    let detail = said.lines().take(5).collect::<Vec<_>>().join("; ");
    Err(StoreError::Remote { action, detail })
}
