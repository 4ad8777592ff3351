//! XES: attributes of an event are columns, those of its trace columns that
//! begin with `case:`. Attributes of attributes are passed over.

use super::{BufRead, Names, ReadError, Row};
use quick_xml::Reader;
use quick_xml::events::{BytesStart, Event};

/// What an element is part of.
#[derive(Default)]
struct Place {
    in_trace: bool,
    in_event: bool,
    /// Elements open below the trace or the event.
    depth: usize,
}

pub(super) fn rows<E: From<ReadError>>(
    input: &mut dyn BufRead,
    names: &mut Names,
    each: &mut dyn FnMut(&Names, Row) -> Result<(), E>,
) -> Result<(), E> {
    let mut reader = Reader::from_reader(Lines { input, line: 1 });
    let mut buffer = Vec::new();
    let mut place = Place::default();
    let (mut trace, mut row) = (Row::default(), Row::default());
    let mut seen_log = false;
    loop {
        buffer.clear();
        let event = reader.read_event_into(&mut buffer);
        let line = reader.get_ref().line;
        let hint = "see whether the file is XES, and whole";
        let event = event.map_err(|error| ReadError::new(line, error, hint))?;
        match event {
            Event::Start(start) => match start.local_name().as_ref() {
                "log" => seen_log = true,
                "trace" => {
                    place = Place {
                        in_trace: true,
                        ..Place::default()
                    };
                    trace = Row::default();
                }
                "event" if place.in_trace => {
                    place.in_event = true;
                    place.depth = 0;
                    row = trace.clone();
                }
                _ if place.in_trace => {
                    if place.depth == 0 {
                        take(&start, &place, names, &mut trace, &mut row, line)?;
                    }
                    place.depth += 1;
                }
                _ => {}
            },
            Event::Empty(start) if place.in_trace && start.local_name().as_ref() == "event" => {
                each(names, trace.clone())?;
            }
            Event::Empty(start) if place.in_trace && place.depth == 0 => {
                take(&start, &place, names, &mut trace, &mut row, line)?;
            }
            Event::End(end) => match end.local_name().as_ref() {
                "trace" => place = Place::default(),
                "event" if place.in_event => {
                    place.in_event = false;
                    place.depth = 0;
                    each(names, std::mem::take(&mut row))?;
                }
                _ => place.depth = place.depth.saturating_sub(1),
            },
            Event::Eof if place.in_trace || !seen_log => {
                let what = match seen_log {
                    true => "the file ends within a trace",
                    false => "there is no log in it",
                };
                return Err(ReadError::new(line, what, hint).into());
            }
            Event::Eof => return Ok(()),
            _ => {}
        }
    }
}

/// Takes an attribute: `<string key="…" value="…"/>`.
fn take(
    element: &BytesStart<'_>,
    place: &Place,
    names: &mut Names,
    trace: &mut Row,
    row: &mut Row,
    line: u64,
) -> Result<(), ReadError> {
    let (mut key, mut value) = (None, None);
    for attribute in element.attributes() {
        let hint = "see whether the file is XES";
        let wrong = |error: String| ReadError::new(line, error, hint);
        let attribute = attribute.map_err(|error| wrong(error.to_string()))?;
        let text = quick_xml::escape::unescape(&attribute.value)
            .map_err(|error| wrong(error.to_string()))?;
        match attribute.key.as_ref() {
            "key" => key = Some(text.into_owned()),
            "value" => value = Some(text.into_owned()),
            _ => {}
        }
    }
    // Lists and containers have no value of their own.
    let (Some(key), Some(value)) = (key, value) else {
        return Ok(());
    };
    match place.in_event {
        true => row.put(names.intern(&key), value),
        false => trace.put(names.intern(&format!("case:{key}")), value),
    }
    Ok(())
}

/// A stream that knows its line.
struct Lines<'a> {
    input: &'a mut dyn BufRead,
    line: u64,
}

impl std::io::Read for Lines<'_> {
    fn read(&mut self, buffer: &mut [u8]) -> std::io::Result<usize> {
        let read = self.input.read(buffer)?;
        self.count(&buffer[..read]);
        Ok(read)
    }
}

impl Lines<'_> {
    fn count(&mut self, bytes: &[u8]) {
        self.line += bytes.iter().filter(|byte| **byte == b'\n').count() as u64;
    }
}

impl BufRead for Lines<'_> {
    fn fill_buf(&mut self) -> std::io::Result<&[u8]> {
        self.input.fill_buf()
    }

    fn consume(&mut self, amount: usize) {
        if let Ok(bytes) = self.input.fill_buf() {
            let lines = bytes.iter().take(amount).filter(|byte| **byte == b'\n');
            self.line += lines.count() as u64;
        }
        self.input.consume(amount);
    }
}
