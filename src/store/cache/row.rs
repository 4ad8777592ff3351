//! What the cache keeps of a ticket, and writing it.

use super::timing::Timing;
use super::{CacheError, Digest, codec};
use crate::store::BlobId;
use crate::ticket::header::FIELDS;
use crate::ticket::text::fold;
use crate::ticket::value::{Shape, Value as _};
use crate::ticket::{Event, EventId, Priority, Status, Ticket, TicketId};
use rusqlite::types::Value;
use rusqlite::{Connection, OptionalExtension as _, Statement, params};

/// From here on, a ticket is over: see [`burning`].
pub(super) const OVER: i64 = 1 << 46;

/// A file of a ticket on its way into the cache.
pub(super) struct Row {
    pub(super) id: TicketId,
    pub(super) blob: BlobId,
    /// `None` where the file can't be read.
    pub(super) content: Option<Content>,
}

/// What is kept of tickets beside themselves.
#[derive(Clone, Copy)]
pub(super) struct Keep<'a> {
    pub(super) digest: Option<Digest>,
    /// Whether their words are.
    pub(super) searchable: bool,
    /// What they are due by.
    pub(super) timing: &'a Timing,
}

/// What is kept of a ticket that can be read. Made apart from writing it, so
/// that another thread can.
pub(super) struct Content {
    columns: Vec<Value>,
    body: Vec<u8>,
    digest: Option<Vec<u8>>,
    members: Vec<(&'static str, String)>,
    events: Vec<Happened>,
    words: Option<Words>,
}

struct Happened {
    seq: u32,
    e: EventId,
    columns: [Value; 9],
}

/// What full-text search looks in.
pub(super) struct Words {
    title: String,
    words: String,
}

impl Words {
    /// Folded as filters fold, so that whatever a filter finds is found; the
    /// tokenizer takes the diacritics off. Ids have columns of their own: their
    /// random letters would make the index three times slower to build.
    pub(super) fn of(ticket: &Ticket) -> Self {
        let mut words = String::new();
        let requester = ticket.header().requester.iter();
        let said = ticket.active().flat_map(|event| event.said());
        for text in requester.map(|line| line.as_str()).chain(said) {
            words.push('\n');
            words.push_str(&fold(text));
        }
        Self {
            title: fold(ticket.title()),
            words,
        }
    }
}

impl Content {
    /// `drift`: whether the file's header says other than its timeline.
    pub(super) fn of(ticket: &Ticket, drift: bool, keep: Keep<'_>) -> Self {
        Self {
            columns: columns(ticket, drift, keep.timing),
            body: codec::encode(ticket),
            digest: keep
                .digest
                .map(|digest| (digest.of)(ticket, keep.timing.rules())),
            members: members(ticket),
            events: events(ticket),
            words: keep.searchable.then(|| Words::of(ticket)),
        }
    }
}

/// The order of `desk list` as one number: live before over, what can be worked
/// on before what is pending, by priority (none last), unacknowledged before
/// acknowledged, the oldest first.
fn burning(ticket: &Ticket) -> i64 {
    const YEAR_ONE: i64 = -62_135_596_800;
    let status = ticket.status();
    let priority = ticket.header().priority.map_or(15, Priority::number);
    let over = i64::from(!status.is_live());
    let pending = i64::from(status == Status::Pending);
    let acknowledged = i64::from(!status.is_waiting());
    (over << 46)
        | (pending << 45)
        | (i64::from(priority) << 41)
        | (acknowledged << 40)
        | (ticket.opened().unix() - YEAR_ONE)
}

/// The values of the table's columns behind `blob`, in their order.
fn columns(ticket: &Ticket, drift: bool, timing: &Timing) -> Vec<Value> {
    let id = ticket.id();
    let compact: String = id.as_str().chars().filter(|c| *c != '-').collect();
    let flag = |flag: bool| Value::Integer(flag.into());
    let time = |time: Option<crate::ticket::Timestamp>| {
        time.map_or(Value::Null, |time| Value::Integer(time.unix()))
    };
    let mut columns = vec![
        Value::Text(id.tail().to_owned()),
        Value::Text(compact.chars().rev().collect()),
        time(Some(ticket.opened())),
        time(Some(ticket.updated())),
        time(ticket.resolved()),
        time(ticket.closed()),
        flag(ticket.status().is_live()),
        flag(ticket.is_void()),
        Value::Integer(ticket.timeline().len() as i64),
        flag(drift),
        Value::Integer(burning(ticket)),
    ];
    columns.extend(timing.of(ticket));
    let first = columns.len();
    columns.resize(first + FIELDS.len(), Value::Null);
    // Fields come in the order of the columns.
    let mut places = FIELDS.iter().zip(&mut columns[first..]);
    ticket.header().visit(|name, value| {
        let Some((_, column)) = places.find(|(field, _)| **field == name) else {
            return;
        };
        *column = match (name, value.shape) {
            ("title", _) => Value::Text(value.text.into_owned()),
            (_, Shape::Text) => Value::Text(fold(&value.text)),
            (_, Shape::Number) => value.text.parse().map_or(Value::Null, Value::Integer),
            (_, Shape::Time) => crate::ticket::Timestamp::parse(&value.text)
                .map_or(Value::Null, |time| Value::Integer(time.unix())),
        };
    });
    // Set or not, a ticket has a status.
    if let Some(place) = FIELDS.iter().position(|field| *field == "status") {
        columns[first + place] = Value::Text(ticket.status().text());
    }
    columns
}

fn members(ticket: &Ticket) -> Vec<(&'static str, String)> {
    let lists = ticket.header().lists().into_iter();
    lists
        .flat_map(|(list, members)| {
            members
                .into_iter()
                .map(move |member| (list, fold(&member.text)))
        })
        .collect()
}

fn events(ticket: &Ticket) -> Vec<Happened> {
    let mut counted = ticket.active().peekable();
    let text = |text: Option<String>| text.map_or(Value::Null, |text| Value::Text(fold(&text)));
    let mut happened = |event: &Event| Happened {
        seq: event.n,
        e: event.e.clone(),
        columns: [
            Value::Integer(event.at.unix()),
            event
                .recorded
                .map_or(Value::Null, |time| Value::Integer(time.unix())),
            Value::Text(fold(event.by.as_str())),
            Value::Text(event.did.word().to_owned()),
            Value::Integer(
                counted
                    .next_if(|next| std::ptr::eq(*next, event))
                    .is_some()
                    .into(),
            ),
            text(event.set.status.value().map(|status| status.text())),
            event
                .set
                .level
                .value()
                .map_or(Value::Null, |level| Value::Integer(level.number().into())),
            text(event.set.team.value().map(|team| team.text())),
            text(event.set.assignee.value().map(|assignee| assignee.text())),
        ],
    };
    ticket.timeline().iter().map(&mut happened).collect()
}

/// Writes rows. Its statements are prepared once.
pub(super) struct Scribe<'c> {
    ticket: Statement<'c>,
    body: Statement<'c>,
    digest: Statement<'c>,
    member: Statement<'c>,
    event: Statement<'c>,
    text: Statement<'c>,
    damaged: Statement<'c>,
    conn: &'c Connection,
    next: i64,
}

