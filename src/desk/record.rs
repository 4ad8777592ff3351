//! A ticket, and an event, as JSON: the shape that scripts rely on.
//!
//! # Shape 1
//!
//! A ticket ([`Record::brief`]) is one object with always the same keys, in
//! this order:
//!
//! | key | value |
//! |---|---|
//! | `shape` | the number of this shape: [`SHAPE`] |
//! | `id` | text, `261123-k7f3q2` |
//! | every single field of the header, by its name in files | text, or `null` where empty; `level`, `could-be`, `rating` and `repeats` are numbers, `until` is a time |
//! | `opened`, `updated` | times |
//! | `due` | when the first of its service-level clocks is due, or `null` |
//! | `resolved`, `closed` | times, or `null` where it is not (or no longer) so |
//! | `live` | whether it is before resolved |
//! | `events` | the length of the timeline, retracted events included |
//! | `cc`, `tags`, `ref`, `attention`, `swarm`, `called`, `articles`, `alias` | arrays of text, empty where there is nothing |
//! | `links` | an array of `{"kind": "caused-by", "to": "261120-…"}` |
//! | `x-…` | text; a user's own field is there only where it has a value |
//! | `marks` | events that are not legal where they stand: `{"event", "did", "status"}`; in [`Record::full`] only |
//! | `timeline` | the events in order; in [`Record::full`] only |
//!
//! Times are RFC 3339 in UTC to the second, `2026-11-23T09:14:03Z`.
//!
//! An event has always these keys: `e`, `n`, `at`, `recorded` (a time, or
//! `null` where it was written down as it happened), `by`, `did`, `of` (the
//! event that a retraction takes back, or `null`), `set` and `was` (objects of
//! the fields that changed; `null` in `set` empties a field), `add` and `del`
//! (objects of arrays), `tried`, `searched` and `evidence` (arrays of text),
//! `text`, `ask`, `override`, `rule`, `activity` and `state` (or `null`; the last
//! two are another system's words, where the event was imported), `clock` (a
//! word or `null`) and `judged` (`null`, or an object of `policy`, `tz` and, for each clock that
//! the event finished, `{"met", "spent", "target"}` in seconds). Within a ticket
//! it also has `retracted`; alone ([`event`]) it begins with `shape`
//! and the `id` of its ticket.
//!
//! New keys may come in the same shape; the number goes up when a key is
//! removed, or means something else.

use crate::ticket::header::{FIELDS, LISTS, Scalar};
use crate::ticket::lifecycle;
use crate::ticket::value::{Shape, Value as _};
use crate::ticket::words::{Status, Verb};
use crate::ticket::{
    Clock, Event, EventId, Facts, Judged, Judgement, Link, Lists, Patch, Ticket, TicketId,
    Timestamp,
};
use serde_json::{Map, Value, json};
use std::collections::HashSet;

pub use super::fields::{COLUMNS, Column, UnknownColumn, column, field, heading};

/// The version of the JSON shape.
pub const SHAPE: u32 = 1;

/// A ticket on its way to JSON.
#[derive(Debug, Clone, Copy)]
pub struct Record<'a> {
    ticket: &'a Ticket,
    due: Option<Timestamp>,
}

impl<'a> Record<'a> {
    /// The record of `ticket`.
    #[must_use]
    pub fn of(ticket: &'a Ticket) -> Self {
        Self { ticket, due: None }
    }

    /// The same with when the first of its clocks is due.
    #[must_use]
    pub fn due(self, due: Option<Timestamp>) -> Self {
        Self { due, ..self }
    }

    /// Everything but the timeline.
    #[must_use]
    pub fn brief(self) -> Value {
        Value::Object(self.map())
    }

