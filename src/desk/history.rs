//! A ticket's history as git has it: who changed what, when, in which commit.

use super::app::Desk;
use super::cached::About;
use super::error::DeskError;
use crate::store::{BlobId, CommitId, Identity, Revision, yaml};
use crate::ticket::header::Scalar;
use crate::ticket::{Event, EventId, Header, TicketId, Timestamp};
use std::collections::HashMap;
use std::rc::Rc;

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
        let snapshot = self.snapshot()?;
        let known = self.cache(&snapshot, About::Past);
        let revisions = match known.ask(|view| view.touches(id)).flatten() {
            Some(touches) => {
                let revisions = touches.into_iter().map(|touch| self.store.revision(touch));
                revisions.collect::<Result<_, _>>()?
            }
            None => self.store.history(&id.path())?,
        };
        // What one commit left is mostly what the next one met.
        let mut sides = HashMap::new();
        revisions
            .into_iter()
            .map(|revision| {
                let before = self.side(id, revision.before, &mut sides)?;
                let after = self.side(id, revision.after, &mut sides)?;
                Ok(entry(revision, &before, &after))
            })
            .collect()
    }

    fn side(
        &self,
        id: &TicketId,
        blob: Option<BlobId>,
        known: &mut HashMap<Option<BlobId>, Rc<Side>>,
    ) -> Result<Rc<Side>, DeskError> {
        if let Some(side) = known.get(&blob) {
            return Ok(Rc::clone(side));
        }
        let side = blob.map(|blob| self.read_side(id, blob)).transpose()?;
        let side = Rc::new(side.unwrap_or_default());
        known.insert(blob, Rc::clone(&side));
        Ok(side)
    }

    fn read_side(&self, id: &TicketId, blob: BlobId) -> Result<Side, DeskError> {
        let bytes = self.store.read_blob(blob)?;
        if let Some(ticket) = yaml::read_canonical(id, &bytes) {
            return Ok(Side {
                header: ticket.header().clone(),
                timeline: ticket.timeline().to_vec(),
                damage: None,
            });
        }
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

fn entry(revision: Revision, before: &Side, after: &Side) -> Entry {
    let (events, removed) = difference(&before.timeline, &after.timeline);
    Entry {
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
        damage: after.damage.clone().or_else(|| before.damage.clone()),
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
