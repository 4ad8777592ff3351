//! Bad input gets one clear line and a hint, and changes nothing.

use crate::support::{DESK, Desk, git, have, skip};
use insta::assert_snapshot;
use std::fs;
use std::os::unix::fs::{PermissionsExt as _, chown, symlink};
use std::process::Command;

#[test]
fn unknown_ids_are_named() {
    let desk = Desk::new();
    desk.open("'VPN drops'");
    let before = desk.state();
    let mut said = String::new();
    for typed in [
        "zzzzzz",
        "261123-zzzzzz",
        "key:none",
        "../../etc/passwd",
        "tickets/2026/11/23/../23/x.yaml",
        "261123-../../..",
        "",
        "%s",
        "\u{1b}[31mred",
    ] {
        for verb in [&["note"][..], &["show"], &["take"], &["history"]] {
            let words = if verb == ["note"] {
                &["-m", "x"][..]
            } else {
                &[]
            };
            let words = verb.iter().chain([&typed]).chain(words).copied();
            let refused = desk.call_args(words).run().fails_with_hint(3);
            assert!(!refused.contains('\u{1b}'), "{refused:?}");
            if verb == ["note"] {
                said.push_str(refused.lines().next().unwrap());
                said.push('\n');
            }
        }
    }
    assert_eq!(desk.state(), before);
    assert_snapshot!(said, @r#"
    error: no ticket is meant by "zzzzzz"
    error: no ticket is meant by "261123-zzzzzz"
    error: no ticket is meant by "key:none"
    error: no ticket is meant by "../../etc/passwd"
    error: no ticket is meant by "tickets/2026/11/23/../23/x.yaml"
    error: no ticket is meant by "261123-../../.."
    error: no ticket is meant by ""
    error: no ticket is meant by "%s"
    error: no ticket is meant by "\u{1b}[31mred"
    "#);
}

#[test]
fn no_last_ticket_is_no_ticket() {
    let desk = Desk::new();
    let before = desk.state();
    desk.run("note @ -m x").fails_with_hint(3);
    assert_eq!(desk.state(), before);
}

#[test]
fn an_ambiguous_id_lists_the_candidates() {
    let desk = Desk::new();
    let lines: String = (0..60)
        .map(|n| format!("{{\"title\":\"Ticket {n}\"}}\n"))
        .collect();
    desk.call("open --from -").stdin(lines).ok();
    let before = desk.state();
    let refused = desk.run("take 261123").fails_with_hint(3);
    let mut lines = refused.lines();
    assert_eq!(
        lines.next(),
        Some("error: \"261123\" could mean 60 tickets")
    );
    assert_eq!(lines.next(), Some("hint: give more of the id:"));
    let listed: Vec<_> = lines.collect();
    assert_eq!(listed.len(), 11);
    assert!(
        listed[..10].iter().all(|line| line.contains("  Ticket ")),
        "{refused}"
    );
    assert_eq!(listed[10], "  and 50 more");
    assert_eq!(desk.state(), before);
}

#[test]
fn titles_with_line_breaks_or_escapes_are_refused() {
    let desk = Desk::new();
    let before = desk.state();
    let long = "x".repeat(301);
    for title in [
        "two\nlines",
        "a\u{1b}[31mred",
        "bell\u{7}",
        "a\u{9b}31m",
        "line\u{2028}separator",
        " ",
        &long,
    ] {
        let refused = desk.call_args(["open", title]).run().fails(2);
        assert!(
            !refused.contains(['\u{1b}', '\u{7}', '\u{9b}']),
            "{refused:?}"
        );
        assert!(refused.lines().count() <= 2, "{refused}");
    }
    assert_eq!(desk.state(), before);
}

#[test]
fn no_trailer_can_be_forged() {
    let desk = Desk::new();
    let id = desk.open("VPN");
    let before = desk.state();
    let forged = "x\n\nActor: grace\nTicket: 261123-aaaaaa";
    for words in [
        ["open", forged, "-r", "bob"],
        ["open", "VPN", "-r", forged],
        ["open", "VPN", "--category", forged],
        ["open", "VPN", "--tag", forged],
        ["open", "VPN", "--owner", forged],
        ["open", "VPN", "--to", forged],
        ["open", "VPN", "--key", forged],
        ["open", "VPN", "--via", forged],
        ["take", &id, "--by", forged],
        ["hold", &id, "--for", forged],
    ] {
        let refused = desk.call_args(words).run();
        assert_eq!(refused.code, Some(2), "{words:?}: {refused}");
        assert!(!refused.stderr.contains("\nActor:"), "{refused}");
    }
    assert_eq!(desk.state(), before);
    // Words may hold anything, and stay out of the message.
    let title = "Actor: grace";
    let id = desk
        .call_args(["open", title, "-r", "Ticket: x", "-d", forged])
        .ok();
    desk.call_args(["note", id.trim(), "-m", forged]).ok();
    let actors = desk.git("log -2 '--format=%(trailers:key=Actor,valueonly)'");
    assert_eq!(
        actors.split_whitespace().collect::<Vec<_>>(),
        ["lena", "lena"]
    );
    assert!(!desk.git("log -2 --format=%B").contains("grace"));
}

#[test]
fn damaged_ticket_files_are_refused_with_line_and_hint() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let path = desk.path(&id);
    let good = desk.read(&path);
    let mut said = String::new();
    for (what, text) in [
        ("empty", String::new()),
        ("not YAML", "schema: [1\n".into()),
        ("not a map", "- a\n- b\n".into()),
        (
            "duplicate keys",
            good.replace("\ntitle:", "\ntitle: other\ntitle:"),
        ),
        (
            "an unknown field",
            good.replace("\nstatus:", "\ncolour: red\nstatus:"),
        ),
        (
            "conflict markers",
            format!("<<<<<<< ours\n{good}=======\n{good}>>>>>>> theirs\n"),
        ),
        ("another id", good.replace(&id, "261123-aaaaaa")),
        (
            "no such status",
            good.replace("\nstatus: new", "\nstatus: lost"),
        ),
        (
            "a date that does not exist",
            good.replace("opened: 2026-11-23", "opened: 2026-02-30"),
        ),
        ("a cut file", good[..good.len() / 2].into()),
        (
            "an alias bomb",
            good.replace("\ntitle: VPN drops", "\ntitle: &a [x, x]\nkey: *a"),
        ),
    ] {
        assert_ne!(text, good, "{what}");
        desk.commit(&path, &text);
        let before = desk.state();
        for words in [
            format!("take {id}"),
            format!("show {id}"),
            format!("note {id} -m x"),
        ] {
            let refused = desk.run(&words).fails(6);
            if words.starts_with("take") {
                let refused = refused.replace(&path, "FILE").replace(&id, "ID");
                said.push_str(&format!("{what}:\n{refused}"));
            }
        }
        assert_eq!(desk.state(), before, "{what}");
        // Its history can be told.
        assert!(
            desk.ok(format!("history {id}")).contains("can't be read"),
            "{what}"
        );
    }
    assert_snapshot!(said, @r#"
    empty:
    error: FILE: line 1: the file is empty
    hint: bring it back with git: git checkout -- FILE
    not YAML:
    error: FILE: line 1: schema: found a list, not a single value
    hint: write a single value here
    not a map:
    error: FILE: line 1: found a list, not the fields of a ticket
    hint: write the fields of a ticket here
    duplicate keys:
    error: FILE: line 5: `title` stands here twice
    hint: keep one of the two lines
    an unknown field:
    error: FILE: line 5: there is no field `colour`
    hint: fields of your own begin with x-, such as x-room
    conflict markers:
    error: FILE: line 1: unresolved merge conflict, line 1
    hint: desk merges tickets by itself: git checkout --merge -- FILE, or remove the markers and keep the events of both sides
    another id:
    error: FILE: line 2: this is 261123-aaaaaa, but the file lies where ID belongs
    hint: move it to tickets/2026/11/23/aaaaaa.yaml, or undo what renamed it: git log --follow -- FILE
    no such status:
    error: FILE: line 5: status: "lost" is not a status
    hint: it is one of: new queued assigned in-progress pending resolved closed cancelled
    a date that does not exist:
    error: FILE: line 10: opened: "2026-02-30T09:01:00Z" is not a time such as 2026-11-23T09:14:03Z
    hint: check that the day and the hour exist, and that it ends in Z or an offset such as +01:00
    a cut file:
    error: FILE: line 12: not YAML: did not find expected node content
    hint: check quotes, brackets and indentation here and on the line above
    an alias bomb:
    error: FILE: line 4: an anchor (&) is not taken here
    hint: if it is meant as text, put it in double quotes; if not, write the value out
    "#);
}

#[test]
fn not_utf_8_is_named() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let path = desk.path(&id);
    let mut bytes = desk.read(&path).into_bytes();
    bytes.extend(b"x-a: \xff\xfe\n");
    desk.write(&path, bytes);
    desk.git("commit -q -a -m Broken");
    desk.run(format!("take {id}")).fails_with_hint(6);
}

