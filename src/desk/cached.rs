//! Asking the cache, and going without it where it can't answer.

use super::app::Desk;
use super::error::DeskError;
use crate::report::life::kept;
use crate::store::Snapshot;
use crate::store::cache::{CacheError, Digest, Progress, View, Wanted};
use std::cell::RefCell;

/// What is asked about: the cache reads no more than that takes.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum About {
    /// Tickets as they are.
    Tickets,
    /// Their lives too.
    Lives,
    /// Their words too.
    Words,
    /// Which commits changed them too.
    Past,
}

/// The cache as of one snapshot, opened when it is first asked.
pub(super) struct Cache<'a> {
    desk: &'a Desk,
    snapshot: &'a Snapshot<'a>,
    about: About,
    state: RefCell<State>,
}

enum State {
    Unopened,
    Open(View),
    Without,
}

impl Desk {
    /// The cache as of a snapshot.
    pub(super) fn cache<'a>(&'a self, snapshot: &'a Snapshot<'a>, about: About) -> Cache<'a> {
        Cache {
            desk: self,
            snapshot,
            about,
            state: RefCell::new(State::Unopened),
        }
    }

    /// Who hears of it when many tickets are read.
    #[must_use]
    pub fn on_progress(mut self, tell: impl Fn(Progress) + 'static) -> Self {
        self.progress = Some(Box::new(tell));
        self
    }

    /// Why the cache was not used, where it should have been.
    #[must_use]
    pub fn cache_trouble(&self) -> Option<String> {
        self.cache_trouble.borrow().clone()
    }

    /// Whether the cache answers, as of now; `None` where it does, or where the
    /// desk is too small to need it.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn examine_cache(&self) -> Result<Option<String>, DeskError> {
        let snapshot = self.store.snapshot()?;
        self.cache(&snapshot, About::Tickets).ask(View::damaged);
        Ok(self.cache_trouble())
    }

    pub(super) fn wanted(&self, about: About) -> Wanted<'_> {
        Wanted {
            digest: Digest {
                version: kept::VERSION,
                of: kept::keep,
            },
            digests: about == About::Lives,
            searchable: about == About::Words,
            past: about == About::Past,
            progress: self.progress.as_deref().unwrap_or(&|_| {}),
        }
    }

    pub(super) fn note_cache_trouble(&self, error: &CacheError) {
        *self.cache_trouble.borrow_mut() = Some(error.to_string());
    }
}

impl Cache<'_> {
    /// What the cache answers; `None` where the files must. After the first
    /// error it is made anew, after the second done without.
    pub(super) fn ask<T>(&self, question: impl Fn(&View) -> Result<T, CacheError>) -> Option<T> {
        let mut state = self.state.borrow_mut();
        for may_rebuild in [true, false] {
            if matches!(*state, State::Unopened) {
                *state = self.open();
            }
            let error = match &*state {
                State::Open(view) => match question(view) {
                    Ok(answer) => return Some(answer),
                    Err(error) => error,
                },
                State::Unopened | State::Without => return None,
            };
            // Its connection ends first.
            *state = State::Without;
            if may_rebuild && error.is_damage() && self.desk.store.drop_cache().is_ok() {
                *state = State::Unopened;
            } else {
                self.desk.note_cache_trouble(&error);
            }
        }
        None
    }

    /// The cache itself, if there is one.
    pub(super) fn into_view(self) -> Option<View> {
        match self.open() {
            State::Open(view) => Some(view),
            State::Unopened | State::Without => None,
        }
    }

    fn open(&self) -> State {
        let store = &self.desk.store;
        match store.is_small(self.snapshot) {
            Ok(false) => {}
            // Whoever reads the files next meets the same error.
            Ok(true) | Err(_) => return State::Without,
        }
        let open = || store.cache(self.snapshot, self.desk.wanted(self.about));
        let opened = match open() {
            Err(error) if error.is_damage() && store.drop_cache().is_ok() => open(),
            opened => opened,
        };
        match opened {
            Ok(view) => State::Open(view),
            Err(error) => {
                self.desk.note_cache_trouble(&error);
                State::Without
            }
        }
    }
}
