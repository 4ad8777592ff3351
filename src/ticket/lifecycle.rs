//! Which verb is allowed in which status. Source: the table of DOMAIN.md
//! section 4. A mark of illegality after a merge comes from the same table.

use super::fold::{Step, Ticket};
use super::id::{EventId, TicketId};
use super::refusal::Refusal;
use super::words::{Status, Verb};
use std::fmt;

/// Whether the life cycle allows `verb` in `status`.
#[must_use]
pub fn allows(verb: Verb, status: Status) -> bool {
    match verb {
        Verb::Open => false,
        Verb::Assign
        | Verb::Take
        | Verb::Accept
        | Verb::Escalate
        | Verb::Hold
        | Verb::Resolve
        | Verb::Cancel
        | Verb::Duplicate
        | Verb::Call
        | Verb::Join
        | Verb::Pass
        | Verb::Leave => status.is_live(),
        Verb::Decline | Verb::HandBack => status.is_waiting() || status == Status::InProgress,
        Verb::Resume => status == Status::Pending,
        Verb::Close => status == Status::Resolved,
        Verb::Reopen => matches!(status, Status::Resolved | Status::Closed),
        Verb::Note
        | Verb::Reply
        | Verb::Answer
        | Verb::Set
        | Verb::Tag
        | Verb::Link
        | Verb::Repeat
        | Verb::Retract
        | Verb::Adopt
        | Verb::Warn
        | Verb::Breach
        | Verb::Notify
        | Verb::Rejudge
        | Verb::Other => true,
    }
}

/// Refuses `verb` by name where the life cycle does not allow it.
///
/// # Errors
/// [`Refusal::Status`], with the rule and the command to use instead.
pub fn check(id: &TicketId, verb: Verb, status: Status) -> Result<(), Refusal> {
    if allows(verb, status) {
        return Ok(());
    }
    let done = participle(verb);
    let (rule, instead) = match (status, verb) {
        (Status::Resolved, Verb::Resolve) => (
            "it has been resolved already, in other words".to_owned(),
            format!("to add words: desk note {id}; if it is not solved: desk reopen {id}"),
        ),
        (Status::Resolved | Status::Closed, _) => (
            format!("{status} tickets are reopened, not {done}"),
            format!("try: desk reopen {id}"),
        ),
        (Status::Cancelled, _) => (
            format!("cancelled tickets are over and not {done}"),
            "open a new one: desk open TITLE".to_owned(),
        ),
        (Status::Pending, Verb::Decline | Verb::HandBack) => (
            format!("pending tickets are resumed before they are {done}"),
            format!("try: desk resume {id}"),
        ),
        (_, Verb::Resume) => (
            "only pending tickets are resumed".to_owned(),
            format!("to start work on it: desk take {id}"),
        ),
        (_, Verb::Close) => (
            "only resolved tickets are closed".to_owned(),
            format!("try: desk resolve {id}"),
        ),
        (_, Verb::Reopen) => (
            "it is open, so there is nothing to reopen".to_owned(),
            format!("to add words: desk note {id}"),
        ),
        _ => (
            format!("it can't be {done}"),
            format!("see: desk show {id}"),
        ),
    };
    Err(Refusal::Status {
        id: id.clone(),
        status,
        rule,
        instead: Some(instead),
    })
}

/// An event that is not legal where it stands, after a merge or an import. It
/// is shown, and never changed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Mark {
    /// The event.
    pub event: EventId,
    /// What it did.
    pub verb: Verb,
    /// The status it met; none if it came before any opening.
    pub status: Option<Status>,
}

impl fmt::Display for Mark {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let status = self.status.map_or("not open yet", Status::word);
        write!(
            f,
            "event {}: {} while it was {status}",
            self.event,
            participle(self.verb)
        )
    }
}

/// The events of a ticket that the life cycle does not allow where they stand.
#[must_use]
pub fn marks(ticket: &Ticket) -> Vec<Mark> {
    let is_illegal = |step: &Step<'_>| match step.before.status {
        Some(status) => !allows(step.event.did, status),
        None => step.event.did != Verb::Open,
    };
    let steps = ticket.replay().into_iter();
    steps
        .filter(is_illegal)
        .map(|step| Mark {
            event: step.event.e.clone(),
            verb: step.event.did,
            status: step.before.status,
        })
        .collect()
}

/// "assigned", "put on hold": what is done to a ticket, for sentences.
#[must_use]
pub fn participle(verb: Verb) -> &'static str {
    match verb {
        Verb::Open => "opened",
        Verb::Assign => "assigned",
        Verb::Take => "taken",
        Verb::Accept => "accepted",
        Verb::Escalate => "escalated",
        Verb::Decline => "declined",
        Verb::HandBack => "handed back",
        Verb::Hold => "put on hold",
        Verb::Resume => "resumed",
        Verb::Note => "noted on",
        Verb::Reply => "replied to",
        Verb::Answer => "answered",
        Verb::Resolve => "resolved",
        Verb::Close => "closed",
        Verb::Reopen => "reopened",
        Verb::Cancel => "cancelled",
        Verb::Duplicate => "made a duplicate",
        Verb::Set => "changed",
        Verb::Tag => "tagged",
        Verb::Link => "linked",
        Verb::Repeat => "repeated",
        Verb::Retract => "taken back",
        Verb::Adopt => "adopted",
        Verb::Call => "called people in on",
        Verb::Join => "joined",
        Verb::Pass => "declined a call to",
        Verb::Leave => "left",
        Verb::Warn => "warned about",
        Verb::Breach => "found late",
        Verb::Notify => "told of",
        Verb::Rejudge => "judged again",
        Verb::Other => "changed",
    }
}

/// "took", "put on hold": what somebody did, for stories.
#[must_use]
pub fn past(verb: Verb) -> &'static str {
    match verb {
        Verb::Take => "took it",
        Verb::Note => "noted",
        Verb::Reply => "replied",
        Verb::Answer => "was answered by the requester",
        Verb::Duplicate => "found it to be a duplicate",
        Verb::Hold => "put it on hold",
        Verb::HandBack => "handed it back",
        Verb::Repeat => "saw it again",
        Verb::Retract => "took back",
        Verb::Adopt => "adopted a hand edit",
        Verb::Call => "called people in",
        Verb::Join => "joined the swarm",
        Verb::Pass => "declined a call",
        Verb::Leave => "left the swarm",
        Verb::Warn => "warned that a clock runs low",
        Verb::Breach => "saw a clock run out",
        Verb::Notify => "told somebody",
        Verb::Rejudge => "corrected the result of a clock",
        verb => participle(verb),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::value::Value;

    #[test]
    fn illegal_moves_are_refused_by_name() {
        let id = TicketId::parse("261123-k7f3q2").unwrap();
        let refused = check(&id, Verb::Assign, Status::Resolved).unwrap_err();
        assert_eq!(
            refused.to_string(),
            "261123-k7f3q2 is resolved: resolved tickets are reopened, not assigned"
        );
        assert_eq!(refused.hint().unwrap(), "try: desk reopen 261123-k7f3q2");
    }
}
