//! Facts about the database itself: whether it holds demo data.

use crate::error::DbError;
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::params;

statements! {
    GET = { "SELECT value FROM meta WHERE key = $1" }
    SET = { "INSERT INTO meta (key, value) VALUES ($1, $2) ON CONFLICT (key) DO UPDATE SET value = excluded.value" }
}

impl Tx {
    /// The fact of this name.
    pub async fn meta(&mut self, key: &str) -> Result<Option<String>, DbError> {
        self.fetch_optional(&GET, params![key]).await
    }

    /// Sets a fact.
    pub async fn set_meta(&mut self, key: &str, value: &str) -> Result<(), DbError> {
        self.execute(&SET, params![key, value]).await.map(drop)
    }
}
