//! How much people have on their hands: one row a person.

use super::row::OVER;
use super::{CacheError, View};
use crate::ticket::Timestamp;

/// The live tickets of one person.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Assigned {
    /// Whose, in lower case.
    pub who: String,
    /// Tickets that are not pending.
    pub working: u32,
    /// Pending ones.
    pub pending: u32,
}

impl View {
    /// How many live tickets each person has.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn assigned(&self) -> Result<Vec<Assigned>, CacheError> {
        let mut statement = self.conn.prepare(&format!(
            "SELECT assignee, sum(status <> 'pending'), sum(status = 'pending') FROM ticket \
             WHERE burning < {OVER} AND assignee IS NOT NULL GROUP BY assignee"
        ))?;
        let rows = statement.query_map([], |row| {
            Ok(Assigned {
                who: row.get(0)?,
                working: row.get(1)?,
                pending: row.get(2)?,
            })
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }

    /// When somebody was last given a ticket, or took one; in lower case.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn last_given(&self) -> Result<Vec<(String, Timestamp)>, CacheError> {
        let mut statement = self.conn.prepare(
            "SELECT assignee, max(at) FROM event \
             WHERE counts AND assignee IS NOT NULL GROUP BY assignee",
        )?;
        let rows = statement.query_map([], |row| {
            Ok((row.get(0)?, Timestamp::from_unix(row.get(1)?)))
        })?;
        Ok(rows.collect::<Result<_, _>>()?)
    }
}
