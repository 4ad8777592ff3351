//! A small desk in which anything can be tried.

use proptest::prelude::*;
use proptest::sample::{Index, select};
use tierdesk::ticket::decide::blank;
use tierdesk::ticket::value::Value;
use tierdesk::ticket::{
    Action, Alteration, Context, Details, Draw, Event, Handle, Level, Line, Lists, Name, Opening,
    Patch, Refusal, Target, Ticket, TicketId, Timestamp, Verb, decide, evolve,
};

pub(crate) const START: i64 = 1_795_425_243;

pub(crate) fn id() -> TicketId {
    TicketId::parse("261123-k7f3q2").unwrap()
}

pub(crate) fn handle(text: &str) -> Handle {
    Handle::parse(text).unwrap()
}

pub(crate) fn name(text: &str) -> Name {
    Name::parse(text).unwrap()
}

pub(crate) fn level(number: u8) -> Level {
    Level::parse(&number.to_string()).unwrap()
}

/// Numbers that repeat from run to run.
pub(crate) struct Seeded(pub(crate) u64);

impl Draw for Seeded {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.0;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}

/// Decides at `now`, as somebody who may do anything.
pub(crate) fn ask(
    ticket: &Ticket,
    action: &Action,
    actor: &Handle,
    now: Timestamp,
) -> Result<Vec<Event>, Refusal> {
    let seed = ticket.timeline().len() as u64 ^ 0xdead_beef;
    let mut context = Context {
        now,
        at: now,
        actor,
        may_change_closed: true,
        reopen_within: None,
        draw: &mut Seeded(seed),
    };
    decide(ticket, action, &mut context)
}

/// What somebody tries, seconds after what was tried before.
#[derive(Debug, Clone)]
pub(crate) struct Attempt {
    pub(crate) actor: Handle,
    pub(crate) action: Try,
    pub(crate) after: i64,
}

/// An action, or one that depends on what has happened so far.
#[derive(Debug, Clone)]
pub(crate) enum Try {
    Do(Action),
    Retract(Vec<Index>, Option<String>),
}

impl Try {
    pub(crate) fn action(&self, ticket: &Ticket) -> Action {
        match self {
            Self::Do(action) => action.clone(),
            Self::Retract(which, text) => Action::Retract {
                events: which
                    .iter()
                    .map(|index| index.get(ticket.timeline()).e.clone())
                    .collect(),
                text: text.clone(),
            },
        }
    }
}

pub(crate) fn actor() -> impl Strategy<Value = Handle> {
    select(vec!["lena", "marco", "nina"]).prop_map(handle)
}

fn team() -> impl Strategy<Value = Name> {
    select(vec!["frontline", "desktop", "network"]).prop_map(name)
}

fn any_level() -> impl Strategy<Value = Level> {
    (0_u8..4).prop_map(level)
}

fn line() -> impl Strategy<Value = Line> {
    select(vec!["INC1", "PRB-2", "no"]).prop_map(|text| Line::parse(text).unwrap())
}

/// Words that a verb needs.
fn words() -> impl Strategy<Value = String> {
    select(vec!["because", "works again", "still broken", "a\nb\n"]).prop_map(str::to_owned)
}

/// Words that may be missing.
fn maybe_words() -> impl Strategy<Value = Option<String>> {
    prop_oneof![3 => Just(None), 1 => words().prop_map(Some), 1 => Just(Some(" ".to_owned()))]
}

pub(crate) fn target() -> impl Strategy<Value = Target> {
    let maybe_team = || prop::option::of(team());
    let maybe_level = || prop::option::of(any_level());
    prop_oneof![
        4 => (maybe_team(), maybe_level())
            .prop_map(|(team, level)| Target::Queue { team, level }),
        4 => (actor(), maybe_team(), maybe_level())
            .prop_map(|(who, team, level)| Target::Person { who, team, level }),
        1 => (prop::option::of(line()), prop::option::of(Just(name("dell")))).prop_map(
            |(reference, vendor)| Target::Vendor { level: Level::VENDOR, vendor, reference }
        ),
        1 => actor().prop_map(Target::Attention),
    ]
}

fn opening() -> impl Strategy<Value = Opening> {
    (
        prop::option::of(target()),
        maybe_words(),
        any_level(),
        team(),
    )
        .prop_map(|(to, text, level, team)| {
            let mut set = Patch::default();
            set.put("title", Some("VPN drops")).unwrap();
            set.put("kind", Some("incident")).unwrap();
            set.put("owner", Some("lena")).unwrap();
            set.put("level", Some(&level.text())).unwrap();
            set.put("team", Some(team.as_str())).unwrap();
            let mut add = Lists::default();
            add.put("tags", "vpn").unwrap();
            let rule = None;
            Opening {
                set,
                add,
                text,
                to,
                rule,
            }
        })
}

fn alteration() -> impl Strategy<Value = Alteration> {
    let verb = select(vec![Verb::Set, Verb::Tag, Verb::Link, Verb::Adopt]);
    let field = select(vec![
        "title", "owner", "priority", "category", "x-room", "status", "assignee",
    ]);
    let lists = || {
        prop::collection::vec(
            select(vec![
                ("tags", "vip"),
                ("tags", "vpn"),
                ("cc", "bob"),
                ("links", "related 261123-000000"),
            ]),
            0..3,
        )
        .prop_map(|members| {
            let mut lists = Lists::default();
            for (list, member) in members {
                lists.put(list, member).unwrap();
            }
            lists
        })
    };
    let set =
        prop::collection::vec((field, prop::option::of(0_usize..2)), 0..3).prop_map(|entries| {
            let mut set = Patch::default();
            for (field, value) in entries {
                let values = match field {
                    "priority" => ["P1", "P2"],
                    "status" => ["pending", "queued"],
                    "owner" | "assignee" => ["lena", "nina"],
                    _ => ["a", "b"],
                };
                set.put(field, value.map(|index| values[index])).unwrap();
            }
            set
        });
    (verb, set, lists(), lists(), maybe_words()).prop_map(|(verb, set, add, del, text)| {
        Alteration {
            verb,
            set,
            add,
            del,
            text,
        }
    })
}

