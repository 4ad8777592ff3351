//! Which commits changed which ticket. A commit never changes, so what was
//! read of one stays true whatever becomes of `HEAD`; only commits that are not
//! known yet are read, and rewritten history needs no care.
//!
//! Commits lie on chains, each the first parent of the next; where a chain
//! begins, it knows the commit that it grew from. Looking back along first
//! parents, which is what `git log -- FILE` does until a commit changed the
//! file, is then going down a chain.

mod read;

use super::{CacheError, Progress, View};
use crate::store::{BlobId, CommitId, Store};
use crate::ticket::TicketId;
use git2::Oid;
use read::Read;
use rusqlite::{Connection, OptionalExtension as _, Statement, params};
use std::collections::HashMap;

/// Stands for a merge that differs from all its parents: git must be asked how
/// the file came there.
const ASK: i64 = -1;

/// A commit that changed a ticket's file.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Touch {
    /// The commit.
    pub commit: CommitId,
    /// The content in its first parent.
    pub before: Option<BlobId>,
    /// The content in it.
    pub after: Option<BlobId>,
}

/// Whether all that led to a commit is known.
pub(super) fn knows(conn: &Connection, head: &str) -> Result<bool, CacheError> {
    let known = "SELECT EXISTS (SELECT 1 FROM past WHERE hash = ?)";
    Ok(head.is_empty() || conn.query_row(known, [head], |row| row.get(0))?)
}

/// Reads what led to a commit and is not known yet.
pub(super) fn bring(
    store: &Store,
    conn: &Connection,
    head: CommitId,
    progress: &dyn Fn(Progress),
) -> Result<(), CacheError> {
    let unknown = unknown(store, conn, head)?;
    let mut scribe = Scribe::new(conn)?;
    read::all(store, &unknown, progress, &mut |read| scribe.add(&read))
}

/// Commits that are not known, parents before children.
fn unknown(store: &Store, conn: &Connection, head: CommitId) -> Result<Vec<Oid>, CacheError> {
    let mut known = conn.prepare("SELECT 1 FROM past WHERE hash = ?")?;
    let mut seen = HashMap::new();
    let mut order = Vec::new();
    let mut stack = vec![(head.0, false)];
    while let Some((id, ready)) = stack.pop() {
        if ready {
            order.push(id);
            continue;
        }
        if seen.contains_key(&id) || known.exists([id.to_string()])? {
            continue;
        }
        seen.insert(id, ());
        stack.push((id, true));
        let commit = store.commit_object(CommitId(id))?;
        stack.extend(commit.parent_ids().map(|parent| (parent, false)));
    }
    Ok(order)
}

/// Where a commit lies.
#[derive(Clone, Copy)]
struct Seat {
    n: i64,
    chain: i64,
    pos: i64,
}

/// Gives commits their seats, and writes them.
struct Scribe<'c> {
    seat: Statement<'c>,
    next: Statement<'c>,
    past: Statement<'c>,
    chain: Statement<'c>,
    touch: Statement<'c>,
    /// Those of this run: most parents are among them.
    seats: HashMap<Oid, Seat>,
    /// The last of each chain that was met.
    ends: HashMap<i64, i64>,
    last_n: i64,
    last_chain: i64,
}

impl<'c> Scribe<'c> {
    fn new(conn: &'c Connection) -> Result<Self, CacheError> {
        let most = |sql: &str| conn.query_row(sql, [], |row| row.get(0));
        Ok(Self {
            seat: conn.prepare("SELECT n, chain, pos FROM past WHERE hash = ?")?,
            next: conn.prepare("SELECT max(pos) FROM past WHERE chain = ?")?,
            past: conn.prepare("INSERT INTO past VALUES (?, ?, ?, ?, ?)")?,
            chain: conn.prepare("INSERT INTO chain VALUES (?, ?)")?,
            touch: conn.prepare("INSERT OR REPLACE INTO revision VALUES (?, ?, ?, ?, ?, ?, ?)")?,
            seats: HashMap::new(),
            ends: HashMap::new(),
            last_n: most("SELECT ifnull(max(n), 0) FROM past")?,
            last_chain: most("SELECT ifnull(max(chain), 0) FROM chain")?,
        })
    }

    fn seat_of(&mut self, commit: Oid) -> Result<Seat, CacheError> {
        if let Some(seat) = self.seats.get(&commit) {
            return Ok(*seat);
        }
        Ok(self.seat.query_row([commit.to_string()], |row| {
            Ok(Seat {
                n: row.get(0)?,
                chain: row.get(1)?,
                pos: row.get(2)?,
            })
        })?)
    }