    /// Everything, `timeline` included.
    #[must_use]
    pub fn full(self) -> Value {
        let gone = self.retracted();
        let timeline = self
            .ticket
            .timeline()
            .iter()
            .map(|event| {
                let mut map = event_map(event);
                map.insert("retracted".into(), json!(gone.contains(&event.e)));
                Value::Object(map)
            })
            .collect();
        let marks = lifecycle::marks(self.ticket).into_iter();
        let marks = marks.map(|mark| {
            json!({
                "event": mark.event.as_str(),
                "did": mark.verb.word(),
                "status": mark.status.map(Status::word),
            })
        });
        let mut map = self.map();
        map.insert("marks".into(), marks.collect());
        map.insert("timeline".into(), Value::Array(timeline));
        Value::Object(map)
    }

    /// The events that are taken back, found in one pass.
    fn retracted(self) -> HashSet<&'a EventId> {
        let counted: HashSet<&EventId> = self.ticket.active().map(|event| &event.e).collect();
        let is_void = self.ticket.is_void();
        // Of a void ticket the opening counts, or nobody could say what it was.
        let is_gone =
            |event: &&Event| !counted.contains(&event.e) || (is_void && event.did == Verb::Open);
        let events = self.ticket.timeline().iter();
        events.filter(is_gone).map(|event| &event.e).collect()
    }

    fn map(self) -> Map<String, Value> {
        map(self.ticket, self.due)
    }
}

/// As [`Record::brief`], of whatever tells that much of a ticket.
#[must_use]
pub fn brief(ticket: &dyn Facts, due: Option<Timestamp>) -> Value {
    Value::Object(map(ticket, due))
}

fn map(ticket: &dyn Facts, due: Option<Timestamp>) -> Map<String, Value> {
    let mut map = Map::new();
    map.insert("shape".into(), json!(SHAPE));
    map.insert("id".into(), json!(ticket.id().as_str()));
    for name in FIELDS {
        map.insert((*name).into(), Value::Null);
    }
    let time = |time: Option<Timestamp>| json!(time.map(|time| time.text()));
    map.insert("opened".into(), time(Some(ticket.opened())));
    map.insert("updated".into(), time(Some(ticket.updated())));
    map.insert("due".into(), time(due));
    map.insert("resolved".into(), time(ticket.resolved()));
    map.insert("closed".into(), time(ticket.closed()));
    map.insert("live".into(), json!(ticket.status().is_live()));
    map.insert("events".into(), json!(ticket.events()));
    for name in LISTS {
        map.insert((*name).into(), json!([]));
    }
    // Values replace the nulls in place; own fields come after them.
    for (name, value) in ticket.header().entries() {
        map.insert(name, scalar(&value));
    }
    map.insert("status".into(), json!(ticket.status().word()));
    for (name, members) in ticket.header().lists() {
        map.insert(name.into(), list(name, &members));
    }
    map
}

/// An event of a ticket, for a stream of events.
#[must_use]
pub fn event(id: &TicketId, event: &Event) -> Value {
    let mut map = Map::new();
    map.insert("shape".into(), json!(SHAPE));
    map.insert("id".into(), json!(id.as_str()));
    map.extend(event_map(event));
    Value::Object(map)
}

fn event_map(event: &Event) -> Map<String, Value> {
    let pairs = [
        ("e", json!(event.e.as_str())),
        ("n", json!(event.n)),
        ("at", json!(event.at.text())),
        ("recorded", json!(event.recorded.map(|time| time.text()))),
        ("by", json!(event.by.as_str())),
        ("did", json!(event.did.word())),
        ("of", json!(event.of.as_ref().map(EventId::as_str))),
        ("set", patch(&event.set)),
        ("was", patch(&event.was)),
        ("add", lists(&event.add)),
        ("del", lists(&event.del)),
    ];
    let items = event
        .details
        .items()
        .map(|(name, list)| (name, json!(list)));
    let text = std::iter::once(("text", json!(event.text)));
    let texts = event
        .details
        .texts()
        .map(|(name, text)| (name, json!(text)));
    let clocks = [
        ("clock", json!(event.details.clock.map(Clock::word))),
        ("judged", json!(event.details.judged.as_ref().map(judged))),
    ];
    pairs
        .into_iter()
        .chain(items)
        .chain(text)
        .chain(texts)
        .chain(clocks)
        .map(|(name, value)| (name.to_owned(), value))
        .collect()
}

