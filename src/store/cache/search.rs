//! Full-text search: three letters at a time, without case and diacritics, so
//! that parts of compound words and scripts without spaces are found.

use super::select::{Condition, names_some, ranked};
use super::{CacheError, View, codec};
use crate::ticket::Ticket;
use rusqlite::{Connection, OptionalExtension as _, params};
use std::ops::ControlFlow;

/// A ticket that was found.
#[derive(Debug)]
pub struct Hit {
    /// The ticket.
    pub ticket: Ticket,
    /// How well it fits: higher is better; comparable within one search only.
    pub score: f64,
}

/// A text as a phrase of an FTS5 query: no operator, whatever it holds.
pub(super) fn phrase(text: &str) -> String {
    format!("\"{}\"", text.replace('"', "\"\""))
}

/// A piece of a text.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Marked {
    /// Its characters.
    pub text: String,
    /// Whether it is what was looked for.
    pub hit: bool,
}

/// A title and an excerpt, in pieces.
pub type MarkedTicket = (Vec<Marked>, Vec<Marked>);

/// Characters that SQLite puts around what was found. Texts are rid of them
/// first.
const MARKS: [char; 2] = ['\u{1}', '\u{2}'];

impl View {
    /// Titles with the words marked, and excerpts of texts around them.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn mark(
        &self,
        words: &[String],
        texts: &[(String, String)],
    ) -> Result<Vec<MarkedTicket>, CacheError> {
        // The index keeps no texts, so that they are not there twice; the few
        // that are shown are indexed once more, in memory.
        let conn = Connection::open_in_memory()?;
        conn.execute_batch(
            "CREATE VIRTUAL TABLE shown USING fts5 \
             (title, words, tokenize = 'trigram remove_diacritics 1')",
        )?;
        let mut insert =
            conn.prepare("INSERT INTO shown (rowid, title, words) VALUES (?, ?, ?)")?;
        for (place, (title, words)) in texts.iter().enumerate() {
            let clean = |text: &str| text.replace(MARKS, " ");
            insert.execute(params![place as i64, clean(title), clean(words)])?;
        }
        let query: Vec<String> = words.iter().map(|word| phrase(word)).collect();
        let mut find = conn.prepare(
            "SELECT highlight(shown, 0, char(1), char(2)), \
             snippet(shown, 1, char(1), char(2), '…', 64) \
             FROM shown WHERE shown MATCH ? AND rowid = ?",
        )?;
        let query = query.join(" OR ");
        texts
            .iter()
            .enumerate()
            .map(|(place, (title, words))| {
                if query.is_empty() {
                    return Ok((pieces(title), pieces(start(words))));
                }
                let found = find.query_row(params![query, place as i64], |row| {
                    let (title, words): (String, String) = (row.get(0)?, row.get(1)?);
                    Ok((pieces(&title), pieces(&words)))
                });
                let found = found.optional()?;
                Ok(found.unwrap_or_else(|| (pieces(title), pieces(start(words)))))
            })
            .collect()
    }

    /// Visits the tickets that have all these words and meet the conditions,
    /// the best first (BM25), the newest first of equals, until `visit` breaks.
    /// Returns how many there are in all. The words are folded, and [`super::Test::can_say`] holds for each.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn search(
        &self,
        words: &[String],
        conditions: &[Condition],
        visit: &mut dyn FnMut(Hit) -> ControlFlow<()>,
    ) -> Result<usize, CacheError> {
        let (sql, values) = names_some(words);
        let named = self
            .conn
            .query_row(&sql, rusqlite::params_from_iter(values), |row| row.get(0))?;
        let (sql, values) = ranked(words, named, conditions);
        let mut statement = self.conn.prepare(&sql)?;
        let mut rows = statement.query(rusqlite::params_from_iter(values))?;
        let mut body = self.conn.prepare("SELECT data FROM body WHERE n = ?")?;
        let mut met = 0;
        let mut wanted = true;
        while let Some(row) = rows.next()? {
            met += 1;
            if !wanted {
                continue;
            }
            let n: i64 = row.get(0)?;
            let score: f64 = row.get(1)?;
            let ticket =
                body.query_one([n], |row| Ok(codec::decode(row.get_ref(0)?.as_blob()?)))?;
            let hit = Hit {
                ticket: ticket?,
                score: -score,
            };
            wanted = visit(hit).is_continue();
        }
        Ok(met)
    }
}

/// The beginning of a text that has nothing to mark.
fn start(text: &str) -> &str {
    let end = text.char_indices().nth(64).map(|(end, _)| end);
    end.and_then(|end| text.get(..end)).unwrap_or(text)
}

/// A text with marks in it, cut at them.
fn pieces(text: &str) -> Vec<Marked> {
    let mut pieces = Vec::new();
    let mut hit = false;
    for piece in text.split_inclusive(MARKS) {
        let end = piece.chars().next_back();
        let plain = piece.trim_end_matches(MARKS);
        if !plain.is_empty() {
            pieces.push(Marked {
                text: plain.to_owned(),
                hit,
            });
        }
        match end {
            Some('\u{1}') => hit = true,
            Some('\u{2}') => hit = false,
            _ => {}
        }
    }
    pieces
}
