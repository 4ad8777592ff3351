//! `people.yaml`: who works at the desk.
//!
//! [`file`] is what is written, [`person`] what is meant. [`Roster::understand`]
//! reads a file as far as it makes sense and names every fault; [`staffing`]
//! finds what the policy asks for and the roster does not have. [`pick`] says
//! who gets a piece of work, [`cover`] when nobody is there.

mod above;
pub mod cover;
pub mod file;
pub mod load;
mod person;
pub mod pick;
mod read;
pub mod roles;
mod staffing;

pub use above::{Above, Why, is_lead};
pub use file::{PersonEntry, RosterFile};
pub use load::{Load, Loads};
pub use person::{Absence, Grant, Person, Presence, Topic};
pub use read::span;
pub use staffing::staffing;

use super::rules::{Faults, Policy, PolicyFault};
use crate::ticket::{Handle, Name};
use std::collections::BTreeMap;

/// Everybody who works at the desk.
#[derive(Debug, Clone, Default)]
pub struct Roster {
    people: BTreeMap<Handle, Person>,
}

impl Roster {
    /// Checks a roster file against itself and the policy.
    ///
    /// # Errors
    /// [`PolicyFault`] names the entry and what is wrong with it: the first.
    pub fn new(file: &RosterFile, policy: &Policy) -> Result<Self, PolicyFault> {
        let (roster, faults) = Self::understand(file, policy);
        faults.into_iter().next().map_or(Ok(roster), Err)
    }

    /// What a file means as far as it makes sense, and everything in it that
    /// does not, in the order of handles.
    #[must_use]
    pub fn understand(file: &RosterFile, policy: &Policy) -> (Self, Vec<PolicyFault>) {
        let mut faults = Faults::default();
        let people = read::people(file, policy, &mut faults);
        (Self { people }, faults.into_found())
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

    /// Those who work in a team.
    pub fn team<'a>(&'a self, team: &'a Name) -> impl Iterator<Item = &'a Person> {
        self.people().filter(move |person| person.works_in(team))
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
    let role = roles::meant(role);
    role.ends_with("lead")
        || role.ends_with("manager")
        || role.ends_with("director")
        || role == "process-owner"
}

#[cfg(test)]
mod tests;
