//! The user's own work, in and outside the desk, is exactly as before.

use crate::support::{Desk, State};
use std::fs;

/// A desk in a subfolder of a repository with work of every kind going on.
fn at_work() -> Desk {
    let desk = Desk::in_a_subfolder();
    let old = desk.open("'An old ticket'");
    for folder in ["src", "help/desk/docs"] {
        for name in [
            "staged",
            "partly",
            "edited",
            "renamed",
            "deleted",
            "unstaged-deletion",
            "mode",
        ] {
            desk.write_top(&format!("{folder}/{name}"), "1\n2\n3\n4\n5\n6\n7\n8\n9\n");
        }
    }
    desk.git("add :/");
    desk.git("commit -q -m Files");
    for folder in ["src", "help/desk/docs"] {
        let path = |name: &str| format!("{folder}/{name}");
        let top = |words: String| desk.git(format!("-C {} {words}", desk.top.display()));
        desk.write_top(&path("staged"), "staged\n");
        top(format!("add {}", path("staged")));
        desk.write_top(&path("partly"), "one\n2\n3\n4\n5\n6\n7\n8\n9\n");
        top(format!("add {}", path("partly")));
        desk.write_top(&path("partly"), "one\n2\n3\n4\n5\n6\n7\n8\nnine\n");
        desk.write_top(&path("edited"), "edited\n");
        top(format!("mv {} {}", path("renamed"), path("new-name")));
        top(format!("rm -q {}", path("deleted")));
        fs::remove_file(desk.top.join(path("unstaged-deletion"))).unwrap();
        desk.write_top(&path("untracked"), "untracked\n");
        desk.write_top(&path("intended"), "intended\n");
        top(format!("add -N {}", path("intended")));
        desk.write_top(&path("new"), "new\n");
        top(format!("add {}", path("new")));
        top(format!("update-index --chmod=+x {}", path("mode")));
        top(format!(
            "update-index --assume-unchanged {}",
            path("edited")
        ));
    }
    desk.write(".gitignore", "*.log\n");
    desk.write("today.log", "ignored\n");
    assert!(old.len() == 13 && desk.git("status --porcelain").lines().count() > 14);
    desk
}

fn own(desk: &Desk) -> State {
    desk.state().without("/tickets/")
}

#[test]
fn every_kind_of_command_leaves_the_users_own_work_alone() {
    let desk = at_work();
    let before = own(&desk);
    let [id, other] = desk.open_all(["VPN drops", "Gateway is down"]);
    for words in [
        "list",
        "show ID",
        "note ID -m x",
        "reply ID -m x --hold requester",
        "resume ID",
        "set ID site=Lisbon",
        "tag ID --add vip",
        "undo",
        "link ID --to OTHER",
        "take ID OTHER",
        "assign ID --to marco",
        "escalate ID -m x",
        "accept ID",
        "handback ID -m x",
        "hold ID --for parts",
        "resolve ID -m x",
        "close ID",
        "reopen ID -m x",
        "cancel ID -m x",
        "duplicate OTHER --of ID",
        "history ID",
        "report",
        "events",
        "adopt",
        "say ID",
        "doctor",
        "doctor --fix",
    ] {
        let words = words.replace("ID", &id).replace("OTHER", &other);
        let ran = desk.run(&words);
        assert!(matches!(ran.code, Some(0)), "{words}: {ran}");
        assert_eq!(own(&desk), before, "{words}");
    }
    let line = format!("{{\"action\":\"note\",\"id\":\"{id}\",\"text\":\"x\"}}\n");
    desk.call("apply -").stdin(line).ok();
    desk.call("open --from -")
        .stdin("{\"title\":\"Many\"}\n".repeat(5))
        .ok();
    desk.call(format!("edit {id}"))
        .editor("sed -i 's/^title: .*/title: New/' \"$1\"")
        .ok();
    assert_eq!(own(&desk), before);
    // Each commit holds a ticket and nothing else.
    let changed = desk.git("log --format= --name-only --grep=^Ticket:");
    assert!(
        changed
            .lines()
            .all(|line| line.starts_with("help/desk/tickets/")),
        "{changed}"
    );
}

