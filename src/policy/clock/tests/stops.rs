//! What starts, stops and pauses each clock.

use super::*;

/// How the last run of a clock ended: seconds spent, and whether it was met.
fn ended(sections: &Json, clock: Clock, story: Story) -> Option<(u32, bool)> {
    let policy = policy(sections);
    with_run(&policy, &story.end(), clock, |run| {
        let result = run?.stop.as_ref()?.result?;
        Some((result.spent, result.met))
    })
}

fn responded(story: Story) -> Option<(u32, bool)> {
    ended(
        &json!({"targets": [{"respond": "30m"}]}),
        Clock::Respond,
        story,
    )
}

const OPENED: &str = "2026-02-02T10:00:00Z";
const LATER: &str = "2026-02-02T10:10:00Z";

#[test]
fn whoever_opens_a_ticket_on_the_phone_has_responded() {
    let by = |who, via| Story::opened(OPENED, who, &[("via", via)]);
    assert_eq!(responded(by("lena", "phone")), Some((0, true)));
    assert_eq!(responded(by("lena", "walk-in")), Some((0, true)));
    assert_eq!(responded(by("lena", "mail")), None);
    assert_eq!(responded(by("alice@example.com", "phone")), None);
    assert_eq!(responded(by("robot", "phone")), None);
}

#[test]
fn a_technician_answers_and_automation_does_not() {
    let opened = || Story::opened(OPENED, "robot", &[]);
    for (who, action, stopped) in [
        ("lena", reply(), true),
        ("lena", Action::Take, true),
        ("lena", hold("parts"), true),
        ("lena", resolve(), true),
        ("robot", reply(), false),
        ("robot", Action::Take, false),
        ("alice@example.com", answer(), false),
        ("lena", give("tim", "frontline"), false),
        ("lena", queue("desktop", "2"), false),
        ("lena", set("site", "Leeds"), false),
    ] {
        let said = format!("{who} {action:?}");
        let told = responded(opened().then(LATER, who, action));
        assert_eq!(told, stopped.then_some((600, true)), "{said}");
    }
    // What solved itself needs no answer, and has none.
    assert_eq!(responded(opened().then(LATER, "robot", resolve())), None);
}

#[test]
fn nothing_pauses_the_respond_clock() {
    let story = Story::opened(OPENED, "robot", &[])
        .then(LATER, "robot", hold("requester"))
        .then("2026-02-02T10:40:00Z", "lena", reply());
    assert_eq!(responded(story), Some((2_400, false)));
}

#[test]
fn to_the_second_is_met_and_one_more_is_not() {
    for (at, met) in [
        ("2026-02-02T10:30:00Z", true),
        ("2026-02-02T10:30:01Z", false),
    ] {
        let story = Story::opened(OPENED, "robot", &[]).then(at, "lena", reply());
        assert_eq!(responded(story).unwrap().1, met, "{at}");
    }
}

#[test]
fn only_named_causes_pause() {
    let sections = json!({"targets": [{"resolve": "8h"}]});
    let waited = |cause| {
        let story = Story::opened(OPENED, "lena", &[])
            .then("2026-02-02T11:00:00Z", "lena", hold(cause))
            .then("2026-02-02T13:00:00Z", "lena", resume())
            .then("2026-02-02T14:00:00Z", "lena", resolve());
        ended(&sections, Clock::Resolve, story)
    };
    assert_eq!(waited("requester"), Some((7_200, true)));
    assert_eq!(waited("parts"), Some((14_400, true)));
}

#[test]
fn the_update_clock_counts_from_the_oldest_unanswered_message() {
    let sections = json!({"targets": [{"update": "1h"}]});
    let story = || {
        Story::opened(OPENED, "lena", &[])
            .then("2026-02-02T11:00:00Z", "alice@example.com", answer())
            .then("2026-02-02T11:30:00Z", "alice@example.com", answer())
    };
    let policy = policy(&sections);
    with_run(&policy, &story().end(), Clock::Update, |run| {
        assert_eq!(run.unwrap().due(), Some(time("2026-02-02T12:00:00Z")));
    });
    let replied = story().then("2026-02-02T12:10:00Z", "tim", reply());
    assert_eq!(
        ended(&sections, Clock::Update, replied),
        Some((4_200, false))
    );
    let again = story().then("2026-02-02T12:00:00Z", "tim", reply()).then(
        "2026-02-02T14:00:00Z",
        "alice@example.com",
        answer(),
    );
    with_run(&policy, &again.end(), Clock::Update, |run| {
        let run = run.unwrap();
        assert_eq!(
            (run.cycle, run.due()),
            (2, Some(time("2026-02-02T15:00:00Z")))
        );
    });
}

#[test]
fn each_receiver_has_a_clock_of_its_own() {
    let sections = json!({"targets": [
        {"when": {"level": 2}, "accept": "30m"}, {"accept": "2h"},
    ]});
    let handed = || Story::opened(OPENED, "lena", &[]).then(LATER, "lena", queue("desktop", "2"));
    let accepted = handed().then("2026-02-02T10:50:00Z", "marco", Action::Accept);
    assert_eq!(
        ended(&sections, Clock::Accept, accepted),
        Some((2_400, false))
    );
    let declined = Action::Decline {
        text: "not ours".into(),
    };
    let back = handed().then("2026-02-02T10:30:00Z", "marco", declined);
    let policy = policy(&sections);
    let roster = roster(&policy);
    let rules = Rules {
        policy: &policy,
        roster: &roster,
    };
    let told: Vec<_> = rules
        .runs(&back.end())
        .iter()
        .map(|run| {
            (
                run.cycle,
                run.stop.is_some(),
                run.due().map(|due| due.to_string()),
            )
        })
        .collect();
    let due = Some("2026-02-02T12:30:00Z".to_owned());
    assert_eq!(told, [(1, true, None), (2, false, due)]);
}

#[test]
fn what_is_cancelled_has_no_clock() {
    let cancel = Action::Cancel {
        text: "spam".into(),
    };
    let ticket = Story::opened(OPENED, "robot", &[])
        .then(LATER, "lena", cancel)
        .end();
    let policy = policy(&json!({"targets": [{"respond": "30m", "resolve": "8h"}]}));
    let roster = roster(&policy);
    let rules = Rules {
        policy: &policy,
        roster: &roster,
    };
    assert!(rules.runs(&ticket).is_empty());
}

#[test]
fn a_breach_stays_when_the_priority_falls() {
    let sections = json!({"targets": [
        {"when": {"priority": "P1"}, "resolve": "1h"}, {"resolve": "8h"},
    ]});
    let story = Story::opened(OPENED, "lena", &[("priority", "P1")])
        .then("2026-02-02T11:00:01Z", "lena", set("priority", "P2"))
        .then("2026-02-02T12:00:00Z", "lena", resolve());
    assert_eq!(
        ended(&sections, Clock::Resolve, story),
        Some((7_200, false))
    );
}

#[test]
fn what_was_written_down_late_counts_when_it_happened() {
    let sections = json!({"targets": [{"resolve": "8h"}]});
    let story = Story::opened(OPENED, "lena", &[])
        .then(
            "2026-02-02T12:00:00Z",
            "lena",
            Action::Note { text: "n".into() },
        )
        .then("2026-02-02T11:00:00Z", "lena", resolve());
    assert_eq!(ended(&sections, Clock::Resolve, story), Some((3_600, true)));
}
