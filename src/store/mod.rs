//! Git and the work tree: what is stored, and the one way to change it.
//!
//! This layer knows paths (relative to the desk's root, `/`-separated), bytes
//! and commit messages; what a ticket is, only [`yaml`] knows. libgit2 is used
//! here and nowhere else, and so is SQLite.
//!
//! | file | holds |
//! |---|---|
//! | `repo`, `settings` | finding and making a desk, settings of git |
//! | `snapshot` | what a commit holds |
//! | `known_rules` | its policy and roster, read once |
//! | `commit`, `plan`, `settle` | [`Store::transact`]: the commit path, step by step |
//! | `objects`, `folder` | blobs, trees and commits of a change |
//! | `loose`, `pack`, `durable` | where they go, one by one or many at once, and bringing them to the disk |
//! | `index`, `worktree`, `refs` | the three things a change makes visible |
//! | `lock`, `journal`, `mend` | being alone, and cleaning up after a crash |
//! | `sign`, `identity` | who commits |
//! | `history`, `log`, `inspect` | looking back; looking at hand edits and damage |
//! | `local`, `housekeeping` | what a clone keeps for itself; letting git tidy |
//! | `remote` | fetching, merging and pushing, through the `git` program |
//! | [`cache`] | SQLite, for questions about all tickets |
//! | [`yaml`] | the files of a desk |

pub mod cache;
mod commit;
mod durable;
mod error;
mod folder;
mod history;
mod housekeeping;
mod id;
mod identity;
mod index;
mod inspect;
mod journal;
mod known_rules;
mod local;
mod lock;
mod log;
mod loose;
mod mend;
mod objects;
mod pack;
mod path;
mod plan;
mod refs;
mod remote;
mod repo;
mod settings;
mod settle;
mod sign;
mod snapshot;
mod step;
mod worktree;
pub mod yaml;

pub use error::{Edit, Kind, Place, Result, StoreError};
pub use history::{ChangedCommit, PathChange, Revision};
pub use id::{BadId, BlobId, CommitId};
pub use identity::Identity;
pub use inspect::{Diagnosis, IndexState, PathState};
pub use known_rules::{POLICY, ROSTER, RuleSource};
pub use log::Logged;
pub use mend::Mended;
pub use plan::{Done, Draft, Expect, FileChange, Plan, Warning};
pub use remote::{Push, Upstream};
pub use repo::{Durability, Hook, Options, Progress, ProgressHook, Store};
pub use settings::desks_of_user;
pub use snapshot::{Entry, EntryKind, Snapshot};
pub use step::{CrashPoint, UnknownStep};
pub use worktree::WorkFile;
