//! Swarming: people are called in, and the ticket stays where it is.

use crate::support::{Desk, tiered};
use insta::assert_snapshot;

const HELD: [&str; 5] = ["status", "level", "team", "owner", "assignee"];
const SWARM: [&str; 2] = ["called", "swarm"];

fn listed(desk: &Desk, who: &str, term: &str) -> bool {
    !desk
        .call(format!("list --format ids {term}"))
        .by(who)
        .ok()
        .is_empty()
}

#[test]
fn people_and_skills_are_called_join_decline_and_leave() {
    let desk = tiered();
    let id = desk.open("'Mail is slow' --to me");
    let held = desk.fields(&id, HELD);
    desk.ok(format!("swarm {id} call ines database -m 'which index?'"));
    assert_eq!(desk.fields(&id, SWARM), r#"["database","ines"] []"#);
    let log = desk.git("log -1 --format=%B");
    assert!(
        log.contains("Action: call") && log.contains("Called: none -> database, ines"),
        "{log}"
    );

    for (who, called) in [("ines", true), ("nadia", true), ("grace", false)] {
        assert_eq!(listed(&desk, who, "is:called"), called, "{who}");
    }
    desk.call(format!("swarm {id} decline -m 'on the phone'"))
        .by("ines")
        .ok();
    assert_eq!(desk.fields(&id, SWARM), r#"["database"] []"#);
    // Who has the skill and declines leaves it open to others.
    desk.call(format!("swarm {id} decline -m 'not my database'"))
        .by("marco")
        .ok();
    assert_eq!(desk.fields(&id, SWARM), r#"["database"] []"#);
    desk.call(format!("swarm {id} join")).by("nadia").ok();
    assert_eq!(desk.fields(&id, SWARM), r#"[] ["nadia"]"#);
    assert!(listed(&desk, "nadia", "is:joined") && !listed(&desk, "nadia", "is:called"));
    assert_eq!(desk.fields(&id, HELD), held);

    desk.call(format!("resolve {id} -m 'index rebuilt'"))
        .by("nadia")
        .ok();
    assert_eq!(desk.fields(&id, ["owner", "assignee"]), "lena lena");
    let story = desk.ok(format!("history {id}"));
    for said in ["called people in", "declined a call", "joined the swarm"] {
        assert!(story.contains(said), "{story}");
    }
}

#[test]
fn asking_for_what_is_so_makes_no_commit() {
    let desk = tiered();
    let id = desk.open("'Mail is slow' --to me");
    desk.ok(format!("swarm {id} call ines"));
    desk.call(format!("swarm {id} join")).by("ines").ok();
    let before = desk.git("rev-parse HEAD");
    desk.ok(format!("swarm {id} call ines"));
    desk.call(format!("swarm {id} join")).by("ines").ok();
    desk.call(format!("swarm {id} leave")).by("grace").ok();
    assert_eq!(desk.git("rev-parse HEAD"), before);
    desk.call(format!("swarm {id} leave -m 'watching it'"))
        .by("ines")
        .ok();
    assert_eq!(desk.fields(&id, SWARM), "[] []");
}

#[test]
fn nobody_is_called_to_what_is_over() {
    let desk = tiered();
    for (over, again) in [("resolve", "reopen"), ("cancel", "")] {
        let id = desk.open("'Mail is slow' --to me");
        desk.ok(format!("swarm {id} call ines database"));
        desk.call(format!("{over} {id} -m 'it was the cable'"))
            .by("grace")
            .ok();
        assert_eq!(desk.fields(&id, SWARM), "[] []");
        assert!(!listed(&desk, "ines", "is:any is:called"));
        if !again.is_empty() {
            desk.ok(format!("{again} {id} -m 'slow again'"));
            assert_eq!(desk.fields(&id, SWARM), "[] []");
        }
    }
}

#[test]
fn nobody_unknown_is_called_and_nobody_declines_without_a_call() {
    let desk = tiered();
    let id = desk.open("'Mail is slow' --to me");
    let unknown = desk
        .run(format!("swarm {id} call cobol"))
        .fails_with_hint(2);
    assert_snapshot!(unknown, @r#"
    error: "cobol" is neither a person nor a skill of this desk
    hint: known here: dora, grace, ines, lena, marco, nadia, olga, database
    "#);
    let uncalled = desk
        .call(format!("swarm {id} decline -m no"))
        .by("ines")
        .run();
    assert_snapshot!(uncalled.fails_with_hint(4).replace(&id, "ID"), @r"
    error: ID: nobody has called ines, so there is no call to decline
    hint: to come in all the same: desk swarm ID join
    ");
    let behind = desk.run(format!("set {id} swarm+=ines")).fails(4);
    assert!(behind.contains("desk swarm"), "{behind}");
    desk.ok(format!("resolve {id} -m done"));
    desk.run(format!("swarm {id} call ines")).fails(4);
}

#[test]
fn scripts_swarm_too() {
    let desk = tiered();
    let id = desk.open("'Mail is slow' --to me");
    let lines = format!(
        "{{\"action\":\"call\",\"id\":\"{id}\",\"who\":[\"ines\"],\"text\":\"please\"}}\n\
         {{\"action\":\"join\",\"id\":\"{id}\",\"by\":\"ines\"}}\n\
         {{\"action\":\"leave\",\"id\":\"{id}\",\"by\":\"ines\",\"text\":\"done\"}}\n"
    );
    desk.call("apply -").stdin(lines).ok();
    assert_eq!(desk.fields(&id, SWARM), "[] []");
}
