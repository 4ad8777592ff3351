//! `escalations`: what happens by itself when a clock runs low or out.

use super::fault::{Faults, PolicyFault};
use super::levels::{LevelEntry, TeamRule};
use super::span::Span;
use crate::policy::when::{When, WhenFile};
use crate::ticket::value::{BadValue, Value as _};
use crate::ticket::{Clock, Handle, Line, Name};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A rule of what happens by itself.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub struct EscalationEntry {
    /// What the rule is called.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which tickets it is for; every one if absent.
    #[serde(default)]
    pub when: WhenFile,
    /// The clock that is watched.
    pub clock: Clock,
    /// When: 75% of the target, 100%+30m after it, -1h before it.
    pub at: String,
    /// What is done.
    #[serde(rename = "do")]
    pub act: Act,
    /// Whom it is for: lead, manager, director, assignee, owner, a team or a
    /// person.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub to: Option<String>,
    /// Whom it is for, one after the other.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub steps: Vec<String>,
    /// How long until the next step, or the next time: 30m.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub every: Option<String>,
    /// How often at most.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub at_most: Option<u32>,
}

/// What is done by itself.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum Act {
    /// Ask somebody to look: the ticket stays where it is.
    Notify,
    /// Take the ticket to the next level.
    Raise,
    /// Give the ticket to somebody else.
    Reassign,
    /// Call one after the other until somebody takes it.
    Page,
}

impl fmt::Display for Act {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(match self {
            Self::Notify => "notify",
            Self::Raise => "raise",
            Self::Reassign => "reassign",
            Self::Page => "page",
        })
    }
}

/// A moment of a clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Moment {
    /// When so many hundredths of the target are spent, and as much more.
    Spent {
        /// Hundredths of the target.
        percent: u32,
        /// Clock time after that.
        plus: Option<Span>,
    },
    /// So long before the target is spent.
    Before(Span),
}

impl Moment {
    /// `75%`, `100%+30m`, `-1h`.
    ///
    /// # Errors
    /// [`BadValue`].
    pub fn parse(text: &str) -> Result<Self, BadValue> {
        let bad = || BadValue::new(text, "a moment of a clock such as 75%, 100%+30m or -1h");
        if let Some(before) = text.strip_prefix('-') {
            return Span::parse(before).map(Self::Before).map_err(|_| bad());
        }
        let (percent, plus) = text.split_once('%').ok_or_else(bad)?;
        let percent = percent.parse::<u32>().map_err(|_| bad())?;
        if !(1..=1_000).contains(&percent) {
            return Err(bad());
        }
        let plus = match plus {
            "" => None,
            plus => {
                let span = plus.strip_prefix('+').ok_or_else(bad)?;
                Some(Span::parse(span).map_err(|_| bad())?)
            }
        };
        Ok(Self::Spent { percent, plus })
    }

    /// Spent clock time at which the moment comes, in seconds, for a target of
    /// that many; at the start for one that is shorter than the warning.
    #[must_use]
    pub fn spent(self, target: i64) -> i64 {
        match self {
            Self::Spent { percent, plus } => {
                let share = i128::from(target) * i128::from(percent) / 100;
                let share = i64::try_from(share).unwrap_or(i64::MAX);
                share.saturating_add(plus.map_or(0, Span::seconds))
            }
            Self::Before(span) => (target - span.seconds()).max(0),
        }
    }
}

impl fmt::Display for Moment {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Spent { percent, plus } => {
                write!(f, "{percent}%")?;
                plus.map_or(Ok(()), |span| write!(f, "+{}", span.text()))
            }
            Self::Before(span) => write!(f, "-{}", span.text()),
        }
    }
}

/// Whom a consequence is for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Recipient {
    /// The lead of the ticket's team.
    Lead,
    /// The manager of the ticket's people.
    Manager,
    /// The director.
    Director,
    /// Who works on it.
    Assignee,
    /// Who answers for it.
    Owner,
    /// A team.
    Team(Name),
    /// A person.
    Person(Handle),
}

impl fmt::Display for Recipient {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Lead => f.write_str("lead"),
            Self::Manager => f.write_str("manager"),
            Self::Director => f.write_str("director"),
            Self::Assignee => f.write_str("assignee"),
            Self::Owner => f.write_str("owner"),
            Self::Team(team) => write!(f, "{team}"),
            Self::Person(who) => write!(f, "{who}"),
        }
    }
}

/// A rule of what happens by itself.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Escalation {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What it is called.
    pub name: Option<Line>,
    /// Which tickets it is for.
    pub when: When,
    /// The clock that is watched.
    pub clock: Clock,
    /// When.
    pub at: Moment,
    /// What is done.
    pub act: Act,
    /// Whom it is for, one after the other; the next level for `raise`.
    pub steps: Vec<Recipient>,
    /// How long until the next step, or the next time.
    pub every: Option<Span>,
    /// How often at most: once, unless it repeats.
    pub at_most: u32,
}

impl Escalation {
    /// Whether this does the same at the same moment to every ticket that the
    /// other is for.
    fn says_all_of(&self, other: &Self) -> bool {
        (self.clock, self.at, self.act) == (other.clock, other.at, other.act)
            && self.steps == other.steps
            && self.when.covers(&other.when)
    }
}

