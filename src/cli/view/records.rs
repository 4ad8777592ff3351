//! A list of records in each output format: one implementation per format.

use std::io::{self, Write};

use serde::Serialize as _;
use serde_json::Value;
use serde_json::ser::{CompactFormatter, Formatter, Serializer};

use super::style::Style;
use super::table::{Cell, Column, Table};
use super::{Flow, sanitize};

/// How a list is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: aligned columns, fitted to the terminal.
    #[default]
    Table,
    /// One JSON object: `version` and the list, a record a line.
    Json,
    /// One JSON object a line.
    Ndjson,
    /// For spreadsheets: quoted as in RFC 4180, with a header, formulas
    /// neutralised.
    Csv,
    /// Tab-separated with a header; `\t`, `\n`, `\r` and `\\` stand for tab, line
    /// breaks and backslash.
    Tsv,
    /// Ids only, one a line.
    Ids,
}

/// What a list consists of.
#[derive(Debug, Clone)]
pub struct Schema {
    /// Name of the list in JSON, such as `tickets`.
    pub name: String,
    /// Version of the JSON shape; raised when a field changes its meaning.
    pub version: u32,
    /// Names of the fields, in the order of [`Record::values`]. The field `id`
    /// (or else the first) identifies a record.
    pub fields: Vec<String>,
    /// Columns of the table, in the order of [`Record::cells`].
    pub columns: Vec<Column>,
}

/// One record, as machines and as people see it.
#[derive(Debug, Clone, Default)]
pub struct Record {
    /// One value per field; a missing one is `null`.
    pub values: Vec<Value>,
    /// One cell per column; only the table needs them.
    pub cells: Vec<Cell>,
}

/// How the table looks; the other formats don't depend on where they go.
#[derive(Debug, Clone, Copy, Default)]
pub struct Look {
    /// Width of the terminal in columns; `None` cuts nothing.
    pub width: Option<usize>,
    /// Colour.
    pub style: Style,
}

/// Writes the records as they come (a table once it knows the widths).
///
/// # Errors
/// Any error of `out`, except that a reader who has gone is a
/// [`Flow::ReaderGone`].
pub fn write(
    out: &mut dyn Write,
    format: Format,
    schema: &Schema,
    records: impl IntoIterator<Item = Record>,
    look: Look,
) -> io::Result<Flow> {
    let records = records.into_iter();
    let written = match format {
        Format::Table => table(out, schema, records, look),
        Format::Json => json(out, schema, records),
        Format::Ndjson => ndjson(out, schema, records),
        Format::Csv => csv(out, schema, records),
        Format::Tsv => tsv(out, schema, records),
        Format::Ids => ids(out, schema, records),
    };
    Flow::of(written.and_then(|()| out.flush()))
}

fn table(
    out: &mut dyn Write,
    schema: &Schema,
    records: impl Iterator<Item = Record>,
    look: Look,
) -> io::Result<()> {
    let mut table = Table::new(schema.columns.clone());
    table.rows.extend(records.map(|record| record.cells));
    out.write_all(table.render(look.width, look.style).as_bytes())
}

fn json(
    out: &mut dyn Write,
    schema: &Schema,
    records: impl Iterator<Item = Record>,
) -> io::Result<()> {
    write!(out, "{{\"version\":{},", schema.version)?;
    json_value(out, &Value::from(schema.name.as_str()))?;
    out.write_all(b":[")?;
    let mut separator = "\n";
    for record in records {
        out.write_all(separator.as_bytes())?;
        json_value(out, &object(schema, record))?;
        separator = ",\n";
    }
    let end = if separator == "\n" { "]}\n" } else { "\n]}\n" };
    out.write_all(end.as_bytes())
}

fn ndjson(
    out: &mut dyn Write,
    schema: &Schema,
    records: impl Iterator<Item = Record>,
) -> io::Result<()> {
    for record in records {
        json_value(out, &object(schema, record))?;
        out.write_all(b"\n")?;
    }
    Ok(())
}

fn csv(
    out: &mut dyn Write,
    schema: &Schema,
    records: impl Iterator<Item = Record>,
) -> io::Result<()> {
    let mut writer = ::csv::WriterBuilder::new().from_writer(out);
    writer.write_record(&schema.fields).map_err(as_io)?;
    for record in records {
        for value in row(schema, record) {
            let text = plain(&value);
            match value {
                Value::Number(_) => writer.write_field(&text),
                _ => writer.write_field(sanitize::csv_cell(&text).as_ref()),
            }
            .map_err(as_io)?;
        }
        writer.write_record(None::<&[u8]>).map_err(as_io)?;
    }
    writer.flush()
}

