//! What is about to happen, written down so that the next command can finish
//! it or clean up after it.

use std::fmt::Write;
use std::fs;
use std::io::ErrorKind;
use std::path::{Path, PathBuf};

use super::durable;
use super::lock::Inode;
use super::{BlobId, CommitId, Durability, Result, StoreError};

const FIRST_LINE: &str = "desk journal 1";
const LAST_LINE: &str = "end";

/// A lock of git that a change took or was about to take.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct LockNote {
    pub(super) inode: Inode,
    /// Its name in our temporary folder.
    pub(super) twin: String,
    /// Where git looks.
    pub(super) place: LockPlace,
}

/// Which file of git a lock is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) enum LockPlace {
    /// The index of this work tree.
    Index,
    /// `HEAD` of this work tree.
    Head,
    /// A branch, by its full name.
    Branch(String),
}

/// A new file that waits in our temporary folder.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct FileNote {
    /// Its name in our temporary folder or, see `beside`, in the desk's.
    pub(super) staged: String,
    /// Whether it waits in the desk's folder, since ours is on another disk.
    pub(super) beside: bool,
    /// What it takes the place of.
    pub(super) expected: Option<BlobId>,
    /// Relative to the desk's root.
    pub(super) path: String,
}

/// The journal of one work tree. There is one at most, written by the holder of
/// our lock.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub(super) struct Journal {
    /// The desk's folder inside the work tree, as `Store::prefix`.
    pub(super) prefix: String,
    pub(super) base: Option<CommitId>,
    pub(super) new: Option<CommitId>,
    pub(super) locks: Vec<LockNote>,
    pub(super) files: Vec<FileNote>,
}

impl Journal {
    fn render(&self) -> String {
        let id = |commit: Option<CommitId>| commit.map_or("-".to_owned(), |id| id.to_string());
        let mut text = format!(
            "{FIRST_LINE}\nprefix {}\nbase {}\nnew {}\n",
            self.prefix,
            id(self.base),
            id(self.new)
        );
        // Writing to a string cannot fail.
        for LockNote { inode, twin, place } in &self.locks {
            let place = match place {
                LockPlace::Index => "index",
                LockPlace::Head => "HEAD",
                LockPlace::Branch(name) => name,
            };
            let _ = writeln!(text, "lock {} {} {twin} {place}", inode.dev, inode.ino);
        }
        for file in &self.files {
            let word = if file.beside { "beside" } else { "staged" };
            let expected = file.expected.map_or("-".to_owned(), |id| id.to_string());
            let _ = writeln!(text, "{word} {} {expected} {}", file.staged, file.path);
        }
        text + LAST_LINE + "\n"
    }

    /// `None` for a text that was not written to its end.
    fn parse(text: &str) -> Option<Self> {
        let mut lines = text.lines();
        if lines.next()? != FIRST_LINE {
            return None;
        }
        let mut journal = Self::default();
        for line in lines {
            if line == LAST_LINE {
                return Some(journal);
            }
            let (word, rest) = line.split_once(' ')?;
            match word {
                "prefix" => journal.prefix = rest.to_owned(),
                "base" => journal.base = rest.parse().ok(),
                "new" => journal.new = rest.parse().ok(),
                "lock" => {
                    let mut words = rest.splitn(4, ' ');
                    let inode = Inode {
                        dev: words.next()?.parse().ok()?,
                        ino: words.next()?.parse().ok()?,
                    };
                    journal.locks.push(LockNote {
                        inode,
                        twin: words.next()?.to_owned(),
                        place: match words.next()? {
                            "index" => LockPlace::Index,
                            "HEAD" => LockPlace::Head,
                            name => LockPlace::Branch(name.to_owned()),
                        },
                    });
                }
                "staged" | "beside" => {
                    let (staged, rest) = rest.split_once(' ')?;
                    let (expected, path) = rest.split_once(' ')?;
                    journal.files.push(FileNote {
                        staged: staged.to_owned(),
                        beside: word == "beside",
                        expected: expected.parse().ok(),
                        path: path.to_owned(),
                    });
                }
                _ => return None,
            }
        }
        None
    }
}

/// Our folder in git's folder of a work tree: journal, temporary files and the
/// reconciled head.
#[derive(Debug, Clone)]
pub(super) struct Desk {
    folder: PathBuf,
}

