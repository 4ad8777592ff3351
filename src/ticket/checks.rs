//! What stands in the way of an action: conditions that [`super::decide`] looks
//! at before it decides what the action does.

use super::action::{Action, Alteration, Target};
use super::decide::Context;
use super::fold::Ticket;
use super::header::Change;
use super::id::TicketId;
use super::refusal::Refusal;
use super::value::Name;
use super::words::{Link, LinkKind, Status, Verb};

/// How far ahead of the clock a time may lie: clocks of two machines differ.
const CLOCK_TOLERANCE: i64 = 300;

/// Whether nothing is left to do. Actions that carry new words always do
/// something.
pub(super) fn is_already_so(ticket: &Ticket, action: &Action, context: &Context<'_>) -> bool {
    let header = ticket.header();
    let last_said = |verb: Verb, said: &str| {
        ticket
            .active()
            .rfind(|event| event.did == verb)
            .and_then(|event| event.text.as_deref())
            == Some(said)
    };
    match action {
        Action::Take | Action::Accept => {
            ticket.status() == Status::InProgress && header.assignee.as_ref() == Some(context.actor)
        }
        Action::Assign {
            to: Target::Person { who, team, level },
            text: None,
        } => {
            ticket.status().is_live()
                && header.assignee.as_ref() == Some(who)
                && (team.is_none() || team == &header.team)
                && (level.is_none() || level == &header.level)
                && (who != context.actor || ticket.status() != Status::Assigned)
        }
        Action::Assign {
            to: Target::Queue { team, level },
            text: None,
        } => {
            ticket.status().is_waiting()
                && header.assignee.is_none()
                && team == &header.team
                && (level.is_none() || level == &header.level)
        }
        Action::Resume { text: None } => ticket.status() == Status::InProgress,
        Action::Close { text: None } => ticket.status() == Status::Closed,
        Action::Resolve {
            text,
            code,
            could_be,
            articles,
        } => {
            ticket.status() == Status::Resolved
                && articles
                    .iter()
                    .all(|article| header.articles.contains(article))
                && last_said(Verb::Resolve, text)
                && code == &header.code
                && could_be == &header.could_be
        }
        Action::Cancel { text } => {
            ticket.status() == Status::Cancelled && last_said(Verb::Cancel, text)
        }
        Action::Duplicate { of, text: None } => {
            let link = Link {
                kind: LinkKind::DuplicateOf,
                to: of.clone(),
            };
            ticket.status() == Status::Cancelled && header.links.contains(&link)
        }
        Action::Call { who, text: None } => {
            let there = |name: &Name| {
                header.called.contains(name) || header.swarm.iter().any(|one| one == name.as_str())
            };
            ticket.status().is_live() && who.iter().all(there)
        }
        Action::Join { answers } => {
            header.swarm.contains(context.actor)
                && answers.iter().all(|name| !header.called.contains(name))
        }
        Action::Leave { text: None } => !header.swarm.contains(context.actor),
        _ => false,
    }
}

/// Who declines a call was called.
pub(super) fn check_called(
    ticket: &Ticket,
    meant: &[Name],
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let called = &ticket.header().called;
    if meant.iter().any(|name| called.contains(name)) {
        return Ok(());
    }
    Err(Refusal::NotCalled {
        id: ticket.id().clone(),
        who: context.actor.clone(),
    })
}

pub(super) fn check_time(
    ticket: &Ticket,
    action: &Action,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let refuse = |why| {
        Err(Refusal::Time {
            id: ticket.id().clone(),
            at: context.at,
            why,
        })
    };
    if context.at.since(context.now) > CLOCK_TOLERANCE {
        return refuse("in the future");
    }
    let opens = matches!(action, Action::Open(_));
    if !opens && context.at != context.now && context.at < ticket.opened() {
        return refuse("before the ticket was opened");
    }
    if let Action::Hold {
        until: Some(until), ..
    } = action
        && *until <= context.at
    {
        return Err(Refusal::Time {
            id: ticket.id().clone(),
            at: *until,
            why: "past already, so nothing would wait for it",
        });
    }
    Ok(())
}

pub(super) fn check_words(id: &TicketId, action: &Action) -> Result<(), Refusal> {
    let words = match action {
        Action::Escalate { text, .. }
        | Action::Decline { text }
        | Action::HandBack { text }
        | Action::Note { text }
        | Action::Reply { text }
        | Action::Answer { text }
        | Action::Resolve { text, .. }
        | Action::Reopen { text }
        | Action::Pass { text, .. }
        | Action::Cancel { text } => text,
        _ => return Ok(()),
    };
    if words.trim().is_empty() {
        return Err(Refusal::WordsNeeded {
            id: id.clone(),
            verb: action.verb(),
        });
    }
    Ok(())
}

