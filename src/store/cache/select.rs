//! Tickets by conditions, in an order.

use super::row::OVER;
use super::{CacheError, View, codec};
use crate::ticket::header::{FIELDS, LISTS};
use crate::ticket::id::IdGuess;
use crate::ticket::{Brief, Ticket, TicketId, Timestamp};
use rusqlite::params_from_iter;
use rusqlite::types::Value;
use std::ops::ControlFlow;

/// A column of a ticket's row.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Column(&'static str);

impl Column {
    /// Columns that are no fields of the header.
    const DERIVED: &'static [&'static str] = &[
        "opened", "updated", "due", "late", "act", "resolved", "closed", "events",
    ];

    /// The column of a field or derived value, by its name in files. `None`
    /// where there is none, or it does not hold what filters compare (a title
    /// is as it was written).
    #[must_use]
    pub fn named(name: &str) -> Option<Self> {
        let known = FIELDS
            .iter()
            .chain(Self::DERIVED)
            .find(|known| **known == name)?;
        match *known {
            "title" => None,
            "could-be" => Some(Self("could_be")),
            known => Some(Self(known)),
        }
    }
}

/// What has no time comes last; as the index `ticket_urgent` has it.
pub(super) const BY_DUE: &str = "ifnull(due, 9223372036854775807)";

/// What must hold: one of the tests, or none of them.
#[derive(Debug, Clone)]
pub struct Condition {
    /// The tests.
    pub any_of: Vec<Test>,
    /// Whether none of them may hold.
    pub negated: bool,
}

