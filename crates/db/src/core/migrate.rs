//! Schema versions: run in order, once each, under a lock. All steps that a start finds open share one transaction, so
//! the schema is afterwards either the new one or, after a failure, the old one.

use sha2::{Digest, Sha256};

use crate::engine::Session;
use crate::error::DbError;
use crate::value::Value;

/// One schema step with its text per engine. Released steps are never edited; a changed text is refused.
#[derive(Debug)]
pub struct Migration {
    /// Position, counted from 1.
    pub version: i64,
    /// File name without its ending.
    pub name: &'static str,
    /// Text for SQLite.
    pub sqlite: &'static str,
    /// Text for PostgreSQL.
    pub postgres: &'static str,
}

macro_rules! migrations {
    ($(($version:literal, $name:literal)),* $(,)?) => {
        &[$(Migration {
            version: $version,
            name: $name,
            sqlite: include_str!(concat!("../migrations/sqlite/", $name, ".sql")),
            postgres: include_str!(concat!("../migrations/postgres/", $name, ".sql")),
        }),*]
    };
}

/// Every step, oldest first.
pub const MIGRATIONS: &[Migration] = migrations![
    (1, "0001_checkout"),
    (2, "0002_landed_cost"),
    (3, "0003_wholesale"),
    (4, "0004_webhooks"),
    (5, "0005_admin_api"),
    (6, "0006_feed_tokens"),
    (7, "0007_order_search"),
    (8, "0008_admin_logins"),
    (9, "0009_sandboxes"),
    (10, "0010_catalogue"),
    (11, "0011_order_lists"),
    (12, "0012_one_event_table"),
    (13, "0013_job_queues"),
    (14, "0014_currency_rates"),
];

/// Key of the PostgreSQL advisory lock that keeps two starting nodes apart ("crossdoc" in ASCII).
const LOCK_KEY: i64 = 0x6372_6f73_7364_6f63;

const CREATE_LIST_SQLITE: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (\
     version INTEGER NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL) STRICT";
const CREATE_LIST_POSTGRES: &str = "CREATE TABLE IF NOT EXISTS schema_migrations (\
     version BIGINT NOT NULL PRIMARY KEY, name TEXT NOT NULL, checksum TEXT NOT NULL)";

fn checksum(text: &str) -> String {
    hexadecimal(&Sha256::digest(text.as_bytes()))
}

pub(crate) fn hexadecimal(bytes: &[u8]) -> String {
    use std::fmt::Write as _;
    bytes.iter().fold(String::new(), |mut out, byte| {
        // Writing to a string cannot fail.
        let _ = write!(out, "{byte:02x}");
        out
    })
}

/// Compares what was run with what this build knows; the steps still to run.
fn pending(done: &[(i64, String)], text: fn(&Migration) -> &'static str) -> Result<Vec<&'static Migration>, DbError> {
    if let Some((version, _)) = done.iter().find(|(version, _)| MIGRATIONS.iter().all(|m| m.version != *version)) {
        return Err(DbError::other(format!(
            "the database has schema version {version}, which this build does not know; use a newer crossdock"
        )));
    }
    let mut open = Vec::new();
    for migration in MIGRATIONS {
        match done.iter().find(|(version, _)| *version == migration.version) {
            None => open.push(migration),
            Some((_, sum)) if *sum == checksum(text(migration)) => {}
            Some(_) => {
                return Err(DbError::other(format!(
                    "schema step {} ({}) differs from the one this database was made with",
                    migration.version, migration.name
                )));
            }
        }
    }
    Ok(open)
}

pub(crate) fn sqlite(connection: &mut rusqlite::Connection) -> Result<(), DbError> {
    // SQLite changes a table by making it anew, and with the checks on, dropping the old one would empty its children.
    // The pragma has no effect inside a transaction.
    connection.pragma_update(None, "foreign_keys", "OFF")?;
    sqlite_steps(connection)?;
    Ok(connection.pragma_update(None, "foreign_keys", "ON")?)
}

fn sqlite_steps(connection: &mut rusqlite::Connection) -> Result<(), DbError> {
    // Taking the write lock first keeps a second process out until all steps are done.
    let tx = connection.transaction_with_behavior(rusqlite::TransactionBehavior::Immediate)?;
    tx.execute_batch(CREATE_LIST_SQLITE)?;
    let done: Vec<(i64, String)> = {
        let mut list = tx.prepare("SELECT version, checksum FROM schema_migrations ORDER BY version")?;
        list.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?
    };
    let open = pending(&done, |m| m.sqlite)?;
    for migration in &open {
        tracing::info!(version = migration.version, name = migration.name, "schema step");
        tx.execute_batch(migration.sqlite)?;
        tx.execute(
            "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)",
            (migration.version, migration.name, checksum(migration.sqlite)),
        )?;
    }
    if !open.is_empty()
        && let Some(finding) = dangling(&tx)?.into_iter().next()
    {
        return Err(DbError::other(format!("a schema step would leave damage: {finding}")));
    }
    Ok(tx.commit()?)
}

/// Newest step that was run on a SQLite database; `None` when it has no list of steps. An error when a step is unknown or
/// differs.
pub(crate) fn sqlite_version(connection: &rusqlite::Connection) -> Result<Option<i64>, DbError> {
    let listed: i64 = connection.query_row(
        "SELECT COUNT(*) FROM sqlite_schema WHERE type = 'table' AND name = 'schema_migrations'",
        [],
        |row| row.get(0),
    )?;
    if listed == 0 {
        return Ok(None);
    }
    let mut list = connection.prepare("SELECT version, checksum FROM schema_migrations ORDER BY version")?;
    let done: Vec<(i64, String)> =
        list.query_map([], |row| Ok((row.get(0)?, row.get(1)?)))?.collect::<Result<_, _>>()?;
    pending(&done, |m| m.sqlite)?;
    Ok(done.last().map(|(version, _)| *version))
}

/// Rows of a SQLite database whose foreign keys lead nowhere.
pub(crate) fn dangling(connection: &rusqlite::Connection) -> Result<Vec<String>, DbError> {
    let mut check = connection.prepare("PRAGMA foreign_key_check")?;
    let findings = check.query_map([], |row| {
        let (table, parent): (String, String) = (row.get(0)?, row.get(2)?);
        Ok(format!("a row of {table} points to a row of {parent} that is not there"))
    })?;
    Ok(findings.collect::<Result<_, _>>()?)
}

/// Inside a transaction that the caller began and commits.
pub(crate) async fn postgres(session: &mut Session) -> Result<(), DbError> {
    // Held until the end of the transaction, whatever happens to us.
    session.execute("SELECT pg_advisory_xact_lock($1)", &[Value::from(LOCK_KEY)]).await?;
    session.batch(CREATE_LIST_POSTGRES).await?;
    let mut done: Vec<(i64, String)> = Vec::new();
    let each = |row: &tokio_postgres::Row| {
        done.push((row.try_get(0)?, row.try_get(1)?));
        Ok(())
    };
    session.query("SELECT version, checksum FROM schema_migrations ORDER BY version", &[], each).await?;
    for migration in pending(&done, |m| m.postgres)? {
        tracing::info!(version = migration.version, name = migration.name, "schema step");
        session.batch(migration.postgres).await?;
        let insert = "INSERT INTO schema_migrations (version, name, checksum) VALUES ($1, $2, $3)";
        let step = [migration.version.into(), migration.name.into(), Value::from(checksum(migration.postgres))];
        session.execute(insert, &step).await?;
    }
    Ok(())
}
