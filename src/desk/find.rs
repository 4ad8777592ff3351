//! What people type for a ticket → its id.

use super::cached::Cache;
use super::error::DeskError;
use super::rules;
use crate::store::{Snapshot, yaml};
use crate::ticket::id::IdGuess;
use crate::ticket::value::{Key, Value as _};
use crate::ticket::{Line, Ticket, TicketId};
use std::collections::HashMap;

/// Finds tickets by id or a part of it, `@`, `key:K`, or a number of another
/// system; in a commit, and among tickets that are not committed yet.
pub(super) struct Finder<'a> {
    snapshot: &'a Snapshot<'a>,
    cache: &'a Cache<'a>,
    last: &'a dyn Fn() -> Result<Option<TicketId>, DeskError>,
    touched: HashMap<TicketId, Ticket>,
    latest: Option<TicketId>,
    meant: HashMap<String, TicketId>,
    ids: Option<Vec<TicketId>>,
}

impl<'a> Finder<'a> {
    /// `last` finds out which ticket `@` is, where nothing was touched yet.
    pub(super) fn new(
        snapshot: &'a Snapshot<'a>,
        cache: &'a Cache<'a>,
        last: &'a dyn Fn() -> Result<Option<TicketId>, DeskError>,
    ) -> Self {
        Self {
            snapshot,
            cache,
            last,
            touched: HashMap::new(),
            latest: None,
            meant: HashMap::new(),
            ids: None,
        }
    }

    /// A ticket as it will be once the batch is committed.
    pub(super) fn touch(&mut self, ticket: &Ticket) {
        self.touched.insert(ticket.id().clone(), ticket.clone());
    }

    /// The ticket that `@` means from now on.
    pub(super) fn remember(&mut self, id: &TicketId) {
        self.latest = Some(id.clone());
    }

    /// The ticket, if the batch has touched it.
    pub(super) fn touched(&self, id: &TicketId) -> Option<&Ticket> {
        self.touched.get(id)
    }

    /// The ticket meant by what was typed.
    pub(super) fn find(&mut self, typed: &str) -> Result<TicketId, DeskError> {
        if matches!(typed, "@" | "last") {
            let last = match &self.latest {
                Some(latest) => Some(latest.clone()),
                None => (self.last)()?,
            };
            return last.ok_or_else(|| DeskError::NotFound {
                typed: typed.to_owned(),
            });
        }
        if let Some(id) = self.meant.get(typed) {
            return Ok(id.clone());
        }
        let id = self.look_up(typed)?;
        self.meant.insert(typed.to_owned(), id.clone());
        Ok(id)
    }

    fn look_up(&mut self, typed: &str) -> Result<TicketId, DeskError> {
        let nobody = || DeskError::NotFound {
            typed: typed.to_owned(),
        };
        if let Some(key) = typed.strip_prefix("key:") {
            // What is over is found where nothing is live, the newest of it.
            let mut all = self.with_key(&Key::parse(key)?)?;
            all.sort_by_key(|ticket| (ticket.status().is_live(), ticket.opened()));
            let meant = all.last().map(|ticket| ticket.id().clone());
            return meant.ok_or_else(nobody);
        }
        let guess = IdGuess::parse(typed);
        if let Some(id) = guess.as_ref().and_then(IdGuess::exact)
            && (self.touched.contains_key(&id) || self.snapshot.blob(&id.path())?.is_some())
        {
            return Ok(id);
        }
        let mut candidates = match guess {
            Some(guess) => {
                let touched: Vec<TicketId> = self.touched.keys().cloned().collect();
                let committed = self.ids_like(&guess)?;
                let touched = touched.into_iter().filter(|id| guess.matches(id));
                committed.into_iter().chain(touched).collect()
            }
            None => Vec::new(),
        };
        if candidates.is_empty() {
            candidates = self.known_elsewhere_as(typed)?;
        }
        candidates.sort();
        candidates.dedup();
        match &candidates[..] {
            [] => Err(nobody()),
            [one] => Ok(one.clone()),
            several => Err(DeskError::Ambiguous {
                typed: typed.to_owned(),
                count: several.len(),
                candidates: several
                    .iter()
                    .take(10)
                    .map(|id| (id.clone(), self.title(id)))
                    .collect(),
            }),
        }
    }

