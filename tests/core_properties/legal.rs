//! What the life cycle promises of every history that it allowed.

use crate::desk::{Tried, ask, history};
use crate::table::{allowed_in, becomes};
use proptest::prelude::*;
use tierdesk::ticket::{Action, Change, Header, Refusal, Status, Target, Ticket, Verb, header};

/// The value of a field as text.
fn value(header: &Header, field: &str) -> Option<String> {
    let entries = header.entries().into_iter();
    let mut found = entries.filter(|(name, _)| name == field);
    found.next().map(|(_, value)| value.text)
}

/// Whether asking twice in the same words is asking for what is already so.
/// Notes, replies, answers and hand-overs say or do something each time.
fn is_done_once(action: &Action) -> bool {
    match action {
        Action::Assign { text, .. }
        | Action::Hold { text, .. }
        | Action::Resume { text }
        | Action::Close { text }
        | Action::Duplicate { text, .. } => said_nothing(text.as_ref()),
        Action::Change(change) => said_nothing(change.text.as_ref()),
        Action::Take | Action::Accept | Action::Resolve { .. } | Action::Cancel { .. } => true,
        Action::Call { text, .. } | Action::Leave { text } => said_nothing(text.as_ref()),
        Action::Join { .. } => true,
        Action::Repeat { .. } | Action::Retract { .. } => true,
        _ => false,
    }
}

fn said_nothing(text: Option<&String>) -> bool {
    text.is_none_or(|text| text.trim().is_empty())
}

fn check_status(tried: &Tried<'_>) {
    let status = tried.before.status();
    let verb = tried.action.verb();
    if verb != Verb::Open && !allowed_in(verb).contains(&status) {
        match tried.outcome {
            Ok(events) => assert_eq!(events, &[], "{verb} in {status}"),
            Err(refusal) => assert!(
                matches!(refusal, Refusal::Status { .. } | Refusal::Time { .. }),
                "{refusal}"
            ),
        }
    }
    let Ok(events) = tried.outcome else {
        assert_eq!(tried.before, tried.after);
        return;
    };
    // A void ticket reads as cancelled, whatever its events say.
    let void = tried.after.is_void();
    if let Some(status) = becomes(tried.before.header(), tried.action, tried.actor)
        && !void
    {
        let same = events.is_empty() && tried.before.status() == tried.after.status();
        assert!(
            same || tried.after.status() == status,
            "{} not {status} after {:?}",
            tried.after.status(),
            tried.action
        );
    }
    let after = tried.after.header();
    match tried.action {
        Action::Take | Action::Accept => assert_eq!(after.assignee.as_ref(), Some(tried.actor)),
        Action::Decline { .. } | Action::HandBack { .. } => {
            let given = after.assignee.is_some();
            let status = if given {
                Status::Assigned
            } else {
                Status::Queued
            };
            assert_eq!(after.status, Some(status));
        }
        Action::Assign { to, .. } | Action::Escalate { to, .. } => check_place(tried, to),
        Action::Hold { cause, until, .. } => {
            assert_eq!(after.cause.as_ref(), Some(cause));
            assert_eq!(after.until, *until);
        }
        Action::Call { who, .. } => assert!(who.iter().all(|name| {
            let here = after.swarm.iter().any(|one| one == name.as_str());
            here || after.called.contains(name)
        })),
        Action::Join { answers } => {
            assert!(after.swarm.contains(tried.actor));
            assert!(answers.iter().all(|name| !after.called.contains(name)));
        }
        Action::Pass { meant, .. } => {
            let own = meant.iter().find(|name| *name == tried.actor.as_str());
            assert!(own.is_none_or(|own| !after.called.contains(own)));
        }
        Action::Leave { .. } => assert!(!after.swarm.contains(tried.actor)),
        Action::Resolve { .. } => {
            assert!(events.is_empty() || after.assignee.is_some());
            assert!(events.is_empty() || after.called.is_empty());
        }
        Action::Cancel { .. } | Action::Duplicate { .. } => {
            assert!(events.is_empty() || after.called.is_empty());
        }
        _ => {}
    }
    let says_otherwise = matches!(
        tried.action,
        Action::Open(_) | Action::Change(_) | Action::Retract { .. }
    );
    if !says_otherwise {
        assert_eq!(tried.before.header().owner, after.owner);
        let swarms = matches!(
            tried.action,
            Action::Call { .. } | Action::Join { .. } | Action::Pass { .. } | Action::Leave { .. }
        );
        if swarms {
            let before = tried.before.header();
            assert_eq!(before.assignee, after.assignee);
            assert_eq!((&before.team, before.level), (&after.team, after.level));
        }
        // Waiting has a cause, and nothing else has.
        let adopted = tried
            .before
            .timeline()
            .iter()
            .any(|event| event.did == Verb::Adopt || event.did == Verb::Retract);
        if !adopted {
            assert_eq!(
                after.cause.is_some(),
                after.status == Some(Status::Pending),
                "{:?}",
                tried.action
            );
            let away = after.cause.as_ref().is_some_and(|cause| cause == "vendor");
            assert!(after.vendor.is_none() || away, "{:?}", tried.action);
        }
    }
}

