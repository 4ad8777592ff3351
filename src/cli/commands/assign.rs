//! `desk assign` and `desk take`.

use crate::cli::changes::{Tickets, WordedTickets};
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::{Deed, Request};
use clap::Args;

/// Give tickets to a person or a team
///
/// Assigning to a person leaves the ticket where it is; assigning to a team
/// puts it into that team's queue. Waiting tickets go on waiting. With --auto,
/// skills, duty, capacity and load say who, in the order that `assignment` in
/// desk.yaml gives.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk assign k7f3q2 --to marco
  desk assign k7f3q2 --auto
  desk assign k7f 9xw --to desktop -m 'needs hands on the machine'
  desk list --format ids team:frontline assignee:none | desk assign - --to lena")]
pub struct Assign {
    #[command(flatten)]
    on: WordedTickets,

    /// A handle or address of the roster, a team, or `me`
    #[arg(
        long,
        short = 't',
        value_name = "WHO|TEAM",
        required_unless_present = "auto"
    )]
    to: Option<String>,

    /// Pick somebody of the ticket's team who is there and has room
    #[arg(long, conflicts_with = "to")]
    auto: bool,
}

impl Assign {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let text = self.on.given()?;
        match self.to {
            Some(to) => self.on.perform(session, &Request::Assign { to, text }),
            None => self.on.perform_deed(session, &Deed::AssignAuto { text }),
        }
    }
}

/// Take tickets: they become yours, and in progress
///
/// A ticket that somebody else works on is not taken; of two who take one at
/// once, one gets it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk take k7f3q2
  desk take @")]
pub struct Take {
    #[command(flatten)]
    on: Tickets,
}

impl Take {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on.perform(session, &Request::Take {})
    }
}
