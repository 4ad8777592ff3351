//! `desk swarm`: calling people in, who help while the ticket stays.

use crate::cli::args::{Circumstances, Ids, Words};
use crate::cli::changes::to_each;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::Request;
use clap::{Args, Subcommand};

/// Call people in on a ticket: they help, and it stays where it is
///
/// Nobody hands anything over: owner, team and assignee stay. Whoever is called
/// joins or declines; `desk list is:called` shows what you are called to.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk swarm k7f3q2 call marco nadia -m 'which index is it?'
  desk swarm k7f3q2 join
  desk swarm k7f3q2 decline -m 'on call for the mail migration'
  desk swarm k7f3q2 leave -m 'index rebuilt, watching it'")]
pub struct Swarm {
    /// The ticket: its id or a unique part of it, `@` for my last
    #[arg(value_name = "ID")]
    id: String,

    #[command(subcommand)]
    act: Act,
}

#[derive(Debug, Subcommand)]
enum Act {
    /// Ask people, or whoever has a skill, to come in
    Call {
        /// Handles, addresses or skills
        #[arg(required = true, value_name = "WHO|SKILL")]
        who: Vec<String>,
        #[command(flatten)]
        words: Words,
        #[command(flatten)]
        circumstances: Circumstances,
    },
    /// Come in to help
    Join {
        #[command(flatten)]
        circumstances: Circumstances,
    },
    /// Decline a call, with a reason
    Decline {
        #[command(flatten)]
        words: Words,
        #[command(flatten)]
        circumstances: Circumstances,
    },
    /// Leave the swarm
    Leave {
        #[command(flatten)]
        words: Words,
        #[command(flatten)]
        circumstances: Circumstances,
    },
}

impl Swarm {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let (request, circumstances, written) = match self.act {
            Act::Call {
                who,
                words,
                circumstances,
            } => {
                let text = words.given()?;
                (Request::Call { who, text }, circumstances, None)
            }
            Act::Join { circumstances } => (Request::Join {}, circumstances, None),
            Act::Decline {
                words,
                circumstances,
            } => {
                let written = words.needed(session, &desk, "decline")?;
                let text = written.text.clone();
                (Request::Pass { text }, circumstances, Some(written))
            }
            Act::Leave {
                words,
                circumstances,
            } => {
                let text = words.given()?;
                (Request::Leave { text }, circumstances, None)
            }
        };
        let ids = Ids { ids: vec![self.id] };
        let well = to_each(session, &desk, &ids, &request, &circumstances)?;
        match written {
            Some(written) if well && !circumstances.dry_run => written.safe(),
            _ => Ok(()),
        }
    }
}
