//! `HEAD`, the branch it names, and moving it.

use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write};
use std::path::{Path, PathBuf};
use std::time::Duration;

use git2::{ErrorCode, ReferenceType};

use super::identity::stamp;
use super::journal::LockPlace;
use super::lock::GitLock;
use super::{CommitId, CrashPoint, Durability, Result, Store, StoreError};

/// Where `HEAD` is.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Head {
    /// The full name of the branch; `None` where `HEAD` is detached.
    pub(super) branch: Option<String>,
    /// `None` where the branch has no commit yet.
    pub(super) commit: Option<CommitId>,
}

/// Symbolic references may form a chain; git follows as many.
const MAX_CHAIN: usize = 5;

impl Store {
    /// Reads `HEAD` afresh.
    pub(super) fn head(&self) -> Result<Head> {
        let action = "read HEAD";
        let mut name = "HEAD".to_owned();
        for depth in 0..=MAX_CHAIN {
            let found = match self.repo.find_reference(&name) {
                Ok(found) => found,
                Err(error) if error.code() == ErrorCode::NotFound && depth > 0 => {
                    return Ok(Head {
                        branch: Some(name),
                        commit: None,
                    });
                }
                Err(error) => return Err(StoreError::git(action)(error)),
            };
            if found.kind() == Some(ReferenceType::Direct) {
                return Ok(Head {
                    branch: (depth > 0).then_some(name),
                    commit: found.target().map(CommitId),
                });
            }
            let target = found.symbolic_target().map_err(StoreError::git(action))?;
            name = target.unwrap_or_default().to_owned();
        }
        Err(StoreError::Git {
            action,
            detail: format!("{name} is a chain of references without an end"),
        })
    }

    /// The folder of git that holds a reference.
    fn ref_folder(&self, name: &str) -> &Path {
        let own = ["HEAD", "refs/worktree/", "refs/bisect/", "refs/rewritten/"];
        if own.iter().any(|own| name.starts_with(own)) {
            self.git_dir()
        } else {
            self.common_dir()
        }
    }

    pub(super) fn lock_path(&self, place: &LockPlace) -> PathBuf {
        match place {
            LockPlace::Index => self.git_dir().join("index.lock"),
            LockPlace::Head => self.git_dir().join("HEAD.lock"),
            LockPlace::Branch(name) => self.ref_folder(name).join(format!("{name}.lock")),
        }
    }

    /// Whether a log of a reference is begun where there is none.
    fn begins_reflogs(&self) -> Result<bool> {
        Ok(match self.setting("core.logAllRefUpdates")?.as_deref() {
            None | Some("always") => true,
            Some(_) => self.flag("core.logAllRefUpdates")?.unwrap_or(true),
        })
    }

    /// Another reference whose name makes a branch of this name impossible.
    fn ref_in_the_way(&self, name: &str) -> Result<Option<String>> {
        let above = name
            .match_indices('/')
            .filter_map(|(end, _)| name.get(..end));
        for folder in above.filter(|folder| folder.starts_with("refs/heads/")) {
            if self.repo.find_reference(folder).is_ok() {
                return Ok(Some(folder.to_owned()));
            }
        }
        let action = "list the branches";
        let mut below = self
            .repo
            .references_glob(&format!("{name}/*"))
            .map_err(StoreError::git(action))?;
        match below.names().next() {
            None => Ok(None),
            Some(found) => Ok(Some(found.map_err(StoreError::git(action))?.to_owned())),
        }
    }
}

/// A move of `HEAD` from one commit to the next: compare and swap, by hand so
/// that the locks can be told from those of others after a crash.
pub(super) struct HeadMove<'s> {
    store: &'s Store,
    from: Head,
    to: CommitId,
    /// `HEAD.lock`, so that nobody switches the branch meanwhile.
    head: GitLock,
    /// The lock of the branch; `None` where `HEAD` is detached.
    branch: Option<GitLock>,
}

/// What git's reflog says of a move.
pub(super) struct LogEntry {
    pub(super) who: git2::Signature<'static>,
    pub(super) message: String,
}

impl<'s> HeadMove<'s> {
    /// Prepares the locks; takes none.
    pub(super) fn prepare(store: &'s Store, from: Head, to: CommitId, tmp: &Path) -> Result<Self> {
        let head = GitLock::prepare(tmp.join("HEAD-lock"), store.lock_path(&LockPlace::Head))?;
        let branch = match &from.branch {
            None => None,
            Some(name) => {
                let path = store.lock_path(&LockPlace::Branch(name.clone()));
                Some(GitLock::prepare(tmp.join("branch-lock"), path)?)
            }
        };
        Ok(Self {
            store,
            from,
            to,
            head,
            branch,
        })
    }

