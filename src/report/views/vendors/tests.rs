//! On a desk whose figures are computed by hand.

use super::*;
use crate::report::story::{Known, Story, call, november, rows};
use crate::ticket::Action;
use serde_json::json;

/// Dell works in office hours and has four of them; its contract is over.
fn known() -> Known {
    let open = |id: &str, at: &str, taken: &str| {
        Story::open(id, at, &[("level", "1")]).then(taken, "lena", Action::Take)
    };
    let back = || Action::Resume { text: None };
    Known::new(
        &json!({
            "format": 1,
            "zone": "UTC",
            "calendars": {"office": {"week": {"mon-fri": "09:00-17:00"}}},
            "levels": {
                "1": {"name": "front line"},
                "4": {"name": "vendor", "vendor": true},
            },
            "vendors": {
                "dell": {
                    "name": "Dell ProSupport", "contract": "C-1", "until": "2020-01-31",
                    "calendar": "office",
                },
                "telco": {"name": "telco"},
            },
            "targets": [{"vendor": "4h"}],
        }),
        &[
            // a: five hours.
            open(
                "261102-aaaaaa",
                "2026-11-02T09:00:00Z",
                "2026-11-02T09:10:00Z",
            )
            .then("2026-11-02T10:00:00Z", "lena", call(Some("dell")))
            .then("2026-11-02T15:00:00Z", "lena", back())
            .end(),
            // b: two hours; on the next day to another vendor, which has it.
            open(
                "261103-bbbbbb",
                "2026-11-03T09:00:00Z",
                "2026-11-03T09:10:00Z",
            )
            .then("2026-11-03T10:00:00Z", "lena", call(Some("dell")))
            .then("2026-11-03T12:00:00Z", "lena", back())
            .then("2026-11-04T10:00:00Z", "lena", call(Some("telco")))
            .end(),
            // c: two hours of the office over a weekend, 66 of the clock.
            open(
                "261106-cccccc",
                "2026-11-06T09:00:00Z",
                "2026-11-06T09:10:00Z",
            )
            .then("2026-11-06T16:00:00Z", "lena", call(Some("dell")))
            .then("2026-11-09T10:00:00Z", "lena", back())
            .end(),
            // d: nobody said which.
            open(
                "261130-dddddd",
                "2026-11-30T09:00:00Z",
                "2026-11-30T09:10:00Z",
            )
            .then("2026-11-30T10:00:00Z", "lena", call(None))
            .end(),
        ],
    )
}

#[test]
fn each_vendor_has_its_clock_its_times_and_what_it_holds() {
    let known = known();
    let table = by_vendor(&known.scope(november()));
    assert_eq!(
        rows(&table),
        [
            "dell (Dell ProSupport) | 3 | 0 | 2/3 | 3 | 3 | 2:00 | 5:00 | 5:00 | 66:00 | C-1 | \
             2020-01-31",
            "telco | 1 | 1 | 0/0 | 0 | 0 | - | - | - | - | - | -",
            "not named | 1 | 1 | 0/0 | 0 | 0 | - | - | - | - | - | -",
        ]
    );
    assert_eq!(
        table.notes[1..],
        ["The contract with dell ended on 2020-01-31."]
    );
}

#[test]
fn what_vendors_hold_is_named_with_its_reference() {
    let known = known();
    let table = with_vendors(&known.scope(november()));
    assert_eq!(
        rows(&table),
        [
            "b | telco | dell-4711 telco-4711 | 637:59:59 | 11-04 10:00 | - | lena | VPN drops",
            "d | not named | - | 13:59:59 | 11-30 10:00 | - | lena | VPN drops",
        ]
    );
}
