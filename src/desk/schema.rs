//! The form of each file of a desk, as JSON Schema (draft 2020-12): from the
//! very types that read them.
//!
//! New desks have the schemas of the files that people edit in a folder beside
//! them, committed, and the files name them in the way that editors look for.
//! A file in the repository is there without a network, in every clone and work
//! tree, and whether desk is installed or not; one in `.git` would be none of
//! these.

use super::error::DeskError;
use crate::exchange::mapping::MappingFile;
use crate::policy::contacts::ContactsFile;
use crate::policy::people::RosterFile;
use crate::policy::rules::PolicyFile;
use crate::store::{Snapshot, yaml};
use serde_json::Value;

/// A kind of file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Form {
    /// `desk.yaml`.
    Desk,
    /// `people.yaml`.
    People,
    /// `contacts.yaml`.
    Contacts,
    /// A ticket.
    Ticket,
    /// What the columns of another system's log mean, for `desk import`.
    Mapping,
}

impl Form {
    /// All of them.
    pub const ALL: &'static [Self] = &[
        Self::Desk,
        Self::People,
        Self::Contacts,
        Self::Ticket,
        Self::Mapping,
    ];

    /// Those of files that people edit, and where a desk keeps the schema.
    const KEPT: &'static [(Self, &'static str)] = &[
        (Self::Desk, ".schema/desk.json"),
        (Self::People, ".schema/people.json"),
        (Self::Contacts, ".schema/contacts.json"),
    ];

    /// The word on the command line.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Desk => "desk",
            Self::People => "people",
            Self::Contacts => "contacts",
            Self::Ticket => "ticket",
            Self::Mapping => "mapping",
        }
    }

    /// The schema.
    #[must_use]
    pub fn schema(self) -> Value {
        match self {
            Self::Desk => schemars::schema_for!(PolicyFile).to_value(),
            Self::People => schemars::schema_for!(RosterFile).to_value(),
            Self::Contacts => schemars::schema_for!(ContactsFile).to_value(),
            Self::Ticket => yaml::ticket_schema(),
            Self::Mapping => schemars::schema_for!(MappingFile).to_value(),
        }
    }

    /// The schema as a file has it.
    #[must_use]
    pub fn text(self) -> String {
        format!("{:#}\n", self.schema())
    }
}

/// The line by which editors find the schema of a file beside it.
#[must_use]
pub fn named_in(form: Form) -> String {
    let kept = Form::KEPT.iter().find(|(own, _)| *own == form);
    kept.map_or_else(String::new, |(_, path)| {
        format!("# yaml-language-server: $schema={path}\n")
    })
}

/// The schemas that a new desk keeps, by their paths.
pub(super) fn files() -> Vec<(&'static str, Vec<u8>)> {
    let kept = Form::KEPT.iter();
    kept.map(|(form, path)| (*path, form.text().into_bytes()))
        .collect()
}

/// Schemas that the desk keeps and that describe the files of another version,
/// as they should be.
pub(super) fn stale(snapshot: &Snapshot<'_>) -> Result<Vec<(&'static str, Vec<u8>)>, DeskError> {
    let mut stale = Vec::new();
    for (path, text) in files() {
        if snapshot.read(path)?.is_some_and(|kept| kept != text) {
            stale.push((path, text));
        }
    }
    Ok(stale)
}
