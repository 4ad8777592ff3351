//! The real incidents of `examples/` are legal in the life cycle, line by line,
//! and the summary of the desk they make has figures that were computed apart
//! from this program, from the same lines.

#![expect(clippy::unwrap_used, reason = "tests")]

use serde_json::Value as Json;
use std::collections::BTreeMap;
use std::path::Path;
use tierdesk::desk::Clocks;
use tierdesk::desk::filter::{Filter, Scope};
use tierdesk::policy::clock::Rules;
use tierdesk::policy::routing::Map;
use tierdesk::policy::zone::Zone;
use tierdesk::policy::{Policy, Roster};
use tierdesk::report::figure::{Figure, Part};
use tierdesk::report::{Lens, Life, Period, metrics};
use tierdesk::store::yaml;
use tierdesk::ticket::value::Value;
use tierdesk::ticket::words::Verb;
use tierdesk::ticket::{
    Action, Alteration, Context, Draw, Handle, Lists, Opening, Patch, Target, Ticket, TicketId,
    Timestamp, decide, evolve,
};

struct Counter(u64);

impl Draw for Counter {
    fn draw(&mut self) -> u64 {
        self.0 += 1;
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7
    }
}

fn lines(name: &str) -> Vec<Json> {
    let path = Path::new(env!("CARGO_MANIFEST_DIR"))
        .join("examples")
        .join(name);
    let text = std::fs::read_to_string(path).unwrap();
    text.lines()
        .map(|line| serde_json::from_str(line).unwrap())
        .collect()
}

/// The policy that goes with them.
fn policy() -> Policy {
    let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("examples/incidents-desk.yaml");
    yaml::read_policy(&std::fs::read(path).unwrap()).unwrap()
}

fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

fn text<'a>(line: &'a Json, key: &str) -> &'a str {
    line[key].as_str().unwrap_or_default()
}

/// The desk that the lines make, by external number.
struct Desk {
    policy: Policy,
    tickets: BTreeMap<String, Ticket>,
    draw: Counter,
}

impl Desk {
    fn new() -> Self {
        let mut desk = Self {
            policy: policy(),
            tickets: BTreeMap::new(),
            draw: Counter(0),
        };
        for line in lines("incidents.ndjson") {
            desk.open(&line);
        }
        desk
    }

    fn open(&mut self, line: &Json) {
        let mut opening = Opening::default();
        for (name, value) in line.as_object().unwrap() {
            match (name.as_str(), value) {
                ("at", _) => {}
                ("description", Json::String(text)) => opening.text = Some(text.clone()),
                ("ref", Json::Array(members)) => {
                    for member in members {
                        opening.add.put(name, member.as_str().unwrap()).unwrap();
                    }
                }
                (_, Json::Number(number)) => {
                    opening.set.put(name, Some(&number.to_string())).unwrap();
                }
                (_, Json::String(text)) => opening.set.put(name, Some(text)).unwrap(),
                other => panic!("{other:?}"),
            }
        }
        let at = time(text(line, "at"));
        let blank = Ticket::fold(TicketId::new(at, &mut self.draw), Vec::new());
        let number = line["ref"][0].as_str().unwrap().to_owned();
        let ticket = self.step(blank, &Action::Open(Box::new(opening)), at, "lena");
        assert!(self.tickets.insert(number, ticket).is_none());
    }

    fn apply(&mut self, line: &Json) {
        let ticket = self.tickets.remove(text(line, "id")).unwrap();
        let action = self.action(line, &ticket);
        let at = time(text(line, "at"));
        let ticket = self.step(ticket, &action, at, text(line, "by"));
        self.tickets.insert(text(line, "id").to_owned(), ticket);
    }

    /// Decides and evolves; every line must be legal and do something.
    fn step(&mut self, ticket: Ticket, action: &Action, at: Timestamp, who: &str) -> Ticket {
        let mut context = Context {
            now: time("2026-11-23T00:00:00Z"),
            at,
            actor: &Handle::parse(who).unwrap(),
            may_change_closed: false,
            reopen_within: self.policy.lifecycle.reopen_within,
            draw: &mut self.draw,
        };
        let events = decide(&ticket, action, &mut context).unwrap();
        assert!(!events.is_empty(), "{action:?} does nothing at {at}");
        evolve(ticket, events)
    }

