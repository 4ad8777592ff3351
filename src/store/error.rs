//! What can go wrong between a desk and its git repository.

use std::fmt;
use std::io;
use std::path::{Path, PathBuf};
use std::time::Duration;

use super::{CommitId, EntryKind};

/// A coarse class of [`StoreError`], from which the caller picks an exit code.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Kind {
    /// The folder holds no desk, or no git repository that can hold one.
    NotADesk,
    /// Something that was asked for by name is not there.
    NotFound,
    /// The desk or its files were changed by someone else.
    Conflict,
    /// Another program holds what is needed; the same call may succeed later.
    Busy,
    /// The machine, its disk or its git settings stand in the way.
    Environment,
    /// What is stored, or what was passed in, is not valid.
    Invalid,
    /// What was asked makes no sense.
    Question,
}

/// Where an entry of the wrong kind was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Place {
    /// In the tree of a commit; `None` is a tree that is not committed yet.
    Commit(Option<CommitId>),
    /// In the folder on disk.
    WorkTree,
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Commit(Some(commit)) => write!(f, "in commit {}", commit.short()),
            Self::Commit(None) => f.write_str("in the new commit"),
            Self::WorkTree => f.write_str("in the work tree"),
        }
    }
}

/// How a path differs from what a change expected to find.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Edit {
    /// The file's bytes differ.
    Changed,
    /// The file is gone from the work tree.
    Deleted,
    /// A file that git does not track is in the way of a new one.
    Untracked,
    /// The index holds something else than `HEAD`.
    Staged,
    /// The index holds an unresolved merge conflict.
    Conflicted,
}

impl fmt::Display for Edit {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Changed => "was edited by hand",
            Self::Deleted => "was deleted by hand",
            Self::Untracked => "is in the way and is not tracked by git",
            Self::Staged => "has staged changes",
            Self::Conflicted => "has an unresolved merge conflict",
        })
    }
}

