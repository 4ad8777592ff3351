//! Whether a hand-over bothers anybody: what it lacks of what the desk asks
//! for. Source: question 4 of DOMAIN.md section 3.

use super::rules::{HandOver, Item, Required};
use crate::ticket::{Details, Handle, Header, Level, Name, Target, Ticket, TicketId, Verb};

/// What the sender of a hand-over gives with it.
#[derive(Debug, Clone, Copy)]
pub struct Given<'a> {
    /// Why it is handed over.
    pub text: &'a str,
    /// What was tried, searched, seen; what is asked for.
    pub details: &'a Details,
}

/// Something that was asked for and is not there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Missing {
    /// Its word in the policy.
    pub item: String,
    /// How to give it.
    pub give: String,
}

/// What a hand-over to `to` lacks, each once, in the order of the policy.
///
/// What the ticket has carried before counts, but for steps that were tried:
/// whoever has it now says what they tried themselves. Nobody hands over to
/// themselves, and attention is no hand-over.
#[must_use]
pub fn missing(
    policy: &HandOver,
    ticket: &Ticket,
    by: &Handle,
    to: &Target,
    given: Given<'_>,
) -> Vec<Missing> {
    let header = ticket.header();
    let Some((level, team)) = place(header, by, to) else {
        return Vec::new();
    };
    let mut found: Vec<&Item> = Vec::new();
    for rule in policy.rules(header, level, team) {
        for item in &rule.carry {
            if !found.contains(&item) && !carries(ticket, item, given) {
                found.push(item);
            }
        }
    }
    let found = found.into_iter();
    found.map(|item| lacks(ticket.id(), item)).collect()
}

/// Level and team that receive it; none where nobody does.
fn place<'a>(
    header: &'a Header,
    by: &Handle,
    to: &'a Target,
) -> Option<(Option<Level>, Option<&'a Name>)> {
    match to {
        Target::Attention(_) => None,
        Target::Person { who, .. } if who == by => None,
        Target::Vendor { level, .. } => Some((Some(*level), None)),
        Target::Queue { team, level } | Target::Person { team, level, .. } => Some((
            level.or(header.level),
            team.as_ref().or(header.team.as_ref()),
        )),
    }
}

fn carries(ticket: &Ticket, item: &Item, given: Given<'_>) -> bool {
    let said = |text: &str| !text.trim().is_empty();
    let any = |items: &[String]| items.iter().any(|item| said(item));
    let ever = |read: fn(&Details) -> &[String]| {
        any(read(given.details)) || ticket.active().any(|event| any(read(&event.details)))
    };
    match item {
        Item::Summary => ticket.active().any(|event| {
            let told = matches!(
                event.did,
                Verb::Open | Verb::Note | Verb::Reply | Verb::Answer
            );
            told && event.text.as_deref().is_some_and(said)
        }),
        Item::Tried => any(&given.details.tried) || tried_here(ticket),
        Item::Searched => !ticket.header().articles.is_empty() || ever(|details| &details.searched),
        Item::Evidence => ever(|details| &details.evidence),
        Item::Why => said(given.text),
        Item::Ask => given.details.ask.as_deref().is_some_and(said),
        Item::Field(field) => has_field(ticket.header(), field),
    }
}

/// Whether steps were tried since the ticket came where it is.
fn tried_here(ticket: &Ticket) -> bool {
    let steps = ticket.replay();
    let came = steps
        .iter()
        .rposition(|step| {
            let (before, after) = (&step.before, &step.after);
            before.team != after.team || before.level != after.level
        })
        .map_or(0, |place| place + 1);
    let here = steps.get(came..).unwrap_or_default();
    here.iter().any(|step| !step.event.details.tried.is_empty())
}

/// Whether a single field, a list or a field of one's own has a value.
#[must_use]
pub fn has_field(header: &Header, field: &str) -> bool {
    header.entries().iter().any(|(name, _)| name == field)
        || header.lists().iter().any(|(name, _)| *name == field)
}

fn lacks(id: &TicketId, item: &Item) -> Missing {
    let give = match item {
        Item::Summary => format!("desk note {id} -m TEXT"),
        Item::Tried => "--tried STEP".to_owned(),
        Item::Searched => "--searched WHERE".to_owned(),
        Item::Evidence => "--evidence WHERE".to_owned(),
        Item::Why => "-m WHY".to_owned(),
        Item::Ask => "--ask WHAT".to_owned(),
        Item::Field(field) => format!("desk set {id} {field}=…"),
    };
    Missing {
        item: item.to_string(),
        give,
    }
}

/// What a ticket lacks of the fields that its category asks for, with the
/// option of the command that gives each.
#[must_use]
pub fn lacking(required: &[Required], header: &Header, described: bool) -> Vec<Missing> {
    let absent = required.iter().filter(|one| match one {
        Required::Description => !described,
        Required::Field(field) => !has_field(header, field),
    });
    absent
        .map(|one| {
            let name = one.name();
            let give = match one {
                Required::Field(own) if own.starts_with("x-") => format!("--field {own}=…"),
                _ => format!("--{name} {}", name.to_uppercase()),
            };
            Missing {
                item: name.to_owned(),
                give,
            }
        })
        .collect()
}
