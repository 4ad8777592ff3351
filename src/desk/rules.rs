//! Reading the files of a desk from a commit.

use super::error::DeskError;
use crate::policy::contacts::Contacts;
use crate::policy::people::staffing;
use crate::policy::{Policy, Roster};
use crate::store::yaml::{self, Stored};
use crate::store::{BlobId, Snapshot};
use crate::ticket::TicketId;
use std::cell::LazyCell;
use std::rc::Rc;

/// The policy's file.
pub(super) const POLICY: &str = "desk.yaml";
/// The roster's file.
pub(super) const ROSTER: &str = "people.yaml";
/// The file of contacts.
pub(super) const CONTACTS: &str = "contacts.yaml";

/// Contacts that are read when they are first asked for.
pub type LazyContacts = LazyCell<Contacts, Box<dyn FnOnce() -> Contacts>>;

/// Policy, roster and contacts of one commit.
#[derive(Debug, Clone)]
pub struct Rules {
    /// `desk.yaml`.
    pub policy: Policy,
    /// `people.yaml`; empty where there is none.
    pub roster: Roster,
    /// `contacts.yaml`, read when it is first asked, as far as it makes sense:
    /// there may be thousands, and what is wrong there stops nothing.
    pub contacts: Rc<LazyContacts>,
}

impl Rules {
    /// Reads the files.
    ///
    /// # Errors
    /// [`DeskError::File`] where one does not hold together.
    pub fn load(snapshot: &Snapshot<'_>) -> Result<Self, DeskError> {
        let (rules, faults) = Self::for_reading(snapshot)?;
        faults.into_iter().next().map_or(Ok(rules), Err)
    }

    /// Reads the files as far as they make sense: a broken policy never blocks
    /// reading tickets. What does not is told beside, first the policy's.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn for_reading(snapshot: &Snapshot<'_>) -> Result<(Self, Vec<DeskError>), DeskError> {
        let mut faults = Vec::new();
        let bytes = snapshot.read(POLICY)?.unwrap_or_default();
        let policy = match yaml::understand_policy(&bytes) {
            Ok((policy, wrong)) => {
                faults.extend(wrong.into_iter().map(|error| file(POLICY, error)));
                policy
            }
            Err(error) => {
                faults.push(file(POLICY, error));
                Policy::neutral()
            }
        };
        let roster = match snapshot.read(ROSTER)? {
            None => Roster::default(),
            Some(bytes) => match yaml::understand_roster(&bytes, &policy) {
                Ok((roster, wrong)) => {
                    // Where the policy is not understood, nothing fits it.
                    let wrong = wrong.into_iter().filter(|_| faults.is_empty());
                    let wrong: Vec<_> = wrong.map(|error| file(ROSTER, error)).collect();
                    faults.extend(wrong);
                    roster
                }
                Err(error) => {
                    faults.push(file(ROSTER, error));
                    Roster::default()
                }
            },
        };
        if faults.is_empty() {
            let missing = staffing(&policy, &roster);
            let lines = (!missing.is_empty()).then(|| yaml::Lines::of(&bytes));
            let missing = missing.iter().zip(lines.iter().cycle());
            faults.extend(missing.map(|(fault, lines)| file(POLICY, lines.locate(fault))));
        }
        let bytes = snapshot.read(CONTACTS)?;
        let contacts: LazyContacts = LazyCell::new(Box::new(move || {
            let understood = bytes.map(|bytes| yaml::understand_contacts(&bytes));
            understood.and_then(Result::ok).unwrap_or_default().0
        }));
        let rules = Self {
            policy,
            roster,
            contacts: Rc::new(contacts),
        };
        Ok((rules, faults))
    }

    /// Everything that does not make sense in the files: what stops changes,
    /// and what is wrong with contacts, which stops nothing.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn faults(snapshot: &Snapshot<'_>) -> Result<Vec<DeskError>, DeskError> {
        let (_, mut faults) = Self::for_reading(snapshot)?;
        match snapshot
            .read(CONTACTS)?
            .map(|bytes| yaml::understand_contacts(&bytes))
        {
            None => {}
            Some(Ok((_, wrong))) => {
                faults.extend(wrong.into_iter().map(|error| file(CONTACTS, error)));
            }
            Some(Err(error)) => faults.push(file(CONTACTS, error)),
        }
        Ok(faults)
    }
}

pub(super) fn file(path: &str, error: yaml::YamlError) -> DeskError {
    DeskError::File {
        path: path.to_owned(),
        error,
    }
}

/// The ticket's file as that commit has it; none if it has none.
///
/// # Errors
/// [`DeskError::File`] where it is damaged.
pub(super) fn stored(snapshot: &Snapshot<'_>, id: &TicketId) -> Result<Option<Stored>, DeskError> {
    let path = id.path();
    let Some(bytes) = snapshot.read(&path)? else {
        return Ok(None);
    };
    yaml::read_ticket(id, &bytes)
        .map(Some)
        .map_err(|error| file(&path, error))
}

/// The ticket in that blob.
///
/// # Errors
/// [`DeskError::File`] where it is damaged.
pub(super) fn stored_blob(
    snapshot: &Snapshot<'_>,
    id: &TicketId,
    blob: BlobId,
) -> Result<Stored, DeskError> {
    let bytes = snapshot.read_blob(blob)?;
    yaml::read_ticket(id, &bytes).map_err(|error| file(&id.path(), error))
}

/// Where each ticket of that commit is, in the order of their ids. Files that
/// are no tickets are left out.
///
/// # Errors
/// Git can't read the trees.
pub(super) fn tickets(snapshot: &Snapshot<'_>) -> Result<Vec<(TicketId, BlobId)>, DeskError> {
    let mut found = Vec::new();
    snapshot.walk("tickets", |path, blob| {
        found.extend(TicketId::from_path(path).map(|id| (id, blob)));
        Ok::<_, DeskError>(())
    })?;
    Ok(found)
}
