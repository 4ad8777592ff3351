//! Which tickets wait for somebody: what `next` takes from, and `queue` shows.

use super::people::Person;
use super::rules::Policy;
use super::who::topic;
use crate::ticket::{Header, Status, Timestamp};

/// Whether a ticket waits for this person at that moment: it was given to them
/// and they have not begun, or nobody has it and it lies with one of their
/// teams, at a level that they hold.
#[must_use]
pub fn waits_for(policy: &Policy, person: &Person, header: &Header, now: Timestamp) -> bool {
    let mine = header.assignee.as_ref() == Some(&person.handle);
    match header.status.unwrap_or(Status::New) {
        Status::Assigned => mine,
        Status::New | Status::Queued => {
            mine || (header.assignee.is_none() && is_for(policy, person, header, now))
        }
        _ => false,
    }
}

/// Whether somebody works where a ticket lies. Somebody without teams works
/// wherever they hold the level.
#[must_use]
pub fn is_for(policy: &Policy, person: &Person, header: &Header, now: Timestamp) -> bool {
    let team = header.team.as_ref();
    let there = person.teams.is_empty() || team.is_none_or(|team| person.works_in(team));
    let held = || person.levels_at(now, topic(policy, header));
    let level = header
        .level
        .filter(|level| policy.levels.contains_key(level));
    there && level.is_none_or(|level| held().contains(&level))
}
