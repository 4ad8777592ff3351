//! Other systems' logs in, and event logs out.

use crate::support::Desk;
use tierdesk::store::CrashPoint;

const MAPPING: &str = "\
source: old
format: csv
missing: ['?']
shape: snapshot
case: number
time: {column: updated, formats: ['%d/%m/%Y %H:%M'], zone: Europe/London}
opened: opened
actor: by
activity: state
state: state
status:
  from: state
  words: {New: new, Active: in-progress, Waiting: pending vendor, Done: resolved, Closed: closed}
fields:
  title: summary
  team: group
  level: {column: group, match: '(\\d)$'}
  assignee: who
  priority: {column: priority, match: '^(\\d)'}
  x-made-sla: sla
";

const LOG: &str = "\
number,opened,updated,by,state,group,who,priority,sla,summary
INC7,1/7/2026 09:00,1/7/2026 09:05,Tool 1,New,Desk 1,?,3 - Moderate,true,\"=cmd|' /C calc'!A0\"
INC8,1/7/2026 09:10,1/7/2026 09:10,Tool 1,New,Desk 1,?,2 - High,true,Mail is down
INC7,1/7/2026 09:00,1/7/2026 09:20,Lena F,New,Net 3,?,3 - Moderate,true,\"=cmd|' /C calc'!A0\"
INC7,1/7/2026 09:00,1/7/2026 09:30,Omar B,Active,Net 3,Omar B,3 - Moderate,true,\"=cmd|' /C calc'!A0\"
INC7,1/7/2026 09:00,1/7/2026 09:30,Omar B,Active,Net 3,Omar B,3 - Moderate,true,\"=cmd|' /C calc'!A0\"
INC8,1/7/2026 09:10,1/7/2026 09:40,Lena F,Lost,Desk 1,?,2 - High,true,Mail is down
INC7,1/7/2026 09:00,1/7/2026 10:30,Omar B,Done,Net 3,Omar B,3 - Moderate,false,\"=cmd|' /C calc'!A0\"
";

fn desk() -> Desk {
    let desk = Desk::new();
    desk.write("../log.csv", LOG);
    desk.write("../map.yaml", MAPPING);
    desk
}

const IMPORT: &str = "import ../log.csv --map ../map.yaml";

/// The tickets' tree: the same where two desks have the same tickets.
fn tree(desk: &Desk) -> String {
    desk.git("rev-parse HEAD:tickets").trim().to_owned()
}