    /// The locks, for the journal.
    pub(super) fn locks(&self) -> impl Iterator<Item = (&GitLock, LockPlace)> {
        let name = self.from.branch.clone().unwrap_or_default();
        let branch = self.branch.iter();
        std::iter::once((&self.head, LockPlace::Head))
            .chain(branch.map(move |lock| (lock, LockPlace::Branch(name.clone()))))
    }

    /// Takes the locks. Returns whether their inodes are as before.
    pub(super) fn acquire(&mut self, patience: Duration) -> Result<bool> {
        let linked = self.head.acquire(patience)?;
        match &mut self.branch {
            None => Ok(linked),
            Some(branch) => Ok(branch.acquire(patience)? && linked),
        }
    }

    /// Moves `HEAD`. Returns `false`, with nothing done, where it is no longer
    /// where it was.
    pub(super) fn commit(mut self, log: &LogEntry, durability: Durability) -> Result<bool> {
        let store = self.store;
        if store.head()? != self.from {
            return Ok(false);
        }
        let name = self.from.branch.clone();
        let target = match &name {
            None => store.git_dir().join("HEAD"),
            Some(name) => store.ref_folder(name).join(name),
        };
        if let (Some(name), None) = (&name, self.from.commit) {
            if let Some(other) = store.ref_in_the_way(name)? {
                return Err(StoreError::RefInTheWay {
                    name: name.clone(),
                    other,
                });
            }
            remove_empty_folders(&target)?;
        }
        let lock = self.branch.as_mut().unwrap_or(&mut self.head);
        let mut file = lock.file();
        file.write_all(format!("{}\n", self.to).as_bytes())
            .map_err(StoreError::io("write", lock.path()))?;
        if let Ok(present) = fs::metadata(&target) {
            // A repository shared by a group stays one.
            lock.file()
                .set_permissions(present.permissions())
                .map_err(StoreError::io("set the permissions of", lock.path()))?;
        }
        durability.sync_file(lock.file(), lock.path())?;
        store.step(CrashPoint::RefWritten);

        let line = log.line(self.from.commit, self.to);
        let begin = store.begins_reflogs()?;
        if let Some(name) = &name {
            let path = store.ref_folder(name).join("logs").join(name);
            append_reflog(&path, &line, begin)?;
        }
        append_reflog(&store.git_dir().join("logs/HEAD"), &line, begin)?;
        store.step(CrashPoint::ReflogWritten);

        lock.rename_over(&target)?;
        store.step(CrashPoint::RefMoved);
        Ok(true)
    }

    /// Brings the name of a moved reference to the disk.
    pub(super) fn sync(store: &Store, from: &Head, durability: Durability) -> Result<()> {
        let Some(name) = &from.branch else {
            return durability.sync_folder(store.git_dir());
        };
        let base = store.ref_folder(name);
        let target = base.join(name);
        // The folders of a new branch may be new as well.
        let folders = target.ancestors().skip(1);
        for folder in folders.take_while(|folder| *folder != base) {
            durability.sync_folder(folder)?;
            if from.commit.is_some() {
                break;
            }
        }
        Ok(())
    }
}

impl LogEntry {
    fn line(&self, from: Option<CommitId>, to: CommitId) -> String {
        let from = from.map_or(git2::Oid::ZERO_SHA1, |from| from.0);
        format!(
            "{from} {to} {}\t{}\n",
            stamp(&self.who),
            self.message.lines().next().unwrap_or_default()
        )
    }
}

fn append_reflog(path: &Path, line: &str, begin: bool) -> Result<()> {
    let open = || OpenOptions::new().append(true).create(begin).open(path);
    if begin {
        remove_empty_folders(path)?;
    }
    let mut file = match open() {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound && begin => {
            if let Some(folder) = path.parent() {
                fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
            }
            open().map_err(StoreError::io("open", path))?
        }
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(StoreError::io("open", path)(error)),
    };
    let length = file.metadata().map_err(StoreError::io("look at", path))?;
    if let Err(error) = file.write_all(line.as_bytes()) {
        // Half a line would swallow the next one.
        file.set_len(length.len())
            .map_err(StoreError::io("shorten", path))?;
        return Err(StoreError::io("write", path)(error));
    }
    Ok(())
}

/// Git leaves the folders of deleted branches behind, where a branch of the
/// folder's name may want to be.
fn remove_empty_folders(path: &Path) -> Result<()> {
    match fs::symlink_metadata(path) {
        Ok(meta) if meta.is_dir() => {}
        _ => return Ok(()),
    }
    for entry in fs::read_dir(path).map_err(StoreError::io("read", path))? {
        let entry = entry.map_err(StoreError::io("read", path))?;
        remove_empty_folders(&entry.path())?;
    }
    fs::remove_dir(path).map_err(StoreError::io("remove", path))
}
