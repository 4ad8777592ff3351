//! What lists tell of a ticket: all but its timeline.

use super::fold::Ticket;
use super::header::Header;
use super::id::TicketId;
use super::time::Timestamp;
use super::words::Status;

/// What is known of a ticket without looking into its timeline.
pub trait Facts {
    /// The id.
    fn id(&self) -> &TicketId;
    /// The current state.
    fn header(&self) -> &Header;
    /// As [`Ticket::opened`].
    fn opened(&self) -> Timestamp;
    /// As [`Ticket::updated`].
    fn updated(&self) -> Timestamp;
    /// As [`Ticket::resolved`].
    fn resolved(&self) -> Option<Timestamp>;
    /// As [`Ticket::closed`].
    fn closed(&self) -> Option<Timestamp>;
    /// The length of the timeline, retracted events included.
    fn events(&self) -> usize;
    /// As [`Ticket::status`].
    fn status(&self) -> Status {
        self.header().status.unwrap_or(Status::New)
    }
}

impl Facts for Ticket {
    fn id(&self) -> &TicketId {
        self.id()
    }

    fn header(&self) -> &Header {
        self.header()
    }

    fn opened(&self) -> Timestamp {
        self.opened()
    }

    fn updated(&self) -> Timestamp {
        self.updated()
    }

    fn resolved(&self) -> Option<Timestamp> {
        self.resolved()
    }

    fn closed(&self) -> Option<Timestamp> {
        self.closed()
    }

    fn events(&self) -> usize {
        self.timeline().len()
    }
}

/// A ticket without its timeline.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Brief {
    pub(crate) id: TicketId,
    pub(crate) header: Header,
    pub(crate) opened: Timestamp,
    pub(crate) updated: Timestamp,
    pub(crate) resolved: Option<Timestamp>,
    pub(crate) closed: Option<Timestamp>,
    pub(crate) events: usize,
    /// When the first of its service-level clocks is due.
    pub due: Option<Timestamp>,
    /// The first second at which one of them is over.
    pub late: Option<Timestamp>,
}

impl Brief {
    /// Of a ticket, and what follows from its clocks.
    #[must_use]
    pub fn of(ticket: &Ticket, due: Option<Timestamp>, late: Option<Timestamp>) -> Self {
        Self {
            id: ticket.id().clone(),
            header: ticket.header().clone(),
            opened: ticket.opened(),
            updated: ticket.updated(),
            resolved: ticket.resolved(),
            closed: ticket.closed(),
            events: ticket.events(),
            due,
            late,
        }
    }
}

impl Facts for Brief {
    fn id(&self) -> &TicketId {
        &self.id
    }

    fn header(&self) -> &Header {
        &self.header
    }

    fn opened(&self) -> Timestamp {
        self.opened
    }

    fn updated(&self) -> Timestamp {
        self.updated
    }

    fn resolved(&self) -> Option<Timestamp> {
        self.resolved
    }

    fn closed(&self) -> Option<Timestamp> {
        self.closed
    }

    fn events(&self) -> usize {
        self.events
    }
}