#[test]
fn a_newer_file_is_read_and_not_written() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let path = desk.path(&id);
    let newer = desk
        .read(&path)
        .replace("schema: 1", "schema: 99")
        .replace("\nstatus:", "\nfrom-the-future: yes\nstatus:");
    desk.commit(&path, &newer);
    let before = desk.state();
    assert_eq!(desk.field(&id, "title"), "VPN drops");
    assert!(desk.ok("list").contains("VPN drops"));
    let refused = desk.run(format!("take {id}")).fails_with_hint(6);
    assert_snapshot!(refused.replace(&path, "FILE"), @"
    error: FILE was written by a newer desk (schema 99): it can be read, not changed
    hint: install a newer desk
    ");
    assert_eq!(desk.state(), before);
}

#[test]
fn a_huge_ticket_is_refused_before_it_is_read() {
    let desk = Desk::new();
    let [huge, other] = desk.open_all(["Huge", "Other"]);
    let path = desk.path(&huge);
    let text = format!("{}# {}\n", desk.read(&path), "x".repeat(50 << 20));
    desk.commit(&path, &text);
    let before = desk.state();
    let refused = desk.run(format!("take {huge}")).fails_with_hint(6);
    assert!(refused.len() < 1000, "{} bytes", refused.len());
    assert_snapshot!(refused.replace(&path, "FILE"), @"
    error: FILE: line 1: the file has 52429128 bytes; at most 5000000 are read
    hint: move long texts into attachments
    ");
    let listed = desk.run("list -q");
    assert_eq!(
        (listed.code, listed.stdout.trim()),
        (Some(6), other.as_str())
    );
    assert_eq!(desk.state(), before);
}

#[test]
fn a_ticket_never_grows_beyond_what_is_read() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    let text = "line of a long log\n".repeat(50_000);
    let mut refused = None;
    for _ in 0..7 {
        let before = desk.state();
        let ran = desk.call(format!("note {id} -m -")).stdin(&text).run();
        if ran.code != Some(0) {
            assert_eq!(desk.state(), before);
            refused = Some(ran);
            break;
        }
    }
    let said = refused.unwrap().fails_with_hint(2);
    assert!(said.len() < 1000, "{said}");
    // It goes on, with shorter words.
    desk.ok(format!("note {id} -m short"));
    desk.ok(format!("resolve {id} -m done"));
    desk.assert_clean();
    // Nor are words taken without end.
    let endless = "x".repeat((1 << 20) + 1);
    desk.call(format!("note {id} -m -"))
        .stdin(endless)
        .run()
        .fails_with_hint(2);
}

