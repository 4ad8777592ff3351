//! Questions that span several desks.

use crate::reporting::figure;
use crate::support::{Desk, Other};
use insta::assert_snapshot;
use std::fs;

/// Acme with two tickets, and Beta with one that burns hotter.
fn two(desk: &Desk) -> (Other<'_>, [String; 3]) {
    desk.ok("init ../beta --name Beta");
    let beta = desk.at(desk.root.with_file_name("beta"));
    let first = desk.open("'VPN drops' -p P2");
    let second = desk.open("'Printer jams' -p P4");
    let third = beta.ok("open 'VPN is down' -p P1");
    (beta, [first, second, third.trim().to_owned()])
}

#[test]
fn a_list_of_several_desks_burns_as_one() {
    let desk = Desk::new();
    let (_, [first, _, third]) = two(&desk);
    let listed = desk.ok("list --desk . --desk ../beta");
    assert_snapshot!(listed, @"
    ID             Desk  Pri  Status  Lvl  Team       Assignee  Age  Title
    261123-jt54s0  Beta  P1   new     L1   frontline  –          1m  VPN is down
    261123-x8b4zp  Acme  P2   new     L1   frontline  –          3m  VPN drops
    261123-a1ejyr  Acme  P4   new     L1   frontline  –          2m  Printer jams
    ");
    let found = desk
        .call("list --desk . --desk ../beta --limit 2 --json")
        .json();
    let row = |n: usize, field: &str| found["tickets"][n][field].as_str().unwrap().to_owned();
    assert_eq!([row(0, "id"), row(1, "id")], [third, first]);
    assert_eq!([row(0, "desk"), row(1, "desk")], ["Beta", "Acme"]);
    assert_eq!(found["tickets"].as_array().unwrap().len(), 2);
    // One desk by two names is one desk, and of one nothing is said.
    let same = desk.ok("list --desk . --desk ../desk --columns id,desk --format csv");
    assert_eq!(same.lines().count(), 3, "{same}");
    desk.run("list --columns desk").fails(2);
}

#[test]
fn all_desks_are_those_that_git_names_and_the_one_around_here() {
    let desk = Desk::new();
    two(&desk);
    fs::rename(desk.root.with_file_name("beta"), desk.home().join("beta")).unwrap();
    desk.git("config --global --add desk.path ~/beta");
    let names = |ran: String| -> Vec<String> {
        let mut names: Vec<String> = ran.lines().skip(1).map(str::to_owned).collect();
        names.sort();
        names
    };
    let from_desk = desk.ok("list --all-desks --columns desk --format csv");
    assert_eq!(names(from_desk), ["Acme", "Acme", "Beta"]);
    // Outside any desk, too; and one that is gone hides no other.
    desk.git("config --global --add desk.path ~/gone");
    let outside = desk.call("list --all-desks --columns desk --format csv");
    let ran = outside.dir(&desk.home()).run();
    assert_eq!(ran.code, Some(7), "{ran}");
    assert!(ran.stderr.contains("gone"), "{ran}");
    assert_eq!(names(ran.stdout), ["Beta"]);
    // The repository's own settings name no desks: clones are strangers.
    desk.git("config --global --unset-all desk.path");
    desk.git("config --add desk.path ../home/beta");
    let own = desk.ok("list --all-desks --columns desk --format csv");
    assert_eq!(names(own), ["Acme", "Acme"]);
    let nothing = desk.call("list --all-desks").dir(&desk.home()).run();
    assert!(nothing.fails_with_hint(2).contains("desk.path"));
}

#[test]
fn search_show_and_report_span_desks_and_changes_do_not() {
    let desk = Desk::new();
    let (beta, [first, _, third]) = two(&desk);
    let both = "--desk . --desk ../beta";
    let found = desk.call(format!("search vpn {both} --json")).json();
    let mut desks: Vec<&str> = found["tickets"]
        .as_array()
        .unwrap()
        .iter()
        .map(|hit| hit["desk"].as_str().unwrap())
        .collect();
    desks.sort_unstable();
    assert_eq!(desks, ["Acme", "Beta"]);
    let shown = desk.ok(format!("show {third} {first} {both}"));
    assert!(shown.contains("VPN is down") && shown.contains("VPN drops"));
    // What fits in both is ambiguous, and says where.
    let day = &first[..6];
    let refused = desk.run(format!("show {day} {both}"));
    assert_eq!(refused.code, Some(3), "{refused}");
    let report = desk.call(format!("report {both} --json")).json();
    assert_eq!(figure(&report, "backlog"), 3);
    assert_eq!(report["desks"], serde_json::json!(["Acme", "Beta"]));
    let (here, there) = (desk.state(), beta.git("rev-parse HEAD"));
    desk.run(format!("take {third} {both}")).fails_with_hint(2);
    desk.run("open 'No' --all-desks").fails_with_hint(2);
    assert_eq!(desk.state(), here);
    assert_eq!(beta.git("rev-parse HEAD"), there);
}

#[test]
fn desks_of_one_name_are_told_apart_by_their_folders() {
    let desk = Desk::new();
    desk.ok("init ../beta --name Acme");
    desk.at(desk.root.with_file_name("beta")).ok("open 'VPN'");
    let found = desk.call("list --desk . --desk ../beta --json").json();
    let name = found["tickets"][0]["desk"].as_str().unwrap().to_owned();
    assert!(name.ends_with("/beta"), "{name}");
}
