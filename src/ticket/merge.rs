//! Two copies of a timeline → one: the set union of events by identity.
//!
//! Commutative, associative and idempotent; no common base is needed. Two
//! *different* events with one identity (a hand edit in one copy, or one chance
//! in millions) are both kept: nothing acknowledged is ever lost. The one with
//! the smaller digest keeps the identity, the others get one that follows from
//! their content, so that all clones choose alike.

use super::event::Event;
use super::id::EventId;
use std::collections::BTreeMap;

/// The union of two timelines, in order and without repeats.
#[must_use]
pub fn union(a: Vec<Event>, b: Vec<Event>) -> Vec<Event> {
    let mut by_id: BTreeMap<EventId, Vec<Event>> = BTreeMap::new();
    for event in a.into_iter().chain(b) {
        let same = by_id.entry(event.e.clone()).or_default();
        if !same.contains(&event) {
            same.push(event);
        }
    }
    let mut union: Vec<Event> = Vec::with_capacity(by_id.len());
    for mut same in by_id.into_values() {
        if same.len() > 1 {
            same.sort_by_cached_key(content);
            for event in same.iter_mut().skip(1) {
                event.e = EventId::of_cause(&content(event));
            }
        }
        union.append(&mut same);
    }
    union.sort_by(|a, b| a.order().cmp(&b.order()));
    union.dedup();
    union
}

/// Everything an event says except its identity, as text that every version of
/// the program writes alike.
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
            part("to", value.as_ref().map_or("", |scalar| &scalar.text));
        }
    }
    for (name, lists) in [("add", &event.add), ("del", &event.del)] {
        for (field, members) in lists.entries() {
            members
                .iter()
                .for_each(|member| part(&format!("{name} {field}"), &member.text));
        }
    }
    part("text", event.text.as_deref().unwrap_or_default());
    event.tried.iter().for_each(|step| part("tried", step));
    text
}
