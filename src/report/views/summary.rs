//! The desk at a glance, as whoever asks needs it.

mod eyes;
mod general;
mod lead;
mod mine;

use super::{Scope, View};
use crate::report::table::Table;
use eyes::Eyes;

/// The view.
pub const VIEW: View = View {
    word: "summary",
    title: "Summary",
    about: "the desk at a glance, by your role: --role manager for another's",
    splits: true,
    tables,
};

fn tables(scope: &Scope<'_>) -> Vec<Table> {
    let Some((eyes, role)) = Eyes::of(scope) else {
        return general::tables(scope);
    };
    // Who chose a split wants to see it.
    if scope.by.is_some() && !eyes.splits {
        return general::tables(scope);
    }
    let mut tables = (eyes.tables)(scope);
    if let Some(last) = tables.last_mut() {
        last.notes.push(eyes.note(role));
    }
    tables
}

#[cfg(test)]
mod tests;
