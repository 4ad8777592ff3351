//! What lives are looked at through: a period, the present, a policy.

use super::life::Life;
use super::period::Period;
use crate::policy::Policy;
use crate::ticket::{Level, Timestamp};

/// A period as seen at a moment by a policy.
#[derive(Debug, Clone, Copy)]
pub struct Lens<'a> {
    /// What the figures are about.
    pub period: Period,
    /// The present: ages end here, and what is to come has not happened.
    pub now: Timestamp,
    /// Whose hours, windows and costs count.
    pub policy: &'a Policy,
}

impl<'a> Lens<'a> {
    /// The same present and policy, another period.
    #[must_use]
    pub fn over(self, period: Period) -> Self {
        Self { period, ..self }
    }

    /// The last moment that is known of the period: its end, or the present.
    #[must_use]
    pub fn end(self) -> Timestamp {
        self.period.to().plus(-1).min(self.now)
    }

    /// Open seconds of the desk's usual calendar; every second, where the
    /// policy has no hours.
    #[must_use]
    pub fn business(self, from: Timestamp, to: Timestamp) -> i64 {
        self.policy.calendars.usual.open_between(from, to).0
    }

    /// Whether a ticket's last resolution stands and lies in the period: the
    /// whole that most shares are parts of. One that was reopened counts where
    /// it was resolved last.
    #[must_use]
    pub fn resolved(self, life: &Life) -> bool {
        let resolved = life.resolved();
        resolved.is_some_and(|one| self.period.contains(one.at))
    }

    /// Whether it was live at [`Lens::end`].
    #[must_use]
    pub fn open_at_end(self, life: &Life) -> bool {
        let stay = life.course.at(self.end());
        stay.is_some_and(|stay| stay.status.is_live())
    }

    /// Whether something of its life lies in the period: it was live in it.
    #[must_use]
    pub fn touches(self, life: &Life) -> bool {
        let start = self.period.from();
        let over_before = || {
            let stay = life.course.at(start);
            let over = stay.is_some_and(|stay| !stay.status.is_live());
            let later = life
                .course
                .stays
                .last()
                .is_some_and(|last| last.from >= start);
            over && !later
        };
        life.opened <= self.end() && !over_before()
    }

    /// What a ticket that reached that level costs, in hundredths of the desk's
    /// currency. DOMAIN.md section 6, "cost".
    #[must_use]
    pub fn cost(self, level: Level) -> i64 {
        let cost = self.policy.cost(level);
        i64::try_from(cost.hundredths()).unwrap_or(i64::MAX)
    }
}
