use super::*;
use crate::report::story::{
    Story, ask_attention_of, call, call_vendor, close, escalate_to, escalate_to_person, hold,
    reopen, resolve, time,
};
use crate::ticket::Action;
use crate::ticket::value::Value;

const ID: &str = "261123-k7f3q2";

fn opened() -> Story {
    Story::open(
        ID,
        "2026-11-23T09:00:00Z",
        &[("level", "1"), ("team", "frontline")],
    )
}

#[test]
fn who_answered_a_hand_over_and_when_is_known() {
    // As long as the test: courses borrow from their tickets.
    let course = |story: Story| Course::of(Box::leak(Box::new(story.end())));
    let last = |course: &Course<'static>| course.hand_overs.last().unwrap().answer;
    let answer = |at, by| Some(Answer { at: time(at), by });
    let escalate = |story: Story, at| story.then(at, "lena", escalate_to("2", "desktop"));
    let waits = || escalate(opened(), "2026-11-23T09:30:00Z");
    assert_eq!(last(&course(waits())), None);
    let text = || "which one?".to_owned();
    let declined = waits().then(
        "2026-11-23T09:40:00Z",
        "marco",
        Action::Decline { text: text() },
    );
    let told = course(declined);
    assert_eq!(last(&told), answer("2026-11-23T09:40:00Z", "marco"));
    // What is given back was settled by whoever gave it back.
    let back = waits()
        .then("2026-11-23T10:00:00Z", "marco", Action::Accept)
        .then(
            "2026-11-23T11:00:00Z",
            "marco",
            Action::HandBack { text: text() },
        );
    let told = course(back);
    assert_eq!(last(&told), answer("2026-11-23T11:00:00Z", "marco"));
    // An escalation to oneself is settled at once.
    let kept = opened()
        .then("2026-11-23T09:10:00Z", "lena", Action::Take)
        .then(
            "2026-11-23T09:20:00Z",
            "lena",
            escalate_to_person("2", "lena"),
        );
    assert_eq!(last(&course(kept)), answer("2026-11-23T09:20:00Z", "lena"));
}

#[test]
fn it_is_known_which_vendor_had_it_while_it_waited_for_one() {
    let story = opened()
        .then("2026-11-23T09:10:00Z", "lena", Action::Take)
        .then("2026-11-23T09:30:00Z", "lena", call(Some("dell")))
        .then(
            "2026-11-23T12:00:00Z",
            "lena",
            Action::Resume { text: None },
        )
        .then("2026-11-23T13:00:00Z", "lena", call(Some("telco")))
        .then("2026-11-23T15:00:00Z", "lena", resolve());
    let ticket = story.end();
    let course = Course::of(&ticket);
    let vendors: Vec<Option<&str>> = course.stays.iter().map(|stay| stay.vendor).collect();
    let dell = Some("dell");
    assert_eq!(vendors, [None, None, dell, None, Some("telco"), None]);
}

/// Highest level, escalated, handed over, resolutions, reopened.
fn told(story: Story) -> (u8, bool, bool, usize, bool) {
    let ticket = story.end();
    let course = Course::of(&ticket);
    (
        course.highest().map_or(0, Level::number),
        course.escalations().next().is_some(),
        course.escalations().any(|one| !one.kept),
        course.resolutions.len(),
        !course.reopenings.is_empty(),
    )
}

#[test]
fn only_a_functional_escalation_is_an_escalation() {
    let at = "2026-11-23T09:30:00Z";
    let lena = |action| opened().then(at, "lena", action);
    assert_eq!(told(opened()), (1, false, false, 0, false));
    assert_eq!(
        told(lena(ask_attention_of("ruth"))),
        (1, false, false, 0, false)
    );
    assert_eq!(told(lena(call_vendor())), (4, false, false, 0, false));
    assert_eq!(
        told(lena(escalate_to("2", "desktop"))),
        (2, true, true, 0, false)
    );
    assert_eq!(
        told(lena(escalate_to_person("2", "marco"))),
        (2, true, true, 0, false)
    );
    // The second to the vendor changes nothing but words.
    let again = lena(call_vendor()).then("2026-11-23T09:40:00Z", "lena", call_vendor());
    assert_eq!(told(again), (4, false, false, 0, false));
}

#[test]
fn escalating_to_oneself_hands_nothing_over() {
    let story = opened()
        .then("2026-11-23T09:10:00Z", "lena", Action::Take)
        .then(
            "2026-11-23T09:20:00Z",
            "lena",
            escalate_to_person("2", "lena"),
        );
    assert_eq!(told(story), (2, true, false, 0, false));
}

#[test]
fn a_pending_ticket_that_is_escalated_leaves_pending() {
    let story = opened()
        .then("2026-11-23T09:10:00Z", "lena", hold("requester", None))
        .then("2026-11-23T09:20:00Z", "lena", escalate_to("3", "network"));
    assert_eq!(told(story), (3, true, true, 0, false));
}

#[test]
fn what_is_retracted_never_happened() {
    let story = opened().then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"));
    let ticket = story.end();
    let escalation = ticket.timeline()[1].e.clone();
    let story = opened()
        .then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"))
        .then(
            "2026-11-23T09:21:00Z",
            "lena",
            Action::Retract {
                events: vec![escalation],
                text: None,
            },
        );
    assert_eq!(told(story), (1, false, false, 0, false));
}

#[test]
fn each_resolution_knows_whether_it_held() {
    let ticket = opened()
        .then("2026-11-23T10:00:00Z", "lena", resolve())
        .then("2026-11-23T10:30:00Z", "lena", close())
        .then("2026-11-24T08:00:00Z", "lena", reopen())
        .then("2026-11-24T09:00:00Z", "lena", escalate_to("2", "desktop"))
        .then("2026-11-24T12:00:00Z", "marco", resolve())
        .end();
    let course = Course::of(&ticket);
    let held: Vec<_> = course
        .resolutions
        .iter()
        .map(|one| {
            let reopened = one.reopened.map(|at| at.text());
            (one.at.text(), one.place.level.map(Level::number), reopened)
        })
        .collect();
    assert_eq!(
        held,
        [
            (
                "2026-11-23T10:00:00Z".to_owned(),
                Some(1),
                Some("2026-11-24T08:00:00Z".to_owned())
            ),
            ("2026-11-24T12:00:00Z".to_owned(), Some(2), None),
        ]
    );
}
