//! Figures in rows and columns, typed: every format of `desk report` renders
//! the same tables.

use super::figure::Part;
use crate::ticket::Timestamp;
use crate::ticket::value::Value as _;
use serde_json::{Value, json};

/// A table of a report.
#[derive(Debug, Clone, PartialEq)]
pub struct Table {
    /// Its name in JSON: `by-level`.
    pub name: &'static str,
    /// Its heading.
    pub title: String,
    /// From left to right; the first says what a row is about.
    pub columns: Vec<Column>,
    /// From top to bottom, a cell for each column.
    pub rows: Vec<Vec<Cell>>,
    /// The picture that shows it best.
    pub chart: Chart,
    /// What readers must know, in sentences.
    pub notes: Vec<String>,
    /// How many rows people are shown; none for all. Programs get all.
    pub most: Option<usize>,
}

/// A column.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Column {
    /// Its name in JSON and CSV: `time-to-resolve`.
    pub name: String,
    /// Its heading.
    pub title: String,
    /// Importance: where room is short, the column with the lowest goes first.
    /// [`Column::ALWAYS`] never goes.
    pub keep: u8,
}

/// A value.
#[derive(Debug, Clone, PartialEq)]
pub enum Cell {
    /// Nothing was counted, or there is nothing to say.
    Nothing,
    /// Words. Those of strangers among them: whoever prints them cleans them.
    Text(String),
    /// Something with a name for machines and a title for people.
    Named(&'static str, &'static str),
    /// A ticket, by its id.
    Ticket(String),
    /// A whole number.
    Count(i64),
    /// A number.
    Number(f64),
    /// A part of a whole.
    Share(Part),
    /// A part of a time: seconds of the part and the whole.
    Ratio(i64, i64),
    /// Seconds of the clock on the wall.
    Seconds(i64),
    /// Open seconds of a calendar: hours and no days, of which nobody could say
    /// how long they are.
    Open(i64),
    /// Hundredths of the desk's currency.
    Money(i64),
    /// A moment.
    Moment(Timestamp),
    /// A change against before: by how much of itself a number grew, by how
    /// many hundredths a share did; and whether that is better, if either.
    Change {
        /// New less old, as a part of the old; for shares the difference.
        by: f64,
        /// Whether it is a difference of shares: percentage points.
        points: bool,
        /// Whether that is better; none where it is neither.
        better: Option<bool>,
    },
}

/// The picture that shows a table best.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Chart {
    /// None.
    #[default]
    None,
    /// A bar for each row, of the numbers of that column.
    Bars(usize),
    /// Lines over the rows, which are in the order of time, of the numbers of
    /// all columns that are counts.
    Lines,
    /// A shade for each number: rows by columns.
    Heat,
}

impl Column {
    /// The importance of a column that is shown at every width.
    pub const ALWAYS: u8 = u8::MAX;

    /// A column that always stays.
    #[must_use]
    pub fn new(name: &str, title: &str) -> Self {
        Self {
            name: name.to_owned(),
            title: title.to_owned(),
            keep: Self::ALWAYS,
        }
    }

    /// Sets how important it is.
    #[must_use]
    pub fn keep(mut self, keep: u8) -> Self {
        self.keep = keep;
        self
    }
}

impl Cell {
    /// Text, or nothing.
    #[must_use]
    pub fn maybe(text: Option<String>) -> Self {
        text.map_or(Self::Nothing, Self::Text)
    }

    /// How many there are.
    #[must_use]
    pub fn count(count: usize) -> Self {
        Self::Count(i64::try_from(count).unwrap_or(i64::MAX))
    }

