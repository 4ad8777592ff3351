//! `desk policy try`: another policy on what happened.

use crate::support::Desk;
use insta::assert_snapshot;

const POLICY: &str = "\
format: 1
name: Example
levels:
  1: {name: front line, team: frontline}
  2: {name: technical, team: technical}
  3: {name: expert, team: expert}
teams:
  frontline: {level: 1}
  technical: {level: 2}
  desktop: {level: 2}
  expert: {level: 3}
defaults: {level: 1, priority: P3}
targets:
- {when: {priority: P1}, resolve: 2h}
- {resolve: 8h}
";

const HOUR: i64 = 3600;

fn stricter() -> String {
    let routes = "\
routes:
- {name: printers, when: {category: printer}, team: desktop}
hand-over: {incomplete: refuse, needs: [{carry: [why, tried]}]}
";
    POLICY.replace("{resolve: 8h}", "{resolve: 4h}") + routes
}

/// A desk with a history, and a branch with a stricter policy. Returns its
/// tickets: resolved after 1, 4, 6 and 9 hours, one that is five hours old.
fn desk() -> (Desk, [String; 5]) {
    let desk = Desk::new();
    desk.commit("desk.yaml", POLICY);
    desk.git("switch -q -c stricter");
    desk.commit("desk.yaml", &stricter());
    desk.git("switch -q main");
    // It is past nine; a minute passes with each command.
    let [one, four, six, nine] = [
        "'Mail is slow' -r alice",
        "'Toner is out' -r bob --category printer",
        "'VPN drops' -r carol",
        "'Web is down' -r dora",
    ]
    .map(|words| desk.open(words));
    let escalated = "needs rights";
    desk.ok(format!("escalate {six} --to 2 -m '{escalated}'"));
    desk.ok(format!(
        "escalate {nine} --to 2 -m '{escalated}' --tried 'signed in again'"
    ));
    desk.wait(HOUR);
    desk.ok(format!("resolve {one} -m 'emptied the queue'"));
    // To the second.
    desk.wait(3 * HOUR - 6 * 60);
    desk.ok(format!("resolve {four} -m 'put in another'"));
    desk.wait(2 * HOUR);
    desk.ok(format!("resolve {six} -m 'new client'"));
    desk.wait(3 * HOUR);
    desk.ok(format!("resolve {nine} -m 'restarted it'"));
    let runs = desk.open("'Screen flickers' -r erik");
    desk.wait(5 * HOUR);
    (desk, [one, four, six, nine, runs])
}

