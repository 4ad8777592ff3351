//! `access`: who may do what. What is not listed, everybody may.

use super::fault::{Faults, PolicyFault};
use crate::ticket::{Name, Verb};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

/// Something that a policy may keep to some roles.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Right {
    /// A verb of the life cycle.
    Do(Verb),
    /// Give another priority than impact and urgency make.
    OverridePriority,
    /// Change a closed ticket.
    ChangeClosed,
    /// Change policy and roster by commands.
    ChangePolicy,
    /// Escalate what lacks something that the policy asks for.
    OverrideReadiness,
}

impl Right {
    /// Every right, in the order in which `desk policy show` has them.
    pub const ALL: &'static [Self] = &[
        Self::Do(Verb::Open),
        Self::Do(Verb::Assign),
        Self::Do(Verb::Take),
        Self::Do(Verb::Accept),
        Self::Do(Verb::Escalate),
        Self::Do(Verb::Decline),
        Self::Do(Verb::HandBack),
        Self::Do(Verb::Hold),
        Self::Do(Verb::Resume),
        Self::Do(Verb::Note),
        Self::Do(Verb::Reply),
        Self::Do(Verb::Answer),
        Self::Do(Verb::Resolve),
        Self::Do(Verb::Close),
        Self::Do(Verb::Reopen),
        Self::Do(Verb::Cancel),
        Self::Do(Verb::Duplicate),
        Self::Do(Verb::Set),
        Self::Do(Verb::Tag),
        Self::Do(Verb::Link),
        Self::OverridePriority,
        Self::ChangeClosed,
        Self::ChangePolicy,
        Self::OverrideReadiness,
    ];

    /// The word in files.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Do(verb) => verb.word(),
            Self::OverridePriority => "override-priority",
            Self::ChangeClosed => "change-closed",
            Self::ChangePolicy => "change-policy",
            Self::OverrideReadiness => "override-readiness",
        }
    }
}

/// "cancel tickets", "override a priority": what somebody may not do.
impl fmt::Display for Right {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Do(verb) => f.write_str(verb.word()),
            Self::OverridePriority => f.write_str("override a priority"),
            Self::ChangeClosed => f.write_str("change closed tickets"),
            Self::ChangePolicy => f.write_str("change the policy"),
            Self::OverrideReadiness => f.write_str("override what a hand-over must carry"),
        }
    }
}

/// Who may do what, by role.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Access {
    /// The roles that may, for each right that is kept to some.
    pub roles: BTreeMap<Right, BTreeSet<Name>>,
}

impl Access {
    /// The roles that alone may do this; none if everybody may.
    #[must_use]
    pub fn kept_to(&self, right: Right) -> Option<&BTreeSet<Name>> {
        self.roles.get(&right)
    }
}

/// Reads `access`.
pub(super) fn access(entries: &BTreeMap<String, Vec<String>>, faults: &mut Faults) -> Access {
    let mut access = Access::default();
    for (key, roles) in entries {
        let at = format!("access.{key}");
        let right = Right::ALL.iter().copied().find(|right| right.word() == key);
        let Some(right) = right else {
            let known = Right::ALL.iter().map(|right| right.word());
            faults.add(PolicyFault::unknown(at, "action", key, known));
            continue;
        };
        if roles.is_empty() {
            let fault = PolicyFault::new(at.as_str(), "nobody may do this");
            faults.add(fault.hint("name a role that may, or remove the line: then everybody may"));
            continue;
        }
        let roles = faults.parse_all(&at, roles);
        access.roles.insert(right, roles.into_iter().collect());
    }
    access
}
