//! Recipients: addresses that shops have handed over.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, RecipientAddress, RecipientId, WholesalerId};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(RecipientColumns, recipient, "recipients": id, address);

statements! {
    INSERT = { "INSERT INTO recipients (wholesaler_id, account_id, id, address, created_at, updated_at) \
                VALUES ($1, $2, $3, $4, $5, $6)" }
    ONE = { locking "SELECT ", recipient!(), " FROM recipients WHERE wholesaler_id = $1 AND account_id = $2 \
        AND id = $3" }
    PLAIN = { "SELECT ", recipient!(), " FROM recipients WHERE wholesaler_id = $1 AND account_id = $2 AND id = $3 \
        LIMIT 1" }
    PAGE = { "SELECT ", recipient!(), " FROM recipients WHERE wholesaler_id = $1 AND account_id = $2 ORDER BY id \
        LIMIT $3 OFFSET $4" }
    COUNT = { "SELECT COUNT(*) FROM recipients WHERE wholesaler_id = $1 AND account_id = $2" }
    THESE = {
        sqlite concat!("SELECT ", recipient!("r"), " FROM json_each($1) v CROSS JOIN recipients r ON r.wholesaler_id = $2 \
            AND r.account_id = $3 AND r.id = v.value ->> 0 ORDER BY r.id"),
        postgres concat!("SELECT ", recipient!("r"), " FROM jsonb_array_elements($1::jsonb) AS v JOIN recipients r \
            ON r.wholesaler_id = $2 AND r.account_id = $3 AND r.id = (v ->> 0)::bigint ORDER BY r.id")
    }
    DELETE = { "DELETE FROM recipients WHERE wholesaler_id = $1 AND account_id = $2 AND id = $3" }
    UPDATE = { "UPDATE recipients SET address = $1, updated_at = $2 WHERE wholesaler_id = $3 AND account_id = $4 AND id = $5" }
}

/// A stored recipient.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecipientRow {
    /// Its number.
    pub id: RecipientId,
    /// Name and address.
    pub address: RecipientAddress,
}

impl FromRow for RecipientRow {
    type Columns = RecipientColumns;

    fn from_row(row: &Row<'_>, at: &RecipientColumns) -> Result<Self, DbError> {
        let id: i64 = row.get(at.id)?;
        let bad = || DbError::Inconsistent { table: "recipients", column: "address", id: id.to_string() };
        Ok(Self { id: RecipientId(id), address: serde_json::from_str(row.text(at.address)?).map_err(|_| bad())? })
    }
}

impl Tx {
    /// Stores a recipient under a number taken before.
    pub async fn insert_recipient(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        row: &RecipientRow,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let values = params![wholesaler.get(), account.0, row.id.0, json(&row.address)?, now.0, now.0];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// One recipient of an account.
    pub async fn recipient(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        id: RecipientId,
    ) -> Result<Option<RecipientRow>, DbError> {
        self.fetch_optional(&PLAIN, params![wholesaler.get(), account.0, id.0]).await
    }

    /// The same, with its row locked for a change.
    pub async fn lock_recipient(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        id: RecipientId,
    ) -> Result<Option<RecipientRow>, DbError> {
        self.fetch_optional(&ONE, params![wholesaler.get(), account.0, id.0]).await
    }

    /// Recipients of an account by number, and how many there are in all.
    pub async fn recipients(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        limit: i64,
        offset: i64,
    ) -> Result<(Vec<RecipientRow>, i64), DbError> {
        let rows = self.fetch_all(&PAGE, params![wholesaler.get(), account.0, limit, offset]).await?;
        let total: Option<i64> = self.fetch_optional(&COUNT, params![wholesaler.get(), account.0]).await?;
        Ok((rows, total.unwrap_or(0)))
    }

    /// Those of these recipients that the account has, by number.
    pub async fn recipients_of(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        ids: &[RecipientId],
    ) -> Result<Vec<RecipientRow>, DbError> {
        // Rows of one column, which both engines take apart alike.
        let list = json(&ids.iter().map(|id| [id.0]).collect::<Vec<_>>())?;
        self.fetch_all(&THESE, params![list, wholesaler.get(), account.0]).await
    }

    /// Forgets a recipient; whether it was there. Orders keep their copy of the address.
    pub async fn delete_recipient(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        id: RecipientId,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&DELETE, params![wholesaler.get(), account.0, id.0]).await? == 1)
    }

    /// Replaces an address; whether it was there.
    pub async fn update_recipient(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        row: &RecipientRow,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let values = params![json(&row.address)?, now.0, wholesaler.get(), account.0, row.id.0];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }
}
