//! Reports as others read them: CSV by Python's reader and as a spreadsheet
//! would, Markdown by a Markdown parser. What they find is what JSON says.

#![expect(clippy::unwrap_used, reason = "tests")]

mod examples_support;

use examples_support::{Place, told};
use pulldown_cmark::{Event, Options, Parser, Tag, TagEnd};
use serde_json::Value;
use std::fs;
use std::process::Command;

/// Titles that mean something to a spreadsheet, to Markdown or to CSV.
const TITLES: [&str; 8] = [
    "=HYPERLINK(\"http://127.0.0.1:9\",\"click\")",
    "+cmd|' /C calc'!A0",
    "-2+3, \"quoted\"",
    "@SUM(A1:A9)",
    "a | b \\| c `code` *bold* _it_ ~~no~~ [link](x) <b>",
    "&lt;b&gt; &amp; &copy; # heading ![image](x)",
    "1. no list > no quote",
    "\\",
];

fn desk() -> Place {
    let place = Place::new();
    place.run("desk", &["demo", "desk"]);
    for title in TITLES {
        let ticket = serde_json::json!({"title": title});
        fs::write(place.at("ticket.ndjson"), ticket.to_string()).unwrap();
        place.desk(&["open", "--from", "ticket.ndjson"]);
    }
    place
}

/// Reports that hold every kind of cell.
fn reports(place: &Place) -> Vec<Vec<String>> {
    let views = place.views().into_iter();
    let mut reports: Vec<Vec<String>> = views.map(|view| vec![view]).collect();
    for words in [
        "--compare",
        "--by week",
        "--by person",
        "--explain time-to-resolve --by team",
        "--explain arrived",
        "--explain first-level-resolution",
        "--explain pending-share",
        "--explain cost",
    ] {
        reports.push(words.split(' ').map(str::to_owned).collect());
    }
    for words in &mut reports {
        words.splice(0..0, ["report", "--last", "30d"].map(str::to_owned));
    }
    reports
}

fn in_format(place: &Place, words: &[String], format: &str) -> String {
    let mut all: Vec<&str> = words.iter().map(String::as_str).collect();
    all.extend(["--format", format]);
    place.desk(&all)
}

/// Reads CSV and JSON of the same report; they must say the same, and no field
/// is a formula.
const COMPARE: &str = r#"
import csv, io, json, re, sys

text = open(sys.argv[1], newline="", encoding="utf-8").read()
report = json.load(open(sys.argv[2], encoding="utf-8"))
tables, block = [], []
for row in csv.reader(io.StringIO(text), strict=True):
    if row:
        block.append(row)
    else:
        tables.append(block)
        block = []
tables.append(block)
wanted = list(report["tables"].values())
assert len(tables) == len(wanted), (len(tables), len(wanted))

def number(text):
    return re.fullmatch(r"[+-]?\d+(\.\d+)?([eE][+-]?\d+)?", text)

cells = 0
for (head, *rows), table in zip(tables, wanted):
    assert len(set(head)) == len(head), head
    assert len(rows) == len(table["rows"]), head
    for row, want in zip(rows, table["rows"]):
        assert len(row) == len(head), row
        row = dict(zip(head, row))
        for field in row.values():
            assert not re.match(r"\s*[=+\-@\t\r\n]", field) or number(field), field
        for name, value in want.items():
            cells += 1
            if value is None:
                assert row[name] == "", (name, row)
            elif isinstance(value, dict):
                parts = {"count": "count", "n": "n", "seconds": "seconds", "of": "of"}
                for part in parts:
                    if part in value:
                        assert int(row[f"{name}-{part}"]) == value[part], (name, row)
                share = value["share"]
                assert row[name] == ("" if share is None else row[name]), row
                assert share is None or abs(float(row[name]) - share) < 1e-9, row
            elif isinstance(value, (int, float)):
                assert abs(float(row[name]) - value) < 1e-9, (name, row)
            else:
                assert row[name] in (value, "'" + value), (name, row[name], value)
