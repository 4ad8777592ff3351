//! One JSON object a line. Objects within it are columns `a.b`; lists of texts
//! are joined with `;`, members of other lists are columns `a.0`.

use super::{BufRead, Names, ReadError, Row};
use serde_json::Value;

/// Longest line.
const LONGEST: usize = 16 << 20;

pub(super) fn rows<E: From<ReadError>>(
    input: &mut dyn BufRead,
    names: &mut Names,
    each: &mut dyn FnMut(&Names, Row) -> Result<(), E>,
) -> Result<(), E> {
    let (mut number, mut line) = (0, Vec::new());
    loop {
        number += 1;
        line.clear();
        let mut limited = std::io::Read::take(&mut *input, LONGEST as u64);
        let read = limited
            .read_until(b'\n', &mut line)
            .map_err(|error| ReadError::io(number, &error))?;
        if read == 0 {
            return Ok(());
        }
        if read == LONGEST {
            let hint = "write one object a line: jq -c '.[]' FILE > NEW";
            return Err(ReadError::new(number, "the line is longer than 16 MiB", hint).into());
        }
        let text = std::str::from_utf8(&line).map_err(|_| ReadError::encoding(number))?;
        let text = text.trim_start_matches('\u{feff}').trim();
        if text.is_empty() {
            continue;
        }
        let hint = "write one object a line: jq -c '.[]' FILE > NEW";
        let object: Value = serde_json::from_str(text)
            .map_err(|error| ReadError::new(number, format!("not JSON: {error}"), hint))?;
        if !object.is_object() {
            return Err(ReadError::new(number, "not an object", hint).into());
        }
        let mut row = Row::default();
        flatten("", object, names, &mut row);
        each(names, row)?;
    }
}

fn flatten(name: &str, value: Value, names: &mut Names, row: &mut Row) {
    let below = |part: &str| match name {
        "" => part.to_owned(),
        name => format!("{name}.{part}"),
    };
    let text = match value {
        Value::Object(map) => {
            for (part, value) in map {
                flatten(&below(&part), value, names, row);
            }
            return;
        }
        Value::Array(items) if items.iter().any(|item| item.is_array() || item.is_object()) => {
            for (part, value) in items.into_iter().enumerate() {
                flatten(&below(&part.to_string()), value, names, row);
            }
            return;
        }
        Value::Array(items) => {
            let items: Vec<String> = items.into_iter().map(plain).collect();
            items.join(";")
        }
        value => plain(value),
    };
    row.put(names.intern(name), text);
}

fn plain(value: Value) -> String {
    match value {
        Value::Null => String::new(),
        Value::String(text) => text,
        other => other.to_string(),
    }
}