#[test]
fn a_conflict_that_git_left_is_named() {
    let desk = Desk::new();
    let [id, other] = desk.open_all(["VPN drops", "Other"]);
    let path = desk.path(&id);
    // As in a clone where git knows no merge driver.
    desk.git("checkout -q -b other");
    desk.commit(
        &path,
        &desk
            .read(&path)
            .replace("title: VPN drops", "title: Theirs"),
    );
    desk.git("checkout -q main");
    desk.commit(
        &path,
        &desk.read(&path).replace("title: VPN drops", "title: Ours"),
    );
    let words = ["-c", "merge.desk.driver=false", "merge", "-q", "other"].map(str::to_owned);
    let merged = git(&desk.home(), &desk.root, &words);
    assert_eq!(merged.code, Some(1), "{merged}");
    let before = desk.state();
    desk.run(format!("take {id}")).fails_with_hint(5);
    assert_eq!(desk.state(), before);
    assert!(desk.ok("list").contains("Ours"));
    assert!(desk.ok(format!("show {other}")).contains("Other"));
}

#[test]
fn a_ticket_path_that_is_a_symlink_is_not_followed() {
    let desk = Desk::new();
    let [linked, other] = desk.open_all(["Linked", "Other"]);
    let path = desk.path(&linked);
    let secret = desk.tmp.path().join("secret");
    fs::write(&secret, "a secret\n").unwrap();
    fs::remove_file(desk.root.join(&path)).unwrap();
    symlink(&secret, desk.root.join(&path)).unwrap();
    // In the work tree only …
    let before = desk.state();
    desk.run(format!("take {linked}")).fails_with_hint(6);
    desk.run("adopt").fails_with_hint(5);
    assert_eq!(desk.state(), before);
    // … and in a commit.
    desk.git("commit -q -a -m Link");
    for words in ["take", "show", "adopt"] {
        let ran = desk.run(format!("{words} {linked}"));
        assert_ne!(ran.code, Some(0), "{words}: {ran}");
        assert!(!ran.to_string().contains("a secret"), "{ran}");
    }
    let listed = desk.run("list");
    assert_eq!(listed.code, Some(6), "{listed}");
    assert!(listed.stdout.contains(&other), "{listed}");
    assert!(listed.stderr.contains(&path), "{listed}");
    desk.ok(format!("take {other}"));
    assert_eq!(fs::read_to_string(&secret).unwrap(), "a secret\n");
    assert_eq!(desk.run("doctor").code, Some(6));
}

