//! `levels`, `teams` and `vendors`: where work is done.

use super::fault::{Faults, PolicyFault};
use super::money::Money;
use crate::ticket::value::Value as _;
use crate::ticket::{Level, Line, Name};
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// A support level.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub struct LevelEntry {
    /// What it is called: "front line".
    pub name: String,
    /// The team whose queue receives what is escalated here.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub team: Option<String>,
    /// Whether it lies outside the organisation, under contract.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub vendor: bool,
    /// What it does, in a sentence.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub does: Option<String>,
    /// What it may resolve by itself.
    #[serde(default, skip_serializing_if = "Solves::is_anything")]
    pub solves: Solves,
    /// What a ticket resolved here costs, in the desk's currency.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cost: Option<Money>,
}

/// What a level may resolve by itself.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Solves {
    /// It may research.
    #[default]
    Anything,
    /// Only what is documented; everything new goes on.
    KnownIssues,
}

impl Solves {
    fn is_anything(&self) -> bool {
        *self == Self::Anything
    }
}

/// A team.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub struct TeamEntry {
    /// The level it works at; may be left out where the desk has none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The functional line it belongs to, beside the numbered one: desktop.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub branch: Option<String>,
}

/// A vendor under contract.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct VendorEntry {
    /// Its full name.
    pub name: String,
    /// The contract's number.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub contract: Option<String>,
    /// The last day of the contract: 2027-03-31.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub until: Option<String>,
    /// Whom to call.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub phone: Option<String>,
    /// Where to write.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub email: Option<String>,
    /// Where to report online.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub url: Option<String>,
    /// Its level; the lowest level of vendors if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// The hours in which it works.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
}

/// A level of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LevelRule {
    /// What it is called.
    pub name: String,
    /// The team whose queue receives what is escalated here.
    pub team: Option<Name>,
    /// Whether it lies outside the organisation.
    pub vendor: bool,
    /// What it does, in a sentence.
    pub does: Option<Line>,
    /// What it may resolve by itself.
    pub solves: Solves,
    /// What a ticket resolved here costs.
    pub cost: Money,
}

/// A team of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TeamRule {
    /// The level it works at; none where the desk has none.
    pub level: Option<Level>,
    /// The functional line it belongs to, beside the numbered one.
    pub branch: Option<Name>,
}

/// A vendor of the policy.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Vendor {
    /// Its full name.
    pub name: Line,
    /// The contract's number.
    pub contract: Option<Line>,
    /// The last day of the contract.
    pub until: Option<NaiveDate>,
    /// Whom to call.
    pub phone: Option<Line>,
    /// Where to write.
    pub email: Option<Line>,
    /// Where to report online.
    pub url: Option<Line>,
    /// Its level.
    pub level: Level,
    /// The hours in which it works.
    pub calendar: Option<Name>,
}

/// What a ticket costs at levels 0 to 4, where the policy does not say: from
/// published benchmarks (DOMAIN.md section 6), in US$.
const COSTS: [u32; 5] = [2, 22, 69, 104, 599];

/// The unit cost of a level that the policy gives none.
pub(super) fn usual_cost(level: Level) -> Money {
    let last = COSTS[COSTS.len() - 1];
    let units = COSTS.get(usize::from(level.number())).unwrap_or(&last);
    Money::of_units(*units)
}

/// A number of the file that must be a listed level.
pub(in crate::policy) fn known_level(
    number: u8,
    at: &str,
    levels: &BTreeMap<u8, LevelEntry>,
    faults: &mut Faults,
) -> Option<Level> {
    let level = faults.parse(at, &number.to_string())?;
    if levels.contains_key(&number) {
        return Some(level);
    }
    let known: Vec<String> = levels.keys().map(ToString::to_string).collect();
    let known = known.join(", ");
    let hint = if known.is_empty() {
        "this desk lists no levels: add a section `levels`".to_owned()
    } else {
        format!("levels listed here: {known}")
    };
    faults.add(PolicyFault::new(at, format!("there is no level {number}")).hint(hint));
    None
}

/// Reads `teams`.
pub(super) fn teams(
    teams: &BTreeMap<String, TeamEntry>,
    levels: &BTreeMap<u8, LevelEntry>,
    faults: &mut Faults,
) -> BTreeMap<Name, TeamRule> {
    let mut read = BTreeMap::new();
    for (key, entry) in teams {
        let at = format!("teams.{key}");
        let Some(name) = faults.parse::<Name>(&at, key) else {
            continue;
        };
        if entry.level.is_none() && !levels.is_empty() {
            let fault = PolicyFault::new(at.as_str(), "`level` is missing");
            faults.add(fault.hint("say at which level the team works: {level: 2}"));
        }
        let level = entry
            .level
            .and_then(|number| known_level(number, &format!("{at}.level"), levels, faults));
        let branch = entry
            .branch
            .as_deref()
            .and_then(|branch| faults.parse(&format!("{at}.branch"), branch));
        read.insert(name, TeamRule { level, branch });
    }
    read
}

