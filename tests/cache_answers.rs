//! Answers are the same with the cache and without it, whatever git did to the
//! desk in between.

#![expect(clippy::unwrap_used, reason = "tests")]

mod store_support;

use proptest::prelude::*;
use serde_json::json;
use std::fs;
use std::path::PathBuf;
use store_support::{Bench, files_below, git_at};
use tierdesk::desk::filter::{Filter, Scope};
use tierdesk::desk::sort::Order;
use tierdesk::desk::{Clocks, Desk, Line, World, templates};
use tierdesk::store::cache::Arena;
use tierdesk::store::{Durability, Options, Store};
use tierdesk::ticket::value::Value as _;
use tierdesk::ticket::{Handle, Ticket, TicketId, Timestamp};

const NOW: i64 = 1_795_000_000;

/// Filters that take every way through the cache, and some that take none.
const FILTERS: &[&[&str]] = &[
    &["is:any"],
    &["is:live"],
    &["is:waiting", "level:2"],
    &["is:void"],
    &["is:overdue-resume"],
    &["is:any", "is:mine"],
    &["is:any", "is:owned"],
    &["is:unassigned"],
    &["is:escalated"],
    &["is:any", "status.not:new,queued"],
    &["is:any", "level:none"],
    &["is:any", "level.min:2", "level.not:3"],
    &["is:any", "priority:P1,P2"],
    &["is:any", "priority.not:P1"],
    &["is:any", "team:desktop,none"],
    &["is:any", "team.not:Desktop"],
    &["is:any", "category.under:network"],
    &["is:any", "category.under.not:network"],
    &["is:any", "requester.has:ALICE"],
    &["is:any", "requester:Ünal"],
    &["is:any", "assignee:any", "events.min:2"],
    &["is:any", "tag:vip"],
    &["is:any", "tag.not:vip"],
    &["is:any", "tag:none"],
    &["is:any", "link:any"],
    &["is:any", "link:related"],
    &["is:any", "by:marco"],
    &["is:any", "by.not:marco"],
    &["is:any", "x-room:12"],
    &["is:any", "opened.after:2026-11-18"],
    &[
        "is:any",
        "updated.before:2026-11-18",
        "opened.before.not:2026-11-01",
    ],
    &["resolved.after:2026-11-01"],
    &["is:any", "resolved:none"],
    &["id:2611,ab,zz"],
    &["is:any", "gateway"],
    &["is:any", "VPN", "title.has:drops"],
    &["is:any", "ΟΔΟΣ"],
    &["is:any", "障害"],
    &["is:any", "障害発生"],
    &["is:any", "text:\"; drop"],
    &["is:any", "text.not:gateway"],
    &["is:any", "title.not:gateway"],
    &["key:disk:web1"],
    &["is:overdue"],
    &["is:overdue", "level.min:2"],
    &["is.not:overdue"],
    &["due.before:2026-11-18"],
    &["due.after:2026-11-18", "priority:P1,P2"],
    &["due:any"],
    &["is:any", "due:none"],
];

const ORDERS: &[&str] = &[
    "burning",
    "-opened",
    "status,-level",
    "-priority,team",
    "title",
    "-resolved,events",
    "requester,-category",
    "tag",
    "due",
    "-due,team",
];

const TITLES: &[&str] = &[
    "VPN drops after sleep",
    "Gateway slow, drops VPN",
    "ΟΔΟΣ σφάλμα οδος",
    "障害発生: 回線",
    "Zürich \"office\"; drop table ticket",
    "Drucker im Netzwerkraum",
];

