//! The application: a request becomes a change; queries. No printing.
//!
//! - [`filter`], [`sort`]: which tickets, in which order.
//! - [`fields`], [`record`]: a ticket as columns and as JSON.
//! - [`spell`]: an id as it is said on the phone.
//! - [`text`]: comparing words as people mean them.

pub mod fields;
pub mod filter;
pub mod record;
pub mod sort;
pub mod spell;
pub mod text;
