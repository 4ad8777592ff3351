//! A ticket's file → the ticket, fast, where the file is as we write it.
//!
//! What is read is written again and compared, so this reader decides nothing:
//! where it is wrong, or the file is of any other style, [`super::read_ticket`]
//! reads it. Rebuilding a cache is what needs the speed.

use super::error::YamlError;
use super::event::Draft;
use super::read::{Stored, read_ticket};
use super::source::MAX_BYTES;
use super::write::write_ticket;
use crate::ticket::value::Value;
use crate::ticket::{
    Clock, Event, Judged, Judgement, Lists, Patch, SCHEMA, Ticket, TicketId, Verb, details,
};
use std::collections::BTreeMap;

/// The ticket, if the file is exactly what we would write for it: then its
/// header says what its timeline says.
#[must_use]
pub fn read_canonical(id: &TicketId, bytes: &[u8]) -> Option<Ticket> {
    if bytes.len() > MAX_BYTES {
        return None;
    }
    let text = std::str::from_utf8(bytes).ok()?;
    let (_, timeline) = text.split_once("\ntimeline:\n")?;
    let mut cursor = Cursor(timeline);
    let mut events = Vec::new();
    while !cursor.0.is_empty() {
        events.push(cursor.event()?);
    }
    if events.iter().all(|event| event.did != Verb::Open) {
        return None;
    }
    let ticket = Ticket::fold(id.clone(), events);
    (write_ticket(&ticket) == text).then_some(ticket)
}

/// As [`read_ticket`], at once where the file is as we write it.
///
/// # Errors
/// As [`read_ticket`].
pub fn read_stored(id: &TicketId, bytes: &[u8]) -> Result<Stored, YamlError> {
    let Some(ticket) = read_canonical(id, bytes) else {
        return read_ticket(id, bytes);
    };
    Ok(Stored {
        declared: ticket.header().clone(),
        declared_opened: Some(ticket.opened()),
        schema: SCHEMA,
        ticket,
    })
}

/// What is left of the text.
struct Cursor<'a>(&'a str);

impl<'a> Cursor<'a> {
    fn skip(&mut self, start: &str) -> Option<()> {
        self.0 = self.0.strip_prefix(start)?;
        Some(())
    }

    fn skips(&mut self, start: &str) -> bool {
        self.skip(start).is_some()
    }