#[test]
fn a_stricter_policy_turns_the_results_that_one_can_count() {
    let (desk, [_, _, six, _, runs]) = desk();
    let commit = desk.git("rev-parse --short=10 stricter");
    let shown = desk
        .ok("policy try stricter")
        .replace(commit.trim(), "COMMIT");
    assert_snapshot!(shown, @"
    stricter (COMMIT) on what happened from 25 Aug 2026 to 23 Nov 2026: 5 tickets

    Clocks: exact, judged anew by both policies
    Clock    Priority  n     Now  n   Tried  Change  Late now
    resolve  all       4  75.0 %  4  50.0 %   −25.0     0 → 1

    1 clock comes out otherwise: 1 met → breached
    ID             Pri  Clock    Now           Tried              Title
    261123-a1ejyr  P3   resolve  met 6h of 8h  breached 6h of 4h  VPN drops

    1 more running clock would be late now
    ID             Pri  Clock    Since             Title
    261123-dtrrgb  P3   resolve  Mon 23 Nov 22:05  Screen flickers

    Estimated: where tickets would have started
    1 of 5 opened would have started otherwise.
    n  Now              Tried
    1  L1 frontline P3  L2 desktop P3

    Estimated: escalations that would have been refused as incomplete
    1 of 2, and 0 by the present policy. Lacking: tried 1.
    ID             Pri  Handed over       Lacks  Title
    261123-a1ejyr  P3   Mon 23 Nov 09:05  tried  VPN drops
    ");
    assert_eq!(desk.ok("policy try stricter -q"), format!("{six}\n"));
    let told = desk.call("policy try stricter --json").json();
    assert_eq!(told["version"], 1);
    let trial = &told["trial"];
    let all = &trial["clocks"]["resolve"]["all"];
    assert_eq!(all["now"], serde_json::json!({"met": 3, "n": 4}));
    assert_eq!(all["tried"], serde_json::json!({"met": 2, "n": 4}));
    assert_eq!(trial["flips"][0]["id"], six.as_str());
    assert_eq!(trial["flips"][0]["tried"]["target"], 4 * HOUR);
    assert_eq!(trial["late"][0]["id"], runs.as_str());
    let estimates = &trial["estimates"];
    assert_eq!(
        estimates["routing"]["elsewhere"].as_array().unwrap().len(),
        1
    );
    assert_eq!(estimates["readiness"]["refused"]["tried"], 1);
    // What holds now is what the report counts.
    let report = desk.call("report --last 90d --json").json();
    let figures = report["tables"]["figures"]["rows"].as_array().unwrap();
    let attained = figures
        .iter()
        .find(|row| row["metric"] == "resolve-attainment");
    let attained = &attained.unwrap()["value"];
    assert_eq!(
        (&attained["count"], &attained["n"]),
        (&all["now"]["met"], &all["now"]["n"])
    );
    // Of some tickets only.
    let printers = desk
        .call("policy try stricter --only category:printer --json")
        .json();
    assert_eq!(printers["trial"]["tickets"], 1);
    assert_eq!(printers["trial"]["flips"], serde_json::json!([]));
    // Nothing had happened before; what runs, runs now.
    let before = desk
        .call("policy try stricter --since 2026-10-01 --until 2026-11-01 --json")
        .json();
    let resolve = &before["trial"]["clocks"]["resolve"];
    assert_eq!(resolve["all"]["now"]["n"], 0);
    assert_eq!(resolve["late"]["tried"], 1);
    assert_eq!(before["trial"]["estimates"]["routing"]["opened"], 0);
}

#[test]
fn the_present_policy_changes_nothing_and_nothing_is_written() {
    let (desk, _) = desk();
    let before = desk.state();
    for what in ["HEAD", "main", "--file desk.yaml"] {
        let told = desk.ok(format!("policy try {what}"));
        assert!(
            told.contains("Nothing would have come out otherwise."),
            "{told}"
        );
        assert_eq!(desk.ok(format!("policy try {what} -q")), "");
    }
    desk.ok("policy try stricter --tickets");
    assert_eq!(desk.state(), before);
    desk.assert_clean();

    let sample = Desk::nowhere();
    sample.ok(format!("demo {}", sample.root.display()));
    let told = sample
        .call("policy try HEAD --last 30d --json")
        .env("DESK_NOW", "2026-11-23T09:30:00Z")
        .json();
    let trial = &told["trial"];
    assert!(trial["tickets"].as_u64() > Some(20), "{trial}");
    assert_eq!(trial["flips"], serde_json::json!([]));
    assert_eq!(
        trial["estimates"]["routing"]["elsewhere"],
        serde_json::json!([])
    );
    assert_eq!(
        trial["estimates"]["readiness"]["newly"],
        serde_json::json!([])
    );
}

/// A result stays as it was kept, whatever the policy becomes; a trial says
/// where that is so.
#[test]
fn both_policies_judge_anew_and_results_that_were_kept_are_told() {
    let (desk, [_, _, six, ..]) = desk();
    desk.git("merge -q stricter");
    let told = desk.ok("policy try HEAD~1");
    assert!(
        told.contains("1 clock comes out otherwise: 1 breached → met"),
        "{told}"
    );
    assert!(
        told.contains("1 result was kept by an earlier policy"),
        "{told}"
    );
    let kept = desk.call(format!("sla {six} --json")).json();
    assert_eq!(kept["tickets"][0]["clocks"][0]["result"]["met"], true);
}

#[test]
fn what_does_not_hold_together_or_is_not_there_is_not_tried() {
    let (desk, _) = desk();
    desk.write("new.yaml", POLICY.replace("8h", "8 parsecs"));
    let refused = desk.run("policy try --file new.yaml").fails_with_hint(6);
    assert!(refused.contains("new.yaml: line 15"), "{refused}");
    assert_snapshot!(desk.run("policy try strickter").fails_with_hint(3), @r#"
    error: the repository has no branch, tag or commit "strickter"
    hint: git branch -a lists branches; one of another office is origin/NAME once it is fetched
    "#);
    desk.run("policy try").fails(2);
    desk.run("policy try stricter --only sttaus:new").fails(2);
    desk.run("policy try stricter --since 2026-11-02 --until 2026-11-01")
        .fails_with_hint(2);
    desk.git("switch -q --orphan empty");
    desk.git("commit -q --allow-empty -m Empty");
    desk.git("switch -q main");
    let none = desk.run("policy try empty").fails(2);
    assert!(none.contains("empty has no desk.yaml"), "{none}");
}
