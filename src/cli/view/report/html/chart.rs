//! Pictures of a table, as SVG. Places along the width are parts of it, so that
//! a picture is as wide as its room and its words stay as large as they are.

use super::{cell, escape};
use crate::report::Table;
use crate::report::table::{Cell, grouped};
use std::fmt::Write as _;

/// The height of a plot, in pixels.
const HEIGHT: f64 = 170.0;

/// Space above the plot, for half a line of words.
const ABOVE: f64 = 8.0;

/// The width that points of a line are counted in.
const WIDTH: f64 = 1_000.0;

/// Most lines in one plot: as many as there are colours and dashes.
const MOST_LINES: usize = 4;

/// Lines that differ by more are told apart in plots of their own.
const APART: f64 = 6.0;

/// Dots stand on lines of no more points than this.
const MOST_DOTS: usize = 62;

/// Names below a plot, at most; odd, so that one is in the middle.
const MOST_NAMES: usize = 7;

/// A bar beside a number, which it repeats: nothing for ears.
pub(super) fn bar(part: f64) -> String {
    let width = (part * 100.0).clamp(0.0, 100.0);
    format!(
        "<svg class=\"bar\" aria-hidden=\"true\" viewBox=\"0 0 100 10\" preserveAspectRatio=\"none\">\
         <rect width=\"{width:.1}\" height=\"10\"/></svg>"
    )
}

/// What the numbers of a line are.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Unit {
    Count,
    Number,
    Share,
    Seconds,
    Open,
    Money,
}

impl Unit {
    fn of(cell: &Cell) -> Option<Self> {
        match cell {
            Cell::Count(_) => Some(Self::Count),
            Cell::Number(_) => Some(Self::Number),
            Cell::Share(_) | Cell::Ratio(..) => Some(Self::Share),
            Cell::Seconds(_) => Some(Self::Seconds),
            Cell::Open(_) => Some(Self::Open),
            Cell::Money(_) => Some(Self::Money),
            _ => None,
        }
    }

    fn told(self, number: f64) -> String {
        match self {
            Self::Count => grouped(number as i64),
            Self::Number => cell::decimal(number),
            Self::Share => format!("{:.0} %", number * 100.0),
            Self::Seconds => cell::seconds(number as i64),
            Self::Open => cell::open(number as i64),
            Self::Money => cell::money((number * 100.0).round() as i64),
        }
    }

    /// The distance of the lines of a grid over so much.
    fn step(self, over: f64) -> f64 {
        let rough = over / 4.0;
        // Times of the clock in days and weeks, open time in hours.
        let steps: &[f64] = match self {
            Self::Seconds => &[
                60.0,
                300.0,
                900.0,
                1_800.0,
                3_600.0,
                7_200.0,
                14_400.0,
                28_800.0,
                86_400.0,
                172_800.0,
                604_800.0,
                1_209_600.0,
            ],
            Self::Open => &[
                60.0, 300.0, 900.0, 1_800.0, 3_600.0, 7_200.0, 18_000.0, 36_000.0, 72_000.0,
                180_000.0, 360_000.0,
            ],
            _ => &[],
        };
        if let Some(step) = steps.iter().find(|step| **step >= rough) {
            return *step;
        }
        let unit = 10_f64.powf(rough.log10().floor());
        let steps = [1.0, 2.0, 2.5, 5.0, 10.0].map(|step| step * unit);
        let step = steps.into_iter().find(|step| *step >= rough);
        let step = step.unwrap_or(rough);
        // There is no half ticket.
        if self == Self::Count {
            step.max(1.0).ceil()
        } else {
            step
        }
    }
}

/// A line: a column of the table.
struct Line<'t> {
    title: &'t str,
    unit: Unit,
    numbers: Vec<Option<f64>>,
}

impl<'t> Line<'t> {
    fn of(table: &'t Table, place: usize) -> Option<Self> {
        let cells = || table.rows.iter().map(|row| row.get(place));
        Some(Self {
            title: &table.columns.get(place)?.title,
            unit: cells().flatten().find_map(Unit::of)?,
            numbers: cells().map(|cell| cell.and_then(Cell::number)).collect(),
        })
    }

