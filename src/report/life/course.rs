//! The course of a ticket: where it lay from when to when, how hand-overs
//! fared, when it was resolved. It follows from the timeline alone.

use super::text;
use crate::ticket::{Change, Event, Level, Status, Ticket, Timestamp, Verb};
use std::borrow::Borrow;

/// The course of a ticket. Retracted events never happened; the others count in
/// the order in which they happened (those of one second in the timeline's
/// order), as they do for clocks.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Course<'a> {
    /// Where it lay, one after the other; the last one goes on. Never empty for
    /// a ticket that was opened.
    pub stays: Vec<Stay<'a>>,
    /// Every hand-over, in order.
    pub hand_overs: Vec<HandOver<'a>>,
    /// Every time that it was resolved, in order.
    pub resolutions: Vec<Resolution<'a>>,
    /// Every time that it went back to live after being resolved or closed.
    pub reopenings: Vec<Timestamp>,
    /// What the log of another system calls what happened, where it came from
    /// one. Text by strangers.
    pub activities: Vec<&'a str>,
}

/// A stretch in which a ticket lay in one place.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Stay<'a> {
    /// From when; up to the next one's.
    pub from: Timestamp,
    /// Its status.
    pub status: Status,
    /// What it waited for, while pending.
    pub cause: Option<&'a str>,
    /// The vendor that had it, while pending.
    pub vendor: Option<&'a str>,
    /// The level and the team that had it.
    pub place: Place<'a>,
    /// Who was to work on it.
    pub assignee: Option<&'a str>,
}

/// The level and the team that have a ticket.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Place<'a> {
    /// The level; none on a desk without levels.
    pub level: Option<Level>,
    /// The team; none where nobody named one.
    pub team: Option<&'a str>,
}

/// An escalation to a level, a team or a person with the skill (functional,
/// DOMAIN.md section 4), or an assignment to another team. Asking a lead for
/// attention (hierarchical) or calling a vendor (external) moves nothing.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct HandOver<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: &'a str,
    /// Whether it was an escalation.
    pub escalation: bool,
    /// Where it came from.
    pub from: Place<'a>,
    /// Where it went to.
    pub to: Place<'a>,
    /// Whether who made it kept the ticket, because they hold both levels: then
    /// nothing was handed over.
    pub kept: bool,
    /// Whether it went on although something was missing.
    pub overridden: bool,
    /// What became of it.
    pub fate: Fate<'a>,
    /// Who settled that, and when; none while nobody has.
    pub answer: Option<Answer<'a>>,
}

/// Who answered a hand-over, and when.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Answer<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: &'a str,
}

/// What became of a hand-over.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Fate<'a> {
    /// Nobody there has answered, or it went elsewhere before.
    Waiting,
    /// Somebody there took it up.
    Accepted,
    /// It was declined, for that reason.
    Declined(&'a str),
    /// It was taken up and given back, for that reason.
    HandedBack(&'a str),
}

/// One time that a ticket was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution<'a> {
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: &'a str,
    /// Where it then lay.
    pub place: Place<'a>,
    /// When it was first reopened after that.
    pub reopened: Option<Timestamp>,
}

impl<'a> Answer<'a> {
    fn of(event: &'a Event) -> Self {
        Self {
            at: event.at,
            by: event.by.as_str(),
        }
    }
}

impl<'a> Course<'a> {
    /// Reads the timeline once, without copies of the header: reports read
    /// every event of a desk.
    #[must_use]
    pub fn of(ticket: &'a Ticket) -> Self {
        let mut events: Vec<&'a Event> = ticket.active().collect();
        events.sort_by_key(|event| event.at);
        let mut course = Self::default();
        let mut state = State::default();
        for event in &events {
            let before = state;
            state.follow(event);
            course.take_in(event, &before, &state);
        }
        // Merged and corrected: from the last event on, the ticket's own state
        // holds, as it does for clocks.
        if let Some(last) = events.last() {
            course.enter(last.at, &State::of(ticket));
        }
        course
    }

    fn take_in(&mut self, event: &'a Event, before: &State<'a>, after: &State<'a>) {
        self.enter(event.at, after);
        self.answer(event, after);
        self.activities.extend(event.details.activity.as_deref());
        if matches!(before.status, Status::Resolved | Status::Closed) && after.status.is_live() {
            self.reopenings.push(event.at);
            for resolution in &mut self.resolutions {
                resolution.reopened.get_or_insert(event.at);
            }
        }
        let solved = match event.set.status.value() {
            Some(Status::Resolved) => true,
            // Other systems close without resolving first.
            Some(Status::Closed) => before.status.is_live(),
            _ => false,
        };
        if solved {
            self.resolutions.push(Resolution {
                at: event.at,
                by: event.by.as_str(),
                place: after.place(),
                reopened: None,
            });
        }
        let escalation = is_functional(event, after);
        let moved = event.did == Verb::Assign && before.team.is_some() && before.team != after.team;
        if escalation || moved {
            let kept =
                after.status == Status::InProgress && after.assignee == Some(event.by.as_str());
            let taken_up = is_taken_up(after.status);
            let fate = match taken_up {
                true => Fate::Accepted,
                false => Fate::Waiting,
            };
            self.hand_overs.push(HandOver {
                at: event.at,
                by: event.by.as_str(),
                escalation,
                from: before.place(),
                to: after.place(),
                kept,
                overridden: event.details.overridden.is_some(),
                fate,
                answer: taken_up.then(|| Answer::of(event)),
            });
        }
    }

