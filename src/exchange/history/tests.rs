//! Histories made of rows, seen as events.

use super::*;
use crate::exchange::row::Row;
use crate::ticket::value::Value;
use proptest::prelude::*;

const SNAPSHOT: &str = "\
source: demo
format: csv
missing: ['?']
shape: snapshot
case: number
ties: [count]
time: {column: at}
opened: opened
actor: by
state: state
status:
  from: state
  words: {New: new, Active: in-progress, Waiting: pending vendor, Done: resolved, Closed: closed}
fields:
  title: {template: 'Case {number}'}
  team: team
  level: {column: team, match: '(\\d)$'}
  assignee: who
  priority: {column: priority}
";

/// A log of one case: rows as `at by state team who`, split at spaces.
struct Log {
    names: Names,
    rows: Vec<Row>,
}

const COLUMNS: [&str; 9] = [
    "number", "at", "by", "state", "team", "who", "priority", "opened", "count",
];

impl Log {
    fn of(lines: &[&str]) -> Self {
        let mut names = Names::default();
        let mut rows = Vec::new();
        for line in lines {
            let mut row = Row {
                number: rows.len() as u64 + 1,
                ..Row::default()
            };
            let values = std::iter::once("INC1").chain(line.split(' '));
            for (name, value) in COLUMNS.iter().zip(values) {
                let value = if value == "?" { "" } else { value };
                row.put(names.intern(name), value.to_owned());
            }
            rows.push(row);
        }
        Self { names, rows }
    }

    /// Imports onto a ticket; the ticket after it, and what was made.
    fn onto(&self, mapping: &str, there: Option<Ticket>) -> (Ticket, Made) {
        let mapping = Mapping::read(mapping.as_bytes()).unwrap();
        let attributes = Attributes::default();
        let mut plan = Plan::new(&mapping, &self.names, &attributes);
        let case = Case {
            key: "INC1".into(),
            rows: self.rows.clone(),
        };
        let mut end = there.clone();
        let made = plan
            .case::<NoId>(
                &case,
                &mut |_| Ok(there.clone()),
                &mut |before, after, event| {
                    let known = end.as_ref().map(|ticket| ticket.header().clone());
                    assert_eq!(known.unwrap_or_default(), *before);
                    assert_eq!(after.timeline().last(), Some(&event));
                    end = Some(after.clone());
                    Ok(())
                },
            )
            .unwrap();
        (end.unwrap(), made)
    }
}

fn told(ticket: &Ticket) -> String {
    let mut lines = Vec::new();
    for event in ticket.timeline() {
        let set: Vec<String> = event
            .set
            .entries()
            .into_iter()
            .map(|(name, value)| format!("{name}={}", value.map_or("-".into(), |value| value.text)))
            .collect();
        let recorded = event
            .recorded
            .map_or(String::new(), |at| format!(" recorded {at}"));
        lines.push(format!(
            "{} {} {} {}{recorded} {}",
            event.n,
            event.at,
            event.by,
            event.did,
            set.join(" ")
        ));
    }
    lines.join("\n")
}

fn conflicts(made: &Made) -> String {
    let told = made.conflicts.iter();
    told.map(|one| format!("row {}: {}: {}", one.row, one.sort.word(), one.what))
        .collect::<Vec<_>>()
        .join("\n")
}

