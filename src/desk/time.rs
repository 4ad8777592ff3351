//! What time alone does to tickets, and the results of clocks that events
//! finish: both become part of the timeline here, on the one way of a change.

use super::app::{Desk, Outcome};
use super::cached::About;
use super::error::DeskError;
use super::rules::{POLICY, Rules};
use super::workbench::{Deed, Step, Which};
use crate::policy::calendar::TZ_VERSION;
use crate::policy::{Policy, clock, sweep};
use crate::store::cache::{Column, Condition, OrderBy, Select, Test};
use crate::store::{Snapshot, yaml};
use crate::ticket::details::Details;
use crate::ticket::value::{BadValue, Value as _};
use crate::ticket::{
    Action, BlobId, Clock, Context, Draw, Event, EventId, Handle, Judged, Judgement, Name, Refusal,
    Signal, Ticket, TicketId, Timestamp, Verb, decide, evolve,
};
use std::collections::{BTreeMap, BTreeSet};
use std::ops::ControlFlow;

/// More than that in one go is a policy that feeds itself.
const MOST: usize = 500;

/// What a sweep did.
#[derive(Debug, Default)]
pub struct Swept {
    /// The tickets that were due, with what came of each.
    pub outcomes: Vec<(Step, Result<Outcome, DeskError>)>,
    /// What people should know though the changes stand.
    pub warnings: Vec<String>,
}

impl Desk {
    /// Applies to every ticket what time has done to it by now: each thing
    /// once, in one commit a ticket. Only tickets to which something is due are
    /// read. Two sweeps at once do nothing twice: under the lock each looks
    /// again.
    ///
    /// # Errors
    /// Git can't be read, or the policy is broken.
    pub fn sweep(&self, by: &Handle, dry_run: bool) -> Result<Swept, DeskError> {
        let due = self.due_for_sweep()?;
        let step = |id: TicketId| Step {
            which: Which::Typed(id.text()),
            deed: Deed::Time,
            at: None,
            by: Some(by.clone()),
            condition: Vec::new(),
        };
        let steps: Vec<Step> = due.into_iter().map(step).collect();
        if steps.is_empty() {
            return Ok(Swept::default());
        }
        let performed = self.perform(&steps, dry_run)?;
        let outcomes = steps.into_iter().zip(performed.outcomes);
        Ok(Swept {
            // Somebody else's sweep was faster.
            outcomes: outcomes
                .filter(|(_, outcome)| {
                    outcome
                        .as_ref()
                        .map_or(true, |outcome| !outcome.deeds.events.is_empty())
                })
                .collect(),
            warnings: performed.warnings,
        })
    }

    /// Tickets to which time has done something, the longest due first.
    fn due_for_sweep(&self) -> Result<Vec<TicketId>, DeskError> {
        let now = self.world().now();
        let snapshot = self.snapshot()?;
        let act = Column::named("act");
        let select = Select {
            conditions: act
                .map(|act| Condition {
                    any_of: vec![Test::Before(act, now.plus(1))],
                    negated: false,
                })
                .into_iter()
                .collect(),
            order: act
                .map(|column| OrderBy::Column {
                    column,
                    descending: false,
                })
                .into_iter()
                .collect(),
        };
        let answer = self.cache(&snapshot, About::Tickets).ask(|view| {
            let mut ids = Vec::new();
            view.select(&select, None, &mut |ticket| {
                ids.push(ticket.id().clone());
                ControlFlow::Continue(())
            })?;
            Ok(ids)
        });
        if let Some(ids) = answer {
            return Ok(ids);
        }
        let rules = Rules::load(&snapshot)?;
        let policy = policy_blob(&snapshot)?;
        let mut found: Vec<(Timestamp, TicketId)> = Vec::new();
        for ticket in self.read(&snapshot)?.tickets {
            let clocks = rules.clocks();
            let next = sweep::next(clocks, &ticket, policy.as_ref());
            let next = next.filter(|next| *next <= now);
            found.extend(next.map(|next| (next, ticket.id().clone())));
        }
        found.sort();
        Ok(found.into_iter().map(|(_, id)| id).collect())
    }
}

/// The policy that judges, by git's name for it; none where there is none.
pub(super) fn policy_blob(snapshot: &Snapshot<'_>) -> Result<Option<BlobId>, DeskError> {
    let blob = snapshot.blob(POLICY)?;
    Ok(blob.and_then(|blob| BlobId::parse(&blob.to_string()).ok()))
}

/// What the clocks of a ticket ask for first, and when that is due.
pub(super) fn next_due(rules: &Rules, ticket: &Ticket) -> Option<(Clock, Timestamp)> {
    let runs = rules.clocks().runs(ticket);
    let due = runs.iter().filter_map(|run| Some((run.due()?, run.clock)));
    due.min().map(|(due, clock)| (clock, due))
}

/// What the timeline goes by when time, or somebody, changes a ticket.
pub(super) struct Timekeeper<'a> {
    pub snapshot: &'a Snapshot<'a>,
    pub rules: &'a Rules,
    pub now: Timestamp,
}

