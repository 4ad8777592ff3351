//! `targets`: how much time each clock has. In order; for each clock, the first
//! rule that matches and names it wins.

use super::calendars::Calendars;
use super::escalations::Moment;
use super::fault::{Faults, PolicyFault};
use super::span::Span;
use crate::policy::when::{When, WhenFile};
use crate::ticket::{Clock, Header, Line};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;
use std::fmt;

/// A rule of how much time clocks have.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct TargetEntry {
    /// What the rule is called.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub name: Option<String>,
    /// Which tickets it is for; every one if absent.
    pub when: WhenFile,
    /// The calendar whose open hours count; the desk's usual one if absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// Time to the first answer: 30m.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub respond: Option<String>,
    /// Time to an answer after the requester wrote again: 4h.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub update: Option<String>,
    /// Time to the solution: 8h.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub resolve: Option<String>,
    /// Time until whoever receives a ticket accepts it: 30m.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub accept: Option<String>,
    /// Time until a vendor is done: 16h.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub vendor: Option<String>,
    /// When to warn: 75% of the time, or -1h before its end. No warning if
    /// absent.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub warn: Option<String>,
}

impl TargetEntry {
    fn of(&self, clock: Clock) -> Option<&str> {
        let text = match clock {
            Clock::Respond => &self.respond,
            Clock::Update => &self.update,
            Clock::Resolve => &self.resolve,
            Clock::Accept => &self.accept,
            Clock::Vendor => &self.vendor,
        };
        text.as_deref()
    }
}

/// A rule of how much time clocks have.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TargetRule {
    /// Its place in the list, from 0.
    pub index: usize,
    /// What it is called.
    pub name: Option<Line>,
    /// Which tickets it is for.
    pub when: When,
    /// The calendar whose open hours count; the desk's usual one if absent.
    pub calendar: Option<String>,
    /// When to warn.
    pub warn: Option<Moment>,
    times: BTreeMap<Clock, Span>,
}

impl TargetRule {
    /// Where it stands in the file: `targets[2]`.
    #[must_use]
    pub fn at(&self) -> String {
        format!("targets[{}]", self.index)
    }

    /// The time that it gives a clock.
    #[must_use]
    pub fn gives(&self, clock: Clock) -> Option<Span> {
        self.times.get(&clock).copied()
    }

    /// The clocks that it names, with their time.
    pub fn times(&self) -> impl Iterator<Item = (Clock, Span)> {
        self.times.iter().map(|(clock, span)| (*clock, *span))
    }
}

/// `rule "gold customers"`, or `rule 3` for one without a name.
impl fmt::Display for TargetRule {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.name {
            Some(name) => write!(f, "rule \"{name}\""),
            None => write!(f, "rule {}", self.index + 1),
        }
    }
}

/// Reads `targets`.
pub(super) fn targets(
    entries: &[TargetEntry],
    calendars: &Calendars,
    faults: &mut Faults,
) -> Vec<TargetRule> {
    let mut read: Vec<TargetRule> = Vec::new();
    for (index, entry) in entries.iter().enumerate() {
        let at = format!("targets[{index}]");
        let inner = |key: &str| format!("{at}.{key}");
        let calendar = entry.calendar.as_deref();
        if let Some(name) = calendar {
            faults.keep(calendars.check(name, &inner("calendar")));
        }
        let name = entry.name.as_deref();
        let moment = entry.warn.as_deref().map(|text| {
            let moment = Moment::parse(text);
            moment.map_err(|bad| PolicyFault::new(inner("warn"), bad))
        });
        let mut times = BTreeMap::new();
        for clock in Clock::ALL {
            let text = entry.of(*clock);
            let span = text.and_then(|text| faults.parse(&inner(clock.word()), text));
            times.extend(span.map(|span| (*clock, span)));
        }
        let rule = TargetRule {
            index,
            name: name.and_then(|name| faults.parse(&inner("name"), name)),
            when: When::read(&entry.when, &inner("when"), faults),
            calendar: calendar.map(str::to_owned),
            warn: moment.and_then(|moment| faults.keep(moment)),
            times,
        };
        check_sense(entry, &rule, &read, faults);
        read.push(rule);
    }
    read
}

fn check_sense(entry: &TargetEntry, rule: &TargetRule, read: &[TargetRule], faults: &mut Faults) {
    let at = rule.at();
    if Clock::ALL.iter().all(|clock| entry.of(*clock).is_none()) {
        let fault = PolicyFault::new(at.as_str(), "the rule gives no clock any time");
        faults.add(fault.hint("give it some, such as respond: 1h or resolve: 8h"));
    }
    if rule.name.is_some() && read.iter().any(|earlier| earlier.name == rule.name) {
        let fault = PolicyFault::new(format!("{at}.name"), "another rule has this name too");
        faults.add(fault.hint("give each rule a name of its own"));
    }
    if let Some(warn) = rule.warn
        && warn.spent(3_600) > 3_600
    {
        let fault = PolicyFault::new(format!("{at}.warn"), "comes when the time is over");
        faults.add(fault.hint("warn before that: 75%, or -1h"));
    }
    // What an earlier rule gives to all its tickets, it gives to none.
    let taken: Vec<(Clock, &TargetRule)> = rule
        .times()
        .filter_map(|(clock, _)| {
            let mut earlier = read.iter();
            let earlier = earlier
                .find(|earlier| earlier.gives(clock).is_some() && earlier.when.covers(&rule.when));
            earlier.map(|earlier| (clock, earlier))
        })
        .collect();
    let all = taken.len() == rule.times.len();
    for (clock, earlier) in taken.iter().take(if all { 1 } else { taken.len() }) {
        let (at, never) = if all {
            (at.clone(), "this rule can never match")
        } else {
            (format!("{at}.{clock}"), "this can never count")
        };
        let problem = format!("{never}: {earlier} comes first and takes {}", earlier.when);
        faults.add(PolicyFault::new(at, problem).hint("put it above that one, or remove it"));
    }
}

/// The rule that gives a clock of such a ticket its time, and how much.
#[must_use]
pub fn of<'a>(
    rules: &'a [TargetRule],
    clock: Clock,
    header: &Header,
) -> Option<(&'a TargetRule, Span)> {
    rules.iter().find_map(|rule| {
        let span = rule.gives(clock)?;
        rule.when.matches(header).then_some((rule, span))
    })
}
