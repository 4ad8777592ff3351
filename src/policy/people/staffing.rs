//! What the policy asks for and the roster does not have. Paths are those of
//! `desk.yaml`.

use super::Roster;
use crate::policy::rules::{Policy, PolicyFault, Recipient};
use crate::ticket::text::nearest;
use crate::ticket::{Handle, Name};
use std::collections::BTreeSet;

/// Words for recipients that are nobody's name.
const RECIPIENTS: [&str; 5] = ["lead", "manager", "director", "assignee", "owner"];

/// Teams that nobody works in, people whom the policy names and the roster does
/// not, and actions that nobody has the role for.
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
            let fault = not_on_roster(at, who, roster);
            let words = policy.teams.keys().map(Name::as_str).chain(RECIPIENTS);
            faults.push(match nearest(who.as_str(), words) {
                Some(near) => fault.hint(format!("did you mean {near}?")),
                None => fault,
            });
        }
    }
    for route in &policy.routes {
        let who = route.assignee.as_ref();
        if let Some(who) = who.filter(|who| roster.get(who.as_str()).is_none()) {
            faults.push(not_on_roster(
                format!("{}.assignee", route.at()),
                who,
                roster,
            ));
        }
    }
    if roster.people().next().is_some() {
        faults.extend(powerless(policy, roster));
    }
    faults
}

/// Actions that are kept to roles which nobody has: nobody could do them.
fn powerless(policy: &Policy, roster: &Roster) -> Vec<PolicyFault> {
    let held: BTreeSet<&str> = roster
        .people()
        .flat_map(|who| &who.roles)
        .map(Name::as_str)
        .collect();
    let mut faults = Vec::new();
    for (right, roles) in &policy.access.roles {
        let has = |role: &Name| roster.people().any(|who| who.plays(role.as_str()));
        if roles.iter().any(has) {
            continue;
        }
        let at = format!("access.{}", right.word());
        let fault = PolicyFault::new(at, "nobody on the roster may do this");
        let meant = |role: &Name| nearest(role.as_str(), held.iter().copied());
        faults.push(match roles.iter().find_map(meant) {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint("give one of these roles to somebody in people.yaml"),
        });
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
