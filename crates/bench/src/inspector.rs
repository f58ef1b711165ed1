//! What is stored, counted by a connection of its own: the proof must not rest on the product's own words. The only SQL
//! that this program says to the product's tables.

use std::path::PathBuf;

use anyhow::Context as _;
use rusqlite::{Connection, OpenFlags};
use tokio_postgres::{Client, NoTls};

use crate::samples;

const CARTS: &str = "SELECT COUNT(*) FROM carts WHERE store_id = $1";
const ORDERS: &str =
    "SELECT COUNT(*), COALESCE(MIN(number), 0), COALESCE(MAX(number), 0) FROM orders WHERE store_id = $1";
/// Orders behind a number that have the first line of their history.
const HISTORIES: &str = "SELECT COUNT(*) FROM order_history WHERE store_id = $1 AND seq = 1 AND number > $2";
const JOBS: &str = "SELECT COUNT(*) FROM jobs";
const SQLITE_SETTINGS: &str =
    "SELECT 'SQLite ' || sqlite_version() || ', ' || upper(journal_mode) FROM pragma_journal_mode";
const POSTGRES_SETTINGS: &str = "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || \
    ', fsync ' || current_setting('fsync') || \
    ', synchronous_commit ' || current_setting('synchronous_commit') || \
    ', full_page_writes ' || current_setting('full_page_writes') || \
    ', shared_buffers ' || current_setting('shared_buffers')";

/// The orders of the measured store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderSpan {
    /// How many.
    pub count: i64,
    /// The lowest number; 0 without orders.
    pub first: i64,
    /// The highest number; 0 without orders.
    pub last: i64,
}

impl OrderSpan {
    /// Whether every number between the first and the last is taken.
    pub fn is_gap_free(&self) -> bool {
        self.count == 0 || self.last - self.first + 1 == self.count
    }
}

/// Looks into the database that is measured.
#[derive(Debug, Clone)]
pub enum Inspector {
    /// The database file.
    Sqlite(PathBuf),
    /// The database on its server.
    Postgres(Box<tokio_postgres::Config>),
}

impl Inspector {
    /// Number of carts of the measured store.
    pub async fn carts(&self) -> anyhow::Result<i64> {
        let [count] = self.row(CARTS, &[samples::store_id().get()]).await?;
        Ok(count)
    }

    /// Its orders.
    pub async fn orders(&self) -> anyhow::Result<OrderSpan> {
        let [count, first, last] = self.row(ORDERS, &[samples::store_id().get()]).await?;
        Ok(OrderSpan { count, first, last })
    }

    /// Number of its orders behind a number that have the first line of their history.
    pub async fn histories_after(&self, number: i64) -> anyhow::Result<i64> {
        let [count] = self.row(HISTORIES, &[samples::store_id().get(), number]).await?;
        Ok(count)
    }

    /// Number of background jobs.
    pub async fn jobs(&self) -> anyhow::Result<i64> {
        let [count] = self.row(JOBS, &[]).await?;
        Ok(count)
    }

    /// The engine's version and how durable its commits are, in words.
    pub async fn settings(&self) -> anyhow::Result<String> {
        match self {
            // `synchronous` belongs to a connection, and the product's is opened durable; the rest lies in the file.
            Self::Sqlite(file) => {
                let settings: String = read_only(file)?.query_row(SQLITE_SETTINGS, [], |row| row.get(0))?;
                Ok(format!("{settings}, synchronous FULL"))
            }
            Self::Postgres(config) => Ok(connect(config).await?.query_one(POSTGRES_SETTINGS, &[]).await?.try_get(0)?),
        }
    }

    async fn row<const N: usize>(&self, sql: &str, parameters: &[i64]) -> anyhow::Result<[i64; N]> {
        let mut values = [0; N];
        match self {
            Self::Sqlite(file) => read_only(file)?.query_row(sql, rusqlite::params_from_iter(parameters), |row| {
                values.iter_mut().enumerate().try_for_each(|(column, value)| {
                    *value = row.get(column)?;
                    Ok(())
                })
            })?,
            Self::Postgres(config) => {
                let parameters = parameters.iter().map(|value| value as &(dyn tokio_postgres::types::ToSql + Sync));
                let row = connect(config).await?.query_one(sql, &parameters.collect::<Vec<_>>()).await?;
                for (column, value) in values.iter_mut().enumerate() {
                    *value = row.try_get(column)?;
                }
            }
        }
        Ok(values)
    }
}

fn read_only(file: &PathBuf) -> rusqlite::Result<Connection> {
    Connection::open_with_flags(file, OpenFlags::SQLITE_OPEN_READ_ONLY | OpenFlags::SQLITE_OPEN_NO_MUTEX)
}

/// A connection that ends with its client. Without TLS: a server that is measured is near.
pub async fn connect(config: &tokio_postgres::Config) -> anyhow::Result<Client> {
    let (client, connection) = config.connect(NoTls).await.context("cannot connect to the PostgreSQL server")?;
    tokio::spawn(async move {
        if let Err(error) = connection.await {
            tracing::warn!(%error, "the connection to the PostgreSQL server broke");
        }
    });
    Ok(client)
}