    fn known(&self) -> impl Iterator<Item = f64> {
        self.numbers.iter().flatten().copied()
    }

    fn largest(&self) -> f64 {
        self.known().map(f64::abs).fold(0.0, f64::max)
    }

    /// "Arrived: from 392 to 630, at most 630".
    fn told(&self) -> String {
        let told = |number: Option<f64>| number.map_or_else(String::new, |n| self.unit.told(n));
        format!(
            "{}: from {} to {}, at most {}",
            self.title,
            told(self.known().next()),
            told(self.known().last()),
            told(self.known().reduce(f64::max)),
        )
    }
}

/// The columns of a table as lines over its rows: those of one unit and size in
/// one plot.
pub(super) fn lines(table: &Table) -> String {
    if table.rows.len() < 2 {
        return String::new();
    }
    let mut plots: Vec<Vec<Line<'_>>> = Vec::new();
    for line in (1..table.columns.len()).filter_map(|place| Line::of(table, place)) {
        let fits = |plot: &&mut Vec<Line<'_>>| {
            let largest = plot.iter().map(Line::largest).fold(0.0, f64::max);
            let (less, more) = (line.largest().min(largest), line.largest().max(largest));
            plot.len() < MOST_LINES
                && plot.iter().all(|other| other.unit == line.unit)
                && (line.unit == Unit::Share || less == 0.0 || more <= less * APART)
        };
        match plots.iter_mut().find(fits) {
            Some(plot) => plot.push(line),
            None => plots.push(vec![line]),
        }
    }
    let names: Vec<String> = table
        .rows
        .iter()
        .map(|row| match row.first() {
            Some(Cell::Text(name)) => name.clone(),
            _ => String::new(),
        })
        .collect();
    let mut text = "<div class=\"plots\">\n".to_owned();
    for plot in &plots {
        text.push_str(&figure(plot, &names));
    }
    text.push_str("</div>\n");
    text
}

/// What is where in a plot.
struct Frame {
    low: f64,
    high: f64,
    step: f64,
    points: usize,
}

