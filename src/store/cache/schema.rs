//! The tables of the cache, and what they mean.

/// Goes up whenever the tables, or what is written to them, change.
pub(super) const VERSION: i64 = 10;

/// What `desk sql --schema` says. The tables of [`TABLES`] that are left out
/// here serve the program only.
pub const DOCUMENTATION: &str = "\
-- One row a ticket that can be read, as committed in HEAD. Text is in lower
-- case, but for the title. Times are seconds since 1970 in UTC:
-- datetime(opened, 'unixepoch').
ticket (
  n          -- number of the row; other tables refer to it; it may change
  id         -- 261123-k7f3q2
  kind, title, status, cause, until, priority, impact, urgency, level, team,
  vendor, category, requester, contact, customer, unit, service, site, asset, language,
  via, owner, assignee, code, could_be, rating, key, repeats
             -- the fields of the ticket's file; NULL where empty
  opened, updated, resolved, closed
             -- times; resolved and closed are NULL where it is not (or no longer) so
  due        -- when the first of its service-level clocks is due
  late       -- the first second at which one of them is over
  act        -- when time alone changes it next: what desk sweep looks at
  live       -- 1 before resolved, else 0
  void       -- 1 where the opening was taken back
  events     -- length of the timeline
  drift      -- 1 where the file was edited by hand and the edit not adopted
  burning    -- sorts as desk list does: what burns first
  blob       -- git's name of the file's content
)

-- One row a member of a list field.
member (
  ticket     -- ticket.n
  list       -- cc, tags, ref, links, attention, swarm, called, articles,
             -- alias
  value      -- in lower case
)

-- One row an event of a timeline.
event (
  ticket     -- ticket.n
  seq, e     -- the order within the ticket: by seq, then by e
  at         -- when it happened
  recorded   -- when it was written down, where that was at another time
  by         -- who, in lower case
  did        -- open, assign, take, escalate, …
  counts     -- 0 where it was taken back
  status, level, team, assignee
             -- the new value where the event gives one
)

-- Tickets whose file can't be read.
damaged (
  id, blob
)

-- One row a commit that led to HEAD now or earlier. Read when first asked for.
past (
  n          -- number of the row
  hash       -- the commit
  at         -- when it was recorded
)

-- One row a commit that left a ticket's file other than its first parent had it.
revision (
  ticket     -- ticket.id; the ticket may be gone
  past       -- past.n
  before, after
             -- git's names of the file's content; NULL where there was none
  same_as    -- of a merge: the parent, as past.n, that has the same file; -1
             -- where none has
)

-- Which commits changed a ticket, the newest first:
--   select hash, datetime(at, 'unixepoch') from revision join past on n = past
--   where ticket = '261123-k7f3q2' order by at desc

-- Who worked on most tickets this month:
--   select by, count(distinct ticket) from event
--   where at >= unixepoch('now', 'start of month') and counts
--   group by by order by 2 desc
";