#[test]
fn a_folder_of_tickets_that_is_a_symlink_is_not_followed() {
    let desk = Desk::new();
    let elsewhere = desk.tmp.path().join("elsewhere");
    fs::create_dir(&elsewhere).unwrap();
    symlink(&elsewhere, desk.root.join("tickets")).unwrap();
    desk.run("open 'VPN drops'").fails(6);
    assert_eq!(fs::read_dir(&elsewhere).unwrap().count(), 0);
    assert_eq!(desk.commits(), 2);
}

#[test]
fn without_an_identity_nothing_is_done_and_everything_is_read() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    fs::write(desk.home().join(".gitconfig"), "").unwrap();
    let before = desk.state();
    let refused = desk.run(format!("take {id}")).fails_with_hint(7);
    assert_snapshot!(refused, @r#"
    error: git does not know who you are: user.name is not set
    hint: tell git: git config --global user.name "Your Name" and git config --global user.email you@example.com
    "#);
    assert!(desk.ok("list").contains("VPN drops"));
    assert!(desk.ok(format!("show {id}")).contains("VPN drops"));
    desk.ok(format!("history {id}"));
    desk.ok("report");
    assert_eq!(desk.state(), before);
    let new = desk.tmp.path().join("new");
    desk.call(format!("init {}", new.display()))
        .run()
        .fails_with_hint(7);
    assert!(!new.exists());
}

