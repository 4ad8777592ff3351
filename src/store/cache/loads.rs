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

    /// When each of these people was last given a ticket, or took one. They are
    /// in lower case.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn last_given(&self, people: &[String]) -> Result<Vec<Option<Timestamp>>, CacheError> {
        let sql = "SELECT max(at) FROM event WHERE assignee = ? AND counts";
        let mut statement = self.conn.prepare(sql)?;
        let mut given = Vec::with_capacity(people.len());
        for who in people {
            let at: Option<i64> = statement.query_row([who], |row| row.get(0))?;
            given.push(at.map(Timestamp::from_unix));
        }
        Ok(given)
    }
}
