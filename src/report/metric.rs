//! A metric: what one ticket contributes, and what that comes to over many.
//!
//! Every metric of DOMAIN.md section 6 that is a figure over tickets is one
//! [`Metric`], in a file of its family under [`super::metrics`]. What a ticket
//! contributes is all there is to write: totals, groups, comparisons, the
//! tickets behind a figure and the columns of `report tickets` follow from it.

use super::figure::{Figure, Part, Spread, Took};
use super::lens::Lens;
use super::life::Life;
use std::panic::resume_unwind;
use std::thread;

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
        let mut tally = Tally::of(self);
        lives.iter().for_each(|life| tally.add(life, lens));
        tally.figure()
    }

    /// What it comes to over one ticket; none where that is no part of it.
    #[must_use]
    pub fn of(&self, life: &Life, lens: Lens<'_>) -> Option<Figure> {
        let figure = self.over(&[life], lens);
        (figure.n() > 0).then_some(figure)
    }
}

/// So many tickets are worth a thread.
const MANY: usize = 4_096;

/// What metrics come to over the same tickets. Each ticket is looked at once for
/// all of them, since fetching it from memory takes longer than most measures;
/// many tickets are looked at by all processors.
#[must_use]
pub fn figures(metrics: &[Metric], lives: &[&Life], lens: Lens<'_>) -> Vec<Figure> {
    let workers = thread::available_parallelism().map_or(1, usize::from);
    let part = lives.len().div_ceil(workers).max(MANY);
    let mut tallies: Vec<Tally> = metrics.iter().map(Tally::of).collect();
    let tally = |lives: &[&Life]| {
        let mut tallies: Vec<Tally> = metrics.iter().map(Tally::of).collect();
        for life in lives {
            tallies.iter_mut().for_each(|one| one.add(life, lens));
        }
        tallies
    };
    let mut join = |more: Vec<Tally>| {
        tallies
            .iter_mut()
            .zip(more)
            .for_each(|(all, more)| all.join(more));
    };
    let (own, others) = lives.split_at(part.min(lives.len()));
    thread::scope(|scope| {
        let others = others.chunks(part);
        let others: Vec<_> = others.map(|lives| scope.spawn(|| tally(lives))).collect();
        join(tally(own));
        for other in others {
            join(other.join().unwrap_or_else(|panic| resume_unwind(panic)));
        }
    });
    tallies.into_iter().map(Tally::figure).collect()
}

/// What a metric has come to so far.
struct Tally {
    measure: Measure,
    part: Part,
    took: Vec<Took>,
    total: i64,
    whole: i64,
    n: usize,
}

impl Tally {
    fn of(metric: &Metric) -> Self {
        Self {
            measure: metric.measure,
            part: Part::default(),
            took: Vec::new(),
            total: 0,
            whole: 0,
            n: 0,
        }
    }

    fn add(&mut self, life: &Life, lens: Lens<'_>) {
        match self.measure {
            Measure::Share(measure) => self.part += measure(life, lens),
            Measure::Time(measure) => self.took.extend(measure(life, lens)),
            Measure::Ratio(measure) => {
                if let Some((part, whole)) = measure(life, lens) {
                    self.total += part;
                    self.whole += whole;
                    self.n += 1;
                }
            }
            Measure::Count(measure) | Measure::Mean(measure) | Measure::Money(measure) => {
                if let Some(one) = measure(life, lens) {
                    self.total += one;
                    self.n += 1;
                }
            }
        }
    }

    fn join(&mut self, more: Self) {
        self.part += more.part;
        self.took.extend(more.took);
        self.total += more.total;
        self.whole += more.whole;
        self.n += more.n;
    }

    fn figure(self) -> Figure {
        let (total, n) = (self.total, self.n);
        match self.measure {
            Measure::Share(_) => Figure::Share(self.part),
            Measure::Time(_) => {
                let spread = |of: fn(&Took) -> i64| Spread::of(self.took.iter().map(of).collect());
                Figure::Time {
                    n: self.took.len(),
                    business: spread(|took| took.business),
                    net: spread(|took| took.net),
                    calendar: spread(|took| took.calendar),
                }
            }
            Measure::Ratio(_) => Figure::Ratio {
                part: total,
                whole: self.whole,
                n,
            },
            Measure::Count(_) => Figure::Count { total, n },
            Measure::Mean(_) => Figure::Mean { total, n },
            Measure::Money(_) => Figure::Money { total, n },
        }
    }
}
