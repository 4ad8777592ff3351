//! Looking back and taking back: history, the state at a time, undo.

use crate::support::Desk;
use insta::assert_snapshot;

/// Commits have other names whenever a byte of the template changes.
fn without_commits(text: &str) -> String {
    let hex = |word: &&str| word.len() == 10 && word.chars().all(|c| c.is_ascii_hexdigit());
    let lines = text.lines().map(|line| {
        let commit = line.split_whitespace().last().filter(hex);
        commit.map_or(line.to_owned(), |commit| line.replace(commit, "COMMIT"))
    });
    lines.collect::<Vec<_>>().join("\n")
}

#[test]
fn history_tells_who_did_what_and_in_which_commit() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' -r alice -d 'since friday'");
    desk.ok(format!("take {id}"));
    desk.ok(format!(
        "escalate {id} --to marco -m 'needs admin' --at '1m ago'"
    ));
    desk.call(format!(
        "resolve {id} -m 'set it to reconnect' --code fixed"
    ))
    .by("marco")
    .ok();
    assert_snapshot!(without_commits(&desk.ok(format!("history {id}"))), @"
    261123-1dtbna
    Mon 23 Nov 09:04  Marco resolved  COMMIT
        status assigned → resolved, code fixed
        set it to reconnect
    Mon 23 Nov 09:02  Lena escalated  COMMIT
        status in-progress → assigned, level 1 → 2, team frontline → desktop, assignee lena → marco
        needs admin
    Mon 23 Nov 09:02  Lena took it  COMMIT
        status new → in-progress, assignee lena
    Mon 23 Nov 09:01  Lena opened  COMMIT
        since friday
    ");
}

#[test]
fn history_has_each_commit_of_the_ticket_and_no_other() {
    let desk = Desk::new();
    let [id, other] = desk.open_all(["One", "Two"]);
    for words in [
        "take",
        "note -m x",
        "tag --add vip",
        "resolve -m x",
        "close",
    ] {
        let (verb, rest) = words.split_once(' ').unwrap_or((words, ""));
        desk.ok(format!("{verb} {id} {other} {rest}"));
    }
    desk.write("README", "other work\n");
    desk.git("add README");
    desk.git("commit -q -m Other");
    let path = desk.path(&id);
    let in_git = desk.git(format!("log --format=%H -- {path}"));
    assert_eq!(desk.ok(format!("history {id} -q")), in_git);
    let json = desk.call(format!("history {id} {other} --json")).json();
    let commits = json["histories"][0]["commits"].as_array().unwrap();
    assert_eq!(commits.len(), in_git.lines().count());
    assert_eq!(commits[0]["did"], serde_json::json!(["close"]));
    assert_eq!(
        commits[0]["changes"][0],
        serde_json::json!({"field": "status", "from": "resolved", "to": "closed"})
    );
}

#[test]
fn a_git_log_reads_as_an_audit_trail() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' -r alice -d 'secret words'");
    desk.ok(format!("take {id}"));
    desk.ok(format!("escalate {id} --to marco -m 'needs admin'"));
    desk.call(format!("resolve {id} -m 'set it' --code fixed"))
        .by("marco")
        .ok();
    let log = desk.git("log -4 --reverse '--format=%an, %ad: %s%n%(trailers)' --date=iso");
    assert_snapshot!(log.replace(&id, "ID"), @"
    Lena, 2026-11-23 09:01:00 +0000: open ID: incident P3 L1 frontline
    Ticket: ID
    Action: open
    Actor: lena
    Events: d4cd3
    Status: new
    Priority: P3
    Level: 1
    Team: frontline
    Owner: lena

    Lena, 2026-11-23 09:02:00 +0000: take ID
    Ticket: ID
    Action: take
    Actor: lena
    Events: x8b4z
    Status: new -> in-progress
    Assignee: none -> lena

    Lena, 2026-11-23 09:03:00 +0000: escalate ID: L1 → L2 desktop marco
    Ticket: ID
    Action: escalate
    Actor: lena
    Events: a1ejy
    Status: in-progress -> assigned
    Level: 1 -> 2
    Team: frontline -> desktop
    Assignee: lena -> marco

    Marco, 2026-11-23 09:04:00 +0000: resolve ID: fixed at L2
    Ticket: ID
    Action: resolve
    Actor: marco
    Events: jt54s
    Status: assigned -> resolved
    Code: none -> fixed
    ");
}