/// A policy whose clocks run, and act.
fn policy(resolve: &str) -> String {
    templates::policy("Lab")
        + &format!(
            "
zone: Europe/London
calendars:
  office:
    week: {{mon-fri: \"08:00-18:00\"}}
    holidays: {{2026-11-11: closed}}
pauses: [requester]
close-after: 5 business days
targets:
- when: {{priority: P1}}
  calendar: 24x7
  respond: 1h
  resolve: {resolve}
  warn: 75%
- respond: 4h
  update: 8h
  resolve: 40h
  accept: 2h
escalations:
- clock: resolve
  at: 100%
  do: raise
"
        )
}

struct Lab {
    bench: Bench,
    opened: Vec<String>,
    clock: i64,
}

impl Lab {
    fn new() -> Self {
        let bench = Bench::empty();
        bench.git(&["config", "desk.durability", "fast"]);
        bench.write("desk.yaml", &policy("8h"));
        Self {
            bench,
            opened: Vec::new(),
            clock: NOW - 40 * 86_400,
        }
    }

    fn desk(&self, cache_from: usize) -> Desk {
        let options = Options {
            cache_from,
            durability: Some(Durability::Fast),
            ..Options::default()
        };
        let store = Store::discover(&self.bench.root, options).unwrap();
        Desk::new(
            store,
            World {
                fixed_now: Some(Timestamp::from_unix(self.clock)),
                seed: Some(7),
                act_as: Some("lena".into()),
                utc_offset: 0,
            },
        )
    }

    /// One line of `desk apply`. The life cycle may refuse it; an opening it
    /// never does.
    fn line(&mut self, line: serde_json::Value) {
        self.clock += 40_000;
        let opens = line["action"] == "open";
        let desk = self.desk(50);
        let step = desk.step(Line::from_json(line).unwrap()).unwrap();
        let performed = desk.perform(&[step], false).unwrap();
        for outcome in performed.outcomes {
            let outcome = match outcome {
                Err(error) if opens => panic!("{error}"),
                Err(_) => continue,
                Ok(outcome) => outcome,
            };
            let id = outcome.deeds.ticket.id().to_string();
            if !self.opened.contains(&id) {
                self.opened.push(id);
            }
        }
    }

    fn some(&self, a: usize) -> Option<String> {
        (!self.opened.is_empty()).then(|| self.opened[a % self.opened.len()].clone())
    }

    fn ticket_files(&self) -> Vec<PathBuf> {
        let folder = self.bench.root.join("tickets");
        let mut files: Vec<PathBuf> = match folder.is_dir() {
            true => files_below(&folder).collect(),
            false => Vec::new(),
        };
        files.sort();
        files
    }

    /// Plain git: what it refuses is left undone.
    fn git(&self, args: &[&str]) {
        git_at(&self.bench.root, args);
    }

    fn act(&mut self, (what, a, b): (u8, usize, usize)) {
        let id = self.some(a);
        let pick = |from: &[&str]| from[b % from.len()].to_owned();
        match (what, id) {
            (0..=5, _) | (_, None) => {
                let fields = json!({
                    "action": "open", "title": TITLES[a % TITLES.len()],
                    "level": b % 3 + 1, "priority": format!("P{}", b % 4 + 1),
                    "to": pick(&["desktop", "expert", "frontline"]),
                    "category": pick(&["network/vpn", "networks", "network"]),
                    "requester": pick(&["alice@example.com", "Ünal", "ext 4411"]),
                    "x-room": (b % 13).to_string(),
                    "text": pick(&["the gateway is \"slow\"", "障害\nsecond line", ""]),
                });
                let mut fields = fields;
                if b.is_multiple_of(5) {
                    fields["key"] = json!(pick(&["disk:web1", "disk:web2"]));
                }
                self.line(fields);
            }
            (6, Some(id)) => self.line(json!({"action": "take", "id": id})),
            (7, Some(id)) => self.line(
                json!({"action": "note", "id": id, "text": TITLES[b % TITLES.len()], "by": "marco"}),
            ),
            (8, Some(id)) => self.line(
                json!({"action": "resolve", "id": id, "text": "replaced the gateway"}),
            ),
            (9, Some(id)) => self.line(
                json!({"action": "hold", "id": id, "for": "parts", "until": "2026-11-23"}),
            ),
            (10, Some(id)) => self.line(json!({"action": "close", "id": id})),
            (11, Some(id)) => self.line(
                json!({"action": "escalate", "id": id, "to": "3", "text": "needs rights"}),
            ),
            (12, Some(id)) => {
                let other = self.some(b).unwrap();
                self.line(json!({"action": "link", "id": id, "as": "related", "to": other}));
            }
            (13, Some(id)) => self.line(
                json!({"action": "tag", "id": id, "add": [pick(&["vip", "VIP", "laptop"])]}),
            ),
            (14, _) => self.undo(),
            (15, _) => self.edit(a, "priority: P", "priority: P9 # "),
            (16, _) => self.edit(a, "timeline:", "colour: red\ntimeline:"),
            (17, _) => self.delete(a),
            // Not the first commit: without its policy it is no desk.
            (18, _) if self.bench.git(&["rev-list", "--count", "HEAD"]).trim() == "1" => {}
            (18, _) => self.git(&["revert", "--no-edit", "HEAD"]),
            (19, _) => self.git(&["reset", "-q", "--hard", &format!("HEAD~{}", b % 3)]),
            (20, _) => self.git(&["checkout", "-q", "-b", &format!("b{b}")]),
            (21, _) => self.git(&["checkout", "-q", &pick(&["main", "master", "b1", "b2"])]),
            (22, _) => {
                let branch = pick(&["main", "master", "b1", "b2", "b3"]);
                self.git(&["merge", "-q", "--no-edit", "-X", "ours", &branch]);
                self.git(&["merge", "--abort"]);
            }
            (23, _) => {
                let file = self.bench.root.join("desk.yaml");
                if file.exists() {
                    fs::write(file, policy(&pick(&["4h", "8h", "30h"]))).unwrap();
                    self.git(&["commit", "-q", "-am", "policy"]);
                }
            }
            (24, Some(id)) => self.line(
                json!({"action": "answer", "id": id, "text": "still broken"}),
            ),
            _ => self.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]),
        }
    }

    fn undo(&mut self) {
        self.clock += 40_000;
        let desk = self.desk(50);
        if let Ok(step) = desk.undoing(None) {
            desk.perform(&[step], false).unwrap();
        }
    }

    fn edit(&self, a: usize, old: &str, new: &str) {
        let files = self.ticket_files();
        if files.is_empty() {
            return;
        }
        let file = &files[a % files.len()];
        let text = fs::read_to_string(file).unwrap().replacen(old, new, 1);
        fs::write(file, text).unwrap();
        self.git(&["commit", "-q", "-am", "by hand"]);
    }

    fn delete(&self, a: usize) {
        let files = self.ticket_files();
        if !files.is_empty() {
            fs::remove_file(&files[a % files.len()]).unwrap();
            self.git(&["commit", "-q", "-am", "gone"]);
        }
    }

    /// Everything that can be asked, as text.
    fn answers(&self, cache_from: usize) -> Vec<String> {
        let desk = self.desk(cache_from);
        let snapshot = desk.snapshot().unwrap();
        let mut answers = Vec::new();
        let me = Handle::parse("lena").unwrap();
        let time = |words: &str| desk.past(words).map_err(|error| error.to_string());
        let scope = Scope {
            skills: Vec::new(),
            me: me.clone(),
            clocks: Clocks::of(&snapshot).unwrap(),
            now: Timestamp::from_unix(NOW),
            past_time: &time,
            future_time: &time,
        };
        for (number, terms) in FILTERS.iter().enumerate() {
            let terms: Vec<String> = terms.iter().map(|term| (*term).to_owned()).collect();
            let filter = Filter::parse(&terms, &scope).unwrap();
            let order = Order::parse(ORDERS[number % ORDERS.len()]).unwrap();
            let limit = (number % 3 == 0).then_some(number % 5);
            let listing = desk.list(&snapshot, &filter, &order, limit).unwrap();
            answers.push(format!("{terms:?} {order:?} {limit:?}: {listing:?}"));
            let briefs = desk.briefs(&snapshot, &filter, &order, limit).unwrap();
            answers.push(format!("{terms:?} {order:?} {limit:?}: {briefs:?}"));
        }
        let swept = desk.sweep(&me, true).unwrap();
        let swept: Vec<_> = swept
            .outcomes
            .iter()
            .map(|(step, outcome)| {
                let done = outcome.as_ref().map(|outcome| &outcome.deeds.events);
                format!("{:?}: {:?}", step.which, done.map_err(ToString::to_string))
            })
            .collect();
        answers.push(format!("swept: {swept:#?}"));
        let arena = Arena::default();
        let (lives, _) = desk.lives(&snapshot, None, &arena).unwrap();
        let mut lives: Vec<_> = lives.into_iter().flatten().collect();
        lives.sort_by_key(|life| life.id);
        answers.push(format!("{lives:?}"));
        let mut typed: Vec<String> = ["@", "key:disk:web1", "key:disk:web2", "26", "zz", "INC-1"]
            .map(str::to_owned)
            .to_vec();
        for id in &self.opened {
            let tail = TicketId::parse(id).unwrap().tail().to_owned();
            typed.extend([
                id[..5].to_owned(),
                tail[..2].to_owned(),
                tail[3..].to_owned(),
                tail,
            ]);
        }
        for (typed, found) in typed.iter().zip(desk.find(&snapshot, &typed).unwrap()) {
            let found = found.map_err(|error| format!("{error} {:?}", error.hint()));
            answers.push(format!("{typed}: {:?}", found.as_ref().map(Ticket::id)));
        }
        for id in &self.opened {
            let id = TicketId::parse(id).unwrap();
            answers.push(format!("{id}: {:?}", desk.history(&id).unwrap()));
        }
        let all = Filter::parse(&["is:any".to_owned()], &scope).unwrap();
        for words in [
            "gateway",
            "zurich",
            "drops vpn",
            "raum",
            "障害発生",
            "障",
            "\"; drop",
            "AND",
            "2026",
        ]
        .map(str::to_owned)
        .into_iter()
        .chain(self.opened.first().map(|id| id[7..].to_owned()))
        .chain(
            self.opened
                .first()
                .map(|id| format!("{} gateway", &id[7..10])),
        ) {
            let words: Vec<String> = words.split(' ').map(str::to_owned).collect();
            let (found, count) = desk.search(&snapshot, &words, &all, 5).unwrap();
            let found: Vec<_> = found
                .iter()
                .map(|found| (found.ticket.id(), found.score, &found.title, &found.excerpt))
                .collect();
            answers.push(format!("{words:?}: {count} {found:?}"));
        }
        for question in [
            "select id, blob, status, level, team, live, updated, burning, drift from ticket order by id",
            "select id, seq, e, at, by, did, counts, event.status from event join ticket on n = ticket order by 1, 2, 3",
            "select id, list, value from member join ticket on n = ticket order by 1, 2, 3",
            "select * from damaged",
        ] {
            answers.push(format!(
                "{question}: {:?}",
                desk.sql(&snapshot, question).unwrap()
            ));
        }
        assert_eq!(desk.cache_trouble(), None);
        answers
    }

    fn assert_same(&self) {
        let with = self.answers(0);
        let without = self.answers(usize::MAX);
        assert_eq!(with.len(), without.len());
        for (with, without) in with.iter().zip(&without) {
            assert_eq!(with, without);
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { cases: 12, max_shrink_iters: 60, failure_persistence: None, ..ProptestConfig::default() })]

    #[test]
    fn answers_are_those_of_the_files(
        steps in prop::collection::vec(prop::collection::vec((0..26_u8, 0..40_usize, 0..40_usize), 1..8), 1..6)
    ) {
        let mut lab = Lab::new();
        for batch in steps {
            for step in batch {
                lab.act(step);
            }
            lab.assert_same();
        }
    }
}

