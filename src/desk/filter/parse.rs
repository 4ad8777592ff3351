//! One term of a filter, from its text.

use super::error::FilterError;
use super::{Is, LinkTest, Scope, Term, Test, Wanted};
use crate::desk::fields::{self, DERIVED_TIMES, shape, vocabulary};
use crate::desk::text::{fold, nearest};
use crate::ticket::header::{BadField, FIELDS, LISTS};
use crate::ticket::id::IdGuess;
use crate::ticket::value::{BadValue, Category, Handle, OwnField, Shape, Value};
use crate::ticket::words::LinkKind;
use crate::ticket::{Lists, Patch};

/// Fields that hold people, where `me` is whoever asks.
const PEOPLE: &[&str] = &[
    "assignee",
    "owner",
    "attention",
    "swarm",
    "called",
    "requester",
    "contact",
    "cc",
    "by",
];

/// Names that only filters have.
pub(super) const OWN_NAMES: &[&str] = &["is", "text", "id", "by", "events"];

/// How a field is asked for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Op {
    Is,
    Has,
    Under,
    Min,
    Max,
    Before,
    After,
}

impl Op {
    const ALL: &'static [Self] = &[
        Self::Has,
        Self::Under,
        Self::Min,
        Self::Max,
        Self::Before,
        Self::After,
    ];

    /// The word after the dot.
    fn word(self) -> &'static str {
        match self {
            Self::Is => "is",
            Self::Has => "has",
            Self::Under => "under",
            Self::Min => "min",
            Self::Max => "max",
            Self::Before => "before",
            Self::After => "after",
        }
    }
}

/// A term cut at its colon and dots.
struct Head<'a> {
    term: &'a str,
    name: &'a str,
    op: Op,
    negated: bool,
}

/// Reads a term.
pub(super) fn term(term: &str, scope: &Scope<'_>) -> Result<Term, FilterError> {
    if term.trim().is_empty() {
        return Err(FilterError::Empty);
    }
    let Some((head, value)) = cut(term) else {
        return Ok(Term {
            any_of: vec![Test::Says(fold(term.trim()))],
            negated: false,
            names_status: false,
        });
    };
    let head = read_head(term, head)?;
    let any_of = tests(&head, value, scope)?;
    let says_is = any_of
        .iter()
        .any(|test| matches!(test, Test::Is(is) if is.names_status()));
    let names = ["status", "resolved", "closed", "id", "key"];
    Ok(Term {
        names_status: says_is || names.contains(&head.name),
        negated: head.negated,
        any_of,
    })
}

/// Name and value, if the text before the first colon can be a name. A web
/// address, a time of day or a sentence with a colon is words to search for.
pub(super) fn cut(term: &str) -> Option<(&str, &str)> {
    let (head, value) = term.split_once(':')?;
    let is_name = head.starts_with(|c: char| c.is_ascii_lowercase())
        && head
            .chars()
            .all(|c| c.is_ascii_lowercase() || c.is_ascii_digit() || c == '-' || c == '.');
    (is_name && !value.starts_with("//")).then_some((head, value))
}

fn read_head<'a>(term: &'a str, head: &'a str) -> Result<Head<'a>, FilterError> {
    let mut parts = head.split('.');
    let typed = parts.next().unwrap_or_default();
    let name = fields::file_name(typed);
    if !is_known(name) {
        return Err(unknown_field(term, typed));
    }
    let (mut op, mut negated) = (None, false);
    for part in parts {
        let known = Op::ALL.iter().find(|op| op.word() == part);
        match known {
            None if part == "not" && !negated => negated = true,
            Some(found) if op.is_none() && ops(name).contains(found) => op = Some(*found),
            _ => return Err(unknown_op(term, name, part)),
        }
    }
    let op = match op {
        // Nobody asks for a whole title.
        None if name == "title" => Op::Has,
        None => Op::Is,
        Some(op) => op,
    };
    Ok(Head {
        term,
        name,
        op,
        negated,
    })
}

