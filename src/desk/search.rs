//! Full-text search over all tickets.

use super::app::Desk;
use super::cached::About;
use super::error::DeskError;
use super::filter::{Filter, says};
use super::text::fold;
use crate::store::Snapshot;
use crate::store::cache::{Answer, CacheError, Column, Hit, Marked, OrderBy, Select, Test, View};
use crate::ticket::Ticket;
use std::ops::ControlFlow;

/// A ticket that was found.
#[derive(Debug)]
pub struct Found {
    /// The ticket.
    pub ticket: Ticket,
    /// How well it fits: higher is better. `None` where the words are too short
    /// to rank by; the last updated comes first then.
    pub score: Option<f64>,
    /// Its title, in pieces.
    pub title: Vec<Marked>,
    /// Where the words occur in its texts, in pieces.
    pub excerpt: Vec<Marked>,
}

impl Desk {
    /// The first `limit` tickets that have all `words` in title, id, requester
    /// or texts, and that `filter` lets through, the best first; and how many
    /// there are in all.
    ///
    /// Case and diacritics make no difference for words of three letters and
    /// more; shorter ones are looked for as filters do.
    ///
    /// # Errors
    /// The tickets can't be read.
    pub fn search(
        &self,
        snapshot: &Snapshot<'_>,
        words: &[String],
        filter: &Filter,
        limit: usize,
    ) -> Result<(Vec<Found>, usize), DeskError> {
        let question = |view: &View| search(view, words, filter, limit);
        if let Some(found) = self.cache(snapshot, About::Words).ask(question) {
            return Ok(found);
        }
        let view = self
            .store
            .cache_in_memory(snapshot, self.wanted(About::Words));
        Ok(view.and_then(|view| question(&view))?)
    }

    /// Answers one `SELECT` about the tickets of a commit.
    ///
    /// # Errors
    /// It is not one, or makes no sense; or the tickets can't be read.
    pub fn sql(&self, snapshot: &Snapshot<'_>, statement: &str) -> Result<Answer, DeskError> {
        let names = |table: &str| statement.to_lowercase().contains(table);
        let about = match names("revision") || names("past") {
            true => About::Past,
            false => About::Tickets,
        };
        if let Some(view) = self.cache(snapshot, about).into_view() {
            match view.sql(statement) {
                Ok(answer) => return Ok(answer),
                // A statement that makes no sense says nothing about the cache.
                Err(CacheError::Store(error)) => return Err(error.into()),
                Err(error) => self.note_cache_trouble(&error),
            }
        }
        let view = self.store.cache_in_memory(snapshot, self.wanted(about))?;
        Ok(view.sql(statement)?)
    }
}

fn search(
    view: &View,
    words: &[String],
    filter: &Filter,
    limit: usize,
) -> Result<(Vec<Found>, usize), CacheError> {
    let (conditions, exact) = filter.conditions();
    let folded = words.iter().map(|word| fold(word));
    let (long, short): (Vec<String>, Vec<String>) = folded.partition(|word| Test::can_say(word));
    let mut hits: Vec<(Ticket, Option<f64>)> = Vec::new();
    let mut found = 0;
    let sure = exact && short.is_empty() && !long.is_empty();
    let mut take = |ticket: Ticket, score: Option<f64>| {
        let fits = short.iter().all(|word| says(&ticket, word));
        if fits && (exact || filter.matches(&ticket)) {
            found += 1;
            if hits.len() < limit {
                hits.push((ticket, score));
            }
        }
        // Where every ticket fits, they need not be read to be counted.
        if sure && hits.len() >= limit {
            ControlFlow::Break(())
        } else {
            ControlFlow::Continue(())
        }
    };
    if long.is_empty() {
        let newest = Column::named("updated").map(|column| OrderBy::Column {
            column,
            descending: true,
        });
        let select = Select {
            conditions,
            order: newest.into_iter().collect(),
        };
        view.select(&select, None, &mut |ticket| take(ticket, None))?;
    } else {
        let met = view.search(&long, &conditions, &mut |Hit { ticket, score }| {
            take(ticket, Some(score))
        })?;
        if sure {
            found = met;
        }
    }
    let texts: Vec<(String, String)> = hits.iter().map(|(ticket, _)| texts(ticket)).collect();
    let marked = view.mark(&long, &texts)?;
    let found_hits = hits
        .into_iter()
        .zip(marked)
        .map(|((ticket, score), (title, excerpt))| Found {
            ticket,
            score,
            title,
            excerpt,
        });
    Ok((found_hits.collect(), found))
}

/// What is shown of a ticket: title, and everything that was said.
fn texts(ticket: &Ticket) -> (String, String) {
    let said = ticket.active().flat_map(|event| event.said());
    let requester = ticket.header().requester.iter().map(|line| line.as_str());
    let all: Vec<&str> = said.chain(requester).collect();
    (ticket.title().to_owned(), all.join(" · "))
}
