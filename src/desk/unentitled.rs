//! Changes of policy and roster that were committed by people whose role may
//! not make them. Plain git keeps nobody from committing; `desk doctor` tells.

use super::app::Desk;
use super::error::DeskError;
use super::rules::{POLICY, ROSTER};
use crate::policy::gate;
use crate::policy::rules::Right;
use crate::policy::{Person, Policy, Roster};
use crate::store::{BlobId, Revision, yaml};
use std::ops::ControlFlow;

/// A change that its author may not make.
#[derive(Debug)]
pub(super) struct Unentitled {
    /// The file.
    pub path: &'static str,
    /// The commit.
    pub revision: Revision,
    /// The roles that may.
    pub roles: Vec<String>,
}

/// So many changes of a file are looked back on.
const MOST: usize = 200;

/// Policy and roster as the last change by somebody who might make it left
/// them: nobody gets a right by a change that they had no right to.
#[derive(Default)]
struct Trusted {
    policy: Vec<u8>,
    roster: Option<Vec<u8>>,
}

impl Desk {
    /// Changes that nobody who may has settled since with one of their own,
    /// oldest first.
    ///
    /// # Errors
    /// Git can't be read.
    pub(super) fn unentitled(&self) -> Result<Vec<Unentitled>, DeskError> {
        let changes = self.changes_of_rules()?;
        let read = |path, side: fn(&Revision) -> Option<BlobId>| {
            let first = changes.iter().find(|(changed, _)| *changed == path);
            let blob = first.and_then(|(_, revision)| side(revision));
            blob.map(|blob| self.store.read_blob(blob)).transpose()
        };
        let mut trusted = Trusted {
            policy: read(POLICY, |first| first.before.or(first.after))?.unwrap_or_default(),
            roster: read(ROSTER, |first| first.before.or(first.after))?,
        };
        let mut found: Vec<Unentitled> = Vec::new();
        let commits = changes.chunk_by(|(_, a), (_, b)| a.commit == b.commit);
        for commit in commits {
            let (policy, roster) =
                yaml::understand_rules(&trusted.policy, trusted.roster.as_deref());
            let kept_to = policy.access.kept_to(Right::ChangePolicy);
            for (path, revision) in commit {
                let author = roster.by_email(&revision.author.email);
                let may = gate::may(&policy, Right::ChangePolicy, author);
                // Whoever makes a file makes the rules.
                if may || revision.before.is_none() {
                    trusted.take(path, self.content(revision.after)?);
                    found.retain(|earlier| earlier.path != *path);
                } else if !self.says_only_absence(path, revision, &policy, author)? {
                    let roles = kept_to.into_iter().flatten();
                    found.push(Unentitled {
                        path,
                        revision: revision.clone(),
                        roles: roles.map(ToString::to_string).collect(),
                    });
                }
            }
        }
        Ok(found)
    }

    /// Changes of policy and roster, oldest first; those of one commit side by
    /// side. Clocks of machines differ, so only git says what came before.
    fn changes_of_rules(&self) -> Result<Vec<(&'static str, Revision)>, DeskError> {
        let of = |path: &'static str| -> Result<_, DeskError> {
            let mut changes = Vec::new();
            self.store.walk_history(path, |revision| {
                changes.push((path, revision));
                if changes.len() < MOST {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
            Ok(changes.into_iter().rev().peekable())
        };
        let (mut policies, mut rosters) = (of(POLICY)?, of(ROSTER)?);
        let mut changes = Vec::new();
        while let (Some((_, policy)), Some((_, roster))) = (policies.peek(), rosters.peek()) {
            if self.store.descends(policy.commit, roster.commit)? {
                changes.extend(rosters.next());
            } else {
                changes.extend(policies.next());
            }
        }
        changes.extend(policies.chain(rosters));
        Ok(changes)
    }

    fn content(&self, blob: Option<BlobId>) -> Result<Option<Vec<u8>>, DeskError> {
        Ok(blob.map(|blob| self.store.read_blob(blob)).transpose()?)
    }

    /// Whether a change did no more to the roster than say when its author is
    /// away, which everybody may.
    fn says_only_absence(
        &self,
        path: &str,
        revision: &Revision,
        policy: &Policy,
        author: Option<&Person>,
    ) -> Result<bool, DeskError> {
        let Some(author) = author.filter(|_| path == ROSTER) else {
            return Ok(false);
        };
        let people = |blob| -> Result<Option<Vec<Person>>, DeskError> {
            let bytes = self.content(blob)?.unwrap_or_default();
            Ok(yaml::understand_roster(&bytes, policy)
                .ok()
                .map(|(roster, _)| without_absences(&roster, author)))
        };
        let before = people(revision.before)?;
        Ok(before.is_some() && before == people(revision.after)?)
    }
}

impl Trusted {
    fn take(&mut self, path: &str, content: Option<Vec<u8>>) {
        if path == POLICY {
            self.policy = content.unwrap_or_default();
        } else {
            self.roster = content;
        }
    }
}

fn without_absences(roster: &Roster, author: &Person) -> Vec<Person> {
    let mut people: Vec<Person> = roster.people().cloned().collect();
    for person in people.iter_mut().filter(|one| one.handle == author.handle) {
        person.absences.clear();
    }
    people
}
