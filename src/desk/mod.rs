//! The application: requests, changes and queries.

pub mod when;
