//! Many orders at once, and what is stored of a store. For load tests and for moving stores from elsewhere; the way of a
//! single paid checkout is in `orders`.

use std::collections::HashMap;
use std::collections::hash_map::Entry;

use crossdock_domain::ids::{OrderNumber, StoreId};
use crossdock_domain::order::HistoryEntry;
use serde::Serialize;

use crate::error::DbError;
use crate::orders::{self, NewOrder};
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(SpanColumns, "orders": count, first, last);

statements! {
    TAKE_NUMBERS = { "UPDATE order_counters SET next_number = next_number + $1 WHERE store_id = $2 RETURNING next_number - $1" }
    // All rows ride in one parameter, so that a thousand of them cost one round trip.
    INSERT_ORDERS = {
        sqlite "INSERT INTO orders (store_id, number, cart_id, attempt_id, quote_id, reference_id, status, status_at, test, \
            placed_at, document, payment, latest_at) SELECT value ->> 0, value ->> 1, value ->> 2, value ->> 3, value ->> 4, \
            value ->> 5, value ->> 6, value ->> 7, value ->> 8, value ->> 7, value ->> 9, value ->> 10, value ->> 11 \
            FROM json_each($1)",
        postgres "INSERT INTO orders (store_id, number, cart_id, attempt_id, quote_id, reference_id, status, status_at, test, \
            placed_at, document, payment, latest_at) SELECT (r ->> 0)::bigint, (r ->> 1)::bigint, r ->> 2, r ->> 3, r ->> 4, \
            r ->> 5, r ->> 6, (r ->> 7)::bigint, (r ->> 8)::boolean, (r ->> 7)::bigint, r ->> 9, r ->> 10, \
            (r ->> 11)::bigint FROM jsonb_array_elements($1::jsonb) AS r"
    }
    INSERT_HISTORY = {
        sqlite "INSERT INTO order_history (store_id, number, seq, at, actor, event, status_to) \
            SELECT value ->> 0, value ->> 1, 1, value ->> 2, value ->> 3, value ->> 4, value ->> 5 FROM json_each($1)",
        postgres "INSERT INTO order_history (store_id, number, seq, at, actor, event, status_to) \
            SELECT (r ->> 0)::bigint, (r ->> 1)::bigint, 1, (r ->> 2)::bigint, r ->> 3, r ->> 4, r ->> 5 \
            FROM jsonb_array_elements($1::jsonb) AS r"
    }
    LATEST = { "SELECT latest_at FROM orders WHERE store_id = $1 ORDER BY number DESC LIMIT 1" }
    COUNT_CARTS = { "SELECT COUNT(*) FROM carts WHERE store_id = $1" }
    SPAN = { "SELECT COUNT(*) AS count, COALESCE(MIN(number), 0) AS first, COALESCE(MAX(number), 0) AS last FROM orders WHERE store_id = $1" }
    COUNT_PLACED = { "SELECT COUNT(*) FROM order_history WHERE store_id = $1 AND seq = 1 AND number > $2" }
}

/// The orders of a store.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderSpan {
    /// How many.
    pub count: i64,
    /// The lowest number; 0 without orders.
    pub first: i64,
    /// The highest number; 0 without orders.
    pub last: i64,
}

impl OrderSpan {
    /// Whether every number between the first and the last is taken.
    pub fn is_gap_free(&self) -> bool {
        self.count == 0 || self.last - self.first + 1 == self.count
    }
}

impl FromRow for OrderSpan {
    type Columns = SpanColumns;

    fn from_row(row: &Row<'_>, at: &SpanColumns) -> Result<Self, DbError> {
        Ok(Self { count: row.get(at.count)?, first: row.get(at.first)?, last: row.get(at.last)? })
    }
}

fn rows<T: Serialize>(rows: &[T]) -> Result<String, DbError> {
    serde_json::to_string(rows).map_err(|error| DbError::other(error.to_string()))
}

impl Tx {
    /// Takes `count` numbers in a row; the first of them. See [`Tx::take_order_number`].
    pub async fn take_order_numbers(&mut self, store: StoreId, count: i64) -> Result<OrderNumber, DbError> {
        let number: Option<i64> = self.fetch_optional(&TAKE_NUMBERS, params![count, store.get()]).await?;
        number.map(OrderNumber).ok_or_else(|| DbError::Inconsistent {
            table: "order_counters",
            column: "store_id",
            id: store.to_string(),
        })
    }

    /// Stores orders, in the order of their numbers and behind all that are there, with the first line of their history. A
    /// few thousand in one transaction are quick on both engines. [`DbError::Conflict`] when a cart or an attempt among them
    /// has an order already.
    pub async fn insert_orders(&mut self, new: &[(NewOrder, HistoryEntry)]) -> Result<(), DbError> {
        let mut order_rows = Vec::with_capacity(new.len());
        let mut history_rows = Vec::with_capacity(new.len());
        // The latest moment among an order and those before it, per store; see `orders::LIST_SINCE`.
        let mut latest = HashMap::new();
        for (order, first) in new {
            let (store, number) = (order.id.store.get(), order.id.number.0);
            let latest_at = match latest.entry(store) {
                Entry::Occupied(entry) => entry.into_mut(),
                Entry::Vacant(entry) => {
                    let before: Option<i64> = self.fetch_optional(&LATEST, params![store]).await?;
                    entry.insert(before.unwrap_or(i64::MIN))
                }
            };
            *latest_at = (*latest_at).max(order.placed_at.0);
            // Documents are texts inside the parameter: the database must store them as they were written.
            order_rows.push((
                store,
                number,
                order.cart_id,
                order.attempt_id,
                order.quote_id,
                order.document.cart.reference_id.as_deref(),
                order.status.code(),
                order.placed_at.0,
                order.test,
                orders::json(&order.document)?,
                orders::json(&order.payment)?,
                *latest_at,
            ));
            let status = orders::status_of(&first.event);
            history_rows.push((
                store,
                number,
                first.at.0,
                orders::json(&first.actor)?,
                orders::json(&first.event)?,
                status,
            ));
        }
        self.execute(&INSERT_ORDERS, params![rows(&order_rows)?]).await?;
        self.execute(&INSERT_HISTORY, params![rows(&history_rows)?]).await.map(drop)
    }

    /// Number of carts of a store. Reads them all.
    pub async fn count_carts(&mut self, store: StoreId) -> Result<i64, DbError> {
        Ok(self.fetch_optional(&COUNT_CARTS, params![store.get()]).await?.unwrap_or(0))
    }

    /// Number of orders of a store and their range. Reads them all.
    pub async fn order_span(&mut self, store: StoreId) -> Result<OrderSpan, DbError> {
        let span: Option<OrderSpan> = self.fetch_optional(&SPAN, params![store.get()]).await?;
        Ok(span.unwrap_or(OrderSpan { count: 0, first: 0, last: 0 }))
    }

    /// Number of a store's orders behind a number that have the first line of their history.
    pub async fn count_histories_after(&mut self, store: StoreId, after: OrderNumber) -> Result<i64, DbError> {
        Ok(self.fetch_optional(&COUNT_PLACED, params![store.get(), after.0]).await?.unwrap_or(0))
    }
}