#[test]
fn where_there_is_no_desk_it_says_so() {
    let nowhere = Desk::nowhere();
    let mut said = nowhere.run("list").fails_with_hint(7);
    fs::create_dir(&nowhere.top).unwrap();
    nowhere.git("init -q");
    said += &nowhere.run("list").fails_with_hint(7);
    said += &nowhere
        .call("list")
        .dir(&nowhere.top.join(".git"))
        .run()
        .fails_with_hint(7);
    nowhere.git("config core.bare true");
    said += &nowhere.run("list").fails_with_hint(7);
    said += &nowhere.run("--desk missing list").fails(7);
    let tmp = nowhere.tmp.path().canonicalize().unwrap();
    assert_snapshot!(said.replace(tmp.to_str().unwrap(), "/tmp"), @"
    error: /tmp is not inside a git repository
    hint: go to the folder of a desk, or make one with `desk init`
    error: the git repository /tmp/desk holds no desk here (no desk.yaml)
    hint: go to the folder that holds desk.yaml, or make a desk with `desk init /tmp/desk`
    error: the git repository /tmp/desk holds no desk here (no desk.yaml)
    hint: go to the folder that holds desk.yaml, or make a desk with `desk init /tmp/desk`
    error: /tmp/desk/.git/ is a bare git repository
    hint: clone it and work in the clone
    error: cannot open missing: No such file or directory (os error 2)
    ");
    assert_eq!(nowhere.run("open x").code, Some(7));
}

#[test]
fn a_desk_is_found_from_below_and_from_elsewhere() {
    let desk = Desk::in_a_subfolder();
    let id = desk.open("'VPN drops'");
    let below = desk.root.join("tickets/2026/11");
    assert_eq!(desk.call("list -q").dir(&below).ok().trim(), id);
    let from = |words: &str| desk.call(words).dir(desk.tmp.path());
    let path = desk.root.display();
    assert_eq!(from(&format!("-C {path} list -q")).ok().trim(), id);
    assert_eq!(
        from("list -q")
            .env("DESK_DIR", &path.to_string())
            .ok()
            .trim(),
        id
    );
    desk.call("list").dir(&desk.top).run().fails_with_hint(7);
}

#[test]
fn a_repository_of_somebody_else_is_not_trusted() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    for path in [desk.top.clone(), desk.top.join(".git")] {
        if chown(&path, Some(12_345), None).is_err() {
            return skip("only root can give files away");
        }
    }
    let refused = desk.run(format!("take {id}")).fails_with_hint(7);
    let tmp = desk.tmp.path().canonicalize().unwrap();
    assert_snapshot!(refused.replace(tmp.to_str().unwrap(), "/tmp"), @"
    error: the git repository at /tmp/desk belongs to someone else
    hint: if you trust it: git config --global --add safe.directory /tmp/desk
    ");
    fs::write(
        desk.home().join(".gitconfig"),
        format!(
            "[user]\nname = Lena\nemail = lena@example.com\n[safe]\ndirectory = {}\n",
            desk.top.display()
        ),
    )
    .unwrap();
    desk.ok(format!("take {id}"));
}

#[test]
fn a_read_only_repository_is_read_and_not_changed() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    if !have("setpriv") {
        return skip("there is no setpriv to stop being root");
    }
    let before = desk.state();
    fs::set_permissions(desk.tmp.path(), fs::Permissions::from_mode(0o755)).unwrap();
    let program = desk.tmp.path().join("program");
    fs::copy(DESK, &program).unwrap();
    let trust = format!(
        "[user]\nname = Lena\nemail = lena@example.com\n[safe]\ndirectory = {}\n",
        desk.top.display()
    );
    fs::write(desk.home().join(".gitconfig"), trust).unwrap();
    let as_nobody = |words: &str| {
        let mut call = desk.call("");
        let mut command = Command::new("setpriv");
        command
            .env_clear()
            .envs(
                call.command()
                    .get_envs()
                    .filter_map(|(name, value)| Some((name, value?))),
            )
            .current_dir(&desk.root)
            .args(["--reuid=65534", "--regid=65534", "--clear-groups"])
            .arg(&program)
            .args(words.split(' '));
        command.output().unwrap()
    };
    let listed = as_nobody("list -q");
    if !listed.status.success() && String::from_utf8_lossy(&listed.stderr).contains("setpriv") {
        return skip("only root can run as nobody");
    }
    let said = String::from_utf8_lossy(&listed.stderr);
    assert_eq!(String::from_utf8_lossy(&listed.stdout).trim(), id, "{said}");
    let refused = as_nobody(&format!("take {id}"));
    let said = String::from_utf8_lossy(&refused.stderr);
    assert_eq!(refused.status.code(), Some(7), "{said}");
    assert!(said.contains("hint: check that you may write"), "{said}");
    assert_eq!(desk.state(), before);
}

#[test]
fn settings_for_tests_that_make_no_sense_are_named() {
    let desk = Desk::new();
    for (name, value) in [
        ("DESK_NOW", "yesterday"),
        ("DESK_SEED", "abc"),
        ("DESK_CRASH_AT", "everywhere"),
    ] {
        let refused = desk
            .call("open x")
            .env(name, value)
            .run()
            .fails_with_hint(2);
        assert!(
            refused.contains(name) || refused.contains(value),
            "{refused}"
        );
    }
    desk.git("config desk.durability lots");
    let before = desk.state();
    desk.run("open x").fails_with_hint(7);
    assert_eq!(desk.state(), before);
}
