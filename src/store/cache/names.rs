//! Tickets by what names them, and those that somebody should look at.

use super::row::OVER;
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

    /// Tickets whose id or random part begins so, with their titles: at most so
    /// many, the youngest first; of nothing, the live ones that burn most.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn beginning(
        &self,
        typed: &str,
        most: usize,
    ) -> Result<Vec<(TicketId, String)>, CacheError> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let ask = |end: &str, values: Vec<Value>| -> Result<Vec<(TicketId, String)>, CacheError> {
            let sql = format!("SELECT id, ifnull(title, '-') FROM ticket WHERE {end} LIMIT {most}");
            let mut statement = self.conn.prepare(&sql)?;
            let mut rows = statement.query(params_from_iter(values))?;
            let mut found = Vec::new();
            while let Some(row) = rows.next()? {
                let id = TicketId::parse(row.get_ref(0)?.as_str().map_err(rusqlite::Error::from)?);
                let id = id.map_err(|bad| CacheError::Damaged(bad.to_string()))?;
                found.push((id, row.get(1)?));
            }
            Ok(found)
        };
        if typed.is_empty() {
            return ask(
                &format!("burning < {OVER} ORDER BY burning, id"),
                Vec::new(),
            );
        }
        let range = || vec![typed.to_owned().into(), format!("{typed}~").into()];
        let mut found = ask("id >= ? AND id < ? ORDER BY id DESC", range())?;
        let tails = ask("tail >= ? AND tail < ? ORDER BY tail", range())?;
        let known: Vec<TicketId> = found.iter().map(|(id, _)| id.clone()).collect();
        found.extend(tails.into_iter().filter(|(id, _)| !known.contains(id)));
        found.truncate(usize::try_from(most).unwrap_or(usize::MAX));
        Ok(found)
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
