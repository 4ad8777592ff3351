//! What holds of any events at all: random, repeated, in any order, and with
//! identities that collide.

use crate::desk::{action, actor, ask};
use crate::tickets;
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tierdesk::ticket::merge::union;
use tierdesk::ticket::value::Value;
use tierdesk::ticket::{Details, Event, EventId, Ticket, Timestamp, evolve};

/// Few identities and numbers, so that they collide.
fn event() -> impl Strategy<Value = Event> {
    let few = || select(vec!["aaaa", "bbbb", "cccc"]).prop_map(|e| EventId::parse(e).unwrap());
    let e = prop_oneof![3 => few(), 1 => tickets::event_id()];
    (
        tickets::event(),
        e,
        1_u32..4,
        prop::option::of(few()),
        any::<bool>(),
    )
        .prop_map(|(event, e, n, of, bare)| {
            let event = Event { e, n, of, ..event };
            if bare {
                // Little to tell two of them apart.
                return Event {
                    at: Timestamp::from_unix(0),
                    by: crate::desk::handle("lena"),
                    recorded: None,
                    was: tierdesk::ticket::Patch::default(),
                    details: Details::default(),
                    ..event
                };
            }
            event
        })
}

fn events() -> impl Strategy<Value = Vec<Event>> {
    prop::collection::vec(event(), 0..5)
}

/// Events, some of which take identities that the union gave to others.
fn thieves() -> impl Strategy<Value = Vec<Event>> {
    (
        events(),
        prop::collection::vec((event(), any::<Index>()), 0..4),
    )
        .prop_map(|(mut events, more)| {
            for (event, index) in more {
                let named = union(events.clone(), Vec::new());
                let e = if named.is_empty() {
                    event.e.clone()
                } else {
                    index.get(&named).e.clone()
                };
                events.push(Event { e, ..event });
            }
            events
        })
}

fn shuffled() -> impl Strategy<Value = (Vec<Event>, Vec<Event>)> {
    thieves().prop_flat_map(|events| {
        let twice: Vec<_> = events.iter().chain(&events).cloned().collect();
        (Just(events), Just(twice).prop_shuffle())
    })
}

fn config(cases: u32) -> ProptestConfig {
    ProptestConfig {
        failure_persistence: None,
        ..ProptestConfig::with_cases(cases)
    }
}

proptest! {
    #![proptest_config(config(200))]

    #[test]
    fn any_events_have_a_fold(events in thieves(), action in action(), actor in actor()) {
        let ticket = Ticket::fold(tickets::id(), events);
        let _ = (ticket.status(), ticket.title().len(), ticket.updated(), ticket.resolved());
        let _ = (ticket.is_void(), ticket.last_n(), ticket.replay().len(), ticket.active().count());
        for event in ticket.timeline() {
            let _ = ticket.is_retracted(&event.e);
        }
        let now = ticket.updated().plus(1);
        if let Ok(made) = ask(&ticket, &action, &actor, now) {
            let count = made.len() + ticket.timeline().len();
            prop_assert_eq!(evolve(ticket, made).timeline().len(), count);
        }
    }

    #[test]
    fn order_and_repeats_do_not_matter((events, shuffled) in shuffled()) {
        let ticket = Ticket::fold(tickets::id(), events);
        prop_assert_eq!(Ticket::fold(tickets::id(), shuffled), ticket);
    }

    #[test]
    fn events_may_come_one_by_one(events in thieves()) {
        let whole = Ticket::fold(tickets::id(), events.clone());
        let none = Ticket::fold(tickets::id(), Vec::new());
        let grown = events
            .into_iter()
            .fold(none, |ticket, event| evolve(ticket, vec![event]));
        prop_assert_eq!(grown, whole);
    }

    #[test]
    fn the_union_commutes(events in thieves(), at in any::<Index>()) {
        let (a, b) = events.split_at(at.index(events.len() + 1));
        let (a, b) = (a.to_vec(), b.to_vec());
        prop_assert_eq!(union(a.clone(), b.clone()), union(b, a));
    }

    #[test]
    fn the_union_associates(a in thieves(), b in events(), c in events()) {
        let left = union(union(a.clone(), b.clone()), c.clone());
        prop_assert_eq!(union(a, union(b, c)), left);
    }

    #[test]
    fn the_union_is_idempotent(a in thieves(), b in events()) {
        let both = union(a.clone(), b.clone());
        prop_assert_eq!(union(both.clone(), both.clone()), both.clone());
        prop_assert_eq!(union(both.clone(), a), both.clone());
        prop_assert_eq!(union(b, both.clone()), both);
    }

    #[test]
    fn the_union_loses_nothing(events in thieves()) {
        let union = union(events.clone(), Vec::new());
        for event in &events {
            let same = |kept: &&Event| Event { e: event.e.clone(), ..(*kept).clone() } == *event;
            prop_assert!(union.iter().any(|kept| same(&kept)), "{event:?}");
        }
        let mut names: Vec<_> = union.iter().map(|event| &event.e).collect();
        names.sort();
        names.dedup();
        prop_assert_eq!(names.len(), union.len());
        prop_assert!(union.is_sorted_by_key(|event| (event.n, event.e.clone())));
    }
}
