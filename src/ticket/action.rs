//! What can be done to a ticket, with every word already resolved: teams,
//! levels and people are those of the desk's policy and roster.

use super::details::Details;
use super::header::{Lists, Patch};
use super::id::{EventId, TicketId};
use super::time::Timestamp;
use super::value::{Handle, Level, Line, Name};
use super::words::Verb;
use std::collections::BTreeSet;

/// Where a ticket goes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Target {
    /// A team's queue, or a level's where no team is named.
    Queue {
        /// The team.
        team: Option<Name>,
        /// The level; as it was if absent.
        level: Option<Level>,
    },
    /// A person.
    Person {
        /// Who.
        who: Handle,
        /// The team they work in; as it was if absent.
        team: Option<Name>,
        /// The level they do it at; as it was if absent.
        level: Option<Level>,
    },
    /// Outside the organisation: the ticket waits, owner and assignee stay.
    Vendor {
        /// The level of vendors.
        level: Level,
        /// The number in the vendor's system.
        reference: Option<Line>,
    },
    /// Nobody gets the ticket; a lead, manager or director is asked to look.
    Attention(Handle),
}

/// A new ticket.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Opening {
    /// Title, kind, category, requester … and where it lands when there is no
    /// `to`: team and level by routing.
    pub set: Patch,
    /// Tags, copies, references, links.
    pub add: Lists,
    /// The description.
    pub text: Option<String>,
    /// Given straight to somebody.
    pub to: Option<Target>,
}

/// Changes to fields and lists that no other verb makes.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Alteration {
    /// `Set`, `Tag`, `Link` or `Adopt`.
    pub verb: Verb,
    /// New values.
    pub set: Patch,
    /// Members to add.
    pub add: Lists,
    /// Members to remove.
    pub del: Lists,
    /// Why.
    pub text: Option<String>,
}

/// What a clock gives rise to. Made by `desk sweep`, not by people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Signal {
    /// `Warn`, `Breach`, `Notify` or `Rejudge`.
    pub verb: Verb,
    /// Who is asked to look.
    pub attention: BTreeSet<Handle>,
    /// In words.
    pub text: Option<String>,
    /// The clock and the rule; corrected results.
    pub details: Details,
    /// The event whose result is corrected.
    pub of: Option<EventId>,
}

/// Something done to a ticket. Source: the table of DOMAIN.md section 4.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Action {
    /// Bring it into being.
    Open(Box<Opening>),
    /// Give it to a person or a team.
    Assign {
        /// Whom to.
        to: Target,
        /// Why.
        text: Option<String>,
    },
    /// Take it up oneself.
    Take,
    /// Accept what was handed over.
    Accept,
    /// Hand it to where the skill is, or ask for attention.
    Escalate {
        /// Where to.
        to: Target,
        /// Why, and what is asked for.
        text: String,
        /// What was tried.
        tried: Vec<String>,
    },
    /// Decline a hand-over.
    Decline {
        /// Why.
        text: String,
    },
    /// Give back what one has.
    HandBack {
        /// Why.
        text: String,
    },
    /// Let it wait.
    Hold {
        /// What for.
        cause: Name,
        /// Until when, at most.
        until: Option<Timestamp>,
        /// The number in another system.
        reference: Option<Line>,
        /// More words.
        text: Option<String>,
    },
    /// Stop waiting.
    Resume {
        /// Why.
        text: Option<String>,
    },
    /// Write an internal note.
    Note {
        /// The note.
        text: String,
    },
    /// Reply to the requester.
    Reply {
        /// The reply.
        text: String,
    },
    /// Record the requester's own words.
    Answer {
        /// The words.
        text: String,
    },
    /// Service is restored.
    Resolve {
        /// How.
        text: String,
        /// The closure code.
        code: Option<Name>,
        /// The lowest level that could have done it.
        could_be: Option<Level>,
    },
    /// Confirm.
    Close {
        /// More words.
        text: Option<String>,
    },
    /// It was not solved after all.
    Reopen {
        /// Why.
        text: String,
    },
    /// Withdraw it.
    Cancel {
        /// Why.
        text: String,
    },
    /// It is another ticket again.
    Duplicate {
        /// The other one.
        of: TicketId,
        /// Why.
        text: Option<String>,
    },
    /// Change fields, tags or links.
    Change(Box<Alteration>),
    /// The condition of its key was seen again.
    Repeat {
        /// How often in all.
        count: u32,
    },
    /// Write down what a clock gives rise to.
    Signal(Box<Signal>),
    /// Take events back.
    Retract {
        /// The events.
        events: Vec<EventId>,
        /// Why.
        text: Option<String>,
    },
}

impl Action {
    /// The verb that the action's (first) event carries.
    #[must_use]
    pub fn verb(&self) -> Verb {
        match self {
            Self::Open(_) => Verb::Open,
            Self::Assign { .. } => Verb::Assign,
            Self::Take => Verb::Take,
            Self::Accept => Verb::Accept,
            Self::Escalate { .. } => Verb::Escalate,
            Self::Decline { .. } => Verb::Decline,
            Self::HandBack { .. } => Verb::HandBack,
            Self::Hold { .. } => Verb::Hold,
            Self::Resume { .. } => Verb::Resume,
            Self::Note { .. } => Verb::Note,
            Self::Reply { .. } => Verb::Reply,
            Self::Answer { .. } => Verb::Answer,
            Self::Resolve { .. } => Verb::Resolve,
            Self::Close { .. } => Verb::Close,
            Self::Reopen { .. } => Verb::Reopen,
            Self::Cancel { .. } => Verb::Cancel,
            Self::Duplicate { .. } => Verb::Duplicate,
            Self::Change(alteration) => alteration.verb,
            Self::Repeat { .. } => Verb::Repeat,
            Self::Signal(signal) => signal.verb,
            Self::Retract { .. } => Verb::Retract,
        }
    }
}