/// The error of the stream itself, whose kind tells that a reader has gone;
/// the usual conversion makes every kind `Other`.
fn as_io(error: ::csv::Error) -> io::Error {
    match error.into_kind() {
        ::csv::ErrorKind::Io(error) => error,
        other => io::Error::other(format!("{other:?}")),
    }
}

fn tsv(
    out: &mut dyn Write,
    schema: &Schema,
    records: impl Iterator<Item = Record>,
) -> io::Result<()> {
    writeln!(out, "{}", schema.fields.join("\t"))?;
    for record in records {
        let fields: Vec<String> = row(schema, record)
            .iter()
            .map(|v| tsv_field(&plain(v)))
            .collect();
        writeln!(out, "{}", fields.join("\t"))?;
    }
    Ok(())
}

fn ids(
    out: &mut dyn Write,
    schema: &Schema,
    records: impl Iterator<Item = Record>,
) -> io::Result<()> {
    let place = schema
        .fields
        .iter()
        .position(|name| name == "id")
        .unwrap_or(0);
    for record in records {
        if let Some(value) = record.values.get(place) {
            writeln!(out, "{}", sanitize::line(&plain(value)))?;
        }
    }
    Ok(())
}

/// The values of a record, one per field.
fn row(schema: &Schema, record: Record) -> Vec<Value> {
    let mut values = record.values;
    values.resize(schema.fields.len(), Value::Null);
    values
}

fn object(schema: &Schema, record: Record) -> Value {
    let values = row(schema, record);
    Value::Object(schema.fields.iter().cloned().zip(values).collect())
}

/// A value as text: nothing for `null`, texts and numbers as they are, a list
/// of such joined with `;`, anything deeper as JSON.
fn plain(value: &Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text.clone(),
        Value::Bool(_) | Value::Number(_) => value.to_string(),
        Value::Array(items)
            if items
                .iter()
                .all(|item| !item.is_array() && !item.is_object()) =>
        {
            items.iter().map(plain).collect::<Vec<_>>().join(";")
        }
        Value::Array(_) | Value::Object(_) => value.to_string(),
    }
}

fn tsv_field(text: &str) -> String {
    let mut out = String::with_capacity(text.len());
    for c in sanitize::field(text).chars() {
        match c {
            '\\' => out.push_str("\\\\"),
            '\t' => out.push_str("\\t"),
            '\n' => out.push_str("\\n"),
            '\r' => out.push_str("\\r"),
            c => out.push(c),
        }
    }
    out
}

/// Writes one JSON value on one line, exact and yet harmless on a terminal:
/// what a terminal could obey is escaped, which means the same to any parser.
///
/// # Errors
/// Any error of `out`.
pub fn json_value(out: &mut dyn Write, value: &Value) -> io::Result<()> {
    let mut serializer = Serializer::with_formatter(out, Harmless(CompactFormatter));
    value.serialize(&mut serializer).map_err(io::Error::from)
}

/// Escapes DEL, C1 controls, line separators and bidirectional overrides;
/// serde_json itself escapes the C0 controls.
struct Harmless(CompactFormatter);

impl Formatter for Harmless {
    fn write_string_fragment<W: ?Sized + Write>(
        &mut self,
        writer: &mut W,
        fragment: &str,
    ) -> io::Result<()> {
        let mut done = 0;
        for (at, c) in fragment.char_indices() {
            let obeyed = matches!(c, '\u{7F}' | '\u{2028}' | '\u{2029}' | '\u{FEFF}');
            if obeyed || sanitize::is_dangerous(c) {
                writer.write_all(&fragment.as_bytes()[done..at])?;
                write!(writer, "\\u{:04x}", u32::from(c))?;
                done = at + c.len_utf8();
            }
        }
        self.0.write_string_fragment(writer, &fragment[done..])
    }
}

#[cfg(test)]
mod tests {
    #![expect(clippy::unwrap_used, reason = "tests")]

    use insta::assert_snapshot;
    use proptest::prelude::*;
    use serde_json::json;

    use super::*;
    use crate::cli::view::style::Tone;

    fn schema() -> Schema {
        Schema {
            name: "tickets".into(),
            version: 1,
            fields: ["id", "title", "tags", "left"].map(String::from).to_vec(),
            columns: vec![
                Column::new("Id", Column::ALWAYS),
                Column::new("Title", Column::ALWAYS).growing(10),
            ],
        }
    }

    fn records() -> Vec<Record> {
        let record = |id: &str, title: &str, tags: Value, left: Value| Record {
            values: vec![json!(id), json!(title), tags, left],
            cells: vec![Cell::new(id, Tone::Accent), title.into()],
        };
        vec![
            record(
                "261123-k7f3q2",
                "VPN, \"again\"",
                json!(["vpn", "laptop"]),
                json!(-90),
            ),
            record(
                "261122-9wm2c4",
                "=cmd()\ttab\nnext \\ \u{9b}2J\x1b[2J",
                json!([]),
                Value::Null,
            ),
        ]
    }

