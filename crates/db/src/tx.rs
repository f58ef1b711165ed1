//! A transaction of either engine, and the operations that run in one.

use std::future::Future;

use sqlx::pool::PoolConnection;
use sqlx::{PgConnection, Postgres, Transaction};

use crate::error::{DbError, Retryable};
use crate::sql::Statement;
use crate::value::{Row, Value};

/// A use case's unit of work.
///
/// It may run more than once (PostgreSQL asks for repeats), so it must not change anything outside the transaction, and
/// it must await nothing but `tx`.
pub trait Operation: Send + Sync + 'static {
    /// What it yields.
    type Output: Send + 'static;
    /// How it fails. A failed operation leaves no trace.
    type Error: From<DbError> + Retryable + Send + 'static;

    /// Does the work.
    fn run(&self, tx: &mut Tx) -> impl Future<Output = Result<Self::Output, Self::Error>> + Send;
}

/// An open transaction (or, on a PostgreSQL reader, a plain connection).
#[derive(Debug)]
pub struct Tx {
    pub(crate) connection: Connection,
}

#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Transaction<'static, Postgres>),
    PostgresReader(PoolConnection<Postgres>),
}

impl Connection {
    fn postgres(&mut self) -> Option<&mut PgConnection> {
        match self {
            Self::Sqlite(_) => None,
            Self::Postgres(tx) => Some(tx),
            Self::PostgresReader(connection) => Some(connection),
        }
    }
}

/// Decodes one row.
pub(crate) trait FromRow: Sized + Send {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError>;
}

impl Tx {
    /// Runs a statement; the number of rows it touched.
    pub(crate) async fn execute(&mut self, statement: &Statement, params: Vec<Value>) -> Result<u64, DbError> {
        if let Connection::Sqlite(connection) = &mut self.connection {
            let mut prepared = connection.prepare_cached(statement.sqlite)?;
            return Ok(prepared.execute(rusqlite::params_from_iter(&params))? as u64);
        }
        let connection = self.connection.postgres().ok_or_else(|| DbError::other("no connection"))?;
        let query = params.into_iter().fold(sqlx::query(statement.postgres), |query, value| value.bind(query));
        Ok(query.execute(connection).await?.rows_affected())
    }

    /// Every row of a query.
    pub(crate) async fn fetch_all<T: FromRow>(
        &mut self,
        statement: &Statement,
        params: Vec<Value>,
    ) -> Result<Vec<T>, DbError> {
        if let Connection::Sqlite(connection) = &mut self.connection {
            let mut prepared = connection.prepare_cached(statement.sqlite)?;
            let mut rows = prepared.query(rusqlite::params_from_iter(&params))?;
            let mut out = Vec::new();
            while let Some(row) = rows.next()? {
                out.push(T::from_row(&Row::Sqlite(row))?);
            }
            return Ok(out);
        }
        let connection = self.connection.postgres().ok_or_else(|| DbError::other("no connection"))?;
        let query = params.into_iter().fold(sqlx::query(statement.postgres), |query, value| value.bind(query));
        let rows = query.fetch_all(connection).await?;
        rows.iter().map(|row| T::from_row(&Row::Postgres(row))).collect()
    }

    /// The only row of a query, if there is one.
    pub(crate) async fn fetch_optional<T: FromRow>(
        &mut self,
        statement: &Statement,
        params: Vec<Value>,
    ) -> Result<Option<T>, DbError> {
        if let Connection::Sqlite(connection) = &mut self.connection {
            let mut prepared = connection.prepare_cached(statement.sqlite)?;
            let mut rows = prepared.query(rusqlite::params_from_iter(&params))?;
            return rows.next()?.map(|row| T::from_row(&Row::Sqlite(row))).transpose();
        }
        let connection = self.connection.postgres().ok_or_else(|| DbError::other("no connection"))?;
        let query = params.into_iter().fold(sqlx::query(statement.postgres), |query, value| value.bind(query));
        let row = query.fetch_optional(connection).await?;
        row.map(|row| T::from_row(&Row::Postgres(&row))).transpose()
    }
}

/// Single columns decode by themselves.
macro_rules! column_rows {
    ($($type:ty),*) => {$(
        impl FromRow for $type {
            fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
                row.get(0)
            }
        }
    )*};
}
column_rows!(i64, String, Option<String>);
