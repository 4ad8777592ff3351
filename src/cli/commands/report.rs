//! `desk report`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::span::Member;
use crate::cli::view::style::Tone;
use crate::cli::view::table::{Cell, Column, Table};
use crate::cli::view::ticket::priority_tone;
use crate::cli::view::{age, sanitize};
use crate::desk::Desk;
use crate::report::Period;
use crate::report::summary::{Live, Share, Summary, summary_of};
use crate::ticket::{Level, Priority, Timestamp};
use clap::Args;
use serde_json::json;
use std::collections::BTreeSet;
use std::fmt::Write;

/// Report on the desk: what is live, what came and went, how long it took
///
/// Incidents and requests count; cancelled tickets, duplicates and problems do
/// not. Times are calendar time. Every share names its n.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk report
  desk report --last 30d
  desk report --all-desks
  desk report --since 2026-11-01 --until 2026-11-15 --json")]
pub struct Report {
    /// The time up to now: 7d, 12h
    #[arg(long, value_name = "SPAN", default_value = "7d", conflicts_with_all = ["since", "until"])]
    last: String,

    /// From then on
    #[arg(long, value_name = "TIME")]
    since: Option<String>,

    /// Up to then
    #[arg(long, value_name = "TIME", requires = "since")]
    until: Option<String>,
}

impl Report {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let span = session.span()?;
        let first = &span.first.desk;
        let now = first.world().now();
        let period = self.period(first, now)?;
        let mut lives = Vec::new();
        let mut tiered = false;
        for Member { desk, .. } in span.members() {
            let snapshot = desk.snapshot()?;
            let (more, remarks) = desk.lives(&snapshot)?;
            session.remark(desk, &remarks);
            lives.extend(more);
            if !session.everywhere.json {
                let policy = session.rules_for_reading(desk)?.policy;
                tiered |= !policy.levels.is_empty();
            }
        }
        let summary = summary_of(&lives, period, now);
        if session.everywhere.json {
            let mut report = json!({"version": 1, "summary": summary});
            if span.several {
                report["desks"] = json!(span.names());
            }
            return session.print_json(&report);
        }
        let page = Page {
            summary: &summary,
            desks: span.names(),
            tiered,
            session,
            now,
        }
        .render();
        session.page(&page)
    }

    fn period(&self, desk: &Desk, now: Timestamp) -> Result<Period, CliError> {
        // The present belongs to the period: what was done this second counts.
        let (from, to) = match &self.since {
            None => (desk.past(&self.last)?, now.plus(1)),
            Some(since) => {
                let until = self
                    .until
                    .as_deref()
                    .map(|until| desk.past(until))
                    .transpose()?;
                (desk.past(since)?, until.unwrap_or(now.plus(1)))
            }
        };
        Period::new(from, to).map_err(|error| {
            CliError::usage(
                error.to_string(),
                "desk report --since 2026-11-01 --until 2026-11-15",
            )
        })
    }
}

struct Page<'a> {
    summary: &'a Summary,
    /// The desks that it spans, where they are several.
    desks: Vec<&'a str>,
    /// Whether any of them has levels: what is about levels is left out else.
    tiered: bool,
    session: &'a Session,
    now: Timestamp,
}

