//! My last action: which it was, and taking it back.

use super::app::Desk;
use super::error::DeskError;
use super::rules::{self, Rules};
use super::trailers::Trailers;
use super::workbench::{Deed, Step, Which};
use crate::store::Snapshot;
use crate::ticket::{Handle, Ticket, TicketId, Verb};
use std::ops::ControlFlow;

impl Desk {
    /// The ticket of my last action in that commit's history.
    pub(super) fn last_of(
        &self,
        snapshot: &Snapshot<'_>,
        me: &Handle,
    ) -> Result<Option<TicketId>, DeskError> {
        let mut last = None;
        self.store.log(snapshot, |logged| {
            match Trailers::read(&logged.message) {
                Some(trailers) if trailers.actor == me.as_str() => last = Some(trailers.ticket),
                _ => return Ok(ControlFlow::Continue(())),
            }
            Ok::<_, DeskError>(ControlFlow::Break(()))
        })?;
        Ok(last)
    }

    /// The step that takes back my last action that still counts, on that
    /// ticket or on any.
    ///
    /// # Errors
    /// There is none, or somebody went on from it.
    pub fn undoing(&self, ticket: Option<&TicketId>) -> Result<Step, DeskError> {
        let snapshot = self.store.snapshot()?;
        let me = self.me(&Rules::load(&snapshot)?)?;
        let mut found: Option<(Ticket, Trailers)> = None;
        self.store.log(&snapshot, |logged| {
            let go_on = Ok::<_, DeskError>(ControlFlow::Continue(()));
            let Some(trailers) = Trailers::read(&logged.message) else {
                return go_on;
            };
            if trailers.actor != me.as_str() || ticket.is_some_and(|id| id != &trailers.ticket) {
                return go_on;
            }
            let Some(stored) = rules::stored(&snapshot, &trailers.ticket)? else {
                return go_on;
            };
            let still_counts = stored.ticket.timeline().iter().any(|event| {
                trailers.events.contains(&event.e)
                    && event.did != Verb::Retract
                    && !stored.ticket.is_retracted(&event.e)
            });
            if !still_counts {
                return go_on;
            }
            found = Some((stored.ticket, trailers));
            Ok(ControlFlow::Break(()))
        })?;
        let (ticket, trailers) = found.ok_or_else(|| DeskError::NothingToUndo {
            who: me.to_string(),
        })?;
        let mine = |event: &&crate::ticket::Event| trailers.events.contains(&event.e);
        let last = ticket
            .active()
            .filter(mine)
            .map(|event| event.order())
            .max();
        let later = ticket
            .active()
            .find(|event| Some(event.order()) > last && event.did != Verb::Retract);
        if let Some(later) = later {
            return Err(DeskError::BuiltUpon {
                id: ticket.id().clone(),
                who: later.by.to_string(),
                at: later.at,
            });
        }
        Ok(Step {
            which: Which::Typed(ticket.id().to_string()),
            deed: Deed::Retract(trailers.events),
            at: None,
            by: None,
            condition: Vec::new(),
        })
    }
}
