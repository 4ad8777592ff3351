//! Which tickets: terms in the manner of taskwarrior, all of which must hold.
//!
//! A term is `field:value`, `field.op:value`, or a bare word. Nothing in it
//! needs quoting in a shell; a value with spaces is one shell argument.
//!
//! | term | holds for |
//! |---|---|
//! | `vpn` | tickets that have the word in title, id, requester or any text of the timeline, without case; each bare word must occur. `text:…` is the same where the word looks like a term |
//! | `is:live` | see [`Is`] for the words |
//! | `team:desktop,network` | one of these values; commas are "or" |
//! | `team:none`, `team:any` | no value, some value |
//! | `team.not:desktop` | not so; `.not` goes with every field and op |
//! | `level.min:2`, `level.max:3` | numbers: `level`, `could-be`, `rating`, `repeats`, `events` |
//! | `title.has:vpn` | text that contains it, without case; `title:vpn` is the same |
//! | `category.under:network` | the category or one below it |
//! | `opened.before:7d`, `opened.after:2026-11-01` | times: `opened`, `updated`, `due`, `resolved`, `closed`, `until`; `before` is up to and without the moment, `after` is from it on |
//! | `assignee:me` | people: `assignee`, `owner`, `attention`, `swarm`, `called`, `requester`, `contact`, `cc`, `by` |
//! | `by:marco` | somebody who acted on it |
//! | `id:k7f` | the id, its beginning, its end, or the beginning of its last part |
//! | `link:261120-aaaaaa`, `link:caused-by` | linked to that ticket, linked so |
//! | `x-room:12` | a field of one's own; `x-moves.min:4` and `x-done.before:7d` where it holds numbers and times |
//!
//! Text compares without case. A value that has commas of its own (`Smith,
//! Jane`) is also tried as a whole.

mod error;
mod parse;
mod push;
#[cfg(test)]
mod tests;

pub use error::FilterError;

use super::Clocks;
use super::text::{fold, has};
use crate::report::life::Course;
use crate::report::own;
use crate::ticket::id::IdGuess;
use crate::ticket::value::Value;
use crate::ticket::words::{LinkKind, Status};
use crate::ticket::{Handle, Name, Ticket, Timestamp};

/// What words of a filter mean to whoever asks.
pub struct Scope<'a> {
    /// Who asks: what `me` and `mine` mean.
    pub me: Handle,
    /// My skills: what I am called by beside my handle.
    pub skills: Vec<Name>,
    /// When tickets are due.
    pub clocks: Clocks,
    /// The present.
    pub now: Timestamp,
    /// Reads a time that lies in the past where nothing says otherwise: "7d" is
    /// seven days ago; "2026-11-01", "yesterday".
    pub past_time: &'a dyn Fn(&str) -> Result<Timestamp, String>,
    /// The same for `until`, where "2d" is in two days.
    pub future_time: &'a dyn Fn(&str) -> Result<Timestamp, String>,
}

/// Terms, all of which must hold. Without any, every ticket matches.
#[derive(Debug, Clone)]
pub struct Filter {
    terms: Vec<Term>,
    me: Handle,
    skills: Vec<Name>,
    now: Timestamp,
    clocks: Clocks,
}

/// One term. It holds if one of its tests does, or, negated, if none does.
#[derive(Debug, Clone)]
struct Term {
    any_of: Vec<Test>,
    negated: bool,
    names_status: bool,
}

#[derive(Debug, Clone)]
enum Test {
    Is(Is),
    /// Folded words, somewhere in the ticket.
    Says(String),
    Id(IdGuess),
    /// Who acted, folded.
    By(String),
    Link(LinkTest),
    Field(String, Wanted),
}

#[derive(Debug, Clone)]
enum LinkTest {
    Kind(LinkKind),
    To(IdGuess),
    Both(LinkKind, IdGuess),
}

/// What is wanted of a field's values. Texts are folded.
#[derive(Debug, Clone, PartialEq, Eq)]
enum Wanted {
    Nothing,
    Something,
    Same(String),
    Part(String),
    Under(String),
    Min(u32),
    Max(u32),
    Before(Timestamp),
    From(Timestamp),
}

