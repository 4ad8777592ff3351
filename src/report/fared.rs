//! How hand-overs from one team to another fared: whether the receiver
//! accepted them. Source: DOMAIN.md section 3, question 4.

use super::life::{Course, Fate, HandOver};
use crate::ticket::{Name, Ticket};

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
        let course = Course::of(ticket);
        let between = |one: &&HandOver| {
            one.from.team == Some(from.as_str()) && one.to.team == Some(to.as_str())
        };
        for hand_over in course.hand_overs.iter().filter(between) {
            self.add(&hand_over.fate);
        }
    }

    /// Counts one.
    pub fn add(&mut self, fate: &Fate) {
        match fate {
            Fate::Accepted | Fate::HandedBack(_) => self.accepted += 1,
            Fate::Declined(_) => self.declined += 1,
            Fate::Waiting => self.open += 1,
        }
    }
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
