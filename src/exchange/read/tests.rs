//! The same rows come out of each format; what is broken is named by its line.

use super::*;

fn mapping(format: &str) -> Mapping {
    let text = format!(
        "source: demo\nformat: {format}\nmissing: ['?']\nshape: snapshot\ncase: number\n\
         time: {{column: at}}\nfields: {{title: number}}\n"
    );
    Mapping::read(text.as_bytes()).unwrap()
}

fn read(format: &str, text: &[u8]) -> Result<Vec<Vec<(String, String)>>, ReadError> {
    let mut found = Vec::new();
    let mut input = text;
    let mut names = Names::default();
    rows::<ReadError>(
        &mapping(format),
        &mut input,
        &mut names,
        &mut |names, row| {
            assert_eq!(row.number, found.len() as u64 + 1);
            let values = names.list().iter().enumerate();
            let values =
                values.filter_map(|(place, name)| Some((name.clone(), row.at(place)?.to_owned())));
            found.push(values.collect());
            Ok(())
        },
    )?;
    Ok(found)
}

fn refused(format: &str, text: &[u8]) -> String {
    read(format, text).unwrap_err().to_string()
}

#[test]
fn csv_and_json_lines_say_the_same() {
    let csv = "\u{feff}number,at,team\n1,\"2016, March\",?\n2,,\"a \"\"b\"\"\"\n";
    let json = r#"{"number": 1, "at": "2016, March", "team": null}
{"number": "2", "team": "a \"b\""}
"#;
    let expected = read("csv", csv.as_bytes()).unwrap();
    assert_eq!(expected, read("ndjson", json.as_bytes()).unwrap());
    let first: Vec<_> = expected[0]
        .iter()
        .map(|(_, value)| value.as_str())
        .collect();
    assert_eq!(first, ["1", "2016, March"]);
}

#[test]
fn objects_within_objects_are_columns() {
    let json = r#"{"key": "A-1", "fields": {"status": {"name": "Done"}, "labels": ["a", "b"]}, "log": [{"by": "lena"}]}"#;
    let rows = read("ndjson", json.as_bytes()).unwrap();
    let row: Vec<String> = rows[0]
        .iter()
        .map(|(name, value)| format!("{name}={value}"))
        .collect();
    assert_eq!(
        row.join(" "),
        "key=A-1 fields.status.name=Done fields.labels=a;b log.0.by=lena"
    );
}

const XES: &str = r#"<?xml version="1.0"?>
<log xes.version="2.0">
  <global scope="event"><string key="concept:name" value="none"/></global>
  <trace>
    <string key="concept:name" value="A &amp; B"/>
    <list key="things"><string key="inner" value="x"/></list>
    <event>
      <string key="concept:name" value="Open"><string key="why" value="y"/></string>
      <date key="time:timestamp" value="2016-03-01T04:57:00+00:00"/>
    </event>
    <event><int key="cost" value="3"/></event>
  </trace>
</log>
"#;

#[test]
fn traces_and_events_are_rows() {
    let rows = read("xes", XES.as_bytes()).unwrap();
    let rows: Vec<String> = rows
        .iter()
        .map(|row| {
            row.iter()
                .map(|(name, value)| format!("{name}={value}"))
                .collect::<Vec<_>>()
        })
        .map(|row| row.join(" | "))
        .collect();
    assert_eq!(
        rows,
        [
            "case:concept:name=A & B | concept:name=Open | time:timestamp=2016-03-01T04:57:00+00:00",
            "case:concept:name=A & B | cost=3",
        ]
    );
}

#[test]
fn what_is_broken_is_named_by_its_line() {
    for (format, text, expected) in [
        (
            "csv",
            &b"number,at\n1,2\n3\n"[..],
            "line 3: the row has 1 columns and the header 2",
        ),
        ("csv", b"number,at\n1,\xe9\n", "line 2: not UTF-8"),
        (
            "csv",
            b"number,number\n",
            "line 1: two columns are called number",
        ),
        ("ndjson", b"{\"a\": 1}\n[1]\n", "line 2: not an object"),
        ("xes", b"<html></html>", "line 1: there is no log in it"),
    ] {
        assert_eq!(refused(format, text), expected);
    }
    let json = refused("ndjson", b"{\"a\": 1}\n{\"a\": \n");
    assert!(json.starts_with("line 2: not JSON"), "{json}");
    let (cut, _) = XES.split_once("</trace>").unwrap();
    assert_eq!(
        refused("xes", cut.as_bytes()),
        "line 12: the file ends within a trace"
    );
}
