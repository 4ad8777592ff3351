//! A report as Markdown: pipe tables, as wikis and forges render them.

use super::{Document, cell};
use crate::cli::view::sanitize;
use std::fmt::Write as _;

/// The whole report.
pub(super) fn render(report: &Document) -> String {
    let mut text = format!("# {}\n\n", report.heading());
    for line in report.about() {
        let _ = writeln!(text, "{}  ", escape(&line));
    }
    for table in &report.tables {
        let _ = writeln!(text, "\n## {}\n", escape(&table.title));
        if table.rows.is_empty() {
            text.push_str("none\n");
        } else {
            let titles: Vec<String> = table.columns.iter().map(|one| escape(&one.title)).collect();
            let _ = writeln!(text, "| {} |", titles.join(" | "));
            let rules = (0..table.columns.len()).map(|place| {
                let mut cells = table.rows.iter().filter_map(|row| row.get(place));
                match cells.any(cell::is_figure) {
                    true => "--:",
                    false => "---",
                }
            });
            let _ = writeln!(text, "| {} |", rules.collect::<Vec<_>>().join(" | "));
            for row in &table.rows {
                let cells = row.iter().map(|cell| escape(&cell::text(cell, report.now)));
                let _ = writeln!(text, "| {} |", cells.collect::<Vec<_>>().join(" | "));
            }
        }
        for note in &table.notes {
            let _ = writeln!(text, "\n{}", escape(note));
        }
    }
    if let Some(omitted) = report.omitted() {
        let _ = writeln!(text, "\n{omitted}");
    }
    text
}

/// One line in which nothing means more than it says.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for char in sanitize::line(text).chars() {
        if matches!(
            char,
            '|' | '\\' | '`' | '*' | '_' | '<' | '[' | ']' | '#' | '~'
        ) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}
