//! The roster file → people.

use super::file::{AbsenceEntry, DutyEntry, GrantEntry, PersonEntry, RosterFile};
use super::person::{Absence, Grant, Person};
use crate::policy::calendar::Calendar;
use crate::policy::hours::{self, BadHours, Week};
use crate::policy::rules::levels::date;
use crate::policy::rules::{Faults, Policy, PolicyFault};
use crate::policy::zone::Zone;
use crate::ticket::value::Value as _;
use crate::ticket::{Handle, Level, Name, Timestamp};
use chrono::Days;
use std::collections::{BTreeMap, BTreeSet};

/// Reads everybody. What is wrong with one is left out of them.
pub(super) fn people(
    file: &RosterFile,
    policy: &Policy,
    faults: &mut Faults,
) -> BTreeMap<Handle, Person> {
    let mut people = BTreeMap::new();
    let mut owners: BTreeMap<String, Handle> = BTreeMap::new();
    let known: Vec<Handle> = file
        .people
        .keys()
        .filter_map(|key| Handle::parse(key).ok())
        .collect();
    for (key, entry) in &file.people {
        let at = format!("people.{key}");
        let Some(handle) = faults.parse::<Handle>(&at, key) else {
            continue;
        };
        if key == "me" || policy.teams.contains_key(key.as_str()) {
            let problem = format!("{key} means something else already");
            faults.add(PolicyFault::new(at, problem).hint("give this person another handle"));
            continue;
        }
        let mut reader = Reader {
            at,
            policy,
            known: &known,
            faults,
        };
        let emails = reader.emails(entry, &handle, &mut owners);
        let person = reader.person(handle.clone(), emails, entry);
        people.insert(handle, person);
    }
    break_cycles(&mut people, faults);
    people
}

/// Reads one person.
struct Reader<'a> {
    at: String,
    policy: &'a Policy,
    known: &'a [Handle],
    faults: &'a mut Faults,
}

