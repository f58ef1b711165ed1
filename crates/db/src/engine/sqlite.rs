//! SQLite: one writer thread with group commit, a few reader threads.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};
use std::sync::Mutex;
use std::thread::JoinHandle;
use std::time::Duration;

use crossbeam_channel::{Receiver, Sender, bounded, unbounded};
use futures_util::FutureExt;
use rusqlite::OpenFlags;
use tokio::sync::oneshot;

use super::Options;
use crate::error::DbError;
use crate::migrate;
use crate::tx::{Connection, Operation, Tx};

/// Most operations that share one commit; bounds how long the first of them waits.
const MAX_BATCH: usize = 256;

#[derive(Debug)]
pub(super) struct Sqlite {
    path: PathBuf,
    writer: Mutex<Option<Sender<Box<dyn Work>>>>,
    readers: Mutex<Option<Sender<Box<dyn Work>>>>,
    threads: Mutex<Vec<JoinHandle<()>>>,
}

impl Sqlite {
    pub(super) async fn open(path: PathBuf, options: &Options) -> Result<Self, DbError> {
        let options = options.clone();
        tokio::task::spawn_blocking(move || Self::open_blocking(path, &options))
            .await
            .map_err(|error| DbError::other(error.to_string()))?
    }

    fn open_blocking(path: PathBuf, options: &Options) -> Result<Self, DbError> {
        let mut writer = connect(&path, false, options.durable)?;
        migrate::sqlite(&mut writer)?;
        let mut threads = Vec::new();
        let (write_queue, writes) = unbounded();
        threads.push(spawn("db-writer", writer, writes, write_loop)?);
        let (read_queue, reads) = bounded::<Box<dyn Work>>(10_000);
        for n in 0..options.connections.max(1) {
            let reader = connect(&path, true, options.durable)?;
            threads.push(spawn(&format!("db-reader-{n}"), reader, reads.clone(), read_loop)?);
        }
        Ok(Self {
            path,
            writer: Mutex::new(Some(write_queue)),
            readers: Mutex::new(Some(read_queue)),
            threads: Mutex::new(threads),
        })
    }

    pub(super) async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        submit(&self.writer, operation).await
    }

    pub(super) async fn read<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        submit(&self.readers, operation).await
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
            let mut foreign = connection.prepare("PRAGMA foreign_key_check")?;
            for line in foreign.query_map([], |row| row.get::<_, String>(0))? {
                findings.push(format!("a row of {} points to nothing", line?));
            }
            Ok(findings)
        })
        .await
    }

    pub(super) async fn close(&self) {
        // Dropping the senders ends the loops once their queues are empty.
        take(&self.writer);
        take(&self.readers);
        let threads = std::mem::take(&mut *self.threads.lock().unwrap_or_else(|e| e.into_inner()));
        let joined = tokio::task::spawn_blocking(move || threads.into_iter().for_each(|t| drop(t.join())));
        drop(joined.await);
    }
}

fn take<T>(slot: &Mutex<Option<T>>) -> Option<T> {
    slot.lock().unwrap_or_else(|e| e.into_inner()).take()
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
    if !read_only {
        connection.pragma_update(None, "journal_mode", "WAL")?;
        connection.pragma_update(None, "synchronous", if durable { "FULL" } else { "NORMAL" })?;
        // Keeps the log from staying at its largest size for ever.
        connection.pragma_update(None, "journal_size_limit", 64 * 1024 * 1024)?;
    }
    connection.pragma_update(None, "foreign_keys", "ON")?;
    connection.pragma_update(None, "temp_store", "MEMORY")?;
    connection.pragma_update(None, "cache_size", -8192)?;
    Ok(connection)
}

fn backup(from: &Path, to: &Path) -> Result<(), DbError> {
    if to.exists() {
        return Err(DbError::other(format!("{} exists already; choose a new file name", to.display())));
    }
    let source = connect(from, true, true)?;
    let mut target = rusqlite::Connection::open(to)?;
    let copy = rusqlite::backup::Backup::new(&source, &mut target)?;
    // All pages in one step: a read transaction holds the snapshot, writers go on in the log meanwhile.
    copy.step(-1)?;
    Ok(())
}

