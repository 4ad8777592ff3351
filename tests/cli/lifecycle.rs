//! The life of a ticket: where moves lead, and which are refused, by name.

use crate::support::Desk;
use insta::assert_snapshot;

/// Where a ticket stands.
const STATE: [&str; 4] = ["status", "level", "team", "assignee"];

/// A ticket in that state.
fn ticket_that_is(desk: &Desk, status: &str) -> String {
    let id = desk.open("'VPN drops' --to me");
    match status {
        "in-progress" => {}
        "pending" => drop(desk.ok(format!("hold {id} --for parts"))),
        "resolved" => drop(desk.ok(format!("resolve {id} -m done"))),
        "closed" => {
            desk.ok(format!("resolve {id} -m done"));
            desk.ok(format!("close {id}"));
        }
        "cancelled" => drop(desk.ok(format!("cancel {id} -m over"))),
        other => panic!("{other}"),
    }
    id
}

#[test]
fn illegal_moves_are_refused_by_name_with_what_to_do_instead() {
    let desk = Desk::new();
    let other = desk.open("Other");
    let mut said = String::new();
    for (status, verbs) in [
        (
            "in-progress",
            &["close -m x", "reopen -m x", "resume -m x"][..],
        ),
        ("pending", &["decline -m x", "handback -m x", "close -m x"]),
        (
            "resolved",
            &[
                "assign --to marco",
                "take",
                "escalate -m x",
                "hold --for parts",
                "resolve -m 'other words'",
                "cancel -m x",
            ],
        ),
        (
            "closed",
            &["assign --to marco", "resolve -m x", "set site=Lisbon"],
        ),
        (
            "cancelled",
            &[
                "take",
                "reopen -m x",
                "resolve -m x",
                "duplicate --of OTHER",
            ],
        ),
    ] {
        let id = ticket_that_is(&desk, status);
        let before = desk.state();
        for verb in verbs {
            let words = verb.replace("OTHER", &other);
            let (name, rest) = words.split_once(' ').unwrap_or((&words, ""));
            let refused = desk.run(format!("{name} {id} {rest}")).fails(4);
            assert_eq!(desk.state(), before, "{verb}");
            said.push_str(&format!("{verb}\n{}", refused.replace(&id, "ID")));
        }
    }
    assert_snapshot!(said, @"
    close -m x
    error: ID is in-progress: only resolved tickets are closed
    hint: try: desk resolve ID
    reopen -m x
    error: ID is in-progress: it is open, so there is nothing to reopen
    hint: to add words: desk note ID
    resume -m x
    error: ID is in-progress: only pending tickets are resumed
    hint: to start work on it: desk take ID
    decline -m x
    error: ID is pending: pending tickets are resumed before they are declined
    hint: try: desk resume ID
    handback -m x
    error: ID is pending: pending tickets are resumed before they are handed back
    hint: try: desk resume ID
    close -m x
    error: ID is pending: only resolved tickets are closed
    hint: try: desk resolve ID
    assign --to marco
    error: ID is resolved: resolved tickets are reopened, not assigned
    hint: try: desk reopen ID
    take
    error: ID is resolved: resolved tickets are reopened, not taken
    hint: try: desk reopen ID
    escalate -m x
    error: ID is resolved: resolved tickets are reopened, not escalated
    hint: try: desk reopen ID
    hold --for parts
    error: ID is resolved: resolved tickets are reopened, not put on hold
    hint: try: desk reopen ID
    resolve -m 'other words'
    error: ID is resolved: it has been resolved already, in other words
    hint: to add words: desk note ID; if it is not solved: desk reopen ID
    cancel -m x
    error: ID is resolved: resolved tickets are reopened, not cancelled
    hint: try: desk reopen ID
    assign --to marco
    error: ID is closed: closed tickets are reopened, not assigned
    hint: try: desk reopen ID
    resolve -m x
    error: ID is closed: closed tickets are reopened, not resolved
    hint: try: desk reopen ID
    set site=Lisbon
    error: ID is closed: only a team lead or manager changes closed tickets
    hint: to add words: desk note ID
    take
    error: ID is cancelled: cancelled tickets are over and not taken
    hint: open a new one: desk open TITLE
    reopen -m x
    error: ID is cancelled: cancelled tickets are over and not reopened
    hint: open a new one: desk open TITLE
    resolve -m x
    error: ID is cancelled: cancelled tickets are over and not resolved
    hint: open a new one: desk open TITLE
    duplicate --of OTHER
    error: ID is cancelled: cancelled tickets are over and not made a duplicate
    hint: open a new one: desk open TITLE
    ");
}

#[test]
fn of_two_who_take_a_ticket_one_gets_it() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.ok(format!("take {id}"));
    let before = desk.state();
    let refused = desk
        .call(format!("take {id}"))
        .by("marco")
        .run()
        .fails_with_hint(4);
    assert_snapshot!(refused, @"
    error: 261123-1dtbna: lena has it already
    hint: to take it over: desk assign 261123-1dtbna --to me
    ");
    assert_eq!(desk.state(), before);
    desk.call(format!("assign {id} --to me")).by("marco").ok();
    assert_eq!(desk.field(&id, "assignee"), "marco");
}

#[test]
fn of_two_who_take_a_ticket_at_the_same_moment_one_gets_it() {
    let desk = Desk::new();
    for round in 0..5 {
        let id = desk.open(format!("'Round {round}'"));
        let started = ["lena", "marco", "nadia", "grace"]
            .map(|who| desk.call(format!("take {id}")).by(who).start());
        let codes = started.map(|child| child.wait_with_output().unwrap().status.code());
        let won = codes.iter().filter(|code| **code == Some(0)).count();
        let lost = codes.iter().filter(|code| **code == Some(4)).count();
        assert_eq!((won, lost), (1, 3), "{codes:?}");
        assert_eq!(desk.ok(format!("history {id} -q")).lines().count(), 2);
    }
    desk.assert_clean();
}

#[test]
fn escalating_goes_to_the_next_level_unless_told_otherwise() {
    let desk = Desk::new();
    for (to, state) in [
        ("", "queued 2 technical -"),
        ("--to 3", "queued 3 expert -"),
        ("--to L3", "queued 3 expert -"),
        ("--to expert", "queued 3 expert -"),
        ("--to desktop", "queued 2 desktop -"),
        ("--to marco", "assigned 2 desktop marco"),
        ("--to nadia", "assigned 3 expert nadia"),
        ("--to vendor --ref SR-1", "pending 4 frontline lena"),
        ("--to me", "in-progress 2 frontline lena"),
    ] {
        let id = ticket_that_is(&desk, "in-progress");
        desk.ok(format!("escalate {id} {to} -m 'needs admin'"));
        assert_eq!(desk.fields(&id, STATE), state, "{to}");
        assert_eq!(desk.field(&id, "owner"), "lena", "the owner stays");
    }
}

#[test]
fn a_vendor_has_a_number_and_the_assignee_stays() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    desk.ok(format!(
        "escalate {id} --to vendor --ref SR-88213 -m 'mainboard'"
    ));
    let ticket = desk.ticket(&id);
    assert_eq!(ticket["cause"], "vendor");
    assert_eq!(ticket["ref"], serde_json::json!(["SR-88213"]));
    desk.ok(format!("resume {id}"));
    assert_eq!(desk.fields(&id, STATE), "in-progress 1 frontline lena");
}

