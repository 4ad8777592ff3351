//! `desk next`.

use crate::cli::changes;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::sanitize;
use crate::cli::view::ticket::status_text;
use crate::desk::{Request, Step, Which, record};
use clap::Args;
use serde_json::{Value, json};

/// Version of the JSON of `--peek`.
const SHAPE: u32 = 1;

/// Take the most urgent ticket that waits for you
///
/// One that was given to you, or one that nobody has in a queue of yours. Of
/// many who ask at once no two get the same. Your capacity in people.yaml is
/// the limit of what you work on at once.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk next
  desk next --peek
  desk next --sync
  id=$(desk next -q) && desk show \"$id\"")]
pub struct Next {
    /// Only look: say which one it would be, and what comes after it
    #[arg(long)]
    peek: bool,

    /// How many to look at
    #[arg(long, value_name = "N", default_value_t = 3, requires = "peek")]
    limit: usize,

    /// Claim it through the remote, so that no other office gets it too
    #[arg(long, conflicts_with_all = ["peek", "dry_run"])]
    sync: bool,

    /// Say which one would be taken, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Next {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        if self.peek {
            return self.look(session, &desk);
        }
        let step = Step::of(Which::Next, Request::Take {});
        if self.sync {
            let claimed = desk.claim(&step)?;
            for warning in &claimed.warnings {
                session.warn(warning);
            }
            changes::tell(session, &step, claimed.outcome, false)?;
            return Ok(());
        }
        changes::perform(session, &desk, &[step], self.dry_run)?;
        Ok(())
    }

    fn look(&self, session: &Session, desk: &crate::desk::Desk) -> Result<(), CliError> {
        let rules = session.rules_for_reading(desk)?;
        let me = desk.me(&rules)?;
        let snapshot = desk.snapshot()?;
        let tickets = desk.waiting_for(&snapshot, &rules, &me, self.limit)?;
        if session.everywhere.json {
            let tickets: Vec<Value> = tickets
                .iter()
                .map(|ticket| record::Record::of(ticket).brief())
                .collect();
            return session.print_json(&json!({"version": SHAPE, "tickets": tickets}));
        }
        for ticket in &tickets {
            session.print(&format!("{}\n", ticket.id()))?;
            let header = ticket.header();
            let priority = header.priority.map(|priority| priority.to_string());
            let status = status_text(header, ticket.status());
            let title = sanitize::line(ticket.title()).into_owned();
            let parts = [priority, Some(status), Some(title)];
            let parts: Vec<String> = parts.into_iter().flatten().collect();
            session.say(&format!("  {}", parts.join(" · ")));
        }
        if tickets.is_empty() {
            session.say(&format!("nothing waits for {me}"));
        }
        Ok(())
    }
}
