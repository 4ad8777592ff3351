//! The command line: what people see and type.
//!
//! A new command is a file in [`commands`] with `Args` and `run`, a variant of
//! `Command` and a line in its `match`.

pub mod args;
pub mod changes;
pub mod commands;
pub mod complete;
pub mod editor;
pub mod environment;
pub mod exit;
pub mod interrupt;
pub mod prompt;
pub mod save;
pub mod session;
pub mod span;
pub mod view;

use clap::error::ErrorKind;
use clap::{CommandFactory as _, FromArgMatches as _, Parser, Subcommand};
use commands::{
    adopt, apply, assign, completions, contacts, cover, demo, doctor, duty, edit, escalate, events,
    export, history, import, init, level, list, merge_file, next, note, open, people, policy,
    queue, report, resolve, role, say, schema, search, set, show, sla, sql, swarm, sweep, undo,
    who,
};
use environment::Environment;
use exit::CliError;
use session::{Everywhere, Session};
use std::ffi::OsString;
use std::process::ExitCode;

/// A ticket desk for tiered IT support: plain files in git, every change a commit
#[derive(Debug, Parser)]
#[command(name = "desk", version, after_help = exit::TABLE, disable_help_subcommand = true,
          max_term_width = 100, subcommand_required = true, arg_required_else_help = true)]
struct Root {
    #[command(flatten)]
    everywhere: Everywhere,
}

/// The whole command line, described for a parser, help and completion.
#[must_use]
pub fn description() -> clap::Command {
    Command::augment_subcommands(Root::command())
}

/// What can be done.
#[derive(Debug, Subcommand)]
#[command(defer = true)]
#[expect(clippy::large_enum_variant, reason = "there is one, and it lives once")]
enum Command {
    Init(init::Init),
    Open(open::Open),
    List(list::List),
    Search(search::Search),
    Show(show::Show),
    Queue(queue::Queue),
    Sla(sla::Sla),
    Assign(assign::Assign),
    Take(assign::Take),
    Next(next::Next),
    Who(who::Who),
    Level(level::Level),
    Escalate(escalate::Escalate),
    Accept(escalate::Accept),
    Decline(escalate::Decline),
    #[command(name = "handback")]
    HandBack(escalate::HandBack),
    Swarm(swarm::Swarm),
    Note(note::Note),
    Reply(note::Reply),
    Hold(note::Hold),
    Resume(note::Resume),
    Resolve(resolve::Resolve),
    Close(resolve::Close),
    Reopen(resolve::Reopen),
    Cancel(resolve::Cancel),
    Duplicate(resolve::Duplicate),
    Set(set::Set),
    Tag(set::Tag),
    Link(set::Link),
    Edit(edit::Edit),
    Undo(undo::Undo),
    History(history::History),
    People(people::People),
    Duty(duty::Duty),
    Role(role::Role),
    Cover(cover::Cover),
    Contacts(contacts::Contacts),
    Report(report::Report),
    Sweep(sweep::Sweep),
    Sql(sql::Sql),
    Events(events::Events),
    Import(import::Import),
    Export(export::Export),
    Apply(apply::Apply),
    Adopt(adopt::Adopt),
    Doctor(doctor::Doctor),
    Policy(policy::Policy),
    Schema(schema::Schema),
    Say(say::Say),
    Demo(demo::Demo),
    Completions(completions::Completions),
    MergeFile(merge_file::MergeFile),
}

