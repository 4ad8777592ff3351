//! What the application knows of the world outside the desk: the time, who
//! acts, where randomness comes from. Made by the command line from its
//! environment, so that tests can make another.

use super::error::DeskError;
use crate::ticket::{Draw, Timestamp};
use chrono::Utc;

/// The surroundings of one run.
#[derive(Debug, Clone, Default)]
pub struct World {
    /// The present, if it stands still (tests, demonstrations).
    pub fixed_now: Option<Timestamp>,
    /// Where randomness starts, if it must repeat (tests, demonstrations).
    pub seed: Option<u64>,
    /// Act as this handle instead of whom git's identity is.
    pub act_as: Option<String>,
    /// Minutes that the local time is ahead of UTC; commits carry it.
    pub utc_offset: i32,
}

impl World {
    /// The present.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        self.fixed_now.unwrap_or_else(|| Utc::now().into())
    }

    /// A source of randomness: the system's, or one that repeats.
    ///
    /// # Errors
    /// The system has none.
    pub fn entropy(&self) -> Result<Entropy, DeskError> {
        let seed = match self.seed {
            Some(seed) => seed ^ self.now().unix().unsigned_abs().rotate_left(32),
            None => getrandom::u64().map_err(|error| DeskError::Io {
                what: "the system's random numbers".into(),
                error: std::io::Error::other(error),
            })?,
        };
        Ok(Entropy {
            state: seed,
            repeats: self.seed.is_some(),
        })
    }
}

/// Random bits: the system's, or a sequence that repeats (SplitMix64, Steele
/// et al. 2014).
#[derive(Debug)]
pub struct Entropy {
    state: u64,
    repeats: bool,
}

impl Draw for Entropy {
    fn draw(&mut self) -> u64 {
        if !self.repeats
            && let Ok(bits) = getrandom::u64()
        {
            return bits;
        }
        self.state = self.state.wrapping_add(0x9e37_79b9_7f4a_7c15);
        let mut bits = self.state;
        bits = (bits ^ (bits >> 30)).wrapping_mul(0xbf58_476d_1ce4_e5b9);
        bits = (bits ^ (bits >> 27)).wrapping_mul(0x94d0_49bb_1331_11eb);
        bits ^ (bits >> 31)
    }
}
