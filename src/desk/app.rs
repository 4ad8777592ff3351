//! [`Desk`]: a store and its surroundings, and the only way to change it.

use super::cached::About;
use super::error::DeskError;
use super::hooks::Hooks;
use super::request::Line;
use super::rules::Rules;
use super::when::{self, Lean};
use super::workbench::{Deed, Deeds, EditedByHand, Step, Surroundings, Which, Workbench};
use super::world::World;
use crate::store::cache::Progress;
use crate::store::{CommitId, Identity, Plan, Snapshot, Store, StoreError};
use crate::ticket::value::Value as _;
use crate::ticket::{Handle, TicketId, Timestamp};
use chrono::Local;
use std::cell::RefCell;
use std::collections::BTreeMap;
use std::path::Path;

/// An open desk.
pub struct Desk {
    pub(super) store: Store,
    world: World,
    pub(super) progress: Option<Box<dyn Fn(Progress)>>,
    pub(super) cache_trouble: RefCell<Option<String>>,
    pub(super) hooks: Option<Hooks>,
}

/// What came of one step of a batch.
#[derive(Debug)]
pub struct Outcome {
    /// What it did.
    pub deeds: Deeds,
    /// Its commits; none if nothing changed, or on a dry run.
    pub commits: Vec<CommitId>,
}

/// What came of a batch: an outcome or an error for each step, and what the
/// store has to say.
#[derive(Debug)]
pub struct Performed {
    /// By step, in order.
    pub outcomes: Vec<Result<Outcome, DeskError>>,
    /// What people should know though the change stands.
    pub warnings: Vec<String>,
}

impl Desk {
    /// A desk on a store that is open.
    #[must_use]
    pub fn new(store: Store, world: World) -> Self {
        Self {
            store,
            world,
            progress: None,
            cache_trouble: RefCell::new(None),
            hooks: None,
        }
    }

    /// The surroundings of this run.
    #[must_use]
    pub fn world(&self) -> &World {
        &self.world
    }

    /// Moves the present, for a desk that lives through a story.
    pub(super) fn set_now(&mut self, now: Timestamp) {
        self.world.fixed_now = Some(now);
    }

    /// The desk's folder.
    #[must_use]
    pub fn root(&self) -> &Path {
        self.store.root()
    }

    /// The store, for what is about files and git rather than tickets.
    #[must_use]
    pub fn store(&self) -> &Store {
        &self.store
    }

