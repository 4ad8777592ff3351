//! Tickets for tests, made the way real ones are: through `decide`.

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
            "lena",
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

pub(crate) fn reopen() -> Action {
    Action::Reopen {
        text: "it is back".into(),
    }
}

pub(crate) fn close() -> Action {
    Action::Close { text: None }
}
