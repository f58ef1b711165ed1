//! Wholesalers, the hash of their dropshipping key, and their counters.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{Wholesaler, WholesalerId};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(WholesalerColumns, "wholesalers":
    wholesaler_id, name, currency, domain, dropshipping_key_hash, settings, sandbox_until);

/// The columns of a wholesaler, until when it is open as a sandbox among them: 0 while it is built or removed, null for a real
/// wholesaler. `$w` is the table's name in the statement.
macro_rules! wholesaler {
    ($w:literal) => {
        concat!(
            $w,
            ".id AS wholesaler_id, ",
            $w,
            ".name, ",
            $w,
            ".currency, ",
            $w,
            ".domain, ",
            $w,
            ".dropshipping_key_hash, ",
            $w,
            ".settings, (SELECT CASE x.state WHEN 'open' THEN x.expires_at ELSE 0 END FROM sandboxes x \
            WHERE x.wholesaler_id = ",
            $w,
            ".id) AS sandbox_until"
        )
    };
}
pub(crate) use wholesaler;

statements! {
    INSERT = { "INSERT INTO wholesalers (id, name, currency, domain, dropshipping_key_hash, settings, created_at, updated_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" }
    INSERT_COUNTER = { "INSERT INTO wholesale_counters (wholesaler_id, name, next_number) VALUES ($1, $2, 1)" }
    ONE = { "SELECT ", wholesaler!("wholesalers"), " FROM wholesalers WHERE id = $1" }
    BY_DOMAIN = { "SELECT ", wholesaler!("wholesalers"), " FROM wholesalers WHERE domain = $1" }
    FIRST_ONES = { "SELECT ", wholesaler!("wholesalers"), " FROM wholesalers ORDER BY id LIMIT $1" }
    FIRST_REAL = { "SELECT ", wholesaler!("wholesalers"), " FROM wholesalers \
        WHERE NOT EXISTS (SELECT 1 FROM sandboxes s WHERE s.wholesaler_id = wholesalers.id) ORDER BY id LIMIT $1" }
    UPDATE = { "UPDATE wholesalers SET name = $1, domain = $2, settings = $3, updated_at = $4 WHERE id = $5" }
    SET_KEY = { "UPDATE wholesalers SET dropshipping_key_hash = $1, updated_at = $2 WHERE id = $3" }
    TAKE = { "UPDATE wholesale_counters SET next_number = next_number + $1 WHERE wholesaler_id = $2 AND name = $3 \
              RETURNING next_number - $1" }
    NEXT_NUMBER = { "SELECT next_number FROM wholesale_counters WHERE wholesaler_id = $1 AND name = $2" }
}

/// Name of a counter outside the database.
fn key(id: WholesalerId, counter: Counter) -> String {
    format!("wholesaler {} {}", id.get(), counter.name())
}

/// A wholesaler with the hash of its dropshipping key.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct WholesalerRow {
    /// The wholesaler.
    pub wholesaler: Wholesaler,
    /// Hash of the key; never the key. `None` while it has none.
    pub key_hash: Option<String>,
    /// Until when a sandbox is open, [`Timestamp`] 0 for one that is being built or removed; `None` for a real wholesaler.
    /// Written by [`Tx::insert_sandbox`] and what follows it, never with the wholesaler.
    pub sandbox_until: Option<Timestamp>,
}

/// What a wholesaler counts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names say it")]
pub enum Counter {
    Account,
    Product,
    Recipient,
    Order,
    Parcel,
}

impl Counter {
    const ALL: [Self; 5] = [Self::Account, Self::Product, Self::Recipient, Self::Order, Self::Parcel];

    const fn name(self) -> &'static str {
        match self {
            Self::Account => "account",
            Self::Product => "product",
            Self::Recipient => "recipient",
            Self::Order => "order",
            Self::Parcel => "parcel",
        }
    }
}

impl WholesalerRow {
    /// Whether it can be used now: a real wholesaler always can, a sandbox until it expires.
    pub fn is_open(&self, now: Timestamp) -> bool {
        self.sandbox_until.is_none_or(|until| now < until)
    }
}

impl FromRow for WholesalerRow {
    type Columns = WholesalerColumns;

