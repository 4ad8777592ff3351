//! Generated desks, kept from one run to the next, and set back before each.
//!
//! ```text
//! <folder>/<size>/facts.json   written last: what is complete, and by which code
//!                 objects/     the packed history; never written to again
//!                 own/         the desk that `desk` works on
//!                 peer/        the same desk, that `git` works on
//! ```

use crate::Fallible;
use crate::history::{self, Made};
use crate::process::{Programs, output};
use serde::{Deserialize, Serialize};
use std::fs;
use std::path::{Path, PathBuf};

/// A clone's settings. Nothing happens in the background of a measurement.
const CONFIG: &str = "\
[core]
\trepositoryformatversion = 0
\tfilemode = true
\tbare = false
\tlogallrefupdates = true
[user]
\tname = Lena Fischer
\temail = lena@support.example
[gc]
\tauto = 0
[maintenance]
\tauto = false
";

/// What is known of a desk that is complete.
#[derive(Debug, Clone, Serialize, Deserialize)]
pub(crate) struct Facts {
    /// Of the code that made it.
    fingerprint: String,
    /// Its last commit.
    pub(crate) commit: String,
    /// What the history holds.
    #[serde(flatten)]
    pub(crate) made: Made,
    /// Bytes of the packed history.
    pub(crate) packed: u64,
}

/// One generated desk, twice.
pub(crate) struct Desks {
    pub(crate) size: u64,
    pub(crate) facts: Facts,
    folder: PathBuf,
    programs: Programs,
}

impl Desks {
    /// The desk of that size, made if it is not there or was made by other
    /// code, and both copies as they were when they were new.
    ///
    /// # Errors
    /// The disk, or git.
    pub(crate) fn ready(folder: &Path, size: u64, programs: &Programs) -> Fallible<Self> {
        let folder = folder.join(size.to_string());
        let fingerprint = history::fingerprint(size)?;
        let kept = fs::read(folder.join("facts.json"))
            .ok()
            .and_then(|bytes| serde_json::from_slice::<Facts>(&bytes).ok())
            .filter(|facts| facts.fingerprint == fingerprint);
        let facts = match kept {
            Some(facts) => facts,
            None => make(&folder, size, programs, fingerprint)?,
        };
        let desks = Self {
            size,
            facts,
            folder,
            programs: programs.clone(),
        };
        desks.set_back()?;
        Ok(desks)
    }

    /// The desk that `desk` works on.
    pub(crate) fn own(&self) -> PathBuf {
        self.folder.join("own")
    }

    /// The desk that `git` works on.
    pub(crate) fn peer(&self) -> PathBuf {
        self.folder.join("peer")
    }

    /// A file beside the desks.
    pub(crate) fn beside(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    /// Undoes all that happened since the desks were made.
    ///
    /// # Errors
    /// The disk, or git.
    pub(crate) fn set_back(&self) -> Fallible<()> {
        self.set_one_back(&self.own())?;
        self.set_one_back(&self.peer())
    }

    fn set_one_back(&self, desk: &Path) -> Fallible<()> {
        let (git, pristine) = (desk.join(".git"), self.folder.join("objects"));
        let objects = git.join("objects");
        fs::create_dir_all(git.join("refs/heads"))?;
        // Files of packs are never changed in place, so two names for one do.
        link_all(&pristine, &objects)?;
        remove(&git.join("index.lock"))?;
        remove(&git.join("packed-refs"))?;
        for folder in ["refs", "logs", "desk"] {
            remove(&git.join(folder))?;
        }
        fs::create_dir_all(git.join("refs/heads"))?;
        fs::write(git.join("HEAD"), "ref: refs/heads/main\n")?;
        fs::write(git.join("config"), CONFIG)?;
        let commit = format!("{}\n", self.facts.commit);
        fs::write(git.join("refs/heads/main"), commit)?;
        self.git(desk, &["reset", "--hard", "--quiet"])?;
        self.git(desk, &["clean", "-ffdxq"])?;
        // Only now: until the reset, the index named objects of the last run.
        remove(&objects)?;
        link_all(&pristine, &objects)
    }

    /// Git, in one of the desks.
    ///
    /// # Errors
    /// It fails.
    pub(crate) fn git(&self, desk: &Path, words: &[&str]) -> Fallible<String> {
        output(&mut self.programs.git(desk, words))
    }
}

/// Generates, packs, and leaves the history's objects behind.
fn make(folder: &Path, size: u64, programs: &Programs, fingerprint: String) -> Fallible<Facts> {
    remove(folder)?;
    let bare = folder.join("making");
    fs::create_dir_all(&bare)?;
    let git = |words: &[&str]| output(&mut programs.git(&bare, words));
    git(&["init", "--quiet", "--bare", "--initial-branch=main", "."])?;
    let made = history::write(size, programs, &bare)?;
    // As `git gc` packs what a desk wrote change by change. `git fast-import`
    // tells each object from the one before it, whatever ticket that is of, and
    // without -f that stays. In a bare repository a bitmap would be added.
    git(&[
        "-c",
        "repack.writeBitmaps=false",
        "repack",
        "-a",
        "-d",
        "-f",
        "--quiet",
    ])?;
    git(&[
        "commit-graph",
        "write",
        "--reachable",
        "--changed-paths",
        "--no-progress",
    ])?;
    let commit = git(&["rev-parse", "main"])?.trim().to_owned();
    fs::rename(bare.join("objects"), folder.join("objects"))?;
    remove(&bare)?;
    let facts = Facts {
        fingerprint,
        commit,
        made,
        packed: bytes_in(&folder.join("objects"))?,
    };
    let text = serde_json::to_string(&facts)?;
    fs::write(folder.join("facts.tmp"), text)?;
    fs::rename(folder.join("facts.tmp"), folder.join("facts.json"))?;
    Ok(facts)
}

/// Gives every file below `from` a second name below `to`.
fn link_all(from: &Path, to: &Path) -> Fallible<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let entry = entry?;
        let target = to.join(entry.file_name());
        if entry.file_type()?.is_dir() {
            link_all(&entry.path(), &target)?;
        } else if !target.exists() {
            fs::hard_link(entry.path(), target)?;
        }
    }
    Ok(())
}

/// Bytes of all files below a folder.
///
/// # Errors
/// It can't be read.
pub(crate) fn bytes_in(folder: &Path) -> Fallible<u64> {
    let mut bytes = 0;
    for entry in fs::read_dir(folder)? {
        let entry = entry?;
        bytes += if entry.file_type()?.is_dir() {
            bytes_in(&entry.path())?
        } else {
            entry.metadata()?.len()
        };
    }
    Ok(bytes)
}

/// Removes a file, or a folder with all in it; one that is not there is fine.
pub(crate) fn remove(path: &Path) -> Fallible<()> {
    let removed = match path.symlink_metadata() {
        Ok(kind) if kind.is_dir() => fs::remove_dir_all(path),
        Ok(_) => fs::remove_file(path),
        Err(_) => Ok(()),
    };
    removed.map_err(|error| format!("remove {}: {error}", path.display()).into())
}
