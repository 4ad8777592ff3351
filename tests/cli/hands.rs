//! Work that was not done by `desk`: hand edits, plain commits, reverts; and
//! what `adopt` and `doctor` make of them.

use crate::support::Desk;
use insta::assert_snapshot;

/// A ticket that was taken, and the path of its file.
fn taken(desk: &Desk) -> (String, String) {
    let id = desk.open("'VPN drops' --tag old");
    desk.ok(format!("take {id}"));
    let path = desk.path(&id);
    (id, path)
}

/// Fields of the header as a hand would change them.
fn by_hand(text: &str) -> String {
    text.replace("\npriority: P3", "\npriority: P1")
        .replace("\ntags: [old]", "\ntags: [new]\nsite: Lisbon")
}

#[test]
fn an_edit_in_the_work_tree_stays_until_it_is_adopted() {
    let desk = Desk::new();
    let (id, path) = taken(&desk);
    desk.write(&path, by_hand(&desk.read(&path)));
    let before = desk.state();
    let refused = desk.run(format!("note {id} -m x")).fails_with_hint(5);
    assert_snapshot!(refused.replace(&path, "FILE"), @"
    error: FILE was edited by hand
    hint: take the edit over with `desk adopt FILE`, or drop it with `git checkout -- FILE`
    ");
    assert_eq!(desk.state(), before);
    // Other tickets are not affected.
    let other = desk.open("Other");
    desk.ok(format!("take {other}"));
    let commits = desk.commits();
    let ran = desk.run("adopt");
    assert_snapshot!(ran, @"
    261123-1dtbna
    2>   adopted · in-progress · L1 frontline · lena · VPN drops
    ");
    assert_eq!(desk.commits(), commits + 1);
    assert_eq!(desk.fields(&id, ["priority", "site"]), "P1 Lisbon");
    assert_eq!(desk.ticket(&id)["tags"], serde_json::json!(["new"]));
    assert_eq!(desk.ticket(&id)["timeline"][2]["did"], "adopt");
    desk.assert_clean();
    let ran = desk.run("adopt");
    assert_eq!(
        (ran.code, ran.stderr.as_str()),
        (Some(0), "nothing to adopt\n")
    );
}

#[test]
fn an_edit_committed_with_plain_git_is_adopted() {
    let desk = Desk::new();
    let (id, path) = taken(&desk);
    desk.commit(&path, &by_hand(&desk.read(&path)));
    let before = desk.state();
    let refused = desk.run(format!("note {id} -m x")).fails_with_hint(5);
    assert!(refused.contains(&format!("desk adopt {id}")), "{refused}");
    assert_eq!(desk.state(), before);
    let dry = desk.run(format!("adopt {id} --dry-run"));
    assert_eq!((dry.code, dry.stdout.trim()), (Some(0), id.as_str()));
    assert_eq!(desk.state(), before);
    desk.ok(format!("adopt {path}"));
    assert_eq!(desk.fields(&id, ["priority", "site"]), "P1 Lisbon");
    desk.ok(format!("note {id} -m x"));
    desk.assert_clean();
}

#[test]
fn a_git_revert_is_adopted_as_taking_back() {
    let desk = Desk::new();
    let (id, _) = taken(&desk);
    desk.ok(format!("resolve {id} -m done"));
    desk.git("revert --no-edit HEAD");
    desk.ok("adopt");
    // The event came back and is taken back: nothing is lost.
    assert_eq!(desk.field(&id, "status"), "in-progress");
    let timeline = desk.ticket(&id)["timeline"].take();
    let did: Vec<_> = timeline
        .as_array()
        .unwrap()
        .iter()
        .map(|e| e["did"].as_str().unwrap())
        .collect();
    assert_eq!(did, ["open", "take", "resolve", "retract", "adopt"]);
    desk.ok(format!("resolve {id} -m again"));
    desk.assert_clean();
}

#[test]
fn a_revert_of_a_revert_is_understood() {
    let desk = Desk::new();
    let (id, _) = taken(&desk);
    desk.ok(format!("resolve {id} -m done"));
    desk.git("revert --no-edit HEAD");
    desk.git("revert --no-edit HEAD");
    desk.ok("adopt");
    assert_eq!(desk.field(&id, "status"), "resolved");
    desk.ok(format!("close {id}"));
    desk.assert_clean();
}

#[test]
fn a_ticket_whose_file_a_commit_deleted_comes_back_void() {
    let desk = Desk::new();
    let (id, path) = taken(&desk);
    desk.git(format!("rm -q {path}"));
    desk.git("commit -q -m 'Clean up'");
    desk.run(format!("note {id} -m x")).fails_with_hint(3);
    desk.ok("adopt");
    assert_eq!(desk.field(&id, "status"), "cancelled");
    assert_eq!(desk.ticket(&id)["timeline"].as_array().unwrap().len(), 5);
    desk.assert_clean();
}

#[test]
fn a_file_deleted_in_the_work_tree_is_not_written_over() {
    let desk = Desk::new();
    let (id, path) = taken(&desk);
    std::fs::remove_file(desk.root.join(&path)).unwrap();
    let before = desk.state();
    let refused = desk.run(format!("note {id} -m x")).fails_with_hint(5);
    assert!(refused.contains("git checkout"), "{refused}");
    let refused = desk.run("adopt").fails_with_hint(5);
    assert!(refused.contains("was deleted"), "{refused}");
    assert_eq!(desk.state(), before);
    // It is read from the commit.
    assert_eq!(desk.field(&id, "status"), "in-progress");
    desk.git(format!("checkout -- {path}"));
    desk.ok(format!("note {id} -m x"));
    desk.assert_clean();
}

#[test]
fn tampering_with_events_is_refused() {
    let desk = Desk::new();
    let (id, path) = taken(&desk);
    let text = desk.read(&path);
    let last = text.lines().last().unwrap().to_owned();
    let forged = last.replace("e: ", "e: 0").replace("n: 2", "n: 3");
    for tampered in [
        text.replace("did: take", "did: accept"),
        text.replace("by: lena, did: take", "by: marco, did: take"),
        text.replace(&format!("{last}\n"), ""),
        format!("{text}{forged}\n"),
    ] {
        assert_ne!(tampered, text);
        desk.write(&path, tampered);
        let before = desk.state();
        let refused = desk.run("adopt");
        assert!(matches!(refused.code, Some(5 | 6)), "{refused}");
        assert!(refused.stderr.contains("hint: "), "{refused}");
        assert_eq!(desk.state(), before);
        desk.run(format!("note {id} -m x")).fails_with_hint(5);
    }
    desk.git(format!("checkout -- {path}"));
    desk.assert_clean();
}

#[test]
fn an_edit_that_changes_no_field_is_left_to_its_owner() {
    let desk = Desk::new();
    let (id, path) = taken(&desk);
    let old = desk.git(format!("show HEAD~1:{path}"));
    let text = desk.read(&path);
    for edited in [old, format!("# a remark\n{text}")] {
        desk.write(&path, &edited);
        let before = desk.state();
        for words in ["adopt", &format!("adopt {id}")] {
            let refused = desk.run(words).fails_with_hint(5);
            assert!(refused.contains("changes no field"), "{refused}");
        }
        assert_eq!(desk.state(), before);
    }
}

#[test]
fn events_changed_in_a_plain_commit_do_not_stand() {
    let desk = Desk::new();
    let (id, path) = taken(&desk);
    desk.ok(format!("note {id} -m 'I promised a call'"));
    let text = desk
        .read(&path)
        .replace("I promised a call", "nothing was promised");
    desk.commit(&path, &text);
    let findings = desk.run("adopt");
    let said = desk.ticket(&id)["timeline"].to_string();
    assert!(said.contains("I promised a call"), "{findings}\n{said}");
    desk.run("doctor").ok();
    desk.assert_clean();
}

#[test]
fn a_well_desk_says_so() {
    let desk = Desk::new();
    taken(&desk);
    let ran = desk.run("doctor");
    assert_eq!(ran.to_string(), "2> the desk is well\n");
    assert_eq!(
        desk.call("doctor --json").json(),
        serde_json::json!({"version": 1, "findings": []})
    );
}

#[test]
fn doctor_says_what_is_out_of_order_and_changes_nothing() {
    let desk = Desk::new();
    let ids = desk.open_all(["Edited", "Broken", "Conflicted", "Committed"]);
    let paths = ids.clone().map(|id| desk.path(&id));
    desk.commit(&paths[1], "schema: 1\nid: [\n");
    let text = desk.read(&paths[2]);
    desk.commit(
        &paths[2],
        &format!("<<<<<<< ours\n{text}=======\n{text}>>>>>>> theirs\n"),
    );
    desk.commit(&paths[3], &by_hand(&desk.read(&paths[3])));
    desk.write(&paths[0], by_hand(&desk.read(&paths[0])));
    desk.write("tickets/notes.txt", "stray");
    desk.git("config --unset merge.desk.driver");
    desk.git("config merge.renames true");
    desk.write(".gitattributes", "* text=auto\n");
    desk.git("commit -q -m 'Our own' .gitattributes");
    let (before, config) = (desk.state(), desk.git("config -l"));
    let ran = desk.run("doctor");
    assert_eq!(ran.code, Some(6));
    let said = ids.iter().zip(1..).fold(ran.to_string(), |said, (id, n)| {
        said.replace(&desk.path(id), &format!("FILE{n}"))
            .replace(id, &format!("ID{n}"))
    });
    assert_snapshot!(said, @"
    error: FILE3: line 1: unresolved merge conflict, line 1
      mend: desk merges tickets by itself: git checkout --merge -- FILE, or remove the markers and keep the events of both sides
    error: FILE2: line 2: id: found a list, not the ticket's id
      mend: write the ticket's id here
    warning: git config: git does not know how to merge tickets here
      mend: desk doctor --fix
    warning: .gitattributes: git may convert or mix up tickets
      mend: desk doctor --fix
    warning: tickets/notes.txt: lies among the tickets
      mend: move tickets/notes.txt away: it is no ticket
    warning: FILE1: was changed by hand, which does not count yet
      mend: desk adopt ID1
    warning: FILE4: was changed by hand, which does not count yet
      mend: desk adopt ID4
    exit 6
    ");
    assert_eq!((desk.state(), desk.git("config -l")), (before, config));
    let json = desk.run("doctor --json");
    assert_eq!(json.code, Some(6));
    let findings = json.lines()[0]["findings"].as_array().unwrap().len();
    assert_eq!(
        findings,
        ran.stdout
            .lines()
            .filter(|line| !line.starts_with(' '))
            .count()
    );
}

#[test]
fn doctor_mends_what_needs_no_decision() {
    let desk = Desk::new();
    taken(&desk);
    desk.git("config --unset merge.desk.driver");
    desk.write(".gitattributes", "* text=auto");
    desk.git("commit -q -m 'Our own' .gitattributes");
    let ran = desk.run("doctor --fix");
    assert_eq!(ran.code, Some(0), "{ran}");
    assert_eq!(ran.stderr.matches("mended: ").count(), 2, "{ran}");
    let driver = desk.git("config merge.desk.driver");
    assert_eq!(driver.trim(), "desk merge-file %O %A %B %P");
    let attributes = desk.read(".gitattributes");
    assert!(
        attributes.starts_with("* text=auto\ntickets/**/*.yaml "),
        "{attributes}"
    );
    desk.assert_clean();
    assert_eq!(desk.run("doctor").to_string(), "2> the desk is well\n");
}

#[test]
fn a_clone_in_which_desk_never_ran_gets_the_merge_driver_on_the_first_run() {
    let desk = Desk::new();
    taken(&desk);
    let other = desk.at(desk.top.with_file_name("clone"));
    desk.git(format!("clone -q . {}", other.root.display()));
    other.ok("list");
    assert_eq!(other.git("config merge.renames").trim(), "false");
    assert!(
        other
            .git("config merge.desk.driver")
            .starts_with("desk merge-file")
    );
}
