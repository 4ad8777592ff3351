//! Other readers of YAML see what we wrote: one of version 1.1, one of 1.2.

use crate::{corpus, tickets};
use proptest::strategy::{Strategy, ValueTree};
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value as Json, json};
use std::path::Path;
use std::process::Command;
use tierdesk::store::yaml::write_ticket;
use tierdesk::ticket::header::Scalar;
use tierdesk::ticket::value::{Shape, Value};
use tierdesk::ticket::{Details, Event, Judgement, Lists, Patch, SCHEMA, Ticket, Timestamp};

/// Prints a JSON list with what is in each file of the folder, in order of
/// name. Times are marked, so that no text passes for one.
const PYTHON: &str = r#"
import datetime, json, os, sys
def plain(value):
    if isinstance(value, datetime.datetime):
        if value.tzinfo is not None:
            value = value.astimezone(datetime.timezone.utc).replace(tzinfo=None)
        return "time " + value.isoformat()
    raise TypeError(repr(value))
folder, load = sys.argv[1], LOAD
documents = []
for name in sorted(os.listdir(folder)):
    with open(os.path.join(folder, name), "rb") as file:
        documents.append(load(file.read()))
json.dump(documents, sys.stdout, default=plain)
"#;

/// The same; with its own times, since JavaScript's have no first century.
const NODE: &str = r#"
const fs = require("fs"), path = require("path"), yaml = require("yaml");
const folder = process.argv[1];
const time = {
    tag: "tag:yaml.org,2002:timestamp", default: true,
    test: /^[0-9]{4}-[0-9]{1,2}-[0-9]{1,2}([Tt ].*)?$/,
    resolve: text => "time " + text.slice(0, 19),
};
const options = {customTags: [time], version: "1.2", maxAliasCount: 0};
const read = name => yaml.parse(fs.readFileSync(path.join(folder, name), "utf8"), options);
fs.writeSync(1, JSON.stringify(fs.readdirSync(folder).sort().map(read)));
"#;

#[test]
fn a_reader_of_yaml_1_1_sees_the_same() {
    let python = PYTHON.replace("LOAD", "__import__('yaml').safe_load");
    compare(
        "PyYAML",
        &["python3", "-c", "import yaml"],
        &["python3", "-c", &python],
    );
}

#[test]
fn a_reader_of_yaml_1_2_sees_the_same() {
    let python = PYTHON.replace(
        "LOAD",
        "__import__('ruamel.yaml').yaml.YAML(typ='safe', pure=True).load",
    );
    let tried = compare(
        "ruamel.yaml",
        &["python3", "-c", "import ruamel.yaml"],
        &["python3", "-c", &python],
    );
    if !tried {
        compare(
            "the npm package yaml",
            &["node", "-e", "require('yaml')"],
            &["node", "-e", NODE],
        );
    }
}

/// Lets a reader read many tickets, if it is there at all.
#[expect(clippy::print_stdout, reason = "a skipped test says so")]
fn compare(reader: &str, probe: &[&str], command: &[&str]) -> bool {
    let there = Command::new(probe[0]).args(&probe[1..]).output();
    if !there.is_ok_and(|output| output.status.success()) {
        println!("skipped: {reader} is not installed");
        return false;
    }
    let tickets = tickets();
    let folder = tempfile::tempdir().unwrap();
    for (index, ticket) in tickets.iter().enumerate() {
        let path = folder.path().join(format!("{index:05}.yaml"));
        std::fs::write(path, write_ticket(ticket)).unwrap();
    }
    let seen = documents(command, folder.path());
    assert_eq!(seen.len(), tickets.len());
    for (ticket, seen) in tickets.iter().zip(&seen) {
        let meant = document(ticket);
        assert!(
            seen == &meant,
            "{reader} sees\n{seen:.2000}\nin\n{:.2000}\nmeant is\n{meant:.2000}",
            write_ticket(ticket)
        );
    }
    true
}

fn documents(command: &[&str], folder: &Path) -> Vec<Json> {
    let output = Command::new(command[0])
        .args(&command[1..])
        .arg(folder)
        .env("PYTHONIOENCODING", "utf-8")
        .output()
        .unwrap();
    let complaint = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{complaint}");
    serde_json::from_slice(&output.stdout).unwrap()
}

/// Every string of the corpus wherever its type allows it, and random tickets
/// that are the same in every run.
fn tickets() -> Vec<Ticket> {
    let mut tickets: Vec<Ticket> = corpus::texts().iter().map(|text| with(text)).collect();
    let mut runner = TestRunner::deterministic();
    let random = tickets::ticket();
    for _ in 0..300 {
        tickets.push(random.new_tree(&mut runner).unwrap().current());
    }
    tickets
}

