//! A report as CSV: quoted as in RFC 4180, formulas neutralised. A share is
//! three fields: itself, its part and its whole.

use super::Document;
use crate::cli::view::sanitize;
use crate::report::Table;
use crate::report::table::{Cell, Column};
use crate::ticket::value::Value as _;
use std::io;

/// The tables one after the other, an empty line between.
pub(super) fn render(report: &Document) -> io::Result<String> {
    let mut text = String::new();
    for (place, table) in report.tables.iter().enumerate() {
        if place > 0 {
            text.push_str("\r\n");
        }
        text.push_str(&csv(table)?);
    }
    Ok(text)
}

fn csv(table: &Table) -> io::Result<String> {
    let mut writer = ::csv::WriterBuilder::new()
        .terminator(::csv::Terminator::CRLF)
        .from_writer(Vec::new());
    let shape: Vec<Shape> = (0..table.columns.len())
        .map(|place| Shape::of(table.rows.iter().filter_map(|row| row.get(place))))
        .collect();
    let columns = table.columns.iter().zip(&shape);
    let heading = columns.flat_map(|(column, shape)| shape.names(column));
    writer.write_record(heading).map_err(as_io)?;
    for row in &table.rows {
        let cells = row.iter().zip(&shape);
        let fields = cells.flat_map(|(cell, shape)| shape.fields(cell));
        writer.write_record(fields).map_err(as_io)?;
    }
    let bytes = writer.into_inner().map_err(|error| error.into_error())?;
    Ok(String::from_utf8_lossy(&bytes).into_owned())
}

/// How many fields a column is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Shape {
    One,
    /// A part and a whole beside the share of them.
    Parts(&'static str, &'static str),
}

impl Shape {
    fn of<'c>(mut cells: impl Iterator<Item = &'c Cell>) -> Self {
        let parts = |cell: &Cell| match cell {
            Cell::Share(_) => Some(Self::Parts("count", "n")),
            Cell::Ratio(..) => Some(Self::Parts("seconds", "of")),
            _ => None,
        };
        cells.find_map(parts).unwrap_or(Self::One)
    }

    fn names(self, column: &Column) -> Vec<String> {
        let name = &column.name;
        match self {
            Self::One => vec![name.clone()],
            Self::Parts(part, whole) => {
                vec![
                    name.clone(),
                    format!("{name}-{part}"),
                    format!("{name}-{whole}"),
                ]
            }
        }
    }

    fn fields(self, cell: &Cell) -> Vec<String> {
        let field = field(cell);
        match (self, cell) {
            (Self::One, _) => vec![field],
            (Self::Parts(..), Cell::Share(part)) => {
                vec![field, part.count.to_string(), part.n.to_string()]
            }
            (Self::Parts(..), Cell::Ratio(part, whole)) => {
                vec![field, part.to_string(), whole.to_string()]
            }
            (Self::Parts(..), _) => vec![field, String::new(), String::new()],
        }
    }
}

fn field(cell: &Cell) -> String {
    let number = || cell.number().map(|number| number.to_string());
    match cell {
        Cell::Text(text) => sanitize::csv_cell(text).into_owned(),
        Cell::Named(name, _) => (*name).to_owned(),
        Cell::Ticket(id) => id.clone(),
        Cell::Moment(time) => time.text(),
        Cell::Change { by, .. } => by.to_string(),
        _ => number().unwrap_or_default(),
    }
}

fn as_io(error: ::csv::Error) -> io::Error {
    io::Error::other(error)
}