fn is_known(name: &str) -> bool {
    OWN_NAMES.contains(&name)
        || DERIVED_TIMES.contains(&name)
        || FIELDS.contains(&name)
        || LISTS.contains(&name)
        || OwnField::parse(name).is_ok()
}

/// What may follow the dot.
fn ops(name: &str) -> &'static [Op] {
    match name {
        "is" | "id" | "by" | "links" => &[],
        "text" => &[Op::Has],
        "category" => &[Op::Has, Op::Under],
        // Nobody declared what they hold.
        own if OwnField::parse(own).is_ok() => &[Op::Has, Op::Min, Op::Max, Op::Before, Op::After],
        _ => match shape(name) {
            Shape::Number => &[Op::Min, Op::Max],
            Shape::Time => &[Op::Before, Op::After],
            Shape::Text if vocabulary(name).is_empty() && name != "priority" => &[Op::Has],
            Shape::Text => &[],
        },
    }
}

fn unknown_field(term: &str, name: &str) -> FilterError {
    let known: Vec<&'static str> = [OWN_NAMES, DERIVED_TIMES, FIELDS, LISTS].concat();
    FilterError::Field {
        term: term.to_owned(),
        name: name.to_owned(),
        nearest: nearest(name, known.iter().copied()).map(str::to_owned),
        known,
    }
}

fn unknown_op(term: &str, field: &str, op: &str) -> FilterError {
    let words = || ops(field).iter().map(|op| op.word());
    FilterError::Op {
        term: term.to_owned(),
        field: field.to_owned(),
        op: op.to_owned(),
        nearest: nearest(op, words().chain(["not"])).map(|op| format!("{field}.{op}")),
        known: std::iter::once(field.to_owned())
            .chain(words().map(|op| format!("{field}.{op}")))
            .collect(),
    }
}

/// The tests of a term's values, one of which must pass.
fn tests(head: &Head<'_>, value: &str, scope: &Scope<'_>) -> Result<Vec<Test>, FilterError> {
    let value = value.trim();
    if head.name == "text" && !value.is_empty() {
        return Ok(vec![Test::Says(fold(value))]);
    }
    let is_limit = matches!(head.op, Op::Min | Op::Max | Op::Before | Op::After);
    if is_limit && value.contains(',') {
        return Err(FilterError::OneValue {
            term: head.term.to_owned(),
            op: head.op.word(),
        });
    }
    let apart: Result<Vec<Test>, _> = value
        .split(',')
        .map(|part| head.test(part.trim(), scope))
        .collect();
    // A value may have commas of its own; then it counts as a whole, too.
    let whole = value.contains(',').then(|| head.test(value, scope));
    match (apart, whole) {
        (Ok(mut tests), Some(Ok(whole))) => {
            tests.push(whole);
            Ok(tests)
        }
        (Err(_), Some(Ok(whole))) => Ok(vec![whole]),
        (apart, _) => apart,
    }
}

