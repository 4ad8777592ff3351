//! A change of a ticket → its commit.

use super::author::author;
use super::error::DeskError;
use super::message::message;
use crate::policy::Roster;
use crate::store::{Draft, Expect, FileChange, Identity, yaml};
use crate::ticket::{Event, Header, Ticket, Timestamp};

/// What is the same for every commit of a batch.
pub(super) struct Clerk<'a> {
    /// Who records: git's identity.
    pub recorder: &'a Identity,
    /// Who is on the roster.
    pub roster: &'a Roster,
    /// The present.
    pub now: Timestamp,
    /// Minutes that the local time is ahead of UTC.
    pub utc_offset: i32,
}

impl Clerk<'_> {
    /// The commit of `events`, at least one, which turned `before` into
    /// `ticket`.
    ///
    /// # Errors
    /// The file would be too large to be read again.
    pub(super) fn draft(
        &self,
        before: &Header,
        ticket: &Ticket,
        events: &[Event],
        worktree: Expect,
    ) -> Result<Draft, DeskError> {
        let content = yaml::write_ticket(ticket).into_bytes();
        if content.len() > yaml::MAX_BYTES {
            return Err(DeskError::TooLarge {
                id: ticket.id().clone(),
            });
        }
        let first = events.first();
        Ok(Draft {
            files: vec![FileChange {
                path: ticket.id().path(),
                content,
                worktree,
            }],
            message: message(before, ticket, events),
            author: first.map_or_else(
                || self.recorder.clone(),
                |event| author(self.recorder, self.roster, &event.by),
            ),
            authored_at: first.map_or(self.now, |event| event.at).unix(),
            authored_offset_min: self.utc_offset,
            committed_at: self.now.unix(),
            committed_offset_min: self.utc_offset,
        })
    }
}
