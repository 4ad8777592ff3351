//! One batch of steps on the tickets of one commit: each step is planned,
//! decided and folded here, against what the steps before it have done. The
//! commit path asks for this under its lock, and again if `HEAD` has moved.

use super::adopt::idle_edit;
use super::cached::Cache;
use super::draft::Clerk;
use super::error::DeskError;
use super::find::Finder;
use super::plan::{self, Meaning};
use super::remark::Remark;
use super::request::Request;
use super::rules::{self, Rules};
use super::time::Timekeeper;
use super::world::Entropy;
use crate::policy::gate;
use crate::policy::people::Loads;
use crate::policy::routing::Map;
use crate::store::{Draft, Expect, Identity, Snapshot, StoreError};
use crate::ticket::header::Lists;
use crate::ticket::value::{Key, Value as _};
use crate::ticket::{
    Action, Alteration, Clock, Context, Event, EventId, Handle, Header, Patch, Ticket, TicketId,
    Timestamp, Verb, decide, decide::blank, evolve,
};
use std::collections::BTreeMap;

/// Which ticket a step is about.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Which {
    /// One that the step opens.
    New,
    /// The one meant by what somebody typed.
    Typed(String),
    /// The most urgent one that waits for whoever asks.
    Next,
}

/// What a step does.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Deed {
    /// What somebody asked for.
    Request(Box<Request>),
    /// Do what time has done to it by now.
    Time,
    /// Take these events back.
    Retract(Vec<EventId>),
    /// Take a hand edit into the timeline.
    Adopt(Box<Adoption>),
    /// Give it to whoever the policy's `assignment` picks of those who can.
    AssignAuto {
        /// Words to go with it.
        text: Option<String>,
    },
}

/// A hand edit to take into the timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Adoption {
    /// The ticket with every event that it ever had.
    pub base: Ticket,
    /// What the edit made of the header.
    pub edit: (Patch, Lists, Lists),
    /// Events that a commit removed: they stay, and are taken back.
    pub removed: Vec<EventId>,
    /// The bytes of the edited work-tree file, if that is where the edit is.
    pub worktree: Option<Vec<u8>>,
}

/// One thing to do.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Step {
    /// To which ticket.
    pub which: Which,
    /// What.
    pub deed: Deed,
    /// When it happened; the present if absent.
    pub at: Option<Timestamp>,
    /// Who did it; whoever runs the command if absent.
    pub by: Option<Handle>,
    /// Fields that must have these values first.
    pub condition: Vec<(String, Option<String>)>,
}

impl Step {
    /// A request of whoever runs the command, now.
    #[must_use]
    pub fn of(which: Which, request: Request) -> Self {
        Self {
            which,
            deed: Deed::Request(Box::new(request)),
            at: None,
            by: None,
            condition: Vec::new(),
        }
    }
}

/// What a step did.
#[derive(Debug, Clone)]
pub struct Deeds {
    /// The ticket as it now is.
    pub ticket: Ticket,
    /// Its state before.
    pub before: Header,
    /// The events it got; none if what was asked for was so already.
    pub events: Vec<Event>,
    /// Where its commits are among the batch's.
    pub(super) drafts: std::ops::Range<usize>,
    /// What its clocks ask for first, and when it is due.
    pub next: Option<(Clock, Timestamp)>,
    /// The key was live already: this is that ticket, and the repeat counts.
    pub repeats: Option<u32>,
    /// What people should know of it.
    pub remarks: Vec<Remark>,
}

/// Why a ticket can't be changed while somebody edits its file.
#[derive(Debug, Clone)]
pub(super) struct EditedByHand {
    pub message: String,
    pub hint: Option<String>,
}

impl EditedByHand {
    /// The ticket that a failed commit says is edited.
    pub(super) fn of(error: &StoreError) -> Option<(TicketId, Self)> {
        let id = TicketId::from_path(error.edited_path()?)?;
        Some((
            id,
            Self {
                message: error.to_string(),
                hint: error.hint(),
            },
        ))
    }
}

/// What a batch works with.
pub(super) struct Surroundings<'a> {
    /// The commit that the batch starts from.
    pub snapshot: &'a Snapshot<'a>,
    /// The cache as of that commit.
    pub cache: &'a Cache<'a>,
    /// Its policy and roster.
    pub rules: &'a Rules,
    /// Who records: git's identity.
    pub recorder: &'a Identity,
    /// Who acts, where a step does not say.
    pub me: &'a Handle,
    /// The present.
    pub now: Timestamp,
    /// Minutes that the local time is ahead of UTC.
    pub utc_offset: i32,
    /// Tickets whose files somebody is editing by hand.
    pub edited: &'a BTreeMap<TicketId, EditedByHand>,
    /// Reads a time in somebody's words.
    pub future: &'a dyn Fn(&str) -> Result<Timestamp, DeskError>,
    /// My last ticket, from history.
    pub last: &'a dyn Fn() -> Result<Option<TicketId>, DeskError>,
    /// How often a ticket's key was seen again, commits or not.
    pub tally: &'a dyn Fn(&TicketId) -> Result<u32, DeskError>,
}