/// The words of `is:`.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Is {
    /// `any`: every ticket, void ones included.
    Any,
    /// `live` or `open`: before resolved.
    Live,
    /// `waiting`: new, queued or assigned.
    Waiting,
    /// A status by its own word.
    Status(Status),
    /// `void`: its opening was taken back.
    Void,
    /// `overdue-resume`: pending, and the time it waited for has come.
    OverdueResume,
    /// `overdue`: one of its clocks is over.
    Overdue,
    /// `mine`: I am the assignee.
    Mine,
    /// `unassigned`: nobody is.
    Unassigned,
    /// `owned`: I answer for it towards the requester.
    Owned,
    /// `called`: I am called in, by name or by a skill, and have not answered.
    Called,
    /// `joined`: I am in the swarm on it.
    Joined,
    /// `swarm`: somebody is in, or called.
    Swarm,
    /// `escalated`: ever functionally.
    Escalated,
    /// `reopened`: ever.
    Reopened,
}

impl Is {
    /// The words other than those of a status.
    const WORDS: &'static [(&'static str, Self)] = &[
        ("live", Self::Live),
        ("open", Self::Live),
        ("waiting", Self::Waiting),
        ("mine", Self::Mine),
        ("unassigned", Self::Unassigned),
        ("owned", Self::Owned),
        ("called", Self::Called),
        ("joined", Self::Joined),
        ("swarm", Self::Swarm),
        ("escalated", Self::Escalated),
        ("reopened", Self::Reopened),
        ("overdue", Self::Overdue),
        ("overdue-resume", Self::OverdueResume),
        ("void", Self::Void),
        ("any", Self::Any),
    ];

    /// Every word, those of a status last.
    pub fn words() -> impl Iterator<Item = &'static str> {
        let own = Self::WORDS.iter().map(|(word, _)| *word);
        own.chain(Status::ALL.iter().map(|status| status.word()))
    }

    fn parse(word: &str) -> Option<Self> {
        let own = Self::WORDS.iter().find(|(known, _)| *known == word);
        own.map(|(_, is)| *is)
            .or_else(|| Status::parse(word).ok().map(Self::Status))
    }

    /// Whether it says where in their life tickets stand. "Mine" does not: who
    /// asks for their tickets means the live ones.
    fn names_status(self) -> bool {
        !matches!(
            self,
            Self::Mine
                | Self::Unassigned
                | Self::Owned
                | Self::Called
                | Self::Joined
                | Self::Swarm
                | Self::Escalated
                | Self::Reopened
        )
    }
}

/// Whether a text is a term with a field, and not words to look for.
#[must_use]
pub fn names_field(text: &str) -> bool {
    parse::cut(text).is_some()
}

impl Filter {
    /// Reads terms.
    ///
    /// # Errors
    /// [`FilterError`] names the first term that can't be understood, with what
    /// was probably meant and what is possible.
    pub fn parse(terms: &[String], scope: &Scope<'_>) -> Result<Self, FilterError> {
        let terms = terms.iter().map(|term| parse::term(term, scope));
        Ok(Self {
            terms: terms.collect::<Result<_, _>>()?,
            me: scope.me.clone(),
            skills: scope.skills.clone(),
            now: scope.now,
            clocks: scope.clocks.clone(),
        })
    }

    /// When tickets are due, as the filter has it.
    #[must_use]
    pub fn clocks(&self) -> &Clocks {
        &self.clocks
    }

    /// Whether all terms hold for `ticket`.
    #[must_use]
    pub fn matches(&self, ticket: &Ticket) -> bool {
        self.terms.iter().all(|term| self.holds(term, ticket))
    }

    /// Whether a term says where in their life tickets stand, or names tickets:
    /// `is:` with such a word, `status:`, `resolved`, `closed`, `id:`, `key:`.
    /// Otherwise lists show live tickets only.
    #[must_use]
    pub fn names_status(&self) -> bool {
        self.terms.iter().any(|term| term.names_status)
    }

