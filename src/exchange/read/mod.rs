//! Files of logs → rows, as a stream.

mod csv;
mod ndjson;
mod xes;

use super::mapping::{Format, Mapping};
use super::row::{Names, Row};
use std::io::{self, BufRead};

/// A log that can't be read, and where.
#[derive(Debug, thiserror::Error)]
#[error("line {line}: {what}")]
pub struct ReadError {
    /// The line of the file, from 1.
    pub line: u64,
    /// What was found.
    pub what: String,
    /// What to do about it.
    pub hint: String,
}

impl ReadError {
    fn new(line: u64, what: impl ToString, hint: &str) -> Self {
        Self {
            line,
            what: what.to_string(),
            hint: hint.to_owned(),
        }
    }

    fn io(line: u64, error: &io::Error) -> Self {
        Self::new(line, error, "see whether the file is whole: gzip -t FILE")
    }

    fn encoding(line: u64) -> Self {
        Self::new(
            line,
            "not UTF-8",
            "convert the file: iconv -f windows-1252 -t utf-8 FILE > NEW",
        )
    }
}

/// Hands on each row of a log, with the columns met so far.
///
/// # Errors
/// [`ReadError`] where the file can't be read, and whatever `each` returns.
pub fn rows<E: From<ReadError>>(
    mapping: &Mapping,
    input: &mut dyn BufRead,
    names: &mut Names,
    each: &mut dyn FnMut(&Names, Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut number = 0;
    let mut each = |names: &Names, mut row: Row| {
        number += 1;
        row.number = number;
        for value in &mut row.values {
            if mapping.missing.contains(value.as_str()) || value.trim().is_empty() {
                value.clear();
            }
        }
        each(names, row)
    };
    match mapping.format {
        Format::Csv => csv::rows(mapping.delimiter, input, names, &mut each),
        Format::Ndjson => ndjson::rows(input, names, &mut each),
        Format::Xes => xes::rows(input, names, &mut each),
    }
}

#[cfg(test)]
mod tests;
