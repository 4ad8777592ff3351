//! Words → where a ticket goes.

use super::people::{Person, Roster};
use super::rules::Policy;
use super::who;
use crate::ticket::value::Value;
use crate::ticket::{Handle, Header, Level, Line, Name, Target, Timestamp};
use std::collections::BTreeSet;

/// A place that the desk does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum Unroutable {
    /// Neither team, level nor person.
    #[error("{word:?} is no team, level or person of this desk")]
    Unknown {
        /// What was asked for.
        word: String,
        /// What would have been right.
        known: Vec<String>,
    },
    /// Nothing lies above.
    #[error("there is no level above {0}")]
    Top(Level),
    /// The desk has one line only.
    #[error("there is nothing to escalate to by itself: this desk has one line")]
    NowhereUp,
    /// Nobody on the roster has this handle.
    #[error("{word:?} is not on the roster")]
    NotOnRoster {
        /// What was asked for.
        word: String,
        /// Handles that are.
        known: Vec<String>,
    },
}

impl Unroutable {
    /// What to do instead.
    #[must_use]
    pub fn hint(&self) -> String {
        match self {
            Self::Unknown { known, .. } => format!("known here: {}", known.join(", ")),
            Self::Top(_) | Self::NowhereUp => "say where with --to TEAM or --to WHO".into(),
            Self::NotOnRoster { known, .. } if known.is_empty() => {
                "nobody is yet: add people to people.yaml".into()
            }
            Self::NotOnRoster { known, .. } => format!("on it: {}", known.join(", ")),
        }
    }
}

/// The policy and the roster together: what words mean at this desk.
#[derive(Debug, Clone, Copy)]
pub struct Map<'a> {
    /// The policy.
    pub policy: &'a Policy,
    /// The roster.
    pub roster: &'a Roster,
    /// Who asks; what `me` means.
    pub me: &'a Handle,
    /// The present: levels are granted until a day.
    pub now: Timestamp,
}

impl Map<'_> {
    /// Where `word` is: a team, a level (`2`, `L2` or its name), or a person
    /// (a handle, an address, or `me`).
    ///
    /// # Errors
    /// [`Unroutable::Unknown`] with what is known.
    pub fn place(&self, word: &str, header: &Header) -> Result<Target, Unroutable> {
        if let Some((team, rule)) = self.policy.teams.get_key_value(word) {
            return Ok(Target::Queue {
                team: Some(team.clone()),
                level: rule.level,
            });
        }
        if let Some(level) = self.level(word) {
            return Ok(self.level_place(level, None));
        }
        if word == "me" || self.roster.get(word).is_some() || self.roster.by_email(word).is_some() {
            return Ok(self.person_place(&self.handle(word)?, header, false));
        }
        let mut known: Vec<String> = self.policy.teams.keys().map(Name::text).collect();
        known.extend(self.policy.levels.keys().map(ToString::to_string));
        known.extend(self.roster.people().map(|person| person.handle.text()));
        Err(Unroutable::Unknown {
            word: word.to_owned(),
            known,
        })
    }

    /// Where an escalation goes: `word`, or the next level. Coming to a person
    /// raises the ticket to the lowest level they hold that is not below it.
    ///
    /// # Errors
    /// [`Unroutable`].
    pub fn escalation(
        &self,
        word: Option<&str>,
        reference: Option<&Line>,
        header: &Header,
    ) -> Result<Target, Unroutable> {
        let Some(word) = word else {
            let at = header.level.or(self.policy.first_level);
            let at = at.ok_or(Unroutable::NowhereUp)?;
            let next = self.policy.next_level(at).ok_or(Unroutable::Top(at))?;
            let place = self.level_place(next, reference);
            return Ok(match (place, who::team_at(self.policy, next, header)) {
                (Target::Queue { level, .. }, Some(by)) => Target::Queue {
                    team: Some(by.team().clone()),
                    level,
                },
                (place, _) => place,
            });
        };
        if word == "vendor" && !self.policy.teams.contains_key(word) {
            let vendor = self.policy.levels.iter().find(|(_, rule)| rule.vendor);
            let level = vendor.map_or(Level::VENDOR, |(level, _)| *level);
            return Ok(Target::Vendor {
                level,
                reference: reference.cloned(),
            });
        }
        match self.place(word, header)? {
            Target::Person { who, .. } => Ok(self.person_place(&who, header, true)),
            Target::Queue {
                level: Some(level), ..
            } if self.policy.is_vendor(level) => Ok(Target::Vendor {
                level,
                reference: reference.cloned(),
            }),
            place => Ok(place),
        }
    }

    /// A person of the roster, or `me`.
    ///
    /// # Errors
    /// [`Unroutable::NotOnRoster`].
    pub fn handle(&self, word: &str) -> Result<Handle, Unroutable> {
        if word == "me" {
            return Ok(self.me.clone());
        }
        let person = self.roster.get(word).or_else(|| self.roster.by_email(word));
        person
            .map(|person| person.handle.clone())
            .ok_or_else(|| Unroutable::NotOnRoster {
                word: word.to_owned(),
                known: self
                    .roster
                    .people()
                    .map(|person| person.handle.text())
                    .collect(),
            })
    }

    /// A level by number or name.
    #[must_use]
    pub fn level(&self, word: &str) -> Option<Level> {
        let number = Level::parse(word)
            .ok()
            .filter(|level| self.policy.levels.contains_key(level));
        number.or_else(|| {
            let same =
                |name: &str| name.eq_ignore_ascii_case(word) || name.replace(' ', "-") == word;
            self.policy
                .levels
                .iter()
                .find(|(_, rule)| same(&rule.name))
                .map(|(level, _)| *level)
        })
    }

    /// The queue of a level, or its vendor.
    #[must_use]
    pub fn level_place(&self, level: Level, reference: Option<&Line>) -> Target {
        if self.policy.is_vendor(level) {
            return Target::Vendor {
                level,
                reference: reference.cloned(),
            };
        }
        Target::Queue {
            team: self.policy.team_of(level).cloned(),
            level: Some(level),
        }
    }

    fn person_place(&self, who: &Handle, header: &Header, escalates: bool) -> Target {
        let person = self.roster.get(who.as_str());
        let level = person.filter(|_| escalates).and_then(|person| {
            let held = person.levels_at(self.now, who::topic(self.policy, header));
            raised_to(&held, header.level)
        });
        Target::Person {
            who: who.clone(),
            team: person.and_then(|person| team_for(person, header)),
            level,
        }
    }
}

/// The lowest level a person holds above `from`, else `from` where they hold
/// it, else as it was.
fn raised_to(held: &BTreeSet<Level>, from: Option<Level>) -> Option<Level> {
    let above = held.iter().copied().find(|level| Some(*level) > from);
    above.or(from.filter(|from| held.contains(from)))
}

/// The ticket's team where the person is in it, else their main team.
fn team_for(person: &Person, header: &Header) -> Option<Name> {
    let stays = header
        .team
        .as_ref()
        .filter(|team| person.teams.contains(team));
    stays.or(person.teams.first()).cloned()
}
