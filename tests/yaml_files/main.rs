//! The files of a desk as YAML, through the public interface.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod clocks;
mod corpus;
mod edits;
mod hostile;
mod policy;
mod read;
mod readers;
mod round_trip;
mod tickets;
