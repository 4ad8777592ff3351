use super::*;
use crate::policy::{Policy, Roster};
use crate::report::story::{Story, escalate_to, hold, reopen, resolve, time};
use crate::ticket::value::Value as _;
use crate::ticket::{Action, TicketId};

const ID: &str = "261123-k7f3q2";

fn opened() -> Story {
    Story::open(
        ID,
        "2026-11-23T09:00:00Z",
        &[("level", "1"), ("team", "frontline")],
    )
}

fn of(ticket: &Ticket) -> Life<'_> {
    let (policy, roster) = (Policy::neutral(), Roster::default());
    let rules = Rules {
        policy: &policy,
        roster: &roster,
    };
    Life::of(ticket, rules)
}

#[test]
fn a_reopened_ticket_is_not_resolved() {
    let ticket = opened()
        .then("2026-11-23T10:00:00Z", "lena", resolve())
        .then("2026-11-23T11:00:00Z", "lena", reopen())
        .end();
    assert_eq!(of(&ticket).resolved(), None);
    assert!(!of(&ticket).course.reopenings.is_empty());
}

#[test]
fn problems_and_what_was_withdrawn_are_left_out() {
    let cancel = Action::Cancel {
        text: "spam".into(),
    };
    let copy = Action::Duplicate {
        of: TicketId::parse("261122-aaaaaa").unwrap(),
        text: None,
    };
    let at = "2026-11-23T10:00:00Z";
    let opening = opened().end().timeline()[0].e.clone();
    let undo = Action::Retract {
        events: vec![opening],
        text: None,
    };
    for (story, expected) in [
        (opened(), None),
        (opened().then(at, "lena", cancel), Some(LeftOut::Cancelled)),
        (opened().then(at, "lena", copy), Some(LeftOut::Duplicate)),
        (opened().then(at, "lena", undo), Some(LeftOut::Void)),
        (
            Story::open(ID, at, &[("kind", "problem")]),
            Some(LeftOut::Problem),
        ),
        (Story::open(ID, at, &[("kind", "request")]), None),
    ] {
        assert_eq!(of(&story.end()).left_out, expected);
    }
}

#[test]
fn it_is_known_when_something_last_happened_by_a_moment() {
    let ticket = opened()
        .then("2026-11-23T10:00:00Z", "lena", resolve())
        .then("2026-11-24T08:00:00Z", "lena", reopen())
        .end();
    let by = |then| of(&ticket).updated_by(time(then));
    assert_eq!(by("2026-11-23T08:59:59Z"), None);
    assert_eq!(
        by("2026-11-23T09:30:00Z"),
        Some(time("2026-11-23T09:00:00Z"))
    );
    assert_eq!(
        by("2026-11-24T07:59:59Z"),
        Some(time("2026-11-23T10:00:00Z"))
    );
    assert_eq!(by("2026-12-24T00:00:00Z"), Some(of(&ticket).updated));
}

#[test]
fn a_life_reads_back_from_its_bytes_and_damage_is_no_life() {
    let fields = [("level", "1"), ("x-room", "12"), ("x-sla", "true")];
    let ticket = Story::open(ID, "2026-11-23T09:00:00Z", &fields)
        .then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"))
        .then("2026-11-23T09:30:00Z", "marco", decline())
        .then("2026-11-23T10:00:00Z", "lena", resolve())
        .then("2026-11-24T08:00:00Z", "lena", reopen())
        .then("2026-11-24T09:00:00Z", "lena", hold("parts", None))
        .then("2026-11-24T12:00:00Z", "marco", resolve())
        .end();
    let life = of(&ticket);
    assert_eq!(life.own.get("x-sla"), Some("true"));
    assert_eq!(life.own.get("x-floor"), None);
    let bytes = life.to_bytes();
    assert_eq!(Life::of_bytes(&bytes), Some(life));
    for end in 0..bytes.len() {
        assert_eq!(Life::of_bytes(&bytes[..end]), None);
    }
    assert_eq!(Life::of_bytes(&[&bytes[..], b"x"].concat()), None);
}

fn decline() -> Action {
    Action::Decline {
        text: "which one?".into(),
    }
}
