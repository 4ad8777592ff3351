//! `desk list`.

use crate::cli::exit::CliError;
use crate::cli::session::Session;
use crate::cli::span::Member;
use crate::cli::view::records::{self, Format, Record, Schema};
use crate::cli::view::style::Tone;
use crate::cli::view::table::{Cell, Column};
use crate::cli::view::ticket::{priority_tone, status_text, status_tone};
use crate::cli::view::{Flow, age};
use crate::desk::filter::{Filter, Scope};
use crate::desk::record;
use crate::desk::sort::Order;
use crate::desk::{Clocks, Desk, fields};
use crate::store::Snapshot;
use crate::ticket::{Brief, Facts as _, Handle, Header, Timestamp};
use clap::Args;
use serde_json::Value;
use std::io;

/// List tickets, what burns first; live ones, unless a term says otherwise
///
/// Terms are ANDed and need no quoting: is:live status:new,queued level:2
/// level.min:2 assignee:me assignee:none priority:P1,P2 team.not:desktop
/// category.under:network opened.before:7d updated.after:2026-11-01 tag:vip
/// title.has:vpn x-room:12 by:lena; words are looked for in everything.
#[derive(Debug, Args)]
#[command(
    visible_alias = "ls",
    after_help = "\
Examples:
  desk list
  desk list is:mine
  desk list is:unassigned level:2 priority:P1,P2
  desk list is:any requester.has:alice vpn gateway
  desk list is:resolved resolved.after:7d --sort -resolved --columns id,code,title
  desk list --all-desks is:mine
  desk list --format csv is:any > tickets.csv"
)]
pub struct List {
    /// Which tickets: `field:value`, `field.op:value`, `is:word`, or words
    #[arg(value_name = "TERM")]
    terms: Vec<String>,

    /// Columns to sort by, `-` before one turns it round: priority,-opened
    #[arg(long, value_name = "COLUMNS", allow_hyphen_values = true)]
    sort: Option<String>,

    /// At most so many
    #[arg(long, value_name = "N")]
    limit: Option<usize>,

    /// Which columns: id,status,title
    #[arg(long, value_name = "COLUMNS", value_delimiter = ',')]
    columns: Vec<String>,

    /// How to print them
    #[arg(long, short, value_enum)]
    format: Option<Format>,
}

/// Columns of a table that nobody chose.
const USUAL: &[&str] = &[
    "id", "priority", "status", "level", "team", "assignee", "age", "title",
];

impl List {
    /// Runs the command.
    ///
    /// # Errors
    /// What concerns the whole command.
    pub fn run(self, session: &mut Session) -> Result<(), CliError> {
        let span = session.span()?;
        let order = match self.sort.as_deref() {
            Some(columns) => Order::parse(columns)
                .map_err(|error| CliError::usage(error.to_string(), error.hint()))?,
            None => Order::burning(),
        };
        let columns = self.columns(span.several)?;
        let format = self.format.unwrap_or(match () {
            () if session.everywhere.json => Format::Json,
            () if session.everywhere.quiet => Format::Ids,
            () => Format::Table,
        });
        let (mut rows, mut found) = (Vec::new(), 0);
        for Member { name, desk } in span.members() {
            let now = desk.world().now();
            let snapshot = desk.snapshot()?;
            let mut filter = filter(session, desk, &snapshot, &self.terms, now)?;
            if !filter.names_status() {
                filter = filter.of_live();
            }
            let listing = desk.briefs(&snapshot, &filter, &order, self.limit)?;
            session.remark(desk, &listing.remarks);
            found += listing.found;
            let desk = span.several.then_some(name.as_str());
            let listed = listing
                .tickets
                .into_iter()
                .map(|ticket| Row { ticket, desk, now });
            rows.extend(listed);
        }
        if span.several {
            rows.sort_by_cached_key(|row| order.key(&row.ticket, &|| row.ticket.due));
            rows.truncate(self.limit.unwrap_or(usize::MAX));
        }
        let mut names = names(&columns, format, span.several);
        if format == Format::Table && columns.is_empty() {
            // A desk without levels or teams is not told so on every line.
            let say = |says: fn(&Header) -> bool| rows.iter().any(|row| says(row.ticket.header()));
            let (level, team) = (say(|at| at.level.is_some()), say(|at| at.team.is_some()));
            names.retain(|name| (*name != "level" || level) && (*name != "team" || team));
        }
        let schema = schema(&names);
        let shown = rows.len();
        let records = rows.iter().map(|row| match format {
            Format::Table => row.for_people(&names),
            _ => row.for_machines(&schema),
        });
        let mut out = io::stdout().lock();
        if records::write(&mut out, format, &schema, records, session.look)? == Flow::ReaderGone {
            return Err(CliError::ReaderGone);
        }
        if format == Format::Table {
            if found == 0 {
                session.say("no tickets match");
            } else if shown < found {
                session.say(&format!("{shown} of {found} tickets"));
            }
        }
        Ok(())
    }

    /// The columns that were chosen.
    fn columns(&self, several: bool) -> Result<Vec<String>, CliError> {
        let known = |name: &String| match name.as_str() {
            "age" => Ok("age".to_owned()),
            "desk" if several => Ok("desk".to_owned()),
            name => fields::column(name)
                .map(str::to_owned)
                .map_err(|error| CliError::usage(error.to_string(), error.hint())),
        };
        self.columns.iter().map(known).collect()
    }
}

