//! `routes`: where a new ticket goes. In order; the first that matches wins.

use super::categories::place;
use super::fault::{Faults, PolicyFault};
use super::levels::{LevelEntry, TeamRule};
use super::priorities::known_priority;
use crate::policy::when::{When, WhenFile};
use crate::ticket::{Category, Handle, Header, Level, Line, Name, Priority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A rule that says where a new ticket goes.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct RouteEntry {
    /// What the rule is called in messages.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which tickets it is for; every one if absent.
    pub when: WhenFile,
    /// The team that gets them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// The level that gets them; the team's if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The person who gets them.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub assignee: Option<String>,
    /// Their priority, unless somebody gives another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
    /// Their category, unless somebody gives another.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub category: Option<String>,
    /// Tags that they get.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub tags: Vec<String>,
}

/// A rule that says where a new ticket goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Route {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What it is called.
    pub name: Option<Line>,
    /// Which tickets it is for.
    pub when: When,
    /// The level that gets them.
    pub level: Option<Level>,
    /// The team that gets them.
    pub team: Option<Name>,
    /// The person who gets them.
    pub assignee: Option<Handle>,
    /// Their priority.
    pub priority: Option<Priority>,
    /// Their category.
    pub category: Option<Category>,
    /// Tags that they get.
    pub tags: Vec<Name>,
}

impl Route {
    /// Where it stands in the file: `routes[2]`.
    #[must_use]
    pub fn at(&self) -> String {
        format!("routes[{}]", self.index)
    }
}

/// `rule "printers"`, or `rule 3` for one without a name.
impl fmt::Display for Route {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "rule \"{name}\""),
            None => write!(f, "rule {}", self.index + 1),
        }
    }
}

/// Reads `routes`.
pub(super) fn routes(
    entries: &[RouteEntry],
    levels: &BTreeMap<u8, LevelEntry>,
    teams: &BTreeMap<Name, TeamRule>,
    priorities: &[Priority],
    faults: &mut Faults,
) -> Vec<Route> {
    let mut read: Vec<Route> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let at = format!("routes[{index}]");
        let inner = |key: &str| format!("{at}.{key}");
        let (level, team) = place(
            entry.level,
            entry.team.as_deref(),
            &at,
            levels,
            teams,
            faults,
        );
        let name = entry.name.as_deref();
        let assignee = entry.assignee.as_deref();
        let category = entry.category.as_deref();
        let priority = entry.priority.as_deref();
        let route = Route {
            index,
            name: name.and_then(|name| faults.parse(&inner("name"), name)),
            when: When::read(&entry.when, &inner("when"), faults),
            level,
            team,
            assignee: assignee.and_then(|who| faults.parse(&inner("assignee"), who)),
            priority: priority
                .and_then(|text| known_priority(text, &inner("priority"), priorities, faults)),
            category: category.and_then(|text| faults.parse(&inner("category"), text)),
            tags: faults.parse_all(&inner("tags"), &entry.tags),
        };
        if *entry
            == (RouteEntry {
                name: entry.name.clone(),
                when: entry.when.clone(),
                ..RouteEntry::default()
            })
        {
            let fault = PolicyFault::new(at.as_str(), "the rule says of no place to go to");
            faults.add(
                fault.hint("give it a team, a level, an assignee, a priority, a category or tags"),
            );
        }
        if let Some(name) = &route.name
            && read
                .iter()
                .any(|earlier| earlier.name.as_ref() == Some(name))
        {
            let fault =
                PolicyFault::new(inner("name"), format!("another rule is called {name} too"));
            faults.add(fault.hint("give each rule a name of its own"));
        }
        let earlier = read.iter().find(|earlier| earlier.when.covers(&route.when));
        if let Some(earlier) = earlier {
            let problem = format!(
                "this rule can never match: {earlier} comes first and takes {}",
                earlier.when
            );
            let fault = PolicyFault::new(at.as_str(), problem);
            faults.add(fault.hint("put it above that one, or remove it"));
        }
        read.push(route);
    }
    read
}

/// The first rule that matches.
pub(super) fn first<'a>(routes: &'a [Route], header: &Header) -> Option<&'a Route> {
    routes.iter().find(|route| route.when.matches(header))
}
