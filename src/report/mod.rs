//! Metrics: tickets in, typed figures out. Pure: no clock, no file, no
//! printing. The definitions are those of DOMAIN.md section 6.
//!
//! - [`life`]: what one ticket's timeline says.
//! - [`period`]: spans of time; [`lens`]: what lives are looked at through.
//! - [`metric`]: what a ticket contributes to a figure; [`metrics`]: all of
//!   them; [`figure`], [`percentile`]: the arithmetic.
//! - [`group`]: tickets split by what they are, or by time; [`own`]: what own
//!   fields hold.
//! - [`table`]: figures in rows and columns; [`sheet`]: metrics as tables.
//! - [`views`]: what `desk report` shows.
//! - [`explain`]: what is behind a figure.
//! - [`fared`]: how hand-overs between teams fared.
//! - [`trial`]: what another policy would have made of history.

pub mod explain;
pub mod fared;
pub mod figure;
pub mod group;
pub mod lens;
pub mod life;
pub mod metric;
pub mod metrics;
pub mod own;
pub mod percentile;
pub mod period;
pub mod sheet;
#[cfg(test)]
pub(crate) mod story;
pub mod table;
pub mod trial;
pub mod views;

pub use lens::Lens;
pub use life::Life;
pub use metric::Metric;
pub use period::Period;
pub use table::Table;
