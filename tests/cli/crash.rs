//! A kill at every step of a change loses nothing that was acknowledged and
//! leaves no half state; the next command mends the rest.

use crate::support::Desk;
use tierdesk::store::CrashPoint;

/// Stops a command at a step. Whether it got so far.
fn crash(desk: &Desk, words: &str, at: CrashPoint) -> bool {
    let ran = desk.call(words).env("DESK_CRASH_AT", at.name()).run();
    if ran.code == Some(0) {
        return false;
    }
    assert_eq!(ran.code, None, "{at}: {ran}");
    // Nothing is told as done that may not be.
    assert!(
        ran.stdout.is_empty() || at.is_after_acknowledgement(),
        "{at}: {ran}"
    );
    true
}

/// The steps that a change of one commit passes.
fn steps() -> impl DoubleEndedIterator<Item = CrashPoint> {
    CrashPoint::ALL
        .iter()
        .copied()
        .filter(|at| !at.is_of_many())
}

/// The change is there whole or not at all, whatever was mended.
fn assert_whole(desk: &Desk, at: CrashPoint, events_before: usize, id: &str) {
    let events: usize = desk.field(id, "events").parse().unwrap();
    let made = usize::from(at.is_after_acknowledgement());
    assert_eq!(events, events_before + made, "{at}");
}

#[test]
fn a_change_that_is_killed_at_any_step_is_there_or_not_and_the_next_mends() {
    let mut stopped = 0;
    for at in steps() {
        let desk = Desk::new();
        let [id, other] = desk.open_all(["VPN drops", "Other"]);
        stopped += usize::from(crash(&desk, &format!("take {id}"), at));
        desk.git("fsck --strict");
        assert_whole(&desk, at, 1, &id);
        desk.ok(format!("note {other} -m 'the next command'"));
        assert_whole(&desk, at, 1, &id);
        desk.assert_clean();
        // And the ticket goes on.
        desk.ok(format!("resolve {id} -m done"));
        desk.assert_clean();
        assert_eq!(
            desk.run("doctor").to_string(),
            "2> the desk is well\n",
            "{at}"
        );
    }
    assert_eq!(stopped, steps().count(), "a change passes every step");
}

#[test]
fn a_ticket_whose_opening_is_killed_is_there_or_not() {
    for at in steps() {
        let desk = Desk::new();
        desk.open("Other");
        crash(&desk, "open 'VPN drops'", at);
        let there = usize::from(at.is_after_acknowledgement());
        assert_eq!(desk.ok("list -q").lines().count(), 1 + there, "{at}");
        desk.open("Next");
        desk.assert_clean();
        assert_eq!(desk.ok("list -q").lines().count(), 2 + there, "{at}");
    }
}

#[test]
fn a_bulk_that_is_killed_is_there_whole_or_not_at_all() {
    // A few are loose objects, many are a pack.
    for (many, step) in [7, 40]
        .into_iter()
        .flat_map(|many| CrashPoint::ALL.iter().map(move |step| (many, *step)))
    {
        let desk = Desk::new();
        desk.write("../lines", "{\"title\":\"Many\"}\n".repeat(many));
        let before = desk.commits();
        let stopped = crash(&desk, "open --from ../lines", step);
        assert!(stopped || many == 7 || !step.is_of_many(), "{step}");
        let there = if !stopped || step.is_after_acknowledgement() {
            many
        } else {
            0
        };
        assert_eq!(desk.commits(), before + there, "{many} {step}");
        desk.open("Next");
        desk.assert_clean();
        assert_eq!(desk.ok("list -q").lines().count(), 1 + there, "{step}");
    }
}

#[test]
fn doctor_mends_what_was_killed() {
    for at in steps() {
        let desk = Desk::new();
        let id = desk.open("'VPN drops'");
        crash(&desk, &format!("take {id}"), at);
        desk.ok("doctor --fix");
        assert_eq!(desk.git("status --porcelain"), "", "{at}");
        assert_whole(&desk, at, 1, &id);
        desk.ok(format!("note {id} -m x"));
        desk.assert_clean();
    }
}

#[test]
fn adopt_takes_nothing_for_an_edit_that_a_kill_left() {
    for at in steps() {
        let desk = Desk::new();
        let id = desk.open("'VPN drops'");
        crash(&desk, &format!("take {id}"), at);
        let ran = desk.run("adopt");
        assert_eq!(ran.to_string(), "2> nothing to adopt\n", "{at}");
        assert_eq!(desk.git("status --porcelain"), "", "{at}");
        assert_whole(&desk, at, 1, &id);
    }
}

#[test]
fn killed_again_while_mending_it_is_mended_by_the_one_after() {
    for (first, second) in steps().zip(steps().rev()) {
        let desk = Desk::new();
        let id = desk.open("'VPN drops'");
        crash(&desk, &format!("take {id}"), first);
        let events: usize = desk.field(&id, "events").parse().unwrap();
        crash(&desk, &format!("note {id} -m x"), second);
        assert_whole(&desk, second, events, &id);
        desk.ok(format!("note {id} -m y"));
        desk.assert_clean();
    }
}

#[test]
fn a_users_own_work_survives_a_kill_at_any_step() {
    for at in steps() {
        let desk = Desk::new();
        let id = desk.open("'VPN drops'");
        desk.write("staged", "staged\n");
        desk.git("add staged");
        desk.write("staged", "edited\n");
        crash(&desk, &format!("take {id}"), at);
        desk.ok(format!("note {id} -m x"));
        assert_eq!(desk.git("status --porcelain"), "AM staged\n", "{at}");
        assert_eq!(desk.git("show :staged"), "staged\n", "{at}");
    }
}
