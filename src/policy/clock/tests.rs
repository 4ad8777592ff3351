//! The vectors of DOMAIN.md section 5, by name.

use super::*;
use crate::policy::people::{PersonEntry, RosterFile};
use crate::policy::rules::PolicyFile;
use crate::ticket::value::Value;
use crate::ticket::{
    Action, Alteration, Context, Draw, Lists, Name, Opening, Patch, Target as Place, Ticket,
    TicketId, Timestamp, Verb, decide, decide::blank, evolve,
};
use serde_json::{Value as Json, json};

mod naive;
mod stops;
mod vectors;

/// A policy of these sections, in London unless they say otherwise.
pub(super) fn policy(sections: &Json) -> Policy {
    let mut file = json!({
        "format": 1,
        "zone": "Europe/London",
        "calendars": {"office": {"week": {"mon-fri": "09:00-17:00"}}},
        "levels": {"1": {"name": "front line", "team": "frontline"}, "2": {"name": "technical", "team": "desktop"}},
        "teams": {"frontline": {"level": 1}, "desktop": {"level": 2}},
        "pauses": ["requester"],
    });
    for (key, section) in sections.as_object().unwrap() {
        file[key] = section.clone();
    }
    let file: PolicyFile = serde_json::from_value(file).unwrap();
    let (policy, faults) = Policy::understand(&file);
    assert_eq!(faults, [], "{file:?}");
    policy
}

/// lena and tim of the front line, marco of desktop, and a robot.
pub(super) fn roster(policy: &Policy) -> Roster {
    let person = |team: &str, role: &str| PersonEntry {
        teams: vec![team.to_owned()],
        roles: [role.to_owned()].into(),
        ..PersonEntry::default()
    };
    let people = [
        ("lena", person("frontline", "technician")),
        ("tim", person("frontline", "technician")),
        ("marco", person("desktop", "technician")),
        ("robot", person("frontline", AUTOMATION)),
    ];
    let people = people.map(|(who, entry)| (who.to_owned(), entry)).into();
    Roster::new(&RosterFile { format: 1, people }, policy).unwrap()
}

pub(super) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

struct Count(u64);

impl Draw for Count {
    fn draw(&mut self) -> u64 {
        self.0 += 1;
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15)
    }
}

/// A ticket that lives through a story.
pub(super) struct Story {
    ticket: Ticket,
    draw: Count,
}

impl Story {
    /// Opened by mail with these fields, P2.
    pub(super) fn opened(at: &str, by: &str, fields: &[(&str, &str)]) -> Self {
        Self::opened_at(time(at), by, fields)
    }

    pub(super) fn opened_at(at: Timestamp, by: &str, fields: &[(&str, &str)]) -> Self {
        let mut opening = Opening::default();
        let usual = [
            ("title", "VPN drops"),
            ("priority", "P2"),
            ("level", "1"),
            ("team", "frontline"),
            ("requester", "alice@example.com"),
            ("via", "mail"),
        ];
        for (field, value) in usual.iter().chain(fields) {
            opening.set.put(field, Some(value)).unwrap();
        }
        let story = Self {
            ticket: blank(TicketId::parse("260101-aaaaaa").unwrap()),
            draw: Count(0),
        };
        story.did(at, by, Action::Open(Box::new(opening)))
    }

    pub(super) fn then(self, at: &str, by: &str, action: Action) -> Self {
        self.did(time(at), by, action)
    }

    pub(super) fn did(mut self, at: Timestamp, by: &str, action: Action) -> Self {
        let by = Handle::parse(by).unwrap();
        let mut context = Context {
            now: at,
            at,
            actor: &by,
            may_change_closed: true,
            reopen_within: None,
            draw: &mut self.draw,
        };
        let events = decide(&self.ticket, &action, &mut context).unwrap();
        Self {
            ticket: evolve(self.ticket, events),
            ..self
        }
    }

    pub(super) fn end(self) -> Ticket {
        self.ticket
    }
}

pub(super) fn hold(cause: &str) -> Action {
    Action::Hold {
        cause: Name::parse(cause).unwrap(),
        until: None,
        reference: None,
        text: None,
    }
}

pub(super) fn resume() -> Action {
    Action::Resume { text: None }
}

pub(super) fn resolve() -> Action {
    Action::Resolve {
        text: "new driver".into(),
        code: None,
        could_be: None,
    }
}

pub(super) fn reopen() -> Action {
    Action::Reopen {
        text: "again".into(),
    }
}

pub(super) fn reply() -> Action {
    Action::Reply {
        text: "we look into it".into(),
    }
}

pub(super) fn answer() -> Action {
    Action::Answer {
        text: "still broken".into(),
    }
}

pub(super) fn give(who: &str, team: &str) -> Action {
    Action::Assign {
        to: Place::Person {
            who: Handle::parse(who).unwrap(),
            team: Name::parse(team).ok(),
            level: None,
        },
        text: None,
    }
}

pub(super) fn queue(team: &str, level: &str) -> Action {
    Action::Assign {
        to: Place::Queue {
            team: Name::parse(team).ok(),
            level: Value::parse(level).ok(),
        },
        text: None,
    }
}

pub(super) fn set(field: &str, value: &str) -> Action {
    let mut set = Patch::default();
    set.put(field, Some(value)).unwrap();
    Action::Change(Box::new(Alteration {
        verb: Verb::Set,
        set,
        add: Lists::default(),
        del: Lists::default(),
        text: None,
    }))
}

/// The last run of a clock, with what it goes by.
pub(super) fn with_run<T>(
    policy: &Policy,
    ticket: &Ticket,
    clock: Clock,
    look: impl FnOnce(Option<&Run<'_>>) -> T,
) -> T {
    let roster = roster(policy);
    let rules = Rules {
        policy,
        roster: &roster,
    };
    let runs = rules.runs(ticket);
    look(runs.iter().rfind(|run| run.clock == clock))
}
