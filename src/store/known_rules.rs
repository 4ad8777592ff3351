//! Policy and roster of a commit, read from YAML once and not by every command.
//!
//! What they say is kept as JSON beside the cache, under the names of the commit
//! and of the two files' contents: it can be out of date no more than git's
//! objects can, and deleting it loses nothing. Only what makes sense throughout
//! is kept, so that whoever tells of faults finds them in the files, with their
//! lines.

use std::fs;
use std::path::PathBuf;

use super::{Result, Snapshot, yaml};
use crate::policy::people::RosterFile;
use crate::policy::rules::PolicyFile;
use crate::policy::{Policy, Roster};

/// The policy's file.
pub const POLICY: &str = "desk.yaml";
/// The roster's file.
pub const ROSTER: &str = "people.yaml";

/// Goes up when one of the two files means something else to the program, or is
/// kept in another form.
const VERSION: u32 = 2;

/// Policy and roster of a commit, to be understood when they are asked for.
pub struct RuleSource(Source);

enum Source {
    Known(Box<PolicyFile>, Option<RosterFile>),
    Files {
        policy: Vec<u8>,
        roster: Option<Vec<u8>>,
        keep: Keep,
    },
}

impl Snapshot<'_> {
    /// Policy and roster.
    ///
    /// # Errors
    /// Git can't be read.
    pub fn rule_source(&self) -> Result<RuleSource> {
        let file = self.store().own_file("rules", "json");
        let text = fs::read_to_string(&file).unwrap_or_default();
        let kept = Kept::of(&text);
        let commit = name(self.commit());
        // Then git need not be asked which files the commit has.
        let same = kept.filter(|kept| kept.commit == commit);
        if let Some(known) = same.and_then(Kept::understand) {
            return Ok(RuleSource(known));
        }
        let keep = Keep {
            file,
            commit,
            files: self.rule_names()?,
        };
        if let Some(kept) = kept.filter(|kept| kept.files == keep.files)
            && let Some(known) = kept.understand()
        {
            keep.put(kept.said);
            return Ok(RuleSource(known));
        }
        Ok(RuleSource(Source::Files {
            policy: self.read(POLICY)?.unwrap_or_default(),
            roster: self.read(ROSTER)?,
            keep,
        }))
    }

    /// Names the two files: where one of them is another, the rules are others,
    /// and tickets are due at other times.
    pub(super) fn rule_names(&self) -> Result<String> {
        let (policy, roster) = (self.blob(POLICY)?, self.blob(ROSTER)?);
        Ok(format!("{} {}", name(policy), name(roster)))
    }
}

impl RuleSource {
    /// Both as far as they make sense, for whoever tells of no fault.
    #[must_use]
    pub fn understand(&self) -> (Policy, Roster) {
        self.sound().unwrap_or_else(|| match &self.0 {
            Source::Files { policy, roster, .. } => {
                yaml::understand_rules(policy, roster.as_deref())
            }
            Source::Known(policy, roster) => {
                let (policy, _) = Policy::understand(policy);
                let roster = roster
                    .as_ref()
                    .map(|file| Roster::understand(file, &policy));
                let roster = roster.map(|(roster, _)| roster).unwrap_or_default();
                (policy, roster)
            }
        })
    }

    /// Both, where everything in them makes sense.
    #[must_use]
    pub fn sound(&self) -> Option<(Policy, Roster)> {
        match &self.0 {
            Source::Known(policy, roster) => sound(policy, roster.as_ref()),
            Source::Files {
                policy,
                roster,
                keep,
            } => {
                let policy = yaml::read_policy_file(policy).ok()?;
                let roster = roster.as_deref().map(yaml::read_roster_file);
                let roster = roster.transpose().ok()?;
                let rules = sound(&policy, roster.as_ref())?;
                keep.write(&policy, roster.as_ref());
                Some(rules)
            }
        }
    }
}

fn sound(policy: &PolicyFile, roster: Option<&RosterFile>) -> Option<(Policy, Roster)> {
    let (policy, faults) = Policy::understand(policy);
    if !faults.is_empty() {
        return None;
    }
    let Some(roster) = roster else {
        return Some((policy, Roster::default()));
    };
    let (roster, faults) = Roster::understand(roster, &policy);
    faults.is_empty().then_some((policy, roster))
}

fn name<T: ToString>(what: Option<T>) -> String {
    what.map_or_else(|| "none".to_owned(), |what| what.to_string())
}

/// What names the program, as it keeps them.
fn program() -> String {
    format!("{} {VERSION}", env!("CARGO_PKG_VERSION"))
}

/// What was kept: a line each for the program, the commit, the names of the two
/// files, and what they say.
#[derive(Clone, Copy)]
struct Kept<'t> {
    commit: &'t str,
    files: &'t str,
    said: &'t str,
}

impl<'t> Kept<'t> {
    /// `None` where this program keeps them otherwise.
    fn of(text: &'t str) -> Option<Self> {
        let (by, rest) = text.split_once('\n')?;
        let (commit, rest) = rest.split_once('\n')?;
        let (files, said) = rest.split_once('\n')?;
        let kept = Self {
            commit,
            files,
            said,
        };
        (by == program()).then_some(kept)
    }

    fn understand(self) -> Option<Source> {
        let (policy, roster) = self.said.split_once('\n')?;
        let policy = serde_json::from_str(policy).ok()?;
        let roster = serde_json::from_str(roster).ok()?;
        Some(Source::Known(Box::new(policy), roster))
    }
}

/// Where they are kept, and what of.
struct Keep {
    file: PathBuf,
    commit: String,
    files: String,
}

impl Keep {
    /// Keeps them, if they read back as what they are.
    fn write(&self, policy: &PolicyFile, roster: Option<&RosterFile>) {
        let (Ok(one), Ok(two)) = (
            serde_json::to_string(policy),
            serde_json::to_string(&roster),
        ) else {
            return;
        };
        let same = serde_json::from_str(&one).is_ok_and(|again: PolicyFile| again == *policy)
            && serde_json::from_str(&two)
                .is_ok_and(|again: Option<RosterFile>| again.as_ref() == roster);
        if same {
            self.put(&format!("{one}\n{two}\n"));
        }
    }

    /// Where nothing can be written, the next program reads the files as this
    /// one did.
    fn put(&self, said: &str) {
        let name = format!("rules-{}.tmp", std::process::id());
        let fresh = self.file.with_file_name(name);
        let (by, commit, files) = (program(), &self.commit, &self.files);
        let written = fs::write(&fresh, format!("{by}\n{commit}\n{files}\n{said}"))
            .and_then(|()| fs::rename(&fresh, &self.file));
        if written.is_err() {
            // Of a full disk, what was written of it.
            let _ = fs::remove_file(&fresh);
        }
    }
}
