//! `desk policy`: the rules of the desk, checked, shown, explained and tried.

mod explain;
mod trial;

use crate::cli::exit::{self, CliError};
use crate::cli::session::Session;
use crate::cli::view::policy::{Page, Section};
use crate::cli::view::sanitize;
use crate::desk::{DeskError, RuleFile, RuleFiles};
use crate::store::{Kind, yaml};
use clap::{Args, Subcommand};
use serde_json::{Map, Value, json};
use std::path::PathBuf;

/// Check, show, explain and try the policy of the desk
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk policy check
  desk policy show routes
  desk policy explain --category network/vpn --impact high
  desk policy try stricter --last 90d")]
pub struct Policy {
    #[command(subcommand)]
    command: Command,
}

#[derive(Debug, Subcommand)]
enum Command {
    Check(Check),
    Show(Show),
    Explain(Box<explain::Explain>),
    Try(trial::Try),
}

impl Policy {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self.command {
            Command::Check(check) => check.run(session),
            Command::Show(show) => show.run(session),
            Command::Explain(explain) => explain.run(session),
            Command::Try(one) => one.run(session),
        }
    }
}

/// Check desk.yaml and the files beside it: every fault, with its line
///
/// The files are checked as they lie in the work tree, so that an edit is
/// checked before it is committed.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk policy check
  desk policy check --committed
  desk policy check new-policy.yaml

Exit code 6 if anything does not hold together.")]
struct Check {
    /// Files to check in the place of the desk's own; outside of a desk, all
    /// there are
    #[arg(value_name = "FILE")]
    files: Vec<PathBuf>,

    /// Check what is committed, not the work tree
    #[arg(long)]
    committed: bool,
}

impl Check {
    fn run(self, session: &mut Session) -> Result<(), CliError> {
        let files = self.files(session)?;
        let names: Vec<String> = files.paths().map(str::to_owned).collect();
        let faults = files.faults();
        if session.everywhere.json {
            let faults: Vec<Value> = faults.iter().map(as_json).collect();
            session.print_json(&json!({"version": 1, "files": names, "faults": faults}))?;
        } else {
            for fault in &faults {
                session.print(&told(fault))?;
            }
        }
        if faults.is_empty() {
            let names = sanitize::line(&names.join(", ")).into_owned();
            session.say(&format!("no faults in {names}"));
        } else {
            session.set_code(exit::INVALID);
        }
        Ok(())
    }

    fn files(&self, session: &Session) -> Result<RuleFiles, CliError> {
        let mut files = match session.desk_as_is() {
            Ok(desk) if self.committed => desk.committed_rules()?,
            Ok(desk) => desk.edited_rules()?,
            Err(CliError::Desk(DeskError::Store(error)))
                if error.kind() == Kind::NotADesk && !self.files.is_empty() =>
            {
                RuleFiles::default()
            }
            Err(error) => return Err(error),
        };
        put(&mut files, &self.files)?;
        if files.policy.is_none() {
            return Err(CliError::usage(
                "there is no desk.yaml here, which the others must fit",
                "name it too: desk policy check desk.yaml people.yaml",
            ));
        }
        Ok(files)
    }
}

/// Puts files from anywhere in the place of the desk's own.
fn put(files: &mut RuleFiles, paths: &[PathBuf]) -> Result<(), CliError> {
    for path in paths {
        let path_text = path.display().to_string();
        let bytes = std::fs::read(path).map_err(|error| CliError::Io {
            what: path_text.clone(),
            error,
        })?;
        files.put(RuleFile {
            path: path_text,
            bytes,
        });
    }
    Ok(())
}

/// `desk.yaml:11: teams.desktop.level: there is no level 7`, and what to do.
fn told(fault: &DeskError) -> String {
    let message = match fault {
        DeskError::File { path, error } => format!("{path}:{}: {}", error.line, error.what),
        other => other.to_string(),
    };
    let mut text = format!("{}\n", sanitize::line(&message));
    if let Some(hint) = fault.hint() {
        text.push_str(&format!("  hint: {}\n", sanitize::line(&hint)));
    }
    text
}

fn as_json(fault: &DeskError) -> Value {
    match fault {
        DeskError::File { path, error } => json!({
            "file": path, "line": error.line, "problem": error.what, "hint": fault.hint(),
        }),
        other => json!({
            "file": null, "line": null, "problem": other.to_string(), "hint": other.hint(),
        }),
    }
}

/// Show the policy in plain words, whole or one section of it
///
/// With --json, desk.yaml as it is written, with the usual values in the place
/// of what it leaves out: `desk schema desk` describes it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk policy show
  desk policy show routes
  desk policy show levels --json")]
struct Show {
    /// The section; all that say something, without this
    #[arg(value_enum)]
    section: Option<Section>,
}

impl Show {
    fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        if session.everywhere.json {
            let files = desk.committed_rules()?;
            let Some(RuleFile { path, bytes }) = files.policy else {
                return Err(CliError::usage(
                    "this desk has no desk.yaml",
                    "desk init makes one",
                ));
            };
            let file =
                yaml::read_policy_file(&bytes).map_err(|error| DeskError::File { path, error })?;
            let whole = serde_json::to_value(&file).map_err(|error| CliError::Io {
                what: "desk.yaml as JSON".into(),
                error: error.into(),
            })?;
            return session.print_json(&json!({"version": 1, "policy": self.part(whole)}));
        }
        let rules = session.rules_for_reading(&desk)?;
        let text = Page::new(&rules.policy, session.look).render(self.section);
        if text.is_empty() {
            let section = self.section.map_or("nothing at all", Section::word);
            session.say(&format!("desk.yaml says nothing of {section}"));
        }
        session.page(&text)
    }

    /// The keys of the section alone.
    fn part(&self, whole: Value) -> Value {
        let (Some(section), Value::Object(whole)) = (self.section, &whole) else {
            return whole;
        };
        let keys = section.keys().iter();
        let found = keys.filter_map(|key| Some(((*key).to_owned(), whole.get(*key)?.clone())));
        Value::Object(found.collect::<Map<_, _>>())
    }
}
