//! How much people have on their hands.

use super::app::Desk;
use super::cached::{About, Cache};
use super::error::DeskError;
use super::rules::{self, Rules};
use crate::policy::people::Loads;
use crate::policy::rules::PickBy;
use crate::store::Snapshot;
use crate::ticket::text::fold;
use crate::ticket::{Header, Ticket};

impl Desk {
    /// The live tickets of each person, and when each was last given one where
    /// the policy picks by that.
    ///
    /// # Errors
    /// Git can't be read. Damaged tickets are nobody's.
    pub fn loads(&self, snapshot: &Snapshot<'_>, rules: &Rules) -> Result<Loads, DeskError> {
        loads(&self.cache(snapshot, About::Tickets), snapshot, rules)
    }
}

/// As [`Desk::loads`], by a cache that is open already.
pub(super) fn loads(
    cache: &Cache<'_>,
    snapshot: &Snapshot<'_>,
    rules: &Rules,
) -> Result<Loads, DeskError> {
    let turns = rules.policy.assignment.by == PickBy::RoundRobin;
    let answer = cache.ask(|view| {
        let mut loads = Loads::default();
        for row in view.assigned()? {
            let load = loads.entry(&row.who);
            (load.working, load.pending) = (row.working, row.pending);
        }
        if turns {
            let people = rules.roster.people();
            let people: Vec<String> = people.map(|one| fold(one.handle.as_str())).collect();
            for (who, given) in people.iter().zip(view.last_given(&people)?) {
                loads.entry(who).given = given;
            }
        }
        Ok(loads)
    });
    if let Some(loads) = answer {
        return Ok(loads);
    }
    let mut loads = Loads::default();
    for (id, blob) in rules::tickets(snapshot)? {
        if let Ok(stored) = rules::stored_blob(snapshot, &id, blob) {
            count(&mut loads, &stored.ticket);
        }
    }
    Ok(loads)
}

fn count(loads: &mut Loads, ticket: &Ticket) {
    loads.follow(&Header::default(), ticket.header(), ticket.opened());
    for event in ticket.active() {
        if let Some(who) = event.set.assignee.value() {
            let given = &mut loads.entry(who.as_str()).given;
            *given = Some(event.at).max(*given);
        }
    }
}
