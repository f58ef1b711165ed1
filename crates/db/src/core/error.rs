//! What can go wrong in storage, independent of the engine.

use std::error::Error as StdError;
use std::io;
use std::path::PathBuf;

use tokio_postgres::error::SqlState;

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
    /// The database cannot be reached, is full, too slow, or shuts down.
    ///
    /// The operation was not acknowledged. Nearly always nothing was written; but when the connection to PostgreSQL broke
    /// (or the disk failed) in the middle of the COMMIT, nobody can know. Whoever repeats the operation must therefore
    /// bring its own keys: ids made before the first try, or an idempotency key.
    #[error("the database is not available: {0}")]
    Unavailable(String),
    /// Another process has the embedded database open.
    #[error("{} is in use: a running crossdock holds its lock; stop that process first", path.display())]
    Locked {
        /// The database file.
        path: PathBuf,
    },
    /// Text with U+0000, which PostgreSQL cannot store; refused on both engines. Inside JSON documents it is escaped and
    /// does no harm.
    #[error("text with the character U+0000 cannot be stored")]
    InvalidText,
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
            Self::Conflict
            | Self::Inconsistent { .. }
            | Self::Unavailable(_)
            | Self::Locked { .. }
            | Self::InvalidText
            | Self::Other(_) => false,
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

impl From<tokio_postgres::Error> for DbError {
    fn from(error: tokio_postgres::Error) -> Self {
        if is_lost(&error) {
            return Self::Unavailable(describe(&error));
        }
        match error.code().map(SqlState::code) {
            Some("23505") => Self::Conflict,
            // Serialization failure, deadlock.
            Some("40001" | "40P01") => Self::Retry,
            // In a text, and in JSON, where it is written as \u0000.
            Some("22021" | "22P05") => Self::InvalidText,
            // Insufficient resources, cancelled or timed out statement, a lock that nobody let go in time (asking again would
            // only wait as long again), read-only after a failover, I/O error.
            Some(code) if code.starts_with("53") || matches!(code, "57014" | "55P03" | "25006" | "58030") => {
                Self::Unavailable(describe(&error))
            }
            _ => Self::other(describe(&error)),
        }
    }
}

/// Whether the connection to PostgreSQL is gone.
pub(crate) fn is_lost(error: &tokio_postgres::Error) -> bool {
    match error.code().map(SqlState::code) {
        // Connection exceptions and operator intervention: shutdown, crash, starting up, idle for too long.
        Some(code) => code.starts_with("08") || code.starts_with("57P") || code == "25P03",
        // Input is what the driver refuses to send.
        None => error.is_closed() || io_kind(error).is_some_and(|kind| kind != io::ErrorKind::InvalidInput),
    }
}

/// Whether a server that refuses connections like this is likely to take one soon: it starts, or is full.
pub(crate) fn may_pass(error: &tokio_postgres::Error) -> bool {
    match error.code().map(SqlState::code) {
        Some(code) => matches!(code, "53300" | "57P03"),
        None => io_kind(error) == Some(io::ErrorKind::ConnectionRefused),
    }
}

fn io_kind(error: &tokio_postgres::Error) -> Option<io::ErrorKind> {
    error.source().and_then(|source| source.downcast_ref::<io::Error>()).map(io::Error::kind)
}

/// The error in words. What the server adds as detail stays out: it quotes rows.
pub(crate) fn describe(error: &tokio_postgres::Error) -> String {
    match (error.as_db_error(), error.source()) {
        (Some(told), _) => format!("{} {}: {}", told.severity(), told.code().code(), told.message()),
        (None, Some(source)) => format!("{error}: {source}"),
        (None, None) => error.to_string(),
    }
}
