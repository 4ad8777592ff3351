//! Picking within a change: which ticket is next for somebody, and who gets a
//! ticket. Both are decided under the store's lock, so of many who ask at once
//! no two get the same.

use super::clocks::Clocks;
use super::error::DeskError;
use super::loads::loads;
use super::rules::{self, Rules};
use super::sort::Order;
use super::workbench::Workbench;
use super::{
    app::Desk,
    cached::{About, Cache},
};
use crate::policy::people::pick::{self, Job};
use crate::policy::people::{Loads, Person, Presence};
use crate::policy::routing::Unroutable;
use crate::policy::{queue, who};
use crate::store::Snapshot;
use crate::store::cache::{Column, Condition, Select, Test};
use crate::ticket::text::fold;
use crate::ticket::value::Value as _;
use crate::ticket::{Handle, Header, Name, Status, Target, Ticket, TicketId, Timestamp};
use std::ops::ControlFlow;

impl Desk {
    /// The first tickets that wait for somebody, the most urgent first, at most
    /// so many.
    ///
    /// # Errors
    /// They are not on the roster, or git can't be read.
    pub fn waiting_for(
        &self,
        snapshot: &Snapshot<'_>,
        rules: &Rules,
        who: &Handle,
        most: usize,
    ) -> Result<Vec<Ticket>, DeskError> {
        let person = on_roster(rules, who)?;
        let (cache, now) = (self.cache(snapshot, About::Tickets), self.world().now());
        let mut found = Vec::new();
        waiting(&cache, snapshot, rules, person, now, |ticket| {
            found.push(ticket);
            Ok(found.len() < most)
        })?;
        Ok(found)
    }
}

impl Workbench<'_> {
    /// The ticket that is next for somebody.
    pub(super) fn next_for(&mut self, who: &Handle) -> Result<TicketId, DeskError> {
        let rules = self.around.rules;
        let person = on_roster(rules, who)?;
        let capacity = person.capacity.or(rules.policy.assignment.limit);
        if let Some(most) = capacity {
            let working = self.loads()?.of(who).working;
            if working >= most {
                return Err(DeskError::Full {
                    who: who.clone(),
                    working,
                    most,
                });
            }
        }
        let (cache, snapshot, now) = (self.around.cache, self.around.snapshot, self.around.now);
        let mut next = None;
        waiting(cache, snapshot, rules, person, now, |ticket| {
            // Where somebody edits its file by hand, the one after is next.
            let whole = self.ticket(ticket.id());
            let free =
                whole.is_ok_and(|own| queue::waits_for(&rules.policy, person, own.header(), now));
            if free {
                next = Some(ticket.id().clone());
            }
            Ok(!free)
        })?;
        next.ok_or_else(|| DeskError::NothingWaits { who: who.clone() })
    }

    /// Who gets a ticket by the policy's `assignment`, and why, in a line.
    pub(super) fn pick(&mut self, header: &Header) -> Result<(Target, String), DeskError> {
        let (rules, now) = (self.around.rules, self.around.now);
        let policy = &rules.policy;
        let job = Job {
            team: header.team.as_ref(),
            level: header
                .level
                .filter(|level| policy.levels.contains_key(level)),
            topic: who::topic(policy, header),
        };
        let loads = self.loads()?;
        let ranking = pick::rank(policy, &rules.roster, loads, now, job, &[]);
        let why = ranking.why();
        let Some(first) = ranking.first() else {
            let back = ranking
                .candidates
                .iter()
                .find_map(|one| match one.presence {
                    Presence::Off(back) => back,
                    Presence::Away(absence) => Some(absence.to),
                    Presence::There(_) => None,
                });
            return Err(DeskError::NobodyFree { why, back });
        };
        let team = header
            .team
            .clone()
            .filter(|team| first.person.works_in(team));
        let target = Target::Person {
            who: first.person.handle.clone(),
            team: team.or_else(|| {
                header
                    .team
                    .is_none()
                    .then(|| first.person.teams.first().cloned())?
            }),
            level: None,
        };
        Ok((target, why))
    }

    /// What everybody has, with what this batch has done so far.
    pub(super) fn loads(&mut self) -> Result<&mut Loads, DeskError> {
        let known = match self.loads.take() {
            Some(known) => known,
            None => {
                let around = &self.around;
                let mut known = loads(around.cache, around.snapshot, around.rules)?;
                for (before, after) in &self.moves {
                    known.follow(before, after, around.now);
                }
                known
            }
        };
        Ok(self.loads.insert(known))
    }
}

