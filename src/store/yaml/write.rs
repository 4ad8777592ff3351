//! A ticket → the canonical text of its file.

use super::scalar::{self, Place};
use crate::ticket::header::Scalar;
use crate::ticket::value::{Shape, Value};
use crate::ticket::{Details, Event, Judged, Judgement, Lists, Patch, SCHEMA, Ticket};
use std::fmt::Display;

/// The canonical file: the header in its fixed order, then the timeline, one
/// line an event unless its text has several lines.
///
/// Every ticket can be written, but files above
/// [`MAX_BYTES`](super::MAX_BYTES) are not read back: look at the length.
#[must_use]
pub fn write_ticket(ticket: &Ticket) -> String {
    let mut out = String::with_capacity(1024);
    line(&mut out, "schema", SCHEMA);
    block(&mut out, "id", &ticket.id().text());
    let fields = ticket.header().entries();
    let (own, fields): (Vec<_>, Vec<_>) =
        fields.iter().partition(|(name, _)| name.starts_with("x-"));
    for (name, value) in fields {
        field(&mut out, name, value);
    }
    line(&mut out, "opened", ticket.opened());
    for (name, members) in ticket.header().lists() {
        out.push_str(name);
        out.push_str(": ");
        flow_list(&mut out, &members);
        out.push('\n');
    }
    for (name, value) in own {
        field(&mut out, name, value);
    }
    out.push_str("timeline:\n");
    for event in ticket.timeline() {
        write_event(&mut out, event);
    }
    out
}

/// A line `key: value`, where the value needs no quotes.
fn line(out: &mut String, key: &str, value: impl Display) {
    out.push_str(key);
    out.push_str(": ");
    out.push_str(&value.to_string());
    out.push('\n');
}

/// A line `key: text`.
fn block(out: &mut String, key: &str, text: &str) {
    out.push_str(key);
    out.push_str(": ");
    scalar::write(out, text, Place::Block);
    out.push('\n');
}

fn field(out: &mut String, name: &str, value: &Scalar) {
    out.push_str(name);
    out.push_str(": ");
    write_scalar(out, value, Place::Block);
    out.push('\n');
}

/// A text as a scalar of a flow sequence or mapping: quoted where a reader
/// could take it for something else.
#[must_use]
pub fn text_scalar(text: &str) -> String {
    let mut out = String::new();
    scalar::write(&mut out, text, Place::Flow);
    out
}

fn write_scalar(out: &mut String, value: &Scalar, place: Place) {
    match value.shape {
        Shape::Text => scalar::write(out, &value.text, place),
        Shape::Number | Shape::Time => out.push_str(&value.text),
    }
}

/// The keys of an event, each with its value as it stands within brackets.
/// Text and details are apart.
fn entries(event: &Event, place: Place) -> Vec<(&'static str, String)> {
    let text = |text: &str| {
        let mut out = String::new();
        scalar::write(&mut out, text, place);
        out
    };
    let mut entries = vec![
        ("e", text(event.e.as_str())),
        ("n", event.n.to_string()),
        ("at", event.at.to_string()),
    ];
    if let Some(recorded) = event.recorded {
        entries.push(("recorded", recorded.to_string()));
    }
    entries.push(("by", text(event.by.as_str())));
    entries.push(("did", text(event.did.word())));
    if let Some(of) = &event.of {
        entries.push(("of", text(of.as_str())));
    }
    for (key, patch) in [("set", &event.set), ("was", &event.was)] {
        if !patch.is_empty() {
            entries.push((key, flow_patch(patch)));
        }
    }
    for (key, lists) in [("add", &event.add), ("del", &event.del)] {
        if !lists.is_empty() {
            entries.push((key, flow_lists(lists)));
        }
    }
    entries
}

fn write_event(out: &mut String, event: &Event) {
    let literal = event
        .text
        .as_deref()
        .and_then(|text| Some((text, scalar::literal(text)?)));
    let place = if literal.is_some() {
        Place::Block
    } else {
        Place::Flow
    };
    let mut entries = entries(event, place);
    if let (None, Some(text)) = (literal, &event.text) {
        let mut value = String::with_capacity(text.len() + 2);
        scalar::write(&mut value, text, Place::Flow);
        entries.push(("text", value));
    }
    let details = details(&event.details, place);
    let Some((text, indicator)) = literal else {
        entries.extend(details);
        out.push_str("- {");
        for (index, (key, value)) in entries.iter().enumerate() {
            out.push_str(if index == 0 { "" } else { ", " });
            out.push_str(key);
            out.push_str(": ");
            out.push_str(value);
        }
        out.push_str("}\n");
        return;
    };
    let mut lead = "- ";
    let mut block = |out: &mut String, key: &str, value: &str| {
        out.push_str(std::mem::replace(&mut lead, "  "));
        out.push_str(key);
        out.push_str(": ");
        out.push_str(value);
        out.push('\n');
    };
    for (key, value) in &entries {
        block(out, key, value);
    }
    block(out, "text", indicator);
    write_literal(out, text);
    for (key, value) in &details {
        block(out, key, value);
    }
}

/// What an event tells beside its effect and text, each with its value.
fn details(details: &Details, place: Place) -> Vec<(&'static str, String)> {
    let mut entries = Vec::new();
    for (key, items) in details.items().filter(|(_, items)| !items.is_empty()) {
        let mut value = String::new();
        flow(&mut value, items.iter(), |out, item| {
            scalar::write(out, item, Place::Flow);
        });
        entries.push((key, value));
    }
    for (key, text) in details.texts() {
        entries.extend(text.map(|text| {
            let mut value = String::new();
            scalar::write(&mut value, text, place);
            (key, value)
        }));
    }
    if let Some(clock) = details.clock {
        entries.push(("clock", clock.word().to_owned()));
    }
    if let Some(judged) = &details.judged {
        entries.push(("judged", flow_judged(judged)));
    }
    entries
}

/// `{policy: …, tz: 2026a, respond: {met: true, spent: 1200, target: 3600}}`.
fn flow_judged(judged: &Judged) -> String {
    let mut out = String::from("{policy: ");
    scalar::write(&mut out, judged.policy.as_str(), Place::Flow);
    out.push_str(", tz: ");
    scalar::write(&mut out, judged.tz.as_str(), Place::Flow);
    for (clock, result) in &judged.clocks {
        let Judgement { met, spent, target } = result;
        out.push_str(&format!(
            ", {clock}: {{met: {met}, spent: {spent}, target: {target}}}"
        ));
    }
    out.push('}');
    out
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
    flow(out, members.iter(), |out, member| {
        write_scalar(out, member, Place::Flow);
    });
}

/// `{level: 2, team: null}`.
fn flow_patch(patch: &Patch) -> String {
    let mut out = String::from("{");
    for (index, (name, value)) in patch.entries().iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        out.push_str(name);
        out.push_str(": ");
        match value {
            Some(value) => write_scalar(&mut out, value, Place::Flow),
            None => out.push_str("null"),
        }
    }
    out.push('}');
    out
}

/// `{tags: [vip]}`.
fn flow_lists(lists: &Lists) -> String {
    let mut out = String::from("{");
    for (index, (name, members)) in lists.entries().iter().enumerate() {
        out.push_str(if index == 0 { "" } else { ", " });
        out.push_str(name);
        out.push_str(": ");
        flow_list(&mut out, members);
    }
    out.push('}');
    out
}
