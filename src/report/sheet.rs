//! Metrics as tables: one a row, or groups of tickets as rows.

use super::figure::{Figure, Spread};
use super::group::{By, Field, Group};
use super::lens::Lens;
use super::life::Life;
use super::metric::{Better, Metric, figures};
use super::metrics::levels::FIRST_CONTACT;
use super::table::{Cell, Chart, Column, Table};

/// Metrics as rows: value, n, and what it was in the period before, if that is
/// asked for.
#[must_use]
pub fn metrics(
    name: &'static str,
    title: &str,
    metrics: &[Metric],
    lives: &[&Life],
    lens: Lens<'_>,
    before: Option<Lens<'_>>,
) -> Table {
    let mut columns = vec![
        Column::new("metric", ""),
        Column::new("value", "Value"),
        Column::new("n", "n"),
    ];
    if before.is_some() {
        columns.push(Column::new("before", "Before").keep(50));
        columns.push(Column::new("change", "Change").keep(60));
    }
    let mut table = Table::new(name, title, columns);
    let is = figures(metrics, lives, lens);
    let was = before.map(|before| figures(metrics, lives, before));
    for (place, (metric, figure)) in metrics.iter().zip(&is).enumerate() {
        let mut row = vec![
            Cell::Named(metric.name, metric.title),
            value(figure),
            Cell::count(figure.n()),
        ];
        if let Some(was) = was.as_ref().and_then(|was| was.get(place)) {
            row.push(value(was));
            row.push(change(metric, was, figure));
        }
        table.push(row);
    }
    table
}

/// Metrics that are times, as rows: n, then percentiles and mean of business
/// hours, the median net of pending, and calendar hours beside.
#[must_use]
pub fn times(
    name: &'static str,
    title: &str,
    metrics: &[Metric],
    lives: &[&Life],
    lens: Lens<'_>,
) -> Table {
    let columns = vec![
        Column::new("metric", ""),
        Column::new("n", "n"),
        Column::new("p50", "Median"),
        Column::new("p90", "p90").keep(80),
        Column::new("p95", "p95").keep(40),
        Column::new("mean", "Mean").keep(60),
        Column::new("net-p50", "Median net of pending").keep(20),
        Column::new("calendar-p50", "Median, calendar").keep(50),
        Column::new("calendar-p90", "p90, calendar").keep(30),
    ];
    let mut table = Table::new(name, title, columns);
    for (metric, figure) in metrics.iter().zip(figures(metrics, lives, lens)) {
        let Figure::Time {
            n,
            business,
            net,
            calendar,
        } = figure
        else {
            continue;
        };
        let cell = |spread: Option<Spread>, cell: fn(i64) -> Cell, of: fn(Spread) -> i64| {
            spread.map_or(Cell::Nothing, |spread| cell(of(spread)))
        };
        let open = |spread, of| cell(spread, Cell::Open, of);
        let all = |spread, of| cell(spread, Cell::Seconds, of);
        table.push(vec![
            Cell::Named(metric.name, metric.title),
            Cell::count(n),
            open(business, |spread| spread.p50),
            open(business, |spread| spread.p90),
            open(business, |spread| spread.p95),
            open(business, |spread| spread.mean),
            open(net, |spread| spread.p50),
            all(calendar, |spread| spread.p50),
            all(calendar, |spread| spread.p90),
        ]);
    }
    table.note(format!(
        "Time of the calendar {}, pending included, where not said otherwise.",
        lens.policy.calendars.usual.name()
    ))
}

/// Groups as rows, metrics as columns: their headlines. Columns further to the
/// right go first where room is short.
#[must_use]
pub fn groups(
    name: &'static str,
    title: &str,
    by: By,
    metrics: &[Metric],
    groups: &[Group<'_, '_>],
) -> Table {
    // A goal of the team: nobody is measured by it (DOMAIN.md section 6).
    let of_team = |metric: &&Metric| metric.name == FIRST_CONTACT.name;
    let of_people = by == By::Field(Field::Person);
    let metrics = metrics.iter();
    let metrics: Vec<Metric> = metrics
        .filter(|metric| !(of_people && of_team(metric)))
        .copied()
        .collect();
    let mut columns = vec![Column::new(by.word(), &capital(by.word()))];
    for (place, metric) in metrics.iter().enumerate() {
        let keep = 200_u8.saturating_sub(u8::try_from(place).unwrap_or(u8::MAX));
        columns.push(Column::new(metric.name, &capital(metric.title)).keep(keep));
    }
    let mut table = Table::new(name, title, columns).chart(match by {
        By::Time(_) => Chart::Lines,
        By::Field(_) => Chart::Bars(1),
    });
    for group in groups {
        let key = group.key.clone().unwrap_or_else(|| "none".to_owned());
        let figures = figures(&metrics, &group.lives, group.lens);
        let figures = figures.iter().map(value);
        table.push(std::iter::once(Cell::Text(key)).chain(figures).collect());
    }
    table
}

/// The headline of a figure.
#[must_use]
pub fn value(figure: &Figure) -> Cell {
    match figure {
        Figure::Share(part) => Cell::Share(*part),
        Figure::Time { business, .. } => {
            business.map_or(Cell::Nothing, |spread| Cell::Open(spread.p50))
        }
        Figure::Ratio { part, whole, .. } => Cell::Ratio(*part, *whole),
        Figure::Count { total, .. } => Cell::Count(*total),
        Figure::Mean { .. } => figure.headline().map_or(Cell::Nothing, Cell::Number),
        Figure::Money { total, .. } => Cell::Money(*total),
    }
}

/// How a figure changed.
pub(super) fn change(metric: &Metric, was: &Figure, is: &Figure) -> Cell {
    let (Some(old), Some(new)) = (was.headline(), is.headline()) else {
        return Cell::Nothing;
    };
    let points = matches!(is, Figure::Share(_) | Figure::Ratio { .. });
    let by = match points {
        true => new - old,
        // Nothing is no measure of something.
        false if old == 0.0 => return Cell::Nothing,
        false => (new - old) / old.abs(),
    };
    let better = match metric.better {
        Better::Neither => None,
        _ if by == 0.0 => None,
        Better::More => Some(by > 0.0),
        Better::Less => Some(by < 0.0),
    };
    Cell::Change { by, points, better }
}

/// With a capital letter; own fields (`x-room`) keep their names.
#[must_use]
pub fn capital(text: &str) -> String {
    if text.starts_with("x-") {
        return text.to_owned();
    }
    let mut chars = text.chars();
    chars.next().map_or_else(String::new, |first| {
        first.to_uppercase().chain(chars).collect()
    })
}
