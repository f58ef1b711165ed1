//! Answers remembered under a client's `Idempotency-Key`.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::StoreId;

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(AnswerColumns, answer, "idempotency_keys": request_hash, answer);

statements! {
    INSERT = { "INSERT INTO idempotency_keys (store_id, operation, key, request_hash, answer, expires_at) \
                VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (store_id, operation, key) DO NOTHING" }
    ONE = { "SELECT ", answer!(), " FROM idempotency_keys WHERE store_id = $1 AND operation = $2 AND key = $3" }
    DELETE_ONE = { "DELETE FROM idempotency_keys WHERE store_id = $1 AND operation = $2 AND key = $3 AND expires_at <= $4" }
    DELETE_OLD = { "DELETE FROM idempotency_keys WHERE expires_at <= $1" }
}

/// A remembered answer.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoredResponse {
    /// Hash of the request's meaning.
    pub request_hash: String,
    /// What was answered.
    pub answer: String,
}

impl FromRow for StoredResponse {
    type Columns = AnswerColumns;

    fn from_row(row: &Row<'_>, at: &AnswerColumns) -> Result<Self, DbError> {
        Ok(Self { request_hash: row.get(at.request_hash)?, answer: row.get(at.answer)? })
    }
}

/// Names an operation of a store under a client's key.
#[derive(Debug, Clone)]
pub struct IdempotencyKey {
    /// The tenant.
    pub store: StoreId,
    /// `createTempCart`, …
    pub operation: &'static str,
    /// As the client sent it.
    pub key: String,
}

impl Tx {
    /// Claims the key for this request; `None` when it is now ours, else what stands under it. A key past its time is free
    /// again. On PostgreSQL a second caller waits here until the first one's transaction ends.
    pub async fn claim_idempotency_key(
        &mut self,
        key: &IdempotencyKey,
        new: &StoredResponse,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<Option<StoredResponse>, DbError> {
        let (store, operation) = (key.store.get(), key.operation);
        self.execute(&DELETE_ONE, params![store, operation, key.key.as_str(), now.0]).await?;
        let values =
            params![store, operation, key.key.as_str(), new.request_hash.as_str(), new.answer.as_str(), expires_at.0];
        if self.execute(&INSERT, values).await? == 1 {
            return Ok(None);
        }
        let found = self.fetch_optional(&ONE, params![store, operation, key.key.as_str()]).await?;
        found.map(Some).ok_or(DbError::Retry)
    }

    /// Forgets answers whose time is over; how many.
    pub async fn delete_old_idempotency_keys(&mut self, now: Timestamp) -> Result<u64, DbError> {
        self.execute(&DELETE_OLD, params![now.0]).await
    }
}
