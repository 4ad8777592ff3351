//! Tickets one by one, for exports of any length.

use super::app::Desk;
use super::error::DeskError;
use super::filter::Filter;
use super::query::{Damaged, Remarks};
use super::rules;
use crate::store::Snapshot;
use crate::store::cache::Select;
use crate::ticket::{Ticket, TicketId};
use std::ops::ControlFlow;

/// The tickets of an export, in the order of their ids; each is read when its
/// turn comes.
#[derive(Debug, Default)]
pub struct Exported {
    /// The tickets.
    pub ids: Vec<TicketId>,
    /// What people should know of others.
    pub remarks: Remarks,
}

impl Desk {
    /// Which tickets a filter lets through, in the order of their ids.
    ///
    /// # Errors
    /// Git can't be read. A damaged ticket is no error here: it is listed.
    pub fn exported(
        &self,
        snapshot: &Snapshot<'_>,
        filter: &Filter,
    ) -> Result<Exported, DeskError> {
        let cache = self.cache(snapshot, filter.about());
        let (conditions, exact) = filter.conditions();
        let select = Select {
            conditions,
            order: Vec::new(),
        };
        let answer = cache.ask(|view| {
            let mut ids = Vec::new();
            view.select(&select, None, &mut |ticket| {
                if exact || filter.matches(&ticket) {
                    ids.push(ticket.id().clone());
                }
                ControlFlow::Continue(())
            })?;
            Ok((ids, super::query::remarks(view, snapshot)?))
        });
        if let Some((mut ids, remarks)) = answer {
            ids.sort();
            return Ok(Exported { ids, remarks });
        }
        let mut exported = Exported::default();
        for (id, _) in rules::tickets(snapshot)? {
            match rules::stored(snapshot, &id) {
                Ok(Some(stored)) => {
                    if stored.drift().is_some() {
                        exported.remarks.edited.push(id.clone());
                    }
                    if filter.matches(&stored.ticket) {
                        exported.ids.push(id);
                    }
                }
                Ok(None) => {}
                Err(error) => exported.remarks.damaged.push(Damaged { id, error }),
            }
        }
        Ok(exported)
    }

    /// A ticket of an export.
    ///
    /// # Errors
    /// It can't be read.
    pub fn exported_ticket(
        &self,
        snapshot: &Snapshot<'_>,
        id: &TicketId,
    ) -> Result<Ticket, DeskError> {
        let stored = rules::stored(snapshot, id)?;
        stored
            .map(|stored| stored.ticket)
            .ok_or_else(|| DeskError::NotFound {
                typed: id.to_string(),
            })
    }
}
