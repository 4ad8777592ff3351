//! How much people have on their hands.

use crate::ticket::text::fold;
use crate::ticket::{Handle, Timestamp};
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
