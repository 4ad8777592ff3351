//! What people and scripts read: tickets, lists, the report.

use crate::support::Desk;
use insta::assert_snapshot;

/// A desk with tickets in several states.
pub fn busy() -> (Desk, [String; 4]) {
    let desk = Desk::new();
    let vpn = desk.open("'VPN drops after sleep' -r alice@example.com -c network/vpn --impact high --urgency high --at 3d");
    let printer =
        desk.open("'Printer jams, 3rd floor' -r 'ext 4411' --via phone --to marco --at 2d");
    let locked = desk.open("'Locked out' -r bob --fixed 'unlocked it' --code fixed --at 1d");
    let disk = desk.open("'Größe von /var ändern' --key disk:web1:/var -k request -p P4");
    desk.ok(format!(
        "escalate {vpn} -m 'needs admin rights' --tried 'reinstalled the client'"
    ));
    desk.call(format!(
        "hold {printer} --for parts --ref PO-4711 -m 'new roller ordered'"
    ))
    .by("marco")
    .ok();
    (desk, [vpn, printer, locked, disk])
}

#[test]
fn a_list_shows_what_burns_first() {
    let (desk, _) = busy();
    assert_snapshot!(desk.ok("list"), @"
    ID             Pri  Status          Lvl  Team       Assignee  Age  Title
    261120-1dtbna  P1   queued          L2   technical  –          3d  VPN drops after sleep
    261123-jt54s0  P4   new             L1   frontline  –          3m  Größe von /var ändern
    261121-x8b4zp  P3   pending: parts  L2   desktop    marco      2d  Printer jams, 3rd floor
    ");
}

#[test]
fn a_ticket_is_shown_as_a_person_wants_to_read_it() {
    let (desk, [vpn, printer, ..]) = busy();
    assert_snapshot!(desk.ok(format!("show {vpn} {printer}")), @"
    261120-1dtbna  VPN drops after sleep
    incident · P1 · queued · L2 technical

      requester  alice@example.com
      category   network/vpn
      grades     impact high, urgency high
      owner      lena
      opened     Fri 20 Nov 09:01 (3d ago)
      updated    Mon 23 Nov 09:05 (2m ago)

    Fri 20 Nov 09:01  lena opened
        recorded Mon 23 Nov 09:01

    Mon 23 Nov 09:05  lena escalated
        status new → queued, level 1 → 2, team frontline → technical
        needs admin rights
        tried: reinstalled the client

    261121-x8b4zp  Printer jams, 3rd floor
    incident · P3 · pending: parts · L2 desktop · marco

      requester  ext 4411
      owner      lena
      via        phone
      opened     Sat 21 Nov 09:02 (2d ago)
      updated    Mon 23 Nov 09:06 (1m ago)
      ref        PO-4711

    Sat 21 Nov 09:02  lena opened
        recorded Mon 23 Nov 09:02

    Mon 23 Nov 09:06  marco put it on hold
        status assigned → pending, cause parts, ref +PO-4711
        new roller ordered
    ");
}

#[test]
fn terms_find_tickets() {
    let (desk, [vpn, printer, locked, disk]) = busy();
    for (terms, found) in [
        ("", &[&vpn, &printer, &disk][..]),
        ("is:any", &[&vpn, &printer, &disk, &locked]),
        ("is:resolved", &[&locked]),
        ("level:2", &[&vpn, &printer]),
        ("level.min:2 status:queued", &[&vpn]),
        ("assignee:none", &[&vpn, &disk]),
        ("assignee:marco", &[&printer]),
        ("priority:P1,P4", &[&vpn, &disk]),
        ("category.under:network", &[&vpn]),
        ("team.not:desktop", &[&vpn, &disk]),
        ("opened.before:36h", &[&vpn, &printer]),
        ("vpn sleep", &[&vpn]),
        ("GRÖSSE", &[]),
        ("größe", &[&disk]),
        ("roller", &[&printer]),
        ("is:any requester.has:bob", &[&locked]),
        ("kind:request", &[&disk]),
        ("ref:PO-4711", &[&printer]),
        ("nothing-like-this", &[]),
    ] {
        let listed = desk.ok(format!("list -q {terms}"));
        let mut listed: Vec<_> = listed.lines().collect();
        let mut found: Vec<_> = found.iter().map(|id| id.as_str()).collect();
        listed.sort_unstable();
        found.sort_unstable();
        assert_eq!(listed, found, "{terms}");
    }
}

#[test]
fn wrong_terms_are_named_and_the_right_one_is_guessed() {
    let (desk, _) = busy();
    let mut said = String::new();
    for words in [
        "list stauts:new",
        "list status:nwe",
        "list is:mien",
        "list priority:P77",
        "list opened.before:someday",
        "list --sort colour",
        "list --columns id,titel",
    ] {
        said.push_str(&desk.run(words).fails(2));
    }
    assert_snapshot!(said, @r#"
    error: "stauts:new": there is no field "stauts"
    hint: did you mean status? fields: is, text, id, by, events, opened, updated, due, resolved, closed, kind, title, status, cause, until, priority, impact, urgency, level, team, vendor, category, requester, contact, customer, unit, service, site, asset, language, via, owner, assignee, code, could-be, rating, key, repeats, cc, tags, ref, links, attention, swarm, called, articles, alias, x-…; to search for the words themselves: text:stauts:new
    error: "status:nwe": "nwe" is not a status
    hint: did you mean new? known: new, queued, assigned, in-progress, pending, resolved, closed, cancelled
    error: "is:mien": "mien" is not a word that is: knows
    hint: did you mean mine? known: live, open, waiting, mine, unassigned, owned, called, joined, swarm, escalated, reopened, overdue, overdue-resume, void, any, new, queued, assigned, in-progress, pending, resolved, closed, cancelled
    error: "priority:P77": "P77" is not a priority from P1 to P9
    error: "opened.before:someday": "someday" is not a time; write it like 20m, 2h30m ago, in 3d, 14:30, yesterday 9am, next fri 17:00, 2026-11-23 14:30 or 2026-11-23T14:30:00Z
    hint: such as opened.before:7d, opened.after:2026-11-01, updated.before:yesterday
    error: there is no column "colour"
    hint: known: id, kind, title, status, cause, until, priority, impact, urgency, level, team, vendor, category, requester, contact, customer, unit, service, site, asset, language, via, owner, assignee, code, could-be, rating, key, repeats, opened, updated, due, resolved, closed, live, events, cc, tags, ref, links, attention, swarm, called, articles, alias, and your own x-… fields
    error: there is no column "titel"
    hint: did you mean title? known: id, kind, title, status, cause, until, priority, impact, urgency, level, team, vendor, category, requester, contact, customer, unit, service, site, asset, language, via, owner, assignee, code, could-be, rating, key, repeats, opened, updated, due, resolved, closed, live, events, cc, tags, ref, links, attention, swarm, called, articles, alias, and your own x-… fields
    "#);
}

#[test]
fn every_format_has_the_same_tickets() {
    let (desk, _) = busy();
    let ids = desk.ok("list --format ids is:any");
    let count = ids.lines().count();
    let json = desk.call("list is:any --json").json();
    assert_eq!(json["version"], 1);
    let of_json: Vec<_> = json["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|t| t["id"].as_str().unwrap())
        .collect();
    assert_eq!(of_json, ids.lines().collect::<Vec<_>>());
    let lines = desk.run("list is:any --format ndjson").lines();
    assert_eq!(lines.len(), count);
    assert_eq!(lines[0]["id"], of_json[0]);
    for (format, between) in [("csv", ','), ("tsv", '\t')] {
        let text = desk.ok(format!("list is:any --format {format} --columns id,status"));
        let column: Vec<_> = text
            .lines()
            .skip(1)
            .map(|line| line.split(between).next().unwrap())
            .collect();
        assert_eq!(column, of_json, "{format}");
    }
    assert_eq!(desk.ok("list is:any --limit 2 -q").lines().count(), 2);
}

#[test]
fn columns_and_order_are_chosen() {
    let (desk, _) = busy();
    assert_snapshot!(desk.ok("list is:any --columns id,code,requester,opened --sort -opened"), @"
    ID             Code   Requester          Opened
    261123-jt54s0                            Mon 23 Nov 09:04
    261122-a1ejyr  fixed  bob                Sun 22 Nov 09:03
    261121-x8b4zp         ext 4411           Sat 21 Nov 09:02
    261120-1dtbna         alice@example.com  Fri 20 Nov 09:01
    ");
    assert_snapshot!(desk.ok("list is:any --format csv --columns id,title,requester --sort opened"), @r#"
    id,title,requester
    261120-1dtbna,VPN drops after sleep,alice@example.com
    261121-x8b4zp,"Printer jams, 3rd floor",ext 4411
    261122-a1ejyr,Locked out,bob
    261123-jt54s0,Größe von /var ändern,
    "#);
}

#[test]
fn an_empty_desk_is_no_error() {
    let desk = Desk::new();
    assert_snapshot!(desk.run("list"), @"2> no tickets match");
    assert_eq!(
        desk.call("list --json").json()["tickets"],
        serde_json::json!([])
    );
    assert_eq!(desk.ok("list --format csv --columns id"), "id\n");
    desk.ok("report");
    assert_eq!(desk.ok("events"), "");
}

#[test]
fn completions_are_scripts_that_shells_read() {
    let desk = Desk::nowhere();
    for shell in ["bash", "zsh", "fish", "elvish", "powershell"] {
        let script = desk.ok(format!("completions {shell}"));
        assert!(
            script.contains("COMPLETE") && script.contains("desk"),
            "{shell}"
        );
        let file = desk.tmp.path().join(shell);
        std::fs::write(&file, script).unwrap();
        if !crate::support::have(shell) {
            crate::support::skip(&format!("there is no {shell}"));
            continue;
        }
        let status = std::process::Command::new(shell)
            .arg("-n")
            .arg(file)
            .status();
        assert!(status.unwrap().success(), "{shell}");
    }
}

#[test]
fn the_demo_is_the_same_every_time() {
    let desk = Desk::nowhere();
    let heads = ["one", "two"].map(|dir| {
        desk.ok(format!("demo {dir}"));
        desk.at(desk.tmp.path().join(dir)).git("rev-parse HEAD")
    });
    assert_eq!(heads[0], heads[1]);
    let one = desk.at(desk.tmp.path().join("one"));
    one.assert_clean();
    assert_eq!(one.call("doctor").run().code, Some(0));
    desk.run("demo one").fails_with_hint(2);
}
