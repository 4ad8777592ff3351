//! The desk at a glance: what is live now, what came and went in a period, and
//! how well. Every metric is a function of its own.
//!
//! Population (DOMAIN.md section 6): incidents and requests; problems and what
//! is cancelled, void or a duplicate are left out and counted as such. What a
//! ticket *is* (live, cancelled, its level) is what it is now; what *happened*
//! to it is counted where it happened.

use super::life::{LeftOut, Life};
use super::percentile::nearest_rank;
use super::period::{Period, as_text};
use crate::ticket::value::Value;
use crate::ticket::words::Status;
use crate::ticket::{Level, Priority, Ticket, Timestamp};
use serde::{Serialize, Serializer};
use std::collections::BTreeMap;

/// How many of the oldest live tickets are named.
const OLDEST: usize = 5;

/// The figures. JSON names are those of the fields; where nothing was counted
/// (`n` is 0), a ratio or percentile is `null`.
#[derive(Debug, Clone, PartialEq, Serialize)]
pub struct Summary {
    /// What it is about.
    pub period: Period,
    /// The moment that ages and "live" refer to.
    #[serde(serialize_with = "as_text")]
    pub now: Timestamp,
    /// Tickets that are in no figure.
    pub left_out: Excluded,
    /// What is live now.
    pub live: Live,
    /// What came and went in the period.
    pub flow: Flow,
    /// How long the tickets resolved in the period took.
    pub time_to_resolve: TimeToResolve,
    /// How many of them were ever functionally escalated.
    pub escalated: Share,
    /// How many of them were given to somebody else by that.
    pub handed_over: Share,
    /// How many of them the first level resolved alone.
    pub first_level_resolution: Share,
    /// How many of the tickets ever resolved in the period came back.
    pub reopened: Share,
}

/// Tickets that are in no figure, by the reason; each is counted once, under
/// the first that holds.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize)]
pub struct Excluded {
    /// Their opening was taken back.
    pub void: usize,
    /// They tell again what another tells.
    pub duplicate: usize,
    /// They were withdrawn.
    pub cancelled: usize,
    /// They are problems.
    pub problem: usize,
}

/// What is live now.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Live {
    /// How many tickets.
    pub n: usize,
    /// Per level and priority, both ascending, what has none last; pairs
    /// without tickets are absent.
    pub by_level_and_priority: Vec<LevelCount>,
    /// Per live status, in the order of a ticket's life, zeros included.
    pub by_status: Vec<StatusCount>,
    /// Nobody is the assignee.
    pub unassigned: usize,
    /// Waiting: nobody has acknowledged them where they now lie.
    pub unacknowledged: usize,
    /// The longest open, the oldest first.
    pub oldest: Vec<Oldest>,
}

/// Live tickets of one level and priority.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct LevelCount {
    /// The level, as a number.
    #[serde(serialize_with = "level_number")]
    pub level: Option<Level>,
    /// The priority.
    #[serde(serialize_with = "maybe_text")]
    pub priority: Option<Priority>,
    /// How many.
    pub count: usize,
}

/// Live tickets of one status.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct StatusCount {
    /// The status.
    #[serde(serialize_with = "word")]
    pub status: Status,
    /// How many.
    pub count: usize,
}

/// A ticket that has been open for long.
#[derive(Debug, Clone, PartialEq, Eq, Serialize)]
pub struct Oldest {
    /// The ticket's id.
    pub id: String,
    /// Its title: text by strangers.
    pub title: String,
    /// Where it stands.
    #[serde(serialize_with = "word")]
    pub status: Status,
    /// Its level, as a number.
    #[serde(serialize_with = "level_number")]
    pub level: Option<Level>,
    /// Its priority.
    #[serde(serialize_with = "maybe_text")]
    pub priority: Option<Priority>,
    /// Its assignee.
    pub assignee: Option<String>,
    /// When it was opened.
    #[serde(serialize_with = "as_text")]
    pub opened: Timestamp,
    /// Calendar seconds from then to now.
    pub age_seconds: i64,
}

/// What came and went in the period.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct Flow {
    /// Tickets opened in it.
    pub arrived: usize,
    /// Tickets whose last resolution, which still stands, lies in it.
    pub resolved: usize,
    /// `arrived` less `resolved`: above zero, the backlog grew.
    pub net: i64,
}

