//! On desks whose figures are computed by hand.

use super::*;
use crate::report::group::Field;
use crate::report::story::{Known, Story, desk, november, rows};
use serde_json::json;

#[test]
fn what_is_live_at_the_end_is_told_by_level_and_priority() {
    let known = desk();
    let live = live(&known.scope(november()));
    // e; m; g and n, which was resolved a second later; f has no priority.
    assert_eq!(live.title, "Live at the end of the period: 5");
    let columns: Vec<&str> = live.columns.iter().map(|one| one.name.as_str()).collect();
    assert_eq!(columns, ["level", "P1", "P2", "P3", "none", "all"]);
    assert_eq!(
        rows(&live),
        ["L1 | 1 | 1 | 2 | 0 | 4", "L2 | 0 | 0 | 0 | 1 | 1"]
    );
    assert_eq!(
        live.notes,
        [
            "2 new · 1 assigned · 1 in-progress · 1 pending",
            "2 unassigned · 3 not acknowledged",
        ]
    );
}

#[test]
fn ages_lie_in_half_open_days() {
    let open = |id: &str, at: &str| Story::open(id, at, &[]).end();
    // The period ends with 2026-11-30T23:59:59Z.
    let known = Known::new(
        &json!({"format": 1}),
        &[
            open("261130-aaaaaa", "2026-11-30T00:00:00Z"),
            open("261129-bbbbbb", "2026-11-29T23:59:59Z"),
            open("261125-cccccc", "2026-11-25T23:59:59Z"),
            open("261031-dddddd", "2026-10-31T23:59:59Z"),
        ],
    );
    let ages = ages(&known.scope(november()));
    assert_eq!(
        rows(&ages),
        [
            "less than 1 day | 1 | 1/4 | 0",
            "1 to 5 days | 1 | 1/4 | 0",
            "5 to 10 days | 1 | 1/4 | 1",
            "10 to 30 days | 0 | 0/4 | 0",
            "30 days or more | 1 | 1/4 | 1",
        ]
    );
}

#[test]
fn what_nobody_has_touched_is_counted_as_of_the_end() {
    let known = desk();
    let ages = ages(&known.scope(november()));
    // n is new; f, e, g and m have been quiet for longer.
    assert_eq!(
        rows(&ages),
        [
            "less than 1 day | 1 | 1/5 | 0",
            "1 to 5 days | 0 | 0/5 | 0",
            "5 to 10 days | 1 | 1/5 | 1",
            "10 to 30 days | 2 | 2/5 | 2",
            "30 days or more | 1 | 1/5 | 1",
        ]
    );
    assert!(ages.notes[0].contains("4 of 5 not updated"), "{ages:?}");
}

#[test]
fn the_oldest_come_first() {
    let known = desk();
    let rows = rows(&oldest(&known.scope(november()), 3));
    assert_eq!(
        rows,
        [
            "m | 1454:59:59 | 1454:49:59 | P2 | assigned | L1 | marco | VPN drops",
            "g | 614:59:59 | 566:59:59 | P3 | in-progress | L1 | lena | VPN drops",
            "e | 254:59:59 | 254:59:59 | P1 | new | L1 | - | VPN drops",
        ]
    );
}

#[test]
fn groups_have_their_ages_beside() {
    let known = desk();
    let scope = known.scope(november());
    assert_eq!(
        rows(&by_group(&scope, By::Field(Field::Priority))),
        [
            "P1 | 1 | 0 | 0 | 0 | 1 | 0 | 1 | 254:59:59",
            "P2 | 1 | 0 | 0 | 0 | 0 | 1 | 1 | 1454:59:59",
            "P3 | 2 | 1 | 0 | 0 | 1 | 0 | 1 | 614:59:59",
            "none | 1 | 0 | 0 | 1 | 0 | 0 | 1 | 230:59:59",
        ]
    );
}

#[test]
fn the_backlog_is_told_week_by_week() {
    let known = desk();
    // Live, arrived, resolved; November starts on a Sunday.
    assert_eq!(
        rows(&over_time(&known.scope(november()))),
        [
            "2026-W44 | 1 | 0 | 0",
            "2026-W45 | 2 | 3 | 3",
            "2026-W46 | 2 | 1 | 1",
            "2026-W47 | 4 | 2 | 0",
            "2026-W48 | 4 | 0 | 0",
            "2026-W49 | 5 | 1 | 0",
        ]
    );
}
