//! What happened since a commit: a stream for integrations.

use super::app::Desk;
use super::error::DeskError;
use super::history::difference;
use crate::store::{BlobId, CommitId, Snapshot, StoreError, yaml};
use crate::ticket::{Event, EventId, TicketId};

/// Something that a commit did to a ticket.
#[derive(Debug, Clone)]
pub struct Happening {
    /// The commit: where to resume from.
    pub commit: CommitId,
    /// The ticket.
    pub ticket: TicketId,
    /// What.
    pub what: What,
}

/// What a commit did to a ticket.
#[derive(Debug, Clone)]
pub enum What {
    /// An event was added.
    Event(Box<Event>),
    /// Events were removed, by something that is not desk.
    Removed(Vec<EventId>),
    /// The file changed and no event did: a hand edit.
    Edited,
    /// The file can't be read as it is after the commit.
    Damaged(String),
}

impl Desk {
    /// Tells what happened in the commits that led to a snapshot and not to
    /// `after`, parents first; all of history without it.
    ///
    /// # Errors
    /// There is no such commit here, git can't be read, or what `tell` returns,
    /// which ends it.
    pub fn happenings<E: From<DeskError> + From<StoreError>>(
        &self,
        snapshot: &Snapshot<'_>,
        after: Option<CommitId>,
        mut tell: impl FnMut(&Happening) -> Result<(), E>,
    ) -> Result<(), E> {
        self.store
            .changes_since(snapshot, after, "tickets", |changed| {
                for change in &changed.changes {
                    let Some(ticket) = TicketId::from_path(&change.path) else {
                        continue;
                    };
                    for what in self.whats(&ticket, change.before, change.after)? {
                        tell(&Happening {
                            commit: changed.commit,
                            ticket: ticket.clone(),
                            what,
                        })?;
                    }
                }
                Ok(())
            })
    }

    fn whats(
        &self,
        id: &TicketId,
        before: Option<BlobId>,
        after: Option<BlobId>,
    ) -> Result<Vec<What>, DeskError> {
        let read = |blob: Option<BlobId>| -> Result<Result<Vec<Event>, String>, DeskError> {
            let Some(blob) = blob else {
                return Ok(Ok(Vec::new()));
            };
            let bytes = self.store.read_blob(blob)?;
            Ok(yaml::read_ticket(id, &bytes)
                .map(|stored| stored.ticket.timeline().to_vec())
                .map_err(|error| error.to_string()))
        };
        let after = match read(after)? {
            Ok(after) => after,
            Err(damage) => return Ok(vec![What::Damaged(damage)]),
        };
        let before = read(before)?.unwrap_or_default();
        let (came, went) = difference(&before, &after);
        let mut whats: Vec<What> = came
            .into_iter()
            .map(|event| What::Event(Box::new(event)))
            .collect();
        if !went.is_empty() {
            whats.push(What::Removed(went));
        }
        if whats.is_empty() {
            whats.push(What::Edited);
        }
        Ok(whats)
    }
}