fn judged(judged: &Judged) -> Value {
    let clocks = judged.clocks.iter().map(|(clock, result)| {
        let Judgement { met, spent, target } = result;
        let result = json!({"met": met, "spent": spent, "target": target});
        (clock.word().to_owned(), result)
    });
    let mut map = Map::new();
    map.insert("policy".into(), json!(judged.policy.as_str()));
    map.insert("tz".into(), json!(judged.tz.as_str()));
    map.extend(clocks);
    Value::Object(map)
}

fn patch(patch: &Patch) -> Value {
    let entries = patch.entries().into_iter();
    Value::Object(
        entries
            .map(|(name, value)| (name, value.as_ref().map_or(Value::Null, scalar)))
            .collect(),
    )
}

fn lists(lists: &Lists) -> Value {
    let entries = lists.entries().into_iter();
    Value::Object(
        entries
            .map(|(name, members)| (name.to_owned(), list(name, &members)))
            .collect(),
    )
}

fn list(name: &str, members: &[Scalar]) -> Value {
    let member = |value: &Scalar| match Link::parse(&value.text) {
        Ok(link) if name == "links" => {
            json!({"kind": link.kind.word(), "to": link.to.as_str()})
        }
        _ => scalar(value),
    };
    Value::Array(members.iter().map(member).collect())
}

