//! Questions about the tickets of a commit.

use super::app::Desk;
use super::cached::{About, Cache};
use super::error::DeskError;
use super::filter::Filter;
use super::rules::{self, Rules};
use super::sort::Order;
use crate::policy::clock;
use crate::report::Life;
use crate::report::life::kept;
use crate::store::cache::{Arena, Batch, CacheError, Select, View};
use crate::store::{EntryKind, Snapshot};
use crate::ticket::value::Value as _;
use crate::ticket::{Brief, Ticket, TicketId};
use std::collections::HashSet;
use std::ops::ControlFlow;

/// The tickets of a commit: those that can be read, and those that can't.
#[derive(Debug, Default)]
pub struct Reading {
    /// In the order of their ids.
    pub tickets: Vec<Ticket>,
    /// What people should know of the others.
    pub remarks: Remarks,
}

/// Tickets that somebody should look at, whatever was asked for.
#[derive(Debug, Default)]
pub struct Remarks {
    /// Files that hide nothing but themselves.
    pub damaged: Vec<Damaged>,
    /// Tickets with hand edits that were committed and not adopted.
    pub edited: Vec<TicketId>,
}

/// A ticket whose file can't be read.
#[derive(Debug)]
pub struct Damaged {
    /// The file's ticket.
    pub id: TicketId,
    /// What is wrong, with path and line.
    pub error: DeskError,
}

/// Tickets that a filter lets through.
#[derive(Debug)]
pub struct Listing<T> {
    /// In order, as many as were asked for.
    pub tickets: Vec<T>,
    /// How many there are in all.
    pub found: usize,
    /// What people should know of others.
    pub remarks: Remarks,
}

impl Desk {
    /// All tickets of a commit.
    ///
    /// # Errors
    /// Git can't be read. A damaged ticket is no error here: it is listed.
    pub fn read(&self, snapshot: &Snapshot<'_>) -> Result<Reading, DeskError> {
        let mut reading = Reading::default();
        snapshot.walk_entries("tickets", |path, entry| {
            let Some(id) = TicketId::from_path(path) else {
                return Ok::<_, DeskError>(());
            };
            let stored = match entry.kind {
                EntryKind::File => rules::stored_blob(snapshot, &id, entry.id).map(Some),
                // A link or a folder in a ticket's place: reading says so.
                _ => rules::stored(snapshot, &id),
            };
            match stored {
                Ok(Some(stored)) => {
                    if stored.drift().is_some() {
                        reading.remarks.edited.push(id);
                    }
                    reading.tickets.push(stored.ticket);
                }
                Ok(None) => {}
                Err(error) => reading.remarks.damaged.push(Damaged { id, error }),
            }
            Ok(())
        })?;
        Ok(reading)
    }

    /// The first `limit` tickets that `filter` lets through.
    ///
    /// # Errors
    /// As [`Desk::read`].
    pub fn list(
        &self,
        snapshot: &Snapshot<'_>,
        filter: &Filter,
        order: &Order,
        limit: Option<usize>,
    ) -> Result<Listing<Ticket>, DeskError> {
        let limit = limit.unwrap_or(usize::MAX);
        let cache = self.cache(snapshot, filter.about());
        self.list_by(&cache, snapshot, filter, order, limit)
    }

    /// The same, by a cache that may be open already.
    fn list_by(
        &self,
        cache: &Cache<'_>,
        snapshot: &Snapshot<'_>,
        filter: &Filter,
        order: &Order,
        limit: usize,
    ) -> Result<Listing<Ticket>, DeskError> {
        let answer = cache.ask(|view| {
            let (tickets, found) = list(view, filter, order, limit)?;
            Ok((tickets, found, remarks(view, snapshot)?))
        });
        if let Some((tickets, found, remarks)) = answer {
            return Ok(Listing {
                tickets,
                found,
                remarks,
            });
        }
        let Reading {
            mut tickets,
            remarks,
        } = self.read(snapshot)?;
        tickets.retain(|ticket| filter.matches(ticket));
        order.sort(&mut tickets, filter.clocks());
        let found = tickets.len();
        tickets.truncate(limit);
        Ok(Listing {
            tickets,
            found,
            remarks,
        })
    }

    /// The same without their timelines, which takes much less where there are
    /// many.
    ///
    /// # Errors
    /// As [`Desk::read`].
    pub fn briefs(
        &self,
        snapshot: &Snapshot<'_>,
        filter: &Filter,
        order: &Order,
        limit: Option<usize>,
    ) -> Result<Listing<Brief>, DeskError> {
        let most = limit.unwrap_or(usize::MAX);
        let cache = self.cache(snapshot, filter.about());
        if let (conditions, true) = filter.conditions()
            && let Some(order) = order.columns()
        {
            let select = Select { conditions, order };
            let answer = cache.ask(|view| {
                let tickets = view.briefs(&select, most)?;
                let found = if tickets.len() < most {
                    tickets.len()
                } else {
                    view.count(&select.conditions)?
                };
                Ok(Listing {
                    tickets,
                    found,
                    remarks: remarks(view, snapshot)?,
                })
            });
            if let Some(listing) = answer {
                return Ok(listing);
            }
        }
        let listing = self.list_by(&cache, snapshot, filter, order, most)?;
        let tickets = listing.tickets.iter();
        Ok(Listing {
            tickets: tickets
                .map(|ticket| filter.clocks().brief(ticket))
                .collect(),
            found: listing.found,
            remarks: listing.remarks,
        })
    }

