//! Who may do what, and what needs a reason: the one place that asks.

use super::people::Person;
use super::routing::Map;
use super::rules::{Policy, Reasoned, Right};
use crate::ticket::{Action, Grade, Handle, Name, Priority, Status, Ticket, TicketId, Verb};

/// Something that this desk's policy does not let somebody do.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Denied {
    /// The right is kept to some roles.
    #[error("{}only {} may {right} here, and {who} is not one", of(id.as_ref()), any_of(roles))]
    Right {
        /// The ticket, once there is one.
        id: Option<TicketId>,
        /// Who asked.
        who: Handle,
        /// What they may not do.
        right: Right,
        /// The roles that may.
        roles: Vec<Name>,
        /// The people who may.
        may: Vec<Handle>,
    },
    /// It needs words that say why.
    #[error("{}this desk asks for a reason to {}", of(id.as_ref()), told(*.what))]
    Reason {
        /// The ticket, once there is one.
        id: Option<TicketId>,
        /// What needs one.
        what: Reasoned,
    },
}

impl Denied {
    /// What to do instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Right { may, right, .. } if may.is_empty() => format!(
                "nobody on the roster has such a role: give somebody one in people.yaml, or \
                 change access.{} in desk.yaml",
                right.word()
            ),
            Self::Right { may, id, .. } => {
                let who = any_of(may);
                match (id, may.first()) {
                    (Some(id), Some(first)) => {
                        format!("ask {who}: desk escalate {id} --attention {first} -m WHY")
                    }
                    _ => format!("ask {who}"),
                }
            }
            Self::Reason { .. } => "give it with -m TEXT".to_owned(),
        }
    }
}

/// "261123-k7f3q2: ", where there is a ticket.
fn of(id: Option<&TicketId>) -> String {
    id.map_or_else(String::new, |id| format!("{id}: "))
}

/// "a", "a or b", "a, b or c".
fn any_of(names: &[impl ToString]) -> String {
    let names: Vec<String> = names.iter().map(ToString::to_string).collect();
    match names.split_last() {
        Some((last, rest)) if !rest.is_empty() => format!("{} or {last}", rest.join(", ")),
        _ => names.concat(),
    }
}

fn told(what: Reasoned) -> &'static str {
    match what {
        Reasoned::Assign => "assign it",
        Reasoned::Hold => "put it on hold",
        Reasoned::Resume => "resume it",
        Reasoned::Close => "close it",
        Reasoned::Duplicate => "make it a duplicate",
        Reasoned::Set => "change its fields",
        Reasoned::OverridePriority => "give another priority than impact and urgency make",
    }
}

/// Whether somebody may; `None` is whoever is not on the roster. What the
/// policy does not keep to roles, everybody may.
#[must_use]
pub fn may(policy: &Policy, right: Right, person: Option<&Person>) -> bool {
    let Some(roles) = policy.access.kept_to(right) else {
        return true;
    };
    let holds = |person: &Person| roles.iter().any(|role| person.plays(role.as_str()));
    person.is_some_and(holds)
}

/// Those on the roster who may, where not everybody may.
fn who_may(map: &Map<'_>, right: Right) -> Vec<Handle> {
    let people = map.roster.people();
    let may = people.filter(|person| may(map.policy, right, Some(person)));
    may.map(|person| person.handle.clone()).collect()
}

/// Refuses what somebody may not do.
///
/// # Errors
/// [`Denied::Right`] names who may.
pub fn check_right(map: &Map<'_>, right: Right, id: Option<&TicketId>) -> Result<(), Denied> {
    if may(map.policy, right, map.roster.get(map.me.as_str())) {
        return Ok(());
    }
    let roles = map.policy.access.kept_to(right);
    Err(Denied::Right {
        id: id.cloned(),
        who: map.me.clone(),
        right,
        roles: roles.into_iter().flatten().cloned().collect(),
        may: who_may(map, right),
    })
}

