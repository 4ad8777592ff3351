//! The table of DOMAIN.md section 4, written down a second time.

use crate::desk::{START, ask, handle, id, level, name};
use tierdesk::ticket::{
    Action, Alteration, Change, Details, Event, EventId, Handle, Header, Lists, Patch, Refusal,
    Signal, Status, Target, Ticket, TicketId, Timestamp, Verb, value::Value,
};

const LIVE: &[Status] = &[
    Status::New,
    Status::Queued,
    Status::Assigned,
    Status::InProgress,
    Status::Pending,
];

/// Where the table allows a verb.
pub(crate) fn allowed_in(verb: Verb) -> &'static [Status] {
    match verb {
        Verb::Open => &[],
        Verb::Assign
        | Verb::Take
        | Verb::Accept
        | Verb::Escalate
        | Verb::Hold
        | Verb::Resolve
        | Verb::Cancel
        | Verb::Duplicate
        | Verb::Call
        | Verb::Join
        | Verb::Pass
        | Verb::Leave => LIVE,
        Verb::Decline | Verb::HandBack => &[
            Status::New,
            Status::Queued,
            Status::Assigned,
            Status::InProgress,
        ],
        Verb::Resume => &[Status::Pending],
        Verb::Close => &[Status::Resolved],
        Verb::Reopen => &[Status::Resolved, Status::Closed],
        Verb::Note
        | Verb::Reply
        | Verb::Answer
        | Verb::Set
        | Verb::Tag
        | Verb::Link
        | Verb::Repeat
        | Verb::Retract
        | Verb::Adopt
        | Verb::Warn
        | Verb::Breach
        | Verb::Notify
        | Verb::Rejudge
        | Verb::Other => Status::ALL,
    }
}

/// What the table says a ticket becomes, and `None` for retractions, of which
/// it does not speak. `header` is what it was.
pub(crate) fn becomes(header: &Header, action: &Action, actor: &Handle) -> Option<Status> {
    let was = header.status.unwrap_or(Status::New);
    let resumed = if header.assignee.is_some() {
        Status::InProgress
    } else {
        Status::Queued
    };
    let given_to = |who: &Handle| {
        let has_it = was == Status::InProgress && header.assignee.as_ref() == Some(who);
        if who == actor || has_it {
            Status::InProgress
        } else {
            Status::Assigned
        }
    };
    Some(match action {
        Action::Open(opening) => match &opening.to {
            Some(Target::Person { who, .. }) => given_to(who),
            Some(Target::Vendor { .. }) => Status::Pending,
            None | Some(Target::Queue { .. } | Target::Attention(_)) => Status::New,
        },
        Action::Assign { to, .. } => match to {
            Target::Attention(_) => was,
            Target::Vendor { .. } => Status::Pending,
            _ if was == Status::Pending => Status::Pending,
            Target::Queue { .. } => Status::Queued,
            Target::Person { who, .. } => given_to(who),
        },
        Action::Take | Action::Accept => Status::InProgress,
        Action::Escalate { to, .. } => match to {
            Target::Queue { .. } => Status::Queued,
            Target::Person { who, .. } => given_to(who),
            Target::Vendor { .. } => Status::Pending,
            Target::Attention(_) => was,
        },
        // Back where it came from: the caller knows more.
        Action::Decline { .. } | Action::HandBack { .. } => return None,
        Action::Hold { .. } => Status::Pending,
        Action::Resume { .. } | Action::Reopen { .. } => resumed,
        Action::Answer { .. } => {
            let asked = header
                .cause
                .as_ref()
                .is_some_and(|cause| cause == "requester");
            if was == Status::Pending && asked {
                resumed
            } else {
                was
            }
        }
        Action::Resolve { .. } => Status::Resolved,
        Action::Close { .. } => Status::Closed,
        Action::Cancel { .. } | Action::Duplicate { .. } => Status::Cancelled,
        Action::Change(change) => match change.set.status {
            Change::To(status) => status,
            Change::Clear => Status::New,
            Change::Keep => was,
        },
        Action::Note { .. } | Action::Reply { .. } | Action::Repeat { .. } | Action::Signal(_) => {
            was
        }
        Action::Retract { .. } => return None,
    })
}

