//! What a run counted, stretch by stretch, and why not.

use super::run::{Counted, Piece, Run, State};
use crate::policy::{BusinessSeconds, Calendar};
use crate::ticket::{Name, Timestamp};
use chrono::{Days, NaiveDate};

/// A stretch of time, and why it counted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stretch<'a> {
    /// From when.
    pub from: Timestamp,
    /// Up to when.
    pub to: Timestamp,
    /// What held.
    pub why: Why,
    /// The calendar by which it did.
    pub calendar: &'a Calendar,
}

/// Why a stretch counted or not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Why {
    /// In open hours: it counted.
    Counted,
    /// The calendar was closed; on that date, for a holiday.
    Closed(Option<NaiveDate>),
    /// The ticket waited for that.
    Paused(Name),
    /// The ticket was resolved.
    Resolved,
}

impl Stretch<'_> {
    /// Seconds that it counted.
    #[must_use]
    pub fn counted(&self) -> BusinessSeconds {
        match self.why {
            Why::Counted => BusinessSeconds(self.to.since(self.from)),
            Why::Closed(_) | Why::Paused(_) | Why::Resolved => BusinessSeconds(0),
        }
    }
}

/// How a run stands, in one word.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// It goes on, within its target.
    Running,
    /// It goes on, and its target is over.
    Late,
    /// It does not count for the time being.
    Paused,
    /// It has stopped within its target.
    Met,
    /// It has stopped after its target.
    Breached,
}

impl Standing {
    /// The word in output.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Running => "running",
            Self::Late => "late",
            Self::Paused => "paused",
            Self::Met => "met",
            Self::Breached => "breached",
        }
    }
}

impl<'a> Run<'a> {
    /// How it stands by then.
    #[must_use]
    pub fn standing(&self, now: Timestamp) -> Standing {
        let met = self.stop.as_ref().and_then(|stop| stop.result);
        match self.state {
            State::Stopped if met.is_some_and(|result| result.met) => Standing::Met,
            State::Stopped => Standing::Breached,
            _ if self.breached.is_some() || self.is_late(now) => Standing::Late,
            State::Paused => Standing::Paused,
            State::Running => Standing::Running,
        }
    }

    /// What it counted up to then, stretch by stretch.
    #[must_use]
    pub fn explain(&self, now: Timestamp) -> Vec<Stretch<'a>> {
        let mut all: Vec<Stretch<'a>> = Vec::new();
        for piece in self.story(now) {
            for stretch in stretches(&piece) {
                match all.last_mut() {
                    // A change of target is no seam.
                    Some(last)
                        if last.why == stretch.why
                            && last.to == stretch.from
                            && last.calendar.name() == stretch.calendar.name() =>
                    {
                        last.to = stretch.to;
                    }
                    _ => all.push(stretch),
                }
            }
        }
        all
    }
}

fn stretches<'a>(piece: &Piece<'a>) -> Vec<Stretch<'a>> {
    let calendar = piece.calendar;
    let stretch = |from, to, why| Stretch {
        from,
        to,
        why,
        calendar,
    };
    match &piece.counted {
        Counted::Paused(cause) => {
            vec![stretch(piece.from, piece.to, Why::Paused(cause.clone()))]
        }
        Counted::Resolved => vec![stretch(piece.from, piece.to, Why::Resolved)],
        Counted::Open => {
            let mut found = Vec::new();
            let mut at = piece.from;
            for open in calendar.intervals(piece.from, piece.to) {
                if at < open.from {
                    let holiday = holiday(calendar, at, open.from);
                    found.push(stretch(at, open.from, Why::Closed(holiday)));
                }
                found.push(stretch(open.from, open.to, Why::Counted));
                at = open.to;
            }
            if at < piece.to {
                let holiday = holiday(calendar, at, piece.to);
                found.push(stretch(at, piece.to, Why::Closed(holiday)));
            }
            found
        }
    }
}

/// The first holiday of a closed stretch.
fn holiday(calendar: &Calendar, from: Timestamp, to: Timestamp) -> Option<NaiveDate> {
    let mut date = calendar.local(from).date_naive();
    let last = calendar.local(to).date_naive();
    while date <= last {
        if calendar.is_holiday(date) {
            return Some(date);
        }
        date = date.checked_add_days(Days::new(1))?;
    }
    None
}
