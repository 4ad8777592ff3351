//! A life as bytes: the cache keeps them beside each ticket, so that a report
//! reads no timelines. A new field is a line in each of two functions, and a
//! new [`VERSION`].
//!
//! The words of a life come first, each once; after them, a word is its place
//! among them, and a time is its distance from the one before it. Whatever is
//! read borrows its words from the bytes.

use super::{Answer, Course, Fate, HandOver, Lapse, LeftOut, Life, Outcome, Own, Place};
use super::{Resolution, Sort, Stay, Timed};
use crate::policy::clock::Rules;
use crate::ticket::bytes::{Reader, Writer};
use crate::ticket::words::{Kind, Status, Verb};
use crate::ticket::{Clock, Level, Priority, Rating, Ticket, Timestamp};

/// Goes up whenever the bytes, or what a timeline is read as, change: lives
/// that another version kept are made anew.
pub const VERSION: u32 = 7;

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

/// A life on its way into bytes.
#[derive(Default)]
struct Page<'a> {
    words: Vec<&'a str>,
    rest: Writer,
    /// The time that was written last, in seconds since 1970.
    last: i64,
}

impl<'a> Page<'a> {
    fn word(&mut self, word: &'a str) {
        let known = self.words.iter().position(|known| *known == word);
        let place = known.unwrap_or_else(|| {
            self.words.push(word);
            self.words.len() - 1
        });
        self.rest.size(place);
    }

    fn time(&mut self, time: Timestamp) {
        self.rest.signed(time.unix() - self.last);
        self.last = time.unix();
    }

    fn bytes(self) -> Vec<u8> {
        let mut out = Writer::default();
        out.size(self.words.len());
        self.words.iter().for_each(|word| out.text(word));
        out.0.extend(self.rest.0);
        out.0
    }
}

/// Bytes on their way into a life.
struct Pages<'a> {
    words: Vec<&'a str>,
    rest: Reader<'a>,
    last: i64,
}

impl<'a> Pages<'a> {
    fn open(bytes: &'a [u8]) -> Option<Self> {
        let mut rest = Reader(bytes);
        let size = rest.size()?;
        // Each takes a byte at least, whatever damage says.
        let mut words = Vec::with_capacity(size.min(bytes.len()));
        for _ in 0..size {
            words.push(rest.text()?);
        }
        Some(Self {
            words,
            rest,
            last: 0,
        })
    }

    fn word(&mut self) -> Option<&'a str> {
        self.words.get(self.rest.size()?).copied()
    }

    fn time(&mut self) -> Option<Timestamp> {
        self.last = self.last.checked_add(self.rest.signed()?)?;
        Some(Timestamp::from_unix(self.last))
    }
}

/// What writes itself and reads itself back.
trait Kept<'a>: Sized {
    fn write(&self, out: &mut Page<'a>);
    fn read(from: &mut Pages<'a>) -> Option<Self>;
}

impl Kept<'_> for Timestamp {
    fn write(&self, out: &mut Page<'_>) {
        out.time(*self);
    }

    fn read(from: &mut Pages<'_>) -> Option<Self> {
        from.time()
    }
}

impl Kept<'_> for bool {
    fn write(&self, out: &mut Page<'_>) {
        out.rest.flag(*self);
    }

    fn read(from: &mut Pages<'_>) -> Option<Self> {
        from.rest.flag()
    }
}

impl Kept<'_> for usize {
    fn write(&self, out: &mut Page<'_>) {
        out.rest.size(*self);
    }

    fn read(from: &mut Pages<'_>) -> Option<Self> {
        from.rest.size()
    }
}

impl Kept<'_> for i64 {
    fn write(&self, out: &mut Page<'_>) {
        // Seconds that were spent: never below zero.
        out.rest.number(u64::try_from(*self).unwrap_or_default());
    }

    fn read(from: &mut Pages<'_>) -> Option<Self> {
        from.rest.number()?.try_into().ok()
    }
}

impl<'a> Kept<'a> for &'a str {
    fn write(&self, out: &mut Page<'a>) {
        out.word(self);
    }

    fn read(from: &mut Pages<'a>) -> Option<Self> {
        from.word()
    }
}

impl<'a, T: Kept<'a>> Kept<'a> for Vec<T> {
    fn write(&self, out: &mut Page<'a>) {
        out.rest.size(self.len());
        self.iter().for_each(|one| one.write(out));
    }

    fn read(from: &mut Pages<'a>) -> Option<Self> {
        let size = from.rest.size()?;
        // As large as it gets and no larger: most are short, and there are many.
        // Each takes a byte at least, whatever damage says.
        let mut all = Self::with_capacity(size.min(from.rest.0.len()));
        for _ in 0..size {
            all.push(T::read(from)?);
        }
        Some(all)
    }
}

impl<'a, T: Kept<'a>> Kept<'a> for Option<T> {
    fn write(&self, out: &mut Page<'a>) {
        out.rest.flag(self.is_some());
        if let Some(value) = self {
            value.write(out);
        }
    }

    fn read(from: &mut Pages<'a>) -> Option<Self> {
        match from.rest.flag()? {
            true => T::read(from).map(Some),
            false => Some(None),
        }
    }
}

