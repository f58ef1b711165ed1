//! Choosing and opening an engine.

mod postgres;
mod sqlite;
mod work;

use std::path::PathBuf;
use std::sync::Arc;

pub(crate) use postgres::{Parameter, Session};
pub use sqlite::{FileLock, Inspection, checksum_file, checksum_of, copy_whole, counters_of, fold, inspect};

use crate::carts::{InsertCart, NewCart};
use crate::error::DbError;
use crate::numbers::marks::Marks;
use crate::tx::Operation;
use crate::writable::Writable;
use work::Work;

/// The two engines.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Engine {
    /// Embedded; one process.
    Sqlite,
    /// Server; any number of processes.
    Postgres,
}

/// How to open a database.
#[derive(Debug, Clone)]
pub struct Options {
    /// `sqlite:PATH` or `postgres://…`.
    pub url: String,
    /// SQLite: `synchronous=FULL` (acknowledged writes survive power loss) instead of NORMAL.
    pub durable: bool,
    /// SQLite: reader threads. PostgreSQL: connections in the pool.
    pub connections: u32,
    /// File that remembers which numbers were given out; `None` remembers nothing. Several processes may share it.
    pub numbers: Option<PathBuf>,
}

impl Options {
    /// Defaults for `url`: durable, 2 SQLite readers or 10 PostgreSQL connections.
    pub fn new(url: impl Into<String>) -> Self {
        let url = url.into();
        let connections = if url.starts_with("sqlite:") { 2 } else { 10 };
        Self { url, durable: true, connections, numbers: None }
    }

    fn target(&self) -> Result<Target, DbError> {
        if let Some(path) = self.url.strip_prefix("sqlite:") {
            let path = path.strip_prefix("//").unwrap_or(path);
            if path.is_empty() || path == ":memory:" {
                return Err(DbError::other("database URL names no file; write sqlite:PATH"));
            }
            if path.contains('?') {
                return Err(DbError::other("a SQLite URL takes no options behind a question mark; write sqlite:PATH"));
            }
            return Ok(Target::Sqlite(PathBuf::from(path)));
        }
        if self.url.starts_with("postgres://") || self.url.starts_with("postgresql://") {
            return Ok(Target::Postgres);
        }
        // Never the whole URL: it may hold a password.
        let scheme = self.url.split_once(':').map_or("", |(scheme, _)| scheme);
        Err(DbError::other(format!("unknown database scheme {scheme:?}; write sqlite:PATH or postgres://…")))
    }
}

enum Target {
    Sqlite(PathBuf),
    Postgres,
}

/// What is kept beside the database: the numbers given out, and whether it takes writes.
type Beside = (Option<Arc<Marks>>, Writable);

/// An open, migrated database. Cheap to clone.
#[derive(Debug, Clone)]
pub struct Db {
    inner: Arc<Inner>,
}

#[derive(Debug)]
struct Inner {
    engine: Running,
    marks: Option<Arc<Marks>>,
    writable: Writable,
}

#[derive(Debug)]
enum Running {
    Sqlite(sqlite::Sqlite),
    Postgres(postgres::Pg),
}

// Boxed where the future is large: use cases nest, and it would be a part of each of theirs.
impl Running {
    async fn write(&self, work: Work) -> Result<Work, DbError> {
        match self {
            Self::Sqlite(engine) => engine.write(work).await,
            Self::Postgres(engine) => Box::pin(engine.write(work)).await,
        }
    }

    async fn write_at_length(&self, work: Work) -> Result<Work, DbError> {
        match self {
            Self::Sqlite(engine) => engine.write_at_length(work).await,
            Self::Postgres(engine) => Box::pin(engine.write_at_length(work)).await,
        }
    }

    async fn read(&self, work: Work) -> Result<Work, DbError> {
        match self {
            Self::Sqlite(engine) => engine.read(work).await,
            Self::Postgres(engine) => Box::pin(engine.read(work)).await,
        }
    }
}

