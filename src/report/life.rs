//! What one ticket's timeline says, read once, for every metric that asks.

pub mod kept;

use crate::ticket::words::{Kind, LinkKind, Status, Verb};
use crate::ticket::{Change, Event, Handle, Level, Priority, Ticket, TicketId, Timestamp};

/// The life of a ticket as metrics see it. Retracted events never happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Life {
    /// The ticket.
    pub id: TicketId,
    /// Its title: text by strangers.
    pub title: String,
    /// Where it stands.
    pub status: Status,
    /// Its level now.
    pub level: Option<Level>,
    /// Its priority now.
    pub priority: Option<Priority>,
    /// Who works on it now.
    pub assignee: Option<Handle>,
    /// When it was opened.
    pub opened: Timestamp,
    /// Why it is in no metric; `None` if it counts.
    pub left_out: Option<LeftOut>,
    /// The highest level that it ever lay at.
    pub highest: Option<Level>,
    /// Whether it was ever escalated functionally: to a level, a team or a
    /// person with the skill (DOMAIN.md section 4). Asking a lead for attention
    /// (hierarchical) or calling a vendor (external) is not.
    pub escalated: bool,
    /// Whether such an escalation gave it to somebody else. One that a person
    /// makes to themselves, because they hold both levels, hands nothing over.
    pub handed_over: bool,
    /// Every time it was resolved, in order.
    pub resolutions: Vec<Resolution>,
    /// Whether it ever went back to live after being resolved or closed.
    pub reopened: bool,
}

/// One time that a ticket was resolved.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Resolution {
    /// When.
    pub at: Timestamp,
    /// The level it then lay at.
    pub level: Option<Level>,
    /// Whether it was reopened after that, at any time since.
    pub reopened: bool,
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

impl Life {
    /// Reads the timeline once. Only what metrics need is followed, without
    /// copies of the header, since reports read every event of a desk.
    #[must_use]
    pub fn of(ticket: &Ticket) -> Self {
        let header = ticket.header();
        let mut life = Self {
            id: ticket.id().clone(),
            title: ticket.title().to_owned(),
            status: ticket.status(),
            level: header.level,
            priority: header.priority,
            assignee: header.assignee.clone(),
            opened: ticket.opened(),
            left_out: left_out(ticket),
            highest: None,
            escalated: false,
            handed_over: false,
            resolutions: Vec::new(),
            reopened: false,
        };
        let mut state = State {
            status: Status::New,
            level: None,
            assignee: None,
        };
        for event in ticket.active() {
            let was_over = matches!(state.status, Status::Resolved | Status::Closed);
            state.follow(event);
            life.take_in(event, was_over, &state);
        }
        life
    }

    fn take_in(&mut self, event: &Event, was_over: bool, state: &State<'_>) {
        self.highest = self.highest.max(state.level);
        if was_over && state.status.is_live() {
            self.reopened = true;
            for resolution in &mut self.resolutions {
                resolution.reopened = true;
            }
        }
        if event.set.status.value() == Some(&Status::Resolved) {
            self.resolutions.push(Resolution {
                at: event.at,
                level: state.level,
                reopened: false,
            });
        }
        if is_functional(event, state) {
            self.escalated = true;
            let kept = state.status == Status::InProgress && state.assignee == Some(&event.by);
            self.handed_over |= !kept;
        }
    }

    /// The last resolution, if it stands: the ticket is resolved or closed now.
    /// Agrees with [`Ticket::resolved`].
    #[must_use]
    pub fn resolved(&self) -> Option<Resolution> {
        let over = matches!(self.status, Status::Resolved | Status::Closed);
        self.resolutions.last().copied().filter(|_| over)
    }
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

/// The part of the header that is followed through a timeline.
struct State<'a> {
    status: Status,
    level: Option<Level>,
    assignee: Option<&'a Handle>,
}

impl<'a> State<'a> {
    fn follow(&mut self, event: &'a Event) {
        match event.set.status {
            Change::Keep => {}
            Change::Clear => self.status = Status::New,
            Change::To(status) => self.status = status,
        }
        match event.set.level {
            Change::Keep => {}
            Change::Clear => self.level = None,
            Change::To(level) => self.level = Some(level),
        }
        match &event.set.assignee {
            Change::Keep => {}
            Change::Clear => self.assignee = None,
            Change::To(assignee) => self.assignee = Some(assignee),
        }
    }
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
mod tests {
    use super::*;
    use crate::report::story::{
        Story, ask_attention_of, call_vendor, close, escalate_to, escalate_to_person, hold, reopen,
        resolve,
    };
    use crate::ticket::Action;
    use crate::ticket::value::Value;

    const ID: &str = "261123-k7f3q2";

    fn opened() -> Story {
        Story::open(
            ID,
            "2026-11-23T09:00:00Z",
            &[("level", "1"), ("team", "frontline")],
        )
    }