/// The ticket lies where it was sent.
fn check_place(tried: &Tried<'_>, to: &Target) {
    let (before, after) = (tried.before.header(), tried.after.header());
    match to {
        Target::Queue { team, level } => {
            assert_eq!(after.assignee, None);
            assert_eq!(after.team, team.clone().or(before.team.clone()));
            assert_eq!(after.level, level.or(before.level));
        }
        Target::Person { who, team, level } => {
            assert_eq!(after.assignee.as_ref(), Some(who));
            assert_eq!(after.team, team.clone().or(before.team.clone()));
            assert_eq!(after.level, level.or(before.level));
        }
        Target::Vendor {
            level,
            vendor,
            reference,
        } => {
            assert_eq!(&after.vendor, vendor);
            assert_eq!(after.assignee, before.assignee);
            assert_eq!(after.level, Some(*level));
            assert!(reference.iter().all(|number| after.refs.contains(number)));
        }
        Target::Attention(who) => {
            assert!(after.attention.contains(who));
            assert_eq!(after.status, before.status);
            assert_eq!(after.assignee, before.assignee);
        }
    }
}

/// Events say what they change, all of it, and what it was.
fn check_effect(tried: &Tried<'_>) {
    let Ok(events) = tried.outcome else { return };
    for event in events {
        assert_eq!(&event.by, tried.actor);
        assert!(event.n > tried.before.last_n());
        assert!(tried.before.timeline().iter().all(|old| old.e != event.e));
        let changes = !event.is_remark() || event.did == Verb::Retract;
        assert!(changes || event.text.is_some(), "nothing in {event:?}");
    }
    let [event] = events.as_slice() else { return };
    if event.did == Verb::Retract {
        return;
    }
    let (before, after) = (tried.before.header(), tried.after.header());
    let mut applied = before.clone();
    applied.apply(&event.set, &event.add, &event.del);
    if !tried.after.is_void() {
        assert_eq!(&applied, after);
        let (set, add, del) = before.diff(after);
        assert_eq!(
            (&set, &add, &del),
            (&event.set, &event.add, &event.del),
            "{event:?}"
        );
    }
    for (field, new) in event.set.entries() {
        assert_eq!(value(&applied, &field), new.map(|new| new.text));
        let said = event
            .was
            .entries()
            .into_iter()
            .find(|(name, _)| name == &field);
        let said = said.and_then(|(_, was)| was).map(|was| was.text);
        // A void ticket reads as cancelled, whatever its events say.
        if !tried.before.is_void() {
            assert_eq!(said, value(before, &field), "{field}");
        }
    }
    let set: Vec<_> = event
        .set
        .entries()
        .into_iter()
        .map(|(name, _)| name)
        .collect();
    assert!(
        event
            .was
            .entries()
            .iter()
            .all(|(name, _)| set.contains(name))
    );
}

