//! A small desk whose figures are computed by hand.

use super::*;
use crate::report::story::{
    Story, ask_attention_of, close, escalate_to, escalate_to_person, hold, reopen, resolve, time,
};
use crate::ticket::{Action, Handle, Target, TicketId};
use serde_json::json;

fn november() -> Period {
    Period::new(time("2026-11-01T00:00:00Z"), time("2026-12-01T00:00:00Z")).unwrap()
}

fn open(name: &str, at: &str, level: &str, priority: Option<&str>) -> Story {
    let day: String = at[2..10].split('-').collect();
    let mut fields = vec![("level", level)];
    fields.extend(priority.map(|priority| ("priority", priority)));
    Story::open(&format!("{day}-{}", name.repeat(6)), at, &fields)
}

fn retract_opening(story: Story) -> Ticket {
    let ticket = story.end();
    let events = vec![ticket.timeline()[0].e.clone()];
    open("j", "2026-11-09T09:00:00Z", "1", None)
        .then(
            "2026-11-09T09:01:00Z",
            "lena",
            Action::Retract { events, text: None },
        )
        .end()
}

fn desk() -> Vec<Ticket> {
    vec![
        // a: two hours, at level 1, closed since.
        open("a", "2026-11-02T09:00:00Z", "1", Some("P2"))
            .then("2026-11-02T11:00:00Z", "lena", resolve())
            .then("2026-11-05T09:00:00Z", "lena", close())
            .end(),
        // b: ten hours, handed to level 2.
        open("b", "2026-11-03T08:00:00Z", "1", Some("P2"))
            .then("2026-11-03T09:00:00Z", "lena", escalate_to("2", "desktop"))
            .then("2026-11-03T18:00:00Z", "marco", resolve())
            .end(),
        // c: came in October, resolved, reopened, resolved again after 144 hours.
        open("c", "2026-10-30T09:00:00Z", "1", Some("P3"))
            .then("2026-11-01T09:00:00Z", "lena", resolve())
            .then("2026-11-04T09:00:00Z", "lena", reopen())
            .then("2026-11-05T09:00:00Z", "lena", resolve())
            .end(),
        // d: four hours, escalated by lena to herself.
        open("d", "2026-11-10T09:00:00Z", "1", Some("P3"))
            .then("2026-11-10T09:05:00Z", "lena", Action::Take)
            .then(
                "2026-11-10T10:00:00Z",
                "lena",
                escalate_to_person("2", "lena"),
            )
            .then("2026-11-10T13:00:00Z", "lena", resolve())
            .end(),
        // e: live, nobody has looked.
        open("e", "2026-11-20T09:00:00Z", "1", Some("P1")).end(),
        // f: live, without a priority, marco waits.
        open("f", "2026-11-21T09:00:00Z", "2", None)
            .then("2026-11-21T09:30:00Z", "marco", Action::Take)
            .then("2026-11-21T10:00:00Z", "marco", hold("parts", None))
            .end(),
        // g: resolved and reopened, live with lena.
        open("g", "2026-11-05T09:00:00Z", "1", Some("P3"))
            .then("2026-11-06T09:00:00Z", "lena", resolve())
            .then("2026-11-07T09:00:00Z", "lena", reopen())
            .end(),
        // h, i, j, k: cancelled, duplicate, void, problem.
        open("h", "2026-11-08T09:00:00Z", "1", None)
            .then(
                "2026-11-08T10:00:00Z",
                "lena",
                Action::Cancel {
                    text: "spam".into(),
                },
            )
            .end(),
        open("2", "2026-11-08T09:00:00Z", "1", None)
            .then(
                "2026-11-08T10:00:00Z",
                "lena",
                Action::Duplicate {
                    of: TicketId::parse("261102-aaaaaa").unwrap(),
                    text: None,
                },
            )
            .end(),
        retract_opening(open("j", "2026-11-09T09:00:00Z", "1", None)),
        Story::open(
            "261109-kkkkkk",
            "2026-11-09T09:00:00Z",
            &[("kind", "problem"), ("level", "3")],
        )
        .end(),
        // n: the last second of November, resolved in the first of December.
        open("n", "2026-11-30T23:59:59Z", "1", Some("P3"))
            .then("2026-11-30T23:59:59Z", "lena", ask_attention_of("ruth"))
            .then("2026-12-01T00:00:00Z", "lena", resolve())
            .end(),
        // m: the oldest, given to marco, who has not looked.
        open("m", "2026-10-01T09:00:00Z", "1", Some("P2"))
            .then(
                "2026-10-01T09:10:00Z",
                "lena",
                Action::Assign {
                    to: Target::Person {
                        who: Handle::parse("marco").unwrap(),
                        team: None,
                        level: None,
                    },
                    text: None,
                },
            )
            .end(),
    ]
}

