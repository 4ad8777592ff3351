//! Following a timeline: what starts, stops and pauses each clock.

use super::run::{Counted, Piece, Run, State, Stop};
use super::{Kept, Rules};
use crate::policy::BusinessSeconds;
use crate::ticket::judged::Judgement;
use crate::ticket::{
    BlobId, Clock, Event, Handle, Header, Level, Name, Status, Ticket, Timestamp, Verb,
};

/// Ways of coming in by which whoever opens a ticket talks to the requester.
const TALKING: &[&str] = &["phone", "walk-in"];

const VENDOR: &str = "vendor";

/// Every run of a ticket's clocks that counts for something.
pub(super) fn runs<'a>(rules: Rules<'a>, ticket: &Ticket, kept: Kept) -> Vec<Run<'a>> {
    let judged = ticket
        .active()
        .filter(|event| event.details.judged.is_some());
    let mut track = Track {
        rules,
        judged: judged.filter(|_| kept == Kept::Hold).collect(),
        runs: Vec::new(),
    };
    let mut events: Vec<&Event> = ticket.active().collect();
    // Stable: of one moment, the timeline's order holds.
    events.sort_by_key(|event| event.at);
    let mut state = Header::default();
    for event in &events {
        let before = Before::of(&state);
        state.apply(&event.set, &event.add, &event.del);
        track.follow(event, &before, &state);
    }
    if let Some(last) = events.last()
        && state != *ticket.header()
    {
        let correction = Event {
            did: Verb::Other,
            ..(*last).clone()
        };
        track.follow(&correction, &Before::of(&state), ticket.header());
    }
    let mut runs = track.runs;
    runs.retain(|run| match &run.stop {
        None => run.target.is_some() && run.state != State::Stopped,
        Some(stop) => {
            stop.result.is_some() || (run.target.is_some() && run.state != State::Stopped)
        }
    });
    runs
}

struct Track<'t, 'a> {
    rules: Rules<'a>,
    /// Events that keep results, in order.
    judged: Vec<&'t Event>,
    runs: Vec<Run<'a>>,
}

/// Where a ticket lay before an event.
#[derive(Debug, Clone)]
pub struct Before {
    status: Option<Status>,
    assignee: Option<Handle>,
    level: Option<Level>,
    team: Option<Name>,
}

impl Before {
    /// Before what happens next to a ticket in that state.
    #[must_use]
    pub fn of(header: &Header) -> Self {
        Self {
            status: header.status,
            assignee: header.assignee.clone(),
            level: header.level,
            team: header.team.clone(),
        }
    }

    /// Whether an event that led to `after` took the ticket up.
    #[must_use]
    pub fn is_taken_up(&self, after: &Header) -> bool {
        let moved = self.status != after.status || self.assignee != after.assignee;
        moved && !status(after).is_waiting()
    }

    /// Whether an event that led to `after` answers the requester, if somebody
    /// of the desk did it: a reply, taking it up, or opening it in a talk.
    #[must_use]
    pub fn is_answered_by(&self, event: &Event, after: &Header) -> bool {
        let talking = event.did == Verb::Open
            && after
                .via
                .as_ref()
                .is_some_and(|via| TALKING.contains(&via.as_str()));
        event.did == Verb::Reply || self.is_taken_up(after) || talking
    }
}

/// What the state says of clocks.
fn status(header: &Header) -> Status {
    header.status.unwrap_or(Status::New)
}

fn is_over(header: &Header) -> bool {
    matches!(status(header), Status::Resolved | Status::Closed)
}

fn waits_for_vendor(header: &Header) -> bool {
    let cause = header.cause.as_ref();
    status(header) == Status::Pending && cause.is_some_and(|cause| cause == VENDOR)
}

