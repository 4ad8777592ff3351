//! Being alone: our own lock among `desk` commands, and git's `*.lock` files
//! towards other git programs.

use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind};
use std::os::unix::fs::MetadataExt;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

use rustix::io::Errno;

use super::{Result, StoreError};

/// Our own lock. It is the kernel's, so it ends with the program that holds it
/// and is never stale.
#[derive(Debug)]
pub(super) struct DeskLock {
    _file: File,
}

impl DeskLock {
    /// Waits until no other `desk` changes this repository.
    pub(super) fn acquire(folder: &Path) -> Result<Self> {
        fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
        let path = folder.join("lock");
        loop {
            let file = open_lock(&path).map_err(StoreError::io("open", &path))?;
            file.lock().map_err(StoreError::io("lock", &path))?;
            // Someone may have deleted the folder while we waited; then others
            // lock another file.
            let ours = file.metadata().map_err(StoreError::io("look at", &path))?;
            match fs::metadata(&path) {
                Ok(there) if same_file(&there, &ours) => return Ok(Self { _file: file }),
                Ok(_) => {}
                Err(error) if error.kind() == ErrorKind::NotFound => {
                    fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
                }
                Err(error) => return Err(StoreError::io("look at", path)(error)),
            }
        }
    }
}

fn open_lock(path: &Path) -> io::Result<File> {
    let made = OpenOptions::new()
        .read(true)
        .write(true)
        .create(true)
        .truncate(false)
        .open(path);
    match made {
        // A colleague's lock file in a shared repository may be read-only.
        Err(error) if error.kind() == ErrorKind::PermissionDenied => File::open(path),
        made => made,
    }
}

/// The identity of a file, as long as it exists.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) struct Inode {
    pub(super) dev: u64,
    pub(super) ino: u64,
}

impl Inode {
    pub(super) fn of(meta: &fs::Metadata) -> Self {
        Self {
            dev: meta.dev(),
            ino: meta.ino(),
        }
    }
}

pub(super) fn same_file(a: &fs::Metadata, b: &fs::Metadata) -> bool {
    Inode::of(a) == Inode::of(b)
}

/// One of git's lock files, taken so that a later command can tell that it was
/// ours: it starts as a file in our own folder, whose inode goes into the
/// journal, and is then linked to the place where git looks.
///
/// The first link stays until the change is done. It keeps the inode from being
/// used again, for a lock of someone else.
#[derive(Debug)]
pub(super) struct GitLock {
    file: File,
    /// Its name in our folder.
    twin: PathBuf,
    /// Where git looks.
    path: PathBuf,
    held: bool,
}

impl GitLock {
    /// Makes the file in our folder; takes nothing yet.
    pub(super) fn prepare(twin: PathBuf, path: PathBuf) -> Result<Self> {
        let file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&twin)
            .map_err(StoreError::io("create", &twin))?;
        Ok(Self::with(file, twin, path))
    }

    /// With a file that is in our folder already.
    pub(super) fn with(file: File, twin: PathBuf, path: PathBuf) -> Self {
        Self {
            file,
            twin,
            path,
            held: false,
        }
    }

    pub(super) fn path(&self) -> &Path {
        &self.path
    }

    pub(super) fn twin(&self) -> &Path {
        &self.twin
    }

    pub(super) fn file(&self) -> &File {
        &self.file
    }

    pub(super) fn inode(&self) -> Result<Inode> {
        let meta = self.file.metadata();
        Ok(Inode::of(
            &meta.map_err(StoreError::io("look at", &self.twin))?,
        ))
    }

    /// Takes the lock, waiting as long as `patience` for whoever holds it.
    /// Returns whether the inode is still the one of [`GitLock::inode`] before:
    /// a file system without hard links needs a file of its own.
    pub(super) fn acquire(&mut self, patience: Duration) -> Result<bool> {
        let start = Instant::now();
        let mut pause = Duration::from_millis(1);
        let mut linked = true;
        loop {
            let taken = if linked {
                fs::hard_link(&self.twin, &self.path)
            } else {
                self.create_exclusively()
            };
            let error = match taken {
                Ok(()) => {
                    self.held = true;
                    return Ok(linked);
                }
                Err(error) => error,
            };
            if linked && cannot_link(&error) {
                linked = false;
                continue;
            }
            match error.kind() {
                ErrorKind::AlreadyExists if start.elapsed() >= patience => {
                    return Err(StoreError::Busy {
                        file: self.path.clone(),
                        waited: patience,
                    });
                }
                ErrorKind::AlreadyExists => {
                    sleep(pause);
                    pause = (pause * 2).min(Duration::from_millis(50));
                }
                // `git pack-refs` removes folders of branches that it emptied.
                ErrorKind::NotFound if start.elapsed() < patience => {
                    let Some(folder) = self.path.parent() else {
                        return Err(StoreError::io("create", &self.path)(error));
                    };
                    fs::create_dir_all(folder).map_err(StoreError::io("create", folder))?;
                }
                _ => return Err(StoreError::io("create", &self.path)(error)),
            }
        }
    }

    fn create_exclusively(&mut self) -> io::Result<()> {
        self.file = OpenOptions::new()
            .read(true)
            .write(true)
            .create_new(true)
            .open(&self.path)?;
        Ok(())
    }

    /// Puts the lock file in the place of what it locks, and so lets go.
    pub(super) fn rename_over(&mut self, target: &Path) -> Result<()> {
        fs::rename(&self.path, target).map_err(StoreError::io("write", target))?;
        self.held = false;
        Ok(())
    }

    /// Lets go, leaving everything as it was.
    pub(super) fn release(&mut self) -> Result<()> {
        if !self.held {
            return Ok(());
        }
        self.held = false;
        // Never remove a lock that took the place of ours.
        let ours = self
            .file
            .metadata()
            .map_err(StoreError::io("look at", &self.path))?;
        match fs::symlink_metadata(&self.path) {
            Ok(there) if same_file(&there, &ours) => {
                fs::remove_file(&self.path).map_err(StoreError::io("remove", &self.path))
            }
            Ok(_) => Ok(()),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(()),
            Err(error) => Err(StoreError::io("look at", &self.path)(error)),
        }
    }
}

impl Drop for GitLock {
    fn drop(&mut self) {
        // Reached on the way out of an error, which is what the caller must
        // hear of; a lock that stays is in the journal.
        let _ = self.release();
    }
}

fn cannot_link(error: &io::Error) -> bool {
    matches!(
        Errno::from_io_error(error),
        Some(
            Errno::PERM | Errno::NOTSUP | Errno::NOSYS | Errno::MLINK | Errno::XDEV | Errno::INVAL
        )
    )
}
