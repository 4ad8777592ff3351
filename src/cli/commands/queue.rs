//! `desk queue`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::view::records::{self, Format, Record, Schema};
use crate::cli::view::style::Tone;
use crate::cli::view::table::{Cell, Column};
use crate::cli::view::ticket::{priority_tone, status_text, status_tone};
use crate::cli::view::{Flow, clocks};
use crate::desk::filter::{Filter, Scope};
use crate::desk::record::Record as Shape;
use crate::desk::sort::Order;
use crate::desk::{Clocks, Desk, Rules};
use crate::policy::clock::{Run, State};
use crate::policy::queue;
use crate::ticket::{Handle, Ticket, Timestamp};
use clap::Args;
use serde_json::{Value, json};
use std::io;

/// Version of the JSON that it prints.
const SHAPE: u32 = 1;

/// What to do next: my tickets and those waiting for me, by time left
///
/// Mine are those given to me. Waiting for me are those that nobody has, in my
/// teams and at my levels. The bar is the time left of the clock that is due
/// first; what has none comes last, what burns first.
#[derive(Debug, Args)]
#[command(after_help = "\
Examples:
  desk queue
  desk queue --team desktop
  desk queue --level 2 priority:P1,P2
  desk queue --all --json")]
pub struct Queue {
    /// Of these, only which: terms as for desk list
    #[arg(value_name = "TERM")]
    terms: Vec<String>,

    /// All live tickets of a team
    #[arg(long, value_name = "TEAM", conflicts_with = "all")]
    team: Option<String>,

    /// All live tickets at a level
    #[arg(long, value_name = "LEVEL", conflicts_with = "all")]
    level: Option<String>,

    /// All live tickets
    #[arg(long)]
    all: bool,

    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,
}

impl Queue {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let desk = session.desk()?;
        let rules = session.rules_for_reading(&desk)?;
        let snapshot = desk.snapshot()?;
        let now = desk.world().now();
        let clocks = Clocks::of(&snapshot)?;
        let me = desk.me(&rules)?;
        let filter = self.filter(&desk, &rules, &clocks, &me)?;
        let listing = desk.list(&snapshot, &filter, &Order::urgent(), None)?;
        session.remark(&desk, &listing.remarks);
        let of_anybody = self.all || self.team.is_some() || self.level.is_some();
        let mut rows: Vec<Row<'_>> = listing
            .tickets
            .into_iter()
            .filter(|ticket| of_anybody || is_for(&me, ticket, &rules, now))
            .map(|ticket| Row::of(ticket, &clocks, now))
            .collect();
        let found = rows.len();
        rows.truncate(self.limit.unwrap_or(usize::MAX));
        if session.everywhere.json {
            let tickets: Vec<Value> = rows.iter().map(Row::as_json).collect();
            return session.print_json(&json!({"version": SHAPE, "tickets": tickets}));
        }
        let format = if session.everywhere.quiet {
            Format::Ids
        } else {
            Format::Table
        };
        let schema = Schema {
            name: "tickets".into(),
            version: SHAPE,
            columns: columns(),
            fields: vec!["id".to_owned()],
        };
        let shown = rows.len();
        let records = rows.iter().map(Row::record);
        let mut out = io::stdout().lock();
        if records::write(&mut out, format, &schema, records, session.look)? == Flow::ReaderGone {
            return Err(CliError::ReaderGone);
        }
        match (found, shown) {
            (0, _) if of_anybody => session.say("no live tickets"),
            (0, _) => session.say("nothing waits for you"),
            _ if shown < found => session.say(&format!("{shown} of {found} tickets")),
            _ => {}
        }
        Ok(())
    }

    fn filter(
        &self,
        desk: &Desk,
        rules: &Rules,
        clocks: &Clocks,
        me: &Handle,
    ) -> Result<Filter, CliError> {
        let mut terms = self.terms.clone();
        terms.extend(self.team.as_ref().map(|team| format!("team:{team}")));
        let level = self.level.as_ref().map(|word| {
            let map = rules.map(me, desk.world().now());
            map.level(word)
                .map(|level| format!("level:{}", level.number()))
                .ok_or_else(|| {
                    CliError::usage(format!("there is no level {word:?}"), "see desk.yaml")
                })
        });
        terms.extend(level.transpose()?);
        let person = rules.roster.get(me.as_str());
        let skills = person.map(|person| person.skills.clone());
        let scope = Scope {
            me: me.clone(),
            skills: skills.into_iter().flatten().collect(),
            clocks: clocks.clone(),
            now: desk.world().now(),
            past_time: &|words| desk.past(words).map_err(|error| error.to_string()),
            future_time: &|words| desk.future(words).map_err(|error| error.to_string()),
        };
        let filter = Filter::parse(&terms, &scope).map_err(|error| CliError::Usage {
            message: error.to_string(),
            hint: error.hint(),
        })?;
        Ok(filter.of_live())
    }
}

