//! `desk.yaml`: levels, teams, priorities and defaults.

use crate::ticket::value::Value;
use crate::ticket::{Grade, Level, Name, Priority};
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// The policy file as it is written. Unknown fields are errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyFile {
    /// Version of the desk's files that all clones share.
    pub format: u32,
    /// What the desk is called.
    #[serde(default)]
    pub name: String,
    /// Support levels by number, from self-service up.
    pub levels: BTreeMap<u8, LevelEntry>,
    /// Teams by name.
    #[serde(default)]
    pub teams: BTreeMap<String, TeamEntry>,
    /// Priorities from the highest to the lowest.
    #[serde(default = "default_priorities")]
    pub priorities: Vec<String>,
    /// Priority by impact, then urgency.
    #[serde(default = "default_matrix")]
    pub matrix: BTreeMap<String, BTreeMap<String, String>>,
    /// Where a ticket starts when nobody says.
    #[serde(default)]
    pub defaults: Defaults,
    /// Closure codes; any code is taken when empty.
    #[serde(default)]
    pub codes: Vec<String>,
    /// Days after closing within which a ticket is reopened; no limit if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopen_days: Option<u32>,
}

/// A support level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct LevelEntry {
    /// What it is called: "front line".
    pub name: String,
    /// The team whose queue receives what is escalated here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Whether it lies outside the organisation, under contract.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vendor: bool,
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TeamEntry {
    /// The level it works at.
    pub level: u8,
}

/// Where a ticket starts when nobody says.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
pub struct Defaults {
    /// Level of a new ticket.
    pub level: u8,
    /// Priority of a new ticket without impact and urgency.
    pub priority: String,
}

impl Default for Defaults {
    fn default() -> Self {
        Self {
            level: 1,
            priority: "P3".into(),
        }
    }
}

fn default_priorities() -> Vec<String> {
    ["P1", "P2", "P3", "P4"].map(str::to_owned).to_vec()
}

fn default_matrix() -> BTreeMap<String, BTreeMap<String, String>> {
    let row = |high: &str, medium: &str, low: &str| {
        [("high", high), ("medium", medium), ("low", low)]
            .map(|(urgency, priority)| (urgency.to_owned(), priority.to_owned()))
            .into()
    };
    [
        ("high".to_owned(), row("P1", "P2", "P3")),
        ("medium".to_owned(), row("P2", "P3", "P4")),
        ("low".to_owned(), row("P3", "P4", "P4")),
    ]
    .into()
}

/// A policy that holds together.
#[derive(Debug, Clone)]
pub struct Policy {
    /// What the desk is called.
    pub name: String,
    /// Levels, lowest first.
    pub levels: BTreeMap<Level, LevelRule>,
    /// The level of each team.
    pub teams: BTreeMap<Name, Level>,
    /// Priorities, highest first.
    pub priorities: Vec<Priority>,
    /// Level of a new ticket.
    pub first_level: Level,
    /// Priority of a new ticket without impact and urgency.
    pub first_priority: Priority,
    /// Closure codes; any code is taken when empty.
    pub codes: Vec<Name>,
    /// Seconds after closing within which a ticket is reopened.
    pub reopen_within: Option<i64>,
    matrix: BTreeMap<(Grade, Grade), Priority>,
}

/// A level of the policy.
#[derive(Debug, Clone)]
pub struct LevelRule {
    /// What it is called.
    pub name: String,
    /// The team whose queue receives what is escalated here.
    pub team: Option<Name>,
    /// Whether it lies outside the organisation.
    pub vendor: bool,
}

/// What does not hold together in a policy or roster.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{at}: {problem}")]
pub struct PolicyFault {
    /// Where, as a path of keys: `teams.desktop.level`.
    pub at: String,
    /// What is wrong.
    pub problem: String,
}

impl PolicyFault {
    pub(super) fn new(at: impl Into<String>, problem: impl ToString) -> Self {
        Self {
            at: at.into(),
            problem: problem.to_string(),
        }
    }
}

fn parse<T: Value>(at: &str, text: &str) -> Result<T, PolicyFault> {
    T::parse(text).map_err(|bad| PolicyFault::new(at, bad))
}

