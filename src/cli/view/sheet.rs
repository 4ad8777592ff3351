//! Text down a page: lines, and facts with their names at the left.

use super::records::Look;
use super::style::{Style, Tone};
use super::{age, sanitize, wrap};
use crate::ticket::Timestamp;
use chrono::Local;

/// The widest lines that are comfortable to read.
pub const WIDEST: usize = 100;

/// A page that is being written.
pub struct Sheet {
    /// What stands on it.
    pub text: String,
    /// The present.
    pub now: Timestamp,
    /// How it looks.
    pub look: Look,
}

impl Sheet {
    /// An empty page.
    #[must_use]
    pub fn new(now: Timestamp, look: Look) -> Self {
        let text = String::new();
        Self { text, now, look }
    }

    /// Clean text in a tone.
    #[must_use]
    pub fn paint(&self, text: &str, tone: Tone) -> String {
        self.look.style.paint(text, tone).into_owned()
    }

    /// Writes a line of clean text.
    pub fn line(&mut self, text: &str) {
        self.text.push_str(text.trim_end());
        self.text.push('\n');
    }

    /// Writes what there is to something, wrapped beside its name at lines that
    /// are comfortable to read, from that column on.
    pub fn fact(&mut self, name: &str, column: usize, value: &str, tone: Tone) {
        let width = self.look.width.unwrap_or(WIDEST).clamp(40, WIDEST);
        let fact = fact((name, column), (value, tone), width, self.look.style);
        self.text.push_str(&fact);
    }

    /// A moment as the reader's clock shows it.
    #[must_use]
    pub fn moment(&self, at: Timestamp) -> String {
        age::moment(at.utc(), self.now.utc(), &Local)
    }
}

/// Facts, one a line: a label, and what there is to say, wrapped beside it.
/// Those without words are left out; one without a label goes on from the one
/// before.
#[must_use]
pub fn facts(facts: &[(&str, String)], look: Look) -> String {
    let told = || facts.iter().filter(|(_, text)| !text.is_empty());
    let widest = told().map(|(label, _)| label.len()).max().unwrap_or(0);
    let width = look.width.unwrap_or(usize::MAX);
    let one = |(label, text): &(&str, String)| {
        fact((label, widest + 4), (text, Tone::Plain), width, look.style)
    };
    told().map(one).collect()
}

/// A name, and from that column on what there is to it.
fn fact(
    (name, column): (&str, usize),
    (value, tone): (&str, Tone),
    width: usize,
    style: Style,
) -> String {
    let wrapped = wrap::wrap(&sanitize::block(value), width, column);
    let gap = " ".repeat(column.saturating_sub(name.len() + 2).max(1));
    let name = style.paint(name, Tone::Dim);
    let margin = " ".repeat(column);
    let mut text = String::new();
    for (place, line) in wrapped.lines().enumerate() {
        let lead = match place {
            0 => format!("  {name}{gap}"),
            _ => margin.clone(),
        };
        let line = line.get(column..).unwrap_or_default();
        let line = style.paint(line, tone);
        text.push_str(format!("{lead}{line}").trim_end());
        text.push('\n');
    }
    text
}
