//! People as commands show them: where they are, what they have.

use super::age;
use super::style::Tone;
use super::table::Cell;
use crate::policy::people::{Load, Person, Presence};
use crate::ticket::Timestamp;
use chrono::{DateTime, Local, Utc};

/// A moment that is near: `17:00` today, `Mon 23 Nov 09:00` otherwise.
#[must_use]
pub fn near(at: Timestamp, now: Timestamp) -> String {
    let day = |at: DateTime<Utc>| at.with_timezone(&Local).date_naive();
    if day(at.utc()) == day(now.utc()) {
        at.utc().with_timezone(&Local).format("%H:%M").to_string()
    } else {
        age::moment(at.utc(), now.utc(), &Local)
    }
}

/// Where somebody is: "there until 17:00", "back Mon 23 Nov 09:00", "away until
/// Mon 4 Jan 00:00, omar stands in".
#[must_use]
pub fn presence(presence: Presence<'_>, now: Timestamp) -> String {
    match presence {
        Presence::There(None) => "there".to_owned(),
        Presence::There(Some(until)) => format!("there until {}", near(until, now)),
        Presence::Off(None) => "off".to_owned(),
        Presence::Off(Some(back)) => format!("back {}", near(back, now)),
        Presence::Away(absence) => {
            let cover = match &absence.cover {
                Some(who) => format!(", {who} stands in"),
                None => String::new(),
            };
            format!("away until {}{cover}", near(absence.to, now))
        }
    }
}

/// The same as a cell.
#[must_use]
pub fn presence_cell(here: Presence<'_>, now: Timestamp) -> Cell {
    let tone = match here {
        Presence::There(_) => Tone::Good,
        Presence::Off(_) => Tone::Dim,
        Presence::Away(_) => Tone::Warn,
    };
    Cell::new(presence(here, now), tone)
}

/// The word for it in JSON.
#[must_use]
pub fn presence_word(presence: Presence<'_>) -> &'static str {
    match presence {
        Presence::There(_) => "there",
        Presence::Off(_) => "off",
        Presence::Away(_) => "away",
    }
}

/// What somebody works on: `3`, or `3 of 5`.
#[must_use]
pub fn load(load: Load, capacity: Option<u32>) -> String {
    match capacity {
        Some(most) => format!("{} of {most}", load.working),
        None => load.working.to_string(),
    }
}

/// `Inês Carvalho (ines)`.
#[must_use]
pub fn named(person: &Person) -> String {
    if person.name == person.handle.as_str() {
        person.name.clone()
    } else {
        format!("{} ({})", person.name, person.handle)
    }
}