impl Head<'_> {
    /// The test of one value.
    fn test(&self, value: &str, scope: &Scope<'_>) -> Result<Test, FilterError> {
        if value.is_empty() {
            return Err(FilterError::NoValue {
                term: self.term.to_owned(),
                field: self.name.to_owned(),
            });
        }
        let guess = |text: &str| {
            let expected = "a ticket id such as 261123-k7f3q2, or two or more characters of it";
            IdGuess::parse(text).ok_or_else(|| BadValue::new(text, expected))
        };
        let test = match self.name {
            "is" => Is::parse(&fold(value))
                .map(Test::Is)
                .ok_or_else(|| BadValue::new(value, "a word that is: knows")),
            "id" => guess(value).map(Test::Id),
            "by" if value == "me" => Ok(Test::By(fold(scope.me.as_str()))),
            "by" => Handle::parse(value).map(|who| Test::By(fold(who.as_str()))),
            "links" if value != "none" && value != "any" => link(value, guess).map(Test::Link),
            name => return Ok(Test::Field(name.to_owned(), self.wanted(value, scope)?)),
        };
        test.map_err(|bad| self.refuse(bad))
    }

    /// What the op wants of the field's values.
    fn wanted(&self, value: &str, scope: &Scope<'_>) -> Result<Wanted, FilterError> {
        let canonical = || canonical(self.name, value).map_err(|bad| self.refuse(bad));
        let number = || {
            let text = canonical()?;
            u32::parse(&text).map_err(|bad| self.refuse(bad))
        };
        let time = || {
            let read = if matches!(self.name, "until" | "due") {
                scope.future_time
            } else {
                scope.past_time
            };
            read(value).map_err(|why| FilterError::Time {
                term: self.term.to_owned(),
                why,
            })
        };
        Ok(match self.op {
            Op::Is if value == "none" => Wanted::Nothing,
            Op::Is if value == "any" => Wanted::Something,
            Op::Is if value == "me" && PEOPLE.contains(&self.name) => {
                Wanted::Same(fold(scope.me.as_str()))
            }
            Op::Is if shape(self.name) == Shape::Time => {
                let expected = "none or any: times are asked for with .before and .after";
                return Err(self.refuse(BadValue::new(value, expected)));
            }
            Op::Is => Wanted::Same(fold(&canonical()?)),
            Op::Has => Wanted::Part(fold(value)),
            Op::Under => {
                let category = Category::parse(value.trim_end_matches('/'));
                let category = category.map_err(|bad| self.refuse(bad))?;
                Wanted::Under(fold(category.as_str()))
            }
            Op::Min => Wanted::Min(number()?),
            Op::Max => Wanted::Max(number()?),
            Op::Before => Wanted::Before(time()?),
            Op::After => Wanted::From(time()?),
        })
    }

    fn refuse(&self, bad: BadValue) -> FilterError {
        let known = match self.name {
            "is" => Is::words().collect(),
            name => vocabulary(name),
        };
        FilterError::Value {
            term: self.term.to_owned(),
            nearest: nearest(&bad.found, known.iter().copied()).map(str::to_owned),
            found: bad.found,
            expected: if known.is_empty() || self.op != Op::Is {
                bad.expected
            } else {
                // The list of words goes into the hint.
                let expected = bad.expected.split(": one of").next();
                expected.unwrap_or_default().to_owned()
            },
            known,
        }
    }
}

/// The text that a field's value has in files, whatever way it was typed: `l2`
/// for a level is `2`.
fn canonical(name: &str, value: &str) -> Result<String, BadValue> {
    if name == "events" {
        return u32::parse(value).map(|number| number.text());
    }
    let value = match vocabulary(name)[..] {
        [] => value.to_owned(),
        _ => fold(value),
    };
    let mut lists = Lists::default();
    let mut patch = Patch::default();
    let put = if LISTS.contains(&name) {
        lists.put(name, &value)
    } else {
        patch.put(name, Some(&value))
    };
    match put {
        Err(BadField::Value { source, .. }) => return Err(source),
        Err(BadField::Unknown(name)) => return Err(BadValue::new(&name, "a field")),
        Ok(()) => {}
    }
    let single = patch.entries().pop().and_then(|(_, scalar)| scalar);
    let member = lists.entries().pop().and_then(|(_, mut all)| all.pop());
    Ok(single.or(member).map_or(value, |scalar| scalar.text))
}

/// `261120-aaaaaa`, `caused-by`, or both.
fn link(
    value: &str,
    guess: impl Fn(&str) -> Result<IdGuess, BadValue>,
) -> Result<LinkTest, BadValue> {
    if let Ok(kind) = LinkKind::parse(value) {
        return Ok(LinkTest::Kind(kind));
    }
    let both = value
        .split_once(' ')
        .and_then(|(kind, to)| Some((LinkKind::parse(kind).ok()?, to)));
    match both {
        Some((kind, to)) => guess(to).map(|to| LinkTest::Both(kind, to)),
        None => guess(value).map(LinkTest::To).map_err(|_| {
            BadValue::new(value, "a ticket id or a kind of link, or both with a space")
        }),
    }
}
