//! How much people have on their hands.

use crate::ticket::text::fold;
use crate::ticket::{Handle, Header, Status, Timestamp};
use std::collections::BTreeMap;

/// What one person has.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Load {
    /// Live tickets that they work on or are given: all but those that wait
    /// for something else.
    pub working: u32,
    /// Live tickets that are pending.
    pub pending: u32,
    /// When they were last given a ticket, where that was asked for.
    pub given: Option<Timestamp>,
}

/// What everybody has. Handles compare without case, as filters do.
#[derive(Debug, Clone, Default)]
pub struct Loads(BTreeMap<String, Load>);

impl Loads {
    /// That of one person; nothing if nothing is known.
    #[must_use]
    pub fn of(&self, who: &Handle) -> Load {
        self.0.get(&fold(who.as_str())).copied().unwrap_or_default()
    }

    /// The entry of somebody, by whatever case their handle is written in.
    pub fn entry(&mut self, who: &str) -> &mut Load {
        self.0.entry(fold(who)).or_default()
    }
}

impl Loads {
    /// Follows a change of one ticket, from one state to another.
    pub fn follow(&mut self, before: &Header, after: &Header, now: Timestamp) {
        for (header, gains) in [(before, false), (after, true)] {
            let Some(who) = &header.assignee else {
                continue;
            };
            let status = header.status.unwrap_or(Status::New);
            if !status.is_live() {
                continue;
            }
            let load = self.entry(who.as_str());
            let count = match status {
                Status::Pending => &mut load.pending,
                _ => &mut load.working,
            };
            *count = if gains {
                count.saturating_add(1)
            } else {
                count.saturating_sub(1)
            };
        }
        if before.assignee != after.assignee
            && let Some(who) = &after.assignee
        {
            self.entry(who.as_str()).given = Some(now);
        }
    }
}
