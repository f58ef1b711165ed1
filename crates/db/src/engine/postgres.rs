//! PostgreSQL: a pool, repeats on serialization failures, carts inserted together.

use std::str::FromStr;
use std::time::Duration;

use sqlx::PgPool;
use sqlx::postgres::{PgConnectOptions, PgPoolOptions};
use tokio::sync::{mpsc, oneshot};

use super::{Options, gives_up};
use crate::carts::{self, NewCart};
use crate::error::DbError;
use crate::migrate;
use crate::tx::{Connection, Operation, Tx};

/// Most carts in one statement.
const MAX_BATCH: usize = 256;
/// Statements under way at once that insert carts: while one commits, the next collects.
const INSERTERS: usize = 2;

#[derive(Debug)]
pub(super) struct Pg {
    pool: PgPool,
    carts: mpsc::Sender<PendingCart>,
}

type PendingCart = (NewCart, oneshot::Sender<Result<(), DbError>>);

impl Pg {
    pub(super) async fn open(options: &Options) -> Result<Self, DbError> {
        let connect = PgConnectOptions::from_str(&options.url)?.application_name("crossdock");
        let pool = PgPoolOptions::new()
            .max_connections(options.connections.max(2))
            .acquire_timeout(Duration::from_secs(10))
            .connect_with(connect)
            .await?;
        migrate::postgres(&pool).await?;
        let (carts, queue) = mpsc::channel(4096);
        tokio::spawn(combine_carts(pool.clone(), queue));
        Ok(Self { pool, carts })
    }

    pub(super) async fn write<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        let mut run = 0;
        loop {
            run += 1;
            match self.write_once(&operation).await {
                Err(error) if !gives_up(&error, run) => tracing::debug!(run, "transaction is run again"),
                outcome => return outcome,
            }
        }
    }

    async fn write_once<O: Operation>(&self, operation: &O) -> Result<O::Output, O::Error> {
        let begun = self.pool.begin().await.map_err(DbError::from)?;
        let mut tx = Tx { connection: Connection::Postgres(begun) };
        // On error the transaction is dropped, which rolls it back.
        let output = operation.run(&mut tx).await?;
        if let Connection::Postgres(begun) = tx.connection {
            begun.commit().await.map_err(DbError::from)?;
        }
        Ok(output)
    }

    pub(super) async fn read<O: Operation>(&self, operation: O) -> Result<O::Output, O::Error> {
        let connection = self.pool.acquire().await.map_err(DbError::from)?;
        operation.run(&mut Tx { connection: Connection::PostgresReader(connection) }).await
    }

    pub(super) async fn insert_cart(&self, cart: NewCart) -> Result<(), DbError> {
        let closed = || DbError::Unavailable("the database is closed".to_owned());
        let (reply, answer) = oneshot::channel();
        self.carts.send((cart, reply)).await.map_err(|_| closed())?;
        answer.await.map_err(|_| closed())?
    }

    pub(super) async fn integrity_check(&self) -> Result<Vec<String>, DbError> {
        // Indexes that a crashed build left invalid are the damage that PostgreSQL itself can tell of.
        let rows = sqlx::query_scalar::<_, String>(
            "SELECT c.relname::text FROM pg_index i JOIN pg_class c ON c.oid = i.indexrelid WHERE NOT i.indisvalid",
        )
        .fetch_all(&self.pool)
        .await?;
        Ok(rows.into_iter().map(|name| format!("index {name} is not valid; run REINDEX INDEX {name}")).collect())
    }

    pub(super) async fn close(&self) {
        self.pool.close().await;
    }
}

async fn combine_carts(pool: PgPool, mut queue: mpsc::Receiver<PendingCart>) {
    let slots = std::sync::Arc::new(tokio::sync::Semaphore::new(INSERTERS));
    let mut batch = Vec::with_capacity(MAX_BATCH);
    while queue.recv_many(&mut batch, MAX_BATCH).await > 0 {
        let Ok(slot) = slots.clone().acquire_owned().await else { return };
        // What arrived while waiting for the slot rides along.
        while batch.len() < MAX_BATCH
            && let Ok(next) = queue.try_recv()
        {
            batch.push(next);
        }
        let (rows, replies): (Vec<_>, Vec<_>) = batch.drain(..).unzip();
        let pool = pool.clone();
        tokio::spawn(async move {
            let outcome = carts::insert_together(&pool, &rows).await;
            drop(slot);
            match outcome {
                Ok(()) => replies.into_iter().for_each(|reply| drop(reply.send(Ok(())))),
                // One bad row must not fail its neighbours: each is tried alone.
                Err(_) if rows.len() > 1 => {
                    for (row, reply) in rows.iter().zip(replies) {
                        drop(reply.send(carts::insert_together(&pool, std::slice::from_ref(row)).await));
                    }
                }
                Err(error) => {
                    if let Some(reply) = replies.into_iter().next() {
                        drop(reply.send(Err(error)));
                    }
                }
            }
        });
    }
}
