//! Reading all tickets of a commit.

use super::app::Desk;
use super::error::DeskError;
use super::rules::{self, Rules};
use crate::store::{EntryKind, Snapshot};
use crate::ticket::value::Value as _;
use crate::ticket::{Ticket, TicketId};

/// The tickets of a commit: those that can be read, and those that can't.
#[derive(Debug, Default)]
pub struct Reading {
    /// In the order of their ids.
    pub tickets: Vec<Ticket>,
    /// Files that hide nothing but themselves.
    pub damaged: Vec<Damaged>,
    /// Tickets with hand edits that were committed and not adopted.
    pub edited: Vec<TicketId>,
}

/// A ticket whose file can't be read.
#[derive(Debug)]
pub struct Damaged {
    /// The file's ticket.
    pub id: TicketId,
    /// What is wrong, with path and line.
    pub error: DeskError,
}

impl Desk {
    /// All tickets of a commit.
    ///
    /// # Errors
    /// Git can't be read. A damaged ticket is no error here: it is listed.
    pub fn read(&self, snapshot: &Snapshot<'_>) -> Result<Reading, DeskError> {
        let mut reading = Reading::default();
        snapshot.walk_entries("tickets", |path, entry| {
            let Some(id) = TicketId::from_path(path) else {
                return Ok::<_, DeskError>(());
            };
            let stored = match entry.kind {
                EntryKind::File => rules::stored_blob(snapshot, &id, entry.id).map(Some),
                // A link or a folder in a ticket's place: reading says so.
                _ => rules::stored(snapshot, &id),
            };
            match stored {
                Ok(Some(stored)) => {
                    if stored.drift().is_some() {
                        reading.edited.push(id);
                    }
                    reading.tickets.push(stored.ticket);
                }
                Ok(None) => {}
                Err(error) => reading.damaged.push(Damaged { id, error }),
            }
            Ok(())
        })?;
        Ok(reading)
    }

    /// The tickets meant by what was typed, each or the reason why not.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn find(
        &self,
        snapshot: &Snapshot<'_>,
        typed: &[String],
    ) -> Result<Vec<Result<Ticket, DeskError>>, DeskError> {
        // A broken policy never blocks reading: it only decides who `@` is.
        let me = || Rules::load(snapshot).and_then(|rules| self.me(&rules));
        let last = || self.last_of(snapshot, &me()?);
        let mut finder = super::find::Finder::new(snapshot, &last);
        Ok(typed
            .iter()
            .map(|typed| {
                let id = finder.find(typed)?;
                let stored = rules::stored(snapshot, &id)?;
                stored
                    .map(|stored| stored.ticket)
                    .ok_or_else(|| DeskError::NotFound { typed: id.text() })
            })
            .collect())
    }
}