    fn enter(&mut self, at: Timestamp, state: &State<'a>) {
        let stay = Stay {
            from: at,
            status: state.status,
            cause: state.cause.filter(|_| state.status == Status::Pending),
            vendor: state.vendor.filter(|_| state.status == Status::Pending),
            place: state.place(),
            assignee: state.assignee,
        };
        let same = |last: &Stay<'_>| {
            Stay {
                from: last.from,
                ..stay
            } == *last
        };
        if !self.stays.last().is_some_and(same) {
            self.stays.push(stay);
        }
    }

    /// What an event says of the last hand-over.
    fn answer(&mut self, event: &'a Event, after: &State<'a>) {
        let Some(last) = self.hand_overs.last_mut() else {
            return;
        };
        let reason = || event.text.as_deref().unwrap_or_default();
        last.fate = match (&last.fate, event.did) {
            (Fate::Waiting, Verb::Decline) => Fate::Declined(reason()),
            (Fate::Waiting | Fate::Accepted, Verb::HandBack) => Fate::HandedBack(reason()),
            (Fate::Waiting, _) if after.team == last.to.team && is_taken_up(after.status) => {
                Fate::Accepted
            }
            _ => return,
        };
        last.answer = Some(Answer::of(event));
    }

    /// The highest level that it ever lay at.
    #[must_use]
    pub fn highest(&self) -> Option<Level> {
        self.stays.iter().filter_map(|stay| stay.place.level).max()
    }

    /// Every escalation to a level, a team or a person with the skill.
    pub fn escalations(&self) -> impl Iterator<Item = &HandOver<'a>> {
        self.hand_overs.iter().filter(|one| one.escalation)
    }

    /// The teams that had it, repeats collapsed; what lay with no team is
    /// passed over. DOMAIN.md section 6, "hand-overs and ping-pong".
    #[must_use]
    pub fn teams(&self) -> Vec<&'a str> {
        let stays = self.stays.iter();
        let mut teams: Vec<&str> = stays.filter_map(|stay| stay.place.team).collect();
        teams.dedup();
        teams
    }

    /// The people who were to work on it, repeats collapsed.
    #[must_use]
    pub fn assignees(&self) -> Vec<&'a str> {
        let stays = self.stays.iter();
        let mut people: Vec<&str> = stays.filter_map(|stay| stay.assignee).collect();
        people.dedup();
        people
    }

    /// How often it went from a team to another and back: A → B → A on
    /// [`Course::teams`] is one bounce.
    #[must_use]
    pub fn bounces(&self) -> usize {
        let teams = self.teams();
        teams
            .windows(3)
            .filter(|three| three[0] == three[2])
            .count()
    }

    /// Where it lay at a moment; none before it was opened.
    #[must_use]
    pub fn at(&self, time: Timestamp) -> Option<&Stay<'a>> {
        self.stays.iter().rfind(|stay| stay.from <= time)
    }

    /// Each stay with its end: the next one's start, `until` for the last.
    /// Nothing lies beyond `until`.
    pub fn stretches(
        &self,
        until: Timestamp,
    ) -> impl Iterator<Item = (&Stay<'a>, Timestamp, Timestamp)> {
        let ends = self.stays.iter().skip(1).map(|next| next.from);
        self.stays
            .iter()
            .zip(ends.chain([until]))
            .map(move |(stay, to)| (stay, stay.from.min(until), to.min(until)))
    }
}

/// The part of the header that is followed.
#[derive(Debug, Clone, Copy)]
struct State<'a> {
    status: Status,
    cause: Option<&'a str>,
    vendor: Option<&'a str>,
    level: Option<Level>,
    team: Option<&'a str>,
    assignee: Option<&'a str>,
}

impl Default for State<'_> {
    fn default() -> Self {
        Self {
            status: Status::New,
            cause: None,
            vendor: None,
            level: None,
            team: None,
            assignee: None,
        }
    }
}

impl<'a> State<'a> {
    fn of(ticket: &'a Ticket) -> Self {
        let header = ticket.header();
        Self {
            status: ticket.status(),
            cause: text(&header.cause),
            vendor: text(&header.vendor),
            level: header.level,
            team: text(&header.team),
            assignee: text(&header.assignee),
        }
    }

    fn follow(&mut self, event: &'a Event) {
        let set = &event.set;
        self.status = match set.status {
            Change::Keep => self.status,
            Change::Clear => Status::New,
            Change::To(status) => status,
        };
        self.level = match set.level {
            Change::Keep => self.level,
            Change::Clear => None,
            Change::To(level) => Some(level),
        };
        follow(&mut self.cause, &set.cause);
        follow(&mut self.vendor, &set.vendor);
        follow(&mut self.team, &set.team);
        follow(&mut self.assignee, &set.assignee);
    }

    fn place(&self) -> Place<'a> {
        Place {
            level: self.level,
            team: self.team,
        }
    }
}

fn follow<'a, T: Borrow<str>>(now: &mut Option<&'a str>, change: &'a Change<T>) {
    match change {
        Change::Keep => {}
        Change::Clear => *now = None,
        Change::To(value) => *now = Some(value.borrow()),
    }
}

/// Whether somebody works on it, or has.
fn is_taken_up(status: Status) -> bool {
    matches!(
        status,
        Status::InProgress | Status::Pending | Status::Resolved
    )
}

/// Whether an escalation moved the ticket. A hierarchical one moves nothing,
/// and an external one leaves it pending.
fn is_functional(event: &Event, after: &State<'_>) -> bool {
    let set = &event.set;
    let moved = !(set.level.is_keep()
        && set.team.is_keep()
        && set.assignee.is_keep()
        && set.status.is_keep());
    event.did == Verb::Escalate && moved && after.status != Status::Pending
}

#[cfg(test)]
mod tests;