/// Reads `levels`.
pub(super) fn levels(
    entries: &BTreeMap<u8, LevelEntry>,
    teams: &BTreeMap<Name, TeamRule>,
    faults: &mut Faults,
) -> BTreeMap<Level, LevelRule> {
    let mut read: BTreeMap<Level, LevelRule> = BTreeMap::new();
    for (number, entry) in entries {
        let at = format!("levels.{number}");
        let Some(level) = faults.parse::<Level>(&at, &number.to_string()) else {
            continue;
        };
        let same = |rule: &&LevelRule| rule.name.eq_ignore_ascii_case(&entry.name);
        if read.values().any(|rule| same(&rule)) {
            let problem = format!("another level is called {} too", entry.name);
            let fault = PolicyFault::new(format!("{at}.name"), problem);
            faults.add(fault.hint("give each level a name of its own"));
        }
        // A team whose own level is wrong has its fault already.
        let placed = |team: &&str| teams.get(*team).is_none_or(|rule| rule.level.is_some());
        let team = entry
            .team
            .as_deref()
            .filter(placed)
            .and_then(|team| faults.keep(working_at(team, level, &at, teams)));
        let does = entry
            .does
            .as_deref()
            .and_then(|does| faults.parse(&format!("{at}.does"), does));
        let rule = LevelRule {
            name: entry.name.clone(),
            team,
            vendor: entry.vendor,
            does,
            solves: entry.solves,
            cost: entry.cost.unwrap_or_else(|| usual_cost(level)),
        };
        read.insert(level, rule);
    }
    read
}

fn working_at(
    team: &str,
    level: Level,
    at: &str,
    teams: &BTreeMap<Name, TeamRule>,
) -> Result<Name, PolicyFault> {
    let at = format!("{at}.team");
    let number = level.number();
    match teams.get_key_value(team) {
        Some((name, rule)) if rule.level == Some(level) => Ok(name.clone()),
        Some(_) => {
            let fault = PolicyFault::new(at, format!("no team {team} works at level {number}"));
            Err(fault.hint("every level, team and priority that is named must also be listed"))
        }
        None => {
            let known = teams.keys().map(Name::as_str);
            let mut fault = PolicyFault::unknown(at, "team", team, known);
            fault.problem = format!("no team {team} works at level {number}");
            Err(fault)
        }
    }
}

/// Reads `vendors`.
pub(super) fn vendors(
    entries: &BTreeMap<String, VendorEntry>,
    levels: &BTreeMap<u8, LevelEntry>,
    faults: &mut Faults,
) -> BTreeMap<Name, Vendor> {
    let usual = levels.iter().find(|(_, level)| level.vendor);
    let usual = usual.map_or(Level::VENDOR.number(), |(number, _)| *number);
    let mut read = BTreeMap::new();
    for (key, entry) in entries {
        let at = format!("vendors.{key}");
        let Some(name) = faults.parse::<Name>(&at, key) else {
            continue;
        };
        let mut line = |field: &str, text: Option<&String>| -> Option<Line> {
            text.and_then(|text| faults.parse(&format!("{at}.{field}"), text))
        };
        let full = Some(&entry.name).filter(|name| !name.is_empty());
        let full = line("name", full.or(Some(key)));
        let contract = line("contract", entry.contract.as_ref());
        let phone = line("phone", entry.phone.as_ref());
        let email = line("email", entry.email.as_ref());
        let url = line("url", entry.url.as_ref());
        let until = entry
            .until
            .as_deref()
            .and_then(|day| faults.keep(date(day, &format!("{at}.until"))));
        let number = entry.level.unwrap_or(usual);
        let level = known_level(number, &format!("{at}.level"), levels, faults);
        if level.is_some() && levels.get(&number).is_some_and(|level| !level.vendor) {
            let problem = format!("level {number} is no vendor's");
            let fault = PolicyFault::new(format!("{at}.level"), problem);
            faults.add(fault.hint(format!("write `vendor: true` in levels.{number}")));
        }
        let calendar = entry
            .calendar
            .as_deref()
            .and_then(|calendar| faults.parse(&format!("{at}.calendar"), calendar));
        if let (Some(full), Some(level)) = (full, level) {
            let vendor = Vendor {
                name: full,
                contract,
                until,
                phone,
                email,
                url,
                level,
                calendar,
            };
            read.insert(name, vendor);
        }
    }
    read
}

/// A date of the file.
pub(in crate::policy) fn date(text: &str, at: &str) -> Result<NaiveDate, PolicyFault> {
    let read = text.parse::<NaiveDate>().ok();
    let read = read.filter(|day| day.to_string() == text);
    read.ok_or_else(|| {
        let problem = format!(
            "{} is no date",
            Line::nearest(text).map_or_else(String::new, |line| line.text())
        );
        PolicyFault::new(at, problem).hint("write it as 2027-03-31")
    })
}