/// The tickets of one commit, and what the batch has made of them so far.
pub(super) struct Workbench<'a> {
    pub(super) around: Surroundings<'a>,
    entropy: Entropy,
    drafts: Vec<Draft>,
    finder: Finder<'a>,
    /// What everybody has, once somebody asked.
    pub(super) loads: Option<Loads>,
    /// What the batch has changed so far.
    pub(super) moves: Vec<(Header, Header)>,
}

impl<'a> Workbench<'a> {
    pub(super) fn new(around: Surroundings<'a>, entropy: Entropy) -> Self {
        Self {
            finder: Finder::new(around.snapshot, around.cache, around.last),
            around,
            entropy,
            drafts: Vec::new(),
            loads: None,
            moves: Vec::new(),
        }
    }

    /// The commits that the batch wants.
    pub(super) fn into_drafts(self) -> Vec<Draft> {
        self.drafts
    }

    /// Does one step. After an error the bench is as it was before the step.
    pub(super) fn perform(&mut self, step: &Step) -> Result<Deeds, DeskError> {
        if let (Which::New, Deed::Request(request)) = (&step.which, &step.deed)
            && let Request::Open(open) = &**request
        {
            let key = open.fields.iter().find(|(name, _)| name == "key");
            if let Some((_, key)) = key
                && let Some(live) = self.finder.live_with_key(&Key::parse(key)?)?
            {
                return self.repeat(step, live);
            }
        }
        let before = match (&step.which, &step.deed) {
            (Which::New, _) => blank(self.fresh_id(step.at.unwrap_or(self.around.now))?),
            (Which::Typed(id), Deed::Adopt(adoption)) => {
                let current = rules::stored(self.around.snapshot, &TicketId::parse(id)?)?;
                adoption.on(current.as_ref().map(|stored| &stored.ticket))
            }
            (Which::Typed(typed), _) => {
                let id = self.finder.find(typed)?;
                self.ticket(&id)?
            }
            (Which::Next, _) => {
                let who = step.by.as_ref().unwrap_or(self.around.me).clone();
                let id = self.next_for(&who)?;
                self.ticket(&id)?
            }
        };
        self.check_condition(step, &before)?;
        let by = step.by.as_ref().unwrap_or(self.around.me).clone();
        let (ticket, events, mut remarks) = self.decide(step, &by, before.clone())?;
        if events.is_empty() {
            remarks.clear();
        }
        if let Deed::Adopt(adoption) = &step.deed
            && adoption.worktree.is_some()
            && events.is_empty()
        {
            return Err(idle_edit(ticket.id()));
        }
        let start = self.drafts.len();
        if !events.is_empty() {
            let worktree = match &step.deed {
                Deed::Adopt(adoption) => adoption
                    .worktree
                    .clone()
                    .map_or(Expect::Head, Expect::Bytes),
                _ => Expect::Head,
            };
            let told = self.told_to_other(&ticket, &events, &by, step)?;
            let mut drafts = Vec::new();
            if let Some((before, other, events)) = told {
                let draft = self.draft(&before, &other, &events, Expect::Head)?;
                drafts.push((other, draft));
            }
            // What was asked for comes last: it is what undo takes back, and
            // what `@` means.
            let draft = self.draft(before.header(), &ticket, &events, worktree)?;
            drafts.push((ticket.clone(), draft));
            drafts
                .into_iter()
                .for_each(|(ticket, draft)| self.record(&ticket, draft));
        }
        self.finder.remember(ticket.id());
        self.follow(before.header(), ticket.header());
        Ok(Deeds {
            before: before.header().clone(),
            drafts: start..self.drafts.len(),
            repeats: None,
            next: super::time::next_due(self.around.rules, &ticket),
            ticket,
            events,
            remarks,
        })
    }

