//! The mappings of `examples/import`, each run on a small export of its system.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::Place;
use serde_json::Value as Json;
use std::path::{Path, PathBuf};

fn example(name: &str) -> String {
    let path: PathBuf = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples/import")
        .join(name);
    path.display().to_string()
}

/// Imports a sample; its tickets in a few words, then each event in a line.
fn imported(sample: &str, mapping: &str, more: &[&str]) -> String {
    let place = Place::new();
    place.run("desk", &["init", "support", "--handle", "lena"]);
    let (log, map) = (example(&format!("samples/{sample}")), example(mapping));
    let more: Vec<String> = more
        .iter()
        .map(|word| match word.contains('.') {
            true => example(&format!("samples/{word}")),
            false => (*word).to_owned(),
        })
        .collect();
    let mut words = vec!["-C", "support", "import", &log, "--map", &map, "--json"];
    words.extend(more.iter().map(String::as_str));
    let told: Json = serde_json::from_str(&place.run("desk", &words)).unwrap();
    assert_eq!(told["rows"], told["events"], "{told}");
    assert_eq!(told["conflicts"], Json::Array(Vec::new()));
    let columns = "ref,kind,title,status,priority,level,team,assignee,requester,category,code";
    let list = [
        "-C",
        "support",
        "list",
        "is:any",
        "--sort",
        "opened",
        "--format",
        "csv",
        "--columns",
        columns,
    ];
    let tickets = place.run("desk", &list);
    let events = place.run("desk", &["-C", "support", "export", "--format", "ndjson"]);
    let events = events.lines().map(|line| {
        let event: Json = serde_json::from_str(line).unwrap();
        let word = |key: &str| event[key].as_str().unwrap_or("-").to_owned();
        let words = [
            "at", "by", "did", "activity", "status", "cause", "team", "assignee",
        ];
        words.map(word).join(" ")
    });
    format!("{tickets}{}\n", events.collect::<Vec<_>>().join("\n"))
}

