//! `desk show`.

use crate::cli::args::Ids;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::ticket;
use crate::desk::record::{self, Record};
use crate::ticket::Ticket;
use clap::Args;
use serde_json::{Value, json};

/// Show tickets: the state and the whole timeline
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk show k7f3q2
  desk show @ --as-of 'fri 12:00'
  desk show k7f 9xw --json")]
pub struct Show {
    #[command(flatten)]
    ids: Ids,

    /// As it was then, by when things happened
    #[arg(long, value_name = "TIME")]
    as_of: Option<String>,
}

impl Show {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let as_of = self
            .as_of
            .as_deref()
            .map(|words| desk.past(words))
            .transpose()?;
        let snapshot = desk.snapshot()?;
        let mut tickets: Vec<Ticket> = Vec::new();
        for found in desk.find(&snapshot, &self.ids.read()?)? {
            match found {
                Ok(found) => match as_of {
                    Some(time) if found.opened() > time => {
                        let message = format!("{} was not open yet", found.id());
                        session.fail(&CliError::usage(
                            message,
                            format!("it was opened {}", found.opened()),
                        ));
                    }
                    Some(time) => tickets.push(found.as_of(time)),
                    None => tickets.push(found),
                },
                Err(error) => session.fail(&error.into()),
            }
        }
        if session.everywhere.json {
            let tickets: Vec<Value> = tickets
                .iter()
                .map(|ticket| Record::of(ticket).full())
                .collect();
            let all = json!({"version": record::SHAPE, "tickets": tickets});
            return session.print_json(&all);
        }
        if session.everywhere.quiet {
            let ids: String = tickets
                .iter()
                .map(|ticket| format!("{}\n", ticket.id()))
                .collect();
            return session.print(&ids);
        }
        let now = as_of.unwrap_or(desk.world().now());
        let pages: Vec<String> = tickets
            .iter()
            .map(|one| ticket::render(one, now, session.look))
            .collect();
        session.page(&pages.join("\n"))
    }
}