impl Command {
    fn run(self, session: &mut Session) -> Result<(), CliError> {
        match self {
            Self::Init(command) => command.run(session),
            Self::Open(command) => command.run(session),
            Self::List(command) => command.run(session),
            Self::Search(command) => command.run(session),
            Self::Show(command) => command.run(session),
            Self::Queue(command) => command.run(session),
            Self::Sla(command) => command.run(session),
            Self::Assign(command) => command.run(session),
            Self::Take(command) => command.run(session),
            Self::Next(command) => command.run(session),
            Self::Who(command) => command.run(session),
            Self::Level(command) => command.run(session),
            Self::Escalate(command) => command.run(session),
            Self::Accept(command) => command.run(session),
            Self::Decline(command) => command.run(session),
            Self::HandBack(command) => command.run(session),
            Self::Swarm(command) => command.run(session),
            Self::Note(command) => command.run(session),
            Self::Reply(command) => command.run(session),
            Self::Hold(command) => command.run(session),
            Self::Resume(command) => command.run(session),
            Self::Resolve(command) => command.run(session),
            Self::Close(command) => command.run(session),
            Self::Reopen(command) => command.run(session),
            Self::Cancel(command) => command.run(session),
            Self::Duplicate(command) => command.run(session),
            Self::Set(command) => command.run(session),
            Self::Tag(command) => command.run(session),
            Self::Link(command) => command.run(session),
            Self::Edit(command) => command.run(session),
            Self::Undo(command) => command.run(session),
            Self::History(command) => command.run(session),
            Self::People(command) => command.run(session),
            Self::Duty(command) => command.run(session),
            Self::Role(command) => command.run(session),
            Self::Cover(command) => command.run(session),
            Self::Contacts(command) => command.run(session),
            Self::Report(command) => command.run(session),
            Self::Sweep(command) => command.run(session),
            Self::Sql(command) => command.run(session),
            Self::Events(command) => command.run(session),
            Self::Import(command) => command.run(session),
            Self::Export(command) => command.run(session),
            Self::Apply(command) => command.run(session),
            Self::Adopt(command) => command.run(session),
            Self::Doctor(command) => command.run(session),
            Self::Policy(command) => command.run(session),
            Self::Schema(command) => command.run(session),
            Self::Say(command) => command.run(session),
            Self::Demo(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::MergeFile(command) => command.run(session),
        }
    }
}

/// Runs the command that these words are.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let words: Vec<OsString> = words.into_iter().collect();
    match complete::answer(&words) {
        Ok(true) => return ExitCode::from(exit::DONE),
        Ok(false) => {}
        Err(error) => return usage(&error),
    }
    let environment = Environment::of_process();
    let (everywhere, command) = match parse(words) {
        Ok(parsed) => parsed,
        Err(error) => return usage(&error),
    };
    let mut session = Session::new(everywhere, environment);
    if let Err(error) = command.run(&mut session) {
        session.fail(&error);
    }
    ExitCode::from(session.code())
}

/// What the words mean. Describing all flags of all commands takes longer than
/// most of them run, so only commands that a word names are described; for
/// help, other names and errors, all are.
fn parse(words: Vec<OsString>) -> Result<(Everywhere, Command), clap::Error> {
    let mut quick = described(&words);
    let found = quick.try_get_matches_from_mut(&words);
    // Taking the description apart again takes as long as making it.
    std::mem::forget(quick);
    let matches = match found {
        Err(error) if error.kind() != ErrorKind::DisplayVersion => {
            let mut whole = description();
            whole.build();
            whole.try_get_matches_from(words)?
        }
        found => found?,
    };
    let root = Root::from_arg_matches(&matches)?;
    Ok((root.everywhere, Command::from_arg_matches(&matches)?))
}

/// As [`description`], with the commands that one of the words names: which of
/// them is a command's name is for the parser to say.
fn described(words: &[OsString]) -> clap::Command {
    let mut all = Command::augment_subcommands(clap::Command::default());
    let named = all.get_subcommands_mut().filter(|command| {
        let is_name = |word: &OsString| {
            word.to_str().is_some_and(|word| {
                command.get_name() == word || command.get_all_aliases().any(|alias| alias == word)
            })
        };
        words.iter().skip(1).any(is_name)
    });
    let named: Vec<clap::Command> = named.map(std::mem::take).collect();
    std::mem::forget(all);
    Root::command().subcommands(named)
}

/// Help and version are results; anything else is a wrong command.
fn usage(error: &clap::Error) -> ExitCode {
    let code = if error.use_stderr() {
        exit::USAGE
    } else {
        exit::DONE
    };
    // A reader who has gone needs no help.
    let _ = error.print();
    ExitCode::from(code)
}
