//! `desk apply` and `desk events`: what scripts and integrations live on.

use crate::support::Desk;
use serde_json::{Value, json};
use std::io::{BufRead as _, BufReader, Write as _};

#[test]
fn each_line_has_a_result_line_with_its_number() {
    let desk = Desk::new();
    let [one, two] = desk.open_all(["One", "Two"]);
    let before = desk.commits();
    let actions = [
        json!({"action": "take", "id": one, "if": {"status": "new", "assignee": null}}),
        json!({"action": "note", "id": one, "text": "rang twice"}),
        json!({"action": "take", "id": two, "if": {"status": "queued"}}),
        json!({"action": "open", "title": "Three", "tags": ["a"]}),
        json!({"action": "resolve", "id": "@", "text": "done", "code": "fixed"}),
        json!({"action": "take", "id": "zzzzzz"}),
        json!({"action": "dance", "id": one}),
        json!({"action": "take", "id": one}),
    ];
    let mut text: String = actions.iter().map(|action| format!("{action}\n")).collect();
    text.insert(0, '\n');
    text.push_str("not json\n");
    let ran = desk.call("apply -").stdin(&text).run();
    // The code is the first failure's: a condition that does not hold.
    assert_eq!(ran.code, Some(5), "{ran}");
    let lines = ran.lines();
    let brief: Vec<Value> = lines
        .iter()
        .map(|line| json!([line["line"], line["ok"], line["changed"], line["exit"]]))
        .collect();
    assert_eq!(
        brief,
        [
            json!([2, true, true, null]),
            json!([3, true, true, null]),
            json!([4, false, false, 5]),
            json!([5, true, true, null]),
            json!([6, true, true, null]),
            json!([7, false, false, 3]),
            json!([8, false, false, 2]),
            json!([9, true, false, null]),
            json!([10, false, false, 2]),
        ]
    );
    assert!(lines.iter().all(|line| line["version"] == 1));
    let refused = lines[2]["error"].as_str().unwrap();
    assert_eq!(refused, format!("{two}: status is new, not queued"));
    assert_eq!(
        lines[3]["id"], lines[4]["id"],
        "@ is the ticket just opened"
    );
    assert_eq!(desk.commits(), before + 4);
    desk.assert_clean();
}

#[test]
fn a_line_may_say_who_and_when() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --at '2h ago'");
    let line = json!({"action": "take", "id": id, "by": "marco", "at": "1h ago"});
    desk.call("apply -").stdin(line.to_string()).ok();
    let event = desk.ticket(&id)["timeline"][1].take();
    assert_eq!(
        (&event["by"], &event["at"]),
        (&"marco".into(), &"2026-11-23T08:02:00Z".into())
    );
    let people = desk.git("log -1 --format=%an/%cn");
    assert_eq!(people.trim(), "Marco/Lena");
}

#[test]
fn a_dry_run_of_a_file_does_nothing() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.write(
        "../actions",
        format!("{}\n", json!({"action": "take", "id": id})),
    );
    let before = desk.state();
    let ran = desk.run("apply ../actions --dry-run");
    assert_eq!(ran.code, Some(0));
    let line = &ran.lines()[0];
    assert_eq!(
        (&line["dry-run"], &line["changed"]),
        (&true.into(), &false.into())
    );
    assert_eq!(desk.state(), before);
    desk.run("apply ../missing").fails(1);
}

#[test]
fn a_script_gets_each_result_before_it_writes_the_next_line() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let mut child = desk.call("apply -").real().start();
    let mut stdin = child.stdin.take().unwrap();
    let mut results = BufReader::new(child.stdout.take().unwrap()).lines();
    for (number, action) in ["take", "hold", "resume"].iter().enumerate() {
        let mut line = json!({"action": action, "id": id});
        if *action == "hold" {
            line["for"] = "parts".into();
        }
        writeln!(stdin, "{line}").unwrap();
        let result: Value = serde_json::from_str(&results.next().unwrap().unwrap()).unwrap();
        assert_eq!(
            (&result["line"], &result["ok"]),
            (&json!(number + 1), &true.into())
        );
        // It is there before the next is asked for.
        assert_eq!(desk.head(), result["commits"][0]);
    }
    drop(stdin);
    assert!(results.next().is_none());
    assert!(child.wait().unwrap().success());
    desk.assert_clean();
}