impl<'a> Track<'_, 'a> {
    fn follow(&mut self, event: &Event, before: &Before, after: &Header) {
        if event.did == Verb::Open && self.runs.is_empty() {
            self.start(Clock::Respond, event, after);
            self.start(Clock::Resolve, event, after);
        }
        self.retarget(event.at, after);
        if status(after) == Status::Cancelled {
            for clock in Clock::ALL {
                self.drop(*clock, event.at);
            }
            return;
        }
        self.respond(event, before, after);
        self.update(event, after);
        self.accept(event, before, after);
        self.vendor(event, after);
        self.resolve(event, after);
    }

    fn respond(&mut self, event: &Event, before: &Before, after: &Header) {
        if before.is_answered_by(event, after) && self.is_by_technician(event, after) {
            self.stop(Clock::Respond, event);
        } else if is_over(after) {
            // Nobody answered, and nobody needs to any more.
            self.drop(Clock::Respond, event.at);
        }
    }

    fn update(&mut self, event: &Event, after: &Header) {
        let replied = event.did == Verb::Reply && self.is_by_technician(event, after);
        if replied || is_over(after) {
            self.stop(Clock::Update, event);
        } else if event.did == Verb::Answer && self.live(Clock::Update).is_none() {
            self.start(Clock::Update, event, after);
        }
    }

    fn accept(&mut self, event: &Event, before: &Before, after: &Header) {
        let waiting = status(after).is_waiting();
        let elsewhere = before.level != after.level || before.team != after.team;
        if !waiting || (elsewhere && before.status.is_some()) {
            self.stop(Clock::Accept, event);
        }
        let hand_over = matches!(
            event.did,
            Verb::Assign | Verb::Escalate | Verb::Decline | Verb::HandBack
        );
        if hand_over && waiting && elsewhere {
            self.start(Clock::Accept, event, after);
        }
    }

    fn vendor(&mut self, event: &Event, after: &Header) {
        let waits = waits_for_vendor(after);
        match (self.live(Clock::Vendor).is_some(), waits) {
            (true, false) => self.stop(Clock::Vendor, event),
            (false, true) => self.start(Clock::Vendor, event, after),
            _ => {}
        }
    }

    fn resolve(&mut self, event: &Event, after: &Header) {
        let pauses = &self.rules.policy.lifecycle.pauses;
        let cause = after.cause.as_ref();
        let why = match cause.filter(|_| status(after) == Status::Pending) {
            _ if is_over(after) => Counted::Resolved,
            Some(cause) if pauses.contains(cause) => Counted::Paused(cause.clone()),
            _ => Counted::Open,
        };
        let target = self.rules.target(Clock::Resolve, after);
        let kept = self.kept(Clock::Resolve, event);
        let Some(run) = self.runs.iter_mut().find(|run| run.clock == Clock::Resolve) else {
            return;
        };
        if run.why == why {
            return;
        }
        run.advance(event.at);
        run.target = target;
        if why == Counted::Resolved && run.stop.is_none() {
            run.stop_by(event, kept);
        }
        run.state = match why {
            Counted::Open => State::Running,
            Counted::Paused(_) => State::Paused,
            Counted::Resolved => State::Stopped,
        };
        run.why = why;
    }

    /// The result that was kept of a clock that this event stops: the last
    /// correction, what the event itself keeps, or, where an earlier event has
    /// merged in since, what was kept of the later one.
    fn kept(&self, clock: Clock, event: &Event) -> Option<(Judgement, BlobId)> {
        let of = |event: &Event| {
            let judged = event.details.judged.as_ref()?;
            let result = judged.clocks.get(&clock)?;
            Some((*result, judged.policy.clone()))
        };
        let corrects =
            |other: &&&Event| other.did == Verb::Rejudge && other.of.as_ref() == Some(&event.e);
        let corrected = self
            .judged
            .iter()
            .rev()
            .filter(corrects)
            .find_map(|other| of(other));
        let once = matches!(clock, Clock::Respond | Clock::Resolve);
        let mut others = self.judged.iter().filter(|_| once);
        corrected
            .or_else(|| {
                self.judged
                    .iter()
                    .find(|other| other.e == event.e)
                    .and_then(|own| of(own))
            })
            .or_else(|| others.find_map(|other| of(other)))
    }

    fn is_by_technician(&self, event: &Event, header: &Header) -> bool {
        self.rules.is_technician(&event.by, header)
    }

    fn live(&mut self, clock: Clock) -> Option<&mut Run<'a>> {
        let mut runs = self.runs.iter_mut();
        runs.find(|run| run.clock == clock && run.state != State::Stopped)
    }

    fn start(&mut self, clock: Clock, event: &Event, header: &Header) {
        // Nobody can accept what a rule handed over before it was written down.
        let started = match event.recorded {
            Some(recorded) if event.details.rule.is_some() => event.at.max(recorded),
            _ => event.at,
        };
        let earlier = self.runs.iter().filter(|run| run.clock == clock).count();
        let target = self.rules.target(clock, header);
        self.runs.push(Run {
            clock,
            cycle: u32::try_from(earlier).unwrap_or(u32::MAX).saturating_add(1),
            started_by: event.e.clone(),
            started,
            state: State::Running,
            stop: None,
            breached: None,
            pieces: Vec::new(),
            target,
            usual: &self.rules.policy.calendars.usual,
            since: started,
            spent: 0,
            reached: None,
            late: None,
            why: Counted::Open,
        });
    }

    fn stop(&mut self, clock: Clock, event: &Event) {
        let kept = self.kept(clock, event);
        if let Some(run) = self.live(clock) {
            run.advance(event.at);
            run.stop_by(event, kept);
            run.state = State::Stopped;
        }
    }

    /// Gives every clock that goes on what the ticket as it is now may use.
    fn retarget(&mut self, at: Timestamp, state: &Header) {
        let rules = self.rules;
        for run in self
            .runs
            .iter_mut()
            .filter(|run| run.state != State::Stopped)
        {
            let target = rules.target(run.clock, state);
            let same = match (&run.target, &target) {
                (None, None) => true,
                (Some(old), Some(new)) => {
                    old.seconds == new.seconds && old.calendar.name() == new.calendar.name()
                }
                _ => false,
            };
            if !same {
                run.advance(at);
                run.reached = None;
            }
            run.target = target;
            if !same {
                run.note_over(at);
            }
        }
    }

    /// Takes away a clock that runs.
    fn drop(&mut self, clock: Clock, at: Timestamp) {
        if let Some(run) = self.live(clock) {
            run.advance(at);
            run.state = State::Stopped;
        }
    }
}

