//! A policy tried on a desk's history: what it would have made otherwise.
//!
//! Each ticket is judged twice in the same way, by the present policy and by
//! the one that is tried, and no result that was kept binds either. So trying
//! the present policy changes nothing, and every difference is the policy's.
//!
//! - **Clocks** are exact: what starts, stops and pauses a clock stands in the
//!   timeline, and only the rules are exchanged. Population: incidents and
//!   requests (DOMAIN.md section 6), clocks that stopped in the period; of a
//!   reopened ticket the first result counts. Clocks that run now are apart.
//! - **Where a ticket starts** is an estimate: what whoever opened it gave, and
//!   what followed from the policy, is told apart by what would follow.
//! - **Hand-overs that would be refused** are an estimate: people who are asked
//!   for more give more.

use super::Period;
use super::figure::Part;
use super::life::left_out;
use crate::policy::clock::{self, Run, State};
use crate::policy::readiness::{self, Given};
use crate::policy::rules::{HandOver, Incomplete};
use crate::policy::start::Start;
use crate::ticket::{
    Clock, Event, Header, Judgement, Level, Name, Priority, Status, Target, Ticket, TicketId,
    Timestamp, Verb,
};
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// Something by the present policy, and by the one that is tried.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Sides<T> {
    /// By the present policy.
    pub now: T,
    /// By the one that is tried.
    pub tried: T,
}

impl<T> Sides<T> {
    fn map<U>(&self, each: impl Fn(&T) -> U) -> Sides<U> {
        Sides {
            now: each(&self.now),
            tried: each(&self.tried),
        }
    }
}

impl<T: PartialEq> Sides<T> {
    /// Whether the two differ.
    #[must_use]
    pub fn differ(&self) -> bool {
        self.now != self.tried
    }
}

/// What became of one kind of clock.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Clocks {
    /// Attainment of all tickets: those met, of those that stopped.
    pub all: Sides<Part>,
    /// The same by the tickets' priority now.
    pub by_priority: BTreeMap<Option<Priority>, Sides<Part>>,
    /// Clocks that run and are over by now.
    pub late: Sides<usize>,
}

/// The ticket that something is told of.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Of {
    /// The ticket.
    pub id: TicketId,
    /// Its title: text by strangers.
    pub title: String,
    /// Its priority now.
    pub priority: Option<Priority>,
}

/// A clock whose result is another, or is none on one side.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Flip {
    /// The ticket.
    pub of: Of,
    /// The clock.
    pub clock: Clock,
    /// What it comes to.
    pub result: Sides<Option<Judgement>>,
}

/// A clock that runs, and is over by now by the policy that is tried alone.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Late {
    /// The ticket.
    pub of: Of,
    /// The clock.
    pub clock: Clock,
    /// Since when it would be.
    pub since: Timestamp,
}

/// Where a ticket starts.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct Place {
    /// Its level.
    pub level: Option<Level>,
    /// Its team.
    pub team: Option<Name>,
    /// Its priority.
    pub priority: Option<Priority>,
}

impl Place {
    fn of(start: &Start<'_>) -> Self {
        Self {
            level: start.level,
            team: start.team.cloned(),
            priority: Some(start.priority),
        }
    }
}

/// Where tickets would have started: an estimate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Routing {
    /// Tickets opened in the period.
    pub opened: usize,
    /// Those that lay elsewhere than the present policy puts them: somebody
    /// placed them, or an earlier policy did. They are left out.
    pub placed: usize,
    /// Those that would have started elsewhere.
    pub moved: Vec<(Of, Sides<Place>)>,
}

/// A hand-over that would have been refused.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Refused {
    /// The ticket.
    pub of: Of,
    /// When it was handed over.
    pub at: Timestamp,
    /// What it lacked.
    pub missing: Vec<String>,
}

/// Whether hand-overs would have been complete: an estimate.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Readiness {
    /// Escalations by people in the period, to a team, a level, a person or a
    /// vendor.
    pub escalations: usize,
    /// Those that would be refused.
    pub refused: Sides<usize>,
    /// Those that only the policy that is tried would refuse.
    pub newly: Vec<Refused>,
}

/// What a trial found.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Outcome {
    /// Tickets that were looked at.
    pub tickets: usize,
    /// Results in the period that were kept and that the present policy would
    /// not give: an earlier one judged them, and reports count them as kept.
    pub by_others: usize,
    /// By clock. Exact.
    pub clocks: BTreeMap<Clock, Clocks>,
    /// Results that differ, the most urgent and latest first; those that only
    /// one side has come last. Exact.
    pub flips: Vec<Flip>,
    /// Running clocks that would be over, the most urgent and latest first.
    /// Exact.
    pub late: Vec<Late>,
    /// Estimated.
    pub routing: Routing,
    /// Estimated.
    pub readiness: Readiness,
}

