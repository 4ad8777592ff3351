//! Service-level clocks as people see them, and what `desk sweep` does when
//! their time has come.

use crate::support::Desk;
use insta::assert_snapshot;
use serde_json::Value;

const POLICY: &str = r#"format: 1
name: Example
zone: UTC
calendars:
  office:
    week: {mon-fri: "09:00-17:00"}
    holidays: {2026-11-25: closed}
levels:
  1: {name: front line, team: frontline}
  2: {name: technical, team: technical}
  3: {name: expert, team: expert}
teams:
  frontline: {level: 1}
  technical: {level: 2}
  desktop: {level: 2}
  expert: {level: 3}
pauses: [requester]
close-after: 2 business days
targets:
- name: urgent
  when: {priority: P1}
  respond: 30m
  resolve: 4h
  warn: 50%
- respond: 1h
  resolve: 8h
  accept: 30m
escalations:
- name: the lead hears
  clock: resolve
  at: 50%
  do: notify
  to: grace
- name: up it goes
  clock: resolve
  at: 100%
  do: raise
"#;

const HOUR: i64 = 3600;

/// A desk whose clocks run, on Monday at nine.
fn desk() -> Desk {
    let desk = Desk::new();
    desk.commit("desk.yaml", POLICY);
    desk
}

#[test]
fn opening_says_what_comes_next_and_by_when() {
    let desk = desk();
    let said = |words: &str| desk.run(format!("open {words}")).stderr.trim().to_owned();
    assert_snapshot!(said("'VPN drops' -r alice --via mail -p P1"), @"opened · P1 · new · L1 frontline · respond by 09:31 · VPN drops");
    assert_snapshot!(said("'VPN drops' -r alice --via phone"), @"opened · P3 · new · L1 frontline · resolve by Tue 24 Nov 09:02 · VPN drops");
    assert_snapshot!(said("'VPN drops' -r alice --fixed 'restarted it'"), @"opened and resolved · P3 · resolved · L1 frontline · lena · VPN drops");
    // No target, no clock.
    let plain = Desk::new();
    assert_snapshot!(plain.run("open 'VPN drops' -r alice").stderr.trim(), @"opened · P3 · new · L1 frontline · VPN drops");
}

