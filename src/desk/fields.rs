//! The names that filters, sort orders, columns and JSON share, and the values
//! behind them: the fields of the header, and what is derived from the
//! timeline.

use super::text;
use crate::ticket::header::{LISTS, Scalar};
use crate::ticket::value::{OwnField, Shape, Value};
use crate::ticket::words::{Grade, Kind, LinkKind, Status};
use crate::ticket::{Facts, Patch, Timestamp};

/// A column of a list.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column {
    /// The name, as in files and JSON.
    pub name: &'static str,
    /// A short heading for tables.
    pub heading: &'static str,
}

macro_rules! columns {
    ($( $name:literal $heading:literal, )+) => {
        /// Every column: the id, the header's single fields in file order, what
        /// is derived, the header's lists. Users' own fields (`x-room`) are
        /// columns too.
        pub const COLUMNS: &[Column] = &[ $( Column { name: $name, heading: $heading }, )+ ];
    };
}

columns! {
    "id" "ID",
    "kind" "Kind",
    "title" "Title",
    "status" "Status",
    "cause" "Waits for",
    "until" "Until",
    "priority" "Pri",
    "impact" "Impact",
    "urgency" "Urgency",
    "level" "Lvl",
    "team" "Team",
    "vendor" "Vendor",
    "category" "Category",
    "requester" "Requester",
    "contact" "Contact",
    "customer" "Customer",
    "unit" "Unit",
    "service" "Service",
    "site" "Site",
    "asset" "Asset",
    "language" "Lang",
    "via" "Via",
    "owner" "Owner",
    "assignee" "Assignee",
    "code" "Code",
    "could-be" "Could be",
    "rating" "Rating",
    "key" "Key",
    "repeats" "Seen",
    "opened" "Opened",
    "updated" "Updated",
    "due" "Due",
    "resolved" "Resolved",
    "closed" "Closed",
    "live" "Live",
    "events" "Events",
    "cc" "Cc",
    "tags" "Tags",
    "ref" "Ref",
    "links" "Links",
    "attention" "Attention",
    "swarm" "Swarm",
    "called" "Called",
    "articles" "Articles",
    "alias" "Alias",
}

/// Times that are derived from the timeline; `due` by the policy too, so that
/// [`super::Clocks`] alone tells it.
pub const DERIVED_TIMES: &[&str] = &["opened", "updated", "due", "resolved", "closed"];

/// A name that is no column.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("there is no column {name:?}")]
pub struct UnknownColumn {
    /// The name.
    pub name: String,
    /// The one that was probably meant.
    pub nearest: Option<&'static str>,
}

impl UnknownColumn {
    /// What to do instead.
    #[must_use]
    pub fn hint(&self) -> String {
        let known: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        let known = format!("known: {}, and your own x-… fields", known.join(", "));
        match self.nearest {
            Some(nearest) => format!("did you mean {nearest}? {known}"),
            None => known,
        }
    }
}

/// The name in files of what people may also call otherwise (`tag` for `tags`).
#[must_use]
pub fn file_name(name: &str) -> &str {
    match name {
        "tag" => "tags",
        "link" => "links",
        "refs" => "ref",
        "article" => "articles",
        other => other,
    }
}

/// The column of that name, in files' spelling.
///
/// # Errors
/// [`UnknownColumn`] with the nearest.
pub fn column(name: &str) -> Result<&str, UnknownColumn> {
    let name = file_name(name);
    if COLUMNS.iter().any(|column| column.name == name) || OwnField::parse(name).is_ok() {
        return Ok(name);
    }
    Err(UnknownColumn {
        name: name.to_owned(),
        nearest: text::nearest(name, COLUMNS.iter().map(|column| column.name)),
    })
}

/// The heading of a column; an own field's is its name.
#[must_use]
pub fn heading(name: &str) -> &str {
    COLUMNS
        .iter()
        .find(|column| column.name == name)
        .map_or(name, |column| column.heading)
}