/// Calendar time from opening to the last resolution. Pending time, nights and
/// weekends are included: business hours need a calendar.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize)]
pub struct TimeToResolve {
    /// How many tickets were measured.
    pub n: usize,
    /// Half of them took no longer, in calendar seconds.
    pub median_calendar_seconds: Option<i64>,
    /// Nine tenths of them took no longer, in calendar seconds.
    pub p90_calendar_seconds: Option<i64>,
}

/// A part of a whole.
#[derive(Debug, Clone, Copy, PartialEq, Serialize)]
pub struct Share {
    /// The part.
    pub count: usize,
    /// The whole.
    pub n: usize,
    /// `count` ÷ `n`, 0 to 1; `None` where `n` is 0.
    pub share: Option<f64>,
}

impl Share {
    /// How many of `all` are so.
    pub fn of<T>(all: &[T], is_so: impl Fn(&T) -> bool) -> Self {
        let count = all.iter().filter(|one| is_so(one)).count();
        let n = all.len();
        Self {
            count,
            n,
            // Counts of tickets are far below the 2^53 that f64 holds exactly.
            share: (n > 0).then(|| count as f64 / n as f64),
        }
    }
}

/// All figures for `period`, as seen at `now`.
#[must_use]
pub fn summary(tickets: &[Ticket], period: Period, now: Timestamp) -> Summary {
    let lives: Vec<Life> = tickets.iter().map(Life::of).collect();
    summary_of(&lives, period, now)
}

/// As [`summary`], of timelines that were read already.
#[must_use]
pub fn summary_of(lives: &[Life], period: Period, now: Timestamp) -> Summary {
    let counted: Vec<&Life> = population(lives);
    let resolved = resolved_in(&counted, period);
    Summary {
        period,
        now,
        left_out: left_out(lives),
        live: live(&counted, now),
        flow: flow(&counted, period),
        time_to_resolve: time_to_resolve(&resolved),
        escalated: escalated(&resolved),
        handed_over: handed_over(&resolved),
        first_level_resolution: first_level_resolution(&resolved),
        reopened: reopened(&counted, period),
    }
}

/// The tickets that metrics are about. DOMAIN.md section 6, "population".
#[must_use]
pub fn population(lives: &[Life]) -> Vec<&Life> {
    lives
        .iter()
        .filter(|life| life.left_out.is_none())
        .collect()
}

/// The others, counted. DOMAIN.md section 6, "population".
#[must_use]
pub fn left_out(lives: &[Life]) -> Excluded {
    let mut excluded = Excluded::default();
    for reason in lives.iter().filter_map(|life| life.left_out) {
        match reason {
            LeftOut::Void => excluded.void += 1,
            LeftOut::Duplicate => excluded.duplicate += 1,
            LeftOut::Cancelled => excluded.cancelled += 1,
            LeftOut::Problem => excluded.problem += 1,
        }
    }
    excluded
}

/// Those whose last resolution stands and lies in the period: the whole that
/// shares are parts of. DOMAIN.md section 6, "resolved"; a reopened ticket
/// counts where it was resolved last.
#[must_use]
pub fn resolved_in<'l>(counted: &[&'l Life], period: Period) -> Vec<&'l Life> {
    let lies_in = |life: &&&Life| life.resolved().is_some_and(|one| period.contains(one.at));
    counted.iter().filter(lies_in).copied().collect()
}

/// What is live now. DOMAIN.md section 6, "backlog, ageing".
#[must_use]
pub fn live(counted: &[&Life], now: Timestamp) -> Live {
    let live: Vec<&Life> = counted
        .iter()
        .copied()
        .filter(|life| life.status.is_live())
        .collect();
    let count = |is_so: &dyn Fn(&Life) -> bool| live.iter().filter(|one| is_so(one)).count();
    Live {
        n: live.len(),
        by_level_and_priority: by_level_and_priority(&live),
        by_status: Status::ALL
            .iter()
            .filter(|status| status.is_live())
            .map(|status| StatusCount {
                status: *status,
                count: count(&|life| life.status == *status),
            })
            .collect(),
        unassigned: count(&|life| life.assignee.is_none()),
        unacknowledged: count(&|life| life.status.is_waiting()),
        oldest: oldest(&live, now),
    }
}