impl Db {
    /// Opens the database and brings its schema up to date, under a lock. [`DbError::Locked`] when another process has the
    /// SQLite file open.
    pub async fn open(options: &Options) -> Result<Self, DbError> {
        let target = options.target()?;
        let numbers = options.numbers.clone();
        let marks = tokio::task::spawn_blocking(move || numbers.map(|file| Marks::open(&file)).transpose())
            .await
            .map_err(|error| DbError::other(error.to_string()))??
            .map(Arc::new);
        let writable = Writable::default();
        let beside = (marks.clone(), writable.clone());
        let engine = match target {
            Target::Sqlite(path) => Running::Sqlite(sqlite::Sqlite::open(path, options, beside.clone()).await?),
            Target::Postgres => Running::Postgres(postgres::Pg::open(options, beside).await?),
        };
        Ok(Self { inner: Arc::new(Inner { engine, marks, writable }) })
    }

    /// Which engine this is.
    pub fn engine(&self) -> Engine {
        match &self.inner.engine {
            Running::Sqlite(_) => Engine::Sqlite,
            Running::Postgres(_) => Engine::Postgres,
        }
    }

    /// Runs an operation in one transaction and answers after the commit. When the answer is an error, nothing was kept,
    /// but see [`DbError::Unavailable`].
    pub async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        self.inner.engine.write(Work::new(operation)).await?.outcome::<O>()
    }

    /// Like [`write`](Self::write), for an operation that may take minutes: all of a large file at once. On SQLite it has a
    /// transaction of its own, so that no other write is lost with it, and every other write waits until it has ended; on
    /// PostgreSQL it may take an hour.
    pub async fn write_at_length<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        self.inner.engine.write_at_length(Work::new(operation)).await?.outcome::<O>()
    }

    /// Runs an operation that only reads. Never waits for writers, and sees every write acknowledged before.
    ///
    /// On SQLite all its statements see one snapshot. On PostgreSQL each sees its own, which saves two round trips: what
    /// must fit together belongs into one statement, or into [`write`](Self::write).
    pub async fn read<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        self.inner.engine.read(Work::new(operation)).await?.outcome::<O>()
    }

    /// Stores a cart: the hot write. Concurrent calls share one commit on both engines.
    pub async fn insert_cart(&self, cart: NewCart) -> Result<(), DbError> {
        match &self.inner.engine {
            Running::Sqlite(engine) => engine.write(Work::new(InsertCart(cart))).await?.outcome::<InsertCart>(),
            Running::Postgres(engine) => engine.insert_cart(cart).await,
        }
    }

    /// Cheap proof that the database answers, and takes writes; for readiness. Writes only while writes were refused.
    pub async fn ping(&self) -> Result<(), DbError> {
        if self.inner.writable.refuses() {
            self.write(Probe).await?;
        }
        self.read(Ping).await
    }

    /// Copies a live SQLite database into `file`, which must not exist. PostgreSQL answers with advice.
    pub async fn backup(&self, file: PathBuf) -> Result<(), DbError> {
        match &self.inner.engine {
            Running::Sqlite(engine) => engine.backup(file).await,
            Running::Postgres(_) => Err(DbError::other(
                "this command copies embedded SQLite databases; for PostgreSQL use pg_dump, or base backups with WAL archiving",
            )),
        }
    }

    /// Checks the stored data for damage; a list of findings, empty when all is well.
    pub async fn integrity_check(&self) -> Result<Vec<String>, DbError> {
        match &self.inner.engine {
            Running::Sqlite(engine) => engine.integrity_check().await,
            Running::Postgres(engine) => engine.integrity_check().await,
        }
    }

    /// Finishes what runs, writes everything out and closes.
    pub async fn close(&self) {
        match &self.inner.engine {
            Running::Sqlite(engine) => engine.close().await,
            Running::Postgres(engine) => engine.close().await,
        }
        if let Some(marks) = self.marks() {
            drop(tokio::task::spawn_blocking(move || marks.close()).await);
        }
    }

    pub(crate) fn marks(&self) -> Option<Arc<Marks>> {
        self.inner.marks.clone()
    }
}

struct Ping;

impl Operation for Ping {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut crate::Tx) -> Result<(), DbError> {
        tx.meta("ping").await.map(drop)
    }
}

/// A write of a few bytes.
struct Probe;

impl Operation for Probe {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut crate::Tx) -> Result<(), DbError> {
        tx.set_meta("ping", "written").await
    }
}

/// How often a PostgreSQL transaction is run again before the caller hears of it.
const MAX_RETRIES: u32 = 8;
