//! Whole event logs of real support organisations, imported by the mappings of
//! `examples/import`: every figure that was computed from the files apart from
//! this program is found again, in `desk report` wherever it is a figure of a
//! report.
//!
//! Skipped, and said so, where `../shared/data` is absent. Without optimisation
//! the largest log takes too long: then a part of it is imported, unless
//! `DESK_WHOLE_LOGS` is set; `.ci/run` runs this with `--release`. The comparison
//! with pm4py needs a Python that has it: `DESK_PM4PY`, or what `.ci/run` sets up.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::{Place, output};
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet, HashMap};
use std::io::Read as _;
use std::path::{Path, PathBuf};
use tierdesk::ticket::Timestamp;
use tierdesk::ticket::value::Value as _;

fn root() -> &'static Path {
    Path::new(env!("CARGO_MANIFEST_DIR"))
}

/// A log, where it is there.
fn data(name: &str) -> Option<PathBuf> {
    let path = root().join("../shared/data").join(name);
    if path.is_file() {
        return Some(path);
    }
    println!("skipped: there is no {}", path.display());
    None
}

/// A desk made of one log, and nothing but what commands print of it.
struct Imported {
    place: Place,
    told: Json,
}

impl Imported {
    fn of(log: &Path, mapping: &str) -> Self {
        let place = Place::new();
        place.run("desk", &["init", "real", "--handle", "lena"]);
        let mapping = root().join("examples/import").join(mapping);
        let (log, mapping) = (log.display().to_string(), mapping.display().to_string());
        let words = ["-C", "real", "import", &log, "--map", &mapping, "--json"];
        let told = serde_json::from_str(&place.run("desk", &words)).unwrap();
        Self { place, told }
    }

    fn conflicts(&self) -> BTreeMap<String, u64> {
        let conflicts = self.told["conflicts"].as_array().unwrap().iter();
        conflicts
            .map(|one| {
                (
                    one["sort"].as_str().unwrap().to_owned(),
                    one["count"].as_u64().unwrap(),
                )
            })
            .collect()
    }

    /// One commit an event, and nothing else.
    fn assert_commits(&self, events: usize) {
        let real = self.place.at("real");
        let mut git = self.place.command("git");
        let count = output(
            git.arg("-C")
                .arg(real)
                .args(["rev-list", "--count", "HEAD"]),
        );
        // The first makes the desk.
        assert_eq!(count.trim().parse::<usize>().unwrap(), events + 1);
    }

    /// A row a ticket, in the order of opening.
    fn tickets(&self, columns: &str) -> Vec<HashMap<String, String>> {
        let sort = ["--sort", "opened", "--format", "csv", "--columns", columns];
        let list = [&["-C", "real", "list", "is:any"][..], &sort].concat();
        rows(&self.place.run("desk", &list))
    }

    /// The events of each ticket, by its number in the log.
    fn events(&self) -> BTreeMap<String, Vec<HashMap<String, String>>> {
        let mut cases: BTreeMap<String, Vec<_>> = BTreeMap::new();
        for row in rows(&self.place.run("desk", &["-C", "real", "export"])) {
            cases.entry(row["ref"].clone()).or_default().push(row);
        }
        cases
    }

    /// Tickets in whose files a field stands, now or in an event.
    fn files_with(&self, field: &str) -> usize {
        let real = self.place.at("real");
        let mut git = self.place.command("git");
        git.arg("-C").arg(real).args(["grep", "-l", "-F", "-e"]);
        let found = output(git.arg(format!("{field}: ")).args(["--", "tickets"]));
        found.lines().count()
    }

    /// A report over all that happened, as JSON.
    fn report(&self, words: &[&str]) -> Json {
        let all = ["-C", "real", "report", "--json"];
        let period = ["--since", "2000-01-01", "--until", "2020-01-01"];
        let words = [&all[..], words, &period].concat();
        serde_json::from_str(&self.place.run("desk", &words)).unwrap()
    }

    fn sql(&self, question: &str) -> String {
        let words = ["-C", "real", "sql", "--format", "csv", question];
        self.place
            .run("desk", &words)
            .lines()
            .skip(1)
            .collect::<Vec<_>>()
            .join(" ")
    }
}

