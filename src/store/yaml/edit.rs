//! Small edits of `people.yaml` as text: comments and layout stay as they are.
//! Every edit is read again and compared with what was meant.

use super::error::{Fault, YamlError};
use super::policy::Lines;
use super::scalar::{self, Place};
use crate::policy::people::file::{AbsenceEntry, RosterFile};

/// The file with one absence more, and nothing else changed.
///
/// # Errors
/// [`YamlError`]: it can't be read, the person is not in it, or it is written
/// in a way that can't be edited by itself; the hint has the lines to add.
pub fn add_absence(bytes: &[u8], who: &str, absence: &AbsenceEntry) -> Result<String, YamlError> {
    let before: RosterFile = super::read_roster_file(bytes)?;
    let line = Lines::of(bytes).line(&format!("people.{who}"));
    let item = flow_item(absence);
    let cant = || {
        let hint = format!("add it by hand, under `absences` of {who}:\n- {item}");
        Fault::content(format!("{who}'s entry can't be edited by itself"), hint).at(line)
    };
    let mut wanted = before;
    let person = wanted.people.get_mut(who).ok_or_else(cant)?;
    person.absences.push(absence.clone());
    let text = std::str::from_utf8(bytes).map_err(|_| cant())?;
    let edited = insert(text, line, who, &item).ok_or_else(cant)?;
    // What the edit made is what was meant, or it is not made.
    match super::read_roster_file(edited.as_bytes()) {
        Ok(made) if made == wanted => Ok(edited),
        _ => Err(cant()),
    }
}

/// `{from: 2026-12-24, to: 2026-12-31, why: holiday, cover: omar}`.
fn flow_item(absence: &AbsenceEntry) -> String {
    let parts = [
        ("from", Some(&absence.from)),
        ("to", Some(&absence.to)),
        ("why", absence.why.as_ref()),
        ("cover", absence.cover.as_ref()),
    ];
    let told = parts.into_iter().filter_map(|(key, value)| {
        let value = value?;
        // Days and times are bare, as people write them.
        let bare = ["from", "to"].contains(&key);
        let mut out = format!("{key}: ");
        if bare {
            out.push_str(value);
        } else {
            scalar::write(&mut out, value, Place::Flow);
        }
        Some(out)
    });
    format!("{{{}}}", told.collect::<Vec<_>>().join(", "))
}

/// A line of the text: where it starts, and where it ends, line feed included.
#[derive(Clone, Copy)]
struct Row {
    start: usize,
    end: usize,
}

fn rows(text: &str) -> Vec<Row> {
    let mut start = 0;
    let ends = text.split_inclusive('\n').map(|line| line.len());
    ends.map(|length| {
        let row = Row {
            start,
            end: start + length,
        };
        start = row.end;
        row
    })
    .collect()
}

fn indent(line: &str) -> usize {
    line.len() - line.trim_start_matches(' ').len()
}

/// Whether a line says something.
fn says(line: &str) -> bool {
    let line = line.trim();
    !line.is_empty() && !line.starts_with('#')
}

/// The text with the item in the absences of the person whose entry starts at
/// that line.
fn insert(text: &str, line: usize, who: &str, item: &str) -> Option<String> {
    let rows = rows(text);
    let first = line.checked_sub(1)?;
    let row = rows.get(first)?;
    let head = &text[row.start..row.end];
    let key_indent = indent(head);
    let key = head.find(who)?;
    let value = key + head[key..].find(':')? + 1;
    let value = value + indent(&head[value..]);
    if says(&head[value..]) {
        return into_flow(text, row.start + value, item);
    }
    let deeper = |row: &&Row| {
        let line = &text[row.start..row.end];
        !says(line) || indent(line) > key_indent
    };
    let block: Vec<&Row> = rows.get(first + 1..)?.iter().take_while(deeper).collect();
    let last = block
        .iter()
        .rposition(|row| says(&text[row.start..row.end]))?;
    let block = &block[..=last];
    let inner = block.iter().map(|row| &text[row.start..row.end]);
    let child = inner.clone().find(|line| says(line)).map(indent)?;
    let is_absences = |line: &&str| indent(line) == child && line.trim().starts_with("absences:");
    let newline = if text.contains("\r\n") { "\r\n" } else { "\n" };
    let Some(own) = inner.clone().position(|line| is_absences(&line)) else {
        let spaces = " ".repeat(child);
        let lines = format!("{spaces}absences:{newline}{spaces}- {item}{newline}");
        return Some(put(text, block[last].end, &lines, newline));
    };
    let head = &text[block[own].start..block[own].end];
    let value = head.find(':')? + 1;
    if says(&head[value..]) {
        let opens = head[value..].find('[')? + value;
        return into_list(text, block[own].start + opens, item);
    }
    // A list may stand as deep as its key.
    let belongs = |line: &str| indent(line) > child || line.trim_start().starts_with("- ");
    let items = block[own + 1..].iter();
    let items = items.take_while(|row| {
        let line = &text[row.start..row.end];
        !says(line) || (indent(line) >= child && belongs(line))
    });
    let items: Vec<_> = items.collect();
    let said = items
        .iter()
        .rposition(|row| says(&text[row.start..row.end]))?;
    let depth = indent(&text[items[0].start..items[0].end]);
    let depth = items
        .iter()
        .map(|row| &text[row.start..row.end])
        .find(|line| says(line))
        .map_or(depth, indent);
    let line = format!("{}- {item}{newline}", " ".repeat(depth));
    Some(put(text, items[said].end, &line, newline))
}