/// Whether a priority is another than impact and urgency make. A desk without
/// a matrix makes none.
#[must_use]
pub fn overrides(
    policy: &Policy,
    priority: Priority,
    impact: Option<Grade>,
    urgency: Option<Grade>,
) -> bool {
    let made = policy.priority(impact, urgency);
    !policy.matrix().is_empty() && made.unwrap_or(policy.first_priority) != priority
}

/// Lets somebody give that priority: by right and with a reason where it is not
/// what impact and urgency make.
///
/// # Errors
/// [`Denied`].
pub fn check_priority(
    map: &Map<'_>,
    id: Option<&TicketId>,
    (priority, impact, urgency): (Priority, Option<Grade>, Option<Grade>),
    said: bool,
) -> Result<(), Denied> {
    if !overrides(map.policy, priority, impact, urgency) {
        return Ok(());
    }
    check_right(map, Right::OverridePriority, id)?;
    // Where nobody graded it, nothing is overridden that a reason would explain.
    let graded = impact.is_some() || urgency.is_some();
    check_reason(map, id, Reasoned::OverridePriority, said || !graded)
}

fn check_reason(
    map: &Map<'_>,
    id: Option<&TicketId>,
    what: Reasoned,
    said: bool,
) -> Result<(), Denied> {
    if said || !map.policy.lifecycle.reasons.contains(&what) {
        return Ok(());
    }
    Err(Denied::Reason {
        id: id.cloned(),
        what,
    })
}

/// Whether something cannot be done without words that say why: on any desk, or
/// by this policy.
#[must_use]
pub fn wants_reason(policy: &Policy, verb: Verb) -> bool {
    let asked = |what| policy.lifecycle.reasons.contains(&what);
    match verb {
        Verb::Escalate | Verb::Decline | Verb::HandBack | Verb::Reopen | Verb::Cancel => true,
        Verb::Assign => asked(Reasoned::Assign),
        Verb::Hold => asked(Reasoned::Hold),
        Verb::Resume => asked(Reasoned::Resume),
        Verb::Close => asked(Reasoned::Close),
        Verb::Duplicate => asked(Reasoned::Duplicate),
        Verb::Set => asked(Reasoned::Set),
        _ => false,
    }
}

/// Lets an action on a ticket pass, or says who may do it and what it needs.
/// `said`: whether words go with it.
///
/// # Errors
/// [`Denied`].
pub fn check(map: &Map<'_>, ticket: &Ticket, action: &Action, said: bool) -> Result<(), Denied> {
    let verb = action.verb();
    if verb == Verb::Adopt {
        return Ok(());
    }
    let id = (verb != Verb::Open).then(|| ticket.id());
    check_right(map, Right::Do(verb), id)?;
    let header = ticket.header();
    let what = match action {
        Action::Change(change) => {
            if ticket.status() == Status::Closed {
                check_right(map, Right::ChangeClosed, id)?;
            }
            let mut after = header.clone();
            after.apply(&change.set, &change.add, &change.del);
            if let Some(priority) = after.priority
                && after.priority != header.priority
            {
                check_priority(map, id, (priority, after.impact, after.urgency), said)?;
            }
            (verb == Verb::Set).then_some(Reasoned::Set)
        }
        Action::Assign { .. } => Some(Reasoned::Assign),
        Action::Hold { .. } => Some(Reasoned::Hold),
        Action::Resume { .. } => Some(Reasoned::Resume),
        Action::Close { .. } => Some(Reasoned::Close),
        Action::Duplicate { .. } => Some(Reasoned::Duplicate),
        _ => None,
    };
    what.map_or(Ok(()), |what| check_reason(map, id, what, said))
}

/// Whether somebody may change closed tickets: by right where the policy keeps
/// it to roles; else leads, managers and the like.
#[must_use]
pub fn may_change_closed(map: &Map<'_>) -> bool {
    if map.policy.access.kept_to(Right::ChangeClosed).is_some() {
        return may(
            map.policy,
            Right::ChangeClosed,
            map.roster.get(map.me.as_str()),
        );
    }
    map.roster.may_change_closed(map.me)
}
