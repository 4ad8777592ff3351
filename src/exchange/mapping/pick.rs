//! Finding a value in a row.

use super::Fault;
use super::file::{PickEntry, PicksEntry};
use super::moment::Moments;
use crate::exchange::row::View;
use regex_lite::Regex;
use std::borrow::Cow;
use std::collections::{BTreeMap, BTreeSet};

/// Places to look: the first that has a value counts.
#[derive(Debug, Clone)]
pub struct Picks(Vec<Pick>);

/// What was found.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Picked {
    /// Nothing: the row does not say.
    Nothing,
    /// The row says that there is none.
    Empty,
    /// This.
    Value(String),
}

#[derive(Debug, Clone)]
struct Pick {
    from: From,
    when: Vec<(String, String)>,
    capture: Option<Regex>,
    lookup: Option<BTreeMap<String, String>>,
    is_time: bool,
}

#[derive(Debug, Clone)]
enum From {
    Column(String),
    Constant(String),
    Template(Vec<Part>),
}

#[derive(Debug, Clone)]
enum Part {
    Text(String),
    Column(String),
}

impl Picks {
    /// The places that are written there.
    pub(super) fn understand(at: &str, entry: &PicksEntry, faults: &mut Vec<Fault>) -> Self {
        let several = entry.0.len() > 1;
        let picks = entry.0.iter().enumerate().filter_map(|(place, entry)| {
            let at = match several {
                true => format!("{at}[{place}]"),
                false => at.to_owned(),
            };
            Pick::understand(&at, entry, faults)
        });
        Self(picks.collect())
    }

    /// A column as it is.
    pub(super) fn column(name: &str) -> Self {
        Self(vec![Pick {
            from: From::Column(name.to_owned()),
            when: Vec::new(),
            capture: None,
            lookup: None,
            is_time: false,
        }])
    }

    /// What they find in a row.
    #[must_use]
    pub fn of(&self, view: &View<'_>, moments: &Moments) -> Picked {
        let mut found = Picked::Nothing;
        for pick in &self.0 {
            if !pick.applies(view) {
                continue;
            }
            if let Some(value) = pick.value(view, moments) {
                return Picked::Value(value);
            }
            if !pick.when.is_empty() {
                found = Picked::Empty;
            }
        }
        found
    }

    /// The same, where nothing and none are alike.
    #[must_use]
    pub fn value(&self, view: &View<'_>, moments: &Moments) -> Option<String> {
        match self.of(view, moments) {
            Picked::Value(value) => Some(value),
            Picked::Nothing | Picked::Empty => None,
        }
    }

    /// The columns that they look at.
    pub(super) fn columns<'a>(&'a self, into: &mut BTreeSet<&'a str>) {
        for pick in &self.0 {
            into.extend(pick.when.iter().map(|(column, _)| column.as_str()));
            match &pick.from {
                From::Column(column) => {
                    into.insert(column);
                }
                From::Constant(_) => {}
                From::Template(parts) => into.extend(parts.iter().filter_map(|part| match part {
                    Part::Column(column) => Some(column.as_str()),
                    Part::Text(_) => None,
                })),
            }
        }
    }
}

impl Pick {
    fn understand(at: &str, entry: &PickEntry, faults: &mut Vec<Fault>) -> Option<Self> {
        let from = match (&entry.column, &entry.constant, &entry.template) {
            (Some(column), None, None) => From::Column(column.clone()),
            (None, Some(constant), None) => From::Constant(constant.clone()),
            (None, None, Some(template)) => match parts(template) {
                Some(parts) => From::Template(parts),
                None => {
                    faults.push(Fault::new(
                        format!("{at}.template"),
                        "a bracket is open, or closed twice",
                        "write columns as {column}, and brackets of the text as {{ and }}",
                    ));
                    return None;
                }
            },
            _ => {
                faults.push(Fault::new(
                    at,
                    "it must name exactly one of column, constant and template",
                    "several places to look are a list: [{column: a}, {constant: b}]",
                ));
                return None;
            }
        };
        let capture = match entry.capture.as_deref().map(Regex::new) {
            None => None,
            Some(Ok(regex)) => Some(regex),
            Some(Err(error)) => {
                faults.push(Fault::new(
                    format!("{at}.match"),
                    format!("no regular expression: {error}"),
                    "in single quotes a backslash is a backslash: '(\\d)(nd|rd)$'",
                ));
                None
            }
        };
        Some(Self {
            from,
            when: entry.when.clone().into_iter().collect(),
            capture,
            lookup: entry.lookup.clone(),
            is_time: entry.time,
        })
    }

    fn applies(&self, view: &View<'_>) -> bool {
        let mut when = self.when.iter();
        when.all(|(column, wanted)| view.get(column).unwrap_or_default() == wanted)
    }

