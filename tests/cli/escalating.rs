//! Handing over: what a receiver is owed, and every way up, out and back.

use crate::support::{Desk, tiered};
use insta::assert_snapshot;

const STATE: [&str; 4] = ["status", "level", "team", "assignee"];

/// A ticket with marco at level 2, network.
fn with_marco(desk: &Desk) -> String {
    let id = desk.open("'Mail is slow' --category network -d 'since the update'");
    desk.call(format!("take {id}")).by("marco").ok();
    id
}

#[test]
fn an_incomplete_hand_over_is_refused_with_what_is_missing_and_how_to_give_it() {
    let desk = tiered();
    let id = with_marco(&desk);
    let refused = desk
        .call(format!(
            "escalate {id} -m 'needs a new index' --tried restart"
        ))
        .by("marco")
        .run();
    assert_snapshot!(refused.fails_with_hint(4).replace(&id, "ID"), @r"
    error: ID is not ready for L3 expert: it lacks searched, evidence, ask, impact
    hint: give --searched WHERE, --evidence WHERE, --ask WHAT, desk set ID impact=…
    to hand it over all the same: --override REASON
    ");
    assert_eq!(desk.field(&id, "level"), "2");

    let failed = desk
        .call(format!("escalate {id} -m 'needs an index' --json"))
        .by("marco")
        .run();
    let line = &failed.lines()[0];
    assert_eq!(line["exit"], 4);
    assert_eq!(line["missing"][0]["item"], "tried");
    assert_eq!(line["missing"][0]["give"], "--tried STEP");

    desk.call(format!("set {id} impact=high")).by("marco").ok();
    desk.call(format!(
        "escalate {id} -m 'needs an index' --tried restart --searched kb --evidence log --ask 'build it'"
    ))
    .by("marco")
    .ok();
    assert_eq!(desk.fields(&id, STATE), "queued 3 expert -");
    let told = desk.ok(format!("show {id}"));
    for said in [
        "tried: restart",
        "searched: kb",
        "evidence: log",
        "ask: build it",
    ] {
        assert!(told.contains(said), "{told}");
    }
}

#[test]
fn what_was_given_before_counts_but_each_level_tries_for_itself() {
    let desk = tiered();
    let id = desk.open("'Mail is slow' --impact high");
    desk.ok(format!(
        "escalate {id} --to network -m 'no rights' --tried ping --searched kb --evidence log"
    ));
    let refused = desk
        .call(format!(
            "escalate {id} -m 'needs an index' --ask 'build it'"
        ))
        .by("marco")
        .run();
    let said = refused.fails(4);
    assert!(said.contains("it lacks tried\n"), "{said}");
}

#[test]
fn an_override_has_a_reason_on_the_record_and_is_a_right() {
    let desk = tiered();
    let id = with_marco(&desk);
    let ask = format!("escalate {id} -m 'it burns' --override 'no time: site down'");
    let refused = desk.call(&ask).run().fails_with_hint(4);
    assert_snapshot!(refused.replace(&id, "ID"), @r"
    error: ID: only team-lead or technician may override what a hand-over must carry here, and lena is not one
    hint: ask grace, ines or marco: desk escalate ID --attention grace -m WHY
    ");
    desk.call(&ask).by("marco").ok();
    let told = desk.ok(format!("show {id}"));
    assert!(told.contains("override: no time: site down"), "{told}");
}

#[test]
fn a_desk_that_only_warns_lets_it_go_with_a_warning() {
    let desk = tiered();
    let policy = desk
        .read("desk.yaml")
        .replace("incomplete: refuse", "incomplete: warn");
    desk.write("desk.yaml", &policy);
    desk.git("commit -q -a -m Warn");
    let id = with_marco(&desk);
    let ran = desk
        .call(format!("escalate {id} -m 'no rights'"))
        .by("marco")
        .run();
    assert_eq!(ran.code, Some(0));
    assert!(
        ran.stderr.contains("lacks tried (--tried STEP)"),
        "{}",
        ran.stderr
    );
    assert_eq!(desk.field(&id, "level"), "3");
}

#[test]
fn a_vendor_has_it_by_name_until_work_goes_on() {
    let desk = tiered();
    let id = desk.open("'Laptop is dead' --to me");
    let ran = desk.run(format!("escalate {id} --to dell --ref SR-1 -m 'mainboard'"));
    assert_snapshot!(ran.stderr.replace(&id, "ID"), @r"
      escalated · pending: vendor · L4 frontline · lena · Laptop is dead
    warning: the contract with dell ended on 2020-01-31
      Dell ProSupport: contract C-4711 · 0800 555
    ");
    assert_eq!(ran.code, Some(0));
    assert_eq!(desk.fields(&id, STATE), "pending 4 frontline lena");
    assert_eq!(
        desk.fields(&id, ["vendor", "cause", "owner"]),
        "dell vendor lena"
    );
    assert!(
        desk.git("log -1 --format=%B")
            .contains("Vendor: none -> dell")
    );
    desk.ok(format!("resume {id}"));
    assert_eq!(desk.fields(&id, STATE), "in-progress 1 frontline lena");
    assert_eq!(desk.field(&id, "vendor"), "-");
}

#[test]
fn a_contract_ends_with_a_day_of_the_desk() {
    let desk = tiered();
    let ended = |zone: &str| {
        let policy = desk.read("desk.yaml");
        let policy = policy.replace("until: 2020-01-31", "until: 2026-11-22");
        let policy = policy.lines().filter(|line| !line.starts_with("zone:"));
        let policy = policy.collect::<Vec<_>>().join("\n");
        desk.commit("desk.yaml", &format!("{policy}\nzone: {zone}\n"));
        let id = desk.open("'Laptop is dead' --to me");
        let ran = desk.run(format!("escalate {id} --to dell -m mainboard"));
        ran.stderr.contains("the contract with dell ended")
    };
    // It is nine on Monday in London, and still Sunday in Hawaii.
    assert!(ended("Europe/London"));
    assert!(!ended("Pacific/Honolulu"));
}

#[test]
fn attention_is_asked_for_by_role() {
    let desk = tiered();
    let id = desk.open("'CEO waits' --to me");
    for (role, who) in [("lead", "grace"), ("manager", "olga"), ("director", "dora")] {
        desk.ok(format!(
            "escalate {id} --attention {role} -m 'look, please'"
        ));
        assert!(desk.field(&id, "attention").contains(who), "{role}");
    }
    assert_eq!(desk.fields(&id, STATE), "in-progress 1 frontline lena");
}

#[test]
fn whoever_holds_both_levels_goes_up_alone_and_hands_nothing_over() {
    let desk = tiered();
    let id = desk.open("'Mail is slow' --to me");
    desk.ok(format!(
        "escalate {id} --to me -m 'I can do this at level 2'"
    ));
    assert_eq!(desk.fields(&id, STATE), "in-progress 2 frontline lena");
    // Nothing was handed over, so nothing can be handed back.
    desk.run(format!("handback {id} -m done")).fails(4);
    desk.ok(format!("resolve {id} -m done --article mail"));
}

#[test]
fn a_ticket_that_goes_to_and_fro_is_told_of() {
    let desk = tiered();
    let id = desk.open("'Dock flickers'");
    let warned = |ran: &crate::support::Ran| ran.stderr.contains("third time between");
    let there = format!("assign {id} --to desktop -m 'hands on'");
    assert!(!warned(&desk.run(&there)));
    let back = desk
        .call(format!("decline {id} -m 'which dock?'"))
        .by("ines")
        .run();
    assert!(!warned(&back));
    let again = desk.run(&there);
    assert!(warned(&again), "{}", again.stderr);
    assert!(again.stderr.contains(&format!("desk swarm {id} call WHO")));
}

#[test]
fn a_preview_shows_what_is_seen_missing_and_how_such_hand_overs_fared() {
    let desk = tiered();
    for (title, answer) in [
        ("One", "accept"),
        ("Two", "accept"),
        ("Three", "decline -m no"),
    ] {
        let id = desk.open(format!("'{title}' --category hardware --level 1"));
        desk.ok(format!("escalate {id} --to desktop -m 'hands on'"));
        let (verb, words) = answer.split_once(' ').unwrap_or((answer, ""));
        desk.call(format!("{verb} {id} {words}")).by("ines").ok();
    }
    let before = desk.head();
    let id = desk.open("'Dock flickers' --category hardware --level 1 -d 'since Monday' -r bob");
    let opened = desk.head();
    let shown = desk.ok(format!(
        "escalate {id} --to desktop -m 'needs hands' --tried 'other cable' --preview"
    ));
    assert_snapshot!(shown.replace(&id, "ID"), @r"
    ID  Dock flickers
    → L2 desktop

      ticket      incident · P3 · hardware · from bob · owner lena
      summary     since Monday
      why         needs hands
      tried       other cable

      ready       nothing is missing
      there       Ines (ines) · on duty · 2 in work
      so far      desktop accepted 2 of 3 like this from frontline about hardware; 1 declined
    ");
    let told = desk
        .call(format!("escalate {id} --to expert --preview --json"))
        .json();
    assert_eq!(
        (told["ready"].as_bool(), told["refused"].as_bool()),
        (Some(false), Some(true))
    );
    assert_eq!(told["missing"][0]["item"], "why");
    assert_eq!(told["there"][0]["who"], "nadia");
    assert_ne!(before, opened);
    assert_eq!(desk.head(), opened, "a preview changes nothing");
}