/// A trial, ticket by ticket.
#[derive(Debug)]
pub struct Trial<'a> {
    rules: Sides<clock::Rules<'a>>,
    period: Period,
    now: Timestamp,
    outcome: Outcome,
}

impl<'a> Trial<'a> {
    /// A trial of rules on what happened in a period; running clocks are judged
    /// as of `now`.
    #[must_use]
    pub fn new(rules: Sides<clock::Rules<'a>>, period: Period, now: Timestamp) -> Self {
        Self {
            rules,
            period,
            now,
            outcome: Outcome::default(),
        }
    }

    /// Judges a ticket.
    pub fn take(&mut self, ticket: &Ticket) {
        let idle = ticket.updated() < self.period.from() && !ticket.status().is_live();
        if idle || left_out(ticket).is_some() {
            return;
        }
        self.outcome.tickets += 1;
        self.judge(ticket);
        self.open(ticket);
        self.hand_overs(ticket);
    }

    /// What came out.
    #[must_use]
    pub fn end(self) -> Outcome {
        let mut outcome = self.outcome;
        let over = |result: Option<Judgement>| {
            result.map(|result| i64::from(result.spent) - i64::from(result.target))
        };
        outcome.flips.sort_by_key(|flip| {
            let Sides { now, tried } = flip.result;
            // Of a result that is lost or new, the one that is there tells.
            let over = over(tried).or(over(now));
            let (one_sided, over) = (now.is_none() || tried.is_none(), Reverse(over));
            let (id, clock) = (flip.of.id.clone(), flip.clock);
            (one_sided, urgency(&flip.of), over, id, clock)
        });
        let order = |late: &Late| {
            (
                urgency(&late.of),
                late.since,
                late.of.id.clone(),
                late.clock,
            )
        };
        outcome.late.sort_by_key(order);
        outcome
    }

    fn judge(&mut self, ticket: &Ticket) {
        let period = self.period;
        let runs = self.rules.map(|rules| rules.anew(ticket));
        let mut results: BTreeMap<(Clock, u32), Sides<Option<Judgement>>> = BTreeMap::new();
        let mut stopped = |runs: &[Run<'_>], side: fn(&mut Sides<_>) -> &mut Option<Judgement>| {
            for run in runs {
                let stop = run.stop.as_ref().filter(|stop| period.contains(stop.at));
                if let Some(result) = stop.and_then(|stop| stop.result) {
                    let key = (run.clock, run.cycle);
                    *side(results.entry(key).or_default()) = Some(result);
                }
            }
        };
        stopped(&runs.now, |sides| &mut sides.now);
        stopped(&runs.tried, |sides| &mut sides.tried);
        for ((clock, _), result) in results {
            self.count(ticket, clock, result);
        }
        if ticket.status().is_live() {
            self.running(ticket, &runs);
        }
        self.outcome.by_others += self.kept_by_others(ticket, &runs.now);
    }

    fn count(&mut self, ticket: &Ticket, clock: Clock, result: Sides<Option<Judgement>>) {
        let clocks = self.outcome.clocks.entry(clock).or_default();
        let priority = ticket.header().priority;
        let of_priority = clocks.by_priority.entry(priority).or_default();
        let met = result.map(|result| result.map(|one| one.met));
        for counted in [&mut clocks.all, of_priority] {
            counted.now += Part::one(met.now);
            counted.tried += Part::one(met.tried);
        }
        if met.differ() {
            self.outcome.flips.push(Flip {
                of: of(ticket),
                clock,
                result,
            });
        }
    }

    fn running(&mut self, ticket: &Ticket, runs: &Sides<Vec<Run<'_>>>) {
        let now = self.now;
        let late = runs.map(|runs| -> BTreeMap<(Clock, u32), Timestamp> {
            let running = runs.iter().filter(|run| run.state != State::Stopped);
            running
                .filter_map(|run| {
                    let late = run.late().filter(|late| *late <= now)?;
                    Some(((run.clock, run.cycle), run.due().unwrap_or(late)))
                })
                .collect()
        });
        for (clock, _) in late.now.keys() {
            self.outcome.clocks.entry(*clock).or_default().late.now += 1;
        }
        for ((clock, cycle), since) in &late.tried {
            self.outcome.clocks.entry(*clock).or_default().late.tried += 1;
            if !late.now.contains_key(&(*clock, *cycle)) {
                self.outcome.late.push(Late {
                    of: of(ticket),
                    clock: *clock,
                    since: *since,
                });
            }
        }
    }

