use super::*;
use crate::policy::clock::Rules;
use crate::policy::rules::PolicyFile;
use crate::policy::{Policy, Roster};
use crate::report::story::{
    Story, ask_attention_of, close, escalate_to, escalate_to_person, hold, reopen, resolve, time,
};
use crate::ticket::value::{BlobId, Value as _};
use crate::ticket::{Action, Context, Details, Draw, Handle, Judged, decide, evolve};
use proptest::prelude::*;
use serde_json::json;

fn policy(sections: serde_json::Value) -> Policy {
    let mut file = json!({
        "format": 1,
        "levels": {"1": {"name": "front", "team": "frontline"}, "2": {"name": "back", "team": "lab"}},
        "teams": {"frontline": {"level": 1}, "lab": {"level": 2}},
        "pauses": ["requester"],
    });
    let all = file.as_object_mut().unwrap();
    all.extend(sections.as_object().unwrap().clone());
    let file: PolicyFile = serde_json::from_value(file).unwrap();
    Policy::try_from(file).unwrap()
}

fn november() -> Period {
    let (from, to) = ("2026-11-01T00:00:00Z", "2026-12-01T00:00:00Z");
    Period::new(time(from), time(to)).unwrap()
}

/// As of the end of the month.
fn tried(now: &Policy, tried: &Policy, tickets: &[Ticket]) -> Outcome {
    let roster = Roster::default();
    let rules = |policy| Rules {
        policy,
        roster: &roster,
    };
    let sides = Sides {
        now: rules(now),
        tried: rules(tried),
    };
    let mut trial = Trial::new(sides, november(), time("2026-11-30T23:00:00Z"));
    tickets.iter().for_each(|ticket| trial.take(ticket));
    trial.end()
}

/// Opened at nine on that day, and resolved so long after.
fn resolved(name: &str, day: u8, after: i64, fields: &[(&str, &str)]) -> Ticket {
    let opened = time(&format!("2026-11-{day:02}T09:00:00Z"));
    let fields = [&[("priority", "P2"), ("title", name)], fields].concat();
    Story::open(&format!("2611{day:02}-{name:0<6}"), &opened.text(), &fields)
        .then(&opened.plus(after).text(), "marco", resolve())
        .end()
}

const HOUR: i64 = 3600;

/// Eight hours become four: what took more than four and at most eight turns.
#[test]
fn a_tighter_target_turns_what_lies_between_and_nothing_else() {
    let eight = policy(json!({"targets": [{"resolve": "8h"}]}));
    let four = policy(json!({"targets": [{"resolve": "4h"}]}));
    let tickets = [
        resolved("aa", 2, 2 * HOUR, &[]),
        resolved("bb", 3, 4 * HOUR, &[]),
        resolved("cc", 4, 4 * HOUR + 1, &[]),
        resolved("dd", 5, 6 * HOUR, &[("priority", "P1")]),
        resolved("ee", 6, 8 * HOUR, &[]),
        resolved("ff", 7, 8 * HOUR + 1, &[]),
        // A problem is in no figure.
        resolved("gg", 8, 6 * HOUR, &[("kind", "problem")]),
        // It is five hours old.
        Story::open("261130-hhhhhh", "2026-11-30T18:00:00Z", &[]).end(),
        // Resolved in October.
        Story::open("261030-jjjjjj", "2026-10-30T09:00:00Z", &[])
            .then("2026-10-30T15:00:00Z", "marco", resolve())
            .end(),
    ];
    let outcome = tried(&eight, &four, &tickets);
    let clocks = &outcome.clocks[&Clock::Resolve];
    let of = |count, n| Part { count, n };
    assert_eq!(
        clocks.all,
        Sides {
            now: of(5, 6),
            tried: of(2, 6)
        }
    );
    let p1 = Priority::parse("P1").unwrap();
    assert_eq!(
        clocks.by_priority[&Some(p1)],
        Sides {
            now: of(1, 1),
            tried: of(0, 1)
        }
    );
    // The most urgent first, then by how late.
    let flips = outcome.flips.iter().map(|flip| flip.of.id.as_str());
    let expected = ["261105-dd0000", "261106-ee0000", "261104-cc0000"];
    assert_eq!(flips.collect::<Vec<_>>(), expected);
    assert_eq!(clocks.late, Sides { now: 0, tried: 1 });
    assert_eq!(outcome.late[0].of.id.as_str(), "261130-hhhhhh");
    assert_eq!(outcome.late[0].since, time("2026-11-30T22:00:00Z"));
    // The other way round, the same ones turn back.
    let back = tried(&four, &eight, &tickets);
    assert_eq!(back.flips.len(), 3);
    assert!(back.late.is_empty());
}

