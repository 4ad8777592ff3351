//! On desks whose figures are computed by hand.

use super::*;
use crate::report::story::{Known, Story, november, rows, served};
use serde_json::json;

/// The rows of one of the tables.
fn of(name: &str) -> Vec<String> {
    let known = served();
    let tables = tables(&known.scope(november()));
    rows(tables.iter().find(|table| table.name == name).unwrap())
}

#[test]
fn the_volume_stands_beside_the_period_before() {
    assert_eq!(
        of("volume"),
        [
            "arrived | 7 | 7 | 0 | -",
            "resolved | 6 | 6 | 0 | -",
            "backlog | 1 | 1 | 0 | -",
            "time-to-respond | 0:20 | 5 | - | -",
            "time-to-resolve | 4:00 | 6 | - | -",
            "reopen-rate | 1/6 | 6 | 0/0 | -",
            // a 5, b 2, c 4.
            "mean-rating | 3.67 | 3 | - | -",
            "satisfied | 2/3 | 3 | 0/0 | -",
            "response-rate | 3/6 | 6 | 0/0 | -",
        ]
    );
}

#[test]
fn pains_are_categories_by_how_much_came() {
    assert_eq!(of("pains"), ["none | 7 | 6 | 4:00 | 23:30 | 1/6 | 2 | 1"]);
}

#[test]
fn each_breach_is_explained_by_facts() {
    // b: answered late; declined, it lay two hours with the front line; then
    // eight of its twelve hours with desktop.
    assert_eq!(
        of("breaches"),
        [
            "b | respond | 2:00 | 1:00 | L1 frontline | 2:00 | 1 | 0 | 0:00 | VPN drops",
            "b | accept | 2:00 | 1:00 | L1 frontline | 2:00 | 3 | 1 | 0:00 | VPN drops",
            "b | resolve | 12:00 | 8:00 | L2 desktop | 8:00 | 4 | 1 | 0:00 | VPN drops",
        ]
    );
}

#[test]
fn several_units_have_a_row_each_first() {
    let open =
        |id: &str, unit: &str| Story::open(id, "2026-11-02T09:00:00Z", &[("unit", unit)]).end();
    let known = Known::new(
        &json!({"format": 1}),
        &[
            open("261102-aaaaaa", "Sales"),
            open("261102-bbbbbb", "Sales"),
            open("261102-cccccc", "Finance"),
        ],
    );
    let mut scope = known.scope(november());
    let all = tables(&scope);
    assert_eq!(
        (all[0].name, rows(&all[0])),
        (
            "scorecard",
            vec![
                "Sales | 2 | 0 | 2 | - | - | 0/0 | 0".to_owned(),
                "Finance | 1 | 0 | 1 | - | - | 0/0 | 0".to_owned(),
            ]
        )
    );
    assert!(all[0].notes.iter().any(|note| note.contains("--unit")));
    scope.lives.pop();
    assert_eq!(tables(&scope)[0].name, "volume");
}
