//! Words and waiting: `note`, `reply`, `hold`, `resume`.

use crate::cli::changes::WordedTickets;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::Request;
use clap::Args;

/// Write an internal note
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk note k7f3q2 -m 'caller is on site until 16:00'
  journalctl -u vpn --since -1h | desk note k7f3q2 -m -")]
pub struct Note {
    #[command(flatten)]
    on: WordedTickets,
}

impl Note {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on.ask(session, "note", |text| Request::Note { text })
    }
}

/// Record a public reply to the requester, or the requester's answer
///
/// desk records what was said; sending it is for the tools you talk with.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk reply k7f3q2 -m 'Please try again after a restart.'
  desk reply k7f3q2 -m 'Which version is it?' --hold requester
  desk reply k7f3q2 --from-requester -m 'It is 5.2'")]
pub struct Reply {
    #[command(flatten)]
    on: WordedTickets,

    /// These are the requester's words: a ticket that waits for them resumes
    #[arg(long, conflicts_with_all = ["hold", "until"])]
    from_requester: bool,

    /// Then wait, with this cause
    #[arg(long, value_name = "CAUSE")]
    hold: Option<String>,

    /// Wait until then at most
    #[arg(long, value_name = "TIME", requires = "hold")]
    until: Option<String>,
}

impl Reply {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        self.on.ask(session, "reply", |text| {
            if self.from_requester {
                Request::Answer { text }
            } else {
                Request::Reply {
                    text,
                    hold: self.hold,
                    until: self.until,
                }
            }
        })
    }
}

/// Let tickets wait, with a cause
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk hold k7f3q2 --for requester
  desk hold k7f3q2 --for parts --ref PO-4711 --until 'fri 12:00'")]
pub struct Hold {
    #[command(flatten)]
    on: WordedTickets,

    /// What it waits for: requester, vendor, parts, approval, change, problem,
    /// scheduled, or a word of your own
    #[arg(long = "for", value_name = "CAUSE")]
    cause: String,

    /// Until when at most: 2d, 'fri 12:00', 2026-12-01
    #[arg(long, value_name = "TIME")]
    until: Option<String>,

    /// The number of what it waits for, in another system
    #[arg(long = "ref", value_name = "NUMBER")]
    reference: Option<String>,
}

impl Hold {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let text = self.on.given()?;
        let request = Request::Hold {
            cause: self.cause,
            until: self.until,
            reference: self.reference,
            text,
        };
        self.on.perform(session, &request)
    }
}

/// Go on with tickets that waited
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk resume k7f3q2 -m 'part has come'")]
pub struct Resume {
    #[command(flatten)]
    on: WordedTickets,
}

impl Resume {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let text = self.on.given()?;
        let request = Request::Resume { text };
        self.on.perform(session, &request)
    }
}
