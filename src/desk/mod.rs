//! The application: a request becomes a change; queries. No printing.

pub mod fields;
pub mod filter;
pub mod record;
pub mod sort;
pub mod spell;
pub mod text;
pub mod when;
