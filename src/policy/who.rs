//! Whom a ticket is escalated to (DOMAIN.md section 3, question 1): the next
//! level, its team, who there is on duty with the least load, and why.

use super::people::load::Loads;
use super::people::pick::{self, Job, Ranking};
use super::people::{Person, Roster, Topic};
use super::rules::{Policy, Vendor};
use crate::ticket::{Header, Level, Name, Timestamp};

/// Whom a ticket is escalated to.
#[derive(Debug, Clone)]
pub struct Next<'a> {
    /// Where it goes.
    pub to: Reach<'a>,
    /// Why there, a reason each.
    pub why: Vec<String>,
}

/// Where a ticket is escalated to.
#[derive(Debug, Clone)]
pub enum Reach<'a> {
    /// To colleagues.
    People {
        /// Their level; none on a desk without levels.
        level: Option<Level>,
        /// Their team.
        team: Option<&'a Name>,
        /// Who there, in order.
        ranking: Ranking<'a>,
        /// Who leads the team.
        lead: Option<&'a Person>,
    },
    /// Outside the organisation.
    Vendors {
        /// Their level.
        level: Level,
        /// Those under contract.
        vendors: Vec<(&'a Name, &'a Vendor)>,
    },
    /// Nothing lies above.
    Top(Level),
}

/// How it is known which team of a level gets a ticket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum TeamBy<'a> {
    /// Its category's team works there.
    Category(&'a Name),
    /// It goes on in the functional line that has it.
    Branch(&'a Name, &'a Name),
    /// It is the team of the level.
    Level(&'a Name),
}

impl<'a> TeamBy<'a> {
    /// The team.
    #[must_use]
    pub fn team(&self) -> &'a Name {
        match self {
            Self::Category(team) | Self::Branch(team, _) | Self::Level(team) => team,
        }
    }
}

/// The team that gets a ticket which comes to a level: that of its category,
/// that of its functional line, or that of the level.
#[must_use]
pub fn team_at<'a>(policy: &'a Policy, level: Level, header: &Header) -> Option<TeamBy<'a>> {
    let works_there =
        |team: &Name| policy.teams.get(team).and_then(|rule| rule.level) == Some(level);
    let category = header
        .category
        .as_ref()
        .and_then(|own| policy.category(own));
    if let Some(team) = category.and_then(|(_, rule)| rule.team.as_ref())
        && works_there(team)
    {
        return Some(TeamBy::Category(team));
    }
    let own = header.team.as_ref().and_then(|team| policy.teams.get(team));
    if let Some(branch) = own.and_then(|rule| rule.branch.as_ref()) {
        let mut teams = policy.teams.iter();
        let same =
            teams.find(|(team, rule)| rule.branch.as_ref() == Some(branch) && works_there(team));
        if let Some((team, _)) = same {
            return Some(TeamBy::Branch(team, branch));
        }
    }
    policy.team_of(level).map(TeamBy::Level)
}

/// What a ticket is about, as far as people are picked by it.
#[must_use]
pub fn topic<'a>(policy: &'a Policy, header: &'a Header) -> Topic<'a> {
    let category = header.category.as_ref();
    let rule = category.and_then(|own| policy.category(own));
    Topic {
        category,
        skills: rule.map_or(&[], |(_, rule)| &rule.skills),
    }
}

/// Whom a ticket is escalated to at that moment.
#[must_use]
pub fn next<'a>(
    policy: &'a Policy,
    roster: &'a Roster,
    loads: &Loads,
    now: Timestamp,
    header: &'a Header,
) -> Next<'a> {
    let mut why = Vec::new();
    let from = header.level.or(policy.first_level);
    let level = match from {
        None => None,
        Some(from) => match policy.next_level(from) {
            None => {
                let why = vec![format!("{} is the last one", named(policy, from))];
                return Next {
                    to: Reach::Top(from),
                    why,
                };
            }
            Some(level) => {
                let (above, below) = (named(policy, level), named(policy, from));
                why.push(format!("{above} comes after {below}"));
                Some(level)
            }
        },
    };
    if let Some(level) = level.filter(|level| policy.is_vendor(*level)) {
        let vendors = policy.vendors.iter();
        let there = vendors.filter(|(_, vendor)| vendor.level == level);
        let to = Reach::Vendors {
            level,
            vendors: there.collect(),
        };
        return Next { to, why };
    }
    let team = match level {
        Some(level) => {
            let by = team_at(policy, level, header);
            why.extend(by.as_ref().map(|by| team_why(by, level, header)));
            by.map(|by| by.team())
        }
        None => {
            why.push("this desk has one line: whoever has time".to_owned());
            let own = header.team.as_ref();
            own.and_then(|team| policy.teams.get_key_value(team))
                .map(|(team, _)| team)
        }
    };
    let job = Job {
        team,
        level,
        topic: topic(policy, header),
    };
    let except: Vec<_> = header.assignee.iter().cloned().collect();
    let ranking = pick::rank(policy, roster, loads, now, job, &except);
    why.push(ranking.why());
    let lead = team.and_then(|team| roster.lead_of_team(team));
    Next {
        to: Reach::People {
            level,
            team,
            ranking,
            lead,
        },
        why,
    }
}

fn team_why(by: &TeamBy<'_>, level: Level, header: &Header) -> String {
    let category = header.category.as_ref().map_or("it", |own| own.as_str());
    match by {
        TeamBy::Category(team) => format!("{team} is the team of {category}"),
        TeamBy::Branch(team, line) => format!("{team} goes on with the {line} line"),
        TeamBy::Level(team) => format!("{team} is the team of {level}"),
    }
}

/// `L2 technical`.
#[must_use]
pub fn named(policy: &Policy, level: Level) -> String {
    match policy.levels.get(&level) {
        Some(rule) => format!("{level} {}", rule.name),
        None => level.to_string(),
    }
}
