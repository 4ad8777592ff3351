//! Why an action is refused: by name, with what to do instead.

use super::id::TicketId;
use super::time::Timestamp;
use super::value::{Handle, Level};
use super::words::{Status, Verb};

/// An action that the life cycle does not allow where the ticket stands.
/// Nothing has changed.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The verb is not for this status.
    #[error("{id} is {status}: {rule}")]
    Status {
        /// The ticket.
        id: TicketId,
        /// Where it stands.
        status: Status,
        /// The rule, in the domain's words.
        rule: String,
        /// The command that does what was probably meant.
        instead: Option<String>,
    },
    /// Somebody else works on it.
    #[error("{id}: {assignee} has it already")]
    Taken {
        /// The ticket.
        id: TicketId,
        /// Who has it.
        assignee: Handle,
    },
    /// It lies there already, or lower.
    #[error("{id} is at {from} already; {to} is no escalation")]
    NotUp {
        /// The ticket.
        id: TicketId,
        /// Its level.
        from: Level,
        /// The level asked for.
        to: Level,
    },
    /// It is in that queue already.
    #[error("{id} is with {place} already")]
    SamePlace {
        /// The ticket.
        id: TicketId,
        /// The team or level.
        place: String,
    },
    /// Nobody handed it over.
    #[error("{id}: nobody handed it over, so there is nobody to give it back to")]
    NoOrigin {
        /// The ticket.
        id: TicketId,
    },
    /// Nobody called the actor.
    #[error("{id}: nobody has called {who}, so there is no call to decline")]
    NotCalled {
        /// The ticket.
        id: TicketId,
        /// Who declines.
        who: Handle,
    },
    /// Words are needed.
    #[error("{id}: {verb} needs words that say why or how")]
    WordsNeeded {
        /// The ticket.
        id: TicketId,
        /// What was tried.
        verb: Verb,
    },
    /// The window for reopening has passed.
    #[error("{id} was closed at {closed}, longer ago than this desk reopens tickets")]
    WindowPassed {
        /// The ticket.
        id: TicketId,
        /// When it was closed.
        closed: Timestamp,
    },
    /// Closed tickets are changed by leads and managers only.
    #[error("{id} is closed: only a team lead or manager changes closed tickets")]
    ClosedForYou {
        /// The ticket.
        id: TicketId,
    },
    /// A ticket can't be its own relative.
    #[error("{id} can't be linked to itself")]
    Itself {
        /// The ticket.
        id: TicketId,
    },
    /// The time is impossible.
    #[error("{id}: {at} is {why}")]
    Time {
        /// The ticket.
        id: TicketId,
        /// The time.
        at: Timestamp,
        /// What is wrong with it.
        why: &'static str,
    },
    /// The life cycle owns the field.
    #[error("{id}: {field} follows from what is done, it is not set")]
    NotSettable {
        /// The ticket.
        id: TicketId,
        /// The field.
        field: String,
        /// The command that changes it.
        instead: &'static str,
    },
    /// There is no such event, or it has been taken back already.
    #[error("{id}: there is no event {event} to take back")]
    NoEvent {
        /// The ticket.
        id: TicketId,
        /// The event.
        event: String,
    },
}

impl Refusal {
    /// What to do instead.
    #[must_use]
    pub fn hint(&self) -> Option<String> {
        match self {
            Self::Status { instead, .. } => instead.clone(),
            Self::Taken { id, .. } => Some(format!("to take it over: desk assign {id} --to me")),
            Self::NotUp { id, .. } => Some(format!(
                "to give it back: desk handback {id}; to move it sideways: desk assign {id} --to TEAM"
            )),
            Self::SamePlace { id, .. } => {
                Some(format!("to pick somebody there: desk assign {id} --to WHO"))
            }
            Self::NoOrigin { id } => Some(format!("to move it: desk assign {id} --to TEAM")),
            Self::NotCalled { id, .. } => {
                Some(format!("to come in all the same: desk swarm {id} join"))
            }
            Self::WordsNeeded { .. } => Some("give them with -m TEXT, or -m - to read them".into()),
            Self::WindowPassed { id, .. } => Some(format!(
                "open a new ticket and link it: desk link NEW --to {id} --as related"
            )),
            Self::ClosedForYou { id } => Some(format!("to add words: desk note {id}")),
            Self::Time { .. } => Some("give the time with --at, such as --at '20m ago'".into()),
            Self::NotSettable { instead, .. } => Some((*instead).to_owned()),
            Self::Itself { .. } => None,
            Self::NoEvent { id, .. } => Some(format!("to see the events: desk history {id}")),
        }
    }

    /// The ticket that refused.
    #[must_use]
    pub fn id(&self) -> &TicketId {
        match self {
            Self::Status { id, .. }
            | Self::Taken { id, .. }
            | Self::NotUp { id, .. }
            | Self::SamePlace { id, .. }
            | Self::NoOrigin { id }
            | Self::NotCalled { id, .. }
            | Self::WordsNeeded { id, .. }
            | Self::WindowPassed { id, .. }
            | Self::ClosedForYou { id }
            | Self::Itself { id }
            | Self::Time { id, .. }
            | Self::NotSettable { id, .. }
            | Self::NoEvent { id, .. } => id,
        }
    }
}