/// One test. Texts are folded.
#[derive(Debug, Clone)]
pub enum Test {
    /// Holds always.
    Always,
    /// It is before resolved.
    Live,
    /// Its opening was taken back.
    Void,
    /// Both hold.
    Both(Box<Test>, Box<Test>),
    /// The column has that text, or that number.
    Is(Column, String),
    /// It has that text somewhere.
    Has(Column, String),
    /// It has that text, or goes on from it with a slash.
    Under(Column, String),
    /// It is empty.
    Missing(Column),
    /// It is not.
    Present(Column),
    /// A number of at least that.
    Min(Column, u32),
    /// A number of at most that.
    Max(Column, u32),
    /// A time before that one.
    Before(Column, Timestamp),
    /// That time, or one after it.
    From(Column, Timestamp),
    /// The list has that member.
    Member(&'static str, String),
    /// The list has a member that has that text.
    MemberHas(&'static str, String),
    /// The list has members.
    Members(&'static str),
    /// Somebody of that name acted on it.
    By(String),
    /// Its id, or one that it had before, may be meant. Not exact: tickets that
    /// had another id before all pass.
    Id(IdGuess),
    /// The text may occur in it. Not exact; needs a searchable cache.
    Says(String),
}

impl Test {
    /// Whether [`Test::Says`] can rule anything out for this text: the index
    /// is one of three letters each.
    #[must_use]
    pub fn can_say(text: &str) -> bool {
        // Marks are taken off letters, and may not count.
        let letters = text.split(|c: char| !c.is_alphanumeric());
        letters.map(|run| run.chars().count()).max() >= Some(3)
    }

    /// The list of that name.
    #[must_use]
    pub fn list(name: &str) -> Option<&'static str> {
        LISTS.iter().copied().find(|list| *list == name)
    }
}

/// What tickets are ordered by. What has no value comes last.
#[derive(Debug, Clone)]
pub enum OrderBy {
    /// What burns first.
    Burning,
    /// What is due first.
    Due,
    /// A column's numbers, times or texts.
    Column {
        /// The column.
        column: Column,
        /// Whether the largest comes first.
        descending: bool,
    },
    /// A column's words, in the order given.
    Words {
        /// The column.
        column: Column,
        /// Its words.
        words: Vec<&'static str>,
        /// Whether the last comes first.
        descending: bool,
    },
}

/// Which tickets, in which order. What is equal so far goes by id.
#[derive(Debug, Clone, Default)]
pub struct Select {
    /// All must hold.
    pub conditions: Vec<Condition>,
    /// The weightiest first.
    pub order: Vec<OrderBy>,
}

/// A statement in the making.
#[derive(Default)]
pub(super) struct Sql {
    pub(super) text: String,
    pub(super) values: Vec<Value>,
}

impl Sql {
    fn select(columns: &str, select: &Select, limit: Option<usize>) -> Self {
        let mut sql = Self::default();
        sql.push("SELECT ");
        sql.push(columns);
        sql.push(" FROM ticket");
        sql.conditions(&select.conditions);
        sql.order(&select.order);
        if let Some(limit) = limit.and_then(|limit| i64::try_from(limit).ok()) {
            sql.push(" LIMIT ");
            sql.bind(limit);
        }
        sql
    }

    pub(super) fn push(&mut self, text: &str) {
        self.text.push_str(text);
    }

    fn bind(&mut self, value: impl Into<Value>) {
        self.text.push('?');
        self.values.push(value.into());
    }

    pub(super) fn conditions(&mut self, conditions: &[Condition]) {
        for (number, condition) in conditions.iter().enumerate() {
            self.push(if number == 0 { " WHERE (" } else { " AND (" });
            for (number, test) in condition.any_of.iter().enumerate() {
                if number > 0 {
                    self.push(" OR ");
                }
                self.test(test);
            }
            // An empty column is neither true nor false in SQL.
            self.push(if condition.negated {
                ") IS NOT TRUE"
            } else {
                ")"
            });
        }
    }

    fn compare(&mut self, column: Column, op: &str, value: impl Into<Value>) {
        self.push(column.0);
        self.push(op);
        self.bind(value);
    }

    fn test(&mut self, test: &Test) {
        match test {
            Test::Always => self.push("TRUE"),
            Test::Live => self.push(&format!("burning < {OVER}")),
            Test::Void => self.push("void"),
            Test::Both(a, b) => {
                self.push("(");
                self.test(a);
                self.push(" AND ");
                self.test(b);
                self.push(")");
            }
            Test::Is(column, text) => match (column.0, text.parse::<i64>()) {
                ("level" | "could_be" | "rating" | "repeats" | "events", Ok(number)) => {
                    self.compare(*column, " = ", number);
                }
                _ => self.compare(*column, " = ", text.clone()),
            },
            Test::Has(column, text) => {
                self.push(&format!("instr({}, ", column.0));
                self.bind(text.clone());
                self.push(") > 0");
            }
            Test::Under(column, text) => {
                self.push("(");
                self.compare(*column, " = ", text.clone());
                self.push(&format!(
                    " OR substr({}, 1, {}) = ",
                    column.0,
                    text.chars().count() + 1
                ));
                self.bind(format!("{text}/"));
                self.push(")");
            }
            Test::Missing(column) => self.push(&format!("{} IS NULL", column.0)),
            Test::Present(column) => self.push(&format!("{} IS NOT NULL", column.0)),
            Test::Min(column, least) => self.compare(*column, " >= ", *least),
            Test::Max(column, most) => self.compare(*column, " <= ", *most),
            Test::Before(column, time) => self.compare(*column, " < ", time.unix()),
            Test::From(column, time) => self.compare(*column, " >= ", time.unix()),
            Test::Member(list, text) => {
                self.members(list, " AND value = ");
                self.bind(text.clone());
                self.push(")");
            }
            Test::MemberHas(list, text) => {
                self.members(list, " AND instr(value, ");
                self.bind(text.clone());
                self.push(") > 0)");
            }
            Test::Members(list) => self.members(list, ")"),
            Test::By(who) => {
                self.push("n IN (SELECT ticket FROM event WHERE counts AND by = ");
                self.bind(who.clone());
                self.push(")");
            }
            Test::Id(guess) => {
                self.push("(");
                self.id(guess);
                self.push(" OR ");
                self.members("alias", ")");
                self.push(")");
            }
            Test::Says(text) => {
                self.push("(n IN (SELECT rowid FROM text WHERE text MATCH ");
                self.bind(super::search::phrase(text));
                self.push(") OR ");
                self.part(text);
                self.push(")");
            }
        }
    }

    fn members(&mut self, list: &'static str, more: &str) {
        self.push(&format!(
            "n IN (SELECT ticket FROM member WHERE list = '{list}'{more}"
        ));
    }

    /// As [`IdGuess::matches`].
    fn id(&mut self, guess: &IdGuess) {
        let compact = guess.compact();
        let whole = match compact.split_at_checked(6) {
            Some((day, rest)) if !rest.is_empty() => format!("{day}-{rest}"),
            _ => compact.to_owned(),
        };
        let reversed = compact.chars().rev().collect();
        let pairs = [
            ("id", whole),
            ("reversed", reversed),
            ("tail", compact.to_owned()),
        ];
        for (number, (column, start)) in pairs.into_iter().enumerate() {
            if number > 0 {
                self.push(" OR ");
            }
            self.push(&format!("({column} >= "));
            self.bind(start.clone());
            self.push(&format!(" AND {column} < "));
            // Ids hold nothing as large as a tilde.
            self.bind(format!("{start}~"));
            self.push(")");
        }
    }

    /// As [`TicketId::has_part`].
    fn part(&mut self, part: &str) {
        let backwards: String = part.chars().rev().collect();
        let mut pairs = vec![("id", part), ("tail", part)];
        if TicketId::may_end(part) {
            pairs.push(("reversed", &backwards));
        }
        for (number, (column, start)) in pairs.into_iter().enumerate() {
            self.push(if number > 0 { " OR (" } else { "((" });
            self.compare(Column(column), " >= ", start.to_owned());
            self.push(" AND ");
            self.compare(Column(column), " < ", format!("{start}~"));
            self.push(")");
        }
        self.push(")");
    }

    fn any_part(&mut self, words: &[String]) {
        for (number, word) in words.iter().enumerate() {
            self.push(if number > 0 { " OR " } else { "(" });
            self.part(word);
        }
        self.push(")");
    }

    fn order(&mut self, order: &[OrderBy]) {
        self.push(" ORDER BY ");
        for by in order {
            match by {
                OrderBy::Burning => self.push("burning"),
                OrderBy::Due => self.push(BY_DUE),
                OrderBy::Column { column, descending } => {
                    self.push(column.0);
                    self.direction(*descending);
                }
                OrderBy::Words {
                    column,
                    words,
                    descending,
                } => {
                    self.push(&format!("CASE {}", column.0));
                    for (rank, word) in words.iter().enumerate() {
                        self.push(" WHEN ");
                        self.bind((*word).to_owned());
                        self.push(&format!(" THEN {rank}"));
                    }
                    self.push(" END");
                    self.direction(*descending);
                }
            }
            self.push(", ");
        }
        self.push("id");
    }

    fn direction(&mut self, descending: bool) {
        self.push(if descending {
            " DESC NULLS LAST"
        } else {
            " NULLS LAST"
        });
    }
}

impl View {
    /// Visits the tickets selected, in order, until `visit` breaks.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn select(
        &self,
        select: &Select,
        limit: Option<usize>,
        visit: &mut dyn FnMut(Ticket) -> ControlFlow<()>,
    ) -> Result<(), CacheError> {
        let sql = Sql::select("n", select, limit);
        let mut statement = self.conn.prepare(&sql.text)?;
        let mut rows = statement.query(params_from_iter(sql.values))?;
        // Bodies are fetched for those that come out, not carried through a
        // sort.
        let mut body = self.conn.prepare("SELECT data FROM body WHERE n = ?")?;
        while let Some(row) = rows.next()? {
            let n: i64 = row.get(0)?;
            let ticket =
                body.query_one([n], |row| Ok(codec::decode(row.get_ref(0)?.as_blob()?)))?;
            if visit(ticket?).is_break() {
                break;
            }
        }
        Ok(())
    }

    /// The first tickets selected, in order, without their timelines.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn briefs(&self, select: &Select, limit: usize) -> Result<Vec<Brief>, CacheError> {
        let sql = Sql::select("n, due, late", select, Some(limit));
        let mut statement = self.conn.prepare(&sql.text)?;
        let mut rows = statement.query(params_from_iter(sql.values))?;
        let mut body = self.conn.prepare("SELECT data FROM body WHERE n = ?")?;
        let mut briefs = Vec::new();
        while let Some(row) = rows.next()? {
            let n: i64 = row.get(0)?;
            let brief = body.query_one([n], |row| {
                Ok(codec::decode_brief(row.get_ref(0)?.as_blob()?))
            })?;
            let time = |place| {
                row.get(place)
                    .map(|at: Option<i64>| at.map(Timestamp::from_unix))
            };
            briefs.push(Brief {
                due: time(1)?,
                late: time(2)?,
                ..brief?
            });
        }
        Ok(briefs)
    }