fn on_roster<'a>(rules: &'a Rules, who: &Handle) -> Result<&'a Person, DeskError> {
    let person = rules.roster.get(who.as_str());
    person.ok_or_else(|| {
        let known = rules.roster.people().map(|person| person.handle.text());
        let known = known.collect();
        let word = who.text();
        Unroutable::NotOnRoster { word, known }.into()
    })
}

/// Visits what waits for somebody, the most urgent first, until `visit` says
/// no.
fn waiting(
    cache: &Cache<'_>,
    snapshot: &Snapshot<'_>,
    rules: &Rules,
    person: &Person,
    now: Timestamp,
    mut visit: impl FnMut(Ticket) -> Result<bool, DeskError>,
) -> Result<(), DeskError> {
    let waits = |ticket: &Ticket| queue::waits_for(&rules.policy, person, ticket.header(), now);
    let select = select(person);
    let mut visited = 0;
    for enough in [FEW, usize::MAX] {
        // What the cache answers is gathered first: visiting may ask it again.
        let answer = cache.ask(|view| {
            let mut found = Vec::new();
            view.select(&select, None, &mut |ticket| {
                if waits(&ticket) {
                    found.push(ticket);
                }
                if found.len() < enough {
                    ControlFlow::Continue(())
                } else {
                    ControlFlow::Break(())
                }
            })?;
            Ok(found)
        });
        let (tickets, all) = match answer {
            Some(found) => (found, enough == usize::MAX),
            None => (waiting_in_files(snapshot, &waits)?, true),
        };
        for ticket in tickets.into_iter().skip(visited) {
            visited += 1;
            if !visit(ticket)? {
                return Ok(());
            }
        }
        if all || visited < enough {
            break;
        }
    }
    Ok(())
}

/// Mostly the first ticket is taken, and all that wait may be thousands.
const FEW: usize = 8;

/// What waits, in order, without the cache.
fn waiting_in_files(
    snapshot: &Snapshot<'_>,
    waits: &dyn Fn(&Ticket) -> bool,
) -> Result<Vec<Ticket>, DeskError> {
    let mut found = Vec::new();
    for (id, blob) in rules::tickets(snapshot)? {
        if let Ok(stored) = rules::stored_blob(snapshot, &id, blob)
            && waits(&stored.ticket)
        {
            found.push(stored.ticket);
        }
    }
    Order::urgent().sort(&mut found, &Clocks::of(snapshot)?);
    Ok(found)
}

/// Tickets among which those are that wait for somebody.
fn select(person: &Person) -> Select {
    let column = Column::named;
    let (Some(status), Some(team), Some(assignee)) =
        (column("status"), column("team"), column("assignee"))
    else {
        return Select::default();
    };
    let is = |word: Status| Test::Is(status, word.word().to_owned());
    let mine = || Test::Is(assignee, fold(person.handle.as_str()));
    let mut places = vec![mine(), Test::Missing(team)];
    let teams = person.teams.iter().map(Name::as_str);
    places.extend(teams.map(|own| Test::Is(team, fold(own))));
    if person.teams.is_empty() {
        places.push(Test::Always);
    }
    let any = |any_of| Condition {
        any_of,
        negated: false,
    };
    Select {
        conditions: vec![
            // They are all live; the cache has an index of those.
            any(vec![Test::Live]),
            any(vec![
                is(Status::New),
                is(Status::Queued),
                is(Status::Assigned),
            ]),
            any(vec![mine(), Test::Missing(assignee)]),
            any(places),
        ],
        order: Order::urgent().columns().unwrap_or_default(),
    }
}
