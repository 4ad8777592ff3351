//! A log as a file: read once to see what is in it, and once to import it.

use super::Importer;
use crate::desk::app::Desk;
use crate::desk::error::DeskError;
use crate::desk::import::Imported;
use crate::exchange::gather::{Attributes, Gatherer};
use crate::exchange::mapping::Format;
use crate::exchange::read::{self, ReadError};
use crate::exchange::row::View;
use crate::exchange::{Conflict, Mapping, Names, Row};
use crate::ticket::text::nearest;
use flate2::read::MultiGzDecoder;
use std::collections::BTreeSet;
use std::fs::File;
use std::io::{BufRead, BufReader};
use std::path::{Path, PathBuf};

/// A log whose rows and columns make sense, and have been counted.
pub struct Log<'a> {
    path: PathBuf,
    mapping: &'a Mapping,
    names: Names,
    attributes: Attributes,
    gatherer: Gatherer,
}

/// How a log is imported.
#[derive(Debug, Clone, Copy)]
pub struct How {
    /// So many rows or more become visible at once, in whole cases.
    pub batch: usize,
    /// Whether nothing is written.
    pub dry_run: bool,
}

impl<'a> Log<'a> {
    /// Reads the log from end to end, and the file that says more of its cases:
    /// the one given, or the one that the mapping names, beside the log.
    ///
    /// # Errors
    /// A file can't be read; a column that the mapping names is not there; a
    /// row has no case, or a time that no format fits. Nothing is written then.
    pub fn survey(
        path: &Path,
        mapping: &'a Mapping,
        attributes: Option<&Path>,
    ) -> Result<Self, DeskError> {
        let mut log = Self {
            path: path.to_owned(),
            mapping,
            names: Names::default(),
            attributes: read_attributes(path, mapping, attributes)?,
            gatherer: Gatherer::default(),
        };
        let (mut names, mut gatherer) = (Names::default(), Gatherer::default());
        rows(path, mapping, &mut names, &mut |names, row| {
            if row.number == 1 && mapping.format == Format::Csv {
                log.check_columns(names)?;
            }
            gatherer.count(log.case_of(names, &row)?);
            log.check_time(names, &row)
        })?;
        log.check_columns(&names)?;
        if gatherer.rows() == 0 {
            return Err(log.wrong("there is no row in it", "see whether it is the right file"));
        }
        (log.names, log.gatherer) = (names, gatherer);
        Ok(log)
    }

    /// Rows in it.
    #[must_use]
    pub fn rows(&self) -> u64 {
        self.gatherer.rows()
    }

    /// Cases in it.
    #[must_use]
    pub fn cases(&self) -> usize {
        self.gatherer.cases()
    }

    /// Imports it. `tell` hears of each conflict, `progress` of the rows read.
    ///
    /// # Errors
    /// As [`Importer::finish`]; or the file has changed.
    pub fn import(
        mut self,
        desk: &Desk,
        how: How,
        tell: &mut dyn FnMut(&Conflict),
        progress: &mut dyn FnMut(u64),
    ) -> Result<Imported, DeskError> {
        let mut gatherer = std::mem::take(&mut self.gatherer);
        let log = (self.mapping, &self.names, &self.attributes);
        let mut importer = Importer::new(desk, log, how.batch, how.dry_run, tell)?;
        let mut names = self.names.clone();
        rows(&self.path, self.mapping, &mut names, &mut |names, row| {
            progress(row.number);
            let case = self.case_of(names, &row)?.to_owned();
            match gatherer.take(&case, row) {
                Some(case) => importer.take(case),
                None => Ok(()),
            }
        })?;
        if !gatherer.is_done() || names.list() != self.names.list() {
            return Err(self.wrong(
                "the file has changed while it was read",
                "run the command again: what is there already is passed over",
            ));
        }
        importer.finish()
    }

    fn wrong(&self, what: &str, hint: &str) -> DeskError {
        DeskError::Log {
            path: self.path.display().to_string(),
            what: what.to_owned(),
            hint: hint.to_owned(),
        }
    }

