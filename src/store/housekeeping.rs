//! Loose objects do not pile up: git tidies, as after a commit of its own.

use std::fs;
use std::io::ErrorKind;
use std::os::unix::process::CommandExt;
use std::process::{Command, Stdio};

use git2::ConfigLevel;

use super::{Result, Store, StoreError};

/// How many loose objects git puts up with, where `gc.auto` does not say.
const MOST_LOOSE: i64 = 6_700;

/// Loose objects lie in 256 folders, evenly: one tells of all. It is the one
/// that git itself looks into.
const SAMPLE: &str = "17";

/// After so many commits at once the commit graph is worth writing: git would
/// walk them one by one.
const MANY: usize = 1_000;

/// From so many bytes on, 20,000 files, the checksum of git's index is a good
/// part of a change.
const LARGE_INDEX: u64 = 2 << 20;

/// The first git that can do without it. Older ones read such an index too, but
/// `git fsck` complains.
const SKIPS_HASH: (u32, u32) = (2, 40);

/// What git does after a commit of its own.
const MAINTENANCE: &str =
    "git -c gc.autoDetach=false -c maintenance.autoDetach=false maintenance run --auto --quiet";

/// Makes the history of one file a matter of milliseconds: with the paths that
/// each commit changed, git looks at no commit in vain. Git keeps them when it
/// writes the graph anew, but never begins with them.
const GRAPH: &str = "git commit-graph write --reachable --changed-paths --no-progress";

impl Store {
    /// Lets git tidy in the background, after a change of so many commits:
    /// where loose objects have piled up, what `git commit` would do, and by
    /// the same settings (`gc.auto`, `maintenance.auto`); after that, or after
    /// very many commits, the commit graph with changed paths (unless
    /// `core.commitGraph` or `gc.writeCommitGraph` is off). Whether anything
    /// was started.
    ///
    /// Git's own locks keep this and changes apart; nobody waits for it, and
    /// closing the terminal does not end it.
    ///
    /// # Errors
    /// [`StoreError::Git`] where git's settings can't be read,
    /// [`StoreError::Io`] where the folder of objects can't, or git can't be
    /// run.
    pub fn tidy(&self, commits: usize) -> Result<bool> {
        if self.flag("maintenance.auto")? == Some(false) {
            return Ok(false);
        }
        let most = match self.setting("gc.auto")? {
            Some(text) => text.trim().parse().unwrap_or(MOST_LOOSE),
            None => MOST_LOOSE,
        };
        if most <= 0 {
            return Ok(false);
        }
        let piled_up = self.loose_in_sample()? > (most + 255) / 256;
        if !piled_up && commits < MANY {
            return Ok(false);
        }
        let mut work = Vec::new();
        if piled_up {
            work.push(MAINTENANCE);
        }
        if self.flag("core.commitGraph")? != Some(false)
            && self.flag("gc.writeCommitGraph")? != Some(false)
        {
            work.push(GRAPH);
        }
        if work.is_empty() {
            return Ok(false);
        }
        // One after the other: they would be in each other's way.
        Command::new("sh")
            .args(["-c", &work.join("; ")])
            .current_dir(self.root())
            .process_group(0)
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(StoreError::io("run", "git maintenance"))?;
        Ok(true)
    }

    /// Lets git, and us, write a large index without its checksum, as git's
    /// `scalar` does: but for `git fsck` nobody looks at it, and hashing takes
    /// longer than writing. It is decided once in a clone; whoever wants it
    /// otherwise sets `index.skipHash`.
    ///
    /// # Errors
    /// [`StoreError::Git`] where git's settings can't be read or written,
    /// [`StoreError::Io`] where git can't be run.
    pub fn spare_index_hash(&self) -> Result<()> {
        let index = fs::metadata(self.git_dir().join("index"));
        if !index.is_ok_and(|index| index.len() >= LARGE_INDEX)
            || self.flag("index.skipHash")?.is_some()
            || self.flag("feature.manyFiles")?.is_some()
        {
            return Ok(());
        }
        let skips = git_version()?.is_some_and(|version| version >= SKIPS_HASH);
        let action = "write the settings of the repository";
        let config = self.repo.config().map_err(StoreError::git(action))?;
        config
            .open_level(ConfigLevel::Local)
            .and_then(|mut local| local.set_bool("index.skipHash", skips))
            .map_err(StoreError::git(action))
    }

    fn loose_in_sample(&self) -> Result<i64> {
        let folder = self.common_dir().join("objects").join(SAMPLE);
        match fs::read_dir(&folder) {
            Ok(entries) => Ok(i64::try_from(entries.count()).unwrap_or(i64::MAX)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(StoreError::io("read", &folder)(error)),
        }
    }
}

/// The version of the `git` program; `None` where it does not tell.
fn git_version() -> Result<Option<(u32, u32)>> {
    let told = Command::new("git").arg("version").output();
    let told = told.map_err(StoreError::io("run", "git version"))?.stdout;
    let told = String::from_utf8_lossy(&told);
    let mut numbers = told
        .trim()
        .trim_start_matches("git version ")
        .split('.')
        .map(str::parse);
    Ok(match (numbers.next(), numbers.next()) {
        (Some(Ok(major)), Some(Ok(minor))) => Some((major, minor)),
        _ => None,
    })
}
