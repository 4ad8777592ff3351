//! The application: requests become changes, and questions get answers. Prints
//! nothing and reads no environment.
//!
//! The way of a change: [`Request`] (words) → `plan` (meaning, by policy and
//! roster) → `ticket::decide` (events, or a refusal) → `ticket::evolve` →
//! [`crate::store`] (one commit). [`Desk::perform`] is the only way in.
//!
//! The way of a question: [`Desk::list`] ([`filter`], [`sort`]) → [`record`], or
//! [`Desk::lives`] → [`crate::report`]; both through the cache, or without it.

mod adopt;
mod app;
mod author;
mod cached;
mod check;
mod claim;
mod clocks;
mod cover;
mod doctor;
mod draft;
mod error;
mod events;
mod export;
pub mod fields;
pub mod filter;
mod find;
mod found;
mod handing;
mod history;
mod hooks;
mod import;
mod loads;
pub mod merge;
mod message;
mod next;
mod opening;
mod plan;
mod preview;
mod query;
pub mod record;
mod remark;
pub mod request;
mod rules;
pub mod sample;
pub mod schema;
mod search;
mod similar;
pub mod sort;
pub mod spell;
mod suggest;
pub mod templates;
pub mod text;
mod time;
mod trailers;
mod trial;
mod undo;
mod unentitled;
pub mod when;
mod workbench;
mod world;

pub use adopt::Adopted;
pub use app::{Desk, Outcome, Performed};
pub use claim::Claimed;
pub use clocks::Clocks;
pub use cover::{Absence, Covered};
pub use doctor::{Finding, Mend, Severity};
pub use error::{DeskError, Failure};
pub use events::{Happening, What};
pub use export::Exported;
pub use found::first_roster;
pub use history::{Entry, FieldChange};
pub use hooks::{Hooks, WITHIN};
pub use import::{How, Imported, Log};
pub use preview::{Past, Preview, Receiver};
pub use query::{Damaged, Listing, Reading, Remarks};
pub use remark::Remark;
pub use request::{EscalateRequest, Line, OpenRequest, Request};
pub use rules::{LazyContacts, RuleFile, RuleFiles, Rules};
pub use search::Found;
pub use time::Swept;
pub use trial::Tried;
pub use workbench::{Adoption, Deed, Deeds, Step, Which};
pub use world::World;
