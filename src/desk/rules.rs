//! Reading the files of a desk from a commit.

use super::error::DeskError;
use crate::policy::{Policy, Roster};
use crate::store::yaml::{self, Stored};
use crate::store::{BlobId, Snapshot};
use crate::ticket::TicketId;

/// The policy's file.
pub(super) const POLICY: &str = "desk.yaml";
/// The roster's file.
pub(super) const ROSTER: &str = "people.yaml";

/// Policy and roster of one commit.
#[derive(Debug, Clone)]
pub struct Rules {
    /// `desk.yaml`.
    pub policy: Policy,
    /// `people.yaml`; empty where there is none.
    pub roster: Roster,
}

impl Rules {
    /// Reads both files.
    ///
    /// # Errors
    /// [`DeskError::File`] where one does not hold together.
    pub fn load(snapshot: &Snapshot<'_>) -> Result<Self, DeskError> {
        let policy = snapshot.read(POLICY)?.unwrap_or_default();
        let policy = yaml::read_policy(&policy).map_err(|error| file(POLICY, error))?;
        let roster = match snapshot.read(ROSTER)? {
            Some(bytes) => {
                yaml::read_roster(&bytes, &policy).map_err(|error| file(ROSTER, error))?
            }
            None => Roster::default(),
        };
        Ok(Self { policy, roster })
    }

    /// Reads both files as far as they make sense: a broken policy never blocks
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
            Some(bytes) => yaml::read_roster(&bytes, &policy).unwrap_or_else(|error| {
                faults.push(file(ROSTER, error));
                Roster::default()
            }),
        };
        Ok((Self { policy, roster }, faults))
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
    yaml::read_stored(id, &bytes)
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
    yaml::read_stored(id, &bytes).map_err(|error| file(&id.path(), error))
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
