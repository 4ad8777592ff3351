//! The desk's policy (`desk.yaml`) and roster (`people.yaml`), typed and
//! validated, and what follows from them. Pure: files are read in `store`.
//!
//! - [`rules`]: the sections of `desk.yaml`, a file each.
//! - [`when`]: what a rule asks of a ticket.
//! - [`hours`]: the words of a week; [`calendar`]: open hours of a zone.
//! - [`clock`]: service-level clocks of a ticket.
//! - [`roster`]: the people of `people.yaml`.
//! - [`sweep`]: what time alone does to a ticket.
//! - [`routing`]: words ("desktop", "2", "lena", "me") → where a ticket goes.

pub mod calendar;
pub mod clock;
pub mod hours;
pub mod roster;
pub mod routing;
pub mod rules;
pub mod sweep;
pub mod when;

pub use calendar::{BusinessSeconds, Calendar};
pub use roster::{Person, Roster};
pub use routing::Unroutable;
pub use rules::{Policy, PolicyFault};

/// The `format` of desk files that this version writes and shares.
pub const FORMAT: u32 = 1;

/// Who acts where time alone does, unless somebody names another: `desk sweep`.
pub const SWEEP: &str = "sweep";