impl Run<'_> {
    /// Reckons up to then.
    fn advance(&mut self, to: Timestamp) {
        if to <= self.since {
            return;
        }
        let calendar = self.calendar();
        if self.why == Counted::Open && self.state == State::Running {
            let open = calendar.open_between(self.since, to).0;
            if let Some(target) = self.target {
                let left = target.seconds - self.spent;
                if self.reached.is_none() && left >= 0 && open >= left {
                    self.reached = calendar.add(self.since, BusinessSeconds(left));
                }
                if self.breached.is_none() && open > left {
                    self.breached = self.reached.or(Some(self.since));
                    self.late = calendar.add(self.since, BusinessSeconds(left.max(0) + 1));
                }
            }
            self.spent += open;
        }
        self.pieces.push(Piece {
            from: self.since,
            to,
            counted: self.why.clone(),
            calendar,
        });
        self.since = to;
    }

    /// A target that is less than what is spent already is over at once.
    fn note_over(&mut self, at: Timestamp) {
        let over = self
            .target
            .is_some_and(|target| self.spent > target.seconds);
        if over && self.breached.is_none() {
            self.breached = Some(at);
            self.late = Some(at);
        }
    }

    fn stop_by(&mut self, event: &Event, kept: Option<(Judgement, BlobId)>) {
        // What a rule does once this clock has run out is told with the last
        // second of it, and meets nothing.
        let by_rule = event.details.rule.is_some() && event.details.clock == Some(self.clock);
        let used_up = self
            .target
            .is_some_and(|target| self.spent >= target.seconds);
        if by_rule && used_up && self.breached.is_none() {
            self.breached = self.reached.or(Some(event.at));
        }
        let (met, spent) = (self.breached.is_none(), self.spent);
        let result = self.target.map(|target| Judgement {
            met,
            ..Judgement::of(spent, target.seconds)
        });
        let (result, judged_by) = match kept {
            Some((result, policy)) => (Some(result), Some(policy)),
            None => (result, None),
        };
        self.stop = Some(Stop {
            at: event.at,
            event: event.e.clone(),
            result,
            judged_by,
        });
    }
}
