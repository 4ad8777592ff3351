//! What one ticket says, read once, for every metric that asks.
//!
//! - [`course`]: where it lay, how hand-overs fared, when it was resolved.
//! - [`clocks`]: what its clocks came to.
//! - [`conduct`]: what was done that somebody should look at.
//! - [`own`]: its own fields.
//! - [`kept`]: all that as bytes, for the cache.

pub mod clocks;
pub mod conduct;
pub mod course;
pub mod kept;
pub mod own;

pub use clocks::{Outcome, Timed};
pub use conduct::{Lapse, Sort};
pub use course::{Answer, Course, Fate, HandOver, Place, Resolution, Stay};
pub use own::Own;

use crate::policy::SWEEP;
use crate::policy::clock::{Before, Rules};
use crate::ticket::words::{Kind, LinkKind, Status, Verb};
use crate::ticket::{Header, Level, Line, Name, Priority, Rating, Ticket, Timestamp};
use std::borrow::Borrow;

/// The life of a ticket as metrics see it. Retracted events never happened.
/// What it *is* (status, level, category …) is what it is now; what *happened*
/// to it is dated. Its texts stay where they were read: in the ticket, or in the
/// bytes that were kept of it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life<'a> {
    /// The ticket.
    pub id: &'a str,
    /// Its title: text by strangers.
    pub title: &'a str,
    /// Incident or request; a problem is left out.
    pub kind: Option<Kind>,
    /// Where it stands.
    pub status: Status,
    /// Its level now.
    pub level: Option<Level>,
    /// Its priority now.
    pub priority: Option<Priority>,
    /// The team that has it now.
    pub team: Option<&'a str>,
    /// Who works on it now.
    pub assignee: Option<&'a str>,
    /// Who answers for it towards the requester.
    pub owner: Option<&'a str>,
    /// Who asked.
    pub requester: Option<&'a str>,
    /// What it concerns.
    pub category: Option<&'a str>,
    /// The customer organisation.
    pub customer: Option<&'a str>,
    /// The business unit.
    pub unit: Option<&'a str>,
    /// The service that is hit.
    pub service: Option<&'a str>,
    /// The equipment.
    pub asset: Option<&'a str>,
    /// The vendor that has it, or had it last.
    pub vendor: Option<&'a str>,
    /// How it came in.
    pub via: Option<&'a str>,
    /// How it was resolved, as a closure code.
    pub code: Option<&'a str>,
    /// The lowest level that could have resolved it.
    pub could_be: Option<Level>,
    /// How satisfied the requester was.
    pub rating: Option<Rating>,
    /// The articles that are linked.
    pub articles: Vec<&'a str>,
    /// Its names in other systems: a vendor's, a shop's.
    pub refs: Vec<&'a str>,
    /// When it was opened.
    pub opened: Timestamp,
    /// Whether whoever wanted it opened it: nobody of the roster, and no
    /// automation.
    pub opened_by_requester: bool,
    /// When something last happened.
    pub updated: Timestamp,
    /// When anything happened, in order; of several in one second, once.
    pub acts: Vec<Timestamp>,
    /// When somebody of the desk first answered: a public reply, or taking it
    /// up; as the respond clock has it (DOMAIN.md section 5).
    pub responded: Option<Timestamp>,
    /// When somebody of the desk first took it up.
    pub acknowledged: Option<Timestamp>,
    /// When the requester first wrote again.
    pub follow_up: Option<Timestamp>,
    /// Everybody of the desk who acted, in the order of their first act;
    /// automation is nobody.
    pub people: Vec<&'a str>,
    /// Public replies.
    pub replies: usize,
    /// Why it is in no metric; `None` if it counts.
    pub left_out: Option<LeftOut>,
    /// Where it lay, and what happened there.
    pub course: Course<'a>,
    /// Every run of its clocks.
    pub clocks: Vec<Timed<'a>>,
    /// What somebody should look at.
    pub lapses: Vec<Lapse<'a>>,
    /// Own fields, as they are now.
    pub own: Own<'a>,
}

/// Why a ticket is in no metric (DOMAIN.md section 6, "population").
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LeftOut {
    /// Its opening was taken back: it never was.
    Void,
    /// It tells again what another ticket tells.
    Duplicate,
    /// It was withdrawn, as spam is.
    Cancelled,
    /// It is a problem: the cause behind incidents.
    Problem,
}

