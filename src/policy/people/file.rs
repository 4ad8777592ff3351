//! `people.yaml` as it is written.

use schemars::{JsonSchema, Schema, SchemaGenerator, json_schema};
use serde::de::{self, Deserializer, MapAccess, Visitor};
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// The roster file as it is written. Unknown fields are errors.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct RosterFile {
    /// Version of the desk's files that all clones share.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// People by handle: what others type for them.
    #[serde(default)]
    pub people: BTreeMap<String, PersonEntry>,
}

/// Somebody who works at the desk.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct PersonEntry {
    /// Full name.
    pub name: String,
    /// Addresses; the first one signs commits.
    pub emails: Vec<String>,
    /// Support levels held.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub levels: BTreeSet<u8>,
    /// Teams, the main one first.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub teams: Vec<String>,
    /// Roles: technician, team-lead, manager, director, process-owner …
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub roles: BTreeSet<String>,
    /// The job, as it stands on a business card.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub title: Option<String>,
    /// The team lead, to whom escalations go; needs not be the line manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub lead: Option<String>,
    /// The line manager.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub reports_to: Option<String>,
    /// What this person knows well: the words that categories ask for.
    #[serde(skip_serializing_if = "BTreeSet::is_empty")]
    pub skills: BTreeSet<String>,
    /// When this person works: a calendar of desk.yaml, or hours by days.
    /// Somebody without counts as there.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub duty: Option<DutyEntry>,
    /// When this person is away.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub absences: Vec<AbsenceEntry>,
    /// How many tickets this person works on at once, at most.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub capacity: Option<u32>,
    /// Levels held for a time.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    pub grants: Vec<GrantEntry>,
}

/// A stretch of time in which somebody is away.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub struct AbsenceEntry {
    /// The first day (2026-12-24), or a time (2026-12-24T12:00:00Z).
    pub from: String,
    /// The last day, or the time of coming back.
    pub to: String,
    /// Why.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub why: Option<String>,
    /// Who stands in.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub cover: Option<String>,
}

/// A level held for a time.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub struct GrantEntry {
    /// The level.
    pub level: u8,
    /// The category or skill that it is for; everything if absent.
    #[serde(rename = "for", default, skip_serializing_if = "Option::is_none")]
    pub topic: Option<String>,
    /// The last day.
    pub until: String,
    /// Who granted it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub by: Option<String>,
}

/// When somebody works: `office`, or `{zone: Europe/London, mon-fri:
/// "09:00-17:00"}`.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
#[serde(untagged)]
pub enum DutyEntry {
    /// The hours of a calendar.
    Calendar(String),
    /// Hours by days, and the zone under `zone`.
    Rota(BTreeMap<String, String>),
}

impl<'de> Deserialize<'de> for DutyEntry {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        deserializer.deserialize_any(CalendarOrRota)
    }
}

struct CalendarOrRota;

impl<'de> Visitor<'de> for CalendarOrRota {
    type Value = DutyEntry;

    fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("a calendar's name or hours such as {mon-fri: \"09:00-17:00\"}")
    }

    fn visit_str<E: de::Error>(self, name: &str) -> Result<DutyEntry, E> {
        Ok(DutyEntry::Calendar(name.to_owned()))
    }

    fn visit_map<A: MapAccess<'de>>(self, mut map: A) -> Result<DutyEntry, A::Error> {
        let mut rows = BTreeMap::new();
        while let Some((key, hours)) = map.next_entry::<String, String>()? {
            rows.insert(key, hours);
        }
        Ok(DutyEntry::Rota(rows))
    }
}

impl JsonSchema for DutyEntry {
    fn inline_schema() -> bool {
        true
    }

    fn schema_name() -> Cow<'static, str> {
        "Duty".into()
    }

    fn json_schema(_: &mut SchemaGenerator) -> Schema {
        json_schema!({
            "description": "A calendar of desk.yaml, or hours by days: {zone: Europe/London, \
                            mon-fri: \"09:00-17:00\"}.",
            "anyOf": [
                {"type": "string"},
                {
                    "type": "object",
                    "properties": {"zone": {"type": "string"}},
                    "additionalProperties": {"type": "string"}
                }
            ]
        })
    }
}