impl Page<'_> {
    fn render(&self) -> String {
        let period = self.summary.period;
        let moment = |at: Timestamp| age::moment(at.utc(), self.now.utc(), &chrono::Local);
        let mut text = format!(
            "{}  {} to {}\n",
            self.paint("Report", Tone::Strong),
            moment(period.from()),
            moment(period.to())
        );
        if !self.desks.is_empty() {
            let desks = sanitize::line(&self.desks.join(", ")).into_owned();
            let _ = writeln!(text, "{}", self.paint(&desks, Tone::Dim));
        }
        text.push('\n');
        self.flow(&mut text);
        self.live(&mut text);
        self.oldest(&mut text);
        text
    }

    fn paint(&self, text: &str, tone: Tone) -> String {
        self.session.look.style.paint(text, tone).into_owned()
    }

    fn heading(&self, text: &mut String, heading: &str) {
        let _ = writeln!(text, "{}", self.paint(heading, Tone::Heading));
    }

    fn flow(&self, text: &mut String) {
        let summary = self.summary;
        let flow = &summary.flow;
        let time = &summary.time_to_resolve;
        let long = |seconds: Option<i64>| {
            seconds.map_or_else(
                || "–".to_owned(),
                |seconds| age::long(chrono::Duration::seconds(seconds)),
            )
        };
        self.heading(text, "Came and went");
        let rows = [
            ("arrived", flow.arrived.to_string(), String::new()),
            (
                "resolved",
                flow.resolved.to_string(),
                format!("net {:+}", flow.net),
            ),
            (
                "time to resolve, median",
                long(time.median_calendar_seconds),
                format!(
                    "p90 {}, calendar time, n {}",
                    long(time.p90_calendar_seconds),
                    time.n
                ),
            ),
            (
                "first-level resolution",
                percent(&summary.first_level_resolution),
                of_n(&summary.first_level_resolution),
            ),
            (
                "ever escalated",
                percent(&summary.escalated),
                of_n(&summary.escalated),
            ),
            (
                "handed over",
                percent(&summary.handed_over),
                of_n(&summary.handed_over),
            ),
            (
                "reopened",
                percent(&summary.reopened),
                of_n(&summary.reopened),
            ),
        ];
        let mut table = Table::new(vec![
            Column::new("", Column::ALWAYS),
            Column::new("", Column::ALWAYS).right(),
            Column::new("", 50),
        ]);
        let about_levels = |name: &str| matches!(name, "first-level resolution" | "ever escalated");
        let told = rows
            .into_iter()
            .filter(|(name, ..)| self.tiered || !about_levels(name));
        for (name, value, note) in told {
            table.push(vec![
                Cell::from(format!("  {name}")),
                Cell::new(value, Tone::Strong),
                Cell::new(note, Tone::Dim),
            ]);
        }
        self.body(text, &table);
    }

    /// A table without its header line.
    fn body(&self, text: &mut String, table: &Table) {
        let rendered = table.render(self.session.look.width, self.session.look.style);
        let lines = rendered.lines().skip_while(|line| line.trim().is_empty());
        text.extend(lines.map(|line| format!("{line}\n")));
        text.push('\n');
    }

    fn live(&self, text: &mut String) {
        let live = &self.summary.live;
        self.heading(text, &format!("Live now: {}", live.n));
        if live.n == 0 {
            text.push('\n');
            return;
        }
        let priorities: BTreeSet<Option<Priority>> = live
            .by_level_and_priority
            .iter()
            .map(|count| count.priority)
            .collect();
        let levels: BTreeSet<Option<Level>> = live
            .by_level_and_priority
            .iter()
            .map(|count| count.level)
            .collect();
        let here = levels.iter().any(Option::is_some);
        let heading = if here { "  Level" } else { "" };
        let mut columns = vec![Column::new(heading, Column::ALWAYS)];
        columns.extend(priorities.iter().map(|priority| {
            let title = priority.map_or_else(|| "none".to_owned(), |priority| priority.to_string());
            Column::new(&title, Column::ALWAYS).right()
        }));
        columns.push(Column::new("All", Column::ALWAYS).right());
        columns.push(Column::new("", 20));
        let mut table = Table::new(columns);
        let most = levels
            .iter()
            .map(|level| live_at(live, *level))
            .max()
            .unwrap_or(1);
        for level in levels {
            let name = match level {
                Some(level) => level.to_string(),
                None if here => "none".to_owned(),
                None => "tickets".to_owned(),
            };
            let mut row = vec![Cell::from(format!("  {name}"))];
            for priority in &priorities {
                let count = live
                    .by_level_and_priority
                    .iter()
                    .find(|count| count.level == level && count.priority == *priority)
                    .map_or(0, |count| count.count);
                let tone = if count == 0 {
                    Tone::Dim
                } else {
                    priority_tone(*priority)
                };
                row.push(Cell::new(
                    if count == 0 {
                        "·".into()
                    } else {
                        count.to_string()
                    },
                    tone,
                ));
            }
            let all = live_at(live, level);
            row.push(Cell::new(all.to_string(), Tone::Strong));
            row.push(Cell::new(bar(all, most), Tone::Accent));
            table.push(row);
        }
        let rendered = table.render(self.session.look.width, self.session.look.style);
        text.push_str(&rendered);
        let states: Vec<String> = live
            .by_status
            .iter()
            .filter(|count| count.count > 0)
            .map(|count| format!("{} {}", count.count, count.status))
            .collect();
        let _ = writeln!(text, "  {}", states.join(" · "));
        let _ = writeln!(
            text,
            "  {} unassigned · {} not acknowledged\n",
            live.unassigned, live.unacknowledged
        );
    }

    fn oldest(&self, text: &mut String) {
        let oldest = &self.summary.live.oldest;
        if oldest.is_empty() {
            return;
        }
        self.heading(text, "Open for longest");
        let mut table = Table::new(vec![
            Column::new("  ID", Column::ALWAYS),
            Column::new("Age", Column::ALWAYS).right(),
            Column::new("Pri", Column::ALWAYS),
            Column::new("Status", 60),
            Column::new("Assignee", 50),
            Column::new("Title", Column::ALWAYS).growing(16),
        ]);
        for ticket in oldest {
            table.push(vec![
                Cell::new(format!("  {}", ticket.id), Tone::Accent),
                Cell::from(age::short(chrono::Duration::seconds(ticket.age_seconds))),
                Cell::new(
                    ticket
                        .priority
                        .map(|priority| priority.to_string())
                        .unwrap_or_default(),
                    priority_tone(ticket.priority),
                ),
                Cell::from(ticket.status.to_string()),
                Cell::from(ticket.assignee.clone().unwrap_or_else(|| "–".into())),
                Cell::from(sanitize::line(&ticket.title).into_owned()),
            ]);
        }
        text.push_str(&table.render(self.session.look.width, self.session.look.style));
    }
}

fn live_at(live: &Live, level: Option<Level>) -> usize {
    let counts = live
        .by_level_and_priority
        .iter()
        .filter(|count| count.level == level);
    counts.map(|count| count.count).sum()
}

/// Counts as a picture: a bar of at most twenty blocks.
fn bar(count: usize, most: usize) -> String {
    let blocks = (count * 20).div_ceil(most.max(1));
    "█".repeat(blocks)
}

fn percent(share: &Share) -> String {
    if share.n == 0 {
        return "–".into();
    }
    // Tenths of a percent, rounded half up, without floating point.
    let tenths = (share.count * 2000 + share.n) / (2 * share.n);
    format!("{}.{} %", tenths / 10, tenths % 10)
}

fn of_n(share: &Share) -> String {
    format!("{} of n {}", share.count, share.n)
}