/// A result that was kept binds neither side: only the policy differs.
#[test]
fn kept_results_do_not_bind_and_are_told() {
    let eight = policy(json!({"targets": [{"resolve": "8h"}]}));
    let four = policy(json!({"targets": [{"resolve": "4h"}]}));
    let ticket = resolved("aa", 2, 6 * HOUR, &[]);
    let timeline = ticket.timeline().iter().cloned().map(|mut event| {
        if event.did == Verb::Resolve {
            event.details.judged = Some(Judged {
                policy: BlobId::parse(&"a".repeat(40)).unwrap(),
                tz: Name::parse("2026a").unwrap(),
                clocks: [(Clock::Resolve, Judgement::of(6 * HOUR, HOUR))].into(),
            });
        }
        event
    });
    let ticket = Ticket::fold(ticket.id().clone(), timeline.collect());
    let outcome = tried(&eight, &four, &[ticket]);
    let flip = outcome.flips[0].result;
    assert!(flip.now.unwrap().met && !flip.tried.unwrap().met);
    assert_eq!(outcome.by_others, 1);
}

#[test]
fn a_target_that_is_new_or_gone_is_told_as_such() {
    let none = policy(json!({}));
    let four = policy(json!({"targets": [{"resolve": "4h"}]}));
    let outcome = tried(&none, &four, &[resolved("aa", 2, HOUR, &[])]);
    let clocks = &outcome.clocks[&Clock::Resolve];
    assert_eq!((clocks.all.now.n, clocks.all.tried.n), (0, 1));
    assert_eq!(outcome.flips[0].result.now, None);
}

/// A target that is paused no more breaches what waited for its requester.
#[test]
fn pauses_are_exchanged_too() {
    let pausing = policy(json!({"targets": [{"resolve": "4h"}]}));
    let strict = policy(json!({"targets": [{"resolve": "4h"}], "pauses": []}));
    let ticket = Story::open("261102-aaaaaa", "2026-11-02T09:00:00Z", &[])
        .then("2026-11-02T10:00:00Z", "lena", hold("requester", None))
        .then(
            "2026-11-03T10:00:00Z",
            "lena",
            Action::Resume { text: None },
        )
        .then("2026-11-03T11:00:00Z", "lena", resolve())
        .end();
    let outcome = tried(&pausing, &strict, &[ticket]);
    let result = outcome.flips[0].result;
    let spent = |result: Option<Judgement>| i64::from(result.unwrap().spent);
    assert_eq!(spent(result.now), 2 * HOUR);
    assert_eq!(spent(result.tried), 26 * HOUR);
}

#[test]
fn tickets_start_elsewhere_by_another_route_unless_somebody_placed_them() {
    let now = policy(json!({"defaults": {"level": 1, "priority": "P3"}}));
    let route =
        json!({"name": "vpn", "when": {"category": "network"}, "team": "lab", "priority": "P2"});
    let other = policy(json!({"defaults": {"level": 1, "priority": "P3"}, "routes": [route]}));
    let open = |id: &str, fields: &[(&str, &str)]| {
        let usual = [("level", "1"), ("team", "frontline"), ("priority", "P3")];
        let fields = [&usual, fields].concat();
        Story::open(id, "2026-11-02T09:00:00Z", &fields).end()
    };
    let tickets = [
        open("261102-aaaaaa", &[("category", "network")]),
        open("261102-bbbbbb", &[("category", "printer")]),
        open(
            "261102-cccccc",
            &[("category", "network"), ("team", "lab"), ("level", "2")],
        ),
        open(
            "261102-dddddd",
            &[("category", "network"), ("priority", "P1")],
        ),
    ];
    let outcome = tried(&now, &other, &tickets);
    let routing = outcome.routing;
    assert_eq!((routing.opened, routing.placed), (4, 1));
    let told: Vec<_> = routing
        .moved
        .iter()
        .map(|(of, places)| {
            let place = |place: &Place| {
                let priority = place.priority.unwrap();
                format!("{} {priority}", place.team.as_ref().unwrap())
            };
            let (now, tried) = (place(&places.now), place(&places.tried));
            format!("{}: {now} → {tried}", of.id)
        })
        .collect();
    assert_eq!(
        told,
        [
            "261102-aaaaaa: frontline P3 → lab P2",
            // A priority that somebody gave stays.
            "261102-dddddd: frontline P1 → lab P1",
        ]
    );
}

#[test]
fn hand_overs_are_refused_where_they_would_lack_something() {
    let now = policy(json!({}));
    let asks = |carry: &[&str]| {
        let needs = json!([{"carry": carry}]);
        policy(json!({"hand-over": {"incomplete": "refuse", "needs": needs}}))
    };
    let at = "2026-11-02T10:00:00Z";
    let story = |id: &str| {
        Story::open(
            id,
            "2026-11-02T09:00:00Z",
            &[("level", "1"), ("team", "frontline")],
        )
    };
    let tickets = [
        story("261102-aaaaaa")
            .then(at, "lena", escalate_to("2", "lab"))
            .end(),
        story("261102-bbbbbb")
            .then(at, "lena", escalate_to_person("2", "marco"))
            .end(),
        // Neither attention nor going on oneself is a hand-over.
        story("261102-cccccc")
            .then(at, "lena", ask_attention_of("grace"))
            .end(),
        story("261102-dddddd")
            .then(at, "lena", escalate_to_person("2", "lena"))
            .end(),
    ];
    let readiness = |carry: &[&str]| {
        let readiness = tried(&now, &asks(carry), &tickets).readiness;
        let newly = readiness
            .newly
            .iter()
            .map(|one| (one.of.id.as_str().to_owned(), one.missing.join(" ")));
        (
            readiness.escalations,
            readiness.refused.tried,
            newly.collect::<Vec<_>>(),
        )
    };
    assert_eq!(readiness(&["why"]), (2, 0, vec![]));
    let lacks = ("261102-bbbbbb".to_owned(), "tried".to_owned());
    assert_eq!(readiness(&["why", "tried"]), (2, 1, vec![lacks]));
    assert_eq!(readiness(&["ask"]).1, 2);
    let only_warns =
        policy(json!({"hand-over": {"incomplete": "warn", "needs": [{"carry": ["ask"]}]}}));
    assert_eq!(
        tried(&now, &only_warns, &tickets).readiness.refused.tried,
        0
    );
}

