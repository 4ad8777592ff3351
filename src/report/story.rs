//! Tickets for tests, made the way real ones are: through `decide`.

use crate::policy::clock::Rules;
use crate::policy::people::{PersonEntry, RosterFile};
use crate::policy::rules::PolicyFile;
use crate::policy::{Policy, Roster};
use crate::report::metrics::population;
use crate::report::table::Cell;
use crate::report::views::{Sample, Scope};
use crate::report::{Lens, Life, Period, Table};
use crate::ticket::value::Value;
use crate::ticket::{
    Action, Context, Details, Draw, Handle, Level, Line, Name, Opening, Patch, Target, Ticket,
    TicketId, Timestamp, decide, evolve,
};
use serde_json::json;

/// A ticket in the making.
pub(crate) struct Story {
    ticket: Ticket,
    draw: Counter,
}

struct Counter(u64);

impl Draw for Counter {
    fn draw(&mut self) -> u64 {
        self.0 = self.0.wrapping_add(1);
        self.0.wrapping_mul(0x9e37_79b9_7f4a_7c15) >> 7
    }
}

impl Story {
    /// Opened by `lena`; fields as in files.
    pub(crate) fn open(id: &str, at: &str, fields: &[(&str, &str)]) -> Self {
        Self::open_by("lena", id, at, fields)
    }

    /// Opened by somebody else.
    pub(crate) fn open_by(by: &str, id: &str, at: &str, fields: &[(&str, &str)]) -> Self {
        let mut set = Patch::default();
        for (name, value) in [("kind", "incident"), ("title", "VPN drops")]
            .iter()
            .chain(fields)
        {
            set.put(name, Some(value)).unwrap();
        }
        let id = TicketId::parse(id).unwrap();
        let story = Self {
            ticket: Ticket::fold(id, Vec::new()),
            draw: Counter(0),
        };
        story.then(
            at,
            by,
            Action::Open(Box::new(Opening {
                set,
                ..Opening::default()
            })),
        )
    }

    /// What happened next.
    pub(crate) fn then(mut self, at: &str, by: &str, action: Action) -> Self {
        let at = time(at);
        let actor = Handle::parse(by).unwrap();
        let mut context = Context {
            now: at,
            at,
            actor: &actor,
            may_change_closed: true,
            reopen_within: None,
            draw: &mut self.draw,
        };
        let events = decide(&self.ticket, &action, &mut context).unwrap();
        self.ticket = evolve(self.ticket, events);
        self
    }

    /// The ticket so far.
    pub(crate) fn ticket(&self) -> &Ticket {
        &self.ticket
    }

    /// The ticket.
    pub(crate) fn end(self) -> Ticket {
        self.ticket
    }
}

pub(crate) fn time(text: &str) -> Timestamp {
    Timestamp::parse(text).unwrap()
}

pub(crate) fn escalate_to(level: &str, team: &str) -> Action {
    Action::Escalate {
        to: Target::Queue {
            team: Name::parse(team).ok(),
            level: Level::parse(level).ok(),
        },
        text: "needs more rights".into(),
        details: Box::new(Details {
            tried: vec!["reinstalled the client".into()],
            ..Details::default()
        }),
    }
}

pub(crate) fn escalate_to_person(level: &str, who: &str) -> Action {
    Action::Escalate {
        to: Target::Person {
            who: Handle::parse(who).unwrap(),
            team: None,
            level: Level::parse(level).ok(),
        },
        text: "needs more rights".into(),
        details: Box::default(),
    }
}

pub(crate) fn ask_attention_of(who: &str) -> Action {
    Action::Escalate {
        to: Target::Attention(Handle::parse(who).unwrap()),
        text: "please look".into(),
        details: Box::default(),
    }
}

pub(crate) fn call_vendor() -> Action {
    call(None)
}

/// Calls a vendor of the policy, with a reference of that vendor.
pub(crate) fn call(vendor: Option<&str>) -> Action {
    let reference = vendor.map(|vendor| Line::parse(&format!("{vendor}-4711")).unwrap());
    Action::Escalate {
        to: Target::Vendor {
            level: Level::VENDOR,
            vendor: vendor.map(|vendor| Name::parse(vendor).unwrap()),
            reference,
        },
        text: "broken board".into(),
        details: Box::default(),
    }
}

pub(crate) fn hold(cause: &str, until: Option<&str>) -> Action {
    Action::Hold {
        cause: Name::parse(cause).unwrap(),
        until: until.map(time),
        reference: None,
        text: None,
    }
}

pub(crate) fn resolve() -> Action {
    Action::Resolve {
        text: "updated the driver".into(),
        code: None,
        could_be: None,
        articles: Vec::new(),
    }
}

