//! The clock against a count of minutes.

use super::*;
use crate::ticket::Status;
use chrono::{Datelike, Timelike};
use proptest::prelude::*;

/// Zones whose clocks change at other times than those at which hours begin or
/// end here, so that every minute is open or closed by what the wall shows.
const ZONES: &[&str] = &[
    "Europe/London",
    "America/New_York",
    "Australia/Lord_Howe",
    "Asia/Kathmandu",
    "UTC",
];

const HOURS: &[&str] = &[
    "closed",
    "09:00-17:00",
    "08:00-12:00 13:00-18:00",
    "00:00-24:00",
    "00:00-06:00 18:00-24:00",
];

/// Minutes before which the clocks change, in London, New York or Lord Howe.
const STARTS: &[&str] = &[
    "2026-03-27T15:00:00Z",
    "2026-10-23T15:00:00Z",
    "2026-03-06T20:00:00Z",
    "2026-10-30T20:00:00Z",
    "2026-04-03T10:00:00Z",
    "2026-12-23T08:00:00Z",
];

#[derive(Debug, Clone)]
enum Deed {
    Hold(&'static str),
    Resume,
    Priority(&'static str),
    Resolve,
    Reopen,
    Note,
}

#[derive(Debug, Clone)]
struct Case {
    zone: &'static str,
    week: Vec<&'static str>,
    holidays: Vec<(u64, &'static str)>,
    start: Timestamp,
    targets: [i64; 3],
    deeds: Vec<(i64, Deed)>,
}

prop_compose! {
    fn cases()(
        zone in prop::sample::select(ZONES),
        week in prop::collection::vec(prop::sample::select(HOURS), 7),
        holidays in prop::collection::vec((0u64..8, prop::sample::select(HOURS)), 0..3),
        start in prop::sample::select(STARTS),
        offset in 0i64..2_000,
        targets in prop::array::uniform3(1i64..3_000),
        deeds in prop::collection::vec((1i64..900, prop_oneof![
            prop::sample::select(vec!["requester", "parts"]).prop_map(Deed::Hold),
            Just(Deed::Resume),
            prop::sample::select(vec!["P1", "P2", "P3"]).prop_map(Deed::Priority),
            Just(Deed::Resolve),
            Just(Deed::Reopen),
            Just(Deed::Note),
        ]), 0..10),
    ) -> Case {
        Case { zone, week, holidays, start: time(start).plus(offset * 60), targets, deeds }
    }
}

impl Case {
    fn policy(&self) -> Policy {
        let days = ["mon", "tue", "wed", "thu", "fri", "sat", "sun"];
        let mut week: serde_json::Map<_, _> = days
            .iter()
            .zip(&self.week)
            .map(|(day, hours)| ((*day).to_owned(), json!(hours)))
            .collect();
        if self.week.iter().all(|hours| *hours == "closed") {
            week.insert("wed".into(), json!("09:00-17:00"));
        }
        let first = self.start.utc().date_naive();
        let holidays: serde_json::Map<_, _> = self
            .holidays
            .iter()
            .map(|(days, hours)| {
                let date = first + chrono::Days::new(*days);
                (date.to_string(), json!(hours))
            })
            .collect();
        let target = |index: usize| {
            json!({
                "when": {"priority": format!("P{}", index + 1)},
                "resolve": format!("{}m", self.targets[index]),
            })
        };
        policy(&json!({
            "calendars": {"own": {"zone": self.zone, "week": week, "holidays": holidays}},
            "targets": [target(0), target(1), target(2)],
        }))
    }
}

/// What a count of minutes says.
#[derive(Debug, Clone, PartialEq)]
struct Counted {
    spent: i64,
    breached: bool,
    stopped: Option<(i64, bool)>,
}

struct Naive<'a> {
    case: &'a Case,
    policy: &'a Policy,
    minute: Timestamp,
    target: i64,
    runs: bool,
    counted: Counted,
}

impl Naive<'_> {
    fn is_open(&self) -> bool {
        let local = self.policy.calendars.usual.local(self.minute);
        let date = local.date_naive();
        let first = self.case.start.utc().date_naive();
        let holiday = self
            .case
            .holidays
            .iter()
            .rev()
            .find(|(days, _)| first + chrono::Days::new(*days) == date);
        let always_closed = self.case.week.iter().all(|hours| *hours == "closed");
        let weekday = date.weekday().num_days_from_monday() as usize;
        let hours = match holiday {
            Some((_, hours)) => hours,
            None if always_closed && weekday == 2 => "09:00-17:00",
            None => self.case.week[weekday],
        };
        let shown = format!("{:02}:{:02}", local.hour(), local.minute());
        hours
            .split(' ')
            .filter_map(|span| span.split_once('-'))
            .any(|(from, to)| from <= shown.as_str() && shown.as_str() < to)
    }

    fn count_to(&mut self, to: Timestamp) {
        while self.minute < to {
            if self.runs && self.is_open() {
                self.counted.spent += 60;
                self.look();
            }
            self.minute = self.minute.plus(60);
        }
    }

    fn look(&mut self) {
        self.counted.breached |= self.counted.spent > self.target;
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 200, ..ProptestConfig::default() })]

    #[test]
    fn the_clock_agrees_with_a_count_of_minutes(case in cases()) {
        let policy = case.policy();
        let mut naive = Naive {
            case: &case, policy: &policy, minute: case.start, target: case.targets[1] * 60, runs: true,
            counted: Counted { spent: 0, breached: false, stopped: None },
        };
        let mut story = Story::opened_at(case.start, "lena", &[]);
        let (mut at, mut status, mut waits) = (case.start, Status::New, false);
        for (minutes, deed) in &case.deeds {
            at = at.plus(minutes * 60);
            naive.count_to(at);
            let live = status.is_live();
            let action = match deed {
                Deed::Hold(cause) if live => {
                    (status, waits) = (Status::Pending, *cause == "requester");
                    hold(cause)
                }
                Deed::Resume if status == Status::Pending => {
                    (status, waits) = (Status::Queued, false);
                    resume()
                }
                Deed::Priority(priority) if live => {
                    let index: usize = priority[1..].parse().unwrap();
                    naive.target = case.targets[index - 1] * 60;
                    naive.look();
                    set("priority", priority)
                }
                Deed::Resolve if live => {
                    (status, waits) = (Status::Resolved, false);
                    let result = (naive.counted.spent, !naive.counted.breached);
                    naive.counted.stopped.get_or_insert(result);
                    resolve()
                }
                Deed::Reopen if !live => {
                    status = Status::InProgress;
                    reopen()
                }
                _ => Action::Note { text: "n".into() },
            };
            naive.runs = status.is_live() && !waits;
            story = story.did(at, "lena", action);
        }
        let now = at.plus(60 * 60 * 30);
        naive.count_to(now);
        let ticket = story.end();
        let (spent, breached, stopped, due) = with_run(&policy, &ticket, Clock::Resolve, |run| {
            let run = run.unwrap();
            let stopped = run.stop.as_ref().map(|stop| {
                let result = stop.result.unwrap();
                (i64::from(result.spent), result.met)
            });
            let breached = run.breached.is_some() || run.is_late(now);
            // Where the pieces lie side by side and are worth what was counted.
            let story = run.story(now);
            assert!(story.windows(2).all(|pair| pair[0].to == pair[1].from));
            let told: i64 = story.iter().map(|piece| piece.open().0).sum();
            assert_eq!(told, run.spent(now).0);
            (run.spent(now).0, breached, stopped, run.due())
        });
        prop_assert_eq!(spent, naive.counted.spent);
        prop_assert_eq!(breached, naive.counted.breached);
        prop_assert_eq!(stopped, naive.counted.stopped);
        if !breached && naive.runs {
            // Counting on, the target is spent when the clock is due.
            let due = due.unwrap();
            while naive.counted.spent < naive.target && naive.minute < due {
                naive.count_to(naive.minute.plus(60));
            }
            if due > now {
                prop_assert_eq!(naive.minute, due);
                prop_assert_eq!(naive.counted.spent, naive.target);
            }
        }
    }
}
