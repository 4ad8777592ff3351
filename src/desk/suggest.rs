//! Tickets that may be meant by the beginning of a word.

use super::app::Desk;
use super::cached::About;
use super::error::DeskError;
use super::rules;
use crate::store::Snapshot;
use crate::ticket::TicketId;

impl Desk {
    /// What the beginning of an id, or of its random part, may become, with the
    /// title: at most so many, the youngest first. Of nothing, the live tickets
    /// that burn most.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn suggestions(
        &self,
        snapshot: &Snapshot<'_>,
        typed: &str,
        most: usize,
    ) -> Result<Vec<(String, String)>, DeskError> {
        let typed = typed.to_lowercase();
        let cache = self.cache(snapshot, About::Tickets);
        let found = match cache.ask(|view| view.beginning(&typed, most)) {
            Some(found) => found,
            None => self.beginning(snapshot, &typed, most)?,
        };
        let word = |id: &TicketId| match id.as_str().starts_with(&typed) {
            true => id.to_string(),
            false => id.tail().to_owned(),
        };
        Ok(found
            .into_iter()
            .map(|(id, title)| (word(&id), title))
            .collect())
    }

    /// The same from the files, which are few.
    fn beginning(
        &self,
        snapshot: &Snapshot<'_>,
        typed: &str,
        most: usize,
    ) -> Result<Vec<(TicketId, String)>, DeskError> {
        let mut ids = rules::tickets(snapshot)?;
        ids.retain(|(id, _)| id.as_str().starts_with(typed) || id.tail().starts_with(typed));
        let mut found = Vec::new();
        for (id, blob) in ids.into_iter().rev() {
            let Ok(stored) = rules::stored_blob(snapshot, &id, blob) else {
                continue;
            };
            let ticket = stored.ticket;
            if !typed.is_empty() || ticket.status().is_live() {
                found.push((id, ticket.title().to_owned()));
            }
            if found.len() == most {
                break;
            }
        }
        Ok(found)
    }
}
