//! What time alone does to a ticket: warnings, breaches, escalation by rule,
//! resuming and closing. Each happens once; its event's identity follows from
//! the ticket, the rule, the run of the clock and the moment, so that two
//! offices that sweep make one and the same event.

mod acts;

pub use acts::{Doing, doing};

use super::BusinessSeconds;
use super::clock::{Rules, Run, State};
use super::rules::{Act, CloseAfter, Escalation, Recipient};
use crate::ticket::{BlobId, Clock, Event, EventId, Status, Ticket, Timestamp, Verb};

/// Something that time does to a ticket and has not done yet.
#[derive(Debug, Clone)]
pub struct Consequence<'a> {
    /// The identity of its event.
    pub e: EventId,
    /// The moment it belongs to.
    pub at: Timestamp,
    /// The first moment at which it may be done.
    pub from: Timestamp,
    /// The rule that does it, in words.
    pub rule: String,
    /// The clock that it is about.
    pub clock: Option<Clock>,
    /// What is done.
    pub what: What<'a>,
}

/// One time that a rule of the policy acts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Step<'a> {
    /// The rule.
    pub rule: &'a Escalation,
    /// Whom it is for, where it is for somebody.
    pub to: Option<&'a Recipient>,
    /// How long after the rule's own moment it comes.
    pub after: BusinessSeconds,
}

impl Step<'_> {
    /// Whether this leaves nothing to do of an earlier step of its rule that
    /// was not taken in time. A ticket goes straight to where it should be by
    /// now. Whoever should have been told is told, though late, but once: who
    /// sleeps through four calls wants the last, not four in one minute.
    fn stands_for(&self, earlier: &Self) -> bool {
        match self.rule.act {
            Act::Raise | Act::Reassign => true,
            Act::Notify | Act::Page => self.to == earlier.to,
        }
    }
}

/// What time does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum What<'a> {
    /// A clock runs low.
    Warn,
    /// A clock has run out.
    Breach,
    /// A rule of the policy acts.
    Act(Step<'a>),
    /// What a ticket waited for has come.
    Resume,
    /// A resolved ticket has been left long enough.
    Close,
}

impl What<'_> {
    /// Its turn among what belongs to the same moment.
    fn turn(&self) -> u8 {
        match self {
            Self::Warn => 0,
            Self::Breach => 1,
            Self::Act(..) | Self::Resume | Self::Close => 2,
        }
    }
}

/// When time does the next thing to a ticket, or has a result to correct that
/// this policy gave; in the past where that is late.
#[must_use]
pub fn next(rules: Rules<'_>, ticket: &Ticket, policy: Option<&BlobId>) -> Option<Timestamp> {
    let never = Timestamp::from_unix(i64::MIN);
    let coming = consequences(rules, ticket, never);
    let coming = coming.iter().map(|coming| coming.from);
    // Results to correct are looked for where this policy gave them.
    let stale = policy.map(|policy| rules.stale(ticket, policy));
    let stale = stale.into_iter().flatten().map(|(_, stop)| stop.at);
    coming.chain(stale).min()
}

/// What time has done to a ticket by `now` and nobody has written down yet, in
/// the order in which it happened; and, of each kind, the first that is still
/// to come.
#[must_use]
pub fn consequences<'a>(rules: Rules<'a>, ticket: &Ticket, now: Timestamp) -> Vec<Consequence<'a>> {
    let mut found = Found {
        ticket,
        now,
        all: Vec::new(),
    };
    if ticket.is_void() {
        return found.all;
    }
    found.life(rules);
    if ticket.status().is_live() {
        for run in rules.runs(ticket) {
            if run.state != State::Stopped {
                found.clock(&run);
                found.rules(rules, &run);
            }
        }
    }
    // Of one moment, what is said comes before what is done about it.
    found
        .all
        .sort_by(|a, b| (a.at, a.what.turn(), &a.e).cmp(&(b.at, b.what.turn(), &b.e)));
    found.all
}

struct Found<'t, 'a> {
    ticket: &'t Ticket,
    now: Timestamp,
    all: Vec<Consequence<'a>>,
}