    /// How many tickets meet the conditions.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn count(&self, conditions: &[Condition]) -> Result<usize, CacheError> {
        let mut sql = Sql::default();
        sql.push("SELECT count(*) FROM ticket");
        sql.conditions(conditions);
        let count: i64 = self
            .conn
            .query_row(&sql.text, params_from_iter(sql.values), |row| row.get(0))?;
        Ok(usize::try_from(count).unwrap_or_default())
    }

    /// The ids, in order, of tickets that may be meant by part of an id; those
    /// of damaged files too.
    ///
    /// # Errors
    /// [`CacheError`].
    pub fn ids_like(&self, guess: &IdGuess) -> Result<Vec<TicketId>, CacheError> {
        let mut sql = Sql::default();
        sql.push("SELECT id FROM ticket WHERE ");
        sql.id(guess);
        let mut found = self.ids(&sql.text, sql.values)?;
        found.extend(self.damaged()?.into_iter().filter(|id| guess.matches(id)));
        found.sort();
        Ok(found)
    }
}

/// How much more a word in the title counts than one elsewhere.
const TITLE_WEIGHT: f64 = 5.0;

/// From so many characters on, a word that is part of an id names the ticket;
/// shorter ones are so by chance.
const NAMING: usize = 6;

/// A statement whether the id of some ticket has one of these words as a part.
pub(super) fn names_some(words: &[String]) -> (String, Vec<Value>) {
    let mut sql = Sql::default();
    sql.push("SELECT EXISTS (SELECT 1 FROM ticket WHERE ");
    sql.any_part(words);
    sql.push(")");
    (sql.text, sql.values)
}

