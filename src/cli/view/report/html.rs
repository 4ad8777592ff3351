//! A report as one page: for browsers, phones, paper and mail. It asks for
//! nothing from outside, runs nothing, and is XML as well.

mod chart;

use super::{Document, cell};
use crate::cli::view::sanitize;
use crate::report::Table;
use crate::report::table::{Cell, Chart};
use crate::ticket::value::Value as _;
use std::fmt::Write as _;

/// How the page looks: light, dark, narrow and printed.
const STYLE: &str = include_str!("html/page.css");

/// Tables with more columns are printed across.
const ACROSS: usize = 9;

/// Paper has room for no more columns.
const ON_PAPER: usize = 12;

/// Names of rows that are no longer stay on one line.
const SHORT: usize = 16;

/// Text that is longer may take several lines.
const LONG: usize = 24;

/// Reports with as many tables say where each is.
const LISTED: usize = 4;

/// Shades of a heat table, beside none.
const SHADES: [&str; 7] = ["h1", "h2", "h3", "h4", "h5", "h6", "h7"];

/// Nothing but what the page itself says may be shown or run.
const RULES: &str = "default-src 'none'; style-src 'unsafe-inline'; img-src data:; \
                     base-uri 'none'; form-action 'none'";

/// The whole page.
pub(super) fn render(report: &Document) -> String {
    let heading = escape(&report.heading());
    let mut page = format!(
        "<!DOCTYPE html>\n\
         <html lang=\"en\">\n<head>\n<meta charset=\"utf-8\"/>\n\
         <meta http-equiv=\"Content-Security-Policy\" content=\"{RULES}\"/>\n\
         <meta name=\"viewport\" content=\"width=device-width, initial-scale=1\"/>\n\
         <meta name=\"color-scheme\" content=\"light dark\"/>\n\
         <meta name=\"referrer\" content=\"no-referrer\"/>\n\
         <title>{heading}, {}</title>\n\
         <style>\n{STYLE}</style>\n</head>\n<body{}>\n<header>\n<h1>{heading}</h1>\n<dl>\n",
        escape(&report.period.told(report.zone)),
        match report
            .tables
            .iter()
            .any(|table| table.columns.len() > ACROSS)
        {
            true => " class=\"across\"",
            false => "",
        }
    );
    for (what, told) in report.facts() {
        let (what, told) = (escape(what), escape(&told));
        let _ = writeln!(page, "<div><dt>{what}</dt><dd>{told}</dd></div>");
    }
    page.push_str("</dl>\n</header>\n");
    if report.tables.len() >= LISTED {
        page.push_str("<nav aria-label=\"Tables\">\n<ul>\n");
        for table in &report.tables {
            let (id, title) = (escape(table.name), escape(&table.title));
            let _ = writeln!(page, "<li><a href=\"#{id}\">{title}</a></li>");
        }
        page.push_str("</ul>\n</nav>\n");
    }
    page.push_str("<main>\n");
    for note in &report.notes {
        let _ = writeln!(page, "<p class=\"hint\">{}</p>", escape(note));
    }
    for table in &report.tables {
        section(&mut page, table, report);
    }
    page.push_str("</main>\n<footer>\n");
    if let Some(omitted) = report.omitted() {
        let _ = writeln!(page, "<p>{}</p>", escape(&omitted));
    }
    let _ = writeln!(
        page,
        "<p>As of {}. Made by <code>desk report</code>.</p>\n</footer>\n</body>\n</html>",
        escape(&report.as_of())
    );
    page
}

fn section(page: &mut String, table: &Table, report: &Document) {
    let (id, title) = (escape(table.name), escape(&table.title));
    let _ = writeln!(
        page,
        "<section aria-labelledby=\"{id}\">\n<h2 id=\"{id}\">{title}</h2>"
    );
    if table.rows.is_empty() {
        page.push_str("<p class=\"none\">none</p>\n");
    } else {
        if table.chart == Chart::Lines {
            page.push_str(&chart::lines(table));
        }
        // What scrolls must be reachable by keyboard.
        let _ = writeln!(
            page,
            "<div class=\"scroll\" role=\"region\" aria-labelledby=\"{id}\" tabindex=\"0\">\n\
             <table{}>\n<caption>{title}</caption>",
            match table.chart {
                Chart::Heat => " class=\"heat\"",
                _ => "",
            }
        );
        let spare = spare(table);
        head(page, table, &spare);
        body(page, table, &spare, report);
        page.push_str("</table>\n</div>\n");
    }
    if table.columns.len() > ON_PAPER {
        page.push_str("<p class=\"note paper\">On paper, the most important columns.</p>\n");
    }
    for note in &table.notes {
        let _ = writeln!(page, "<p class=\"note\">{}</p>", escape(note));
    }
    page.push_str("</section>\n");
}

/// Which columns paper has no room for: those that matter least.
fn spare(table: &Table) -> Vec<bool> {
    let mut places: Vec<usize> = (0..table.columns.len()).collect();
    places.sort_by_key(|place| std::cmp::Reverse(table.columns[*place].keep));
    let mut spare = vec![false; table.columns.len()];
    for place in places.into_iter().skip(ON_PAPER) {
        spare[place] = true;
    }
    spare
}

