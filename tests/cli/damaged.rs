//! One damaged ticket hides and kills nothing but itself.

use crate::reporting::figure;
use crate::support::Desk;
use insta::assert_snapshot;

/// A desk with a damaged ticket between two others.
fn damaged() -> (Desk, [String; 3]) {
    let desk = Desk::new();
    let ids = desk.open_all(["First", "Damaged", "Last"]);
    let path = desk.path(&ids[1]);
    let text = desk
        .read(&path)
        .replace("\nstatus:", "\ncolour: red\nstatus:");
    desk.commit(&path, &text);
    (desk, ids)
}

#[test]
fn list_shows_the_others_and_names_it() {
    let (desk, ids) = damaged();
    let ran = desk.run("list --columns id,status,title");
    assert_snapshot!(ran.to_string().replace(&desk.path(&ids[1]), "FILE"), @"
    ID             Status  Title
    261123-1dtbna  new     First
    261123-a1ejyr  new     Last
    2> error: FILE: line 5: there is no field `colour`
    2> hint: the other tickets are not affected; desk doctor says more
    exit 6
    ");
    for format in ["json", "ndjson", "csv", "tsv", "ids"] {
        let ran = desk.run(format!("list --format {format}"));
        assert_eq!(ran.code, Some(6), "{format}");
        assert!(
            ran.stdout.contains(&ids[0]) && ran.stdout.contains(&ids[2]),
            "{ran}"
        );
        assert!(!ran.stdout.contains(&ids[1]), "{ran}");
        assert!(ran.stderr.contains(&desk.path(&ids[1])), "{ran}");
    }
    // The result is still what a script can use.
    let listed: serde_json::Value = serde_json::from_str(&desk.run("list --json").stdout).unwrap();
    assert_eq!(listed["tickets"].as_array().unwrap().len(), 2);
}

#[test]
fn the_others_are_worked_on_as_ever() {
    let (desk, ids) = damaged();
    desk.ok(format!("show {}", ids[0]));
    desk.ok(format!("take {} {}", ids[0], ids[2]));
    desk.ok(format!("assign {} --to marco", ids[0]));
    desk.ok(format!("resolve {} -m done", ids[2]));
    desk.ok(format!("history {}", ids[0]));
    desk.ok("undo");
    desk.open("Another --key a");
    desk.ok("show key:a");
    desk.ok("events");
    let line = format!(
        "{{\"action\":\"note\",\"id\":\"{}\",\"text\":\"x\"}}",
        ids[0]
    );
    desk.call("apply -").stdin(line).ok();
    desk.assert_clean();
    let report = desk.run("report --json");
    assert_eq!(report.code, Some(6));
    assert!(report.stderr.contains(&desk.path(&ids[1])), "{report}");
    assert_eq!(figure(&report.lines()[0], "arrived"), 3);
}

#[test]
fn among_several_the_others_are_done() {
    let (desk, ids) = damaged();
    let ran = desk.run(format!("take {}", ids.join(" ")));
    assert_eq!(ran.code, Some(6), "{ran}");
    assert_eq!(ran.stdout, format!("{}\n{}\n", ids[0], ids[2]));
    let ran = desk.run(format!("show {} -q", ids.join(" ")));
    assert_eq!(ran.code, Some(6), "{ran}");
    assert_eq!(ran.stdout, format!("{}\n{}\n", ids[0], ids[2]));
}

#[test]
fn put_right_it_is_back() {
    let (desk, ids) = damaged();
    let path = desk.path(&ids[1]);
    assert_eq!(desk.run("doctor").code, Some(6));
    desk.commit(&path, &desk.read(&path).replace("\ncolour: red", ""));
    assert_eq!(desk.run("doctor").code, Some(0));
    desk.ok(format!("take {}", ids[1]));
    assert_eq!(desk.ok("list -q").lines().count(), 3);
}

#[test]
fn a_broken_policy_stops_changes_and_not_reading() {
    let desk = Desk::new();
    let id = desk.open("'VPN drops'");
    for (file, text) in [
        ("desk.yaml", "format: 1\nlevels: nonsense\n"),
        ("desk.yaml", "format: 1\ncolour: red\n"),
        (
            "people.yaml",
            "format: 1\npeople:\n  lena: {levels: [77]}\n",
        ),
        ("desk.yaml", "format: 99\n"),
    ] {
        desk.commit(file, text);
        let before = desk.state();
        let refused = desk.run(format!("take {id}")).fails(6);
        assert!(refused.contains(file), "{refused}");
        desk.ok("list");
        desk.ok(format!("show {id}"));
        desk.ok("report");
        assert_eq!(desk.run("doctor").code, Some(6));
        assert_eq!(desk.state(), before);
        desk.git("revert --no-edit HEAD");
    }
    desk.ok(format!("take {id}"));
}