/// Resolved as something that `could_be` could have, with articles.
pub(crate) fn resolve_with(could_be: Option<&str>, articles: &[&str]) -> Action {
    Action::Resolve {
        text: "updated the driver".into(),
        code: None,
        could_be: could_be.map(|level| Level::parse(level).unwrap()),
        articles: articles
            .iter()
            .map(|name| Name::parse(name).unwrap())
            .collect(),
    }
}

pub(crate) fn reply() -> Action {
    Action::Reply {
        text: "we are on it".into(),
    }
}

pub(crate) fn reopen() -> Action {
    Action::Reopen {
        text: "it is back".into(),
    }
}

pub(crate) fn close() -> Action {
    Action::Close { text: None }
}

/// A desk that reports are made of: its policy, and the lives of its tickets;
/// lena and marco are its technicians.
pub(crate) struct Known {
    pub(crate) policy: Policy,
    pub(crate) roster: Roster,
    pub(crate) lives: Vec<Life<'static>>,
}

impl Known {
    /// A policy as in files, and tickets.
    pub(crate) fn new(policy: &serde_json::Value, tickets: &[Ticket]) -> Self {
        let file: PolicyFile = serde_json::from_value(policy.clone()).unwrap();
        let (policy, faults) = Policy::understand(&file);
        assert_eq!(faults, [], "{file:?}");
        let person = |roles: &[&str]| PersonEntry {
            roles: roles.iter().map(|role| (*role).to_owned()).collect(),
            ..PersonEntry::default()
        };
        let people = [
            ("lena".to_owned(), person(&["technician"])),
            ("marco".to_owned(), person(&["technician"])),
        ];
        let file = RosterFile {
            format: 1,
            people: people.into(),
        };
        let roster = Roster::new(&file, &policy).unwrap();
        let rules = Rules {
            policy: &policy,
            roster: &roster,
        };
        // As long as the test: lives borrow from their tickets.
        let tickets: &'static [Ticket] = tickets.to_vec().leak();
        let lives = tickets
            .iter()
            .map(|ticket| Life::of(ticket, rules))
            .collect();
        Self {
            policy,
            roster,
            lives,
        }
    }

    /// All of it, as a view sees it.
    pub(crate) fn scope(&self, period: Period) -> Scope<'_> {
        let (lives, left_out) = population(&self.lives, false);
        Scope {
            lives,
            left_out,
            lens: seen(self, period),
            before: None,
            by: None,
            own: Vec::new(),
            roster: &self.roster,
            me: None,
            roles: Vec::new(),
            sample: Sample { size: 10, seed: 1 },
        }
    }
}

/// People as in `people.yaml`.
pub(crate) fn roster(known: &Known, people: serde_json::Value) -> Roster {
    let file: RosterFile = serde_json::from_value(json!({"format": 1, "people": people})).unwrap();
    Roster::new(&file, &known.policy).unwrap()
}

/// November 2026, in UTC.
pub(crate) fn november() -> Period {
    Period::new(time("2026-11-01T00:00:00Z"), time("2026-12-01T00:00:00Z")).unwrap()
}

fn open(name: &str, at: &str, level: &str, priority: Option<&str>) -> Story {
    let day: String = at[2..10].split('-').collect();
    let mut fields = vec![("level", level)];
    fields.extend(priority.map(|priority| ("priority", priority)));
    Story::open(&format!("{day}-{}", name.repeat(6)), at, &fields)
}

fn retract_opening(story: Story) -> Ticket {
    let events = vec![story.ticket().timeline()[0].e.clone()];
    let undo = Action::Retract { events, text: None };
    story.then("2026-11-09T09:01:00Z", "lena", undo).end()
}

