//! What the threads do when statements, commits, operations and threads themselves fail; and how connections are set up.

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, mpsc};

use futures_util::FutureExt as _;

use super::*;
use crate::tx::Operation;

type Run = dyn Fn(&mut Tx) -> Result<(), DbError> + Send + Sync;
type PendingWrite = Pin<Box<dyn Future<Output = Result<(), DbError>> + Send>>;

/// An operation that reaches for the connection itself.
struct Raw(Box<Run>);

impl Operation for Raw {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        (self.0)(tx)
    }
}

fn raw(run: impl Fn(&mut Tx) -> Result<(), DbError> + Send + Sync + 'static) -> Raw {
    Raw(Box::new(run))
}

fn sql(text: &'static str) -> Raw {
    raw(move |tx| execute(tx, text))
}

fn execute(tx: &mut Tx, text: &str) -> Result<(), DbError> {
    let Connection::Sqlite(connection) = &mut tx.connection else { unreachable!("these are tests of SQLite") };
    Ok(connection.execute_batch(text)?)
}

struct Fixture {
    engine: Arc<Sqlite>,
    writable: crate::writable::Writable,
    _directory: tempfile::TempDir,
}

async fn write<O: Operation>(engine: &Sqlite, operation: O) -> Result<O::Output, O::Error> {
    engine.write(Work::new(operation)).await?.outcome::<O>()
}

async fn submit(lane: &Lane, operation: Raw) -> Result<(), DbError> {
    lane.submit(Work::new(operation)).await.map(drop)
}

impl Fixture {
    async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        write(&self.engine, operation).await
    }

    async fn read<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        self.engine.read(Work::new(operation)).await?.outcome::<O>()
    }

    async fn new() -> Self {
        let directory = tempfile::tempdir().unwrap();
        let path = directory.path().join("test.db");
        let options = Options::new(format!("sqlite:{}", path.display()));
        let writable = crate::writable::Writable::default();
        let engine = Arc::new(Sqlite::open(path, &options, (None, writable.clone())).await.unwrap());
        let tables = "CREATE TABLE t (a INTEGER PRIMARY KEY, b TEXT) STRICT; \
                      CREATE TABLE child (t INTEGER REFERENCES t (a) DEFERRABLE INITIALLY DEFERRED) STRICT;";
        write(&engine, sql(tables)).await.unwrap();
        Self { engine, writable, _directory: directory }
    }

    /// Queues these operations behind one that holds the writer, so that they make one batch; lets go when told.
    async fn queued(&self, operations: Vec<Raw>) -> (Vec<PendingWrite>, impl FnOnce() + use<>) {
        let (signal, mut begun) = tokio::sync::mpsc::unbounded_channel();
        let (open, gate) = mpsc::channel::<()>();
        let gate = Mutex::new(gate);
        let hold = raw(move |_| {
            signal.send(()).unwrap();
            locked(&gate).recv().unwrap();
            Ok(())
        });
        let mut answers: Vec<PendingWrite> = Vec::new();
        for operation in std::iter::once(hold).chain(operations) {
            let engine = self.engine.clone();
            let mut answer: PendingWrite = Box::pin(async move { write(&engine, operation).await });
            // The first poll puts it into the queue.
            assert!(futures_util::poll!(&mut answer).is_pending());
            answers.push(answer);
            if answers.len() == 1 {
                begun.recv().await.unwrap();
            }
        }
        (answers, move || open.send(()).unwrap())
    }

    /// The outcomes of these operations, run as one batch.
    async fn batch(&self, operations: Vec<Raw>) -> Vec<Result<(), DbError>> {
        let (answers, go) = self.queued(operations).await;
        go();
        let mut outcomes = futures_util::future::join_all(answers).await;
        outcomes.remove(0).unwrap();
        outcomes
    }

    /// What a reader sees.
    fn rows(&self) -> Vec<i64> {
        let connection = connect(&self.engine.path, true, true).unwrap();
        let mut statement = connection.prepare("SELECT a FROM t ORDER BY a").unwrap();
        statement.query_map([], |row| row.get(0)).unwrap().map(Result::unwrap).collect()
    }
}

fn unavailable(outcome: &Result<(), DbError>) -> bool {
    matches!(outcome, Err(DbError::Unavailable(_)))
}