impl Reader<'_> {
    fn inner(&self, key: &str) -> String {
        format!("{}.{key}", self.at)
    }

    fn person(&mut self, handle: Handle, emails: Vec<String>, entry: &PersonEntry) -> Person {
        let (duty, zone) = self.duty(entry.duty.as_ref());
        let name = if entry.name.is_empty() {
            handle.text()
        } else {
            entry.name.clone()
        };
        let inner = |key: &str| format!("{}.{key}", self.at);
        let (roles, skills, title) = (inner("roles"), inner("skills"), inner("title"));
        let words = |words: &BTreeSet<String>| words.iter().cloned().collect::<Vec<_>>();
        let role_words = words(&entry.roles);
        let skill_words = words(&entry.skills);
        if entry.capacity == Some(0) {
            let fault = PolicyFault::new(self.inner("capacity"), "0 means never");
            let hint = "leave the line out, or write an absence";
            self.faults.add(fault.hint(hint));
        }
        Person {
            name,
            emails,
            levels: self.levels(entry),
            teams: self.teams(entry),
            roles: self
                .faults
                .parse_all::<Name>(&roles, &role_words)
                .into_iter()
                .collect(),
            title: entry
                .title
                .as_deref()
                .and_then(|text| self.faults.parse(&title, text)),
            lead: self.colleague("lead", entry.lead.as_ref()),
            reports_to: self.colleague("reports-to", entry.reports_to.as_ref()),
            skills: self
                .faults
                .parse_all::<Name>(&skills, &skill_words)
                .into_iter()
                .collect(),
            absences: self.absences(&entry.absences, &handle, zone),
            capacity: entry.capacity.filter(|most| *most > 0),
            grants: self.grants(&entry.grants, zone),
            handle,
            duty,
            zone,
        }
    }

    fn emails(
        &mut self,
        entry: &PersonEntry,
        handle: &Handle,
        owners: &mut BTreeMap<String, Handle>,
    ) -> Vec<String> {
        let mut own = Vec::new();
        for email in &entry.emails {
            if let Some(other) = owners.get(&email.to_lowercase()) {
                let problem = format!("{email} is {other}'s already");
                let fault = PolicyFault::new(self.inner("emails"), problem);
                self.faults.add(fault.hint("leave it with one of the two"));
                continue;
            }
            owners.insert(email.to_lowercase(), handle.clone());
            own.push(email.clone());
        }
        own
    }

    fn levels(&mut self, entry: &PersonEntry) -> BTreeSet<Level> {
        let at = self.inner("levels");
        let numbers = entry.levels.iter();
        numbers
            .filter_map(|number| self.level(*number, &at))
            .collect()
    }

    fn level(&mut self, number: u8, at: &str) -> Option<Level> {
        let level = Level::parse(&number.to_string()).ok();
        let level = level.filter(|level| self.policy.levels.contains_key(level));
        if level.is_none() {
            let known: Vec<_> = self
                .policy
                .levels
                .keys()
                .map(|level| level.text())
                .collect();
            let hint = if known.is_empty() {
                "desk.yaml lists no levels: leave this out".to_owned()
            } else {
                format!("levels of desk.yaml: {}", known.join(", "))
            };
            let fault = PolicyFault::new(at, format!("there is no level {number}"));
            self.faults.add(fault.hint(hint));
        }
        level
    }

    fn teams(&mut self, entry: &PersonEntry) -> Vec<Name> {
        let at = self.inner("teams");
        let mut teams = Vec::new();
        for team in &entry.teams {
            match self.policy.teams.get_key_value(team.as_str()) {
                Some((team, _)) => teams.push(team.clone()),
                None => {
                    let known = self.policy.teams.keys().map(Name::as_str);
                    self.faults
                        .add(PolicyFault::unknown(at.as_str(), "team", team, known));
                }
            }
        }
        teams
    }

    /// Somebody else of the roster.
    fn colleague(&mut self, key: &str, word: Option<&String>) -> Option<Handle> {
        let (at, word) = (self.inner(key), word?);
        let who: Handle = self.faults.parse(&at, word)?;
        if self.known.contains(&who) {
            return Some(who);
        }
        let known = self.known.iter().map(Handle::as_str);
        let mut fault = PolicyFault::unknown(at, "person", word, known);
        fault.problem = format!("{word} is not on the roster");
        self.faults.add(fault);
        None
    }

    /// The hours of work, and the zone of the days.
    fn duty(&mut self, entry: Option<&DutyEntry>) -> (Option<Calendar>, Zone) {
        let usual = self.policy.calendars.zone;
        let at = self.inner("duty");
        let calendar = match entry {
            None => None,
            Some(DutyEntry::Calendar(name)) => {
                let calendars = &self.policy.calendars;
                let named = self.faults.keep(calendars.check(name, &at));
                named.map(|()| calendars.get(Some(name)).clone())
            }
            Some(DutyEntry::Rota(rows)) => {
                let read = rota(rows, usual).map_err(|bad| {
                    let key = bad.key.map(|key| format!(".{key}")).unwrap_or_default();
                    PolicyFault::new(format!("{at}{key}"), bad.problem).hint(bad.hint)
                });
                self.faults.keep(read)
            }
        };
        let zone = calendar.as_ref().map_or(usual, Calendar::zone);
        (calendar, zone)
    }

    fn absences(&mut self, entries: &[AbsenceEntry], own: &Handle, zone: Zone) -> Vec<Absence> {
        let mut absences = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let key = |key: &str| format!("absences[{place}].{key}");
            let from = moment(&entry.from, &self.inner(&key("from")), zone, false);
            let to = moment(&entry.to, &self.inner(&key("to")), zone, true);
            let why = self.inner(&key("why"));
            let why = entry
                .why
                .as_deref()
                .and_then(|text| self.faults.parse(&why, text));
            let cover = self.colleague(&key("cover"), entry.cover.as_ref());
            if cover.as_ref() == Some(own) {
                let fault = PolicyFault::new(self.inner(&key("cover")), "nobody covers themselves");
                self.faults
                    .add(fault.hint("name somebody else, or leave it out"));
            }
            let (from, to) = (self.faults.keep(from), self.faults.keep(to));
            let (Some(from), Some(to)) = (from, to) else {
                continue;
            };
            if to <= from {
                let problem = format!("{} to {} ends before it starts", entry.from, entry.to);
                let fault = PolicyFault::new(self.inner(&key("to")), problem);
                self.faults
                    .add(fault.hint("`from` is the first day, `to` the last one"));
                continue;
            }
            absences.push(Absence {
                from,
                to,
                why,
                cover: cover.filter(|who| who != own),
            });
        }
        absences
    }

    fn grants(&mut self, entries: &[GrantEntry], zone: Zone) -> Vec<Grant> {
        let mut grants = Vec::new();
        for (place, entry) in entries.iter().enumerate() {
            let key = |key: &str| format!("grants[{place}].{key}");
            let at = self.inner(&key("level"));
            let level = self.level(entry.level, &at);
            let at = self.inner(&key("for"));
            let topic = entry
                .topic
                .as_deref()
                .and_then(|text| self.faults.parse(&at, text));
            let at = self.inner(&key("by"));
            let by = entry
                .by
                .as_deref()
                .and_then(|text| self.faults.parse(&at, text));
            let until = moment(&entry.until, &self.inner(&key("until")), zone, true);
            let until = self.faults.keep(until);
            // A grant whose topic makes no sense is none, not one for all.
            if let (Some(level), Some(until)) = (level, until)
                && topic.is_some() == entry.topic.is_some()
            {
                grants.push(Grant {
                    level,
                    topic,
                    until,
                    by,
                });
            }
        }
        grants
    }
}