fn spawn(
    name: &str,
    connection: rusqlite::Connection,
    queue: Receiver<Box<dyn Work>>,
    body: fn(Tx, &Receiver<Box<dyn Work>>),
) -> Result<JoinHandle<()>, DbError> {
    std::thread::Builder::new()
        .name(name.to_owned())
        .spawn(move || body(Tx { connection: Connection::Sqlite(connection) }, &queue))
        .map_err(|error| DbError::Unavailable(error.to_string()))
}

async fn submit<O: Operation>(
    queue: &Mutex<Option<Sender<Box<dyn Work>>>>,
    operation: O,
) -> Result<O::Output, O::Error> {
    let closed = || O::Error::from(DbError::Unavailable("the database is closed".to_owned()));
    let sender = queue.lock().unwrap_or_else(|e| e.into_inner()).clone().ok_or_else(closed)?;
    let (reply, answer) = oneshot::channel();
    let work = Pending { operation, result: None, reply };
    sender.send(Box::new(work)).map_err(|_| closed())?;
    answer.await.map_err(|_| closed())?
}

/// An operation on its way through a database thread.
trait Work: Send {
    /// Runs it; whether its changes may stay.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Answers the caller; `commit` is an error when nothing of the batch was kept.
    fn answer(self: Box<Self>, commit: Result<(), String>);
}

struct Pending<O: Operation> {
    operation: O,
    result: Option<Result<O::Output, O::Error>>,
    reply: oneshot::Sender<Result<O::Output, O::Error>>,
}

impl<O: Operation> Work for Pending<O> {
    fn run(&mut self, tx: &mut Tx) -> bool {
        let outcome = catch_unwind(AssertUnwindSafe(|| self.operation.run(tx).now_or_never()));
        let result = match outcome {
            Ok(Some(result)) => result,
            Ok(None) => Err(DbError::other("an operation waited for something other than the database").into()),
            Err(panic) => Err(DbError::other(format!("an operation panicked: {}", panic_text(&*panic))).into()),
        };
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, commit: Result<(), String>) {
        let result = match (self.result, commit) {
            // An operation that failed by itself keeps its own error.
            (Some(Ok(_)), Err(error)) => Err(DbError::Unavailable(error).into()),
            (Some(result), _) => result,
            (None, Err(error)) => Err(DbError::Unavailable(error).into()),
            (None, Ok(())) => Err(DbError::other("an operation was not run").into()),
        };
        // The caller may have gone away; the write stands all the same.
        drop(self.reply.send(result));
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

fn raw(tx: &mut Tx, sql: &'static str) -> Result<(), DbError> {
    let Connection::Sqlite(connection) = &mut tx.connection else {
        return Err(DbError::other("not a SQLite connection"));
    };
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

fn write_loop(mut tx: Tx, queue: &Receiver<Box<dyn Work>>) {
    while let Ok(first) = queue.recv() {
        // Nobody waits for company: the batch is whatever arrived while the last commit ran.
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(MAX_BATCH - 1));
        let outcome = run_batch(&mut tx, &mut batch).map_err(|error| {
            tracing::error!(%error, operations = batch.len(), "commit failed");
            drop(raw(&mut tx, "ROLLBACK"));
            error.to_string()
        });
        for work in batch {
            work.answer(outcome.clone());
        }
    }
}

fn run_batch(tx: &mut Tx, batch: &mut [Box<dyn Work>]) -> Result<(), DbError> {
    raw(tx, "BEGIN IMMEDIATE")?;
    for work in &mut *batch {
        raw(tx, "SAVEPOINT operation")?;
        if !work.run(tx) {
            raw(tx, "ROLLBACK TO operation")?;
        }
        raw(tx, "RELEASE operation")?;
    }
    raw(tx, "COMMIT")
}

fn read_loop(mut tx: Tx, queue: &Receiver<Box<dyn Work>>) {
    while let Ok(mut work) = queue.recv() {
        // One snapshot for all statements of the operation.
        let begun = raw(&mut tx, "BEGIN").map(|()| work.run(&mut tx));
        let ended = raw(&mut tx, "COMMIT");
        work.answer(begun.and(ended).map_err(|error| error.to_string()));
    }
}
