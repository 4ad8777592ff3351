//! The roles of a support organisation (DOMAIN.md section 2): what they are
//! for, whom they escalate to, whom they answer to.

/// A role that desks know without being told.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Role {
    /// The word in `people.yaml`.
    pub word: &'static str,
    /// What it is called.
    pub name: &'static str,
    /// Other words for it.
    pub also: &'static [&'static str],
    /// What it does.
    pub duties: &'static [&'static str],
    /// Whom it escalates to.
    pub escalates_to: &'static str,
    /// Whom it answers to, by the word.
    pub answers_to: Option<&'static str>,
    /// Commands that it starts the day with.
    pub starts_with: &'static [&'static str],
}

/// Every role, from the front line up.
pub const ROLES: &[Role] = &[
    Role {
        word: "analyst",
        name: "support-center analyst",
        also: &[
            "agent",
            "operator",
            "service-desk-agent",
            "help-desk-operator",
        ],
        duties: &[
            "takes the contact and gathers the facts",
            "restores service with known fixes",
            "routes and escalates what is for others, and stays its owner",
        ],
        escalates_to: "the next team, and the support-center team lead",
        answers_to: Some("team-lead"),
        starts_with: &["desk next", "desk list is:mine"],
    },
    Role {
        word: "technician",
        name: "technician",
        also: &["specialist", "engineer", "expert"],
        duties: &[
            "accepts what is handed over, or declines it with a reason",
            "repairs, configures, and looks for causes",
            "writes down what solved it, so that the front line can do it next time",
        ],
        escalates_to: "the next team, and the team lead",
        answers_to: Some("team-lead"),
        starts_with: &["desk next", "desk list is:mine"],
    },
    Role {
        word: "desktop-technician",
        name: "desktop-support technician",
        also: &["dst", "desktop-support-technician"],
        duties: &[
            "takes equipment tickets that the support center escalates",
            "repairs remotely, on site, or by return of the equipment",
            "moves, adds and changes equipment",
        ],
        escalates_to: "the next team, and the desktop-support team lead",
        answers_to: Some("desktop-lead"),
        starts_with: &["desk next", "desk list is:mine"],
    },
    Role {
        word: "team-lead",
        name: "support-center team lead",
        also: &["lead", "support-center-team-lead", "supervisor"],
        duties: &[
            "runs the day and coaches the team",
            "is the first internal point of hierarchical escalation",
            "watches what nobody has acknowledged, what is stale, and what bounces",
            "holds the load against who is on duty",
        ],
        escalates_to: "the support-center manager",
        answers_to: Some("manager"),
        starts_with: &["desk list is:unassigned", "desk duty", "desk people"],
    },
    Role {
        word: "desktop-lead",
        name: "desktop-support team lead",
        also: &["desktop-team-lead", "desktop-support-team-lead"],
        duties: &[
            "runs the day of desktop support, without line staff of their own",
            "is the first internal point of escalation for equipment",
            "reads declined hand-overs and their reasons",
        ],
        escalates_to: "the desktop-support manager",
        answers_to: Some("desktop-manager"),
        starts_with: &["desk list is:unassigned", "desk duty", "desk people"],
    },
    Role {
        word: "manager",
        name: "support-center manager",
        also: &["support-center-manager", "service-desk-manager"],
        duties: &[
            "people, metrics and service levels of the support center",
            "looks for tickets that the front line could have solved",
            "explains breaches by their cause",
        ],
        escalates_to: "the support-center director",
        answers_to: Some("director"),
        starts_with: &["desk report", "desk people", "desk duty --week"],
    },
    Role {
        word: "desktop-manager",
        name: "desktop-support manager",
        also: &["desktop-support-manager"],
        duties: &[
            "people, metrics and service levels of desktop support",
            "audits of equipment and approval of purchases",
        ],
        escalates_to: "the desktop-support director",
        answers_to: Some("desktop-director"),
        starts_with: &["desk report", "desk people", "desk duty --week"],
    },
    Role {
        word: "director",
        name: "support-center director",
        also: &["support-center-director"],
        duties: &[
            "the organisation as a whole: delivery, strategy, cost",
            "performance of vendors",
        ],
        escalates_to: "the business",
        answers_to: None,
        starts_with: &["desk report"],
    },
    Role {
        word: "desktop-director",
        name: "desktop-support director",
        also: &["desktop-support-director"],
        duties: &[
            "desktop support as a whole: delivery, strategy, cost",
            "performance of vendors of equipment",
        ],
        escalates_to: "the business",
        answers_to: None,
        starts_with: &["desk report"],
    },
    Role {
        word: "process-owner",
        name: "process owner",
        also: &[],
        duties: &[
            "designs and improves one process",
            "reads overrides, missing reasons and what was not done as agreed",
        ],
        escalates_to: "the support-center director",
        answers_to: Some("director"),
        starts_with: &["desk events", "desk report"],
    },
    Role {
        word: "service-delivery-manager",
        name: "service delivery manager",
        also: &["sdm"],
        duties: &[
            "services to their users: one scorecard a service",
            "major incidents, and what vendors owe",
        ],
        escalates_to: "the support-center director",
        answers_to: Some("director"),
        starts_with: &["desk report"],
    },
    Role {
        word: "business-relationship-manager",
        name: "business relationship manager",
        also: &["brm"],
        duties: &[
            "one or more business units: what they asked for and what they got",
            "explains breaches to them",
        ],
        escalates_to: "the support-center director",
        answers_to: Some("director"),
        starts_with: &["desk report"],
    },
];

/// The role of that word, or of another word for it.
#[must_use]
pub fn role(word: &str) -> Option<&'static Role> {
    let same = |own: &str| own.eq_ignore_ascii_case(word) || own.replace('-', " ") == word;
    ROLES.iter().find(|role| {
        same(role.word) || same(role.name) || role.also.iter().any(|other| same(other))
    })
}

/// The first word for the role that a word means; the word itself where no
/// desk knows it without being told.
#[must_use]
pub fn meant(word: &str) -> &str {
    role(word).map_or(word, |role| role.word)
}

/// Whether two words mean the same role.
#[must_use]
pub fn same(one: &str, other: &str) -> bool {
    meant(one) == meant(other)
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn every_word_means_one_role_and_lines_up_end() {
        let mut words = BTreeSet::new();
        for one in ROLES {
            for word in one.also.iter().chain([&one.word]) {
                assert!(words.insert(*word), "{word} twice");
                assert_eq!(role(word).unwrap().word, one.word);
            }
            let (mut steps, mut next) = (0, one.answers_to);
            while let Some(above) = next {
                steps += 1;
                assert!(steps < ROLES.len(), "{} answers to itself", one.word);
                next = role(above).unwrap().answers_to;
            }
        }
    }
}
