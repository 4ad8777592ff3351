//! Metrics: tickets in, typed figures out. Pure: no clock, no file, no
//! printing. The definitions are those of DOMAIN.md section 6.
//!
//! - [`fared`]: how hand-overs between teams fared.
//! - [`life`]: what one ticket's timeline says.
//! - [`period`], [`percentile`]: the arithmetic.
//! - [`mod@summary`]: the desk at a glance.
//! - [`trial`]: what another policy would have made of history.

pub mod fared;
pub mod life;
pub mod percentile;
pub mod period;
#[cfg(test)]
pub(crate) mod story;
pub mod summary;
pub mod trial;

pub use life::Life;
pub use period::Period;
pub use summary::{Summary, summary};
