//! `categories`: a tree of what tickets concern; children inherit.

use super::fault::{Faults, PolicyFault};
use super::levels::{LevelEntry, TeamRule, known_level};
use crate::ticket::header::{FIELDS, LISTS};
use crate::ticket::value::{OwnField, Value as _};
use crate::ticket::{Category, Level, Line, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A category: `network/vpn` lies under `network` and inherits what it does
/// not say itself.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct CategoryEntry {
    /// The level that its tickets start at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The team that its tickets start with, where no route says otherwise.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Skills that the work needs.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub skills: Option<Vec<String>>,
    /// Fields that a ticket must have.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub required: Option<RequiredEntry>,
    /// Steps to go through.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub checklist: Option<Vec<String>>,
}

/// Fields that a ticket of a category must have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct RequiredEntry {
    /// When it is opened: asset, site, description, x-room ….
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub open: Vec<String>,
    /// When it is resolved: code ….
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub resolve: Vec<String>,
}

/// What holds for a category, with what it inherits.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct CategoryRule {
    /// The level that its tickets start at.
    pub level: Option<Level>,
    /// The team that its tickets start with.
    pub team: Option<Name>,
    /// Skills that the work needs.
    pub skills: Vec<Name>,
    /// What a ticket must have when it is opened.
    pub at_open: Vec<Required>,
    /// What a ticket must have when it is resolved.
    pub at_resolve: Vec<Required>,
    /// Steps to go through.
    pub checklist: Vec<Line>,
}

/// Something that a ticket must have.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Required {
    /// A header field, single, list or the user's own, by its name in files.
    Field(String),
    /// Words that describe it.
    Description,
}

impl Required {
    /// Its name: that of a field, or `description`.
    #[must_use]
    pub fn name(&self) -> &str {
        match self {
            Self::Field(name) => name,
            Self::Description => "description",
        }
    }

    /// Reads a name.
    pub(super) fn parse(name: &str, at: &str) -> Result<Self, PolicyFault> {
        if name == "description" {
            return Ok(Self::Description);
        }
        let own = || OwnField::parse(name).is_ok();
        if FIELDS.contains(&name) || LISTS.contains(&name) || own() {
            return Ok(Self::Field(name.to_owned()));
        }
        let fields = FIELDS.iter().chain(LISTS).copied();
        Err(PolicyFault::unknown(
            at,
            "field",
            name,
            fields.chain(["description"]),
        ))
    }
}

/// Reads `categories`.
pub(super) fn categories(
    entries: &BTreeMap<String, CategoryEntry>,
    levels: &BTreeMap<u8, LevelEntry>,
    teams: &BTreeMap<Name, TeamRule>,
    faults: &mut Faults,
) -> BTreeMap<Category, CategoryRule> {
    let mut read: BTreeMap<Category, CategoryRule> = BTreeMap::new();
    // Parents come before their children: `network` before `network/vpn`.
    for (key, entry) in entries {
        let at = format!("categories.{key}");
        let Some(category) = faults.parse::<Category>(&at, key) else {
            continue;
        };
        let mut rule = above(&read, &category)
            .map(|(_, rule)| rule.clone())
            .unwrap_or_default();
        if entry.team.is_some() || entry.level.is_some() {
            (rule.level, rule.team) = place(
                entry.level,
                entry.team.as_deref(),
                &at,
                levels,
                teams,
                faults,
            );
        }
        if let Some(skills) = &entry.skills {
            rule.skills = faults.parse_all(&format!("{at}.skills"), skills);
        }
        if let Some(steps) = &entry.checklist {
            rule.checklist = faults.parse_all(&format!("{at}.checklist"), steps);
        }
        if let Some(required) = &entry.required {
            let mut fields = |names: &[String], when: &str| {
                let at = format!("{at}.required.{when}");
                let names = names.iter();
                names
                    .filter_map(|name| faults.keep(Required::parse(name, &at)))
                    .collect()
            };
            rule.at_open = fields(&required.open, "open");
            rule.at_resolve = fields(&required.resolve, "resolve");
        }
        read.insert(category, rule);
    }
    read
}

/// The nearest category that is listed: the category itself, or one above it.
pub(super) fn above<'a>(
    listed: &'a BTreeMap<Category, CategoryRule>,
    category: &Category,
) -> Option<(&'a Category, &'a CategoryRule)> {
    let mut name = category.as_str();
    loop {
        if let Some(found) = listed.get_key_value(name) {
            return Some(found);
        }
        name = name.rsplit_once('/')?.0;
    }
}

/// Level and team that an entry names: the team's own level where only the team
/// is named, the level's team where only the level is.
pub(super) fn place(
    level: Option<u8>,
    team: Option<&str>,
    at: &str,
    levels: &BTreeMap<u8, LevelEntry>,
    teams: &BTreeMap<Name, TeamRule>,
    faults: &mut Faults,
) -> (Option<Level>, Option<Name>) {
    let level = level.and_then(|number| {
        let level = known_level(number, &format!("{at}.level"), levels, faults)?;
        Some((number, level))
    });
    let found = team.and_then(|team| match teams.get_key_value(team) {
        Some(found) => Some(found),
        None => {
            let known = teams.keys().map(Name::as_str);
            let fault = PolicyFault::unknown(format!("{at}.team"), "team", team, known);
            faults.add(fault);
            None
        }
    });
    if let (Some((_, level)), Some((name, rule))) = (level, found) {
        if rule.level != Some(level) {
            let problem = format!("{name} does not work at level {}", level.number());
            let fault = PolicyFault::new(format!("{at}.team"), problem);
            faults.add(fault.hint("leave `level` out: the team has one"));
        }
        return (Some(level), Some(name.clone()));
    }
    if let Some((name, rule)) = found {
        return (rule.level, Some(name.clone()));
    }
    let Some((number, level)) = level else {
        return (None, None);
    };
    let entry = levels.get(&number);
    let named = entry.and_then(|entry| entry.team.as_deref());
    let there = named
        .and_then(|team| teams.get_key_value(team))
        .or_else(|| teams.iter().find(|(_, rule)| rule.level == Some(level)));
    let vendor = entry.is_some_and(|entry| entry.vendor);
    if there.is_none() && !vendor && !teams.is_empty() && team.is_none() {
        let problem = format!("no team works at level {number}, so nobody would get the ticket");
        let fault = PolicyFault::new(format!("{at}.level"), problem);
        faults.add(fault.hint(format!(
            "name a team that works there: {{level: {number}}} in `teams`"
        )));
    }
    (Some(level), there.map(|(name, _)| name.clone()))
}