#[test]
fn attention_is_no_hand_over() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    desk.ok(format!(
        "escalate {id} --attention grace -m 'CEO is waiting'"
    ));
    assert_eq!(desk.fields(&id, STATE), "in-progress 1 frontline lena");
    assert_eq!(desk.ticket(&id)["attention"], serde_json::json!(["grace"]));
    assert!(
        desk.git("log -1 --format=%s")
            .contains("attention of grace")
    );
}

#[test]
fn escalations_that_lead_nowhere_are_refused() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    desk.ok(format!("escalate {id} --to expert -m x"));
    let before = desk.state();
    let mut said = String::new();
    for (to, code) in [
        ("--to 1", 4),
        ("--to expert", 4),
        ("--to 9", 2),
        ("--to nobody", 2),
        ("--attention nobody", 2),
    ] {
        let refused = desk
            .run(format!("escalate {id} {to} -m x"))
            .fails_with_hint(code);
        said.push_str(&refused.replace(&id, "ID"));
    }
    assert_eq!(desk.state(), before);
    assert_snapshot!(said, @r#"
    error: ID is at L3 already; L1 is no escalation
    hint: to give it back: desk handback ID; to move it sideways: desk assign ID --to TEAM
    error: ID is with expert already
    hint: to pick somebody there: desk assign ID --to WHO
    error: "9" is no team, level or person of this desk
    hint: known here: desktop, expert, frontline, technical, L0, L1, L2, L3, L4, grace, lena, marco, nadia
    error: "nobody" is no team, level or person of this desk
    hint: known here: desktop, expert, frontline, technical, L0, L1, L2, L3, L4, grace, lena, marco, nadia
    error: "nobody" is not on the roster
    hint: on it: grace, lena, marco, nadia
    "#);
}

#[test]
fn declining_and_handing_back_return_a_ticket_where_it_came_from() {
    let desk = Desk::new();
    for verb in ["decline", "handback"] {
        let id = ticket_that_is(&desk, "in-progress");
        desk.ok(format!("escalate {id} --to marco -m x"));
        desk.call(format!("{verb} {id} -m 'which version?'"))
            .by("marco")
            .ok();
        assert_eq!(desk.fields(&id, STATE), "assigned 1 frontline lena");
        // Nobody handed it over any more.
        let refused = desk.run(format!("{verb} {id} -m again")).fails_with_hint(4);
        assert!(refused.contains("nobody handed it over"), "{refused}");
    }
}

#[test]
fn a_receiver_accepts() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    desk.ok(format!("escalate {id} --to marco -m x"));
    // What was handed to another is not accepted.
    desk.run(format!("accept {id}")).fails_with_hint(4);
    desk.call(format!("accept {id}")).by("marco").ok();
    assert_eq!(desk.fields(&id, STATE), "in-progress 2 desktop marco");
}

