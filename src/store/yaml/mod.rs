//! The files of a desk as YAML: bytes in, types out, and back. No git, no
//! files.
//!
//! Reading is strict and friendly: every error has a line, says what was found
//! and what to do. Any legal YAML style is read, but comments are lost on the
//! next write. Aliases, anchors and tags are refused. Writing is canonical:
//! writing what was written and read changes no byte, and every reader of YAML
//! 1.1 or 1.2 sees the same.
//!
//! - [`read_ticket`], [`write_ticket`]: one ticket.
//! - [`read_canonical`]: the same, ten times faster, of files that we wrote;
//!   [`read_stored`]: of any file, as fast as can be.
//! - [`read_policy`], [`read_roster`]: `desk.yaml` and `people.yaml`;
//!   [`understand_policy`] and [`understand_roster`] tell all faults at once.
//! - [`ticket_schema`]: the form of a ticket's file, for editors and checkers.
//! - [`merge_entries`]: three versions of one of those into one.
//!
//! - [`add_absence`]: an edit of `people.yaml` that keeps comments and layout.
//!
//! The YAML library is named in `source` and nowhere else.

mod canonical;
mod depth;
mod edit;
mod entries;
mod error;
mod event;
mod judged;
mod merge;
mod policy;
mod read;
mod scalar;
mod schema;
mod seed;
mod source;
mod write;

pub use canonical::{read_canonical, read_stored};
pub use edit::add_absence;
pub use error::{YamlError, YamlErrorKind};
pub use merge::{Merged, merge_entries};
pub use policy::{
    Lines, read_any, read_policy, read_policy_file, read_roster, read_roster_file,
    understand_contacts, understand_policy, understand_roster, understand_rules,
};
pub use read::{Stored, read_ticket};
pub use schema::ticket_schema;
pub use source::MAX_BYTES;
pub use write::{text_scalar, write_ticket};