    /// The same filter, of live tickets only.
    #[must_use]
    pub fn of_live(mut self) -> Self {
        // First, since it is the cheapest test and rules out the most.
        let live = Term {
            any_of: vec![Test::Is(Is::Live)],
            negated: false,
            names_status: true,
        };
        self.terms.insert(0, live);
        self
    }

    fn holds(&self, term: &Term, ticket: &Ticket) -> bool {
        let held = term.any_of.iter().any(|test| self.passes(test, ticket));
        held != term.negated
    }

    fn passes(&self, test: &Test, ticket: &Ticket) -> bool {
        match test {
            Test::Is(is) => self.is(*is, ticket),
            Test::Says(words) => says(ticket, words),
            Test::Id(guess) => {
                guess.matches(ticket.id())
                    || ticket.header().alias.iter().any(|id| guess.matches(id))
            }
            Test::By(who) => ticket.active().any(|event| fold(event.by.as_str()) == *who),
            Test::Link(test) => ticket.header().links.iter().any(|link| match test {
                LinkTest::Kind(kind) => link.kind == *kind,
                LinkTest::To(guess) => guess.matches(&link.to),
                LinkTest::Both(kind, guess) => link.kind == *kind && guess.matches(&link.to),
            }),
            Test::Field(name, wanted) => {
                let values = self.clocks.values(ticket, name);
                match wanted {
                    Wanted::Nothing => values.is_empty(),
                    wanted => values.iter().any(|value| wanted.is(&value.text)),
                }
            }
        }
    }

    /// Whether I am meant when that is called: my handle or a skill of mine.
    fn is_me(&self, name: &Name) -> bool {
        name.as_str() == self.me.as_str() || self.skills.contains(name)
    }

    fn is(&self, is: Is, ticket: &Ticket) -> bool {
        let header = ticket.header();
        match is {
            Is::Any => true,
            Is::Live => ticket.status().is_live(),
            Is::Waiting => ticket.status().is_waiting(),
            Is::Status(status) => ticket.status() == status,
            Is::Void => ticket.is_void(),
            Is::OverdueResume => {
                let come = header.until.is_some_and(|until| until <= self.now);
                ticket.status() == Status::Pending && come
            }
            Is::Overdue => self.clocks.is_late(ticket, self.now),
            Is::Mine => header.assignee.as_ref() == Some(&self.me),
            Is::Unassigned => header.assignee.is_none(),
            Is::Owned => header.owner.as_ref() == Some(&self.me),
            Is::Called => header.called.iter().any(|name| self.is_me(name)),
            Is::Joined => header.swarm.contains(&self.me),
            Is::Swarm => !header.swarm.is_empty() || !header.called.is_empty(),
            Is::Escalated => Course::of(ticket).escalations().next().is_some(),
            Is::Reopened => !Course::of(ticket).reopenings.is_empty(),
        }
    }
}

impl Wanted {
    /// Whether one value is what is wanted.
    fn is(&self, value: &str) -> bool {
        let number = || own::number(value);
        let time = || Timestamp::parse(value).ok();
        match self {
            Self::Nothing => false,
            Self::Something => true,
            Self::Same(text) => fold(value) == *text,
            Self::Part(text) => has(value, text),
            Self::Under(text) => fold(value)
                .strip_prefix(text.as_str())
                .is_some_and(|rest| rest.is_empty() || rest.starts_with('/')),
            Self::Min(least) => number().is_some_and(|number| number >= f64::from(*least)),
            Self::Max(most) => number().is_some_and(|number| number <= f64::from(*most)),
            Self::Before(moment) => time().is_some_and(|time| time < *moment),
            Self::From(moment) => time().is_some_and(|time| time >= *moment),
        }
    }
}

/// Whether the words, folded, occur in title, requester or any text of the
/// timeline that was not taken back, or are a part of the id.
pub(super) fn says(ticket: &Ticket, words: &str) -> bool {
    let requester = ticket.header().requester.as_ref();
    has(ticket.title(), words)
        || ticket.id().has_part(words)
        || requester.is_some_and(|requester| has(requester.as_str(), words))
        || ticket.active().any(|event| {
            let mut texts = event.said();
            texts.any(|text| has(text, words))
        })
}