impl Timekeeper<'_> {
    /// What time has done to a ticket by now.
    pub(super) fn pass(
        &self,
        mut ticket: Ticket,
        by: &Handle,
        draw: &mut dyn Draw,
    ) -> Result<(Ticket, Vec<Event>), DeskError> {
        let mut all: Vec<Event> = Vec::new();
        // One may bring about, or put off, the next.
        while all.len() < MOST {
            let clocks = self.rules.clocks();
            let consequences = sweep::consequences(clocks, &ticket, self.now);
            let come = consequences.iter().find(|one| one.from <= self.now);
            let Some(consequence) = come else {
                break;
            };
            let map = self.rules.map(by, self.now);
            let doing = sweep::doing(clocks, &map, ticket.header(), consequence);
            let mut act = |action: &Action| self.act(&ticket, action, consequence.at, by, draw);
            let made = match (act(&doing.action), &doing.otherwise) {
                (Ok(made), None) => made,
                (Ok(made), Some(_)) if !made.is_empty() => made,
                (_, Some(otherwise)) => act(otherwise)?,
                (Err(refusal), None) => return Err(refusal.into()),
            };
            let Some(event) = made.into_iter().next() else {
                break;
            };
            let event = Event {
                e: consequence.e.clone(),
                details: Details {
                    rule: Some(consequence.rule.clone()),
                    clock: consequence.clock,
                    ..event.details
                },
                ..event
            };
            ticket = evolve(ticket, vec![event.clone()]);
            all.push(event);
        }
        for signal in self.corrections(&ticket)? {
            let (at, e, action) = signal;
            let made = self.act(&ticket, &action, at, by, draw)?;
            let made: Vec<Event> = made
                .into_iter()
                .map(|event| Event {
                    e: e.clone(),
                    ..event
                })
                .collect();
            ticket = evolve(ticket, made.clone());
            all.extend(made);
        }
        Ok((ticket, all))
    }

    fn act(
        &self,
        ticket: &Ticket,
        action: &Action,
        at: Timestamp,
        by: &Handle,
        draw: &mut dyn Draw,
    ) -> Result<Vec<Event>, Refusal> {
        let mut context = Context {
            now: self.now,
            at: at.max(ticket.opened()),
            actor: by,
            may_change_closed: true,
            reopen_within: None,
            draw,
        };
        decide(ticket, action, &mut context)
    }

    /// Results that an earlier event, which has merged in since, changes: each
    /// is judged anew by the policy that judged it.
    fn corrections(&self, ticket: &Ticket) -> Result<Vec<(Timestamp, EventId, Action)>, DeskError> {
        let judged = ticket
            .active()
            .filter_map(|event| event.details.judged.as_ref());
        // Another database of time zones may judge otherwise for itself.
        let same = judged.filter(|judged| judged.tz.as_str() == TZ_VERSION);
        let policies: BTreeSet<&BlobId> = same.map(|judged| &judged.policy).collect();
        let mut corrections = Vec::new();
        for blob in policies {
            let Some(policy) = self.policy_of(blob)? else {
                continue;
            };
            let clocks = clock::Rules {
                policy: &policy,
                roster: &self.rules.roster,
            };
            for (clock, stop) in clocks.stale(ticket, blob) {
                let Some(result) = stop.result else {
                    continue;
                };
                let cause = format!(
                    "{}\nrejudge {clock} {}\n{result:?}",
                    ticket.id(),
                    stop.event
                );
                let e = EventId::of_cause(&cause);
                if ticket.timeline().iter().any(|event| event.e == e) {
                    continue;
                }
                let action = Action::Signal(Box::new(Signal {
                    verb: Verb::Rejudge,
                    attention: BTreeSet::new(),
                    text: None,
                    details: Details {
                        rule: Some("an earlier event came to light".into()),
                        clock: Some(clock),
                        judged: Some(judged_by(blob, [(clock, result)].into())?),
                        ..Details::default()
                    },
                    of: Some(stop.event),
                }));
                corrections.push((stop.at, e, action));
            }
        }
        Ok(corrections)
    }

    /// A policy that once held; none where git has it no more.
    fn policy_of(&self, blob: &BlobId) -> Result<Option<Policy>, DeskError> {
        if policy_blob(self.snapshot)?.as_ref() == Some(blob) {
            return Ok(Some(self.rules.policy.clone()));
        }
        let bytes = blob
            .as_str()
            .parse()
            .ok()
            .and_then(|blob| self.snapshot.read_blob(blob).ok());
        let policy = bytes.and_then(|bytes| yaml::understand_policy(&bytes).ok());
        Ok(policy.map(|(policy, _)| policy))
    }

    /// Gives the events that stop clocks their results.
    pub(super) fn judge(
        &self,
        before: &Ticket,
        after: Ticket,
        mut events: Vec<Event>,
    ) -> Result<(Ticket, Vec<Event>), DeskError> {
        if self.rules.policy.targets.is_empty() || events.is_empty() {
            return Ok((after, events));
        }
        let runs = self.rules.clocks().runs(&after);
        let mut results: BTreeMap<&EventId, BTreeMap<Clock, Judgement>> = BTreeMap::new();
        for run in &runs {
            if let Some(stop) = &run.stop
                && stop.judged_by.is_none()
                && let Some(result) = stop.result
            {
                results
                    .entry(&stop.event)
                    .or_default()
                    .insert(run.clock, result);
            }
        }
        let Some(policy) = policy_blob(self.snapshot)? else {
            return Ok((after, events));
        };
        let mut judged_any = false;
        for event in &mut events {
            if let Some(clocks) = results.remove(&event.e) {
                event.details.judged = Some(judged_by(&policy, clocks)?);
                judged_any = true;
            }
        }
        if !judged_any {
            return Ok((after, events));
        }
        Ok((evolve(before.clone(), events.clone()), events))
    }
}

fn judged_by(policy: &BlobId, clocks: BTreeMap<Clock, Judgement>) -> Result<Judged, BadValue> {
    Ok(Judged {
        policy: policy.clone(),
        tz: Name::parse(TZ_VERSION)?,
        clocks,
    })
}
