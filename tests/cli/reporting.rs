//! What `desk report` says, in which words and formats.

use crate::reading::busy;
use crate::support::Desk;
use insta::assert_snapshot;
use serde_json::{Value, json};

/// A figure of the summary, by its metric's name, out of the report's JSON.
pub fn figure<'r>(report: &'r Value, metric: &str) -> &'r Value {
    let rows = report["tables"]["figures"]["rows"].as_array().unwrap();
    let row = rows.iter().find(|row| row["metric"] == metric);
    &row.unwrap_or_else(|| panic!("no {metric} in {report}"))["value"]
}

#[test]
fn the_report_says_what_came_went_and_burns() {
    let (desk, _) = busy();
    assert_snapshot!(desk.ok("report"), @"
    Report  2026-11-16 09:07 to 2026-11-23 09:07

    Came and went
                                Value  n
    arrived                         4  4
    resolved                        1  1
    net                             3  4
    live at the end                 3  3
    first-contact resolution  100.0 %  1
    first-level resolution    100.0 %  1
    ever escalated              0.0 %  1
    reopened                    0.0 %  1

    How long it took
                     n  Median  p90  p95  Mean  Median net of pending  Median, calendar  p90, calendar
    time to respond  2     0 s  0 s  0 s   0 s                    0 s               0 s            0 s
    time to resolve  1     0 s  0 s  0 s   0 s                    0 s               0 s            0 s
      Time of the calendar 24x7, pending included, where not said otherwise.

    Live now: 3
    Level  P1  P3  P4  All
    L1      0   0   1    1  ██████████
    L2      1   1   0    2  ████████████████████
      1 new · 1 queued · 1 pending
      2 unassigned · 2 not acknowledged

    Open for longest
    ID             Age  Pri  Status   Assignee  Title
    261120-1dtbna  3 d  P1   queued   –         VPN drops after sleep
    261121-x8b4zp  2 d  P3   pending  marco     Printer jams, 3rd floor
    261123-jt54s0  3 m  P4   new      –         Größe von /var ändern
    ");
    let json = desk.call("report --json").json();
    assert_eq!(json["version"], 1);
    let figures = ["arrived", "resolved"].map(|name| figure(&json, name).clone());
    assert_eq!(figures, [4, 1]);
}

#[test]
fn a_period_of_the_report_is_chosen() {
    let (desk, _) = busy();
    let arrived = |words: &str| {
        let json = desk.call(format!("report --json {words}")).json();
        figure(&json, "arrived").as_i64().unwrap()
    };
    assert_eq!(arrived("--last 36h"), 2);
    assert_eq!(arrived("--since 2026-11-20 --until 2026-11-22"), 2);
    desk.run("report --since 2026-11-22 --until 2026-11-20")
        .fails_with_hint(2);
    desk.run("report --last someday").fails(2);
}

#[test]
fn who_asks_is_no_split() {
    let (desk, _) = busy();
    let json = desk.call("report --json").by("marco").json();
    assert_eq!(figure(&json, "arrived"), 4);
    let json = desk.call("report --json --by level").by("marco").json();
    assert!(json["tables"]["groups"]["rows"].is_array());
}

#[test]
fn every_split_and_format_works_on_any_desk() {
    let empty = Desk::new();
    let (full, _) = busy();
    for desk in [empty, full] {
        let help = desk.ok("report --help");
        let words = help.split("by time: ").nth(1).unwrap();
        let words = words.split("\n\n").next().unwrap().split(',');
        let words: Vec<&str> = words.map(str::trim).collect();
        assert!(
            words.contains(&"level") && words.contains(&"week"),
            "{words:?}"
        );
        for by in words {
            for format in ["table", "json", "csv", "markdown"] {
                let text = desk.ok(format!("report --last 90d --by {by} --format {format}"));
                assert!(!text.is_empty());
            }
        }
    }
}

#[test]
fn what_cannot_be_reported_says_what_can() {
    let desk = Desk::new();
    let wrong = desk.run("report sumary").fails_with_hint(2);
    assert!(wrong.contains("did you mean summary?"), "{wrong}");
    assert_snapshot!(desk.run("report --by colour"), @r#"
    2> error: a report can't be split by "colour"
    2> hint: it can by level, team, category, priority, kind, person, unit, service, vendor, customer, asset, via, day, week, month, quarter, or an own field such as x-room
    exit 2
    "#);
    assert_snapshot!(desk.run("report --month 2026-13"), @r#"
    2> error: "2026-13" is no month, quarter or year
    2> hint: desk report --month 2026-11, --month 2026-Q4 or --month 2026
    exit 2
    "#);
}

#[test]
fn own_fields_are_figures() {
    let desk = Desk::new();
    for (title, fields) in [
        ("'VPN drops'", "priority=P1 x-moves=5 x-made-sla=false"),
        ("'Printer jams'", "priority=P2 x-moves=0 x-made-sla=true"),
        (
            "'Screen flickers'",
            "priority=P2 x-moves=10 x-made-sla=false",
        ),
    ] {
        let id = desk.open(title);
        desk.ok(format!("set {id} {fields}"));
    }
    let rows = |words: &str, table: &str| {
        let report = desk.call(format!("report {words} --json")).json();
        report["tables"][table]["rows"].clone()
    };
    let missed = |words: &str| {
        let rows = rows(&format!("fields x-made-sla {words}"), "words");
        let rows = rows.as_array().unwrap().iter();
        let mut missed = rows.filter(|row| row["value"] == "false");
        let row = missed.next().unwrap();
        (row["share"]["count"].clone(), row["share"]["n"].clone())
    };
    assert_eq!(missed(""), (json!(2), json!(3)));
    assert_eq!(missed("priority:P2"), (json!(1), json!(2)));
    assert_eq!(missed("x-moves.min:4"), (json!(2), json!(2)));
    assert_eq!(
        rows("fields x-moves", "numbers"),
        json!([{
            "field": "x-moves", "n": 3, "above-zero": 2, "share": {"count": 2, "n": 3, "share": 2.0 / 3.0},
            "sum": 15, "mean": 5.0, "p50": 5, "max": 10,
        }])
    );
    let groups = rows("--by x-moves", "groups");
    let groups = groups.as_array().unwrap().iter();
    let keys: Vec<&str> = groups.map(|row| row["x-moves"].as_str().unwrap()).collect();
    assert_eq!(keys, ["0", "5", "10"]);
    let listed = rows("--explain x-moves", "tickets");
    let listed = listed.as_array().unwrap().iter();
    let values: Vec<&str> = listed.map(|row| row["value"].as_str().unwrap()).collect();
    assert_eq!(values, ["10", "5", "0"]);
    let told = desk.ok("report fields --by priority");
    assert!(told.contains("x-made-sla") && told.contains("P2"), "{told}");
}

#[test]
fn a_report_is_of_the_tickets_that_are_meant() {
    let (desk, _) = busy();
    let arrived = |words: &str| {
        let json = desk.call(format!("report --json {words}")).json();
        figure(&json, "arrived").clone()
    };
    assert_eq!(arrived("summary"), 4);
    assert_eq!(arrived("kind:request"), 1);
    assert_eq!(arrived("summary category.under:network"), 1);
    assert_eq!(arrived("summary printer"), 1);
    assert_eq!(arrived("requester:bob level:3"), 0);
}

#[test]
fn a_figure_says_how_it_is_made_and_of_which_tickets() {
    let (desk, [.., locked, _]) = busy();
    let told = desk.ok("report --explain first-level-resolution");
    assert_snapshot!(told, @"
    Report: first-level resolution  2026-11-16 09:07 to 2026-11-23 09:07

    First-level resolution
                              Value  n
    first-level resolution  100.0 %  1
      Resolved at level 1 or 0 and never above it ÷ resolved. A ticket that never had a level is not counted as one.

    The tickets: 1
    ID             Counts  Pri  Status    Team       Opened            Title
    261122-a1ejyr  yes     P3   resolved  frontline  Sun 22 Nov 09:03  Locked out
    ");
    assert!(told.contains(&locked));
    let json = desk
        .call("report --explain first-level-resolution --json")
        .json();
    let tickets = json["tables"]["tickets"]["rows"].as_array().unwrap();
    assert_eq!(tickets.len(), 1);
    assert_eq!(tickets[0]["id"], locked.as_str());
}

#[test]
fn periods_are_compared_with_the_one_before() {
    let (desk, _) = busy();
    let json = desk.call("report --last 36h --compare --json").json();
    assert_eq!(json["before"]["to"], json["period"]["from"]);
    let rows = json["tables"]["figures"]["rows"].as_array().unwrap();
    let arrived = rows.iter().find(|row| row["metric"] == "arrived").unwrap();
    assert_eq!(
        (&arrived["value"], &arrived["before"]),
        (&2.into(), &1.into())
    );
    assert_eq!(arrived["change"], 1.0);
}

#[test]
fn people_see_the_worst_tickets_behind_a_figure_and_programs_see_all() {
    let desk = Desk::new();
    let lines: String = (0..60)
        .map(|number| {
            let fixed = if number < 57 { "1" } else { "2" };
            let how = format!("\"fixed\": \"restarted\", \"level\": {fixed}");
            format!("{{\"title\": \"Ticket {number}\", {how}}}\n")
        })
        .collect();
    desk.write("../tickets.ndjson", lines);
    desk.ok("open --from ../tickets.ndjson");
    let report = |words: &str| desk.ok(format!("report --explain first-level-resolution {words}"));
    for format in ["table", "markdown", "html"] {
        let told = report(&format!("--format {format}"));
        assert!(told.contains("The first 50 of 60: --format csv or --json has all."));
        assert_eq!(told.matches("Ticket ").count(), 50, "{told}");
        // What went above level 1 is why the figure is not better.
        let first = told.split("Ticket ").nth(1).unwrap();
        assert!(first.starts_with("57"), "{told}");
    }
    assert_eq!(report("--format csv").matches("Ticket ").count(), 60);
    let json: Value = serde_json::from_str(&report("--json")).unwrap();
    let rows = json["tables"]["tickets"]["rows"].as_array().unwrap();
    let not = rows.iter().filter(|row| row["value"] == "no").count();
    assert_eq!((rows.len(), not), (60, 3));
    assert_eq!(json["tables"]["figure"]["rows"][0]["value"]["count"], 57);
}

#[test]
fn a_figure_is_explained_by_what_it_is_split_by() {
    let (desk, _) = busy();
    let json = desk
        .call("report --explain arrived --by level --json")
        .json();
    let rows = json["tables"]["groups"]["rows"].as_array().unwrap();
    let told: Vec<String> = rows
        .iter()
        .map(|row| format!("{} {}", row["level"].as_str().unwrap(), row["arrived"]))
        .collect();
    assert_eq!(told, ["L1 2", "L2 2"]);
    let wrong = desk.run("report --explain arived").fails(2);
    assert!(wrong.contains("arrived"), "{wrong}");
}

#[test]
fn an_empty_report_says_why_and_what_to_ask_for() {
    let told = |desk: &Desk, words: &str| {
        let told = desk.ok(format!("report {words}"));
        told.lines().nth(2).unwrap_or_default().to_owned()
    };
    let desk = Desk::new();
    assert_eq!(
        told(&desk, ""),
        "There is no ticket yet: desk open 'what is wrong' makes the first."
    );
    let (desk, _) = busy();
    let why = told(&desk, "--month 2016-03");
    assert_snapshot!(why, @"Nothing happened in this period. There is something from 2026-11-20 to 2026-11-23 (4 tickets): --since 2026-11-20 --until 2026-11-24");
    let words = why.split("): ").nth(1).unwrap();
    let found = desk.call(format!("report --json {words}")).json();
    assert_eq!(figure(&found, "arrived"), 4);
    assert_eq!(found["notes"], Value::Null);
    let json = desk.call("report --month 2016-03 --json").json();
    assert_eq!(json["notes"][0], why.as_str());
    assert_snapshot!(desk.ok("report category:no/such").lines().nth(3).unwrap(), @"No incident or request meets category:no/such: desk list --help says what can be asked for.");
}
