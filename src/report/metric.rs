//! A metric: what one ticket contributes, and what that comes to over many.
//!
//! Every metric of DOMAIN.md section 6 that is a figure over tickets is one
//! [`Metric`], in a file of its family under [`super::metrics`]. What a ticket
//! contributes is all there is to write: totals, groups, comparisons, the
//! tickets behind a figure and the columns of `report tickets` follow from it.

use super::figure::{Figure, Part, Spread, Took};
use super::lens::Lens;
use super::life::Life;

/// A figure over tickets.
#[derive(Debug, Clone, Copy)]
pub struct Metric {
    /// Its name in JSON and for `--explain`: first-level-resolution.
    pub name: &'static str,
    /// What it is called.
    pub title: &'static str,
    /// Formula, population and edge cases, in words that people read.
    pub definition: &'static str,
    /// Which way is better.
    pub better: Better,
    /// What one ticket contributes.
    pub measure: Measure,
}

/// Which way a figure is better.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Better {
    /// More is.
    More,
    /// Less is.
    Less,
    /// Neither: it depends.
    Neither,
}

/// What one ticket contributes in a period.
#[derive(Debug, Clone, Copy)]
pub enum Measure {
    /// To a part and its whole.
    Share(fn(&Life, Lens<'_>) -> Part),
    /// A time, where there is one.
    Time(fn(&Life, Lens<'_>) -> Option<Took>),
    /// To a part of a time and its whole, in seconds.
    Ratio(fn(&Life, Lens<'_>) -> Option<(i64, i64)>),
    /// A number, where it is counted.
    Count(fn(&Life, Lens<'_>) -> Option<i64>),
    /// To a mean.
    Mean(fn(&Life, Lens<'_>) -> Option<i64>),
    /// An amount in hundredths of the desk's currency.
    Money(fn(&Life, Lens<'_>) -> Option<i64>),
}

impl Metric {
    /// What it comes to over these tickets.
    #[must_use]
    pub fn over(&self, lives: &[&Life], lens: Lens<'_>) -> Figure {
        let sum = |measure: fn(&Life, Lens<'_>) -> Option<i64>| {
            let counted = lives.iter().filter_map(|life| measure(life, lens));
            counted.fold((0, 0), |(total, n), one| (total + one, n + 1))
        };
        match self.measure {
            Measure::Share(measure) => {
                let mut part = Part::default();
                for life in lives {
                    part += measure(life, lens);
                }
                Figure::Share(part)
            }
            Measure::Time(measure) => {
                let took: Vec<Took> = lives
                    .iter()
                    .filter_map(|life| measure(life, lens))
                    .collect();
                let spread =
                    |of: fn(&Took) -> i64| Spread::of(&took.iter().map(of).collect::<Vec<_>>());
                Figure::Time {
                    n: took.len(),
                    business: spread(|took| took.business),
                    net: spread(|took| took.net),
                    calendar: spread(|took| took.calendar),
                }
            }
            Measure::Ratio(measure) => {
                let parts = lives.iter().filter_map(|life| measure(life, lens));
                let (part, whole, n) = parts.fold((0, 0, 0), |(part, whole, n), one| {
                    (part + one.0, whole + one.1, n + 1)
                });
                Figure::Ratio { part, whole, n }
            }
            Measure::Count(measure) => {
                let (total, n) = sum(measure);
                Figure::Count { total, n }
            }
            Measure::Mean(measure) => {
                let (total, n) = sum(measure);
                Figure::Mean { total, n }
            }
            Measure::Money(measure) => {
                let (total, n) = sum(measure);
                Figure::Money { total, n }
            }
        }
    }

    /// What it comes to over one ticket; none where that is no part of it.
    #[must_use]
    pub fn of(&self, life: &Life, lens: Lens<'_>) -> Option<Figure> {
        let figure = self.over(&[life], lens);
        (figure.n() > 0).then_some(figure)
    }
}
