//! Tickets, split by what they are or by when things happened.

use super::lens::Lens;
use super::life::Life;
use super::period::{Period, Step};
use crate::ticket::value::Value as _;
use crate::ticket::words::Kind;
use std::collections::BTreeMap;

/// What tickets are split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By {
    /// What they are.
    Field(Field),
    /// When things happened.
    Time(Step),
}

/// What tickets can be split by, beside time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field {
    /// The highest level that it reached.
    Level,
    /// The team that has it, or had it last.
    Team,
    /// What it concerns.
    Category,
    /// Its priority.
    Priority,
    /// Incident or request.
    Kind,
    /// Who resolved it, or works on it.
    Person,
    /// The business unit.
    Unit,
    /// The service that is hit.
    Service,
    /// The vendor that has it, or had it last.
    Vendor,
    /// The customer organisation.
    Customer,
    /// The equipment.
    Asset,
    /// How it came in.
    Via,
}

impl By {
    /// All, by their words.
    pub const ALL: &'static [(&'static str, Self)] = &[
        ("level", Self::Field(Field::Level)),
        ("team", Self::Field(Field::Team)),
        ("category", Self::Field(Field::Category)),
        ("priority", Self::Field(Field::Priority)),
        ("kind", Self::Field(Field::Kind)),
        ("person", Self::Field(Field::Person)),
        ("unit", Self::Field(Field::Unit)),
        ("service", Self::Field(Field::Service)),
        ("vendor", Self::Field(Field::Vendor)),
        ("customer", Self::Field(Field::Customer)),
        ("asset", Self::Field(Field::Asset)),
        ("via", Self::Field(Field::Via)),
        ("day", Self::Time(Step::Day)),
        ("week", Self::Time(Step::Week)),
        ("month", Self::Time(Step::Month)),
        ("quarter", Self::Time(Step::Quarter)),
    ];

    /// What a word means.
    #[must_use]
    pub fn named(word: &str) -> Option<Self> {
        let mut all = Self::ALL.iter();
        all.find(|(known, _)| *known == word).map(|(_, by)| *by)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'static str {
        let mut all = Self::ALL.iter();
        all.find(|(_, by)| *by == self).map_or("", |(word, _)| word)
    }
}

impl Field {
    /// What a ticket has there; none where it has nothing.
    #[must_use]
    pub fn of(self, life: &Life) -> Option<String> {
        let word = match self {
            Self::Level => return life.course.highest().map(|level| level.to_string()),
            Self::Priority => return life.priority.map(|priority| priority.text()),
            Self::Kind => life.kind.map(Kind::word),
            Self::Person => life.resolved().map(|one| one.by).or(life.assignee),
            Self::Team => life.team,
            Self::Category => life.category,
            Self::Unit => life.unit,
            Self::Service => life.service,
            Self::Vendor => life.vendor,
            Self::Customer => life.customer,
            Self::Asset => life.asset,
            Self::Via => life.via,
        };
        word.map(str::to_owned)
    }

    /// Whether its values have an order of their own, or a rank that nobody
    /// should read into the order of people; the largest group is first else.
    fn is_ordered(self) -> bool {
        matches!(
            self,
            Self::Level | Self::Priority | Self::Kind | Self::Person
        )
    }
}

/// Some of the tickets, and what they are looked at through.
#[derive(Debug, Clone)]
pub struct Group<'l, 'p> {
    /// What they have in common; none for those that have nothing there.
    pub key: Option<String>,
    /// The tickets.
    pub lives: Vec<&'l Life<'l>>,
    /// The period and the rest.
    pub lens: Lens<'p>,
}

/// Splits tickets. By a field, those that the period touches (live in it, or
/// resolved in it), what has nothing there last; by time, all of them under
/// each part of the period.
#[must_use]
pub fn split<'l, 'p>(by: By, lives: &[&'l Life<'l>], lens: Lens<'p>) -> Vec<Group<'l, 'p>> {
    match by {
        By::Field(field) => by_field(field, lives, lens),
        By::Time(step) => {
            let Some(lens) = known_part(lives, lens) else {
                return Vec::new();
            };
            let zone = lens.policy.calendars.usual.zone();
            let parts = lens.period.parts(step, zone).into_iter();
            let part = |(name, period): (String, Period)| Group {
                key: Some(name),
                lives: lives.to_vec(),
                lens: lens.over(period),
            };
            parts.map(part).collect()
        }
    }
}

/// The part of the period that anything can have happened in: from the first
/// ticket to the present. None where that is none of it.
#[must_use]
pub fn known_part<'p>(lives: &[&Life], lens: Lens<'p>) -> Option<Lens<'p>> {
    let first = lives.iter().map(|life| life.opened).min()?;
    let from = lens.period.from().max(first);
    let to = lens.period.to().min(lens.now.plus(1));
    Period::new(from, to).ok().map(|period| lens.over(period))
}

fn by_field<'l, 'p>(field: Field, lives: &[&'l Life<'l>], lens: Lens<'p>) -> Vec<Group<'l, 'p>> {
    let mut found: BTreeMap<(bool, Option<String>), Vec<&'l Life<'l>>> = BTreeMap::new();
    for life in lives.iter().filter(|life| lens.touches(life)) {
        let key = field.of(life);
        found.entry((key.is_none(), key)).or_default().push(life);
    }
    let mut groups: Vec<Group<'l, 'p>> = found
        .into_iter()
        .map(|((_, key), lives)| Group { key, lives, lens })
        .collect();
    if !field.is_ordered() {
        // Stable: of equal size, by name.
        groups.sort_by_key(|group| (group.key.is_none(), std::cmp::Reverse(group.lives.len())));
    }
    groups
}
