//! A ticket's file → the ticket.

use super::error::{CORRECT, Fault, YamlError, YamlErrorKind, nearest};
use super::event::Timeline;
use super::seed::{Entries, Faults, Names, Reading, Scalar};
use super::source::Source;
use crate::ticket::header::{BadField, FIELDS, LISTS};
use crate::ticket::value::Value;
use crate::ticket::{BadValue, Event, Header, Lists, Patch, SCHEMA, Ticket, TicketId, Timestamp};
use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, MapAccess, SeqAccess, Visitor};
use std::fmt;
use std::marker::PhantomData;

/// What a ticket's file holds.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stored {
    /// The fold of the timeline: what counts.
    pub ticket: Ticket,
    /// What the file's header says. It differs from the ticket's after a hand
    /// edit.
    pub declared: Header,
    /// When the file's header says that it was opened.
    pub declared_opened: Option<Timestamp>,
    /// The version of the file's format.
    pub schema: u32,
}

impl Stored {
    /// What a hand edit of the header changed: what turns the fold of the
    /// timeline into the declared header (single fields, members added,
    /// members removed). `None` if they are equal, and for a file that a newer
    /// version wrote, of which not everything is understood.
    #[must_use]
    pub fn drift(&self) -> Option<(Patch, Lists, Lists)> {
        let same = self.ticket.header() == &self.declared;
        (!same && !self.is_newer()).then(|| self.ticket.header().diff(&self.declared))
    }

    /// Whether a newer version of desk wrote it. Such a file must not be
    /// written: what it has that we don't know would be lost.
    #[must_use]
    pub fn is_newer(&self) -> bool {
        self.schema > SCHEMA
    }
}

/// Reads the file of the ticket that its path names.
///
/// Of a file that a newer version wrote (see [`Stored::is_newer`]), fields,
/// verbs and values that are not known are passed over.
///
/// # Errors
/// [`YamlError`], with line and hint: not UTF-8, not YAML, a merge conflict,
/// or not a ticket, or not this one.
pub fn read_ticket(id_of_path: &TicketId, bytes: &[u8]) -> Result<Stored, YamlError> {
    let source = Source::new(bytes)?;
    let faults = Faults::default();
    let read = |newer| {
        let reading = Reading {
            faults: &faults,
            newer,
        };
        let file = File {
            reading: &reading,
            id: id_of_path,
        };
        source.parse(file, &faults)
    };
    match read(false) {
        Err(_) if schema(&source).is_some_and(|schema| schema > SCHEMA) => read(true),
        other => other,
    }
}

/// The schema that a file declares, whatever else it holds.
fn schema(source: &Source<'_>) -> Option<u32> {
    #[derive(Deserialize)]
    struct Versioned {
        schema: u32,
    }
    let versioned: PhantomData<Versioned> = PhantomData;
    source
        .parse(versioned, &Faults::default())
        .ok()
        .map(|file| file.schema)
}

pub(super) const FILE: Names = Names {
    fixed: &[&["schema", "id", "opened", "timeline"], FIELDS, LISTS],
    own: true,
    elsewhere: |key| match key {
        "text" | "description" | "note" => Some("long text lives in the timeline"),
        "ticket" => Some("fields stand at the top, not under another key"),
        _ => None,
    },
};

/// The whole file.
struct File<'a> {
    reading: &'a Reading<'a>,
    id: &'a TicketId,
}

impl<'de> DeserializeSeed<'de> for File<'_> {
    type Value = Stored;

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<Stored, D::Error> {
        deserializer.deserialize_map(self)
    }
}

impl<'de> Visitor<'de> for File<'_> {
    type Value = Stored;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the fields of a ticket")
    }

    fn visit_map<A: MapAccess<'de>>(self, map: A) -> Result<Stored, A::Error> {
        let reading = self.reading;
        let mut schema = None;
        let mut id = None;
        let mut declared_opened = None;
        let mut timeline = None;
        let (mut fields, mut members) = <(Patch, Lists)>::default();
        let mut entries = Entries::new(map, reading, &FILE);
        while let Some(key) = entries.next()? {
            match key.as_str() {
                "schema" => entries
                    .map
                    .next_value_seed(one(reading, "schema", &mut schema))?,
                "id" => entries.map.next_value_seed(Scalar {
                    reading,
                    nullable: false,
                    expected: "the ticket's id",
                    take: |text: Option<&str>| check_id(self.id, text).map(|found| id = found),
                })?,
                "opened" => {
                    entries
                        .map
                        .next_value_seed(one(reading, "opened", &mut declared_opened))?
                }
                "timeline" => timeline = Some(entries.map.next_value_seed(Timeline { reading })?),
                list if LISTS.contains(&list) => {
                    put_members(&mut entries.map, reading, list, &mut members)?;
                }
                field => put_field(&mut entries.map, reading, field, &mut fields)?,
            }
        }
        let missing = |key: &str, hint: &str| {
            let fault = Fault::content(format!("`{key}` is missing"), hint);
            reading.faults.raise::<A::Error>(fault)
        };
        let schema = schema.ok_or_else(|| missing("schema", "the first line is: schema: 1"))?;
        let known = schema >= 1 && (schema <= SCHEMA || reading.newer);
        if !known {
            let what = format!("there is no schema {schema}");
            let hint = format!("this version of desk writes schema {SCHEMA}");
            let fault = Fault::content(what, hint).of_kind(YamlErrorKind::Newer);
            return Err(reading.faults.raise(fault));
        }
        let id = id.ok_or_else(|| missing("id", &format!("add: id: {}", self.id)))?;
        let timeline: Vec<Event> = timeline.ok_or_else(|| missing("timeline", RESTORE))?;
        let mut declared = Header::default();
        declared.apply(&fields, &members, &Lists::default());
        Ok(Stored {
            ticket: Ticket::fold(id, timeline),
            declared,
            declared_opened,
            schema,
        })
    }
}

