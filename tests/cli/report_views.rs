//! Every view of `desk report` on every sort of desk.

use crate::reading::busy;
use crate::support::{Call, Desk, tiered};
use insta::assert_snapshot;
use serde_json::{Value, json};

/// Views that nothing splits.
const WHOLE: [&str; 7] = [
    "people",
    "categories",
    "assets",
    "staffing",
    "sample",
    "tickets",
    "vendors",
];

/// The views, as help lists them.
fn views(desk: &Desk) -> Vec<String> {
    let help = desk.ok("report --help");
    let list = help.split("\nViews:\n").nth(1).unwrap();
    let list = list.lines().take_while(|line| !line.is_empty());
    let words = list.filter_map(|line| line.split_whitespace().next());
    let views: Vec<String> = words.map(str::to_owned).collect();
    assert!(views.len() > 9 && views[0] == "summary", "{views:?}");
    views
}

/// A desk of one person, with office hours and targets, without levels.
fn one_person() -> Desk {
    let desk = Desk::nowhere();
    std::fs::create_dir_all(&desk.root).unwrap();
    desk.call("init --template one-person").ok();
    let targets = desk.read("desk.yaml") + "\ncurrency: EUR\n";
    desk.commit("desk.yaml", &targets);
    let vpn = desk.open("'VPN drops' -r alice@example.com -c network/vpn -p P1 --at 3d");
    desk.ok(format!("take {vpn}"));
    desk.ok(format!("hold {vpn} --for vendor -m 'telco looks'"));
    let locked = desk.open("'Locked out' -r bob -c access --at 2d");
    desk.ok(format!("resolve {locked} -m 'unlocked it'"));
    desk.open("'Printer jams' -r carol -c hardware --at 9d");
    desk
}

/// A desk with levels, vendors, targets and a roster, and tickets that went
/// through all of them.
fn served() -> Desk {
    let desk = tiered();
    let policy =
        desk.read("desk.yaml") + "targets:\n- {respond: 1h, resolve: 8h, accept: 1h, vendor: 4h}\n";
    desk.commit("desk.yaml", &policy);
    let carry = "--tried rebooted --searched vpn --evidence log -m 'needs rights' \
                 --ask 'please look'";
    let vpn = desk.open("'VPN | drops' -r alice@example.com --at 3d");
    desk.ok(format!("escalate {vpn} {carry}"));
    desk.call(format!("decline {vpn} -m 'which client?'"))
        .by("marco")
        .ok();
    desk.ok(format!("escalate {vpn} {carry}"));
    desk.call(format!("accept {vpn}")).by("marco").ok();
    desk.call(format!("resolve {vpn} -m updated --could-be 1"))
        .by("marco")
        .ok();
    let board = desk.open("'Broken board' -r bob -c hardware --impact high --urgency high --at 2d");
    desk.ok(format!("take {board}"));
    desk.ok(format!("escalate {board} --to dell --ref D-1 {carry}"));
    desk.open("'=cmd|x' -r bob -c hardware --at 9d");
    desk
}

#[test]
fn every_view_is_told_of_every_desk_in_every_format() {
    let (busy, _) = busy();
    for desk in [Desk::new(), busy, one_person(), served()] {
        for view in views(&desk) {
            let splits: &[&str] = match WHOLE.contains(&view.as_str()) {
                true => &["", "--compare"],
                false => &["", "--by category --compare", "--by week"],
            };
            for split in splits {
                let words = format!("report {view} --last 30d {split}");
                let json = desk.call(format!("{words} --json")).json();
                assert_eq!(json["view"], view.as_str());
                let tables = json["tables"].as_object().unwrap();
                assert!(!tables.is_empty(), "{view}");
                let formats: &[&str] = match *split {
                    "" => &["table", "csv", "markdown"],
                    _ => &["table"],
                };
                for format in formats {
                    let text = desk.ok(format!("{words} --format {format}"));
                    for table in tables.values() {
                        let title = table["title"].as_str().unwrap();
                        let title = title.split(['|', '(']).next().unwrap();
                        let told = *format == "csv" || text.contains(title);
                        assert!(told, "{title:?} is not in {text}");
                    }
                }
            }
        }
    }
}