/// The rows of a table of a report.
fn told<'r>(report: &'r Json, table: &str) -> &'r [Json] {
    report["tables"][table]["rows"].as_array().unwrap()
}

/// The row of a table where a column has that value.
fn row<'r>(report: &'r Json, table: &str, column: &str, value: &str) -> &'r Json {
    let mut rows = told(report, table).iter();
    let found = rows.find(|row| row[column] == value);
    found.unwrap_or_else(|| panic!("no {column} {value} in {}", report["tables"][table]))
}

/// Two columns of a table, row by row.
fn columns(report: &Json, table: &str, [name, value]: [&str; 2]) -> BTreeMap<String, u64> {
    let rows = told(report, table).iter();
    rows.map(|row| (row[name].as_str().unwrap().to_owned(), count(&row[value])))
        .collect()
}

/// A count, or that of a part.
fn count(cell: &Json) -> u64 {
    cell["count"].as_u64().or(cell.as_u64()).unwrap()
}

/// Asserts counts, of more than are named.
fn assert_some(found: &BTreeMap<String, u64>, expected: &[(&str, u64)]) {
    for (name, n) in expected {
        assert_eq!(found.get(*name), Some(n), "{name} in {found:?}");
    }
}

/// A time in hours.
fn hours_of(seconds: &Json) -> f64 {
    seconds.as_f64().unwrap() / 3_600.0
}

fn rows(csv: &str) -> Vec<HashMap<String, String>> {
    let mut reader = csv::Reader::from_reader(csv.as_bytes());
    reader.deserialize().map(Result::unwrap).collect()
}

fn number(row: &HashMap<String, String>, column: &str) -> u64 {
    row[column].parse().unwrap()
}

/// Hours between two times of a row; none where one is missing.
fn hours(row: &HashMap<String, String>, from: &str, to: &str) -> Option<f64> {
    let time = |column: &str| Timestamp::parse(&row[column]).ok();
    Some(time(to)?.since(time(from)?) as f64 / 3_600.0)
}

fn mean(values: &[f64]) -> f64 {
    values.iter().sum::<f64>() / values.len() as f64
}

/// The middle, or what lies between the two in the middle.
fn median(values: &[f64]) -> f64 {
    let mut values = values.to_vec();
    values.sort_by(f64::total_cmp);
    let half = values.len() / 2;
    match values.len() % 2 {
        0 => (values[half - 1] + values[half]) / 2.0,
        _ => values[half],
    }
}

/// Agrees as far as the figure was written down.
fn assert_near(found: f64, expected: f64, digits: i32) {
    let half = 0.5 * 10f64.powi(-digits) + 1e-9;
    assert!(
        (found - expected).abs() <= half,
        "{found} is not {expected}"
    );
}

/// pm4py finds the same cases, events and variants in the log and in its export.
fn assert_same_to_pm4py(imported: &Imported, log: &Path, case: &str, activity: &str, time: &str) {
    let python = std::env::var_os("DESK_PM4PY").map(PathBuf::from);
    let python = python.unwrap_or_else(|| root().join("target/pm4py/bin/python"));
    if !python.is_file() {
        return println!("skipped: there is no pm4py; DESK_PM4PY names a Python that has it");
    }
    let xes = imported.place.at("export.xes");
    let export = imported
        .place
        .run("desk", &["-C", "real", "export", "--format", "xes"]);
    std::fs::write(&xes, export).unwrap();
    let script = root().join("tests/real_logs_support/compare.py");
    let mut compare = imported.place.command(python.to_str().unwrap());
    let told = output(
        compare
            .arg(script)
            .arg(log)
            .arg(&xes)
            .args([case, activity, time]),
    );
    println!("pm4py: {told}");
    let (log, export) = told.trim().split_once('\n').unwrap();
    assert_eq!(log, export);
}

/// The first cases of a log whose rows are sorted by case, of so many rows or
/// a few more.
fn part(log: &Path, rows: usize, place: &Place) -> (PathBuf, usize) {
    let mut text = String::new();
    let file = std::fs::File::open(log).unwrap();
    flate2::read::MultiGzDecoder::new(file)
        .read_to_string(&mut text)
        .unwrap();
    let case = |line: &str| line.split(',').next().unwrap().to_owned();
    let mut lines: Vec<&str> = text.lines().collect();
    let last = (rows..lines.len()).find(|at| case(lines[*at]) != case(lines[at + 1]));
    lines.truncate(last.unwrap() + 1);
    let part = place.at("part.csv");
    std::fs::write(&part, lines.join("\n")).unwrap();
    (part, lines.len() - 1)
}

