//! Whether the rules of a desk hold together, before they are committed.

use super::app::Desk;
use super::error::DeskError;
use super::rules::RuleFiles;
use crate::store::WorkFile;

impl Desk {
    /// The files of the rules as they lie in the work tree, edits and all.
    ///
    /// # Errors
    /// They can't be read.
    pub fn edited_rules(&self) -> Result<RuleFiles, DeskError> {
        RuleFiles::read(|path| {
            Ok(match self.store.state(path)?.worktree {
                WorkFile::File(bytes) => Some(bytes),
                _ => None,
            })
        })
    }

    /// The files of the rules as committed.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn committed_rules(&self) -> Result<RuleFiles, DeskError> {
        let snapshot = self.snapshot()?;
        RuleFiles::read(|path| Ok(snapshot.read(path)?))
    }
}