pub(super) const RESTORE: &str =
    "events are never removed: see git log -p -- FILE and bring it back";

fn check_id(expected: &TicketId, text: Option<&str>) -> Result<Option<TicketId>, Fault> {
    let found = parse::<TicketId>("id", text.unwrap_or_default())?;
    if &found == expected {
        return Ok(Some(found));
    }
    Err(Fault::content(
        format!("this is {found}, but the file lies where {expected} belongs"),
        format!(
            "move it to {}, or undo what renamed it: git log --follow -- FILE",
            found.path()
        ),
    ))
}

/// A scalar that must be there, of a type that parses itself.
pub(super) fn one<'a, T: Value>(
    reading: &'a Reading<'a>,
    name: &'static str,
    to: &'a mut Option<T>,
) -> Scalar<'a, impl FnOnce(Option<&str>) -> Result<(), Fault> + 'a> {
    Scalar {
        reading,
        nullable: false,
        expected: "a single value",
        take: |text: Option<&str>| {
            *to = Some(parse(name, text.unwrap_or_default())?);
            Ok(())
        },
    }
}

pub(super) fn parse<T: Value>(field: &str, text: &str) -> Result<T, Fault> {
    T::parse(text).map_err(|bad| unparsed(field, &bad))
}

/// A value that does not parse, with a hint about what was meant.
fn unparsed(field: &str, bad: &BadValue) -> Fault {
    let found = &bad.found;
    if let Some((expected, words)) = bad.expected.split_once(": one of ") {
        let hint = match nearest(found, words.split_whitespace()) {
            Some(near) => format!("did you mean `{near}`?"),
            None => format!("it is one of: {words}"),
        };
        return Fault::content(format!("{field}: {found:?} is not {expected}"), hint);
    }
    let digits = found.bytes().take_while(u8::is_ascii_digit).count();
    let hint = if bad.expected.starts_with("a time") && digits == 4 {
        "check that the day and the hour exist, and that it ends in Z or an offset such as +01:00"
    } else {
        CORRECT
    };
    Fault::content(format!("{field}: {bad}"), hint)
}

fn bad_field(bad: BadField) -> Fault {
    match bad {
        BadField::Unknown(name) => Fault::content(
            format!("there is no field `{name}`"),
            "fields of your own begin with x-, such as x-room",
        ),
        BadField::Value { field, source } => unparsed(&field, &source),
    }
}

/// A fault where the file is ours; nothing where a newer version may know.
fn unless_newer(reading: &Reading<'_>, put: Result<(), BadField>) -> Result<(), Fault> {
    match put {
        Err(_) if reading.newer => Ok(()),
        put => put.map_err(bad_field),
    }
}

/// Reads the value of a single field.
pub(super) fn put_field<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &Reading<'_>,
    field: &str,
    patch: &mut Patch,
) -> Result<(), A::Error> {
    map.next_value_seed(Scalar {
        reading,
        nullable: true,
        expected: "a single value",
        take: |text: Option<&str>| unless_newer(reading, patch.put(field, text)),
    })
}

/// Reads the members of a list field.
pub(super) fn put_members<'de, A: MapAccess<'de>>(
    map: &mut A,
    reading: &Reading<'_>,
    list: &str,
    lists: &mut Lists,
) -> Result<(), A::Error> {
    map.next_value_seed(Items {
        reading,
        put: |text: &str| unless_newer(reading, lists.put(list, text)),
    })
}

/// A list of scalars.
pub(super) struct Items<'a, F> {
    pub(super) reading: &'a Reading<'a>,
    pub(super) put: F,
}

impl<'de, F> DeserializeSeed<'de> for Items<'_, F>
where
    F: FnMut(&str) -> Result<(), Fault>,
{
    type Value = ();

    fn deserialize<D: Deserializer<'de>>(self, deserializer: D) -> Result<(), D::Error> {
        deserializer.deserialize_seq(self)
    }
}

impl<'de, F> Visitor<'de> for Items<'_, F>
where
    F: FnMut(&str) -> Result<(), Fault>,
{
    type Value = ();

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a list such as [a, b]")
    }

    fn visit_seq<A: SeqAccess<'de>>(mut self, mut items: A) -> Result<(), A::Error> {
        loop {
            let item = Scalar {
                reading: self.reading,
                nullable: false,
                expected: "text",
                take: |text: Option<&str>| (self.put)(text.unwrap_or_default()),
            };
            if items.next_element_seed(item)?.is_none() {
                return Ok(());
            }
        }
    }
}