/// The filter of these terms.
pub(super) fn filter(
    session: &Session,
    desk: &Desk,
    snapshot: &Snapshot<'_>,
    terms: &[String],
    now: Timestamp,
) -> Result<Filter, CliError> {
    // Reading needs no identity: only `me` does.
    let (mut me, mut skills) = (nobody()?, Vec::new());
    if terms.iter().any(|term| asks_who(term)) {
        let rules = session.rules_for_reading(desk)?;
        me = desk.me(&rules)?;
        let person = rules.roster.get(me.as_str());
        skills.extend(person.iter().flat_map(|person| person.skills.clone()));
    }
    let scope = Scope {
        me,
        skills,
        clocks: Clocks::of(snapshot)?,
        now,
        past_time: &|words| desk.past(words).map_err(|error| error.to_string()),
        future_time: &|words| desk.future(words).map_err(|error| error.to_string()),
    };
    Filter::parse(terms, &scope).map_err(|error| CliError::Usage {
        message: error.to_string(),
        hint: error.hint(),
    })
}

/// Whether a term asks who I am: `assignee:me`, `is:mine`.
fn asks_who(term: &str) -> bool {
    let (field, values) = term.split_once(':').unwrap_or(("", ""));
    let words: &[&str] = if field.starts_with("is") {
        &["mine", "owned", "called", "joined"]
    } else {
        &["me"]
    };
    values.split(',').any(|value| words.contains(&value))
}

fn nobody() -> Result<Handle, CliError> {
    use crate::ticket::value::Value as _;
    Handle::parse("nobody").map_err(|bad| CliError::usage(bad.to_string(), "set git's user.email"))
}

/// What the list consists of: chosen columns, or the usual table and all
/// fields for machines; with the desk where there are several.
fn names(columns: &[String], format: Format, several: bool) -> Vec<&str> {
    let mut names: Vec<&str> = match columns {
        [] if format == Format::Table => USUAL.to_vec(),
        [] => fields::COLUMNS.iter().map(|column| column.name).collect(),
        chosen => return chosen.iter().map(String::as_str).collect(),
    };
    if several {
        names.insert(1, "desk");
    }
    names
}

fn schema(names: &[&str]) -> Schema {
    let fields = names.iter().filter(|name| **name != "age");
    Schema {
        name: "tickets".into(),
        version: record::SHAPE,
        columns: names.iter().map(|name| table_column(name)).collect(),
        fields: fields.map(|name| (*name).to_owned()).collect(),
    }
}

/// How important a column is where space is short, and how it is aligned.
fn table_column(name: &str) -> Column {
    let heading = match name {
        "age" => "Age",
        "desk" => "Desk",
        name => fields::heading(name),
    };
    match name {
        "id" | "priority" | "status" | "desk" => Column::new(heading, Column::ALWAYS),
        "title" => Column::new(heading, Column::ALWAYS).growing(16),
        "assignee" => Column::new(heading, 80),
        "age" => Column::new(heading, 60).right(),
        "level" => Column::new(heading, 50),
        "team" => Column::new(heading, 40),
        _ => Column::new(heading, 30),
    }
}

/// A ticket, and what the list says of it besides.
struct Row<'a> {
    ticket: Brief,
    /// The desk it is from, where there are several.
    desk: Option<&'a str>,
    now: Timestamp,
}

impl Row<'_> {
    fn for_machines(&self, schema: &Schema) -> Record {
        let mut brief = record::brief(&self.ticket, self.ticket.due);
        if let Some(desk) = self.desk {
            brief["desk"] = Value::from(desk);
        }
        let value = |name: &String| brief.get(name).cloned().unwrap_or(Value::Null);
        Record {
            values: schema.fields.iter().map(value).collect(),
            cells: Vec::new(),
        }
    }

    fn for_people(&self, names: &[&str]) -> Record {
        let cell = |name: &&str| match (*name, self.desk) {
            ("desk", Some(desk)) => Cell::from(desk),
            ("due", _) => self.due(),
            (name, _) => cell(&self.ticket, name, self.now),
        };
        Record {
            values: Vec::new(),
            cells: names.iter().map(cell).collect(),
        }
    }
}

impl Row<'_> {
    /// When it is due; what is over says so.
    fn due(&self) -> Cell {
        let Some(due) = self.ticket.due else {
            return Cell::from("");
        };
        let moment = age::moment(due.utc(), self.now.utc(), &chrono::Local);
        if self.ticket.late.is_some_and(|late| late <= self.now) {
            return Cell::new(format!("{moment} late"), Tone::Bad);
        }
        Cell::from(moment)
    }
}

fn cell(ticket: &Brief, name: &str, now: Timestamp) -> Cell {
    let header = ticket.header();
    let status = ticket.status();
    match name {
        "id" => Cell::new(ticket.id().as_str(), Tone::Accent),
        "status" => Cell::new(status_text(header, status), status_tone(status)),
        "priority" => {
            let text = header
                .priority
                .map(|priority| priority.to_string())
                .unwrap_or_default();
            Cell::new(
                text,
                priority_tone(header.priority.filter(|_| status.is_live())),
            )
        }
        "level" => Cell::from(
            header
                .level
                .map(|level| level.to_string())
                .unwrap_or_default(),
        ),
        "age" => {
            let end = ticket.resolved().unwrap_or(now);
            let seconds = end.since(ticket.opened()).max(0);
            Cell::from(age::short(chrono::Duration::seconds(seconds)))
        }
        "opened" | "updated" | "resolved" | "closed" | "until" => {
            use crate::ticket::value::Value as _;
            let text = fields::field(ticket, name).unwrap_or_default();
            let moment =
                Timestamp::parse(&text).map(|at| age::moment(at.utc(), now.utc(), &chrono::Local));
            Cell::from(moment.unwrap_or(text))
        }
        "assignee" if header.assignee.is_none() => Cell::new("–", Tone::Dim),
        name => Cell::from(fields::field(ticket, name).unwrap_or_default()),
    }
}
