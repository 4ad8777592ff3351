//! Bringing the cache to a snapshot: all of it, or what differs.

use super::row::{Content, Keep, Row, Scribe, Words};
use super::timing::Timing;
use super::{CacheError, Digest, Progress, Wanted, codec, past, schema};
use crate::policy::calendar::TZ_VERSION;
use crate::store::{CommitId, Entry, EntryKind, Snapshot, Store, StoreError, durable, yaml};
use crate::ticket::{Ticket, TicketId};
use git2::Repository;
use rusqlite::{Connection, OptionalExtension as _, TransactionBehavior, params};
use std::cell::OnceCell;
use std::iter;
use std::path::Path;
use std::sync::Mutex;
use std::sync::mpsc::{Receiver, SyncSender, channel, sync_channel};
use std::thread;

/// The folder of the tickets.
const TICKETS: &str = "tickets";

/// So many tickets are read at once by a thread, and at least so many make
/// threads worth their while.
const CHUNK: usize = 128;

/// So many chunks may wait to be written.
const WAITING: usize = 32;

/// From so many tickets on, a change of more than half of them is a rebuild.
const MANY: usize = 2_000;

/// What a cache is a cache of.
pub(super) struct Key {
    /// What wrote it: this version of the program.
    code: String,
    /// The desk's folder within the repository.
    prefix: String,
    /// Which run of the machine wrote it: what is not synced to the disk may be
    /// half there after a power cut. Empty where the system does not tell.
    boot: String,
    /// The commit; empty where there is none.
    pub(super) head: String,
    held: OnceCell<Held>,
}

/// What a commit has.
struct Held {
    /// The tree of tickets; empty where there is none.
    tree: String,
    /// What tickets are due by: see [`Snapshot::rule_names`].
    rules: String,
}

impl Key {
    pub(super) fn of(store: &Store, snapshot: &Snapshot<'_>, digest: Digest) -> Self {
        let (program, digests) = (env!("CARGO_PKG_VERSION"), digest.version);
        Self {
            code: format!("{program} {digests} {TZ_VERSION}"),
            prefix: store.prefix.clone(),
            boot: durable::boot().unwrap_or_default(),
            head: snapshot
                .commit()
                .map(|commit| commit.to_string())
                .unwrap_or_default(),
            held: OnceCell::new(),
        }
    }

    /// What the commit has, read when it is first asked for.
    fn held(&self, snapshot: &Snapshot<'_>) -> Result<&Held, StoreError> {
        if let Some(held) = self.held.get() {
            return Ok(held);
        }
        let tree = snapshot.entry(TICKETS)?;
        let held = Held {
            tree: tree.map(|entry| entry.id.to_string()).unwrap_or_default(),
            rules: snapshot.rule_names()?,
        };
        Ok(self.held.get_or_init(|| held))
    }

    /// Whether the cache is of the same tickets and rules.
    fn is_same(&self, meta: &Meta, snapshot: &Snapshot<'_>) -> Result<bool, StoreError> {
        // Of the same commit it is, and git need not be asked.
        if !self.head.is_empty() && meta.head == self.head {
            return Ok(true);
        }
        let held = self.held(snapshot)?;
        Ok(meta.tree == held.tree && meta.rules == held.rules)
    }
}

/// What the file says of itself.
struct Meta {
    head: String,
    tree: String,
    rules: String,
    searchable: bool,
    /// The rules that digests were made by; empty where there are none.
    digested: String,
}

/// What the cache holds, if this program can go on from it.
fn meta(conn: &Connection, key: &Key) -> Result<Option<Meta>, CacheError> {
    let known = "SELECT 1 FROM sqlite_schema WHERE name = 'meta'";
    let known: Option<i64> = conn.query_row(known, [], |row| row.get(0)).optional()?;
    if known.is_none() {
        return Ok(None);
    }
    // Another version may have other columns, but these it has.
    let same = "SELECT 1 FROM meta WHERE version = ? AND code = ?";
    let same: Option<i64> = conn
        .query_row(same, params![schema::VERSION, key.code], |row| row.get(0))
        .optional()?;
    if same.is_none() {
        return Ok(None);
    }
    let meta =
        "SELECT head, tree, rules, searchable, digested FROM meta WHERE prefix = ? AND boot = ?";
    let meta = conn.query_row(meta, params![key.prefix, key.boot], |row| {
        Ok(Meta {
            head: row.get(0)?,
            tree: row.get(1)?,
            rules: row.get(2)?,
            searchable: row.get(3)?,
            digested: row.get(4)?,
        })
    });
    Ok(meta.optional()?)
}

