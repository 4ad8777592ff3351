//! How hand-overs from one team to another fared: whether the receiver
//! accepted them. Source: DOMAIN.md section 3, question 4.

use crate::ticket::fold::Step;
use crate::ticket::{Name, Status, Ticket, Verb};

/// What became of hand-overs.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Fared {
    /// Somebody there took them up.
    pub accepted: usize,
    /// They were declined.
    pub declined: usize,
    /// Nobody there has answered, or they went elsewhere before.
    pub open: usize,
}

impl Fared {
    /// How many there were.
    #[must_use]
    pub fn all(self) -> usize {
        self.accepted + self.declined + self.open
    }

    /// Counts the hand-overs of a ticket from one team to another.
    pub fn count(&mut self, ticket: &Ticket, from: &Name, to: &Name) {
        let steps = ticket.replay();
        for (place, step) in steps.iter().enumerate() {
            let there = step.before.team.as_ref() == Some(from)
                && step.after.team.as_ref() == Some(to)
                && matches!(step.event.did, Verb::Escalate | Verb::Assign);
            if !there {
                continue;
            }
            match answer(step, steps.get(place + 1..).unwrap_or_default()) {
                Some(true) => self.accepted += 1,
                Some(false) => self.declined += 1,
                None => self.open += 1,
            }
        }
    }
}

/// Whether a hand-over was accepted (work began there), or declined; none where
/// neither is so yet.
fn answer(hand_over: &Step<'_>, later: &[Step<'_>]) -> Option<bool> {
    let working = |step: &Step<'_>| {
        matches!(
            step.after.status,
            Some(Status::InProgress | Status::Pending | Status::Resolved)
        )
    };
    if working(hand_over) {
        return Some(true);
    }
    for step in later {
        match step.event.did {
            Verb::Decline => return Some(false),
            _ if step.after.team != hand_over.after.team => return None,
            _ if working(step) => return Some(true),
            _ => {}
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Story, escalate_to};
    use crate::ticket::Action;
    use crate::ticket::value::Value as _;

    fn story() -> Story {
        Story::open(
            "261123-k7f3q2",
            "2026-11-23T09:00:00Z",
            &[("level", "1"), ("team", "frontline")],
        )
        .then("2026-11-23T09:10:00Z", "lena", escalate_to("2", "desktop"))
    }

    fn decline() -> Action {
        Action::Decline {
            text: "which one?".into(),
        }
    }

    fn fared(ticket: &Ticket) -> (usize, usize, usize) {
        let name = |text| Name::parse(text).unwrap();
        let mut fared = Fared::default();
        fared.count(ticket, &name("frontline"), &name("desktop"));
        (fared.accepted, fared.declined, fared.open)
    }

    #[test]
    fn each_hand_over_is_accepted_declined_or_open() {
        assert_eq!(fared(&story().end()), (0, 0, 1));
        let declined = story().then("2026-11-23T09:20:00Z", "marco", decline());
        let again = declined.then("2026-11-23T09:30:00Z", "lena", escalate_to("2", "desktop"));
        let taken = again.then("2026-11-23T09:40:00Z", "marco", Action::Accept);
        assert_eq!(fared(&taken.end()), (1, 1, 0));
    }

    #[test]
    fn what_went_elsewhere_was_never_answered() {
        let moved = story().then("2026-11-23T09:20:00Z", "lena", escalate_to("3", "expert"));
        assert_eq!(fared(&moved.end()), (0, 0, 1));
    }
}
