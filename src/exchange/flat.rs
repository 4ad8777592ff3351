//! Events as rows of a table: one row an event, with the state after it.

use crate::ticket::fold::Step;
use crate::ticket::value::Value as _;
use crate::ticket::{Header, Ticket};
use serde_json::{Value, json};

/// The columns, in order. Fields of the ticket are as they are after the event.
pub const COLUMNS: &[&str] = &[
    "id",
    "ref",
    "n",
    "e",
    "at",
    "recorded",
    "by",
    "did",
    "activity",
    "state",
    "kind",
    "title",
    "status",
    "cause",
    "priority",
    "level",
    "team",
    "vendor",
    "assignee",
    "owner",
    "category",
    "requester",
    "customer",
    "unit",
    "service",
    "code",
    "text",
];

/// The rows of a ticket, in the order in which things happened. Retracted
/// events never happened.
#[must_use]
pub fn rows(ticket: &Ticket) -> Vec<Vec<Value>> {
    let refs: Vec<&str> = ticket
        .header()
        .refs
        .iter()
        .map(|one| one.as_str())
        .collect();
    let refs = refs.join(";");
    ticket
        .replay()
        .iter()
        .map(|step| {
            COLUMNS
                .iter()
                .map(|column| cell(ticket, step, &refs, column))
                .collect()
        })
        .collect()
}

fn cell(ticket: &Ticket, step: &Step<'_>, refs: &str, column: &str) -> Value {
    let event = step.event;
    match column {
        "id" => json!(ticket.id().as_str()),
        "ref" if refs.is_empty() => Value::Null,
        "ref" => json!(refs),
        "n" => json!(event.n),
        "e" => json!(event.e.as_str()),
        "at" => json!(event.at.text()),
        "recorded" => json!(event.recorded.map(|time| time.text())),
        "by" => json!(event.by.as_str()),
        "did" => json!(event.did.word()),
        "activity" => json!(event.details.activity),
        "state" => json!(event.details.state),
        "text" => json!(event.text),
        field => field_of(&step.after, field),
    }
}

/// A field of a header.
fn field_of(header: &Header, name: &str) -> Value {
    let text = |text: Option<&str>| json!(text);
    match name {
        "kind" => text(header.kind.map(|kind| kind.word())),
        "title" => text(header.title.as_ref().map(|one| one.as_str())),
        "status" => text(header.status.map(|status| status.word())),
        "cause" => text(header.cause.as_ref().map(|one| one.as_str())),
        "priority" => json!(header.priority.map(|one| one.text())),
        "level" => json!(header.level.map(|level| level.number())),
        "team" => text(header.team.as_ref().map(|one| one.as_str())),
        "vendor" => text(header.vendor.as_ref().map(|one| one.as_str())),
        "assignee" => text(header.assignee.as_ref().map(|one| one.as_str())),
        "owner" => text(header.owner.as_ref().map(|one| one.as_str())),
        "category" => text(header.category.as_ref().map(|one| one.as_str())),
        "requester" => text(header.requester.as_ref().map(|one| one.as_str())),
        "customer" => text(header.customer.as_ref().map(|one| one.as_str())),
        "unit" => text(header.unit.as_ref().map(|one| one.as_str())),
        "service" => text(header.service.as_ref().map(|one| one.as_str())),
        "code" => text(header.code.as_ref().map(|one| one.as_str())),
        _ => Value::Null,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Story, escalate_to, resolve};

    #[test]
    fn a_row_is_an_event_with_the_state_after_it() {
        let ticket = Story::open(
            "261123-k7f3q2",
            "2026-11-23T09:00:00Z",
            &[("level", "1"), ("team", "frontline")],
        )
        .then("2026-11-23T09:20:00Z", "lena", escalate_to("2", "desktop"))
        .then("2026-11-23T10:00:00Z", "marco", resolve())
        .end();
        let rows = rows(&ticket);
        let cell = |row: usize, name: &str| {
            let place = COLUMNS.iter().position(|column| *column == name);
            rows[row][place.unwrap()].clone()
        };
        assert_eq!(rows.len(), 3);
        assert_eq!(cell(0, "team"), "frontline");
        assert_eq!(cell(1, "did"), "escalate");
        assert_eq!(
            (cell(1, "team"), cell(1, "level")),
            (json!("desktop"), json!(2))
        );
        assert_eq!(cell(2, "status"), "resolved");
        assert_eq!(cell(2, "priority"), Value::Null);
    }

    #[test]
    fn every_column_of_a_field_has_its_value() {
        let ticket = Story::open(
            "261123-k7f3q2",
            "2026-11-23T09:00:00Z",
            &[
                ("priority", "P2"),
                ("level", "1"),
                ("team", "a"),
                ("vendor", "a"),
                ("category", "a/b"),
                ("requester", "a"),
                ("customer", "a"),
                ("unit", "a"),
                ("service", "a"),
                ("owner", "a"),
                ("assignee", "a"),
            ],
        )
        .end();
        let header = Header {
            code: crate::ticket::Name::parse("fixed").ok(),
            cause: crate::ticket::Name::parse("vendor").ok(),
            ..ticket.header().clone()
        };
        for column in &COLUMNS[10..COLUMNS.len() - 1] {
            assert_ne!(field_of(&header, column), Value::Null, "{column}");
        }
    }
}
