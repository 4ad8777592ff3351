//! Where tickets are resolved, and how they get there. DOMAIN.md section 6,
//! "first-contact resolution", "first-level resolution", "level mix / push to
//! front", "escalation rate".

use crate::report::figure::Part;
use crate::report::lens::Lens;
use crate::report::life::{Fate, Life};
use crate::report::metric::{Better, Measure, Metric};
use crate::ticket::Level;

/// The usual window of a resolution at first contact, in open seconds.
const FIRST_CONTACT_WINDOW: i64 = 3_600;

/// Resolved at first contact.
pub const FIRST_CONTACT: Metric = Metric {
    name: "first-contact-resolution",
    title: "first-contact resolution",
    definition: "Resolved without a message of the requester in between, by whoever had it first \
        in the team that had it first, within the policy's fcr-window of business time (1 hour \
        where it does not say), and not reopened within its reopen-counts-days (ever, where it \
        does not say) ÷ resolved. A goal of the team: never a rank of people.",
    better: Better::More,
    measure: Measure::Share(first_contact),
};

/// Resolved at level ≤ 1 and never above it.
pub const FIRST_LEVEL: Metric = Metric {
    name: "first-level-resolution",
    title: "first-level resolution",
    definition: "Resolved at level 1 or 0 and never above it ÷ resolved. A ticket that never had \
        a level is not counted as one.",
    better: Better::More,
    measure: Measure::Share(first_level),
};

/// Resolved above level 1, though level 1 could have.
pub const LEVEL_1_CAPABLE: Metric = Metric {
    name: "level-1-capable",
    title: "level-1-capable",
    definition: "Reached a level above 1 though marked as one that level 1 or 0 could have \
        resolved (could-be) ÷ resolved above level 1.",
    better: Better::Less,
    measure: Measure::Share(level_1_capable),
};

/// Ever escalated functionally.
pub const ESCALATED: Metric = Metric {
    name: "escalation-rate",
    title: "ever escalated",
    definition: "Ever escalated to a level, a team or a person with the skill (functionally) ÷ \
        resolved. One that a person makes to themselves counts: the ticket needed the level. \
        Asking a lead for attention and calling a vendor do not.",
    better: Better::Less,
    measure: Measure::Share(escalated),
};

/// Given to somebody else by an escalation.
pub const HANDED_OVER: Metric = Metric {
    name: "handed-over",
    title: "handed over by an escalation",
    definition: "Ever given to somebody else by a functional escalation ÷ resolved. Who holds both \
        levels and escalates to themselves hands nothing over.",
    better: Better::Less,
    measure: Measure::Share(handed_over),
};

/// Escalations that were declined.
pub const DECLINED: Metric = Metric {
    name: "declined-escalations",
    title: "escalations declined",
    definition: "Escalations declined ÷ functional escalations made in the period. A ticket may \
        have several.",
    better: Better::Less,
    measure: Measure::Share(|life, lens| {
        fate(life, lens, |fate| matches!(fate, Fate::Declined(_)))
    }),
};

/// Escalations that were handed back.
pub const HANDED_BACK: Metric = Metric {
    name: "handed-back-escalations",
    title: "escalations handed back",
    definition: "Escalations that were taken up and given back ÷ functional escalations made in \
        the period. A ticket may have several.",
    better: Better::Less,
    measure: Measure::Share(|life, lens| {
        fate(life, lens, |fate| matches!(fate, Fate::HandedBack(_)))
    }),
};

/// All of the family.
pub const ALL: &[Metric] = &[
    FIRST_CONTACT,
    FIRST_LEVEL,
    LEVEL_1_CAPABLE,
    ESCALATED,
    HANDED_OVER,
    DECLINED,
    HANDED_BACK,
];

fn first_contact(life: &Life, lens: Lens<'_>) -> Part {
    Part::one(lens.resolved(life).then(|| is_first_contact(life, lens)))
}

fn is_first_contact(life: &Life, lens: Lens<'_>) -> bool {
    let Some(resolved) = life.resolved() else {
        return false;
    };
    let lifecycle = &lens.policy.lifecycle;
    let window = lifecycle
        .fcr_window
        .map_or(FIRST_CONTACT_WINDOW, |span| span.seconds());
    let asked_again = life.follow_up.is_some_and(|at| at <= resolved.at);
    let moved = life.course.teams().len() > 1
        || life.course.assignees().len() > 1
        || life.course.escalations().next().is_some();
    let reopened = super::quality::came_back(life, lens, |_| true);
    !asked_again && !moved && !reopened && lens.business(life.opened, resolved.at) <= window
}

fn first_level(life: &Life, lens: Lens<'_>) -> Part {
    let is_so = || {
        let highest = life.course.highest();
        highest.is_some_and(|highest| highest <= Level::FRONT_LINE)
    };
    Part::one(lens.resolved(life).then(is_so))
}

/// Whether it lay above the front line.
pub(super) fn is_above_front(life: &Life) -> bool {
    life.course.highest() > Some(Level::FRONT_LINE)
}

/// Whether it went above the front line though that could have resolved it.
pub(super) fn is_level_1_capable(life: &Life) -> bool {
    is_above_front(life)
        && life
            .could_be
            .is_some_and(|level| level <= Level::FRONT_LINE)
}

fn level_1_capable(life: &Life, lens: Lens<'_>) -> Part {
    let counts = lens.resolved(life) && is_above_front(life);
    Part::one(counts.then(|| is_level_1_capable(life)))
}

fn escalated(life: &Life, lens: Lens<'_>) -> Part {
    let is_so = || life.course.escalations().next().is_some();
    Part::one(lens.resolved(life).then(is_so))
}

fn handed_over(life: &Life, lens: Lens<'_>) -> Part {
    let is_so = || life.course.escalations().any(|one| !one.kept);
    Part::one(lens.resolved(life).then(is_so))
}

fn fate(life: &Life, lens: Lens<'_>, is_so: impl Fn(&Fate) -> bool) -> Part {
    let made = life.course.escalations();
    let made = made.filter(|one| lens.period.contains(one.at));
    Part::of(made, |one| is_so(&one.fate))
}