/// A statement of the rows and ranks of tickets found by full text; with
/// `named`, also of those found by a part of their id.
pub(super) fn ranked(
    words: &[String],
    named: bool,
    conditions: &[Condition],
) -> (String, Vec<Value>) {
    let phrase = super::search::phrase;
    let mut sql = Sql::default();
    // Ranks are rounded: sums of the same numbers in another order differ far
    // behind the point.
    sql.push("SELECT n, round(found.score, 6) AS score FROM (");
    if named {
        sql.push("SELECT place, min(score) AS score FROM (");
    }
    sql.push("SELECT rowid AS place, bm25(text, ");
    sql.bind(TITLE_WEIGHT);
    sql.push(", 1.0) AS score FROM text WHERE text MATCH ");
    let all: Vec<String> = words.iter().map(|word| phrase(word)).collect();
    sql.bind(all.join(" AND "));
    if named {
        sql.push(" UNION ALL SELECT n, ");
        for word in words {
            let weight = if word.chars().count() < NAMING {
                0
            } else {
                100
            };
            sql.push(&format!("-{weight} * "));
            sql.part(word);
            sql.push(" + ");
        }
        sql.push("0 FROM ticket WHERE ");
        sql.any_part(words);
        for word in words {
            sql.push(" AND (");
            sql.part(word);
            sql.push(" OR EXISTS (SELECT 1 FROM text WHERE rowid = n AND text MATCH ");
            sql.bind(phrase(word));
            sql.push("))");
        }
        sql.push(") GROUP BY place");
    }
    sql.push(") found JOIN ticket ON n = found.place");
    sql.conditions(conditions);
    sql.push(" ORDER BY score, id DESC");
    (sql.text, sql.values)
}
