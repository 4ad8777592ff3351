//! Whom somebody answers to: the lead, who takes escalations, and the line
//! manager, who needs not be the same (DOMAIN.md section 3, question 2).

use super::Roster;
use super::person::Person;
use super::roles::meant;
use crate::ticket::Name;

/// Somebody above, and how that is known.
#[derive(Debug, Clone, Copy)]
pub struct Above<'a> {
    /// Who.
    pub person: &'a Person,
    /// Why it is them.
    pub why: Why<'a>,
}

/// How it is known who is above.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Why<'a> {
    /// The roster says so in the person's entry.
    Named,
    /// They lead the person's team.
    LeadsTeam(&'a Name),
    /// They are the lead's line manager.
    AboveLead,
}

impl Roster {
    /// The team lead of somebody: who is named, or who leads their main team.
    #[must_use]
    pub fn lead_of<'a>(&'a self, who: &'a Person) -> Option<Above<'a>> {
        let named = who.lead.as_ref().and_then(|lead| self.get(lead.as_str()));
        if let Some(person) = named {
            return Some(Above {
                person,
                why: Why::Named,
            });
        }
        who.teams.iter().find_map(|team| {
            let person = self.lead_of_team(team)?;
            (person.handle != who.handle).then_some(Above {
                person,
                why: Why::LeadsTeam(team),
            })
        })
    }

    /// Who leads a team: a member with a lead's role, else whom most members
    /// name.
    #[must_use]
    pub fn lead_of_team(&self, team: &Name) -> Option<&Person> {
        let leads = |person: &&Person| person.roles.iter().any(is_lead);
        if let Some(lead) = self.team_members(team).find(leads) {
            return Some(lead);
        }
        let named = |person: &Person| person.lead.as_ref().and_then(|who| self.get(who.as_str()));
        let all: Vec<&Person> = self.team_members(team).filter_map(named).collect();
        all.iter()
            .copied()
            .max_by_key(|lead| all.iter().filter(|one| one.handle == lead.handle).count())
    }

    /// The line manager: who is named, or the lead's.
    #[must_use]
    pub fn manager_of<'a>(&'a self, who: &'a Person) -> Option<Above<'a>> {
        let named = |person: &Person| {
            let manager = person.reports_to.as_ref()?;
            self.get(manager.as_str())
        };
        if let Some(person) = named(who) {
            return Some(Above {
                person,
                why: Why::Named,
            });
        }
        let lead = self.lead_of(who)?.person;
        let person = named(lead).filter(|manager| manager.handle != who.handle)?;
        Some(Above {
            person,
            why: Why::AboveLead,
        })
    }

    /// The first person up the line of managers who has a role that ends so:
    /// `manager`, `director`.
    #[must_use]
    pub fn up_to_role<'a>(&'a self, who: &'a Person, ending: &str) -> Option<&'a Person> {
        let mut next = Some(who);
        // Circles were cut when the roster was read; leads may lead back.
        for _ in 0..self.people.len() {
            next = next.and_then(|person| self.manager_of(person).map(|above| above.person));
            let fits = |person: &&Person| {
                let mut roles = person.roles.iter();
                roles.any(|role| meant(role.as_str()).ends_with(ending))
            };
            if next.as_ref().is_some_and(fits) {
                return next;
            }
        }
        None
    }

    fn team_members<'a>(&'a self, team: &Name) -> impl Iterator<Item = &'a Person> {
        self.people().filter(move |person| person.works_in(team))
    }
}

/// Whether a role is that of a lead of a team.
#[must_use]
pub fn is_lead(role: &Name) -> bool {
    meant(role.as_str()).ends_with("lead")
}
