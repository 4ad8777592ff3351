//! The real incidents of `examples/`, lived through with the commands that
//! `examples/README.md` names, and looked at with plain git.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::Place;
use serde_json::Value as Json;
use std::collections::{BTreeMap, BTreeSet};
use std::path::Path;

fn example(name: &str) -> String {
    let examples = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples");
    examples.join(name).to_str().unwrap().to_owned()
}

fn actions() -> Vec<Json> {
    let text = std::fs::read_to_string(example("incidents-actions.ndjson")).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// A commit as `git log` tells it.
struct Commit {
    author: String,
    date: String,
    subject: String,
    trailers: BTreeMap<String, String>,
}

fn log(place: &Place) -> Vec<Commit> {
    // Fields end with U+0001, commits with U+0002: neither is in a message.
    let format = "--format=%an%x01%ad%x01%s%x01%(trailers:only,unfold)%x02";
    let date = "--date=format-local:%Y-%m-%dT%H:%M:%SZ";
    let log = place.run("git", &["-C", "real", "log", "--reverse", date, format]);
    log.split('\u{2}')
        .map(|commit| commit.trim_start_matches('\n'))
        .filter(|commit| !commit.is_empty())
        .map(|commit| {
            let fields: Vec<&str> = commit.split('\u{1}').collect();
            let trailers = fields[3].lines().filter_map(|line| line.split_once(": "));
            Commit {
                author: fields[0].to_owned(),
                date: fields[1].to_owned(),
                subject: fields[2].to_owned(),
                trailers: trailers
                    .map(|(name, value)| (name.to_owned(), value.to_owned()))
                    .collect(),
            }
        })
        .collect()
}

#[test]
fn git_log_of_two_hundred_incidents_is_an_audit_trail() {
    let place = Place::new();
    let policy = example("incidents-desk.yaml");
    let init = ["init", "real", "--handle", "lena", "--policy", &policy];
    place.run("desk", &init);
    let opened = place.run(
        "desk",
        &[
            "-C",
            "real",
            "-q",
            "open",
            "--from",
            &example("incidents.ndjson"),
        ],
    );
    assert_eq!(opened.lines().count(), 300);
    let results = place.run(
        "desk",
        &["-C", "real", "apply", &example("incidents-actions.ndjson")],
    );
    let results: Vec<Json> = results
        .lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect();
    let actions = actions();
    assert_eq!(results.len(), actions.len());

    let log = log(&place);
    let (before, applied) = log.split_at(log.len() - actions.len());
    let opens: BTreeSet<&str> = before[before.len() - 300..]
        .iter()
        .map(|commit| commit.trailers["Ticket"].as_str())
        .collect();
    assert_eq!(opens, opened.lines().collect(), "one commit a ticket");

    let mut status: BTreeMap<&str, String> = BTreeMap::new();
    for ((action, result), commit) in actions.iter().zip(&results).zip(applied) {
        let told = format!("{action} → {}", commit.subject);
        assert_eq!(result["ok"], true, "{result}");
        assert_eq!(result["commits"].as_array().unwrap().len(), 1, "{result}");
        // Who did it, when it happened, what, to which ticket.
        assert_eq!(commit.author, action["by"].as_str().unwrap(), "{told}");
        assert_eq!(commit.date, action["at"].as_str().unwrap(), "{told}");
        let id = result["id"].as_str().unwrap();
        let verb = action["action"].as_str().unwrap();
        assert_eq!(commit.trailers["Ticket"], id, "{told}");
        assert_eq!(commit.trailers["Actor"], commit.author, "{told}");
        assert_eq!(commit.trailers["Action"], verb, "{told}");
        assert!(
            commit.subject.starts_with(&format!("{verb} {id}")),
            "{told}"
        );
        // From → to, without a gap.
        if let Some(change) = commit.trailers.get("Status") {
            let (from, to) = change.split_once(" -> ").unwrap();
            let last = status.insert(id, to.to_owned());
            assert_eq!(last.unwrap_or("new".into()), from, "{told}");
        }
        // Free text can't be erased from a commit, so there is none.
        if let Some(text) = action["text"].as_str() {
            assert!(!commit.subject.contains(text), "{told}");
            assert!(commit.trailers.values().all(|value| !value.contains(text)));
        }
    }
    assert_eq!(status.len(), 200);
    let over = status
        .values()
        .filter(|last| *last == "closed" || *last == "resolved");
    assert_eq!(over.count(), 200);

    place.run("git", &["-C", "real", "fsck", "--strict", "--full"]);
    assert_eq!(
        place.run("git", &["-C", "real", "status", "--porcelain"]),
        ""
    );
    let live = place.run("desk", &["-C", "real", "list", "--format", "ids"]);
    assert_eq!(live.lines().count(), 100);
    place.run("desk", &["-C", "real", "doctor"]);
}
