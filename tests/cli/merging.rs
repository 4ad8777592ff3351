//! Two clones that change the same tickets: git merges through `desk`.

use crate::support::{Desk, Other};
use std::collections::BTreeSet;

/// A desk, and a clone of it that pulls from there.
fn two() -> (Desk, String) {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' -r alice");
    (desk, id)
}

fn clone(desk: &Desk) -> Other<'_> {
    let other = desk.at(desk.top.with_file_name("clone"));
    desk.git(format!("clone -q . {}", other.root.display()));
    other.ok("list");
    other
}

/// The identities of the ticket's events.
fn events(shown: &str) -> BTreeSet<String> {
    let shown: serde_json::Value = serde_json::from_str(shown).unwrap();
    let timeline = shown["tickets"][0]["timeline"].as_array().unwrap().iter();
    timeline
        .map(|event| event["e"].as_str().unwrap().to_owned())
        .collect()
}

#[test]
fn changes_of_one_ticket_in_two_clones_merge_without_conflict() {
    let (desk, id) = two();
    let other = clone(&desk);
    let show = format!("show {id} --json");
    desk.ok(format!("take {id}"));
    desk.ok(format!("set {id} priority=P1 site=Lisbon"));
    desk.ok(format!("note {id} -m 'from here'"));
    desk.ok(format!("tag {id} --add here"));
    other
        .call(format!("note {id} -m 'from there'"))
        .by("marco")
        .ok();
    other.call(format!("tag {id} --add there")).by("marco").ok();
    other.call(format!("set {id} priority=P2")).by("marco").ok();
    let union: BTreeSet<_> = &events(&desk.ok(&show)) | &events(&other.ok(&show));

    other.git("pull -q --no-rebase --no-edit");
    other.assert_clean();
    assert_eq!(events(&other.ok(&show)), union);
    // The header is the fold: neither doctor nor a change finds another.
    assert_eq!(
        other.call("doctor").run().to_string(),
        "2> the desk is well\n"
    );
    other.ok(format!("note {id} -m 'after the merge'"));
    other.assert_clean();

    // The other way round it is the same ticket, byte for byte.
    let there = other.git(format!("rev-parse HEAD~1:{}", desk.path(&id)));
    other.git("checkout -q HEAD~1");
    desk.git(format!(
        "pull -q --no-rebase --no-edit {} HEAD",
        other.root.display()
    ));
    assert_eq!(
        desk.git(format!("rev-parse HEAD:{}", desk.path(&id))),
        there
    );
    desk.assert_clean();
}

#[test]
fn both_sides_of_a_merge_come_to_the_same_bytes() {
    let (desk, id) = two();
    desk.git("branch left");
    desk.git("branch right");
    for (branch, who) in [("left", "lena"), ("right", "marco")] {
        desk.git(format!("checkout -q {branch}"));
        for words in [
            "take ID",
            "reply ID -m 'Which?' --hold requester",
            "set ID x-room=1",
        ] {
            desk.call(words.replace("ID", &id)).by(who).ok();
        }
    }
    let mut trees = Vec::new();
    for (ours, theirs) in [("left", "right"), ("right", "left")] {
        desk.git(format!("checkout -q --detach {ours}"));
        desk.git(format!("merge -q --no-edit {theirs}"));
        trees.push(desk.git("rev-parse HEAD^{tree}"));
        desk.assert_clean();
        assert_eq!(desk.run("doctor").code, Some(0));
    }
    assert_eq!(trees[0], trees[1]);
}

#[test]
fn new_tickets_of_two_clones_come_together() {
    let (desk, id) = two();
    let other = clone(&desk);
    let here = desk.open("Here");
    let there = other.call("open There").real().ok();
    other.git("pull -q --no-rebase --no-edit");
    let listed = other.ok("list -q");
    for id in [&id, &here, there.trim()] {
        assert!(listed.contains(id), "{listed}");
    }
    other.assert_clean();
}

#[test]
fn an_undo_here_and_work_there_both_stay() {
    let (desk, id) = two();
    desk.ok(format!("take {id}"));
    let other = clone(&desk);
    desk.ok("undo");
    other
        .call(format!("note {id} -m 'he is on it'"))
        .by("marco")
        .ok();
    other.git("pull -q --no-rebase --no-edit");
    let show = format!("show {id} --json");
    assert_eq!(events(&other.ok(&show)).len(), 4);
    other.assert_clean();
    other.ok(format!("take {id}"));
}

#[test]
fn a_rebase_keeps_every_event() {
    let (desk, id) = two();
    let other = clone(&desk);
    desk.ok(format!("note {id} -m 'from here'"));
    other.ok(format!("note {id} -m 'from there'"));
    other.ok(format!("tag {id} --add there"));
    other.git("pull -q --rebase");
    assert_eq!(events(&other.ok(format!("show {id} --json"))).len(), 4);
    other.assert_clean();
    assert_eq!(other.call("doctor").run().code, Some(0));
}

