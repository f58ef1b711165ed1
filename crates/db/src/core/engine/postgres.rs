//! PostgreSQL: a pool, repeats on serialization failures, carts inserted together.

mod combiner;
mod passfile;
mod pool;
mod settings;
mod tls;

use std::sync::atomic::{AtomicU64, Ordering};
use std::time::Duration;

use tokio::time::{sleep, timeout};

use super::{MAX_RETRIES, Options};
use crate::carts::NewCart;
use crate::engine::work::Work;
use crate::error::{DbError, Retryable as _, is_lost};
use crate::migrate;
use crate::tx::{Connection, Tx};
use combiner::Combiner;
use pool::Pool;
pub(crate) use pool::{Parameter, Session};
use settings::Settings;

/// Longest run of one operation. A server that stopped answering looks like this, and so does a lock that nobody lets go.
const SLOW: Duration = Duration::from_secs(20);
/// The same for an operation that is known to be long.
const LONG: Duration = Duration::from_hours(1);

#[derive(Debug)]
pub(super) struct Pg {
    pool: Pool,
    carts: Combiner,
}

impl Pg {
    pub(super) async fn open(options: &Options) -> Result<Self, DbError> {
        let pool = Pool::new(&Settings::new(&options.url)?, options.connections.max(2))?;
        let mut session = begin(&pool).await?;
        migrate::postgres(&mut session).await?;
        session.commit().await?;
        Ok(Self { carts: Combiner::start(pool.clone()), pool })
    }

    pub(super) async fn write(&self, work: Work) -> Result<Work, DbError> {
        self.write_within(SLOW, work).await
    }

    pub(super) async fn write_at_length(&self, work: Work) -> Result<Work, DbError> {
        self.write_within(LONG, work).await
    }

    async fn write_within(&self, most: Duration, mut work: Work) -> Result<Work, DbError> {
        let mut run = 0;
        loop {
            run += 1;
            let ended = timeout(most, self.write_once(&mut work)).await.map_err(|_| too_slow(most))?;
            let again = ended.as_ref().map_or_else(DbError::wants_retry, |()| work.wants_retry());
            if !again || run >= MAX_RETRIES {
                return ended.map(|()| work);
            }
            tracing::debug!(run, "transaction is run again");
            sleep(pause(run)).await;
        }
    }

    async fn write_once(&self, work: &mut Work) -> Result<(), DbError> {
        let mut tx = Tx::new(Connection::Postgres(begin(&self.pool).await?));
        // On error the transaction is dropped, which rolls it back.
        if work.run(&mut tx).await
            && let Connection::Postgres(begun) = tx.connection
        {
            // A connection that breaks here leaves open whether the server committed: see DbError::Unavailable.
            begun.commit().await?;
        }
        Ok(())
    }

    pub(super) async fn read(&self, mut work: Work) -> Result<Work, DbError> {
        let mut left = self.pool.size();
        loop {
            let mut tx = Tx::new(Connection::Postgres(self.pool.session().await?));
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

/// Begins a transaction. After a restart of the server every pooled connection is dead; nothing was asked of them yet, so
/// the next one is tried until a fresh one answers.
async fn begin(pool: &Pool) -> Result<Session, DbError> {
    let mut left = pool.size();
    loop {
        let mut session = pool.session().await?;
        match session.begin().await {
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
