//! When the tickets of the cache are due, by policy and roster.

use super::row::OVER;
use super::{CacheError, codec};
use crate::policy::{Policy, Roster, clock, sweep};
use crate::store::{POLICY, Snapshot, StoreError};
use crate::ticket::value::Value as _;
use crate::ticket::{BlobId, Status, Ticket, Timestamp};
use rusqlite::types::Value;
use rusqlite::{Connection, params};

/// What tickets are due by.
pub(super) struct Timing {
    policy: Policy,
    blob: Option<BlobId>,
    roster: Roster,
}

impl Timing {
    pub(super) fn read(snapshot: &Snapshot<'_>) -> Result<Self, StoreError> {
        let blob = snapshot.blob(POLICY)?;
        let (policy, roster) = snapshot.rule_source()?.understand();
        Ok(Self {
            policy,
            blob: blob.and_then(|blob| BlobId::parse(&blob.to_string()).ok()),
            roster,
        })
    }

    /// What clocks go by.
    pub(super) fn rules(&self) -> clock::Rules<'_> {
        clock::Rules {
            policy: &self.policy,
            roster: &self.roster,
        }
    }

    /// The columns `due`, `late` and `act` of a ticket.
    pub(super) fn of(&self, ticket: &Ticket) -> [Value; 3] {
        let rules = self.rules();
        let soonest = rules.soonest(ticket);
        let next = sweep::next(rules, ticket, self.blob.as_ref());
        [soonest.due, soonest.late, next].map(|time: Option<Timestamp>| {
            time.map_or(Value::Null, |time| Value::Integer(time.unix()))
        })
    }

    /// Gives the columns to all tickets that may have them.
    pub(super) fn write_anew(&self, conn: &Connection) -> Result<(), CacheError> {
        conn.execute("UPDATE ticket SET due = NULL, late = NULL, act = NULL", [])?;
        let sql = format!(
            "SELECT n, data FROM ticket JOIN body USING (n) WHERE burning < {OVER} OR status = ?"
        );
        let mut tickets = conn.prepare(&sql)?;
        let mut update =
            conn.prepare("UPDATE ticket SET due = ?, late = ?, act = ? WHERE n = ?")?;
        let mut rows = tickets.query(params![Status::Resolved.word()])?;
        while let Some(row) = rows.next()? {
            let n: i64 = row.get(0)?;
            let data = row.get_ref(1)?.as_blob().map_err(rusqlite::Error::from)?;
            let [due, late, act] = self.of(&codec::decode(data)?);
            update.execute(params![due, late, act, n])?;
        }
        Ok(())
    }
}
