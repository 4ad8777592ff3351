//! What `desk report` shows: a view is a list of tables over the same tickets.
//! A new view is a file here and a line in [`ALL`].

pub mod assets;
pub mod backlog;
pub mod categories;
pub mod conformance;
pub mod cost;
pub mod fields;
pub mod flow;
pub mod knowledge;
pub mod levels;
mod parts;
pub mod people;
pub mod pingpong;
pub mod review;
pub mod sample;
pub mod service;
pub mod sla;
pub mod staffing;
pub mod summary;
pub mod tickets;
pub mod vendors;

use super::group::By;
use super::lens::Lens;
use super::life::Life;
use super::metrics::Excluded;
use super::table::Table;
use crate::policy::Roster;
use crate::ticket::Handle;

/// What a view is made of.
#[derive(Debug, Clone)]
pub struct Scope<'a> {
    /// The tickets that count, in the order of their ids.
    pub lives: Vec<&'a Life<'a>>,
    /// How many do not, and why.
    pub left_out: Excluded,
    /// The period and the policy.
    pub lens: Lens<'a>,
    /// The period before, where it is to be compared with.
    pub before: Option<Lens<'a>>,
    /// What to split by, where the reader chose that.
    pub by: Option<By<'a>>,
    /// The own fields that the reader chose; all, where they chose none.
    pub own: Vec<String>,
    /// The people of the desk.
    pub roster: &'a Roster,
    /// Who asks, where that is known.
    pub me: Option<Handle>,
    /// The roles of who asks, or of whose eyes they look through, as words of
    /// the roster.
    pub roles: Vec<String>,
    /// How many tickets a sample draws, and by which seed.
    pub sample: Sample,
}

impl<'a> Scope<'a> {
    /// The tickets whose last resolution stands and lies in the period.
    pub fn resolved(&self) -> impl Iterator<Item = &'a Life<'a>> {
        let lens = self.lens;
        let lives = self.lives.iter().copied();
        lives.filter(move |life| lens.resolved(life))
    }

    /// The tickets that were live in the period, or resolved in it.
    pub fn touched(&self) -> impl Iterator<Item = &'a Life<'a>> {
        let lens = self.lens;
        let lives = self.lives.iter().copied();
        lives.filter(move |life| lens.touches(life))
    }
}

/// How tickets are drawn blind.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Sample {
    /// How many.
    pub size: usize,
    /// The seed: the same one draws the same tickets.
    pub seed: u64,
}

/// A view.
#[derive(Debug, Clone, Copy)]
pub struct View {
    /// The word on the command line.
    pub word: &'static str,
    /// Its heading.
    pub title: &'static str,
    /// What it tells, and who asks for it, in a line.
    pub about: &'static str,
    /// Its tables.
    pub tables: fn(&Scope<'_>) -> Vec<Table>,
}

/// Every view, in the order of help.
pub const ALL: &[View] = &[
    summary::VIEW,
    levels::VIEW,
    sla::VIEW,
    backlog::VIEW,
    vendors::VIEW,
    conformance::VIEW,
    cost::VIEW,
    knowledge::VIEW,
    service::VIEW,
    review::VIEW,
    flow::VIEW,
    pingpong::VIEW,
    people::VIEW,
    categories::VIEW,
    assets::VIEW,
    staffing::VIEW,
    fields::VIEW,
    sample::VIEW,
    tickets::VIEW,
];

/// The view of that word.
#[must_use]
pub fn named(word: &str) -> Option<&'static View> {
    ALL.iter().find(|view| view.word == word)
}