#[test]
fn a_split_that_would_split_nothing_is_refused() {
    let desk = Desk::new();
    for view in views(&desk) {
        let ran = desk.run(format!("report {view} --by team"));
        match WHOLE.contains(&view.as_str()) {
            true => {
                let told = ran.fails_with_hint(2);
                assert!(
                    told.contains(&format!("--by splits nothing in {view}")),
                    "{told}"
                );
            }
            false => {
                ran.ok();
            }
        }
    }
}

#[test]
fn a_desk_without_levels_never_meets_the_word() {
    let desk = one_person();
    for view in views(&desk) {
        // Who asks for levels hears of them.
        if view == "levels" {
            continue;
        }
        let text = desk.ok(format!("report {view} --last 30d"));
        let word = text.to_lowercase().contains("level");
        assert!(!word, "{view}: {text}");
    }
}

/// The rows of a table of a view.
fn rows(desk: &Desk, words: &str, table: &str) -> Vec<Value> {
    let json = desk
        .call(format!("report {words} --last 30d --json"))
        .json();
    let rows = json["tables"][table]["rows"].as_array();
    rows.unwrap_or_else(|| panic!("no {table} in {json}"))
        .clone()
}

#[test]
fn views_tell_what_was_done_at_the_command_line() {
    let desk = served();
    let refused = rows(&desk, "levels", "refused");
    let told = ["by", "reason", "from", "to"].map(|name| refused[0][name].as_str().unwrap());
    assert_eq!(
        told,
        ["marco", "which client?", "L1 frontline", "L2 network"]
    );
    // It went to level 2, though level 1 could have done it.
    let mix = rows(&desk, "levels", "mix");
    let two = mix.iter().find(|row| row["level"] == "L2").unwrap();
    assert_eq!(two["tickets"], 1);
    let saving = rows(&desk, "cost", "figures").pop().unwrap();
    assert_eq!(
        (&saving["metric"], &saving["value"]),
        (&"shift-left-saving".into(), &47.into())
    );
    let open = rows(&desk, "vendors", "open");
    assert_eq!(
        (&open[0]["vendor"], &open[0]["reference"]),
        (&"dell".into(), &"D-1".into())
    );
    let vendors = rows(&desk, "vendors", "vendors");
    assert_eq!(vendors[0]["until"], "2020-01-31");
    let major = rows(&desk, "service", "major");
    assert_eq!(major.len(), 1);
    let ages = rows(&desk, "backlog", "ages");
    let counts: Vec<_> = ages.iter().map(|row| row["tickets"].as_i64()).collect();
    assert_eq!(counts, [Some(0), Some(1), Some(1), Some(0), Some(0)]);
}

#[test]
fn a_review_is_of_one_unit() {
    let desk = Desk::new();
    for unit in ["Sales", "Finance"] {
        let line = json!({"action": "open", "title": "VPN drops", "unit": unit});
        desk.call("apply -").stdin(line.to_string()).ok();
    }
    let both = desk.ok("report review");
    assert!(both.contains("--unit UNIT"), "{both}");
    let arrived = |words: &str| rows(&desk, words, "volume")[0]["value"].clone();
    assert_eq!(arrived("review"), 2);
    assert_eq!(arrived("review --unit Sales"), 1);
    assert!(
        !desk
            .ok("report review --unit Sales")
            .contains("--unit UNIT")
    );
}

#[test]
fn a_long_list_is_cut_at_a_terminal_and_nowhere_else() {
    let desk = served();
    let line = |place: usize| {
        json!({
            "action": "open", "title": format!("VPN drops {place}"), "category": "network",
            "at": "9d ago",
        })
    };
    let lines: String = (0..51).map(|place| format!("{}\n", line(place))).collect();
    desk.call("apply -").stdin(lines).ok();
    let late = rows(&desk, "sla", "late");
    assert!(late.len() > 100, "{}", late.len());
    let text = desk.ok("report sla --last 30d");
    assert!(text.contains("--format csv or --json has all."), "{text}");
    let shown = text.lines().filter(|line| line.contains(" VPN drops "));
    assert!(shown.count() <= 100, "{text}");
    let csv = desk.ok("report sla --last 30d --format csv");
    assert!(csv.lines().count() > late.len());
}

