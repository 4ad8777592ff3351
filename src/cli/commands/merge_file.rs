//! `desk merge-file`: git's merge driver for the files of a desk.

use crate::cli::exit::{self, CliError};
use crate::cli::session::Session;
use crate::desk::merge;
use clap::Args;
use std::path::PathBuf;
use std::process::Command;

/// Merge two versions of a file of a desk (git calls this)
///
/// Tickets merge by their events: the union, without conflicts. Policy, roster
/// and contacts merge by key, and where both sides changed the same one, both
/// are marked. Other files, and those that can't be read, merge line by line as
/// git does it.
#[derive(Debug, Args)]
#[command(
    hide = true,
    after_help = "\
Set in a clone by any desk command:
  git config merge.desk.driver 'desk merge-file %O %A %B %P'"
)]
pub struct MergeFile {
    /// The version before both
    base: PathBuf,
    /// Our version; receives the result
    ours: PathBuf,
    /// Their version
    theirs: PathBuf,
    /// The path in the repository
    path: String,
}

impl MergeFile {
    /// Runs the command.
    ///
    /// # Errors
    /// A file can't be read or written.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let read = |file: &PathBuf| {
            std::fs::read(file).map_err(|error| CliError::Io {
                what: file.display().to_string(),
                error,
            })
        };
        let (ours, theirs) = (read(&self.ours)?, read(&self.theirs)?);
        match merge::tickets(&self.path, &ours, &theirs) {
            Some(Ok(merged)) => return self.write(&merged),
            Some(Err(why)) => {
                session.warn(&format!("{}: {why}; merging line by line", self.path));
            }
            None => {
                let base = read(&self.base)?;
                if let Some(merged) = merge::rules(&self.path, &base, &ours, &theirs) {
                    if merged.conflicts > 0 {
                        session.set_code(exit::FAILED);
                    }
                    return self.write(&merged.text);
                }
            }
        }
        self.line_by_line(session)
    }

    fn write(&self, merged: &str) -> Result<(), CliError> {
        std::fs::write(&self.ours, merged).map_err(|error| CliError::Io {
            what: self.ours.display().to_string(),
            error,
        })
    }

    /// As git does it: conflicts are marked, and the exit code says so.
    fn line_by_line(&self, session: &mut Session) -> Result<(), CliError> {
        let status = Command::new("git")
            .arg("merge-file")
            .args(["-L", "ours", "-L", "base", "-L", "theirs"])
            .args([&self.ours, &self.base, &self.theirs])
            .status()
            .map_err(|error| CliError::Io {
                what: "git merge-file".into(),
                error,
            })?;
        if !status.success() {
            session.set_code(exit::FAILED);
        }
        Ok(())
    }
}
