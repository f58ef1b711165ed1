//! PostgreSQL: a pool, repeats on serialization failures, carts inserted together.

mod combiner;
mod passfile;
mod pool;
mod settings;
mod tls;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::sync::Semaphore;
use tokio::time::{sleep, timeout};

use super::{Beside, MAX_RETRIES, Options};
use crate::carts::NewCart;
use crate::engine::work::Work;
use crate::error::{DbError, Retryable as _, is_lost};
use crate::migrate;
use crate::numbers::TakenNumbers;
use crate::numbers::marks::Before;
use crate::tx::{Connection, Tx};
use crate::writable::Writable;
use combiner::Combiner;
use pool::Pool;
pub(crate) use pool::{Parameter, Session};
use settings::Settings;

/// Longest run of one operation. A server that stopped answering looks like this, and so does a lock that nobody lets go.
const SLOW: Duration = Duration::from_secs(20);
/// The same for an operation that is known to be long.
const LONG: Duration = Duration::from_hours(1);

/// Longest wait for the turn to write.
const TURN: Duration = Duration::from_secs(5);
/// Writers leave one connection of so many to readers and to carts.
const FOR_OTHERS: usize = 4;

#[derive(Debug)]
pub(super) struct Pg {
    pool: Pool,
    carts: Combiner,
    beside: Beside,
    /// Writers at once. When a lock is held elsewhere they all wait; readers and carts then still find a connection.
    writers: Semaphore,
}

impl Pg {
    pub(super) async fn open(options: &Options, beside: Beside) -> Result<Self, DbError> {
        let pool = Pool::new(&Settings::new(&options.url)?, options.connections.max(2))?;
        let mut session = begin(&pool, true).await?;
        check_encoding(&mut session).await?;
        migrate::postgres(&mut session).await?;
        session.commit().await?;
        let writers = Semaphore::new(pool.most() - pool.most() / FOR_OTHERS);
        Ok(Self { carts: Combiner::start(pool.clone()), pool, beside, writers })
    }

    pub(super) async fn write(&self, work: Work) -> Result<Work, DbError> {
        self.write_within(SLOW, work).await
    }

    pub(super) async fn write_at_length(&self, work: Work) -> Result<Work, DbError> {
        self.write_within(LONG, work).await
    }

    async fn write_within(&self, most: Duration, mut work: Work) -> Result<Work, DbError> {
        let place = timeout(TURN, self.writers.acquire()).await;
        let Ok(Ok(_place)) = place else {
            return Err(DbError::Unavailable(format!("no turn to write within {} s", TURN.as_secs())));
        };
        let mut run = 0;
        loop {
            run += 1;
            let ended = timeout(most, self.write_once(&mut work, most > SLOW)).await.map_err(|_| too_slow(most))?;
            let again = ended.as_ref().map_or_else(DbError::wants_retry, |()| work.wants_retry());
            if !again || run >= MAX_RETRIES {
                return ended.map(|()| work);
            }
            tracing::debug!(run, "transaction is run again");
            sleep(pause(run)).await;
        }
    }

    fn tx(&self, session: Session) -> Tx {
        let (marks, writable) = self.beside.clone();
        Tx::new(Connection::Postgres(session), TakenNumbers::new(marks), writable)
    }

    async fn write_once(&self, work: &mut Work, long: bool) -> Result<(), DbError> {
        let mut tx = self.tx(begin(&self.pool, long).await?);
        // On error the transaction is dropped, which rolls it back.
        if !work.run(&mut tx).await {
            return Ok(());
        }
        let (mut tx, before) = note(tx).await?;
        let committed = tx.commit().await;
        // A connection that breaks here leaves open whether the server committed: see DbError::Unavailable.
        let certain = committed.as_ref().is_err_and(|error| !is_lost(error));
        tx.numbers.ended(before, certain);
        let committed = committed.map_err(DbError::from);
        tx.committed(committed.as_ref().copied());
        committed
    }

    pub(super) async fn read(&self, mut work: Work) -> Result<Work, DbError> {
        let mut left = self.pool.size();
        loop {
            let mut tx =
                Tx::new(Connection::Postgres(self.pool.session().await?), TakenNumbers::default(), Writable::default());
            match timeout(SLOW, work.run(&mut tx)).await {
                Err(_) => return Err(too_slow(SLOW)),
                // A read may be asked again on another connection: it changed nothing.
                Ok(false) if left > 0 && tx.lost_connection() => left -= 1,
                Ok(_) => return Ok(work),
            }
        }
    }

    pub(super) async fn insert_cart(&self, cart: NewCart) -> Result<(), DbError> {
        self.carts.insert(cart).await
    }

    pub(super) async fn integrity_check(&self) -> Result<Vec<String>, DbError> {
        // Indexes that a crashed build left invalid are the damage that PostgreSQL itself can tell of.
        let invalid =
            "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid";
        let mut findings = Vec::new();
        let mut session = self.pool.session().await?;
        let each = |row: &tokio_postgres::Row| {
            let name: String = row.try_get(0)?;
            findings.push(format!("index {name} is not valid; run REINDEX INDEX {name}"));
            Ok(())
        };
        session.query(invalid, &[], each).await?;
        Ok(findings)
    }

    pub(super) async fn close(&self) {
        self.carts.close().await;
        self.pool.close().await;
    }
}

/// Text of every kind must fit in.
async fn check_encoding(session: &mut Session) -> Result<(), DbError> {
    let mut encoding = String::new();
    let each = |row: &tokio_postgres::Row| {
        encoding = row.try_get(0)?;
        Ok(())
    };
    session.query("SELECT current_setting('server_encoding')", &[], each).await?;
    if encoding == "UTF8" {
        return Ok(());
    }
    Err(DbError::other(format!(
        "the PostgreSQL database has the encoding {encoding}, in which most names cannot be stored; make one with \
         `createdb --encoding=UTF8 --template=template0 NAME` and move what is in this one with pg_dump and psql"
    )))
}

/// Remembers the numbers that a transaction is about to give out; now and then that waits for the disk.
async fn note(mut tx: Tx) -> Result<(Tx, Before), DbError> {
    let waits = tx.numbers.waits();
    let note = move || tx.numbers.note().map(|before| (tx, before));
    if !waits {
        return note();
    }
    tokio::task::spawn_blocking(note).await.map_err(|error| DbError::other(error.to_string()))?
}

/// Begins a transaction. After a restart of the server every pooled connection is dead; nothing was asked of them yet, so
/// the next one is tried until a fresh one answers.
async fn begin(pool: &Pool, long: bool) -> Result<Session, DbError> {
    let mut left = pool.size();
    loop {
        let mut session = pool.session().await?;
        match session.begin(long).await {
            Ok(()) => return Ok(session),
            Err(error) if left > 0 && is_lost(&error) => left -= 1,
            Err(error) => return Err(error.into()),
        }
    }
}

fn too_slow(most: Duration) -> DbError {
    DbError::Unavailable(format!("no answer within {} s", most.as_secs()))
}

/// Spreads repeats, so that transactions that met do not meet again at once. Steps of the golden ratio fill the range
/// evenly; nothing here needs to be unpredictable.
fn pause(run: u32) -> Duration {
    static TURN: AtomicU64 = AtomicU64::new(0);
    let turn = TURN.fetch_add(0x9E37_79B9_7F4A_7C15, Ordering::Relaxed);
    let most = 1_000_u64 << run.min(6);
    Duration::from_micros((turn >> 32) % most)
}
