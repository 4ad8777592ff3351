//! Action → events, or a refusal. The rules of DOMAIN.md section 4 live here
//! and nowhere else.

use super::action::{Action, Opening, Target};
use super::checks::{
    check_called, check_change, check_escalation, check_free, check_time, check_window,
    check_words, is_already_so,
};
use super::details::Details;
use super::event::Event;
use super::fold::{Step, Ticket};
use super::header::{Change, Header, Lists, Patch};
use super::id::{Draw, EventId, TicketId};
use super::lifecycle;
use super::refusal::Refusal;
use super::time::Timestamp;
use super::value::{Handle, Level, Line, Name, Value};
use super::words::{Link, LinkKind, Status, Verb};

/// The cause of waiting for a vendor, which goes with the vendor's level.
const VENDOR: &str = "vendor";

/// The cause of waiting for the requester, whose answer ends it.
const REQUESTER: &str = "requester";

/// What deciding needs to know of the world.
pub struct Context<'a> {
    /// The present.
    pub now: Timestamp,
    /// When it happened; the present unless somebody says otherwise.
    pub at: Timestamp,
    /// Who does it.
    pub actor: &'a Handle,
    /// Whether the actor may change closed tickets (a lead's or manager's
    /// right).
    pub may_change_closed: bool,
    /// Seconds after closing within which a ticket is reopened; no limit if
    /// absent.
    pub reopen_within: Option<i64>,
    /// Where identities of events come from.
    pub draw: &'a mut dyn Draw,
}

/// A ticket that does not exist yet, ready to be opened.
#[must_use]
pub fn blank(id: TicketId) -> Ticket {
    Ticket::fold(id, Vec::new())
}

/// The events that `action` makes of `ticket`. None at all if what is asked
/// for is already so.
///
/// # Errors
/// A [`Refusal`]; nothing has changed.
pub fn decide(
    ticket: &Ticket,
    action: &Action,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    check_time(ticket, action, context)?;
    let verb = action.verb();
    if is_already_so(ticket, action, context) {
        return Ok(Vec::new());
    }
    if verb != Verb::Open {
        lifecycle::check(ticket.id(), verb, ticket.status())?;
    }
    check_words(ticket.id(), action)?;
    let mut effect = Effect::default();
    match action {
        Action::Open(opening) => open(opening, context, &mut effect),
        Action::Assign { to, text } => {
            effect.text.clone_from(text);
            go_to(ticket.header(), to, context, &mut effect);
            if ticket.status() == Status::Pending {
                effect.set.status = Change::Keep;
            }
        }
        Action::Take | Action::Accept => {
            check_free(ticket, verb, context)?;
            begin_work(context, &mut effect);
            leave_vendor(ticket, &mut effect);
        }
        Action::Escalate { to, text, details } => {
            check_escalation(ticket, to, context)?;
            effect.text = Some(text.clone());
            effect.details.clone_from(details);
            let hands_over = matches!(to, Target::Queue { .. } | Target::Person { .. });
            if hands_over {
                leave_pending(&mut effect);
            }
            go_to(ticket.header(), to, context, &mut effect);
        }
        Action::Decline { text } | Action::HandBack { text } => {
            effect.text = Some(text.clone());
            go_back(ticket, &mut effect)?;
        }
        Action::Hold {
            cause,
            until,
            reference,
            text,
        } => {
            effect.text.clone_from(text);
            hold(cause, *until, reference.as_ref(), &mut effect);
        }
        Action::Resume { text } => {
            effect.text.clone_from(text);
            resume(ticket, &mut effect);
        }
        Action::Note { text } | Action::Reply { text } => effect.text = Some(text.clone()),
        Action::Answer { text } => {
            effect.text = Some(text.clone());
            if waits_for(ticket, REQUESTER) {
                resume(ticket, &mut effect);
            }
        }
        Action::Resolve {
            text,
            code,
            could_be,
            articles,
        } => {
            effect.text = Some(text.clone());
            effect.set.status = Change::To(Status::Resolved);
            effect.set.code = Change::from_option(code.clone());
            effect.set.could_be = Change::from_option(*could_be);
            effect.add.articles.extend(articles.iter().cloned());
            if ticket.header().assignee.is_none() {
                effect.set.assignee = Change::To(context.actor.clone());
            }
            end(ticket, &mut effect);
        }
        Action::Close { text } => {
            effect.text.clone_from(text);
            effect.set.status = Change::To(Status::Closed);
        }
        Action::Reopen { text } => {
            check_window(ticket, context)?;
            effect.text = Some(text.clone());
            resume(ticket, &mut effect);
            effect.set.code = Change::Clear;
            effect.set.could_be = Change::Clear;
        }
        Action::Cancel { text } => {
            effect.text = Some(text.clone());
            effect.set.status = Change::To(Status::Cancelled);
            end(ticket, &mut effect);
        }
        Action::Duplicate { of, text } => {
            if of == ticket.id() {
                return Err(Refusal::Itself { id: of.clone() });
            }
            effect.text.clone_from(text);
            effect.set.status = Change::To(Status::Cancelled);
            effect.add.links.insert(Link {
                kind: LinkKind::DuplicateOf,
                to: of.clone(),
            });
            end(ticket, &mut effect);
        }
        Action::Call { .. } | Action::Join { .. } | Action::Pass { .. } | Action::Leave { .. } => {
            swarm(ticket, action, context, &mut effect)?;
        }
        Action::Change(change) => {
            check_change(ticket, change, context)?;
            effect.text.clone_from(&change.text);
            effect.set = change.set.clone();
            effect.add = change.add.clone();
            effect.del = change.del.clone();
        }
        Action::Signal(signal) => {
            effect.text.clone_from(&signal.text);
            effect.details = signal.details.clone();
            effect
                .add
                .attention
                .extend(signal.attention.iter().cloned());
            let made = effect.event(verb, ticket, context).into_iter();
            return Ok(made
                .map(|event| Event {
                    of: signal.of.clone(),
                    ..event
                })
                .collect());
        }
        Action::Repeat { count } => effect.set.repeats = Change::To(*count),
        Action::Retract { events, text } => return retract(ticket, events, text.as_ref(), context),
    }
    Ok(effect.event(verb, ticket, context).into_iter().collect())
}

