//! Taking the next ticket through the remote, so that no other office gets it
//! too: what others did is fetched and merged, the claim is committed, and it
//! counts once it is pushed.

use super::app::{Desk, Outcome};
use super::error::DeskError;
use super::rules;
use super::workbench::{Deed, Step, Which};
use crate::policy::queue;
use crate::store::{CommitId, Push, Upstream};
use crate::ticket::{Handle, Timestamp};

/// So often others may push first before it is given up.
const ROUNDS: u32 = 50;

/// A claim that counts, or why there is none.
#[derive(Debug)]
pub struct Claimed {
    /// As of any change.
    pub outcome: Result<Outcome, DeskError>,
    /// What people should know besides.
    pub warnings: Vec<String>,
}

impl Desk {
    /// Does a step that takes the next ticket, and makes it count at the
    /// remote. A ticket that another office took first is given back, and the
    /// one after it is tried.
    ///
    /// # Errors
    /// There is no remote, or it can't be reached: nothing is taken then.
    pub fn claim(&self, step: &Step) -> Result<Claimed, DeskError> {
        let upstream = self.store.upstream()?;
        let mut warnings = Vec::new();
        for _ in 0..ROUNDS {
            self.catch_up(&upstream)?;
            let performed = self.perform(std::slice::from_ref(step), false)?;
            warnings.extend(performed.warnings);
            let Some(outcome) = performed.outcomes.into_iter().next() else {
                break;
            };
            let done = match outcome {
                Ok(done) => done,
                refused => {
                    return Ok(Claimed {
                        outcome: refused,
                        warnings,
                    });
                }
            };
            match self.make_it_count(&upstream, &done) {
                Ok(true) => {
                    return Ok(Claimed {
                        outcome: Ok(done),
                        warnings,
                    });
                }
                Ok(false) => {
                    let id = done.deeds.ticket.id();
                    warnings.push(format!("{id} was taken by another office first"));
                    self.give_back(&done)?;
                }
                Err(error) => {
                    // What did not reach the others must not look taken here.
                    self.give_back(&done)?;
                    return Err(error);
                }
            }
        }
        Err(DeskError::RemoteKeepsMoving { rounds: ROUNDS })
    }

    /// Pushes a claim, until it is there or somebody else has the ticket.
    fn make_it_count(&self, upstream: &Upstream, done: &Outcome) -> Result<bool, DeskError> {
        for _ in 0..ROUNDS {
            if self.store.push(upstream)? == Push::Done {
                return Ok(true);
            }
            let Some(theirs) = self.store.fetch(upstream)? else {
                continue;
            };
            if !self.still_waits(theirs, done)? {
                return Ok(false);
            }
            self.store.merge(theirs)?;
        }
        Err(DeskError::RemoteKeepsMoving { rounds: ROUNDS })
    }

    /// Whether a ticket that was claimed here waits for us still as others have
    /// it.
    fn still_waits(&self, theirs: CommitId, done: &Outcome) -> Result<bool, DeskError> {
        let snapshot = self.store.snapshot_at(theirs)?;
        let Some(stored) = rules::stored(&snapshot, done.deeds.ticket.id())? else {
            // Opened here, and not pushed before.
            return Ok(true);
        };
        let rules = self.rules()?;
        let me = claimant(done);
        let person = me.and_then(|me| rules.roster.get(me.as_str()));
        let now: Timestamp = self.world().now();
        Ok(person.is_some_and(|person| {
            queue::waits_for(&rules.policy, person, stored.ticket.header(), now)
        }))
    }

    /// What others did, merged.
    fn catch_up(&self, upstream: &Upstream) -> Result<(), DeskError> {
        if let Some(theirs) = self.store.fetch(upstream)? {
            self.store.merge(theirs)?;
        }
        Ok(())
    }

    /// Takes a claim back.
    fn give_back(&self, done: &Outcome) -> Result<(), DeskError> {
        let events = done.deeds.events.iter().map(|event| event.e.clone());
        let step = Step {
            which: Which::Typed(done.deeds.ticket.id().to_string()),
            deed: Deed::Retract(events.collect()),
            at: None,
            by: claimant(done).cloned(),
            condition: Vec::new(),
        };
        let performed = self.perform(&[step], false)?;
        performed
            .outcomes
            .into_iter()
            .try_for_each(|one| one.map(drop))
    }
}

/// Who claimed it.
fn claimant(done: &Outcome) -> Option<&Handle> {
    done.deeds.events.first().map(|event| &event.by)
}
