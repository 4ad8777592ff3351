//! Founding a desk: its first commit.

use super::app::Desk;
use super::doctor::complete_attributes;
use super::error::DeskError;
use super::rules::{POLICY, ROSTER, RuleFile, RuleFiles, Rules, file};
use super::schema;
use super::templates::{self, NewPerson};
use crate::store::{Draft, Expect, FileChange, Identity, Plan, yaml};

/// The roster of a new desk of that policy, with one person on it.
///
/// # Errors
/// [`DeskError::File`] where the policy does not hold together, or that person
/// does not fit it.
pub fn first_roster(policy: RuleFile, person: NewPerson) -> Result<String, DeskError> {
    let read = yaml::read_policy(&policy.bytes).map_err(|error| file(&policy.path, error))?;
    let roster = templates::roster(&[person.who_does_it_all(&read)]);
    let files = RuleFiles {
        policy: Some(policy),
        roster: Some(RuleFile {
            path: ROSTER.to_owned(),
            bytes: roster.clone().into_bytes(),
        }),
        contacts: None,
    };
    let (_, faults) = Rules::understand(files);
    faults.into_iter().next().map_or(Ok(roster), Err)
}

impl Desk {
    /// Commits policy and roster, unless the desk has a policy already. Whether
    /// it did.
    ///
    /// # Errors
    /// Git or the disk failed, or files of these names are in the way.
    pub fn found(&self, policy: Vec<u8>, roster: Vec<u8>) -> Result<bool, DeskError> {
        let recorder = self.store.identity()?;
        let done = self.store.transact(|snapshot| -> Result<_, DeskError> {
            if snapshot.blob(POLICY)?.is_some() {
                return Ok(Plan {
                    drafts: Vec::new(),
                    value: false,
                });
            }
            let mut files = vec![(POLICY, policy.clone()), (ROSTER, roster.clone())];
            files.extend(schema::files());
            files.extend(complete_attributes(snapshot)?);
            let draft = self.housekeeping("Found the desk", files, recorder.clone());
            Ok(Plan {
                drafts: vec![draft],
                value: true,
            })
        })?;
        Ok(done.value)
    }

    /// A commit of files that are no tickets.
    pub(super) fn housekeeping(
        &self,
        subject: &str,
        files: Vec<(&str, Vec<u8>)>,
        author: Identity,
    ) -> Draft {
        let now = self.world().now().unix();
        let offset = self.world().utc_offset;
        let change = |(path, content): (&str, Vec<u8>)| FileChange {
            path: path.to_owned(),
            content,
            worktree: Expect::Head,
        };
        Draft {
            files: files.into_iter().map(change).collect(),
            message: format!("{subject}\n"),
            author,
            authored_at: now,
            authored_offset_min: offset,
            committed_at: now,
            committed_offset_min: offset,
        }
    }
}