    /// What is committed now.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn snapshot(&self) -> Result<Snapshot<'_>, DeskError> {
        Ok(self.store.snapshot()?)
    }

    /// Policy and roster as committed now.
    ///
    /// # Errors
    /// One of them does not hold together.
    pub fn rules(&self) -> Result<Rules, DeskError> {
        Rules::load(&self.snapshot()?)
    }

    /// Policy and roster as committed now, as far as they make sense, for
    /// questions; and what in them does not.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn rules_for_reading(&self) -> Result<(Rules, Vec<DeskError>), DeskError> {
        Rules::for_reading(&self.snapshot()?)
    }

    /// Who acts: the handle asked for, or the roster's entry with the address
    /// of git's identity, or that address.
    ///
    /// # Errors
    /// Git has no identity, or it can't be a handle.
    pub fn me(&self, rules: &Rules) -> Result<Handle, DeskError> {
        if let Some(handle) = &self.world.act_as {
            let person = rules
                .roster
                .get(handle)
                .or_else(|| rules.roster.by_email(handle));
            return person.map_or_else(
                || Handle::parse(handle).map_err(|_| DeskError::Actor(handle.clone())),
                |person| Ok(person.handle.clone()),
            );
        }
        Self::handle_of(&self.store.identity()?, rules)
    }

    fn handle_of(identity: &Identity, rules: &Rules) -> Result<Handle, DeskError> {
        if let Some(person) = rules.roster.by_email(&identity.email) {
            return Ok(person.handle.clone());
        }
        Handle::parse(&identity.email).map_err(|_| DeskError::Actor(identity.email.clone()))
    }

    /// Reads a time in the past, in somebody's words.
    ///
    /// # Errors
    /// The words are no time.
    pub fn past(&self, words: &str) -> Result<Timestamp, DeskError> {
        self.time(words, Lean::Past)
    }

    /// Reads a time to come, in somebody's words.
    ///
    /// # Errors
    /// The words are no time.
    pub fn future(&self, words: &str) -> Result<Timestamp, DeskError> {
        self.time(words, Lean::Future)
    }

    fn time(&self, words: &str, lean: Lean) -> Result<Timestamp, DeskError> {
        when::parse(words, self.world.now().utc(), &Local, lean)
            .map(Timestamp::from)
            .map_err(|error| DeskError::When(error.to_string()))
    }

    /// The step that a line asks for.
    ///
    /// # Errors
    /// Its time or its actor make no sense.
    pub fn step(&self, line: Line) -> Result<Step, DeskError> {
        let by = line
            .by
            .map(|by| Handle::parse(&by).map_err(|_| DeskError::Actor(by)));
        Ok(Step {
            which: line.id.map_or(Which::New, Which::Typed),
            deed: Deed::Request(Box::new(line.request)),
            at: line.at.map(|at| self.past(&at)).transpose()?,
            by: by.transpose()?,
            condition: line.condition,
        })
    }

    /// Does all steps, in order: each on what those before it have done, each
    /// its own commits, one move of the branch. A step that is refused is left
    /// out and does not stop the others.
    ///
    /// With `dry_run` everything is decided and nothing is written.
    ///
    /// # Errors
    /// What concerns the whole batch: git, the disk, a broken policy.
    pub fn perform(&self, steps: &[Step], dry_run: bool) -> Result<Performed, DeskError> {
        self.perform_where(steps, dry_run, |_| true)
    }

    /// As [`Desk::perform`], but commits nothing unless `accept` holds for the
    /// results: all or nothing.
    ///
    /// # Errors
    /// As [`Desk::perform`].
    pub fn perform_where(
        &self,
        steps: &[Step],
        dry_run: bool,
        accept: impl Fn(&[Result<Deeds, DeskError>]) -> bool,
    ) -> Result<Performed, DeskError> {
        let recorder = self.store.identity()?;
        // Tickets whose file somebody is editing by hand: only the store sees
        // that, so their steps are refused in another round.
        let mut edited: BTreeMap<TicketId, EditedByHand> = BTreeMap::new();
        loop {
            let tried = self.store.transact(|snapshot| -> Result<_, DeskError> {
                let rules = Rules::load(snapshot)?;
                let me = self.me(&rules)?;
                let cache = self.cache(snapshot, About::Tickets);
                let surroundings = Surroundings {
                    snapshot,
                    cache: &cache,
                    rules: &rules,
                    recorder: &recorder,
                    me: &me,
                    now: self.world.now(),
                    utc_offset: self.world.utc_offset,
                    edited: &edited,
                    future: &|words| self.future(words),
                    last: &|| self.last_of(snapshot, &me),
                    tally: &|id| Ok(self.store.tally(id.as_str())?),
                };
                let mut bench = Workbench::new(surroundings, self.world.entropy()?);
                let results: Vec<_> = steps.iter().map(|step| bench.perform(step)).collect();
                let mut drafts = bench.into_drafts();
                if dry_run || !accept(&results) {
                    drafts.clear();
                }
                Ok(Plan {
                    drafts,
                    value: results,
                })
            });
            let done = match tried {
                Err(DeskError::Store(error)) => match EditedByHand::of(&error) {
                    Some((id, why)) if !edited.contains_key(&id) => {
                        edited.insert(id, why);
                        continue;
                    }
                    _ => return Err(error.into()),
                },
                tried => tried?,
            };
            let outcomes: Vec<_> = done
                .value
                .into_iter()
                .map(|result| {
                    result.map(|deeds| Outcome {
                        commits: done
                            .commits
                            .get(deeds.drafts.clone())
                            .unwrap_or_default()
                            .to_vec(),
                        deeds,
                    })
                })
                .collect();
            if !dry_run {
                for outcome in outcomes
                    .iter()
                    .flatten()
                    .filter(|outcome| outcome.deeds.repeats.is_some())
                {
                    self.store.count(outcome.deeds.ticket.id().as_str())?;
                }
            }
            let mut warnings: Vec<_> = done.warnings.iter().map(ToString::to_string).collect();
            // The changes stand, whatever becomes of tidying up after them.
            if !done.commits.is_empty()
                && let Err(error) = self.tidy(done.commits.len())
            {
                warnings.push(format!("git was not asked to tidy: {error}"));
            }
            if !dry_run {
                warnings.extend(self.call_hooks(&outcomes));
            }
            return Ok(Performed { outcomes, warnings });
        }
    }

    fn tidy(&self, commits: usize) -> Result<(), StoreError> {
        self.store.spare_index_hash()?;
        self.store.tidy(commits).map(drop)
    }
}
