//! The pure core, with random histories: legal ones, and hostile ones.
#![expect(
    clippy::unwrap_used,
    reason = "a test that unwraps says where it failed"
)]

mod desk;
mod hostile;
mod legal;
mod table;

#[path = "../yaml_files/corpus.rs"]
#[expect(dead_code, reason = "the long texts are for other tests")]
mod corpus;
#[path = "../yaml_files/tickets.rs"]
#[expect(dead_code, reason = "some are for other tests")]
mod tickets;