    fn value(&self, view: &View<'_>, moments: &Moments) -> Option<String> {
        let found: Cow<'_, str> = match &self.from {
            From::Column(column) => view.get(column)?.into(),
            From::Constant(constant) => constant.as_str().into(),
            From::Template(parts) => {
                let mut text = String::new();
                for part in parts {
                    text.push_str(match part {
                        Part::Text(text) => text,
                        Part::Column(column) => view.get(column)?,
                    });
                }
                text.into()
            }
        };
        let found = match &self.capture {
            None => found,
            Some(regex) => {
                let captures = regex.captures(&found)?;
                let group = (1..captures.len()).find_map(|group| captures.get(group));
                let group = group.or_else(|| captures.get(0))?;
                group.as_str().to_owned().into()
            }
        };
        let found = match &self.lookup {
            None => found,
            Some(table) => table.get(found.as_ref())?.as_str().into(),
        };
        if self.is_time {
            return moments.read(&found).map(|time| time.to_string());
        }
        Some(found.into_owned())
    }
}

/// The parts of a template; `None` where its brackets don't match.
fn parts(template: &str) -> Option<Vec<Part>> {
    let (mut parts, mut text) = (Vec::new(), String::new());
    let mut chars = template.chars().peekable();
    while let Some(c) = chars.next() {
        match c {
            '{' | '}' if chars.peek() == Some(&c) => {
                chars.next();
                text.push(c);
            }
            '{' => {
                if !text.is_empty() {
                    parts.push(Part::Text(std::mem::take(&mut text)));
                }
                let mut column = String::new();
                loop {
                    match chars.next()? {
                        '}' => break,
                        c => column.push(c),
                    }
                }
                parts.push(Part::Column(column));
            }
            '}' => return None,
            c => text.push(c),
        }
    }
    if !text.is_empty() {
        parts.push(Part::Text(text));
    }
    Some(parts)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::exchange::row::{Names, Row};

    fn picked(entries: Vec<PickEntry>, values: &[(&str, &str)]) -> Picked {
        let mut faults = Vec::new();
        let picks = Picks::understand("fields.team", &PicksEntry(entries), &mut faults);
        let moments = Moments::understand(&[], None, &mut faults);
        assert!(faults.is_empty(), "{faults:?}");
        let (mut names, mut row) = (Names::default(), Row::default());
        for (name, value) in values {
            row.put(names.intern(name), (*value).to_owned());
        }
        let view = View {
            row: &row,
            names: &names,
            more: None,
        };
        picks.of(&view, &moments)
    }

    fn column(name: &str) -> PickEntry {
        PickEntry {
            column: Some(name.into()),
            ..PickEntry::default()
        }
    }

    fn value(text: &str) -> Picked {
        Picked::Value(text.into())
    }

    #[test]
    fn a_level_is_found_in_the_name_of_a_team() {
        let level = || {
            vec![
                PickEntry {
                    capture: Some("(\\d)(nd|rd)$".into()),
                    ..column("team")
                },
                PickEntry {
                    constant: Some("1".into()),
                    ..PickEntry::default()
                },
            ]
        };
        for (team, expected) in [("V5 3rd", "3"), ("G21 2nd", "2"), ("D4", "1"), ("", "1")] {
            assert_eq!(
                picked(level(), &[("team", team)]),
                value(expected),
                "{team}"
            );
        }
    }

    #[test]
    fn what_a_table_lacks_is_looked_for_further_on() {
        let lookup = Some(BTreeMap::from([("Net".to_owned(), "network".to_owned())]));
        let entries = || {
            vec![
                PickEntry {
                    lookup: lookup.clone(),
                    ..column("group")
                },
                column("queue"),
            ]
        };
        assert_eq!(picked(entries(), &[("group", "Net")]), value("network"));
        let other = [("group", "Web"), ("queue", "q7")];
        assert_eq!(picked(entries(), &other), value("q7"));
        assert_eq!(picked(entries(), &[("group", "Web")]), Picked::Nothing);
    }

    #[test]
    fn a_condition_that_holds_makes_a_missing_value_none() {
        let when = BTreeMap::from([("field".to_owned(), "assignee".to_owned())]);
        let entries = || {
            vec![PickEntry {
                when: when.clone(),
                ..column("to")
            }]
        };
        let of = |field, to| picked(entries(), &[("field", field), ("to", to)]);
        assert_eq!(of("assignee", "lena"), value("lena"));
        assert_eq!(of("assignee", ""), Picked::Empty);
        assert_eq!(of("status", "Done"), Picked::Nothing);
    }

    #[test]
    fn templates_need_all_their_columns() {
        let entries = || {
            vec![PickEntry {
                template: Some("{{{a}}}/{b}".into()),
                ..PickEntry::default()
            }]
        };
        assert_eq!(picked(entries(), &[("a", "x"), ("b", "y")]), value("{x}/y"));
        assert_eq!(picked(entries(), &[("a", "x")]), Picked::Nothing);
        assert!(parts("{a").is_none() && parts("a}").is_none());
    }
}
