//! What people type for a ticket → its id.

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
        last: &'a dyn Fn() -> Result<Option<TicketId>, DeskError>,
    ) -> Self {
        Self {
            snapshot,
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
            let live = self.live_with_key(&Key::parse(key)?)?;
            return live.map(|ticket| ticket.id().clone()).ok_or_else(nobody);
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
                let known = self.ids()?.iter().chain(&touched);
                known.filter(|id| guess.matches(id)).cloned().collect()
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
        let found = self.mentioning(typed)?.into_iter();
        Ok(found
            .filter(named)
            .map(|ticket| ticket.id().clone())
            .collect())
    }

    /// The live ticket that has the key; at most one has.
    pub(super) fn live_with_key(&self, key: &Key) -> Result<Option<Ticket>, DeskError> {
        let mut live = self.mentioning(key.as_str())?;
        live.retain(|ticket| {
            ticket.header().key.as_ref() == Some(key) && ticket.status().is_live()
        });
        live.sort_by(|a, b| a.id().cmp(b.id()));
        Ok(live.into_iter().next())
    }

    /// Tickets in whose file `text` stands somewhere. Damaged files hide
    /// nothing but themselves; `list` and `doctor` name them.
    fn mentioning(&self, text: &str) -> Result<Vec<Ticket>, DeskError> {
        let mut found: Vec<Ticket> = self.touched.values().cloned().collect();
        for (id, blob) in rules::tickets(self.snapshot)? {
            if self.touched.contains_key(&id) {
                continue;
            }
            let bytes = self.snapshot.read_blob(blob)?;
            if bytes
                .windows(text.len())
                .any(|window| window == text.as_bytes())
                && let Ok(stored) = yaml::read_ticket(&id, &bytes)
            {
                found.push(stored.ticket);
            }
        }
        Ok(found)
    }

    fn ids(&mut self) -> Result<&[TicketId], DeskError> {
        if self.ids.is_none() {
            let tickets = rules::tickets(self.snapshot)?;
            self.ids = Some(tickets.into_iter().map(|(id, _)| id).collect());
        }
        Ok(self.ids.as_deref().unwrap_or_default())
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
