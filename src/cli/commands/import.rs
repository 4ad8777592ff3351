//! `desk import`.

use crate::cli::exit::{CliError, INVALID};
use crate::cli::session::Session;
use crate::cli::view::sanitize;
use crate::desk::{DeskError, How, Imported, Log};
use crate::exchange::{Conflict, Mapping};
use clap::Args;
use serde_json::{Value, json};
use std::fs::File;
use std::io::BufWriter;
use std::path::{Path, PathBuf};

/// Version of the JSON of `--json`.
const SHAPE: u32 = 1;

/// Rows that become visible at once: memory and the cost of a move of the
/// branch in balance.
const BATCH: usize = 4_000;

/// Bring in the tickets of another system, with their true history
///
/// FILE is an event log or an audit export: CSV, JSON lines or XES, packed with
/// gzip or not. Each row becomes one event and one commit, with the row's time
/// and actor as author. A mapping says what the columns mean; no row is left
/// out, and what does not fit is counted and listed.
///
/// Running it again, after it was stopped or with a newer export, adds only
/// what is new. Two offices that import the same file make the same tickets.
/// The old numbers are taken wherever an id is.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk import incidents.csv --map mapping.yaml --dry-run
  desk import incidents.csv --map mapping.yaml
  desk import incidents.csv --map mapping.yaml --conflicts conflicts.csv

A mapping is YAML; `fields` and the first six are needed:
  source   a short name of the other system: part of what ids are made of
  format   csv, ndjson or xes; with delimiter, and missing: ['?', NULL]
  shape    snapshot: a row is the ticket after an update; differences become
           events. activity: a row names what happened
  case     the column with the ticket's number
  time     {column: C, formats: ['%d/%m/%Y %H:%M'], zone: Europe/London}
  order    time, or file; ties: columns that order rows of the same time
  row      columns that tell a row from all others; all, if absent
  opened, actor, reference, activity, state, text
           when it was opened, who did it, its number elsewhere, what the
           source calls it, the source's state, words of the row
  status   {from: C, words: {Active: in-progress, On hold: pending vendor}}
  activities  {Reopen: {did: reopen, status: in-progress}}
  fields   title, kind, priority, level, team, …, x-…
  attributes  {file: NAME, case: C}: a second file, one row a ticket

Where a value comes from: a column's name, or one or a list (the first that has
a value counts) of
  {column: C}  {constant: TEXT}  {template: '{a}/{b}'}, and with it
  match: '(\\d)(nd|rd)$'  a regular expression; its first group is the value
  lookup: {Net: network}   a table
  when: {field: status}    only in rows in which that column has that value
  time: true               it is a time
Mappings for ServiceNow, Jira, Zammad, GLPI and Request Tracker are in
examples/import; desk schema mapping prints the JSON Schema for editors.")]
pub struct Import {
    /// The log
    #[arg(value_name = "FILE")]
    file: PathBuf,

    /// What its columns mean
    #[arg(long, value_name = "FILE")]
    map: PathBuf,

    /// A file that says more of each ticket, instead of the one that the
    /// mapping names
    #[arg(long, value_name = "FILE")]
    attributes: Option<PathBuf>,

    /// Write every conflict to this CSV file
    #[arg(long, value_name = "FILE")]
    conflicts: Option<PathBuf>,

    /// So many rows become visible at once
    #[arg(long, value_name = "N", default_value_t = BATCH, hide_default_value = true)]
    batch: usize,

    /// Say what would be done, and do nothing
    #[arg(long, short = 'n')]
    dry_run: bool,
}

impl Import {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command. Batches before it stand.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let Some(mapping) = read_mapping(session, &self.map)? else {
            return Ok(());
        };
        let desk = session.desk_without_progress()?;
        let mut list = List::create(self.conflicts.as_deref())?;
        let log = Log::survey(&self.file, &mapping, self.attributes.as_deref())?;
        let (rows, cases) = (log.rows(), log.cases());
        let how = How {
            batch: self.batch,
            dry_run: self.dry_run,
        };
        let imported = log.import(&desk, how, &mut |one| list.add(one), &mut |row| {
            session.progress("importing", row, rows);
        })?;
        list.finish()?;
        for warning in &imported.warnings {
            session.warn(warning);
        }
        if session.everywhere.json {
            return session.print_json(&as_json(&imported, rows, self.dry_run));
        }
        session.print(&told(&imported, rows, cases, self.dry_run))
    }
}

