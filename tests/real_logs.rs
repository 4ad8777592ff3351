//! Whole event logs of real support organisations, imported by the mappings of
//! `examples/import`: every figure that was computed from the files apart from
//! this program is found again in the desk.
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
use std::fmt::Debug;
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

/// The rows of a table of a report: the values of these columns.
fn told(report: &Json, table: &str, columns: [&str; 2]) -> Vec<(Json, Json)> {
    let rows = report["tables"][table]["rows"].as_array().unwrap().iter();
    rows.map(|row| (row[columns[0]].clone(), row[columns[1]].clone()))
        .collect()
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

fn assert_counts<K: Ord + Debug + Clone>(found: impl Iterator<Item = K>, expected: &[(K, usize)]) {
    let mut counts: BTreeMap<K, usize> = BTreeMap::new();
    found.for_each(|key| *counts.entry(key).or_default() += 1);
    for (key, count) in expected {
        assert_eq!(counts.get(key), Some(count), "{key:?} among {counts:?}");
    }
}

/// Values in a row of events, without repeats of the one before.
fn sequence<'a>(events: &'a [HashMap<String, String>], column: &str) -> Vec<&'a str> {
    let mut values: Vec<&str> = events.iter().map(|event| event[column].as_str()).collect();
    values.dedup();
    values
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

    let columns = "id,opened,priority,team,x-made-sla,x-reassignments,x-reopens,x-updates,\
                   x-resolved,x-closed";
    let tickets = desk.tickets(columns);
    let late = |row: &&HashMap<String, String>| row["x-made-sla"] == "false";
    let failed: Vec<_> = tickets.iter().filter(late).collect();
    assert_eq!(failed.len(), 9_115);
    assert_near(100.0 * 9_115.0 / tickets.len() as f64, 36.58, 2);
    let priorities = [("P1", 270), ("P2", 408), ("P3", 23_466), ("P4", 774)];
    assert_counts(
        tickets.iter().map(|row| row["priority"].as_str()),
        &priorities,
    );
    let priorities = [("P1", 265), ("P2", 406), ("P3", 8_321), ("P4", 123)];
    assert_counts(
        failed.iter().map(|row| row["priority"].as_str()),
        &priorities,
    );

    let moves: Vec<u64> = tickets
        .iter()
        .map(|row| number(row, "x-reassignments"))
        .collect();
    assert_eq!(moves.iter().filter(|moves| **moves > 0).count(), 11_369);
    assert_eq!(
        (moves.iter().sum::<u64>(), moves.iter().max()),
        (23_414, Some(&27))
    );
    let reopens: Vec<u64> = tickets.iter().map(|row| number(row, "x-reopens")).collect();
    assert_eq!(reopens.iter().filter(|reopens| **reopens > 0).count(), 275);
    assert_eq!(reopens.iter().max(), Some(&8));

    // The shares that failed, and the median hours to resolution.
    let split = |column: &str, more_than: u64| {
        let (many, few): (Vec<_>, Vec<_>) = tickets
            .iter()
            .partition(|row| number(row, column) > more_than);
        let figures = |rows: &[&HashMap<String, String>]| {
            let failed = rows.iter().filter(|row| late(row)).count();
            let hours: Vec<f64> = rows
                .iter()
                .filter_map(|row| hours(row, "opened", "x-resolved"))
                .collect();
            (100.0 * failed as f64 / rows.len() as f64, median(&hours))
        };
        (many.len(), figures(&many), figures(&few))
    };
    let (n, many, few) = split("x-reassignments", 3);
    assert_eq!(n, 1_614);
    assert_near(many.0, 81.0, 1);
    assert_near(few.0, 33.5, 1);
    assert_near(many.1, 239.3, 1);
    assert_near(few.1, 15.98, 2);
    let (n, many, few) = split("x-updates", 10);
    assert_eq!(n, 3_954);
    assert_near(many.0, 91.4, 1);
    assert_near(few.0, 26.2, 1);
    // Known as 391.9 to 392.4, by where the middle of an even number is taken.
    assert!((391.85..392.45).contains(&many.1), "{}", many.1);
    assert_near(few.1, 4.7, 1);

    let to = |column| -> Vec<f64> {
        let hours = tickets
            .iter()
            .filter_map(|row| hours(row, "opened", column));
        hours.collect()
    };
    let resolved = to("x-resolved");
    assert_eq!(tickets.len() - resolved.len(), 1_556);
    assert_near(median(&resolved), 22.1, 1);
    assert_near(mean(&resolved), 178.17, 2);
    assert_near(resolved.iter().copied().fold(0.0, f64::max), 8_070.2, 1);
    let closed = to("x-closed");
    assert_near(median(&closed), 145.87, 2);
    assert_near(mean(&closed), 315.33, 2);

    // At any time of its life: the plain files say.
    let ever = ["x-problem", "x-change", "x-caused-by"].map(|field| desk.files_with(field));
    assert_eq!(ever, [381, 179, 3]);
    let teams = [
        ("group-70", 9_444),
        ("", 2_157),
        ("group-25", 1_243),
        ("group-39", 1_199),
    ];
    assert_counts(tickets.iter().map(|row| row["team"].as_str()), &teams);
    let months = [("2016-03", 8_995), ("2016-04", 7_934), ("2016-05", 7_508)];
    assert_counts(tickets.iter().map(|row| &row["opened"][..7]), &months);
    let arrived = told(
        &desk.report(&["--by", "month"]),
        "groups",
        ["month", "arrived"],
    );
    for (month, n) in months {
        assert!(arrived.contains(&(month.into(), n.into())), "{arrived:?}");
    }

    let cases = desk.events();
    let first = [
        ("New", 16_397),
        ("Active", 6_503),
        ("Resolved", 1_819),
        ("Awaiting User Info", 193),
        ("Awaiting Problem", 6),
    ];
    assert_counts(
        cases.values().map(|events| events[0]["state"].as_str()),
        &first,
    );
    let waited = |events: &&Vec<HashMap<String, String>>| {
        events
            .iter()
            .any(|event| event["state"] == "Awaiting User Info")
    };
    assert_eq!(cases.values().filter(waited).count(), 5_471);
    let groups = |events: &Vec<HashMap<String, String>>| {
        let groups: BTreeSet<&str> = events.iter().map(|event| event["team"].as_str()).collect();
        groups.into_iter().filter(|group| !group.is_empty()).count()
    };
    assert_eq!(
        cases.values().filter(|events| groups(events) > 1).count(),
        9_575
    );
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
    let columns = "ref,opened,kind,priority,x-reassignments,x-resolved,x-reopened";
    let tickets = desk.tickets(columns);
    let cases = desk.events();
    let count = |case: &str, activity: &str| {
        let named = |event: &&HashMap<String, String>| event["activity"] == activity;
        cases[case].iter().filter(named).count()
    };
    let total = |activity: &str| -> usize { cases.keys().map(|case| count(case, activity)).sum() };
    assert_eq!(total("Reassignment"), 4_452);
    let agree = |row: &&HashMap<String, String>| {
        count(&row["ref"], "Reassignment") as u64 == number(row, "x-reassignments")
    };
    let agree = tickets.iter().filter(agree).count();
    assert_near(100.0 * agree as f64 / 4_000.0, 97.25, 2);
    let reopened = cases
        .keys()
        .filter(|case| count(case, "Reopen") > 0)
        .count();
    assert_eq!(reopened, 173);
    let filled = tickets
        .iter()
        .filter(|row| !row["x-reopened"].is_empty())
        .count();
    assert_eq!(filled, 183);
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
    let hours: Vec<f64> = resolved.iter().map(|(_, hours)| *hours).collect();
    assert_near(median(&hours), 18.795, 3);
    assert_near(mean(&hours), 126.01, 2);
    let priorities = [("P2", 63), ("P3", 569), ("P4", 1_920), ("P5", 1_448)];
    assert_counts(
        tickets.iter().map(|row| row["priority"].as_str()),
        &priorities,
    );
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
    let cases = desk.events();
    let highest = |events: &Vec<HashMap<String, String>>| {
        events.iter().map(|event| number(event, "level")).max()
    };
    assert_counts(
        cases.values().filter_map(highest),
        &[(1, 48), (2, 883), (3, 556)],
    );

    let teams: Vec<Vec<&str>> = cases
        .values()
        .map(|events| sequence(events, "team"))
        .collect();
    assert_eq!(
        teams.iter().map(|teams| teams.len() - 1).sum::<usize>(),
        655
    );
    assert_eq!(teams.iter().filter(|teams| teams.len() == 1).count(), 1_207);
    let bounces: Vec<Vec<&[&str]>> = teams
        .iter()
        .map(|teams| {
            teams
                .windows(3)
                .filter(|three| three[0] == three[2])
                .collect()
        })
        .collect();
    assert_eq!(
        bounces.iter().filter(|bounces| !bounces.is_empty()).count(),
        107
    );
    assert_eq!(bounces.iter().map(Vec::len).sum::<usize>(), 186);
    let mut pairs: BTreeMap<[&str; 2], usize> = BTreeMap::new();
    for three in bounces.iter().flatten() {
        let mut pair = [three[0], three[1]];
        pair.sort_unstable();
        *pairs.entry(pair).or_default() += 1;
    }
    let top = pairs.iter().max_by_key(|(_, count)| **count);
    assert_eq!(top, Some((&["g199-3rd", "g21-2nd"], &36)));

    // The report says the same.
    let report = desk.report(&["kind:problem", "--by", "level"]);
    let mix = told(&report, "groups", ["level", "arrived"]);
    let expected = [("L1", 48), ("L2", 883), ("L3", 556)];
    assert_eq!(mix, expected.map(|(level, n)| (level.into(), n.into())));
    let report = desk.report(&["pingpong", "kind:problem"]);
    let figures = told(&report, "figures", ["metric", "value"]);
    for (metric, value) in [("hand-overs", 655), ("bounces", 186)] {
        assert!(
            figures.contains(&(metric.into(), value.into())),
            "{figures:?}"
        );
    }
    let report = desk.report(&["pingpong", "kind:problem", "--explain", "ping-pong"]);
    let share = &told(&report, "figure", ["metric", "value"])[0].1;
    assert_eq!((&share["count"], &share["n"]), (&107.into(), &1_487.into()));

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
