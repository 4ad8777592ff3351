//! On desks whose figures are computed by hand.

use super::*;
use crate::report::story::{Known, Story, november, reopen, resolve, rows};
use crate::ticket::Action;
use serde_json::json;

/// Around the clock; eight hours to resolve.
fn known() -> Known {
    let open = |id: &str, at: &str, service: &str, priority: &str| {
        Story::open(id, at, &[("service", service), ("priority", priority)])
    };
    Known::new(
        &json!({"format": 1, "targets": [{"resolve": "8h"}]}),
        &[
            open("261102-aaaaaa", "2026-11-02T09:00:00Z", "mail", "P2")
                .then("2026-11-02T11:00:00Z", "lena", resolve())
                .end(),
            // Ten hours, and back the next day.
            open("261103-bbbbbb", "2026-11-03T09:00:00Z", "mail", "P1")
                .then("2026-11-03T09:10:00Z", "lena", Action::Take)
                .then("2026-11-03T19:00:00Z", "lena", resolve())
                .then("2026-11-04T09:00:00Z", "lena", reopen())
                .end(),
            open("261105-cccccc", "2026-11-05T09:00:00Z", "vpn", "P2")
                .then("2026-11-05T10:00:00Z", "lena", resolve())
                .end(),
            // Before the period.
            open("261001-dddddd", "2026-10-01T09:00:00Z", "vpn", "P1")
                .then("2026-10-01T10:00:00Z", "lena", resolve())
                .end(),
        ],
    )
}

#[test]
fn each_service_has_its_scorecard() {
    let known = known();
    let scope = known.scope(november());
    assert_eq!(
        rows(&scorecard(&scope, By::Field(Field::Service))),
        [
            "mail | 2 | 1 | 1 | 0/0 | 1/2 | 2 | 2:00 | 2:00 | 1/2 | 1",
            "vpn | 1 | 1 | 0 | 0/0 | 1/1 | 1 | 1:00 | 1:00 | 0/1 | 0",
        ]
    );
}

#[test]
fn major_incidents_are_told_in_the_order_in_which_they_came() {
    let known = known();
    let table = major(&known.scope(november()));
    assert_eq!(table.title, "Major incidents (P1): 1");
    assert_eq!(
        rows(&table),
        ["11-03 09:00 | b | mail | 0:10 | - | 672:00 | breached | VPN drops"]
    );
}
