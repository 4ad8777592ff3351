//! A report in each output format: one implementation per format, over the
//! typed tables of [`crate::report`].

mod cell;
mod delimited;
mod markdown;
mod text;

use super::records::{self, Look};
use crate::policy::zone::Zone;
use crate::report::metrics::Excluded;
use crate::report::{Period, Table};
use crate::ticket::Timestamp;
use serde_json::{Map, Value, json};
use std::io;

/// How a report is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, clap::ValueEnum)]
pub enum Format {
    /// For people: aligned columns with bars, fitted to the terminal.
    #[default]
    Table,
    /// One JSON object.
    Json,
    /// For spreadsheets: the tables one after the other, an empty line between.
    Csv,
    /// For wikis and mails: pipe tables.
    Markdown,
}

/// A report: what it is about, and its tables.
#[derive(Debug, Clone)]
pub struct Document {
    /// The word of the view.
    pub view: &'static str,
    /// Its heading.
    pub title: String,
    /// What the figures are about.
    pub period: Period,
    /// The period that they are compared with.
    pub before: Option<Period>,
    /// The present.
    pub now: Timestamp,
    /// The desks that it spans, where they are several.
    pub desks: Vec<String>,
    /// The terms that tickets had to meet.
    pub terms: Vec<String>,
    /// What is in no figure.
    pub left_out: Excluded,
    /// The desk's zone: days and weeks are its.
    pub zone: Zone,
    /// The desk's currency; US$ where it names none.
    pub currency: Option<String>,
    /// The figures.
    pub tables: Vec<Table>,
}

/// The version of the JSON shape.
const VERSION: u32 = 1;

impl Document {
    /// The whole report as text in a format.
    ///
    /// # Errors
    /// It can't be encoded, which is a defect.
    pub fn render(&self, format: Format, look: Look) -> io::Result<String> {
        match format {
            Format::Table => Ok(text::render(self, look)),
            Format::Json => {
                let mut line = Vec::new();
                records::json_value(&mut line, &self.to_json())?;
                line.push(b'\n');
                Ok(String::from_utf8_lossy(&line).into_owned())
            }
            Format::Csv => delimited::render(self),
            Format::Markdown => Ok(markdown::render(self)),
        }
    }

    /// As in JSON: tables by their names.
    #[must_use]
    pub fn to_json(&self) -> Value {
        let tables: Map<String, Value> = self
            .tables
            .iter()
            .map(|table| (table.name.to_owned(), table.to_json()))
            .collect();
        let mut report = json!({
            "version": VERSION,
            "view": self.view,
            "period": self.period,
            "now": crate::ticket::value::Value::text(&self.now),
            "zone": self.zone.name(),
            "currency": self.currency,
            "terms": self.terms,
            "left_out": self.left_out,
            "tables": tables,
        });
        if let Some(before) = self.before {
            report["before"] = json!(before);
        }
        if !self.desks.is_empty() {
            report["desks"] = json!(self.desks);
        }
        report
    }

    /// "Report: levels".
    fn heading(&self) -> String {
        match self.view {
            "summary" => "Report".to_owned(),
            _ => format!("Report: {}", self.title),
        }
    }

    /// What the figures are about, in a line of words.
    fn about(&self) -> Vec<String> {
        let mut about = vec![self.period.told(self.zone)];
        if let Some(before) = self.before {
            about.push(format!("compared with {}", before.told(self.zone)));
        }
        if !self.terms.is_empty() {
            about.push(self.terms.join(" "));
        }
        if !self.desks.is_empty() {
            about.push(self.desks.join(", "));
        }
        about
    }

    /// What is in no figure, in words; nothing where everything is.
    fn omitted(&self) -> Option<String> {
        let Excluded {
            void,
            duplicate,
            cancelled,
            problem,
        } = self.left_out;
        let parts: Vec<String> = [
            (cancelled, "cancelled"),
            (duplicate, "duplicate"),
            (problem, "problem"),
            (void, "void"),
        ]
        .into_iter()
        .filter(|(count, _)| *count > 0)
        .map(|(count, what)| format!("{count} {what}"))
        .collect();
        (!parts.is_empty()).then(|| format!("In no figure: {}", parts.join(", ")))
    }
}
