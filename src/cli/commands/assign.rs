//! `desk assign` and `desk take`.

use crate::cli::changes::{Tickets, WordedTickets};
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::Request;
use clap::Args;

/// Give tickets to a person or a team
///
/// Assigning to a person leaves the level as it is; assigning to a team puts
/// the ticket into its queue. Waiting tickets go on waiting.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk assign k7f3q2 --to marco
  desk assign k7f 9xw --to desktop -m 'needs hands on the machine'
  desk list --format ids team:frontline assignee:none | desk assign - --to lena")]
pub struct Assign {
    #[command(flatten)]
    on: WordedTickets,

    /// A handle or address of the roster, a team, or `me`
    #[arg(long, short = 't', value_name = "WHO|TEAM")]
    to: String,
}

impl Assign {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let text = self.on.given()?;
        let request = Request::Assign { to: self.to, text };
        self.on.perform(session, &request)
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
