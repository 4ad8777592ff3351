//! What was done to a ticket that a process owner should look at. It is told
//! and never corrected: DOMAIN.md section 2, "conformance".

use super::clocks::Timed;
use crate::policy::clock::Rules;
use crate::policy::gate;
use crate::ticket::{Clock, Event, EventId, Ticket, Timestamp, Verb, lifecycle};

/// Something that was done otherwise than the desk means it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Lapse<'a> {
    /// What it is.
    pub sort: Sort,
    /// When.
    pub at: Timestamp,
    /// By whom.
    pub by: &'a str,
    /// What they did.
    pub did: Verb,
    /// Their words, where they gave a reason.
    pub text: Option<&'a str>,
}

/// What can be otherwise.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// A hand-over that lacked something went on, for a reason.
    Override,
    /// The life cycle does not allow it where it stands, after a merge or an
    /// import.
    Illegal,
    /// The policy wants a reason for it, and there is none. What comes from
    /// another system is not held to that.
    NoReason,
    /// The resolve clock was paused with a tenth of its target or less left.
    LateHold,
}

impl Sort {
    /// All, in order.
    pub const ALL: &'static [Self] = &[
        Self::Override,
        Self::Illegal,
        Self::NoReason,
        Self::LateHold,
    ];

    /// The word in JSON.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Override => "override",
            Self::Illegal => "illegal",
            Self::NoReason => "no-reason",
            Self::LateHold => "late-hold",
        }
    }

    /// What it is, for people.
    #[must_use]
    pub fn title(self) -> &'static str {
        match self {
            Self::Override => "hand-over forced, with a reason",
            Self::Illegal => "move that the life cycle does not allow",
            Self::NoReason => "reason missing",
            Self::LateHold => "put on hold just before its deadline",
        }
    }
}

/// Every lapse of a ticket, in the order of its events.
#[must_use]
pub(super) fn lapses<'a>(
    ticket: &'a Ticket,
    rules: Rules<'_>,
    clocks: &[Timed<'a>],
) -> Vec<Lapse<'a>> {
    let illegal: Vec<EventId> = lifecycle::marks(ticket)
        .into_iter()
        .map(|mark| mark.event)
        .collect();
    let resolve = clocks.iter().filter(|timed| timed.clock == Clock::Resolve);
    let late: Vec<Timestamp> = resolve.filter_map(|timed| timed.paused_late).collect();
    let mut lapses = Vec::new();
    for event in ticket.active() {
        let sorts = [
            (Sort::Override, event.details.overridden.is_some()),
            (Sort::Illegal, illegal.contains(&event.e)),
            (Sort::NoReason, lacks_reason(event, rules)),
            (
                Sort::LateHold,
                event.did == Verb::Hold && late.contains(&event.at),
            ),
        ];
        for (sort, _) in sorts.into_iter().filter(|(_, is_so)| *is_so) {
            let text = match sort {
                Sort::Override => &event.details.overridden,
                _ => &event.text,
            };
            lapses.push(Lapse {
                sort,
                at: event.at,
                by: event.by.as_str(),
                did: event.did,
                text: text.as_deref(),
            });
        }
    }
    lapses
}

/// Whether an event has no words although this desk, or every desk, wants some.
fn lacks_reason(event: &Event, rules: Rules<'_>) -> bool {
    let foreign = event.details.activity.is_some();
    let by_rule = event.details.rule.is_some();
    event.text.is_none() && !foreign && !by_rule && gate::wants_reason(rules.policy, event.did)
}