#[test]
fn a_clock_is_explained_stretch_by_stretch() {
    let desk = desk();
    let id = desk.open("'VPN drops' -r alice --via mail");
    desk.wait(6 * HOUR);
    desk.ok(format!("hold {id} --for requester -m 'which laptop?'"));
    desk.wait(20 * HOUR);
    desk.ok(format!("resume {id}"));
    desk.wait(48 * HOUR);
    assert_snapshot!(desk.ok(format!("sla {id}")), @"
    261123-1dtbna  VPN drops

    respond  breached · 6h 1m of 1h
      judged by policy 6bcd4fb · calendar office, UTC
      counted  Mon 23 Nov 09:01–15:02  6h 1m

    resolve  late · 14h 2m of 8h · late since Tue 24 Nov 13:02, by 6h 2m
      target by rule 2: every ticket · calendar office, UTC
      counted  Mon 23 Nov 09:01–15:02               6h 1m
      paused   Mon 23 Nov 15:02 – Tue 24 Nov 11:03  pending: requester
      counted  Tue 24 Nov 11:03–17:00               5h 57m
      closed   Tue 24 Nov 17:00 – Thu 26 Nov 09:00  holiday 25 Nov
      counted  Thu 26 Nov 09:00–11:04               2h 4m
    ");
    assert_snapshot!(desk.ok(format!("show {id}")), @"
    261123-1dtbna  VPN drops
    incident · P3 · queued · L1 frontline

      requester  alice
      owner      lena
      via        mail
      opened     Mon 23 Nov 09:01 (3d ago)
      updated    Tue 24 Nov 11:03 (2d ago)

      resolve  late since Tue 24 Nov 13:02, by 6h 3m

    Mon 23 Nov 09:01  lena opened

    Mon 23 Nov 15:02  lena put it on hold
        status new → pending, cause requester
        which laptop?
        respond: breached, 6h 1m of 1h

    Tue 24 Nov 11:03  lena resumed
        status pending → queued, cause requester → none
    ");
    let told = desk.call(format!("sla {id} --clock resolve --json")).json();
    let clock = &told["tickets"][0]["clocks"][0];
    assert_eq!(clock["state"], "late");
    let seconds = |one: &Value| one["seconds"].as_i64().unwrap();
    let intervals = clock["intervals"].as_array().unwrap();
    let sum: i64 = intervals.iter().map(seconds).sum();
    assert_eq!(clock["spent"].as_i64(), Some(sum));
}

#[test]
fn a_result_stays_whatever_the_policy_becomes() {
    let desk = desk();
    let id = desk.open("'VPN drops' -r alice --via mail -p P1");
    desk.wait(HOUR);
    desk.ok(format!("reply {id} -m 'we look into it'"));
    desk.ok(format!("resolve {id} -m 'new driver'"));
    let results = || {
        let told = desk.call(format!("sla {id} --json")).json();
        let clocks = told["tickets"][0]["clocks"].as_array().unwrap().clone();
        let result = |clock: &Value| format!("{} {}", clock["clock"], clock["result"]);
        clocks.iter().map(result).collect::<Vec<_>>().join("\n")
    };
    let policy = desk.git("rev-parse HEAD:desk.yaml");
    let before = results();
    assert_snapshot!(before.replace(policy.trim(), "POLICY"), @r#"
    "respond" {"at":"2026-11-23T10:02:00Z","met":false,"spent":3660,"target":1800,"policy":"POLICY"}
    "resolve" {"at":"2026-11-23T10:03:00Z","met":true,"spent":3720,"target":14400,"policy":"POLICY"}
    "#);
    desk.commit("desk.yaml", &POLICY.replace("respond: 30m", "respond: 8h"));
    assert_eq!(results(), before);
    desk.commit("desk.yaml", "format: 1\n");
    assert_eq!(results(), before);
    desk.assert_clean();
}

#[test]
fn the_list_asks_and_sorts_by_what_is_due() {
    let desk = desk();
    let [a, b] = desk.open_all(["one", "two"]);
    let urgent = desk.open("three -p P1 --via mail");
    desk.ok(format!("hold {b} --for requester -m 'which?'"));
    let ids = |terms: &str| desk.ok(format!("list -q {terms}"));
    assert_eq!(ids("--sort due due:any"), format!("{urgent}\n{a}\n"));
    assert_eq!(ids("due:none"), format!("{b}\n"));
    desk.wait(3 * HOUR);
    assert_eq!(ids("is:overdue --sort -opened"), format!("{urgent}\n{a}\n"));
    assert_eq!(ids("due.before:2026-11-24 is.not:overdue"), "");
    let due = desk.ticket(&urgent)["due"].clone();
    assert_eq!(
        due,
        desk.call("list --json is:overdue").json()["tickets"][0]["due"]
    );
    assert_snapshot!(desk.ok("list --columns id,due,title --sort due"), @"
    ID             Due                    Title
    261123-a1ejyr  Mon 23 Nov 09:33 late  three
    261123-1dtbna  Mon 23 Nov 10:01 late  one
    261123-x8b4zp                         two
    ");
}

#[test]
fn the_queue_is_mine_and_what_waits_for_me_by_time_left() {
    let desk = desk();
    desk.open("'Printer jams' -r bob --via phone");
    desk.open("'Mail bounces' -r bob --to desktop");
    desk.open("'VPN drops' -r alice --via mail -p P1");
    desk.open("'Server room is hot' -r alice --to nadia");
    let paused = desk.open("'New laptop' -r carol --to me --via phone");
    desk.ok(format!("hold {paused} --for requester -m 'which?'"));
    desk.wait(HOUR);
    assert_snapshot!(desk.ok("queue"), @"
    Left           Clock                Pri  ID             Status              Assignee  Title
    34m late       respond  ░░░░░░░░░░  P1   261123-a1ejyr  new                 –         VPN drops
    6h 54m         resolve  █████████░  P3   261123-1dtbna  new                 –         Printer jams
    7h 59m paused  resolve  ██████████  P3   261123-2xnsdn  pending: requester  lena      New laptop
    ");
    assert_snapshot!(desk.call("queue").by("marco").ok(), @"
    Left     Clock                Pri  ID             Status  Assignee  Title
    6m late  respond  ░░░░░░░░░░  P3   261123-x8b4zp  new     –         Mail bounces
    ");
    assert_snapshot!(desk.ok("queue --team desktop"), @"
    Left     Clock                Pri  ID             Status  Assignee  Title
    7m late  respond  ░░░░░░░░░░  P3   261123-x8b4zp  new     –         Mail bounces
    ");
    assert_eq!(
        desk.call("queue --all --json").json()["tickets"]
            .as_array()
            .unwrap()
            .len(),
        5
    );
    assert!(desk.run("queue --level 7").fails(2).contains("no level"));
}

#[test]
fn time_has_its_consequences_once() {
    let desk = desk();
    let id = desk.open("'VPN drops' -r alice --via mail -p P1");
    desk.wait(2 * HOUR);
    let commits = desk.commits();
    let would = desk.run("sweep -n");
    assert_eq!((would.stdout, desk.commits()), (format!("{id}\n"), commits));
    desk.ok("sweep");
    assert_eq!(desk.commits(), commits + 1);
    desk.ok("sweep");
    assert_eq!(desk.commits(), commits + 1);
    desk.wait(3 * HOUR);
    desk.ok("sweep");
    assert_eq!(desk.commits(), commits + 2);
    assert_eq!(
        desk.fields(&id, ["level", "team", "status"]),
        "2 technical queued"
    );
    assert_snapshot!(desk.ok(format!("show {id}")), @"
    261123-1dtbna  VPN drops
    incident · P1 · queued · L2 technical

      requester  alice
      owner      lena
      via        mail
      opened     Mon 23 Nov 09:01 (5h ago)
      updated    Mon 23 Nov 13:01 (1h ago)
      attention  grace

      respond  late since 09:31, by 4h 38m
      resolve  late since 13:01, by 1h 8m
      accept   due 14:35, 26m left

    Mon 23 Nov 09:01  lena opened

    Mon 23 Nov 09:16  sweep warned that a clock runs low
        recorded Mon 23 Nov 11:03
        the respond clock runs low
        rule: urgent

    Mon 23 Nov 09:31  sweep saw a clock run out
        recorded Mon 23 Nov 11:03
        the respond clock has run out
        rule: urgent

    Mon 23 Nov 11:01  sweep warned that a clock runs low
        recorded Mon 23 Nov 11:03
        the resolve clock runs low
        rule: urgent

    Mon 23 Nov 11:01  sweep told somebody
        attention +grace
        recorded Mon 23 Nov 11:03
        the resolve clock has reached 50%: grace was told
        rule: the lead hears

    Mon 23 Nov 13:01  sweep saw a clock run out
        recorded Mon 23 Nov 14:05
        the resolve clock has run out
        rule: urgent

    Mon 23 Nov 13:01  sweep escalated
        status new → queued, level 1 → 2, team frontline → technical
        recorded Mon 23 Nov 14:05
        the resolve clock has reached 100%
        rule: up it goes
    ");
    assert_eq!(desk.git("log -1 --format=%an").trim(), "sweep");
    // It stays where it is: neither is done again.
    desk.wait(48 * HOUR);
    let before = desk.head();
    desk.ok("sweep");
    let told = desk.git(format!("log --format=%s {before}..HEAD"));
    assert!(!told.contains("escalate"), "{told}");
    desk.assert_clean();
}

#[test]
fn what_waited_goes_on_and_what_was_resolved_is_closed() {
    let desk = desk();
    let waits = desk.open("one");
    desk.ok(format!("hold {waits} --for parts --until 'tomorrow 09:00'"));
    let done = desk.open("two --fixed 'restarted it'");
    desk.wait(HOUR);
    desk.ok("sweep");
    assert_eq!(desk.field(&waits, "status"), "pending");
    desk.wait(30 * HOUR);
    desk.ok("sweep");
    assert_eq!(desk.field(&waits, "status"), "queued");
    assert_eq!(desk.field(&done, "status"), "resolved");
    // Wednesday is a holiday.
    desk.wait(48 * HOUR);
    desk.ok("sweep");
    assert_eq!(desk.field(&done, "status"), "closed");
    assert_eq!(desk.field(&done, "closed"), "2026-11-26T09:03:00Z");
}

#[test]
fn sweeps_of_two_offices_merge_into_one() {
    let desk = desk();
    let id = desk.open("'VPN drops' -r alice --via mail -p P1");
    let other = desk.at(desk.tmp.path().join("other"));
    desk.git(format!("clone -q . {}", other.root.display()));
    other.ok("list");
    desk.wait(6 * HOUR);
    desk.ok("sweep");
    // The other office had something to say first: its events have other places.
    other.ok(format!("note {id} -m 'called alice'"));
    other.ok("sweep");
    desk.git(format!(
        "pull -q --no-rebase --no-edit {}",
        other.root.display()
    ));
    let dids = || {
        let ticket = desk.ticket(&id);
        let timeline = ticket["timeline"].as_array().unwrap().clone();
        let did = |event: &Value| event["did"].as_str().unwrap().to_owned();
        let mut dids: Vec<String> = timeline.iter().map(did).collect();
        dids.sort();
        dids.join(" ")
    };
    assert_eq!(dids(), "breach breach escalate note notify open warn warn");
    desk.ok("sweep");
    assert_eq!(dids(), "breach breach escalate note notify open warn warn");
    desk.assert_clean();
}

#[test]
fn two_sweeps_at_once_do_no_double_work() {
    let desk = desk();
    for number in 0..6 {
        desk.open(format!("'ticket {number}' --via mail -p P1"));
    }
    desk.wait(HOUR);
    let commits = desk.commits();
    let mut calls: Vec<_> = (0..4).map(|_| desk.call("sweep")).collect();
    let running: Vec<_> = calls.iter_mut().map(|call| call.start()).collect();
    let done = running
        .into_iter()
        .map(|child| child.wait_with_output().unwrap());
    let swept: usize = done
        .map(|output| {
            assert!(output.status.success());
            String::from_utf8(output.stdout).unwrap().lines().count()
        })
        .sum();
    assert_eq!((swept, desk.commits()), (6, commits + 6));
    desk.assert_clean();
}

#[test]
fn an_earlier_answer_that_merges_in_is_judged_anew() {
    let desk = desk();
    let id = desk.open("'VPN drops' -r alice --via mail -p P1");
    let other = desk.at(desk.tmp.path().join("other"));
    desk.git(format!("clone -q . {}", other.root.display()));
    other.ok(format!("reply {id} -m 'we look into it'"));
    desk.wait(2 * HOUR);
    desk.ok(format!("reply {id} -m 'sorry for the wait'"));
    let met = || {
        let told = desk.call(format!("sla {id} --clock respond --json")).json();
        told["tickets"][0]["clocks"][0]["result"]["met"].clone()
    };
    assert_eq!(met(), false);
    desk.git(format!(
        "pull -q --no-rebase --no-edit {}",
        other.root.display()
    ));
    desk.ok("sweep");
    assert_eq!(met(), true);
    let commits = desk.commits();
    desk.ok("sweep");
    assert_eq!(desk.commits(), commits);
    desk.assert_clean();
}

#[test]
fn programs_of_the_user_hear_of_changes_and_of_what_rules_do() {
    let desk = desk();
    let lines = |name: &str| -> Vec<Value> {
        let file = desk.root.join("..").join(name);
        let text = std::fs::read_to_string(file).unwrap_or_default();
        text.lines()
            .map(|line| serde_json::from_str(line).unwrap())
            .collect()
    };
    desk.git("config desk.hook.change 'cat >> ../changes'");
    desk.git("config desk.hook.notify 'cat >> ../notices'");
    let id = desk.open("'VPN drops' -r alice --via mail -p P1");
    assert_eq!(lines("changes")[0]["ticket"]["title"], "VPN drops");
    desk.wait(2 * HOUR);
    desk.ok("sweep -n");
    assert_eq!((lines("changes").len(), lines("notices").len()), (1, 0));
    desk.ok("sweep");
    let did: Vec<_> = lines("notices")
        .iter()
        .map(|line| line["did"].clone())
        .collect();
    assert_eq!(did, ["warn", "breach", "warn", "notify"]);
    assert_eq!(lines("notices")[3]["add"]["attention"][0], "grace");
    assert_eq!(lines("notices")[3]["id"], id.as_str());
    // The environment has the last word.
    desk.call("tag @ --add vip")
        .env("DESK_HOOK_CHANGE", "")
        .ok();
    assert_eq!(lines("changes").len(), 5);
}

#[test]
fn a_program_that_fails_or_hangs_stops_no_change() {
    let desk = Desk::new();
    desk.git("config desk.hook.change 'exit 3'");
    let failed = desk.run("open one");
    assert!(
        failed.stderr.contains("desk.hook.change"),
        "{}",
        failed.stderr
    );
    assert!(
        failed.stderr.contains("the change stands"),
        "{}",
        failed.stderr
    );
    failed.ok();
    desk.git("config desk.hook.change 'exec sleep 600'");
    desk.git("config desk.hook.seconds 0");
    let hung = desk.run("open two");
    assert!(hung.stderr.contains("was ended"), "{}", hung.stderr);
    hung.ok();
    // What a desk brings with it is never run.
    desk.git("config --unset desk.hook.change");
    desk.commit(".gitconfig", "[desk \"hook\"]\n\tchange = touch ../run\n");
    desk.ok("open three");
    assert!(!desk.root.join("../run").exists());
    assert_eq!(desk.ok("list -q").lines().count(), 3);
}

#[test]
fn what_nobody_accepted_in_time_was_not_accepted() {
    let desk = Desk::new();
    let raised = "- name: up it goes\n  clock: ";
    let policy = POLICY.replace(&format!("{raised}resolve"), &format!("{raised}accept"));
    assert_ne!(policy, POLICY);
    desk.commit("desk.yaml", &policy);
    let id = desk.open("'VPN drops' -r alice");
    desk.ok(format!("escalate {id} --to technical -m 'needs rights'"));
    desk.wait(HOUR / 2 + 60);
    let swept = desk.run("sweep").stderr;
    assert!(swept.contains("found late and escalated · "), "{swept}");
    assert_eq!(desk.field(&id, "level"), "3");
    let told = desk.ok(format!("sla {id} --clock accept"));
    assert!(told.contains("accept  breached · 30m of 30m"), "{told}");
    let log = desk.git("log -1 --format=%s");
    assert_eq!(log.trim(), format!("escalate {id}: L2 → L3 expert"));
}
