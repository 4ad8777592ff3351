//! Questions in SQL: reading only.

use super::{CacheError, View};
use crate::store::StoreError;
use rusqlite::hooks::{AuthAction, AuthContext, Authorization};
use rusqlite::types::ValueRef;
use rusqlite::{Connection, OpenFlags};

/// A value of an answer.
#[derive(Debug, Clone, PartialEq)]
pub enum SqlCell {
    /// NULL.
    Nothing,
    /// A whole number.
    Integer(i64),
    /// Any other number.
    Real(f64),
    /// Text. What is not UTF-8 is replaced; bytes are in hexadecimal.
    Text(String),
}

/// What came of a question in SQL.
#[derive(Debug, Clone, PartialEq)]
pub struct Answer {
    /// The names of the columns.
    pub columns: Vec<String>,
    /// The rows, each with a value per column.
    pub rows: Vec<Vec<SqlCell>>,
}

impl View {
    /// Answers one `SELECT`. Nothing can be written, no other file opened.
    ///
    /// # Errors
    /// [`StoreError::Sql`] where the statement makes no sense or is not one
    /// that reads; [`CacheError`].
    pub fn sql(mut self, statement: &str) -> Result<Answer, CacheError> {
        match &self.file {
            None => ask(&mut self.conn, statement),
            Some(file) => {
                // As the connection at hand has a transaction open, nobody
                // moves the cache on.
                let flags = OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX;
                ask(&mut Connection::open_with_flags(file, flags)?, statement)
            }
        }
    }
}

fn ask(conn: &mut Connection, statement: &str) -> Result<Answer, CacheError> {
    conn.pragma_update(None, "query_only", true)?;
    conn.authorizer(Some(reading_only))?;
    let refused = |error: rusqlite::Error| -> CacheError {
        let detail = match &error {
            rusqlite::Error::SqlInputError { msg, .. } => msg.clone(),
            other => other.to_string(),
        };
        StoreError::Sql { detail }.into()
    };
    let mut prepared = conn.prepare(statement).map_err(refused)?;
    let columns: Vec<String> = prepared.column_names().map(str::to_owned).collect();
    if columns.is_empty() {
        let detail = "it asks for nothing".to_owned();
        return Err(StoreError::Sql { detail }.into());
    }
    let mut found = prepared.query([]).map_err(refused)?;
    let mut rows = Vec::new();
    while let Some(row) = found.next().map_err(refused)? {
        let cells = (0..columns.len()).map(|place| Ok(cell(row.get_ref(place)?)));
        rows.push(
            cells
                .collect::<Result<_, rusqlite::Error>>()
                .map_err(refused)?,
        );
    }
    Ok(Answer { columns, rows })
}

fn reading_only(context: AuthContext<'_>) -> Authorization {
    match context.action {
        AuthAction::Select
        | AuthAction::Read { .. }
        | AuthAction::Function { .. }
        | AuthAction::Recursive => Authorization::Allow,
        _ => Authorization::Deny,
    }
}

fn cell(value: ValueRef<'_>) -> SqlCell {
    match value {
        ValueRef::Null => SqlCell::Nothing,
        ValueRef::Integer(number) => SqlCell::Integer(number),
        ValueRef::Real(number) => SqlCell::Real(number),
        ValueRef::Text(text) => SqlCell::Text(String::from_utf8_lossy(text).into_owned()),
        ValueRef::Blob(bytes) => {
            SqlCell::Text(bytes.iter().map(|byte| format!("{byte:02x}")).collect())
        }
    }
}