#[test]
fn the_figures_are_those_computed_by_hand() {
    let figures = summary(&desk(), november(), time("2026-12-01T09:00:00Z"));
    let json = serde_json::to_value(&figures).unwrap();
    assert_eq!(
        json["period"],
        json!({"from": "2026-11-01T00:00:00Z", "to": "2026-12-01T00:00:00Z"})
    );
    assert_eq!(json["now"], json!("2026-12-01T09:00:00Z"));
    assert_eq!(
        json["left_out"],
        json!({"void": 1, "duplicate": 1, "cancelled": 1, "problem": 1})
    );
    // a b d e f g n came; a b c d went.
    assert_eq!(json["flow"], json!({"arrived": 7, "resolved": 4, "net": 3}));
    // 2, 4, 10 and 144 hours.
    assert_eq!(
        json["time_to_resolve"],
        json!({"n": 4, "median_calendar_seconds": 14_400, "p90_calendar_seconds": 518_400})
    );
    // b and d; b; a and c; c and g of a b c d g.
    let share =
        |count: usize, n: usize, share: f64| json!({"count": count, "n": n, "share": share});
    assert_eq!(json["escalated"], share(2, 4, 0.5));
    assert_eq!(json["handed_over"], share(1, 4, 0.25));
    assert_eq!(json["first_level_resolution"], share(2, 4, 0.5));
    assert_eq!(json["reopened"], share(2, 5, 0.4));
}

#[test]
fn what_is_live_is_counted_by_hand_too() {
    let figures = summary(&desk(), november(), time("2026-12-01T09:00:00Z"));
    let live = serde_json::to_value(&figures.live).unwrap();
    assert_eq!(live["n"], 4);
    assert_eq!(
        live["by_level_and_priority"],
        json!([
            {"level": 1, "priority": "P1", "count": 1},
            {"level": 1, "priority": "P2", "count": 1},
            {"level": 1, "priority": "P3", "count": 1},
            {"level": 2, "priority": null, "count": 1},
        ])
    );
    assert_eq!(
        live["by_status"],
        json!([
            {"status": "new", "count": 1},
            {"status": "queued", "count": 0},
            {"status": "assigned", "count": 1},
            {"status": "in-progress", "count": 1},
            {"status": "pending", "count": 1},
        ])
    );
    assert_eq!(live["unassigned"], 1);
    assert_eq!(live["unacknowledged"], 2);
    let oldest: Vec<&str> = figures
        .live
        .oldest
        .iter()
        .map(|one| &one.id[7..8])
        .collect();
    assert_eq!(oldest, ["m", "g", "e", "f"]);
    assert_eq!(
        live["oldest"][0],
        json!({
            "id": "261001-mmmmmm",
            "title": "VPN drops",
            "status": "assigned",
            "level": 1,
            "priority": "P2",
            "assignee": "marco",
            "opened": "2026-10-01T09:00:00Z",
            "age_seconds": 61 * 86_400,
        })
    );
}

#[test]
fn five_of_the_oldest_are_enough_and_ties_go_by_id() {
    let tickets: Vec<Ticket> = ["z", "a", "y", "b", "x", "c"]
        .iter()
        .map(|name| open(name, "2026-11-02T09:00:00Z", "1", None).end())
        .collect();
    let figures = summary(&tickets, november(), time("2026-11-03T09:00:00Z"));
    let oldest: Vec<&str> = figures
        .live
        .oldest
        .iter()
        .map(|one| &one.id[7..8])
        .collect();
    assert_eq!(oldest, ["a", "b", "c", "x", "y"]);
}

#[test]
fn nothing_has_no_ratio() {
    let figures = summary(&[], november(), time("2026-12-01T09:00:00Z"));
    let json = serde_json::to_value(&figures).unwrap();
    assert_eq!(
        json["escalated"],
        json!({"count": 0, "n": 0, "share": null})
    );
    assert_eq!(json["reopened"]["share"], json!(null));
    assert_eq!(
        json["time_to_resolve"]["median_calendar_seconds"],
        json!(null)
    );
    assert_eq!(json["live"]["oldest"], json!([]));
    assert_eq!(json["flow"]["net"], 0);
}

#[test]
fn periods_that_follow_each_other_count_everything_once() {
    let cut = time("2026-11-05T09:00:00Z");
    let first = Period::new(november().from(), cut).unwrap();
    let second = Period::new(cut, november().to()).unwrap();
    let now = time("2026-12-01T09:00:00Z");
    let of = |period| summary(&desk(), period, now).flow;
    let whole = of(november());
    assert_eq!(of(first).arrived + of(second).arrived, whole.arrived);
    assert_eq!(of(first).resolved + of(second).resolved, whole.resolved);
    assert_eq!(of(second).arrived, 5);
}
