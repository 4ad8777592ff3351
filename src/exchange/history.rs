//! The rows of a case → the events of a ticket.
//!
//! One row is one event, with its whole effect; a row that changes nothing is
//! an event all the same. The life cycle is not asked: what happened, happened.
//! What it would not have allowed is counted.
//!
//! Ids follow from the source, the case and the row, so that two offices that
//! import the same file make the same tickets, and a second import adds only
//! what is new. The time of the import is in the commit, not in the event:
//! `recorded` is when the source wrote it down, where that was at another time.

mod rows;
mod step;

use super::conflict::{Conflict, Sort};
use super::fit;
use super::gather::{Attributes, Case};
use super::mapping::Mapping;
use super::row::{Names, Row, View};
use crate::ticket::lifecycle::allows;
use crate::ticket::{
    Draw, Event, EventId, Header, Status, Ticket, TicketId, Timestamp, Verb, evolve,
};
use rows::Dated;
use std::collections::{BTreeMap, BTreeSet, HashMap, HashSet};

/// How the cases of one log become tickets.
#[derive(Debug, Clone)]
pub struct Plan<'a> {
    mapping: &'a Mapping,
    names: &'a Names,
    attributes: &'a Attributes,
    /// What names of this desk are in the log, by field and name.
    named: BTreeMap<(String, String), BTreeSet<String>>,
}

/// What became of one case.
#[derive(Debug)]
pub struct Made {
    /// Events that are new.
    pub new: usize,
    /// Whether the ticket was there already.
    pub known: bool,
    /// Rows that were imported before.
    pub old: usize,
    /// What did not fit.
    pub conflicts: Vec<Conflict>,
}

/// Reads a ticket as it is now, if there is one of that id.
pub type Stored<'f, E> = dyn FnMut(&TicketId) -> Result<Option<Ticket>, E> + 'f;

/// Takes an event, with the state before it and the ticket after it.
pub type Each<'f, E> = dyn FnMut(&Header, &Ticket, Event) -> Result<(), E> + 'f;

/// Bits that follow from a text: a source of ids.
struct Fixed(u64);

impl Draw for Fixed {
    fn draw(&mut self) -> u64 {
        self.0
    }
}

/// FNV-1a, as [`EventId::of_cause`] has it.
fn hash(text: &str) -> u64 {
    text.bytes().fold(0xcbf2_9ce4_8422_2325, |hash, byte| {
        (hash ^ u64::from(byte)).wrapping_mul(0x0100_0000_01b3)
    })
}

/// Ids that may be tried for one case before something is wrong.
const MOST_IDS: u32 = 100;

impl<'a> Plan<'a> {
    /// A plan for a log with these columns.
    #[must_use]
    pub fn new(mapping: &'a Mapping, names: &'a Names, attributes: &'a Attributes) -> Self {
        Self {
            mapping,
            names,
            attributes,
            named: BTreeMap::new(),
        }
    }

    /// The events that a case has and the desk has not: each is handed to
    /// `each`, with the state before it and the ticket after it. `stored` reads
    /// a ticket as it is now, if there is one of that id.
    ///
    /// # Errors
    /// Those of `stored` and `each`; [`NoId`] where none is free.
    pub fn case<E: From<NoId>>(
        &mut self,
        case: &Case,
        stored: &mut Stored<'_, E>,
        each: &mut Each<'_, E>,
    ) -> Result<Made, E> {
        let mut made = Made {
            new: 0,
            known: false,
            old: 0,
            conflicts: Vec::new(),
        };
        let dated = self.date(case, &mut made.conflicts);
        let Some(first) = dated.first() else {
            return Ok(made);
        };
        let (opened, opening) = (self.opened(first), first.e.clone());
        let ticket = self.ticket(case, opened, &opening, stored)?;
        made.known = !ticket.timeline().is_empty();
        self.follow(case, &dated, opened, ticket, each, &mut made)?;
        Ok(made)
    }

    /// The ticket that the case is, with the events that the desk has.
    fn ticket<E: From<NoId>>(
        &self,
        case: &Case,
        opened: Timestamp,
        opening: &EventId,
        stored: &mut Stored<'_, E>,
    ) -> Result<Ticket, E> {
        for attempt in 0..MOST_IDS {
            let cause = format!("{}\n{}\n{attempt}", self.mapping.source, case.key);
            // The low bits of FNV-1a alone mix little.
            let bits = hash(&cause);
            let id = TicketId::new(opened, &mut Fixed(bits ^ (bits >> 32)));
            match stored(&id)? {
                None => return Ok(Ticket::fold(id, Vec::new())),
                Some(there) if there.timeline().iter().any(|event| &event.e == opening) => {
                    return Ok(there);
                }
                // Another ticket has drawn this id.
                Some(_) => {}
            }
        }
        Err(NoId {
            case: case.key.clone(),
        }
        .into())
    }

