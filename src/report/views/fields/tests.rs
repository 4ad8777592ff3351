use super::*;
use crate::report::explain;
use crate::report::group::By;
use crate::report::story::{Known, Story, november, rows};
use crate::ticket::Ticket;
use serde_json::json;

fn with(tail: &str, priority: &str, fields: &[(&str, &str)]) -> Ticket {
    let id = format!("261102-{}", tail.repeat(6));
    let all = [&[("priority", priority)], fields].concat();
    Story::open(&id, "2026-11-02T09:00:00Z", &all).end()
}

/// a was done after three hours, b after one; nobody knows of d.
fn desk() -> Known {
    let a = [
        ("x-done", "2026-11-02T12:00:00Z"),
        ("x-moves", "5"),
        ("x-sla", "false"),
    ];
    let b = [
        ("x-done", "2026-11-02T10:00:00Z"),
        ("x-moves", "0"),
        ("x-sla", "true"),
    ];
    let c = [("x-moves", "2.5"), ("x-sla", "true")];
    let tickets = [
        with("a", "P1", &a),
        with("b", "P2", &b),
        with("c", "P2", &c),
        with("d", "P2", &[]),
    ];
    Known::new(&json!({"format": 1}), &tickets)
}

fn told(scope: &Scope<'_>) -> Vec<(&'static str, Vec<String>)> {
    let tables = tables(scope);
    tables
        .iter()
        .map(|table| (table.name, rows(table)))
        .collect()
}

#[test]
fn a_field_is_told_by_what_it_holds() {
    let known = desk();
    let expected = [
        (
            "fields",
            vec![
                "x-done | times | 2 | 2 | 2",
                "x-moves | numbers | 3 | 1 | 3",
                "x-sla | words | 3 | 1 | 2",
            ],
        ),
        (
            "words",
            vec!["x-sla | true | 2 | 2/3", "x-sla | false | 1 | 1/3"],
        ),
        // n, above zero, of all, sum, mean, median, largest
        (
            "numbers",
            vec!["x-moves | 3 | 2 | 2/3 | 7.50 | 2.50 | 2.50 | 5"],
        ),
        // n, median, p90, mean, longest
        ("times", vec!["x-done | 2 | 1:00 | 3:00 | 2:00 | 3:00"]),
    ];
    let told = told(&known.scope(november()));
    for ((name, rows), expected) in told.iter().zip(&expected) {
        assert_eq!(
            (*name, rows.iter().map(String::as_str).collect()),
            *expected
        );
    }
    assert_eq!(told.len(), expected.len());
}

#[test]
fn the_fields_chosen_are_split_as_the_reader_chose() {
    let known = desk();
    let mut scope = known.scope(november());
    scope.own = vec!["x-sla".to_owned(), "x-room".to_owned()];
    scope.by = By::named("priority");
    let told = told(&scope);
    assert_eq!(
        told[0].1,
        [
            "x-room | P1 | words | 0 | 1 | 0",
            "x-room | P2 | words | 0 | 3 | 0",
            "x-sla | P1 | words | 1 | 0 | 1",
            "x-sla | P2 | words | 2 | 1 | 1",
        ]
    );
    assert_eq!(
        told[1].1,
        [
            "x-sla | P1 | true | 0 | 0/1",
            "x-sla | P1 | false | 1 | 1/1",
            "x-sla | P2 | true | 2 | 2/2",
            "x-sla | P2 | false | 0 | 0/2",
        ]
    );
}

#[test]
fn words_beyond_the_most_frequent_are_told_together() {
    let tickets: Vec<Ticket> = ('a'..='h')
        .chain('j'..='k')
        .chain('m'..='n')
        .map(String::from)
        .map(|tail| with(&tail, "P2", &[("x-room", &tail)]))
        .collect();
    let known = Known::new(&json!({"format": 1}), &tickets);
    let told = told(&known.scope(november()));
    assert_eq!(told[1].1.len(), 11);
    assert_eq!(told[1].1[10], "x-room | 2 others | 2 | 2/12");
}

#[test]
fn a_desk_without_own_fields_is_told_so() {
    let known = Known::new(&json!({"format": 1}), &[with("a", "P1", &[])]);
    let tables = tables(&known.scope(november()));
    assert_eq!(tables.len(), 1);
    assert!(tables[0].notes[0].starts_with("No ticket"), "{tables:?}");
}

#[test]
fn a_field_is_explained_by_its_tickets() {
    let known = desk();
    let scope = known.scope(november());
    let listed = |name| rows(explain::own(name, &scope).last().unwrap());
    let short = |rows: Vec<String>| -> Vec<String> {
        let cells = |row: &String| row.split(" | ").take(2).collect::<Vec<_>>().join(" ");
        rows.iter().map(cells).collect()
    };
    assert_eq!(short(listed("x-moves")), ["a 5", "c 2.5", "b 0"]);
    assert_eq!(short(listed("x-sla")), ["a false", "b true", "c true"]);
    assert_eq!(listed("x-room"), [""; 0]);
}
