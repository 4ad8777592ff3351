//! The trailers of commit messages that desk has written.

use crate::ticket::value::Value as _;
use crate::ticket::{EventId, TicketId};

/// What the trailers of a commit say.
#[derive(Debug, Clone, PartialEq, Eq)]
pub(super) struct Trailers {
    /// The ticket it changed.
    pub ticket: TicketId,
    /// Who acted.
    pub actor: String,
    /// The events it added.
    pub events: Vec<EventId>,
}

impl Trailers {
    /// Reads the last paragraph; none if desk did not write it.
    pub(super) fn read(message: &str) -> Option<Self> {
        let last = message.trim_end().rsplit("\n\n").next()?;
        let value = |name: &str| {
            last.lines()
                .find_map(|line| line.strip_prefix(name)?.strip_prefix(": "))
        };
        Some(Self {
            ticket: TicketId::parse(value("Ticket")?).ok()?,
            actor: value("Actor")?.to_owned(),
            events: value("Events")?
                .split(", ")
                .map(EventId::parse)
                .collect::<Result<_, _>>()
                .ok()?,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn only_whole_trailers_count() {
        let message = "take 261123-k7f3q2\n\nTicket: 261123-k7f3q2\nAction: take\nActor: lena\nEvents: 4tq8z\n";
        let trailers = Trailers::read(message).unwrap();
        assert_eq!(
            (trailers.actor.as_str(), trailers.events.len()),
            ("lena", 1)
        );
        assert_eq!(
            Trailers::read("fix a typo\n\nTicket: 261123-k7f3q2\n"),
            None
        );
        assert_eq!(Trailers::read(""), None);
    }
}
