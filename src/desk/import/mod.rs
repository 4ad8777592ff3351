//! Cases of another system's log → commits, one an event, some thousands at a
//! time.
//!
//! A batch holds whole cases and becomes visible at once. Whoever is killed
//! leaves the batches before it; run again, the import passes over what is
//! there and goes on, and ends with the same tickets.

mod log;

pub use log::{How, Log};

use super::app::Desk;
use super::draft::Clerk;
use super::error::DeskError;
use super::rules::{self, Rules};
use crate::exchange::conflict::Tally;
use crate::exchange::gather::Attributes;
use crate::exchange::history::{NoId, Plan as Histories};
use crate::exchange::{Case, Conflict, Mapping, Names};
use crate::store::{Draft, Expect, Identity, Plan, Snapshot};
use crate::ticket::{Ticket, TicketId};
use std::collections::HashMap;

/// What an import has done so far.
#[derive(Debug, Clone, Default)]
pub struct Imported {
    /// Cases gone through.
    pub cases: u64,
    /// Tickets that are new.
    pub opened: u64,
    /// Tickets that were there and got new events.
    pub continued: u64,
    /// Events that are new: one a row.
    pub events: u64,
    /// Rows that were imported before.
    pub old: u64,
    /// What did not fit.
    pub conflicts: Tally,
    /// What people should know though the commits stand.
    pub warnings: Vec<String>,
}

/// Takes cases and commits them in batches.
struct Importer<'a> {
    desk: &'a Desk,
    histories: Histories<'a>,
    recorder: Identity,
    waiting: Vec<Case>,
    rows: usize,
    batch: usize,
    dry_run: bool,
    done: Imported,
    tell: &'a mut dyn FnMut(&Conflict),
}

/// A batch as it is to be committed, and what is to be told of it then.
struct Made<'a> {
    histories: Histories<'a>,
    done: Imported,
    conflicts: Vec<Conflict>,
}

impl<'a> Importer<'a> {
    /// An import of a log with these columns; `batch` rows or more become
    /// visible at once. Each conflict is told to `tell` once it is committed.
    ///
    /// # Errors
    /// Git has no identity.
    fn new(
        desk: &'a Desk,
        log: (&'a Mapping, &'a Names, &'a Attributes),
        batch: usize,
        dry_run: bool,
        tell: &'a mut dyn FnMut(&Conflict),
    ) -> Result<Self, DeskError> {
        let (mapping, names, attributes) = log;
        Ok(Self {
            desk,
            histories: Histories::new(mapping, names, attributes),
            recorder: desk.store.identity()?,
            waiting: Vec::new(),
            rows: 0,
            batch,
            dry_run,
            done: Imported::default(),
            tell,
        })
    }

    /// Takes a case.
    ///
    /// # Errors
    /// As [`Importer::finish`].
    fn take(&mut self, case: Case) -> Result<(), DeskError> {
        self.rows += case.rows.len();
        self.waiting.push(case);
        match self.rows >= self.batch {
            true => self.commit(),
            false => Ok(()),
        }
    }

    /// Commits what waits, and says what was done in all.
    ///
    /// # Errors
    /// Git, the disk, a broken policy; a ticket that is being edited by hand,
    /// or would become too large. Batches before stand.
    fn finish(mut self) -> Result<Imported, DeskError> {
        self.commit()?;
        // The commits stand, whatever becomes of tidying up after them.
        if self.done.events > 0
            && !self.dry_run
            && let Err(error) = self
                .desk
                .store
                .tidy(usize::try_from(self.done.events).unwrap_or(usize::MAX))
        {
            let warning = format!("git was not asked to tidy: {error}");
            self.done.warnings.push(warning);
        }
        Ok(self.done)
    }

    fn commit(&mut self) -> Result<(), DeskError> {
        let done = self
            .desk
            .store
            .transact(|snapshot| -> Result<_, DeskError> {
                let (mut drafts, made) = self.make(snapshot)?;
                if self.dry_run {
                    drafts.clear();
                }
                Ok(Plan {
                    drafts,
                    value: made,
                })
            })?;
        let warnings = done.warnings.iter().map(ToString::to_string);
        self.done.warnings.extend(warnings);
        let made = done.value;
        self.histories = made.histories;
        self.done.cases += made.done.cases;
        self.done.opened += made.done.opened;
        self.done.continued += made.done.continued;
        self.done.events += made.done.events;
        self.done.old += made.done.old;
        for conflict in made.conflicts {
            (self.tell)(&conflict);
            self.done.conflicts.add(conflict);
        }
        self.waiting.clear();
        self.rows = 0;
        Ok(())
    }

    /// The commits of the cases that wait, as of a snapshot.
    fn make(&self, snapshot: &Snapshot<'_>) -> Result<(Vec<Draft>, Made<'a>), DeskError> {
        let rules = Rules::load(snapshot)?;
        let clerk = Clerk {
            recorder: &self.recorder,
            roster: &rules.roster,
            now: self.desk.world().now(),
            utc_offset: self.desk.world().utc_offset,
        };
        let mut made = Made {
            histories: self.histories.clone(),
            done: Imported::default(),
            conflicts: Vec::new(),
        };
        let mut drafts = Vec::with_capacity(self.rows);
        // Two cases of one batch may draw the same id.
        let mut drawn: HashMap<TicketId, Ticket> = HashMap::new();
        for case in &self.waiting {
            let mut last = None;
            let result = made.histories.case::<DeskError>(
                case,
                &mut |id| match drawn.get(id) {
                    Some(ticket) => Ok(Some(ticket.clone())),
                    None => current(snapshot, id),
                },
                &mut |before, ticket, event| {
                    let draft = clerk.draft(before, ticket, &[event], Expect::Head)?;
                    drafts.push(draft);
                    last = Some(ticket.clone());
                    Ok(())
                },
            )?;
            drawn.extend(last.map(|ticket| (ticket.id().clone(), ticket)));
            made.done.cases += 1;
            made.done.events += result.new as u64;
            made.done.old += result.old as u64;
            if result.new > 0 {
                match result.known {
                    true => made.done.continued += 1,
                    false => made.done.opened += 1,
                }
            }
            made.conflicts.extend(result.conflicts);
        }
        Ok((drafts, made))
    }
}

/// The ticket as committed, if it may be changed.
fn current(snapshot: &Snapshot<'_>, id: &TicketId) -> Result<Option<Ticket>, DeskError> {
    let Some(stored) = rules::stored(snapshot, id)? else {
        return Ok(None);
    };
    if stored.is_newer() {
        return Err(DeskError::Newer {
            path: id.path(),
            schema: stored.schema,
        });
    }
    if stored.drift().is_some() {
        return Err(DeskError::NotAdopted { id: id.clone() });
    }
    Ok(Some(stored.ticket))
}

impl From<NoId> for DeskError {
    fn from(error: NoId) -> Self {
        Self::Words(error.to_string())
    }
}