    fn action(&self, line: &Json, ticket: &Ticket) -> Action {
        let words = || text(line, "text").to_owned();
        let some_words = || line["text"].as_str().map(str::to_owned);
        match text(line, "action") {
            "assign" => Action::Assign {
                to: self.place(line, ticket, false),
                text: some_words(),
            },
            "escalate" => Action::Escalate {
                to: self.place(line, ticket, true),
                text: words(),
                details: Box::default(),
            },
            "take" => Action::Take,
            "hold" => Action::Hold {
                cause: Value::parse(text(line, "for")).unwrap(),
                until: None,
                reference: None,
                text: some_words(),
            },
            "resume" => Action::Resume { text: None },
            "resolve" => Action::Resolve {
                text: words(),
                code: line["code"]
                    .as_str()
                    .map(|code| Value::parse(code).unwrap()),
                could_be: None,
                articles: Vec::new(),
            },
            "close" => Action::Close { text: None },
            "reopen" => Action::Reopen { text: words() },
            "set" => {
                let mut set = Patch::default();
                for (name, value) in line["set"].as_object().unwrap() {
                    set.put(name, value.as_str()).unwrap();
                }
                Action::Change(Box::new(Alteration {
                    verb: Verb::Set,
                    set,
                    add: Lists::default(),
                    del: Lists::default(),
                    text: None,
                }))
            }
            other => panic!("{other:?} is no action of the examples"),
        }
    }

    fn place(&self, line: &Json, ticket: &Ticket, escalates: bool) -> Target {
        let map = Map {
            policy: &self.policy,
            roster: &Roster::default(),
            me: &Handle::parse("lena").unwrap(),
            now: time(text(line, "at")),
        };
        let to = text(line, "to");
        if escalates {
            map.escalation(Some(to), None, ticket.header()).unwrap()
        } else {
            map.place(to, ticket.header()).unwrap()
        }
    }
}

#[test]
fn every_line_is_legal_and_the_figures_are_right() {
    let mut desk = Desk::new();
    let actions = lines("incidents-actions.ndjson");
    for line in &actions {
        desk.apply(line);
    }
    assert!(actions.is_sorted_by_key(|line| text(line, "at").to_owned()));
    let tickets: Vec<Ticket> = desk.tickets.into_values().collect();
    let now = time("2017-03-01T00:00:00Z");

    let (policy, roster) = (Policy::neutral(), Roster::default());
    let rules = Rules {
        policy: &policy,
        roster: &roster,
    };
    let lives: Vec<Life> = tickets.iter().map(|one| Life::of(one, rules)).collect();
    let (lives, _) = metrics::population(&lives, false);
    let figure = |name: &str, period| {
        let lens = Lens {
            period,
            now,
            policy: &policy,
        };
        metrics::find(name).unwrap().over(&lives, lens)
    };
    let all = Period::new(time("2016-01-01T00:00:00Z"), now).unwrap();
    for (name, part) in [
        ("escalation-rate", Part { count: 79, n: 200 }),
        ("handed-over", Part { count: 79, n: 200 }),
        (
            "first-level-resolution",
            Part {
                count: 200 - 79,
                n: 200,
            },
        ),
        ("reopen-rate", Part { count: 1, n: 200 }),
    ] {
        assert_eq!(figure(name, all), Figure::Share(part), "{name}");
    }
    for (name, total) in [("arrived", 300), ("resolved", 200), ("backlog", 100)] {
        assert_eq!(
            figure(name, all).headline(),
            Some(f64::from(total)),
            "{name}"
        );
    }
    let Figure::Time { n, calendar, .. } = figure("time-to-resolve", all) else {
        panic!("a time");
    };
    let calendar = calendar.unwrap();
    assert_eq!((n, calendar.p50, calendar.p90), (200, 71_940, 1_300_620));

    let april = Period::named("2016-04", Zone::UTC).unwrap();
    for (name, total) in [("arrived", 96), ("resolved", 87), ("net", 9)] {
        assert_eq!(
            figure(name, april).headline(),
            Some(f64::from(total)),
            "{name}"
        );
    }
    let Figure::Share(escalated) = figure("escalation-rate", april) else {
        panic!("a share");
    };
    assert_eq!(escalated.count, 27);

    let found = |terms: &[&str]| {
        let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
        let read = |text: &str| Timestamp::parse(text).map_err(|bad| bad.to_string());
        let scope = Scope {
            skills: Vec::new(),
            me: Handle::parse("lena").unwrap(),
            clocks: Clocks::default(),
            now,
            past_time: &read,
            future_time: &read,
        };
        let filter = Filter::parse(&terms, &scope).unwrap();
        tickets.iter().filter(|one| filter.matches(one)).count()
    };
    assert_eq!(found(&["is:live"]), 100);
    assert_eq!(found(&["is:escalated"]), 79);
    assert_eq!(found(&["via.not:phone"]), 3);
    assert_eq!(found(&["ref:INC0023783", "is:new"]), 1);
}
