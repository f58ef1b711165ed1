//! Lists of supply orders, newest first: by number, or along a wholesaler's or an account's orders.

use std::collections::HashMap;

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, OrderSerial, SupplyOrder, SupplyParcel, SupplyStatus, WholesalerId};

use super::OrderRow;
use super::terms::{SupplyTerm, words};
use crate::error::DbError;
use crate::orders::json;
use crate::sql::{Statement, statements};
use crate::tx::Tx;
use crate::value::{Value, params};

statements! {
    // $1 serials, $2 wholesaler, $3 account or 0, $4 statuses or [], $5 kind of moment, $6 from, $7 to.
    THESE = {
        sqlite "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM json_each($1) v \
            CROSS JOIN supply_orders o ON o.wholesaler_id = $2 AND o.serial = v.value ->> 0 \
            WHERE ($3 = 0 OR o.account_id = $3) \
            AND ($4 = '[]' OR o.status IN (SELECT value FROM json_each($4))) \
            AND CASE $5 WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at ELSE o.placed_at END >= $6 \
            AND CASE $5 WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at ELSE o.placed_at END <= $7 \
            ORDER BY o.serial DESC",
        postgres "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN supply_orders o ON o.wholesaler_id = $2 AND o.serial = (v ->> 0)::bigint \
            WHERE (CAST($3 AS BIGINT) = 0 OR o.account_id = $3) \
            AND (CAST($4 AS TEXT) = '[]' OR o.status IN (SELECT jsonb_array_elements_text(CAST(CAST($4 AS TEXT) AS jsonb)))) \
            AND CASE CAST($5 AS TEXT) WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at \
                ELSE o.placed_at END >= $6 \
            AND CASE CAST($5 AS TEXT) WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at \
                ELSE o.placed_at END <= $7 \
            ORDER BY o.serial DESC"
    }
    // Pages of a wholesaler's orders: which ones is answered by an index alone, because the rows are spread wide by their
    // documents; those of the page are read then. One statement per moment, so that each has its index.
    // $1 wholesaler, $2 account or 0, $3 statuses or [], $4 from, $5 to, $6 limit, $7 offset.
    ORDERS_PLACED = {
        sqlite "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND ($2 = 0 OR p.account_id = $2) \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            CROSS JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC",
        postgres "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND (CAST($2 AS BIGINT) = 0 OR p.account_id = $2) \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC"
    }
    ORDERS_PLACED_COUNT = {
        sqlite "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND ($2 = 0 OR p.account_id = $2) \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5",
        postgres "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND (CAST($2 AS BIGINT) = 0 OR p.account_id = $2) \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5"
    }
    ORDERS_CHANGED = {
        sqlite "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND ($2 = 0 OR p.account_id = $2) \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.changed_at >= $4 AND p.changed_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            CROSS JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC",
        postgres "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND (CAST($2 AS BIGINT) = 0 OR p.account_id = $2) \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.changed_at >= $4 AND p.changed_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC"
    }
    ORDERS_CHANGED_COUNT = {
        sqlite "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND ($2 = 0 OR p.account_id = $2) \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.changed_at >= $4 AND p.changed_at <= $5",
        postgres "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND (CAST($2 AS BIGINT) = 0 OR p.account_id = $2) \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.changed_at >= $4 AND p.changed_at <= $5"
    }
    ORDERS_DISPATCHED = {
        sqlite "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND ($2 = 0 OR p.account_id = $2) \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.dispatched_at >= $4 AND p.dispatched_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            CROSS JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC",
        postgres "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND (CAST($2 AS BIGINT) = 0 OR p.account_id = $2) \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.dispatched_at >= $4 AND p.dispatched_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC"
    }
    ORDERS_DISPATCHED_COUNT = {
        sqlite "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND ($2 = 0 OR p.account_id = $2) \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.dispatched_at >= $4 AND p.dispatched_at <= $5",
        postgres "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND (CAST($2 AS BIGINT) = 0 OR p.account_id = $2) \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.dispatched_at >= $4 AND p.dispatched_at <= $5"
    }
    // $2 is an account.
    ORDERS_OF_ACCOUNT = {
        sqlite "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND p.account_id = $2 \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            CROSS JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC",
        postgres "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM (SELECT p.serial FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND p.account_id = $2 \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5 \
            ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page \
            JOIN supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC"
    }
    ORDERS_OF_ACCOUNT_COUNT = {
        sqlite "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND p.account_id = $2 \
            AND ($3 = '[]' OR p.status IN (SELECT value FROM json_each($3))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5",
        postgres "SELECT COUNT(*) FROM supply_orders p \
            WHERE p.wholesaler_id = $1 AND p.account_id = $2 \
            AND (CAST($3 AS TEXT) = '[]' OR p.status IN (SELECT jsonb_array_elements_text(CAST(CAST($3 AS TEXT) AS jsonb)))) \
            AND p.placed_at >= $4 AND p.placed_at <= $5"
    }
    // $1 wholesaler, $2 terms of which an order has one, $3 account or 0, $4 statuses or [], $5 kind of moment, $6 from, $7 to,
    // $8 further lists of terms like $2, $9 serials or [], $10 limit, $11 offset.
    WITH_TERMS = {
        sqlite "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM supply_orders o \
            WHERE o.wholesaler_id = $1 AND o.serial IN (SELECT t.serial FROM json_each($2) v \
                CROSS JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v.value) \
            AND ($3 = 0 OR o.account_id = $3) \
            AND ($4 = '[]' OR o.status IN (SELECT value FROM json_each($4))) \
            AND CASE $5 WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at ELSE o.placed_at END >= $6 \
            AND CASE $5 WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at ELSE o.placed_at END <= $7 \
            AND NOT EXISTS (SELECT 1 FROM json_each($8) g WHERE NOT EXISTS (SELECT 1 FROM json_each(g.value) v \
                CROSS JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v.value AND t.serial = o.serial)) \
            AND ($9 = '[]' OR o.serial IN (SELECT value FROM json_each($9))) \
            ORDER BY o.serial DESC LIMIT $10 OFFSET $11",
        postgres "SELECT o.wholesaler_id, o.serial, o.account_id, o.external_id, o.status, o.placed_at, o.changed_at, \
            o.dispatched_at, o.cancel_refused, o.note, o.delivery, o.document FROM supply_orders o \
            WHERE o.wholesaler_id = $1 AND o.serial IN (SELECT t.serial FROM jsonb_array_elements_text($2::jsonb) AS v \
                JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v) \
            AND (CAST($3 AS BIGINT) = 0 OR o.account_id = $3) \
            AND (CAST($4 AS TEXT) = '[]' OR o.status IN (SELECT jsonb_array_elements_text(CAST(CAST($4 AS TEXT) AS jsonb)))) \
            AND CASE CAST($5 AS TEXT) WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at \
                ELSE o.placed_at END >= $6 \
            AND CASE CAST($5 AS TEXT) WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at \
                ELSE o.placed_at END <= $7 \
            AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements($8::jsonb) AS g WHERE NOT EXISTS (SELECT 1 \
                FROM jsonb_array_elements_text(g) AS v JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v \
                AND t.serial = o.serial)) \
            AND (CAST($9 AS TEXT) = '[]' OR o.serial IN (SELECT CAST(n AS BIGINT) \
                FROM jsonb_array_elements_text(CAST(CAST($9 AS TEXT) AS jsonb)) AS n)) \
            ORDER BY o.serial DESC LIMIT $10 OFFSET $11"
    }
    WITH_TERMS_COUNT = {
        sqlite "SELECT COUNT(*) FROM supply_orders o \
            WHERE o.wholesaler_id = $1 AND o.serial IN (SELECT t.serial FROM json_each($2) v \
                CROSS JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v.value) \
            AND ($3 = 0 OR o.account_id = $3) \
            AND ($4 = '[]' OR o.status IN (SELECT value FROM json_each($4))) \
            AND CASE $5 WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at ELSE o.placed_at END >= $6 \
            AND CASE $5 WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at ELSE o.placed_at END <= $7 \
            AND NOT EXISTS (SELECT 1 FROM json_each($8) g WHERE NOT EXISTS (SELECT 1 FROM json_each(g.value) v \
                CROSS JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v.value AND t.serial = o.serial)) \
            AND ($9 = '[]' OR o.serial IN (SELECT value FROM json_each($9)))",
        postgres "SELECT COUNT(*) FROM supply_orders o \
            WHERE o.wholesaler_id = $1 AND o.serial IN (SELECT t.serial FROM jsonb_array_elements_text($2::jsonb) AS v \
                JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v) \
            AND (CAST($3 AS BIGINT) = 0 OR o.account_id = $3) \
            AND (CAST($4 AS TEXT) = '[]' OR o.status IN (SELECT jsonb_array_elements_text(CAST(CAST($4 AS TEXT) AS jsonb)))) \
            AND CASE CAST($5 AS TEXT) WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at \
                ELSE o.placed_at END >= $6 \
            AND CASE CAST($5 AS TEXT) WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at \
                ELSE o.placed_at END <= $7 \
            AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements($8::jsonb) AS g WHERE NOT EXISTS (SELECT 1 \
                FROM jsonb_array_elements_text(g) AS v JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v \
                AND t.serial = o.serial)) \
            AND (CAST($9 AS TEXT) = '[]' OR o.serial IN (SELECT CAST(n AS BIGINT) \
                FROM jsonb_array_elements_text(CAST(CAST($9 AS TEXT) AS jsonb)) AS n))"
    }
    BY_EXTERNAL_IDS = {
        sqlite "SELECT o.serial FROM json_each($1) v CROSS JOIN supply_orders o ON o.wholesaler_id = $2 \
            AND o.external_id = v.value ->> 0 WHERE $3 = 0 OR o.account_id = $3",
        postgres "SELECT o.serial FROM jsonb_array_elements($1::jsonb) AS v JOIN supply_orders o ON o.wholesaler_id = $2 \
            AND o.external_id = v ->> 0 WHERE CAST($3 AS BIGINT) = 0 OR o.account_id = $3"
    }
}

