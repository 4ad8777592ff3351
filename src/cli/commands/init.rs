//! `desk init`.

use crate::cli::exit::CliError;
use crate::cli::prompt::{Question, not_blank};
use crate::cli::session::Session;
use crate::desk::templates::{self, NewPerson, Template};
use crate::desk::{Desk, DeskError, RuleFile, first_roster};
use crate::store::{Identity, Store};
use crate::ticket::Handle;
use crate::ticket::value::Value as _;
use clap::builder::PossibleValue;
use clap::{Args, ValueEnum};
use std::path::PathBuf;

/// Make a desk: a git repository, or a folder in one, with policy and roster
///
/// An existing repository is adopted; its other files are left alone. You are
/// the first on the roster, by git's identity, and do everything there until
/// others are on it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk init support
  desk init support --name 'Acme IT' --handle lena --level 1 --level 2
  desk init support --template tiered")]
pub struct Init {
    /// The folder; the current one, without this
    #[arg(value_name = "DIR", default_value = ".")]
    dir: PathBuf,

    /// The policy to start with
    #[arg(long, value_name = "WHICH", value_enum, default_value_t)]
    template: Template,

    /// A policy of your own to start with
    #[arg(long, value_name = "FILE", conflicts_with_all = ["template", "name"])]
    policy: Option<PathBuf>,

    /// What the desk is called
    #[arg(long)]
    name: Option<String>,

    /// Your handle: what others type for you
    #[arg(long)]
    handle: Option<String>,

    /// A support level you hold, may be repeated; all, without this
    #[arg(long, value_name = "LEVEL")]
    level: Vec<u8>,

    /// The team you mainly work in; you are in the others too
    #[arg(long, value_name = "TEAM")]
    team: Vec<String>,
}

impl Init {
    /// Runs the command.
    ///
    /// # Errors
    /// Git has no identity, the folder can't be written, or something is in
    /// the way.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        // Nothing is made before everything is known.
        let identity = Store::identity_at(&self.dir)?;
        let policy = self.policy(session)?;
        let person = self.person(session, &identity)?;
        let roster = first_roster(policy.clone(), person)?;
        let world = session.environment.world(session.everywhere.by.clone())?;
        let store = Store::create(&self.dir, session.environment.store_options()?)?;
        let desk = Desk::new(store, world);
        let made = desk.found(policy.bytes, roster.into_bytes())?;
        session.print(&format!("{}\n", desk.root().display()))?;
        let top = desk.store().top();
        if made && top != desk.root() {
            session.say(&format!("  lies in the git repository {}", top.display()));
        }
        if made {
            session.say("  is a desk now. Next: desk open 'What is wrong' --requester WHO");
        } else {
            session.say("  is a desk already");
        }
        Ok(())
    }

    fn policy(&self, session: &Session) -> Result<RuleFile, CliError> {
        let Some(path) = &self.policy else {
            let policy = self.template.policy(&self.name(session)?);
            return Ok(RuleFile {
                path: "desk.yaml".to_owned(),
                bytes: policy.into_bytes(),
            });
        };
        let what = path.display().to_string();
        match std::fs::read(path) {
            Ok(bytes) => Ok(RuleFile { path: what, bytes }),
            Err(error) => Err(CliError::Io { what, error }),
        }
    }

    fn name(&self, session: &Session) -> Result<String, CliError> {
        let folder = std::path::absolute(&self.dir)
            .ok()
            .and_then(|dir| {
                dir.file_name()
                    .map(|name| name.to_string_lossy().into_owned())
            })
            .unwrap_or_else(|| "Support".into());
        match &self.name {
            Some(name) => Ok(name.clone()),
            None if session.environment.can_ask => {
                let question = Question {
                    text: "Name of the desk",
                    flag: "--name",
                };
                Ok(session
                    .prompter()
                    .text(question, Some(&folder), &not_blank)?)
            }
            None => Ok(folder),
        }
    }

    fn person(&self, session: &Session, identity: &Identity) -> Result<NewPerson, CliError> {
        let usual = templates::handle_of(&identity.email)?;
        let handle = match &self.handle {
            Some(handle) => Handle::parse(handle).map_err(DeskError::from)?,
            None if session.environment.can_ask => {
                let question = Question {
                    text: "Your handle, which others type",
                    flag: "--handle",
                };
                let check = |text: &str| {
                    Handle::parse(text)
                        .map(|_| ())
                        .map_err(|bad| bad.to_string())
                };
                let answer = session
                    .prompter()
                    .text(question, Some(usual.as_str()), &check)?;
                Handle::parse(&answer).map_err(DeskError::from)?
            }
            None => usual,
        };
        Ok(NewPerson {
            handle,
            name: identity.name.clone(),
            email: identity.email.clone(),
            levels: self.level.clone(),
            teams: self.team.clone(),
            roles: Vec::new(),
        })
    }
}

impl ValueEnum for Template {
    fn value_variants<'a>() -> &'a [Self] {
        Self::ALL
    }

    fn to_possible_value(&self) -> Option<PossibleValue> {
        Some(PossibleValue::new(self.word()).help(self.about()))
    }
}
