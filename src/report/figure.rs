//! Figures: what metrics come to. Each says of how many (n) it is.

use super::percentile::nearest_rank;
use serde::Serialize;

/// A part of a whole.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Part {
    /// The part.
    pub count: usize,
    /// The whole.
    pub n: usize,
}

impl Part {
    /// One of one, or none of one; nothing at all for `None`.
    #[must_use]
    pub fn one(is_so: Option<bool>) -> Self {
        Self {
            count: usize::from(is_so == Some(true)),
            n: usize::from(is_so.is_some()),
        }
    }

    /// How many of `all` are so.
    pub fn of<T>(all: impl IntoIterator<Item = T>, is_so: impl Fn(&T) -> bool) -> Self {
        let mut part = Self::default();
        for one in all {
            part += Self::one(Some(is_so(&one)));
        }
        part
    }

    /// `count` ÷ `n`, from 0 to 1; none where `n` is 0.
    #[must_use]
    pub fn share(self) -> Option<f64> {
        // Counts of tickets are far below the 2^53 that f64 holds exactly.
        (self.n > 0).then(|| self.count as f64 / self.n as f64)
    }
}

impl std::ops::AddAssign for Part {
    fn add_assign(&mut self, more: Self) {
        self.count += more.count;
        self.n += more.n;
    }
}

/// How long something took, in seconds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Took {
    /// Open seconds of the desk's calendar, time pending included.
    pub business: i64,
    /// The same without the time that the ticket was pending.
    pub net: i64,
    /// All seconds.
    pub calendar: i64,
}

/// A distribution of seconds. Percentiles are nearest-rank: one of the values.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Spread {
    /// The mean, rounded down.
    pub mean: i64,
    /// Half took no longer.
    pub p50: i64,
    /// Nine tenths took no longer.
    pub p90: i64,
    /// Nineteen twentieths took no longer.
    pub p95: i64,
}

impl Spread {
    /// The spread of some values; none of nothing.
    #[must_use]
    pub fn of(mut values: Vec<i64>) -> Option<Self> {
        let n = i64::try_from(values.len()).ok().filter(|n| *n > 0)?;
        values.sort_unstable();
        let rank = |percent| nearest_rank(&values, percent);
        Some(Self {
            mean: values.iter().sum::<i64>().div_euclid(n),
            p50: rank(50)?,
            p90: rank(90)?,
            p95: rank(95)?,
        })
    }
}

/// What a metric comes to over some tickets.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Figure {
    /// A share.
    Share(Part),
    /// A time: business hours, the same net of pending, calendar hours; none
    /// where nothing was measured.
    Time {
        /// How many were measured.
        n: usize,
        /// Open time.
        business: Option<Spread>,
        /// Open time without time pending.
        net: Option<Spread>,
        /// All time.
        calendar: Option<Spread>,
    },
    /// A part of a time.
    Ratio {
        /// Seconds of the part.
        part: i64,
        /// Seconds of the whole.
        whole: i64,
        /// Of how many tickets.
        n: usize,
    },
    /// A count.
    Count {
        /// The sum.
        total: i64,
        /// Of how many tickets.
        n: usize,
    },
    /// A mean of whole numbers.
    Mean {
        /// The sum of them.
        total: i64,
        /// How many there are.
        n: usize,
    },
    /// An amount in hundredths of the desk's currency.
    Money {
        /// The sum.
        total: i64,
        /// Of how many tickets.
        n: usize,
    },
}

impl Figure {
    /// Of how many it is.
    #[must_use]
    pub fn n(&self) -> usize {
        match self {
            Self::Share(part) => part.n,
            Self::Time { n, .. }
            | Self::Ratio { n, .. }
            | Self::Count { n, .. }
            | Self::Mean { n, .. }
            | Self::Money { n, .. } => *n,
        }
    }

    /// The one number that is compared: the share, the median of business
    /// seconds, the sum. None where nothing was counted.
    #[must_use]
    pub fn headline(&self) -> Option<f64> {
        // Seconds and hundredths stay far below what f64 holds exactly.
        match self {
            Self::Share(part) => part.share(),
            Self::Time { business, .. } => business.map(|spread| spread.p50 as f64),
            Self::Ratio { part, whole, .. } => (*whole > 0).then(|| *part as f64 / *whole as f64),
            Self::Mean { total, n } => (*n > 0).then(|| *total as f64 / *n as f64),
            Self::Count { total, .. } | Self::Money { total, .. } => Some(*total as f64),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_share_of_nothing_is_none() {
        assert_eq!(Part::default().share(), None);
        assert_eq!(Part::of([1, 2, 3, 4], |n| n % 2 == 0).share(), Some(0.5));
        assert_eq!(Part::one(None), Part { count: 0, n: 0 });
    }

    #[test]
    fn a_spread_is_of_the_values() {
        let ten: Vec<i64> = (1..=10).collect();
        let expected = Spread {
            mean: 5,
            p50: 5,
            p90: 9,
            p95: 10,
        };
        assert_eq!(Spread::of(ten), Some(expected));
        assert_eq!(Spread::of(Vec::new()), None);
    }
}