    fn from_row(row: &Row<'_>, at: &WholesalerColumns) -> Result<Self, DbError> {
        let id: i64 = row.get(at.wholesaler_id)?;
        let bad = |column| DbError::Inconsistent { table: "wholesalers", column, id: id.to_string() };
        Ok(Self {
            wholesaler: Wholesaler {
                id: WholesalerId::new(id).ok_or_else(|| bad("id"))?,
                name: row.get(at.name)?,
                currency: row.text(at.currency)?.parse().map_err(|_| bad("currency"))?,
                domain: row.get(at.domain)?,
                settings: serde_json::from_str(row.text(at.settings)?).map_err(|_| bad("settings"))?,
            },
            key_hash: row.get(at.dropshipping_key_hash)?,
            sandbox_until: row.get::<Option<i64>>(at.sandbox_until)?.map(Timestamp),
        })
    }
}

impl Tx {
    /// Adds a wholesaler with its counters at 1. [`DbError::Conflict`] when id or domain is taken.
    pub async fn insert_wholesaler(&mut self, row: &WholesalerRow, now: Timestamp) -> Result<(), DbError> {
        let w = &row.wholesaler;
        let values = params![
            w.id.get(),
            w.name.as_str(),
            w.currency.code(),
            w.domain.as_deref(),
            row.key_hash.as_deref(),
            json(&w.settings)?,
            now.0,
            now.0
        ];
        self.execute(&INSERT, values).await?;
        for counter in Counter::ALL {
            self.execute(&INSERT_COUNTER, params![w.id.get(), counter.name()]).await?;
        }
        Ok(())
    }

    /// One wholesaler.
    pub async fn wholesaler(&mut self, id: WholesalerId) -> Result<Option<WholesalerRow>, DbError> {
        self.fetch_optional(&ONE, params![id.get()]).await
    }

    /// The wholesaler of a technical domain.
    pub async fn wholesaler_of_domain(&mut self, domain: &str) -> Result<Option<WholesalerRow>, DbError> {
        self.fetch_optional(&BY_DOMAIN, params![domain]).await
    }

    /// The first so many wholesalers, by id.
    pub async fn wholesalers(&mut self, limit: i64) -> Result<Vec<WholesalerRow>, DbError> {
        self.fetch_all(&FIRST_ONES, params![limit]).await
    }

    /// The first so many wholesalers that are no sandboxes, by id.
    pub async fn real_wholesalers(&mut self, limit: i64) -> Result<Vec<WholesalerRow>, DbError> {
        self.fetch_all(&FIRST_REAL, params![limit]).await
    }

    /// Replaces name, domain and settings; whether the wholesaler exists. The currency never changes.
    pub async fn update_wholesaler(&mut self, wholesaler: &Wholesaler, now: Timestamp) -> Result<bool, DbError> {
        let values = params![
            wholesaler.name.as_str(),
            wholesaler.domain.as_deref(),
            json(&wholesaler.settings)?,
            now.0,
            wholesaler.id.get()
        ];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }

    /// Replaces the hash of the dropshipping key; whether the wholesaler exists.
    pub async fn set_dropshipping_key(
        &mut self,
        id: WholesalerId,
        hash: Option<&str>,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&SET_KEY, params![hash, now.0, id.get()]).await? == 1)
    }

    /// Takes `count` numbers in a row; the first of them. `None` when there is no such wholesaler. The counter stays locked
    /// until the transaction ends, so numbers have no gaps. Taking none only locks.
    pub async fn take_wholesale_numbers(
        &mut self,
        id: WholesalerId,
        counter: Counter,
        count: i64,
    ) -> Result<Option<i64>, DbError> {
        let key = key(id, counter);
        let mut first: Option<i64> = self.fetch_optional(&TAKE, params![count, id.get(), counter.name()]).await?;
        if let Some(bound) = first.and_then(|first| self.behind(&key, first)) {
            self.raise_counter("wholesaler", id.get(), counter.name(), bound).await?;
            first = self.fetch_optional(&TAKE, params![count, id.get(), counter.name()]).await?;
        }
        if let Some(first) = first.filter(|_| count > 0) {
            self.took(key, first.saturating_add(count));
        }
        Ok(first)
    }

    /// The number that a counter gives next; `None` without the wholesaler. Others may take it meanwhile.
    pub async fn next_wholesale_number(&mut self, id: WholesalerId, counter: Counter) -> Result<Option<i64>, DbError> {
        self.fetch_optional(&NEXT_NUMBER, params![id.get(), counter.name()]).await
    }

    /// Makes a counter go on from `next` at least.
    pub async fn raise_wholesale_counter(
        &mut self,
        id: WholesalerId,
        counter: Counter,
        next: i64,
    ) -> Result<(), DbError> {
        if self.raise_counter("wholesaler", id.get(), counter.name(), next).await? {
            self.took(key(id, counter), next);
        }
        Ok(())
    }
}
