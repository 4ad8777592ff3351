//! Who of those who can gets a piece of work: skills, duty, capacity and load,
//! in the order that the policy's `assignment` says.

use super::Roster;
use super::cover::at_work;
use super::load::{Load, Loads};
use super::person::{Person, Presence, Topic};
use crate::policy::rules::{PickBy, Policy};
use crate::ticket::{Handle, Level, Name, Timestamp};
use std::cmp::Reverse;

/// Where work is to be done, and what it is about.
#[derive(Debug, Clone, Copy, Default)]
pub struct Job<'a> {
    /// The team; none: whoever holds the level.
    pub team: Option<&'a Name>,
    /// The level; none on a desk without.
    pub level: Option<Level>,
    /// Category and skills.
    pub topic: Topic<'a>,
}

/// Somebody who could do it.
#[derive(Debug, Clone, Copy)]
pub struct Candidate<'a> {
    /// Who.
    pub person: &'a Person,
    /// What they have already.
    pub load: Load,
    /// Whether they are there.
    pub presence: Presence<'a>,
    /// How many of the skills asked for they have.
    pub skills: usize,
    /// The most tickets that they work on at once.
    pub capacity: Option<u32>,
    /// Whom they stand in for.
    pub covers: Option<&'a Handle>,
}

impl Candidate<'_> {
    /// Whether they may take one more.
    #[must_use]
    pub fn has_room(&self) -> bool {
        self.capacity.is_none_or(|most| self.load.working < most)
    }

    /// Whether they are there and may take one more.
    #[must_use]
    pub fn is_free(&self) -> bool {
        self.presence.is_there() && self.has_room()
    }
}

/// Those who could do it, in the order in which they would be asked.
#[derive(Debug, Clone)]
pub struct Ranking<'a> {
    /// Those who are there with room for one more first, then those who are
    /// full, then those who are not there, who is back soonest first.
    pub candidates: Vec<Candidate<'a>>,
    /// What the policy puts first.
    pub by: PickBy,
    /// How many skills the work asks for.
    pub asked: usize,
    /// The team asked; none: whoever holds the level.
    pub team: Option<&'a Name>,
}

impl<'a> Ranking<'a> {
    /// Who gets it.
    #[must_use]
    pub fn first(&self) -> Option<&Candidate<'a>> {
        self.candidates.first().filter(|first| first.is_free())
    }

    /// Who would get it next.
    #[must_use]
    pub fn second(&self) -> Option<&Candidate<'a>> {
        self.candidates.get(1).filter(|second| second.is_free())
    }

    /// Why the first is the first, in a few words; why nobody is, where that
    /// is so.
    #[must_use]
    pub fn why(&self) -> String {
        let place = match self.team {
            Some(team) => format!(" in {team}"),
            None => String::new(),
        };
        let Some(first) = self.first() else {
            let there = self.candidates.iter().filter(|one| one.presence.is_there());
            return match (self.candidates.len(), there.count()) {
                (0, _) => format!("nobody{place} could do it"),
                (_, 0) => format!("nobody{place} is on duty"),
                (_, 1) => format!("the one on duty{place} has no room for more"),
                (_, n) => format!("none of {n} on duty{place} has room for more"),
            };
        };
        let free = self.candidates.iter().filter(|one| one.is_free()).count();
        let who = &first.person.handle;
        let stands_in = match first.covers {
            Some(whom) => format!("; stands in for {whom}"),
            None => String::new(),
        };
        if free == 1 {
            return format!("{who} is the only one free{place}{stands_in}");
        }
        let most = match self.by {
            PickBy::LeastLoad => format!("has the fewest tickets in work ({})", first.load.working),
            PickBy::RoundRobin if first.load.given.is_none() => "was given none yet".to_owned(),
            PickBy::RoundRobin => "was given one longest ago".to_owned(),
            PickBy::SkillsFirst if self.asked == 0 => {
                format!("has the fewest tickets in work ({})", first.load.working)
            }
            PickBy::SkillsFirst => {
                format!(
                    "has most of the skills ({} of {})",
                    first.skills, self.asked
                )
            }
        };
        format!("{who} {most} of {free} free{place}{stands_in}")
    }
}

