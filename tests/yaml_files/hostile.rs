//! Files by people who mean harm, or by accident: no panic, and no work beyond
//! the size of the file.

use crate::{corpus, tickets};
use proptest::prelude::*;
use proptest::sample::{Index, select};
use tierdesk::store::yaml::{YamlErrorKind, read_policy, read_roster, read_ticket, write_ticket};
use tierdesk::ticket::{Event, Ticket};

const FILE: &str = include_str!("design.yaml");
const POLICY: &str = include_str!("desk.yaml");
const PEOPLE: &str = include_str!("people.yaml");

/// Reads it as everything it could be. What is read as a ticket must be
/// writable, and mean the same again.
fn read_all(bytes: &[u8]) {
    if let Ok(stored) = read_ticket(&tickets::id(), bytes)
        && !stored.is_newer()
    {
        let written = write_ticket(&stored.ticket);
        let again = read_ticket(&tickets::id(), written.as_bytes()).unwrap();
        assert_eq!(again.ticket, stored.ticket);
        assert_eq!(again.drift(), None);
    }
    let policy = read_policy(POLICY.as_bytes()).unwrap();
    drop(read_policy(bytes));
    drop(read_roster(bytes, &policy));
}

#[derive(Debug, Clone)]
enum Edit {
    Insert(Index, Vec<u8>),
    Remove(Index, usize),
    Swap(Index, Index),
    Repeat(Index, usize),
}

fn edit() -> impl Strategy<Value = Edit> {
    let piece = prop_oneof![
        select(corpus::PIECES).prop_map(|piece| piece.as_bytes().to_vec()),
        prop::collection::vec(any::<u8>(), 1..4),
        select(vec![
            "schema: 2\n",
            "\n- {",
            "x-a: ",
            "set: {",
            "? ",
            "~: ",
            "{}: ",
            "- - ",
            "[[",
            "? [a]\n: b\n"
        ])
        .prop_map(|piece| piece.as_bytes().to_vec()),
    ];
    prop_oneof![
        4 => (any::<Index>(), piece).prop_map(|(at, piece)| Edit::Insert(at, piece)),
        2 => (any::<Index>(), 1_usize..40).prop_map(|(at, count)| Edit::Remove(at, count)),
        1 => (any::<Index>(), any::<Index>()).prop_map(|(a, b)| Edit::Swap(a, b)),
        1 => (any::<Index>(), 1_usize..80).prop_map(|(at, count)| Edit::Repeat(at, count)),
    ]
}

fn apply(bytes: &mut Vec<u8>, edit: &Edit) {
    if bytes.is_empty() {
        return;
    }
    let span = |at: &Index, count: usize| {
        let start = at.index(bytes.len());
        start..(start + count).min(bytes.len())
    };
    match edit {
        Edit::Insert(at, piece) => {
            let at = at.index(bytes.len());
            drop(bytes.splice(at..at, piece.iter().copied()));
        }
        Edit::Remove(at, count) => drop(bytes.drain(span(at, *count))),
        Edit::Swap(a, b) => {
            let (a, b) = (a.index(bytes.len()), b.index(bytes.len()));
            bytes.swap(a, b);
        }
        Edit::Repeat(at, count) => {
            let span = span(at, *count);
            let piece = bytes[span.clone()].to_vec();
            drop(bytes.splice(span.start..span.start, piece));
        }
    }
}

proptest! {
    #![proptest_config(ProptestConfig { failure_persistence: None, ..ProptestConfig::with_cases(300) })]

    #[test]
    fn random_bytes_do_no_harm(bytes in prop::collection::vec(any::<u8>(), 0..300)) {
        read_all(&bytes);
    }

    #[test]
    fn random_yaml_does_no_harm(pieces in prop::collection::vec(select(corpus::PIECES), 0..60)) {
        read_all(pieces.concat().as_bytes());
    }

    #[test]
    fn mutated_files_do_no_harm(
        file in select(vec![FILE, POLICY, PEOPLE]),
        edits in prop::collection::vec(edit(), 1..6),
    ) {
        let mut bytes = file.as_bytes().to_vec();
        for edit in &edits {
            apply(&mut bytes, edit);
        }
        read_all(&bytes);
    }

    #[test]
    fn mutated_random_tickets_do_no_harm(
        ticket in tickets::ticket(),
        edits in prop::collection::vec(edit(), 1..4),
    ) {
        let mut bytes = write_ticket(&ticket).into_bytes();
        for edit in &edits {
            apply(&mut bytes, edit);
        }
        read_all(&bytes);
    }
}

#[test]
fn a_file_cut_anywhere_does_no_harm() {
    for end in 0..FILE.len() {
        read_all(&FILE.as_bytes()[..end]);
    }
}

fn kind(bytes: &[u8]) -> YamlErrorKind {
    let error = read_ticket(&tickets::id(), bytes).unwrap_err();
    assert!(read_policy(bytes).is_err());
    error.kind
}