#[test]
fn a_sample_is_drawn_again_by_its_seed() {
    let desk = Desk::new();
    for number in 0..12 {
        desk.open(format!("'Ticket {number}' --fixed done"));
    }
    let drawn = |words: &str| {
        let json = desk.call(format!("report sample {words} --json")).json();
        let rows = json["tables"]["sample"]["rows"].as_array().unwrap();
        let ids = rows
            .iter()
            .map(|row| row["id"].as_str().unwrap().to_owned());
        ids.collect::<Vec<_>>()
    };
    let first = drawn("5 --seed 7");
    assert_eq!(first.len(), 5);
    std::fs::remove_dir_all(desk.root.join(".git/desk")).unwrap();
    assert_eq!(drawn("5 --seed 7"), first);
    assert_eq!(drawn("12 --seed 7")[..5], first);
    assert_ne!(drawn("12 --seed 8"), drawn("12 --seed 7"));
    let told = desk.ok("report sample 5 --seed 7 --format csv");
    assert!(!told.contains("lena"), "{told}");
}

#[test]
fn people_see_the_first_tickets_and_machines_see_all() {
    let desk = Desk::new();
    for number in 0..52 {
        desk.open(format!("'=1+{number}'"));
    }
    let table = desk.ok("report tickets");
    assert!(
        table.contains("The first 50 of 52: --format csv or --json has all."),
        "{table}"
    );
    let csv = desk.ok("report tickets --format csv");
    assert_eq!(csv.lines().count(), 53);
    assert!(csv.contains("'=1+51"), "formulas are neutralised");
    let json = desk.call("report tickets --json").json();
    assert_eq!(
        json["tables"]["tickets"]["rows"].as_array().unwrap().len(),
        52
    );
}

#[test]
fn the_summary_is_of_who_asks_or_of_another_role() {
    let (desk, [.., disk]) = busy();
    let names = |call: Call| {
        let json = call.json();
        let tables = json["tables"].as_object().unwrap();
        tables.keys().cloned().collect::<Vec<_>>()
    };
    let whole = names(desk.call("report --json"));
    // grace leads the team; lena's roster entry names no role.
    let lead = names(desk.call("report --json").by("grace"));
    assert!(lead.contains(&"unacknowledged".to_owned()), "{lead:?}");
    assert_eq!(names(desk.call("report --role lead --json")), lead);
    assert_eq!(
        names(desk.call("report --role none --json").by("grace")),
        whole
    );
    let mine = desk.call("report --role technician").by("marco").ok();
    assert_snapshot!(mine, @"
    Report  2026-11-16 09:11 to 2026-11-23 09:11

    With me: 1
    ID             Pri  Status   Level  Age  Title
    261121-x8b4zp  P3   pending  L2     2 d  Printer jams, 3rd floor

    Nobody has it, and I could: 1
    ID             Pri  Status  Level  Age  Title
    261120-1dtbna  P1   queued  L2     3 d  VPN drops after sleep

    My desk
    Person  Live  Assigned  In progress  Pending  Oldest  Resolved  Acted on  Taken over  Declined  Capacity  Now
    marco      1         0            0        1     2 d         0         1           0         0  –         no rota
      By name: load, not rank. Live, oldest and duty are as of now; resolved, taken over (hand-overs accepted) and declined happened in the period; acted on is of the tickets that were live or resolved in it.
      As a technician sees it (--role ROLE for others, --role none for the whole desk). More in the views flow, categories, assets, and what is next in desk queue.
    ");
    assert!(!mine.contains(&disk), "it lies with another team");
    assert_snapshot!(desk.run("report --role manger"), @r#"
    2> error: there is no role "manger"
    2> hint: did you mean manager? the roles are analyst, technician, desktop-technician, team-lead, desktop-lead, manager, desktop-manager, director, desktop-director, process-owner, service-delivery-manager, business-relationship-manager, none
    exit 2
    "#);
}