/// A column's value in one line of text; members of lists are joined by `, `.
/// `None` if it is empty, or no column.
#[must_use]
pub fn field(ticket: &dyn Facts, name: &str) -> Option<String> {
    let texts: Vec<String> = values(ticket, file_name(name))
        .into_iter()
        .map(|scalar| scalar.text)
        .collect();
    (!texts.is_empty()).then(|| texts.join(", "))
}

/// The values that a column has: none, one, or the members of a list.
pub(crate) fn values(ticket: &dyn Facts, name: &str) -> Vec<Scalar> {
    let one = |text: String, shape| vec![Scalar { text, shape }];
    let time = |time: Option<Timestamp>| {
        time.map(|time| Scalar {
            text: time.text(),
            shape: Shape::Time,
        })
        .into_iter()
        .collect()
    };
    match name {
        "id" => one(ticket.id().text(), Shape::Text),
        "status" => one(ticket.status().text(), Shape::Text),
        "opened" => time(Some(ticket.opened())),
        "updated" => time(Some(ticket.updated())),
        "resolved" => time(ticket.resolved()),
        "closed" => time(ticket.closed()),
        "live" => one(ticket.status().is_live().to_string(), Shape::Text),
        "events" => one(ticket.events().to_string(), Shape::Number),
        list if LISTS.contains(&list) => ticket
            .header()
            .lists()
            .into_iter()
            .find(|(found, _)| *found == list)
            .map(|(_, members)| members)
            .unwrap_or_default(),
        single => {
            let mut found = Vec::new();
            ticket.header().visit(|name, value| {
                if name == single {
                    found.push(value.into());
                }
            });
            found
        }
    }
}

/// How the values of a single field are written.
pub(crate) fn shape(name: &str) -> Shape {
    if DERIVED_TIMES.contains(&name) {
        return Shape::Time;
    }
    if name == "events" {
        return Shape::Number;
    }
    // The header's one declaration knows; a field says so by what it takes.
    ["1", "2000-01-01T00:00:00Z"]
        .iter()
        .find_map(|probe| {
            let mut patch = Patch::default();
            patch.put(name, Some(probe)).ok()?;
            patch.entries().pop()?.1.map(|scalar| scalar.shape)
        })
        .unwrap_or(Shape::Text)
}

/// The words that a field of a closed vocabulary takes, in their order; none
/// for other fields.
pub(crate) fn vocabulary(name: &str) -> Vec<&'static str> {
    match name {
        "kind" => Kind::ALL.iter().map(|kind| kind.word()).collect(),
        "status" => Status::ALL.iter().map(|status| status.word()).collect(),
        "impact" | "urgency" => Grade::ALL.iter().map(|grade| grade.word()).collect(),
        "links" => LinkKind::ALL.iter().map(|kind| kind.word()).collect(),
        _ => Vec::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::ticket::header::FIELDS;

    #[test]
    fn every_field_of_the_header_is_a_column() {
        let names: Vec<&str> = COLUMNS.iter().map(|column| column.name).collect();
        for name in FIELDS.iter().chain(LISTS).chain(DERIVED_TIMES) {
            assert!(names.contains(name), "{name}");
        }
        let derived = ["id", "live", "events"];
        assert_eq!(
            names.len(),
            FIELDS.len() + LISTS.len() + DERIVED_TIMES.len() + derived.len()
        );
    }

    #[test]
    fn unknown_columns_are_named_with_the_nearest() {
        assert_eq!(column("tag"), Ok("tags"));
        assert_eq!(column("x-room"), Ok("x-room"));
        let refused = column("asignee").unwrap_err();
        assert_eq!(refused.to_string(), "there is no column \"asignee\"");
        assert!(
            refused
                .hint()
                .starts_with("did you mean assignee? known: id, kind")
        );
        assert_eq!(column("x-").unwrap_err().nearest, None);
    }

    #[test]
    fn shapes_follow_the_header() {
        for (name, expected) in [
            ("level", Shape::Number),
            ("repeats", Shape::Number),
            ("events", Shape::Number),
            ("until", Shape::Time),
            ("opened", Shape::Time),
            ("priority", Shape::Text),
            ("title", Shape::Text),
            ("x-room", Shape::Text),
        ] {
            assert_eq!(shape(name), expected, "{name}");
        }
    }
}