    /// Plans, decides and folds.
    fn decide(
        &mut self,
        step: &Step,
        by: &Handle,
        ticket: Ticket,
    ) -> Result<(Ticket, Vec<Event>, Vec<Remark>), DeskError> {
        let rules = self.around.rules;
        let map = rules.map(by, self.around.now);
        let keeper = Timekeeper {
            snapshot: self.around.snapshot,
            rules,
            now: self.around.now,
        };
        let before = ticket.clone();
        let mut remarks = Vec::new();
        let actions = match &step.deed {
            Deed::Time => {
                let (ticket, events) = keeper.pass(ticket, by, &mut self.entropy)?;
                let (ticket, events) = keeper.judge(&before, ticket, events)?;
                return Ok((ticket, events, remarks));
            }
            Deed::Request(request) => self.plan(request, map, &ticket, &mut remarks)?,
            Deed::Retract(events) => vec![Action::Retract {
                events: events.clone(),
                text: None,
            }],
            Deed::Adopt(adoption) => adoption.actions(),
            Deed::AssignAuto { text } => {
                let (to, why) = self.pick(ticket.header())?;
                let said = text.iter().map(|text| format!("\n\n{text}"));
                let text = Some(format!("picked: {why}{}", said.collect::<String>()));
                vec![Action::Assign { to, text }]
            }
        };
        let (mut ticket, mut events) = (ticket, Vec::new());
        // Words of one part of an action are the reason for all of it.
        let said = actions
            .iter()
            .any(|action| action.text().is_some_and(|text| !text.trim().is_empty()));
        for action in actions {
            if !matches!(step.deed, Deed::Adopt(_)) {
                gate::check(&map, &ticket, &action, said)?;
            }
            let mut context = Context {
                now: self.around.now,
                at: step.at.unwrap_or(self.around.now),
                actor: by,
                may_change_closed: gate::may_change_closed(&map)
                    || matches!(step.deed, Deed::Adopt(_)),
                reopen_within: self.around.rules.policy.lifecycle.reopen_within,
                draw: &mut self.entropy,
            };
            let made = decide(&ticket, &action, &mut context)?;
            ticket = evolve(ticket, made.clone());
            events.extend(made);
        }
        let (ticket, events) = keeper.judge(&before, ticket, events)?;
        Ok((ticket, events, remarks))
    }

    fn plan(
        &mut self,
        request: &Request,
        map: Map<'_>,
        ticket: &Ticket,
        remarks: &mut Vec<Remark>,
    ) -> Result<Vec<Action>, DeskError> {
        let rules = self.around.rules;
        let future = self.around.future;
        let finder = &mut self.finder;
        let mut find = |typed: &str| finder.find(typed);
        plan::actions(
            request,
            ticket,
            &mut Meaning {
                map,
                contacts: &rules.contacts,
                future,
                find: &mut find,
                remarks,
            },
        )
    }

    /// The requester of a duplicate is told what the other ticket's is told.
    fn told_to_other(
        &mut self,
        ticket: &Ticket,
        events: &[Event],
        by: &Handle,
        step: &Step,
    ) -> Result<Option<(Header, Ticket, Vec<Event>)>, DeskError> {
        let of = match &step.deed {
            Deed::Request(request) => match &**request {
                Request::Duplicate { of, .. } => of,
                _ => return Ok(None),
            },
            Deed::Time | Deed::Retract(_) | Deed::Adopt(_) | Deed::AssignAuto { .. } => {
                return Ok(None);
            }
        };
        if events.is_empty() {
            return Ok(None);
        }
        let other = self.finder.find(of)?;
        let other = self.ticket(&other)?;
        let header = ticket.header();
        let mut add = Lists {
            cc: header.cc.clone(),
            ..Lists::default()
        };
        add.cc.extend(header.requester.clone());
        add.cc
            .retain(|who| other.header().requester.as_ref() != Some(who));
        let change = Alteration {
            verb: Verb::Set,
            set: Patch::default(),
            add,
            del: Lists::default(),
            text: None,
        };
        let mut context = Context {
            now: self.around.now,
            at: step.at.unwrap_or(self.around.now),
            actor: by,
            may_change_closed: true,
            reopen_within: None,
            draw: &mut self.entropy,
        };
        let made = decide(&other, &Action::Change(Box::new(change)), &mut context)?;
        if made.is_empty() {
            return Ok(None);
        }
        Ok(Some((
            other.header().clone(),
            evolve(other, made.clone()),
            made,
        )))
    }

    /// A live ticket has the key already: the repeat is counted, and written
    /// down the first, tenth and hundredth time and then hourly, so that an
    /// alert that fires all night makes no thousand commits.
    fn repeat(&mut self, step: &Step, live: Ticket) -> Result<Deeds, DeskError> {
        let seen = (self.around.tally)(live.id())?.saturating_add(1);
        let written = live.header().repeats.unwrap_or(0);
        let passed = |mark: u32| written < mark && mark <= seen;
        let now = self.around.now;
        let hour_ago = live
            .active()
            .rfind(|event| event.did == Verb::Repeat)
            .is_none_or(|event| now.since(event.at) >= 3_600);
        let mut deeds = Deeds {
            before: live.header().clone(),
            drafts: self.drafts.len()..self.drafts.len(),
            repeats: Some(seen),
            next: super::time::next_due(self.around.rules, &live),
            ticket: live,
            events: Vec::new(),
            remarks: Vec::new(),
        };
        if passed(1) || passed(10) || passed(100) || (seen > 100 && hour_ago) {
            let by = step.by.as_ref().unwrap_or(self.around.me).clone();
            let mut context = Context {
                now,
                at: step.at.unwrap_or(now),
                actor: &by,
                may_change_closed: false,
                reopen_within: None,
                draw: &mut self.entropy,
            };
            let count = Action::Repeat { count: seen };
            deeds.events = decide(&deeds.ticket, &count, &mut context)?;
            deeds.ticket = evolve(deeds.ticket, deeds.events.clone());
            let (before, ticket, events) = (&deeds.before, &deeds.ticket, &deeds.events);
            let draft = self.draft(before, ticket, events, Expect::Head)?;
            self.record(ticket, draft);
            deeds.drafts.end = self.drafts.len();
        }
        Ok(deeds)
    }

