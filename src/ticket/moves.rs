//! A ticket's way between teams.

use super::fold::Ticket;
use super::value::Name;

/// How often a ticket has gone between two teams, in either direction.
#[must_use]
pub fn crossings(ticket: &Ticket, one: &Name, other: &Name) -> usize {
    let between = |from: Option<&Name>, to: Option<&Name>| match (from, to) {
        (Some(from), Some(to)) => (from == one && to == other) || (from == other && to == one),
        _ => false,
    };
    ticket
        .replay()
        .iter()
        .filter(|step| between(step.before.team.as_ref(), step.after.team.as_ref()))
        .count()
}