/// Begins to read, if the cache is as wanted. All that is read until the
/// connection is closed is of one state.
pub(super) fn begin(
    conn: &Connection,
    snapshot: &Snapshot<'_>,
    key: &Key,
    wanted: Wanted<'_>,
) -> Result<bool, CacheError> {
    conn.execute_batch("BEGIN")?;
    let fits = match meta(conn, key)? {
        Some(meta) => {
            let digested = meta.digested == meta.rules || !wanted.digests;
            let searchable = meta.searchable || !wanted.searchable;
            digested && searchable && key.is_same(&meta, snapshot)?
        }
        None => false,
    } && (!wanted.past || past::knows(conn, &key.head)?);
    if !fits {
        conn.execute_batch("ROLLBACK")?;
    }
    Ok(fits)
}

/// Brings the cache to a snapshot. Whoever calls has the turn.
pub(super) fn refresh(
    store: &Store,
    conn: &Connection,
    snapshot: &Snapshot<'_>,
    key: &Key,
    wanted: Wanted<'_>,
) -> Result<(), CacheError> {
    // Where nothing tells one run of the machine from the next, the disk must.
    let synchronous = if key.boot.is_empty() { "NORMAL" } else { "OFF" };
    conn.pragma_update(None, "synchronous", synchronous)?;
    conn.pragma_update(None, "cache_size", -65_536)?;
    let transaction = rusqlite::Transaction::new_unchecked(conn, TransactionBehavior::Immediate)?;
    let _unchecked = Unchecked::begin();
    let held = key.held(snapshot)?;
    let filler = Filler {
        store,
        conn,
        wanted,
        timing: Timing::read(snapshot)?,
    };
    let mut kept = Kept {
        searchable: wanted.searchable,
        digested: wanted.digests,
    };
    let changes = match meta(conn, key)? {
        None => None,
        Some(meta) => {
            let changes = filler.changes(snapshot, &meta, held)?;
            changes.map(|changes| (changes, meta))
        }
    };
    match changes {
        Some((changes, meta)) => {
            let was = Kept {
                searchable: meta.searchable,
                digested: meta.digested == held.rules,
            };
            kept.searchable |= was.searchable;
            kept.digested |= was.digested;
            filler.update(&changes, was)?;
            if meta.rules != held.rules {
                filler.timing.write_anew(conn)?;
            }
            if kept.searchable && !was.searchable {
                filler.make_searchable()?;
            }
            if kept.digested && !was.digested {
                filler.make_digests()?;
            }
        }
        None => filler.rebuild(snapshot)?,
    }
    if let (true, Some(head)) = (wanted.past, snapshot.commit()) {
        past::bring(store, conn, head, wanted.progress)?;
    }
    conn.execute("DELETE FROM meta", [])?;
    conn.execute(
        "INSERT INTO meta VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?)",
        params![
            schema::VERSION,
            key.code,
            key.prefix,
            key.boot,
            key.head,
            held.tree,
            held.rules,
            kept.searchable,
            if kept.digested { &held.rules } else { "" },
        ],
    )?;
    transaction.commit()?;
    Ok(())
}

/// What the cache keeps beside the tickets themselves.
#[derive(Clone, Copy)]
struct Kept {
    searchable: bool,
    digested: bool,
}

/// A ticket whose file differs, and its content now, if there is any.
type Change = (TicketId, Option<Entry>);

struct Filler<'a> {
    store: &'a Store,
    conn: &'a Connection,
    wanted: Wanted<'a>,
    timing: Timing,
}