#[test]
fn a_servicenow_audit_log() {
    let Some(log) = data("incident_event_log.csv.gz") else {
        return;
    };
    if cfg!(debug_assertions) && std::env::var_os("DESK_WHOLE_LOGS").is_none() {
        println!("only a part: --release or DESK_WHOLE_LOGS=1 imports the whole log");
        let place = Place::new();
        let (part, rows) = part(&log, 6_000, &place);
        let desk = Imported::of(&part, "uci-incident.yaml");
        assert_eq!(desk.told["events"], rows);
        desk.assert_commits(rows);
        return assert_same_to_pm4py(&desk, &part, "number", "incident_state", "sys_updated_at");
    }
    let desk = Imported::of(&log, "uci-incident.yaml");
    assert_eq!(desk.told["tickets"], 24_918);
    assert_eq!(desk.told["rows"], 141_712);
    assert_eq!(desk.told["events"], 141_712);
    desk.assert_commits(141_712);
    let conflicts = desk.conflicts();
    assert_eq!(conflicts["unknown-status"], 5, "state -100");
    assert_eq!(desk.sql("select count(*) from event"), "141712");
    assert_eq!(
        desk.sql("select count(*) from ticket where status = 'closed'"),
        "24918"
    );

    let fields = desk.report(&["fields"]);
    let number = |field| row(&fields, "numbers", "field", field);
    let moves = number("x-reassignments");
    assert_eq!(count(&moves["above-zero"]), 11_369);
    assert_eq!((&moves["sum"], &moves["max"]), (&23_414.into(), &27.into()));
    let reopens = number("x-reopens");
    assert_eq!(count(&reopens["above-zero"]), 275);
    assert_eq!(reopens["max"], 8);
    assert_eq!(
        row(&fields, "fields", "field", "x-resolved")["missing"],
        1_556
    );
    let time = |field| row(&fields, "times", "field", field);
    let resolved = time("x-resolved");
    assert_near(hours_of(&resolved["p50"]), 22.1, 1);
    assert_near(hours_of(&resolved["mean"]), 178.17, 2);
    assert_near(hours_of(&resolved["max"]), 8_070.2, 1);
    let closed = time("x-closed");
    assert_near(hours_of(&closed["p50"]), 145.87, 2);
    assert_near(hours_of(&closed["mean"]), 315.33, 2);

    let failed = |report: &Json| -> Vec<(String, u64, u64)> {
        let rows = told(report, "words").iter();
        let failed = rows.filter(|row| row["field"] == "x-made-sla" && row["value"] == "false");
        failed
            .map(|row| {
                let group = row["priority"].as_str().unwrap_or("all").to_owned();
                (
                    group,
                    count(&row["share"]),
                    row["share"]["n"].as_u64().unwrap(),
                )
            })
            .collect()
    };
    let share = |report: &Json| match &failed(report)[..] {
        [(_, failed, n)] => (*n, 100.0 * *failed as f64 / *n as f64),
        more => panic!("{more:?}"),
    };
    assert_near(share(&fields).1, 36.58, 2);
    assert_eq!(
        failed(&desk.report(&["fields", "x-made-sla", "--by", "priority"])),
        [
            ("P1", 265, 270),
            ("P2", 406, 408),
            ("P3", 8_321, 23_466),
            ("P4", 123, 774)
        ]
        .map(|(priority, failed, n)| (priority.to_owned(), failed, n))
    );
    // The share that failed, and the median hours to resolution. A median here
    // is one of the values, so of an even number the lower of the two in the
    // middle; published is what lies between them: 239.3 and 15.98 below.
    let among = |term: &str| {
        let report = desk.report(&["fields", "x-made-sla", "x-resolved", term]);
        let (n, failed) = share(&report);
        let median = &row(&report, "times", "field", "x-resolved")["p50"];
        (n, failed, hours_of(median))
    };
    for (term, n, failed, hours) in [
        ("x-reassignments.min:4", 1_614, 81.0, 239.2),
        ("x-reassignments.max:3", 24_918 - 1_614, 33.5, 16.0),
        ("x-updates.min:11", 3_954, 91.4, 392.4),
        ("x-updates.max:10", 24_918 - 3_954, 26.2, 4.7),
    ] {
        let found = among(term);
        assert_eq!(found.0, n, "{term}");
        assert_near(found.1, failed, 1);
        assert_near(found.2, hours, 1);
    }

    // At any time of its life, which own fields do not tell: the plain files say.
    let ever = ["x-problem", "x-change", "x-caused-by"].map(|field| desk.files_with(field));
    assert_eq!(ever, [381, 179, 3]);
    let arrived = |by| columns(&desk.report(&["--by", by]), "groups", [by, "arrived"]);
    let teams = [
        ("group-70", 9_444),
        ("none", 2_157),
        ("group-25", 1_243),
        ("group-39", 1_199),
    ];
    assert_some(&arrived("team"), &teams);
    let months = [("2016-03", 8_995), ("2016-04", 7_934), ("2016-05", 7_508)];
    assert_some(&arrived("month"), &months);

    let flow = desk.report(&["flow"]);
    let first = [
        ("New", 16_397),
        ("Active", 6_503),
        ("Resolved", 1_819),
        ("Awaiting User Info", 193),
        ("Awaiting Problem", 6),
    ];
    assert_some(&columns(&flow, "words", ["activity", "first"]), &first);
    let ever = columns(&flow, "words", ["activity", "tickets"]);
    assert_some(&ever, &[("Awaiting User Info", 5_471)]);
    // More than one distinct group is at least one change of team.
    let pingpong = desk.report(&["pingpong"]);
    let changes = columns(&pingpong, "distribution", ["hand-overs", "n"]);
    assert_eq!(changes.values().sum::<u64>() - changes["0"], 9_575);
    assert_same_to_pm4py(&desk, &log, "number", "incident_state", "sys_updated_at");
}