fn check_once(tried: &Tried<'_>) {
    // An event and what takes it back can't both be taken back.
    let undoes_itself = matches!(tried.action, Action::Retract { events, .. } if events.len() > 1);
    let void = tried.after.is_void();
    if tried.outcome.is_err() || !is_done_once(tried.action) || undoes_itself || void {
        return;
    }
    let again = ask(tried.after, tried.action, tried.actor, tried.now);
    assert_eq!(again.unwrap_or_default(), [], "{:?}", tried.action);
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(config(400))]

    #[test]
    fn status_and_place_follow_the_table(history in history()) {
        history.play(check_status);
    }

    #[test]
    fn events_say_exactly_what_they_change(history in history()) {
        history.play(check_effect);
    }

    #[test]
    fn what_is_already_so_makes_no_events(history in history()) {
        history.play(check_once);
    }

    #[test]
    fn nothing_at_all_is_made_only_of_what_is_so(history in history()) {
        history.play(|tried| {
            if tried.outcome.as_ref().is_ok_and(Vec::is_empty)
                && let Action::Assign { to, .. } | Action::Escalate { to, .. } = tried.action
            {
                check_place(tried, to);
            }
        });
    }

    #[test]
    fn the_header_is_the_fold_of_the_timeline(history in history()) {
        let ticket = history.play(|_| {});
        let folded = Ticket::fold(ticket.id().clone(), ticket.timeline().to_vec());
        prop_assert_eq!(&folded, &ticket);
        let replay = ticket.replay();
        for pair in replay.windows(2) {
            prop_assert_eq!(&pair[0].after, &pair[1].before);
        }
        if !ticket.is_void() {
            prop_assert_eq!(&replay.last().unwrap().after, ticket.header());
        }
        prop_assert_eq!(&replay[0].before, &Header::default());
    }

    #[test]
    fn taking_everything_back_leaves_the_opening(history in history()) {
        let ticket = history.play(|_| {});
        // Retractions that count stay: taking one back brings its event back.
        let rest = ticket
            .active()
            .filter(|event| !matches!(event.did, Verb::Open | Verb::Retract))
            .map(|event| event.e.clone())
            .collect();
        let opening = Ticket::fold(ticket.id().clone(), vec![ticket.timeline()[0].clone()]);
        let action = Action::Retract { events: rest, text: None };
        let now = ticket.updated().plus(1);
        let actor = ticket.timeline()[0].by.clone();
        let events = ask(&ticket, &action, &actor, now).unwrap();
        let bare = tierdesk::ticket::evolve(ticket.clone(), events);
        let mut meant = opening.header().clone();
        if bare.is_void() {
            meant.status = Some(Status::Cancelled);
        }
        prop_assert_eq!(bare.header(), &meant);
        prop_assert_eq!(bare.opened(), opening.opened());
    }

    #[test]
    fn taking_the_opening_back_voids_the_ticket(history in history()) {
        let ticket = history.play(|_| {});
        let open = ticket.timeline()[0].clone();
        prop_assert_eq!(open.did, Verb::Open);
        let action = Action::Retract { events: vec![open.e.clone()], text: None };
        let events = ask(&ticket, &action, &open.by, ticket.updated().plus(1)).unwrap();
        prop_assert_eq!(events.is_empty(), ticket.is_void());
        let void = tierdesk::ticket::evolve(ticket.clone(), events);
        prop_assert!(void.is_void());
        prop_assert_eq!(void.status(), Status::Cancelled);
        prop_assert_eq!(void.title(), ticket.title());
        prop_assert_eq!(void.timeline().len(), ticket.timeline().len() + usize::from(!ticket.is_void()));
    }

    #[test]
    fn what_the_life_cycle_owns_is_not_set(history in history()) {
        history.play(|tried| {
            let Action::Change(change) = tried.action else { return };
            let owned = [
                "status", "level", "team", "vendor", "assignee", "cause", "until", "repeats",
            ];
            let sets_owned = change.set.entries().iter().any(|(name, _)| owned.contains(&name.as_str()));
            if sets_owned && change.verb != Verb::Adopt {
                assert!(tried.outcome.is_err());
            }
            if change.set.title == Change::Clear && change.verb != Verb::Adopt {
                assert!(tried.outcome.is_err());
            }
        });
    }
}

#[test]
fn every_field_is_named_once() {
    let mut names: Vec<_> = header::FIELDS.iter().chain(header::LISTS).collect();
    names.sort();
    let count = names.len();
    names.dedup();
    assert_eq!(names.len(), count);
}
