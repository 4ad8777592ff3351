//! What people's edits of a ticket's file read as, and what is said of those
//! that can't be read.

use crate::tickets;
use std::fmt::Write as _;
use tierdesk::store::yaml::{MAX_BYTES, Stored, YamlErrorKind, read_ticket, write_ticket};
use tierdesk::ticket::Verb;

const FILE: &str = include_str!("design.yaml");

fn read(text: &str) -> Stored {
    read_ticket(&tickets::id(), text.as_bytes())
        .unwrap_or_else(|error| panic!("{error} ({})", error.hint))
}

/// What is said of a file's bytes.
fn complaint(bytes: &[u8]) -> String {
    let error = read_ticket(&tickets::id(), bytes).unwrap_err();
    format!("{error}; {}", error.hint)
}

/// The file with one thing replaced, which must be there.
fn edited(from: &str, to: &str) -> String {
    assert!(FILE.contains(from), "{from}");
    FILE.replacen(from, to, 1)
}

/// A ticket with these lines in its header.
fn with(lines: &str) -> String {
    format!(
        "schema: 1\nid: 261123-k7f3q2\n{lines}\ntimeline:\n\
         - {{e: 4tq8z, n: 1, at: 2026-11-23T09:14:03Z, by: lena, did: open}}\n"
    )
}

fn declared(lines: &str) -> String {
    let mut out = String::new();
    let stored = read(&with(lines));
    for (name, value) in stored.declared.entries() {
        writeln!(out, "{name}={}", value.text).unwrap();
    }
    for (name, members) in stored.declared.lists() {
        let members: Vec<_> = members.iter().map(|member| member.text.as_str()).collect();
        writeln!(out, "{name}={}", members.join(",")).unwrap();
    }
    out
}

#[test]
fn what_a_person_writes_bare_is_text() {
    for (written, meant) in [
        ("title: 12", "12"),
        ("title: no", "no"),
        ("title: 1.10", "1.10"),
        ("title: 0x1F", "0x1F"),
        ("title: 1:30", "1:30"),
        ("title: 2026-01-02", "2026-01-02"),
        ("title: 'null'", "null"),
        ("title: it's, [well] {done}", "it's, [well] {done}"),
        ("title: R&D *and* more!", "R&D *and* more!"),
        ("title: \"tab\\x41\\u00e9\"", "tabAé"),
        ("title: VPN drops  # since Friday", "VPN drops"),
        (
            "title:\n  VPN drops\n  after sleep",
            "VPN drops after sleep",
        ),
        (
            "title: >-\n  VPN drops\n  after sleep",
            "VPN drops after sleep",
        ),
        ("\"title\": x", "x"),
    ] {
        assert_eq!(declared(written), format!("title={meant}\n"), "{written}");
    }
}

#[test]
fn any_legal_style_is_read() {
    let lines = "# A comment.\ntags:\n  - b   # why\n  - 'a'\ncc: [ \"x, y\", z ]\n\
                 {}\nlevel: \"L2\"\npriority: p1\ntitle: ~\nrequester:\nx-room: 1.10\nlinks: []";
    assert_eq!(
        declared(&lines.replace("{}", "")),
        "priority=P1\nlevel=2\nx-room=1.10\ncc=x, y,z\ntags=a,b\n"
    );
    let json = r#"{"schema": 1, "id": "261123-k7f3q2", "title": "a", "timeline": [
        {"e": "4tq8z", "n": 1, "at": "2026-11-23T10:14:03.5+01:00", "by": "lena", "did": "open",
         "text": "a\tb\ud83d\udd25"}]}"#;
    // YAML has no surrogate pairs; everything else of JSON is YAML.
    let stored = read(&json.replace("\\ud83d\\udd25", "\\U0001f525"));
    assert_eq!(stored.ticket.timeline()[0].text.as_deref(), Some("a\tb🔥"));
    assert_eq!(stored.ticket.opened().to_string(), "2026-11-23T09:14:03Z");
    let block = read(&format!("%YAML 1.1\n---\n{}...\n", FILE));
    assert_eq!(block, read(FILE));
    assert_eq!(read(&format!("\u{feff}{FILE}")), read(FILE));
    assert_eq!(read(&FILE.replace('\n', "\r\n")), read(FILE));
}

#[test]
fn comments_and_style_are_lost_on_the_next_write() {
    let file = edited("status: in-progress", "status: 'in-progress' # at last");
    assert_eq!(write_ticket(&read(&file).ticket), FILE);
}

