//! SQLite: one writer thread with group commit, a few reader threads, a lock file against a second process.

mod file;
mod inspect;
mod lock;
#[cfg(test)]
#[allow(clippy::unwrap_used, reason = "tests")]
mod tests;
mod worker;

use std::path::{Path, PathBuf};
use std::sync::{Mutex, MutexGuard};
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, unbounded};
use rusqlite::OpenFlags;
use rusqlite::backup::{Backup, StepResult};
use rusqlite::config::DbConfig;

pub use file::{checksum_file, checksum_of, copy_whole, counters_of, fold};
pub use inspect::{Inspection, inspect};
pub use lock::FileLock;

use super::{Beside, Options};
use crate::engine::work::Work;
use crate::error::DbError;
use crate::migrate;
use crate::numbers::TakenNumbers;
use crate::tx::{Connection, Tx};
use worker::{Task, read_loop, submit, write_loop};

#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    writer: Lane,
    readers: Lane,
}

/// A queue with the threads that serve it.
#[derive(Debug)]
struct Lane {
    queue: Mutex<Option<Sender<Task>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Lane {
    fn new(queue: Sender<Task>, threads: Vec<JoinHandle<()>>) -> Self {
        Self { queue: Mutex::new(Some(queue)), threads: Mutex::new(threads) }
    }

    async fn submit(&self, work: Work) -> Result<Work, DbError> {
        let queue = locked(&self.queue).clone();
        submit(queue, work, false).await
    }

    async fn submit_long(&self, work: Work) -> Result<Work, DbError> {
        let queue = locked(&self.queue).clone();
        submit(queue, work, true).await
    }

    /// Lets the threads finish what is queued, and waits for them.
    async fn close(&self) {
        drop(locked(&self.queue).take());
        let threads = std::mem::take(&mut *locked(&self.threads));
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|t| drop(t.join())));
        drop(joined.await);
    }
}

fn locked<T>(mutex: &Mutex<T>) -> MutexGuard<'_, T> {
    mutex.lock().unwrap_or_else(std::sync::PoisonError::into_inner)
}

impl Sqlite {
    pub(super) async fn open(path: PathBuf, options: &Options, beside: Beside) -> Result<Self, DbError> {
        let options = options.clone();
        blocking(move || Self::open_blocking(path, &options, beside)).await
    }

    fn open_blocking(path: PathBuf, options: &Options, beside: Beside) -> Result<Self, DbError> {
        let lock = FileLock::take(&path)?;
        if !path.exists() {
            create_private(&path).map_err(|error| DbError::Unavailable(format!("{}: {error}", path.display())))?;
        }
        let mut connection = connect(&path, false, options.durable)?;
        migrate::sqlite(&mut connection)?;
        let mut threads = Vec::new();
        let (read_queue, reads) = unbounded();
        for n in 0..options.connections.max(1) {
            let reader = connect(&path, true, options.durable)?;
            threads.push(spawn(
                &format!("db-reader-{n}"),
                reader,
                Beside::default(),
                (reads.clone(), read_loop),
                None,
            )?);
        }
        let readers = Lane::new(read_queue, threads);
        let (write_queue, writes) = unbounded();
        let thread = spawn("db-writer", connection, beside, (writes, write_loop), Some(lock))?;
        Ok(Self { path, writer: Lane::new(write_queue, vec![thread]), readers })
    }

    pub(super) async fn write(&self, work: Work) -> Result<Work, DbError> {
        self.writer.submit(work).await
    }

    pub(super) async fn write_at_length(&self, work: Work) -> Result<Work, DbError> {
        self.writer.submit_long(work).await
    }

    pub(super) async fn read(&self, work: Work) -> Result<Work, DbError> {
        self.readers.submit(work).await
    }

    pub(super) async fn backup(&self, file: PathBuf) -> Result<(), DbError> {
        let path = self.path.clone();
        blocking(move || backup(&path, &file)).await
    }