#[test]
fn hundreds_of_lines_move_the_branch_together() {
    let desk = Desk::new();
    let lines: String = (0..300)
        .map(|n| {
            format!(
                "{}\n",
                json!({"action": "open", "title": format!("Ticket {n}")})
            )
        })
        .collect();
    let ran = desk.call("apply -").stdin(lines).run();
    assert_eq!((ran.code, ran.lines().len()), (Some(0), 300));
    assert_eq!(desk.ok("list -q").lines().count(), 300);
    assert!(desk.git("reflog").lines().count() < 20);
    desk.assert_clean();
}

/// A desk with some history, and the stream of all that happened.
fn told() -> (Desk, Vec<Value>) {
    let desk = Desk::new();
    let [one, two] = desk.open_all(["One", "Two"]);
    desk.ok(format!("take {one} {two}"));
    desk.ok(format!("reply {one} -m 'Which?' --hold requester"));
    desk.ok(format!("resolve {two} -m done"));
    desk.ok("undo");
    let lines = desk.run("events").lines();
    (desk, lines)
}

#[test]
fn the_stream_has_every_event_in_order() {
    let (desk, lines) = told();
    let did: Vec<_> = lines
        .iter()
        .map(|line| line["did"].as_str().unwrap())
        .collect();
    assert_eq!(
        did,
        [
            "open", "open", "take", "take", "reply", "hold", "resolve", "retract"
        ]
    );
    assert!(lines.iter().all(|line| line["shape"] == 1));
    assert_eq!(lines.last().unwrap()["commit"], desk.head());
    // The reader who has all of it is told nothing.
    assert_eq!(desk.ok(format!("events --after {}", desk.head())), "");
}

#[test]
fn whoever_resumes_misses_nothing_and_hears_nothing_twice() {
    let (desk, lines) = told();
    for (index, line) in lines.iter().enumerate() {
        let commit = line["commit"].as_str().unwrap();
        let next = lines[index..]
            .iter()
            .find(|other| other["commit"] != commit);
        let rest = desk.run(format!("events --after {commit}")).lines();
        let from = next.map_or(lines.len(), |next| {
            lines.iter().position(|l| l == next).unwrap()
        });
        assert_eq!(rest, lines[from..], "after {commit}");
    }
}

#[test]
fn the_stream_resumes_across_a_merge() {
    let (desk, before) = told();
    let after = desk.head();
    let start = desk.git("rev-parse HEAD~3").trim().to_owned();
    desk.git(format!("checkout -q -b other {start}"));
    desk.open("'On the other branch'");
    desk.git("checkout -q main");
    desk.open("'On this branch'");
    desk.git("merge -q -m Merge other");
    let all = desk.run("events").lines();
    let rest = desk.run(format!("events --after {after}")).lines();
    let key = |line: &Value| line["e"].as_str().unwrap().to_owned();
    let mut joined: Vec<_> = before.iter().chain(&rest).map(key).collect();
    let mut whole: Vec<_> = all.iter().map(key).collect();
    joined.sort();
    whole.sort();
    assert_eq!(joined, whole);
}

#[test]
fn what_desk_did_not_do_is_told_as_well() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let path = desk.path(&id);
    let text = desk.read(&path);
    desk.commit(&path, &text.replace("\npriority: P3", "\npriority: P1"));
    desk.commit(&path, "broken");
    let lines = desk.run("events").lines();
    let did: Vec<_> = lines
        .iter()
        .map(|line| line["did"].as_str().unwrap())
        .collect();
    assert_eq!(did, ["open", "edited", "damaged"]);
}

#[test]
fn follow_goes_on_with_what_is_to_come() {
    let desk = Desk::new();
    let one = desk.open("One");
    let mut child = desk.call("events --follow").start();
    let mut lines = BufReader::new(child.stdout.take().unwrap()).lines();
    let mut next = || -> Value { serde_json::from_str(&lines.next().unwrap().unwrap()).unwrap() };
    assert_eq!(next()["id"], one.as_str());
    desk.ok(format!("take {one}"));
    assert_eq!(next()["did"], "take");
    let two = desk.open("Two");
    assert_eq!(next()["id"], two.as_str());
    child.kill().unwrap();
    child.wait().unwrap();
}

#[test]
fn an_unknown_commit_to_resume_from_is_named() {
    let desk = Desk::new();
    desk.open("One");
    let unknown = "0123456789".repeat(4);
    let said = desk
        .run(format!("events --after {unknown}"))
        .fails_with_hint(3);
    assert!(said.contains("no commit"), "{said}");
    assert_eq!(desk.run("events --after nonsense").code, Some(2));
}