/// An error of the store. Nothing was changed when one is returned, unless the
/// variant says otherwise.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No git repository holds the folder.
    #[error("{} is not inside a git repository", path.display())]
    NotARepository {
        /// Where the search started.
        path: PathBuf,
    },
    /// A git repository without a `desk.yaml` on the way up to its top.
    #[error("the git repository {} holds no desk here (no desk.yaml)", repository.display())]
    NoDesk {
        /// The top of the work tree.
        repository: PathBuf,
    },
    /// A bare repository has no files to work on.
    #[error("{} is a bare git repository", repository.display())]
    Bare {
        /// The git directory.
        repository: PathBuf,
    },
    /// Git refuses to trust a repository of another owner.
    #[error("the git repository at {} belongs to someone else", path.display())]
    ForeignOwner {
        /// The work tree or git directory in question.
        path: PathBuf,
    },
    /// The repository uses something that this program cannot write safely.
    #[error("{} uses {feature}, which desk cannot write", path.display())]
    Unsupported {
        /// The index file or repository.
        path: PathBuf,
        /// What it uses.
        feature: &'static str,
        /// What to do about it.
        remedy: &'static str,
    },
    /// Git knows no name or no address for the committer.
    #[error("git does not know who you are: {missing} is not set")]
    NoIdentity {
        /// The setting that is missing, such as `user.email`.
        missing: &'static str,
    },
    /// A name or address that git cannot record.
    #[error("{name:?} <{email:?}> cannot be recorded as an author by git")]
    BadIdentity {
        /// The name.
        name: String,
        /// The address.
        email: String,
    },
    /// A path that is not a plain relative path of a desk.
    #[error("{path:?} is not a path of a desk: {why}")]
    BadPath {
        /// The path as passed in.
        path: String,
        /// The rule it breaks.
        why: &'static str,
    },
    /// A file was expected and something else was found, or a folder on the way
    /// to it is none.
    #[error("{path} is a {found} {place}, where a {expected} was expected")]
    WrongKind {
        /// The entry itself: the file or a folder on the way to it.
        path: String,
        /// What should be there.
        expected: EntryKind,
        /// What is there.
        found: EntryKind,
        /// Where it was seen.
        place: Place,
    },
    /// A commit that the repository does not have.
    #[error("the repository has no commit {commit}")]
    NoSuchCommit {
        /// The commit asked for.
        commit: CommitId,
    },
    /// Nothing that the repository has is called that.
    #[error("the repository has no branch, tag or commit {name:?}")]
    NoSuchRevision {
        /// The name asked for.
        name: String,
    },
    /// A file that the change would write was touched by someone else.
    #[error("{path} {edit}")]
    HandEdit {
        /// Relative to the desk's root.
        path: String,
        /// In which way.
        edit: Edit,
    },
    /// Another program holds a lock of git for longer than was waited.
    #[error("{} is held by another program (waited {} ms)", file.display(), waited.as_millis())]
    Busy {
        /// The lock file.
        file: PathBuf,
        /// How long was waited.
        waited: Duration,
    },
    /// Other programs committed each time before this one could.
    #[error("the branch kept moving: {rounds} attempts to commit on top of it failed")]
    HeadKeepsMoving {
        /// How often it was tried.
        rounds: u32,
    },
    /// `HEAD` names a branch that cannot be created beside an existing one.
    #[error("the branch {name} cannot exist beside {other}")]
    RefInTheWay {
        /// The branch that `HEAD` names.
        name: String,
        /// The reference that blocks it.
        other: String,
    },
    /// Commits are to be signed and signing failed.
    #[error("{program} could not sign the commit: {detail}")]
    Signing {
        /// The program that was run.
        program: String,
        /// Its own words, or why it did not start.
        detail: String,
    },
    /// A git setting whose value is not understood.
    #[error("git config {key} is {value:?}, which is not one of: {allowed}")]
    BadSetting {
        /// The key.
        key: &'static str,
        /// Its value.
        value: String,
        /// The values it may have.
        allowed: &'static str,
    },
    /// A question in SQL that can't be answered.
    #[error("SQL: {detail}")]
    Sql {
        /// SQLite's words.
        detail: String,
    },
    /// The operating system refused.
    #[error("cannot {action} {}: {source}", path.display())]
    Io {
        /// A verb phrase, such as "write".
        action: &'static str,
        /// The file.
        path: PathBuf,
        /// The cause.
        #[source]
        source: io::Error,
    },
    /// The branch is kept nowhere else.
    #[error("this branch has no remote")]
    NoUpstream,
    /// The `git` program could not reach or join what others did.
    #[error("git could not {action}: {detail}")]
    Remote {
        /// A verb phrase, such as "push".
        action: &'static str,
        /// Git's words.
        detail: String,
    },
    /// libgit2 refused.
    #[error("cannot {action}: {detail}")]
    Git {
        /// A verb phrase with its object, such as "read the index".
        action: &'static str,
        /// libgit2's words.
        detail: String,
    },
}

impl StoreError {
    /// The class of this error.
    #[must_use]
    pub fn kind(&self) -> Kind {
        match self {
            Self::NotARepository { .. } | Self::NoDesk { .. } | Self::Bare { .. } => Kind::NotADesk,
            Self::NoSuchCommit { .. } | Self::NoSuchRevision { .. } => Kind::NotFound,
            Self::HandEdit { .. } | Self::HeadKeepsMoving { .. } => Kind::Conflict,
            Self::Busy { .. } => Kind::Busy,
            Self::ForeignOwner { .. }
            | Self::Unsupported { .. }
            | Self::NoIdentity { .. }
            | Self::BadSetting { .. }
            | Self::RefInTheWay { .. }
            | Self::Signing { .. }
            | Self::Io { .. }
            | Self::NoUpstream
            | Self::Remote { .. }
            | Self::Git { .. } => Kind::Environment,
            Self::Sql { .. } => Kind::Question,
            Self::BadIdentity { .. } | Self::BadPath { .. } | Self::WrongKind { .. } => {
                Kind::Invalid
            }
        }
    }

