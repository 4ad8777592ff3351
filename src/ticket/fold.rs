//! Timeline → header. Mechanical and total: any timeline has a fold.

use super::event::Event;
use super::header::Header;
use super::id::{EventId, TicketId};
use super::merge;
use super::time::Timestamp;
use super::value::Value;
use super::words::{Status, Verb};
use std::collections::{HashMap, HashSet};

/// A ticket: its timeline, and the state that follows from it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Ticket {
    id: TicketId,
    header: Header,
    opened: Timestamp,
    timeline: Vec<Event>,
}

/// One event, with the state around it. Retracted events are not replayed.
#[derive(Debug)]
pub struct Step<'a> {
    /// The event.
    pub event: &'a Event,
    /// The state it met.
    pub before: Header,
    /// The state it left.
    pub after: Header,
}

impl Ticket {
    /// The ticket that this timeline makes, in any order and with repeats.
    #[must_use]
    pub fn fold(id: TicketId, timeline: Vec<Event>) -> Self {
        let timeline = merge::union(timeline, Vec::new());
        let mut header = Header::default();
        for event in active(&timeline) {
            header.apply(&event.set, &event.add, &event.del);
        }
        if is_void(&timeline) {
            header.status = Some(Status::Cancelled);
        }
        Self {
            opened: opened(&id, &timeline),
            id,
            header,
            timeline,
        }
    }

    /// A ticket of parts that [`Ticket::fold`] has made, for a cache that
    /// keeps them: nothing is folded again.
    pub(crate) fn of_parts(
        id: TicketId,
        header: Header,
        opened: Timestamp,
        timeline: Vec<Event>,
    ) -> Self {
        Self {
            id,
            header,
            opened,
            timeline,
        }
    }

    /// The id.
    #[must_use]
    pub fn id(&self) -> &TicketId {
        &self.id
    }

    /// The current state.
    #[must_use]
    pub fn header(&self) -> &Header {
        &self.header
    }

    /// When it was opened.
    #[must_use]
    pub fn opened(&self) -> Timestamp {
        self.opened
    }

    /// All events, retracted ones included, in order.
    #[must_use]
    pub fn timeline(&self) -> &[Event] {
        &self.timeline
    }

    /// The status; a timeline that never set one reads as new.
    #[must_use]
    pub fn status(&self) -> Status {
        self.header.status.unwrap_or(Status::New)
    }

    /// The title, or a dash.
    #[must_use]
    pub fn title(&self) -> &str {
        self.header
            .title
            .as_ref()
            .map_or("-", |title| title.as_str())
    }

    /// When the last event happened that counts.
    #[must_use]
    pub fn updated(&self) -> Timestamp {
        self.active()
            .map(|event| event.at)
            .max()
            .unwrap_or(self.opened)
    }

    /// When it was resolved, if it now is (or was closed after that).
    #[must_use]
    pub fn resolved(&self) -> Option<Timestamp> {
        if !matches!(self.status(), Status::Resolved | Status::Closed) {
            return None;
        }
        self.active()
            .rfind(|event| event.set.status.value() == Some(&Status::Resolved))
            .map(|event| event.at)
    }

    /// When it was closed, if it now is.
    #[must_use]
    pub fn closed(&self) -> Option<Timestamp> {
        if self.status() != Status::Closed {
            return None;
        }
        self.active()
            .rfind(|event| event.set.status.value() == Some(&Status::Closed))
            .map(|event| event.at)
    }

    /// The events that are not retracted, in order.
    pub fn active(&self) -> impl DoubleEndedIterator<Item = &Event> {
        active(&self.timeline).into_iter()
    }

    /// Whether this event has been taken back.
    #[must_use]
    pub fn is_retracted(&self, event: &EventId) -> bool {
        retracted(&self.timeline).contains(event)
    }

    /// Whether the opening was taken back: the ticket never was.
    #[must_use]
    pub fn is_void(&self) -> bool {
        is_void(&self.timeline)
    }

    /// The events that count, each with the state before and after it.
    #[must_use]
    pub fn replay(&self) -> Vec<Step<'_>> {
        let mut state = Header::default();
        active(&self.timeline)
            .into_iter()
            .map(|event| {
                let before = state.clone();
                state.apply(&event.set, &event.add, &event.del);
                Step {
                    event,
                    before,
                    after: state.clone(),
                }
            })
            .collect()
    }

    /// The ticket as it was at `time`, by when things happened: later events,
    /// retractions among them, have not happened yet.
    #[must_use]
    pub fn as_of(&self, time: Timestamp) -> Self {
        let timeline = self.timeline.iter().filter(|event| event.at <= time);
        Self::fold(self.id.clone(), timeline.cloned().collect())
    }

    /// The largest Lamport number in the timeline.
    #[must_use]
    pub fn last_n(&self) -> u32 {
        self.timeline.iter().map(|event| event.n).max().unwrap_or(0)
    }
}

/// The ticket with more events: the same as folding them all at once.
#[must_use]
pub fn evolve(ticket: Ticket, events: Vec<Event>) -> Ticket {
    Ticket::fold(ticket.id, merge::union(ticket.timeline, events))
}

/// Events taken back. A retraction counts only against an earlier event and
/// only if no later one takes it back itself, so any timeline has an answer.
fn retracted(timeline: &[Event]) -> HashSet<&EventId> {
    // Mostly nothing is, and this is asked again and again.
    if timeline.iter().all(|event| event.did != Verb::Retract) {
        return HashSet::new();
    }
    let place: HashMap<&EventId, usize> = timeline
        .iter()
        .enumerate()
        .map(|(index, event)| (&event.e, index))
        .collect();
    let mut gone: HashSet<&EventId> = HashSet::new();
    for (index, event) in timeline.iter().enumerate().rev() {
        if event.did == Verb::Retract
            && !gone.contains(&event.e)
            && let Some(of) = &event.of
            && place.get(of).is_some_and(|earlier| *earlier < index)
        {
            gone.insert(of);
        }
    }
    gone
}

/// The events that count. Of a void ticket the opening counts all the same, or
/// nobody could say what it was.
fn active(timeline: &[Event]) -> Vec<&Event> {
    let gone = retracted(timeline);
    timeline
        .iter()
        .filter(|event| event.did == Verb::Open || !gone.contains(&event.e))
        .collect()
}

fn is_void(timeline: &[Event]) -> bool {
    let gone = retracted(timeline);
    let mut openings = timeline
        .iter()
        .filter(|event| event.did == Verb::Open)
        .peekable();
    openings.peek().is_some() && openings.all(|event| gone.contains(&event.e))
}

/// The first opening's time; for a damaged timeline the first event's, and for
/// an empty one midnight of the id's day.
fn opened(id: &TicketId, timeline: &[Event]) -> Timestamp {
    timeline
        .iter()
        .find(|event| event.did == Verb::Open)
        .or(timeline.first())
        .map(|event| event.at)
        .unwrap_or_else(|| {
            let day = id.as_str();
            let text = format!("20{}-{}-{}T00:00:00Z", &day[..2], &day[2..4], &day[4..6]);
            Timestamp::parse(&text).unwrap_or(Timestamp::from_unix(0))
        })
}
