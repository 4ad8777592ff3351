//! What the columns of a log mean.
//!
//! [`file`] is what is written, [`Mapping`] what it means; every fault is told
//! at once, with its line.

pub mod file;
pub mod moment;
pub mod pick;

pub use file::{Format, MappingFile, Order, Shape};
pub use moment::Moments;
pub use pick::{Picked, Picks};

use crate::exchange::fit::fit;
use crate::store::yaml::{self, Lines, YamlError};
use crate::ticket::header::{FIELDS, LISTS};
use crate::ticket::text::nearest;
use crate::ticket::value::Value as _;
use crate::ticket::{Handle, Name, Patch, Status, Verb};
use file::{ActivityEntry, StatusEntry};
use std::collections::{BTreeMap, BTreeSet};

/// A mapping that holds together.
#[derive(Debug, Clone)]
pub struct Mapping {
    /// The system that the log is from.
    pub source: String,
    /// The source as somebody who acts.
    pub automation: Handle,
    /// The format of the file.
    pub format: Format,
    /// What stands between the columns of CSV.
    pub delimiter: u8,
    /// Values that say that there is none.
    pub missing: BTreeSet<String>,
    /// What a row is.
    pub shape: Shape,
    /// The column with the number of the ticket.
    pub case: String,
    /// The order of a ticket's rows.
    pub order: Order,
    /// Columns that order rows of the same time.
    pub ties: Vec<String>,
    /// Columns that tell rows apart; all, if empty.
    pub row: Vec<String>,
    /// The column of times.
    pub time: String,
    /// Reads times.
    pub moments: Moments,
    /// When the ticket was opened.
    pub opened: Option<Picks>,
    /// Who did it.
    pub actor: Option<Picks>,
    /// The ticket's number elsewhere.
    pub reference: Picks,
    /// What the source calls it.
    pub activity: Option<Picks>,
    /// The source's state.
    pub state: Option<Picks>,
    /// Words.
    pub text: Option<Picks>,
    /// Where the status comes from, and what its words mean.
    pub status: Option<(Picks, BTreeMap<String, Standing>)>,
    /// What activities do.
    pub activities: BTreeMap<String, (Option<Verb>, Option<Standing>)>,
    /// Fields of the ticket.
    pub fields: Vec<(String, Picks)>,
    /// The second file, and its column of cases.
    pub attributes: Option<(String, String)>,
}

/// A status, with what a pending ticket waits for.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Standing {
    /// The status.
    pub status: Status,
    /// The cause, where it is pending.
    pub cause: Option<Name>,
}

/// What is wrong with a mapping, and where, as a path of keys.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Fault {
    at: String,
    problem: String,
    hint: String,
}

impl Fault {
    fn new(at: impl Into<String>, problem: impl ToString, hint: impl Into<String>) -> Self {
        Self {
            at: at.into(),
            problem: problem.to_string(),
            hint: hint.into(),
        }
    }
}

/// Fields that come from elsewhere in a mapping.
const ELSEWHERE: &[&str] = &["status", "cause", "repeats", "key"];

impl Mapping {
    /// Reads a mapping.
    ///
    /// # Errors
    /// Everything that is wrong with it, each with line and hint, by line.
    pub fn read(bytes: &[u8]) -> Result<Self, Vec<YamlError>> {
        let file: MappingFile = yaml::read_any(bytes).map_err(|error| vec![error])?;
        let mut faults = Vec::new();
        let mapping = Self::understand(&file, &mut faults);
        match mapping {
            Some(mapping) if faults.is_empty() => Ok(mapping),
            _ => {
                let lines = Lines::of(bytes);
                let mut errors: Vec<YamlError> = faults
                    .into_iter()
                    .map(|fault| lines.fault(&fault.at, &fault.problem, &fault.hint))
                    .collect();
                errors.sort_by_key(|error| error.line);
                Err(errors)
            }
        }
    }