fn cache_of(lab: &Lab) -> PathBuf {
    lab.bench.root.join(".git/desk/cache.db")
}

/// A desk of some tickets, and its cache.
fn small() -> Lab {
    let mut lab = Lab::new();
    for number in 0..6 {
        lab.act((0, number, number));
    }
    lab.act((8, 2, 0));
    lab.assert_same();
    lab
}

#[test]
fn a_cache_that_is_gone_or_garbage_is_made_anew() {
    let lab = small();
    let file = cache_of(&lab);
    fs::remove_dir_all(file.parent().unwrap()).unwrap();
    lab.assert_same();
    let whole = fs::read(&file).unwrap();
    fs::write(&file, "no database").unwrap();
    lab.assert_same();
    fs::write(&file, &whole[..whole.len() / 2]).unwrap();
    lab.assert_same();
    let mut holes = whole.clone();
    for place in (5_000..holes.len()).step_by(3_000) {
        holes[place..]
            .iter_mut()
            .take(64)
            .for_each(|byte| *byte ^= 0x5a);
    }
    fs::write(&file, &holes).unwrap();
    // What is still as it should be may answer; what is not is noticed.
    lab.desk(0)
        .list(
            &lab.desk(0).snapshot().unwrap(),
            &everything(),
            &Order::burning(),
            None,
        )
        .unwrap();
    fs::write(&file, "").unwrap();
    lab.assert_same();
}