/// What an event will do, before it has a name.
#[derive(Default)]
struct Effect {
    set: Patch,
    add: Lists,
    del: Lists,
    text: Option<String>,
    details: Details,
}

impl Effect {
    /// The event; none if it would change and say nothing.
    fn event(self, did: Verb, ticket: &Ticket, context: &mut Context<'_>) -> Option<Event> {
        let (set, was) = self.set.against(ticket.header());
        // Removing comes after adding: what is both added and removed is not
        // there in the end.
        let mut removed = Header::default();
        removed.apply(&Patch::default(), &self.del, &Lists::default());
        let add = self.add.without(&removed, true);
        let event = Event {
            set,
            was,
            add: add.without(ticket.header(), true),
            del: self.del.without(ticket.header(), false),
            text: self.text.filter(|text| !text.trim().is_empty()),
            details: self.details,
            ..event(did, ticket, &[], context)
        };
        let says = event.text.is_some() || !event.details.is_empty();
        (!event.is_remark() || says).then_some(event)
    }
}

/// An event that does nothing yet, after those of the ticket and those `made`
/// in the same action.
fn event(did: Verb, ticket: &Ticket, made: &[Event], context: &mut Context<'_>) -> Event {
    let e = loop {
        let e = EventId::new(context.draw);
        if ticket
            .timeline()
            .iter()
            .chain(made)
            .all(|event| event.e != e)
        {
            break e;
        }
    };
    let last = made.last().map_or(ticket.last_n(), |event| event.n);
    let n = last.saturating_add(1);
    Event {
        e,
        n,
        at: context.at,
        recorded: (context.at != context.now).then_some(context.now),
        by: context.actor.clone(),
        did,
        of: None,
        set: Patch::default(),
        was: Patch::default(),
        add: Lists::default(),
        del: Lists::default(),
        text: None,
        details: Details::default(),
    }
}

