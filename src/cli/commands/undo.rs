//! `desk undo`.

use crate::cli::changes::perform;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use clap::Args;

/// Take back my last action, if nobody went on from it
///
/// The action stays in the history, and so does the undoing. Again: the action
/// before that.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk undo
  desk undo k7f3q2")]
pub struct Undo {
    /// My last action on this ticket
    #[arg(value_name = "ID")]
    id: Option<String>,

    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Undo {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let mut ticket = None;
        if let Some(typed) = self.id {
            let snapshot = desk.snapshot()?;
            for found in desk.find(&snapshot, &[typed])? {
                ticket = Some(found?.id().clone());
            }
        }
        let step = desk.undoing(ticket.as_ref())?;
        perform(session, &desk, &[step], self.dry_run)?;
        Ok(())
    }
}
