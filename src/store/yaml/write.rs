//! A ticket → the canonical text of its file.

use super::scalar::{self, Place};
use crate::ticket::header::{Scalar, Text};
use crate::ticket::value::Shape;
use crate::ticket::{Details, Event, Judged, Judgement, Lists, Patch, SCHEMA, Ticket};
use std::fmt::{Display, Write as _};

/// The canonical file: the header in its fixed order, then the timeline, one
/// line an event unless its text has several lines.
///
/// Every ticket can be written, but files above
/// [`MAX_BYTES`](super::MAX_BYTES) are not read back: look at the length.
#[must_use]
pub fn write_ticket(ticket: &Ticket) -> String {
    let mut out = String::with_capacity(2048);
    let header = ticket.header();
    line(&mut out, "schema", |out| push(out, SCHEMA));
    line(&mut out, "id", |out| {
        scalar::write(out, ticket.id().as_str(), Place::Block);
    });
    let mut own = String::new();
    header.visit(|name, value| {
        let is_own = name.starts_with("x-");
        let out = if is_own { &mut own } else { &mut out };
        line(out, name, |out| write_text(out, &value, Place::Block));
    });
    line(&mut out, "opened", |out| push(out, ticket.opened()));
    for (name, members) in header.lists() {
        line(&mut out, name, |out| flow_list(out, &members));
    }
    out.push_str(&own);
    out.push_str("timeline:\n");
    for event in ticket.timeline() {
        write_event(&mut out, event);
    }
    out
}

/// A line `key: value`.
fn line(out: &mut String, key: &str, value: impl FnOnce(&mut String)) {
    out.push_str(key);
    out.push_str(": ");
    value(out);
    out.push('\n');
}

/// A value that needs no quotes.
fn push(out: &mut String, value: impl Display) {
    // Writing to a string cannot fail.
    let _ = write!(out, "{value}");
}

/// A text as a scalar of a flow sequence or mapping: quoted where a reader
/// could take it for something else.
#[must_use]
pub fn text_scalar(text: &str) -> String {
    let mut out = String::new();
    scalar::write(&mut out, text, Place::Flow);
    out
}

fn write_text(out: &mut String, value: &Text<'_>, place: Place) {
    match value.shape {
        Shape::Text => scalar::write(out, &value.text, place),
        Shape::Number | Shape::Time => out.push_str(&value.text),
    }
}

/// The entries of one event: within brackets, or a line each.
struct Entries<'o> {
    out: &'o mut String,
    place: Place,
    begun: bool,
}

impl Entries<'_> {
    fn add(&mut self, key: &str, value: impl FnOnce(&mut String)) {
        let begun = std::mem::replace(&mut self.begun, true);
        self.out.push_str(match (self.place, begun) {
            (Place::Flow, false) => "- {",
            (Place::Flow, true) => ", ",
            (Place::Block, false) => "- ",
            (Place::Block, true) => "  ",
        });
        self.out.push_str(key);
        self.out.push_str(": ");
        value(self.out);
        if self.place == Place::Block {
            self.out.push('\n');
        }
    }

    fn add_text(&mut self, key: &str, text: &str) {
        let place = self.place;
        self.add(key, |out| scalar::write(out, text, place));
    }

    /// What comes before the event's text.
    fn add_effect(&mut self, event: &Event) {
        self.add_text("e", event.e.as_str());
        self.add("n", |out| push(out, event.n));
        self.add("at", |out| push(out, event.at));
        if let Some(recorded) = event.recorded {
            self.add("recorded", |out| push(out, recorded));
        }
        self.add_text("by", event.by.as_str());
        self.add_text("did", event.did.word());
        if let Some(of) = &event.of {
            self.add_text("of", of.as_str());
        }
        for (key, patch) in [("set", &event.set), ("was", &event.was)] {
            if !patch.is_empty() {
                self.add(key, |out| flow_patch(out, patch));
            }
        }
        for (key, lists) in [("add", &event.add), ("del", &event.del)] {
            if !lists.is_empty() {
                self.add(key, |out| flow_lists(out, lists));
            }
        }
    }

    /// What an event tells beside its effect and text.
    fn add_details(&mut self, details: &Details) {
        for (key, items) in details.items().filter(|(_, items)| !items.is_empty()) {
            self.add(key, |out| {
                flow(out, items.iter(), |out, item| {
                    scalar::write(out, item, Place::Flow);
                });
            });
        }
        for (key, text) in details.texts() {
            if let Some(text) = text {
                self.add_text(key, text);
            }
        }
        if let Some(clock) = details.clock {
            self.add("clock", |out| out.push_str(clock.word()));
        }
        if let Some(judged) = &details.judged {
            self.add("judged", |out| flow_judged(out, judged));
        }
    }
}

