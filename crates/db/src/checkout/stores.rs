//! Stores, their secrets (hashed) and their order counters.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{OrderNumber, StoreId};
use crossdock_domain::store::Store;

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(StoreColumns, store, "stores": id, name, currency, secret_hash, settings);

statements! {
    INSERT = { "INSERT INTO stores (id, name, currency, secret_hash, settings, created_at, updated_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)" }
    INSERT_COUNTER = { "INSERT INTO order_counters (store_id, next_number) VALUES ($1, $2)" }
    ONE = { "SELECT ", store!(), " FROM stores WHERE id = $1" }
    LIST = { "SELECT ", store!(), " FROM stores ORDER BY id" }
    UPDATE = { "UPDATE stores SET name = $1, settings = $2, updated_at = $3 WHERE id = $4" }
    SET_SECRET = { "UPDATE stores SET secret_hash = $1, updated_at = $2 WHERE id = $3" }
    TAKE_NUMBER = { "UPDATE order_counters SET next_number = next_number + 1 WHERE store_id = $1 RETURNING next_number - 1" }
}

/// A store with the hash of its API secret.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StoreRow {
    /// The store.
    pub store: Store,
    /// Hash of the API secret; never the secret.
    pub secret_hash: String,
}

impl FromRow for StoreRow {
    type Columns = StoreColumns;

    fn from_row(row: &Row<'_>, at: &StoreColumns) -> Result<Self, DbError> {
        let id: i64 = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "stores", column, id: id.to_string() };
        Ok(Self {
            store: Store {
                id: StoreId::new(id).ok_or_else(|| bad("id"))?,
                name: row.get(at.name)?,
                currency: row.text(at.currency)?.parse().map_err(|_| bad("currency"))?,
                settings: serde_json::from_str(row.text(at.settings)?).map_err(|_| bad("settings"))?,
            },
            secret_hash: row.get(at.secret_hash)?,
        })
    }
}

impl Tx {
    /// Adds a store whose orders start at `first`. [`DbError::Conflict`] when the id is taken.
    pub async fn insert_store(&mut self, row: &StoreRow, first: OrderNumber, now: Timestamp) -> Result<(), DbError> {
        let store = &row.store;
        let values = params![
            store.id.get(),
            store.name.as_str(),
            store.currency.code(),
            row.secret_hash.as_str(),
            json(&store.settings)?,
            now.0,
            now.0
        ];
        self.execute(&INSERT, values).await?;
        self.execute(&INSERT_COUNTER, params![store.id.get(), first.0]).await.map(drop)
    }

    /// One store.
    pub async fn store(&mut self, id: StoreId) -> Result<Option<StoreRow>, DbError> {
        self.fetch_optional(&ONE, params![id.get()]).await
    }

    /// Every store, by id.
    pub async fn stores(&mut self) -> Result<Vec<StoreRow>, DbError> {
        self.fetch_all(&LIST, params![]).await
    }

    /// Replaces name and settings; whether the store exists. The currency of a store never changes.
    pub async fn update_store(&mut self, store: &Store, now: Timestamp) -> Result<bool, DbError> {
        let values = params![store.name.as_str(), json(&store.settings)?, now.0, store.id.get()];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }

    /// Replaces the hash of the API secret; whether the store exists.
    pub async fn set_store_secret(&mut self, id: StoreId, hash: &str, now: Timestamp) -> Result<bool, DbError> {
        Ok(self.execute(&SET_SECRET, params![hash, now.0, id.get()]).await? == 1)
    }

    /// Takes the store's next order number. The counter's row stays locked until the transaction ends, so numbers have no
    /// gaps: a rollback gives the number back before anybody else can take one.
    pub async fn take_order_number(&mut self, store: StoreId) -> Result<OrderNumber, DbError> {
        let key = format!("store {store} order");
        let mut number: Option<i64> = self.fetch_optional(&TAKE_NUMBER, params![store.get()]).await?;
        if let Some(bound) = number.and_then(|number| self.behind(&key, number)) {
            self.raise_counter("store", store.get(), "order", bound).await?;
            number = self.fetch_optional(&TAKE_NUMBER, params![store.get()]).await?;
        }
        let number = number.ok_or_else(|| DbError::Inconsistent {
            table: "order_counters",
            column: "store_id",
            id: store.to_string(),
        })?;
        self.took(key, number + 1);
        Ok(OrderNumber(number))
    }
}
