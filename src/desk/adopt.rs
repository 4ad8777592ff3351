//! Hand edits, plain commits and reverts of ticket files → events.
//!
//! What an edit did to the *header* becomes an event. What it did to the
//! *timeline* does not stand: removed events come back and are taken back
//! where a commit removed them, and an edit in the work tree that touches
//! events is refused.

use super::app::Desk;
use super::error::DeskError;
use super::history::difference;
use super::rules;
use super::trailers::Trailers;
use super::workbench::{Adoption, Deed, Step, Which};
use crate::store::yaml::{self, Stored};
use crate::store::{Snapshot, StoreError, WorkFile};
use crate::ticket::header::Lists;
use crate::ticket::value::Value as _;
use crate::ticket::{Event, EventId, Patch, Ticket, TicketId, evolve};
use std::collections::BTreeSet;

/// What there is to adopt for one ticket.
#[derive(Debug)]
pub struct Adopted {
    /// The ticket.
    pub id: TicketId,
    /// The step that adopts it, or why it can't be.
    pub step: Result<Step, DeskError>,
}

impl Desk {
    /// Tickets with something to adopt: those given, or all.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn adoptable(&self, ids: &[TicketId]) -> Result<Vec<Adopted>, DeskError> {
        // What an interrupted change left in the work tree is no hand edit.
        self.store.mend()?;
        let snapshot = self.store.snapshot()?;
        let ids = if ids.is_empty() {
            self.suspects(&snapshot)?
        } else {
            ids.iter().cloned().collect()
        };
        let mut adopted = Vec::new();
        for id in ids {
            let adoption = self.adoption(&snapshot, &id).transpose();
            adopted.extend(adoption.map(|adoption| Adopted {
                step: adoption.map(|adoption| Step {
                    which: Which::Typed(id.text()),
                    deed: Deed::Adopt(Box::new(adoption)),
                    at: None,
                    by: None,
                    condition: Vec::new(),
                }),
                id,
            }));
        }
        Ok(adopted)
    }

    /// Tickets whose file is edited in the work tree, says other than its
    /// timeline, or was changed by a commit that desk did not make.
    fn suspects(&self, snapshot: &Snapshot<'_>) -> Result<BTreeSet<TicketId>, DeskError> {
        let mut suspects: BTreeSet<TicketId> = self
            .store
            .dirty("tickets")?
            .iter()
            .filter_map(|path| TicketId::from_path(path))
            .collect();
        for (id, blob) in rules::tickets(snapshot)? {
            if rules::stored_blob(snapshot, &id, blob).is_ok_and(|stored| stored.drift().is_some())
            {
                suspects.insert(id);
            }
        }
        self.store
            .changes_since(snapshot, None, "tickets", |changed| {
                if Trailers::read(&self.store.message(changed.commit)?).is_none() {
                    let changes = changed.changes.iter();
                    let changed = changes.filter(|change| change.before.is_some());
                    suspects.extend(changed.filter_map(|change| TicketId::from_path(&change.path)));
                }
                Ok::<_, StoreError>(())
            })?;
        Ok(suspects)
    }

    /// What there is to adopt for a ticket, if anything.
    fn adoption(
        &self,
        snapshot: &Snapshot<'_>,
        id: &TicketId,
    ) -> Result<Option<Adoption>, DeskError> {
        let versions = self.versions(id)?;
        let ever = versions
            .iter()
            .cloned()
            .reduce(evolve_with)
            .unwrap_or_default();
        let committed = rules::stored(snapshot, id)?;
        let timeline = committed
            .as_ref()
            .map(|stored| stored.ticket.timeline().to_vec());
        let (removed, _) = difference(&timeline.unwrap_or_default(), &ever);
        let base = Ticket::fold(id.clone(), ever);
        // A removed retraction is only restored: taking it back would change
        // what stands.
        let removed: Vec<EventId> = removed
            .into_iter()
            .filter(|event| event.of.is_none() && !base.is_retracted(&event.e))
            .map(|event| event.e)
            .collect();
        let restores = committed
            .as_ref()
            .map_or(0, |stored| stored.ticket.timeline().len())
            < base.timeline().len();
        let worktree = self.worktree_edit(id, &versions)?;
        let (edit, bytes) = match (worktree, committed.as_ref().and_then(Stored::drift)) {
            (Some((stored, bytes)), _) => (stored.drift(), Some(bytes)),
            (None, drift) => (drift, None),
        };
        if edit.is_none() && !restores {
            return match bytes {
                Some(_) => Err(idle_edit(id)),
                None => Ok(None),
            };
        }
        let nothing = || (Patch::default(), Lists::default(), Lists::default());
        Ok(Some(Adoption {
            base,
            edit: edit.unwrap_or_else(nothing),
            removed,
            worktree: bytes,
        }))
    }

    /// Every timeline that the ticket's file has had in a commit. Versions that
    /// can't be read have none.
    fn versions(&self, id: &TicketId) -> Result<Vec<Vec<Event>>, DeskError> {
        let mut versions = Vec::new();
        for revision in self.store.history(&id.path())? {
            for blob in [revision.after, revision.before].into_iter().flatten() {
                let bytes = self.store.read_blob(blob)?;
                if let Ok(stored) = yaml::read_ticket(id, &bytes) {
                    versions.push(stored.ticket.timeline().to_vec());
                }
            }
        }
        Ok(versions)
    }

    /// The work-tree file, where it is another than the committed one. Its
    /// timeline must be one that the ticket has had: an edit may be based on an
    /// older version, but events are made by commands only.
    fn worktree_edit(
        &self,
        id: &TicketId,
        versions: &[Vec<Event>],
    ) -> Result<Option<(Stored, Vec<u8>)>, DeskError> {
        let path = id.path();
        let state = self.store.state(&path)?;
        if state.is_clean() {
            return Ok(None);
        }
        let refuse = |what: &str| {
            Err(DeskError::NotAdoptable {
                path: path.clone(),
                what: what.into(),
            })
        };
        let bytes = match state.worktree {
            WorkFile::File(bytes) => bytes,
            WorkFile::Absent if state.head.is_none() => return Ok(None),
            WorkFile::Absent => return refuse("the file was deleted in the work tree"),
            _ => return refuse("this is no regular file"),
        };
        let stored = yaml::read_ticket(id, &bytes).map_err(|error| DeskError::File {
            path: path.clone(),
            error,
        })?;
        if !versions
            .iter()
            .any(|version| version == stored.ticket.timeline())
        {
            return refuse("the edit changes, adds or removes events; only commands make events");
        }
        Ok(Some((stored, bytes)))
    }
}

/// A file that was edited by hand to no effect: another layout, or an older
/// version. Only its owner can say what it is for.
pub(super) fn idle_edit(id: &TicketId) -> DeskError {
    DeskError::NotAdoptable {
        path: id.path(),
        what: "was edited by hand, but the edit changes no field of the ticket".into(),
    }
}

/// The union of two timelines.
fn evolve_with(a: Vec<Event>, b: Vec<Event>) -> Vec<Event> {
    crate::ticket::merge::union(a, b)
}

impl Adoption {
    /// The adoption on the ticket as it has become since.
    pub(super) fn on(&self, current: Option<&Ticket>) -> Ticket {
        match current {
            Some(current) => evolve(self.base.clone(), current.timeline().to_vec()),
            None => self.base.clone(),
        }
    }
}
