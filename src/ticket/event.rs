//! One entry of a ticket's timeline.

use super::details::Details;
use super::header::{Lists, Patch};
use super::id::EventId;
use super::time::Timestamp;
use super::value::Handle;
use super::words::Verb;

/// Something that happened to a ticket, with its whole effect.
///
/// The effect is in `set`, `add` and `del` (status and assignee included), so
/// that folding a timeline needs no rules and means the same in every version
/// of the program. `was` is for the reader and the audit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Event {
    /// Identity within the ticket.
    pub e: EventId,
    /// Lamport number: one more than the largest in the ticket when it was
    /// made. Events are in the order of (`n`, `e`).
    pub n: u32,
    /// When it happened; feeds the clocks.
    pub at: Timestamp,
    /// When it was written down, where that was at another time.
    pub recorded: Option<Timestamp>,
    /// Who did it.
    pub by: Handle,
    /// What was done.
    pub did: Verb,
    /// The event that a retraction takes back.
    pub of: Option<EventId>,
    /// New values of fields.
    pub set: Patch,
    /// The values that `set` replaced.
    pub was: Patch,
    /// Members added to lists.
    pub add: Lists,
    /// Members removed from lists.
    pub del: Lists,
    /// Words: a description, a reason, a note, a resolution.
    pub text: Option<String>,
    /// What it tells beside that: what was tried, which clock it is about …
    pub details: Details,
}

impl Event {
    /// What events are sorted by.
    #[must_use]
    pub fn order(&self) -> (u32, &EventId) {
        (self.n, &self.e)
    }

    /// Every text in it that somebody wrote: what a search looks in.
    pub fn said(&self) -> impl Iterator<Item = &str> {
        self.text.as_deref().into_iter().chain(self.details.said())
    }

    /// Whether it changes no field.
    #[must_use]
    pub fn is_remark(&self) -> bool {
        self.set.is_empty() && self.add.is_empty() && self.del.is_empty()
    }
}