    fn opened(&self, first: &Dated<'_>) -> Timestamp {
        let mapping = self.mapping;
        let picks = mapping.opened.as_ref();
        let text = picks.and_then(|picks| picks.value(&first.view, &mapping.moments));
        text.and_then(|text| mapping.moments.read(&text))
            .unwrap_or(first.at)
    }

    /// Goes through the rows: those that the desk has are passed over, the
    /// others become events.
    fn follow<E>(
        &mut self,
        case: &Case,
        dated: &[Dated<'_>],
        opened: Timestamp,
        mut ticket: Ticket,
        each: &mut Each<'_, E>,
        made: &mut Made,
    ) -> Result<(), E> {
        let there: HashSet<EventId> = ticket
            .timeline()
            .iter()
            .map(|event| event.e.clone())
            .collect();
        let last_old = dated.iter().rposition(|row| there.contains(&row.e));
        // What the rows alone made of the ticket: people may have gone on.
        let mut source = Header::default();
        for (place, row) in dated.iter().enumerate() {
            let told = |sort, what: String| Conflict {
                sort,
                case: case.key.clone(),
                row: row.view.row.number,
                what,
            };
            let is_new = !there.contains(&row.e);
            let mut wrong = Vec::new();
            let mut step = self.step(&row.view, &source, place == 0, &mut wrong);
            source.apply(&step.set, &Default::default(), &Default::default());
            if !is_new {
                made.old += 1;
                continue;
            }
            made.conflicts
                .extend(wrong.into_iter().map(|(sort, what)| told(sort, what)));
            if last_old.is_some_and(|last| place < last) {
                made.conflicts.push(told(Sort::Late, row.at.to_string()));
                step.set = Default::default();
                step.add = Default::default();
            }
            let status = ticket.header().status;
            if place > 0 && status.is_some_and(|status| !allows(step.did, status)) {
                let status = status.map_or("new", Status::word);
                let what = format!("{} while it was {status}", step.did);
                made.conflicts.push(told(Sort::IllegalMove, what));
                if step.did == Verb::Open {
                    step.did = Verb::Note;
                }
            }
            if place > 0 && row.at < opened {
                let what = format!("{} before {opened}", row.at);
                made.conflicts.push(told(Sort::BeforeOpening, what));
            }
            let before = ticket.header().clone();
            let (set, was) = step.set.against(&before);
            let at = if place == 0 { opened } else { row.at };
            let event = Event {
                e: row.e.clone(),
                n: ticket.last_n() + 1,
                at,
                recorded: (at != row.at).then_some(row.at),
                by: step.by,
                did: step.did,
                of: None,
                set,
                was,
                add: step.add.without(&before, true),
                del: Default::default(),
                text: step.text,
                details: step.details,
            };
            ticket = evolve(ticket, vec![event.clone()]);
            made.new += 1;
            each(&before, &ticket, event)?;
        }
        Ok(())
    }

    /// A name of the log as this desk writes it; two that are written alike
    /// are told.
    fn fit(&mut self, field: &str, text: &str, wrong: &mut Vec<(Sort, String)>) -> Option<String> {
        let fitting = fit::fit(field, text)?;
        if fit::is_named(field) {
            let key = (field.to_owned(), fitting.clone());
            let texts = self.named.entry(key).or_default();
            if !texts.contains(text) {
                if let Some(other) = texts.first() {
                    let what = format!("{field} {other} and {text} are both {fitting}");
                    wrong.push((Sort::SameName, what));
                }
                texts.insert(text.to_owned());
            }
        }
        Some(fitting)
    }

    fn more(&self, case: &str) -> Option<(&'a Row, &'a Names)> {
        let row = self.attributes.rows.get(case)?;
        Some((row, &self.attributes.names))
    }

    fn view<'r>(&self, case: &str, row: &'r Row) -> View<'r>
    where
        'a: 'r,
    {
        View {
            row,
            names: self.names,
            more: self.more(case),
        }
    }
}

/// No id is free for a case: another desk would have to be full.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("no ticket id is free for case {case}")]
pub struct NoId {
    /// The case.
    pub case: String,
}

/// How often each text occurred.
type Repeats = HashMap<String, u32>;

#[cfg(test)]
mod tests;
