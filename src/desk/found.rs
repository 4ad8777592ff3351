//! Founding a desk: its first commit.

use super::app::Desk;
use super::doctor::complete_attributes;
use super::error::DeskError;
use super::rules::{POLICY, ROSTER, RuleFile, RuleFiles, Rules, file};
use super::templates::{self, NewPerson, Template};
use crate::store::{Draft, Expect, FileChange, Identity, Plan, yaml};

/// Policy and roster of a new desk of that name, with one person on it.
///
/// # Errors
/// [`DeskError::File`] where that person does not fit the policy.
pub fn first_files(
    template: Template,
    name: &str,
    person: NewPerson,
) -> Result<(String, String), DeskError> {
    let policy = template.policy(name);
    let read = yaml::read_policy(policy.as_bytes()).map_err(|error| file(POLICY, error))?;
    let roster = templates::roster(&[person.who_does_it_all(&read)]);
    let mut files = RuleFiles::default();
    for (path, text) in [(POLICY, &policy), (ROSTER, &roster)] {
        files.put(RuleFile {
            path: path.to_owned(),
            bytes: text.clone().into_bytes(),
        });
    }
    let (_, faults) = Rules::understand(&files);
    faults.into_iter().next().map_or(Ok((policy, roster)), Err)
}

impl Desk {
    /// Commits policy and roster, unless the desk has a policy already. Whether
    /// it did.
    ///
    /// # Errors
    /// Git or the disk failed, or files of these names are in the way.
    pub fn found(&self, policy: &str, roster: &str) -> Result<bool, DeskError> {
        let recorder = self.store.identity()?;
        let done = self.store.transact(|snapshot| -> Result<_, DeskError> {
            if snapshot.blob(POLICY)?.is_some() {
                return Ok(Plan {
                    drafts: Vec::new(),
                    value: false,
                });
            }
            let mut files = vec![
                (POLICY, policy.as_bytes().to_vec()),
                (ROSTER, roster.as_bytes().to_vec()),
            ];
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
