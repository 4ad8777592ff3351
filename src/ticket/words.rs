//! The closed vocabularies of the domain (DOMAIN.md section 4).

use super::id::TicketId;
use super::value::{BadValue, Value};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::fmt;

/// Declares an enum whose variants are words in files and on the command line.
macro_rules! words {
    ($(#[$doc:meta])* $name:ident, $expected:literal, { $( $(#[$vdoc:meta])* $variant:ident = $word:literal, )+ }) => {
        $(#[$doc])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash)]
        pub enum $name { $( $(#[$vdoc])* $variant, )+ }

        impl $name {
            /// Every value, in order.
            pub const ALL: &'static [Self] = &[ $( Self::$variant, )+ ];
            /// The word of every value, in order.
            pub const WORDS: &'static [&'static str] = &[ $( $word, )+ ];

            /// The word in files and on the command line.
            #[must_use]
            pub fn word(self) -> &'static str {
                match self { $( Self::$variant => $word, )+ }
            }
        }

        impl Value for $name {
            const WORDS: &'static [&'static str] = &[ $( $word, )+ ];

            fn parse(text: &str) -> Result<Self, BadValue> {
                match text {
                    $( $word => Ok(Self::$variant), )+
                    _ => Err(BadValue::new(text, concat!($expected, ": one of " $(, $word, " ")+).trim_end())),
                }
            }

            fn text(&self) -> String {
                self.word().to_owned()
            }

            fn as_text(&self) -> Cow<'_, str> {
                Cow::Borrowed(self.word())
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.pad(self.word())
            }
        }

        impl std::str::FromStr for $name {
            type Err = BadValue;
            fn from_str(text: &str) -> Result<Self, BadValue> {
                Self::parse(text)
            }
        }
    };
}

words! {
    /// What sort of work a ticket is.
    Kind, "a kind", {
        /// Restore service.
        Incident = "incident",
        /// Something is wanted.
        Request = "request",
        /// The cause behind incidents.
        Problem = "problem",
    }
}

words! {
    /// Where a ticket stands in its life.
    Status, "a status", {
        /// Opened; nobody has acknowledged it.
        New = "new",
        /// Handed to a team; nobody there has it.
        Queued = "queued",
        /// Given to a person who has not acknowledged it.
        Assigned = "assigned",
        /// Somebody works on it.
        InProgress = "in-progress",
        /// Waiting, with a cause.
        Pending = "pending",
        /// Service is restored, or the wish fulfilled.
        Resolved = "resolved",
        /// Resolved and confirmed, or left long enough.
        Closed = "closed",
        /// Withdrawn, a duplicate, or opened by mistake.
        Cancelled = "cancelled",
    }
}

impl Status {
    /// Before resolved.
    #[must_use]
    pub fn is_live(self) -> bool {
        !matches!(self, Self::Resolved | Self::Closed | Self::Cancelled)
    }

    /// Nobody has acknowledged it where it now lies.
    #[must_use]
    pub fn is_waiting(self) -> bool {
        matches!(self, Self::New | Self::Queued | Self::Assigned)
    }
}

words! {
    /// How much is hit (impact) or how fast it matters (urgency).
    Grade, "a grade", {
        /// The whole organisation; at once.
        High = "high",
        /// A team or site; today.
        Medium = "medium",
        /// One person; when it suits.
        Low = "low",
    }
}

words! {
    /// What an event did.
    Verb, "a verb", {
        /// The ticket came into being.
        Open = "open",
        /// Given to a person or a team.
        Assign = "assign",
        /// Somebody took it.
        Take = "take",
        /// A hand-over was accepted.
        Accept = "accept",
        /// Moved to another level, team or person with the skill.
        Escalate = "escalate",
        /// A hand-over was declined; it goes back.
        Decline = "decline",
        /// Given back by somebody who had it.
        HandBack = "handback",
        /// Set to wait, with a cause.
        Hold = "hold",
        /// Waiting is over.
        Resume = "resume",
        /// An internal note.
        Note = "note",
        /// A public reply to the requester.
        Reply = "reply",
        /// The requester's own words.
        Answer = "answer",
        /// Service restored or wish fulfilled.
        Resolve = "resolve",
        /// Confirmed, or left long enough.
        Close = "close",
        /// It was not solved after all.
        Reopen = "reopen",
        /// Withdrawn.
        Cancel = "cancel",
        /// Found to be another ticket again.
        Duplicate = "duplicate",
        /// Fields changed.
        Set = "set",
        /// Tags changed.
        Tag = "tag",
        /// Links changed.
        Link = "link",
        /// The condition named by the key happened again.
        Repeat = "repeat",
        /// An earlier event was taken back.
        Retract = "retract",
        /// A hand edit was taken into the timeline.
        Adopt = "adopt",
        /// Called people in who keep it where it is (swarming).
        Call = "call",
        /// Came in on a call.
        Join = "join",
        /// Declined a call.
        Pass = "pass",
        /// Left the swarm.
        Leave = "leave",
        /// A clock is running low.
        Warn = "warn",
        /// A clock ran out.
        Breach = "breach",
        /// Somebody was told, by a rule.
        Notify = "notify",
        /// The result of a clock was corrected.
        Rejudge = "rejudge",
        /// Something a newer version of desk knows; its effect is in `set`.
        Other = "other",
    }
}

words! {
    /// A service-level clock. Source: DOMAIN.md section 5.
    #[derive(Serialize, Deserialize, JsonSchema)]
    #[serde(rename_all = "kebab-case")]
    #[schemars(inline)]
    Clock, "a clock", {
        /// To the first answer.
        Respond = "respond",
        /// To the next answer.
        Update = "update",
        /// To the solution.
        Resolve = "resolve",
        /// To the acceptance of a hand-over.
        Accept = "accept",
        /// To what a vendor owes.
        Vendor = "vendor",
    }
}

words! {
    /// How one ticket relates to another.
    LinkKind, "a kind of link", {
        /// The other is the larger piece of work that this is part of.
        Parent = "parent",
        /// This tells again what the other tells.
        DuplicateOf = "duplicate-of",
        /// The other is the problem behind this incident.
        CausedBy = "caused-by",
        /// Worth knowing of.
        Related = "related",
    }
}

/// A link to another ticket, written `caused-by 261123-k7f3q2`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct Link {
    /// How this ticket relates to the other.
    pub kind: LinkKind,
    /// The other ticket.
    pub to: TicketId,
}

impl Value for Link {
    fn parse(text: &str) -> Result<Self, BadValue> {
        let bad = || BadValue::new(text, "a link such as caused-by 261123-k7f3q2");
        let (kind, to) = text.split_once(' ').ok_or_else(bad)?;
        Ok(Self {
            kind: LinkKind::parse(kind)?,
            to: TicketId::parse(to).map_err(|_| bad())?,
        })
    }

    fn text(&self) -> String {
        format!("{} {}", self.kind, self.to)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_read_back() {
        for status in Status::ALL {
            assert_eq!(Status::parse(status.word()).unwrap(), *status);
        }
        let refused = Status::parse("done").unwrap_err().to_string();
        assert!(refused.contains("in-progress"), "{refused}");
    }

    #[test]
    fn live_and_waiting_are_those_of_the_life_cycle() {
        let words = |keep: fn(Status) -> bool| {
            let kept: Vec<_> = Status::ALL
                .iter()
                .filter(|s| keep(**s))
                .map(|s| s.word())
                .collect();
            kept.join(" ")
        };
        assert_eq!(
            words(Status::is_live),
            "new queued assigned in-progress pending"
        );
        assert_eq!(words(Status::is_waiting), "new queued assigned");
    }
}
