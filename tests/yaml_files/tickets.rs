//! Tickets of any shape.

use crate::corpus;
use proptest::prelude::*;
use proptest::sample::select;
use tierdesk::ticket::value::Value;
use tierdesk::ticket::{
    BlobId, Clock, Details, Event, EventId, Handle, Judged, Judgement, Lists, Name, Patch, Ticket,
    TicketId, Timestamp, Verb, details, header,
};

pub(crate) const ID: &str = "261123-k7f3q2";

pub(crate) fn id() -> TicketId {
    TicketId::parse(ID).unwrap()
}

/// An opening that says nothing.
pub(crate) fn opening() -> Event {
    Event {
        e: EventId::parse("4tq8z").unwrap(),
        n: 1,
        at: Timestamp::parse("2026-11-23T09:14:03Z").unwrap(),
        recorded: None,
        by: Handle::parse("lena").unwrap(),
        did: Verb::Open,
        of: None,
        set: Patch::default(),
        was: Patch::default(),
        add: Lists::default(),
        del: Lists::default(),
        text: None,
        details: Details::default(),
    }
}

/// Texts that YAML has a trap for: pieces of the corpus, joined.
pub(crate) fn text() -> impl Strategy<Value = String> {
    let piece = prop_oneof![
        3 => select(corpus::PIECES).prop_map(str::to_owned),
        1 => any::<char>().prop_map(String::from),
        1 => "[a-z0-9]{1,3}",
    ];
    prop_oneof![
        1 => select(corpus::words()),
        4 => prop::collection::vec(piece, 0..12).prop_map(|pieces| pieces.concat()),
    ]
}

pub(crate) fn timestamp() -> impl Strategy<Value = Timestamp> {
    prop_oneof![
        (1_700_000_000_i64..1_900_000_000).prop_map(Timestamp::from_unix),
        any::<i64>().prop_map(Timestamp::from_unix),
    ]
}

pub(crate) fn event_id() -> impl Strategy<Value = EventId> {
    prop_oneof![
        "[0-9a-hjkmnp-tv-z]{5}",
        "[0-9]{5}",
        "[0-9]{2}e[0-9]{2}",
        "0b[01]{3}",
        "0x[0-9a-f]{3}"
    ]
    .prop_filter_map("an identity", |text| EventId::parse(&text).ok())
}

/// A value that the field takes.
fn value(field: &'static str) -> BoxedStrategy<String> {
    match field {
        "kind" => select(vec!["incident", "request", "problem"])
            .prop_map(str::to_owned)
            .boxed(),
        "status" => select(vec!["new", "queued", "in-progress", "pending", "resolved"])
            .prop_map(str::to_owned)
            .boxed(),
        "impact" | "urgency" => select(vec!["high", "medium", "low"])
            .prop_map(str::to_owned)
            .boxed(),
        "until" => timestamp().prop_map(|time| time.to_string()).boxed(),
        "priority" => "P[1-9]".boxed(),
        "level" | "could-be" => "[0-9]".boxed(),
        "repeats" => any::<u32>().prop_map(|count| count.to_string()).boxed(),
        "links" => "(parent|duplicate-of|caused-by|related) 2[0-9]0[1-9]1[0-9]-[0-9]{6}".boxed(),
        "alias" => "2[0-9]0[1-9]1[0-9]-[0-9a-f]{6}".boxed(),
        _ => prop_oneof![text(), "[a-z0-9._-]{1,6}", select(corpus::words())].boxed(),
    }
}

/// A name of a field and a value, which the field may refuse.
fn entry(names: &'static [&'static str]) -> impl Strategy<Value = (String, String)> {
    select(names).prop_flat_map(|name| (Just(name.to_owned()), value(name)))
}