#[test]
fn a_bomb_does_not_go_off() {
    let mut bomb = String::from("x-a: &a [lol, lol, lol, lol, lol, lol, lol, lol, lol]\n");
    for (name, below) in ('b'..='z').zip('a'..) {
        let nine = vec![format!("*{below}"); 9].join(", ");
        bomb.push_str(&format!("x-{name}: &{name} [{nine}]\n"));
    }
    assert_eq!(kind(bomb.as_bytes()), YamlErrorKind::Unsupported);

    let large = "x".repeat(1_000_000);
    let copies = "*t, ".repeat(500_000);
    let bomb = format!("x-a: &t {large}\ntimeline:\n- {{tried: [{copies}]}}\n");
    assert_eq!(kind(bomb.as_bytes()), YamlErrorKind::Unsupported);
    let merged = FILE.replace("schema: 1\n", "schema: 1\nx-a: &a {b: c}\n<<: *a\n");
    assert_eq!(kind(merged.as_bytes()), YamlErrorKind::Unsupported);
}

#[test]
fn anchors_aliases_and_tags_are_refused_wherever_they_stand() {
    for value in [
        "&a b",
        "*a",
        "!a b",
        "!!str b",
        "!<tag:a> b",
        "! b",
        "[&a b]",
        "[a,*b]",
        "{a: *b}",
        "{\"a\":*b}",
        "\n  &a b",
        "\n- &a b",
        "&a\n  b",
        "!!binary aGk=",
        "&é b",
    ] {
        for file in [
            format!("schema: 1\nx-a: {value}\n"),
            format!("x-a: {value}\r\n"),
        ] {
            assert_eq!(kind(file.as_bytes()), YamlErrorKind::Unsupported, "{file}");
        }
    }
    for key in ["&a x-a", "!!str x-a", "? &a x-a\n"] {
        let file = format!("{key}: b\n");
        assert_eq!(kind(file.as_bytes()), YamlErrorKind::Unsupported, "{file}");
    }
}

#[test]
fn what_looks_like_one_within_text_is_text() {
    for text in [
        "'&a'",
        "\"*a\"",
        "a &b",
        "a *b*",
        "a !b",
        "Wow !important",
        "x-&-*",
        "|\n  &a\n  *b\n  !c",
        "a\n  *b",
        ">\n  !a",
        "b # &a *b !c",
        "R&D",
        "(*a)",
        "'it''s *here*'",
        "\"\\\"*a\"",
        "a:*b",
    ] {
        let file = FILE.replacen("schema: 1\n", &format!("schema: 1\nx-a: {text}\n"), 1);
        let stored = read_ticket(&tickets::id(), file.as_bytes());
        assert!(stored.is_ok(), "{text}: {}", stored.unwrap_err());
    }
}

#[test]
fn deep_nesting_is_refused() {
    for (open, close) in [
        ("[", "]"),
        ("{a: ", "}"),
        ("[{a: ", "}]"),
        ("- ", ""),
        ("? ", ""),
        ("[a, ", "]"),
    ] {
        for depth in [150, 100_000] {
            let nested = format!("x-a:\n {}{}", open.repeat(depth), close.repeat(depth));
            assert!(read_ticket(&tickets::id(), nested.as_bytes()).is_err());
            assert!(read_policy(nested.as_bytes()).is_err());
            // A newer file's unknown parts are passed over, but not this.
            let newer = format!("schema: 9\n{nested}");
            drop(read_ticket(&tickets::id(), newer.as_bytes()));
        }
    }
    assert_eq!(
        kind("[".repeat(2_000_000).as_bytes()),
        YamlErrorKind::Unsupported
    );
}

#[test]
fn brackets_in_a_text_are_text_however_many() {
    let text = "[{(\"'".repeat(100_000);
    for text in [text.clone(), format!("{text}\n{text}\n")] {
        let event = Event {
            text: Some(text),
            ..tickets::opening()
        };
        let ticket = Ticket::fold(tickets::id(), vec![event]);
        let stored = read_ticket(ticket.id(), write_ticket(&ticket).as_bytes()).unwrap();
        assert_eq!(stored.ticket, ticket);
    }
}

/// No time is asserted: what is quadratic here makes the test hang.
#[test]
fn large_files_take_time_in_proportion() {
    let many = |piece: &str| piece.repeat(300_000 / piece.len());
    let fields: String = (0..20_000).map(|n| format!("x-{n}: a\n")).collect();
    let event = "- {e: 4tq8z, n: 1, at: 2026-11-23T09:14:03Z, by: lena, did: open, text: a}\n";
    let events: String = (0..10_000)
        .map(|n| event.replace("text: a", &format!("text: a{n}")))
        .collect();
    let head = "schema: 1\nid: 261123-k7f3q2\n";
    for file in [
        many("a"),
        many("a: "),
        many("? a\n"),
        many("- "),
        many("-\n"),
        many(","),
        many("\""),
        many("'a' "),
        many("&a "),
        many("!a "),
        many("*a\n"),
        many("|\n"),
        many("#\n"),
        many("\n"),
        many("%a\n"),
        many("---\n"),
        many("{}\n"),
        format!("{head}{fields}timeline:\n{event}"),
        format!("{head}timeline:\n{events}"),
        format!("{head}timeline: [{}]\n", many("[],")),
        format!("{head}cc: [{}]\n", many("a, ")),
        format!("{head}title: \"{}\"\n", many("\\u0041")),
        format!("{head}title: {}\n", many("a &b *c !d ")),
    ] {
        read_all(file.as_bytes());
    }
}