fn open(opening: &Opening, context: &mut Context<'_>, effect: &mut Effect) {
    effect.set = opening.set.clone();
    effect.add = opening.add.clone();
    effect.text.clone_from(&opening.text);
    effect.details.rule.clone_from(&opening.rule);
    effect.set.status = Change::To(Status::New);
    if let Some(target) = &opening.to {
        go_to(&Header::default(), target, context, effect);
        if matches!(target, Target::Queue { .. }) {
            effect.set.status = Change::To(Status::New);
        }
    }
}

/// Moves the ticket from where `from` has it.
fn go_to(from: &Header, to: &Target, context: &Context<'_>, effect: &mut Effect) {
    match to {
        Target::Queue { team, level } => {
            set_place(effect, team.as_ref(), *level);
            effect.set.assignee = Change::Clear;
            effect.set.status = Change::To(Status::Queued);
        }
        Target::Person { who, team, level } => {
            set_place(effect, team.as_ref(), *level);
            effect.set.assignee = Change::To(who.clone());
            let has_it =
                from.assignee.as_ref() == Some(who) && from.status == Some(Status::InProgress);
            let status = if who == context.actor || has_it {
                Status::InProgress
            } else {
                Status::Assigned
            };
            effect.set.status = Change::To(status);
        }
        Target::Vendor {
            level,
            vendor,
            reference,
        } => {
            effect.set.level = Change::To(*level);
            effect.set.vendor = Change::from_option(vendor.clone());
            effect.set.status = Change::To(Status::Pending);
            effect.set.cause = Name::parse(VENDOR).map_or(Change::Keep, Change::To);
            effect.add.refs.extend(reference.clone());
        }
        Target::Attention(who) => {
            effect.add.attention.insert(who.clone());
        }
    }
}

fn set_place(effect: &mut Effect, team: Option<&Name>, level: Option<Level>) {
    if let Some(team) = team {
        effect.set.team = Change::To(team.clone());
    }
    if let Some(level) = level {
        effect.set.level = Change::To(level);
    }
}

/// Whether it waits, and for that. The cause alone does not tell: it outlives
/// the waiting where events were taken back or merged.
fn waits_for(ticket: &Ticket, cause: &str) -> bool {
    let named = ticket.header().cause.as_ref();
    ticket.status() == Status::Pending && named.is_some_and(|name| name == cause)
}

fn leave_pending(effect: &mut Effect) {
    effect.set.cause = Change::Clear;
    effect.set.until = Change::Clear;
    effect.set.vendor = Change::Clear;
}

/// Work is over: nothing is waited for, and nobody needs to come any more.
fn end(ticket: &Ticket, effect: &mut Effect) {
    leave_pending(effect);
    effect
        .del
        .called
        .extend(ticket.header().called.iter().cloned());
}

fn begin_work(context: &Context<'_>, effect: &mut Effect) {
    effect.set.status = Change::To(Status::InProgress);
    effect.set.assignee = Change::To(context.actor.clone());
    leave_pending(effect);
}

fn hold(cause: &Name, until: Option<Timestamp>, reference: Option<&Line>, effect: &mut Effect) {
    effect.set.status = Change::To(Status::Pending);
    effect.set.cause = Change::To(cause.clone());
    effect.set.until = Change::from_option(until);
    if cause != VENDOR {
        effect.set.vendor = Change::Clear;
    }
    effect.add.refs.extend(reference.cloned());
}

/// People are called in, come, decline and go; the ticket stays where it is.
fn swarm(
    ticket: &Ticket,
    action: &Action,
    context: &Context<'_>,
    effect: &mut Effect,
) -> Result<(), Refusal> {
    let actor = context.actor;
    match action {
        Action::Call { who, text } => {
            let swarm = &ticket.header().swarm;
            let absent = who
                .iter()
                .filter(|name| !swarm.iter().any(|one| one == name.as_str()));
            effect.add.called.extend(absent.cloned());
            effect.text.clone_from(text);
        }
        Action::Join { answers } => {
            effect.add.swarm.insert(actor.clone());
            effect.del.called.extend(answers.iter().cloned());
        }
        Action::Pass { meant, text } => {
            check_called(ticket, meant, context)?;
            // A skill is still called for when one who has it declines.
            let own = meant.iter().filter(|name| *name == actor.as_str());
            effect.del.called.extend(own.cloned());
            effect.text = Some(text.clone());
        }
        Action::Leave { text } => {
            effect.del.swarm.insert(actor.clone());
            effect.text.clone_from(text);
        }
        _ => {}
    }
    Ok(())
}