    /// What comes before `end`, which is passed over.
    fn until(&mut self, end: &str) -> Option<&'a str> {
        // It is never far: less is to be done for that than `str::find` does.
        let mut windows = self.0.as_bytes().windows(end.len());
        let at = windows.position(|window| window == end.as_bytes())?;
        let (front, rest) = self.0.split_at_checked(at)?;
        self.0 = rest.get(end.len()..)?;
        Some(front)
    }

    fn event(&mut self) -> Option<Event> {
        let mut draft = Draft::default();
        self.skip("- ")?;
        if self.skips("{") {
            loop {
                self.entry(&mut draft, true)?;
                if !self.skips(", ") {
                    break;
                }
            }
            self.skip("}\n")?;
        } else {
            loop {
                self.entry(&mut draft, false)?;
                if !self.skips("  ") {
                    break;
                }
            }
        }
        draft.finish().ok()
    }

    /// A key and its value; with the end of the line where it has one of its
    /// own.
    fn entry(&mut self, draft: &mut Draft, flow: bool) -> Option<()> {
        let key = self.until(": ")?;
        if key == "text" && self.0.starts_with('|') {
            draft.text = Some(self.literal()?);
            return Some(());
        }
        match key {
            "e" => draft.e = Some(self.value(flow)?),
            "n" => draft.n = Some(self.value(flow)?),
            "at" => draft.at = Some(self.value(flow)?),
            "recorded" => draft.recorded = Some(self.value(flow)?),
            "by" => draft.by = Some(self.value(flow)?),
            "did" => draft.did = Some(self.value(flow)?),
            "of" => draft.of = Some(self.value(flow)?),
            "set" => draft.set = self.patch()?,
            "was" => draft.was = self.patch()?,
            "add" => draft.add = self.lists()?,
            "del" => draft.del = self.lists()?,
            "text" => draft.text = Some(self.scalar(flow)?),
            "clock" => draft.details.clock = Some(self.value(flow)?),
            "judged" => draft.details.judged = Some(self.judged()?),
            list if details::ITEMS.contains(&list) => {
                *draft.details.list_mut(list)? = self.items()?;
            }
            text => *draft.details.text_mut(text)? = Some(self.scalar(flow)?),
        }
        if flow { Some(()) } else { self.skip("\n") }
    }

    fn value<T: Value>(&mut self, flow: bool) -> Option<T> {
        if self.0.starts_with('"') {
            return T::parse(&self.quoted()?).ok();
        }
        T::parse(self.plain(flow)?).ok()
    }

    fn scalar(&mut self, flow: bool) -> Option<String> {
        if self.0.starts_with('"') {
            return self.quoted();
        }
        self.plain(flow).map(str::to_owned)
    }

    fn plain(&mut self, flow: bool) -> Option<&'a str> {
        let ends = |byte: u8| byte == b'\n' || flow && matches!(byte, b',' | b'}' | b']');
        let end = self.0.bytes().position(ends)?;
        let (front, rest) = self.0.split_at_checked(end)?;
        self.0 = rest;
        Some(front)
    }

    fn quoted(&mut self) -> Option<String> {
        self.skip("\"")?;
        let mut text = String::new();
        loop {
            let end = self.0.find(['"', '\\', '\n'])?;
            let (front, rest) = self.0.split_at_checked(end)?;
            text.push_str(front);
            self.0 = rest;
            if self.skips("\"") {
                return Some(text);
            }
            self.skip("\\")?;
            let mut chars = self.0.chars();
            let escape = chars.next()?;
            self.0 = chars.as_str();
            let digits = match escape {
                'x' => 2,
                'u' => 4,
                'U' => 8,
                other => {
                    text.push(match other {
                        'n' => '\n',
                        't' => '\t',
                        'r' => '\r',
                        '"' | '\\' => other,
                        _ => return None,
                    });
                    continue;
                }
            };
            let (code, rest) = self.0.split_at_checked(digits)?;
            text.push(char::from_u32(u32::from_str_radix(code, 16).ok()?)?);
            self.0 = rest;
        }
    }

    /// A literal block: what its lines hold, and the end of its last one.
    fn literal(&mut self) -> Option<String> {
        let indicator = self.until("\n")?;
        let mut text = String::new();
        let mut first = true;
        loop {
            let line = match self.0.strip_prefix("    ") {
                Some(rest) => rest,
                None if self.0.starts_with('\n') => self.0,
                None => break,
            };
            let (line, rest) = line.split_once('\n')?;
            if !std::mem::take(&mut first) {
                text.push('\n');
            }
            text.push_str(line);
            self.0 = rest;
        }
        if !indicator.ends_with('-') {
            text.push('\n');
        }
        Some(text)
    }

    fn items(&mut self) -> Option<Vec<String>> {
        self.skip("[")?;
        let mut items = Vec::new();
        loop {
            items.push(self.scalar(true)?);
            if !self.skips(", ") {
                break;
            }
        }
        self.skip("]")?;
        Some(items)
    }

    fn patch(&mut self) -> Option<Patch> {
        let mut patch = Patch::default();
        self.skip("{")?;
        loop {
            let name = self.until(": ")?;
            if self.0.starts_with('"') {
                patch.put(name, Some(&self.quoted()?)).ok()?;
            } else {
                let text = self.plain(true)?;
                patch.put(name, (text != "null").then_some(text)).ok()?;
            }
            if !self.skips(", ") {
                break;
            }
        }
        self.skip("}")?;
        Some(patch)
    }

    fn judged(&mut self) -> Option<Judged> {
        self.skip("{policy: ")?;
        let policy = self.value(true)?;
        self.skip(", tz: ")?;
        let tz = self.value(true)?;
        let mut clocks = BTreeMap::new();
        while self.skips(", ") {
            let clock = Clock::parse(self.until(": {met: ")?).ok()?;
            let met = match self.until(", spent: ")? {
                "true" => true,
                "false" => false,
                _ => return None,
            };
            let spent = self.value(true)?;
            self.skip(", target: ")?;
            let target = self.value(true)?;
            self.skip("}")?;
            let result = Judgement { met, spent, target };
            clocks.insert(clock, result);
        }
        self.skip("}")?;
        Some(Judged { policy, tz, clocks })
    }

    fn lists(&mut self) -> Option<Lists> {
        let mut lists = Lists::default();
        self.skip("{")?;
        loop {
            let name = self.until(": ")?;
            for member in self.items()? {
                lists.put(name, &member).ok()?;
            }
            if !self.skips(", ") {
                break;
            }
        }
        self.skip("}")?;
        Some(lists)
    }
}
