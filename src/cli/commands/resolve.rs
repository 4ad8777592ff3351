//! The end of a ticket: `resolve`, `close`, `reopen`, `cancel`, `duplicate`.

use crate::cli::changes::WordedTickets;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::Request;
use clap::Args;

/// Resolve tickets: service is restored, or the wish fulfilled
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk resolve k7f3q2 -m 'set the client to reconnect after sleep' --code fixed
  desk resolve k7f3q2 --how 'reset the password' --code fixed --could-be 0
  desk resolve k7f3q2 -m 'as the article says' --article vpn-drops-after-sleep")]
pub struct Resolve {
    #[command(flatten)]
    on: WordedTickets,

    /// How, as a closure code of the desk
    #[arg(long, value_name = "CODE")]
    code: Option<String>,

    /// The lowest level that could have done it
    #[arg(long, value_name = "LEVEL")]
    could_be: Option<String>,

    /// An article that helped, by its short name; may be repeated
    #[arg(long = "article", value_name = "SLUG")]
    articles: Vec<String>,
}

impl Resolve {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on.ask(session, "resolve", |text| Request::Resolve {
            text,
            code: self.code,
            could_be: self.could_be,
            articles: self.articles,
        })
    }
}

/// Close resolved tickets: the requester confirmed, or time has
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk close k7f3q2
  desk list --format ids is:resolved resolved.before:7d | desk close -")]
pub struct Close {
    #[command(flatten)]
    on: WordedTickets,
}

impl Close {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let text = self.on.given()?;
        let request = Request::Close { text };
        self.on.perform(session, &request)
    }
}

/// Reopen resolved or closed tickets: it was not solved after all
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk reopen k7f3q2 -m 'drops again since this morning'")]
pub struct Reopen {
    #[command(flatten)]
    on: WordedTickets,
}

impl Reopen {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on
            .ask(session, "reopen", |text| Request::Reopen { text })
    }
}

/// Cancel tickets: withdrawn, or opened by mistake
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk cancel k7f3q2 -m 'caller found the cable'")]
pub struct Cancel {
    #[command(flatten)]
    on: WordedTickets,
}

impl Cancel {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on
            .ask(session, "cancel", |text| Request::Cancel { text })
    }
}

/// Cancel tickets that report the same as another one
///
/// Their requesters go to `cc` of the other ticket, so that they hear of it.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk duplicate 9xwq2m 4h0c7t --of k7f3q2")]
pub struct Duplicate {
    #[command(flatten)]
    on: WordedTickets,

    /// The ticket that stays
    #[arg(long, value_name = "ID")]
    of: String,
}

impl Duplicate {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let text = self.on.given()?;
        let request = Request::Duplicate { of: self.of, text };
        self.on.perform(session, &request)
    }
}
