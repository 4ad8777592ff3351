//! What several views say alike.

use super::Scope;
use crate::report::group::By;
use crate::report::life::{Life, Place};
use crate::report::period::Step;
use crate::report::table::Cell;
use crate::ticket::value::Value;

/// How many tickets a list shows at a terminal; other formats have all.
pub(super) const LISTED: usize = 50;

const DAY: i64 = 86_400;

/// A value of the header, or nothing.
pub(super) fn of<T: Value>(value: Option<&T>) -> Cell {
    Cell::maybe(value.map(Value::text))
}

/// A word of the header, or nothing.
pub(super) fn word(word: Option<&str>) -> Cell {
    Cell::maybe(word.map(str::to_owned))
}

/// "L2 desktop": the level and the team that have a ticket, if any has.
pub(super) fn told(place: &Place<'_>) -> Option<String> {
    let level = place.level.map(|level| level.to_string());
    let team = place.team.map(str::to_owned);
    let parts: Vec<String> = level.into_iter().chain(team).collect();
    (!parts.is_empty()).then(|| parts.join(" "))
}

/// The same as a cell.
pub(super) fn place(place: &Place) -> Cell {
    Cell::maybe(told(place))
}

/// Whether the desk has levels, or a ticket has one: others never meet the
/// word.
pub(super) fn is_tiered(scope: &Scope<'_>) -> bool {
    let has_level = |life: &&Life| life.course.highest().is_some();
    !scope.lens.policy.levels.is_empty() || scope.lives.iter().any(has_level)
}

/// The step of time that suits the period, counted from the first ticket;
/// that which the reader chose, if one was chosen.
pub(super) fn step(scope: &Scope<'_>) -> Step {
    if let Some(By::Time(step)) = scope.by {
        return step;
    }
    let period = scope.lens.period;
    let first = scope.lives.iter().map(|life| life.opened).min();
    let from = first.map_or(period.from(), |first| first.max(period.from()));
    match scope.lens.end().since(from) / DAY {
        ..=14 => Step::Day,
        15..=210 => Step::Week,
        211..=1_900 => Step::Month,
        _ => Step::Quarter,
    }
}