#[test]
fn waiting_has_a_cause_and_an_end() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    desk.ok(format!(
        "hold {id} --for parts --ref PO-4711 --until 'fri 12:00'"
    ));
    let fields = ["status", "cause", "until", "assignee"];
    assert_eq!(
        desk.fields(&id, fields),
        "pending parts 2026-11-27T12:00:00Z lena"
    );
    desk.run(format!("hold {id} --for parts --until 2020-01-01"))
        .fails(4);
    desk.ok(format!("resume {id}"));
    assert_eq!(desk.fields(&id, fields), "in-progress - - lena");
}

#[test]
fn a_requesters_answer_ends_the_wait_for_it() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    desk.ok(format!("reply {id} -m 'Which version?' --hold requester"));
    desk.ok(format!("note {id} -m 'rang twice'"));
    assert_eq!(desk.fields(&id, ["status", "cause"]), "pending requester");
    desk.ok(format!("reply {id} --from-requester -m 'It is 5.2'"));
    assert_eq!(desk.fields(&id, ["status", "cause"]), "in-progress -");
    // A wait for something else goes on.
    desk.ok(format!("hold {id} --for parts"));
    desk.ok(format!("reply {id} --from-requester -m 'Any news?'"));
    assert_eq!(desk.fields(&id, ["status", "cause"]), "pending parts");
}

#[test]
fn a_reply_and_the_wait_after_it_are_one_commit() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    let before = desk.commits();
    desk.ok(format!("reply {id} -m 'Which version?' --hold requester"));
    assert_eq!(desk.commits(), before + 1);
    let trailers = desk.git("log -1 --format=%(trailers)");
    assert!(trailers.contains("Action: reply, hold"), "{trailers}");
}

#[test]
fn a_closed_ticket_is_reopened_within_the_window_only() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "closed");
    desk.wait(13 * 86_400);
    desk.ok(format!("reopen {id} -m 'drops again'"));
    assert_eq!(desk.fields(&id, STATE), "in-progress 1 frontline lena");
    assert_eq!(desk.field(&id, "code"), "-");
    desk.ok(format!("resolve {id} -m done"));
    desk.ok(format!("close {id}"));
    desk.wait(15 * 86_400);
    let before = desk.state();
    let refused = desk.run(format!("reopen {id} -m again")).fails_with_hint(4);
    assert_snapshot!(refused.replace(&id, "ID"), @"
    error: ID was closed at 2026-12-06T09:11:00Z, longer ago than this desk reopens tickets
    hint: open a new ticket and link it: desk link NEW --to ID --as related
    ");
    assert_eq!(desk.state(), before);
    // A ticket that was never closed has no window.
    let id = ticket_that_is(&desk, "resolved");
    desk.wait(100 * 86_400);
    desk.ok(format!("reopen {id} -m again"));
}

#[test]
fn closed_tickets_are_changed_by_leads_only() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "closed");
    desk.run(format!("set {id} site=Lisbon")).fails_with_hint(4);
    desk.call(format!("set {id} site=Lisbon")).by("grace").ok();
    assert_eq!(desk.field(&id, "site"), "Lisbon");
    desk.ok(format!("note {id} -m 'words are always possible'"));
}

#[test]
fn requesters_of_a_duplicate_hear_of_the_other_ticket() {
    let desk = Desk::new();
    let kept = desk.open("'VPN is down' -r alice@example.com");
    let again = desk.open("'No VPN' -r 'ext 4411' --cc bob");
    let same = desk.open("'VPN still down' -r alice@example.com");
    let before = desk.commits();
    desk.ok(format!("duplicate {again} {same} --of {kept}"));
    // Alice is the other's requester already: nothing to tell.
    assert_eq!(desk.commits(), before + 3);
    assert_eq!(
        desk.ticket(&kept)["cc"],
        serde_json::json!(["bob", "ext 4411"])
    );
    let ticket = desk.ticket(&again);
    assert_eq!(ticket["status"], "cancelled");
    assert_eq!(
        ticket["links"],
        serde_json::json!([{"kind": "duplicate-of", "to": kept}])
    );
    desk.run(format!("duplicate {kept} --of {kept}")).fails(4);
    desk.run(format!("duplicate {kept} --of zzzzzz"))
        .fails_with_hint(3);
}

#[test]
fn closure_codes_are_those_of_the_desk() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    let before = desk.state();
    let refused = desk.run(format!("resolve {id} -m x --code magic")).fails(2);
    assert!(refused.contains("one of fixed workaround"), "{refused}");
    desk.run(format!("resolve {id} -m x --could-be 9")).fails(2);
    assert_eq!(desk.state(), before);
}

#[test]
fn fields_that_follow_from_moves_are_not_set() {
    let desk = Desk::new();
    let id = ticket_that_is(&desk, "in-progress");
    let before = desk.state();
    for field in [
        "status=closed",
        "level=3",
        "team=expert",
        "assignee=nadia",
        "title=",
    ] {
        desk.run(format!("set {id} {field}")).fails_with_hint(4);
    }
    assert_eq!(desk.state(), before);
}
