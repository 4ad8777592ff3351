//! What a desk's policy says of opening, resolving, rights and reasons.

use crate::support::{Desk, tiered};
use insta::assert_snapshot;

const PLACE: [&str; 3] = ["level", "team", "priority"];

#[test]
fn the_first_route_that_fits_says_where_a_ticket_goes_and_says_so() {
    let desk = tiered();
    let ran = desk.run("open 'Server is down'");
    let id = ran.stdout.trim();
    assert!(
        ran.stderr.contains("to L3 expert by rule \"servers\""),
        "{}",
        ran.stderr
    );
    assert_eq!(desk.fields(id, PLACE), "3 expert P1");
    assert_eq!(
        desk.fields(id, ["category", "tags"]),
        r#"network ["infra"]"#
    );
    assert_eq!(desk.ticket(id)["timeline"][0]["rule"], "servers");
    // What somebody says themselves comes first.
    let own = desk.open("'Server is slow' --level 1");
    assert_eq!(desk.field(&own, "team"), "frontline");
}

#[test]
fn a_category_has_a_team_fields_and_a_checklist() {
    let desk = tiered();
    let refused = desk.run("open 'VPN drops' --category network/vpn");
    assert_snapshot!(refused.fails_with_hint(4), @r"
    error: a ticket about network/vpn can't be opened yet: it lacks asset
    hint: give --asset ASSET
    ");
    let ran = desk.run("open 'VPN drops' --category network/vpn --asset LT-7");
    assert_snapshot!(ran.stderr, @r"
    opened · P3 · new · L2 network · VPN drops
    to L2 network by category network/vpn
    check: ask which client version
    check: ask whether it worked yesterday
    ");
    let id = ran.stdout.trim();
    assert_eq!(desk.fields(id, PLACE), "2 network P3");
    let refused = desk.run(format!("resolve {id} -m done --article vpn"));
    assert_snapshot!(refused.fails_with_hint(4).replace(id, "ID"), @r"
    error: ID is about network/vpn and can't be resolved yet: it lacks code
    hint: give --code CODE
    ");
    desk.ok(format!("resolve {id} -m done --article vpn --code fixed"));
    desk.run("open 'Odd' --category odd").fails(2);
    desk.run(format!("set {id} category=odd")).fails(2);
}

#[test]
fn a_known_caller_is_filled_in_and_an_unknown_one_accepted() {
    let desk = tiered();
    let id = desk.open("'Locked out' -r alice@example.com --site Porto");
    let known = ["customer", "site", "language", "tags"];
    assert_eq!(desk.fields(&id, known), r#"Acme Porto pt ["vip"]"#);
    let id = desk.open("'Locked out' -r 'ext 4411'");
    assert_eq!(desk.fields(&id, known), "- - - []");
}

#[test]
fn a_level_for_known_issues_is_told_when_it_solves_another() {
    let desk = tiered();
    let solve = |how: &str| {
        let id = desk.open("'Mail is slow' --category network --to marco");
        let ran = desk
            .call(format!("resolve {id} -m done {how}"))
            .by("marco")
            .run();
        assert_eq!(ran.code, Some(0), "{}", ran.stderr);
        let warned = ran.stderr.contains("solves known issues only");
        (warned, desk.field(&id, "could-be"))
    };
    assert_eq!(solve(""), (true, "3".to_owned()));
    assert_eq!(solve("--article slow-mail"), (false, "-".to_owned()));
    let opened = desk
        .call("open 'Mail is slow' --category network --level 2 --fixed 'restarted it'")
        .by("marco")
        .run();
    let said = opened.stderr.lines().skip(1).collect::<Vec<_>>().join("\n");
    assert_snapshot!(said, @r"
    warning: L2 technical solves known issues only
      name its article: desk set @ articles+=SLUG
      or its problem: desk link @ --to PROBLEM --as problem
    ");
    // What is advised can be done.
    desk.call("set @ articles+=slow-mail").by("marco").ok();
    let id = opened.stdout.trim();
    assert_eq!(desk.field(id, "articles"), r#"["slow-mail"]"#);
    let problem = desk.open("'Index is broken' --kind problem --to me");
    let id = desk.open("'Mail is slow' --category network --to marco");
    desk.ok(format!("link {id} --to {problem} --as problem"));
    let ran = desk.call(format!("resolve {id} -m done")).by("marco").run();
    assert!(!ran.stderr.contains("known issues"), "{}", ran.stderr);
}

#[test]
fn rights_are_kept_to_roles_and_the_refusal_says_who_may() {
    let desk = tiered();
    let id = desk.open("'VPN drops' --to me --impact low --urgency low");
    let refused = desk.run(format!("cancel {id} -m 'found the cable'"));
    assert_snapshot!(refused.fails_with_hint(4).replace(&id, "ID"), @r"
    error: ID: only manager or team-lead may cancel here, and lena is not one
    hint: ask grace or olga: desk escalate ID --attention grace -m WHY
    ");
    let refused = desk.run(format!("set {id} priority=P1 -m CEO"));
    assert_snapshot!(refused.fails_with_hint(4).replace(&id, "ID"), @r"
    error: ID: only team-lead may override a priority here, and lena is not one
    hint: ask grace: desk escalate ID --attention grace -m WHY
    ");
    desk.run("open 'Mail' --priority P1 -d CEO").fails(4);
    // Impact and urgency make the priority without any right.
    desk.ok(format!("set {id} impact=high urgency=high"));
    assert_eq!(desk.field(&id, "priority"), "P1");
    desk.call(format!("set {id} priority=P2 -m CEO"))
        .by("grace")
        .ok();
    desk.call(format!("cancel {id} -m over")).by("grace").ok();
}

#[test]
fn reasons_and_causes_are_those_of_the_policy() {
    let desk = tiered();
    let id = desk.open("'VPN drops' --impact low --urgency low");
    let refused = desk.run(format!("assign {id} --to marco"));
    assert_snapshot!(refused.fails_with_hint(4).replace(&id, "ID"), @r"
    error: ID: this desk asks for a reason to assign it
    hint: give it with -m TEXT
    ");
    desk.ok(format!("assign {id} --to marco -m 'knows it'"));
    desk.call(format!("set {id} priority=P1"))
        .by("grace")
        .run()
        .fails(4);
    let refused = desk.run(format!("hold {id} --for freeeze"));
    assert_snapshot!(refused.fails(2), @r#"error: "freeeze" is not a cause of waiting here; did you mean freeze?"#);
    desk.ok(format!("hold {id} --for freeze"));
    desk.ok(format!("reply {id} -m 'until Monday' --hold vendor"));
}

#[test]
fn a_desk_without_rules_never_speaks_of_them() {
    let desk = Desk::new();
    desk.write("desk.yaml", "format: 1\nname: Me\n");
    desk.write("people.yaml", "format: 1\n");
    desk.git("commit -q -a -m Alone");
    let opened = desk.run("open 'VPN drops'");
    let id = opened.stdout.trim().to_owned();
    let taken = desk.run(format!("take {id}"));
    let solved = desk.run(format!("resolve {id} -m done"));
    let said = [opened.stderr, taken.stderr, solved.stderr].concat();
    assert!(!said.contains("level") && !said.contains("L1"), "{said}");
}
