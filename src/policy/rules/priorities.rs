//! `priorities`, `matrix` and `defaults`: what comes first.

use super::fault::{Faults, PolicyFault};
use super::levels::{LevelEntry, known_level};
use crate::ticket::value::Value as _;
use crate::ticket::{Grade, Level, Priority};
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::BTreeMap;

/// Priority by impact, then urgency, as a file has it.
pub type MatrixFile = BTreeMap<String, BTreeMap<String, String>>;

/// Where a ticket starts when nobody says.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case", default)]
#[schemars(inline)]
pub struct Defaults {
    /// Level of a new ticket: 1, or the lowest that somebody works at.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub level: Option<u8>,
    /// Priority of a new ticket without impact and urgency: P3, or the lowest.
    #[serde(skip_serializing_if = "Option::is_none")]
    pub priority: Option<String>,
}

/// The priorities of a desk that names none.
pub(super) fn default_priorities() -> Vec<String> {
    ["P1", "P2", "P3", "P4"].map(str::to_owned).to_vec()
}

/// The usual matrix, for as many priorities as there are.
fn default_matrix(priorities: &[Priority]) -> BTreeMap<(Grade, Grade), Priority> {
    let mut matrix = BTreeMap::new();
    for (row, impact) in Grade::ALL.iter().enumerate() {
        for (column, urgency) in Grade::ALL.iter().enumerate() {
            let place = (row + column)
                .min(priorities.len().saturating_sub(1))
                .min(3);
            if let Some(priority) = priorities.get(place) {
                matrix.insert((*impact, *urgency), *priority);
            }
        }
    }
    matrix
}

/// Reads `priorities`.
pub(super) fn priorities(texts: &[String], faults: &mut Faults) -> Vec<Priority> {
    let mut read: Vec<Priority> = Vec::new();
    for text in texts {
        let Some(priority) = faults.parse::<Priority>("priorities", text) else {
            continue;
        };
        match read.last() {
            Some(last) if *last >= priority => {
                let problem = format!("{priority} stands after {last}");
                let fault = PolicyFault::new("priorities", problem);
                faults.add(fault.hint("list each once, from the highest: [P1, P2, P3]"));
            }
            _ => read.push(priority),
        }
    }
    if texts.is_empty() {
        let fault = PolicyFault::new("priorities", "there is none");
        faults.add(fault.hint("list them from the highest: [P1, P2, P3]"));
    }
    read
}

/// A priority that must be listed.
pub(super) fn known_priority(
    text: &str,
    at: &str,
    priorities: &[Priority],
    faults: &mut Faults,
) -> Option<Priority> {
    let priority = faults.parse(at, text)?;
    if priorities.contains(&priority) {
        return Some(priority);
    }
    let fault = PolicyFault::new(at, format!("{text} is not among the priorities"));
    faults.add(fault.hint("every level, team and priority that is named must also be listed"));
    None
}

/// Reads `matrix`.
pub(super) fn matrix(
    file: Option<&MatrixFile>,
    priorities: &[Priority],
    faults: &mut Faults,
) -> BTreeMap<(Grade, Grade), Priority> {
    let Some(file) = file else {
        return default_matrix(priorities);
    };
    let mut matrix = BTreeMap::new();
    for (impact, row) in file {
        let Some(high) = faults.parse::<Grade>(&format!("matrix.{impact}"), impact) else {
            continue;
        };
        for (urgency, priority) in row {
            let at = format!("matrix.{impact}.{urgency}");
            let grade = faults.parse(&at, urgency);
            let priority = known_priority(priority, &at, priorities, faults);
            if let (Some(grade), Some(priority)) = (grade, priority) {
                matrix.insert((high, grade), priority);
            }
        }
    }
    matrix
}

/// The level of a new ticket; none on a desk without levels.
pub(super) fn first_level(
    defaults: &Defaults,
    levels: &BTreeMap<u8, LevelEntry>,
    faults: &mut Faults,
) -> Option<Level> {
    if let Some(number) = defaults.level {
        return known_level(number, "defaults.level", levels, faults);
    }
    let usual = Level::FRONT_LINE.number();
    let first = levels
        .contains_key(&usual)
        .then_some(usual)
        .or_else(|| levels.keys().copied().find(|number| *number > usual))
        .or_else(|| levels.keys().next_back().copied());
    first.and_then(|number| Level::parse(&number.to_string()).ok())
}

/// The priority of a new ticket without impact and urgency.
pub(super) fn first_priority(
    defaults: &Defaults,
    priorities: &[Priority],
    faults: &mut Faults,
) -> Priority {
    let asked = defaults
        .priority
        .as_deref()
        .and_then(|text| known_priority(text, "defaults.priority", priorities, faults));
    let usual = Priority::USUAL;
    let usual = || priorities.contains(&usual).then_some(usual);
    asked
        .or_else(usual)
        .or_else(|| priorities.last().copied())
        .unwrap_or(Priority::USUAL)
}