    /// What the timelines of tickets say, for metrics, in any order and in
    /// parts; only of those that `filter` lets through, if there is one. Their
    /// words stay in the arena.
    ///
    /// # Errors
    /// As [`Desk::read`].
    pub fn lives<'a>(
        &self,
        snapshot: &Snapshot<'_>,
        filter: Option<&Filter>,
        arena: &'a Arena,
    ) -> Result<(Vec<Vec<Life<'a>>>, Remarks), DeskError> {
        let answer = self.cache(snapshot, About::Lives).ask(|view| {
            let lives = lives(view, filter, arena)?;
            Ok((lives, remarks(view, snapshot)?))
        });
        if let Some(answer) = answer {
            return Ok(answer);
        }
        let (rules, _) = Rules::for_reading(snapshot)?;
        let rules = clock::Rules {
            policy: &rules.policy,
            roster: &rules.roster,
        };
        let reading = self.read(snapshot)?;
        let tickets = reading.tickets.iter();
        let meant = tickets.filter(|ticket| filter.is_none_or(|filter| filter.matches(ticket)));
        let mut batch = Batch::default();
        meant.for_each(|ticket| batch.push(&kept::keep(ticket, rules)));
        let lives = batch.read(arena, Life::of_bytes)?;
        Ok((vec![lives], reading.remarks))
    }

    /// The tickets meant by what was typed, each or the reason why not.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn find(
        &self,
        snapshot: &Snapshot<'_>,
        typed: &[String],
    ) -> Result<Vec<Result<Ticket, DeskError>>, DeskError> {
        // A broken policy never blocks reading: it only decides who `@` is.
        let me = || Rules::for_reading(snapshot).and_then(|(rules, _)| self.me(&rules));
        let last = || self.last_of(snapshot, &me()?);
        let cache: Cache<'_> = self.cache(snapshot, About::Tickets);
        let mut finder = super::find::Finder::new(snapshot, &cache, &last);
        Ok(typed
            .iter()
            .map(|typed| {
                let id = finder.find(typed)?;
                let stored = rules::stored(snapshot, &id)?;
                stored
                    .map(|stored| stored.ticket)
                    .ok_or_else(|| DeskError::NotFound { typed: id.text() })
            })
            .collect())
    }
}

/// What is kept of the lives that `filter` lets through.
fn lives<'a>(
    view: &View,
    filter: Option<&Filter>,
    arena: &'a Arena,
) -> Result<Vec<Vec<Life<'a>>>, CacheError> {
    let Some(filter) = filter else {
        return view.digests(&[], arena, Life::of_bytes);
    };
    let (conditions, exact) = filter.conditions();
    let mut lives = view.digests(&conditions, arena, Life::of_bytes)?;
    if !exact {
        let select = Select {
            conditions,
            order: Vec::new(),
        };
        let mut meant = HashSet::new();
        view.select(&select, None, &mut |ticket| {
            if filter.matches(&ticket) {
                meant.insert(ticket.id().text());
            }
            ControlFlow::Continue(())
        })?;
        for part in &mut lives {
            part.retain(|life| meant.contains(life.id));
        }
    }
    Ok(lives)
}

/// The first `limit` tickets that `filter` lets through, and how many there
/// are in all.
fn list(
    view: &View,
    filter: &Filter,
    order: &Order,
    limit: usize,
) -> Result<(Vec<Ticket>, usize), CacheError> {
    let (conditions, exact) = filter.conditions();
    let ordered = order.columns();
    let sorted = ordered.is_some();
    let select = Select {
        conditions,
        order: ordered.unwrap_or_default(),
    };
    let mut tickets = Vec::new();
    let mut found = 0;
    let most = (exact && sorted).then_some(limit);
    view.select(&select, most, &mut |ticket| {
        if exact || filter.matches(&ticket) {
            found += 1;
            if !sorted || tickets.len() < limit {
                tickets.push(ticket);
            }
        }
        ControlFlow::Continue(())
    })?;
    if most == Some(found) {
        found = view.count(&select.conditions)?;
    }
    if !sorted {
        order.sort(&mut tickets, filter.clocks());
        tickets.truncate(limit);
    }
    Ok((tickets, found))
}

/// Damaged and edited tickets, as the cache knows them. What is wrong is read
/// from the files.
pub(super) fn remarks(view: &View, snapshot: &Snapshot<'_>) -> Result<Remarks, CacheError> {
    let mut damaged = Vec::new();
    for id in view.damaged()? {
        match rules::stored(snapshot, &id) {
            Err(error) => damaged.push(Damaged { id, error }),
            Ok(_) => {
                let what = format!("it has {id} as damaged, which can be read");
                return Err(CacheError::Damaged(what));
            }
        }
    }
    Ok(Remarks {
        damaged,
        edited: view.drifted()?,
    })
}