#[tokio::test]
async fn in_one_batch_a_failure_takes_back_its_own_changes_only() {
    let fixture = Fixture::new().await;
    let fails = raw(|tx| {
        execute(tx, "INSERT INTO t (a) VALUES (20)")?;
        Err(DbError::Conflict)
    });
    let panics = raw(|tx| {
        execute(tx, "INSERT INTO t (a) VALUES (30)")?;
        panic!("on purpose")
    });
    let breaks = sql("INSERT INTO t (a) VALUES (40); INSERT INTO t (a) VALUES (1)");
    let outcomes = fixture
        .batch(vec![
            sql("INSERT INTO t (a) VALUES (1)"),
            fails,
            sql("INSERT INTO t (a) VALUES (2)"),
            panics,
            breaks,
            sql("INSERT INTO t (a) VALUES (3)"),
        ])
        .await;
    assert!(matches!(&outcomes[1], Err(DbError::Conflict)), "{outcomes:?}");
    assert!(matches!(&outcomes[3], Err(DbError::Other(e)) if e.to_string().contains("on purpose")), "{outcomes:?}");
    assert!(matches!(&outcomes[4], Err(DbError::Conflict)), "{outcomes:?}");
    assert!([0, 2, 5].iter().all(|n| outcomes[*n].is_ok()), "{outcomes:?}");
    assert_eq!(fixture.rows(), [1, 2, 3]);
}

#[tokio::test]
async fn when_the_commit_fails_nobody_is_acknowledged_and_the_writer_goes_on() {
    let fixture = Fixture::new().await;
    let outcomes = fixture
        .batch(vec![
            sql("INSERT INTO t (a) VALUES (1)"),
            raw(|_| Err(DbError::Conflict)),
            // Its parent never comes, which the engine finds only at COMMIT.
            sql("INSERT INTO child (t) VALUES (77)"),
            sql("INSERT INTO t (a) VALUES (2)"),
        ])
        .await;
    assert!([0, 2, 3].iter().all(|n| unavailable(&outcomes[*n])), "{outcomes:?}");
    assert!(matches!(outcomes[1], Err(DbError::Conflict)), "its own error tells more: {outcomes:?}");
    assert_eq!(fixture.rows(), Vec::<i64>::new());
    fixture.write(sql("INSERT INTO t (a) VALUES (3)")).await.unwrap();
    assert_eq!(fixture.rows(), [3]);
}

/// On a full disk SQLite takes the whole transaction back by itself, neighbours included.
#[tokio::test]
async fn when_the_disk_is_full_nobody_is_acknowledged_and_the_writer_goes_on() {
    let fixture = Fixture::new().await;
    fixture.write(sql("PRAGMA max_page_count = 1")).await.unwrap();
    let outcomes = fixture
        .batch(vec![
            sql("INSERT INTO t (a) VALUES (1)"),
            sql("INSERT INTO t (a, b) VALUES (2, printf('%.*c', 1000000, 'x'))"),
            sql("INSERT INTO t (a) VALUES (3)"),
        ])
        .await;
    assert!(outcomes.iter().all(unavailable), "{outcomes:?}");
    assert_eq!(fixture.rows(), Vec::<i64>::new());

    // Going on after such an error must not commit by itself.
    let careless = raw(|tx| {
        let full = execute(tx, "INSERT INTO t (a, b) VALUES (2, printf('%.*c', 1000000, 'x'))");
        assert!(unavailable(&full), "{full:?}");
        let next = tx.set_meta("a", "1").now_or_never().unwrap();
        assert!(unavailable(&next), "{next:?}");
        Ok(())
    });
    let outcome = fixture.write(careless).await;
    assert!(outcome.is_err());
    assert!(fixture.writable.refuses());
    fixture.write(sql("PRAGMA max_page_count = 1000000")).await.unwrap();
    assert!(fixture.writable.refuses(), "a commit of nothing proves nothing");
    fixture.write(sql("INSERT INTO t (a) VALUES (4)")).await.unwrap();
    assert_eq!(fixture.rows(), [4]);
}

#[tokio::test]
async fn an_operation_that_waits_for_something_else_fails() {
    struct Waits;
    impl Operation for Waits {
        type Output = ();
        type Error = DbError;
        async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
            tx.set_meta("a", "1").await?;
            std::future::pending().await
        }
    }
    let fixture = Fixture::new().await;
    let outcome = fixture.write(Waits).await;
    assert!(matches!(&outcome, Err(DbError::Other(e)) if e.to_string().contains("waited")), "{outcome:?}");
}