/// Which moment of an order a range is about (`ordersDateType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    /// When it was placed.
    Added,
    /// When it last changed.
    Modified,
    /// When it left the warehouse.
    Dispatched,
}

impl DateKind {
    const fn code(self) -> &'static str {
        match self {
            Self::Added => "add",
            Self::Modified => "modified",
            Self::Dispatched => "dispatch",
        }
    }
}

/// Which orders to list; always of one wholesaler.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplyFilter {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Only of this account.
    pub account: Option<AccountId>,
    /// Only these; `None` for all.
    pub serials: Option<Vec<OrderSerial>>,
    /// Only in these states; empty for all.
    pub statuses: Vec<SupplyStatus>,
    /// Only with this moment in this range, both ends included.
    pub dates: Option<(DateKind, Timestamp, Timestamp)>,
    /// Only those that have one term of each of these lists.
    pub terms: Vec<Vec<SupplyTerm>>,
    /// Oldest first instead of newest first.
    pub oldest_first: bool,
    /// Most orders to answer.
    pub limit: i64,
    /// How many to leave out.
    pub offset: i64,
}

impl Tx {
    /// Orders, newest first unless the filter says otherwise, and how many there are in all.
    pub async fn supply_orders(&mut self, filter: &SupplyFilter) -> Result<(Vec<SupplyOrder>, i64), DbError> {
        let tenant = filter.wholesaler.get();
        let statuses = json(&filter.statuses.iter().map(|status| status.code()).collect::<Vec<_>>())?;
        let (kind, from, to) = filter.dates.unwrap_or((DateKind::Added, Timestamp(i64::MIN), Timestamp(i64::MAX)));
        let account = filter.account.map_or(0, |account| account.0);
        let common: Vec<Value> = params![statuses.as_str(), kind.code(), from.0, to.0];
        let mut serials: Option<Vec<i64>> =
            filter.serials.as_ref().map(|serials| serials.iter().map(|serial| serial.0).collect());
        if let Some(serials) = &mut serials {
            serials.sort_unstable();
            serials.dedup();
        }
        let (rows, total): (Vec<OrderRow>, i64) = match (&serials, filter.terms.split_first()) {
            (Some(serials), _) if serials.is_empty() => (Vec::new(), 0),
            (serials, Some((first, rest))) => {
                let rest = rest.iter().map(|terms| words(terms)).collect::<Result<Vec<_>, _>>()?;
                let rest = format!("[{}]", rest.join(","));
                let named = json(&serials.as_deref().unwrap_or_default())?;
                let values = [params![tenant, words(first)?, account], common, params![rest, named]].concat();
                self.page(filter, &WITH_TERMS, &WITH_TERMS_COUNT, values).await?
            }
            (Some(serials), None) => {
                let serials: Vec<_> = serials.iter().map(|serial| [serial]).collect();
                let values = [params![json(&serials)?, tenant, account], common].concat();
                let mut rows: Vec<OrderRow> = self.fetch_all(&THESE, values).await?;
                let total = i64::try_from(rows.len()).unwrap_or(i64::MAX);
                if filter.oldest_first {
                    rows.reverse();
                }
                let skip = usize::try_from(filter.offset).unwrap_or(usize::MAX);
                let take = usize::try_from(filter.limit).unwrap_or(0);
                (rows.into_iter().skip(skip).take(take).collect(), total)
            }
            (None, None) => {
                let (list, count) = match kind {
                    DateKind::Added if filter.account.is_some() => (&ORDERS_OF_ACCOUNT, &ORDERS_OF_ACCOUNT_COUNT),
                    DateKind::Added => (&ORDERS_PLACED, &ORDERS_PLACED_COUNT),
                    DateKind::Modified => (&ORDERS_CHANGED, &ORDERS_CHANGED_COUNT),
                    DateKind::Dispatched => (&ORDERS_DISPATCHED, &ORDERS_DISPATCHED_COUNT),
                };
                self.page(filter, list, count, params![tenant, account, statuses, from.0, to.0]).await?
            }
        };
        let mut orders: Vec<SupplyOrder> = rows.into_iter().map(|row| row.0).collect();
        let serials: Vec<OrderSerial> = orders.iter().map(|order| order.serial).collect();
        let mut parcels: HashMap<OrderSerial, Vec<SupplyParcel>> = HashMap::new();
        for (serial, parcel) in self.supply_parcels_of(filter.wholesaler, &serials).await? {
            parcels.entry(serial).or_default().push(parcel);
        }
        for order in &mut orders {
            order.parcels = parcels.remove(&order.serial).unwrap_or_default();
        }
        Ok((orders, total))
    }