    /// Notes who has more, and who less, from here on.
    fn follow(&mut self, before: &Header, after: &Header) {
        let place = |header: &Header| (header.assignee.clone(), header.status);
        if place(before) == place(after) {
            return;
        }
        match &mut self.loads {
            Some(loads) => loads.follow(before, after, self.around.now),
            None => self.moves.push((before.clone(), after.clone())),
        }
    }

    /// Puts a changed ticket on the bench, and its commit on the pile.
    fn record(&mut self, ticket: &Ticket, draft: Draft) {
        self.finder.touch(ticket);
        self.drafts.push(draft);
    }

    /// The commit of a change.
    fn draft(
        &self,
        before: &Header,
        ticket: &Ticket,
        events: &[Event],
        worktree: Expect,
    ) -> Result<Draft, DeskError> {
        let around = &self.around;
        let clerk = Clerk {
            recorder: around.recorder,
            roster: &around.rules.roster,
            now: around.now,
            utc_offset: around.utc_offset,
        };
        clerk.draft(before, ticket, events, worktree)
    }

    /// The ticket as the batch has it so far.
    pub(super) fn ticket(&self, id: &TicketId) -> Result<Ticket, DeskError> {
        if let Some(ticket) = self.finder.touched(id) {
            return Ok(ticket.clone());
        }
        if let Some(edited) = self.around.edited.get(id) {
            return Err(DeskError::EditedByHand {
                message: edited.message.clone(),
                hint: edited.hint.clone(),
            });
        }
        let stored =
            rules::stored(self.around.snapshot, id)?.ok_or_else(|| DeskError::NotFound {
                typed: id.to_string(),
            })?;
        if stored.is_newer() {
            return Err(DeskError::Newer {
                path: id.path(),
                schema: stored.schema,
            });
        }
        if stored.drift().is_some() {
            return Err(DeskError::NotAdopted { id: id.clone() });
        }
        Ok(stored.ticket)
    }

    /// An id that no ticket has.
    fn fresh_id(&mut self, opened: Timestamp) -> Result<TicketId, DeskError> {
        loop {
            let id = TicketId::new(opened, &mut self.entropy);
            let taken = self.finder.touched(&id).is_some()
                || self.around.snapshot.blob(&id.path())?.is_some();
            if !taken {
                return Ok(id);
            }
        }
    }

    /// `if` of `apply`: every named field has the value that is asked for.
    fn check_condition(&self, step: &Step, ticket: &Ticket) -> Result<(), DeskError> {
        for (field, wanted) in &step.condition {
            let entries = ticket.header().entries();
            let found = entries
                .iter()
                .find(|(name, _)| name == field)
                .map(|(_, scalar)| &scalar.text);
            if !crate::ticket::header::FIELDS.contains(&field.as_str()) && !field.starts_with("x-")
            {
                return Err(crate::ticket::header::BadField::Unknown(field.clone()).into());
            }
            if found != wanted.as_ref() {
                let word =
                    |value: Option<&String>| value.map_or("empty", String::as_str).to_owned();
                return Err(DeskError::Condition {
                    id: ticket.id().clone(),
                    field: field.clone(),
                    found: word(found),
                    wanted: word(wanted.as_ref()),
                });
            }
        }
        Ok(())
    }
}

impl Adoption {
    /// Removed events are taken back; the edit of the header becomes an event.
    fn actions(&self) -> Vec<Action> {
        let (set, add, del) = self.edit.clone();
        let mut actions = Vec::new();
        let mut text = None;
        if !self.removed.is_empty() {
            text = Some(format!(
                "restored {} removed events and took them back",
                self.removed.len()
            ));
            actions.push(Action::Retract {
                events: self.removed.clone(),
                text: None,
            });
        }
        actions.push(Action::Change(Box::new(Alteration {
            verb: Verb::Adopt,
            set,
            add,
            del,
            text,
        })));
        actions
    }
}
