//! Checkouts: what one browser has entered for one cart.

use crossdock_domain::checkout::CheckoutDocument;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{CartId, CheckoutId, StoreId};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(CheckoutColumns, checkout, "checkouts":
    id, store_id, cart_id, browser_hash, document, version, created_at, updated_at);

statements! {
    INSERT = { "INSERT INTO checkouts (id, store_id, cart_id, browser_hash, document, version, created_at, updated_at) \
                VALUES ($1, $2, $3, $4, $5, 1, $6, $7) ON CONFLICT (cart_id, browser_hash) DO NOTHING" }
    OF_BROWSER = { "SELECT ", checkout!(), " FROM checkouts WHERE store_id = $1 AND cart_id = $2 \
        AND browser_hash = $3" }
    ONE = { "SELECT ", checkout!(), " FROM checkouts WHERE store_id = $1 AND id = $2" }
    UPDATE = { "UPDATE checkouts SET document = $1, version = version + 1, updated_at = $2 \
                WHERE store_id = $3 AND id = $4 AND version = $5" }
    LOCK_OF_CART = { locking "SELECT id FROM checkouts WHERE cart_id = $1" }
    DELETE_ATTEMPTS = { "DELETE FROM payment_attempts WHERE (store_id, checkout_id) IN \
                         (SELECT store_id, id FROM checkouts WHERE cart_id = $1)" }
    DELETE_QUOTES = { "DELETE FROM quotes WHERE (store_id, checkout_id) IN \
                       (SELECT store_id, id FROM checkouts WHERE cart_id = $1)" }
    DELETE = { "DELETE FROM checkouts WHERE cart_id = $1" }
}

/// A stored checkout.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutRow {
    /// Its id.
    pub id: CheckoutId,
    /// The store.
    pub store: StoreId,
    /// The cart.
    pub cart_id: CartId,
    /// Hash of the browser's cookie.
    pub browser_hash: String,
    /// What was entered.
    pub document: CheckoutDocument,
    /// Counts up with every change; a change names the version it saw.
    pub version: i64,
    /// When it was opened.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl FromRow for CheckoutRow {
    type Columns = CheckoutColumns;

    fn from_row(row: &Row<'_>, at: &CheckoutColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "checkouts", column, id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            store: StoreId::new(row.get(at.store_id)?).ok_or_else(|| bad("store_id"))?,
            cart_id: row.text(at.cart_id)?.parse().map_err(|_| bad("cart_id"))?,
            browser_hash: row.get(at.browser_hash)?,
            document: serde_json::from_str(row.text(at.document)?).map_err(|_| bad("document"))?,
            version: row.get(at.version)?,
            created_at: Timestamp(row.get(at.created_at)?),
            updated_at: Timestamp(row.get(at.updated_at)?),
        })
    }
}

impl Tx {
    /// Opens a checkout unless this browser has one for the cart; the one that stands afterwards. [`DbError::Conflict`] when
    /// that one is not of this store.
    pub async fn open_checkout(&mut self, new: &CheckoutRow) -> Result<CheckoutRow, DbError> {
        let values = params![
            new.id.to_string(),
            new.store.get(),
            new.cart_id.to_string(),
            new.browser_hash.as_str(),
            json(&new.document)?,
            new.created_at.0,
            new.updated_at.0
        ];
        self.execute(&INSERT, values).await?;
        let found = self.checkout_of_browser(new.store, new.cart_id, &new.browser_hash).await?;
        found.ok_or(DbError::Conflict)
    }

    /// The checkout of a browser for a cart.
    pub async fn checkout_of_browser(
        &mut self,
        store: StoreId,
        cart: CartId,
        browser_hash: &str,
    ) -> Result<Option<CheckoutRow>, DbError> {
        self.fetch_optional(&OF_BROWSER, params![store.get(), cart.to_string(), browser_hash]).await
    }

    /// A checkout by id.
    pub async fn checkout(&mut self, store: StoreId, id: CheckoutId) -> Result<Option<CheckoutRow>, DbError> {
        self.fetch_optional(&ONE, params![store.get(), id.to_string()]).await
    }

    /// Stores a changed document; `false` when somebody else (another tab) changed it since `row` was read.
    pub async fn update_checkout(&mut self, row: &CheckoutRow, now: Timestamp) -> Result<bool, DbError> {
        let values = params![json(&row.document)?, now.0, row.store.get(), row.id.to_string(), row.version];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }

    /// Locks every checkout of a cart; whether there is one.
    pub(crate) async fn lock_checkouts_of(&mut self, cart_id: &str) -> Result<bool, DbError> {
        let ids: Vec<String> = self.fetch_all(&LOCK_OF_CART, params![cart_id]).await?;
        Ok(!ids.is_empty())
    }

    pub(crate) async fn delete_checkouts_of(&mut self, cart_id: &str) -> Result<(), DbError> {
        for statement in [&DELETE_ATTEMPTS, &DELETE_QUOTES, &DELETE] {
            self.execute(statement, params![cart_id]).await?;
        }
        Ok(())
    }
}
