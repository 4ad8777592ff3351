//! One test for each row of the table.

use super::*;

/// When the resolve clock of a ticket is due, for a target.
fn due(target: &str, story: Story) -> String {
    due_by(&json!({"targets": [{"resolve": target}]}), story)
}

fn due_by(sections: &Json, story: Story) -> String {
    let policy = policy(sections);
    with_run(&policy, &story.end(), Clock::Resolve, |run| {
        run.unwrap().due().unwrap().to_string()
    })
}

#[test]
fn opened_on_friday_evening_it_is_due_on_monday() {
    let story = Story::opened("2026-02-06T16:30:00Z", "lena", &[]);
    assert_eq!(due("1h", story), "2026-02-09T09:30:00Z");
}

#[test]
fn a_warning_an_hour_before_counts_open_hours_too() {
    let sections = json!({
        "calendars": {"long": {"week": {"mon-fri": "08:00-18:00"}}},
        "targets": [{"resolve": "4h", "warn": "-1h"}],
    });
    let story = || Story::opened("2026-02-02T17:00:00Z", "lena", &[]);
    assert_eq!(due_by(&sections, story()), "2026-02-03T11:00:00Z");
    let policy = policy(&sections);
    with_run(&policy, &story().end(), Clock::Resolve, |run| {
        assert_eq!(run.unwrap().warn(), Some(time("2026-02-03T10:00:00Z")));
    });
}

#[test]
fn opened_on_saturday_and_pending_on_monday_morning() {
    let story = Story::opened("2026-02-07T12:00:00Z", "lena", &[])
        .then("2026-02-09T10:00:00Z", "lena", hold("requester"))
        .then("2026-02-09T12:00:00Z", "lena", resume());
    assert_eq!(due("4h", story), "2026-02-09T15:00:00Z");
}

#[test]
fn pending_over_the_weekend() {
    let story = Story::opened("2026-02-06T10:00:00Z", "lena", &[])
        .then("2026-02-06T15:00:00Z", "lena", hold("requester"))
        .then("2026-02-09T10:00:00Z", "lena", resume());
    assert_eq!(due("8h", story), "2026-02-09T13:00:00Z");
}

#[test]
fn a_new_target_counts_less_what_is_spent() {
    let sections = json!({"targets": [
        {"when": {"priority": "P1"}, "resolve": "2h"},
        {"resolve": "3h"},
    ]});
    let story = || Story::opened("2026-02-02T10:00:00Z", "lena", &[]);
    assert_eq!(due_by(&sections, story()), "2026-02-02T13:00:00Z");
    let raised = story().then("2026-02-02T11:00:00Z", "lena", set("priority", "P1"));
    assert_eq!(due_by(&sections, raised), "2026-02-02T12:00:00Z");
}

#[test]
fn a_reopened_clock_goes_on_and_its_first_result_stays() {
    let story = || {
        Story::opened("2026-02-02T09:00:00Z", "lena", &[])
            .then("2026-02-02T15:00:00Z", "lena", resolve())
            .then("2026-02-04T10:00:00Z", "lena", reopen())
    };
    assert_eq!(due("8h", story()), "2026-02-04T12:00:00Z");
    let again = story()
        .then("2026-02-06T10:00:00Z", "lena", resolve())
        .end();
    let policy = policy(&json!({"targets": [{"resolve": "8h"}]}));
    with_run(&policy, &again, Clock::Resolve, |run| {
        let stop = run.unwrap().stop.as_ref().unwrap();
        let result = stop.result.unwrap();
        assert_eq!(stop.at, time("2026-02-02T15:00:00Z"));
        assert_eq!(
            (result.met, result.spent, result.target),
            (true, 21_600, 28_800)
        );
    });
}

fn around_the_clock() -> Json {
    json!({"targets": [{"resolve": "8h", "calendar": "24x7"}]})
}

#[test]
fn clocks_go_forward() {
    let story = Story::opened("2026-03-28T22:00:00Z", "lena", &[]);
    // 07:00 in summer time.
    assert_eq!(due_by(&around_the_clock(), story), "2026-03-29T06:00:00Z");
}

#[test]
fn clocks_go_back() {
    // 22:00 in summer time.
    let story = Story::opened("2026-10-24T21:00:00Z", "lena", &[]);
    assert_eq!(due_by(&around_the_clock(), story), "2026-10-25T05:00:00Z");
}

