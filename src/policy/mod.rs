//! The desk's policy (`desk.yaml`) and roster (`people.yaml`), typed and
//! validated, and what follows from them. Pure: files are read in `store`.
//!
//! - [`rules`]: the sections of `desk.yaml`, a file each.
//! - [`when`]: what a rule asks of a ticket.
//! - [`hours`]: the words of a week; [`zone`]: time zones; [`calendar`]: open hours
//!   of one.
//! - [`clock`]: service-level clocks of a ticket.
//! - [`sweep`]: what time alone does to a ticket.
//! - [`contacts`]: those who ask, of `contacts.yaml`.
//! - [`people`]: the people of `people.yaml`.
//! - [`queue`]: which tickets wait for somebody.
//! - [`start`]: where a new ticket starts, and why.
//! - [`evidence`]: which level a ticket is, and what speaks for it.
//! - [`who`]: whom a ticket is escalated to, and why.
//! - [`routing`]: words ("desktop", "2", "lena", "me") → where a ticket goes.

pub mod calendar;
pub mod clock;
pub mod contacts;
pub mod evidence;
pub mod hours;
pub mod people;
pub mod queue;
pub mod routing;
pub mod rules;
pub mod start;
pub mod sweep;
pub mod when;
pub mod who;
pub mod zone;

pub use calendar::{BusinessSeconds, Calendar};
pub use people::{Person, Roster};
pub use routing::Unroutable;
pub use rules::{Policy, PolicyFault};

/// The `format` of desk files that this version writes and shares.
pub const FORMAT: u32 = 1;

/// Who acts where time alone does, unless somebody names another: `desk sweep`.
pub const SWEEP: &str = "sweep";
