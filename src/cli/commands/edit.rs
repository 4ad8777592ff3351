//! `desk edit`.

use crate::cli::args::in_editor;
use crate::cli::changes::perform;
use crate::cli::editor::{self, Edited};
use crate::cli::exit::CliError;
use crate::cli::prompt::Question;
use crate::cli::session::Session;
use crate::desk::{Desk, Request, Step, Which};
use crate::store::yaml;
use crate::ticket::header::{Lists, Patch};
use crate::ticket::{Header, Ticket};
use clap::Args;
use serde_json::{Map, Value};
use std::path::PathBuf;

/// Change the fields of a ticket in your editor
///
/// The edit is checked before it is committed. An invalid one is kept and
/// offered again.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk edit k7f3q2
  EDITOR='code --wait' desk edit @")]
pub struct Edit {
    /// The ticket
    #[arg(value_name = "ID")]
    id: String,

    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

/// What the editor shows below the fields.
const HELP: &str = "\
Change fields above; lists are [a, b]; your own fields begin with x-.
Status, level, team and assignee follow from commands and can't be set here.
What happened so far (the timeline) is not shown: it does not change.
An empty file gives up.";

impl Edit {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        if !session.environment.can_ask
            && super::super::environment::variable("GIT_EDITOR").is_none()
        {
            return Err(CliError::usage(
                "there is no terminal for an editor",
                "desk set ID field=value",
            ));
        }
        let snapshot = desk.snapshot()?;
        let mut found = desk.find(&snapshot, std::slice::from_ref(&self.id))?;
        let Some(ticket) = found.pop().transpose()? else {
            return Ok(());
        };
        let whole = yaml::write_ticket(&ticket);
        let (fields, timeline) = split(&whole);
        let kept = Kept::of(&desk, &ticket);
        let mut text = match kept.read()? {
            Some(kept) if self.goes_on(session)? => kept,
            _ => fields.to_owned(),
        };
        loop {
            let draft = match in_editor(&desk, &editor::with_help(&text, HELP), ".yaml")? {
                Edited::Changed(draft) => draft,
                // An invalid edit that was offered again and left as it was.
                Edited::Unchanged if text != fields => {
                    return Err(kept.error("the edit is still invalid".into()));
                }
                Edited::Unchanged | Edited::Emptied => {
                    kept.remove()?;
                    session.say("nothing was changed");
                    return Ok(());
                }
            };
            text = draft.text().to_owned();
            kept.write(&text)?;
            draft.done()?;
            let tried = match step(&ticket, &text, timeline) {
                Ok(step) => {
                    if perform(session, &desk, &[step], self.dry_run)? {
                        return kept.remove();
                    }
                    "the edit was refused".to_owned()
                }
                Err(error) => error,
            };
            if !session.environment.can_ask {
                return Err(kept.error(tried));
            }
            session.warn(&tried);
            let question = Question {
                text: "Edit again",
                flag: "a valid edit",
            };
            if !session.prompter().confirm(question, Some(true))? {
                return Err(kept.error("the edit is not committed".into()));
            }
        }
    }

    fn goes_on(&self, session: &Session) -> Result<bool, CliError> {
        let question = Question {
            text: "An edit of this ticket was not finished. Go on with it",
            flag: "the edit",
        };
        if !session.environment.can_ask {
            return Ok(true);
        }
        Ok(session.prompter().confirm(question, Some(true))?)
    }
}

/// An edit that is not committed yet.
struct Kept(PathBuf);

impl Kept {
    fn of(desk: &Desk, ticket: &Ticket) -> Self {
        Self(
            desk.store()
                .drafts_dir()
                .join(format!("{}.yaml", ticket.id())),
        )
    }

    fn io(&self) -> impl Fn(std::io::Error) -> CliError {
        let what = self.0.display().to_string();
        move |error| CliError::Io {
            what: what.clone(),
            error,
        }
    }

    fn read(&self) -> Result<Option<String>, CliError> {
        match std::fs::read_to_string(&self.0) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == std::io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(self.io()(error)),
        }
    }

    fn write(&self, text: &str) -> Result<(), CliError> {
        if let Some(folder) = self.0.parent() {
            std::fs::create_dir_all(folder).map_err(self.io())?;
        }
        std::fs::write(&self.0, text).map_err(self.io())
    }

    fn remove(&self) -> Result<(), CliError> {
        match std::fs::remove_file(&self.0) {
            Err(error) if error.kind() != std::io::ErrorKind::NotFound => Err(self.io()(error)),
            _ => Ok(()),
        }
    }

    fn error(&self, why: String) -> CliError {
        CliError::Usage {
            message: why,
            hint: Some(format!(
                "the edit is kept; desk edit offers it again ({})",
                self.0.display()
            )),
        }
    }
}

/// A ticket file's fields, and its timeline, which nobody edits.
fn split(whole: &str) -> (&str, &str) {
    let at = whole.find("\ntimeline:").map_or(whole.len(), |at| at + 1);
    whole.split_at(at)
}

/// What the edit asks for: the fields that it changed, provided that they are
/// still as they were when the editor opened.
fn step(ticket: &Ticket, fields: &str, timeline: &str) -> Result<Step, String> {
    if !split(fields).1.is_empty() {
        return Err("the timeline can't be edited: only commands make events".into());
    }
    let text = format!("{}\n{timeline}", fields.trim_end());
    let stored = yaml::read_ticket(ticket.id(), text.as_bytes()).map_err(|error| {
        format!(
            "{error}
{}",
            error.hint
        )
    })?;
    let (set, add, del) = stored.drift().unwrap_or_default();
    let condition = condition(&set, ticket.header());
    let request = Request::Set {
        set: values(&set),
        add: lists(&add),
        del: lists(&del),
        text: None,
    };
    Ok(Step {
        condition,
        ..Step::of(Which::Typed(ticket.id().to_string()), request)
    })
}

fn condition(set: &Patch, header: &Header) -> Vec<(String, Option<String>)> {
    let old = header.entries();
    let value = |name: &str| {
        old.iter()
            .find(|(field, _)| field == name)
            .map(|(_, scalar)| scalar.text.clone())
    };
    set.entries()
        .into_iter()
        .map(|(name, _)| (name.clone(), value(&name)))
        .collect()
}

fn values(set: &Patch) -> Map<String, Value> {
    let entries = set.entries().into_iter();
    entries
        .map(|(name, scalar)| {
            (
                name,
                scalar.map_or(Value::Null, |scalar| scalar.text.into()),
            )
        })
        .collect()
}

fn lists(lists: &Lists) -> Map<String, Value> {
    let entries = lists.entries().into_iter();
    entries
        .map(|(name, members)| {
            (
                name.to_owned(),
                members.into_iter().map(|member| member.text).collect(),
            )
        })
        .collect()
}