#[test]
fn what_the_user_commits_next_is_their_work_and_nothing_else() {
    let desk = at_work();
    let id = desk.open("'VPN drops'");
    desk.ok(format!("take {id}"));
    desk.git("commit -q -m Mine");
    let changed = desk.git("show --format= --name-only");
    assert!(!changed.contains("tickets/"), "{changed}");
    assert_eq!(desk.field(&id, "status"), "in-progress");
    // Nor does `commit -a` revert or miss anything.
    desk.ok(format!("note {id} -m x"));
    desk.git("commit -q -a -m Rest");
    let changed = desk.git("show --format= --name-only");
    assert!(
        changed.contains("src/partly") && !changed.contains("tickets/"),
        "{changed}"
    );
}

#[test]
fn a_desk_is_founded_beside_work_in_progress() {
    let desk = Desk::nowhere();
    fs::create_dir(&desk.top).unwrap();
    desk.git("init -q");
    desk.write_top("staged", "staged\n");
    desk.git("add staged");
    desk.write_top("staged", "edited\n");
    desk.write_top("untracked", "untracked\n");
    desk.ok("init");
    assert_eq!(desk.git("status --porcelain"), "AM staged\n?? untracked\n");
    assert_eq!(
        desk.git("show --format= --name-only"),
        ".gitattributes\n.schema/contacts.json\n.schema/desk.json\n.schema/people.json\ndesk.yaml\npeople.yaml\n"
    );
    desk.open("'VPN drops'");
    assert_eq!(desk.git("status --porcelain"), "AM staged\n?? untracked\n");
    // Again: it is one already.
    let before = desk.state();
    assert!(desk.run("init").stderr.contains("is a desk already"));
    assert_eq!(desk.state(), before);
}

#[test]
fn what_lies_where_a_desk_is_to_be_is_not_overwritten() {
    let desk = Desk::nowhere();
    fs::create_dir(&desk.top).unwrap();
    desk.git("init -q");
    desk.write_top("people.yaml", "my own\n");
    desk.run("init").fails_with_hint(5);
    assert_eq!(desk.read("people.yaml"), "my own\n");
    assert_eq!(desk.git("status --porcelain"), "?? people.yaml\n");
}

#[test]
fn detached_heads_and_linked_work_trees_do() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let linked = desk.at(desk.top.with_file_name("linked"));
    desk.git(format!(
        "worktree add -q -b other {}",
        linked.root.display()
    ));
    let main = desk.head();
    linked.ok(format!("take {id}"));
    linked.assert_clean();
    assert_eq!(desk.head(), main);
    assert_eq!(desk.field(&id, "status"), "new");
    desk.assert_clean();
    desk.git("checkout -q --detach");
    desk.ok(format!("note {id} -m x"));
    desk.assert_clean();
    assert_eq!(desk.git("rev-parse main").trim(), main);
}

#[test]
fn a_branch_without_a_commit_does() {
    let desk = Desk::nowhere();
    fs::create_dir(&desk.top).unwrap();
    desk.git("init -q -b support");
    desk.ok("init --handle lena --name Acme --level 1 --level 3 --team frontline");
    assert_eq!(desk.git("branch --show-current").trim(), "support");
    let id = desk.open("'VPN drops'");
    desk.assert_clean();
    assert_eq!(desk.field(&id, "owner"), "lena");
    assert!(desk.read("people.yaml").contains("levels: [1, 3]"));
}

#[test]
fn commits_of_other_work_in_between_do_no_harm() {
    let desk = Desk::in_a_subfolder();
    let id = desk.open("'VPN drops'");
    for number in 0..5 {
        desk.write_top("src/code", format!("{number}\n"));
        desk.git("commit -q -a -m Work");
        desk.ok(format!("note {id} -m {number}"));
    }
    desk.assert_clean();
    assert_eq!(desk.ok(format!("history {id} -q")).lines().count(), 6);
    assert_eq!(desk.run("events").lines().len(), 6);
    desk.ok("undo");
    assert_eq!(
        fs::read_to_string(desk.top.join("src/code")).unwrap(),
        "4\n"
    );
}

#[test]
fn a_busy_index_is_waited_for_and_then_named() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let lock = desk.root.join(".git/index.lock");
    fs::write(&lock, "").unwrap();
    let refused = desk.run(format!("take {id}")).fails_with_hint(5);
    assert!(refused.contains("index.lock"), "{refused}");
    // Not ours, so not ours to remove.
    assert!(lock.exists());
    fs::remove_file(&lock).unwrap();
    assert_eq!(desk.field(&id, "status"), "new");
    desk.ok(format!("take {id}"));
    desk.assert_clean();
}
