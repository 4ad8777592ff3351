//! What the policy asks for and the roster does not have. Paths are those of
//! `desk.yaml`.

use super::Roster;
use crate::policy::rules::{Policy, PolicyFault, Recipient};
use crate::ticket::Handle;

/// Teams that nobody works in, and people whom the policy names and the roster
/// does not.
///
/// A roster of one person says nothing yet about who works where: a desk that
/// was just made, or one person who does everything.
#[must_use]
pub fn staffing(policy: &Policy, roster: &Roster) -> Vec<PolicyFault> {
    let mut faults = Vec::new();
    if roster.people().nth(1).is_some() {
        for (team, rule) in &policy.teams {
            let vendor = rule.level.is_some_and(|level| policy.is_vendor(level));
            if !vendor && roster.team(team).next().is_none() {
                let problem = format!("nobody works in the team {team}");
                let hint =
                    format!("add {team} to somebody's `teams` in people.yaml, or remove the team");
                faults.push(PolicyFault::new(format!("teams.{team}"), problem).hint(hint));
            }
        }
    }
    for rule in &policy.escalations {
        let people = rule
            .steps
            .iter()
            .enumerate()
            .filter_map(|(place, step)| match step {
                Recipient::Person(who) => Some((place, who)),
                _ => None,
            });
        for (place, who) in people.filter(|(_, who)| roster.get(who.as_str()).is_none()) {
            let key = if rule.steps.len() > 1 {
                format!("steps[{place}]")
            } else {
                "to".to_owned()
            };
            let at = format!("escalations[{}].{key}", rule.index);
            faults.push(not_on_roster(at, who, roster));
        }
    }
    faults
}

/// Somebody who is named and not on the roster.
pub(super) fn not_on_roster(at: String, who: &Handle, roster: &Roster) -> PolicyFault {
    let known = roster.people().map(|person| person.handle.as_str());
    let mut fault = PolicyFault::unknown(at, "person", who.as_str(), known);
    fault.problem = format!("{who} is not on the roster");
    fault
}