fn by_level_and_priority(live: &[&Life]) -> Vec<LevelCount> {
    type Rank = (bool, Option<Level>, bool, Option<Priority>);
    let mut counts: BTreeMap<Rank, usize> = BTreeMap::new();
    for life in live {
        let (level, priority) = (life.level, life.priority);
        let rank = (level.is_none(), level, priority.is_none(), priority);
        *counts.entry(rank).or_default() += 1;
    }
    counts
        .into_iter()
        .map(|((_, level, _, priority), count)| LevelCount {
            level,
            priority,
            count,
        })
        .collect()
}

fn oldest(live: &[&Life], now: Timestamp) -> Vec<Oldest> {
    let mut by_age = live.to_vec();
    by_age.sort_by_key(|life| (life.opened, &life.id));
    by_age
        .into_iter()
        .take(OLDEST)
        .map(|life| Oldest {
            id: life.id.text(),
            title: life.title.clone(),
            status: life.status,
            level: life.level,
            priority: life.priority,
            assignee: life.assignee.as_ref().map(Value::text),
            opened: life.opened,
            age_seconds: now.since(life.opened),
        })
        .collect()
}

/// Arrived, resolved, net. DOMAIN.md section 6, "flow".
#[must_use]
pub fn flow(counted: &[&Life], period: Period) -> Flow {
    let arrived = counted
        .iter()
        .filter(|life| period.contains(life.opened))
        .count();
    let resolved = resolved_in(counted, period).len();
    let signed = |count: usize| i64::try_from(count).unwrap_or(i64::MAX);
    Flow {
        arrived,
        resolved,
        net: signed(arrived) - signed(resolved),
    }
}

/// Calendar time from opening to the last resolution. DOMAIN.md section 6,
/// "time to … resolve". A ticket resolved before it was opened (clocks of two
/// machines) took no time.
#[must_use]
pub fn time_to_resolve(resolved: &[&Life]) -> TimeToResolve {
    let took: Vec<i64> = resolved
        .iter()
        .filter_map(|life| Some(life.resolved()?.at.since(life.opened).max(0)))
        .collect();
    TimeToResolve {
        n: took.len(),
        median_calendar_seconds: nearest_rank(&took, 50),
        p90_calendar_seconds: nearest_rank(&took, 90),
    }
}

/// Ever functionally escalated ÷ resolved. DOMAIN.md section 6, "escalation
/// rate". An escalation to oneself counts: the ticket needed the higher level.
#[must_use]
pub fn escalated(resolved: &[&Life]) -> Share {
    Share::of(resolved, |life| life.escalated)
}

/// Ever handed to somebody else by a functional escalation ÷ resolved.
/// DOMAIN.md section 4: a person who escalates to themselves hands nothing over.
#[must_use]
pub fn handed_over(resolved: &[&Life]) -> Share {
    Share::of(resolved, |life| life.handed_over)
}

/// Resolved at level ≤ 1 and never above it ÷ resolved. DOMAIN.md section 6,
/// "first-level resolution". A ticket that never had a level shows nothing of
/// the kind and does not count.
#[must_use]
pub fn first_level_resolution(resolved: &[&Life]) -> Share {
    Share::of(resolved, |life| {
        life.highest
            .is_some_and(|highest| highest <= Level::FRONT_LINE)
    })
}

/// Tickets resolved at least once in the period and reopened after that, at any
/// time since ÷ tickets resolved at least once in the period. DOMAIN.md section
/// 6, "reopen rate", without a limit of days. The whole is larger than that of
/// the other shares: a ticket that came back and is live now is in it.
#[must_use]
pub fn reopened(counted: &[&Life], period: Period) -> Share {
    let in_period: Vec<bool> = counted
        .iter()
        .filter_map(|life| {
            life.resolutions
                .iter()
                .filter(|one| period.contains(one.at))
                .map(|one| one.reopened)
                .reduce(|a, b| a || b)
        })
        .collect();
    Share::of(&in_period, |came_back| *came_back)
}

fn word<S: Serializer>(status: &Status, to: S) -> Result<S::Ok, S::Error> {
    to.serialize_str(status.word())
}

fn level_number<S: Serializer>(level: &Option<Level>, to: S) -> Result<S::Ok, S::Error> {
    level.map(Level::number).serialize(to)
}

fn maybe_text<S: Serializer>(priority: &Option<Priority>, to: S) -> Result<S::Ok, S::Error> {
    priority.map(|priority| priority.text()).serialize(to)
}

#[cfg(test)]
mod tests;
