//! Payment attempts.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{AttemptId, CartId, CheckoutId, OrderNumber, QuoteId, StoreId};
use crossdock_domain::money::Money;
use crossdock_domain::payment::{AttemptDetails, AttemptState, Provider};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(AttemptColumns, attempt, "payment_attempts":
    id, store_id, checkout_id, cart_id, quote_id, provider, state, amount, currency, details, order_number,
    created_at, updated_at);

statements! {
    INSERT = { "INSERT INTO payment_attempts (id, store_id, checkout_id, cart_id, quote_id, provider, state, amount, \
                currency, details, order_number, created_at, updated_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)" }
    ONE = { "SELECT ", attempt!(), " FROM payment_attempts WHERE store_id = $1 AND id = $2" }
    LOCK = { locking "SELECT ", attempt!(), " FROM payment_attempts WHERE store_id = $1 AND id = $2" }
    OF_CHECKOUT = { "SELECT ", attempt!(), " FROM payment_attempts WHERE store_id = $1 AND checkout_id = $2 \
        ORDER BY id" }
    UPDATE = { "UPDATE payment_attempts SET state = $1, details = $2, order_number = $3, updated_at = $4 \
                WHERE store_id = $5 AND id = $6 AND state = $7" }
}

/// A stored attempt.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptRow {
    /// Its id, also the idempotency key towards the provider.
    pub id: AttemptId,
    /// The store.
    pub store: StoreId,
    /// The checkout it belongs to.
    pub checkout_id: CheckoutId,
    /// The cart it pays.
    pub cart_id: CartId,
    /// The quote it pays.
    pub quote_id: QuoteId,
    /// Through whom.
    pub provider: Provider,
    /// Where it stands.
    pub state: AttemptState,
    /// The quote's grand total.
    pub amount: Money,
    /// The rest.
    pub details: AttemptDetails,
    /// The order it made.
    pub order_number: Option<OrderNumber>,
    /// When it was started.
    pub created_at: Timestamp,
    /// When it last changed.
    pub updated_at: Timestamp,
}

impl FromRow for AttemptRow {
    type Columns = AttemptColumns;

    fn from_row(row: &Row<'_>, at: &AttemptColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "payment_attempts", column, id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            store: StoreId::new(row.get(at.store_id)?).ok_or_else(|| bad("store_id"))?,
            checkout_id: row.text(at.checkout_id)?.parse().map_err(|_| bad("checkout_id"))?,
            cart_id: row.text(at.cart_id)?.parse().map_err(|_| bad("cart_id"))?,
            quote_id: row.text(at.quote_id)?.parse().map_err(|_| bad("quote_id"))?,
            provider: Provider::from_code(row.text(at.provider)?).ok_or_else(|| bad("provider"))?,
            state: AttemptState::from_code(row.text(at.state)?).ok_or_else(|| bad("state"))?,
            amount: Money::new(row.get(at.amount)?, row.text(at.currency)?.parse().map_err(|_| bad("currency"))?),
            details: serde_json::from_str(row.text(at.details)?).map_err(|_| bad("details"))?,
            order_number: row.get::<Option<i64>>(at.order_number)?.map(OrderNumber),
            created_at: Timestamp(row.get(at.created_at)?),
            updated_at: Timestamp(row.get(at.updated_at)?),
        })
    }
}

impl Tx {
    /// Stores a new attempt.
    pub async fn insert_attempt(&mut self, row: &AttemptRow) -> Result<(), DbError> {
        let values = params![
            row.id.to_string(),
            row.store.get(),
            row.checkout_id.to_string(),
            row.cart_id.to_string(),
            row.quote_id.to_string(),
            row.provider.code(),
            row.state.code(),
            row.amount.minor,
            row.amount.currency.code(),
            json(&row.details)?,
            row.order_number.map(|n| n.0),
            row.created_at.0,
            row.updated_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// A store's attempt.
    pub async fn attempt(&mut self, store: StoreId, id: AttemptId) -> Result<Option<AttemptRow>, DbError> {
        self.fetch_optional(&ONE, params![store.get(), id.to_string()]).await
    }

    /// A store's attempt, locked until the transaction ends. Lock the cart first.
    pub async fn lock_attempt(&mut self, store: StoreId, id: AttemptId) -> Result<Option<AttemptRow>, DbError> {
        self.fetch_optional(&LOCK, params![store.get(), id.to_string()]).await
    }

    /// Every attempt of a checkout, oldest first.
    pub async fn attempts_of_checkout(
        &mut self,
        store: StoreId,
        checkout: CheckoutId,
    ) -> Result<Vec<AttemptRow>, DbError> {
        self.fetch_all(&OF_CHECKOUT, params![store.get(), checkout.to_string()]).await
    }

    /// Stores state, details and order of an attempt that was in state `from`; `false` when it no longer is.
    pub async fn update_attempt(
        &mut self,
        row: &AttemptRow,
        from: AttemptState,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let values = params![
            row.state.code(),
            json(&row.details)?,
            row.order_number.map(|n| n.0),
            now.0,
            row.store.get(),
            row.id.to_string(),
            from.code()
        ];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }
}
