//! Results of clocks, as the event that finished them keeps them.

use super::value::{BlobId, Name};
use super::words::Clock;
use std::collections::BTreeMap;

/// The results of one or more clocks, and what they were judged by.
///
/// Seconds are whole seconds of the calendar's open time. They are read and
/// written up to [`MOST_SECONDS`].
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Judged {
    /// The content of `desk.yaml` that judged, by git's name for it.
    pub policy: BlobId,
    /// The version of the time-zone database, such as 2026a.
    pub tz: Name,
    /// A result for each clock that finished.
    pub clocks: BTreeMap<Clock, Judgement>,
}

/// The result of one clock.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Judgement {
    /// Whether it stopped within its target; to the second is within.
    pub met: bool,
    /// Seconds that it had run.
    pub spent: u32,
    /// Seconds that it might have run.
    pub target: u32,
}

impl Judgement {
    /// The word for it.
    #[must_use]
    pub fn word(self) -> &'static str {
        if self.met { "met" } else { "breached" }
    }

    /// The result of a clock that had run for `spent` of `target` seconds.
    #[must_use]
    pub fn of(spent: i64, target: i64) -> Self {
        Self {
            met: spent <= target,
            spent: seconds(spent),
            target: seconds(target),
        }
    }
}

/// The longest time that a file holds: thirty-one years.
pub const MOST_SECONDS: u32 = 1_000_000_000;

fn seconds(count: i64) -> u32 {
    u32::try_from(count.max(0)).map_or(MOST_SECONDS, |count| count.min(MOST_SECONDS))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_that_is_just_met_is_met() {
        assert!(Judgement::of(3600, 3600).met);
        assert!(!Judgement::of(3601, 3600).met);
    }

    #[test]
    fn seconds_stay_what_a_file_can_hold() {
        let late = Judgement::of(i64::MAX, -5);
        assert_eq!((late.spent, late.target), (MOST_SECONDS, 0));
    }
}
