//! A ticket's history as git has it: who changed what, when, in which commit.

use super::app::Desk;
use super::error::DeskError;
use crate::store::{BlobId, CommitId, Identity, Revision, yaml};
use crate::ticket::header::Scalar;
use crate::ticket::{Event, EventId, Header, TicketId, Timestamp};

/// One commit of a ticket's file.
#[derive(Debug, Clone)]
pub struct Entry {
    /// The commit.
    pub commit: CommitId,
    /// Who did it.
    pub author: Identity,
    /// When it was done.
    pub at: Timestamp,
    /// Who recorded it.
    pub recorder: Identity,
    /// When it was recorded.
    pub recorded: Timestamp,
    /// The first line of the commit's message.
    pub subject: String,
    /// Events that the commit added.
    pub events: Vec<Event>,
    /// Events that it removed: no command of desk does that.
    pub removed: Vec<EventId>,
    /// Fields whose value is another after it.
    pub changes: Vec<FieldChange>,
    /// Why a side of it can't be read.
    pub damage: Option<String>,
}

/// A field's value before and after a commit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FieldChange {
    /// The field.
    pub field: String,
    /// What it was.
    pub from: Option<String>,
    /// What it became.
    pub to: Option<String>,
}

/// A ticket's file in one commit.
#[derive(Default)]
struct Side {
    header: Header,
    timeline: Vec<Event>,
    damage: Option<String>,
}

impl Desk {
    /// The history of a ticket, newest first.
    ///
    /// # Errors
    /// Git can't be read. A damaged version is no error here: its entry says so.
    pub fn history(&self, id: &TicketId) -> Result<Vec<Entry>, DeskError> {
        let revisions = self.store.history(&id.path())?;
        revisions
            .into_iter()
            .map(|revision| self.entry(id, revision))
            .collect()
    }

    fn entry(&self, id: &TicketId, revision: Revision) -> Result<Entry, DeskError> {
        let before = self.side(id, revision.before)?;
        let after = self.side(id, revision.after)?;
        let (events, removed) = difference(&before.timeline, &after.timeline);
        Ok(Entry {
            commit: revision.commit,
            author: revision.author,
            at: Timestamp::from_unix(revision.authored_at),
            recorder: revision.committer,
            recorded: Timestamp::from_unix(revision.committed_at),
            subject: revision
                .message
                .lines()
                .next()
                .unwrap_or_default()
                .to_owned(),
            events,
            removed,
            changes: changes(&before.header, &after.header),
            damage: after.damage.or(before.damage),
        })
    }

    fn side(&self, id: &TicketId, blob: Option<BlobId>) -> Result<Side, DeskError> {
        let Some(blob) = blob else {
            return Ok(Side::default());
        };
        let bytes = self.store.read_blob(blob)?;
        Ok(match yaml::read_ticket(id, &bytes) {
            Ok(stored) => Side {
                header: stored.declared,
                timeline: stored.ticket.timeline().to_vec(),
                damage: None,
            },
            Err(error) => Side {
                damage: Some(error.to_string()),
                ..Side::default()
            },
        })
    }
}

/// Events that came, and identities of those that went.
pub(super) fn difference(before: &[Event], after: &[Event]) -> (Vec<Event>, Vec<EventId>) {
    let has = |side: &[Event], event: &Event| side.iter().any(|other| other.e == event.e);
    let came = after
        .iter()
        .filter(|event| !has(before, event))
        .cloned()
        .collect();
    let went = before
        .iter()
        .filter(|event| !has(after, event))
        .map(|event| event.e.clone())
        .collect();
    (came, went)
}

/// Fields and lists that differ.
fn changes(before: &Header, after: &Header) -> Vec<FieldChange> {
    let texts = |header: &Header| -> Vec<(String, String)> {
        let join = |members: Vec<Scalar>| {
            members
                .into_iter()
                .map(|member| member.text)
                .collect::<Vec<_>>()
                .join(", ")
        };
        let fields = header
            .entries()
            .into_iter()
            .map(|(name, scalar)| (name, scalar.text));
        let lists = header
            .lists()
            .into_iter()
            .map(|(name, members)| (name.to_owned(), join(members)));
        fields.chain(lists).collect()
    };
    let (old, new) = (texts(before), texts(after));
    let value = |side: &[(String, String)], field: &str| {
        side.iter()
            .find(|(name, _)| name == field)
            .map(|(_, text)| text.clone())
    };
    let mut fields: Vec<&String> = new.iter().chain(&old).map(|(name, _)| name).collect();
    let mut seen = std::collections::HashSet::new();
    fields.retain(|field| seen.insert(*field));
    fields
        .into_iter()
        .map(|field| FieldChange {
            field: field.clone(),
            from: value(&old, field),
            to: value(&new, field),
        })
        .filter(|change| change.from != change.to)
        .collect()
}
