//! Quotes: written once, never changed.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{CheckoutId, QuoteId, StoreId};
use crossdock_domain::quote::Quote;

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(QuoteColumns, quote, "quotes": id, store_id, checkout_id, document, created_at);

statements! {
    INSERT = { "INSERT INTO quotes (id, store_id, checkout_id, document, created_at) VALUES ($1, $2, $3, $4, $5)" }
    ONE = { "SELECT ", quote!(), " FROM quotes WHERE store_id = $1 AND id = $2" }
}

/// A stored quote.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct QuoteRow {
    /// Its id.
    pub id: QuoteId,
    /// The store.
    pub store: StoreId,
    /// The checkout it was made for.
    pub checkout_id: CheckoutId,
    /// Inputs and results.
    pub quote: Quote,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow for QuoteRow {
    type Columns = QuoteColumns;

    fn from_row(row: &Row<'_>, at: &QuoteColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "quotes", column, id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            store: StoreId::new(row.get(at.store_id)?).ok_or_else(|| bad("store_id"))?,
            checkout_id: row.text(at.checkout_id)?.parse().map_err(|_| bad("checkout_id"))?,
            quote: serde_json::from_str(row.text(at.document)?).map_err(|_| bad("document"))?,
            created_at: Timestamp(row.get(at.created_at)?),
        })
    }
}

impl Tx {
    /// Stores a quote.
    pub async fn insert_quote(&mut self, row: &QuoteRow) -> Result<(), DbError> {
        let values = params![
            row.id.to_string(),
            row.store.get(),
            row.checkout_id.to_string(),
            json(&row.quote)?,
            row.created_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// A store's quote.
    pub async fn quote(&mut self, store: StoreId, id: QuoteId) -> Result<Option<QuoteRow>, DbError> {
        self.fetch_optional(&ONE, params![store.get(), id.to_string()]).await
    }
}
