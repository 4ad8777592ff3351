//! `desk export`.

use super::list;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::Flow;
use crate::cli::view::records::{self, Record, Schema};
use crate::desk::{Desk, Exported};
use crate::exchange::{flat, xes};
use crate::store::Snapshot;
use crate::ticket::Ticket;
use clap::{Args, ValueEnum};
use std::io::{self, BufWriter, Write};

/// Version of the rows.
const SHAPE: u32 = 1;

/// Write the event log: one row an event, for spreadsheets and process mining
///
/// All tickets, unless terms say otherwise (as in desk list). Each row has the
/// event and the state of the ticket after it. Retracted events are left out.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk export > events.csv
  desk export --format ndjson opened.after:90d team:desktop > events.ndjson
  desk export --format xes is:resolved > log.xes

XES is version 2.0 with the concept, time, lifecycle and organizational
extensions: concept:name of an event is what the system that it was imported
from called it, or else the verb; org:group is the team, org:role the level.")]
pub struct Export {
    /// Which tickets, as in desk list; all, if absent
    #[arg(value_name = "TERM")]
    terms: Vec<String>,

    /// How to write them
    #[arg(long, short, value_enum, default_value_t = Format::Csv)]
    format: Format,
}

/// How events are written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
enum Format {
    /// With a header, formulas neutralised
    Csv,
    /// One JSON object a line
    Ndjson,
    /// For process-mining tools
    Xes,
}

impl Export {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let snapshot = desk.snapshot()?;
        let now = desk.world().now();
        let filter = list::filter(session, &desk, &snapshot, &self.terms, now)?;
        let exported = desk.exported(&snapshot, &filter)?;
        session.remark(&desk, &exported.remarks);
        let out = BufWriter::new(io::stdout().lock());
        match self.format {
            Format::Csv => rows(&desk, &snapshot, &exported, records::Format::Csv, out),
            Format::Ndjson => rows(&desk, &snapshot, &exported, records::Format::Ndjson, out),
            Format::Xes => as_xes(&desk, &snapshot, &exported, out),
        }
    }
}

fn rows(
    desk: &Desk,
    snapshot: &Snapshot<'_>,
    exported: &Exported,
    format: records::Format,
    mut out: impl Write,
) -> Result<(), CliError> {
    let schema = Schema {
        name: "events".into(),
        version: SHAPE,
        fields: flat::COLUMNS
            .iter()
            .map(|name| (*name).to_owned())
            .collect(),
        columns: Vec::new(),
    };
    let mut failed = None;
    let mut read = |id| match desk.exported_ticket(snapshot, id) {
        Ok(ticket) => Some(ticket),
        Err(error) => {
            failed = Some(error);
            None
        }
    };
    // A ticket that can't be read ends the log: half of it looks like all of it.
    let tickets = exported.ids.iter().map_while(&mut read);
    let records = tickets.flat_map(|ticket: Ticket| {
        flat::rows(&ticket).into_iter().map(|values| Record {
            values,
            cells: Vec::new(),
        })
    });
    let flow = records::write(&mut out, format, &schema, records, records::Look::default())?;
    match (failed, flow) {
        (Some(error), _) => Err(error.into()),
        (None, Flow::ReaderGone) => Err(CliError::ReaderGone),
        (None, Flow::Done) => Ok(()),
    }
}

fn as_xes(
    desk: &Desk,
    snapshot: &Snapshot<'_>,
    exported: &Exported,
    mut out: impl Write,
) -> Result<(), CliError> {
    out.write_all(xes::BEGIN.as_bytes())?;
    for id in &exported.ids {
        let ticket = desk.exported_ticket(snapshot, id)?;
        out.write_all(xes::trace(&ticket).as_bytes())?;
    }
    out.write_all(xes::END.as_bytes())?;
    out.flush()?;
    Ok(())
}