    pub(super) async fn integrity_check(&self) -> Result<Vec<String>, DbError> {
        let path = self.path.clone();
        blocking(move || {
            let connection = connect(&path, true, true)?;
            let mut findings: Vec<String> = Vec::new();
            let mut check = connection.prepare("PRAGMA integrity_check")?;
            for line in check.query_map([], |row| row.get::<_, String>(0))? {
                findings.push(line?);
            }
            findings.retain(|line| line != "ok");
            findings.extend(migrate::dangling(&connection)?);
            Ok(findings)
        })
        .await
    }

    pub(super) async fn close(&self) {
        // The writer last: the last connection to close folds the log into the database, and only a writing one can.
        self.readers.close().await;
        self.writer.close().await;
    }
}

async fn blocking<T: Send + 'static>(f: impl FnOnce() -> Result<T, DbError> + Send + 'static) -> Result<T, DbError> {
    tokio::task::spawn_blocking(f).await.map_err(|error| DbError::other(error.to_string()))?
}

fn connect(path: &Path, read_only: bool, durable: bool) -> Result<rusqlite::Connection, DbError> {
    let access = if read_only {
        OpenFlags::SQLITE_OPEN_READ_ONLY
    } else {
        OpenFlags::SQLITE_OPEN_READ_WRITE | OpenFlags::SQLITE_OPEN_CREATE
    };
    let connection = rusqlite::Connection::open_with_flags(path, access | OpenFlags::SQLITE_OPEN_NO_MUTEX)?;
    connection.busy_timeout(Duration::from_secs(5))?;
    connection.set_prepared_statement_cache_capacity(128);
    // Otherwise many statements are prepared anew for every value, because another value might deserve another plan.
    connection.set_db_config(DbConfig::SQLITE_DBCONFIG_ENABLE_QPSG, true)?;
    if !read_only {
        let mode: String = connection.pragma_update_and_check(None, "journal_mode", "WAL", |row| row.get(0))?;
        if mode != "wal" {
            return Err(DbError::other(format!("{} cannot keep a write-ahead log (mode {mode})", path.display())));
        }
        connection.pragma_update(None, "synchronous", if durable { "FULL" } else { "NORMAL" })?;
        // In pages: the busiest ones are written again by every commit, and folded in once per so many.
        connection.pragma_update(None, "wal_autocheckpoint", 4000)?;
        // Keeps the log from staying at its largest size for ever.
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    }
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -worker::CACHE)?;
    Ok(connection)
}

/// Makes an empty file that only its owner may read: buyers' addresses go into it. SQLite gives its log the same rights.
fn create_private(path: &Path) -> std::io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

fn backup(from: &Path, to: &Path) -> Result<(), DbError> {
    file::write_whole(to, |part| copy(from, part))
}

fn copy(from: &Path, to: &Path) -> Result<(), DbError> {
    let source = connect(from, true, true)?;
    let mut target = rusqlite::Connection::open(to)?;
    // All pages in one step: a read transaction holds the snapshot, writers go on in the log meanwhile.
    match Backup::new(&source, &mut target)?.step(-1)? {
        StepResult::Done => Ok(()),
        other => Err(DbError::Unavailable(format!("the copy did not finish: {other:?}"))),
    }
}

/// What a database thread does with its connection until its queue ends.
type Body = fn(Tx, &Receiver<Task>);

fn spawn(
    name: &str,
    connection: rusqlite::Connection,
    (marks, writable): Beside,
    (queue, body): (Receiver<Task>, Body),
    lock: Option<FileLock>,
) -> Result<JoinHandle<()>, DbError> {
    let run = move || {
        body(Tx::new(Connection::Sqlite(connection), TakenNumbers::new(marks), writable), &queue);
        // Only now, with the connection closed, may another process have the file.
        drop(lock);
    };
    std::thread::Builder::new().name(name.to_owned()).spawn(run).map_err(|e| DbError::Unavailable(e.to_string()))
}