    fn view<'r>(&'r self, names: &'r Names, row: &'r Row) -> View<'r> {
        View {
            row,
            names,
            more: None,
        }
    }

    fn case_of<'r>(&'r self, names: &'r Names, row: &'r Row) -> Result<&'r str, DeskError> {
        let column = &self.mapping.case;
        self.view(names, row).get(column).ok_or_else(|| {
            let what = format!("row {} has no {column}", row.number);
            self.wrong(&what, "every row needs the number of its ticket")
        })
    }

    fn check_time(&self, names: &Names, row: &Row) -> Result<(), DeskError> {
        let column = &self.mapping.time;
        match self.view(names, row).get(column) {
            Some(text) if self.mapping.moments.read(text).is_none() => {
                let what = format!(
                    "row {}: {column} is {text:?}, which no format fits",
                    row.number
                );
                let hint = "add the format to `time.formats` of the mapping: %d/%m/%Y %H:%M";
                Err(self.wrong(&what, hint))
            }
            _ => Ok(()),
        }
    }

    /// Every column that the mapping names is there.
    fn check_columns(&self, names: &Names) -> Result<(), DeskError> {
        let known: BTreeSet<&str> = names
            .list()
            .iter()
            .chain(self.attributes.names.list())
            .map(String::as_str)
            .collect();
        let missing = self
            .mapping
            .columns()
            .into_iter()
            .find(|column| !known.contains(column));
        let Some(missing) = missing else {
            return Ok(());
        };
        let hint = match nearest(missing, known.iter().copied()) {
            Some(near) => format!("did you mean {near}?"),
            None => {
                let known: Vec<&str> = known.into_iter().collect();
                format!("its columns are: {}", known.join(", "))
            }
        };
        let what = format!("it has no column {missing}, which the mapping names");
        Err(self.wrong(&what, &hint))
    }
}

fn read_attributes(
    log: &Path,
    mapping: &Mapping,
    given: Option<&Path>,
) -> Result<Attributes, DeskError> {
    let mut attributes = Attributes::default();
    let Some((file, column)) = &mapping.attributes else {
        return match given {
            None => Ok(attributes),
            Some(path) => Err(DeskError::Log {
                path: path.display().to_string(),
                what: "the mapping does not say what a second file is for".into(),
                hint: "add to it: attributes: {file: NAME, case: COLUMN}".into(),
            }),
        };
    };
    let path = given.map_or_else(|| log.with_file_name(file), Path::to_owned);
    let mut names = Names::default();
    let place = path.display().to_string();
    rows(&path, mapping, &mut names, &mut |names, row| {
        let case = names.place(column).and_then(|place| row.at(place));
        let case = case.map(str::to_owned).ok_or_else(|| DeskError::Log {
            path: place.clone(),
            what: format!("row {} has no {column}", row.number),
            hint: "see `attributes.case` of the mapping".into(),
        })?;
        attributes.rows.insert(case, row);
        Ok(())
    })?;
    attributes.names = names;
    Ok(attributes)
}

/// Hands on the rows of a file.
fn rows(
    path: &Path,
    mapping: &Mapping,
    names: &mut Names,
    each: &mut dyn FnMut(&Names, Row) -> Result<(), DeskError>,
) -> Result<(), DeskError> {
    let io = |error| DeskError::Io {
        what: path.display().to_string(),
        error,
    };
    let mut input = open(path).map_err(io)?;
    let read = read::rows::<Stopped>(mapping, &mut *input, names, &mut |names, row| {
        each(names, row).map_err(Stopped::Desk)
    });
    read.map_err(|stopped| match stopped {
        Stopped::Desk(error) => error,
        Stopped::Read(error) => DeskError::Log {
            path: path.display().to_string(),
            what: error.to_string(),
            hint: error.hint,
        },
    })
}

/// Why reading ended early.
enum Stopped {
    Read(ReadError),
    Desk(DeskError),
}

impl From<ReadError> for Stopped {
    fn from(error: ReadError) -> Self {
        Self::Read(error)
    }
}

/// The file as a stream, unpacked where it is packed.
fn open(path: &Path) -> std::io::Result<Box<dyn BufRead>> {
    let mut file = BufReader::with_capacity(1 << 16, File::open(path)?);
    let is_gzip = file.fill_buf()?.starts_with(&[0x1f, 0x8b]);
    Ok(match is_gzip {
        true => Box::new(BufReader::with_capacity(1 << 16, MultiGzDecoder::new(file))),
        false => Box::new(file),
    })
}