/// Ranks those who could do a job at that moment. `except` are not asked.
#[must_use]
pub fn rank<'a>(
    policy: &Policy,
    roster: &'a Roster,
    loads: &Loads,
    now: Timestamp,
    job: Job<'a>,
    except: &[Handle],
) -> Ranking<'a> {
    let holds = |person: &&Person| {
        job.level
            .is_none_or(|level| person.levels_at(now, job.topic).contains(&level))
    };
    let in_team = |person: &&Person| job.team.is_none_or(|team| person.works_in(team));
    let mut able: Vec<&Person> = roster.people().filter(in_team).filter(holds).collect();
    // A team in which nobody holds the level still has its people.
    if able.is_empty() && job.team.is_some() {
        able = roster.people().filter(in_team).collect();
    }
    let mut asked: Vec<(&Person, Option<&Handle>)> =
        able.iter().map(|person| (*person, None)).collect();
    for away in &able {
        let stands_in = away.absence(now).and_then(|absence| absence.cover.as_ref());
        let stands_in = stands_in.and_then(|who| roster.get(who.as_str()));
        if let Some(cover) = stands_in
            && asked
                .iter()
                .all(|(person, _)| person.handle != cover.handle)
        {
            asked.push((cover, Some(&away.handle)));
        }
    }
    asked.retain(|(person, _)| !except.contains(&person.handle));
    let mut candidates: Vec<Candidate<'a>> = asked
        .into_iter()
        .map(|(person, covers)| Candidate {
            load: loads.of(&person.handle),
            presence: person.presence(now),
            skills: skills(person, job.topic),
            capacity: person.capacity.or(policy.assignment.limit),
            person,
            covers,
        })
        .collect();
    let by = policy.assignment.by;
    // Who lacks a skill is asked only where nobody has all.
    let needed = job.topic.skills.len();
    let skilled = |one: &Candidate<'_>| one.skills == needed;
    let narrows = by != PickBy::SkillsFirst && candidates.iter().any(skilled);
    candidates.sort_by_cached_key(|one| {
        let back = match one.presence {
            Presence::There(_) => None,
            Presence::Off(back) => back.or(Some(Timestamp::from_unix(i64::MAX))),
            Presence::Away(absence) => Some(absence.to),
        };
        let most_skills = Reverse(if by == PickBy::SkillsFirst {
            one.skills
        } else {
            usize::from(narrows && skilled(one))
        });
        let turn = (by == PickBy::RoundRobin).then_some(one.load.given);
        (
            (!one.presence.is_there(), !one.has_room(), back),
            (most_skills, one.covers.is_some(), turn),
            (one.load.working, one.load.given, one.person.handle.clone()),
        )
    });
    Ranking {
        candidates,
        by,
        asked: needed,
        team: job.team,
    }
}

/// How many of the skills asked for somebody has.
fn skills(person: &Person, topic: Topic<'_>) -> usize {
    let own = topic.skills.iter();
    own.filter(|skill| person.skills.contains(*skill)).count()
}

/// Who stands in best for somebody from one moment to another, and why: a
/// colleague of a team, or else of a level, who is not away then; of those who
/// share most skills and levels, who works on the fewest tickets, and of those
/// who is on duty longest in that time.
#[must_use]
pub fn stand_in<'a>(
    roster: &'a Roster,
    loads: &Loads,
    away: &Person,
    from: Timestamp,
    to: Timestamp,
) -> Option<(&'a Person, String)> {
    let others = || {
        roster
            .people()
            .filter(|other| other.handle != away.handle && other.overlap(from, to).is_none())
    };
    let same_team = |other: &&Person| away.teams.iter().any(|team| other.works_in(team));
    let same_level = |other: &&Person| !away.levels.is_disjoint(&other.levels);
    let mut able: Vec<&Person> = others().filter(same_team).collect();
    let mut why = "works in the same team";
    if able.is_empty() {
        able = others().filter(same_level).collect();
        why = "holds the same level";
    }
    let shared = |other: &Person| {
        let skills = away.skills.intersection(&other.skills).count();
        (skills, away.levels.intersection(&other.levels).count())
    };
    let best = able.into_iter().min_by_key(|other| {
        let working = loads.of(&other.handle).working;
        let there = at_work(other, from, to).into_iter();
        let there: i64 = there.map(|one| one.to.since(one.from)).sum();
        let handle = other.handle.clone();
        (Reverse(shared(other)), working, Reverse(there), handle)
    })?;
    let skills = shared(best).0;
    let knows = match skills {
        0 => String::new(),
        1 => " and shares a skill".to_owned(),
        n => format!(" and shares {n} skills"),
    };
    let working = loads.of(&best.handle).working;
    let who = &best.handle;
    Some((best, format!("{who} {why}{knows}; {working} in work")))
}
