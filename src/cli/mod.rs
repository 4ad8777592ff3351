//! The command line: what people see and type.
//!
//! A new command is a file in [`commands`] with `Args` and `run`, a variant of
//! `Command` and a line in its `match`.

pub mod args;
pub mod changes;
pub mod commands;
pub mod editor;
pub mod environment;
pub mod exit;
pub mod interrupt;
pub mod prompt;
pub mod session;
pub mod span;
pub mod view;

use clap::error::ErrorKind;
use clap::{CommandFactory, FromArgMatches, Parser, Subcommand};
use commands::{
    adopt, apply, assign, completions, demo, doctor, edit, escalate, events, history, init, list,
    merge_file, note, open, policy, queue, report, resolve, say, search, set, show, sla, sql,
    sweep, undo,
};
use environment::Environment;
use exit::CliError;
use session::{Everywhere, Session};
use std::ffi::OsString;
use std::process::ExitCode;

/// A ticket desk for tiered IT support: plain files in git, every change a commit
#[derive(Debug, Parser)]
#[command(name = "desk", version, after_help = exit::TABLE,
          disable_help_subcommand = true, max_term_width = 100)]
pub struct Cli {
    #[command(subcommand)]
    command: Command,

    #[command(flatten)]
    everywhere: Everywhere,
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
    Escalate(escalate::Escalate),
    Accept(escalate::Accept),
    Decline(escalate::Decline),
    #[command(name = "handback")]
    HandBack(escalate::HandBack),
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
    Report(report::Report),
    Sweep(sweep::Sweep),
    Sql(sql::Sql),
    Events(events::Events),
    Apply(apply::Apply),
    Adopt(adopt::Adopt),
    Doctor(doctor::Doctor),
    Policy(policy::Policy),
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
            Self::Escalate(command) => command.run(session),
            Self::Accept(command) => command.run(session),
            Self::Decline(command) => command.run(session),
            Self::HandBack(command) => command.run(session),
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
            Self::Report(command) => command.run(session),
            Self::Sweep(command) => command.run(session),
            Self::Sql(command) => command.run(session),
            Self::Events(command) => command.run(session),
            Self::Apply(command) => command.run(session),
            Self::Adopt(command) => command.run(session),
            Self::Doctor(command) => command.run(session),
            Self::Policy(command) => command.run(session),
            Self::Say(command) => command.run(session),
            Self::Demo(command) => command.run(session),
            Self::Completions(command) => command.run(session),
            Self::MergeFile(command) => command.run(session),
        }
    }
}

/// Runs the command that these words are.
pub fn run(words: impl IntoIterator<Item = OsString>) -> ExitCode {
    let environment = Environment::of_process();
    let cli = match parse(words.into_iter().collect()) {
        Ok(cli) => cli,
        Err(error) => return usage(&error),
    };
    let mut session = Session::new(cli.everywhere, environment);
    if let Err(error) = cli.command.run(&mut session) {
        session.fail(&error);
    }
    ExitCode::from(session.code())
}

/// What the words mean. Describing all flags of all commands takes longer than
/// most of them run, so only those of the command that is named are described;
/// for help, other names and errors, all are.
fn parse(words: Vec<OsString>) -> Result<Cli, clap::Error> {
    let mut quick = Cli::command();
    let found = quick.try_get_matches_from_mut(&words);
    // Taking the description apart again takes as long as making it.
    std::mem::forget(quick);
    let matches = match found {
        Err(error) if error.kind() != ErrorKind::DisplayVersion => {
            let mut whole = Cli::command();
            whole.build();
            whole.try_get_matches_from(words)?
        }
        found => found?,
    };
    Cli::from_arg_matches(&matches)
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