    /// Results of the period that were kept and would now be others.
    fn kept_by_others(&self, ticket: &Ticket, fresh: &[Run<'_>]) -> usize {
        if !ticket.active().any(|event| event.details.judged.is_some()) {
            return 0;
        }
        let met = |run: &Run<'_>| Some(run.stop.as_ref()?.result?.met);
        let kept = self.rules.now.runs(ticket);
        let other = kept.iter().filter(|run| {
            let same = |one: &&Run<'_>| (one.clock, one.cycle) == (run.clock, run.cycle);
            let stop = run.stop.as_ref();
            stop.is_some_and(|stop| self.period.contains(stop.at))
                && fresh.iter().find(same).and_then(met) != met(run)
        });
        other.count()
    }

    fn open(&mut self, ticket: &Ticket) {
        let mut openings = ticket.active().filter(|event| event.did == Verb::Open);
        let Some(opening) = openings.next().filter(|one| self.period.contains(one.at)) else {
            return;
        };
        let mut opened = Header::default();
        opened.apply(&opening.set, &opening.add, &opening.del);
        let given = self.rules.now.policy.as_given(&opened);
        let start = self
            .rules
            .map(|rules| Place::of(&rules.policy.start(&given)));
        let routing = &mut self.outcome.routing;
        routing.opened += 1;
        let really = Place {
            level: opened.level,
            team: opened.team,
            priority: opened.priority,
        };
        if start.now != really {
            routing.placed += 1;
        } else if start.differ() {
            routing.moved.push((of(ticket), start));
        }
    }

    fn hand_overs(&mut self, ticket: &Ticket) {
        let events: Vec<&Event> = ticket.active().collect();
        for (place, event) in events.iter().enumerate() {
            let by_hand = event.did == Verb::Escalate && event.details.rule.is_none();
            if !by_hand || !self.period.contains(event.at) {
                continue;
            }
            let Some(to) = target(event) else {
                continue;
            };
            let earlier = events.iter().take(place).map(|event| (*event).clone());
            let before = Ticket::fold(ticket.id().clone(), earlier.collect());
            let missing = |policy: &HandOver| {
                let given = Given {
                    text: event.text.as_deref().unwrap_or_default(),
                    details: &event.details,
                };
                let missing = readiness::missing(policy, &before, &event.by, &to, given);
                let missing: Vec<String> = missing.into_iter().map(|one| one.item).collect();
                // Who gave a reason to go on without may do so again.
                let refuses =
                    policy.incomplete == Incomplete::Refuse && event.details.overridden.is_none();
                if refuses { missing } else { Vec::new() }
            };
            let missing = self.rules.map(|rules| missing(&rules.policy.hand_over));
            let readiness = &mut self.outcome.readiness;
            readiness.escalations += 1;
            readiness.refused.now += usize::from(!missing.now.is_empty());
            readiness.refused.tried += usize::from(!missing.tried.is_empty());
            if missing.now.is_empty() && !missing.tried.is_empty() {
                readiness.newly.push(Refused {
                    of: of(ticket),
                    at: event.at,
                    missing: missing.tried,
                });
            }
        }
    }
}

fn of(ticket: &Ticket) -> Of {
    Of {
        id: ticket.id().clone(),
        title: ticket.title().to_owned(),
        priority: ticket.header().priority,
    }
}

/// The highest priority first; none last.
fn urgency(of: &Of) -> (bool, Option<Priority>) {
    (of.priority.is_none(), of.priority)
}

/// Where an escalation went; `None` where it asked for attention alone, or
/// whoever escalated goes on themselves.
fn target(event: &Event) -> Option<Target> {
    let set = &event.set;
    let level = set.level.value().copied();
    let team = set.team.value().cloned();
    if set.status.value() == Some(&Status::Pending) {
        return Some(Target::Vendor {
            level: level.unwrap_or(Level::VENDOR),
            vendor: set.vendor.value().cloned(),
            reference: None,
        });
    }
    if let Some(who) = set.assignee.value().cloned() {
        let own = who == event.by;
        return (!own).then_some(Target::Person { who, team, level });
    }
    let moved = level.is_some() || team.is_some() || !set.status.is_keep();
    moved.then_some(Target::Queue { team, level })
}

#[cfg(test)]
mod tests;
