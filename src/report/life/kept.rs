//! A life as bytes: the cache keeps them beside each ticket, so that a report
//! reads no timelines. A new field of [`Life`] is a line in each of the two
//! functions, and a new [`VERSION`].

use super::{LeftOut, Life, Resolution};
use crate::ticket::bytes::{Reader, Writer};
use crate::ticket::{Status, Ticket};

/// Goes up whenever the bytes, or what a timeline is read as, change: lives
/// that another version kept are made anew.
pub const VERSION: u32 = 1;

const REASONS: [LeftOut; 4] = [
    LeftOut::Void,
    LeftOut::Duplicate,
    LeftOut::Cancelled,
    LeftOut::Problem,
];

/// The bytes of a ticket's life.
#[must_use]
pub fn keep(ticket: &Ticket) -> Vec<u8> {
    Life::of(ticket).to_bytes()
}

impl Life {
    /// What [`Life::of_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        out.maybe(Some(&self.id));
        out.text(&self.title);
        out.maybe(Some(&self.status));
        out.maybe(self.level.as_ref());
        out.maybe(self.priority.as_ref());
        out.maybe(self.assignee.as_ref());
        out.time(self.opened);
        let reason = |left: LeftOut| REASONS.iter().position(|reason| *reason == left);
        out.size(self.left_out.and_then(reason).map_or(0, |place| place + 1));
        out.maybe(self.highest.as_ref());
        out.flag(self.escalated);
        out.flag(self.handed_over);
        out.flag(self.reopened);
        out.size(self.resolutions.len());
        for resolution in &self.resolutions {
            out.time(resolution.at);
            out.maybe(resolution.level.as_ref());
            out.flag(resolution.reopened);
        }
        out.0
    }

    /// The life of these bytes; `None` where no life was written so.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let mut life = Self {
            id: from.value()?,
            title: from.text()?.to_owned(),
            status: from.value::<Status>()?,
            level: from.maybe()?,
            priority: from.maybe()?,
            assignee: from.maybe()?,
            opened: from.time()?,
            left_out: match from.size()? {
                0 => None,
                place => Some(*REASONS.get(place - 1)?),
            },
            highest: from.maybe()?,
            escalated: from.flag()?,
            handed_over: from.flag()?,
            reopened: from.flag()?,
            resolutions: Vec::new(),
        };
        for _ in 0..from.size()? {
            life.resolutions.push(Resolution {
                at: from.time()?,
                level: from.maybe()?,
                reopened: from.flag()?,
            });
        }
        from.0.is_empty().then_some(life)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Story, close, escalate_to, reopen, resolve};

    #[test]
    fn what_was_kept_reads_back_and_damage_is_no_life() {
        let story = Story::open(
            "261123-k7f3q2",
            "2026-11-23T09:00:00Z",
            &[("level", "1"), ("title", "Ünal's VPN"), ("kind", "problem")],
        );
        let ticket = story
            .then("2026-11-23T10:00:00Z", "lena", resolve())
            .then("2026-11-23T10:30:00Z", "lena", close())
            .then("2026-11-24T08:00:00Z", "lena", reopen())
            .then("2026-11-24T09:00:00Z", "lena", escalate_to("2", "desktop"))
            .then("2026-11-24T12:00:00Z", "marco", resolve())
            .end();
        let life = Life::of(&ticket);
        let bytes = keep(&ticket);
        assert_eq!(Life::of_bytes(&bytes), Some(life));
        for end in 0..bytes.len() {
            assert_eq!(Life::of_bytes(&bytes[..end]), None);
        }
        assert_eq!(Life::of_bytes(&[&bytes[..], b"x"].concat()), None);
    }
}
