//! `desk search`.

use super::list::filter;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::span::Member;
use crate::cli::view::records::{self, Format, Record, Schema};
use crate::cli::view::style::Tone;
use crate::cli::view::ticket::{status_text, status_tone};
use crate::cli::view::{Flow, age, sanitize};
use crate::desk::filter::names_field;
use crate::desk::record::{self, Record as Shape};
use crate::desk::{Found, fields};
use crate::store::cache::Marked;
use crate::ticket::Timestamp;
use clap::Args;
use serde_json::{Value, json};
use std::cmp::Ordering;
use std::fmt::Write as _;
use std::io;

/// Search all tickets for words, the best match first
///
/// Every word must occur in title, id, requester or texts; case and diacritics
/// make no difference, and parts of words are found. Words with spaces in one
/// argument are a phrase. Terms of `desk list` narrow it down; without one,
/// tickets that are over are found too.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk search vpn gateway
  desk search 'after sleep' is:resolved
  desk search zurich opened.after:30d --json")]
pub struct Search {
    /// Words to look for, and terms as for desk list
    #[arg(required = true, value_name = "WORD|TERM")]
    words: Vec<String>,

    /// At most so many
    #[arg(long, value_name = "N", default_value_t = 20)]
    limit: usize,
}

impl Search {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let (terms, words): (Vec<String>, Vec<String>) =
            self.words.into_iter().partition(|word| names_field(word));
        let words: Vec<String> = words
            .iter()
            .map(|word| word.trim().to_owned())
            .filter(|word| !word.is_empty())
            .collect();
        if words.is_empty() {
            return Err(CliError::usage(
                "there are no words to search for",
                "desk search vpn gateway; for terms alone: desk list",
            ));
        }
        let span = session.span()?;
        let (mut hits, mut all) = (Vec::new(), 0);
        for Member { name, desk } in span.members() {
            let now = desk.world().now();
            let snapshot = desk.snapshot()?;
            let filter = filter(session, desk, &snapshot, &terms, now)?;
            let (found, met) = desk.search(&snapshot, &words, &filter, self.limit)?;
            if let Some(trouble) = desk.cache_trouble() {
                session.say(&format!("answered without the cache: {trouble}"));
            }
            all += met;
            let desk = span.several.then_some(name.as_str());
            hits.extend(found.into_iter().map(|found| Hit { found, desk, now }));
        }
        if span.several {
            // Each desk's scores are by how rare a word is there: nearly, not
            // quite, the same measure.
            hits.sort_by(|a, b| {
                b.found
                    .score
                    .partial_cmp(&a.found.score)
                    .unwrap_or(Ordering::Equal)
            });
            hits.truncate(self.limit);
        }
        let format = match () {
            () if session.everywhere.json => Format::Json,
            () if session.everywhere.quiet => Format::Ids,
            () => {
                let pages: Vec<String> = hits.iter().map(|hit| page(hit, session)).collect();
                session.page(&pages.join("\n"))?;
                if all == 0 {
                    session.say("no tickets match");
                } else if hits.len() < all {
                    session.say(&format!("{} of {all} tickets", hits.len()));
                }
                return Ok(());
            }
        };
        let schema = schema(span.several);
        let rows = hits.iter().map(|hit| row(hit, &schema));
        match records::write(
            &mut io::stdout().lock(),
            format,
            &schema,
            rows,
            session.look,
        )? {
            Flow::Done => Ok(()),
            Flow::ReaderGone => Err(CliError::ReaderGone),
        }
    }
}

/// A ticket that was found, and where.
struct Hit<'a> {
    found: Found,
    /// The desk it is from, where there are several.
    desk: Option<&'a str>,
    now: Timestamp,
}

/// Two lines: what it is, and where the words are.
fn page(hit: &Hit<'_>, session: &Session) -> String {
    let Hit { found, desk, now } = hit;
    let style = session.look.style;
    let ticket = &found.ticket;
    let status = ticket.status();
    let desk = desk.map_or_else(String::new, |desk| format!("  {}", sanitize::line(desk)));
    let mut text = format!(
        "{}{desk}  {}  {}  {}\n",
        style.paint(ticket.id().as_str(), Tone::Accent),
        marked(&found.title, session),
        style.paint(
            &sanitize::line(&status_text(ticket.header(), status)),
            status_tone(status)
        ),
        style.paint(
            &age::moment(ticket.updated().utc(), now.utc(), &chrono::Local),
            Tone::Dim
        ),
    );
    let excerpt = marked(&found.excerpt, session);
    if !excerpt.trim().is_empty() {
        let _ = writeln!(text, "    {excerpt}");
    }
    text
}

/// On one line, clean, with what was found standing out.
fn marked(pieces: &[Marked], session: &Session) -> String {
    let mut text = String::new();
    for piece in pieces {
        let clean = sanitize::line(&piece.text);
        let tone = if piece.hit { Tone::Warn } else { Tone::Plain };
        text.push_str(&session.look.style.paint(&clean, tone));
    }
    text
}

/// The fields of `desk list`, and what only a search knows.
fn schema(several: bool) -> Schema {
    let own: &[&str] = if several {
        &["score", "excerpt", "desk"]
    } else {
        &["score", "excerpt"]
    };
    let names = fields::COLUMNS.iter().map(|column| column.name);
    Schema {
        name: "tickets".into(),
        version: record::SHAPE,
        fields: names
            .chain(own.iter().copied())
            .map(str::to_owned)
            .collect(),
        columns: Vec::new(),
    }
}

fn row(hit: &Hit<'_>, schema: &Schema) -> Record {
    let found = &hit.found;
    let mut brief = Shape::of(&found.ticket).brief();
    brief["score"] = json!(found.score);
    let excerpt: String = found
        .excerpt
        .iter()
        .map(|piece| piece.text.as_str())
        .collect();
    brief["excerpt"] = json!(excerpt);
    brief["desk"] = json!(hit.desk);
    let value = |name: &String| brief.get(name).cloned().unwrap_or(Value::Null);
    Record {
        values: schema.fields.iter().map(value).collect(),
        cells: Vec::new(),
    }
}
