//! Whether policy and roster fit each other: what only both together show.

use super::rules::{Faults, Recipient};
use super::{Policy, PolicyFault, Roster};
use crate::ticket::Name;
use crate::ticket::text::nearest;
use std::collections::BTreeSet;

/// What of the policy finds nobody on the roster, by its place in `desk.yaml`.
/// Nothing where nobody is on it yet.
#[must_use]
pub fn faults(policy: &Policy, roster: &Roster) -> Vec<PolicyFault> {
    let mut faults = Faults::default();
    if roster.people().next().is_none() {
        return Vec::new();
    }
    let manned: BTreeSet<&Name> = roster.people().flat_map(|who| &who.teams).collect();
    // One person alone says nothing yet about who works where.
    let several = roster.people().nth(1).is_some();
    for team in policy
        .teams
        .keys()
        .filter(|team| several && !manned.contains(team))
    {
        let fault = PolicyFault::new(format!("teams.{team}"), "nobody is in this team");
        let hint = format!("put somebody into it in people.yaml (teams: [{team}]), or remove it");
        faults.add(fault.hint(hint));
    }
    let people = || roster.people().map(|person| person.handle.as_str());
    for route in &policy.routes {
        if let Some(who) = route
            .assignee
            .as_ref()
            .filter(|who| roster.get(who.as_str()).is_none())
        {
            let at = format!("{}.assignee", route.at());
            faults.add(PolicyFault::unknown(at, "person", who.as_str(), people()));
        }
    }
    for rule in &policy.escalations {
        for step in &rule.steps {
            if let Recipient::Person(who) = step
                && roster.get(who.as_str()).is_none()
            {
                let at = format!("escalations[{}]", rule.index);
                let known = policy.teams.keys().map(Name::as_str).chain(RECIPIENTS);
                let known = known.chain(people());
                faults.add(PolicyFault::unknown(
                    at,
                    "person or team",
                    who.as_str(),
                    known,
                ));
            }
        }
    }
    let held: BTreeSet<&Name> = roster.people().flat_map(|who| &who.roles).collect();
    for (right, roles) in &policy.access.roles {
        if roles.iter().any(|role| held.contains(role)) {
            continue;
        }
        let word = right.word();
        let fault = PolicyFault::new(format!("access.{word}"), "nobody on the roster may do this");
        let near = roles
            .iter()
            .find_map(|role| nearest(role.as_str(), held.iter().map(|held| held.as_str())));
        faults.add(match near {
            Some(near) => fault.hint(format!("did you mean {near}?")),
            None => fault.hint("give one of these roles to somebody in people.yaml"),
        });
    }
    faults.into_found()
}

/// Words for recipients that are no names.
const RECIPIENTS: [&str; 5] = ["lead", "manager", "director", "assignee", "owner"];
