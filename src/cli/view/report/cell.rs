//! A cell in words.

use super::Document;
use crate::cli::view::age;
use crate::report::table::Cell;
use chrono::Duration;

/// A cell as people read it, moments by the desk's clocks, as the period is.
/// What strangers wrote is not cleaned here.
pub(super) fn text(cell: &Cell, report: &Document) -> String {
    match cell {
        Cell::Nothing => "–".to_owned(),
        Cell::Text(text) => text.clone(),
        Cell::Named(_, title) => (*title).to_owned(),
        Cell::Ticket(id) => id.clone(),
        Cell::Count(number) => grouped(*number),
        Cell::Number(number) => decimal(*number),
        Cell::Share(part) => match part.n {
            0 => "–".to_owned(),
            n => percent(part.count as i64, n as i64),
        },
        Cell::Ratio(_, 0) => "–".to_owned(),
        Cell::Ratio(part, whole) => percent(*part, *whole),
        Cell::Seconds(number) => seconds(*number),
        Cell::Open(number) => open(*number),
        Cell::Money(hundredths) => money(*hundredths),
        Cell::Moment(time) => age::moment(time.utc(), report.now.utc(), &report.zone),
        Cell::Change { by, points, .. } => {
            let hundredths = by * 100.0;
            match points {
                true => format!("{hundredths:+.1} points"),
                false => format!("{hundredths:+.0} %"),
            }
        }
    }
}

/// Whether it is a figure, which is set to the right.
pub(super) fn is_figure(cell: &Cell) -> bool {
    !matches!(
        cell,
        Cell::Text(_) | Cell::Named(..) | Cell::Ticket(_) | Cell::Moment(_) | Cell::Nothing
    )
}

/// "61.2 %".
pub(in crate::cli::view) fn percent(part: i64, whole: i64) -> String {
    let tenths = tenths(part, whole);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

/// Tenths of a percent, rounded half up, without floating point; but a part
/// never reads as nothing or as the whole: one breach in thousands shows.
pub(in crate::cli::view) fn tenths(part: i64, whole: i64) -> i64 {
    let tenths = (part * 2000 + whole).div_euclid(2 * whole);
    match 0 < part && part < whole {
        true => tenths.clamp(1, 999),
        false => tenths,
    }
}

/// "26 h 10 m": in hours, however many.
pub(super) fn open(number: i64) -> String {
    let (hours, minutes) = (number / 3600, number % 3600 / 60);
    match (hours, minutes) {
        (0, _) => seconds(number),
        (_, 0) => format!("{} h", grouped(hours)),
        // Minutes of a hundred hours say nothing.
        (100.., _) => format!("{} h", grouped(hours)),
        _ => format!("{hours} h {minutes} m"),
    }
}

/// "2 h 14 m".
pub(super) fn seconds(number: i64) -> String {
    age::long(Duration::seconds(number))
}

/// "24,918".
pub(super) fn grouped(number: i64) -> String {
    let digits = number.unsigned_abs().to_string();
    let mut text = String::new();
    for (place, digit) in digits.chars().enumerate() {
        if place > 0 && (digits.len() - place).is_multiple_of(3) {
            text.push(',');
        }
        text.push(digit);
    }
    match number < 0 {
        true => format!("-{text}"),
        false => text,
    }
}

/// "0.94".
pub(super) fn decimal(number: f64) -> String {
    format!("{number:.2}")
}

/// "1,240", "15.50".
pub(super) fn money(hundredths: i64) -> String {
    let units = grouped(hundredths / 100);
    match (hundredths % 100).abs() {
        0 => units,
        rest => format!("{units}.{rest:02}"),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn numbers_read_well() {
        for (number, text) in [
            (0, "0"),
            (999, "999"),
            (24_918, "24,918"),
            (-1_000, "-1,000"),
        ] {
            assert_eq!(grouped(number), text);
        }
        for (seconds, text) in [
            (0, "0 s"),
            (59 * 60, "59 m"),
            (26 * 3600 + 600, "26 h 10 m"),
            (8 * 3600, "8 h"),
            (1_000 * 3600 + 59, "1,000 h"),
        ] {
            assert_eq!(open(seconds), text);
        }
        assert_eq!(percent(1, 3), "33.3 %");
        assert_eq!(percent(2, 3), "66.7 %");
        assert_eq!(percent(1, 1), "100.0 %");
        assert_eq!(percent(0, 3), "0.0 %");
        assert_eq!(percent(1_999, 2_000), "99.9 %");
        assert_eq!(percent(1, 9_999), "0.1 %");
        assert_eq!(money(1_550), "15.50");
        assert_eq!(money(124_000), "1,240");
    }
}
