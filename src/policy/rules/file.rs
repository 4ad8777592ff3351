//! `desk.yaml` as it is written.

use super::assignment::Assignment;
use super::calendars::CalendarEntry;
use super::categories::CategoryEntry;
use super::escalations::EscalationEntry;
use super::handover::HandOverEntry;
use super::levels::{LevelEntry, TeamEntry, VendorEntry};
use super::lifecycle::Reasoned;
use super::priorities::{Defaults, MatrixFile, default_priorities};
use super::routes::RouteEntry;
use super::targets::TargetEntry;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The policy file as it is written. Unknown fields are errors. Every section
/// may be left out.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
pub struct PolicyFile {
    /// Version of the desk's files that all clones share.
    #[schemars(range(min = 1, max = 1))]
    pub format: u32,
    /// What the desk is called.
    #[serde(default)]
    pub name: String,
    /// Support levels by number, from self-service up; none on a desk where
    /// everybody does everything.
    #[serde(default)]
    pub levels: BTreeMap<u8, LevelEntry>,
    /// The currency of `cost`: USD, €.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub currency: Option<String>,
    /// Teams by name.
    #[serde(default)]
    pub teams: BTreeMap<String, TeamEntry>,
    /// Vendors under contract by short name.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub vendors: BTreeMap<String, VendorEntry>,
    /// Priorities from the highest to the lowest.
    #[serde(default = "default_priorities")]
    pub priorities: Vec<String>,
    /// Priority by impact, then urgency: high, medium or low.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub matrix: Option<MatrixFile>,
    /// Where a ticket starts when nobody says.
    #[serde(default)]
    pub defaults: Defaults,
    /// What tickets concern: a tree of names joined by `/`.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub categories: BTreeMap<String, CategoryEntry>,
    /// Whether a category that is not listed is refused.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub categories_only: bool,
    /// Where new tickets go, in order: the first that matches wins.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub routes: Vec<RouteEntry>,
    /// The time zone of calendars that name none: Europe/London.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Open hours by name; `24x7` is there already.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub calendars: BTreeMap<String, CalendarEntry>,
    /// The calendar of whatever names none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub calendar: Option<String>,
    /// How much time each clock has, in order: the first rule that matches and
    /// names a clock gives it its time.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub targets: Vec<TargetEntry>,
    /// What happens by itself when a clock runs low or out.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub escalations: Vec<EscalationEntry>,
    /// What an escalation must carry.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub hand_over: Option<HandOverEntry>,
    /// How somebody is picked.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub assignment: Option<Assignment>,
    /// Closure codes; any code is taken when empty.
    #[serde(default)]
    pub codes: Vec<String>,
    /// What cannot be done without words that say why, beside what never can.
    #[serde(default, skip_serializing_if = "BTreeSet::is_empty")]
    pub reasons: BTreeSet<Reasoned>,
    /// Causes of waiting beside the usual ones. Where this is listed, no other
    /// word is taken.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub pending_causes: Option<Vec<String>>,
    /// Causes of waiting that stop the resolve clock.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub pauses: Vec<String>,
    /// Days after closing within which a ticket is reopened; no limit if
    /// absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopen_days: Option<u32>,
    /// When resolved tickets close by themselves: `7 days`, `5 business days`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub close_after: Option<String>,
    /// Business time within which a resolution is one at first contact: 1h.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub fcr_window: Option<String>,
    /// Days after resolving within which a reopening counts against it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub reopen_counts_days: Option<u32>,
    /// Roles that alone may do something: cancel, override-priority,
    /// change-closed …; everybody may do what is not listed.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub access: BTreeMap<String, Vec<String>>,
}

impl PolicyFile {
    /// A file that says nothing.
    #[must_use]
    pub fn empty() -> Self {
        Self {
            format: crate::policy::FORMAT,
            priorities: default_priorities(),
            ..Self::default()
        }
    }
}
