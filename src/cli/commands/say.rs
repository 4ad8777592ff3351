//! `desk say`.

use crate::cli::args::Ids;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::spell;
use clap::Args;
use serde_json::json;

/// Spell ids for the phone
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk say k7f3q2        kilo seven foxtrot, three quebec two
  desk say k7f3q2 --full")]
pub struct Say {
    #[command(flatten)]
    ids: Ids,

    /// The date in front as well
    #[arg(long)]
    full: bool,
}

impl Say {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let snapshot = desk.snapshot()?;
        for found in desk.find(&snapshot, &self.ids.read()?)? {
            match found {
                Ok(ticket) => {
                    let id = ticket.id();
                    let said = if self.full {
                        spell::say_in_full(id)
                    } else {
                        spell::say(id)
                    };
                    if session.everywhere.json {
                        session.print_json(&json!({"id": id.as_str(), "say": said}))?;
                    } else {
                        session.print(&format!("{said}\n"))?;
                    }
                }
                Err(error) => session.fail(&error.into()),
            }
        }
        Ok(())
    }
}