fn scalar(value: &Scalar) -> Value {
    match value.shape {
        Shape::Number => value
            .text
            .parse::<u64>()
            .map_or_else(|_| json!(value.text), Value::from),
        Shape::Text | Shape::Time => json!(value.text),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Story, escalate_to, resolve};
    use crate::ticket::{Action, Alteration};

    fn alter(verb: Verb, set: &[(&str, &str)], add: &[(&str, &str)]) -> Action {
        let mut alteration = Alteration {
            verb,
            set: Patch::default(),
            add: Lists::default(),
            del: Lists::default(),
            text: None,
        };
        for (name, value) in set {
            alteration.set.put(name, Some(value)).unwrap();
        }
        for (name, value) in add {
            alteration.add.put(name, value).unwrap();
        }
        Action::Change(Box::new(alteration))
    }

    fn ticket() -> Ticket {
        Story::open(
            "261123-k7f3q2",
            "2026-11-23T09:14:03Z",
            &[
                ("level", "1"),
                ("priority", "P2"),
                ("team", "frontline"),
                ("x-room", "012"),
            ],
        )
        .then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"))
        .then(
            "2026-11-23T09:21:00Z",
            "lena",
            alter(
                Verb::Link,
                &[],
                &[("links", "caused-by 261120-aaaaaa"), ("tags", "vip")],
            ),
        )
        .end()
    }

    #[test]
    fn the_shape_is_as_documented() {
        insta::assert_snapshot!(serde_json::to_string(&Record::of(&ticket()).brief()).unwrap(), @r#"{"shape":1,"id":"261123-k7f3q2","kind":"incident","title":"VPN drops","status":"queued","cause":null,"until":null,"priority":"P2","impact":null,"urgency":null,"level":2,"team":"desktop","vendor":null,"category":null,"requester":null,"contact":null,"customer":null,"unit":null,"service":null,"site":null,"asset":null,"language":null,"via":null,"owner":null,"assignee":null,"code":null,"could-be":null,"rating":null,"key":null,"repeats":null,"opened":"2026-11-23T09:14:03Z","updated":"2026-11-23T09:21:00Z","due":null,"resolved":null,"closed":null,"live":true,"events":3,"cc":[],"tags":["vip"],"ref":[],"links":[{"kind":"caused-by","to":"261120-aaaaaa"}],"attention":[],"swarm":[],"called":[],"articles":[],"alias":[],"x-room":"012"}"#);
    }

    #[test]
    fn the_timeline_is_as_documented() {
        let full = Record::of(&ticket()).full();
        insta::assert_snapshot!(serde_json::to_string(&full["timeline"][1]).unwrap(), @r#"{"e":"gfatz","n":2,"at":"2026-11-23T09:20:00Z","recorded":null,"by":"lena","did":"escalate","of":null,"set":{"status":"queued","level":2,"team":"desktop"},"was":{"status":"new","level":1,"team":"frontline"},"add":{},"del":{},"tried":["reinstalled the client"],"searched":[],"evidence":[],"text":"needs more rights","ask":null,"override":null,"rule":null,"activity":null,"state":null,"clock":null,"judged":null,"retracted":false}"#);
        insta::assert_snapshot!(serde_json::to_string(&full["timeline"][2]["add"]).unwrap(), @r#"{"tags":["vip"],"links":[{"kind":"caused-by","to":"261120-aaaaaa"}]}"#);
        let alone = event(ticket().id(), &ticket().timeline()[1]);
        let keys: Vec<&str> = alone
            .as_object()
            .unwrap()
            .keys()
            .map(String::as_str)
            .collect();
        assert_eq!(
            keys.join(" "),
            "shape id e n at recorded by did of set was add del tried searched evidence text ask \
             override rule activity state clock judged"
        );
    }

    #[test]
    fn all_records_have_the_same_keys() {
        let keys = |ticket: &Ticket| -> Vec<String> {
            let record = Record::of(ticket).brief();
            let keys = record.as_object().unwrap().keys();
            keys.filter(|key| !key.starts_with("x-")).cloned().collect()
        };
        let bare = Ticket::fold(ticket().id().clone(), Vec::new());
        let done = Story::open("261123-bbbbbb", "2026-11-23T09:00:00Z", &[])
            .then("2026-11-23T10:00:00Z", "lena", resolve())
            .end();
        assert_eq!(keys(&ticket()), keys(&bare));
        assert_eq!(keys(&ticket()), keys(&done));
        let mut columns: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        columns.insert(0, "shape");
        assert_eq!(keys(&bare), columns);
    }

    #[test]
    fn what_was_taken_back_says_so() {
        let ticket = ticket();
        let escalation = ticket.timeline()[1].e.clone();
        let opening = ticket.timeline()[0].e.clone();
        let retract = |events: Vec<EventId>| {
            Story::open(
                "261123-k7f3q2",
                "2026-11-23T09:14:03Z",
                &[("level", "1"), ("team", "frontline")],
            )
            .then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"))
            .then(
                "2026-11-23T09:22:00Z",
                "lena",
                Action::Retract { events, text: None },
            )
            .end()
        };
        let marks = |ticket: &Ticket| -> Vec<bool> {
            let full = Record::of(ticket).full();
            let timeline = full["timeline"].as_array().unwrap().iter();
            timeline
                .map(|event| event["retracted"].as_bool().unwrap())
                .collect()
        };
        assert_eq!(marks(&retract(vec![escalation])), [false, true, false]);
        let void = retract(vec![opening]);
        assert_eq!(marks(&void), [true, false, false]);
        assert_eq!(Record::of(&void).brief()["status"], "cancelled");
        assert_eq!(Record::of(&void).brief()["live"], false);
    }

    #[test]
    fn columns_read_as_files_do() {
        let ticket = ticket();
        let cell = |name| field(&ticket, name);
        assert_eq!(cell("level").as_deref(), Some("2"));
        assert_eq!(cell("x-room").as_deref(), Some("012"));
        assert_eq!(cell("tag").as_deref(), Some("vip"));
        assert_eq!(cell("links").as_deref(), Some("caused-by 261120-aaaaaa"));
        assert_eq!(cell("updated").as_deref(), Some("2026-11-23T09:21:00Z"));
        assert_eq!(cell("events").as_deref(), Some("3"));
        assert_eq!(cell("live").as_deref(), Some("true"));
        assert_eq!(cell("assignee"), None);
        assert_eq!(cell("colour"), None);
    }
}