impl TryFrom<PolicyFile> for Policy {
    type Error = PolicyFault;

    fn try_from(file: PolicyFile) -> Result<Self, PolicyFault> {
        let mut levels = BTreeMap::new();
        let mut teams = BTreeMap::new();
        for (name, entry) in &file.teams {
            let at = format!("teams.{name}");
            let level: Level = parse(&at, &entry.level.to_string())?;
            if !file.levels.contains_key(&entry.level) {
                return Err(PolicyFault::new(
                    at,
                    format!("there is no level {}", entry.level),
                ));
            }
            teams.insert(parse::<Name>(&format!("teams.{name}"), name)?, level);
        }
        for (number, entry) in file.levels {
            let at = format!("levels.{number}");
            let level: Level = parse(&at, &number.to_string())?;
            let team = entry
                .team
                .as_deref()
                .map(|team| parse::<Name>(&at, team))
                .transpose()?;
            if let Some(team) = &team
                && teams.get(team) != Some(&level)
            {
                return Err(PolicyFault::new(
                    format!("{at}.team"),
                    format!("no team {team} works at level {number}"),
                ));
            }
            levels.insert(
                level,
                LevelRule {
                    name: entry.name,
                    team,
                    vendor: entry.vendor,
                },
            );
        }
        let priorities = file
            .priorities
            .iter()
            .map(|text| parse("priorities", text))
            .collect::<Result<Vec<Priority>, _>>()?;
        let known = |at: &str, text: &str| -> Result<Priority, PolicyFault> {
            let priority = parse(at, text)?;
            if priorities.contains(&priority) {
                Ok(priority)
            } else {
                Err(PolicyFault::new(
                    at,
                    format!("{text} is not among the priorities"),
                ))
            }
        };
        let mut matrix = BTreeMap::new();
        for (impact, row) in &file.matrix {
            for (urgency, priority) in row {
                let at = format!("matrix.{impact}.{urgency}");
                let key = (parse(&at, impact)?, parse(&at, urgency)?);
                matrix.insert(key, known(&at, priority)?);
            }
        }
        let first_level: Level = parse("defaults.level", &file.defaults.level.to_string())?;
        if !levels.contains_key(&first_level) {
            return Err(PolicyFault::new(
                "defaults.level",
                format!("there is no level {}", first_level.number()),
            ));
        }
        Ok(Self {
            name: file.name,
            first_level,
            first_priority: known("defaults.priority", &file.defaults.priority)?,
            codes: file
                .codes
                .iter()
                .map(|code| parse("codes", code))
                .collect::<Result<_, _>>()?,
            reopen_within: file.reopen_days.map(|days| i64::from(days) * 86_400),
            levels,
            teams,
            priorities,
            matrix,
        })
    }
}

impl Policy {
    /// The priority of impact × urgency; a missing one counts as medium. None
    /// if both are missing or the matrix does not say.
    #[must_use]
    pub fn priority(&self, impact: Option<Grade>, urgency: Option<Grade>) -> Option<Priority> {
        if impact.is_none() && urgency.is_none() {
            return None;
        }
        let key = (
            impact.unwrap_or(Grade::Medium),
            urgency.unwrap_or(Grade::Medium),
        );
        self.matrix.get(&key).copied()
    }

    /// The level above `level`.
    #[must_use]
    pub fn next_level(&self, level: Level) -> Option<Level> {
        self.levels.keys().copied().find(|above| *above > level)
    }

    /// The team whose queue receives what comes to `level`.
    #[must_use]
    pub fn team_of(&self, level: Level) -> Option<&Name> {
        let named = self.levels.get(&level).and_then(|rule| rule.team.as_ref());
        named.or_else(|| {
            let mut there = self.teams.iter().filter(|(_, at)| **at == level);
            there.next().map(|(team, _)| team)
        })
    }

    /// Whether `level` lies outside the organisation.
    #[must_use]
    pub fn is_vendor(&self, level: Level) -> bool {
        self.levels.get(&level).is_some_and(|rule| rule.vendor)
    }
}