fn head(page: &mut String, table: &Table, spare: &[bool]) {
    // A table of names and values explains itself to eyes; ears need words.
    let headed = table.columns.iter().any(|column| !column.title.is_empty());
    let unseen = if headed { "" } else { " class=\"unseen\"" };
    let _ = write!(page, "<thead{unseen}>\n<tr>");
    let barred = match table.chart {
        Chart::Bars(column) if table.heaviest() > 0.0 => Some(column),
        _ => None,
    };
    for (place, column) in table.columns.iter().enumerate() {
        let mut classes = Vec::new();
        if of_figures(table, place) {
            classes.push("n");
        }
        if barred == Some(place) {
            classes.push("barred");
        }
        if column.title.chars().count() > SHORT {
            classes.push("wordy");
        }
        if spare.get(place) == Some(&true) {
            classes.push("spare");
        }
        let class = class_of(&classes);
        let title = match column.title.is_empty() {
            true => format!("<span class=\"unseen\">{}</span>", escape(&column.name)),
            false => escape(&column.title),
        };
        let _ = write!(page, "<th scope=\"col\"{class}>{title}</th>");
    }
    page.push_str("</tr>\n</thead>\n");
}

fn body(page: &mut String, table: &Table, spare: &[bool], report: &Document) {
    let most = table.heaviest();
    let figures: Vec<bool> = (0..table.columns.len())
        .map(|place| of_figures(table, place))
        .collect();
    page.push_str("<tbody>\n");
    for row in &table.rows {
        page.push_str("<tr>");
        for (place, cell) in row.iter().enumerate() {
            if place == 0 {
                let text = cell::text(cell, report);
                let short = match text.chars().count() {
                    ..=SHORT => " class=\"short\"",
                    _ => "",
                };
                let _ = write!(page, "<th scope=\"row\"{short}>{}</th>", told(cell, report));
                continue;
            }
            let mut classes: Vec<&str> = Vec::new();
            if figures.get(place) == Some(&true) {
                classes.push("n");
            }
            if matches!(cell, Cell::Nothing | Cell::Count(0)) {
                classes.push("none");
            }
            if matches!(cell, Cell::Text(text) if text.chars().count() > LONG) {
                classes.push("long");
            }
            let mut bar = String::new();
            let part = cell.number().filter(|_| most > 0.0).map(|of| of / most);
            match (table.chart, part) {
                (Chart::Bars(column), Some(part)) if column == place => {
                    bar = chart::bar(part);
                }
                (Chart::Heat, Some(part)) if part > 0.0 => {
                    let shade = (part * SHADES.len() as f64).ceil() as usize;
                    classes.extend(SHADES.get(shade.max(1) - 1));
                }
                _ => {}
            }
            if spare.get(place) == Some(&true) {
                classes.push("spare");
            }
            let class = class_of(&classes);
            let _ = write!(
                page,
                "<td{class}{}>{}{bar}</td>",
                of_what(cell),
                told(cell, report)
            );
        }
        page.push_str("</tr>\n");
    }
    page.push_str("</tbody>\n");
}

fn class_of(classes: &[&str]) -> String {
    match classes.is_empty() {
        true => String::new(),
        false => format!(" class=\"{}\"", classes.join(" ")),
    }
}

/// Whether a column is one of figures, which are set to the right.
fn of_figures(table: &Table, place: usize) -> bool {
    let mut cells = table.rows.iter().filter_map(|row| row.get(place));
    cells.any(cell::is_figure)
}

/// What a share is a part of, for a pointer that rests on it.
fn of_what(cell: &Cell) -> String {
    match cell {
        Cell::Share(part) if part.n > 0 => format!(" title=\"{} of {}\"", part.count, part.n),
        _ => String::new(),
    }
}

fn told(cell: &Cell, report: &Document) -> String {
    let text = escape(&cell::text(cell, report));
    match cell {
        Cell::Ticket(_) => format!("<code>{text}</code>"),
        Cell::Moment(time) => format!("<time datetime=\"{}\">{text}</time>", time.text()),
        // Not by colour alone.
        Cell::Change {
            better: Some(true), ..
        } => format!("<span class=\"good\">{text} <small>better</small></span>"),
        Cell::Change {
            better: Some(false),
            ..
        } => format!("<span class=\"bad\">{text} <small>worse</small></span>"),
        _ => text,
    }
}

/// Text, of strangers too, that is nothing but text to HTML and XML.
fn escape(text: &str) -> String {
    let mut escaped = String::with_capacity(text.len());
    for char in sanitize::line(text).chars() {
        match char {
            '&' => escaped.push_str("&amp;"),
            '<' => escaped.push_str("&lt;"),
            '>' => escaped.push_str("&gt;"),
            '"' => escaped.push_str("&quot;"),
            '\'' => escaped.push_str("&#39;"),
            // XML has no word for these two.
            '\u{FFFE}' | '\u{FFFF}' => escaped.push(char::REPLACEMENT_CHARACTER),
            char => escaped.push(char),
        }
    }
    escaped
}

#[cfg(test)]
mod tests;