    fn understand(file: &MappingFile, faults: &mut Vec<Fault>) -> Option<Self> {
        let automation = Handle::parse(&file.source).map_err(|bad| {
            let hint = "a short name of the system, such as servicenow";
            faults.push(Fault::new("source", bad, hint));
        });
        let delimiter = match file.delimiter.as_deref().map(str::as_bytes) {
            None => b',',
            Some(b"\\t") => b'\t',
            Some([one]) if one.is_ascii() && !matches!(one, b'"' | b'\n' | b'\r') => *one,
            Some(_) => {
                let hint = "such as ',', ';' or '\\t'";
                faults.push(Fault::new("delimiter", "it is not one character", hint));
                b','
            }
        };
        let moments = Moments::understand(&file.time.formats, file.time.zone.as_deref(), faults);
        let mut picks = |at: &str, entry: &Option<file::PicksEntry>| {
            entry
                .as_ref()
                .map(|entry| Picks::understand(at, entry, faults))
        };
        let (opened, actor) = (picks("opened", &file.opened), picks("actor", &file.actor));
        let reference = picks("reference", &file.reference);
        let activity = picks("activity", &file.activity);
        let (state, text) = (picks("state", &file.state), picks("text", &file.text));
        let status = file.status.as_ref().map(|entry| statuses(entry, faults));
        let activities = activities(&file.activities, faults);
        if !activities.is_empty() && activity.is_none() {
            faults.push(Fault::new(
                "activities",
                "nothing says where the name of an activity is found",
                "add a line such as activity: COLUMN",
            ));
        }
        let fields = fields(file, faults);
        Some(Self {
            source: file.source.clone(),
            automation: automation.ok()?,
            format: file.format,
            delimiter,
            missing: file.missing.iter().cloned().collect(),
            shape: file.shape,
            case: file.case.clone(),
            order: file.order,
            ties: file.ties.clone(),
            row: file.row.clone(),
            time: file.time.column.clone(),
            moments,
            opened,
            actor,
            reference: reference.unwrap_or_else(|| Picks::column(&file.case)),
            activity,
            state,
            text,
            status,
            activities,
            fields,
            attributes: file
                .attributes
                .as_ref()
                .map(|entry| (entry.file.clone(), entry.case.clone())),
        })
    }

    /// Every column that it looks at.
    #[must_use]
    pub fn columns(&self) -> BTreeSet<&str> {
        let mut columns = BTreeSet::from([self.case.as_str(), self.time.as_str()]);
        columns.extend(self.ties.iter().chain(&self.row).map(String::as_str));
        self.reference.columns(&mut columns);
        let status = self.status.as_ref().map(|(picks, _)| picks);
        let single = [
            &self.opened,
            &self.actor,
            &self.activity,
            &self.state,
            &self.text,
        ];
        let single = single.into_iter().flatten().chain(status);
        for picks in single.chain(self.fields.iter().map(|(_, picks)| picks)) {
            picks.columns(&mut columns);
        }
        columns
    }
}

fn fields(file: &MappingFile, faults: &mut Vec<Fault>) -> Vec<(String, Picks)> {
    let mut fields = Vec::new();
    for (name, entry) in &file.fields {
        let at = format!("fields.{name}");
        if ELSEWHERE.contains(&name.as_str()) {
            let hint = match name.as_str() {
                "status" | "cause" => "the status stands under `status`, not under `fields`",
                _ => "leave it out: desk keeps it itself",
            };
            faults.push(Fault::new(
                &at,
                format!("{name} can't be mapped here"),
                hint,
            ));
            continue;
        }
        let own = name.starts_with("x-") && Patch::default().put(name, None).is_ok();
        if !own && !FIELDS.contains(&name.as_str()) {
            let known = FIELDS
                .iter()
                .copied()
                .filter(|name| !ELSEWHERE.contains(name));
            let hint = match nearest(name, known) {
                Some(near) => format!("did you mean {near}?"),
                None if LISTS.contains(&name.as_str()) => "lists are not imported".into(),
                None => "fields of your own begin with x-: lower-case letters, digits, -".into(),
            };
            faults.push(Fault::new(&at, format!("there is no field {name}"), hint));
            continue;
        }
        for (place, entry) in entry.0.iter().enumerate() {
            check_constants(&at, name, place, entry, faults);
        }
        fields.push((name.clone(), Picks::understand(&at, entry, faults)));
    }
    if !file.fields.contains_key("title") {
        faults.push(Fault::new(
            "fields",
            "nothing says what the title is",
            "add a line such as title: COLUMN or title: {template: 'Case {number}'}",
        ));
    }
    fields
}