/// What the journal file says.
#[derive(Debug)]
pub(super) enum Found {
    /// Nothing was interrupted.
    Nothing,
    /// A change was.
    Change(Journal),
    /// The file is not whole; a power cut in the fast mode can do that.
    Torn,
}

impl Desk {
    pub(super) fn of(git_dir: &Path) -> Self {
        Self {
            folder: git_dir.join("desk"),
        }
    }

    /// It may not be there yet.
    pub(super) fn folder(&self) -> &Path {
        &self.folder
    }

    /// Where files wait before they are renamed to their places.
    pub(super) fn tmp(&self) -> PathBuf {
        self.folder.join("tmp")
    }

    /// Where a user's bytes go that could not be put back.
    pub(super) fn kept(&self) -> PathBuf {
        self.folder.join("kept")
    }

    /// Saves a file of the user from being swept; returns where it went.
    pub(super) fn keep(&self, file: &Path, path: &str) -> Result<PathBuf> {
        let kept = self.kept();
        fs::create_dir_all(&kept).map_err(StoreError::io("create", &kept))?;
        let name = path.replace('/', "-");
        for number in 0.. {
            let target = kept.join(format!("{number}-{name}"));
            match fs::symlink_metadata(&target) {
                Ok(_) => {}
                Err(_) => {
                    fs::rename(file, &target).map_err(StoreError::io("write", &target))?;
                    return Ok(target);
                }
            }
        }
        Ok(kept)
    }

    pub(super) fn journal(&self) -> PathBuf {
        self.folder.join("journal")
    }

    pub(super) fn create(&self) -> Result<()> {
        let tmp = self.tmp();
        fs::create_dir_all(&tmp).map_err(StoreError::io("create", tmp))
    }

    pub(super) fn read(&self) -> Result<Found> {
        let path = self.journal();
        match fs::read(&path) {
            Ok(bytes) => Ok(std::str::from_utf8(&bytes)
                .ok()
                .and_then(Journal::parse)
                .map_or(Found::Torn, Found::Change)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(Found::Nothing),
            Err(error) => Err(StoreError::io("read", path)(error)),
        }
    }

    /// Writes the journal as a whole. What it names must be on the disk as well:
    /// the names in the temporary folder.
    pub(super) fn write(&self, journal: &Journal, durability: Durability) -> Result<()> {
        durability.sync_folder(&self.tmp())?;
        durable::replace(
            &self.journal(),
            &self.tmp().join("journal"),
            journal.render().as_bytes(),
            durability,
        )
    }

    pub(super) fn clear(&self) -> Result<()> {
        durable::remove(&self.journal())
    }

    /// Empties the temporary folder. Only for the holder of our lock who has
    /// seen to the journal.
    pub(super) fn sweep(&self) -> Result<()> {
        let tmp = self.tmp();
        let entries = match fs::read_dir(&tmp) {
            Ok(entries) => entries,
            Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
            Err(error) => return Err(StoreError::io("read", tmp)(error)),
        };
        for entry in entries {
            let entry = entry.map_err(StoreError::io("read", &tmp))?;
            durable::remove(&entry.path())?;
        }
        Ok(())
    }

    /// The last head to which work tree and index were brought; a cache may
    /// start from it.
    pub(super) fn record_head(&self, head: CommitId) -> Result<()> {
        durable::replace(
            &self.folder.join("head"),
            &self.tmp().join("head"),
            format!("{head}\n").as_bytes(),
            Durability::Fast,
        )
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use super::*;

    #[test]
    fn a_journal_reads_back_as_written_and_never_by_halves() {
        let journal = Journal {
            prefix: "my desk/".into(),
            base: None,
            new: Some("1234567890123456789012345678901234567890".parse().unwrap()),
            locks: vec![LockNote {
                inode: Inode { dev: 7, ino: 9 },
                twin: "index-lock".into(),
                place: LockPlace::Branch("refs/heads/main".into()),
            }],
            files: vec![FileNote {
                staged: "file-0".into(),
                beside: true,
                expected: BlobId::of(b"before"),
                path: "tickets/a b.yaml".into(),
            }],
        };
        let text = journal.render();
        assert_eq!(Journal::parse(&text), Some(journal));
        for end in 0..text.len() - 1 {
            assert_eq!(Journal::parse(&text[..end]), None, "cut at {end}");
        }
    }
}
