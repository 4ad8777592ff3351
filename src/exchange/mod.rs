//! Event logs of other systems in, event logs out.
//!
//! Pure but for the readers, which take a stream that somebody else has opened:
//! rows in → events out. Opening files and committing is done above.
//!
//! - [`mapping`]: what a log's columns mean, as a typed file; no line of code is
//!   for any one log.
//! - [`read`]: CSV, JSON lines and XES → [`Row`]s.
//! - [`gather`]: rows → cases, however they are mixed in the file.
//! - [`history`]: the rows of a case → the events of a ticket.
//! - [`conflict`]: what in a log does not fit, counted and listed.
//! - [`flat`], [`xes`]: events → rows of a table, or XES.

pub mod conflict;
pub mod fit;
pub mod flat;
pub mod gather;
pub mod history;
pub mod mapping;
pub mod read;
pub mod row;
pub mod xes;

pub use conflict::{Conflict, Sort};
pub use gather::{Case, Gatherer};
pub use history::{Made, Plan};
pub use mapping::Mapping;
pub use row::{Names, Row, View};