print(cells)
"#;

#[test]
fn python_reads_every_table_back_from_csv() {
    let found = Command::new("python3").arg("--version").output();
    if !found.is_ok_and(|found| found.status.success()) {
        eprintln!("skipped: there is no python3");
        return;
    }
    let place = desk();
    let mut cells = 0;
    for words in reports(&place) {
        fs::write(place.at("report.csv"), in_format(&place, &words, "csv")).unwrap();
        fs::write(place.at("report.json"), in_format(&place, &words, "json")).unwrap();
        let mut python = Command::new("python3");
        python.args(["-c", COMPARE]);
        python.args([place.at("report.csv"), place.at("report.json")]);
        let done = python.output().unwrap();
        assert!(done.status.success(), "{words:?}: {}", told(&done));
        cells += told(&done).trim().parse::<usize>().unwrap();
    }
    assert!(cells > 500, "{cells}");
}

/// The row that is being read.
fn row(tables: &mut [Vec<Vec<String>>]) -> &mut Vec<String> {
    tables.last_mut().unwrap().last_mut().unwrap()
}

/// The tables of a Markdown text: rows of the text of cells. Anything in a cell
/// that is more than text fails.
fn tables(markdown: &str) -> Vec<Vec<Vec<String>>> {
    let mut tables: Vec<Vec<Vec<String>>> = Vec::new();
    let mut inside = false;
    for event in Parser::new_ext(
        markdown,
        Options::ENABLE_TABLES | Options::ENABLE_STRIKETHROUGH,
    ) {
        match event {
            Event::Start(Tag::Table(_)) => tables.push(Vec::new()),
            Event::Start(Tag::TableHead | Tag::TableRow) => {
                tables.last_mut().unwrap().push(Vec::new());
            }
            Event::Start(Tag::TableCell) => {
                row(&mut tables).push(String::new());
                inside = true;
            }
            Event::End(TagEnd::TableCell) => inside = false,
            Event::Text(text) if inside => {
                row(&mut tables).last_mut().unwrap().push_str(&text);
            }
            Event::Start(Tag::Heading { .. } | Tag::Paragraph)
            | Event::End(_)
            | Event::Text(_)
            | Event::HardBreak
            | Event::SoftBreak => {}
            other => panic!("{other:?} in {markdown}"),
        }
    }
    tables
}

#[test]
fn a_parser_of_markdown_finds_tables_of_text() {
    let place = desk();
    let mut titles = 0;
    for words in reports(&place) {
        let markdown = in_format(&place, &words, "markdown");
        let found = tables(&markdown);
        let json: Value = serde_json::from_str(&in_format(&place, &words, "json")).unwrap();
        let wanted = json["tables"].as_object().unwrap().values();
        let wanted: Vec<&Value> = wanted
            .filter(|table| !table["rows"].as_array().unwrap().is_empty())
            .collect();
        assert_eq!(found.len(), wanted.len(), "{words:?}");
        for (table, wanted) in found.iter().zip(wanted) {
            let columns = wanted["columns"].as_array().unwrap();
            assert!(
                table.iter().all(|row| row.len() == columns.len()),
                "{table:?}"
            );
            let rows = wanted["rows"].as_array().unwrap();
            let shown = table.len() - 1;
            let cut = format!("The first {shown} of {}:", rows.len());
            assert!(shown == rows.len() || markdown.contains(&cut), "{words:?}");
            for (row, wanted) in table.iter().skip(1).zip(rows) {
                let Some(title) = wanted["title"].as_str() else {
                    continue;
                };
                let place = columns.iter().position(|name| name == "title").unwrap();
                let shown = title.split_whitespace().collect::<Vec<_>>().join(" ");
                let told = row[place].split_whitespace().collect::<Vec<_>>().join(" ");
                assert_eq!(told, shown);
                titles += usize::from(TITLES.contains(&title));
            }
        }
    }
    assert!(titles >= TITLES.len(), "{titles}");
}