#[test]
fn a_ticket_is_shown_as_it_was() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'"); // 09:01
    desk.ok(format!("take {id}")); // 09:02
    desk.ok(format!("resolve {id} -m done")); // 09:03
    let status = |time: &str| {
        let shown = desk.call(format!("show {id} --as-of {time} --json")).json();
        shown["tickets"][0]["status"].as_str().unwrap().to_owned()
    };
    assert_eq!(status("09:01"), "new");
    assert_eq!(status("09:02"), "in-progress");
    assert_eq!(status("09:03"), "resolved");
    let said = desk
        .run(format!("show {id} --as-of 09:00"))
        .fails_with_hint(2);
    assert!(said.contains("was not open yet"), "{said}");
    let shown = desk.ok(format!("show {id} --as-of 09:02"));
    assert!(!shown.contains("resolved"), "{shown}");
}

#[test]
fn undo_takes_back_one_action_after_the_other() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.ok(format!("take {id}"));
    desk.ok(format!("resolve {id} -m done"));
    let state = ["status", "assignee"];
    for expected in ["in-progress lena", "new -", "cancelled -"] {
        let before = desk.commits();
        assert_eq!(desk.ok("undo").trim(), id);
        assert_eq!(desk.fields(&id, state), expected);
        assert_eq!(desk.commits(), before + 1);
        desk.assert_clean();
    }
    // Nothing was erased, and nothing is left.
    assert_eq!(desk.ticket(&id)["timeline"].as_array().unwrap().len(), 6);
    let before = desk.state();
    desk.run("undo").fails(3);
    assert_eq!(desk.state(), before);
}

#[test]
fn undoing_what_opened_a_ticket_voids_it() {
    let desk = Desk::new();
    let id = desk.open("'By mistake'");
    desk.ok("undo");
    assert_eq!(desk.field(&id, "status"), "cancelled");
    assert!(desk.root.join(desk.path(&id)).exists(), "the file stays");
    assert_eq!(desk.ok("list -q"), "");
    assert_eq!(desk.ok("list -q is:any").trim(), id);
    // It can be noted on, and is not worked on.
    desk.run(format!("take {id}")).fails_with_hint(4);
}

#[test]
fn one_action_of_several_events_is_taken_back_whole() {
    let desk = Desk::new();
    let id = desk.open("'Locked out' --fixed unlocked");
    desk.ok("undo");
    assert_eq!(desk.field(&id, "status"), "cancelled");
    let id = desk.open("'VPN drops' --to me");
    desk.ok(format!("reply {id} -m 'Which?' --hold requester"));
    desk.ok("undo");
    assert_eq!(desk.fields(&id, ["status", "cause"]), "in-progress -");
}

#[test]
fn a_duplicate_is_taken_back_before_what_it_told_the_other_ticket() {
    let desk = Desk::new();
    let kept = desk.open("'VPN is down' -r alice");
    let again = desk.open("'No VPN' -r bob");
    desk.ok(format!("duplicate {again} --of {kept}"));
    assert_eq!(desk.ok("show @ -q").trim(), again);
    assert_eq!(desk.ok("undo").trim(), again);
    assert_eq!(desk.field(&again, "status"), "new");
    assert_eq!(desk.ok("undo").trim(), kept);
    assert_eq!(desk.ticket(&kept)["cc"], serde_json::json!([]));
}

#[test]
fn only_my_own_actions_are_taken_back() {
    let desk = Desk::new();
    let [mine, his] = desk.open_all(["Mine", "His"]);
    desk.ok(format!("take {mine}"));
    desk.call(format!("take {his}")).by("marco").ok();
    assert_eq!(desk.ok("undo").trim(), mine);
    assert_eq!(desk.field(&his, "assignee"), "marco");
    desk.call(format!("undo {mine}")).by("marco").run().fails(3);
}

#[test]
fn what_somebody_built_upon_is_not_taken_back() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.ok(format!("take {id}"));
    desk.call(format!("note {id} -m 'I rang them'"))
        .by("marco")
        .ok();
    let before = desk.state();
    let refused = desk.run("undo").fails_with_hint(5);
    assert!(refused.contains("marco went on from it"), "{refused}");
    assert_eq!(desk.state(), before);
}

#[test]
fn undo_of_a_named_ticket_leaves_the_others() {
    let desk = Desk::new();
    let [one, two] = desk.open_all(["One", "Two"]);
    desk.ok(format!("take {one} {two}"));
    desk.ok(format!("undo {one}"));
    assert_eq!(desk.field(&one, "status"), "new");
    assert_eq!(desk.field(&two, "status"), "in-progress");
}
