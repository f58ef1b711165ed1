//! Values that travel to and from both engines: 64-bit integers, text and booleans, each nullable.

use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use sqlx::postgres::{PgArguments, PgRow, Postgres};
use sqlx::query::Query;
use sqlx::{Decode, Row as _, Type};

use crate::error::DbError;
use crate::row::Position;

/// A statement parameter. Nulls are typed because PostgreSQL wants to know.
#[derive(Debug, Clone)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(bool),
}

impl From<i64> for Value {
    fn from(v: i64) -> Self {
        Self::Int(Some(v))
    }
}
impl From<Option<i64>> for Value {
    fn from(v: Option<i64>) -> Self {
        Self::Int(v)
    }
}
impl From<bool> for Value {
    fn from(v: bool) -> Self {
        Self::Bool(v)
    }
}
impl From<String> for Value {
    fn from(v: String) -> Self {
        Self::Text(Some(v))
    }
}
impl From<&str> for Value {
    fn from(v: &str) -> Self {
        Self::Text(Some(v.to_owned()))
    }
}
impl From<Option<String>> for Value {
    fn from(v: Option<String>) -> Self {
        Self::Text(v)
    }
}
impl From<Option<&str>> for Value {
    fn from(v: Option<&str>) -> Self {
        Self::Text(v.map(ToOwned::to_owned))
    }
}

impl rusqlite::ToSql for Value {
    fn to_sql(&self) -> rusqlite::Result<ToSqlOutput<'_>> {
        Ok(ToSqlOutput::Borrowed(match self {
            Self::Int(Some(v)) => ValueRef::Integer(*v),
            Self::Bool(v) => ValueRef::Integer(i64::from(*v)),
            Self::Text(Some(v)) => ValueRef::Text(v.as_bytes()),
            Self::Int(None) | Self::Text(None) => ValueRef::Null,
        }))
    }
}

impl Value {
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Text(text) => text.as_deref(),
            Self::Int(_) | Self::Bool(_) => None,
        }
    }

    pub(crate) fn bind(self, query: Query<'_, Postgres, PgArguments>) -> Query<'_, Postgres, PgArguments> {
        match self {
            Self::Int(v) => query.bind(v),
            Self::Text(v) => query.bind(v),
            Self::Bool(v) => query.bind(v),
        }
    }
}

/// A type that both engines can decode.
pub(crate) trait Column: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres> {}
impl<T: FromSql + for<'r> Decode<'r, Postgres> + Type<Postgres>> Column for T {}

/// A row of either engine; see [`row`](crate::row) for how its columns are found.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r PgRow),
}

impl Row<'_> {
    /// The value in a column.
    pub(crate) fn get<T: Column>(&self, at: Position) -> Result<T, DbError> {
        match self {
            Self::Sqlite(row) => row.get(at.index()).map_err(DbError::from),
            Self::Postgres(row) => row.try_get(at.index()).map_err(DbError::from),
        }
    }
}

impl<'r> Row<'r> {
    /// The text in a column, as it lies in the row.
    pub(crate) fn text(&self, at: Position) -> Result<&'r str, DbError> {
        match self {
            Self::Sqlite(row) => Ok(row.get_ref(at.index())?.as_str().map_err(rusqlite::Error::from)?),
            Self::Postgres(row) => row.try_get(at.index()).map_err(DbError::from),
        }
    }

    /// The same where it may be null.
    pub(crate) fn optional_text(&self, at: Position) -> Result<Option<&'r str>, DbError> {
        match self {
            Self::Sqlite(row) => Ok(row.get_ref(at.index())?.as_str_or_null().map_err(rusqlite::Error::from)?),
            Self::Postgres(row) => row.try_get(at.index()).map_err(DbError::from),
        }
    }
}

/// Parameters of a statement, in the order of `$1`, `$2`, ….
macro_rules! params {
    ($($value:expr),* $(,)?) => { vec![$($crate::value::Value::from($value)),*] };
}
pub(crate) use params;
