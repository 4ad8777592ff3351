//! `desk sweep`.

use crate::cli::changes::tell;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::policy::SWEEP;
use crate::ticket::Handle;
use crate::ticket::value::Value as _;
use clap::Args;

/// Do what time has done: warnings, breaches, escalation, resuming, closing
///
/// For cron or a timer, every few minutes. Everything happens once, with the
/// time at which it was due, however often and in how many offices this runs.
/// One that comes late tells whoever should have been told, once each, and takes
/// a ticket straight to where it should be by now. It acts as `sweep`, or as
/// --by says.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk sweep
  desk sweep --dry-run
  desk sweep --quiet
  desk --by night-watch sweep")]
pub struct Sweep {
    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Sweep {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command; refusals of single tickets are told
    /// and show in the exit code.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let by = match &session.everywhere.by {
            Some(_) => desk.me(&desk.rules()?)?,
            None => Handle::parse(SWEEP)
                .map_err(|bad| CliError::usage(bad.to_string(), "name one with --by"))?,
        };
        let swept = desk.sweep(&by, self.dry_run)?;
        if let Some(trouble) = desk.cache_trouble() {
            session.say(&format!("answered without the cache: {trouble}"));
        }
        for warning in &swept.warnings {
            session.warn(warning);
        }
        if swept.outcomes.is_empty() {
            session.say("nothing is due");
        }
        for (step, outcome) in swept.outcomes {
            tell(session, &step, outcome, self.dry_run)?;
        }
        Ok(())
    }
}