/// Back to work: with the assignee, or in the queue.
fn resume(ticket: &Ticket, effect: &mut Effect) {
    let status = if ticket.header().assignee.is_some() {
        Status::InProgress
    } else {
        Status::Queued
    };
    effect.set.status = Change::To(status);
    leave_pending(effect);
    leave_vendor(ticket, effect);
}

/// Work that comes back from a vendor goes on at the level that called it. A
/// ticket that merely waits for one stays where it is.
fn leave_vendor(ticket: &Ticket, effect: &mut Effect) {
    if waits_for(ticket, VENDOR)
        && let Some(HandOver {
            before,
            to_vendor: true,
        }) = last_hand_over(ticket)
    {
        effect.set.level = Change::from_option(before.level);
    }
}

/// Back where the last hand-over came from.
fn go_back(ticket: &Ticket, effect: &mut Effect) -> Result<(), Refusal> {
    let HandOver { before: origin, .. } =
        last_hand_over(ticket).ok_or_else(|| Refusal::NoOrigin {
            id: ticket.id().clone(),
        })?;
    let status = if origin.assignee.is_some() {
        Status::Assigned
    } else {
        Status::Queued
    };
    effect.set.status = Change::To(status);
    effect.set.level = Change::from_option(origin.level);
    effect.set.team = Change::from_option(origin.team);
    effect.set.assignee = Change::from_option(origin.assignee);
    leave_pending(effect);
    Ok(())
}

/// A hand-over that nobody has returned yet.
struct HandOver {
    /// The state that it met.
    before: Header,
    /// It went outside the organisation.
    to_vendor: bool,
}

/// The last hand-over that nobody has returned yet: hand-overs and returns
/// match like brackets. Taking up a ticket is no hand-over.
fn last_hand_over(ticket: &Ticket) -> Option<HandOver> {
    let mut open: Vec<HandOver> = Vec::new();
    for Step {
        event,
        before,
        after,
    } in ticket.replay()
    {
        match event.did {
            Verb::Escalate | Verb::Assign => {
                let given =
                    before.assignee != after.assignee && after.assignee.as_ref() != Some(&event.by);
                // Whoever takes a ticket up a level themselves hands nothing over.
                let kept = after.status == Some(Status::InProgress)
                    && after.assignee.as_ref() == Some(&event.by);
                let to_vendor = event.set.cause.value().is_some_and(|cause| cause == VENDOR);
                let moved = before.level != after.level || before.team != after.team;
                if given || to_vendor || (moved && !kept) {
                    open.push(HandOver { before, to_vendor });
                }
            }
            Verb::Decline | Verb::HandBack => {
                open.pop();
            }
            // Back from the vendor, by whatever verb.
            _ if before.status == Some(Status::Pending)
                && after.status != before.status
                && open.last().is_some_and(|last| last.to_vendor) =>
            {
                open.pop();
            }
            _ => {}
        }
    }
    open.pop()
}

fn retract(
    ticket: &Ticket,
    events: &[EventId],
    text: Option<&String>,
    context: &mut Context<'_>,
) -> Result<Vec<Event>, Refusal> {
    let mut made: Vec<Event> = Vec::new();
    for of in events {
        if ticket.timeline().iter().all(|event| &event.e != of) {
            return Err(Refusal::NoEvent {
                id: ticket.id().clone(),
                event: of.to_string(),
            });
        }
        if ticket.is_retracted(of) {
            continue;
        }
        let event = event(Verb::Retract, ticket, &made, context);
        let text = text.filter(|_| made.is_empty()).cloned();
        made.push(Event {
            of: Some(of.clone()),
            text,
            ..event
        });
    }
    Ok(made)
}
