//! `people.yaml`: who works at the desk.

use super::rules::{Policy, PolicyFault};
use crate::ticket::value::Value;
use crate::ticket::{Handle, Level, Name};
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The roster file as it is written. Unknown fields are errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RosterFile {
    /// Version of the desk's files that all clones share.
    pub format: u32,
    /// People by handle.
    #[serde(default)]
    pub people: BTreeMap<String, PersonEntry>,
}

/// A person of the roster file.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct PersonEntry {
    /// Full name.
    pub name: String,
    /// Addresses; the first one signs commits.
    pub emails: Vec<String>,
    /// Support levels held.
    pub levels: BTreeSet<u8>,
    /// Teams, the main one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// Roles: technician, team-lead, manager, director, process-owner …
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
}

/// Somebody who works at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What others type.
    pub handle: Handle,
    /// Full name; the handle where none is given.
    pub name: String,
    /// Addresses; the first one signs commits.
    pub emails: Vec<String>,
    /// Support levels held.
    pub levels: BTreeSet<Level>,
    /// Teams, the main one first.
    pub teams: Vec<Name>,
    /// Roles held.
    pub roles: BTreeSet<Name>,
}

/// Everybody who works at the desk.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    people: BTreeMap<Handle, Person>,
}

impl Roster {
    /// Checks a roster file against itself and the policy.
    ///
    /// # Errors
    /// [`PolicyFault`] names the entry and what is wrong with it.
    pub fn new(file: RosterFile, policy: &Policy) -> Result<Self, PolicyFault> {
        let mut people = BTreeMap::new();
        let mut owners: BTreeMap<String, Handle> = BTreeMap::new();
        for (key, entry) in file.people {
            let at = format!("people.{key}");
            let fault = |problem: String| PolicyFault::new(at.clone(), problem);
            let handle = Handle::parse(&key).map_err(|bad| fault(bad.to_string()))?;
            if key == "me" || policy.teams.contains_key(key.as_str()) {
                return Err(fault(format!("{key} means something else already")));
            }
            for email in &entry.emails {
                if let Some(other) = owners.insert(email.to_lowercase(), handle.clone()) {
                    return Err(fault(format!("{email} is {other}'s already")));
                }
            }
            let mut levels = BTreeSet::new();
            for number in &entry.levels {
                let level = Level::parse(&number.to_string())
                    .ok()
                    .filter(|level| policy.levels.contains_key(level))
                    .ok_or_else(|| fault(format!("there is no level {number}")))?;
                levels.insert(level);
            }
            let mut teams = Vec::new();
            for team in &entry.teams {
                let known = policy.teams.get_key_value(team.as_str());
                let (team, _) = known.ok_or_else(|| fault(format!("there is no team {team}")))?;
                teams.push(team.clone());
            }
            let roles = entry
                .roles
                .iter()
                .map(|role| Name::parse(role).map_err(|bad| fault(bad.to_string())))
                .collect::<Result<_, _>>()?;
            let name = if entry.name.is_empty() {
                key.clone()
            } else {
                entry.name
            };
            let person = Person {
                handle: handle.clone(),
                name,
                emails: entry.emails,
                levels,
                teams,
                roles,
            };
            people.insert(handle, person);
        }
        Ok(Self { people })
    }

    /// Everybody, by handle.
    pub fn people(&self) -> impl Iterator<Item = &Person> {
        self.people.values()
    }

    /// The person of that handle.
    #[must_use]
    pub fn get(&self, handle: &str) -> Option<&Person> {
        self.people.get(handle)
    }

    /// The person who has that address, whatever its case.
    #[must_use]
    pub fn by_email(&self, email: &str) -> Option<&Person> {
        self.people().find(|person| {
            person
                .emails
                .iter()
                .any(|own| own.eq_ignore_ascii_case(email))
        })
    }

    /// Whether somebody may change closed tickets: leads, managers, directors
    /// and process owners, or anybody on a desk that names no such roles.
    #[must_use]
    pub fn may_change_closed(&self, handle: &Handle) -> bool {
        let leads = |person: &Person| person.roles.iter().any(|role| leads_role(role.as_str()));
        match self.get(handle.as_str()) {
            Some(person) if leads(person) => true,
            _ => !self.people().any(leads),
        }
    }
}

fn leads_role(role: &str) -> bool {
    role.ends_with("lead")
        || role.ends_with("manager")
        || role.ends_with("director")
        || role == "process-owner"
}
