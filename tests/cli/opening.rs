//! `desk open`: who asks, when it was, keys that repeat, many at once.

use crate::support::Desk;
use insta::assert_snapshot;

#[test]
fn a_ticket_starts_where_the_policy_says() {
    let desk = Desk::new();
    let ran = desk.run("open 'VPN drops' -r alice@example.com -c network/vpn");
    assert_snapshot!(ran, @"
    261123-1dtbna
    2>   opened · P3 · new · L1 frontline · VPN drops
    ");
    let id = ran.stdout.trim();
    assert_snapshot!(desk.read(&desk.path(id)), @"
    schema: 1
    id: 261123-1dtbna
    kind: incident
    title: VPN drops
    status: new
    priority: P3
    level: 1
    team: frontline
    category: network/vpn
    requester: alice@example.com
    owner: lena
    opened: 2026-11-23T09:01:00Z
    timeline:
    - {e: d4cd3, n: 1, at: 2026-11-23T09:01:00Z, by: lena, did: open, set: {kind: incident, title: VPN drops, status: new, priority: P3, level: 1, team: frontline, category: network/vpn, requester: alice@example.com, owner: lena}}
    ");
}

#[test]
fn anybody_can_be_the_requester() {
    let desk = Desk::new();
    for (words, who) in [
        ("-r 'ext 4411'", "ext 4411"),
        ("-r 'Łucja Ångström'", "Łucja Ångström"),
        ("--requester no", "no"),
        ("-r 0042", "0042"),
    ] {
        let id = desk.open(format!("Printer {words}"));
        assert_eq!(desk.field(&id, "requester"), who);
    }
}

#[test]
fn a_title_needs_no_quotes() {
    let desk = Desk::new();
    let id = desk.open("Printer jams on floor 3 -r bob");
    assert_eq!(desk.field(&id, "title"), "Printer jams on floor 3");
}

#[test]
fn every_field_has_a_flag() {
    let desk = Desk::new();
    let id = desk.open(
        "Scanner -r bob --contact eve -d 'no light' -k request -c hardware/scanner \
         --impact low --urgency low -l 2 --owner grace --customer Acme --unit Sales \
         --service scan --site Lisbon --asset SC-9 --via walk-in --language pt \
         --tag vip,floor3 --cc dan --cc fay --ref INC1 --field x-room=312",
    );
    let ticket = desk.ticket(&id);
    for (field, value) in [
        ("requester", "bob"),
        ("contact", "eve"),
        ("kind", "request"),
        ("category", "hardware/scanner"),
        ("impact", "low"),
        ("urgency", "low"),
        ("priority", "P4"),
        ("owner", "grace"),
        ("customer", "Acme"),
        ("unit", "Sales"),
        ("service", "scan"),
        ("site", "Lisbon"),
        ("asset", "SC-9"),
        ("via", "walk-in"),
        ("language", "pt"),
        ("team", "technical"),
        ("x-room", "312"),
    ] {
        assert_eq!(ticket[field], value, "{field}");
    }
    assert_eq!(ticket["level"], 2);
    assert_eq!(ticket["tags"], serde_json::json!(["floor3", "vip"]));
    assert_eq!(ticket["cc"], serde_json::json!(["dan", "fay"]));
    assert_eq!(ticket["ref"], serde_json::json!(["INC1"]));
    assert_eq!(ticket["timeline"][0]["text"], "no light");
}

#[test]
fn priority_follows_from_impact_and_urgency_unless_given() {
    let desk = Desk::new();
    for (words, priority) in [
        ("", "P3"),
        ("--impact high --urgency high", "P1"),
        ("--impact low --urgency medium", "P4"),
        ("--impact high --urgency high -p P2", "P2"),
        ("-p 1", "P1"),
    ] {
        let id = desk.open(format!("Printer {words}"));
        assert_eq!(desk.field(&id, "priority"), priority, "{words}");
    }
}

#[test]
fn a_ticket_can_go_straight_to_a_person_or_a_team() {
    let desk = Desk::new();
    let fields = ["status", "level", "team", "assignee"];
    for (to, expected) in [
        ("me", "in-progress 1 frontline lena"),
        ("lena", "in-progress 1 frontline lena"),
        ("marco", "assigned 2 desktop marco"),
        ("nadia@example.com", "assigned 3 expert nadia"),
        ("desktop", "new 2 desktop -"),
        ("3", "new 3 expert -"),
        ("expert", "new 3 expert -"),
    ] {
        let id = desk.open(format!("Printer --to {to}"));
        assert_eq!(desk.fields(&id, fields), expected, "{to}");
    }
    assert_snapshot!(desk.run("open Printer --to nobody"), @r#"
    2> error: "nobody" is no team, level or person of this desk
    2> hint: known here: desktop, expert, frontline, technical, L0, L1, L2, L3, L4, grace, lena, marco, nadia
    exit 2
    "#);
}

#[test]
fn what_happened_earlier_says_so() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --at '20m ago'");
    let event = desk.ticket(&id)["timeline"][0].take();
    assert_eq!(event["at"], "2026-11-23T08:41:00Z");
    assert_eq!(event["recorded"], "2026-11-23T09:01:00Z");
    // Git has both as well: author and committer.
    let dates = desk.git("log -1 --format=%aI/%cI");
    assert_eq!(dates.trim(), "2026-11-23T08:41:00Z/2026-11-23T09:01:00Z");
    // The id has the day of opening.
    let id = desk.open("Printer --at 2026-11-20");
    assert!(id.starts_with("261120-"), "{id}");
}

#[test]
fn a_time_that_does_not_exist_or_is_to_come_is_refused() {
    let desk = Desk::new();
    let before = desk.state();
    for (at, code) in [
        ("2026-02-30", 2),
        ("25:99", 2),
        ("soon", 2),
        ("2030-01-01", 4),
    ] {
        desk.run(format!("open Printer --at {at}")).fails(code);
    }
    assert_eq!(desk.state(), before);
}

#[test]
fn what_was_fixed_on_the_phone_is_one_action_and_one_commit() {
    let desk = Desk::new();
    let before = desk.commits();
    let ran = desk.run("open 'Locked out' -r bob --fixed 'unlocked it' --code fixed --could-be 0");
    assert_snapshot!(ran, @"
    261123-1dtbna
    2>   opened and resolved · P3 · resolved · L1 frontline · lena · Locked out
    ");
    let id = ran.stdout.trim();
    assert_eq!(desk.commits(), before + 1);
    let fields = ["status", "assignee", "code", "could-be"];
    assert_eq!(desk.fields(id, fields), "resolved lena fixed 0");
    assert_snapshot!(desk.git("log -1 --format=%B").replace(id, "ID"), @"
    open ID: incident P3 L1 frontline

    Ticket: ID
    Action: open, resolve
    Actor: lena
    Events: d4cd3, j63x2
    Status: resolved
    Priority: P3
    Level: 1
    Team: frontline
    Owner: lena
    Assignee: lena
    Code: fixed
    ");
}

#[test]
fn the_same_key_opens_no_second_ticket_while_the_first_is_live() {
    let desk = Desk::new();
    let open = "open 'Disk /var is full' --key disk:web1:/var -r monitoring";
    let id = desk.ok(open);
    // Seen again: the first one's id; written down at 1, 10 and 100.
    let mut commits = Vec::new();
    for seen in 1..=101 {
        let before = desk.commits();
        let ran = desk.run(open);
        assert_eq!((ran.code, &ran.stdout), (Some(0), &id), "{ran}");
        assert!(ran.stderr.contains("is live with this key"), "{ran}");
        if desk.commits() > before {
            commits.push(seen);
        }
    }
    // An hour has passed since the hundredth, so the next would be one.
    assert_eq!(commits, [1, 10, 100]);
    assert_eq!(desk.field(id.trim(), "repeats"), "100");
    desk.assert_clean();
    assert_eq!(desk.ok("list -q is:any"), id);
}

#[test]
fn an_old_key_opens_a_new_ticket() {
    let desk = Desk::new();
    let open = "open 'Disk is full' --key disk:web1:/var";
    let first = desk.ok(open);
    desk.ok(format!("resolve {} -m cleaned", first.trim()));
    let second = desk.ok(open);
    assert_ne!(first, second);
    let line = desk.call(format!("{open} --json")).json();
    assert_eq!(
        (&line["id"], &line["repeats"]),
        (&second.trim().into(), &1.into())
    );
}

#[test]
fn many_at_once_are_a_commit_each_and_one_move_of_the_branch() {
    let desk = Desk::new();
    let lines = "\
{\"title\": \"One\", \"requester\": \"alice\", \"at\": \"2026-11-20T10:00:00Z\"}

{\"title\": \"Two\", \"level\": 2, \"tags\": [\"a\", \"b\"], \"x-room\": \"312\"}
{\"title\": \"Three\", \"fixed\": \"unlocked\", \"code\": \"fixed\"}
";
    let (before, moves) = (desk.commits(), desk.git("reflog").lines().count());
    let ran = desk.call("open --from -").stdin(lines).run();
    assert_snapshot!(ran, @"
    261120-1dtbna
    261123-j63x29
    261123-bbgjr3
    2>   opened 3 tickets; 0 lines were wrong
    ");
    assert_eq!(desk.commits(), before + 3);
    assert_eq!(desk.git("reflog").lines().count(), moves + 1);
    let ids: Vec<_> = ran.stdout.lines().collect();
    assert!(ids[0].starts_with("261120-"));
    assert_eq!(desk.fields(ids[1], ["level", "x-room"]), "2 312");
    assert_eq!(desk.field(ids[2], "status"), "resolved");
    desk.assert_clean();
}

const GOOD_AND_BAD: &str = "\
{\"title\": \"One\"}
{\"title\": \"Two\", \"colour\": \"red\"}
{\"requester\": \"alice\"}
not json
{\"title\": \"Three\", \"priority\": \"P77\"}
{\"title\": \"Four\", \"to\": \"nobody\"}
{\"title\": \"Five\"}
";

#[test]
fn with_a_wrong_line_none_is_opened() {
    let desk = Desk::new();
    desk.write("../lines.ndjson", GOOD_AND_BAD);
    let before = desk.state();
    let ran = desk.run("open --from ../lines.ndjson");
    assert_snapshot!(ran, @r#"
    2> error: ../lines.ndjson, line 2: there is no field "colour"
    2> hint: fields: kind title status cause until priority impact urgency level team vendor category requester contact customer unit service site asset language via owner assignee code could-be rating key repeats; your own begin with x-
    2> error: ../lines.ndjson, line 3: a ticket needs a title
    2> hint: desk open 'VPN drops after sleep'
    2> error: ../lines.ndjson, line 4: this is not JSON: expected ident, at character 2
    2> hint: write one JSON object a line; desk apply --help names the keys
    2> error: ../lines.ndjson, line 5: priority: "P77" is not a priority from P1 to P9
    2> error: ../lines.ndjson, line 6: "nobody" is no team, level or person of this desk
    2> hint: known here: desktop, expert, frontline, technical, L0, L1, L2, L3, L4, grace, lena, marco, nadia
    2>   opened 0 tickets; 5 lines were wrong
    exit 2
    "#);
    assert_eq!(desk.state(), before);
}

#[test]
fn where_a_ticket_starts_follows_from_what_is_done() {
    let desk = Desk::new();
    let before = desk.state();
    for field in ["status", "team", "assignee"] {
        let line = serde_json::json!({"title": "VPN", field: "closed"}).to_string();
        let refused = desk.call("open --from -").stdin(line).run();
        assert_eq!(refused.code, Some(2), "{refused}");
        assert!(
            refused.stderr.contains("follows from to, level and fixed"),
            "{refused}"
        );
    }
    assert_eq!(desk.state(), before);
}

#[test]
fn with_partial_the_right_lines_are_opened() {
    let desk = Desk::new();
    let ran = desk
        .call("open --from - --partial")
        .stdin(GOOD_AND_BAD)
        .run();
    assert_eq!(
        (ran.code, ran.stdout.lines().count()),
        (Some(2), 2),
        "{ran}"
    );
    assert_eq!(ran.stderr.matches("error: standard input, line").count(), 5);
    assert_eq!(desk.ok("list -q").lines().count(), 2);
    desk.assert_clean();
}

#[test]
fn the_same_key_twice_in_one_file_is_one_ticket() {
    let desk = Desk::new();
    let line = "{\"title\": \"Disk\", \"key\": \"disk:/var\"}\n";
    let out = desk.call("open --from -").stdin(line.repeat(3)).ok();
    let ids: Vec<_> = out.lines().collect();
    assert!(
        ids.len() == 3 && ids[0] == ids[1] && ids[1] == ids[2],
        "{ids:?}"
    );
    assert_eq!(desk.ok("list -q").lines().count(), 1);
    desk.assert_clean();
}
