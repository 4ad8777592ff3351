//! Where words come from: a flag, standard input, the editor.

use crate::support::Desk;

#[test]
fn words_come_from_standard_input() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let text = "# not a comment\n\n  indented\nlast line\n";
    desk.call(format!("note {id} -m -")).stdin(text).ok();
    desk.call("open Printer -d -")
        .stdin("no light\r\nat all\n")
        .ok();
    assert_eq!(
        desk.ticket(&id)["timeline"][1]["text"],
        "# not a comment\n\n  indented\nlast line"
    );
    let opened = &desk.ticket("@")["timeline"][0];
    assert!(opened["text"].as_str().unwrap().starts_with("no light"));
}

#[test]
fn ids_and_words_cant_both_come_from_standard_input() {
    let desk = Desk::new();
    let before = desk.state();
    desk.call("note - -m -").stdin("x").run().fails_with_hint(2);
    assert_eq!(desk.state(), before);
}

#[test]
fn words_may_begin_with_a_dash() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    desk.call_args(["note", &id, "-m", "-5 dBm at the desk"])
        .ok();
    desk.call_args(["note", &id, "-m", "--"]).ok();
    let timeline = desk.ticket(&id)["timeline"].take();
    assert_eq!(timeline[1]["text"], "-5 dBm at the desk");
    assert_eq!(timeline[2]["text"], "--");
}

#[test]
fn empty_words_are_refused_where_words_are_needed() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --to me");
    let before = desk.state();
    for verb in ["note", "reply", "resolve", "cancel", "escalate"] {
        desk.call_args([verb, &id, "-m", "  "])
            .run()
            .fails_with_hint(4);
    }
    assert_eq!(desk.state(), before);
}

#[test]
fn without_words_and_a_terminal_the_flag_is_named() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --to me");
    let before = desk.state();
    for verb in [
        "note", "reply", "resolve", "cancel", "escalate", "reopen", "decline", "handback",
    ] {
        let said = desk.run(format!("{verb} {id}")).fails_with_hint(2);
        assert!(said.contains("-m TEXT"), "{said}");
    }
    assert_eq!(desk.state(), before);
}

#[test]
fn an_editor_changes_fields() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops' --tag old");
    let before = desk.commits();
    let script =
        "sed -i -e 's/^title: .*/title: VPN drops daily/' -e 's/^tags: .*/tags: [new]/' \"$1\"";
    let out = desk.call(format!("edit {id}")).editor(script).ok();
    assert_eq!(out.trim(), id);
    assert_eq!(desk.commits(), before + 1);
    let ticket = desk.ticket(&id);
    assert_eq!(ticket["title"], "VPN drops daily");
    assert_eq!(ticket["tags"], serde_json::json!(["new"]));
    desk.assert_clean();
}

#[test]
fn an_edit_left_as_it_was_or_emptied_does_nothing() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let before = desk.state();
    for script in ["true", ": > \"$1\"", "printf '\\n\\n' > \"$1\""] {
        let ran = desk.call(format!("edit {id}")).editor(script).run();
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(0), ""),
            "{script}: {ran}"
        );
        assert!(ran.stderr.contains("nothing was changed"), "{ran}");
    }
    assert_eq!(desk.state(), before);
    assert!(drafts(&desk).is_empty());
}

#[test]
fn an_invalid_edit_is_kept_and_offered_again() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let before = desk.state();
    for (script, said, code) in [
        ("echo 'colour: red' > \"$1\"", "colour", 2),
        ("sed -i 's/^priority: .*/priority: P77/' \"$1\"", "P77", 2),
        ("sed -i 's/^status: .*/status: closed/' \"$1\"", "status", 4),
        ("echo 'title: [' > \"$1\"", "line", 2),
    ] {
        let ran = desk.call(format!("edit {id}")).editor(script).run();
        assert_eq!(
            (ran.code, ran.stdout.as_str()),
            (Some(code), ""),
            "{script}: {ran}"
        );
        assert!(
            ran.stderr.contains(said) && ran.stderr.contains("is kept"),
            "{ran}"
        );
        assert_eq!(desk.state(), before, "{script}");
        // What comes up next is what was typed; this editor gives it up.
        let seen = desk.home().join("seen");
        let script = format!("cp \"$1\" '{}'; : > \"$1\"", seen.display());
        desk.call(format!("edit {id}")).editor(&script).ok();
        let seen = std::fs::read_to_string(seen).unwrap();
        assert!(
            !seen.contains("priority: P3\nlevel") || seen.contains("closed"),
            "{seen}"
        );
        assert!(drafts(&desk).is_empty(), "{:?}", drafts(&desk));
    }
    // Mended the second time, it is committed.
    desk.call(format!("edit {id}"))
        .editor("sed -i 's/^priority: .*/priority: P77/' \"$1\"")
        .run()
        .fails(2);
    desk.call(format!("edit {id}"))
        .editor("sed -i 's/P77/P1/' \"$1\"")
        .ok();
    assert_eq!(desk.field(&id, "priority"), "P1");
    assert!(drafts(&desk).is_empty());
}

#[test]
fn an_editor_that_fails_loses_nothing() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let before = desk.state();
    let ran = desk
        .call(format!("edit {id}"))
        .editor("echo 'title: typed' > \"$1\"; exit 3")
        .run();
    assert_eq!(ran.code, Some(1), "{ran}");
    assert!(ran.stderr.contains("kept in"), "{ran}");
    assert_eq!(desk.state(), before);
    assert_eq!(drafts(&desk), ["title: typed\n"]);
}

#[test]
fn what_others_changed_while_the_editor_was_open_is_not_overwritten() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let inner = format!(
        "desk set {id} title=Theirs >/dev/null 2>&1; sed -i 's/^title: .*/title: Mine/' \"$1\""
    );
    let ran = desk.call(format!("edit {id}")).editor(&inner).run();
    assert_eq!(ran.stdout, "", "{ran}");
    assert!(matches!(ran.code, Some(2 | 5)), "{ran}");
    assert_eq!(desk.field(&id, "title"), "Theirs");
    // Another field is no conflict.
    let inner = format!(
        "desk set {id} site=Lisbon >/dev/null 2>&1; sed -i 's/^title: .*/title: Mine/' \"$1\""
    );
    desk.run("doctor").ok();
    std::fs::remove_dir_all(desk.root.join(".git/desk/drafts")).ok();
    desk.call(format!("edit {id}")).editor(&inner).ok();
    assert_eq!(desk.fields(&id, ["title", "site"]), "Mine Lisbon");
}

/// What is kept of edits that were not finished.
fn drafts(desk: &Desk) -> Vec<String> {
    let folder = desk.root.join(".git/desk/drafts");
    let Ok(files) = std::fs::read_dir(folder) else {
        return Vec::new();
    };
    files
        .map(|file| std::fs::read_to_string(file.unwrap().path()).unwrap())
        .collect()
}
