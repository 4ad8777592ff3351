//! Taking turns, and what came of it.

use crate::Fallible;
use serde::Serialize;
use std::time::{Duration, Instant};

/// How long each comparison may take.
#[derive(Debug, Clone, Copy)]
pub(crate) struct Effort {
    /// Runs after the warm-up.
    pub(crate) runs: usize,
    /// No new round once so much time has gone, but at least three.
    pub(crate) budget: Duration,
}

/// Times of one contender, in milliseconds.
#[derive(Debug, Clone, Copy, Serialize)]
pub(crate) struct Figures {
    /// The middle one.
    pub(crate) median: f64,
    /// The fastest.
    pub(crate) min: f64,
    /// The slowest.
    pub(crate) max: f64,
    /// How many.
    pub(crate) runs: usize,
}

impl Figures {
    /// Of times; nothing of none.
    pub(crate) fn of(times: &[Duration]) -> Option<Self> {
        let mut times: Vec<f64> = times.iter().map(|t| t.as_secs_f64() * 1000.0).collect();
        times.sort_by(f64::total_cmp);
        let half = times.len() / 2;
        let upper = *times.get(half)?;
        let median = match times.len() % 2 {
            0 => f64::midpoint(upper, times[half - 1]),
            _ => upper,
        };
        Some(Self {
            median,
            min: *times.first()?,
            max: *times.last()?,
            runs: times.len(),
        })
    }

    /// The same, spread over `count` pieces of work.
    pub(crate) fn each(self, count: f64) -> Self {
        Self {
            median: self.median / count,
            min: self.min / count,
            max: self.max / count,
            runs: self.runs,
        }
    }
}

/// One side of a comparison. It is told the round, from 0 (the warm-up) on, and
/// returns the time of what is measured, without its preparations.
pub(crate) type Contender<'a> = Box<dyn FnMut(usize) -> Fallible<Duration> + 'a>;

/// Lets contenders run in turns (A B A B …), so that what slows the machine
/// down meets all of them. The first round warms up and does not count.
///
/// # Errors
/// One of them fails.
pub(crate) fn alternate(effort: Effort, mut sides: Vec<Contender<'_>>) -> Fallible<Vec<Figures>> {
    let mut times = vec![Vec::new(); sides.len()];
    let start = Instant::now();
    for round in 0..=effort.runs {
        for (side, times) in sides.iter_mut().zip(&mut times) {
            let taken = side(round)?;
            if round > 0 {
                times.push(taken);
            }
        }
        if round >= 3 && start.elapsed() > effort.budget {
            break;
        }
    }
    times
        .iter()
        .map(|times| Figures::of(times).ok_or_else(|| "no run was asked for".into()))
        .collect()
}