impl<'c> Scribe<'c> {
    pub(super) fn new(conn: &'c Connection) -> Result<Self, CacheError> {
        let places = vec!["?"; 3 + 14 + FIELDS.len()].join(",");
        let next = "SELECT ifnull(max(n), 0) + 1 FROM ticket";
        Ok(Self {
            ticket: conn.prepare(&format!("INSERT INTO ticket VALUES ({places})"))?,
            body: conn.prepare("INSERT INTO body VALUES (?, ?)")?,
            digest: conn.prepare("INSERT INTO digest VALUES (?, ?)")?,
            member: conn.prepare("INSERT OR IGNORE INTO member VALUES (?, ?, ?)")?,
            event: conn.prepare(
                "INSERT OR IGNORE INTO event VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
            )?,
            text: conn.prepare("INSERT INTO text (rowid, title, words) VALUES (?, ?, ?)")?,
            damaged: conn.prepare("INSERT OR REPLACE INTO damaged VALUES (?, ?)")?,
            next: conn.query_row(next, [], |row| row.get(0))?,
            conn,
        })
    }

    /// Adds a ticket that is not there.
    pub(super) fn add(&mut self, row: Row) -> Result<(), CacheError> {
        let Some(content) = row.content else {
            self.damaged
                .execute(params![row.id.as_str(), row.blob.to_string()])?;
            return Ok(());
        };
        let n = self.next;
        self.next += 1;
        let head = [
            Value::Integer(n),
            Value::Text(row.id.text()),
            Value::Text(row.blob.to_string()),
        ];
        let values = head.into_iter().chain(content.columns);
        self.ticket.execute(rusqlite::params_from_iter(values))?;
        self.body.execute(params![n, content.body])?;
        if let Some(digest) = content.digest {
            self.digest(n, &digest)?;
        }
        for (list, value) in content.members {
            self.member.execute(params![list, value, n])?;
        }
        for event in content.events {
            let head = [
                Value::Integer(n),
                Value::Integer(event.seq.into()),
                Value::Text(event.e.text()),
            ];
            let values = head.into_iter().chain(event.columns);
            self.event.execute(rusqlite::params_from_iter(values))?;
        }
        if let Some(words) = content.words {
            self.index(n, &words)?;
        }
        Ok(())
    }

    /// Makes a ticket's words searchable.
    pub(super) fn index(&mut self, n: i64, words: &Words) -> Result<(), CacheError> {
        self.text.execute(params![n, words.title, words.words])?;
        Ok(())
    }

    /// Keeps a ticket's digest.
    pub(super) fn digest(&mut self, n: i64, digest: &[u8]) -> Result<(), CacheError> {
        self.digest.execute(params![n, digest])?;
        Ok(())
    }

    /// Takes a ticket out, if it is there.
    pub(super) fn remove(&mut self, id: &TicketId, searchable: bool) -> Result<(), CacheError> {
        let run = |sql: &str, n: i64| self.conn.execute(sql, [n]);
        let find = "SELECT n FROM ticket WHERE id = ?";
        let found = self.conn.query_row(find, [id.as_str()], |row| row.get(0));
        if let Some(n) = found.optional()? {
            run("DELETE FROM ticket WHERE n = ?", n)?;
            run("DELETE FROM body WHERE n = ?", n)?;
            run("DELETE FROM digest WHERE n = ?", n)?;
            run("DELETE FROM member WHERE ticket = ?", n)?;
            run("DELETE FROM event WHERE ticket = ?", n)?;
            if searchable {
                run("DELETE FROM text WHERE rowid = ?", n)?;
            }
        }
        let damaged = "DELETE FROM damaged WHERE id = ?";
        self.conn.execute(damaged, [id.as_str()])?;
        Ok(())
    }
}