/// Panics when it is dropped on a database thread, and does nothing elsewhere.
struct Explosive;

impl Drop for Explosive {
    fn drop(&mut self) {
        assert!(std::thread::current().name() != Some("db-writer"), "on purpose");
    }
}

struct Explodes;

impl Operation for Explodes {
    type Output = Explosive;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Explosive, DbError> {
        execute(tx, "INSERT INTO t (a) VALUES (1)")?;
        Ok(Explosive)
    }
}

#[tokio::test]
async fn the_write_of_a_caller_that_went_away_stands_and_hurts_nobody() {
    let fixture = Fixture::new().await;
    let (answers, go) = fixture.queued(Vec::new()).await;
    {
        let mut gone = Box::pin(fixture.write(Explodes));
        assert!(futures_util::poll!(&mut gone).is_pending());
    }
    go();
    futures_util::future::join_all(answers).await;
    fixture.write(sql("INSERT INTO t (a) VALUES (2)")).await.unwrap();
    assert_eq!(fixture.rows(), [1, 2]);
}

#[tokio::test]
async fn a_thread_that_died_makes_the_database_unavailable_to_all_that_wait_and_come() {
    let (queue, work) = unbounded::<Task>();
    let (go, gate) = mpsc::channel::<()>();
    let thread = std::thread::spawn(move || {
        gate.recv().unwrap();
        let _in_hand = work.recv();
        panic!("on purpose");
    });
    let lane = Lane::new(queue, vec![thread]);
    let mut waiting: Vec<_> = (0..3).map(|_| Box::pin(submit(&lane, sql("SELECT 1")))).collect();
    for answer in &mut waiting {
        assert!(futures_util::poll!(answer).is_pending());
    }
    go.send(()).unwrap();
    for outcome in futures_util::future::join_all(waiting).await {
        assert!(unavailable(&outcome), "{outcome:?}");
    }
    assert!(unavailable(&submit(&lane, sql("SELECT 1")).await));
    lane.close().await;
}

#[tokio::test]
async fn closing_finishes_what_waits_and_refuses_what_comes() {
    let fixture = Fixture::new().await;
    let operations = vec![sql("INSERT INTO t (a) VALUES (1)"), sql("INSERT INTO t (a) VALUES (2)")];
    let (answers, go) = fixture.queued(operations).await;
    // The readers are closed first, and without the writer; then it waits for the writer.
    fixture.engine.readers.close().await;
    let mut closing = Box::pin(fixture.engine.writer.close());
    assert!(futures_util::poll!(&mut closing).is_pending());
    assert!(unavailable(&fixture.write(sql("INSERT INTO t (a) VALUES (3)")).await));
    go();
    closing.await;
    for outcome in futures_util::future::join_all(answers).await {
        outcome.unwrap();
    }
    assert_eq!(fixture.rows(), [1, 2]);
}

#[tokio::test]
async fn a_reader_serves_the_next_after_a_failed_operation() {
    let fixture = Fixture::new().await;
    for _ in 0..10 {
        assert!(fixture.read(sql("SELECT * FROM nothing")).await.is_err());
        assert!(fixture.read(sql("ROLLBACK")).await.is_err(), "it ends the snapshot behind our back");
        fixture.read(sql("SELECT * FROM t")).await.unwrap();
    }
}

#[test]
fn statements_are_prepared_once_whatever_their_values() {
    let directory = tempfile::tempdir().unwrap();
    let mut connection = connect(&directory.path().join("test.db"), false, true).unwrap();
    migrate::sqlite(&mut connection).unwrap();
    for statement in crate::sql::all() {
        let mut prepared = connection.prepare(statement.sqlite).unwrap();
        for round in 1..4_usize {
            for parameter in 1..=prepared.parameter_count() {
                prepared.raw_bind_parameter(parameter, i64::try_from(round * 100 + parameter).unwrap()).unwrap();
            }
            let mut rows = prepared.raw_query();
            // Most values break a rule; that the plan was asked for them is all that counts here.
            while let Ok(Some(_)) = rows.next() {}
        }
        assert_eq!(prepared.get_status(rusqlite::StatementStatus::RePrepare), 0, "{}", statement.name);
    }
}
