//! What can go wrong in storage, independent of the engine.

use std::error::Error as StdError;

/// Storage failure. "Not found" is a value, never one of these.
#[derive(Debug, thiserror::Error)]
pub enum DbError {
    /// A unique key is taken. Which one follows from the operation.
    #[error("already exists")]
    Conflict,
    /// The engine asks to run the transaction again (serialization, deadlock, busy).
    #[error("the transaction must be run again")]
    Retry,
    /// A stored value does not decode.
    #[error("inconsistent data in {table}.{column}, row {id}")]
    Inconsistent {
        /// Table of the value.
        table: &'static str,
        /// Column of the value.
        column: &'static str,
        /// Key of the row.
        id: String,
    },
    /// The database cannot be reached, is full, or shuts down. Nothing was written.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Anything else: a bug or a damaged database.
    #[error("database error: {0}")]
    Other(#[source] Box<dyn StdError + Send + Sync>),
}

impl DbError {
    pub(crate) fn other(message: impl Into<String>) -> Self {
        Self::Other(message.into().into())
    }
}

/// Errors of operations tell whether the engine wants another run.
pub trait Retryable {
    /// Whether [`DbError::Retry`] is behind this error.
    fn wants_retry(&self) -> bool;
}

impl Retryable for DbError {
    fn wants_retry(&self) -> bool {
        match self {
            Self::Retry => true,
            Self::Conflict | Self::Inconsistent { .. } | Self::Unavailable(_) | Self::Other(_) => false,
        }
    }
}

impl From<rusqlite::Error> for DbError {
    fn from(error: rusqlite::Error) -> Self {
        use rusqlite::ErrorCode as Code;
        use rusqlite::ffi;
        let rusqlite::Error::SqliteFailure(failure, _) = &error else { return Self::Other(error.into()) };
        match (failure.code, failure.extended_code) {
            (_, ffi::SQLITE_CONSTRAINT_UNIQUE | ffi::SQLITE_CONSTRAINT_PRIMARYKEY | ffi::SQLITE_CONSTRAINT_ROWID) => {
                Self::Conflict
            }
            (Code::DatabaseBusy | Code::DatabaseLocked, _) => Self::Retry,
            (
                Code::DiskFull
                | Code::SystemIoFailure
                | Code::CannotOpen
                | Code::ReadOnly
                | Code::OutOfMemory
                | Code::OperationInterrupted,
                _,
            ) => Self::Unavailable(error.to_string()),
            _ => Self::Other(error.into()),
        }
    }
}

impl From<sqlx::Error> for DbError {
    fn from(error: sqlx::Error) -> Self {
        match &error {
            sqlx::Error::Database(db) => match db.code().as_deref() {
                Some("23505") => Self::Conflict,
                Some("40001" | "40P01" | "55P03") => Self::Retry,
                // Connection and resource exceptions, operator intervention, read-only after a failover.
                Some(code)
                    if code.starts_with("08")
                        || code.starts_with("53")
                        || code.starts_with("57P")
                        || code == "25006" =>
                {
                    Self::Unavailable(error.to_string())
                }
                _ => Self::Other(error.into()),
            },
            sqlx::Error::Io(_)
            | sqlx::Error::Tls(_)
            | sqlx::Error::PoolTimedOut
            | sqlx::Error::PoolClosed
            | sqlx::Error::WorkerCrashed => Self::Unavailable(error.to_string()),
            _ => Self::Other(error.into()),
        }
    }
}
