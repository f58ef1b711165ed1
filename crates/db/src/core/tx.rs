//! A transaction of either engine, and the operations that run in one.

use std::future::Future;

use crate::engine::Session;
use crate::error::{DbError, Retryable};
use crate::numbers::TakenNumbers;
use crate::row::{Decoder, FromRow};
use crate::sql::Statement;
use crate::value::{Row, Value};
use crate::writable::Writable;

/// A use case's unit of work.
///
/// It may run more than once (PostgreSQL asks for repeats), so it must not change anything outside the transaction, and
/// it must await nothing but `tx`.
///
/// A database error is final: after a method of `tx` has failed, the operation can only fail. Every later call answers an
/// error, and an operation that answers success all the same is rolled back. (PostgreSQL gives a transaction up at its
/// first error; SQLite would go on. Both behave alike here.)
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
    read_only: bool,
    failed: bool,
    lost: bool,
    /// Whether something was changed.
    wrote: bool,
    pub(crate) numbers: TakenNumbers,
    pub(crate) writable: Writable,
}

#[derive(Debug)]
pub(crate) enum Connection {
    Sqlite(rusqlite::Connection),
    Postgres(Session),
}

/// U+0000 is legal in SQLite's text and in Rust's, but not in PostgreSQL's.
pub(crate) fn check_text(text: &str) -> Result<(), DbError> {
    if text.as_bytes().contains(&0) { Err(DbError::InvalidText) } else { Ok(()) }
}

impl Tx {
    pub(crate) fn new(connection: Connection, numbers: TakenNumbers, writable: Writable) -> Self {
        let read_only = match &connection {
            Connection::Sqlite(connection) => connection.is_readonly("main").unwrap_or(false),
            Connection::Postgres(session) => !session.in_transaction(),
        };
        Self { connection, read_only, failed: false, lost: false, wrote: false, numbers, writable }
    }

    /// Forgets the failure of the operation before; for connections that serve many.
    pub(crate) fn renew(&mut self) {
        self.failed = false;
    }

    /// The outcome of an operation, which is no success when one of its statements failed.
    pub(crate) fn judge<T, E: From<DbError>>(&self, result: Result<T, E>) -> Result<T, E> {
        if self.failed && result.is_ok() { Err(went_on().into()) } else { result }
    }

    /// Whether the connection to the server broke.
    pub(crate) fn lost_connection(&self) -> bool {
        self.lost
    }

    /// Commits a transaction of PostgreSQL; on SQLite the thread that began it does.
    pub(crate) async fn commit(&mut self) -> Result<(), tokio_postgres::Error> {
        match &mut self.connection {
            Connection::Sqlite(_) => Ok(()),
            Connection::Postgres(session) => session.commit().await,
        }
    }

    /// After a commit: tells whether the database takes writes. A commit of nothing proves nothing.
    pub(crate) fn committed(&mut self, outcome: Result<(), &DbError>) {
        let wrote = std::mem::take(&mut self.wrote);
        match outcome {
            Ok(()) if wrote => self.writable.wrote(),
            Err(DbError::Unavailable(reason)) => self.writable.refused(reason),
            _ => {}
        }
    }

    /// SQLite: whether the transaction has ended, by itself or by us.
    pub(crate) fn is_over(&self) -> bool {
        matches!(&self.connection, Connection::Sqlite(connection) if connection.is_autocommit())
    }

    /// Runs a statement; the number of rows it touched.
    pub(crate) async fn execute(&mut self, statement: &Statement, params: Vec<Value>) -> Result<u64, DbError> {
        self.admit(statement, &params)?;
        let outcome = match &mut self.connection {
            Connection::Sqlite(connection) => sqlite_execute(connection, statement, &params),
            Connection::Postgres(session) => postgres_execute(session, statement, &params).await,
        };
        self.wrote |= matches!(outcome, Ok(1..));
        self.note(outcome)
    }

    /// Every row of a query.
    pub(crate) async fn fetch_all<T: FromRow>(
        &mut self,
        statement: &Statement,
        params: Vec<Value>,
    ) -> Result<Vec<T>, DbError> {
        self.admit(statement, &params)?;
        let outcome = match &mut self.connection {
            Connection::Sqlite(connection) => sqlite_fetch_all(connection, statement, &params),
            Connection::Postgres(session) => postgres_fetch_all(session, statement, &params).await,
        };
        self.note(outcome)
    }

