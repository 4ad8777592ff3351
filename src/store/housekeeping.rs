//! Loose objects do not pile up: git tidies, as after a commit of its own.

use std::fs;
use std::io::ErrorKind;
use std::process::{Command, Stdio};

use super::{Result, Store, StoreError};

/// How many loose objects git puts up with, where `gc.auto` does not say.
const MOST_LOOSE: i64 = 6_700;

/// Loose objects lie in 256 folders, evenly: one tells of all. It is the one
/// that git itself looks into.
const SAMPLE: &str = "17";

impl Store {
    /// Lets git tidy in the background where loose objects have piled up: what
    /// `git commit` would do, by the same settings (`gc.auto`,
    /// `maintenance.auto`). Whether it was started.
    ///
    /// Git's own locks keep this and changes apart; nobody waits for it.
    ///
    /// # Errors
    /// [`StoreError::Git`] where git's settings can't be read,
    /// [`StoreError::Io`] where the folder of objects can't, or git can't be
    /// run.
    pub fn tidy(&self) -> Result<bool> {
        if self.flag("maintenance.auto")? == Some(false) {
            return Ok(false);
        }
        let most = match self.setting("gc.auto")? {
            Some(text) => text.trim().parse().unwrap_or(MOST_LOOSE),
            None => MOST_LOOSE,
        };
        if most <= 0 || self.loose_in_sample()? <= (most + 255) / 256 {
            return Ok(false);
        }
        Command::new("git")
            .arg("-C")
            .arg(self.root())
            .args(["maintenance", "run", "--auto", "--quiet"])
            .stdin(Stdio::null())
            .stdout(Stdio::null())
            .stderr(Stdio::null())
            .spawn()
            .map_err(StoreError::io("run", "git maintenance"))?;
        Ok(true)
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
