//! Tickets, split by what they are or by when things happened.

use super::lens::Lens;
use super::life::Life;
use super::own::Parts;
use super::period::{Period, Step};
use crate::ticket::value::{OwnField, Value as _};
use crate::ticket::words::Kind;
use std::cmp::Reverse;
use std::collections::BTreeMap;

/// What tickets are split by.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum By<'a> {
    /// What they are.
    Field(Field<'a>),
    /// When things happened.
    Time(Step),
}

/// What tickets can be split by, beside time.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Field<'a> {
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
    /// A field of the desk's own, by its name: `x-room`.
    Own(&'a str),
}

impl<'a> By<'a> {
    /// All, by their words; own fields beside them.
    pub const ALL: &'static [(&'static str, By<'static>)] = &[
        ("level", By::Field(Field::Level)),
        ("team", By::Field(Field::Team)),
        ("category", By::Field(Field::Category)),
        ("priority", By::Field(Field::Priority)),
        ("kind", By::Field(Field::Kind)),
        ("person", By::Field(Field::Person)),
        ("unit", By::Field(Field::Unit)),
        ("service", By::Field(Field::Service)),
        ("vendor", By::Field(Field::Vendor)),
        ("customer", By::Field(Field::Customer)),
        ("asset", By::Field(Field::Asset)),
        ("via", By::Field(Field::Via)),
        ("day", By::Time(Step::Day)),
        ("week", By::Time(Step::Week)),
        ("month", By::Time(Step::Month)),
        ("quarter", By::Time(Step::Quarter)),
    ];

    /// What a word means.
    #[must_use]
    pub fn named(word: &'a str) -> Option<Self> {
        if OwnField::parse(word).is_ok() {
            return Some(Self::Field(Field::Own(word)));
        }
        let mut all = Self::ALL.iter();
        all.find(|(known, _)| *known == word).map(|(_, by)| *by)
    }

    /// Its word.
    #[must_use]
    pub fn word(self) -> &'a str {
        if let Self::Field(Field::Own(name)) = self {
            return name;
        }
        let mut all = Self::ALL.iter();
        all.find(|(_, by)| *by == self).map_or("", |(word, _)| word)
    }
}

impl Field<'_> {
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
            Self::Own(name) => life.own.get(name),
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
pub fn split<'l, 'p>(by: By<'_>, lives: &[&'l Life<'l>], lens: Lens<'p>) -> Vec<Group<'l, 'p>> {
    match by {
        By::Field(Field::Own(name)) => by_own(name, lives, lens),
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

fn by_field<'l, 'p>(
    field: Field<'_>,
    lives: &[&'l Life<'l>],
    lens: Lens<'p>,
) -> Vec<Group<'l, 'p>> {
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
        largest_first(&mut groups);
    }
    groups
}

/// Stable: of equal size, as they are.
fn largest_first(groups: &mut [Group<'_, '_>]) {
    groups.sort_by_key(|group| (group.key.is_none(), Reverse(group.lives.len())));
}

/// By what a field of the desk's own holds: numbers and times in their order,
/// put together where there are many; words as those of other fields.
fn by_own<'l, 'p>(name: &str, lives: &[&'l Life<'l>], lens: Lens<'p>) -> Vec<Group<'l, 'p>> {
    let lives = lives.iter().copied().filter(|life| lens.touches(life));
    let valued: Vec<(&Life, Option<&str>)> = lives.map(|life| (life, life.own.get(name))).collect();
    let values: Vec<&str> = valued.iter().filter_map(|(_, value)| *value).collect();
    let parts = Parts::of(&values);
    let zone = lens.policy.calendars.usual.zone();
    let mut found: BTreeMap<Option<String>, (f64, Vec<&'l Life<'l>>)> = BTreeMap::new();
    for (life, value) in valued {
        let part = value.map(|value| parts.part(value, zone));
        let (start, key) = part.map_or((f64::INFINITY, None), |(start, name)| (start, Some(name)));
        let (_, lives) = found.entry(key).or_insert((start, Vec::new()));
        lives.push(life);
    }
    let mut found: Vec<_> = found.into_iter().collect();
    found.sort_by(|(_, (a, _)), (_, (b, _))| a.total_cmp(b));
    let group = |(key, (_, lives))| Group { key, lives, lens };
    let mut groups: Vec<Group<'l, 'p>> = found.into_iter().map(group).collect();
    if parts == Parts::Values {
        largest_first(&mut groups);
    }
    groups
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::report::story::{Known, Story, november, seen};
    use crate::ticket::Ticket;
    use serde_json::json;

    /// The groups of tickets that have these values, and how large each is.
    fn split_by_room(values: &[&str]) -> Vec<String> {
        let letters = ('a'..='h')
            .chain('j'..='k')
            .chain('m'..='z')
            .filter(|c| *c != 'o' && *c != 'u');
        let ticket = |(letter, value): (char, &&str)| -> Ticket {
            let id = format!("261102-{}", String::from(letter).repeat(6));
            let fields = [("x-room", *value)];
            let fields = if value.is_empty() {
                &[][..]
            } else {
                &fields[..]
            };
            Story::open(&id, "2026-11-02T09:00:00Z", fields).end()
        };
        let tickets: Vec<Ticket> = letters.zip(values).map(ticket).collect();
        assert_eq!(tickets.len(), values.len());
        let known = Known::new(&json!({"format": 1}), &tickets);
        let lives: Vec<&Life> = known.lives.iter().collect();
        let groups = split(
            By::named("x-room").unwrap(),
            &lives,
            seen(&known, november()),
        );
        let told = |group: &Group<'_, '_>| {
            let key = group.key.as_deref().unwrap_or("none");
            format!("{key}: {}", group.lives.len())
        };
        groups.iter().map(told).collect()
    }

    #[test]
    fn words_of_own_fields_are_groups_the_largest_first() {
        let groups = split_by_room(&["b", "", "a", "b", "c"]);
        assert_eq!(groups, ["b: 2", "a: 1", "c: 1", "none: 1"]);
    }

    #[test]
    fn numbers_of_own_fields_are_groups_in_their_order() {
        let groups = split_by_room(&["10", "9", "", "9", "100"]);
        assert_eq!(groups, ["9: 2", "10: 1", "100: 1", "none: 1"]);
    }

    #[test]
    fn many_numbers_are_put_together() {
        let numbers: Vec<String> = (0..13).map(|number| number.to_string()).collect();
        let numbers: Vec<&str> = numbers.iter().map(String::as_str).collect();
        let groups = split_by_room(&numbers);
        assert_eq!(
            groups,
            ["0: 1", "1: 1", "2 to 3: 2", "4 to 7: 4", "8 to 15: 5"]
        );
    }
}
