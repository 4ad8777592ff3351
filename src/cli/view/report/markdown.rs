//! A report as Markdown: pipe tables, as wikis and forges render them.

use super::{Document, cell};
use crate::cli::view::sanitize;
use std::fmt::Write as _;

/// The whole report.
pub(super) fn render(report: &Document) -> String {
    let mut text = format!("# {}\n\n", report.heading());
    for line in report.about() {
        let _ = writeln!(text, "{}  ", paragraph(&line));
    }
    for note in &report.notes {
        let _ = writeln!(text, "\n{}", paragraph(note));
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
                let cells = row.iter().map(|cell| escape(&cell::text(cell, report)));
                let _ = writeln!(text, "| {} |", cells.collect::<Vec<_>>().join(" | "));
            }
        }
        for note in &table.notes {
            let _ = writeln!(text, "\n{}", paragraph(note));
        }
    }
    if let Some(omitted) = report.omitted() {
        let _ = writeln!(text, "\n{omitted}");
    }
    text
}

/// A paragraph of its own: neither a list, a quote nor a rule.
fn paragraph(text: &str) -> String {
    let escaped = escape(text);
    let numbered = escaped.trim_start_matches(|char: char| char.is_ascii_digit());
    let at = match escaped.chars().next() {
        Some('>' | '+' | '-' | '=' | ':') => 0,
        Some('0'..='9') if numbered.starts_with(['.', ')']) => escaped.len() - numbered.len(),
        _ => return escaped,
    };
    format!("{}\\{}", &escaped[..at], &escaped[at..])
}

/// A part of a line in which nothing means more than it says.
fn escape(text: &str) -> String {
    let mut escaped = String::new();
    for char in sanitize::line(text).trim().chars() {
        if "|\\`*_<[]#~&$".contains(char) {
            escaped.push('\\');
        }
        escaped.push(char);
    }
    escaped
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;
    use pulldown_cmark::{Event, Options, Parser};

    /// What forges make of Markdown.
    fn forge() -> Options {
        Options::ENABLE_TABLES
            | Options::ENABLE_STRIKETHROUGH
            | Options::ENABLE_TASKLISTS
            | Options::ENABLE_FOOTNOTES
            | Options::ENABLE_MATH
            | Options::ENABLE_GFM
    }

    /// What a parser makes of a line: its text, and whether there is more.
    fn parsed(markdown: &str) -> (String, Vec<Event<'_>>) {
        let (mut text, mut more) = (String::new(), Vec::new());
        for event in Parser::new_ext(markdown, forge()) {
            match event {
                Event::Text(part) => text.push_str(&part),
                Event::Start(_) | Event::End(_) => {}
                other => more.push(other),
            }
        }
        (text, more)
    }

    #[test]
    fn a_line_break_is_no_new_row() {
        assert_eq!(escape("first | a\nsecond"), "first \\| a⏎second");
    }

    proptest! {
        /// In a cell of a table, and as a paragraph.
        #[test]
        fn text_is_text(text in "[!-/:-@\\[-`{-~a-z0-9\n ]{0,30}") {
            let cell = escape(&text);
            let shown = sanitize::line(&text);
            let trimmed = shown.trim();
            let table = format!("| a | b |\n| --- | --- |\n| {cell} | x |\n");
            let (told, more) = parsed(&table);
            prop_assert_eq!(told, format!("ab{trimmed}x"));
            prop_assert!(more.is_empty(), "{:?}", more);
            let alone = paragraph(&text);
            let (told, more) = parsed(&alone);
            prop_assert_eq!(told, trimmed);
            prop_assert!(more.is_empty(), "{:?}", more);
        }
    }
}