#[test]
fn servicenow() {
    let sample = imported(
        "servicenow.csv",
        "servicenow.yaml",
        &["--attributes", "servicenow-incident.csv"],
    );
    insta::assert_snapshot!(sample, @r"
    ref,kind,title,status,priority,level,team,assignee,requester,category,code
    INC0010112,incident,VPN drops every few minutes,closed,P3,3,network,don.goodliffe,Joe Employee,,solved-permanently
    INC0010113,incident,Mail is down,new,P1,1,service-desk,,Joe Employee,,
    2026-03-02T09:30:00Z guest open state new - - -
    2026-03-02T09:30:00Z guest set priority new - - -
    2026-03-02T09:30:00Z guest assign assignment_group new - service-desk -
    2026-03-02T09:00:00Z beth.anglin open state new - - -
    2026-03-02T09:05:10Z beth.anglin set priority new - - -
    2026-03-02T09:05:10Z beth.anglin assign assignment_group new - service-desk -
    2026-03-02T09:20:00Z beth.anglin note work_notes new - service-desk -
    2026-03-02T09:21:30Z beth.anglin escalate assignment_group new - network -
    2026-03-02T09:40:00Z don.goodliffe take assigned_to new - network don.goodliffe
    2026-03-02T09:40:00Z don.goodliffe take state in-progress - network don.goodliffe
    2026-03-02T10:10:00Z don.goodliffe reply comments in-progress - network don.goodliffe
    2026-03-02T10:10:00Z don.goodliffe hold state pending requester network don.goodliffe
    2026-03-02T11:00:00Z joe.employee resume state in-progress - network don.goodliffe
    2026-03-02T11:30:00Z don.goodliffe set close_code in-progress - network don.goodliffe
    2026-03-02T11:30:00Z don.goodliffe resolve state resolved - network don.goodliffe
    2026-03-07T11:30:00Z system close state closed - network don.goodliffe
    ");
}

#[test]
fn jira() {
    insta::assert_snapshot!(imported("jira.ndjson", "jira.yaml", &[]), @r#"
    ref,kind,title,status,priority,level,team,assignee,requester,category,code
    SUP-17,incident,Printer on the 3rd floor jams,resolved,,,desktop,marco-rossi,Alice Martin,,done
    SUP-18,request,"A second monitor, please",pending,P4,,,,Bob Weber,,
    2026-03-02T09:00:00Z alice-martin open created new - - -
    2026-03-02T09:04:00Z lena-fischer take assignee new - - lena-fischer
    2026-03-02T09:04:00Z lena-fischer take status in-progress - - lena-fischer
    2026-03-02T09:30:00Z lena-fischer assign assignee in-progress - - -
    2026-03-02T09:30:10Z lena-fischer assign Team in-progress - desktop -
    2026-03-02T12:00:00Z marco-rossi take assignee in-progress - desktop marco-rossi
    2026-03-02T12:10:00Z marco-rossi note Comment in-progress - desktop marco-rossi
    2026-03-02T12:20:00Z marco-rossi set resolution in-progress - desktop marco-rossi
    2026-03-02T12:20:00Z marco-rossi resolve status resolved - desktop marco-rossi
    2026-03-02T10:00:00Z bob-weber open created new - - -
    2026-03-02T10:05:00Z lena-fischer set priority new - - -
    2026-03-02T10:06:00Z lena-fischer hold status pending requester - -
    "#);
}

#[test]
fn zammad() {
    insta::assert_snapshot!(imported("zammad.ndjson", "zammad.yaml", &[]), @r"
    ref,kind,title,status,priority,level,team,assignee,requester,category,code
    20001,incident,Can't log in,resolved,,,2nd-level,lena@example.com,,,
    2026-03-02T09:00:00Z alice@example.com open Ticket created new - - -
    2026-03-02T09:00:00Z alice@example.com reply Ticket::Article created new - - -
    2026-03-02T09:00:01Z zammad notify Ticket notification new - - -
    2026-03-02T09:10:00Z lena@example.com take Ticket updated owner new - - lena@example.com
    2026-03-02T09:10:00Z lena@example.com take Ticket updated state in-progress - - lena@example.com
    2026-03-02T09:12:00Z lena@example.com assign Ticket updated group in-progress - 2nd-level lena@example.com
    2026-03-02T09:30:00Z marco@example.com reply Ticket::Article created in-progress - 2nd-level lena@example.com
    2026-03-02T09:30:00Z marco@example.com resolve Ticket updated state resolved - 2nd-level lena@example.com
    ");
}

#[test]
fn glpi() {
    insta::assert_snapshot!(imported("glpi.csv", "glpi.yaml", &[]), @r"
    ref,kind,title,status,priority,level,team,assignee,requester,category,code
    GLPI 31,incident,Écran noir,resolved,P2,,poste-de-travail,marco-rossi,Élodie Martin,matériel,
    2026-03-02T08:00:00Z lena-fischer open create new - - -
    2026-03-02T08:00:00Z lena-fischer set priority new - - -
    2026-03-02T08:00:00Z lena-fischer set requester new - - -
    2026-03-02T08:05:00Z lena-fischer assign group new - poste-de-travail -
    2026-03-02T08:05:00Z lena-fischer set category new - poste-de-travail -
    2026-03-02T08:30:00Z marco-rossi take technician new - poste-de-travail marco-rossi
    2026-03-02T08:30:00Z marco-rossi take status in-progress - poste-de-travail marco-rossi
    2026-03-02T09:00:00Z marco-rossi hold status pending requester poste-de-travail marco-rossi
    2026-03-02T10:00:00Z marco-rossi resume status in-progress - poste-de-travail marco-rossi
    2026-03-02T10:45:00Z marco-rossi note solution in-progress - poste-de-travail marco-rossi
    2026-03-02T10:45:00Z marco-rossi resolve status resolved - poste-de-travail marco-rossi
    ");
}

#[test]
fn request_tracker() {
    insta::assert_snapshot!(imported("request-tracker.tsv", "request-tracker.yaml", &[]), @r"
    ref,kind,title,status,priority,level,team,assignee,requester,category,code
    RT#88,incident,Shared folder is read-only,resolved,P2,,storage,nadia,,,
    2026-03-02T09:00:00Z alice@example.com open Create new - - -
    2026-03-02T09:05:00Z lena set Set Priority new - - -
    2026-03-02T09:06:00Z lena take Take Owner new - - lena
    2026-03-02T09:06:00Z lena take Status Status in-progress - - lena
    2026-03-02T09:10:00Z lena reply Correspond in-progress - - lena
    2026-03-02T09:20:00Z lena assign Set Queue in-progress - storage lena
    2026-03-02T09:20:00Z lena assign Untake Owner in-progress - storage -
    2026-03-02T09:40:00Z grace assign Give Owner in-progress - storage nadia
    2026-03-02T10:00:00Z nadia note Comment in-progress - storage nadia
    2026-03-02T10:30:00Z nadia resolve Status Status resolved - storage nadia
    ");
}
