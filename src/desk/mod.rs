//! The application: a request becomes a change; queries. No printing.
//!
//! - [`spell`]: an id as it is said on the phone.
//! - [`text`]: comparing words as people mean them.

pub mod spell;
pub mod text;
