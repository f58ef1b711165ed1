//! The threads that own SQLite connections: operations come in by a queue, answers go out when they are final.

use std::any::Any;
use std::panic::{AssertUnwindSafe, catch_unwind};

use crossbeam_channel::{Receiver, Sender};
use futures_util::FutureExt;
use tokio::sync::oneshot;

use crate::error::DbError;
use crate::tx::{Connection, Operation, Tx};

/// Most operations that share one commit; bounds how long the first of them waits.
const MAX_BATCH: usize = 256;

pub(super) type Task = Box<dyn Work>;

/// An operation on its way through a database thread.
pub(super) trait Work: Send {
    /// Runs it; whether its changes may stay.
    fn run(&mut self, tx: &mut Tx) -> bool;
    /// Answers the caller; `commit` is an error when nothing of the batch was kept.
    fn answer(self: Box<Self>, commit: Result<(), String>);
}

/// Queues an operation and waits for its answer. Every way in which the thread may end drops the queue, and with it the
/// sender of this answer: the caller hears of it and never hangs.
pub(super) async fn submit<O: Operation>(queue: Option<Sender<Task>>, operation: O) -> Result<O::Output, O::Error> {
    let closed = || O::Error::from(DbError::Unavailable("the database is closed".to_owned()));
    let (reply, answer) = oneshot::channel();
    let work = Pending { operation, result: None, reply };
    // Never blocks: the queue is unbounded, and no longer than the number of callers that wait.
    queue.ok_or_else(closed)?.send(Box::new(work)).map_err(|_| closed())?;
    answer.await.map_err(|_| closed())?
}

struct Pending<O: Operation> {
    operation: O,
    result: Option<Result<O::Output, O::Error>>,
    reply: oneshot::Sender<Result<O::Output, O::Error>>,
}

impl<O: Operation> Work for Pending<O> {
    fn run(&mut self, tx: &mut Tx) -> bool {
        tx.renew();
        let outcome = catch_unwind(AssertUnwindSafe(|| self.operation.run(tx).now_or_never()));
        let result = match outcome {
            Ok(Some(result)) => tx.judge(result),
            Ok(None) => Err(DbError::other("an operation waited for something other than the database").into()),
            Err(panic) => Err(DbError::other(format!("an operation panicked: {}", panic_text(&*panic))).into()),
        };
        let keep = result.is_ok();
        self.result = Some(result);
        keep
    }

    fn answer(self: Box<Self>, commit: Result<(), String>) {
        let result = match (self.result, commit) {
            (Some(Ok(_)) | None, Err(error)) => Err(DbError::Unavailable(error).into()),
            // An operation that failed by itself keeps its own error.
            (Some(result), _) => result,
            (None, Ok(())) => Err(DbError::other("an operation was not run").into()),
        };
        // The caller may have gone away; the write stands all the same.
        drop(self.reply.send(result));
    }
}

fn panic_text(panic: &(dyn Any + Send)) -> &str {
    panic.downcast_ref::<&str>().copied().or_else(|| panic.downcast_ref::<String>().map(String::as_str)).unwrap_or("?")
}

fn answer(work: Task, commit: Result<(), String>) {
    // When the caller has gone, its output is dropped here; a panic in that must not end the thread.
    if catch_unwind(AssertUnwindSafe(|| work.answer(commit))).is_err() {
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
        let mut batch = vec![first];
        batch.extend(queue.try_iter().take(MAX_BATCH - 1));
        let outcome = run_batch(&mut tx, &mut batch).map_err(|error| {
            tracing::error!(%error, operations = batch.len(), "commit failed");
            roll_back(&mut tx);
            match error {
                DbError::Retry => "another program holds the write lock of the database file".to_owned(),
                error => error.to_string(),
            }
        });
        for work in batch {
            answer(work, outcome.clone());
        }
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
    raw(tx, "COMMIT")
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