#[test]
fn a_row_is_an_event_and_a_commit_with_its_time_and_actor() {
    let desk = desk();
    let before = desk.commits();
    let told = desk.ok(IMPORT);
    insta::assert_snapshot!(told, @r"
    7 rows of 2 tickets: 7 events imported, 2 tickets are new
    1 statuses that the mapping does not name: the status stayed
      INC8, row 6: Lost
    1 rows that were there before, word for word
      INC7, row 5: seen 2 times
    ");
    assert_eq!(desk.commits() - before, 7);
    let log = desk.git("log --reverse --format=%an|%aI|%s -7");
    let log: Vec<&str> = log
        .lines()
        .map(|line| line.split_once(" 26").map_or(line, |(start, _)| start))
        .collect();
    insta::assert_snapshot!(log.join("\n"), @r"
    tool-1|2026-07-01T08:10:00Z|open
    lena-f|2026-07-01T08:40:00Z|note
    tool-1|2026-07-01T08:00:00Z|open
    lena-f|2026-07-01T08:20:00Z|escalate
    omar-b|2026-07-01T08:30:00Z|take
    omar-b|2026-07-01T08:30:00Z|note
    omar-b|2026-07-01T09:30:00Z|resolve
    ");
    // The old number is taken wherever an id is.
    let shown = desk.ticket("INC7");
    assert_eq!(shown["opened"], "2026-07-01T08:00:00Z");
    assert_eq!(shown["x-made-sla"], "false");
    assert_eq!(shown["timeline"][0]["recorded"], "2026-07-01T08:05:00Z");
    assert_eq!(shown["timeline"][2]["activity"], "Active");
    assert_eq!(shown["status"], "resolved");
    let id = shown["id"].as_str().unwrap();
    desk.ok("reopen INC7 -m 'not at all'");
    assert_eq!(desk.field(id, "status"), "in-progress");
    desk.assert_clean();
    desk.git("fsck --strict");
}

#[test]
fn a_dry_run_says_the_same_and_writes_nothing() {
    let desk = desk();
    let before = desk.state();
    let dry = desk.ok(format!("{IMPORT} --dry-run"));
    assert_eq!(before, desk.state());
    assert_eq!(
        dry.replace("would be imported", "imported"),
        desk.ok(IMPORT)
    );
}

#[test]
fn importing_again_adds_only_what_is_new() {
    let desk = desk();
    desk.ok(IMPORT);
    let (tree_before, commits) = (tree(&desk), desk.commits());
    let again = desk.ok(IMPORT);
    assert!(
        again.starts_with("7 rows of 2 tickets: 0 events imported, 7 rows were there already"),
        "{again}"
    );
    assert_eq!((tree(&desk), desk.commits()), (tree_before, commits));
    // A newer export of the same log.
    let more =
        "INC8,1/7/2026 09:10,2/7/2026 09:40,Lena F,Closed,Desk 1,?,2 - High,true,Mail is down\n";
    desk.write("../log.csv", format!("{LOG}{more}"));
    let again = desk.call(format!("{IMPORT} --json")).json();
    assert_eq!(
        (&again["events"], &again["continued"], &again["old"]),
        (&1.into(), &1.into(), &7.into())
    );
    assert_eq!(desk.field("INC8", "status"), "closed");
    desk.assert_clean();
}

#[test]
fn two_offices_that_import_the_same_file_merge_into_one() {
    let desk = desk();
    let other = desk.tmp.path().canonicalize().unwrap().join("other");
    desk.git(format!("clone -q . {}", other.display()));
    desk.ok(IMPORT);
    let office = desk.at(other);
    office.ok(format!("{IMPORT} --batch 1"));
    desk.git("pull -q --no-rebase --no-edit ../other main");
    assert_eq!(desk.ok("list is:any --format ids").lines().count(), 2);
    assert_eq!(desk.ticket("INC7")["timeline"].as_array().unwrap().len(), 5);
    assert_eq!(desk.run("doctor").to_string(), "2> the desk is well\n");
}

/// A log of many tickets, their rows mixed.
fn long_log() -> String {
    let (head, _) = LOG.split_once('\n').unwrap();
    let mut log = format!("{head}\n");
    for round in 0..3 {
        for number in 0..30 {
            let state = ["New", "Active", "Done"][round];
            let (hour, minute) = (9 + round, number);
            log.push_str(&format!(
                "INC{number},1/7/2026 09:00,1/7/2026 {hour}:{minute:02},by {number},{state},Desk 1,?,3,true,Case {number}\n"
            ));
        }
    }
    log
}

#[test]
fn killed_half_way_and_run_again_it_ends_with_the_same_tickets() {
    let whole = desk();
    whole.write("../log.csv", long_log());
    whole.ok(IMPORT);
    let commits = whole.commits();

    let batches = format!("{IMPORT} --batch 33");
    let kill = |desk: &Desk, at: CrashPoint| {
        let ran = desk.call(&batches).env("DESK_CRASH_AT", at.name()).run();
        ran.code.is_none()
    };
    let mut killed = 0;
    for at in CrashPoint::ALL {
        let desk = desk();
        desk.write("../log.csv", long_log());
        // The first batch stands, and the next is killed at this step.
        let last = CrashPoint::ALL.last().copied().unwrap();
        assert!(kill(&desk, last));
        assert!((1..90).contains(&(commits - desk.commits())));
        killed += usize::from(kill(&desk, *at));
        desk.git("fsck --strict");
        desk.ok(&batches);
        assert_eq!(tree(&desk), tree(&whole), "{at}");
        assert_eq!(desk.commits(), commits, "{at}");
        desk.assert_clean();
    }
    assert!(killed > 10, "{killed}");
}

#[test]
fn what_is_wrong_is_said_before_anything_is_written() {
    let desk = desk();
    let before = desk.state();
    let mut told = Vec::new();
    let mut refuse = |map: &str, log: &str| {
        desk.write("../log.csv", log);
        desk.write("../map.yaml", map);
        let ran = desk.run(IMPORT);
        assert_ne!(ran.code, Some(0));
        told.push(ran.to_string());
    };
    refuse(&MAPPING.replace("group\n", "groop\n"), LOG);
    refuse(MAPPING, &LOG.replace("1/7/2026 09:40", "July 1st"));
    refuse(MAPPING, &LOG.replace("INC8,", ","));
    refuse(MAPPING, "number\n");
    refuse(
        &MAPPING
            .replace("New: new", "New: fresh")
            .replace("  team:", "  tema:"),
        LOG,
    );
    refuse(MAPPING, &LOG.replace(",Mail is down", ""));
    insta::assert_snapshot!(told.join("\n"), @r#"
    2> error: ../log.csv: it has no column groop, which the mapping names
    2> hint: did you mean group?
    exit 2

    2> error: ../log.csv: row 6: updated is "July 1st", which no format fits
    2> hint: add the format to `time.formats` of the mapping: %d/%m/%Y %H:%M
    exit 2

    2> error: ../log.csv: row 2 has no number
    2> hint: every row needs the number of its ticket
    exit 2

    2> error: ../log.csv: it has no column by, which the mapping names
    2> hint: its columns are: number
    exit 2

    2> error: ../map.yaml: line 13: status.words.New: "fresh" is not a status: one of new queued assigned in-progress pending resolved closed cancelled
    2> hint: such as new, in-progress or pending vendor
    2> error: ../map.yaml: line 16: fields.tema: there is no field tema
    2> hint: did you mean team?
    exit 6

    2> error: ../log.csv: line 3: the row has 9 columns and the header 10
    2> hint: see whether `delimiter` is right, and quotes are closed
    exit 2
    "#);
    assert_eq!(before, desk.state());
}

#[test]
fn every_conflict_is_listed_where_that_is_asked_for() {
    let desk = desk();
    desk.ok(format!("{IMPORT} --conflicts ../conflicts.csv"));
    insta::assert_snapshot!(desk.read("../conflicts.csv"), @r"
    conflict,ticket,row,what
    unknown-status,INC8,6,Lost
    repeated,INC7,5,seen 2 times
    ");
}

#[test]
fn the_schema_of_a_mapping_knows_its_keys() {
    let desk = desk();
    let schema: serde_json::Value = serde_json::from_str(&desk.ok("schema mapping")).unwrap();
    let required: Vec<_> = schema["required"].as_array().unwrap().iter().collect();
    assert_eq!(
        required,
        ["source", "format", "shape", "case", "time", "fields"]
    );
    assert_eq!(schema["additionalProperties"], false);
}

#[test]
fn events_are_exported_a_row_each() {
    let desk = desk();
    desk.ok(IMPORT);
    let own = desk.open("'Own ticket' --at 2d");
    let csv = desk.ok("export is:any ref.not:none");
    let lines: Vec<&str> = csv.lines().collect();
    assert_eq!(lines.len(), 8);
    // A title that a spreadsheet would run is text.
    assert!(csv.contains("'=cmd|"), "{csv}");
    let ndjson = desk.ok("export --format ndjson");
    assert_eq!(ndjson.lines().count(), 8);
    let last: serde_json::Value = serde_json::from_str(ndjson.lines().last().unwrap()).unwrap();
    assert_eq!(
        (&last["id"], &last["did"]),
        (&own.as_str().into(), &"open".into())
    );
    let xes = desk.ok("export --format xes");
    assert_eq!(xes.matches("<trace>").count(), 3);
    assert_eq!(xes.matches("<event>").count(), 8);
    assert_eq!(
        xes.matches("key=\"concept:name\" value=\"Active\"").count(),
        2
    );
}

#[test]
fn what_was_exported_as_xes_is_imported_elsewhere() {
    let desk = desk();
    desk.ok(IMPORT);
    desk.write("../log.xes", desk.ok("export --format xes"));
    let other = Desk::new();
    other.write("../log.xes", desk.read("../log.xes"));
    let map = "source: desk\nformat: xes\nshape: activity\ncase: case:concept:name\n\
               time: {column: time:timestamp}\nactor: org:resource\nactivity: concept:name\n\
               state: lifecycle:state\nstatus:\n  from: desk:status\n  words: {new: new, \
               in-progress: in-progress, resolved: resolved}\nfields:\n  title: case:desk:ref\n  \
               team: org:group\n  level: {column: org:role, match: '(\\d)'}\n";
    other.write("../map.yaml", map);
    other.ok("import ../log.xes --map ../map.yaml");
    let rows = |desk: &Desk, id: &str| -> Vec<String> {
        let shown = desk.ticket(id);
        let events = shown["timeline"].as_array().unwrap().iter();
        events
            .map(|event| format!("{} {} {}", event["by"], event["activity"], event["did"]))
            .collect()
    };
    let id = desk.ticket("INC7")["id"].as_str().unwrap().to_owned();
    assert_eq!(rows(&desk, "INC7"), rows(&other, &id));
}
