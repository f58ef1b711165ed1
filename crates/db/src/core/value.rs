//! Values that travel to and from both engines: 64-bit integers, text and booleans, each nullable.

use std::error::Error as StdError;
use std::fmt;

use bytes::BytesMut;
use rusqlite::types::{FromSql, ToSqlOutput, ValueRef};
use tokio_postgres::types::{FromSql as PgFromSql, IsNull, ToSql, Type, WrongType};

use crate::engine::Parameter;
use crate::error::DbError;
use crate::row::Position;

/// A statement parameter. Nulls are typed because PostgreSQL wants to know.
#[derive(Clone)]
pub(crate) enum Value {
    Int(Option<i64>),
    Text(Option<String>),
    Bool(bool),
}

/// A parameter of PostgreSQL alone: the same column of many rows.
pub(crate) enum List<'v> {
    Int(Vec<i64>),
    Text(Vec<&'v str>),
    Bool(Vec<bool>),
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
}

/// Texts stay out: the driver logs parameters.
impl fmt::Debug for Value {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Int(v) => write!(f, "{v:?}"),
            Self::Bool(v) => write!(f, "{v}"),
            Self::Text(v) => write!(f, "text of {:?} bytes", v.as_ref().map(String::len)),
        }
    }
}

impl fmt::Debug for List<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let length = match self {
            Self::Int(v) => v.len(),
            Self::Bool(v) => v.len(),
            Self::Text(v) => v.len(),
        };
        write!(f, "list of {length}")
    }
}

impl Parameter for Value {
    fn kind(&self) -> Type {
        match self {
            Self::Int(_) => Type::INT8,
            Self::Text(_) => Type::TEXT,
            Self::Bool(_) => Type::BOOL,
        }
    }
}

impl Parameter for List<'_> {
    fn kind(&self) -> Type {
        match self {
            Self::Int(_) => Type::INT8_ARRAY,
            Self::Text(_) => Type::TEXT_ARRAY,
            Self::Bool(_) => Type::BOOL_ARRAY,
        }
    }
}

/// Encodes a parameter of the type that its statement was prepared with.
macro_rules! to_sql_of_its_kind {
    ($($type:ty),*) => {$(
        impl ToSql for $type {
            fn to_sql(&self, kind: &Type, out: &mut BytesMut) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
                match self {
                    Self::Int(v) => v.to_sql(kind, out),
                    Self::Text(v) => v.to_sql(kind, out),
                    Self::Bool(v) => v.to_sql(kind, out),
                }
            }

            fn accepts(_: &Type) -> bool {
                // Only the value knows.
                true
            }

            fn to_sql_checked(
                &self,
                kind: &Type,
                out: &mut BytesMut,
            ) -> Result<IsNull, Box<dyn StdError + Sync + Send>> {
                if *kind == self.kind() { self.to_sql(kind, out) } else { Err(WrongType::new::<Self>(kind.clone()).into()) }
            }
        }
    )*};
}
to_sql_of_its_kind!(Value, List<'_>);

/// A type that both engines can decode.
pub(crate) trait Column: FromSql + for<'r> PgFromSql<'r> {}
impl<T: FromSql + for<'r> PgFromSql<'r>> Column for T {}

/// A row of either engine; see [`row`](crate::row) for how its columns are found.
pub(crate) enum Row<'r> {
    Sqlite(&'r rusqlite::Row<'r>),
    Postgres(&'r tokio_postgres::Row),
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
