//! What is kept of every ticket for whoever asks about all of them at once.

use super::select::{Condition, Sql};
use super::{CacheError, View};
use rusqlite::params_from_iter;
use std::cell::OnceCell;
use std::panic::resume_unwind;
use std::thread;

/// Bytes that stay where they are for as long as it lives, so that what is read
/// from them can borrow.
#[derive(Debug, Default)]
pub struct Arena {
    first: OnceCell<Box<Stretch>>,
}

#[derive(Debug)]
struct Stretch {
    bytes: Vec<u8>,
    next: OnceCell<Box<Self>>,
}

impl Arena {
    /// Keeps some more.
    fn keep(&self, bytes: Vec<u8>) -> &[u8] {
        let mut place = &self.first;
        while let Some(stretch) = place.get() {
            place = &stretch.next;
        }
        let next = OnceCell::new();
        &place
            .get_or_init(|| Box::new(Stretch { bytes, next }))
            .bytes
    }
}

/// Digests, one behind the other.
#[derive(Debug, Default)]
pub struct Batch {
    bytes: Vec<u8>,
    ends: Vec<usize>,
}

impl Batch {
    /// So many bytes are worth a thread.
    const FULL: usize = 1 << 20;

    fn with_room() -> Self {
        Self {
            bytes: Vec::with_capacity(Self::FULL),
            ends: Vec::new(),
        }
    }

    fn has_room_for(&self, digest: &[u8]) -> bool {
        self.bytes.len() + digest.len() <= Self::FULL
    }

    /// Adds one.
    pub fn push(&mut self, digest: &[u8]) {
        self.bytes.extend_from_slice(digest);
        self.ends.push(self.bytes.len());
    }

    /// Makes something of each; the bytes stay in the arena.
    ///
    /// # Errors
    /// [`CacheError::Damaged`] where `read` makes nothing of one.
    pub fn read<'a, T>(
        self,
        arena: &'a Arena,
        read: impl Fn(&'a [u8]) -> Option<T>,
    ) -> Result<Vec<T>, CacheError> {
        read_all(arena.keep(self.bytes), &self.ends, read)
    }
}

fn read_all<'a, T>(
    bytes: &'a [u8],
    ends: &[usize],
    read: impl Fn(&'a [u8]) -> Option<T>,
) -> Result<Vec<T>, CacheError> {
    let what = || CacheError::Damaged("what it keeps for reports can't be read".into());
    let starts = std::iter::once(&0).chain(ends);
    let mut all = Vec::with_capacity(ends.len());
    for (start, end) in starts.zip(ends) {
        all.push(read(&bytes[*start..*end]).ok_or_else(what)?);
    }
    Ok(all)
}

impl View {
    /// What [`Digest`](super::Digest) keeps of every ticket that meets the
    /// conditions, in any order, some in each part. Its bytes stay in the arena.
    ///
    /// # Errors
    /// [`CacheError`]; [`CacheError::Damaged`] where `read` makes nothing of it.
    pub fn digests<'a, T: Send>(
        &self,
        conditions: &[Condition],
        arena: &'a Arena,
        read: impl Fn(&'a [u8]) -> Option<T> + Sync,
    ) -> Result<Vec<Vec<T>>, CacheError> {
        let mut sql = Sql::default();
        sql.push("SELECT data FROM digest");
        if !conditions.is_empty() {
            sql.push(" JOIN ticket USING (n)");
            sql.conditions(conditions);
        }
        let mut statement = self.conn.prepare(&sql.text)?;
        let mut rows = statement.query(params_from_iter(sql.values))?;
        let read = &read;
        // Making sense of them takes longer than fetching them: others do it
        // while the next are fetched.
        thread::scope(|scope| {
            let mut working = Vec::new();
            let mut batch = Batch::with_room();
            while let Some(row) = rows.next()? {
                let digest = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
                if !batch.has_room_for(digest) {
                    let Batch { bytes, ends } = std::mem::replace(&mut batch, Batch::with_room());
                    let bytes = arena.keep(bytes);
                    working.push(scope.spawn(move || read_all(bytes, &ends, read)));
                }
                batch.push(digest);
            }
            let last = batch.read(arena, read)?;
            let mut parts = Vec::with_capacity(working.len() + 1);
            for part in working {
                parts.push(part.join().unwrap_or_else(|panic| resume_unwind(panic))?);
            }
            parts.push(last);
            Ok(parts)
        })
    }
}
