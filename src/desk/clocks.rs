//! The clocks of the tickets of a commit, by its policy.

use super::error::DeskError;
use crate::policy::clock::{self, Run};
use crate::policy::{Policy, Roster};
use crate::store::{RuleSource, Snapshot};
use crate::ticket::header::Scalar;
use crate::ticket::value::{Shape, Value as _};
use crate::ticket::{Brief, Ticket, Timestamp};
use std::cell::OnceCell;
use std::fmt;
use std::rc::Rc;

/// Policy and roster as far as they make sense, read when first asked for: most
/// questions ask for no clock. Without any, no ticket has a clock.
#[derive(Clone, Default)]
pub struct Clocks(Option<Rc<Source>>);

struct Source {
    files: RuleSource,
    read: OnceCell<(Policy, Roster)>,
}

impl fmt::Debug for Clocks {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Clocks")
    }
}

impl Clocks {
    /// The clocks of a commit.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn of(snapshot: &Snapshot<'_>) -> Result<Self, DeskError> {
        Ok(Self(Some(Rc::new(Source {
            files: snapshot.rule_source()?,
            read: OnceCell::new(),
        }))))
    }

    /// What clocks go by, if anything.
    #[must_use]
    pub fn rules(&self) -> Option<clock::Rules<'_>> {
        let source = self.0.as_ref()?;
        let (policy, roster) = source.read.get_or_init(|| source.files.understand());
        Some(clock::Rules { policy, roster })
    }

    /// The runs of a ticket's clocks.
    #[must_use]
    pub fn runs(&self, ticket: &Ticket) -> Vec<Run<'_>> {
        self.rules()
            .map(|rules| rules.runs(ticket))
            .unwrap_or_default()
    }

    /// When the first of its clocks is due.
    #[must_use]
    pub fn due(&self, ticket: &Ticket) -> Option<Timestamp> {
        self.rules()?.soonest(ticket).due
    }

    /// A ticket without its timeline, and when it is due.
    #[must_use]
    pub fn brief(&self, ticket: &Ticket) -> Brief {
        let soonest = self.rules().map(|rules| rules.soonest(ticket));
        let soonest = soonest.unwrap_or_default();
        Brief::of(ticket, soonest.due, soonest.late)
    }

    /// Whether one of its clocks is over by then and still goes on.
    #[must_use]
    pub fn is_late(&self, ticket: &Ticket, now: Timestamp) -> bool {
        let late = self.rules().and_then(|rules| rules.soonest(ticket).late);
        late.is_some_and(|late| late <= now)
    }

    /// The values that a column has, as [`super::fields::values`], and what
    /// follows from clocks.
    pub(super) fn values(&self, ticket: &Ticket, name: &str) -> Vec<Scalar> {
        if name == "due" {
            let due = self.due(ticket).map(|due| Scalar {
                text: due.text(),
                shape: Shape::Time,
            });
            return due.into_iter().collect();
        }
        super::fields::values(ticket, name)
    }

    /// A column's value in one line of text, as [`super::fields::field`].
    #[must_use]
    pub fn field(&self, ticket: &Ticket, name: &str) -> Option<String> {
        if name == "due" {
            return self.due(ticket).map(|due| due.text());
        }
        super::fields::field(ticket, name)
    }
}
