//! Tickets by what names them, and those that somebody should look at.

use super::{CacheError, View, codec};
use crate::ticket::text::fold;
use crate::ticket::value::Value as _;
use crate::ticket::{Ticket, TicketId};
use rusqlite::params_from_iter;
use rusqlite::types::Value;

impl View {
    /// Tickets whose file can't be read, in the order of their ids.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn damaged(&self) -> Result<Vec<TicketId>, CacheError> {
        self.ids("SELECT id FROM damaged ORDER BY id", Vec::new())
    }

    /// Tickets with hand edits that were committed and not adopted, in the
    /// order of their ids.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn drifted(&self) -> Result<Vec<TicketId>, CacheError> {
        self.ids("SELECT id FROM ticket WHERE drift ORDER BY id", Vec::new())
    }

    /// Tickets that carry a number of another system, or had this id before;
    /// without regard to case.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn known_elsewhere_as(&self, reference: &str) -> Result<Vec<Ticket>, CacheError> {
        self.tickets(
            "SELECT data FROM body WHERE n IN \
             (SELECT ticket FROM member WHERE list IN ('ref', 'alias') AND value = ?)",
            fold(reference),
        )
    }

    /// Tickets that have a key, without regard to case, live or not.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn with_key(&self, key: &str) -> Result<Vec<Ticket>, CacheError> {
        self.tickets(
            "SELECT data FROM body WHERE n IN (SELECT n FROM ticket WHERE key = ?)",
            fold(key),
        )
    }

    /// Every ticket, in any order, decoded by several threads where that pays.
    /// `map` makes of each what is asked for.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn map_all<T: Send>(
        &self,
        map: &(dyn Fn(Ticket) -> T + Sync),
    ) -> Result<Vec<T>, CacheError> {
        let mut statement = self.conn.prepare("SELECT data FROM body")?;
        let mut rows = statement.query([])?;
        let workers = std::thread::available_parallelism().map_or(1, usize::from);
        std::thread::scope(|scope| {
            let mut running = std::collections::VecDeque::new();
            let mut made = Vec::new();
            let mut chunk = Vec::new();
            loop {
                let row = rows.next()?;
                let ended = row.is_none();
                if let Some(row) = row {
                    chunk.push(row.get::<_, Vec<u8>>(0)?);
                }
                if ended || chunk.len() == CHUNK {
                    let bodies = std::mem::take(&mut chunk);
                    let decode = move || -> Result<Vec<T>, CacheError> {
                        bodies
                            .iter()
                            .map(|data| codec::decode(data).map(map))
                            .collect()
                    };
                    // Few are not worth a thread.
                    if ended && running.is_empty() {
                        made.extend(decode()?);
                    } else {
                        running.push_back(scope.spawn(decode));
                    }
                }
                while running.len() > if ended { 0 } else { workers } {
                    if let Some(first) = running.pop_front() {
                        made.extend(first.join().map_err(|_| {
                            CacheError::Damaged("a ticket in it could not be read".into())
                        })??);
                    }
                }
                if ended {
                    return Ok(made);
                }
            }
        })
    }

    pub(super) fn ids(&self, sql: &str, values: Vec<Value>) -> Result<Vec<TicketId>, CacheError> {
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query(params_from_iter(values))?;
        let mut ids = Vec::new();
        while let Some(row) = rows.next()? {
            let text: String = row.get(0)?;
            let id = TicketId::parse(&text);
            ids.push(id.map_err(|bad| CacheError::Damaged(bad.to_string()))?);
        }
        Ok(ids)
    }

    fn tickets(&self, sql: &str, value: String) -> Result<Vec<Ticket>, CacheError> {
        let mut statement = self.conn.prepare(sql)?;
        let mut rows = statement.query([value])?;
        let mut tickets = Vec::new();
        while let Some(row) = rows.next()? {
            let data = row.get_ref(0)?.as_blob().map_err(rusqlite::Error::from)?;
            tickets.push(codec::decode(data)?);
        }
        Ok(tickets)
    }
}

/// So many tickets are decoded at once by a thread.
const CHUNK: usize = 2_000;