/// Words of a closed vocabulary, by their place in it.
macro_rules! kept_words {
    ($($word:ty = $all:expr),+ $(,)?) => { $(
        impl Kept<'_> for $word {
            fn write(&self, out: &mut Page<'_>) {
                let place = $all.iter().position(|word| word == self);
                out.rest.size(place.unwrap_or_default());
            }

            fn read(from: &mut Pages<'_>) -> Option<Self> {
                $all.get(from.rest.size()?).copied()
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

impl Kept<'_> for Level {
    fn write(&self, out: &mut Page<'_>) {
        out.rest.size(self.number().into());
    }

    fn read(from: &mut Pages<'_>) -> Option<Self> {
        Self::new(from.rest.size()?.try_into().ok()?)
    }
}

impl Kept<'_> for Priority {
    fn write(&self, out: &mut Page<'_>) {
        out.rest.size(self.number().into());
    }

    fn read(from: &mut Pages<'_>) -> Option<Self> {
        Self::new(from.rest.size()?.try_into().ok()?)
    }
}

impl Kept<'_> for Rating {
    fn write(&self, out: &mut Page<'_>) {
        out.rest.size(self.number().into());
    }

    fn read(from: &mut Pages<'_>) -> Option<Self> {
        Self::new(from.rest.size()?.try_into().ok()?)
    }
}

impl<'a> Kept<'a> for Fate<'a> {
    fn write(&self, out: &mut Page<'a>) {
        let (place, reason) = match self {
            Self::Waiting => (0, None),
            Self::Accepted => (1, None),
            Self::Declined(reason) => (2, Some(reason)),
            Self::HandedBack(reason) => (3, Some(reason)),
        };
        out.rest.size(place);
        reason.copied().write(out);
    }

    fn read(from: &mut Pages<'a>) -> Option<Self> {
        match (from.rest.size()?, Option::<&str>::read(from)?) {
            (0, None) => Some(Self::Waiting),
            (1, None) => Some(Self::Accepted),
            (2, Some(reason)) => Some(Self::Declined(reason)),
            (3, Some(reason)) => Some(Self::HandedBack(reason)),
            _ => None,
        }
    }
}

impl<'a, A: Kept<'a>, B: Kept<'a>> Kept<'a> for (A, B) {
    fn write(&self, out: &mut Page<'a>) {
        self.0.write(out);
        self.1.write(out);
    }

    fn read(from: &mut Pages<'a>) -> Option<Self> {
        Some((A::read(from)?, B::read(from)?))
    }
}

impl<'a> Kept<'a> for Own<'a> {
    fn write(&self, out: &mut Page<'a>) {
        out.rest.size(self.0.len());
        out.rest.0.extend_from_slice(&self.0);
    }

    fn read(from: &mut Pages<'a>) -> Option<Self> {
        let size = from.rest.size()?;
        from.rest.bytes(size).map(|bytes| Self(bytes.into()))
    }
}

/// Structs, field by field, in that order.
macro_rules! kept {
    ($($name:ty { $($field:ident),+ $(,)? })+) => { $(
        impl<'a> Kept<'a> for $name {
            fn write(&self, out: &mut Page<'a>) {
                $( self.$field.write(out); )+
            }

            fn read(from: &mut Pages<'a>) -> Option<Self> {
                Some(Self { $( $field: Kept::read(from)?, )+ })
            }
        }
    )+ };
}

kept! {
    Life<'a> {
        id, title, kind, status, level, priority, team, assignee, owner, requester, category,
        customer, unit, service, asset, vendor, via, code, could_be, rating, articles, refs, opened,
        opened_by_requester, updated, acts, responded, acknowledged, follow_up, people, replies,
        left_out, course, clocks, lapses, own,
    }
    Course<'a> { stays, hand_overs, resolutions, reopenings, activities }
    Stay<'a> { from, status, cause, vendor, place, assignee }
    Place<'a> { level, team }
    HandOver<'a> { at, by, escalation, from, to, kept, overridden, fate, answer }
    Answer<'a> { at, by }
    Resolution<'a> { at, by, place, reopened }
    Timed<'a> { clock, started, target, result, late, used, paused_late }
    Outcome { at, met, spent, target }
    Lapse<'a> { sort, at, by, did, text }
}

impl<'a> Life<'a> {
    /// What [`Life::of_bytes`] reads.
    #[must_use]
    pub fn to_bytes(&self) -> Vec<u8> {
        let mut page = Page::default();
        self.write(&mut page);
        page.bytes()
    }

    /// The life of these bytes; `None` where no life was written so.
    #[must_use]
    pub fn of_bytes(bytes: &'a [u8]) -> Option<Self> {
        let mut pages = Pages::open(bytes)?;
        let life = Self::read(&mut pages)?;
        pages.rest.0.is_empty().then_some(life)
    }
}
