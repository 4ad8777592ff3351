//! Stretches of time in which somebody, or nobody, is there.

use super::person::Person;
use crate::policy::calendar::{Calendar, Interval};
use crate::ticket::Timestamp;

/// When a person is at work between two moments, in order.
#[must_use]
pub fn at_work(person: &Person, from: Timestamp, to: Timestamp) -> Vec<Interval> {
    let away: Vec<Interval> = person
        .absences
        .iter()
        .map(|absence| Interval {
            from: absence.from,
            to: absence.to,
        })
        .collect();
    without(&rostered(person, from, to), &union(away))
}

/// When a person would be at work if they were never away.
fn rostered(person: &Person, from: Timestamp, to: Timestamp) -> Vec<Interval> {
    match &person.duty {
        Some(duty) => duty.intervals(from, to),
        None => vec![Interval { from, to }],
    }
}

/// When none of these people is there though somebody should be: in the hours
/// of a calendar, or else in those in which one of them would be if nobody was
/// away.
#[must_use]
pub fn gaps(
    people: &[&Person],
    hours: Option<&Calendar>,
    from: Timestamp,
    to: Timestamp,
) -> Vec<Interval> {
    let expected = match hours {
        Some(hours) => hours.intervals(from, to),
        None => {
            let all = people.iter().flat_map(|person| rostered(person, from, to));
            union(all.collect())
        }
    };
    let there = people.iter().flat_map(|person| at_work(person, from, to));
    without(&expected, &union(there.collect()))
}

/// The same time, in order and apart.
fn union(mut all: Vec<Interval>) -> Vec<Interval> {
    all.sort_by_key(|one| one.from);
    let mut joined: Vec<Interval> = Vec::new();
    for one in all {
        match joined.last_mut() {
            Some(last) if one.from <= last.to => last.to = last.to.max(one.to),
            _ => joined.push(one),
        }
    }
    joined
}

/// What is left of `all` without `taken`; both in order and apart.
fn without(all: &[Interval], taken: &[Interval]) -> Vec<Interval> {
    let mut left = Vec::new();
    for one in all {
        let mut from = one.from;
        for gone in taken
            .iter()
            .filter(|gone| gone.to > one.from && gone.from < one.to)
        {
            if gone.from > from {
                left.push(Interval {
                    from,
                    to: gone.from,
                });
            }
            from = from.max(gone.to);
        }
        if from < one.to {
            left.push(Interval { from, to: one.to });
        }
    }
    left
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn intervals(pairs: Vec<(i64, i64)>) -> Vec<Interval> {
        let one = |(from, length)| Interval {
            from: Timestamp::from_unix(from),
            to: Timestamp::from_unix(from + length),
        };
        union(pairs.into_iter().map(one).collect())
    }

    fn has(all: &[Interval], at: i64) -> bool {
        let at = Timestamp::from_unix(at);
        all.iter().any(|one| one.from <= at && at < one.to)
    }

    proptest! {
        #[test]
        fn what_is_left_is_what_was_there_and_not_taken(
            all in prop::collection::vec((0..100i64, 1..20i64), 0..8),
            taken in prop::collection::vec((0..100i64, 1..20i64), 0..8),
        ) {
            let (all, taken) = (intervals(all), intervals(taken));
            let left = without(&all, &taken);
            for at in 0..130 {
                prop_assert_eq!(has(&left, at), has(&all, at) && !has(&taken, at), "{}", at);
            }
            prop_assert!(left.iter().all(|one| one.from < one.to));
        }
    }
}
