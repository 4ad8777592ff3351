//! `zone`, `calendars` and `calendar`: when somebody is there.

use super::fault::{Faults, PolicyFault};
use super::file::PolicyFile;
use super::levels::date;
use crate::policy::Calendar;
use crate::policy::hours::{self, BadHours, Span, Week};
use crate::policy::zone::Zone;
use crate::ticket::Name;
use chrono::NaiveDate;
use schemars::JsonSchema;
use serde::{Deserialize, Serialize};
use std::collections::{BTreeMap, BTreeSet};

/// The calendar that every desk has.
pub const ALWAYS: &str = "24x7";

/// Open hours of a zone.
#[derive(Debug, Clone, Default, PartialEq, Eq, Serialize, Deserialize, JsonSchema)]
#[serde(deny_unknown_fields, rename_all = "kebab-case")]
#[schemars(inline)]
pub struct CalendarEntry {
    /// Its time zone; the desk's if absent.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub zone: Option<String>,
    /// Hours by days: {mon-fri: "09:00-17:00", sat: "10:00-12:00 13:00-15:00"}.
    pub week: BTreeMap<String, String>,
    /// Dates with other hours than their weekday: {2026-12-25: closed}.
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub holidays: BTreeMap<String, String>,
}

/// The calendars of a desk.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Calendars {
    /// The time zone of whatever names none.
    pub zone: Zone,
    /// The calendar of whatever names none.
    pub usual: Calendar,
    /// All, `24x7` among them.
    all: BTreeMap<String, Calendar>,
    /// Those that are there and make no sense, of which is told already.
    broken: BTreeSet<String>,
}

impl Calendars {
    /// Reads `zone`, `calendars` and `calendar`.
    pub(super) fn read(file: &PolicyFile, faults: &mut Faults) -> Self {
        let own = file
            .zone
            .as_deref()
            .and_then(|name| faults.keep(zone(name, "zone")));
        let always = Calendar::always(own.unwrap_or(Zone::UTC));
        let mut all = BTreeMap::from([(ALWAYS.to_owned(), always.clone())]);
        let mut broken = BTreeSet::new();
        for (name, entry) in &file.calendars {
            let at = format!("calendars.{name}");
            if faults.parse::<Name>(&at, name).is_none() {
                continue;
            }
            if name == ALWAYS {
                let fault = PolicyFault::new(at, "every desk has this one already");
                faults.add(fault.hint("remove it, or give it another name"));
                continue;
            }
            match calendar(name, entry, own, &at, faults) {
                Some(calendar) => drop(all.insert(name.clone(), calendar)),
                None => drop(broken.insert(name.clone())),
            }
        }
        let mut calendars = Self {
            zone: own.unwrap_or(Zone::UTC),
            usual: always,
            all,
            broken,
        };
        let usual = match (&file.calendar, file.calendars.len()) {
            (Some(name), _) if file.calendars.contains_key(name) || name == ALWAYS => Some(name),
            (Some(name), _) => {
                faults.keep(calendars.check(name, "calendar"));
                None
            }
            (None, 0) => None,
            (None, 1) => file.calendars.keys().next(),
            (None, _) => {
                let problem = "there are several, and none is the usual one";
                let names: Vec<&str> = file.calendars.keys().map(String::as_str).collect();
                let fault = PolicyFault::new("calendars", problem);
                faults.add(fault.hint(format!(
                    "add `calendar: {}`",
                    names.join("` or `calendar: ")
                )));
                None
            }
        };
        if let Some(usual) = usual.and_then(|name| calendars.all.get(name)) {
            calendars.usual = usual.clone();
        }
        calendars
    }

    /// The calendar of that name; the usual one where it is not there, which
    /// the policy's faults tell of.
    #[must_use]
    pub fn get(&self, name: Option<&str>) -> &Calendar {
        let named = name.and_then(|name| self.all.get(name));
        named.unwrap_or(&self.usual)
    }

    /// Every calendar, `24x7` among them.
    pub fn all(&self) -> impl Iterator<Item = &Calendar> {
        self.all.values()
    }

    /// Whether there is a calendar that a part of the file names.
    pub(in crate::policy) fn check(&self, name: &str, at: &str) -> Result<(), PolicyFault> {
        if self.all.contains_key(name) || self.broken.contains(name) {
            return Ok(());
        }
        let known = self.all.keys().map(String::as_str);
        Err(PolicyFault::unknown(at, "calendar", name, known))
    }
}

fn calendar(
    name: &str,
    entry: &CalendarEntry,
    desk: Option<Zone>,
    at: &str,
    faults: &mut Faults,
) -> Option<Calendar> {
    let own = match entry.zone.as_deref() {
        Some(name) => faults.keep(zone(name, &format!("{at}.zone"))),
        None if desk.is_none() => {
            let fault = PolicyFault::new(at, "is in no time zone");
            faults.add(fault.hint("add a line `zone: Europe/London` for the whole desk"));
            None
        }
        None => desk,
    };
    let week = Week::parse(&entry.week).map_err(|bad| {
        let at = match &bad.key {
            Some(key) => format!("{at}.week.{key}"),
            None => format!("{at}.week"),
        };
        wrong(bad, at)
    });
    let week = faults.keep(week);
    let mut holidays: BTreeMap<NaiveDate, Vec<Span>> = BTreeMap::new();
    for (day, text) in &entry.holidays {
        let at = format!("{at}.holidays.{day}");
        let day = faults.keep(date(day, &at));
        let open = faults.keep(hours::day(text).map_err(|bad| wrong(bad, at)));
        if let (Some(day), Some(open)) = (day, open) {
            holidays.insert(day, open);
        }
    }
    Some(Calendar::new(name, own?, week?, holidays))
}

fn zone(name: &str, at: &str) -> Result<Zone, PolicyFault> {
    hours::zone(name).map_err(|bad| wrong(bad, at))
}

fn wrong(bad: BadHours, at: impl Into<String>) -> PolicyFault {
    PolicyFault::new(at, bad.problem).hint(bad.hint)
}
