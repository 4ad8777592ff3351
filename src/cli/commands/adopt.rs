//! `desk adopt`.

use crate::cli::changes::perform;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::ticket::TicketId;
use crate::ticket::value::Value as _;
use clap::Args;

/// Take hand edits, plain commits and reverts of ticket files into the timeline
///
/// An edit of the header becomes an event. Events that a commit removed come
/// back and are taken back, so that the history tells of both.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk adopt
  desk adopt k7f3q2 --dry-run")]
pub struct Adopt {
    /// Tickets, by id or by the path of their file; all, without this
    #[arg(value_name = "ID")]
    ids: Vec<String>,

    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Adopt {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let snapshot = desk.snapshot()?;
        let mut ids = Vec::new();
        for typed in &self.ids {
            // A ticket whose file a commit removed is found by its whole id.
            if let Some(id) = TicketId::from_path(typed).or(TicketId::parse(typed).ok()) {
                ids.push(id);
                continue;
            }
            for found in desk.find(&snapshot, std::slice::from_ref(typed))? {
                match found {
                    Ok(ticket) => ids.push(ticket.id().clone()),
                    Err(error) => session.fail(&error.into()),
                }
            }
        }
        if ids.is_empty() && !self.ids.is_empty() {
            return Ok(());
        }
        let mut steps = Vec::new();
        for adopted in desk.adoptable(&ids)? {
            match adopted.step {
                Ok(step) => steps.push(step),
                Err(error) => session.fail(&error.into()),
            }
        }
        if steps.is_empty() {
            session.say("nothing to adopt");
            return Ok(());
        }
        perform(session, &desk, &steps, self.dry_run)?;
        Ok(())
    }
}
