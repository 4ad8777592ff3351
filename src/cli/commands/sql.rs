//! `desk sql`.

use crate::cli::args;
use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::Flow;
use crate::cli::view::records::{self, Format, Record, Schema};
use crate::cli::view::table::{Cell, Column};
use crate::store::cache::{DOCUMENTATION, SqlCell};
use clap::Args;
use serde_json::{Value, json};
use std::io;

/// Ask a question about tickets in SQL, reading only
///
/// The tables are derived from what is committed; `--schema` says what is in
/// them. They may change with a new version of desk.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk sql --schema
  desk sql 'select team, count(*) from ticket where live group by team'
  desk sql --format csv 'select id, requester from ticket where level = 3' > l3.csv")]
pub struct Sql {
    /// One SELECT; `-` reads it from standard input
    #[arg(value_name = "SELECT", required_unless_present = "schema")]
    statement: Option<String>,

    /// Print the tables and what they mean
    #[arg(long, conflicts_with = "statement")]
    schema: bool,

    /// How to print the rows
    #[arg(long, short, value_enum)]
    format: Option<Format>,
}

impl Sql {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let statement = match self.statement.as_deref() {
            None => return session.print(DOCUMENTATION),
            Some("-") => args::read_all("the question")?,
            Some(statement) => statement.to_owned(),
        };
        let desk = session.desk()?;
        let answer = desk.sql(&desk.snapshot()?, &statement)?;
        if let Some(trouble) = desk.cache_trouble() {
            session.say(&format!("answered without the cache: {trouble}"));
        }
        let format = self.format.unwrap_or(match () {
            () if session.everywhere.json => Format::Json,
            () if session.everywhere.quiet => Format::Ids,
            () => Format::Table,
        });
        let column = |name: &String| Column::new(name, Column::ALWAYS);
        let schema = Schema {
            name: "rows".into(),
            version: 1,
            columns: answer.columns.iter().map(column).collect(),
            fields: answer.columns,
        };
        let rows = answer.rows.into_iter().map(|row| Record {
            cells: row.iter().map(cell).collect(),
            values: row.into_iter().map(value).collect(),
        });
        match records::write(
            &mut io::stdout().lock(),
            format,
            &schema,
            rows,
            session.look,
        )? {
            Flow::Done => Ok(()),
            Flow::ReaderGone => Err(CliError::ReaderGone),
        }
    }
}

fn cell(cell: &SqlCell) -> Cell {
    match cell {
        SqlCell::Nothing => Cell::from(String::new()),
        SqlCell::Integer(number) => Cell::from(number.to_string()),
        SqlCell::Real(number) => Cell::from(number.to_string()),
        SqlCell::Text(text) => Cell::from(text.clone()),
    }
}

fn value(cell: SqlCell) -> Value {
    match cell {
        SqlCell::Nothing => Value::Null,
        SqlCell::Integer(number) => json!(number),
        SqlCell::Real(number) => json!(number),
        SqlCell::Text(text) => Value::String(text),
    }
}
