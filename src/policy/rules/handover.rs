//! `hand-over`: what an escalation must carry so that it bothers nobody.
//! Source: question 4 of DOMAIN.md section 3.

use super::categories::Required;
use super::fault::{Faults, PolicyFault};
use super::levels::{LevelEntry, TeamRule, known_level};
use crate::policy::when::{When, WhenFile};
use crate::ticket::{Header, Level, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// What an escalation must carry, as a file has it.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct HandOverEntry {
    /// What becomes of an escalation that lacks something.
    pub incomplete: Incomplete,
    /// What it must carry: all rules that match add up.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub needs: Vec<NeedsEntry>,
}

/// What becomes of an escalation that lacks something.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Incomplete {
    /// It is refused, unless overridden with a reason.
    Refuse,
    /// It goes on, with a warning.
    #[default]
    Warn,
    /// It goes on.
    Allow,
}

/// A rule of what an escalation must carry.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct NeedsEntry {
    /// Which tickets it is for; every one if absent.
    pub when: WhenFile,
    /// The level that receives it; any if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_level: Option<u8>,
    /// The team that receives it; any if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub to_team: Option<String>,
    /// summary, tried, searched, evidence, why, ask, or a field: impact,
    /// urgency, category, asset, site, x-room ….
    pub carry: Vec<String>,
}

/// Something that an escalation carries.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub enum Item {
    /// What the ticket is about, in more words than its title.
    Summary,
    /// Steps that were tried.
    Tried,
    /// Articles that were searched.
    Searched,
    /// Logs, pictures, outputs.
    Evidence,
    /// Why this level can't.
    Why,
    /// What is asked for.
    Ask,
    /// A field of the ticket.
    Field(String),
}

impl Item {
    const WORDS: &'static [(&'static str, Self)] = &[
        ("summary", Self::Summary),
        ("tried", Self::Tried),
        ("searched", Self::Searched),
        ("evidence", Self::Evidence),
        ("why", Self::Why),
        ("ask", Self::Ask),
    ];

    fn parse(word: &str, at: &str) -> Result<Self, PolicyFault> {
        if let Some((_, item)) = Self::WORDS.iter().find(|(known, _)| *known == word) {
            return Ok(item.clone());
        }
        match Required::parse(word, at) {
            Ok(Required::Field(field)) => Ok(Self::Field(field)),
            Ok(Required::Description) => Ok(Self::Summary),
            Err(mut fault) => {
                let own = Self::WORDS.iter().map(|(word, _)| *word);
                let fields = ["impact", "urgency", "category", "asset", "site"];
                if !fault
                    .hint
                    .as_ref()
                    .is_some_and(|hint| hint.starts_with("did"))
                {
                    fault = PolicyFault::unknown(at, "item", word, own.chain(fields));
                }
                Err(fault)
            }
        }
    }
}

impl fmt::Display for Item {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let own = Self::WORDS.iter().find(|(_, item)| item == self);
        match self {
            Self::Field(field) => f.write_str(field),
            _ => f.write_str(own.map_or("", |(word, _)| word)),
        }
    }
}

/// What an escalation must carry.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct HandOver {
    /// What becomes of one that lacks something.
    pub incomplete: Incomplete,
    /// All rules that match add up.
    pub needs: Vec<Needs>,
}

/// A rule of what an escalation must carry.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Needs {
    /// Its place in the list, from 0.
    pub index: usize,
    /// Which tickets it is for.
    pub when: When,
    /// The level that receives it.
    pub to_level: Option<Level>,
    /// The team that receives it.
    pub to_team: Option<Name>,
    /// What it must carry.
    pub carry: Vec<Item>,
}

impl Needs {
    /// Where it stands in the file.
    #[must_use]
    pub fn at(&self) -> String {
        format!("hand-over.needs[{}]", self.index)
    }

    /// What keeps the rule from being for a ticket that goes to that level and
    /// team: the first condition that is not met, by its name in files.
    #[must_use]
    pub fn miss(
        &self,
        header: &Header,
        level: Option<Level>,
        team: Option<&Name>,
    ) -> Option<&'static str> {
        if self.to_level.is_some() && self.to_level != level {
            return Some("to-level");
        }
        if self.to_team.is_some() && self.to_team.as_ref() != team {
            return Some("to-team");
        }
        self.when.miss(header)
    }

    /// Whether every hand-over that the other is for must carry all that, and
    /// more, for this one.
    fn asks_all_of(&self, other: &Self) -> bool {
        self.when.covers(&other.when)
            && (self.to_level.is_none() || self.to_level == other.to_level)
            && (self.to_team.is_none() || self.to_team == other.to_team)
            && other.carry.iter().all(|item| self.carry.contains(item))
    }
}

impl HandOver {
    /// The rules for a ticket that goes to that level and team.
    pub fn rules<'a>(
        &'a self,
        header: &'a Header,
        level: Option<Level>,
        team: Option<&'a Name>,
    ) -> impl Iterator<Item = &'a Needs> {
        let needs = self.needs.iter();
        needs.filter(move |needs| needs.miss(header, level, team).is_none())
    }
}

/// Reads `hand-over`.
pub(super) fn hand_over(
    file: &HandOverEntry,
    levels: &BTreeMap<u8, LevelEntry>,
    teams: &BTreeMap<Name, TeamRule>,
    faults: &mut Faults,
) -> HandOver {
    let mut needs = Vec::new();
    for (index, entry) in file.needs.iter().enumerate() {
        let at = format!("hand-over.needs[{index}]");
        let to_level = entry
            .to_level
            .and_then(|number| known_level(number, &format!("{at}.to-level"), levels, faults));
        let to_team = entry.to_team.as_deref().and_then(|team| {
            let known = teams.get_key_value(team).map(|(name, _)| name.clone());
            let names = teams.keys().map(Name::as_str);
            let fault = || PolicyFault::unknown(format!("{at}.to-team"), "team", team, names);
            faults.keep(known.ok_or_else(fault))
        });
        if entry.carry.is_empty() {
            let fault = PolicyFault::new(at.as_str(), "the rule asks for nothing");
            faults.add(fault.hint("say what a hand-over must carry: carry: [tried, impact]"));
        }
        if let (Some(level), Some(team)) = (to_level, &to_team)
            && teams
                .get(team)
                .is_some_and(|rule| rule.level != Some(level))
        {
            let problem = format!(
                "this rule can never match: {team} does not work at level {}",
                level.number()
            );
            let fault = PolicyFault::new(format!("{at}.to-team"), problem);
            faults.add(fault.hint("keep one of `to-level` and `to-team`"));
        }
        let carry = format!("{at}.carry");
        let rule = Needs {
            index,
            when: When::read(&entry.when, &format!("{at}.when"), faults),
            to_level,
            to_team,
            carry: entry
                .carry
                .iter()
                .filter_map(|word| faults.keep(Item::parse(word, &carry)))
                .collect(),
        };
        let wider = needs
            .iter()
            .find(|earlier: &&Needs| earlier.asks_all_of(&rule));
        if let Some(wider) = wider.filter(|_| !rule.carry.is_empty()) {
            let problem = format!(
                "this rule adds nothing: rule {} asks for that already",
                wider.index + 1
            );
            faults.add(PolicyFault::new(at.as_str(), problem).hint("remove it"));
        }
        needs.push(rule);
    }
    HandOver {
        incomplete: file.incomplete,
        needs,
    }
}