/// Without the indexes: a rebuild makes those last, which is faster.
pub(super) const TABLES: &str = "
CREATE TABLE meta (
  version INTEGER NOT NULL, code TEXT NOT NULL, prefix TEXT NOT NULL, boot TEXT NOT NULL,
  head TEXT NOT NULL, tree TEXT NOT NULL, rules TEXT NOT NULL, searchable INTEGER NOT NULL,
  digested TEXT NOT NULL
);
CREATE TABLE ticket (
  n INTEGER PRIMARY KEY, id TEXT NOT NULL, blob TEXT NOT NULL,
  tail TEXT NOT NULL, reversed TEXT NOT NULL,
  opened INTEGER NOT NULL, updated INTEGER NOT NULL, resolved INTEGER, closed INTEGER,
  live INTEGER NOT NULL, void INTEGER NOT NULL, events INTEGER NOT NULL,
  drift INTEGER NOT NULL, burning INTEGER NOT NULL,
  due INTEGER, late INTEGER, act INTEGER,
  kind TEXT, title TEXT, status TEXT NOT NULL, cause TEXT, until INTEGER, priority TEXT,
  impact TEXT, urgency TEXT, level INTEGER, team TEXT, vendor TEXT, category TEXT,
  requester TEXT,
  contact TEXT, customer TEXT, unit TEXT, service TEXT, site TEXT, asset TEXT, language TEXT,
  via TEXT, owner TEXT, assignee TEXT, code TEXT, could_be INTEGER, rating INTEGER, key TEXT, repeats INTEGER
);
CREATE TABLE body (n INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE digest (n INTEGER PRIMARY KEY, data BLOB NOT NULL);
CREATE TABLE member (
  list TEXT NOT NULL, value TEXT NOT NULL, ticket INTEGER NOT NULL,
  PRIMARY KEY (list, value, ticket)
) WITHOUT ROWID;
CREATE TABLE event (
  ticket INTEGER NOT NULL, seq INTEGER NOT NULL, e TEXT NOT NULL,
  at INTEGER NOT NULL, recorded INTEGER, by TEXT NOT NULL, did TEXT NOT NULL,
  counts INTEGER NOT NULL, status TEXT, level INTEGER, team TEXT, assignee TEXT,
  PRIMARY KEY (ticket, seq, e)
) WITHOUT ROWID;
CREATE TABLE past (
  n INTEGER PRIMARY KEY, hash TEXT NOT NULL UNIQUE, at INTEGER NOT NULL,
  chain INTEGER NOT NULL, pos INTEGER NOT NULL
);
CREATE UNIQUE INDEX past_seat ON past (chain, pos);
CREATE TABLE chain (chain INTEGER PRIMARY KEY, parent INTEGER);
CREATE TABLE revision (
  ticket TEXT NOT NULL, chain INTEGER NOT NULL, pos INTEGER NOT NULL, past INTEGER NOT NULL,
  same_as INTEGER, before TEXT, after TEXT,
  PRIMARY KEY (ticket, chain, pos)
) WITHOUT ROWID;
CREATE TABLE damaged (id TEXT PRIMARY KEY, blob TEXT NOT NULL) WITHOUT ROWID;
CREATE VIRTUAL TABLE text USING fts5 (
  title, words, content = '', contentless_delete = 1,
  tokenize = 'trigram remove_diacritics 1'
);
";

pub(super) const INDEXES: &str = "
CREATE UNIQUE INDEX ticket_id ON ticket (id);
CREATE INDEX ticket_tail ON ticket (tail);
CREATE INDEX ticket_reversed ON ticket (reversed);
CREATE INDEX ticket_burning ON ticket (
  burning, id, level, team, assignee, status, priority, owner, kind, category, due, late
);
CREATE INDEX ticket_level ON ticket (
  level, burning, id, team, assignee, status, priority, owner, kind, category, due, late
) WHERE burning < 70368744177664;
CREATE INDEX ticket_urgent ON ticket (
  ifnull(due, 9223372036854775807), burning, id, status, assignee, team
) WHERE burning < 70368744177664;
CREATE INDEX ticket_opened ON ticket (opened);
CREATE INDEX ticket_updated ON ticket (updated);
CREATE INDEX ticket_due ON ticket (due) WHERE due IS NOT NULL;
CREATE INDEX ticket_late ON ticket (late) WHERE late IS NOT NULL;
CREATE INDEX ticket_act ON ticket (act) WHERE act IS NOT NULL;
CREATE INDEX ticket_resolved ON ticket (resolved);
CREATE INDEX ticket_requester ON ticket (requester);
CREATE INDEX ticket_key ON ticket (key) WHERE key IS NOT NULL;
CREATE INDEX ticket_drift ON ticket (id) WHERE drift;
CREATE INDEX member_ticket ON member (ticket);
CREATE INDEX event_by ON event (by, ticket);
CREATE INDEX event_given ON event (assignee, at) WHERE assignee IS NOT NULL AND counts;
";

#[cfg(test)]
mod tests {
    use super::super::row::OVER;
    use super::super::select::BY_DUE;
    use super::*;
    use crate::ticket::header::FIELDS;
    use rusqlite::Connection;

    /// How SQLite goes about it.
    fn plan(sql: &str) -> String {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(TABLES).unwrap();
        conn.execute_batch(INDEXES).unwrap();
        let mut plan = conn.prepare(&format!("EXPLAIN QUERY PLAN {sql}")).unwrap();
        let steps = plan.query_map([], |row| row.get(3)).unwrap();
        steps
            .collect::<Result<Vec<String>, _>>()
            .unwrap()
            .join("; ")
    }

    #[test]
    fn what_is_asked_most_is_in_an_index_in_its_order() {
        let live = format!("WHERE burning < {OVER}");
        let next = plan(&format!(
            "SELECT n FROM ticket {live} AND (status = 'new' OR status = 'queued') \
             AND (assignee = 'lena' OR assignee IS NULL) AND (team = 'network' OR team IS NULL) \
             ORDER BY {BY_DUE}, burning, id"
        ));
        assert_eq!(next, "SCAN ticket USING COVERING INDEX ticket_urgent");
        let level = format!("{live} AND (level = 2) AND (team = 'network')");
        let by_level = "SEARCH ticket USING COVERING INDEX ticket_level (level=? AND burning<?)";
        let list = format!("SELECT n, due, late FROM ticket {level} ORDER BY burning, id LIMIT 50");
        assert_eq!(plan(&list), by_level);
        let count = format!("SELECT count(*) FROM ticket {level}");
        assert_eq!(plan(&count), by_level);
        let all = format!("SELECT n, due, late FROM ticket {live} ORDER BY burning, id");
        let by_heat = "SEARCH ticket USING COVERING INDEX ticket_burning (burning<?)";
        assert_eq!(plan(&all), by_heat);
        let given = "SELECT max(at) FROM event WHERE assignee = 'lena' AND counts";
        let by_person = "SEARCH event USING INDEX event_given (assignee=?)";
        assert_eq!(plan(given), by_person);
    }

    fn columns(table: &str) -> Vec<String> {
        let conn = Connection::open_in_memory().unwrap();
        conn.execute_batch(TABLES).unwrap();
        conn.execute_batch(INDEXES).unwrap();
        let sql = "SELECT name FROM pragma_table_info(?)";
        let mut statement = conn.prepare(sql).unwrap();
        let names = statement.query_map([table], |row| row.get(0)).unwrap();
        names.collect::<Result<_, _>>().unwrap()
    }

    #[test]
    fn the_fields_of_the_header_are_the_last_columns_in_their_order() {
        let fields: Vec<String> = FIELDS.iter().map(|name| name.replace('-', "_")).collect();
        assert!(columns("ticket").ends_with(&fields));
    }

    #[test]
    fn every_column_that_is_of_use_is_documented() {
        for table in ["ticket", "member", "event", "damaged", "past", "revision"] {
            let start = DOCUMENTATION.find(&format!("\n{table} (")).unwrap();
            let rest = &DOCUMENTATION[start..];
            let text = &rest[..rest.find("\n)").unwrap()];
            for column in columns(table) {
                let internal = ["tail", "reversed", "chain", "pos"].contains(&column.as_str());
                let mut words = text.split(|c: char| !c.is_alphanumeric() && c != '_');
                assert_eq!(
                    words.any(|word| word == column),
                    !internal,
                    "{table}.{column}"
                );
            }
        }
    }
}
