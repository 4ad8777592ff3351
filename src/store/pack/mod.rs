//! Many commits at once, straight into a packfile.
//!
//! A loose object costs a file and, durably, a sync; and a chain of commits
//! knows which entry of which tree it changes, so that trees and files that
//! grow are stored by their difference without a search. Of 5,000 tickets opened
//! over 180 days, `git gc` takes another 0.5 % off the pack.

mod delta;
mod file;

use std::path::PathBuf;

use super::Store;

pub(super) use delta::{Delta, of_lines};
pub(super) use file::{PackFile, WaitingPack, sweep};

/// From so many drafts on, a pack is worth it.
pub(super) const MANY: usize = 32;

/// A longer chain of differences is slow to read; `git gc` has the same limit.
pub(super) const MAX_DEPTH: u32 = 50;

/// An object that was written.
#[derive(Debug, Clone, Copy)]
pub(super) struct Stored {
    /// Where it begins in the pack.
    pub(super) at: u64,
    /// How many differences lead to it.
    pub(super) depth: u32,
}

impl Store {
    /// The folder of packs.
    pub(super) fn packs(&self) -> PathBuf {
        self.common_dir().join("objects/pack")
    }
}