impl Frame {
    fn of(lines: &[Line<'_>], points: usize) -> Self {
        let unit = lines.first().map_or(Unit::Number, |line| line.unit);
        let known = || lines.iter().flat_map(Line::known);
        let (low, high) = match unit {
            Unit::Share => (0.0, 1.0),
            _ => (known().fold(0.0, f64::min), known().fold(0.0, f64::max)),
        };
        let high = if high > low { high } else { low + 1.0 };
        let step = match unit {
            Unit::Share => 0.25,
            unit => unit.step(high - low),
        };
        Self {
            low: (low / step).floor() * step,
            high: (high / step).ceil() * step,
            step,
            points,
        }
    }

    /// How far from the left, as a part of the width.
    fn x(&self, place: usize) -> f64 {
        place as f64 / (self.points - 1).max(1) as f64
    }

    /// How far from the top, in pixels.
    fn y(&self, number: f64) -> f64 {
        ABOVE + (self.high - number) / (self.high - self.low) * HEIGHT
    }

    /// The numbers at the lines of the grid.
    fn marks(&self) -> impl Iterator<Item = f64> {
        let count = ((self.high - self.low) / self.step).round() as i32;
        (0..=count).map(|place| self.low + f64::from(place) * self.step)
    }
}

fn figure(lines: &[Line<'_>], names: &[String]) -> String {
    let frame = Frame::of(lines, names.len());
    let told: Vec<String> = lines.iter().map(Line::told).collect();
    let ends = [names.first(), names.last()].map(|name| name.map_or("", String::as_str));
    let label = format!(
        "Lines from {} to {}. {}.",
        ends[0],
        ends[1],
        told.join("; ")
    );
    let mut text = "<figure>\n<figcaption><ul class=\"key\">".to_owned();
    for (place, line) in lines.iter().enumerate() {
        let _ = write!(
            text,
            "<li><svg class=\"swatch\" aria-hidden=\"true\"><line class=\"s{}\" x1=\"1\" x2=\"27\" \
             y1=\"6\" y2=\"6\"/></svg>{}</li>",
            place + 1,
            escape(line.title)
        );
    }
    let _ = writeln!(
        text,
        "</ul></figcaption>\n<svg class=\"lines\" role=\"img\" aria-label=\"{}\" height=\"{}\">",
        escape(&label),
        ABOVE + HEIGHT + 26.0
    );
    grid(&mut text, &frame, lines, names);
    for (place, line) in lines.iter().enumerate() {
        curve(&mut text, &frame, line, place + 1, names);
    }
    text.push_str("</svg>\n</figure>\n");
    text
}

fn grid(text: &mut String, frame: &Frame, lines: &[Line<'_>], names: &[String]) {
    let unit = lines.first().map_or(Unit::Number, |line| line.unit);
    for mark in frame.marks() {
        let y = frame.y(mark);
        let class = if mark.abs() < f64::EPSILON {
            "zero"
        } else {
            "grid"
        };
        let _ = writeln!(
            text,
            "<line class=\"{class}\" x1=\"0\" x2=\"100%\" y1=\"{y:.1}\" y2=\"{y:.1}\"/>\
             <text class=\"y\" x=\"-8\" y=\"{:.1}\">{}</text>",
            y + 4.0,
            escape(&unit.told(mark))
        );
    }
    let most = names.len().min(MOST_NAMES);
    for name in 0..most {
        let place = name * (names.len() - 1) / (most - 1).max(1);
        let last = most - 1;
        // On a phone there is room for the ends and the middle.
        let end = name == 0 || name == last || name * 2 == last;
        let anchor = match name {
            0 => "start",
            _ if name == last => "end",
            _ => "middle",
        };
        let _ = writeln!(
            text,
            "<text class=\"x{}\" text-anchor=\"{anchor}\" x=\"{:.2}%\" y=\"{}\">{}</text>",
            if end { "" } else { " more" },
            frame.x(place) * 100.0,
            ABOVE + HEIGHT + 20.0,
            escape(&names[place])
        );
    }
}

/// A line, broken where nothing is known, and a dot for each point: where a
/// point is alone, that is all there is.
fn curve(text: &mut String, frame: &Frame, line: &Line<'_>, class: usize, names: &[String]) {
    let _ = write!(
        text,
        "<svg class=\"curve\" width=\"100%\" height=\"{HEIGHT}\" y=\"{ABOVE}\" \
         viewBox=\"0 {ABOVE} {WIDTH} {HEIGHT}\" preserveAspectRatio=\"none\">"
    );
    let mut place = 0;
    for run in line.numbers.split(Option::is_none) {
        let points = run.iter().flatten().enumerate().map(|(after, number)| {
            let x = frame.x(place + after) * WIDTH;
            format!("{x:.1},{:.1}", frame.y(*number))
        });
        let points: Vec<String> = points.collect();
        if points.len() > 1 {
            let _ = write!(
                text,
                "<polyline class=\"s{class}\" points=\"{}\"/>",
                points.join(" ")
            );
        }
        place += run.len() + 1;
    }
    text.push_str("</svg>\n");
    let known = |place: usize| line.numbers.get(place).copied().flatten();
    for (place, name) in names.iter().enumerate() {
        let Some(number) = known(place) else { continue };
        let alone = place.checked_sub(1).and_then(known).is_none() && known(place + 1).is_none();
        if line.numbers.len() <= MOST_DOTS || alone {
            let _ = writeln!(
                text,
                "<circle class=\"s{class}\" cx=\"{:.2}%\" cy=\"{:.1}\" r=\"2.5\"><title>{}: {} {}</title></circle>",
                frame.x(place) * 100.0,
                frame.y(number),
                escape(name),
                escape(line.title),
                escape(&line.unit.told(number))
            );
        }
    }
}