/// A well-formed action for a verb: only the status can be in its way.
fn sample(verb: Verb) -> Option<Action> {
    let text = || "because".to_owned();
    let to = || Target::Person {
        who: handle("nina"),
        team: Some(name("network")),
        level: Some(level(3)),
    };
    let mut set = Patch::default();
    let mut add = Lists::default();
    match verb {
        Verb::Set => set.put("title", Some("another")).unwrap(),
        Verb::Tag => add.put("tags", "vip").unwrap(),
        Verb::Link => add.put("links", "related 261123-000000").unwrap(),
        Verb::Adopt => set.put("team", Some("network")).unwrap(),
        _ => {}
    }
    Some(match verb {
        Verb::Open | Verb::Call | Verb::Join | Verb::Pass | Verb::Leave | Verb::Other => {
            return None;
        }
        Verb::Warn | Verb::Breach | Verb::Notify | Verb::Rejudge => {
            Action::Signal(Box::new(Signal {
                verb,
                attention: [handle("nina")].into(),
                text: Some(text()),
                details: Details::default(),
                of: None,
            }))
        }
        Verb::Assign => Action::Assign {
            to: to(),
            text: None,
        },
        Verb::Take => Action::Take,
        Verb::Accept => Action::Accept,
        Verb::Escalate => Action::Escalate {
            to: to(),
            text: text(),
            tried: Vec::new(),
        },
        Verb::Decline => Action::Decline { text: text() },
        Verb::HandBack => Action::HandBack { text: text() },
        Verb::Hold => Action::Hold {
            cause: name("parts"),
            until: None,
            reference: None,
            text: None,
        },
        Verb::Resume => Action::Resume { text: None },
        Verb::Note => Action::Note { text: text() },
        Verb::Reply => Action::Reply { text: text() },
        Verb::Answer => Action::Answer { text: text() },
        Verb::Resolve => Action::Resolve {
            text: text(),
            code: None,
            could_be: None,
        },
        Verb::Close => Action::Close { text: None },
        Verb::Reopen => Action::Reopen { text: text() },
        Verb::Cancel => Action::Cancel { text: text() },
        Verb::Duplicate => Action::Duplicate {
            of: TicketId::parse("261123-000000").unwrap(),
            text: None,
        },
        Verb::Set | Verb::Tag | Verb::Link | Verb::Adopt => Action::Change(Box::new(Alteration {
            verb,
            set,
            add,
            del: Lists::default(),
            text: None,
        })),
        Verb::Repeat => Action::Repeat { count: 2 },
        Verb::Retract => Action::Retract {
            events: vec![EventId::parse("bbbbb").unwrap()],
            text: None,
        },
    })
}

/// A ticket that was handed over once, and then came to this status.
fn ticket_in(status: Status) -> Ticket {
    let event = |e: &str, n: u32, did: Verb, fields: &[(&str, &str)]| {
        let mut set = Patch::default();
        for (field, value) in fields {
            set.put(field, Some(value)).unwrap();
        }
        Event {
            e: EventId::parse(e).unwrap(),
            n,
            at: Timestamp::from_unix(START),
            recorded: None,
            by: handle("lena"),
            did,
            of: None,
            set,
            was: Patch::default(),
            add: Lists::default(),
            del: Lists::default(),
            text: None,
            details: Details::default(),
        }
    };
    let place = [
        ("title", "a"),
        ("kind", "incident"),
        ("level", "1"),
        ("team", "frontline"),
    ];
    let mut end = vec![("status", status.word())];
    match status {
        Status::Assigned | Status::InProgress => end.push(("assignee", "marco")),
        Status::Pending => end.push(("cause", "requester")),
        _ => {}
    }
    let events = vec![
        event("aaaaa", 1, Verb::Open, &place),
        event(
            "bbbbb",
            2,
            Verb::Escalate,
            &[("level", "2"), ("team", "desktop")],
        ),
        event("ccccc", 3, Verb::Adopt, &end),
    ];
    let ticket = Ticket::fold(id(), events);
    assert_eq!(ticket.status(), status);
    ticket
}

#[test]
fn every_verb_is_allowed_exactly_where_the_table_says() {
    let now = Timestamp::from_unix(START + 60);
    for verb in Verb::ALL {
        let Some(action) = sample(*verb) else {
            continue;
        };
        for status in Status::ALL {
            let ticket = ticket_in(*status);
            // Marco has it, where anybody has.
            let actor = handle("marco");
            let outcome = ask(&ticket, &action, &actor, now);
            let case = format!("{verb} in {status}: {outcome:?}");
            let already = match verb {
                Verb::Take | Verb::Accept => *status == Status::InProgress,
                Verb::Close => *status == Status::Closed,
                Verb::Resume => *status == Status::InProgress,
                _ => false,
            };
            if already {
                assert_eq!(outcome.unwrap(), [], "{case}");
            } else if allowed_in(*verb).contains(status) {
                let events = outcome.unwrap_or_else(|_| panic!("{case}"));
                assert_eq!(events.first().map(|event| event.did), Some(*verb), "{case}");
            } else {
                assert!(matches!(outcome, Err(Refusal::Status { .. })), "{case}");
                assert!(outcome.unwrap_err().hint().is_some(), "{case}");
            }
        }
    }
}

#[test]
fn a_closed_ticket_is_changed_only_by_those_who_may() {
    let ticket = ticket_in(Status::Closed);
    let actor = handle("marco");
    let now = Timestamp::from_unix(START + 60);
    for verb in [Verb::Set, Verb::Tag, Verb::Link] {
        let action = sample(verb).unwrap();
        let mut context = tierdesk::ticket::Context {
            now,
            at: now,
            actor: &actor,
            may_change_closed: false,
            reopen_within: None,
            draw: &mut crate::desk::Seeded(1),
        };
        let outcome = tierdesk::ticket::decide(&ticket, &action, &mut context);
        assert!(
            matches!(outcome, Err(Refusal::ClosedForYou { .. })),
            "{verb}"
        );
    }
}