/// A desk without hours or targets: every second counts.
pub(crate) fn desk() -> Known {
    let cancel = Action::Cancel {
        text: "spam".into(),
    };
    let copy = Action::Duplicate {
        of: TicketId::parse("261102-aaaaaa").unwrap(),
        text: None,
    };
    let give_marco = Action::Assign {
        to: Target::Person {
            who: Handle::parse("marco").unwrap(),
            team: None,
            level: None,
        },
        text: None,
    };
    Known::new(
        &json!({"format": 1}),
        &[
            // a: two hours, at level 1, closed since.
            open("a", "2026-11-02T09:00:00Z", "1", Some("P2"))
                .then("2026-11-02T11:00:00Z", "lena", resolve())
                .then("2026-11-05T09:00:00Z", "lena", close())
                .end(),
            // b: ten hours, handed to level 2.
            open("b", "2026-11-03T08:00:00Z", "1", Some("P2"))
                .then("2026-11-03T09:00:00Z", "lena", escalate_to("2", "desktop"))
                .then("2026-11-03T18:00:00Z", "marco", resolve())
                .end(),
            // c: came in October, resolved, reopened, resolved again after 144 hours.
            open("c", "2026-10-30T09:00:00Z", "1", Some("P3"))
                .then("2026-11-01T09:00:00Z", "lena", resolve())
                .then("2026-11-04T09:00:00Z", "lena", reopen())
                .then("2026-11-05T09:00:00Z", "lena", resolve())
                .end(),
            // d: four hours, escalated by lena to herself.
            open("d", "2026-11-10T09:00:00Z", "1", Some("P3"))
                .then("2026-11-10T09:05:00Z", "lena", Action::Take)
                .then(
                    "2026-11-10T10:00:00Z",
                    "lena",
                    escalate_to_person("2", "lena"),
                )
                .then("2026-11-10T13:00:00Z", "lena", resolve())
                .end(),
            // e: live, nobody has looked.
            open("e", "2026-11-20T09:00:00Z", "1", Some("P1")).end(),
            // f: live, without a priority, marco waits.
            open("f", "2026-11-21T09:00:00Z", "2", None)
                .then("2026-11-21T09:30:00Z", "marco", Action::Take)
                .then("2026-11-21T10:00:00Z", "marco", hold("parts", None))
                .end(),
            // g: resolved and reopened, live with lena.
            open("g", "2026-11-05T09:00:00Z", "1", Some("P3"))
                .then("2026-11-06T09:00:00Z", "lena", resolve())
                .then("2026-11-07T09:00:00Z", "lena", reopen())
                .end(),
            // h, 2, j, k: cancelled, duplicate, void, problem.
            open("h", "2026-11-08T09:00:00Z", "1", None)
                .then("2026-11-08T10:00:00Z", "lena", cancel)
                .end(),
            open("2", "2026-11-08T09:00:00Z", "1", None)
                .then("2026-11-08T10:00:00Z", "lena", copy)
                .end(),
            retract_opening(open("j", "2026-11-09T09:00:00Z", "1", None)),
            Story::open(
                "261109-kkkkkk",
                "2026-11-09T09:00:00Z",
                &[("kind", "problem"), ("level", "3")],
            )
            .end(),
            // n: the last second of November, resolved in the first of December.
            open("n", "2026-11-30T23:59:59Z", "1", Some("P3"))
                .then("2026-11-30T23:59:59Z", "lena", ask_attention_of("ruth"))
                .then("2026-12-01T00:00:00Z", "lena", resolve())
                .end(),
            // m: the oldest, given to marco, who has not looked.
            open("m", "2026-10-01T09:00:00Z", "1", Some("P2"))
                .then("2026-10-01T09:10:00Z", "lena", give_marco)
                .end(),
        ],
    )
}

