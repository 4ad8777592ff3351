//! CSV with a header.

use super::{BufRead, Names, ReadError, Row};
use ::csv::{ErrorKind, ReaderBuilder, StringRecord};

pub(super) fn rows<E: From<ReadError>>(
    delimiter: u8,
    input: &mut dyn BufRead,
    names: &mut Names,
    each: &mut dyn FnMut(&Names, Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = ReaderBuilder::new().delimiter(delimiter).from_reader(input);
    let header = reader.headers().map_err(explain)?.clone();
    let mut places = Vec::with_capacity(header.len());
    for (place, name) in header.iter().enumerate() {
        // Programs for Windows write a mark at the start that says UTF-8.
        let name = match place {
            0 => name.trim_start_matches('\u{feff}'),
            _ => name,
        };
        let name = name.trim();
        if names
            .place(name)
            .is_some_and(|there| places.contains(&there))
        {
            let what = format!("two columns are called {name}");
            return Err(ReadError::new(1, what, "rename one of them in the file").into());
        }
        places.push(names.intern(name));
    }
    let mut record = StringRecord::new();
    while reader.read_record(&mut record).map_err(explain)? {
        let mut row = Row::default();
        for (place, value) in places.iter().zip(&record) {
            row.put(*place, value.to_owned());
        }
        each(names, row)?;
    }
    Ok(())
}

fn explain(error: ::csv::Error) -> ReadError {
    let line = error.position().map_or(1, ::csv::Position::line);
    match error.kind() {
        ErrorKind::Io(error) => ReadError::io(line, error),
        ErrorKind::Utf8 { .. } => ReadError::encoding(line),
        ErrorKind::UnequalLengths {
            expected_len, len, ..
        } => ReadError::new(
            line,
            format!("the row has {len} columns and the header {expected_len}"),
            "see whether `delimiter` is right, and quotes are closed",
        ),
        _ => ReadError::new(line, &error, "see whether the file is CSV"),
    }
}
