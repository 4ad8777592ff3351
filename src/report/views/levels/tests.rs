//! On desks whose figures are computed by hand.

use super::*;
use crate::report::group::Field;
use crate::report::story::{Known, Story, desk, escalate_to, november, rows, served};
use serde_json::json;

#[test]
fn the_mix_is_by_the_highest_level_with_what_that_costs() {
    let known = served();
    let mix = mix(&known.scope(november()));
    assert_eq!(mix.title, "Resolved, by the highest level reached: 6");
    assert_eq!(
        rows(&mix),
        [
            "L0 | - | 1 | 1/6 | $2 | $2",
            "L1 | front line | 3 | 3/6 | $20 | $60",
            "L2 | technical | 1 | 1/6 | $70 | $70",
            "L4 | vendor | 1 | 1/6 | $599 | $599",
        ]
    );
}

#[test]
fn the_mix_of_groups_has_a_part_for_each_level() {
    let known = desk();
    let mut scope = known.scope(november());
    scope.by = Some(By::Field(Field::Priority));
    // a and b are P2, c and d P3; b and d went to level 2.
    assert_eq!(
        rows(&mix(&scope)),
        [
            "P1 | 0 | 0/0 | 0/0 | $0",
            "P2 | 2 | 1/2 | 1/2 | $91",
            "P3 | 2 | 1/2 | 1/2 | $91",
            "none | 0 | 0/0 | 0/0 | $0",
        ]
    );
}

#[test]
fn escalations_are_told_by_pair_and_by_what_became_of_them() {
    let known = served();
    let tables = tables(&known.scope(november()));
    let of = |name| rows(tables.iter().find(|table| table.name == name).unwrap());
    // b twice: declined, then accepted.
    assert_eq!(of("escalations"), ["L1 | L2 | 2 | 1 | 1 | 0 | 0 | 0"]);
    assert_eq!(
        of("team-pairs"),
        ["frontline | desktop | 2 | 1 | 1 | 0 | 0 | 0"]
    );
    assert_eq!(
        of("refused"),
        ["b | 11-03 12:00 | declined | L1 frontline | L2 desktop | marco | which driver?"]
    );
}

#[test]
fn who_escalates_to_themselves_is_counted_and_said() {
    let known = desk();
    let scope = known.scope(november());
    let table = pairs("pairs", "Escalations", &made(&scope), |place| {
        place.level.map(|level| level.to_string())
    });
    assert_eq!(rows(&table), ["L1 | L2 | 2 | 2 | 0 | 0 | 0 | 0"]);
    assert_eq!(
        table.notes,
        ["1 of them by people to themselves, who hold both levels."]
    );
}

#[test]
fn what_waits_is_told_from_what_went_elsewhere_unanswered() {
    let story = Story::open(
        "261102-aaaaaa",
        "2026-11-02T09:00:00Z",
        &[("level", "1"), ("team", "frontline")],
    )
    .then("2026-11-02T10:00:00Z", "lena", escalate_to("2", "desktop"))
    .then("2026-11-02T11:00:00Z", "lena", escalate_to("3", "expert"));
    let known = Known::new(&json!({"format": 1}), &[story.end()]);
    let scope = known.scope(november());
    let table = pairs("pairs", "Escalations", &made(&scope), |place| {
        place.team.map(str::to_owned)
    });
    assert_eq!(
        rows(&table),
        [
            "desktop | expert | 1 | 0 | 0 | 0 | 1 | 0",
            "frontline | desktop | 1 | 0 | 0 | 0 | 0 | 1",
        ]
    );
}

#[test]
fn nobody_is_measured_by_first_contact_resolution() {
    let known = served();
    let mut scope = known.scope(november());
    let has = |table: &Table| {
        let mut columns = table.columns.iter();
        columns.any(|column| column.name == levels::FIRST_CONTACT.name)
    };
    scope.by = Some(By::Field(Field::Team));
    assert!(has(&front(&scope)));
    scope.by = Some(By::Field(Field::Person));
    let people = front(&scope);
    assert!(!has(&people));
    let names: Vec<_> = people.rows.iter().map(|row| row[0].clone()).collect();
    let named = ["alice", "lena", "marco"].map(|name| Cell::Text(name.to_owned()));
    assert_eq!(names[..3], named);
}