impl<'a> Life<'a> {
    /// Reads the timeline.
    #[must_use]
    pub fn of(ticket: &'a Ticket, rules: Rules<'_>) -> Self {
        let header = ticket.header();
        let course = Course::of(ticket);
        let clocks = Timed::all(ticket, rules, &course);
        let opening = ticket.active().find(|event| event.did == Verb::Open);
        let mut life = Self {
            id: ticket.id().as_str(),
            title: ticket.title(),
            kind: header.kind,
            status: ticket.status(),
            level: header.level,
            priority: header.priority,
            team: text(&header.team),
            assignee: text(&header.assignee),
            owner: text(&header.owner),
            requester: text(&header.requester),
            category: text(&header.category),
            customer: text(&header.customer),
            unit: text(&header.unit),
            service: text(&header.service),
            asset: text(&header.asset),
            vendor: text(&header.vendor),
            via: text(&header.via),
            code: text(&header.code),
            could_be: header.could_be,
            rating: header.rating,
            articles: header.articles.iter().map(Name::as_str).collect(),
            refs: header.refs.iter().map(Line::as_str).collect(),
            opened: ticket.opened(),
            opened_by_requester: opening.is_some_and(|event| {
                let by = &event.by;
                let known = rules.roster.get(by.as_str()).is_some();
                !known && by.as_str() != SWEEP && !rules.is_technician(by, header)
            }),
            updated: ticket.updated(),
            acts: Vec::new(),
            responded: None,
            acknowledged: None,
            follow_up: None,
            people: Vec::new(),
            replies: 0,
            left_out: left_out(ticket),
            lapses: conduct::lapses(ticket, rules, &clocks),
            course,
            clocks,
            own: Own::of(header),
        };
        life.follow(ticket, rules);
        life
    }

    /// Who acted when.
    fn follow(&mut self, ticket: &'a Ticket, rules: Rules<'_>) {
        let mut events: Vec<_> = ticket.active().collect();
        events.sort_by_key(|event| event.at);
        let mut state = Header::default();
        for event in events {
            let before = Before::of(&state);
            state.apply(&event.set, &event.add, &event.del);
            if let Some(vendor) = event.set.vendor.value() {
                self.vendor = Some(vendor.as_str());
            }
            if self.acts.last() != Some(&event.at) {
                self.acts.push(event.at);
            }
            if event.did == Verb::Answer {
                self.follow_up.get_or_insert(event.at);
            }
            if !rules.is_technician(&event.by, &state) {
                continue;
            }
            if !self.people.contains(&event.by.as_str()) {
                self.people.push(event.by.as_str());
            }
            self.replies += usize::from(event.did == Verb::Reply);
            if before.is_answered_by(event, &state) {
                self.responded.get_or_insert(event.at);
            }
            if before.is_taken_up(&state) {
                self.acknowledged.get_or_insert(event.at);
            }
        }
    }

    /// When something last happened by then.
    #[must_use]
    pub fn updated_by(&self, then: Timestamp) -> Option<Timestamp> {
        self.acts.iter().rfind(|at| **at <= then).copied()
    }

    /// The last resolution, if it stands: the ticket is resolved or closed now.
    /// Agrees with [`Ticket::resolved`].
    #[must_use]
    pub fn resolved(&self) -> Option<&Resolution<'a>> {
        let over = matches!(self.status, Status::Resolved | Status::Closed);
        self.course.resolutions.last().filter(|_| over)
    }
}

/// The text of a field, if it has one.
fn text<T: Borrow<str>>(value: &Option<T>) -> Option<&str> {
    value.as_ref().map(Borrow::borrow)
}

pub(super) fn left_out(ticket: &Ticket) -> Option<LeftOut> {
    let header = ticket.header();
    let is_copy = |kind| kind == LinkKind::DuplicateOf;
    if ticket.is_void() {
        Some(LeftOut::Void)
    } else if header.links.iter().any(|link| is_copy(link.kind)) {
        Some(LeftOut::Duplicate)
    } else if ticket.status() == Status::Cancelled {
        Some(LeftOut::Cancelled)
    } else if header.kind == Some(Kind::Problem) {
        Some(LeftOut::Problem)
    } else {
        None
    }
}

#[cfg(test)]
mod tests;
