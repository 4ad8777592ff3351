//! What a clone keeps for itself: small files under `.git/desk` that are never
//! the truth, and git's settings.

use super::{BlobId, Result, Store, StoreError};
use std::fs::{self, OpenOptions};
use std::io::{ErrorKind, Write as _};
use std::path::PathBuf;

impl Store {
    /// A file that each desk of the repository has for itself.
    pub(super) fn own_file(&self, name: &str, ending: &str) -> PathBuf {
        let name = match BlobId::of(self.prefix.as_bytes()) {
            Some(hash) if !self.prefix.is_empty() => format!("{name}-{}.{ending}", hash.short()),
            _ => format!("{name}.{ending}"),
        };
        self.common_dir().join("desk").join(name)
    }

    /// Where drafts that somebody writes are kept until they are committed.
    #[must_use]
    pub fn drafts_dir(&self) -> PathBuf {
        self.common_dir().join("desk").join("drafts")
    }

    /// A text setting of git; `None` where it is not set.
    ///
    /// # Errors
    /// [`StoreError::Git`] where git's settings can't be read.
    pub fn git_setting(&self, key: &str) -> Result<Option<String>> {
        self.setting(key)
    }

    /// How often [`Store::count`] was called with that name in this clone.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn tally(&self, name: &str) -> Result<u32> {
        let path = self.tally_path(name);
        match fs::metadata(&path) {
            Ok(found) => Ok(u32::try_from(found.len()).unwrap_or(u32::MAX)),
            Err(error) if error.kind() == ErrorKind::NotFound => Ok(0),
            Err(error) => Err(StoreError::io("read", &path)(error)),
        }
    }

    /// Counts one more. Each is a byte that is appended, so that none is lost
    /// where two programs count at once.
    ///
    /// # Errors
    /// [`StoreError::Io`].
    pub fn count(&self, name: &str) -> Result<()> {
        let path = self.tally_path(name);
        if let Some(folder) = path.parent() {
            fs::create_dir_all(folder).map_err(StoreError::io("make", folder))?;
        }
        let file = OpenOptions::new().create(true).append(true).open(&path);
        file.and_then(|mut file| file.write_all(b"."))
            .map_err(StoreError::io("write", &path))
    }

    fn tally_path(&self, name: &str) -> PathBuf {
        self.common_dir().join("desk").join("repeats").join(name)
    }
}