fn with(text: &str) -> Ticket {
    let mut set = Patch::default();
    let mut add = Lists::default();
    set.put("x-text", Some(text)).unwrap();
    for field in [
        "title",
        "requester",
        "team",
        "category",
        "key",
        "owner",
        "via",
    ] {
        // What the field refuses is left out.
        drop(set.put(field, Some(text)));
    }
    for list in ["cc", "tags", "ref"] {
        drop(add.put(list, text));
    }
    let event = Event {
        set,
        add,
        text: Some(text.to_owned()),
        details: Details {
            tried: vec![text.to_owned(), "and so on".to_owned()],
            searched: vec![text.to_owned()],
            evidence: vec![text.to_owned()],
            ask: Some(text.to_owned()),
            overridden: Some(text.to_owned()),
            rule: Some(text.to_owned()),
            ..Details::default()
        },
        ..tickets::opening()
    };
    let mut after = Event {
        e: tierdesk::ticket::EventId::parse("12345").unwrap(),
        n: 2,
        ..event.clone()
    };
    after.details = Details::default();
    Ticket::fold(tickets::id(), vec![event, after])
}

fn time(time: Timestamp) -> Json {
    let text = time.to_string();
    json!(format!("time {}", text.trim_end_matches('Z')))
}

fn scalar(scalar: &Scalar) -> Json {
    match scalar.shape {
        Shape::Text => json!(scalar.text),
        Shape::Number => json!(scalar.text.parse::<u32>().unwrap()),
        Shape::Time => time(Timestamp::parse(&scalar.text).unwrap()),
    }
}

fn members(lists: Vec<(&'static str, Vec<Scalar>)>) -> Map<String, Json> {
    lists
        .into_iter()
        .map(|(name, members)| (name.to_owned(), members.iter().map(scalar).collect()))
        .collect()
}

fn patch(patch: &Patch) -> Json {
    patch
        .entries()
        .into_iter()
        .map(|(name, value)| (name, value.as_ref().map_or(Json::Null, scalar)))
        .collect::<Map<_, _>>()
        .into()
}

/// What a reader should see in a ticket's file.
fn document(ticket: &Ticket) -> Json {
    let mut file = Map::new();
    file.insert("schema".into(), json!(SCHEMA));
    file.insert("id".into(), json!(ticket.id().as_str()));
    file.insert("opened".into(), time(ticket.opened()));
    for (name, value) in ticket.header().entries() {
        file.insert(name, scalar(&value));
    }
    file.extend(members(ticket.header().lists()));
    file.insert(
        "timeline".into(),
        ticket.timeline().iter().map(event).collect(),
    );
    file.into()
}

fn event(event: &Event) -> Json {
    let mut keys = Map::new();
    keys.insert("e".into(), json!(event.e.as_str()));
    keys.insert("n".into(), json!(event.n));
    keys.insert("at".into(), time(event.at));
    keys.extend(event.recorded.map(|at| ("recorded".into(), time(at))));
    keys.insert("by".into(), json!(event.by.as_str()));
    keys.insert("did".into(), json!(event.did.word()));
    keys.extend(
        event
            .of
            .as_ref()
            .map(|of| ("of".into(), json!(of.as_str()))),
    );
    for (key, fields) in [("set", &event.set), ("was", &event.was)] {
        if !fields.is_empty() {
            keys.insert(key.into(), patch(fields));
        }
    }
    for (key, lists) in [("add", &event.add), ("del", &event.del)] {
        if !lists.is_empty() {
            keys.insert(key.into(), members(lists.entries()).into());
        }
    }
    keys.extend(event.text.as_ref().map(|text| ("text".into(), json!(text))));
    for (name, items) in event.details.items().filter(|(_, items)| !items.is_empty()) {
        keys.insert(name.into(), json!(items));
    }
    for (name, text) in event.details.texts() {
        keys.extend(text.map(|text| (name.into(), json!(text))));
    }
    let clock = event.details.clock;
    keys.extend(clock.map(|clock| ("clock".into(), json!(clock.word()))));
    keys.extend(event.details.judged.as_ref().map(|judged| {
        let results = judged.clocks.iter().map(|(clock, result)| {
            let Judgement { met, spent, target } = result;
            let result = json!({"met": met, "spent": spent, "target": target});
            (clock.word().to_owned(), result)
        });
        let mut map: Map<String, Json> = results.collect();
        map.insert("policy".into(), json!(judged.policy.as_str()));
        map.insert("tz".into(), json!(judged.tz.as_str()));
        ("judged".into(), map.into())
    }));
    keys.into()
}