pub(crate) fn patch() -> impl Strategy<Value = Patch> {
    let entry = prop_oneof![
        4 => entry(header::FIELDS).prop_map(|(name, text)| (name, Some(text))),
        1 => select(header::FIELDS).prop_map(|name| (name.to_owned(), None)),
        1 => ("x-[a-z0-9-]{1,5}", prop::option::of(text())),
    ];
    prop::collection::vec(entry, 0..8).prop_map(|entries| {
        let mut patch = Patch::default();
        for (name, text) in entries {
            // What the field refuses is left out.
            drop(patch.put(&name, text.as_deref()));
        }
        patch
    })
}

pub(crate) fn lists() -> impl Strategy<Value = Lists> {
    prop::collection::vec(entry(header::LISTS), 0..4).prop_map(|entries| {
        let mut lists = Lists::default();
        for (name, text) in entries {
            drop(lists.put(&name, &text));
        }
        lists
    })
}

pub(crate) fn handle() -> impl Strategy<Value = Handle> {
    prop_oneof![
        select(vec![
            "lena", "marco", "no", "y", "12", "1.10", "1_0", "null", "0x1f", "日本"
        ])
        .prop_map(str::to_owned),
        "[a-z0-9][a-z0-9._@+-]{0,5}",
    ]
    .prop_filter_map("a handle", |text| Handle::parse(&text).ok())
}

fn judged() -> impl Strategy<Value = Judged> {
    let policy = prop_oneof!["[0-9a-f]{40}", "[0-9]{38}e[0-9]", "0[0-9]{63}"];
    let tz = prop_oneof![Just("2026a"), Just("2026"), Just("no"), Just("1_0")];
    let result = (any::<bool>(), any::<u32>(), any::<i32>());
    let results = prop::collection::btree_map(select(Clock::ALL), result, 0..4);
    (policy, tz, results).prop_map(|(policy, tz, results)| Judged {
        policy: BlobId::parse(&policy).unwrap(),
        tz: Name::parse(tz).unwrap(),
        clocks: results
            .into_iter()
            .map(|(clock, (met, spent, target))| {
                let mut result = Judgement::of(spent.into(), target.into());
                result.met = met;
                (clock, result)
            })
            .collect(),
    })
}

/// Details with each list and text filled or not.
fn some_details() -> impl Strategy<Value = Details> {
    let items = prop::collection::vec(text(), 0..3);
    let lists = prop::collection::vec(items, details::ITEMS.len());
    let texts = prop::collection::vec(prop::option::of(text()), details::TEXTS.len());
    let clock = prop::option::of(select(Clock::ALL));
    (lists, texts, clock, prop::option::of(judged())).prop_map(|(lists, texts, clock, judged)| {
        let mut made = Details {
            clock,
            judged,
            ..Details::default()
        };
        for (name, list) in details::ITEMS.iter().zip(lists) {
            *made.list_mut(name).unwrap() = list;
        }
        for (name, text) in details::TEXTS.iter().zip(texts) {
            *made.text_mut(name).unwrap() = text;
        }
        made
    })
}

pub(crate) fn event() -> impl Strategy<Value = Event> {
    let who = (event_id(), 1_u32..9, timestamp(), handle());
    let what = (
        select(Verb::ALL),
        prop::option::of(event_id()),
        prop::option::of(timestamp()),
    );
    let effect = (patch(), patch(), lists(), lists());
    let words = (
        prop::option::of(text()),
        prop_oneof![1 => Just(Details::default()), 1 => some_details()],
    );
    (who, what, effect, words).prop_map(
        |((e, n, at, by), (did, of, recorded), (set, was, add, del), (text, details))| Event {
            e,
            n,
            at,
            recorded,
            by,
            did,
            of,
            set,
            was,
            add,
            del,
            text,
            details,
        },
    )
}

pub(crate) fn ticket() -> impl Strategy<Value = Ticket> {
    (
        patch(),
        lists(),
        prop::option::of(text()),
        prop::collection::vec(event(), 0..6),
    )
        .prop_map(|(set, add, text, mut events)| {
            events.push(Event {
                set,
                add,
                text,
                ..opening()
            });
            Ticket::fold(id(), events)
        })
}
