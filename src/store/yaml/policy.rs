//! `desk.yaml`, `people.yaml` and `contacts.yaml` → policy, roster, contacts.

use super::error::{CORRECT, Fault, YamlError, YamlErrorKind};
use super::seed::{Faults, Shape};
use super::source::Source;
use crate::policy::contacts::{Contacts, ContactsFile};
use crate::policy::people::RosterFile;
use crate::policy::rules::PolicyFile;
use crate::policy::{FORMAT, Policy, PolicyFault, Roster};
use serde::Deserialize;
use serde::de::DeserializeOwned;
use std::marker::PhantomData;

/// Reads `desk.yaml`.
///
/// # Errors
/// [`YamlError`], with line and hint: not YAML, not a policy, or one that does
/// not hold together.
pub fn read_policy(bytes: &[u8]) -> Result<Policy, YamlError> {
    let (policy, faults) = understand_policy(bytes)?;
    faults.into_iter().next().map_or(Ok(policy), Err)
}

/// Reads `desk.yaml` as far as it makes sense, with everything in it that does
/// not, by line.
///
/// # Errors
/// [`YamlError`] where nothing can be understood: not YAML, or not a policy.
pub fn understand_policy(bytes: &[u8]) -> Result<(Policy, Vec<YamlError>), YamlError> {
    let source = open(bytes)?;
    let file: PolicyFile = read(&source)?;
    let (policy, faults) = Policy::understand(&file);
    let mut errors: Vec<_> = faults.iter().map(|fault| locate(&source, fault)).collect();
    errors.sort_by_key(|error| error.line);
    Ok((policy, errors))
}

/// `desk.yaml` as it is written.
///
/// # Errors
/// [`YamlError`] where it is not YAML, or not a policy.
pub fn read_policy_file(bytes: &[u8]) -> Result<PolicyFile, YamlError> {
    read(&open(bytes)?)
}

/// Where in a file the parts of a policy stand.
pub struct Lines<'a> {
    source: Option<Source<'a>>,
}

impl<'a> Lines<'a> {
    /// Of that file.
    #[must_use]
    pub fn of(bytes: &'a [u8]) -> Self {
        Self {
            source: Source::new(bytes).ok(),
        }
    }

    /// The line of a part such as `routes[2]` or `categories.network`, or of
    /// the nearest one around it that is there; 1 in a file that can't be read.
    #[must_use]
    pub fn line(&self, path: &str) -> usize {
        self.source
            .as_ref()
            .map_or(1, |source| source.line_of(path))
    }

    /// What is wrong with a part, at its line.
    #[must_use]
    pub fn fault(&self, path: &str, problem: &str, hint: &str) -> YamlError {
        Fault::content(format!("{path}: {problem}"), hint).at(self.line(path))
    }

    /// What does not hold together, at its line.
    #[must_use]
    pub fn locate(&self, fault: &PolicyFault) -> YamlError {
        match &self.source {
            Some(source) => locate(source, fault),
            None => Fault::content(fault.to_string(), CORRECT).at(1),
        }
    }
}

/// Reads `people.yaml`, for a desk of that policy.
///
/// # Errors
/// [`YamlError`], with line and hint: not YAML, not a roster, or one that does
/// not hold together or does not fit the policy.
pub fn read_roster(bytes: &[u8], policy: &Policy) -> Result<Roster, YamlError> {
    let (roster, faults) = understand_roster(bytes, policy)?;
    faults.into_iter().next().map_or(Ok(roster), Err)
}

/// Reads `people.yaml` as far as it makes sense, with everything in it that
/// does not, by line.
///
/// # Errors
/// [`YamlError`] where nothing can be understood: not YAML, or not a roster.
pub fn understand_roster(
    bytes: &[u8],
    policy: &Policy,
) -> Result<(Roster, Vec<YamlError>), YamlError> {
    let source = open(bytes)?;
    let (roster, faults) = Roster::understand(&read(&source)?, policy);
    let mut errors: Vec<_> = faults.iter().map(|fault| locate(&source, fault)).collect();
    errors.sort_by_key(|error| error.line);
    Ok((roster, errors))
}

/// `people.yaml` as it is written.
///
/// # Errors
/// [`YamlError`] where it is not YAML, or not a roster.
pub fn read_roster_file(bytes: &[u8]) -> Result<RosterFile, YamlError> {
    read(&open(bytes)?)
}

/// Reads `contacts.yaml` as far as it makes sense, with everything in it that
/// does not, by line.
///
/// # Errors
/// [`YamlError`] where nothing can be understood.
pub fn understand_contacts(bytes: &[u8]) -> Result<(Contacts, Vec<YamlError>), YamlError> {
    let source = open(bytes)?;
    let file: ContactsFile = read(&source)?;
    let (contacts, faults) = Contacts::understand(&file);
    let mut errors: Vec<_> = faults.iter().map(|fault| locate(&source, fault)).collect();
    errors.sort_by_key(|error| error.line);
    Ok((contacts, errors))
}

/// Reads a file of any other type, which need not say its format.
///
/// # Errors
/// [`YamlError`], with line and hint: not YAML, or not what the type says.
pub fn read_any<T: DeserializeOwned>(bytes: &[u8]) -> Result<T, YamlError> {
    let source = Source::new(bytes)?;
    let faults = Faults::default();
    source.parse(Shape { faults: &faults }, &faults)?;
    let file: PhantomData<T> = PhantomData;
    source.parse(file, &faults)
}

/// Policy and roster as far as they make sense, for whoever is content with
/// that and tells of no fault.
#[must_use]
pub fn understand_rules(policy: &[u8], roster: Option<&[u8]>) -> (Policy, Roster) {
    let policy = understand_policy(policy).map_or_else(|_| Policy::neutral(), |(policy, _)| policy);
    let roster = roster.and_then(|bytes| understand_roster(bytes, &policy).ok());
    (policy, roster.map(|(roster, _)| roster).unwrap_or_default())
}

/// The text of a file in which nobody but a person can settle a conflict.
fn open(bytes: &[u8]) -> Result<Source<'_>, YamlError> {
    Source::new(bytes).map_err(|error| match error.kind {
        YamlErrorKind::Conflict => YamlError {
            hint: "decide which of the two is right, and remove the other and the markers".into(),
            ..error
        },
        _ => error,
    })
}

fn read<T: DeserializeOwned>(source: &Source<'_>) -> Result<T, YamlError> {
    #[derive(Deserialize)]
    struct Versioned {
        format: u32,
    }
    let faults = Faults::default();
    source.parse(Shape { faults: &faults }, &faults)?;
    let versioned: PhantomData<Versioned> = PhantomData;
    // If it does not parse, the file's own type says why, better.
    if let Ok(Versioned { format }) = source.parse(versioned, &faults)
        && !(1..=FORMAT).contains(&format)
    {
        let what = format!("this desk has format {format}; this version of desk knows {FORMAT}");
        let fault = Fault::content(what, "install a newer version of desk");
        return Err(fault
            .of_kind(YamlErrorKind::Newer)
            .at(source.line_of("format")));
    }
    let file: PhantomData<T> = PhantomData;
    source.parse(file, &faults)
}

fn locate(source: &Source<'_>, fault: &PolicyFault) -> YamlError {
    let names_another = ["there is no", "works at", "is not among"];
    let hint = if let Some(hint) = &fault.hint {
        hint
    } else if !names_another
        .iter()
        .any(|part| fault.problem.contains(part))
    {
        CORRECT
    } else {
        "every level, team and priority that is named must also be listed"
    };
    Fault::content(fault.to_string(), hint).at(source.line_of(&fault.at))
}