/// Nobody takes what another works on, and nobody accepts what was handed to
/// another: of two who ask at once, one gets it.
pub(super) fn check_free(
    ticket: &Ticket,
    verb: Verb,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let worked_on = matches!(ticket.status(), Status::InProgress | Status::Pending);
    match &ticket.header().assignee {
        Some(assignee) if assignee != context.actor && (worked_on || verb == Verb::Accept) => {
            Err(Refusal::Taken {
                id: ticket.id().clone(),
                assignee: assignee.clone(),
            })
        }
        _ => Ok(()),
    }
}

pub(super) fn check_escalation(
    ticket: &Ticket,
    to: &Target,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let header = ticket.header();
    let (team, level, to_me) = match to {
        Target::Queue { team, level } => (team.as_ref(), *level, false),
        Target::Person { who, team, level } => (team.as_ref(), *level, who == context.actor),
        Target::Vendor { .. } | Target::Attention(_) => return Ok(()),
    };
    if let (Some(from), Some(to)) = (header.level, level)
        && to < from
    {
        return Err(Refusal::NotUp {
            id: ticket.id().clone(),
            from,
            to,
        });
    }
    let same_level = level.is_none() || level == header.level;
    let same_team = team.is_none() || team == header.team.as_ref();
    let person = matches!(to, Target::Person { .. });
    if same_level && same_team && (!person || to_me) {
        let place = team
            .map(ToString::to_string)
            .or(header.level.map(|level| level.to_string()));
        return Err(Refusal::SamePlace {
            id: ticket.id().clone(),
            place: place.unwrap_or_else(|| "that queue".into()),
        });
    }
    Ok(())
}

pub(super) fn check_window(ticket: &Ticket, context: &Context<'_>) -> Result<(), Refusal> {
    let (Some(window), Status::Closed) = (context.reopen_within, ticket.status()) else {
        return Ok(());
    };
    let closed = ticket
        .active()
        .rfind(|event| event.set.status.value() == Some(&Status::Closed))
        .map_or(ticket.updated(), |event| event.at);
    if context.at.since(closed) > window {
        return Err(Refusal::WindowPassed {
            id: ticket.id().clone(),
            closed,
        });
    }
    Ok(())
}

/// Fields that follow from verbs can't be set behind the life cycle's back;
/// adopting a hand edit may, because the edit is there already.
pub(super) fn check_change(
    ticket: &Ticket,
    change: &Alteration,
    context: &Context<'_>,
) -> Result<(), Refusal> {
    let id = ticket.id();
    if ticket.status() == Status::Closed && !context.may_change_closed {
        return Err(Refusal::ClosedForYou { id: id.clone() });
    }
    if change.add.links.iter().any(|link| &link.to == id) {
        return Err(Refusal::Itself { id: id.clone() });
    }
    if change.verb == Verb::Adopt {
        return Ok(());
    }
    for (field, _) in change.set.entries() {
        let instead = match field.as_str() {
            "status" => "use the verbs: take, hold, resume, resolve, close, reopen, cancel",
            "level" | "team" => "use: desk escalate, or desk assign ID --to TEAM",
            "assignee" => "use: desk assign ID --to WHO",
            "vendor" => "use: desk escalate ID --to VENDOR",
            "cause" | "until" => "use: desk hold ID --for CAUSE --until TIME",
            "repeats" => "it counts by itself: desk open --key",
            _ => continue,
        };
        return Err(Refusal::NotSettable {
            id: id.clone(),
            field,
            instead,
        });
    }
    let swarm = [&change.add, &change.del];
    let swarm = swarm
        .iter()
        .any(|lists| !lists.swarm.is_empty() || !lists.called.is_empty());
    if swarm {
        return Err(Refusal::NotSettable {
            id: id.clone(),
            field: "who is called or has joined".into(),
            instead: "use: desk swarm ID call WHO, join, decline or leave",
        });
    }
    if change.set.title == Change::Clear || change.set.kind == Change::Clear {
        return Err(Refusal::NotSettable {
            id: id.clone(),
            field: "an empty title or kind".into(),
            instead: "give it a value",
        });
    }
    Ok(())
}