    /// Tickets that carry a number of another system, or had this id before.
    fn known_elsewhere_as(&self, typed: &str) -> Result<Vec<TicketId>, DeskError> {
        let Ok(reference) = Line::parse(typed) else {
            return Ok(Vec::new());
        };
        let named = |ticket: &Ticket| {
            let header = ticket.header();
            header.refs.contains(&reference)
                || header.alias.iter().any(|alias| alias.as_str() == typed)
        };
        let known = self.cache.ask(|view| view.known_elsewhere_as(typed));
        let found = self.candidates(known, typed)?.into_iter();
        Ok(found
            .filter(named)
            .map(|ticket| ticket.id().clone())
            .collect())
    }

    /// The live ticket that has the key; at most one has.
    pub(super) fn live_with_key(&self, key: &Key) -> Result<Option<Ticket>, DeskError> {
        let all = self.with_key(key)?;
        Ok(all.into_iter().find(|ticket| ticket.status().is_live()))
    }

    /// Tickets that have the key, in the order of their ids.
    fn with_key(&self, key: &Key) -> Result<Vec<Ticket>, DeskError> {
        let known = self.cache.ask(|view| view.with_key(key.as_str()));
        let mut all = self.candidates(known, key.as_str())?;
        all.retain(|ticket| ticket.header().key.as_ref() == Some(key));
        all.sort_by(|a, b| a.id().cmp(b.id()));
        Ok(all)
    }

    /// Those that the cache knows, or, without it, those in whose file `text`
    /// stands; as the batch has them so far. Damaged files hide nothing but
    /// themselves; `list` and `doctor` name them.
    fn candidates(&self, known: Option<Vec<Ticket>>, text: &str) -> Result<Vec<Ticket>, DeskError> {
        let mut found: Vec<Ticket> = self.touched.values().cloned().collect();
        let is_touched = |id: &TicketId| self.touched.contains_key(id);
        if let Some(known) = known {
            found.extend(known.into_iter().filter(|ticket| !is_touched(ticket.id())));
            return Ok(found);
        }
        // In quotes, some characters stand in files as others.
        let plain = |byte: u8| byte.is_ascii_graphic() && !matches!(byte, b'"' | b'\'' | b'\\');
        let as_is = text.bytes().all(plain);
        for (id, blob) in rules::tickets(self.snapshot)? {
            if is_touched(&id) {
                continue;
            }
            let bytes = self.snapshot.read_blob(blob)?;
            let mut windows = bytes.windows(text.len());
            if (!as_is || windows.any(|window| window == text.as_bytes()))
                && let Ok(stored) = yaml::read_ticket(&id, &bytes)
            {
                found.push(stored.ticket);
            }
        }
        Ok(found)
    }

    /// Committed tickets that may be meant.
    fn ids_like(&mut self, guess: &IdGuess) -> Result<Vec<TicketId>, DeskError> {
        if let Some(ids) = self.cache.ask(|view| view.ids_like(guess)) {
            return Ok(ids);
        }
        if self.ids.is_none() {
            let tickets = rules::tickets(self.snapshot)?;
            self.ids = Some(tickets.into_iter().map(|(id, _)| id).collect());
        }
        let ids = self.ids.iter().flatten();
        Ok(ids.filter(|id| guess.matches(id)).cloned().collect())
    }

    /// The title of a candidate, or why it can't be read.
    fn title(&self, id: &TicketId) -> String {
        if let Some(ticket) = self.touched.get(id) {
            return ticket.title().to_owned();
        }
        match rules::stored(self.snapshot, id) {
            Ok(Some(stored)) => stored.ticket.title().to_owned(),
            Ok(None) => String::new(),
            Err(error) => error.to_string(),
        }
    }
}