/// Hours by days in a zone.
fn rota(rows: &BTreeMap<String, String>, usual: Zone) -> Result<Calendar, BadHours> {
    let zone = match rows.get("zone") {
        None => usual,
        Some(name) => hours::zone(name).map_err(|bad| BadHours {
            key: Some("zone".to_owned()),
            ..bad
        })?,
    };
    let days = rows.iter().filter(|(key, _)| *key != "zone");
    let days = days.map(|(key, hours)| (key.clone(), hours.clone()));
    let week = Week::parse(&days.collect())?;
    Ok(Calendar::new("duty", zone, week, BTreeMap::new()))
}

/// A day or a time of the file. Of a day that ends something, the moment after
/// it.
fn moment(text: &str, at: &str, zone: Zone, ends: bool) -> Result<Timestamp, PolicyFault> {
    if let Ok(time) = Timestamp::parse(text) {
        return Ok(time);
    }
    let day = date(text, at)
        .map_err(|fault| fault.hint("write a day (2026-12-24) or a time (2026-12-24T12:00:00Z)"))?;
    let day = if ends {
        day.checked_add_days(Days::new(1)).unwrap_or(day)
    } else {
        day
    };
    Ok(zone.start_of(day))
}

/// The stretch from one day or time to the end of another, in a zone.
///
/// # Errors
/// [`PolicyFault`] of `from` or `to`: it is neither a day nor a time.
pub fn span(from: &str, to: &str, zone: Zone) -> Result<(Timestamp, Timestamp), PolicyFault> {
    let from = moment(from, "from", zone, false)?;
    Ok((from, moment(to, "to", zone, true)?))
}

/// Names each circle of leads and of line managers, and takes one link out of
/// it, so that every way up ends.
fn break_cycles(people: &mut BTreeMap<Handle, Person>, faults: &mut Faults) {
    type Up = fn(&mut Person) -> &mut Option<Handle>;
    let lines: [(&str, Up); 2] = [
        ("lead", |person| &mut person.lead),
        ("reports-to", |person| &mut person.reports_to),
    ];
    let handles: Vec<Handle> = people.keys().cloned().collect();
    for (key, up) in lines {
        for start in &handles {
            let mut way = vec![start.clone()];
            let mut next = people.get_mut(start).and_then(|own| up(own).clone());
            while let Some(above) = next {
                if above == *start {
                    let names: Vec<_> = way.iter().chain([start]).map(Handle::as_str).collect();
                    let problem = format!("goes round in a circle: {}", names.join(" → "));
                    let fault = PolicyFault::new(format!("people.{start}.{key}"), problem);
                    faults.add(fault.hint(format!(
                        "whoever is at the top has no `{key}`: remove that line"
                    )));
                    if let Some(own) = people.get_mut(start) {
                        *up(own) = None;
                    }
                    break;
                }
                // A circle further up is named where it begins.
                if way.contains(&above) {
                    break;
                }
                next = people.get_mut(&above).and_then(|own| up(own).clone());
                way.push(above);
            }
        }
    }
}
