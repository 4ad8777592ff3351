//! On desks whose figures are computed by hand.

use super::*;
use crate::report::period::Step;
use crate::report::story::{Known, Story, call, desk, november, rows, served};
use crate::ticket::Action;
use serde_json::json;

#[test]
fn each_clock_is_told_with_what_still_runs_late() {
    let known = served();
    assert_eq!(
        rows(&attainment(&known.scope(november()))),
        [
            "respond | 4/5 | 5 | 1 | 1",
            "update | 1/1 | 1 | 0 | 0",
            "resolve | 5/6 | 6 | 1 | 1",
            "accept | 2/3 | 3 | 1 | 0",
            "vendor | 1/1 | 1 | 0 | 0",
        ]
    );
}

#[test]
fn clocks_are_split_by_priority_if_nobody_says_otherwise() {
    let known = served();
    let mut scope = known.scope(november());
    let by = |scope: &Scope<'_>| {
        let tables = tables(scope);
        let table = tables.into_iter().find(|one| one.name == "attainment-by");
        rows(&table.unwrap())
    };
    assert_eq!(
        by(&scope),
        ["P2 | 4/5 | 5 | 1 | 1/1 | 1 | 0 | 5/6 | 6 | 1 | 2/3 | 3 | 0 | 1/1 | 1 | 0"]
    );
    scope.by = Some(By::Time(Step::Week));
    let weeks = by(&scope);
    // a, b and c; e is late from the week of the 23rd on.
    assert!(
        weeks[0].starts_with("2026-W45 | 2/3 | 3 | 0 | 1/1 | 1 | 0 | 2/3 | 3 | 0"),
        "{weeks:?}"
    );
    assert!(weeks[3].starts_with("2026-W48 | 0/0 | 0 | 1 "), "{weeks:?}");
}

#[test]
fn a_breach_is_charged_to_whoever_used_most_of_the_clock() {
    let known = served();
    // All three of b: answered late, lying with the front line after it was
    // declined, and eight of twelve hours with desktop.
    assert_eq!(
        rows(&causes(&known.scope(november()))),
        [
            "L1 frontline | 2 | 2/3 | 1 | 0 | 1 | 4:00 | 4:00/12:00",
            "L2 desktop | 1 | 1/3 | 0 | 1 | 0 | 8:00 | 8:00/12:00",
        ]
    );
}

#[test]
fn breached_clocks_are_named_furthest_over_first() {
    let known = served();
    assert_eq!(
        rows(&breached(&known.scope(november()))),
        [
            "b | resolve | P2 | 12:00 | 8:00 | 4:00 | L2 desktop | 11-04 13:00 | VPN drops",
            "b | respond | P2 | 2:00 | 1:00 | 1:00 | L1 frontline | 11-03 11:00 | VPN drops",
            "b | accept | P2 | 2:00 | 1:00 | 1:00 | L1 frontline | 11-03 14:00 | VPN drops",
        ]
    );
}

#[test]
fn what_runs_late_is_named_too() {
    let known = served();
    // Eight hours from Monday 09:00 are used up when the office closes: the
    // first second over is the first one of Tuesday.
    assert_eq!(
        rows(&late(&known.scope(november()))),
        [
            "e | respond | P2 | 11-23 10:00 | 1:00 | L1 frontline | - | VPN drops",
            "e | resolve | P2 | 11-24 09:00 | 8:00 | L1 frontline | - | VPN drops",
        ]
    );
}

#[test]
fn a_desk_without_targets_is_told_so() {
    for known in [desk(), Known::new(&json!({"format": 1}), &[])] {
        let tables = tables(&known.scope(november()));
        assert!(
            tables.iter().all(|table| table.rows.is_empty()),
            "{tables:?}"
        );
        assert!(tables[0].notes[0].contains("No clock has a target"));
    }
}

#[test]
fn a_breach_of_a_vendors_clock_is_the_vendors() {
    let story = |id: &str, vendor| {
        Story::open(id, "2026-11-02T09:00:00Z", &[("team", "frontline")])
            .then("2026-11-02T09:00:00Z", "lena", Action::Take)
            .then("2026-11-02T10:00:00Z", "lena", call(vendor))
            .then(
                "2026-11-02T15:00:00Z",
                "lena",
                Action::Resume { text: None },
            )
            .end()
    };
    let known = Known::new(
        &json!({
            "format": 1,
            "levels": {"1": {"name": "front line"}, "4": {"name": "vendor", "vendor": true}},
            "teams": {"frontline": {"level": 1}},
            "vendors": {"dell": {"name": "Dell"}},
            "targets": [{"vendor": "4h"}],
        }),
        &[
            story("261102-aaaaaa", Some("dell")),
            story("261102-bbbbbb", None),
        ],
    );
    let scope = known.scope(november());
    let charged: Vec<_> = breached(&scope)
        .rows
        .iter()
        .map(|row| row[6].clone())
        .collect();
    assert_eq!(
        charged,
        ["dell", "vendor"].map(|who| Cell::Text(who.to_owned()))
    );
    assert_eq!(causes(&scope).rows.len(), 2);
}