    /// The number that a chart draws; none where there is none.
    #[must_use]
    pub fn number(&self) -> Option<f64> {
        // Figures stay far below the 2^53 that f64 holds exactly.
        match self {
            Self::Count(number) | Self::Seconds(number) | Self::Open(number) => {
                Some(*number as f64)
            }
            Self::Money(hundredths) => Some(*hundredths as f64 / 100.0),
            Self::Number(number) => Some(*number),
            Self::Share(part) => part.share(),
            Self::Ratio(part, whole) => (*whole > 0).then(|| *part as f64 / *whole as f64),
            Self::Nothing
            | Self::Text(_)
            | Self::Named(..)
            | Self::Ticket(_)
            | Self::Moment(_)
            | Self::Change { .. } => None,
        }
    }

    /// As in JSON: a share is an object of `count`, `n` and `share`, a ratio one
    /// of `seconds`, `of` and `share`, money a number of whole units.
    #[must_use]
    pub fn to_json(&self) -> Value {
        match self {
            Self::Nothing => Value::Null,
            Self::Text(text) => json!(text),
            Self::Named(name, _) => json!(name),
            Self::Ticket(id) => json!(id),
            Self::Count(number) | Self::Seconds(number) | Self::Open(number) => json!(number),
            Self::Number(number) => json!(number),
            Self::Share(part) => json!({
                "count": part.count, "n": part.n, "share": part.share(),
            }),
            Self::Ratio(part, whole) => json!({
                "seconds": part, "of": whole, "share": self.number(),
            }),
            Self::Money(hundredths) => match hundredths % 100 {
                0 => json!(hundredths / 100),
                _ => json!(*hundredths as f64 / 100.0),
            },
            Self::Moment(time) => json!(time.text()),
            Self::Change { by, .. } => json!(by),
        }
    }
}

impl Table {
    /// A table without rows.
    #[must_use]
    pub fn new(name: &'static str, title: impl Into<String>, columns: Vec<Column>) -> Self {
        Self {
            name,
            title: title.into(),
            columns,
            rows: Vec::new(),
            chart: Chart::None,
            notes: Vec::new(),
            most: None,
        }
    }

    /// Adds a row.
    pub fn push(&mut self, row: Vec<Cell>) {
        self.rows.push(row);
    }

    /// With a picture.
    #[must_use]
    pub fn chart(mut self, chart: Chart) -> Self {
        self.chart = chart;
        self
    }

    /// With no more rows than that for people.
    #[must_use]
    pub fn most(mut self, most: usize) -> Self {
        self.most = Some(most);
        self
    }

    /// With a sentence that readers must know.
    #[must_use]
    pub fn note(mut self, note: impl Into<String>) -> Self {
        self.notes.push(note.into());
        self
    }

    /// As in JSON: `title`, `columns` in order, `rows` as objects, `notes`.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let names: Vec<&str> = self.columns.iter().map(|one| one.name.as_str()).collect();
        let row = |row: &Vec<Cell>| -> Value {
            let cells = row.iter().map(Cell::to_json);
            let fields = names.iter().map(|name| (*name).to_owned()).zip(cells);
            Value::Object(fields.collect())
        };
        json!({
            "title": self.title,
            "columns": names,
            "rows": self.rows.iter().map(row).collect::<Vec<_>>(),
            "notes": self.notes,
        })
    }

    /// The largest number of those that the picture is of; 0 without one.
    #[must_use]
    pub fn heaviest(&self) -> f64 {
        let pictured = |place: usize| match self.chart {
            Chart::Bars(column) => self.rows.len() > 1 && column == place,
            Chart::Heat => place > 0,
            Chart::None | Chart::Lines => false,
        };
        let cells = self.rows.iter().flat_map(|row| row.iter().enumerate());
        let numbers = cells.filter_map(|(place, cell)| cell.number().filter(|_| pictured(place)));
        numbers.fold(0.0, f64::max)
    }
}

/// "24,918".
#[must_use]
pub fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match number < 0 {
        true => format!("-{text}"),
        false => text,
    }
}

/// How many there are, as titles and notes say it: "24,918".
#[must_use]
pub fn many(count: usize) -> String {
    grouped(i64::try_from(count).unwrap_or(i64::MAX))
}