/// Reads `escalations`.
pub(super) fn escalations(
    entries: &[EscalationEntry],
    levels: &BTreeMap<u8, LevelEntry>,
    teams: &BTreeMap<Name, TeamRule>,
    faults: &mut Faults,
) -> Vec<Escalation> {
    let mut read: Vec<Escalation> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let at = format!("escalations[{index}]");
        let inner = |key: &str| format!("{at}.{key}");
        check_sense(entry, &at, levels, faults);
        let name: Option<Line> = entry
            .name
            .as_deref()
            .and_then(|name| faults.parse(&inner("name"), name));
        if name.is_some() && read.iter().any(|earlier| earlier.name == name) {
            let fault = PolicyFault::new(inner("name"), "another rule has this name too");
            faults.add(fault.hint("give each rule a name of its own"));
        }
        let mut steps = Vec::new();
        let named = entry.to.iter().map(|to| ("to", to));
        for (key, word) in named.chain(entry.steps.iter().map(|step| ("steps", step))) {
            steps.extend(recipient(word, &inner(key), teams, faults));
        }
        let every = entry
            .every
            .as_deref()
            .and_then(|every| faults.parse::<Span>(&inner("every"), every));
        let moment = Moment::parse(&entry.at).map_err(|bad| PolicyFault::new(inner("at"), bad));
        let when = When::read(&entry.when, &inner("when"), faults);
        let Some(moment) = faults.keep(moment) else {
            continue;
        };
        if entry.act == Act::Raise
            && !when.level.is_empty()
            && when.level.iter().all(|level| {
                let number = level.number();
                levels.contains_key(&number) && levels.keys().all(|above| *above <= number)
            })
        {
            let problem = "this rule can never act: nothing lies above that level";
            let fault = PolicyFault::new(inner("when.level"), problem);
            faults.add(fault.hint("use notify, reassign or page"));
        }
        let steps_there = u32::try_from(steps.len()).unwrap_or(u32::MAX).max(1);
        let rule = Escalation {
            index,
            name,
            when,
            clock: entry.clock,
            at: moment,
            act: entry.act,
            at_most: entry.at_most.unwrap_or(steps_there),
            steps,
            every,
        };
        if let Some(earlier) = read.iter().find(|earlier| earlier.says_all_of(&rule)) {
            let problem = format!(
                "this rule says again what rule {} says for {}",
                earlier.index + 1,
                earlier.when
            );
            let fault = PolicyFault::new(at.as_str(), problem);
            faults.add(fault.hint("remove one of the two, or both would act"));
        }
        read.push(rule);
    }
    read
}

/// Parts of a rule that make no sense together.
fn check_sense(
    entry: &EscalationEntry,
    at: &str,
    levels: &BTreeMap<u8, LevelEntry>,
    faults: &mut Faults,
) {
    let mut wrong = |key: &str, problem: &str, hint: &str| {
        faults.add(PolicyFault::new(format!("{at}.{key}"), problem).hint(hint));
    };
    if entry.to.is_some() && !entry.steps.is_empty() {
        wrong("to", "stands beside `steps`", "keep one of the two");
    }
    let nobody = entry.to.is_none() && entry.steps.is_empty();
    match entry.act {
        Act::Raise if !nobody => {
            let hint =
                "remove it: raise takes a ticket to the next level; reassign gives it to somebody";
            wrong("do", "raise is for nobody in particular", hint);
        }
        Act::Raise if levels.len() < 2 => {
            wrong(
                "do",
                "there is no next level to raise to",
                "use notify, reassign or page",
            );
        }
        Act::Notify | Act::Reassign | Act::Page if nobody => {
            let hint = "name them: to: lead, or steps: [assignee, lead, manager]";
            wrong("do", "does not say for whom", hint);
        }
        _ => {}
    }
    if entry.steps.len() > 1 && entry.every.is_none() {
        wrong(
            "steps",
            "does not say how long each step has",
            "add `every: 30m`",
        );
    }
    if entry.at_most == Some(0) {
        wrong("at-most", "0 means never", "remove the rule instead");
    }
    if entry.at_most.is_some_and(|times| times > 1) && entry.every.is_none() {
        wrong(
            "at-most",
            "does not say after how long again",
            "add `every: 30m`",
        );
    }
}

fn recipient(
    word: &str,
    at: &str,
    teams: &BTreeMap<Name, TeamRule>,
    faults: &mut Faults,
) -> Option<Recipient> {
    if let Some((team, _)) = teams.get_key_value(word) {
        return Some(Recipient::Team(team.clone()));
    }
    match word {
        "lead" => Some(Recipient::Lead),
        "manager" => Some(Recipient::Manager),
        "director" => Some(Recipient::Director),
        "assignee" => Some(Recipient::Assignee),
        "owner" => Some(Recipient::Owner),
        // Whether the person exists, the roster knows.
        who => faults.parse(at, who).map(Recipient::Person),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn moments_read_back_and_fall_where_they_should() {
        for (text, of_an_hour) in [
            ("75%", 2_700),
            ("100%+30m", 5_400),
            ("-15m", 2_700),
            ("-2h", 0),
        ] {
            let moment = Moment::parse(text).unwrap();
            assert_eq!(moment.to_string(), text);
            assert_eq!(moment.spent(3_600), of_an_hour, "{text}");
        }
        for bad in ["75", "0%", "1001%", "100%30m", "100%-30m", "-1d", "1h", "%"] {
            assert!(Moment::parse(bad).is_err(), "{bad}");
        }
    }
}