    /// One page of a list that a statement gives newest first. Oldest first is the same list from its end.
    async fn page(
        &mut self,
        filter: &SupplyFilter,
        list: &Statement,
        count: &Statement,
        values: Vec<Value>,
    ) -> Result<(Vec<OrderRow>, i64), DbError> {
        let total: i64 = self.fetch_optional(count, values.clone()).await?.unwrap_or(0);
        let (mut limit, mut offset) = (filter.limit, filter.offset);
        if filter.oldest_first {
            limit = limit.min(total.saturating_sub(offset)).max(0);
            offset = total.saturating_sub(offset).saturating_sub(limit).max(0);
        }
        let mut rows: Vec<OrderRow> = self.fetch_all(list, [values, params![limit, offset]].concat()).await?;
        if filter.oldest_first {
            rows.reverse();
        }
        Ok((rows, total))
    }

    /// Numbers of the orders under these external ids, of one account or of all.
    pub async fn serials_of_external_ids(
        &mut self,
        wholesaler: WholesalerId,
        account: Option<AccountId>,
        external_ids: &[String],
    ) -> Result<Vec<OrderSerial>, DbError> {
        let list = json(&external_ids.iter().map(|id| [id]).collect::<Vec<_>>())?;
        let account = account.map_or(0, |account| account.0);
        let rows: Vec<i64> = self.fetch_all(&BY_EXTERNAL_IDS, params![list, wholesaler.get(), account]).await?;
        Ok(rows.into_iter().map(OrderSerial).collect())
    }
}
