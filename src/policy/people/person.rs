//! One person of the roster, and what can be asked of them at a moment.

use super::roles::same;
use crate::policy::calendar::Calendar;
use crate::policy::zone::Zone;
use crate::ticket::{Category, Handle, Level, Line, Name, Timestamp};
use std::collections::BTreeSet;

/// Somebody who works at the desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Person {
    /// What others type.
    pub handle: Handle,
    /// Full name; the handle where none is given.
    pub name: String,
    /// Addresses; the first one signs commits.
    pub emails: Vec<String>,
    /// Support levels held for good.
    pub levels: BTreeSet<Level>,
    /// Teams, the main one first.
    pub teams: Vec<Name>,
    /// Roles held.
    pub roles: BTreeSet<Name>,
    /// The job, as it stands on a business card.
    pub title: Option<Line>,
    /// The team lead, to whom escalations go.
    pub lead: Option<Handle>,
    /// The line manager.
    pub reports_to: Option<Handle>,
    /// What they know well.
    pub skills: BTreeSet<Name>,
    /// When they work; none: they count as there.
    pub duty: Option<Calendar>,
    /// The zone that their days are those of.
    pub zone: Zone,
    /// When they are away, in the order of the file.
    pub absences: Vec<Absence>,
    /// How many tickets they work on at once, at most.
    pub capacity: Option<u32>,
    /// Levels held for a time.
    pub grants: Vec<Grant>,
}

/// A stretch of time in which somebody is away.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Absence {
    /// The first moment.
    pub from: Timestamp,
    /// The first moment back.
    pub to: Timestamp,
    /// Why.
    pub why: Option<Line>,
    /// Who stands in.
    pub cover: Option<Handle>,
}

/// A level held for a time.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Grant {
    /// The level.
    pub level: Level,
    /// The category, with those under it, or the skill that it is for;
    /// everything if absent.
    pub topic: Option<Category>,
    /// The first moment at which it is over.
    pub until: Timestamp,
    /// Who granted it.
    pub by: Option<Handle>,
}

/// What a piece of work is about, as far as levels and skills depend on it.
#[derive(Debug, Clone, Copy, Default)]
pub struct Topic<'a> {
    /// The ticket's category.
    pub category: Option<&'a Category>,
    /// The skills that the category asks for.
    pub skills: &'a [Name],
}

impl Grant {
    /// Whether it holds for that work at that moment.
    #[must_use]
    pub fn runs(&self, now: Timestamp, topic: Topic<'_>) -> bool {
        let about = self.topic.as_ref().is_none_or(|own| {
            let under = |category: &Category| category.is_under(own.as_str());
            let skill = topic
                .skills
                .iter()
                .any(|skill| skill.as_str() == own.as_str());
            skill || topic.category.is_some_and(under)
        });
        now < self.until && about
    }
}

/// Whether somebody is there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Presence<'a> {
    /// At work; until then, where that is known.
    There(Option<Timestamp>),
    /// Not at work by the rota; back then, where that is known.
    Off(Option<Timestamp>),
    /// Away.
    Away(&'a Absence),
}

impl Presence<'_> {
    /// Whether they are at work.
    #[must_use]
    pub fn is_there(&self) -> bool {
        matches!(self, Self::There(_))
    }
}

impl Person {
    /// Levels held at that moment for that work, granted ones included.
    #[must_use]
    pub fn levels_at(&self, now: Timestamp, topic: Topic<'_>) -> BTreeSet<Level> {
        let granted = self.grants.iter().filter(|grant| grant.runs(now, topic));
        let granted = granted.map(|grant| grant.level);
        self.levels.iter().copied().chain(granted).collect()
    }

    /// The absence that covers a moment.
    #[must_use]
    pub fn absence(&self, at: Timestamp) -> Option<&Absence> {
        let mut absences = self.absences.iter();
        absences.find(|absence| absence.from <= at && at < absence.to)
    }

    /// The first absence that shares some time with a stretch.
    #[must_use]
    pub fn overlap(&self, from: Timestamp, to: Timestamp) -> Option<&Absence> {
        let mut absences = self.absences.iter();
        absences.find(|absence| absence.from < to && from < absence.to)
    }

    /// Whether they are there at a moment.
    #[must_use]
    pub fn presence(&self, at: Timestamp) -> Presence<'_> {
        if let Some(absence) = self.absence(at) {
            return Presence::Away(absence);
        }
        let leaves = self.absences.iter().map(|absence| absence.from);
        let leaves = leaves.filter(|from| *from > at).min();
        let Some(duty) = &self.duty else {
            return Presence::There(leaves);
        };
        if !duty.is_open(at) {
            return Presence::Off(duty.next_open(at));
        }
        // Nobody's shift is longer than a week; who never goes has no end.
        let shift = duty.intervals(at, at.plus(7 * 86_400));
        let ends = shift.first().map(|shift| shift.to);
        let ends = ends.filter(|end| *end < at.plus(7 * 86_400));
        Presence::There(ends.into_iter().chain(leaves).min())
    }

    /// Whether they have a role, by whatever word for it.
    #[must_use]
    pub fn plays(&self, role: &str) -> bool {
        self.roles.iter().any(|own| same(own.as_str(), role))
    }

    /// Whether they work in a team.
    #[must_use]
    pub fn works_in(&self, team: &Name) -> bool {
        self.teams.contains(team)
    }
}
