//! On desks whose figures are computed by hand.

use super::*;
use crate::report::story::{desk, november, rows, served};

#[test]
fn the_sum_the_cost_of_a_ticket_and_the_saving() {
    let known = served();
    let mut scope = known.scope(november());
    // a c d 20, b 70, f 599, z 2; b could have been resolved at level 1.
    assert_eq!(
        rows(&figures(&scope)),
        [
            "cost | $731 | 6",
            "cost-per-ticket | $121 | 6",
            "shift-left-saving | $50 | 1",
        ]
    );
    scope.before = Some(scope.lens.over(november()));
    assert_eq!(
        rows(&figures(&scope))[1],
        "cost-per-ticket | $121 | 6 | $121 | +0.00"
    );
}

#[test]
fn the_trend_is_told_step_by_step() {
    let known = served();
    assert_eq!(
        rows(&trend(&known.scope(november()))),
        [
            "2026-W45 | 2 | $90 | $45 | $50",
            "2026-W46 | 2 | $40 | $20 | $0",
            "2026-W47 | 2 | $601 | $300 | $0",
            "2026-W48 | 0 | $0 | - | $0",
            "2026-W49 | 0 | $0 | - | $0",
        ]
    );
}

#[test]
fn groups_come_dearest_first() {
    let known = served();
    let scope = known.scope(november());
    assert_eq!(
        rows(&by_group(&scope, By::Field(Field::Team))),
        [
            "frontline | 5 | $661 | $132 | $0",
            "desktop | 1 | $70 | $70 | $50"
        ]
    );
    // People keep the order of their names.
    let people = rows(&by_group(&scope, By::Field(Field::Person)));
    assert_eq!(
        people,
        [
            "alice | 1 | $2 | $2 | $0",
            "lena | 4 | $659 | $164 | $0",
            "marco | 1 | $70 | $70 | $50",
        ]
    );
}

#[test]
fn levels_without_a_cost_of_their_own_have_that_of_benchmarks() {
    let known = desk();
    // a and c at level 1, b and d at level 2: 2 × 22 + 2 × 69.
    let rows = rows(&figures(&known.scope(november())));
    assert_eq!(rows[0], "cost | $182 | 4");
}