pub(crate) fn action() -> impl Strategy<Value = Action> {
    let cause = select(vec!["requester", "vendor", "parts"]).prop_map(name);
    let until = prop::option::of(
        (0_i64..3).prop_map(|days| Timestamp::from_unix(START + 100_000_000 + days * 86_400)),
    );
    let hold = (cause, until, prop::option::of(line()), maybe_words()).prop_map(
        |(cause, until, reference, text)| Action::Hold {
            cause,
            until,
            reference,
            text,
        },
    );
    let code = prop::option::of(select(vec!["fixed", "wontfix"]).prop_map(name));
    let other = || TicketId::parse("261123-000000").unwrap();
    prop_oneof![
        2 => (target(), maybe_words()).prop_map(|(to, text)| Action::Assign { to, text }),
        2 => Just(Action::Take),
        1 => Just(Action::Accept),
        3 => (target(), words(), prop::collection::vec(words(), 0..2)).prop_map(
            |(to, text, tried)| Action::Escalate {
                to,
                text,
                details: Box::new(Details { tried, ..Details::default() }),
            }
        ),
        2 => (prop::collection::vec(called(), 1..3), maybe_words())
            .prop_map(|(who, text)| Action::Call { who, text }),
        1 => prop::collection::vec(called(), 0..2).prop_map(|answers| Action::Join { answers }),
        1 => (prop::collection::vec(called(), 0..3), words())
            .prop_map(|(meant, text)| Action::Pass { meant, text }),
        1 => maybe_words().prop_map(|text| Action::Leave { text }),
        1 => words().prop_map(|text| Action::Decline { text }),
        1 => words().prop_map(|text| Action::HandBack { text }),
        3 => hold,
        1 => maybe_words().prop_map(|text| Action::Resume { text }),
        1 => words().prop_map(|text| Action::Note { text }),
        1 => words().prop_map(|text| Action::Reply { text }),
        2 => words().prop_map(|text| Action::Answer { text }),
        2 => (words(), code, prop::option::of(any_level()))
            .prop_map(|(text, code, could_be)| Action::Resolve {
                text,
                code,
                could_be,
                articles: Vec::new(),
            }),
        1 => maybe_words().prop_map(|text| Action::Close { text }),
        2 => words().prop_map(|text| Action::Reopen { text }),
        1 => words().prop_map(|text| Action::Cancel { text }),
        1 => maybe_words().prop_map(move |text| Action::Duplicate { of: other(), text }),
        3 => alteration().prop_map(|change| Action::Change(Box::new(change))),
        1 => (1_u32..4).prop_map(|count| Action::Repeat { count }),
    ]
}

/// Somebody, or a skill.
fn called() -> impl Strategy<Value = Name> {
    prop_oneof![
        2 => actor().prop_map(|who| name(who.as_str())),
        1 => Just(name("database")),
    ]
}

fn attempt() -> impl Strategy<Value = Attempt> {
    let action = prop_oneof![
        12 => action().prop_map(Try::Do),
        1 => (prop::collection::vec(any::<Index>(), 1..3), maybe_words())
            .prop_map(|(which, text)| Try::Retract(which, text)),
    ];
    (actor(), action, 0_i64..100_000).prop_map(|(actor, action, after)| Attempt {
        actor,
        action,
        after,
    })
}

/// A way of opening, and what is tried after that.
#[derive(Debug, Clone)]
pub(crate) struct History {
    pub(crate) opener: Handle,
    pub(crate) opening: Opening,
    pub(crate) attempts: Vec<Attempt>,
}

pub(crate) fn history() -> impl Strategy<Value = History> {
    (actor(), opening(), prop::collection::vec(attempt(), 0..25)).prop_map(
        |(opener, opening, attempts)| History {
            opener,
            opening,
            attempts,
        },
    )
}

/// One thing that was tried, and what came of it.
pub(crate) struct Tried<'a> {
    pub(crate) before: &'a Ticket,
    pub(crate) action: &'a Action,
    pub(crate) actor: &'a Handle,
    pub(crate) now: Timestamp,
    pub(crate) outcome: &'a Result<Vec<Event>, Refusal>,
    /// The same as before where it was refused.
    pub(crate) after: &'a Ticket,
}

impl History {
    /// Plays it, showing each attempt to `look`, and returns the ticket.
    pub(crate) fn play(&self, mut look: impl FnMut(&Tried<'_>)) -> Ticket {
        let open = Action::Open(Box::new(self.opening.clone()));
        let mut now = Timestamp::from_unix(START);
        let mut ticket = blank(id());
        let mut step = |ticket: &mut Ticket, action: &Action, actor: &Handle, now| {
            let outcome = ask(ticket, action, actor, now);
            let events = outcome.clone().unwrap_or_default();
            let after = evolve(ticket.clone(), events);
            look(&Tried {
                before: ticket,
                action,
                actor,
                now,
                outcome: &outcome,
                after: &after,
            });
            *ticket = after;
        };
        step(&mut ticket, &open, &self.opener, now);
        for attempt in &self.attempts {
            now = now.plus(attempt.after);
            let action = attempt.action.action(&ticket);
            step(&mut ticket, &action, &attempt.actor, now);
        }
        ticket
    }
}