impl<'a> Found<'_, 'a> {
    /// The identity of what a cause does to the ticket at a moment.
    fn identity(&self, cause: &str, at: Timestamp) -> EventId {
        EventId::of_cause(&format!("{}\n{cause}\n{at}", self.ticket.id()))
    }

    /// Whether that was done. Done and taken back is done: somebody meant it.
    fn is_done(&self, e: &EventId) -> bool {
        self.ticket.timeline().iter().any(|event| event.e == *e)
    }

    /// Adds it, unless it was done.
    fn add(&mut self, cause: &str, consequence: Consequence<'a>) {
        let e = self.identity(cause, consequence.at);
        if !self.is_done(&e) {
            self.all.push(Consequence { e, ..consequence });
        }
    }

    fn life(&mut self, rules: Rules<'a>) {
        let header = self.ticket.header();
        if let Some(until) = header.until
            && self.ticket.status() == Status::Pending
        {
            let resume = of_life(until, "until", What::Resume);
            self.add("resume", resume);
        }
        if let Some(resolved) = self.ticket.resolved()
            && self.ticket.status() == Status::Resolved
            && let Some(after) = rules.policy.lifecycle.close_after
        {
            let at = match after {
                CloseAfter::Days(days) => Some(resolved.plus(i64::from(days) * 86_400)),
                CloseAfter::BusinessDays(days) => {
                    rules.policy.calendars.usual.after_days(resolved, days)
                }
            };
            if let Some(at) = at {
                let close = of_life(at, "close-after", What::Close);
                self.add("close", close);
            }
        }
    }

    fn clock(&mut self, run: &Run<'a>) {
        let Some(rule) = run.rule() else {
            return;
        };
        let of = |name: &str| format!("{name} {} {}", run.clock, run.cycle);
        let consequence = |at, from, what| Consequence {
            e: run.started_by.clone(),
            at,
            from,
            rule: rule
                .name
                .as_ref()
                .map_or_else(|| rule.at(), ToString::to_string),
            clock: Some(run.clock),
            what,
        };
        if let Some(at) = run.warn() {
            self.add(&of("warn"), consequence(at, at, What::Warn));
        }
        if let (Some(due), Some(late)) = (run.due(), run.late()) {
            self.add(&of("breach"), consequence(due, late, What::Breach));
        }
    }

    fn rules(&mut self, rules: Rules<'a>, run: &Run<'a>) {
        let Some(target) = run.target() else {
            return;
        };
        for rule in &rules.policy.escalations {
            if rule.clock == run.clock && rule.when.matches(self.ticket.header()) {
                self.steps(rule, run, target);
            }
        }
    }

    /// The steps of a rule for a run of its clock that are to be taken.
    fn steps(&mut self, rule: &'a Escalation, run: &Run<'a>, target: BusinessSeconds) {
        let name = name(rule);
        if rule.act == Act::Page && self.is_taken_after(&name) {
            return;
        }
        let timeline = self.ticket.timeline();
        let acted = |event: &&Event| event.details.rule.as_deref() == Some(&name);
        let mut acted = timeline.iter().filter(acted).count();
        let mut steps: Vec<(Consequence<'a>, Step<'a>, bool)> = Vec::new();
        for time in 0..rule.at_most {
            let every = rule.every.map_or(0, |every| every.seconds());
            let after = every.saturating_mul(i64::from(time));
            let spent = rule.at.spent(target.0).saturating_add(after);
            let Some(at) = run.moment(spent) else {
                break;
            };
            // What is spent to the second is not over yet.
            let over = spent >= target.0;
            let from = run.moment(spent + i64::from(over)).unwrap_or(at);
            let place = usize::try_from(time).unwrap_or(usize::MAX);
            let step = Step {
                rule,
                to: rule
                    .steps
                    .get(place.min(rule.steps.len().saturating_sub(1))),
                after: BusinessSeconds(after),
            };
            let cause = format!("{name} {time}\n{} {}", run.clock, run.cycle);
            let consequence = Consequence {
                e: self.identity(&cause, at),
                at,
                from,
                rule: name.clone(),
                clock: Some(run.clock),
                what: What::Act(step),
            };
            let done = self.is_done(&consequence.e);
            acted = acted.saturating_sub(usize::from(done));
            steps.push((consequence, step, done));
            if !done && from > self.now && acted == 0 {
                break;
            }
        }
        let now = self.now;
        for (place, (consequence, step, done)) in steps.iter().enumerate() {
            let mut later = steps.iter().skip(place + 1);
            let moot = later
                .any(|(later, other, done)| (*done || later.from <= now) && other.stands_for(step));
            if *done || moot {
                continue;
            }
            self.all.push(consequence.clone());
            if consequence.from > now {
                break;
            }
        }
    }

    /// Whether somebody took the ticket up after a rule had paged.
    fn is_taken_after(&self, rule: &str) -> bool {
        let paged = |event: &Event| {
            event.did == Verb::Notify && event.details.rule.as_deref() == Some(rule)
        };
        let paged = self.ticket.active().find(|event| paged(event));
        paged.is_some_and(|paged| {
            self.ticket.active().any(|event| {
                matches!(event.did, Verb::Take | Verb::Accept | Verb::Join)
                    && (event.n, event.at) > (paged.n, paged.at)
            })
        })
    }
}

fn of_life(at: Timestamp, rule: &str, what: What<'static>) -> Consequence<'static> {
    Consequence {
        e: EventId::of_cause(rule),
        at,
        from: at,
        rule: rule.to_owned(),
        clock: None,
        what,
    }
}

/// What a rule is called where it acts.
fn name(rule: &Escalation) -> String {
    match &rule.name {
        Some(name) => name.to_string(),
        None => format!("escalations[{}]", rule.index),
    }
}