    /// On its first parent's chain, if that ends there; else on a new one.
    fn new_seat(&mut self, first: Option<Seat>) -> Result<Seat, CacheError> {
        self.last_n += 1;
        if let Some(parent) = first {
            let end = match self.ends.get(&parent.chain) {
                Some(end) => *end,
                None => self.next.query_row([parent.chain], |row| row.get(0))?,
            };
            if end == parent.pos {
                return Ok(Seat {
                    n: self.last_n,
                    chain: parent.chain,
                    pos: parent.pos + 1,
                });
            }
        }
        self.last_chain += 1;
        self.chain
            .execute(params![self.last_chain, first.map(|seat| seat.n)])?;
        Ok(Seat {
            n: self.last_n,
            chain: self.last_chain,
            pos: 0,
        })
    }

    fn add(&mut self, read: &Read) -> Result<(), CacheError> {
        let first = read.parents.first();
        let first = first.map(|parent| self.seat_of(*parent)).transpose()?;
        let seat = self.new_seat(first)?;
        self.seats.insert(read.commit, seat);
        self.ends.insert(seat.chain, seat.pos);
        let hash = read.commit.to_string();
        self.past
            .execute(params![seat.n, hash, read.at, seat.chain, seat.pos])?;
        for touched in &read.touched {
            let from = match touched.same_as {
                _ if read.parents.len() < 2 => None,
                None => Some(ASK),
                Some(parent) => match read.parents.get(parent) {
                    Some(parent) => Some(self.seat_of(*parent)?.n),
                    None => Some(ASK),
                },
            };
            let hex = |blob: Option<Oid>| blob.map(|blob| blob.to_string());
            self.touch.execute(params![
                touched.ticket.as_str(),
                seat.chain,
                seat.pos,
                seat.n,
                from,
                hex(touched.before),
                hex(touched.after)
            ])?;
        }
        Ok(())
    }
}

/// A row of `revision`.
struct Row {
    chain: i64,
    pos: i64,
    hash: String,
    from: Option<i64>,
    before: Option<String>,
    after: Option<String>,
}

impl View {
    /// The commits that changed a ticket's file, newest first, as
    /// [`Store::history`] lists them; `None` where git must be asked. The cache
    /// was wanted with its past.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn touches(&self, ticket: &TicketId) -> Result<Option<Vec<Touch>>, CacheError> {
        let rows = self.revisions(ticket)?;
        let seat = |sql: &str, key: &dyn rusqlite::ToSql| -> Result<(i64, i64), CacheError> {
            Ok(self
                .conn
                .query_row(sql, [key], |row| Ok((row.get(0)?, row.get(1)?)))?)
        };
        let by_n = "SELECT chain, pos FROM past WHERE n = ?";
        let grew_from = "SELECT parent FROM chain WHERE chain = ?";
        if self.head.is_empty() {
            return Ok(Some(Vec::new()));
        }
        let by_hash = "SELECT chain, pos FROM past WHERE hash = ?";
        let (mut chain, mut pos) = seat(by_hash, &self.head)?;
        let mut touches = Vec::new();
        loop {
            let below = rows
                .iter()
                .filter(|row| row.chain == chain && row.pos <= pos)
                .max_by_key(|row| row.pos);
            let Some(row) = below else {
                let parent: Option<i64> = self
                    .conn
                    .query_row(grew_from, [chain], |row| row.get(0))
                    .optional()?
                    .flatten();
                match parent {
                    None => return Ok(Some(touches)),
                    Some(parent) => (chain, pos) = seat(by_n, &parent)?,
                }
                continue;
            };
            match row.from {
                Some(ASK) => return Ok(None),
                Some(parent) => (chain, pos) = seat(by_n, &parent)?,
                None => {
                    touches.push(row.touch()?);
                    pos = row.pos - 1;
                }
            }
        }
    }

    fn revisions(&self, ticket: &TicketId) -> Result<Vec<Row>, CacheError> {
        let sql = "SELECT revision.chain, revision.pos, hash, same_as, before, after \
                   FROM revision JOIN past ON n = revision.past WHERE ticket = ?";
        let mut statement = self.conn.prepare(sql)?;
        let rows = statement.query_map([ticket.as_str()], |row| {
            Ok(Row {
                chain: row.get(0)?,
                pos: row.get(1)?,
                hash: row.get(2)?,
                from: row.get(3)?,
                before: row.get(4)?,
                after: row.get(5)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}

impl Row {
    fn touch(&self) -> Result<Touch, CacheError> {
        let bad = || CacheError::Damaged("a name of an object in it makes no sense".into());
        let id = |hex: &str| Oid::from_str(hex).map_err(|_| bad());
        let blob = |hex: &Option<String>| {
            let hex = hex.as_deref();
            hex.map(|hex| id(hex).map(BlobId)).transpose()
        };
        Ok(Touch {
            commit: CommitId(id(&self.hash)?),
            before: blob(&self.before)?,
            after: blob(&self.after)?,
        })
    }
}
