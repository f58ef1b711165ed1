//! What shops' feeds need: their tokens, and products by change of their stock.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, ProductId, WholesalerId};

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(FeedTokenColumns, feed_token, "feed_tokens": account_id, id, secret_hash, note, created_at);

statements! {
    // Three walks along what changed, so that a quiet hour costs little however large the catalogue is. The part of a set
    // counts for the set.
    CHANGED = { "SELECT id FROM products WHERE wholesaler_id = $1 AND updated_at >= $2 \
        UNION SELECT k.product_id FROM stock k WHERE k.wholesaler_id = $1 AND k.updated_at >= $2 \
        UNION SELECT b.product_id FROM stock k CROSS JOIN bundle_items b WHERE k.wholesaler_id = $1 AND k.updated_at >= $2 \
            AND b.wholesaler_id = $1 AND b.item_product_id = k.product_id AND b.item_size_id = k.size_id \
        ORDER BY 1" }
    INSERT = { "INSERT INTO feed_tokens (wholesaler_id, account_id, id, secret_hash, note, created_at) \
        VALUES ($1, $2, $3, $4, $5, $6)" }
    ONE = { "SELECT ", feed_token!(), " FROM feed_tokens WHERE wholesaler_id = $1 AND account_id = $2 AND id = $3" }
    OF_ACCOUNT = { "SELECT ", feed_token!(), " FROM feed_tokens WHERE wholesaler_id = $1 AND account_id = $2 \
        ORDER BY created_at, id" }
    DELETE = { "DELETE FROM feed_tokens WHERE wholesaler_id = $1 AND account_id = $2 AND id = $3" }
}

/// A token without its secret part.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FeedTokenRow {
    /// Whose prices it shows.
    pub account: AccountId,
    /// Its public part, unique within the account.
    pub id: String,
    /// Hash of its secret part.
    pub secret_hash: String,
    /// What it is for.
    pub note: String,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow for FeedTokenRow {
    type Columns = FeedTokenColumns;

    fn from_row(row: &Row<'_>, at: &FeedTokenColumns) -> Result<Self, DbError> {
        Ok(Self {
            account: AccountId(row.get(at.account_id)?),
            id: row.get(at.id)?,
            secret_hash: row.get(at.secret_hash)?,
            note: row.get(at.note)?,
            created_at: Timestamp(row.get(at.created_at)?),
        })
    }
}

impl Tx {
    /// Numbers of the products that changed at or after a moment themselves, or whose stock or whose parts' stock did; in
    /// their order.
    pub async fn products_or_stock_changed(
        &mut self,
        wholesaler: WholesalerId,
        since: Timestamp,
    ) -> Result<Vec<ProductId>, DbError> {
        let ids: Vec<i64> = self.fetch_all(&CHANGED, params![wholesaler.get(), since.0]).await?;
        Ok(ids.into_iter().map(ProductId).collect())
    }

    /// Stores a token.
    pub async fn insert_feed_token(&mut self, wholesaler: WholesalerId, row: &FeedTokenRow) -> Result<(), DbError> {
        let values = params![
            wholesaler.get(),
            row.account.0,
            row.id.as_str(),
            row.secret_hash.as_str(),
            row.note.as_str(),
            row.created_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// One token.
    pub async fn feed_token(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        id: &str,
    ) -> Result<Option<FeedTokenRow>, DbError> {
        self.fetch_optional(&ONE, params![wholesaler.get(), account.0, id]).await
    }

    /// The tokens of an account, oldest first.
    pub async fn feed_tokens(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
    ) -> Result<Vec<FeedTokenRow>, DbError> {
        self.fetch_all(&OF_ACCOUNT, params![wholesaler.get(), account.0]).await
    }

    /// Forgets a token; whether it was there.
    pub async fn delete_feed_token(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        id: &str,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&DELETE, params![wholesaler.get(), account.0, id]).await? == 1)
    }
}