#[test]
fn a_log_of_activities() {
    let Some(log) = data("BPIC14_incident_log.csv.gz") else {
        return;
    };
    let desk = Imported::of(&log, "bpic2014.yaml");
    assert_eq!(desk.told["tickets"], 4_000);
    assert_eq!(desk.told["events"], 39_911);
    desk.assert_commits(39_911);
    let flow = desk.report(&["flow"]);
    let times = columns(&flow, "words", ["activity", "times"]);
    assert_some(&times, &[("Reassignment", 4_452)]);
    let ever = columns(&flow, "words", ["activity", "tickets"]);
    assert_some(&ever, &[("Reopen", 173)]);
    let fields = desk.report(&["fields"]);
    let with = columns(&fields, "fields", ["field", "n"]);
    assert_some(&with, &[("x-reopened", 183), ("x-resolved", 4_000 - 155)]);
    let resolved = row(&fields, "times", "field", "x-resolved");
    assert_near(hours_of(&resolved["p50"]), 18.795, 3);
    assert_near(hours_of(&resolved["mean"]), 126.01, 2);
    let arrived = desk.report(&["--by", "priority"]);
    assert_eq!(
        columns(&arrived, "groups", ["priority", "arrived"]),
        [("P2", 63), ("P3", 569), ("P4", 1_920), ("P5", 1_448)]
            .map(|(priority, n)| (priority.to_owned(), n))
            .into()
    );

    // No figures of a report: whether two sources agree, teams that are named
    // in the log and not at the end, and a rule that no policy of this desk has.
    let tickets = desk.tickets("ref,opened,kind,priority,x-reassignments,x-resolved");
    let cases = desk.events();
    let agree = |row: &&HashMap<String, String>| {
        let named = |event: &&HashMap<String, String>| event["activity"] == "Reassignment";
        let count = cases[&row["ref"]].iter().filter(named).count();
        count as u64 == number(row, "x-reassignments")
    };
    let agree = tickets.iter().filter(agree).count();
    assert_near(100.0 * agree as f64 / 4_000.0, 97.25, 2);
    let teams: BTreeSet<&str> = cases
        .values()
        .flatten()
        .map(|event| event["team"].as_str())
        .collect();
    assert_eq!(teams.len(), 195);

    // Late by the rule of 4, 8, 24, 48, 96 hours for the priorities.
    let late = |rows: &[(&HashMap<String, String>, f64)]| {
        let rule = |row: &HashMap<String, String>| match row["priority"].as_str() {
            "P1" => 4.0,
            "P2" => 8.0,
            "P3" => 24.0,
            "P4" => 48.0,
            _ => 96.0,
        };
        let late = rows
            .iter()
            .filter(|(row, hours)| *hours > rule(row))
            .count();
        100.0 * late as f64 / rows.len() as f64
    };
    let resolved: Vec<_> = tickets
        .iter()
        .filter_map(|row| Some((row, hours(row, "opened", "x-resolved")?)))
        .collect();
    assert_eq!(tickets.len() - resolved.len(), 155);
    assert_near(late(&resolved), 32.46, 2);
    // Those without a resolved time are among them, and not late.
    let in_period = |row: &&HashMap<String, String>| {
        row["kind"] == "incident" && ("2013-10-01".."2014-04-01").contains(&&row["opened"][..10])
    };
    let incidents = tickets.iter().filter(in_period).count();
    assert_eq!(incidents, 3_131);
    let resolved_in_period: Vec<_> = resolved
        .iter()
        .copied()
        .filter(|(row, _)| in_period(row))
        .collect();
    let share = resolved_in_period.len() as f64 / incidents as f64;
    assert_near(late(&resolved_in_period) * share, 29.42, 2);
    assert_same_to_pm4py(
        &desk,
        &log,
        "incident_id",
        "incident_activity_type",
        "data_stamp,incident_activity_number",
    );
}