impl Filler<'_> {
    /// What differs from what the cache holds; `None` where that is so much, or
    /// so unclear, that all is better read anew.
    fn changes(
        &self,
        snapshot: &Snapshot<'_>,
        meta: &Meta,
        held: &Held,
    ) -> Result<Option<Vec<Change>>, CacheError> {
        if meta.tree == held.tree {
            return Ok(Some(Vec::new()));
        }
        let older = if meta.head.is_empty() {
            self.store.snapshot_of(None)
        } else {
            let commit: CommitId = meta
                .head
                .parse()
                .map_err(|_| CacheError::Damaged("its commit makes no sense".into()))?;
            self.store.snapshot_at(commit)
        };
        // Its commit may be gone: a reset and `git gc`.
        let Ok(older) = older else {
            return Ok(None);
        };
        let mut changes = Vec::new();
        let compared = snapshot.diff_entries::<StoreError>(&older, TICKETS, |path, _, after| {
            changes.extend(TicketId::from_path(path).map(|id| (id, after)));
            Ok(())
        });
        if changes.len() > MANY && changes.len() > self.count("ticket")? / 2 {
            return Ok(None);
        }
        Ok(compared.is_ok().then_some(changes))
    }

    fn rebuild(&self, snapshot: &Snapshot<'_>) -> Result<(), CacheError> {
        self.clear()?;
        self.conn.execute_batch(schema::TABLES)?;
        let walk = |found: &mut dyn FnMut(TicketId, Entry)| {
            snapshot.walk_entries(TICKETS, |path, entry| {
                if let Some(id) = TicketId::from_path(path) {
                    found(id, entry);
                }
                Ok(())
            })
        };
        let mut scribe = Scribe::new(self.conn)?;
        let kept = Kept {
            searchable: self.wanted.searchable,
            digested: self.wanted.digests,
        };
        self.read(walk, kept, &mut |row| scribe.add(row))?;
        self.conn.execute_batch(schema::INDEXES)?;
        Ok(())
    }

    /// How many rows a table has.
    fn count(&self, table: &str) -> Result<usize, CacheError> {
        let sql = format!("SELECT count(*) FROM {table}");
        let count: i64 = self.conn.query_row(&sql, [], |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// Removes whatever tables there are, those of other versions too.
    fn clear(&self) -> Result<(), CacheError> {
        // Dropping a virtual table drops the tables behind it.
        let names = "SELECT name FROM sqlite_schema WHERE type = 'table' \
                     ORDER BY sql NOT LIKE 'CREATE VIRTUAL%'";
        let names: Vec<String> = self
            .conn
            .prepare(names)?
            .query_map([], |row| row.get(0))?
            .collect::<Result<_, _>>()?;
        for name in names.iter().filter(|name| !name.starts_with("sqlite_")) {
            let quoted = name.replace('"', "\"\"");
            self.conn
                .execute_batch(&format!("DROP TABLE IF EXISTS \"{quoted}\""))?;
        }
        Ok(())
    }

    fn update(&self, changes: &[Change], was: Kept) -> Result<(), CacheError> {
        let mut scribe = Scribe::new(self.conn)?;
        for (id, _) in changes {
            scribe.remove(id, was.searchable)?;
        }
        let walk = |found: &mut dyn FnMut(TicketId, Entry)| {
            let there = changes.iter();
            there
                .filter_map(|(id, entry)| Some((id.clone(), (*entry)?)))
                .for_each(|(id, entry)| found(id, entry));
            Ok(())
        };
        self.read(walk, was, &mut |row| scribe.add(row))
    }

    /// Indexes the words of all tickets that are there.
    fn make_searchable(&self) -> Result<(), CacheError> {
        self.prepare_search(self.count("body")?)?;
        let mut scribe = Scribe::new(self.conn)?;
        self.each_body(|n, ticket| scribe.index(n, &Words::of(ticket)))
    }

    /// Makes the digests of all tickets that are there.
    fn make_digests(&self) -> Result<(), CacheError> {
        self.conn.execute("DELETE FROM digest", [])?;
        let mut scribe = Scribe::new(self.conn)?;
        self.each_body(|n, ticket| {
            scribe.digest(n, &(self.wanted.digest.of)(ticket, self.timing.rules()))
        })
    }

    /// Visits all tickets that are there, with their numbers.
    fn each_body(
        &self,
        mut visit: impl FnMut(i64, &Ticket) -> Result<(), CacheError>,
    ) -> Result<(), CacheError> {
        let all = self.count("body")?;
        let mut bodies = self.conn.prepare("SELECT n, data FROM body")?;
        let mut rows = bodies.query([])?;
        let mut done = 0;
        while let Some(row) = rows.next()? {
            let data = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            visit(row.get(0)?, &codec::decode(data)?)?;
            done += 1;
            self.tell(done, all);
        }
        Ok(())
    }

    /// Lets the index grow in memory before it is written: merging its small
    /// pieces is most of the work otherwise.
    fn prepare_search(&self, tickets: usize) -> Result<(), CacheError> {
        if tickets > MANY {
            let size: i64 = 64 << 20;
            let sql = "INSERT INTO text (text, rank) VALUES ('hashsize', ?)";
            self.conn.execute(sql, [size])?;
        }
        Ok(())
    }

    fn tell(&self, done: usize, all: usize) {
        if done.is_multiple_of(CHUNK * 8) || done == all {
            (self.wanted.progress)(Progress { done, all });
        }
    }

    /// Reads the tickets that `walk` finds and hands them on, in any order.
    /// Many are read by other threads, from the first on that is found.
    fn read(
        &self,
        walk: impl FnOnce(&mut dyn FnMut(TicketId, Entry)) -> Result<(), StoreError>,
        kept: Kept,
        take: &mut dyn FnMut(Row) -> Result<(), CacheError>,
    ) -> Result<(), CacheError> {
        let keep = Keep {
            digest: kept.digested.then_some(self.wanted.digest),
            searchable: kept.searchable,
            timing: &self.timing,
        };
        let (feed, chunks) = channel();
        let chunks = Mutex::new(chunks);
        let (give, get) = sync_channel(WAITING);
        thread::scope(|scope| {
            let mut chunk: Chunk = Vec::with_capacity(CHUNK);
            let mut all = 0;
            walk(&mut |id, entry| {
                all += 1;
                chunk.push((id, entry));
                if chunk.len() < CHUNK {
                    return;
                }
                // Who is to read it lives as long as this does.
                let _ = feed.send(std::mem::replace(&mut chunk, Vec::with_capacity(CHUNK)));
                let workers = thread::available_parallelism().map_or(1, usize::from);
                if all <= workers * CHUNK {
                    let (give, chunks) = (give.clone(), &chunks);
                    let folder = self.store.git_dir();
                    scope.spawn(move || work(folder, chunks, keep, &give));
                }
            })?;
            drop((feed, give));
            if kept.searchable {
                self.prepare_search(all)?;
            }
            let rest = chunk
                .iter()
                .map(|(id, entry)| prepare(&self.store.repo, id, *entry, keep))
                .collect();
            let mut done = 0;
            for rows in iter::once(rest).chain(&get) {
                for row in rows? {
                    take(row)?;
                    done += 1;
                    self.tell(done, all);
                }
            }
            // Where this ends early, `get` is gone before the threads are
            // waited for, and so is whatever they wait for.
            drop(get);
            Ok(())
        })
    }
}

/// As long as it lives, objects are not hashed again when they are read, as
/// `git` does not do either: what is damaged does not unpack. Hashing is a
/// twelfth of a rebuild, and more of reading the past, which is trees.
struct Unchecked;

impl Unchecked {
    fn begin() -> Self {
        git2::opts::strict_hash_verification(false);
        Self
    }
}

impl Drop for Unchecked {
    fn drop(&mut self) {
        git2::opts::strict_hash_verification(true);
    }
}

/// Tickets that are read at once.
type Chunk = Vec<(TicketId, Entry)>;

type Rows = Result<Vec<Row>, CacheError>;

/// Prepares chunks until there are none left, or nobody wants more.
fn work(folder: &Path, chunks: &Mutex<Receiver<Chunk>>, keep: Keep<'_>, give: &SyncSender<Rows>) {
    // libgit2's objects are for one thread each.
    let repo = match Repository::open(folder) {
        Ok(repo) => repo,
        Err(error) => {
            let error = StoreError::git("open the repository")(error);
            // Nobody listens where another thread has failed already.
            let _ = give.send(Err(error.into()));
            return;
        }
    };
    let next = || chunks.lock().ok()?.recv().ok();
    while let Some(chunk) = next() {
        let rows: Rows = chunk
            .iter()
            .map(|(id, entry)| prepare(&repo, id, *entry, keep))
            .collect();
        if give.send(rows).is_err() {
            return;
        }
    }
}

fn prepare(
    repo: &Repository,
    id: &TicketId,
    entry: Entry,
    keep: Keep<'_>,
) -> Result<Row, CacheError> {
    let blob = entry.id;
    if entry.kind != EntryKind::File {
        // A link in a ticket's place: not followed, and not passed over.
        return Ok(Row {
            id: id.clone(),
            blob,
            content: None,
        });
    }
    let found = repo
        .find_blob(blob.0)
        .map_err(StoreError::git("read a blob"))?;
    let content = match yaml::read_canonical(id, found.content()) {
        Some(ticket) => Some(Content::of(&ticket, false, keep)),
        None => {
            let stored = yaml::read_ticket(id, found.content());
            // What is wrong with it is read again where somebody asks.
            stored
                .ok()
                .map(|stored| Content::of(&stored.ticket, stored.drift().is_some(), keep))
        }
    };
    Ok(Row {
        id: id.clone(),
        blob,
        content,
    })
}