    /// Highest level, escalated, handed over, resolutions, reopened.
    fn told(story: Story) -> (u8, bool, bool, usize, bool) {
        let ticket = story.end();
        let life = Life::of(&ticket);
        (
            life.highest.map_or(0, Level::number),
            life.escalated,
            life.handed_over,
            life.resolutions.len(),
            life.reopened,
        )
    }

    #[test]
    fn only_a_functional_escalation_is_an_escalation() {
        let at = "2026-11-23T09:30:00Z";
        let lena = |action| opened().then(at, "lena", action);
        assert_eq!(told(opened()), (1, false, false, 0, false));
        assert_eq!(
            told(lena(ask_attention_of("ruth"))),
            (1, false, false, 0, false)
        );
        assert_eq!(told(lena(call_vendor())), (4, false, false, 0, false));
        assert_eq!(
            told(lena(escalate_to("2", "desktop"))),
            (2, true, true, 0, false)
        );
        assert_eq!(
            told(lena(escalate_to_person("2", "marco"))),
            (2, true, true, 0, false)
        );
        // The second to the vendor changes nothing but words.
        let again = lena(call_vendor()).then("2026-11-23T09:40:00Z", "lena", call_vendor());
        assert_eq!(told(again), (4, false, false, 0, false));
    }

    #[test]
    fn escalating_to_oneself_hands_nothing_over() {
        let story = opened()
            .then("2026-11-23T09:10:00Z", "lena", Action::Take)
            .then(
                "2026-11-23T09:20:00Z",
                "lena",
                escalate_to_person("2", "lena"),
            );
        assert_eq!(told(story), (2, true, false, 0, false));
    }

    #[test]
    fn a_pending_ticket_that_is_escalated_leaves_pending() {
        let story = opened()
            .then("2026-11-23T09:10:00Z", "lena", hold("requester", None))
            .then("2026-11-23T09:20:00Z", "lena", escalate_to("3", "network"));
        assert_eq!(told(story), (3, true, true, 0, false));
    }

    #[test]
    fn what_is_retracted_never_happened() {
        let story = opened().then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"));
        let ticket = story.end();
        let escalation = ticket.timeline()[1].e.clone();
        let story = opened()
            .then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"))
            .then(
                "2026-11-23T09:21:00Z",
                "lena",
                Action::Retract {
                    events: vec![escalation],
                    text: None,
                },
            );
        assert_eq!(told(story), (1, false, false, 0, false));
    }

    #[test]
    fn each_resolution_knows_whether_it_held() {
        let ticket = opened()
            .then("2026-11-23T10:00:00Z", "lena", resolve())
            .then("2026-11-23T10:30:00Z", "lena", close())
            .then("2026-11-24T08:00:00Z", "lena", reopen())
            .then("2026-11-24T09:00:00Z", "lena", escalate_to("2", "desktop"))
            .then("2026-11-24T12:00:00Z", "marco", resolve())
            .end();
        let life = Life::of(&ticket);
        let held: Vec<_> = life
            .resolutions
            .iter()
            .map(|one| (one.at.text(), one.level.map(Level::number), one.reopened))
            .collect();
        assert_eq!(
            held,
            [
                ("2026-11-23T10:00:00Z".to_owned(), Some(1), true),
                ("2026-11-24T12:00:00Z".to_owned(), Some(2), false),
            ]
        );
        assert_eq!(life.resolved().map(|one| one.at), ticket.resolved());
    }

    #[test]
    fn a_reopened_ticket_is_not_resolved() {
        let ticket = opened()
            .then("2026-11-23T10:00:00Z", "lena", resolve())
            .then("2026-11-23T11:00:00Z", "lena", reopen())
            .end();
        assert_eq!(Life::of(&ticket).resolved(), None);
        assert!(Life::of(&ticket).reopened);
    }

    #[test]
    fn problems_and_what_was_withdrawn_are_left_out() {
        let cancel = Action::Cancel {
            text: "spam".into(),
        };
        let copy = Action::Duplicate {
            of: crate::ticket::TicketId::parse("261122-aaaaaa").unwrap(),
            text: None,
        };
        let at = "2026-11-23T10:00:00Z";
        let opening = opened().end().timeline()[0].e.clone();
        let undo = Action::Retract {
            events: vec![opening],
            text: None,
        };
        for (story, expected) in [
            (opened(), None),
            (opened().then(at, "lena", cancel), Some(LeftOut::Cancelled)),
            (opened().then(at, "lena", copy), Some(LeftOut::Duplicate)),
            (opened().then(at, "lena", undo), Some(LeftOut::Void)),
            (
                Story::open(ID, at, &[("kind", "problem")]),
                Some(LeftOut::Problem),
            ),
            (Story::open(ID, at, &[("kind", "request")]), None),
        ] {
            assert_eq!(Life::of(&story.end()).left_out, expected);
        }
    }
}
