//! Databases that come and go with a load test, and the settings that a measurement must be read with.

use crate::engine::on_server;
use crate::error::DbError;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::params;

statements! {
    SETTINGS = {
        sqlite "SELECT 'SQLite ' || sqlite_version() || ', WAL, synchronous ' || \
            (SELECT CASE synchronous WHEN 2 THEN 'FULL' WHEN 1 THEN 'NORMAL' ELSE synchronous END FROM pragma_synchronous)",
        postgres "SELECT 'PostgreSQL ' || split_part(current_setting('server_version'), ' ', 1) || \
            ', fsync ' || current_setting('fsync') || \
            ', synchronous_commit ' || current_setting('synchronous_commit') || \
            ', full_page_writes ' || current_setting('full_page_writes') || \
            ', shared_buffers ' || current_setting('shared_buffers')"
    }
}

impl Tx {
    /// The engine's version and how durable its commits are, in words.
    pub async fn engine_settings(&mut self) -> Result<String, DbError> {
        Ok(self.fetch_optional(&SETTINGS, params![]).await?.unwrap_or_default())
    }
}

/// A PostgreSQL database of its own on a given server, for as long as the test needs it. SQLite needs no such thing: there
/// a database is a file.
#[derive(Debug)]
pub struct ScratchDatabase {
    server: String,
    name: String,
}

impl ScratchDatabase {
    /// Makes the database `name` on the server of `url`, whose role must be allowed to. The name consists of letters,
    /// digits and underscores.
    pub async fn create(url: &str, name: &str) -> Result<Self, DbError> {
        if name.is_empty() || !name.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_') {
            return Err(DbError::other(format!("{name:?} is no name for a scratch database")));
        }
        on_server(url, &format!("CREATE DATABASE {name}")).await?;
        Ok(Self { server: url.to_owned(), name: name.to_owned() })
    }

    /// The URL to open it with.
    pub fn url(&self) -> String {
        // A later option counts before the path, and before an earlier one.
        let joint = if self.server.contains('?') { '&' } else { '?' };
        format!("{}{joint}dbname={}", self.server, self.name)
    }

    /// Removes it with all that is in it.
    pub async fn drop(self) -> Result<(), DbError> {
        on_server(&self.server, &format!("DROP DATABASE IF EXISTS {} WITH (FORCE)", self.name)).await
    }
}
