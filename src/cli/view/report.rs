//! A report in each output format: one implementation per format, over the
//! typed tables of [`crate::report`].

pub(super) mod cell;
mod delimited;
mod html;
mod markdown;
pub(crate) mod nothing;
mod text;

use super::records::{self, Look};
use crate::policy::zone::Zone;
use crate::report::metrics::Excluded;
use crate::report::table::Cell;
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
    /// For browsers and paper: one page (--html FILE writes it to a file).
    Html,
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
    /// What readers must know before they read: why there is nothing.
    pub notes: Vec<String>,
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
            Format::Table => Ok(text::render(&self.for_people(), look)),
            Format::Json => {
                let mut line = Vec::new();
                records::json_value(&mut line, &self.to_json())?;
                line.push(b'\n');
                Ok(String::from_utf8_lossy(&line).into_owned())
            }
            Format::Csv => delimited::render(self),
            Format::Markdown => Ok(markdown::render(&self.for_people())),
            Format::Html => Ok(html::render(&self.for_people())),
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
        if !self.notes.is_empty() {
            report["notes"] = json!(self.notes);
        }
        report
    }

    /// The report that people read: long tables are cut, and amounts say of
    /// which currency they are.
    fn for_people(&self) -> Self {
        let mut report = self.clone();
        for table in &mut report.tables {
            let all = table.rows.len();
            if let Some(most) = table.most.filter(|most| *most < all) {
                table.rows.truncate(most);
                let note = format!("The first {most} of {all}: --format csv or --json has all.");
                table.notes.insert(0, note);
            }
            let is_money = |cell: &Cell| matches!(cell, Cell::Money(_));
            if table.rows.iter().flatten().any(is_money) {
                let currency = self.currency.as_deref().unwrap_or("US$");
                table.notes.push(format!("Amounts in {currency}."));
            }
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

    /// What the figures are about: names and values.
    fn facts(&self) -> Vec<(&'static str, String)> {
        let mut facts = vec![("Period", self.period.told(self.zone))];
        if let Some(before) = self.before {
            facts.push(("Compared with", before.told(self.zone)));
        }
        if !self.terms.is_empty() {
            facts.push(("Tickets", self.terms.join(" ")));
        }
        if !self.desks.is_empty() {
            facts.push(("Desks", self.desks.join(", ")));
        }
        facts
    }

    /// The same, a line of words each.
    fn about(&self) -> Vec<String> {
        let line = |(name, value)| match name {
            "Compared with" => format!("compared with {value}"),
            _ => value,
        };
        self.facts().into_iter().map(line).collect()
    }

    /// The present, as the desk's clocks show it.
    fn as_of(&self) -> String {
        let local = self.now.utc().with_timezone(&self.zone);
        format!("{} ({})", local.format("%Y-%m-%d %H:%M"), self.zone.name())
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