/// The text with whole lines put in at a place.
fn put(text: &str, at: usize, lines: &str, newline: &str) -> String {
    let before = &text[..at];
    let between = if before.ends_with('\n') { "" } else { newline };
    format!("{before}{between}{lines}{}", &text[at..])
}

/// The text with the item in the absences of the mapping in braces that opens
/// at a place.
fn into_flow(text: &str, opens: usize, item: &str) -> Option<String> {
    if !text[opens..].starts_with('{') {
        return None;
    }
    let close = closing(text, opens)?;
    let inside = &text[opens + 1..close];
    if let Some(at) = key_at_top(inside, "absences") {
        let value = opens + 1 + at;
        let list = text[value..close].find('[')? + value;
        return into_list(text, list, item);
    }
    let kept = text[..close].trim_end();
    let comma = if kept.ends_with(['{', ',']) { "" } else { ", " };
    let comma = if kept.ends_with(',') { " " } else { comma };
    Some(format!("{kept}{comma}absences: [{item}]{}", &text[close..]))
}

/// The text with the item at the end of the list in brackets that opens at a
/// place.
fn into_list(text: &str, opens: usize, item: &str) -> Option<String> {
    let close = closing(text, opens)?;
    let kept = text[..close].trim_end();
    let comma = if kept.ends_with('[') {
        ""
    } else if kept.ends_with(',') {
        " "
    } else {
        ", "
    };
    Some(format!("{kept}{comma}{item}{}", &text[close..]))
}

/// Where the bracket that opens at a place is closed.
fn closing(text: &str, opens: usize) -> Option<usize> {
    let mut walk = Walk::default();
    text[opens..].char_indices().find_map(|(at, c)| {
        walk.step(c);
        (at > 0 && walk.depth == 0).then_some(opens + at)
    })
}

/// Where the value of a key begins, in what stands between braces.
fn key_at_top(inside: &str, key: &str) -> Option<usize> {
    let mut walk = Walk::default();
    let mut fresh = true;
    for (at, c) in inside.char_indices() {
        if fresh && walk.depth == 0 && walk.quote.is_none() && inside[at..].starts_with(key) {
            let rest = &inside[at + key.len()..];
            if rest.trim_start().starts_with(':') {
                return Some(at + key.len());
            }
        }
        walk.step(c);
        fresh = walk.depth == 0 && (c == ',' || (fresh && c.is_whitespace()));
    }
    None
}

/// How deep in brackets a walk over a text is.
#[derive(Default)]
struct Walk {
    depth: usize,
    quote: Option<char>,
    escaped: bool,
    comment: bool,
    last: Option<char>,
}

impl Walk {
    fn step(&mut self, c: char) {
        let last = self.last.replace(c);
        if self.comment {
            self.comment = c != '\n';
            return;
        }
        if let Some(quote) = self.quote {
            if self.escaped {
                self.escaped = false;
            } else if c == '\\' && quote == '"' {
                self.escaped = true;
            } else if c == quote {
                self.quote = None;
            }
            return;
        }
        let starts = last.is_none_or(|last| last.is_whitespace() || "[{,:".contains(last));
        match c {
            '"' | '\'' if starts => self.quote = Some(c),
            '#' if last.is_some_and(char::is_whitespace) => self.comment = true,
            '{' | '[' => self.depth += 1,
            '}' | ']' => self.depth = self.depth.saturating_sub(1),
            _ => {}
        }
    }
}