    fn written(format: Format) -> String {
        let mut out = Vec::new();
        let flow = write(&mut out, format, &schema(), records(), Look::default()).unwrap();
        assert_eq!(flow, Flow::Done);
        String::from_utf8(out).unwrap()
    }

    #[test]
    fn as_a_table() {
        assert_snapshot!(written(Format::Table), @r#"
    Id             Title
    261123-k7f3q2  VPN, "again"
    261122-9wm2c4  =cmd() tab⏎next \ �2J␛[2J
    "#);
    }

    #[test]
    fn as_json() {
        let text = written(Format::Json);
        assert_snapshot!(text, @r#"
    {"version":1,"tickets":[
    {"id":"261123-k7f3q2","title":"VPN, \"again\"","tags":["vpn","laptop"],"left":-90},
    {"id":"261122-9wm2c4","title":"=cmd()\ttab\nnext \\ \u009b2J\u001b[2J","tags":[],"left":null}
    ]}
    "#);
        let value: Value = serde_json::from_str(&text).unwrap();
        assert_eq!(value["tickets"][1]["title"], records()[1].values[1]);
    }

    #[test]
    fn as_ndjson() {
        let text = written(Format::Ndjson);
        let parsed: Vec<Value> = text
            .lines()
            .map(|l| serde_json::from_str(l).unwrap())
            .collect();
        assert_eq!(parsed.len(), 2);
        assert_eq!(parsed[0]["tags"], json!(["vpn", "laptop"]));
    }

    #[test]
    fn as_csv() {
        assert_snapshot!(written(Format::Csv), @r#"
    id,title,tags,left
    261123-k7f3q2,"VPN, ""again""",vpn;laptop,-90
    261122-9wm2c4,"'=cmd()	tab
    next \ �2J␛[2J",,
    "#);
    }

    #[test]
    fn as_tsv() {
        assert_snapshot!(written(Format::Tsv), @r#"
    id	title	tags	left
    261123-k7f3q2	VPN, "again"	vpn;laptop	-90
    261122-9wm2c4	=cmd()\ttab\nnext \\ �2J␛[2J
    "#);
    }

    #[test]
    fn as_ids() {
        assert_eq!(written(Format::Ids), "261123-k7f3q2\n261122-9wm2c4\n");
    }

    #[test]
    fn no_records_are_still_a_well_formed_answer() {
        let empty = |format| {
            let mut out = Vec::new();
            let flow = write(&mut out, format, &schema(), [], Look::default()).unwrap();
            assert_eq!(flow, Flow::Done);
            String::from_utf8(out).unwrap()
        };
        assert_eq!(empty(Format::Json), "{\"version\":1,\"tickets\":[]}\n");
        assert_eq!(empty(Format::Csv), "id,title,tags,left\n");
        assert_eq!(empty(Format::Tsv), "id\ttitle\ttags\tleft\n");
        assert_eq!(
            empty(Format::Table) + &empty(Format::Ndjson) + &empty(Format::Ids),
            ""
        );
    }

    /// A pipe whose reader has gone.
    struct Closed(io::ErrorKind);

    impl Write for Closed {
        fn write(&mut self, _: &[u8]) -> io::Result<usize> {
            Err(self.0.into())
        }
        fn flush(&mut self) -> io::Result<()> {
            Err(self.0.into())
        }
    }

    #[test]
    fn a_reader_who_has_gone_is_no_error() {
        for format in [
            Format::Table,
            Format::Json,
            Format::Ndjson,
            Format::Csv,
            Format::Tsv,
            Format::Ids,
        ] {
            let gone = &mut Closed(io::ErrorKind::BrokenPipe);
            let flow = write(gone, format, &schema(), records(), Look::default()).unwrap();
            assert_eq!(flow, Flow::ReaderGone, "{format:?}");
            let full = &mut Closed(io::ErrorKind::StorageFull);
            let error = write(full, format, &schema(), records(), Look::default()).unwrap_err();
            assert_eq!(error.kind(), io::ErrorKind::StorageFull, "{format:?}");
        }
    }

    proptest! {
        #[test]
        fn json_is_exact_and_harmless(text in any::<String>()) {
            let mut out = Vec::new();
            json_value(&mut out, &json!({ &text: &text })).unwrap();
            let shown = String::from_utf8(out).unwrap();
            prop_assert!(!shown.chars().any(|c| c.is_control() || sanitize::is_dangerous(c)));
            let back: Value = serde_json::from_str(&shown).unwrap();
            prop_assert_eq!(back, json!({ &text: &text }));
        }

        #[test]
        fn tsv_fields_stay_apart(text in any::<String>()) {
            prop_assert!(!tsv_field(&text).contains(['\t', '\n', '\r']));
        }
    }
}