#[test]
fn a_day_from_midnight_to_midnight_has_no_seam() {
    let sections = json!({
        "calendars": {"always": {"week": {"daily": "00:00-24:00"}}},
        "targets": [{"resolve": "4h"}],
    });
    let story = Story::opened("2026-02-02T22:00:00Z", "lena", &[]);
    assert_eq!(due_by(&sections, story), "2026-02-03T02:00:00Z");
}

#[test]
fn open_on_one_day_a_week() {
    let sections = json!({
        "calendars": {"tuesday": {"week": {"tue": "08:00-17:00"}}},
        "targets": [{"resolve": "4h"}],
    });
    let story = Story::opened("2026-02-04T10:00:00Z", "lena", &[]);
    assert_eq!(due_by(&sections, story), "2026-02-10T12:00:00Z");
}

#[test]
fn hours_that_are_none_are_refused_when_the_policy_is_read() {
    for (week, problem) in [
        (json!({}), "there are no open hours"),
        (json!({"mon": "closed"}), "there are no open hours"),
        (
            json!({"mon": "17:00-09:00"}),
            "17:00-09:00 ends before it starts",
        ),
    ] {
        let file = json!({
            "format": 1, "zone": "Europe/London", "calendars": {"office": {"week": week}},
        });
        let file: PolicyFile = serde_json::from_value(file).unwrap();
        let refused = Policy::try_from(file).unwrap_err();
        assert_eq!(refused.problem, problem);
        assert!(refused.hint.is_some());
    }
}

#[test]
fn a_holiday_is_one_on_the_calendars_own_date() {
    let sections = json!({
        "calendars": {"sydney": {
            "zone": "Australia/Sydney",
            "week": {"mon-fri": "09:00-17:00"},
            "holidays": {"2026-01-26": "closed"},
        }},
        "targets": [{"resolve": "1h"}],
    });
    // In Sydney it is Monday 09:30 already, and a holiday; in UTC still Sunday.
    let story = Story::opened("2026-01-25T22:30:00Z", "lena", &[]);
    assert_eq!(due_by(&sections, story), "2026-01-26T23:00:00Z");
    // On Tuesday 08:30 of Sydney it is still Monday in UTC.
    let story = Story::opened("2026-01-26T21:30:00Z", "lena", &[]);
    assert_eq!(due_by(&sections, story), "2026-01-26T23:00:00Z");
}

#[test]
fn a_reply_and_pending_in_one_command_meet_the_respond_clock() {
    let policy = policy(&json!({"targets": [{"respond": "30m"}]}));
    let at = "2026-02-02T10:20:00Z";
    let ticket = Story::opened("2026-02-02T10:00:00Z", "robot", &[])
        .then(at, "lena", reply())
        .then(at, "lena", hold("requester"))
        .end();
    with_run(&policy, &ticket, Clock::Respond, |run| {
        let result = run.unwrap().stop.as_ref().unwrap().result.unwrap();
        assert_eq!((result.met, result.spent), (true, 1_200));
    });
}

#[test]
fn a_self_assignment_inside_the_team_restarts_no_clock() {
    let policy = policy(&json!({"targets": [{"accept": "1h", "resolve": "8h"}]}));
    let ticket = Story::opened("2026-02-02T10:00:00Z", "lena", &[])
        .then("2026-02-02T10:10:00Z", "lena", queue("desktop", "2"))
        .then("2026-02-02T10:20:00Z", "marco", give("marco", "desktop"))
        .then("2026-02-02T10:30:00Z", "marco", give("tim", "desktop"))
        .then("2026-02-02T10:40:00Z", "tim", Action::Take)
        .end();
    let roster = roster(&policy);
    let rules = Rules {
        policy: &policy,
        roster: &roster,
    };
    let told: Vec<_> = rules
        .runs(&ticket)
        .iter()
        .map(|run| (run.clock, run.cycle, run.started.to_string()))
        .collect();
    assert_eq!(
        told,
        [
            (Clock::Resolve, 1, "2026-02-02T10:00:00Z".to_owned()),
            (Clock::Accept, 1, "2026-02-02T10:10:00Z".to_owned()),
        ]
    );
}
