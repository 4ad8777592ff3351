//! Small desks whose figures are computed by hand. Every metric is in one.

use super::*;
use crate::report::figure::{Figure, Part};
use crate::report::period::Period;
use crate::report::story::{Known, desk, november, seen, served};
use proptest::prelude::*;
use serde_json::json;

/// A metric over the tickets that count.
fn figure(known: &Known, period: Period, name: &str) -> Figure {
    let (lives, _) = population(&known.lives, false);
    let metric = find(name).unwrap_or_else(|| panic!("no metric {name}"));
    metric.over(&lives, seen(known, period))
}

/// The same in a line: a share and its n; n, median and p90 of business and
/// the median net and of calendar hours; a sum and its n.
fn told(known: &Known, name: &str) -> String {
    match figure(known, november(), name) {
        Figure::Share(Part { count, n }) => format!("{count} of {n}"),
        Figure::Ratio { part, whole, n } => format!("{part} of {whole}, n {n}"),
        Figure::Count { total, n } | Figure::Money { total, n } => format!("{total}, n {n}"),
        Figure::Mean { total, n } => format!("{total} / {n}"),
        Figure::Time {
            n,
            business,
            net,
            calendar,
        } => {
            let [business, net, calendar] = [business, net, calendar].map(Option::unwrap);
            format!(
                "n {n}: {} {} net {} calendar {}",
                business.p50, business.p90, net.p50, calendar.p50
            )
        }
    }
}

#[test]
fn the_figures_are_those_computed_by_hand() {
    let desk = desk();
    let (_, left_out) = population(&desk.lives, false);
    assert_eq!(
        json!(left_out),
        json!({"void": 1, "duplicate": 1, "cancelled": 1, "problem": 1})
    );
    for (name, expected) in [
        // a b d e f g n came; a b c d went.
        ("arrived", "7, n 7"),
        ("resolved", "4, n 4"),
        ("net", "3, n 8"),
        // e f g m, and n, which was resolved in the second after.
        ("backlog", "5, n 5"),
        // 2, 4, 10 and 144 hours; nothing was pending.
        (
            "time-to-resolve",
            "n 4: 14400 518400 net 14400 calendar 14400",
        ),
        ("pending-share", "0 of 576000, n 4"),
        // a 2 h, d 5 m, f 30 m; b by resolving 10 h, g by resolving 24 h; c by
        // resolving 48 h.
        (
            "time-to-acknowledge",
            "n 6: 7200 172800 net 7200 calendar 7200",
        ),
        // b and d; b; a and c; c and g of a b c d g.
        ("escalation-rate", "2 of 4"),
        ("handed-over", "1 of 4"),
        ("first-level-resolution", "2 of 4"),
        ("reopen-rate", "2 of 5"),
        ("declined-escalations", "0 of 2"),
        ("handed-back-escalations", "0 of 2"),
        // a took longer than an hour.
        ("first-contact-resolution", "0 of 4"),
    ] {
        assert_eq!(told(&desk, name), expected, "{name}");
    }
}

#[test]
fn so_are_those_of_a_desk_with_hours_and_targets() {
    let desk = served();
    for (name, expected) in [
        ("arrived", "7, n 7"),
        ("resolved", "6, n 6"),
        // a 20 m, b 2 h, c 30 m, d 10 m, f 10 m; nobody answered z, who
        // resolved it alone.
        ("time-to-respond", "n 5: 1200 7200 net 1200 calendar 1200"),
        // a 40 m, z 5 m, f 4 h, b 12 h, c 1 + 8 + 2 + 5 (reopened on Saturday)
        // + 1 h = 17 h with 8 pending, d 24 h less half an hour with 16 pending.
        (
            "time-to-resolve",
            "n 6: 14400 84600 net 3600 calendar 14400",
        ),
        // b breached.
        ("respond-attainment", "4 of 5"),
        // b took 12 h of 8; c first 3 h, and that stays; d 7 h 30 m.
        ("resolve-attainment", "5 of 6"),
        // c.
        ("update-attainment", "1 of 1"),
        // b: both times within the hour; declined, it lay two hours with the
        // front line.
        ("accept-attainment", "2 of 3"),
        ("vendor-attainment", "1 of 1"),
        ("late-to-respond", "1, n 1"),
        ("late-to-resolve", "1, n 1"),
        // a; z too, alone.
        ("first-contact-resolution", "2 of 6"),
        // b and f went above.
        ("first-level-resolution", "4 of 6"),
        ("level-1-capable", "1 of 2"),
        ("declined-escalations", "1 of 2"),
        // c came back within seven days.
        ("reopen-rate", "1 of 6"),
        // a c d f; z had nobody of the desk.
        ("one-touch", "4 of 6"),
        ("people-acting", "6, n 6"),
        ("public-replies", "2, n 6"),
        // b: frontline, desktop, frontline, desktop.
        ("hand-overs", "3, n 6"),
        ("bounces", "2, n 6"),
        ("ping-pong", "1 of 6"),
        ("overrides", "0, n 0"),
        ("illegal-moves", "0, n 0"),
        // c and d: on hold.
        ("missing-reasons", "2, n 2"),
        ("late-holds", "1 of 6"),
        // a c d 20, b 70, f 599, z 2.
        ("cost", "73100, n 6"),
        ("shift-left-saving", "5000, n 1"),
        ("knowledge-link-rate", "2 of 6"),
        // z, of seven that alice opened.
        ("deflection", "1 of 7"),
        // a 5, b 2, c 4.
        ("mean-rating", "11 / 3"),
        ("satisfied", "2 of 3"),
        ("response-rate", "3 of 6"),
    ] {
        assert_eq!(told(&desk, name), expected, "{name}");
    }
}

