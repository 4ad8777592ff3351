//! The commit message of a change: what an auditor reads in `git log`.
//!
//! Free text (titles, requesters, reasons) stays out of it: a commit message
//! can't be erased. What goes in are names of the desk's own vocabulary, which
//! hold neither spaces nor colons, so no trailer can be forged through them.

use crate::ticket::{Event, Header, Ticket, Verb};
use std::collections::BTreeSet;
use std::fmt::Write;

/// Fields whose change is told in a trailer: trailer, then how a header has it.
type Told = (&'static str, fn(&Header) -> Option<String>);
const TOLD: &[Told] = &[
    ("Status", |header| {
        header.status.map(|value| value.to_string())
    }),
    ("Cause", |header| {
        header.cause.as_ref().map(ToString::to_string)
    }),
    ("Priority", |header| {
        header.priority.map(|value| value.to_string())
    }),
    ("Level", |header| {
        header.level.map(|value| value.number().to_string())
    }),
    ("Team", |header| {
        header.team.as_ref().map(ToString::to_string)
    }),
    ("Vendor", |header| {
        header.vendor.as_ref().map(ToString::to_string)
    }),
    ("Swarm", |header| members(&header.swarm)),
    ("Called", |header| members(&header.called)),
    ("Owner", |header| {
        header.owner.as_ref().map(ToString::to_string)
    }),
    ("Assignee", |header| {
        header.assignee.as_ref().map(ToString::to_string)
    }),
    ("Code", |header| {
        header.code.as_ref().map(ToString::to_string)
    }),
];

/// Names of a list: they hold no commas, so they are told apart.
fn members(list: &BTreeSet<impl ToString>) -> Option<String> {
    let names: Vec<_> = list.iter().map(ToString::to_string).collect();
    (!names.is_empty()).then(|| names.join(", "))
}

/// Subject and trailers for `events`, which turned `before` into `after`.
pub(super) fn message(before: &Header, after: &Ticket, events: &[Event]) -> String {
    let id = after.id();
    let verb = gravest(events);
    let gist = gist(verb, before, after, events);
    let colon = if gist.is_empty() { "" } else { ": " };
    let mut text = format!("{verb} {id}{colon}{gist}\n\nTicket: {id}\n");
    let list = |all: Vec<String>| all.join(", ");
    let verbs = list(events.iter().map(|event| event.did.to_string()).collect());
    let names = list(events.iter().map(|event| event.e.to_string()).collect());
    let actor = events.first().map_or("-", |event| event.by.as_str());
    let _ = write!(text, "Action: {verbs}\nActor: {actor}\nEvents: {names}\n");
    for (trailer, read) in TOLD {
        let (was, is) = (read(before), read(after.header()));
        if was != is {
            let word = |value: Option<String>| value.unwrap_or_else(|| "none".into());
            let _ = match was {
                None if before.status.is_none() => writeln!(text, "{trailer}: {}", word(is)),
                was => writeln!(text, "{trailer}: {} -> {}", word(was), word(is)),
            };
        }
    }
    text
}

/// What the subject names: what was done; and of what time brought about, the
/// gravest, for a sweep warns and finds late and acts in one commit.
fn gravest(events: &[Event]) -> Verb {
    let weight = |verb| match verb {
        Verb::Rejudge => 0,
        Verb::Warn => 1,
        Verb::Notify => 2,
        Verb::Breach => 3,
        _ => 4,
    };
    let mut verbs = events.iter().map(|event| event.did);
    let Some(first) = verbs.next() else {
        return Verb::Other;
    };
    verbs.fold(first, |grave, verb| {
        if weight(verb) > weight(grave) {
            verb
        } else {
            grave
        }
    })
}

/// The change in a few words.
fn gist(verb: Verb, before: &Header, after: &Ticket, events: &[Event]) -> String {
    let header = after.header();
    let team = |header: &Header| header.team.as_ref().map(ToString::to_string);
    let place = |header: &Header| {
        let level = header.level.map(|level| level.to_string());
        [level, team(header)]
            .into_iter()
            .flatten()
            .collect::<Vec<_>>()
            .join(" ")
    };
    let assignee = header
        .assignee
        .as_ref()
        .map(ToString::to_string)
        .unwrap_or_default();
    match verb {
        Verb::Open => {
            let kind = header.kind.map(|kind| kind.to_string()).unwrap_or_default();
            let priority = header
                .priority
                .map(|priority| priority.to_string())
                .unwrap_or_default();
            [kind, priority, place(header)]
                .into_iter()
                .filter(|w| !w.is_empty())
                .collect::<Vec<_>>()
                .join(" ")
        }
        Verb::Escalate | Verb::Decline | Verb::HandBack => {
            let same = events.iter().filter(|event| event.did == verb);
            let asked = same.flat_map(|event| &event.add.attention).next();
            match asked {
                Some(who) => format!("attention of {who}"),
                None => {
                    let from = before
                        .level
                        .map(|level| level.to_string())
                        .unwrap_or_default();
                    let to = [place(header), assignee].join(" ");
                    format!("{from} → {}", to.trim())
                }
            }
        }
        Verb::Assign if !assignee.is_empty() => assignee,
        Verb::Assign => place(header),
        Verb::Call => {
            let called = events.iter().flat_map(|event| &event.add.called);
            called
                .map(ToString::to_string)
                .collect::<Vec<_>>()
                .join(", ")
        }
        Verb::Join | Verb::Pass | Verb::Leave => events
            .first()
            .map_or_else(String::new, |event| event.by.to_string()),
        Verb::Hold => header
            .cause
            .as_ref()
            .map(ToString::to_string)
            .unwrap_or_default(),
        Verb::Resolve => {
            let level = header
                .level
                .map(|level| format!("at {level}"))
                .unwrap_or_default();
            let code = header
                .code
                .as_ref()
                .map(ToString::to_string)
                .unwrap_or_default();
            [code, level].join(" ").trim().to_owned()
        }
        Verb::Set | Verb::Adopt => {
            let fields = events.iter().flat_map(|event| event.set.entries());
            fields.map(|(name, _)| name).collect::<Vec<_>>().join(", ")
        }
        Verb::Duplicate => {
            let links = events.iter().flat_map(|event| &event.add.links);
            links
                .map(|link| format!("of {}", link.to))
                .collect::<Vec<_>>()
                .join(", ")
        }
        Verb::Repeat => header
            .repeats
            .map(|n| format!("seen {n} times"))
            .unwrap_or_default(),
        Verb::Retract => {
            let of = events.iter().filter_map(|event| event.of.as_ref());
            let undone = of.filter_map(|e| after.timeline().iter().find(|event| &event.e == e));
            undone
                .map(|event| event.did.to_string())
                .collect::<Vec<_>>()
                .join(", ")
        }
        Verb::Warn | Verb::Breach | Verb::Notify => {
            let same = events.iter().filter(|event| event.did == verb);
            let clocks: BTreeSet<_> = same.filter_map(|event| event.details.clock).collect();
            let clocks: Vec<_> = clocks.iter().map(ToString::to_string).collect();
            clocks.join(", ")
        }
        _ => String::new(),
    }
}
