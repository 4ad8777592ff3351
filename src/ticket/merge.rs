//! Two copies of a timeline → one: the set union of events by identity.
//!
//! Commutative, associative and idempotent; no common base is needed. Two
//! *different* events with one identity (a hand edit in one copy, or one chance
//! in millions) are both kept: nothing acknowledged is ever lost. The one whose
//! content sorts first keeps the identity; the other moves on to one that
//! follows from the identity and its content, so that all clones choose alike.
//! If that one is taken too, by design or by chance, the same rule holds there:
//! who sits where depends on the set of events only, never on their order.

use super::details::Details;
use super::event::Event;
use super::header::Patch;
use super::id::EventId;
use super::judged::Judgement;
use super::time::Timestamp;
use std::collections::BTreeMap;
use std::collections::btree_map::Entry;
use std::mem;

/// The union of two timelines, in order and without repeats.
#[must_use]
pub fn union(a: Vec<Event>, b: Vec<Event>) -> Vec<Event> {
    if b.is_empty() && is_union(&a) {
        return a;
    }
    let most = a.len() + b.len();
    let mut seats = BTreeMap::new();
    let mut union = Vec::new();
    for event in a.into_iter().chain(b) {
        union.extend(seat(&mut seats, event, most));
    }
    union.extend(seats.into_values().map(|seat| seat.event));
    union.sort_by(|a, b| a.order().cmp(&b.order()));
    union
}

/// Whether nothing is to be done: events are in order and have an identity
/// each. Files mostly are so, and a cache reads very many.
fn is_union(events: &[Event]) -> bool {
    const FEW: usize = 32;
    events.len() <= FEW
        && events.is_sorted_by(|a, b| a.order() < b.order())
        && events.iter().enumerate().all(|(place, event)| {
            let before = events.iter().take(place);
            before.into_iter().all(|other| other.e != event.e)
        })
}

/// The event that holds an identity.
struct Seat {
    event: Event,
    /// What it says, once somebody has asked.
    content: Option<String>,
}

/// Finds an identity for the event, and then for whichever it displaces.
///
/// Returns the one that found none in more steps than there are identities:
/// somebody has tried hard to make the hash go round in circles. It keeps the
/// one that it has.
fn seat(seats: &mut BTreeMap<EventId, Seat>, event: Event, most: usize) -> Option<Event> {
    let mut next = Seat {
        event,
        content: None,
    };
    for _ in 0..=most {
        let seat = match seats.entry(next.event.e.clone()) {
            Entry::Vacant(free) => {
                free.insert(next);
                return None;
            }
            Entry::Occupied(taken) => taken.into_mut(),
        };
        if seat.event == next.event {
            return None;
        }
        if same_cause(&seat.event, &next.event) {
            if place(&next.event) < place(&seat.event) {
                *seat = next;
            }
            return None;
        }
        let held = seat.content.get_or_insert_with(|| content(&seat.event));
        if next.content.get_or_insert_with(|| content(&next.event)) < held {
            mem::swap(seat, &mut next);
        }
        let said = next.content.as_deref().unwrap_or_default();
        next.event.e = EventId::of_cause(&format!("{}\n{said}", next.event.e));
    }
    Some(next.event)
}

/// Whether a rule of the policy made both, in two offices, of one cause: they
/// differ only in what each office had when it looked, and are one event.
fn same_cause(a: &Event, b: &Event) -> bool {
    let bare = |event: &Event| Event {
        n: 0,
        recorded: None,
        was: Patch::default(),
        details: Details {
            judged: None,
            ..event.details.clone()
        },
        ..event.clone()
    };
    a.details.rule.is_some() && b.details.rule.is_some() && bare(a) == bare(b)
}

/// Which of two that are one event stays: the one made first.
fn place(event: &Event) -> (u32, Option<Timestamp>, String) {
    (event.n, event.recorded, content(event))
}

/// Everything an event says except its identity, as text that every version of
/// the program writes alike. Two events that differ have contents that differ.
fn content(event: &Event) -> String {
    let mut text = format!("{} {} {} {}", event.n, event.at, event.by, event.did);
    let mut part = |name: &str, value: &str| {
        text.push_str(&format!("\n{name} {} {value}", value.len()));
    };
    if let Some(recorded) = event.recorded {
        part("recorded", &recorded.to_string());
    }
    if let Some(of) = &event.of {
        part("of", of.as_str());
    }
    for (name, patch) in [("set", &event.set), ("was", &event.was)] {
        for (field, value) in patch.entries() {
            part(name, &field);
            if let Some(value) = value {
                part("to", &value.text);
            }
        }
    }
    for (name, lists) in [("add", &event.add), ("del", &event.del)] {
        for (field, members) in lists.entries() {
            members
                .iter()
                .for_each(|member| part(&format!("{name} {field}"), &member.text));
        }
    }
    if let Some(text) = &event.text {
        part("text", text);
    }
    for (name, items) in event.details.items() {
        items.iter().for_each(|item| part(name, item));
    }
    for (name, text) in event.details.texts() {
        text.into_iter().for_each(|text| part(name, text));
    }
    if let Some(clock) = event.details.clock {
        part("clock", clock.word());
    }
    if let Some(judged) = &event.details.judged {
        part("policy", judged.policy.as_str());
        part("tz", judged.tz.as_str());
        for (clock, result) in &judged.clocks {
            let Judgement { met, spent, target } = result;
            part(clock.word(), &format!("{met} {spent} {target}"));
        }
    }
    text
}
