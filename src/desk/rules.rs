//! Reading the files of a desk from a commit.

use super::error::DeskError;
use crate::policy::{Policy, Roster, fit};
use crate::store::yaml::{self, Stored};
use crate::store::{BlobId, Snapshot};
use crate::ticket::TicketId;

/// The policy's file.
pub(super) const POLICY: &str = "desk.yaml";
/// The roster's file.
pub(super) const ROSTER: &str = "people.yaml";

/// The files that rules are read from, whichever they come from.
#[derive(Debug, Clone, Default)]
pub struct RuleFiles {
    /// The policy.
    pub policy: Option<RuleFile>,
    /// The roster.
    pub roster: Option<RuleFile>,
}

/// One of them.
#[derive(Debug, Clone)]
pub struct RuleFile {
    /// What it is called in messages.
    pub path: String,
    /// What is in it.
    pub bytes: Vec<u8>,
}

impl RuleFiles {
    /// Reads them with what gives a file's content by its path.
    ///
    /// # Errors
    /// Those of `read`.
    pub(super) fn read(
        mut read: impl FnMut(&str) -> Result<Option<Vec<u8>>, DeskError>,
    ) -> Result<Self, DeskError> {
        let mut file = |path: &str| {
            let path = path.to_owned();
            Ok::<_, DeskError>(read(&path)?.map(|bytes| RuleFile { path, bytes }))
        };
        Ok(Self {
            policy: file(POLICY)?,
            roster: file(ROSTER)?,
        })
    }

    /// Their names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let files = self.policy.iter().chain(&self.roster);
        files.map(|file| file.path.as_str())
    }

    /// Puts a file in the place of its kind: by its name, or else by what it
    /// begins to list.
    pub fn put(&mut self, file: RuleFile) {
        let text = String::from_utf8_lossy(&file.bytes);
        let lists = |key: &str| text.lines().any(|line| line.trim_end() == key);
        let place =
            if file.path.ends_with(ROSTER) || (!file.path.ends_with(POLICY) && lists("people:")) {
                &mut self.roster
            } else {
                &mut self.policy
            };
        *place = Some(file);
    }
}

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
        let (rules, faults) = Self::for_reading(snapshot)?;
        faults.into_iter().next().map_or(Ok(rules), Err)
    }

    /// Reads both files as far as they make sense: a broken policy never blocks
    /// reading tickets. What does not is told beside, first the policy's.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn for_reading(snapshot: &Snapshot<'_>) -> Result<(Self, Vec<DeskError>), DeskError> {
        let files = RuleFiles::read(|path| Ok(snapshot.read(path)?))?;
        Ok(Self::understand(&files))
    }

    /// What files mean as far as they make sense, and everything in them that
    /// does not, by file and line.
    #[must_use]
    pub fn understand(files: &RuleFiles) -> (Self, Vec<DeskError>) {
        let (path, bytes) = match &files.policy {
            Some(file) => (file.path.as_str(), file.bytes.as_slice()),
            None => (POLICY, &[][..]),
        };
        let mut faults = Vec::new();
        let (policy, wrong) = match yaml::understand_policy(bytes) {
            Ok(understood) => understood,
            Err(error) => {
                faults.push(file(path, error));
                // What people.yaml names can't be known to be wrong.
                let roster = files.roster.as_ref();
                let roster =
                    roster.map(|roster| yaml::read_roster(&roster.bytes, &Policy::neutral()));
                let rules = Self {
                    policy: Policy::neutral(),
                    roster: roster.and_then(Result::ok).unwrap_or_default(),
                };
                return (rules, faults);
            }
        };
        let whole = wrong.is_empty();
        faults.extend(wrong.into_iter().map(|error| file(path, error)));
        let mut roster = Roster::default();
        if let Some(RuleFile {
            path: people,
            bytes: listed,
        }) = &files.roster
        {
            match yaml::read_roster(listed, &policy) {
                Ok(read) => {
                    roster = read;
                    // Of a broken policy, not everything that is there is known.
                    if whole {
                        let lines = yaml::Lines::of(bytes);
                        let unfit = fit::faults(&policy, &roster);
                        let mut unfit: Vec<_> =
                            unfit.iter().map(|fault| lines.locate(fault)).collect();
                        unfit.sort_by_key(|error| error.line);
                        faults.extend(unfit.into_iter().map(|error| file(path, error)));
                    }
                }
                Err(error) => faults.push(file(people, error)),
            }
        }
        (Self { policy, roster }, faults)
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