fn write_event(out: &mut String, event: &Event) {
    let text = event.text.as_deref();
    let literal = text.and_then(|text| Some((text, scalar::literal(text)?)));
    let mut entries = Entries {
        place: match literal {
            Some(_) => Place::Block,
            None => Place::Flow,
        },
        out,
        begun: false,
    };
    entries.add_effect(event);
    match (literal, text) {
        (Some((text, indicator)), _) => {
            entries.add("text", |out| out.push_str(indicator));
            write_literal(entries.out, text);
        }
        (None, Some(text)) => entries.add_text("text", text),
        (None, None) => {}
    }
    entries.add_details(&event.details);
    if entries.place == Place::Flow {
        out.push_str("}\n");
    }
}

/// `{policy: …, tz: 2026a, respond: {met: true, spent: 1200, target: 3600}}`.
fn flow_judged(out: &mut String, judged: &Judged) {
    out.push_str("{policy: ");
    scalar::write(out, judged.policy.as_str(), Place::Flow);
    out.push_str(", tz: ");
    scalar::write(out, judged.tz.as_str(), Place::Flow);
    for (clock, result) in &judged.clocks {
        let Judgement { met, spent, target } = result;
        let met = format_args!("met: {met}, spent: {spent}, target: {target}");
        push(out, format_args!(", {clock}: {{{met}}}"));
    }
    out.push('}');
}

/// The lines of a literal block, each with the end it has in the text.
fn write_literal(out: &mut String, text: &str) {
    for line in text.strip_suffix('\n').unwrap_or(text).split('\n') {
        if !line.is_empty() {
            out.push_str("    ");
            out.push_str(line);
        }
        out.push('\n');
    }
}

/// `[a, b]`.
fn flow<T>(
    out: &mut String,
    items: impl Iterator<Item = T>,
    mut write: impl FnMut(&mut String, T),
) {
    out.push('[');
    for (index, item) in items.enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        write(out, item);
    }
    out.push(']');
}

fn flow_list(out: &mut String, members: &[Scalar]) {
    flow(out, members.iter(), |out, member| match member.shape {
        Shape::Text => scalar::write(out, &member.text, Place::Flow),
        Shape::Number | Shape::Time => out.push_str(&member.text),
    });
}

/// `{level: 2, team: null}`.
fn flow_patch(out: &mut String, patch: &Patch) {
    let mut lead = "{";
    patch.visit(|name, value| {
        out.push_str(std::mem::replace(&mut lead, ", "));
        out.push_str(name);
        out.push_str(": ");
        match value {
            Some(value) => write_text(out, &value, Place::Flow),
            None => out.push_str("null"),
        }
    });
    out.push('}');
}

/// `{tags: [vip]}`.
fn flow_lists(out: &mut String, lists: &Lists) {
    let mut lead = "{";
    for (name, members) in lists.entries() {
        out.push_str(std::mem::replace(&mut lead, ", "));
        out.push_str(name);
        out.push_str(": ");
        flow_list(out, &members);
    }
    out.push('}');
}
