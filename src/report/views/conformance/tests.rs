//! On desks whose figures are computed by hand.

use super::*;
use crate::report::story::{november, rows, served};

/// The rows of one of the tables.
fn of(name: &str) -> Vec<String> {
    let known = served();
    let tables = tables(&known.scope(november()));
    rows(tables.iter().find(|table| table.name == name).unwrap())
}

#[test]
fn lapses_are_counted_by_what_they_are() {
    // c and d were put on hold without a reason, d just before its deadline.
    assert_eq!(
        of("lapses-by-sort"),
        [
            "override | 0 | 0",
            "illegal | 0 | 0",
            "no-reason | 2 | 2",
            "late-hold | 1 | 1",
        ]
    );
    assert_eq!(of("by-team"), ["frontline | 0 | 0 | 2 | 1"]);
    assert_eq!(of("by-person"), ["lena | 0 | 0 | 2 | 1"]);
}

#[test]
fn the_list_has_each_of_them_the_latest_first() {
    assert_eq!(
        of("lapses"),
        [
            "d | 11-10 16:30 | no-reason | hold | lena | -",
            "d | 11-10 16:30 | late-hold | hold | lena | -",
            "c | 11-05 10:00 | no-reason | hold | lena | -",
        ]
    );
}

#[test]
fn waiting_is_a_part_of_life_by_what_it_waits_for() {
    // c 24 h and d 48 h; f 3 h. Lives: 40 m, 28 h, 97 h, 55 h 30 m, 4 h, 5 m.
    assert_eq!(
        of("waits"),
        [
            "requester | 2 | 72:00/185:15 | 72:00 | yes",
            "vendor | 1 | 3:00/185:15 | 3:00 | no",
        ]
    );
}

#[test]
fn people_are_in_the_order_of_their_names_not_of_their_counts() {
    let known = served();
    let scope = known.scope(november());
    let table = counts(&scope, "by", "By", "person", |_, lapse| {
        let name = match lapse.sort {
            Sort::LateHold => "adam",
            _ => "zoe",
        };
        Some(name.to_owned())
    });
    assert_eq!(
        rows(&table),
        ["adam | 0 | 0 | 0 | 1", "zoe | 0 | 0 | 2 | 0"]
    );
}
