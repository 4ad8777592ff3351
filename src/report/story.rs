//! Tickets for tests, made the way real ones are: through `decide`.

use crate::policy::clock::Rules;
use crate::policy::people::{PersonEntry, RosterFile};
use crate::policy::rules::PolicyFile;
use crate::policy::{Policy, Roster};
use crate::report::Life;
use crate::ticket::value::Value;
use crate::ticket::{
    Action, Context, Details, Draw, Handle, Level, Name, Opening, Patch, Target, Ticket, TicketId,
    Timestamp, decide, evolve,
};

/// A ticket in the making.
pub(crate) struct Story {
    ticket: Ticket,
    draw: Counter,
}

struct Counter(u64);

impl Draw for Counter {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7
    }
}

impl Story {
    /// Opened by `lena`; fields as in files.
    pub(crate) fn open(id: &str, at: &str, fields: &[(&str, &str)]) -> Self {
        Self::open_by("lena", id, at, fields)
    }

    /// Opened by somebody else.
    pub(crate) fn open_by(by: &str, id: &str, at: &str, fields: &[(&str, &str)]) -> Self {
        let mut set = Patch::default();
        for (name, value) in [("kind", "incident"), ("title", "VPN drops")]
            .iter()
            .chain(fields)
        {
            set.put(name, Some(value)).unwrap();
        }
        let id = TicketId::parse(id).unwrap();
        let story = Self {
            ticket: Ticket::fold(id, Vec::new()),
            draw: Counter(0),
        };
        story.then(
            at,
            by,
            Action::Open(Box::new(Opening {
                set,
                ..Opening::default()
            })),
        )
    }

    /// What happened next.
    pub(crate) fn then(mut self, at: &str, by: &str, action: Action) -> Self {
        let at = time(at);
        let actor = Handle::parse(by).unwrap();
        let mut context = Context {
            now: at,
            at,
            actor: &actor,
            may_change_closed: true,
            reopen_within: None,
            draw: &mut self.draw,
        };
        let events = decide(&self.ticket, &action, &mut context).unwrap();
        self.ticket = evolve(self.ticket, events);
        self
    }

    /// The ticket so far.
    pub(crate) fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// The ticket.
    pub(crate) fn end(self) -> Ticket {
        self.ticket
    }
}

pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn escalate_to(level: &str, team: &str) -> Action {
    Action::Escalate {
        to: Target::Queue {
            team: Name::parse(team).ok(),
            level: Level::parse(level).ok(),
        },
        text: "needs more rights".into(),
        details: Box::new(Details {
            tried: vec!["reinstalled the client".into()],
            ..Details::default()
        }),
    }
}

pub(crate) fn escalate_to_person(level: &str, who: &str) -> Action {
    Action::Escalate {
        to: Target::Person {
            who: Handle::parse(who).unwrap(),
            team: None,
            level: Level::parse(level).ok(),
        },
        text: "needs more rights".into(),
        details: Box::default(),
    }
}

pub(crate) fn ask_attention_of(who: &str) -> Action {
    Action::Escalate {
        to: Target::Attention(Handle::parse(who).unwrap()),
        text: "please look".into(),
        details: Box::default(),
    }
}

pub(crate) fn call_vendor() -> Action {
    Action::Escalate {
        to: Target::Vendor {
            level: Level::VENDOR,
            vendor: None,
            reference: None,
        },
        text: "broken board".into(),
        details: Box::default(),
    }
}

pub(crate) fn hold(cause: &str, until: Option<&str>) -> Action {
    Action::Hold {
        cause: Name::parse(cause).unwrap(),
        until: until.map(time),
        reference: None,
        text: None,
    }
}

pub(crate) fn resolve() -> Action {
    Action::Resolve {
        text: "updated the driver".into(),
        code: None,
        could_be: None,
        articles: Vec::new(),
    }
}

/// Resolved as something that `could_be` could have, with articles.
pub(crate) fn resolve_with(could_be: Option<&str>, articles: &[&str]) -> Action {
    Action::Resolve {
        text: "updated the driver".into(),
        code: None,
        could_be: could_be.map(|level| Level::parse(level).unwrap()),
        articles: articles
            .iter()
            .map(|name| Name::parse(name).unwrap())
            .collect(),
    }
}

pub(crate) fn reply() -> Action {
    Action::Reply {
        text: "we are on it".into(),
    }
}

pub(crate) fn reopen() -> Action {
    Action::Reopen {
        text: "it is back".into(),
    }
}

pub(crate) fn close() -> Action {
    Action::Close { text: None }
}

/// A desk that reports are made of: its policy, and the lives of its tickets;
/// lena and marco are its technicians.
pub(crate) struct Known {
    pub(crate) policy: Policy,
    pub(crate) lives: Vec<Life>,
}

impl Known {
    /// A policy as in files, and tickets.
    pub(crate) fn new(policy: &serde_json::Value, tickets: &[Ticket]) -> Self {
        let file: PolicyFile = serde_json::from_value(policy.clone()).unwrap();
        let (policy, faults) = Policy::understand(&file);
        assert_eq!(faults, [], "{file:?}");
        let person = |roles: &[&str]| PersonEntry {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..PersonEntry::default()
        };
        let people = [
            ("lena".to_owned(), person(&["technician"])),
            ("marco".to_owned(), person(&["technician"])),
        ];
        let file = RosterFile {
            format: 1,
            people: people.into(),
        };
        let roster = Roster::new(&file, &policy).unwrap();
        let rules = Rules {
            policy: &policy,
            roster: &roster,
        };
        let lives = tickets
            .iter()
            .map(|ticket| Life::of(ticket, rules))
            .collect();
        Self { policy, lives }
    }
}
