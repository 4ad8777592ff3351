//! `desk events`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::desk::{Desk, Happening, What, record};
use crate::store::CommitId;
use clap::Args;
use serde_json::{Value, json};
use std::time::Duration;

/// How often `--follow` looks.
const PAUSE: Duration = Duration::from_millis(500);

/// Print what happened, one JSON object a line, for integrations
///
/// Each line carries its commit. Keep the last one and give it to --after to
/// go on from there; nothing is told twice and nothing is left out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk events
  desk events --after 3f2c…  --follow | while read -r line; do …; done

A line: {\"shape\":1,\"id\":…,\"e\":…,\"n\":…,\"at\":…,\"by\":…,\"did\":…,\"set\":{…},…,\"commit\":…}
What desk did not do has \"did\": \"removed\" (with \"events\"), \"edited\" or \"damaged\".")]
pub struct Events {
    /// Only what this commit does not have yet
    #[arg(long, value_name = "COMMIT")]
    after: Option<CommitId>,

    /// Go on with what is to come
    #[arg(long, short)]
    follow: bool,
}

impl Events {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let mut after = self.after;
        loop {
            after = tell(session, &desk, after)?;
            if !self.follow {
                return Ok(());
            }
            std::thread::sleep(PAUSE);
        }
    }
}

/// Tells what is new, and where to go on from.
fn tell(
    session: &Session,
    desk: &Desk,
    after: Option<CommitId>,
) -> Result<Option<CommitId>, CliError> {
    let snapshot = desk.snapshot()?;
    if snapshot.commit() != after {
        desk.happenings(&snapshot, after, |happening| {
            session.print_json(&as_json(happening))
        })?;
    }
    Ok(snapshot.commit())
}

fn as_json(happening: &Happening) -> Value {
    let other =
        |did: &str| json!({"shape": record::SHAPE, "id": happening.ticket.as_str(), "did": did});
    let mut line = match &happening.what {
        What::Event(event) => record::event(&happening.ticket, event),
        What::Removed(events) => {
            let mut line = other("removed");
            line["events"] = events.iter().map(|e| e.as_str()).collect();
            line
        }
        What::Edited => other("edited"),
        What::Damaged(damage) => {
            let mut line = other("damaged");
            line["error"] = damage.as_str().into();
            line
        }
    };
    line["commit"] = happening.commit.to_string().into();
    line
}