/// Whether it is mine, or lies where I may take it. Somebody who is not on the
/// roster sees all that nobody has.
fn is_for(me: &Handle, ticket: &Ticket, rules: &Rules, now: Timestamp) -> bool {
    let header = ticket.header();
    match (&header.assignee, rules.roster.get(me.as_str())) {
        (Some(assignee), _) => assignee == me,
        (None, Some(person)) => queue::is_for(&rules.policy, person, header, now),
        (None, None) => true,
    }
}

fn columns() -> Vec<Column> {
    vec![
        Column::new("Left", Column::ALWAYS),
        Column::new("Clock", 60),
        Column::new("", 40),
        Column::new("Pri", Column::ALWAYS),
        Column::new("ID", Column::ALWAYS),
        Column::new("Status", 50),
        Column::new("Assignee", 30),
        Column::new("Title", Column::ALWAYS).growing(24),
    ]
}

/// A ticket of the queue, with its clock that is due first.
struct Row<'a> {
    ticket: Ticket,
    run: Option<Run<'a>>,
    due: Option<Timestamp>,
    now: Timestamp,
}

impl<'a> Row<'a> {
    fn of(ticket: Ticket, clocks: &'a Clocks, now: Timestamp) -> Self {
        let runs = clocks.runs(&ticket).into_iter();
        // One that is paused is due at no time, and said last.
        let run = runs
            .filter(|run| run.state != State::Stopped)
            .min_by_key(|run| run.due().map_or((1, 0), |due| (0, due.unix())));
        Self {
            due: run.as_ref().and_then(Run::due),
            ticket,
            run,
            now,
        }
    }

    fn record(&self) -> Record {
        let header = self.ticket.header();
        let status = self.ticket.status();
        let priority = header.priority.map(|priority| priority.to_string());
        let who = header.assignee.as_ref().map(ToString::to_string);
        let (left, clock, bar) = match &self.run {
            Some(run) => {
                let tone = clocks::tone(run, self.now);
                let left = run.left(self.now).unwrap_or_default();
                let late = run.is_late(self.now);
                let left = match left.0 {
                    over if over < 0 => {
                        format!("{} late", crate::policy::BusinessSeconds(-over))
                    }
                    _ if late => "late".to_owned(),
                    _ if run.state == State::Paused => format!("{left} paused"),
                    _ => left.to_string(),
                };
                (
                    Cell::new(left, tone),
                    Cell::from(run.clock.word()),
                    Cell::new(clocks::bar(run, self.now), tone),
                )
            }
            None => (Cell::new("–", Tone::Dim), Cell::from(""), Cell::from("")),
        };
        Record {
            values: vec![json!(self.ticket.id().as_str())],
            cells: vec![
                left,
                clock,
                bar,
                Cell::new(priority.unwrap_or_default(), priority_tone(header.priority)),
                Cell::new(self.ticket.id().as_str(), Tone::Accent),
                Cell::new(status_text(header, status), status_tone(status)),
                who.map_or_else(|| Cell::new("–", Tone::Dim), Cell::from),
                Cell::from(self.ticket.title()),
            ],
        }
    }

    fn as_json(&self) -> Value {
        let mut brief = Shape::of(&self.ticket).due(self.due).brief();
        brief["clock"] = self.run.as_ref().map_or(Value::Null, |run| {
            json!({
                "clock": run.clock.word(),
                "state": run.standing(self.now).word(),
                "left": run.left(self.now).map(|left| left.0),
                "target": run.target().map(|target| target.0),
            })
        });
        brief
    }
}
