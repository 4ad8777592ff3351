//! Reading the files of a desk from a commit.

use super::error::DeskError;
use crate::policy::clock;
use crate::policy::contacts::Contacts;
use crate::policy::people::staffing;
use crate::policy::routing::Map;
use crate::policy::{Policy, Roster};
use crate::store::yaml::{self, Stored};
use crate::store::{BlobId, Snapshot};
pub(super) use crate::store::{POLICY, ROSTER};
use crate::ticket::{Handle, TicketId, Timestamp};
use std::cell::LazyCell;
use std::rc::Rc;

/// The file of contacts.
pub(super) const CONTACTS: &str = "contacts.yaml";

/// Contacts that are read when they are first asked for.
pub type LazyContacts = LazyCell<Contacts, Box<dyn FnOnce() -> Contacts>>;

/// The files that rules are read from, whichever they come from.
#[derive(Debug, Clone, Default)]
pub struct RuleFiles {
    /// The policy.
    pub policy: Option<RuleFile>,
    /// The roster.
    pub roster: Option<RuleFile>,
    /// The contacts.
    pub contacts: Option<RuleFile>,
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
            contacts: file(CONTACTS)?,
        })
    }

    /// Their names.
    pub fn paths(&self) -> impl Iterator<Item = &str> {
        let files = self.policy.iter().chain(&self.roster).chain(&self.contacts);
        files.map(|file| file.path.as_str())
    }

    /// Puts a file in the place of its kind: by its name, or else by what it
    /// begins to list.
    pub fn put(&mut self, file: RuleFile) {
        let text = String::from_utf8_lossy(&file.bytes);
        let named = [POLICY, ROSTER, CONTACTS]
            .iter()
            .find(|name| file.path.ends_with(*name));
        let is = |name: &str, key: &str| match named {
            Some(named) => *named == name,
            None => text.lines().any(|line| line.trim_end() == key),
        };
        let place = if is(ROSTER, "people:") {
            &mut self.roster
        } else if is(CONTACTS, "contacts:") {
            &mut self.contacts
        } else {
            &mut self.policy
        };
        *place = Some(file);
    }

    /// Everything that does not make sense in them: what stops changes, and
    /// what is wrong with contacts, which stops nothing.
    #[must_use]
    pub fn faults(self) -> Vec<DeskError> {
        let contacts = self.contacts.clone();
        let (_, mut faults) = Rules::understand(self);
        if let Some(RuleFile { path, bytes }) = contacts {
            let wrong = match yaml::understand_contacts(&bytes) {
                Ok((_, wrong)) => wrong,
                Err(error) => vec![error],
            };
            faults.extend(wrong.into_iter().map(|error| file(&path, error)));
        }
        faults
    }
}

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
        if let Some((policy, roster)) = snapshot.rule_source()?.sound()
            && staffing(&policy, &roster).is_empty()
        {
            let contacts = snapshot.read(CONTACTS)?;
            return Ok((Self::of_parts(policy, roster, contacts), Vec::new()));
        }
        let files = RuleFiles::read(|path| Ok(snapshot.read(path)?))?;
        Ok(Self::understand(files))
    }

    fn of_parts(policy: Policy, roster: Roster, contacts: Option<Vec<u8>>) -> Self {
        let contacts: LazyContacts = LazyCell::new(Box::new(move || {
            let understood = contacts.map(|bytes| yaml::understand_contacts(&bytes));
            understood.and_then(Result::ok).unwrap_or_default().0
        }));
        Self {
            policy,
            roster,
            contacts: Rc::new(contacts),
        }
    }

    /// What clocks go by.
    #[must_use]
    pub fn clocks(&self) -> clock::Rules<'_> {
        clock::Rules {
            policy: &self.policy,
            roster: &self.roster,
        }
    }

    /// What words mean here, to whoever asks.
    #[must_use]
    pub fn map<'a>(&'a self, me: &'a Handle, now: Timestamp) -> Map<'a> {
        Map {
            policy: &self.policy,
            roster: &self.roster,
            me,
            now,
        }
    }

    /// What files mean as far as they make sense, and everything in policy and
    /// roster that does not, by file and line.
    #[must_use]
    pub fn understand(files: RuleFiles) -> (Self, Vec<DeskError>) {
        let RuleFile { path, bytes } = files.policy.unwrap_or_else(|| RuleFile {
            path: POLICY.to_owned(),
            bytes: Vec::new(),
        });
        let mut faults = Vec::new();
        let policy = match yaml::understand_policy(&bytes) {
            Ok((policy, wrong)) => {
                faults.extend(wrong.into_iter().map(|error| file(&path, error)));
                policy
            }
            Err(error) => {
                faults.push(file(&path, error));
                Policy::neutral()
            }
        };
        let roster = files.roster.map_or_else(Roster::default, |people| {
            match yaml::understand_roster(&people.bytes, &policy) {
                Ok((roster, wrong)) => {
                    // Where the policy is not understood, nothing fits it.
                    if faults.is_empty() {
                        faults.extend(wrong.into_iter().map(|error| file(&people.path, error)));
                    }
                    roster
                }
                Err(error) => {
                    faults.push(file(&people.path, error));
                    Roster::default()
                }
            }
        });
        if faults.is_empty() {
            let missing = staffing(&policy, &roster);
            if !missing.is_empty() {
                let lines = yaml::Lines::of(&bytes);
                let mut missing: Vec<_> = missing.iter().map(|fault| lines.locate(fault)).collect();
                missing.sort_by_key(|error| error.line);
                faults.extend(missing.into_iter().map(|error| file(&path, error)));
            }
        }
        let contacts = files.contacts.map(|file| file.bytes);
        (Self::of_parts(policy, roster, contacts), faults)
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
