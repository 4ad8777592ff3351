//! `assignment`: how `assign --auto` and `next` pick somebody.

use schemars::JsonSchema;
use serde::{Deserialize, Serialize};

/// How somebody is picked.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct Assignment {
    /// What comes first among those who can.
    pub by: PickBy,
    /// Live tickets that somebody works on at most, where people.yaml gives
    /// them no capacity of their own.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub limit: Option<u32>,
}

/// What comes first among those who can.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(rename_all = "kebab-case")]
#[schemars(inline)]
pub enum PickBy {
    /// Who has the fewest live tickets.
    #[default]
    LeastLoad,
    /// Who was given a ticket longest ago.
    RoundRobin,
    /// Who has most of the skills that the category asks for.
    SkillsFirst,
}