/// What a mapping itself gives a field must be a value of it.
fn check_constants(
    at: &str,
    field: &str,
    place: usize,
    entry: &file::PickEntry,
    faults: &mut Vec<Fault>,
) {
    let table = entry.lookup.iter().flatten().map(|(_, value)| value);
    let constant = entry.constant.iter().filter(|_| entry.lookup.is_none());
    for value in table.chain(constant) {
        let fitting = fit(field, value).unwrap_or_default();
        if let Err(bad) = Patch::default().put(field, Some(&fitting)) {
            let within = match (&entry.lookup, place) {
                (Some(_), 0) => format!("{at}.lookup"),
                (None, 0) => at.to_owned(),
                (_, place) => format!("{at}[{place}]"),
            };
            faults.push(Fault::new(within, bad, "write what the field can hold"));
        }
    }
}

fn statuses(entry: &StatusEntry, faults: &mut Vec<Fault>) -> (Picks, BTreeMap<String, Standing>) {
    let picks = Picks::understand("status.from", &entry.from, faults);
    let mut words = BTreeMap::new();
    for (theirs, ours) in &entry.words {
        let at = format!("status.words.{theirs}");
        if let Some(standing) = standing(&at, ours, faults) {
            words.insert(theirs.clone(), standing);
        }
    }
    (picks, words)
}

fn activities(
    entries: &BTreeMap<String, ActivityEntry>,
    faults: &mut Vec<Fault>,
) -> BTreeMap<String, (Option<Verb>, Option<Standing>)> {
    let mut known = BTreeMap::new();
    for (name, entry) in entries {
        let at = format!("activities.{name}");
        let status = entry.status.as_ref();
        let after = status.and_then(|word| standing(&format!("{at}.status"), word, faults));
        let verb = entry.did.as_deref().map(Verb::parse).transpose();
        match verb {
            Ok(Some(Verb::Retract | Verb::Adopt | Verb::Rejudge | Verb::Other)) | Err(_) => {
                let did = entry.did.as_deref().unwrap_or_default();
                let verbs = Verb::ALL.iter().map(|verb| verb.word());
                let hint = match nearest(did, verbs) {
                    Some(near) => format!("did you mean {near}?"),
                    None => "such as open, assign, escalate, note, reply, answer, set".into(),
                };
                let problem = format!("{did:?} is no verb of an imported event");
                faults.push(Fault::new(format!("{at}.did"), problem, hint));
            }
            Ok(verb) => {
                known.insert(name.clone(), (verb, after));
            }
        }
    }
    known
}

/// `pending vendor` and the like.
fn standing(at: &str, words: &str, faults: &mut Vec<Fault>) -> Option<Standing> {
    let (status, cause) = match words.split_once(' ') {
        Some((status, cause)) => (status, Some(cause.trim())),
        None => (words, None),
    };
    let status = match Status::parse(status) {
        Ok(status) => status,
        Err(bad) => {
            faults.push(Fault::new(
                at,
                bad,
                "such as new, in-progress or pending vendor",
            ));
            return None;
        }
    };
    if (status == Status::Pending) != cause.is_some() {
        let problem = match cause {
            None => "a pending ticket waits for something",
            Some(_) => "only a pending ticket waits for something",
        };
        faults.push(Fault::new(
            at,
            problem,
            "such as pending requester, or resolved",
        ));
        return None;
    }
    match cause.map(Name::parse).transpose() {
        Ok(cause) => Some(Standing { status, cause }),
        Err(bad) => {
            faults.push(Fault::new(at, bad, "such as pending requester"));
            None
        }
    }
}

#[cfg(test)]
mod tests;
