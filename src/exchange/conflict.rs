//! What in a log does not fit: counted, told with examples, never dropped.

use std::collections::BTreeMap;

/// What sort of thing does not fit. Whatever it is, the row became an event.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Sort {
    /// The life cycle does not allow it where it stands.
    IllegalMove,
    /// A status that the mapping does not name; the status stayed.
    UnknownStatus,
    /// An activity that the mapping does not name.
    UnknownActivity,
    /// A value that its field can't hold; it was left out.
    BadValue,
    /// Its time is before that of the row in front of it.
    OutOfOrder,
    /// Its time is before the ticket was opened.
    BeforeOpening,
    /// It has no time; the one of the row in front of it was taken.
    NoTime,
    /// The very same row was there before.
    Repeated,
    /// It belongs in front of rows that were imported before: it became an
    /// event without effect.
    Late,
    /// Two names of the log are one name here.
    SameName,
}

impl Sort {
    /// Every sort, in the order in which they are told.
    pub const ALL: &[Self] = &[
        Self::IllegalMove,
        Self::UnknownStatus,
        Self::UnknownActivity,
        Self::BadValue,
        Self::OutOfOrder,
        Self::BeforeOpening,
        Self::NoTime,
        Self::Repeated,
        Self::Late,
        Self::SameName,
    ];

    /// A word for machines.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::IllegalMove => "illegal-move",
            Self::UnknownStatus => "unknown-status",
            Self::UnknownActivity => "unknown-activity",
            Self::BadValue => "bad-value",
            Self::OutOfOrder => "out-of-order",
            Self::BeforeOpening => "before-opening",
            Self::NoTime => "no-time",
            Self::Repeated => "repeated",
            Self::Late => "late",
            Self::SameName => "same-name",
        }
    }

    /// What it means, for people.
    #[must_use]
    pub fn meaning(self) -> &'static str {
        match self {
            Self::IllegalMove => "moves that the life cycle does not allow, kept as they are",
            Self::UnknownStatus => "statuses that the mapping does not name: the status stayed",
            Self::UnknownActivity => "activities that the mapping does not name",
            Self::BadValue => "values that their field can't hold, left out",
            Self::OutOfOrder => "rows with a time before that of the row in front of them",
            Self::BeforeOpening => "rows with a time before the ticket was opened",
            Self::NoTime => "rows without a time: that of the row in front of them was taken",
            Self::Repeated => "rows that were there before, word for word",
            Self::Late => "rows that came after later ones were imported: no effect",
            Self::SameName => "names that are written alike here",
        }
    }
}

/// Something that does not fit.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Conflict {
    /// What sort of thing.
    pub sort: Sort,
    /// The case's number in the log.
    pub case: String,
    /// The row of the file, from 1.
    pub row: u64,
    /// What was found.
    pub what: String,
}

/// So many of each sort are kept as examples.
const EXAMPLES: usize = 5;

/// Conflicts counted, with the first few of each sort.
#[derive(Debug, Clone, Default)]
pub struct Tally {
    sorts: BTreeMap<Sort, (u64, Vec<Conflict>)>,
}

impl Tally {
    /// Counts one.
    pub fn add(&mut self, conflict: Conflict) {
        let (count, examples) = self.sorts.entry(conflict.sort).or_default();
        *count += 1;
        if examples.len() < EXAMPLES {
            examples.push(conflict);
        }
    }

    /// How many of that sort.
    #[must_use]
    pub fn count(&self, sort: Sort) -> u64 {
        self.sorts.get(&sort).map_or(0, |(count, _)| *count)
    }

    /// Each sort that occurred, how often, and the first few.
    pub fn sorts(&self) -> impl Iterator<Item = (Sort, u64, &[Conflict])> {
        self.sorts
            .iter()
            .map(|(sort, (count, examples))| (*sort, *count, examples.as_slice()))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;

    #[test]
    fn all_are_counted_and_the_first_are_kept() {
        let mut tally = Tally::default();
        for row in 1..=20 {
            tally.add(Conflict {
                sort: Sort::Repeated,
                case: "INC1".into(),
                row,
                what: String::new(),
            });
        }
        assert_eq!(tally.count(Sort::Repeated), 20);
        assert_eq!(tally.count(Sort::Late), 0);
        let (_, _, examples) = tally.sorts().next().unwrap();
        let rows: Vec<u64> = examples.iter().map(|one| one.row).collect();
        assert_eq!(rows, [1, 2, 3, 4, 5]);
    }

    #[test]
    fn every_sort_has_a_word_of_its_own() {
        let words: BTreeSet<&str> = Sort::ALL.iter().map(|sort| sort.word()).collect();
        assert_eq!(words.len(), Sort::ALL.len());
    }
}
