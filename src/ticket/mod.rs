//! The ticket: what it is, what may happen to it, and what that does.
//!
//! Everything here is pure. `now`, the actor and randomness come in as
//! arguments; no clock, file, environment or git is read.
//!
//! - [`id`]: names of tickets and events.
//! - [`value`], [`words`]: the domain's types.
//! - [`header`]: the current state, and changes to it; one declaration.
//! - [`event`]: one entry of the timeline.
//! - [`details`], [`judged`]: what it tells beside its effect.
//! - [`fold`]: timeline → header (`evolve`).
//! - [`action`], [`lifecycle`], `checks`, [`mod@decide`]: action → events, or a
//!   [`Refusal`].
//! - [`text`]: how texts compare.
//! - [`moves`]: its way between teams.
//! - [`merge`]: two copies of a timeline → one.
//! - [`bytes`]: values as bytes, for caches.

pub mod action;
pub mod bytes;
mod checks;
pub mod decide;
pub mod details;
pub mod event;
pub mod facts;
pub mod fold;
pub mod header;
pub mod id;
pub mod judged;
pub mod lifecycle;
pub mod merge;
pub mod moves;
pub mod refusal;
pub mod text;
pub mod time;
pub mod value;
pub mod words;

pub use action::{Action, Alteration, Opening, Signal, Target};
pub use decide::{Context, decide};
pub use details::Details;
pub use event::Event;
pub use facts::{Brief, Facts};
pub use fold::{Ticket, evolve};
pub use header::{Change, Header, Lists, Patch};
pub use id::{Draw, EventId, TicketId};
pub use judged::{Judged, Judgement};
pub use refusal::Refusal;
pub use time::Timestamp;
pub use value::{BadValue, BlobId, Category, Handle, Level, Line, Name, Priority, Rating};
pub use words::{Clock, Grade, Kind, Link, LinkKind, Status, Verb};

/// The `schema` of the ticket files this version writes.
pub const SCHEMA: u32 = 1;
