//! A life as bytes: the cache keeps them beside each ticket, so that a report
//! reads no timelines. A new field is a line in each of two functions, and a
//! new [`VERSION`].

use super::{Answer, Course, Fate, HandOver, Lapse, LeftOut, Life, Outcome, Place, Resolution};
use super::{Sort, Stay, Timed};
use crate::policy::clock::Rules;
use crate::ticket::bytes::{Reader, Writer};
use crate::ticket::value::Value;
use crate::ticket::words::{Kind, Status, Verb};
use crate::ticket::{Clock, Level, Priority, Rating, Ticket, Timestamp};

/// Goes up whenever the bytes, or what a timeline is read as, change: lives
/// that another version kept are made anew.
pub const VERSION: u32 = 5;

const REASONS: &[LeftOut] = &[
    LeftOut::Void,
    LeftOut::Duplicate,
    LeftOut::Cancelled,
    LeftOut::Problem,
];

/// The bytes of a ticket's life.
#[must_use]
pub fn keep(ticket: &Ticket, rules: Rules<'_>) -> Vec<u8> {
    Life::of(ticket, rules).to_bytes()
}

/// What writes itself and reads itself back.
trait Kept: Sized {
    fn write(&self, out: &mut Writer);
    fn read(from: &mut Reader<'_>) -> Option<Self>;
}

impl Kept for Timestamp {
    fn write(&self, out: &mut Writer) {
        out.time(*self);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.time()
    }
}

impl Kept for bool {
    fn write(&self, out: &mut Writer) {
        out.flag(*self);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.flag()
    }
}

impl Kept for usize {
    fn write(&self, out: &mut Writer) {
        out.size(*self);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.size()
    }
}

impl Kept for i64 {
    fn write(&self, out: &mut Writer) {
        // Seconds that were spent: never below zero.
        out.number(u64::try_from(*self).unwrap_or_default());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.number()?.try_into().ok()
    }
}

impl Kept for String {
    fn write(&self, out: &mut Writer) {
        out.text(self);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        from.text().map(str::to_owned)
    }
}

impl<T: Kept> Kept for Vec<T> {
    fn write(&self, out: &mut Writer) {
        out.size(self.len());
        self.iter().for_each(|one| one.write(out));
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        let size = from.size()?;
        // As large as it gets and no larger: most are short, and there are many.
        // Each takes a byte at least, whatever damage says.
        let mut all = Self::with_capacity(size.min(from.0.len()));
        for _ in 0..size {
            all.push(T::read(from)?);
        }
        Some(all)
    }
}

impl<T: Kept> Kept for Option<T> {
    fn write(&self, out: &mut Writer) {
        out.flag(self.is_some());
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        match from.flag()? {
            true => T::read(from).map(Some),
            false => Some(None),
        }
    }
}

/// Words of a closed vocabulary, by their place in it.
macro_rules! kept_words {
    ($($word:ty = $all:expr),+ $(,)?) => { $(
        impl Kept for $word {
            fn write(&self, out: &mut Writer) {
                let place = $all.iter().position(|word| word == self);
                out.size(place.unwrap_or_default());
            }

            fn read(from: &mut Reader<'_>) -> Option<Self> {
                $all.get(from.size()?).copied()
            }
        }
    )+ };
}

kept_words! {
    Status = Status::ALL,
    Kind = Kind::ALL,
    Verb = Verb::ALL,
    Clock = Clock::ALL,
    Sort = Sort::ALL,
    LeftOut = REASONS,
}

/// Values of header fields, by their text.
macro_rules! kept_values {
    ($($value:ident),+) => { $(
        impl Kept for crate::ticket::$value {
            fn write(&self, out: &mut Writer) {
                out.text(&self.text());
            }

            fn read(from: &mut Reader<'_>) -> Option<Self> {
                from.value()
            }
        }
    )+ };
}

kept_values!(TicketId, Handle, Name, Line, Category);

impl Kept for Level {
    fn write(&self, out: &mut Writer) {
        out.size(self.number().into());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Self::new(from.size()?.try_into().ok()?)
    }
}

impl Kept for Priority {
    fn write(&self, out: &mut Writer) {
        out.size(self.number().into());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Self::new(from.size()?.try_into().ok()?)
    }
}

impl Kept for Rating {
    fn write(&self, out: &mut Writer) {
        out.size(self.number().into());
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Self::new(from.size()?.try_into().ok()?)
    }
}

impl Kept for Fate {
    fn write(&self, out: &mut Writer) {
        let (place, reason) = match self {
            Self::Waiting => (0, None),
            Self::Accepted => (1, None),
            Self::Declined(reason) => (2, Some(reason)),
            Self::HandedBack(reason) => (3, Some(reason)),
        };
        out.size(place);
        reason.cloned().write(out);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        match (from.size()?, Option::<String>::read(from)?) {
            (0, None) => Some(Self::Waiting),
            (1, None) => Some(Self::Accepted),
            (2, Some(reason)) => Some(Self::Declined(reason)),
            (3, Some(reason)) => Some(Self::HandedBack(reason)),
            _ => None,
        }
    }
}

impl<A: Kept, B: Kept> Kept for (A, B) {
    fn write(&self, out: &mut Writer) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut Reader<'_>) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

/// Structs, field by field, in that order.
macro_rules! kept {
    ($($name:ident { $($field:ident),+ $(,)? })+) => { $(
        impl Kept for $name {
            fn write(&self, out: &mut Writer) {
                $( self.$field.write(out); )+
            }

            fn read(from: &mut Reader<'_>) -> Option<Self> {
                Some(Self { $( $field: Kept::read(from)?, )+ })
            }
        }
    )+ };
}

kept! {
    Life {
        id, title, kind, status, level, priority, team, assignee, owner, requester, category,
        customer, unit, service, asset, vendor, via, code, could_be, rating, articles, refs, opened,
        opened_by_requester, updated, acts, responded, acknowledged, follow_up, people, replies,
        left_out, course, clocks,
        lapses,
    }
    Course { stays, hand_overs, resolutions, reopenings, activities }
    Stay { from, status, cause, vendor, place, assignee }
    Place { level, team }
    HandOver { at, by, escalation, from, to, kept, overridden, fate, answer }
    Answer { at, by }
    Resolution { at, by, place, reopened }
    Timed { clock, started, target, result, late, used, paused_late }
    Outcome { at, met, spent, target }
    Lapse { sort, at, by, did, text }
}

impl Life {
    /// What [`Life::of_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut out = Writer::default();
        self.write(&mut out);
        out.0
    }

    /// The life of these bytes; `None` where no life was written so.
    #[must_use]
    pub fn of_bytes(bytes: &[u8]) -> Option<Self> {
        let mut from = Reader(bytes);
        let life = Self::read(&mut from)?;
        from.0.is_empty().then_some(life)
    }
}