    /// What to do next, where that can be said.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        Some(match self {
            Self::NotARepository { .. } => {
                "go to the folder of a desk, or make one with `desk init`".to_owned()
            }
            Self::NoDesk { repository } => format!(
                "go to the folder that holds desk.yaml, or make a desk with `desk init {}`",
                repository.display()
            ),
            Self::Bare { .. } => "clone it and work in the clone".to_owned(),
            Self::ForeignOwner { path } => format!(
                "if you trust it: git config --global --add safe.directory {}",
                path.display()
            ),
            Self::Unsupported { remedy, .. } => (*remedy).to_owned(),
            Self::NoIdentity { .. } => "tell git: git config --global user.name \"Your Name\" and \
                                        git config --global user.email you@example.com"
                .to_owned(),
            Self::HandEdit { path, edit } => match edit {
                Edit::Changed => format!(
                    "take the edit over with `desk adopt {path}`, or drop it with \
                     `git checkout -- {path}`"
                ),
                Edit::Deleted => format!("bring it back with `git checkout -- {path}`"),
                Edit::Untracked => format!("move {path} away or remove it"),
                Edit::Staged => format!("commit it, or unstage it with `git reset -- {path}`"),
                Edit::Conflicted => format!("resolve it, then `git add {path}` and commit"),
            },
            Self::Busy { file, .. } => format!(
                "wait for the other git command; if none is running, remove {}",
                file.display()
            ),
            Self::HeadKeepsMoving { .. } => "try again".to_owned(),
            Self::RefInTheWay { other, .. } => {
                format!("rename {other}, or switch to another branch")
            }
            Self::Signing { .. } => {
                "check user.signingkey and gpg.format, or turn commit.gpgsign off".to_owned()
            }
            Self::BadSetting { key, .. } => format!("set it with `git config {key} VALUE`"),
            Self::WrongKind {
                path,
                place: Place::WorkTree,
                ..
            } => {
                format!("move {path} away; `git checkout -- {path}` brings back the committed one")
            }
            Self::NoSuchCommit { .. } => {
                "it may be in another clone: fetch, or name another commit".to_owned()
            }
            Self::NoSuchRevision { .. } => "git branch -a lists branches; one of another office \
                 is origin/NAME once it is fetched"
                .to_owned(),
            Self::Io { source, .. } => match source.kind() {
                io::ErrorKind::StorageFull | io::ErrorKind::QuotaExceeded => {
                    "free some space and try again; nothing was half done".to_owned()
                }
                io::ErrorKind::PermissionDenied | io::ErrorKind::ReadOnlyFilesystem => {
                    "check that you may write to the repository".to_owned()
                }
                _ => return None,
            },
            Self::Git { detail, .. }
                if ["Permission denied", "Read-only file system"]
                    .iter()
                    .any(|words| detail.contains(words)) =>
            {
                "check that you may write to the repository".to_owned()
            }
            Self::Git { detail, .. } if detail.contains("No space left") => {
                "free some space and try again; nothing was half done".to_owned()
            }
            Self::Sql { .. } => {
                "one SELECT that reads; `desk sql --schema` lists the tables".into()
            }
            Self::NoUpstream => {
                "git remote add origin URL, then git push --set-upstream origin BRANCH".to_owned()
            }
            Self::Remote { .. } => "the same by hand says more: git pull, git push".to_owned(),
            Self::Git { .. } => "`git fsck` and `git status` may say more".to_owned(),
            Self::BadIdentity { .. } | Self::BadPath { .. } | Self::WrongKind { .. } => {
                return None;
            }
        })
    }

    /// Turns libgit2's error into ours. `action` is a verb phrase.
    pub(super) fn git(action: &'static str) -> impl FnOnce(git2::Error) -> Self {
        move |error| Self::Git {
            action,
            detail: error.message().to_owned(),
        }
    }

    /// The file that somebody edits by hand, where that is what is wrong.
    #[must_use]
    pub fn edited_path(&self) -> Option<&str> {
        match self {
            Self::HandEdit { path, .. } => Some(path),
            _ => None,
        }
    }

    /// Names the file that an operating system error is about.
    pub(super) fn io<E: Into<io::Error>>(
        action: &'static str,
        path: impl AsRef<Path>,
    ) -> impl FnOnce(E) -> Self {
        move |source| Self::Io {
            action,
            path: path.as_ref().to_owned(),
            source: source.into(),
        }
    }
}

/// The result of a call of the store.
pub type Result<T, E = StoreError> = std::result::Result<T, E>;