/// The mapping; none where it is wrong, and every fault has been told.
fn read_mapping(session: &mut Session, path: &Path) -> Result<Option<Mapping>, CliError> {
    let shown = path.display().to_string();
    let bytes = std::fs::read(path).map_err(|error| CliError::Io {
        what: shown.clone(),
        error,
    })?;
    match Mapping::read(&bytes) {
        Ok(mapping) => Ok(Some(mapping)),
        Err(errors) => {
            for error in errors {
                let path = shown.clone();
                session.fail(&CliError::Desk(DeskError::File { path, error }));
            }
            session.set_code(INVALID);
            Ok(None)
        }
    }
}

/// What was done, for people.
fn told(imported: &Imported, rows: u64, cases: usize, dry_run: bool) -> String {
    let verb = if dry_run {
        "would be imported"
    } else {
        "imported"
    };
    let mut text = format!(
        "{rows} rows of {cases} tickets: {} events {verb}",
        imported.events
    );
    let parts = [
        (imported.opened, "tickets are new"),
        (imported.continued, "tickets go on"),
        (imported.old, "rows were there already"),
    ];
    for (count, what) in parts {
        if count > 0 {
            text.push_str(&format!(", {count} {what}"));
        }
    }
    text.push('\n');
    for (sort, count, examples) in imported.conflicts.sorts() {
        text.push_str(&format!("{count} {}\n", sort.meaning()));
        for one in examples {
            let line = format!("  {}, row {}: {}", one.case, one.row, one.what);
            text.push_str(sanitize::line(line.trim_end_matches(": ")).trim_end());
            text.push('\n');
        }
        if count > examples.len() as u64 {
            text.push_str("  …\n");
        }
    }
    text
}

fn as_json(imported: &Imported, rows: u64, dry_run: bool) -> Value {
    let conflicts = imported.conflicts.sorts().map(|(sort, count, examples)| {
        let examples = examples.iter();
        let examples =
            examples.map(|one| json!({"case": one.case, "row": one.row, "what": one.what}));
        json!({
            "sort": sort.word(),
            "count": count,
            "examples": examples.collect::<Vec<_>>(),
        })
    });
    json!({
        "version": SHAPE,
        "dry-run": dry_run,
        "rows": rows,
        "tickets": imported.cases,
        "opened": imported.opened,
        "continued": imported.continued,
        "events": imported.events,
        "old": imported.old,
        "conflicts": conflicts.collect::<Vec<_>>(),
    })
}

/// The file of all conflicts, if one is wanted.
struct List<'a> {
    path: Option<&'a Path>,
    out: Option<csv::Writer<BufWriter<File>>>,
    failed: Option<std::io::Error>,
}

impl<'a> List<'a> {
    fn create(path: Option<&'a Path>) -> Result<Self, CliError> {
        let mut list = Self {
            path,
            out: None,
            failed: None,
        };
        if let Some(path) = path {
            let file = File::create(path).map_err(|error| list.wrong(error))?;
            list.out = Some(csv::Writer::from_writer(BufWriter::new(file)));
            list.write(["conflict", "ticket", "row", "what"]);
        }
        Ok(list)
    }

    fn wrong(&self, error: std::io::Error) -> CliError {
        CliError::Io {
            what: self.path.unwrap_or(Path::new("-")).display().to_string(),
            error,
        }
    }

    fn add(&mut self, one: &Conflict) {
        let row = one.row.to_string();
        let (case, what) = (sanitize::csv_cell(&one.case), sanitize::csv_cell(&one.what));
        self.write([one.sort.word(), &case, &row, &what]);
    }

    /// The first failure is told at the end: the import goes on.
    fn write(&mut self, cells: [&str; 4]) {
        let Some(out) = &mut self.out else {
            return;
        };
        if let Err(error) = out.write_record(cells) {
            self.failed.get_or_insert(error.into());
        }
    }

    fn finish(mut self) -> Result<(), CliError> {
        if let Some(mut out) = self.out.take()
            && let Err(error) = out.flush()
        {
            self.failed.get_or_insert(error);
        }
        match self.failed.take() {
            Some(error) => Err(self.wrong(error)),
            None => Ok(()),
        }
    }
}