fn everything() -> Filter {
    let never = |_: &str| Err(String::new());
    let scope = Scope {
        skills: Vec::new(),
        me: Handle::parse("lena").unwrap(),
        clocks: Clocks::default(),
        now: Timestamp::from_unix(NOW),
        past_time: &never,
        future_time: &never,
    };
    Filter::parse(&["is:any".to_owned()], &scope).unwrap()
}

#[test]
fn another_version_or_an_earlier_run_of_the_machine_is_not_trusted() {
    let lab = small();
    for column in [
        "version = 0",
        "code = 'x'",
        "boot = 'x'",
        "prefix = 'x'",
        "head = '', tree = ''",
    ] {
        let conn = rusqlite::Connection::open(cache_of(&lab)).unwrap();
        conn.execute_batch(&format!(
            "UPDATE meta SET {column}; UPDATE ticket SET status = 'wrong'; DELETE FROM body"
        ))
        .unwrap();
        drop(conn);
        lab.assert_same();
    }
}

#[test]
fn where_nothing_can_be_written_the_files_answer() {
    let lab = small();
    let folder = lab.bench.root.join(".git/desk");
    fs::remove_dir_all(&folder).unwrap();
    // A file where the folder should be stops even root.
    fs::write(&folder, "").unwrap();
    let desk = lab.desk(0);
    let snapshot = desk.snapshot().unwrap();
    let listing = desk
        .list(&snapshot, &everything(), &Order::burning(), None)
        .unwrap();
    assert_eq!(listing.tickets.len(), 6);
    assert!(desk.cache_trouble().unwrap().contains("desk"));
    let found = desk.search(&snapshot, &["gateway".into()], &everything(), 9);
    assert!(found.unwrap().1 > 0);
    let counted = desk.sql(&snapshot, "select count(*) from ticket").unwrap();
    assert_eq!(format!("{:?}", counted.rows), "[[Integer(6)]]");
}

