//! What the clocks of a ticket came to, as metrics need it.

use super::course::{Course, Place};
use crate::policy::clock::{Counted, Rules, Run};
use crate::ticket::{Clock, Ticket, Timestamp};

/// One run of a clock that has a target or a result.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Timed<'a> {
    /// Which clock.
    pub clock: Clock,
    /// When it started.
    pub started: Timestamp,
    /// What it may use, in open seconds; none where only a result is left.
    pub target: Option<i64>,
    /// Its result, if it has one.
    pub result: Option<Outcome>,
    /// The first second at which it is over: in the future while it is not over
    /// yet; none where it never was, or cannot be while it is paused.
    pub late: Option<Timestamp>,
    /// Open seconds that it counted up to its result, by who had the ticket,
    /// the largest first; of equals, the one that had it first. Empty while it
    /// has no result.
    pub used: Vec<(Place<'a>, i64)>,
    /// When it was paused with a tenth of its target or less left.
    pub paused_late: Option<Timestamp>,
}

/// The result of a clock. The first one stays, whatever happens later.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Outcome {
    /// When it stopped.
    pub at: Timestamp,
    /// Whether it was within its target.
    pub met: bool,
    /// Open seconds that it had counted.
    pub spent: i64,
    /// Open seconds that it might have.
    pub target: i64,
}

impl<'a> Timed<'a> {
    /// Every clock of a ticket.
    #[must_use]
    pub fn all(ticket: &Ticket, rules: Rules<'_>, course: &Course<'a>) -> Vec<Self> {
        let runs = rules.runs(ticket);
        runs.iter().map(|run| Self::of(run, course)).collect()
    }

    fn of(run: &Run<'_>, course: &Course<'a>) -> Self {
        let stop = run.stop.as_ref();
        let result = stop.and_then(|stop| {
            let result = stop.result?;
            Some(Outcome {
                at: stop.at,
                met: result.met,
                spent: result.spent.into(),
                target: result.target.into(),
            })
        });
        Self {
            clock: run.clock,
            started: run.started,
            target: run.target().map(|target| target.0),
            result,
            late: run.late().or(run.was_over()),
            used: match result {
                Some(result) => used(run, course, result.at),
                None => Vec::new(),
            },
            paused_late: paused_late(run),
        }
    }

    /// Whether it was over by then and still went on, without a result.
    #[must_use]
    pub fn is_late(&self, then: Timestamp) -> bool {
        let goes_on = self.result.is_none_or(|result| result.at > then);
        goes_on && self.late.is_some_and(|late| late <= then)
    }

    /// Who used most of it.
    #[must_use]
    pub fn charged(&self) -> Option<&Place<'a>> {
        self.used.first().map(|(place, _)| place)
    }
}

/// The time that a run counted up to `until`, by who had the ticket.
fn used<'a>(run: &Run<'_>, course: &Course<'a>, until: Timestamp) -> Vec<(Place<'a>, i64)> {
    let mut used: Vec<(Place<'a>, i64)> = Vec::new();
    for piece in run
        .pieces
        .iter()
        .filter(|piece| piece.counted == Counted::Open)
    {
        for (stay, from, to) in course.stretches(until) {
            let (from, to) = (from.max(piece.from), to.min(piece.to));
            let open = piece.calendar.open_between(from, to).0;
            match used.iter_mut().find(|(place, _)| *place == stay.place) {
                Some((_, seconds)) => *seconds += open,
                None => used.push((stay.place, open)),
            }
        }
    }
    used.retain(|(_, seconds)| *seconds > 0);
    used.sort_by_key(|(_, seconds)| std::cmp::Reverse(*seconds));
    used
}

/// The share of a target, in percent, from which on a pause is a late one.
const LATE: i64 = 90;

fn paused_late(run: &Run<'_>) -> Option<Timestamp> {
    let target = run.target()?.0;
    let mut spent = 0;
    for (place, piece) in run.pieces.iter().enumerate() {
        spent += piece.open().0;
        let next = run.pieces.get(place + 1).map(|next| &next.counted);
        let paused = matches!(next.unwrap_or(run.counts()), Counted::Paused(_));
        if piece.counted == Counted::Open
            && paused
            && spent <= target
            && spent * 100 >= target * LATE
        {
            return Some(piece.to);
        }
    }
    None
}
