//! Service-level clocks of a ticket. Source: DOMAIN.md section 5.
//!
//! A clock runs from what starts it to what stops it and accumulates open
//! seconds of a calendar; it never shifts a deadline. What it may use is the
//! target that the policy gives the ticket as it is at each moment, so a change
//! of priority leaves the new target less what is spent.
//!
//! | clock | starts with | stops with |
//! |---|---|---|
//! | respond | opening | a reply, or somebody of the desk taking it up |
//! | update | the requester writes again | a reply, or resolving |
//! | resolve | opening | resolving; goes on when reopened |
//! | accept | a hand-over that waits for another level or team | somebody there taking it up or sending it on |
//! | vendor | waiting for a vendor | no longer doing so |
//!
//! Only the resolve clock can be paused, by waiting for a cause that the policy
//! names. A cancelled ticket has no clock that runs.
//!
//! Events count in the order in which they happened, not in that in which they
//! were written down; where the two lead to different states, the ticket's own
//! state holds from the last event on.

mod explain;
mod run;
mod track;

pub use explain::{Standing, Stretch, Why};
pub use run::{Counted, Piece, Run, State, Stop};
pub use track::Before;

use super::{Policy, Roster};
use crate::ticket::{BlobId, Clock, Handle, Header, Name, Ticket, Timestamp};

/// What clocks go by.
#[derive(Debug, Clone, Copy)]
pub struct Rules<'a> {
    /// Targets, calendars and pauses.
    pub policy: &'a Policy,
    /// Who answers for the desk.
    pub roster: &'a Roster,
}

/// Whether results that events keep hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Kept {
    Hold,
    Ignore,
}

/// What comes first of a ticket's clocks.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Soonest {
    /// When the first is due.
    pub due: Option<Timestamp>,
    /// The first second at which one is over.
    pub late: Option<Timestamp>,
}

/// The role of an account that is no person.
const AUTOMATION: &str = "automation";

impl<'a> Rules<'a> {
    /// Every run of every clock of a ticket, in the order of their start: those
    /// that the policy gives a target, and those that have a result.
    #[must_use]
    pub fn runs(self, ticket: &Ticket) -> Vec<Run<'a>> {
        let kept = ticket.active().any(|event| event.details.judged.is_some());
        if (self.policy.targets.is_empty() && !kept) || ticket.is_void() {
            return Vec::new();
        }
        track::runs(self, ticket, Kept::Hold)
    }

    /// As [`Rules::runs`], as if no result had been kept: what these rules alone
    /// make of what happened.
    #[must_use]
    pub fn anew(self, ticket: &Ticket) -> Vec<Run<'a>> {
        if self.policy.targets.is_empty() || ticket.is_void() {
            return Vec::new();
        }
        track::runs(self, ticket, Kept::Ignore)
    }

    /// Results that were kept and that this policy, which is the one that
    /// judged them, would now give otherwise: an earlier event has merged in.
    #[must_use]
    pub fn stale(self, ticket: &Ticket, policy: &BlobId) -> Vec<(Clock, Stop)> {
        if ticket.is_void() || !ticket.active().any(|event| event.details.judged.is_some()) {
            return Vec::new();
        }
        let kept: Vec<_> = track::runs(self, ticket, Kept::Hold)
            .into_iter()
            .filter_map(|run| Some((run.clock, run.cycle, run.stop?)))
            .filter(|(_, _, stop)| stop.judged_by.as_ref() == Some(policy))
            .collect();
        let fresh = self.anew(ticket);
        let fresh = fresh.into_iter().filter_map(|run| {
            let stop = run.stop.filter(|stop| stop.result.is_some())?;
            let (_, _, old) = kept
                .iter()
                .find(|(clock, cycle, _)| (*clock, *cycle) == (run.clock, run.cycle))?;
            (old.result != stop.result).then_some((run.clock, stop))
        });
        fresh.collect()
    }

    /// When the first of a ticket's clocks is due, and when the first is over.
    #[must_use]
    pub fn soonest(self, ticket: &Ticket) -> Soonest {
        if !ticket.status().is_live() {
            return Soonest::default();
        }
        let runs = self.runs(ticket);
        Soonest {
            due: runs.iter().filter_map(Run::due).min(),
            late: runs.iter().filter_map(Run::late).min(),
        }
    }

    /// Whether somebody acts for the desk and is no automation. On a desk
    /// without a roster everybody does but the requester.
    #[must_use]
    pub fn is_technician(self, who: &Handle, header: &Header) -> bool {
        if self.roster.people().next().is_none() {
            let requester = header.requester.as_ref();
            return who.as_str() != super::SWEEP
                && requester.is_none_or(|line| line.as_str() != who.as_str());
        }
        let person = self.roster.get(who.as_str());
        person.is_some_and(|person| !person.roles.contains(AUTOMATION))
    }

    /// The target of a clock for such a ticket, with the rule and the calendar.
    fn target(self, clock: Clock, header: &Header) -> Option<run::Target<'a>> {
        let policy = self.policy;
        let (rule, span) = super::rules::targets::of(&policy.targets, clock, header)?;
        // A vendor works in its own hours, whatever the desk's are.
        let vendor = header.vendor.as_ref().filter(|_| clock == Clock::Vendor);
        let vendor = vendor.and_then(|name| policy.vendors.get(name)?.calendar.as_ref());
        let calendar = vendor.map(Name::as_str).or(rule.calendar.as_deref());
        Some(run::Target {
            rule,
            seconds: span.seconds(),
            calendar: policy.calendars.get(calendar),
        })
    }
}

#[cfg(test)]
mod tests;