#[test]
fn a_breach_is_charged_to_who_used_most_of_the_clock() {
    let desk = served();
    let b = desk.lives.iter().find(|life| life.id.ends_with('b'));
    let mut clocks = b.unwrap().clocks.iter();
    let resolve = clocks.find(|timed| timed.clock == crate::ticket::Clock::Resolve);
    let used: Vec<_> = resolve
        .unwrap()
        .used
        .iter()
        .map(|(place, seconds)| (place.team.unwrap(), seconds / 3600))
        .collect();
    // 9 to 11 and 12 to 14 with the front line; 11 to 12, 14 to 17 and four
    // hours of the next day with desktop.
    assert_eq!(used, [("desktop", 8), ("frontline", 4)]);
}

#[test]
fn nothing_has_no_ratio() {
    let nothing = Known::new(&json!({"format": 1}), &[]);
    for metric in all() {
        let figure = metric.over(&[], seen(&nothing, november()));
        assert_eq!(figure.n(), 0, "{}", metric.name);
        let sum = matches!(figure, Figure::Count { .. } | Figure::Money { .. });
        assert_eq!(figure.headline(), sum.then_some(0.0), "{}", metric.name);
    }
}

#[test]
fn names_are_unique_and_definitions_say_of_what() {
    let mut names: Vec<&str> = all().map(|metric| metric.name).collect();
    names.sort_unstable();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
    for metric in all() {
        assert!(metric.definition.ends_with('.'), "{}", metric.name);
    }
}

proptest! {
    /// Shares lie in [0, 1], and the figures of the parts of a period sum to
    /// those of the whole, wherever it is cut.
    #[test]
    fn flow_telescopes_and_shares_are_shares(cut in 1_i64..2_591_999) {
        for known in [desk(), served()] {
            let (lives, _) = population(&known.lives, false);
            let whole = november();
            let cut = whole.from().plus(cut);
            let parts = [
                Period::new(whole.from(), cut).unwrap(),
                Period::new(cut, whole.to()).unwrap(),
            ];
            for metric in all() {
                let over = |period| metric.over(&lives, seen(&known, period));
                let of_parts = parts.map(over);
                match over(whole) {
                    Figure::Share(part) => {
                        prop_assert!(part.count <= part.n);
                        for figure in of_parts {
                            let Figure::Share(part) = figure else { unreachable!() };
                            prop_assert!(part.count <= part.n);
                        }
                    }
                    Figure::Ratio { part, whole, .. } => prop_assert!(0 <= part && part <= whole),
                    Figure::Count { total, .. } | Figure::Money { total, .. } => {
                        // What is live, or late, at an end is no flow.
                        let stock = ["backlog", "late-to-respond", "late-to-resolve"];
                        if !stock.contains(&metric.name) {
                            let sum: f64 = of_parts.iter().filter_map(Figure::headline).sum();
                            prop_assert_eq!(sum, total as f64, "{}", metric.name);
                        }
                    }
                    Figure::Time { .. } | Figure::Mean { .. } => {}
                }
            }
        }
    }
}

#[test]
fn the_level_mix_is_everything_that_had_a_level() {
    use crate::report::group::{By, Field, split};
    for known in [desk(), served()] {
        let (lives, _) = population(&known.lives, false);
        let lens = seen(&known, november());
        let groups = split(By::Field(Field::Level), &lives, lens);
        let resolved = |lives: &[&Life]| flow::RESOLVED.over(lives, lens).n();
        let mix: usize = groups.iter().map(|group| resolved(&group.lives)).sum();
        assert_eq!(mix, resolved(&lives));
    }
}
