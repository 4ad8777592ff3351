//! The cache: what `HEAD` holds, in SQLite, so that a question costs what its
//! answer does and not what is stored. Never the truth: deleting it loses
//! nothing, and whatever goes wrong with it, the files answer.
//!
//! It lies in `desk/cache.db` of git's common folder and knows which tree of
//! tickets it holds, and by which policy they are due. Where `HEAD` has another one, [`Store::cache`] reads the
//! tickets that differ; where it was written by another version of the program,
//! or before the machine was last started (it is not synced to the disk), it is
//! made anew. Writers take turns by a lock of their own; a reader sees one
//! state, since all it asks is one transaction of SQLite.
//!
//! | file | holds |
//! |---|---|
//! | `schema` | the tables |
//! | `codec`, `row` | a ticket as rows |
//! | `timing` | when its clocks are due |
//! | `fill` | bringing it up to date |
//! | `past` | which commits changed which ticket |
//! | `select`, `names` | tickets by conditions; by id, key and reference |
//! | `digest` | what is kept of each ticket for reports |
//! | `search`, `sql` | words; questions in SQL |

mod codec;
mod digest;
mod fill;
mod loads;
mod names;
mod past;
mod row;
mod schema;
mod search;
mod select;
mod sql;
mod timing;

pub use digest::{Arena, Batch};
pub use loads::Assigned;
pub use past::Touch;
pub use schema::DOCUMENTATION;
pub use search::{Hit, Marked, MarkedTicket};
pub use select::{Column, Condition, OrderBy, Select, Test};
pub use sql::{Answer, SqlCell};

use super::{Snapshot, Store, StoreError};
use crate::policy::clock;
use crate::ticket::Ticket;
use rusqlite::{Connection, ErrorCode, OpenFlags};
use std::fs::{self, File, OpenOptions, TryLockError};
use std::io::ErrorKind;
use std::path::{Path, PathBuf};
use std::thread::sleep;
use std::time::{Duration, Instant};

/// How long to wait for another program that brings the cache up to date. A
/// rebuild of a million tickets takes less than a minute.
const PATIENCE: Duration = Duration::from_secs(60);

/// Other work trees of the repository may move the cache to their `HEAD`; so
/// often it is brought back.
const ROUNDS: u32 = 3;

/// Why the cache can't answer. The files can.
#[derive(Debug, thiserror::Error)]
pub enum CacheError {
    /// SQLite refused.
    #[error("{detail}")]
    Sqlite {
        /// SQLite's words.
        detail: String,
        /// Whether a new cache may do better.
        damaged: bool,
    },
    /// What it holds makes no sense.
    #[error("{0}")]
    Damaged(String),
    /// Another program works on it for long, or has moved it on.
    #[error("another program is busy with it")]
    Busy,
    /// The files could not be read either.
    #[error(transparent)]
    Store(#[from] StoreError),
}

impl From<rusqlite::Error> for CacheError {
    fn from(error: rusqlite::Error) -> Self {
        let busy = [ErrorCode::DatabaseBusy, ErrorCode::DatabaseLocked];
        match error.sqlite_error_code() {
            Some(code) if busy.contains(&code) => Self::Busy,
            code => Self::Sqlite {
                damaged: code != Some(ErrorCode::ReadOnly),
                detail: error.to_string(),
            },
        }
    }
}

impl CacheError {
    /// Whether a new cache may do better.
    #[must_use]
    pub fn is_damage(&self) -> bool {
        match self {
            Self::Sqlite { damaged, .. } => *damaged,
            Self::Damaged(_) => true,
            Self::Busy | Self::Store(_) => false,
        }
    }
}

/// Tickets read so far, of all that are to be read.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Progress {
    /// Read so far.
    pub done: usize,
    /// To be read.
    pub all: usize,
}

/// What is kept of each ticket for whoever asks about all of them at once: the
/// cache does not look into it.
#[derive(Debug, Clone, Copy)]
pub struct Digest {
    /// Goes up when the bytes do not mean the same any more.
    pub version: u32,
    /// The bytes of a ticket, as this policy and roster judge it.
    pub of: fn(&Ticket, clock::Rules<'_>) -> Vec<u8>,
}

/// What is to be in the cache, and who hears of long work.
#[derive(Clone, Copy)]
pub struct Wanted<'a> {
    /// What may be kept of each ticket beside itself.
    pub digest: Digest,
    /// Whether that must be there: it is made when it is first asked for.
    pub digests: bool,
    /// Whether the words of tickets must be searchable.
    pub searchable: bool,
    /// Whether it must be known which commits changed which ticket.
    pub past: bool,
    /// Is called now and then while tickets are read.
    pub progress: &'a dyn Fn(Progress),
}

/// The cache as of one snapshot. While it lives, it stays so.
#[derive(Debug)]
pub struct View {
    conn: Connection,
    /// `None` where it is in memory only.
    file: Option<PathBuf>,
    /// The snapshot's commit; empty where there is none.
    head: String,
}