#[test]
fn events_in_any_order_are_one_ticket() {
    let (first, rest) = FILE.split_once("- {e: 9wm2c").unwrap();
    let (second, third) = rest.split_once('\n').unwrap();
    let swapped = format!("{first}{third}- {{e: 9wm2c{second}\n");
    assert_ne!(swapped, FILE);
    assert_eq!(read(&swapped), read(FILE));
}

#[test]
fn a_hand_edit_of_the_header_is_drift() {
    assert_eq!(read(FILE).drift(), None);
    let file = edited("team: desktop", "team: network\ntags: [vip]").replace("owner: lena\n", "");
    let stored = read(&file);
    assert_eq!(stored.ticket, read(FILE).ticket);
    let (set, add, del) = stored.drift().unwrap();
    let set: Vec<_> = set
        .entries()
        .into_iter()
        .map(|(name, value)| (name, value.map(|value| value.text)))
        .collect();
    assert_eq!(
        set,
        [
            ("team".to_owned(), Some("network".to_owned())),
            ("owner".to_owned(), None)
        ]
    );
    assert_eq!(add.entries().len(), 1);
    assert!(del.is_empty());
    let mut adopted = stored.ticket.header().clone();
    let (set, add, del) = stored.drift().unwrap();
    adopted.apply(&set, &add, &del);
    assert_eq!(adopted, stored.declared);

    let opened = read(&edited("opened: 2026-11-23", "opened: 2026-11-22"));
    let declared = tierdesk::ticket::value::Value::parse("2026-11-22T09:14:03Z").ok();
    assert_eq!(opened.declared_opened, declared);
    assert_ne!(opened.declared_opened, Some(opened.ticket.opened()));
    assert_eq!(
        read(&edited("opened: 2026-11-23T09:14:03Z\n", "")).declared_opened,
        None
    );
}

#[test]
fn a_newer_file_is_readable() {
    let file = edited("schema: 1", "schema: 2")
        .replace(
            "team: desktop\n",
            "team: {name: desktop}\nshift: [night]\nflag: true\n",
        )
        .replace("did: accept", "did: juggle, with: {balls: 3}")
        .replace("level: 2, team", "level: many, colour: red, team");
    let stored = read(&file);
    assert!(stored.is_newer());
    assert_eq!(stored.schema, 2);
    assert_eq!(stored.drift(), None);
    assert_eq!(stored.ticket.title(), "VPN drops after laptop sleep");
    assert_eq!(stored.ticket.timeline()[2].did, Verb::Other);
    let last = file.replace("schema: 2\n", "") + "schema: 2\n";
    assert_eq!(read(&last), stored);
}

