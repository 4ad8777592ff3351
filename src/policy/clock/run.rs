//! One run of a clock: what it counted, how it stands.

use crate::policy::rules::TargetRule;
use crate::policy::{BusinessSeconds, Calendar};
use crate::ticket::judged::Judgement;
use crate::ticket::{BlobId, Clock, EventId, Name, Timestamp};

/// What a clock may use, by which rule, in which hours.
#[derive(Debug, Clone, Copy)]
pub(super) struct Target<'a> {
    pub(super) rule: &'a TargetRule,
    pub(super) seconds: i64,
    pub(super) calendar: &'a Calendar,
}

/// A stretch of a run in which one thing held.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Piece<'a> {
    /// From when.
    pub from: Timestamp,
    /// Up to when.
    pub to: Timestamp,
    /// Whether it counted.
    pub counted: Counted,
    /// The calendar by which it did, or would have.
    pub calendar: &'a Calendar,
}

/// Whether a stretch counted, and why not.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Counted {
    /// In open hours, it did.
    Open,
    /// The ticket waited for that.
    Paused(Name),
    /// The ticket was resolved.
    Resolved,
}

/// What stopped a clock the first time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Stop {
    /// When.
    pub at: Timestamp,
    /// The event that did.
    pub event: EventId,
    /// The result; none where no rule gave it a target.
    pub result: Option<Judgement>,
    /// The policy that judged it, where the result was kept; none where it is
    /// what the policy of now makes of it.
    pub judged_by: Option<BlobId>,
}

/// How a run stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum State {
    /// It counts, as far as the calendar is open.
    Running,
    /// It does not count until the ticket is taken up again.
    Paused,
    /// It has stopped.
    Stopped,
}

/// One run of a clock.
#[derive(Debug, Clone)]
pub struct Run<'a> {
    /// Which clock.
    pub clock: Clock,
    /// The how manieth of its kind, from 1.
    pub cycle: u32,
    /// What started it.
    pub started_by: EventId,
    /// When it started.
    pub started: Timestamp,
    /// How it stands.
    pub state: State,
    /// What stopped it the first time: that result stays, though the clock of a
    /// reopened ticket goes on.
    pub stop: Option<Stop>,
    /// Whether it has run over a target that it then had. That stays.
    pub breached: Option<Timestamp>,
    /// What it counted up to `since`, and what not.
    pub pieces: Vec<Piece<'a>>,
    pub(super) target: Option<Target<'a>>,
    pub(super) usual: &'a Calendar,
    /// Up to here it is reckoned.
    pub(super) since: Timestamp,
    /// Open seconds up to there.
    pub(super) spent: i64,
    /// When the target was first reached, where that was before `since`.
    pub(super) reached: Option<Timestamp>,
    /// The first second beyond it, where that was before `since`.
    pub(super) late: Option<Timestamp>,
    pub(super) why: Counted,
}

impl<'a> Run<'a> {
    /// The rule that gives it its target now.
    #[must_use]
    pub fn rule(&self) -> Option<&'a TargetRule> {
        self.target.map(|target| target.rule)
    }

    /// What it may use now.
    #[must_use]
    pub fn target(&self) -> Option<BusinessSeconds> {
        self.target.map(|target| BusinessSeconds(target.seconds))
    }

    /// The calendar whose hours count now.
    #[must_use]
    pub fn calendar(&self) -> &'a Calendar {
        self.target.map_or(self.usual, |target| target.calendar)
    }

    /// What it has used by then.
    #[must_use]
    pub fn spent(&self, now: Timestamp) -> BusinessSeconds {
        let more = match self.state {
            State::Running => self.calendar().open_between(self.since, now),
            State::Paused | State::Stopped => BusinessSeconds(0),
        };
        BusinessSeconds(self.spent) + more
    }

    /// What is left of its target by then; less than none where it is over.
    #[must_use]
    pub fn left(&self, now: Timestamp) -> Option<BusinessSeconds> {
        self.target().map(|target| target - self.spent(now))
    }

    /// When it is due: when its target is used up if nothing stops it, or when
    /// it first was. None while it is paused, or where nothing is due.
    #[must_use]
    pub fn due(&self) -> Option<Timestamp> {
        if self.state == State::Stopped {
            return None;
        }
        self.breached.or_else(|| {
            let running = self.state == State::Running;
            self.moment(self.target?.seconds).filter(|_| running)
        })
    }

    /// The first second at which it was over, if it ever was, whether or not it
    /// still goes on.
    #[must_use]
    pub fn was_over(&self) -> Option<Timestamp> {
        self.late
    }

    /// The first second at which it is over.
    #[must_use]
    pub fn late(&self) -> Option<Timestamp> {
        if self.state == State::Stopped {
            return None;
        }
        self.late.or_else(|| {
            let left = self.target?.seconds - self.spent;
            let running = self.state == State::Running;
            let after = BusinessSeconds(left.max(0) + 1);
            self.calendar().add(self.since, after).filter(|_| running)
        })
    }

    /// Whether it is over by then and still goes on.
    #[must_use]
    pub fn is_late(&self, now: Timestamp) -> bool {
        self.late().is_some_and(|late| late <= now)
    }

    /// When so many seconds are spent, if nothing stops it. For seconds that
    /// were spent before its last change: when, as far as its pieces tell.
    #[must_use]
    pub fn moment(&self, seconds: i64) -> Option<Timestamp> {
        if let Some(target) = self.target
            && target.seconds == seconds
            && let Some(reached) = self.reached
        {
            return Some(reached);
        }
        if seconds > self.spent {
            let more = BusinessSeconds(seconds - self.spent);
            return match self.state {
                State::Running => self.calendar().add(self.since, more),
                State::Paused | State::Stopped => None,
            };
        }
        let mut spent = 0;
        for piece in &self.pieces {
            let open = piece.open().0;
            if spent + open >= seconds {
                return piece
                    .calendar
                    .add(piece.from, BusinessSeconds(seconds - spent));
            }
            spent += open;
        }
        Some(self.since)
    }

    /// When to warn, if the policy warns of it.
    #[must_use]
    pub fn warn(&self) -> Option<Timestamp> {
        let target = self.target?;
        let spent = target.rule.warn?.spent(target.seconds);
        self.moment(spent).filter(|_| self.state != State::Stopped)
    }

    /// How it counts since its last piece.
    #[must_use]
    pub fn counts(&self) -> &Counted {
        &self.why
    }

    /// What happened up to then, in pieces: what it counted and what not.
    #[must_use]
    pub fn story(&self, now: Timestamp) -> Vec<Piece<'a>> {
        let mut pieces = self.pieces.clone();
        if self.state != State::Stopped && self.since < now {
            pieces.push(Piece {
                from: self.since,
                to: now,
                counted: self.why.clone(),
                calendar: self.calendar(),
            });
        }
        pieces
    }
}

impl Piece<'_> {
    /// Open seconds of it that counted.
    #[must_use]
    pub fn open(&self) -> BusinessSeconds {
        match self.counted {
            Counted::Open => self.calendar.open_between(self.from, self.to),
            Counted::Paused(_) | Counted::Resolved => BusinessSeconds(0),
        }
    }
}