    /// The only row of a query, if there is one.
    pub(crate) async fn fetch_optional<T: FromRow>(
        &mut self,
        statement: &Statement,
        params: Vec<Value>,
    ) -> Result<Option<T>, DbError> {
        self.admit(statement, &params)?;
        let outcome = match &mut self.connection {
            Connection::Sqlite(connection) => sqlite_fetch_optional(connection, statement, &params),
            Connection::Postgres(session) => postgres_fetch_optional(session, statement, &params).await,
        };
        self.wrote |= !statement.is_read() && matches!(outcome, Ok(Some(_)));
        self.note(outcome)
    }

    /// What must hold before a statement may run, alike on both engines.
    fn admit(&mut self, statement: &Statement, params: &[Value]) -> Result<(), DbError> {
        let checked = if self.failed {
            Err(went_on())
        } else if self.read_only && !statement.is_read() {
            Err(DbError::other(format!("{} writes, inside a read", statement.name)))
        } else if self.is_over() {
            // Outside the transaction it would be a commit of its own.
            Err(DbError::Unavailable("the transaction was rolled back".to_owned()))
        } else {
            params.iter().filter_map(Value::text).try_for_each(check_text)
        };
        self.note(checked)
    }

    fn note<T>(&mut self, outcome: Result<T, DbError>) -> Result<T, DbError> {
        if let Err(error) = &outcome {
            self.failed = true;
            if let DbError::Unavailable(reason) = error {
                self.lost = true;
                if !self.read_only {
                    self.writable.refused(reason);
                }
            }
        }
        outcome
    }
}

fn went_on() -> DbError {
    DbError::other("an operation went on after a database error")
}

fn sqlite_execute(c: &mut rusqlite::Connection, statement: &Statement, params: &[Value]) -> Result<u64, DbError> {
    let mut prepared = c.prepare_cached(statement.sqlite)?;
    Ok(prepared.execute(rusqlite::params_from_iter(params))? as u64)
}

fn sqlite_fetch_all<T: FromRow>(
    c: &mut rusqlite::Connection,
    statement: &Statement,
    params: &[Value],
) -> Result<Vec<T>, DbError> {
    let mut prepared = c.prepare_cached(statement.sqlite)?;
    let mut rows = prepared.query(rusqlite::params_from_iter(params))?;
    let mut decoder = Decoder::new(statement);
    let mut out = Vec::new();
    while let Some(row) = rows.next()? {
        out.push(decoder.decode(&Row::Sqlite(row))?);
    }
    Ok(out)
}

fn sqlite_fetch_optional<T: FromRow>(
    c: &mut rusqlite::Connection,
    statement: &Statement,
    params: &[Value],
) -> Result<Option<T>, DbError> {
    let mut prepared = c.prepare_cached(statement.sqlite)?;
    let mut rows = prepared.query(rusqlite::params_from_iter(params))?;
    rows.next()?.map(|row| Decoder::new(statement).decode(&Row::Sqlite(row))).transpose()
}

async fn postgres_execute(session: &mut Session, statement: &Statement, params: &[Value]) -> Result<u64, DbError> {
    Ok(session.execute(statement.postgres, params).await?)
}

async fn postgres_fetch_all<T: FromRow>(
    session: &mut Session,
    statement: &Statement,
    params: &[Value],
) -> Result<Vec<T>, DbError> {
    let mut decoder = Decoder::new(statement);
    let mut out = Vec::new();
    let each = |row: &tokio_postgres::Row| {
        out.push(decoder.decode(&Row::Postgres(row))?);
        Ok(())
    };
    session.query(statement.postgres, params, each).await?;
    Ok(out)
}

async fn postgres_fetch_optional<T: FromRow>(
    session: &mut Session,
    statement: &Statement,
    params: &[Value],
) -> Result<Option<T>, DbError> {
    let mut decoder = Decoder::new(statement);
    let mut out = None;
    let each = |row: &tokio_postgres::Row| {
        if out.is_none() {
            out = Some(decoder.decode(&Row::Postgres(row))?);
        }
        Ok(())
    };
    session.query(statement.postgres, params, each).await?;
    Ok(out)
}
