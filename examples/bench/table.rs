//! The figures as people and programs read them.

use crate::machine::Machine;
use crate::row::Row;
use crate::sample::Figures;
use serde::Serialize;
use std::fmt::Write as _;

/// A run of the bench: the shape of its JSON.
#[derive(Debug, Serialize)]
pub(crate) struct Run {
    /// Of this shape.
    pub(crate) version: u32,
    pub(crate) machine: Machine,
    pub(crate) quick: bool,
    /// A debug build measures nothing of worth.
    pub(crate) optimised: bool,
    pub(crate) desks: Vec<Measured>,
}

/// The rows of one desk.
#[derive(Debug, Serialize)]
pub(crate) struct Measured {
    pub(crate) tickets: u64,
    pub(crate) events: u64,
    pub(crate) commits: u64,
    pub(crate) packed_bytes: u64,
    pub(crate) rows: Vec<Row>,
}

const HEADINGS: [&str; 6] = ["work", "target", "measured", "", "desk, ms", "beside, ms"];

/// What a reader must know to judge the figures.
const NOTES: &str = "\
Whole processes; medians (fastest–slowest) of runs that took turns, after a
warm-up. `git add + commit` is the two commands on a copy of the desk, with git's
own defaults of syncing and no automatic gc; writing the file is not counted.
`git fast-import` writes the commits that desk made and checks nothing out. A
verdict in brackets is of a desk that the target is not stated for (100,000
tickets; for reports 25,000).
";

impl Run {
    /// As Markdown, aligned for terminals too.
    pub(crate) fn markdown(&self) -> String {
        let mut text = format!("{}\n", self.machine.line());
        if self.quick {
            text.push_str("\nA quick run: few runs of each, so expect noise.\n");
        }
        if !self.optimised {
            text.push_str("\nThe bench itself is a debug build.\n");
        }
        for desk in &self.desks {
            let _ = write!(
                text,
                "\n### {} tickets\n\n{} events, {} commits, {} MiB packed\n\n",
                grouped(desk.tickets),
                grouped(desk.events),
                grouped(desk.commits),
                desk.packed_bytes >> 20
            );
            text.push_str(&aligned(&desk.rows));
        }
        text.push('\n');
        text.push_str(NOTES);
        text
    }
}

fn aligned(rows: &[Row]) -> String {
    let mut lines = vec![HEADINGS.map(str::to_owned)];
    lines.extend(rows.iter().map(|row| {
        let beside = row
            .beside
            .as_ref()
            .map(|beside| format!("{} {}", beside.what, times(beside.time)));
        let beside = [beside, row.note.clone()].into_iter().flatten();
        [
            row.work.clone(),
            row.target(),
            row.value(),
            row.verdict.word().to_owned(),
            row.desk.map_or("–".to_owned(), times),
            beside.collect::<Vec<_>>().join("; "),
        ]
    }));
    let width = |column: usize| {
        let cells = lines.iter().map(|line| line[column].chars().count());
        cells.max().unwrap_or(0)
    };
    let widths: [usize; 6] = std::array::from_fn(width);
    let mut text = String::new();
    for (index, line) in lines.iter().enumerate() {
        for (cell, width) in line.iter().zip(widths) {
            let _ = write!(text, "| {cell:width$} ");
        }
        text.push_str("|\n");
        if index == 0 {
            for width in widths {
                let _ = write!(text, "|{}", "-".repeat(width + 2));
            }
            text.push_str("|\n");
        }
    }
    text
}

/// `4.71 (4.52–6.03)`, with as many digits as mean something.
fn times(figures: Figures) -> String {
    let digits = match figures.median {
        median if median < 1.0 => 3,
        median if median < 10.0 => 2,
        median if median < 100.0 => 1,
        _ => 0,
    };
    let Figures {
        median, min, max, ..
    } = figures;
    format!("{median:.digits$} ({min:.digits$}–{max:.digits$})")
}

/// `100,000`.
pub(crate) fn grouped(number: u64) -> String {
    let digits = number.to_string();
    let mut text = String::new();
    for (index, digit) in digits.chars().enumerate() {
        if index > 0 && (digits.len() - index).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    text
}
