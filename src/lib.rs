//! `tierdesk`: a ticket desk for tiered IT support, kept as plain files in git.
//!
//! # The map of the house
//!
//! Arrows go down only: a room may use the rooms below it, never one above
//! (`tests/house.rs` keeps it so).
//!
//! | room | holds | a new … goes here |
//! |---|---|---|
//! | [`cli`] | clap commands, one file each; printing, prompts, exit codes | command, flag, output format |
//! | [`desk`] | the application: a request becomes a change; queries | kind of request, filter, query |
//! | [`exchange`] | event logs of other systems in, event logs out | file format, meaning of a column |
//! | [`report`] | metrics: tickets in, typed figures out; pure | metric |
//! | [`store`] | git, YAML, the work tree; the one commit path | file format, step of the commit path |
//! | [`policy`] | `desk.yaml` and `people.yaml`, typed; routing; pure | rule of the desk |
//! | [`ticket`] | id, events, life cycle, fold, merge; pure | header field, verb, state |

#![warn(
    missing_docs,
    unreachable_pub,
    clippy::unwrap_used,
    clippy::expect_used,
    clippy::print_stdout,
    clippy::print_stderr
)]
#![cfg_attr(
    test,
    expect(
        clippy::unwrap_used,
        reason = "a test that unwraps says where it failed"
    )
)]

pub mod cli;
pub mod desk;
pub mod exchange;
pub mod policy;
pub mod report;
pub mod store;
pub mod ticket;

pub use cli::run;
