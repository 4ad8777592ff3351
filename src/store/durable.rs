//! Bringing things to the disk, in the order that a power cut respects.
//!
//! A durable change of one file syncs, before the branch moves: each loose
//! object before it gets its name, and the folders of those names (or the pack
//! and its index); the new file that waits in `.git/desk/tmp`, that folder, and
//! the journal; the content of the lock that becomes the branch. Then the branch
//! is renamed and its folder synced: from here on it is acknowledged. Last come
//! the folders of the work tree that hold the file, the finished index, and its
//! folder. Of more than 64 files the file system is
//! synced once instead, where that is to be had.
//!
//! libgit2 can do so for its own files, but only by a switch for the whole
//! program that is unsafe to set.

use std::fs::{self, File};
use std::io::{ErrorKind, Write};
use std::path::Path;

use super::{Durability, Result, StoreError};

/// So many new files are cheaper to sync as a whole file system.
const MANY: usize = 64;

/// Whether this system can sync a file system, and say whether that worked.
const SYNCS_FILE_SYSTEMS: bool = cfg!(target_os = "linux");

/// What names this run of the machine: a power cut may have halved what an
/// earlier one wrote and did not sync. `None` where the system does not say.
pub(super) fn boot() -> Option<String> {
    let id = fs::read_to_string("/proc/sys/kernel/random/boot_id").ok()?;
    Some(id.trim().to_owned())
}

impl Durability {
    pub(super) fn is_safe(self) -> bool {
        self == Self::Safe
    }

    /// How to write each of so many files: without a sync where one of the
    /// whole file system, by [`Durability::sync_files`], does for all.
    pub(super) fn for_each_of(self, count: usize) -> Self {
        if self.is_safe() && count > MANY && SYNCS_FILE_SYSTEMS {
            Self::Fast
        } else {
            self
        }
    }

    /// Syncs what [`Durability::for_each_of`] left to be synced.
    pub(super) fn sync_files(self, count: usize, folder: &Path) -> Result<()> {
        if self.for_each_of(count) == self {
            return Ok(());
        }
        sync_file_system(folder)
    }

    /// Syncs an open file, data and all.
    pub(super) fn sync_file(self, file: &File, path: &Path) -> Result<()> {
        if self.is_safe() {
            file.sync_all().map_err(StoreError::io("sync", path))?;
        }
        Ok(())
    }

    /// Syncs a folder: the names in it.
    pub(super) fn sync_folder(self, folder: &Path) -> Result<()> {
        if self.is_safe() {
            File::open(folder)
                .and_then(|folder| folder.sync_all())
                .map_err(StoreError::io("sync", folder))?;
        }
        Ok(())
    }
}

#[cfg(target_os = "linux")]
fn sync_file_system(folder: &Path) -> Result<()> {
    let opened = File::open(folder).map_err(StoreError::io("open", folder))?;
    rustix::fs::syncfs(&opened).map_err(StoreError::io("sync", folder))
}

#[cfg(not(target_os = "linux"))]
fn sync_file_system(_: &Path) -> Result<()> {
    Ok(())
}

/// Asks for room for so many bytes: a disk without it says so now, and a file
/// whose blocks are known is renamed over another without being flushed first.
pub(super) fn reserve(file: &File, path: &Path, length: usize) -> Result<()> {
    #[cfg(target_os = "linux")]
    {
        use rustix::fs::{FallocateFlags, fallocate};
        use rustix::io::Errno;
        // A file system that cannot promise finds out while writing.
        if let Err(full @ (Errno::NOSPC | Errno::DQUOT)) =
            fallocate(file, FallocateFlags::empty(), 0, length as u64)
        {
            return Err(StoreError::io("write", path)(full));
        }
    }
    #[cfg(not(target_os = "linux"))]
    let _ = (file, path, length);
    Ok(())
}

/// Replaces a small file of our own as a whole.
pub(super) fn replace(
    path: &Path,
    twin: &Path,
    content: &[u8],
    durability: Durability,
) -> Result<()> {
    let mut file = File::create(twin).map_err(StoreError::io("create", twin))?;
    file.write_all(content)
        .map_err(StoreError::io("write", twin))?;
    durability.sync_file(&file, twin)?;
    fs::rename(twin, path).map_err(StoreError::io("write", path))?;
    match path.parent() {
        Some(folder) => durability.sync_folder(folder),
        None => Ok(()),
    }
}

/// Removes a file; one that is not there is fine.
pub(super) fn remove(path: &Path) -> Result<()> {
    match fs::remove_file(path) {
        Err(error) if error.kind() != ErrorKind::NotFound => {
            Err(StoreError::io("remove", path)(error))
        }
        _ => Ok(()),
    }
}