#[test]
fn a_file_that_cant_be_merged_by_events_shows_git_s_conflict() {
    let (desk, id) = two();
    desk.git("checkout -q -b other");
    desk.write(
        "desk.yaml",
        desk.read("desk.yaml").replace("name: Acme", "name: Ours"),
    );
    desk.git("commit -q -a -m Ours");
    desk.git("checkout -q main");
    desk.write(
        "desk.yaml",
        desk.read("desk.yaml").replace("name: Acme", "name: Theirs"),
    );
    desk.git("commit -q -a -m Theirs");
    let words = ["merge", "-q", "other"].map(str::to_owned);
    let merged = crate::support::git(&desk.home(), &desk.root, &words);
    assert_eq!(merged.code, Some(1), "{merged}");
    assert!(desk.read("desk.yaml").contains("<<<<<<< "));
    // Tickets can be read meanwhile.
    assert_eq!(desk.field(&id, "status"), "new");
    desk.git("merge --abort");
    desk.assert_clean();
}

#[test]
fn policy_and_roster_merge_by_key() {
    let (desk, _) = two();
    let other = clone(&desk);
    // Neighbouring lines, which git alone would not merge.
    let edit = |root: &std::path::Path, file: &str, from: &str, to: &str| {
        let path = root.join(file);
        let text = std::fs::read_to_string(&path).unwrap();
        assert!(text.contains(from), "{from}");
        std::fs::write(path, text.replacen(from, to, 1)).unwrap();
    };
    let technical = "  technical: {level: 2}\n";
    let desktop = "  desktop: {level: 2}\n";
    edit(
        &desk.root,
        "desk.yaml",
        technical,
        "  technical: {level: 2, branch: it}\n",
    );
    edit(
        &other.root,
        "desk.yaml",
        desktop,
        "  desktop: {level: 2, branch: desktop}\n",
    );
    let marco = "  marco: {name: Marco,";
    let lena = "  lena: {name: Lena,";
    edit(
        &desk.root,
        "people.yaml",
        marco,
        "  marco: {name: Marco B.,",
    );
    edit(&other.root, "people.yaml", lena, "  lena: {name: Lena W.,");
    desk.git("commit -q -a -m Here");
    other.git("commit -q -a -m There");
    other.git("pull -q --no-rebase --no-edit");
    other.assert_clean();
    assert_eq!(other.ok("policy check"), "");
    let text = std::fs::read_to_string(other.root.join("desk.yaml")).unwrap();
    for part in [
        "branch: it",
        "branch: desktop",
        "# Teams beside the numbered line",
    ] {
        assert!(text.contains(part), "{text}");
    }
    let people = std::fs::read_to_string(other.root.join("people.yaml")).unwrap();
    assert!(
        people.contains("Marco B.") && people.contains("Lena W."),
        "{people}"
    );
}

#[test]
fn where_both_changed_one_key_git_stops_and_both_are_shown() {
    let (desk, id) = two();
    let other = clone(&desk);
    for (root, days) in [(&desk.root, "7"), (&other.root, "30")] {
        let path = root.join("desk.yaml");
        let text = std::fs::read_to_string(&path).unwrap();
        let text = text.replace("reopen-days: 14", &format!("reopen-days: {days}"));
        std::fs::write(path, text).unwrap();
    }
    desk.git("commit -q -a -m Here");
    other.git("commit -q -a -m There");
    let mut pull = std::process::Command::new("git");
    let pull = pull
        .args(["pull", "-q", "--no-rebase", "--no-edit"])
        .current_dir(&other.root)
        .env("HOME", desk.home())
        .env("GIT_CONFIG_GLOBAL", desk.home().join(".gitconfig"))
        .env("PATH", {
            let bin = std::path::Path::new(crate::support::DESK).parent().unwrap();
            let path = std::env::var("PATH").unwrap();
            format!("{}:{path}", bin.display())
        })
        .output()
        .unwrap();
    assert!(!pull.status.success());
    let text = std::fs::read_to_string(other.root.join("desk.yaml")).unwrap();
    let (_, end) = text.split_once("# Days after closing").unwrap();
    insta::assert_snapshot!(end, @r"
     within which a ticket can be reopened.
    <<<<<<< ours
    reopen-days: 30
    =======
    reopen-days: 7
    >>>>>>> theirs
    ");
    // What is committed still counts, and the edit is told of with its line.
    other.ok("list");
    other.ok(format!("show {id}"));
    let checked = other.call("policy check").run();
    assert_eq!(checked.code, Some(6));
    insta::assert_snapshot!(checked.stdout, @r"
    desk.yaml:36: unresolved merge conflict, line 36
      hint: decide which of the two is right, and remove the other and the markers
    ");
}
