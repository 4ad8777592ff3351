//! What people see: one place that cleans text, one that renders a table, one
//! implementation per output format.
//!
//! Everything here is handed its facts (width, colour, time, zone) and reads
//! no environment, so that the same input always gives the same output. The
//! pager is the exception: it runs a program.

pub mod age;
pub mod clocks;
pub mod pager;
pub mod people;
pub mod policy;
pub mod preview;
pub mod records;
pub mod report;
pub mod sanitize;
pub mod sheet;
pub mod style;
pub mod table;
pub mod ticket;
pub mod wrap;

/// Whether the reader of our output is still there.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[must_use = "writing on after the reader has gone is wasted work"]
pub enum Flow {
    /// Everything was written.
    Done,
    /// The reader closed the pipe (`desk list | head`): not an error, but
    /// there is no point in writing more.
    ReaderGone,
}

impl Flow {
    /// Reads the outcome of writing, a closed pipe being a quiet stop.
    ///
    /// # Errors
    /// Every error of `result` that is not a broken pipe.
    pub fn of(result: std::io::Result<()>) -> std::io::Result<Self> {
        match result {
            Ok(()) => Ok(Self::Done),
            Err(error) if error.kind() == std::io::ErrorKind::BrokenPipe => Ok(Self::ReaderGone),
            Err(error) => Err(error),
        }
    }
}
