//! The threads that own SQLite connections: operations come in by a queue, answers go out when they are final.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Receiver, Sender};
use futures_util::FutureExt;
use tokio::sync::oneshot;

use crate::engine::work::Work;
use crate::error::DbError;
use crate::tx::{Connection, Tx};

/// Most operations that share one commit; bounds how long the first of them waits.
const MAX_BATCH: usize = 256;
/// Page cache of a connection, in KiB.
pub(super) const CACHE: i32 = 8 * 1024;
/// Page cache of the writer while it runs a long operation, in KiB.
const LONG_CACHE: i32 = 64 * 1024;

/// An operation on its way through a database thread, and who waits for it.
pub(super) struct Task {
    work: Work,
    /// It takes so long that it needs a transaction of its own.
    long: bool,
    reply: oneshot::Sender<Work>,
}

/// Queues an operation and waits for its answer. Every way in which the thread may end drops the queue, and with it the
/// sender of this answer: the caller hears of it and never hangs.
pub(super) async fn submit(queue: Option<Sender<Task>>, work: Work, long: bool) -> Result<Work, DbError> {
    let closed = || DbError::Unavailable("the database is closed".to_owned());
    let (reply, answer) = oneshot::channel();
    // Never blocks: the queue is unbounded, and no longer than the number of callers that wait.
    queue.ok_or_else(closed)?.send(Task { work, long, reply }).map_err(|_| closed())?;
    answer.await.map_err(|_| closed())
}

impl Task {
    /// Runs it; whether its changes may stay.
    fn run(&mut self, tx: &mut Tx) -> bool {
        tx.renew();
        let place = tx.numbers.place();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.work.run(tx).now_or_never()));
        let problem = match outcome {
            Ok(Some(true)) => return true,
            Ok(Some(false)) => {
                tx.numbers.back_to(place);
                return false;
            }
            Ok(None) => "an operation waited for something other than the database".to_owned(),
            Err(panic) => format!("an operation panicked: {}", panic_text(&*panic)),
        };
        tx.numbers.back_to(place);
        self.work.fail(DbError::other(problem));
        false
    }

    /// Answers the caller; `commit` is an error when nothing of the batch was kept.
    fn answer(mut self, commit: Result<(), String>) {
        // An operation that failed by itself keeps its own error.
        if let Err(error) = commit
            && self.work.has_succeeded() != Some(false)
        {
            self.work.fail(DbError::Unavailable(error));
        }
        // The caller may have gone away; the write stands all the same.
        drop(self.reply.send(self.work));
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

fn answer(task: Task, commit: Result<(), String>) {
    // When the caller has gone, its output is dropped here; a panic in that must not end the thread.
    if catch_unwind(AssertUnwindSafe(|| task.answer(commit))).is_err() {
        tracing::error!("the output of an operation panicked while it was dropped");
    }
}

fn raw(tx: &mut Tx, sql: &'static str) -> Result<(), DbError> {
    let Connection::Sqlite(connection) = &mut tx.connection else {
        return Err(DbError::other("not a SQLite connection"));
    };
    connection.prepare_cached(sql)?.execute([])?;
    Ok(())
}

/// Ends a transaction that a failure left open; SQLite has often done it by itself.
fn roll_back(tx: &mut Tx) {
    if !tx.is_over()
        && let Err(error) = raw(tx, "ROLLBACK")
    {
        tracing::error!(%error, "rollback failed");
    }
}

/// The only writer. Takes what waits, runs it, commits once, answers all.
pub(super) fn write_loop(mut tx: Tx, queue: &Receiver<Task>) {
    while let Ok(first) = queue.recv() {
        // Nobody waits for company: the batch is whatever arrived while the last commit ran.
        let waiting: Vec<Task> = std::iter::once(first).chain(queue.try_iter().take(MAX_BATCH - 1)).collect();
        let (long, mut batch): (Vec<Task>, Vec<Task>) = waiting.into_iter().partition(|task| task.long);
        if !batch.is_empty() {
            let ran = run_batch(&mut tx, &mut batch);
            end(&mut tx, batch, ran);
        }
        for work in long {
            let mut alone = [work];
            let ran = run_alone(&mut tx, &mut alone[0]);
            end(&mut tx, Vec::from(alone), ran);
        }
    }
}

/// Answers everybody whose work was in a transaction.
fn end(tx: &mut Tx, batch: Vec<Task>, ran: Result<(), DbError>) {
    let outcome = ran.map_err(|error| {
        // Of a full disk that told; it is said once, and not by every batch.
        tx.committed(Err(&error));
        if !matches!(error, DbError::Unavailable(_)) {
            tracing::error!(%error, operations = batch.len(), "commit failed");
        }
        roll_back(tx);
        tx.numbers.back_to((0, 0));
        match error {
            DbError::Retry => "another program holds the write lock of the database file".to_owned(),
            error => error.to_string(),
        }
    });
    for work in batch {
        answer(work, outcome.clone());
    }
}

/// One operation in a transaction, without a savepoint: SQLite would keep every page in memory that it changes behind one.
/// The larger cache spares it from writing the same pages of an index again and again.
fn run_alone(tx: &mut Tx, work: &mut Task) -> Result<(), DbError> {
    cache(tx, LONG_CACHE);
    let ran = raw(tx, "BEGIN IMMEDIATE").and_then(|()| if work.run(tx) { commit(tx) } else { raw(tx, "ROLLBACK") });
    cache(tx, CACHE);
    ran
}

/// Sets the size of the page cache; without it everything works as well, only slower.
fn cache(tx: &mut Tx, kibibytes: i32) {
    if let Connection::Sqlite(connection) = &tx.connection
        && let Err(error) = connection.pragma_update(None, "cache_size", -kibibytes)
    {
        tracing::warn!(%error, "cache_size");
    }
}

fn run_batch(tx: &mut Tx, batch: &mut [Task]) -> Result<(), DbError> {
    raw(tx, "BEGIN IMMEDIATE")?;
    for work in &mut *batch {
        raw(tx, "SAVEPOINT operation")?;
        if !work.run(tx) {
            // A full disk and the like end the whole transaction; then this fails, and with it the batch.
            raw(tx, "ROLLBACK TO operation")?;
        }
        raw(tx, "RELEASE operation")?;
    }
    commit(tx)
}

/// Commits, and remembers the numbers that are given out with it.
fn commit(tx: &mut Tx) -> Result<(), DbError> {
    let before = tx.numbers.note()?;
    let committed = raw(tx, "COMMIT");
    tx.numbers.ended(before, committed.is_err());
    tx.committed(committed.as_ref().copied());
    committed
}

/// A reader: one operation at a time, each with one snapshot for all its statements.
pub(super) fn read_loop(mut tx: Tx, queue: &Receiver<Task>) {
    while let Ok(mut work) = queue.recv() {
        let begun = raw(&mut tx, "BEGIN").map(|()| work.run(&mut tx));
        let ended = begun.and_then(|_| raw(&mut tx, "COMMIT"));
        roll_back(&mut tx);
        answer(work, ended.map_err(|error| error.to_string()));
    }
}