#[test]
fn differences_of_snapshots_become_events() {
    let log = Log::of(&[
        "2026-03-02T09:05 tool New a-1 ? P3 2026-03-02T09:00 0",
        "2026-03-02T09:10 lena New a-1 lena P3 2026-03-02T09:00 1",
        "2026-03-02T09:20 lena Active b-2 ? P2 2026-03-02T09:00 2",
        "2026-03-02T09:30 omar Active b-2 omar P2 2026-03-02T09:00 3",
        "2026-03-02T09:40 omar Waiting b-2 omar P2 2026-03-02T09:00 4",
        "2026-03-02T09:41 omar Waiting b-2 omar P2 2026-03-02T09:00 5",
        "2026-03-02T10:00 omar Active b-2 omar P2 2026-03-02T09:00 6",
        "2026-03-02T10:10 omar Active a-1 ? P2 2026-03-02T09:00 7",
        "2026-03-02T11:00 lena Done a-1 lena P2 2026-03-02T09:00 8",
        "2026-03-02T12:00 tool Closed a-1 lena P2 2026-03-02T09:00 9",
        "2026-03-02T13:00 tool Active a-1 lena P2 2026-03-02T09:00 10",
    ]);
    let (ticket, made) = log.onto(SNAPSHOT, None);
    insta::assert_snapshot!(told(&ticket), @r"
    1 2026-03-02T09:00:00Z tool open recorded 2026-03-02T09:05:00Z kind=incident title=Case INC1 status=new priority=P3 level=1 team=a-1
    2 2026-03-02T09:10:00Z lena take assignee=lena
    3 2026-03-02T09:20:00Z lena escalate status=in-progress priority=P2 level=2 team=b-2 assignee=-
    4 2026-03-02T09:30:00Z omar take assignee=omar
    5 2026-03-02T09:40:00Z omar hold status=pending cause=vendor
    6 2026-03-02T09:41:00Z omar note 
    7 2026-03-02T10:00:00Z omar resume status=in-progress cause=-
    8 2026-03-02T10:10:00Z omar handback level=1 team=a-1 assignee=-
    9 2026-03-02T11:00:00Z lena resolve status=resolved assignee=lena
    10 2026-03-02T12:00:00Z tool close status=closed
    11 2026-03-02T13:00:00Z tool reopen status=in-progress
    ");
    assert_eq!(conflicts(&made), "");
    assert_eq!(ticket.opened().text(), "2026-03-02T09:00:00Z");
    assert_eq!(ticket.header().refs.first().unwrap().as_str(), "INC1");
    assert!(
        ticket
            .timeline()
            .iter()
            .all(|event| event.details.state.is_some())
    );
}

#[test]
fn what_does_not_fit_is_told_and_stays() {
    let log = Log::of(&[
        "2026-03-02T09:00 lena New a-1 ? P3 ? 0",
        "2026-03-02T09:20 lena Gone a-1 ? P12 ? 2",
        "2026-03-02T09:10 lena Closed a-1 ? P3 ? 1",
        "2026-03-02T09:10 lena Closed a-1 ? P3 ? 1",
        "? lena Done A+1 ? P3 ? 3",
        "2026-03-02T08:50 lena Done a_1 ? P3 2026-03-02T08:55 9",
    ]);
    let mapping = SNAPSHOT.replace("shape:", "order: file\nshape:");
    let (ticket, made) = log.onto(&mapping, None);
    insta::assert_snapshot!(conflicts(&made), @r#"
    row 3: out-of-order: 2026-03-02T09:10:00Z after 2026-03-02T09:20:00Z
    row 4: repeated: seen 2 times
    row 5: no-time: 
    row 6: out-of-order: 2026-03-02T08:50:00Z after 2026-03-02T09:10:00Z
    row 2: bad-value: priority: "P12" is not a priority from P1 to P9
    row 2: unknown-status: Gone
    row 3: illegal-move: close while it was new
    row 5: illegal-move: resolve while it was closed
    row 6: illegal-move: assign while it was resolved
    row 6: before-opening: 2026-03-02T08:50:00Z before 2026-03-02T09:00:00Z
    "#);
    assert_eq!(ticket.timeline().len(), 6);
    let (by_time, _) = log.onto(SNAPSHOT, None);
    let times: Vec<i64> = by_time
        .timeline()
        .iter()
        .map(|event| event.at.unix())
        .collect();
    assert!(times.is_sorted(), "{times:?}");
}

const ACTIVITY: &str = "\
source: demo
format: csv
shape: activity
case: number
ties: [count]
time: {column: at}
actor: by
activity: state
activities:
  Open: {did: open}
  Moved: {did: assign}
  Waiting: {did: hold, status: pending vendor}
  Mail: {did: reply}
  Closed: {did: close, status: closed}
fields:
  title: {constant: Case}
  team: team
";

#[test]
fn activities_do_what_the_mapping_says() {
    let log = Log::of(&[
        "2026-03-02T09:00 lena Open a ? ? ? 1",
        "2026-03-02T09:00 lena Moved b ? ? ? 10",
        "2026-03-02T09:00 lena Mail b ? ? ? 9",
        "2026-03-02T09:30 lena Waiting ? ? ? ? 11",
        "2026-03-02T09:40 lena Knock b ? ? ? 12",
        "2026-03-02T09:50 lena Open b ? ? ? 13",
        "2026-03-02T10:00 lena Closed b ? ? ? 14",
    ]);
    let (ticket, made) = log.onto(ACTIVITY, None);
    insta::assert_snapshot!(told(&ticket), @r"
    1 2026-03-02T09:00:00Z lena open kind=incident title=Case status=new team=a
    2 2026-03-02T09:00:00Z lena reply team=b
    3 2026-03-02T09:00:00Z lena assign 
    4 2026-03-02T09:30:00Z lena hold status=pending cause=vendor
    5 2026-03-02T09:40:00Z lena note 
    6 2026-03-02T09:50:00Z lena note 
    7 2026-03-02T10:00:00Z lena close status=closed cause=-
    ");
    insta::assert_snapshot!(conflicts(&made), @r"
    row 5: unknown-activity: Knock
    row 6: illegal-move: open while it was pending
    row 7: illegal-move: close while it was pending
    ");
    let activities = ticket
        .timeline()
        .iter()
        .map(|event| event.details.activity.as_deref());
    let activities: Vec<_> = activities.flatten().collect();
    assert_eq!(
        activities.join(" "),
        "Open Mail Moved Waiting Knock Open Closed"
    );
}

#[test]
fn a_longer_log_adds_what_is_new_and_keeps_what_people_did() {
    let lines = [
        "2026-03-02T09:00 lena New a-1 ? P3 ? 0",
        "2026-03-02T09:10 lena Active a-1 lena P3 ? 1",
        "2026-03-02T09:20 lena Active b-2 ? P3 ? 2",
    ];
    let (half, _) = Log::of(&lines[..2]).onto(SNAPSHOT, None);
    let mut set = crate::ticket::Patch::default();
    set.put("priority", Some("P1")).unwrap();
    let own = Event {
        e: EventId::parse("4tq8z").unwrap(),
        n: 3,
        did: Verb::Set,
        set,
        ..half.timeline()[1].clone()
    };
    let half = evolve(half, vec![own]);
    let (whole, made) = Log::of(&lines).onto(SNAPSHOT, Some(half.clone()));
    assert_eq!((made.new, made.old, made.known), (1, 2, true));
    assert_eq!(whole.header().priority.unwrap().text(), "P1");
    assert_eq!(whole.header().team.as_ref().unwrap().as_str(), "b-2");

    let early = "2026-03-02T09:05 lena New z-3 ? P3 ? 0";
    let log = Log::of(&[lines[0], early, lines[1], lines[2]]);
    let (late, made) = log.onto(SNAPSHOT, Some(whole.clone()));
    assert_eq!(made.new, 1);
    assert_eq!(made.conflicts[0].sort, Sort::Late);
    assert_eq!(late.header(), whole.header());
}

#[test]
fn an_id_that_another_ticket_has_is_not_taken() {
    let log = Log::of(&["2026-03-02T09:00 lena New a-1 ? P3 ? 0"]);
    let (free, _) = log.onto(SNAPSHOT, None);
    let mapping = Mapping::read(SNAPSHOT.as_bytes()).unwrap();
    let attributes = Attributes::default();
    let mut plan = Plan::new(&mapping, &log.names, &attributes);
    let case = Case {
        key: "INC1".into(),
        rows: log.rows.clone(),
    };
    let mut other = free.timeline().to_vec();
    other[0].e = EventId::parse("4tq8z").unwrap();
    let other = Ticket::fold(free.id().clone(), other);
    let mut end = None;
    let taken = free.id().clone();
    plan.case::<NoId>(
        &case,
        &mut |id| Ok((id == &taken).then(|| other.clone())),
        &mut |_, after, _| {
            end = Some(after.clone());
            Ok(())
        },
    )
    .unwrap();
    let end = end.unwrap();
    assert_ne!(end.id(), free.id());
    assert_eq!(end.id().as_str()[..6], free.id().as_str()[..6]);
    assert_eq!(end.header(), free.header());
}

proptest! {
    /// However a log is cut, importing the parts one after the other ends with
    /// the ticket that the whole makes.
    #[test]
    fn parts_end_as_the_whole(
        states in prop::collection::vec((0usize..6, 0usize..3), 1..12),
        cut in 0usize..12,
    ) {
        let words = ["New", "Active", "Waiting", "Done", "Closed", "Other"];
        let teams = ["a-1", "b-2", "?"];
        let lines: Vec<String> = states
            .iter()
            .enumerate()
            .map(|(minute, (state, team))| {
                format!("2026-03-02T09:{minute:02} lena {} {} ? P3 ? 0", words[*state], teams[*team])
            })
            .collect();
        let lines: Vec<&str> = lines.iter().map(String::as_str).collect();
        let cut = cut.clamp(1, lines.len());
        let (whole, _) = Log::of(&lines).onto(SNAPSHOT, None);
        let (part, _) = Log::of(&lines[..cut]).onto(SNAPSHOT, None);
        let (joined, _) = Log::of(&lines).onto(SNAPSHOT, Some(part));
        prop_assert_eq!(&joined, &whole);
        prop_assert_eq!(whole.timeline().len(), lines.len());
        // Again: nothing is new.
        let (again, made) = Log::of(&lines).onto(SNAPSHOT, Some(whole.clone()));
        prop_assert_eq!(made.new, 0);
        prop_assert_eq!(again, whole);
    }
}
