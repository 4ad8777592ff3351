//! A report for people at a terminal: tables with bars and sparklines.

use super::Document;
use super::cell;
use crate::cli::view::records::Look;
use crate::cli::view::sanitize;
use crate::cli::view::style::Tone;
use crate::cli::view::table::{self, Column};
use crate::cli::view::wrap::wrap;
use crate::report::Table;
use crate::report::table::{Cell, Chart};
use std::fmt::Write as _;

/// The longest bar, in columns of the terminal.
const BAR: usize = 20;

/// Steps of a sparkline, from low to high.
const SPARKS: [char; 8] = ['▁', '▂', '▃', '▄', '▅', '▆', '▇', '█'];

/// The whole report.
pub(super) fn render(report: &Document, look: Look) -> String {
    let paint = |text: &str, tone: Tone| look.style.paint(text, tone).into_owned();
    let mut about = report.about().into_iter();
    let mut text = format!(
        "{}  {}\n",
        paint(&report.heading(), Tone::Strong),
        sanitize::line(&about.next().unwrap_or_default())
    );
    for line in about {
        let _ = writeln!(text, "{}", paint(&sanitize::line(&line), Tone::Dim));
    }
    if !report.notes.is_empty() {
        text.push('\n');
    }
    for note in &report.notes {
        told(&mut text, note, 0, look);
    }
    for table in &report.tables {
        text.push('\n');
        let _ = writeln!(
            text,
            "{}",
            paint(&sanitize::line(&table.title), Tone::Heading)
        );
        text.push_str(&body(report, table, look));
        for note in &table.notes {
            told(&mut text, note, 2, look);
        }
    }
    if let Some(omitted) = report.omitted() {
        let _ = writeln!(text, "\n{}", paint(&omitted, Tone::Dim));
    }
    text
}

/// A sentence, wrapped.
fn told(text: &mut String, note: &str, indent: usize, look: Look) {
    let width = look.width.unwrap_or(usize::MAX);
    for line in wrap(&sanitize::line(note), width, indent).lines() {
        let words = look.style.paint(line.trim_start(), Tone::Dim);
        let _ = writeln!(text, "{}{words}", " ".repeat(indent));
    }
}

fn body(report: &Document, table: &Table, look: Look) -> String {
    if table.rows.is_empty() {
        return format!("  {}\n", look.style.paint("none", Tone::Dim));
    }
    let mut columns: Vec<Column> = Vec::new();
    for (place, column) in table.columns.iter().enumerate() {
        let mut shown = Column::new(&column.title, column.keep);
        let cells = table.rows.iter().filter_map(|row| row.get(place));
        let figures = cells.clone().any(cell::is_figure);
        if figures {
            shown = shown.right();
        } else if cells
            .clone()
            .any(|cell| matches!(cell, Cell::Text(text) if text.len() > 24))
        {
            shown = shown.growing(16);
        }
        columns.push(shown);
    }
    let picture = pictures(table);
    if picture.is_some() {
        columns.push(Column::new("", 20));
    }
    let mut drawn = table::Table::new(columns);
    let most = most_heat(table);
    for (place, row) in table.rows.iter().enumerate() {
        let mut cells: Vec<table::Cell> = row
            .iter()
            .enumerate()
            .map(|(place, cell)| look_of(cell, place, shade(cell, most), report))
            .collect();
        if let Some(picture) = &picture {
            cells.push(table::Cell::new(
                picture.get(place).cloned().unwrap_or_default(),
                Tone::Accent,
            ));
        }
        drawn.push(cells);
    }
    let headed = table.columns.iter().any(|column| !column.title.is_empty());
    let text = drawn.render(look.width, look.style);
    let lines = text.lines().skip(usize::from(!headed));
    let mut text: String = lines.map(|line| format!("{line}\n")).collect();
    text.push_str(&sparks(table, look));
    text
}

fn look_of(cell: &Cell, place: usize, shade: &str, report: &Document) -> table::Cell {
    let text = sanitize::line(&cell::text(cell, report)).into_owned() + shade;
    let tone = match cell {
        Cell::Nothing | Cell::Count(0) => Tone::Dim,
        Cell::Ticket(_) => Tone::Accent,
        Cell::Change {
            better: Some(true), ..
        } => Tone::Good,
        Cell::Change {
            better: Some(false),
            ..
        } => Tone::Bad,
        _ if place == 1 && cell::is_figure(cell) => Tone::Strong,
        _ => Tone::Plain,
    };
    table::Cell::new(text, tone)
}

/// The largest number of a table of heat; none of other tables.
fn most_heat(table: &Table) -> Option<f64> {
    let most = table.heaviest();
    (table.chart == Chart::Heat && most > 0.0).then_some(most)
}

/// How dark a number is beside the largest.
fn shade(cell: &Cell, most: Option<f64>) -> &'static str {
    const SHADES: [&str; 5] = ["  ", " ░", " ▒", " ▓", " █"];
    match (most, cell) {
        (None, _) | (_, Cell::Text(_)) => "",
        (Some(most), cell) => {
            let share = cell.number().unwrap_or_default() / most;
            SHADES[((share * 4.0).ceil() as usize).min(4)]
        }
    }
}

/// A bar for each row, where the table is one of bars.
fn pictures(table: &Table) -> Option<Vec<String>> {
    let Chart::Bars(column) = table.chart else {
        return None;
    };
    let numbers: Vec<f64> = table
        .rows
        .iter()
        .map(|row| row.get(column).and_then(Cell::number).unwrap_or_default())
        .collect();
    let most = numbers.iter().copied().fold(0.0, f64::max);
    if most <= 0.0 || table.rows.len() < 2 {
        return None;
    }
    let bar = |number: &f64| "█".repeat((number / most * BAR as f64).ceil() as usize);
    Some(numbers.iter().map(bar).collect())
}

/// A sparkline for each column of counts, where the table is one of lines.
fn sparks(table: &Table, look: Look) -> String {
    if table.chart != Chart::Lines || table.rows.len() < 3 {
        return String::new();
    }
    let mut text = String::new();
    for (place, column) in table.columns.iter().enumerate().skip(1) {
        let numbers: Vec<Option<f64>> = table
            .rows
            .iter()
            .map(|row| row.get(place).and_then(Cell::number))
            .collect();
        let known = || numbers.iter().flatten().copied();
        let (low, high) = (
            known().fold(f64::INFINITY, f64::min).min(0.0),
            known().fold(f64::NEG_INFINITY, f64::max),
        );
        if !low.is_finite() || !high.is_finite() || high <= low {
            continue;
        }
        let spark = |number: &Option<f64>| match number {
            None => ' ',
            Some(number) => {
                let step = ((number - low) / (high - low) * 7.0).round() as usize;
                SPARKS[step.min(7)]
            }
        };
        let width = look
            .width
            .map_or(usize::MAX, |width| width.saturating_sub(30));
        let skipped = numbers.len().saturating_sub(width.max(10));
        let line: String = numbers.iter().skip(skipped).map(spark).collect();
        let _ = writeln!(
            text,
            "  {}  {}",
            look.style.paint(&line, Tone::Accent),
            look.style.paint(&column.title, Tone::Dim)
        );
    }
    text
}