#[test]
fn sql_only_reads() {
    let lab = small();
    let elsewhere = lab.bench.tmp.path().join("x.db");
    let attach = format!("attach '{}' as x", elsewhere.display());
    let vacuum = format!("vacuum into '{}'", elsewhere.display());
    for cache_from in [0, usize::MAX] {
        let desk = lab.desk(cache_from);
        let snapshot = desk.snapshot().unwrap();
        for refused in [
            "delete from ticket",
            "select 1; select 2",
            &attach,
            "pragma writable_schema = 1",
            "create temp table x (y)",
            "select * from nothing",
            "",
            "update ticket set id = 'x' returning id",
            &vacuum,
        ] {
            let error = desk.sql(&snapshot, refused).unwrap_err();
            assert!(error.to_string().starts_with("SQL: "), "{refused}: {error}");
        }
    }
    assert!(!elsewhere.exists());
    lab.assert_same();
}

#[test]
fn many_readers_and_writers_agree() {
    let lab = small();
    std::thread::scope(|scope| {
        let lab = &lab;
        for reader in 0..4_usize {
            scope.spawn(move || {
                for round in 0..12_usize {
                    if (round + reader).is_multiple_of(4) {
                        // Whoever deletes the cache harms nobody.
                        let store = Store::discover(&lab.bench.root, Options::default()).unwrap();
                        store.drop_cache().unwrap();
                    }
                    if reader == 0 {
                        lab.git(&["commit", "-q", "--allow-empty", "-m", "nothing"]);
                        lab.git(&["revert", "--no-edit", "HEAD~1"]);
                    }
                    let desk = lab.desk(0);
                    let snapshot = desk.snapshot().unwrap();
                    let with = desk
                        .list(&snapshot, &everything(), &Order::burning(), None)
                        .unwrap();
                    let desk = lab.desk(usize::MAX);
                    let snapshot = desk
                        .store()
                        .snapshot_at(snapshot.commit().unwrap())
                        .unwrap();
                    let without = desk
                        .list(&snapshot, &everything(), &Order::burning(), None)
                        .unwrap();
                    assert_eq!(format!("{with:?}"), format!("{without:?}"));
                }
            });
        }
    });
    lab.assert_same();
}