#[test]
fn complaints_name_the_line_and_what_to_do() {
    let event = "- {e: 4tq8z, n: 1, at: 2026-11-23T09:14:03Z, by: lena, did: open}\n";
    let files = [
        edited("title:", "titel:"),
        edited("team: desktop\n", "team: desktop\ncolour: red\n"),
        edited("team: desktop\n", "team: desktop\ntext: long\n"),
        edited("team: desktop\n", "team: desktop\ntitle: again\n"),
        edited("team: desktop\n", "team: [desktop]\n"),
        edited("team: desktop\n", "team: {name: desktop}\n"),
        edited("team: desktop\n", "team: desk top\n"),
        edited("team: desktop\n", "tags: vip\n"),
        edited("team: desktop\n", "tags: [[vip]]\n"),
        edited("team: desktop\n", "x-: 1\n"),
        edited("team: desktop\n", "[a]: 1\n"),
        edited("team: desktop\n", "until: 2026-02-30T10:00:00Z\n"),
        edited("team: desktop\n", "until: tomorrow\n"),
        edited("team: desktop\n", "priority: high\n"),
        edited("status: in-progress", "status: in-progres"),
        edited("schema: 1", "schema: one"),
        edited("schema: 1", "schema: 0"),
        edited("schema: 1\n", ""),
        edited("id: 261123-k7f3q2", "id: 261123-000000"),
        edited("id: 261123-k7f3q2", "id: 7"),
        edited("id: 261123-k7f3q2\n", ""),
        FILE.split("timeline").next().unwrap().to_owned(),
        FILE.split("- e:").next().unwrap().to_owned(),
        edited("did: open", "did: note"),
        edited("did: accept", "did: acept"),
        edited("did: accept", "did: frobnicate"),
        edited("did: accept, ", ""),
        edited("n: 3", "n: -3"),
        edited("n: 3", "n: 3, n: 3"),
        edited("n: 3", "level: 3"),
        edited("e: p03xk", "e: x!"),
        edited("by: marco", "by: ~"),
        edited(
            "set: {status: in-progress,",
            "set: {status: in-progress, tags: [a],",
        ),
        edited(
            "set: {status: in-progress,",
            "add: {level: 2}, set: {status: in-progress,",
        ),
        edited(
            "set: {status: in-progress,",
            "set: {status: in-progress, status: new,",
        ),
        edited("- {e: p03xk", "- nonsense\n- {e: p03xk"),
        edited("tried: [reinstalled client]", "tried: reinstalled"),
        edited("2026-11-23T09:31:10Z", "2026-11-31T09:31:10Z"),
        edited("2026-11-23T09:31:10Z", "2026-11-23T09:31:10"),
        edited("team: desktop\n", "team: &t desktop\n"),
        edited("team: desktop\n", "team: *t\n"),
        edited("team: desktop\n", "team: !!str desktop\n"),
        edited("team: desktop\n", "<<: {team: desktop}\n"),
        edited(
            "team: desktop\n",
            "<<<<<<< HEAD\nteam: desktop\n=======\n>>>>>>> b\n",
        ),
        edited("team: desktop\n", "team: \u{1b}[31m\n"),
        edited("team: desktop\n", "\tteam: desktop\n"),
        edited("team: desktop\n", "team: desktop: two\n"),
        edited("team: desktop\n", "team: \"desktop\n"),
        edited("was: {status: queued}}", "was: {status: queued}"),
        format!("{FILE}---\n{FILE}"),
        String::new(),
        "# nothing\n".to_owned(),
        "just words\n".to_owned(),
        event.to_owned(),
        "\u{0}\u{0}\u{0}".to_owned(),
    ];
    let complaints: Vec<_> = files
        .iter()
        .map(|file| complaint(file.as_bytes()))
        .collect();
    insta::assert_snapshot!(complaints.join("\n"), @r#"
    line 4: there is no field `titel`; did you mean `title`?
    line 9: there is no field `colour`; fields of your own begin with x-, such as x-room
    line 9: there is no field `text`; long text lives in the timeline
    line 9: `title` stands here twice; keep one of the two lines
    line 8: team: found a list, not a single value; write a single value here
    line 8: team: found a mapping, not a single value; write a single value here
    line 8: team: "desk top" is not a name: letters, digits and . _ - + @, no spaces; correct it, or undo the edit: git diff -- FILE
    line 8: tags: found "vip", not a list such as [a, b]; write a list such as [a, b] here
    line 8: tags[0]: found a list, not text; write text here
    line 8: x-: "x-" is not a field name such as x-room: x- and lower-case letters, digits or -; correct it, or undo the edit: git diff -- FILE
    line 8: found a list, not the name of a field; write the name of a field here
    line 8: until: "2026-02-30T10:00:00Z" is not a time such as 2026-11-23T09:14:03Z; check that the day and the hour exist, and that it ends in Z or an offset such as +01:00
    line 8: until: "tomorrow" is not a time such as 2026-11-23T09:14:03Z; correct it, or undo the edit: git diff -- FILE
    line 8: `priority` stands here twice; keep one of the two lines
    line 5: status: "in-progres" is not a status; did you mean `in-progress`?
    line 1: schema: "one" is not a whole number up to 1000000000; correct it, or undo the edit: git diff -- FILE
    line 1: there is no schema 0; this version of desk writes schema 1
    line 1: `schema` is missing; the first line is: schema: 1
    line 2: this is 261123-000000, but the file lies where 261123-k7f3q2 belongs; move it to tickets/2026/11/23/000000.yaml, or undo what renamed it: git log --follow -- FILE
    line 2: id: "7" is not a ticket id such as 261123-k7f3q2; correct it, or undo the edit: git diff -- FILE
    line 1: `id` is missing; add: id: 261123-k7f3q2
    line 1: `timeline` is missing; events are never removed: see git log -p -- FILE and bring it back
    line 15: the timeline has no `open` event; events are never removed: see git log -p -- FILE and bring it back
    line 16: the timeline has no `open` event; events are never removed: see git log -p -- FILE and bring it back
    line 25: did: "acept" is not a verb; did you mean `accept`?
    line 25: did: "frobnicate" is not a verb; it is one of: open assign take accept escalate decline handback hold resume note reply answer resolve close reopen cancel duplicate set tag link repeat retract adopt call join pass leave warn breach notify rejudge other
    line 25: the event that begins here has no `did`; an event has at least e, n, at, by and did; desk writes them for you
    line 25: n: "-3" is not a whole number up to 1000000000; correct it, or undo the edit: git diff -- FILE
    line 25: `n` stands here twice; keep one of the two lines
    line 25: there is no field `level`; new values of fields stand under `set`
    line 25: e: "x!" is not an event's identity such as 4tq8z; correct it, or undo the edit: git diff -- FILE
    line 25: by: "~" is not a handle: letters, digits and . _ - + @, no spaces; correct it, or undo the edit: git diff -- FILE
    line 25: there is no field `tags`; it is a list: members stand under `add` and `del`
    line 25: there is no field `level`; it is a single field: its value stands under `set`
    line 25: `status` stands here twice; keep one of the two lines
    line 25: timeline[2]: found "nonsense", not an event such as {e: 4tq8z, n: 1, at: …, by: …, did: …}; write an event such as {e: 4tq8z, n: 1, at: …, by: …, did: …} here
    line 24: timeline[1].tried: found "reinstalled", not a list such as [a, b]; write a list such as [a, b] here
    line 25: at: "2026-11-31T09:31:10Z" is not a time such as 2026-11-23T09:14:03Z; check that the day and the hour exist, and that it ends in Z or an offset such as +01:00
    line 25: at: "2026-11-23T09:31:10" is not a time such as 2026-11-23T09:14:03Z; check that the day and the hour exist, and that it ends in Z or an offset such as +01:00
    line 8: an anchor (&) is not taken here; if it is meant as text, put it in double quotes; if not, write the value out
    line 8: an alias (*) is not taken here; if it is meant as text, put it in double quotes; if not, write the value out
    line 8: a tag (!) is not taken here; if it is meant as text, put it in double quotes; if not, write the value out
    line 8: there is no field `<<`; fields of your own begin with x-, such as x-room
    line 8: unresolved merge conflict, line 8; desk merges tickets by itself: git checkout --merge -- FILE, or remove the markers and keep the events of both sides
    line 8: the character U+001B can't stand in YAML; remove it, or write "\u001b" within double quotes
    line 8: not YAML: found a tab character that violates indentation (while scanning a plain scalar that begins in line 7); check quotes, brackets and indentation here and on the line above
    line 8: not YAML: mapping values are not allowed in this context; check quotes, brackets and indentation here and on the line above
    line 26: not YAML: found unexpected end of stream (while scanning a quoted scalar that begins in line 8); check quotes, brackets and indentation here and on the line above
    line 26: not YAML: did not find expected ',' or '}' (while parsing a flow mapping that begins in line 25); check quotes, brackets and indentation here and on the line above
    line 26: a second document begins here; one file holds one document: remove `---` and what follows
    line 1: the file is empty; bring it back with git: git checkout -- FILE
    line 1: the file is empty; bring it back with git: git checkout -- FILE
    line 1: found "just words", not the fields of a ticket; write the fields of a ticket here
    line 1: found a list, not the fields of a ticket; write the fields of a ticket here
    line 1: the character U+0000 can't stand in YAML; remove it, or write "\u0000" within double quotes
    "#);
}

#[test]
fn bytes_that_are_no_text_are_named() {
    let utf16: Vec<u8> = FILE.encode_utf16().flat_map(u16::to_le_bytes).collect();
    let marked = [&[0xff, 0xfe][..], &utf16].concat();
    let latin = FILE.replace("VPN", "caf\u{e9}").replace('…', ".");
    let latin: Vec<u8> = latin.chars().map(|c| u8::try_from(c).unwrap()).collect();
    let large = format!("{FILE}#{}\n", "x".repeat(MAX_BYTES));
    let complaints = [&marked, &latin, large.as_bytes()]
        .map(complaint)
        .join("\n");
    insta::assert_snapshot!(complaints, @r"
    line 1: the file is UTF-16; save it as UTF-8 in your editor
    line 4: not UTF-8; save the file as UTF-8 in your editor
    line 1: the file has 5000937 bytes; at most 5000000 are read; move long texts into attachments
    ");
    let kind = |bytes: &[u8]| read_ticket(&tickets::id(), bytes).unwrap_err().kind;
    assert_eq!(kind(&marked), YamlErrorKind::Encoding);
    assert_eq!(kind(large.as_bytes()), YamlErrorKind::TooLarge);
}
