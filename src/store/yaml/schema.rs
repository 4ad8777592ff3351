//! The form of a ticket's file as JSON Schema (draft 2020-12), made of the very
//! names and types that read it.

use super::event::{EVENT, MEMBERS, PATCH};
use super::judged::{JUDGED, RESULT};
use super::read::FILE;
use super::seed::Names;
use crate::ticket::details;
use crate::ticket::header::{self, FieldType};
use crate::ticket::value::Shape;
use crate::ticket::{Clock, Verb};
use serde_json::{Map, Value, json};

/// The form of a ticket's file.
#[must_use]
pub fn ticket_schema() -> Value {
    let mut file = mapping(&FILE, &["schema", "id", "opened", "timeline"], file_key);
    let about = json!({
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "Ticket",
        "description": "A ticket of a desk. desk writes it: use its commands, or `desk adopt` after an edit by hand.",
    });
    if let (Value::Object(file), Value::Object(mut about)) = (&mut file, about) {
        about.append(file);
        *file = about;
    }
    file
}

/// A mapping that has these keys.
fn mapping(names: &Names, required: &[&str], of: fn(&str) -> Value) -> Value {
    let keys = names.fixed.iter().flat_map(|names| names.iter());
    let properties: Map<String, Value> = keys.map(|key| ((*key).to_owned(), of(key))).collect();
    let mut schema = json!({
        "type": "object",
        "properties": properties,
        "required": required,
        "additionalProperties": false,
    });
    if names.own {
        schema["patternProperties"] = json!({"^x-[a-z0-9-]+$": {"type": ["string", "null"]}});
    }
    schema
}

fn file_key(key: &str) -> Value {
    match key {
        "schema" => json!({"type": "integer", "minimum": 1}),
        "id" => json!({"type": "string", "pattern": "^[0-9]{6}-[0-9a-hjkmnp-tv-z]{6}$"}),
        "opened" => time(),
        "timeline" => json!({
            "type": "array", "minItems": 1,
            "items": mapping(&EVENT, &["e", "n", "at", "by", "did"], event_key),
        }),
        list if header::LISTS.contains(&list) => members(list),
        field => value(field, false),
    }
}

fn event_key(key: &str) -> Value {
    match key {
        "e" | "of" => json!({"type": "string", "pattern": "^[0-9a-hjkmnp-tv-z]{4,26}$"}),
        "n" => json!({"type": "integer", "minimum": 0}),
        "at" | "recorded" => time(),
        "by" | "text" => json!({"type": "string"}),
        "did" => json!({"enum": Verb::WORDS}),
        "set" | "was" => mapping(&PATCH, &[], |field| value(field, true)),
        "add" | "del" => mapping(&MEMBERS, &[], members),
        "clock" => json!({"enum": Clock::WORDS}),
        "judged" => mapping(&JUDGED, &["policy", "tz"], judged_key),
        items if details::ITEMS.contains(&items) => {
            json!({"type": "array", "items": {"type": "string"}})
        }
        text if details::TEXTS.contains(&text) => json!({"type": "string"}),
        _ => Value::Null,
    }
}

fn judged_key(key: &str) -> Value {
    match key {
        "policy" => json!({"type": "string", "pattern": "^[0-9a-f]{40,64}$"}),
        "tz" => json!({"type": "string"}),
        clock if Clock::WORDS.contains(&clock) => {
            mapping(&RESULT, &["met", "spent", "target"], |key| match key {
                "met" => json!({"type": "boolean"}),
                _ => json!({"type": "integer", "minimum": 0}),
            })
        }
        _ => Value::Null,
    }
}

fn time() -> Value {
    json!({"type": "string", "format": "date-time"})
}

/// A single field of the header; null clears it, where that has a meaning.
fn value(field: &str, nullable: bool) -> Value {
    let found = header::FIELD_TYPES.iter().find(|own| own.name == field);
    found.map_or(Value::Null, |field| typed(field, nullable))
}

fn members(list: &str) -> Value {
    let found = header::LIST_TYPES.iter().find(|own| own.name == list);
    let of = found.map_or(Value::Null, |list| typed(list, false));
    json!({"type": "array", "items": of})
}

fn typed(field: &FieldType, nullable: bool) -> Value {
    let mut schema = match field.shape {
        Shape::Time => time(),
        Shape::Number => json!({"type": "integer", "minimum": 0}),
        Shape::Text => json!({"type": "string"}),
    };
    schema["description"] = json!(field.doc.trim());
    if nullable {
        schema["type"] = json!([schema["type"], "null"]);
    }
    if !field.words.is_empty() {
        let words = field.words.iter().map(|word| json!(word));
        let null = nullable.then_some(Value::Null);
        schema["enum"] = words.chain(null).collect();
    }
    schema
}

#[cfg(test)]
mod tests {
    use super::*;

    /// A key that the reader takes and nobody described would be null.
    fn nulls(schema: &Value, path: &str, found: &mut Vec<String>) {
        match schema {
            Value::Null => found.push(path.to_owned()),
            Value::Object(all) => {
                for (key, value) in all.iter().filter(|(key, _)| *key != "enum") {
                    nulls(value, &format!("{path}/{key}"), found);
                }
            }
            Value::Array(all) => all.iter().for_each(|value| nulls(value, path, found)),
            _ => {}
        }
    }

    #[test]
    fn every_key_that_is_read_is_described() {
        let mut found = Vec::new();
        nulls(&ticket_schema(), "", &mut found);
        assert!(found.is_empty(), "{found:?}");
    }
}
