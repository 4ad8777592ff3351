//! A mapping as it is written.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::Deserialize;
use serde::de::value::MapAccessDeserializer;
use serde::de::{self, Deserializer, MapAccess, SeqAccess, Visitor};
use std::borrow::Cow;
use std::collections::BTreeMap;
use std::fmt;

/// What the columns of a log mean. Unknown keys are errors.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct MappingFile {
    /// A short name of the system that the log is from. It is part of what ids
    /// are made of: another name makes other tickets.
    pub source: String,
    /// The format of the file; it may be compressed with gzip.
    pub format: Format,
    /// What stands between the columns of CSV: a comma, if absent.
    #[serde(default)]
    pub delimiter: Option<String>,
    /// Values that say that there is none, beside nothing at all: `?`, `NULL`.
    #[serde(default)]
    pub missing: Vec<String>,
    /// Whether a row is the ticket after an update, or names what happened.
    pub shape: Shape,
    /// The column with the number of the ticket.
    pub case: String,
    /// The order of a ticket's rows: by time, or as in the file.
    #[serde(default)]
    pub order: Order,
    /// Columns that order rows of the same time.
    #[serde(default)]
    pub ties: Vec<String>,
    /// Columns that tell a row from all others of its ticket, so that it is
    /// known when it is imported again; all columns, if absent.
    #[serde(default)]
    pub row: Vec<String>,
    /// When a row happened.
    pub time: TimeEntry,
    /// When the ticket was opened, where that is before its first row.
    #[serde(default)]
    pub opened: Option<PicksEntry>,
    /// Who did it; the source, where nothing is found.
    #[serde(default)]
    pub actor: Option<PicksEntry>,
    /// The number that the ticket is known by elsewhere; the case, if absent.
    #[serde(default)]
    pub reference: Option<PicksEntry>,
    /// What the source calls that which happened.
    #[serde(default)]
    pub activity: Option<PicksEntry>,
    /// The state or sub-state that the source had it in.
    #[serde(default)]
    pub state: Option<PicksEntry>,
    /// Words of the row: a note, a reply, a resolution.
    #[serde(default)]
    pub text: Option<PicksEntry>,
    /// Where the status comes from, and what its words mean here.
    #[serde(default)]
    pub status: Option<StatusEntry>,
    /// What activities do, by name.
    #[serde(default)]
    pub activities: BTreeMap<String, ActivityEntry>,
    /// Fields of the ticket: title, kind, priority, level, team, x-….
    pub fields: BTreeMap<String, PicksEntry>,
    /// A second file that says more of each ticket.
    #[serde(default)]
    pub attributes: Option<AttributesEntry>,
}

/// The format of a log.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Format {
    /// Rows with a header.
    Csv,
    /// One JSON object a line; `a.b` is the key b of the object a.
    Ndjson,
    /// XES; the columns of a trace begin with `case:`.
    Xes,
}

/// What a row is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Shape {
    /// The ticket after an update: differences become events, and what is
    /// missing is empty.
    Snapshot,
    /// What happened: what is missing stays as it was.
    Activity,
}

/// The order of a ticket's rows.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
pub enum Order {
    /// By time, then by `ties`, then as in the file.
    #[default]
    Time,
    /// As in the file, whatever the times say.
    File,
}

/// When a row happened.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct TimeEntry {
    /// The column.
    pub column: String,
    /// How times are written: `%d/%m/%Y %H:%M`, or `unix` for seconds since
    /// 1970. The first that fits is taken. ISO 8601, if absent.
    #[serde(default)]
    pub formats: Vec<String>,
    /// The zone of times that name none: Europe/London; UTC, if absent.
    #[serde(default)]
    pub zone: Option<String>,
}

/// Where the status comes from.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct StatusEntry {
    /// Where its word is found.
    pub from: PicksEntry,
    /// What the source's words mean: `new`, `in-progress`, `pending vendor`.
    pub words: BTreeMap<String, String>,
}

/// What an activity does.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct ActivityEntry {
    /// The verb of the event: note, assign, escalate, reply, answer, …; the one
    /// that says best what changed, if absent.
    #[serde(default)]
    pub did: Option<String>,
    /// The status after it: `resolved`, `pending vendor`; else it stays.
    #[serde(default)]
    pub status: Option<String>,
}

/// A second file, in the log's format, with one row a ticket.
#[derive(Debug, Clone, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct AttributesEntry {
    /// Its name, beside the log.
    pub file: String,
    /// The column with the number of the ticket.
    pub case: String,
}

/// Where a value is found. Exactly one of column, constant and template.
#[derive(Debug, Clone, Default, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PickEntry {
    /// A column of the log, or else of the second file.
    #[serde(default)]
    pub column: Option<String>,
    /// Always this.
    #[serde(default)]
    pub constant: Option<String>,
    /// Text around columns: `{category}/{subcategory}`. Where one of them is
    /// missing, there is no value.
    #[serde(default)]
    pub template: Option<String>,
    /// A regular expression: the value is its first group, or all of it. Its
    /// classes, and `(?i)`, know the letters of ASCII.
    #[serde(default, rename = "match")]
    pub capture: Option<String>,
    /// A table: the value for what was found. What is not in it has no value.
    #[serde(default)]
    pub lookup: Option<BTreeMap<String, String>>,
    /// Only for rows in which these columns have these values. Where they do,
    /// and there is no value, the field is emptied.
    #[serde(default)]
    pub when: BTreeMap<String, String>,
    /// Whether it is a time, to be written as times are written here.
    #[serde(default)]
    pub time: bool,
}

/// One place to look, or several: the first that has a value counts. A text is
/// the name of a column.
#[derive(Debug, Clone, Default)]
pub struct PicksEntry(pub Vec<PickEntry>);

impl<'de> Deserialize<'de> for PicksEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Places;
        impl<'de> Visitor<'de> for Places {
            type Value = PicksEntry;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a column, {constant: …}, {template: …}, or a list of such")
            }

            fn visit_str<E: de::Error>(self, column: &str) -> Result<PicksEntry, E> {
                Ok(PicksEntry(vec![PickEntry {
                    column: Some(column.to_owned()),
                    ..PickEntry::default()
                }]))
            }

            fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<PicksEntry, A::Error> {
                let one = PickEntry::deserialize(MapAccessDeserializer::new(map))?;
                Ok(PicksEntry(vec![one]))
            }

            fn visit_seq<A: SeqAccess<'de>>(self, mut items: A) -> Result<PicksEntry, A::Error> {
                let mut all = Vec::new();
                while let Some(PicksEntry(some)) = items.next_element()? {
                    all.extend(some);
                }
                if all.is_empty() {
                    return Err(de::Error::invalid_length(0, &"at least one place"));
                }
                Ok(PicksEntry(all))
            }
        }
        deserializer.deserialize_any(Places)
    }
}

impl JsonSchema for PicksEntry {
    fn schema_name() -> Cow<'static, str> {
        "Places".into()
    }

    fn json_schema(generator: &mut SchemaGenerator) -> Schema {
        let one = generator.subschema_for::<PickEntry>();
        json_schema!({
            "description": "A column, a place to look, or a list of such: the first that has a value counts.",
            "anyOf": [
                {"type": "string"},
                one,
                {"type": "array", "minItems": 1, "items": {"anyOf": [{"type": "string"}, one]}}
            ]
        })
    }
}