struct Count(u64);

impl Draw for Count {
    fn draw(&mut self) -> u64 {
        self.0 += 1;
        self.0.wrapping_mul(0xd134_2543_de82_ef95) >> 3
    }
}

/// What may come next, if the life cycle lets it.
fn action(choice: u8) -> Action {
    match choice {
        0 => Action::Take,
        1 => escalate_to("2", "lab"),
        2 => hold("requester", None),
        3 => Action::Resume { text: None },
        4 => resolve(),
        5 => reopen(),
        6 => close(),
        7 => Action::Reply {
            text: "soon".into(),
        },
        8 => Action::Answer {
            text: "and now?".into(),
        },
        9 => escalate_to_person("1", "lena"),
        _ => Action::Note { text: "hm".into() },
    }
}

fn ticket(number: usize, steps: &[(u8, u32)], kept: bool) -> Ticket {
    let mut at = time("2026-11-02T09:00:00Z");
    let id = format!("261102-{number:0>6}");
    let fields = [
        ("level", "1"),
        ("team", "frontline"),
        ("priority", ["P1", "P2", "P3"][number % 3]),
    ];
    let mut ticket = Story::open(&id, &at.text(), &fields).end();
    let mut draw = Count(0);
    for (choice, wait) in steps {
        at = at.plus(i64::from(*wait));
        let actor = ["lena", "marco"][usize::from(*choice) % 2];
        let mut context = Context {
            now: at,
            at,
            actor: &Handle::parse(actor).unwrap(),
            may_change_closed: true,
            reopen_within: None,
            draw: &mut draw,
        };
        // What the life cycle refuses did not happen.
        if let Ok(events) = decide(&ticket, &action(*choice), &mut context) {
            ticket = evolve(ticket, events);
        }
    }
    let timeline = ticket.timeline().iter().cloned().map(|mut event| {
        if kept {
            event.details = Details {
                judged: Some(Judged {
                    policy: BlobId::parse(&"b".repeat(40)).unwrap(),
                    tz: Name::parse("2026a").unwrap(),
                    clocks: Clock::ALL
                        .iter()
                        .map(|clock| (*clock, Judgement::of(2, 1)))
                        .collect(),
                }),
                ..event.details
            };
        }
        event
    });
    Ticket::fold(ticket.id().clone(), timeline.collect())
}

proptest! {
    /// Whatever happened, and whatever results were kept: the present policy
    /// changes nothing of it.
    #[test]
    fn trying_the_present_policy_changes_nothing(
        histories in prop::collection::vec(
            (prop::collection::vec((0_u8..11, 1_u32..40_000), 0..12), any::<bool>()), 1..6),
        respond in 1_u32..20, resolve in 1_u32..60, pauses in any::<bool>(), refuse in any::<bool>(),
    ) {
        let present = policy(json!({
            "targets": [
                {"when": {"priority": "P1"}, "respond": "30m", "resolve": "4h", "accept": "1h"},
                {"respond": format!("{respond}h"), "update": "2h", "resolve": format!("{resolve}h")},
            ],
            "pauses": if pauses { json!(["requester"]) } else { json!([]) },
            "hand-over": {
                "incomplete": if refuse { "refuse" } else { "warn" },
                "needs": [{"carry": ["tried", "why", "impact"]}],
            },
        }));
        let tickets: Vec<_> = histories
            .iter()
            .enumerate()
            .map(|(number, (steps, kept))| ticket(number, steps, *kept))
            .collect();
        let outcome = tried(&present, &present, &tickets);
        prop_assert!(outcome.tickets > 0);
        prop_assert_eq!(&outcome.flips, &[]);
        prop_assert_eq!(&outcome.late, &[]);
        prop_assert_eq!(&outcome.routing.moved, &[]);
        prop_assert_eq!(&outcome.readiness.newly, &[]);
        prop_assert!(!outcome.readiness.refused.differ());
        for clocks in outcome.clocks.values() {
            prop_assert!(!clocks.all.differ() && !clocks.late.differ());
            // The parts make up the whole.
            let parts: usize = clocks.by_priority.values().map(|sides| sides.now.n).sum();
            prop_assert_eq!(parts, clocks.all.now.n);
        }
    }
}