impl Store {
    /// The cache, brought to a snapshot.
    ///
    /// # Errors
    /// [`CacheError`]: then the snapshot itself must answer. Where
    /// [`CacheError::is_damage`] holds, [`Store::drop_cache`] may help.
    pub fn cache(&self, snapshot: &Snapshot<'_>, wanted: Wanted<'_>) -> Result<View, CacheError> {
        let file = self.cache_file();
        let key = fill::Key::of(self, snapshot, wanted.digest);
        let mut conn = None;
        for _ in 0..ROUNDS {
            let open = match conn.take() {
                Some(open) => open,
                None if file.exists() => open(&file)?,
                None => {
                    let _turn = self.cache_turn()?;
                    open(&file)?
                }
            };
            if fill::begin(&open, snapshot, &key, wanted)? {
                return Ok(View {
                    conn: open,
                    file: Some(file),
                    head: key.head,
                });
            }
            let _turn = self.cache_turn()?;
            fill::refresh(self, &open, snapshot, &key, wanted)?;
            conn = Some(open);
        }
        Err(CacheError::Busy)
    }

    /// The same in memory, for where no file can be written: made for this one
    /// question.
    ///
    /// # Errors
    /// The tickets can't be read.
    pub fn cache_in_memory(
        &self,
        snapshot: &Snapshot<'_>,
        wanted: Wanted<'_>,
    ) -> Result<View, CacheError> {
        let conn = Connection::open_in_memory()?;
        let key = fill::Key::of(self, snapshot, wanted.digest);
        fill::refresh(self, &conn, snapshot, &key, wanted)?;
        Ok(View {
            conn,
            file: None,
            head: key.head,
        })
    }

    /// Removes the cache.
    ///
    /// # Errors
    /// It can't be removed, or another program is busy with it.
    pub fn drop_cache(&self) -> Result<(), CacheError> {
        let _turn = self.cache_turn()?;
        let file = self.cache_file();
        let mut journal = file.clone().into_os_string();
        journal.push("-journal");
        for path in [file, journal.into()] {
            match fs::remove_file(&path) {
                Err(error) if error.kind() != ErrorKind::NotFound => {
                    return Err(StoreError::io("remove", &path)(error).into());
                }
                _ => {}
            }
        }
        Ok(())
    }

    /// Whether a desk has so few tickets that its files are as fast as the
    /// cache.
    ///
    /// # Errors
    /// Git's trees can't be read.
    pub fn is_small(&self, snapshot: &Snapshot<'_>) -> Result<bool, StoreError> {
        /// Ends the walk.
        enum Stop {
            Enough,
            Failed(StoreError),
        }
        impl From<StoreError> for Stop {
            fn from(error: StoreError) -> Self {
                Self::Failed(error)
            }
        }
        let mut left = self.options.cache_from;
        if matches!(left, 0 | usize::MAX) {
            return Ok(left != 0);
        }
        // It was not small when the cache was made; counting is not free.
        if self.cache_file().exists() {
            return Ok(false);
        }
        let walked = snapshot.walk("tickets", |_, _| {
            left = left.saturating_sub(1);
            if left == 0 { Err(Stop::Enough) } else { Ok(()) }
        });
        match walked {
            Ok(()) => Ok(true),
            Err(Stop::Enough) => Ok(false),
            Err(Stop::Failed(error)) => Err(error),
        }
    }

    fn cache_file(&self) -> PathBuf {
        self.own_file("cache", "db")
    }

    /// Waits for the turn to write the cache. The lock is the kernel's: it ends
    /// with the program that holds it.
    fn cache_turn(&self) -> Result<File, CacheError> {
        let folder = self.common_dir().join("desk");
        fs::create_dir_all(&folder).map_err(StoreError::io("create", &folder))?;
        let path = folder.join("cache-lock");
        let open = OpenOptions::new()
            .create(true)
            .truncate(false)
            .write(true)
            .open(&path);
        let file = open.map_err(StoreError::io("open", &path))?;
        let start = Instant::now();
        loop {
            match file.try_lock() {
                Ok(()) => return Ok(file),
                Err(TryLockError::Error(error)) => {
                    return Err(StoreError::io("lock", &path)(error).into());
                }
                Err(TryLockError::WouldBlock) if start.elapsed() > PATIENCE => {
                    return Err(CacheError::Busy);
                }
                Err(TryLockError::WouldBlock) => sleep(Duration::from_millis(5)),
            }
        }
    }
}

fn open(file: &Path) -> Result<Connection, CacheError> {
    let flags = OpenFlags::SQLITE_OPEN_READ_WRITE
        | OpenFlags::SQLITE_OPEN_CREATE
        | OpenFlags::SQLITE_OPEN_NO_MUTEX
        | OpenFlags::SQLITE_OPEN_NOFOLLOW;
    let conn = Connection::open_with_flags(file, flags)?;
    conn.busy_timeout(Duration::from_secs(10))?;
    Ok(conn)
}