#[test]
fn a_log_with_levels_hidden_in_the_names_of_teams() {
    let Some(log) = data("BPI2013_closed.csv.gz") else {
        return;
    };
    let desk = Imported::of(&log, "bpic2013.yaml");
    assert_eq!(desk.told["tickets"], 1_487);
    assert_eq!(desk.told["events"], 6_660);
    desk.assert_commits(6_660);
    assert_eq!(desk.conflicts()["unknown-status"], 10, "Unmatched");
    let mix = desk.report(&["kind:problem", "--by", "level"]);
    assert_eq!(
        columns(&mix, "groups", ["level", "arrived"]),
        [("L1", 48), ("L2", 883), ("L3", 556)]
            .map(|(level, n)| (level.to_owned(), n))
            .into()
    );
    let report = desk.report(&["pingpong", "kind:problem"]);
    let figures = columns(&report, "figures", ["metric", "value"]);
    let expected = [("hand-overs", 655), ("ping-pong", 107), ("bounces", 186)];
    assert_some(&figures, &expected);
    assert_eq!(row(&report, "figures", "metric", "ping-pong")["n"], 1_487);
    let changes = columns(&report, "distribution", ["hand-overs", "n"]);
    assert_some(&changes, &[("0", 1_207)]);
    let top = &told(&report, "pairs")[0];
    assert_eq!(top["pair"], "g199-3rd ↔ g21-2nd");
    assert_eq!(top["bounces"], 36);

    // No figures of a report: the words of a log in an order of one's own, and
    // the time to the last event, which may be long after the resolution.
    let cases = desk.events();
    let again = cases.values().filter(|events| {
        let done = events
            .iter()
            .position(|event| event["activity"] == "Completed");
        let later = done.map_or(&events[..0], |done| &events[done..]);
        let mut later = later.iter();
        later.any(|event| matches!(event["activity"].as_str(), "Accepted" | "Queued"))
    });
    assert_eq!(again.count(), 61);
    let lengths: Vec<f64> = cases
        .values()
        .map(|events| {
            let time = |event: &HashMap<String, String>| Timestamp::parse(&event["at"]).unwrap();
            let times = events.first().zip(events.last()).unwrap();
            time(times.1).since(time(times.0)) as f64 / 3_600.0
        })
        .collect();
    assert_near(median(&lengths), 1_967.53, 2);
    assert_near(mean(&lengths) / 24.0, 178.88, 2);
    assert_same_to_pm4py(
        &desk,
        &log,
        "case:concept:name",
        "concept:name",
        "time:timestamp",
    );
}