/// A desk with hours (09:00 to 17:00 UTC, Monday to Friday) and targets.
pub(crate) fn served() -> Known {
    let from_alice = |id: &str, at: &str, fields: &[(&str, &str)]| {
        let mut all = vec![
            ("requester", "alice@example.com"),
            ("via", "mail"),
            ("priority", "P2"),
            ("level", "1"),
            ("team", "frontline"),
        ];
        all.extend(fields);
        Story::open_by("alice", id, at, &all)
    };
    let answer = || Action::Answer {
        text: "it still drops".into(),
    };
    Known::new(
        &json!({
            "format": 1,
            "zone": "UTC",
            "calendars": {"office": {"week": {"mon-fri": "09:00-17:00"}}},
            "calendar": "office",
            "levels": {
                "1": {"name": "front line", "team": "frontline", "cost": 20},
                "2": {"name": "technical", "team": "desktop", "cost": 70},
                "4": {"name": "vendor", "vendor": true},
            },
            "teams": {"frontline": {"level": 1}, "desktop": {"level": 2}},
            "pauses": ["requester"],
            "targets": [{
                "respond": "1h", "resolve": "8h", "update": "1h", "accept": "1h", "vendor": "4h",
            }],
            "reopen-counts-days": 7,
            "reasons": ["hold"],
        }),
        &[
            // a: at first contact, within the hour, with an article.
            from_alice("261102-aaaaaa", "2026-11-02T09:00:00Z", &[("rating", "5")])
                .then("2026-11-02T09:20:00Z", "lena", Action::Take)
                .then("2026-11-02T09:40:00Z", "lena", resolve_with(None, &["vpn"]))
                .end(),
            // b: answered after two hours (late), to desktop, which bounces it
            // back and gets it again: 12 open hours, 8 of them with desktop.
            // Level 1 could have resolved it.
            from_alice("261103-bbbbbb", "2026-11-03T09:00:00Z", &[("rating", "2")])
                .then("2026-11-03T11:00:00Z", "lena", reply())
                .then("2026-11-03T11:00:00Z", "lena", escalate_to("2", "desktop"))
                .then(
                    "2026-11-03T12:00:00Z",
                    "marco",
                    Action::Decline {
                        text: "which driver?".into(),
                    },
                )
                .then("2026-11-03T14:00:00Z", "lena", escalate_to("2", "desktop"))
                .then("2026-11-03T14:30:00Z", "marco", Action::Accept)
                .then(
                    "2026-11-04T13:00:00Z",
                    "marco",
                    resolve_with(Some("1"), &[]),
                )
                .end(),
            // c: one hour, then waits for alice from Thursday 10:00 to Friday
            // 10:00; her answer is answered after half an hour; resolved at
            // 12:00, reopened on the next day.
            from_alice("261105-cccccc", "2026-11-05T09:00:00Z", &[("rating", "4")])
                .then("2026-11-05T09:30:00Z", "lena", Action::Take)
                .then("2026-11-05T10:00:00Z", "lena", hold("requester", None))
                .then("2026-11-06T10:00:00Z", "alice", answer())
                .then("2026-11-06T10:30:00Z", "lena", reply())
                .then("2026-11-06T12:00:00Z", "lena", resolve())
                .then("2026-11-07T12:00:00Z", "alice", reopen())
                .then("2026-11-09T10:00:00Z", "lena", resolve())
                .end(),
            // d: put on hold without a reason with half an hour of eight left.
            from_alice("261110-dddddd", "2026-11-10T09:00:00Z", &[])
                .then("2026-11-10T09:10:00Z", "lena", Action::Take)
                .then("2026-11-10T16:30:00Z", "lena", hold("requester", None))
                .then("2026-11-12T16:30:00Z", "lena", resolve())
                .end(),
            // e: nobody has looked for a week: both clocks are over.
            from_alice("261123-eeeeee", "2026-11-23T09:00:00Z", &[]).end(),
            // f: the vendor took three hours of its four.
            from_alice("261116-ffffff", "2026-11-16T09:00:00Z", &[])
                .then("2026-11-16T09:10:00Z", "lena", Action::Take)
                .then("2026-11-16T10:00:00Z", "lena", call_vendor())
                .then("2026-11-16T13:00:00Z", "lena", resolve())
                .end(),
            // z: alice helped herself.
            from_alice("261117-zzzzzz", "2026-11-17T09:00:00Z", &[("level", "0")])
                .then(
                    "2026-11-17T09:05:00Z",
                    "alice",
                    resolve_with(None, &["reset"]),
                )
                .end(),
        ],
    )
}

/// A desk looked at on the first of December, at nine.
pub(crate) fn seen(known: &Known, period: Period) -> Lens<'_> {
    Lens {
        period,
        now: time("2026-12-01T09:00:00Z"),
        policy: &known.policy,
    }
}

/// The rows of a table, short enough to compare by eye: parts as 4/5, times as
/// hours and minutes, tickets by their last letter.
pub(crate) fn rows(table: &Table) -> Vec<String> {
    let clock = |seconds: &i64| {
        let (hours, minutes) = (seconds / 3600, seconds % 3600 / 60);
        match seconds % 60 {
            0 => format!("{hours}:{minutes:02}"),
            rest => format!("{hours}:{minutes:02}:{rest:02}"),
        }
    };
    let told = |cell: &Cell| match cell {
        Cell::Nothing => "-".to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Named(name, _) => (*name).to_owned(),
        Cell::Ticket(id) => id[12..].to_owned(),
        Cell::Count(number) => number.to_string(),
        Cell::Number(number) => format!("{number:.2}"),
        Cell::Share(part) => format!("{}/{}", part.count, part.n),
        Cell::Ratio(part, whole) => format!("{}/{}", clock(part), clock(whole)),
        Cell::Seconds(seconds) | Cell::Open(seconds) => clock(seconds),
        Cell::Money(hundredths) => format!("${}", hundredths / 100),
        Cell::Moment(time) => time.text()[5..16].replace('T', " "),
        Cell::Change { by, .. } => format!("{by:+.2}"),
    };
    let row = |row: &Vec<Cell>| {
        assert_eq!(row.len(), table.columns.len(), "{}", table.name);
        row.iter().map(told).collect::<Vec<_>>().join(" | ")
    };
    table.rows.iter().map(row).collect()
}
