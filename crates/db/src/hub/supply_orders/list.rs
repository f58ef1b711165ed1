//! Lists of supply orders, newest first: by number, or along a wholesaler's or an account's orders.

use std::collections::HashMap;

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, OrderSerial, SupplyOrder, SupplyParcel, SupplyStatus, WholesalerId};

use super::OrderRow;
use super::terms::{SupplyTerm, words};
use crate::error::DbError;
use crate::json::{json, json_rows};
use crate::sql::{Statement, statements};
use crate::tx::Tx;
use crate::value::{Value, params};

/// Whether a list parameter is empty or holds a text column.
macro_rules! any_of {
    (sqlite $column:literal $list:literal) => {
        concat!("(", $list, " = '[]' OR ", $column, " IN (SELECT value FROM json_each(", $list, ")))")
    };
    (postgres $column:literal $list:literal) => {
        concat!(
            "(CAST(",
            $list,
            " AS TEXT) = '[]' OR ",
            $column,
            " IN (SELECT jsonb_array_elements_text(CAST(CAST(",
            $list,
            " AS TEXT) AS jsonb))))"
        )
    };
}

/// Whether an account parameter is 0 or the order's.
macro_rules! account_or_any {
    (sqlite $column:literal $account:literal) => {
        concat!("(", $account, " = 0 OR ", $column, " = ", $account, ")")
    };
    (postgres $column:literal $account:literal) => {
        concat!("(CAST(", $account, " AS BIGINT) = 0 OR ", $column, " = ", $account, ")")
    };
}

/// Orders `p` of a page: $1 wholesaler, $2 account, $3 statuses or [], $4 and $5 the range of one of their moments.
macro_rules! on_page {
    ($engine:ident, any_account, $moment:literal) => {
        on_page!($engine, account_or_any!($engine "p.account_id" "$2"), $moment)
    };
    ($engine:ident, one_account, $moment:literal) => {
        on_page!($engine, "p.account_id = $2", $moment)
    };
    ($engine:ident, $account:expr, $moment:literal) => {
        concat!(
            "FROM supply_orders p WHERE p.wholesaler_id = $1 AND ", $account,
            " AND ", any_of!($engine "p.status" "$3"),
            " AND p.", $moment, " >= $4 AND p.", $moment, " <= $5"
        )
    };
}

/// A page of $6 orders behind the first $7, newest first. Which ones is answered by an index alone, because the rows are spread
/// wide by their documents; those of the page are read then.
macro_rules! page {
    (sqlite, $($which:tt)+) => { page!("CROSS JOIN" on_page!(sqlite, $($which)+)) };
    (postgres, $($which:tt)+) => { page!("JOIN" on_page!(postgres, $($which)+)) };
    ($join:literal $which:expr) => {
        concat!(
            "SELECT ", supply_order!("o"), " FROM (SELECT p.serial ", $which,
            " ORDER BY p.serial DESC LIMIT $6 OFFSET $7) AS page ", $join,
            " supply_orders o ON o.wholesaler_id = $1 AND o.serial = page.serial ORDER BY o.serial DESC"
        )
    };
}

/// How many orders all pages have.
macro_rules! count {
    ($($which:tt)+) => { concat!("SELECT COUNT(*) ", on_page!($($which)+)) };
}

/// The moment of an order `o` that $5 names.
macro_rules! moment {
    (sqlite) => {
        moment!("$5")
    };
    (postgres) => {
        moment!("CAST($5 AS TEXT)")
    };
    ($kind:literal) => {
        concat!(
            "CASE ",
            $kind,
            " WHEN 'modified' THEN o.changed_at WHEN 'dispatch' THEN o.dispatched_at ELSE o.placed_at END"
        )
    };
}

/// What every search looks at: $3 account or 0, $4 statuses or [], $5 kind of moment, $6 from, $7 to.
macro_rules! searched {
    ($engine:ident) => {
        concat!(
            account_or_any!($engine "o.account_id" "$3"), " AND ", any_of!($engine "o.status" "$4"),
            " AND ", moment!($engine), " >= $6 AND ", moment!($engine), " <= $7"
        )
    };
}

/// Orders by their terms: $1 wholesaler, $2 terms of which an order has one, $3 to $7 as in [`searched!`], $8 further lists of
/// terms like $2, $9 serials or [], $10 and $11 first and last serial.
macro_rules! with_terms {
    (sqlite) => {
        concat!(
            "FROM supply_orders o WHERE o.wholesaler_id = $1 AND o.serial IN (SELECT t.serial FROM json_each($2) v \
                CROSS JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v.value) AND ",
            searched!(sqlite),
            " AND NOT EXISTS (SELECT 1 FROM json_each($8) g WHERE NOT EXISTS (SELECT 1 FROM json_each(g.value) v \
                CROSS JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v.value AND t.serial = o.serial)) \
            AND ($9 = '[]' OR o.serial IN (SELECT value FROM json_each($9))) AND o.serial >= $10 AND o.serial <= $11"
        )
    };
    (postgres) => {
        concat!(
            "FROM supply_orders o WHERE o.wholesaler_id = $1 AND o.serial IN \
                (SELECT t.serial FROM jsonb_array_elements_text($2::jsonb) AS v \
                JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v) AND ",
            searched!(postgres),
            " AND NOT EXISTS (SELECT 1 FROM jsonb_array_elements($8::jsonb) AS g WHERE NOT EXISTS (SELECT 1 \
                FROM jsonb_array_elements_text(g) AS v JOIN supply_order_terms t ON t.wholesaler_id = $1 AND t.term = v \
                AND t.serial = o.serial)) \
            AND (CAST($9 AS TEXT) = '[]' OR o.serial IN (SELECT CAST(n AS BIGINT) \
                FROM jsonb_array_elements_text(CAST(CAST($9 AS TEXT) AS jsonb)) AS n)) \
            AND o.serial >= $10 AND o.serial <= $11"
        )
    };
}

macro_rules! with_terms_page {
    ($engine:ident) => {
        concat!(
            "SELECT ",
            supply_order!("o"),
            " ",
            with_terms!($engine),
            " ORDER BY o.serial DESC LIMIT $12 OFFSET $13"
        )
    };
}

/// Orders of a range of serials, which is walked by number: $1 wholesaler, $2 first serial, $3 to $7 as in [`searched!`], $8 last
/// serial.
macro_rules! in_range {
    ($engine:ident) => {
        concat!(
            "FROM supply_orders o WHERE o.wholesaler_id = $1 AND o.serial >= $2 AND ",
            searched!($engine),
            " AND o.serial <= $8"
        )
    };
}

macro_rules! in_range_page {
    ($engine:ident) => {
        concat!("SELECT ", supply_order!("o"), " ", in_range!($engine), " ORDER BY o.serial DESC LIMIT $9 OFFSET $10")
    };
}

statements! {
    // $1 serials, $2 wholesaler.
    THESE = {
        sqlite concat!("SELECT ", supply_order!("o"), " FROM json_each($1) v CROSS JOIN supply_orders o \
            ON o.wholesaler_id = $2 AND o.serial = v.value ->> 0 WHERE ", searched!(sqlite), " ORDER BY o.serial DESC"),
        postgres concat!("SELECT ", supply_order!("o"), " FROM jsonb_array_elements($1::jsonb) AS v JOIN supply_orders o \
            ON o.wholesaler_id = $2 AND o.serial = (v ->> 0)::bigint WHERE ", searched!(postgres), " ORDER BY o.serial DESC")
    }
    // One statement per moment, so that each has its index.
    ORDERS_PLACED = {
        sqlite page!(sqlite, any_account, "placed_at"),
        postgres page!(postgres, any_account, "placed_at")
    }
    ORDERS_PLACED_COUNT = {
        sqlite count!(sqlite, any_account, "placed_at"),
        postgres count!(postgres, any_account, "placed_at")
    }
    ORDERS_CHANGED = {
        sqlite page!(sqlite, any_account, "changed_at"),
        postgres page!(postgres, any_account, "changed_at")
    }
    ORDERS_CHANGED_COUNT = {
        sqlite count!(sqlite, any_account, "changed_at"),
        postgres count!(postgres, any_account, "changed_at")
    }
    ORDERS_DISPATCHED = {
        sqlite page!(sqlite, any_account, "dispatched_at"),
        postgres page!(postgres, any_account, "dispatched_at")
    }
    ORDERS_DISPATCHED_COUNT = {
        sqlite count!(sqlite, any_account, "dispatched_at"),
        postgres count!(postgres, any_account, "dispatched_at")
    }
    ORDERS_OF_ACCOUNT = {
        sqlite page!(sqlite, one_account, "placed_at"),
        postgres page!(postgres, one_account, "placed_at")
    }
    ORDERS_OF_ACCOUNT_COUNT = {
        sqlite count!(sqlite, one_account, "placed_at"),
        postgres count!(postgres, one_account, "placed_at")
    }
    IN_RANGE = { sqlite in_range_page!(sqlite), postgres in_range_page!(postgres) }
    IN_RANGE_COUNT = {
        sqlite concat!("SELECT COUNT(*) ", in_range!(sqlite)),
        postgres concat!("SELECT COUNT(*) ", in_range!(postgres))
    }
    WITH_TERMS = { sqlite with_terms_page!(sqlite), postgres with_terms_page!(postgres) }
    WITH_TERMS_COUNT = {
        sqlite concat!("SELECT COUNT(*) ", with_terms!(sqlite)),
        postgres concat!("SELECT COUNT(*) ", with_terms!(postgres))
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
    /// Only from the first to the second of these, both included.
    pub serials_between: Option<(OrderSerial, OrderSerial)>,
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
        let (least, most) = filter.serials_between.map_or((0, i64::MAX), |(least, most)| (least.0, most.0));
        let mut serials: Option<Vec<i64>> =
            filter.serials.as_ref().map(|serials| serials.iter().map(|serial| serial.0).collect());
        if let Some(serials) = &mut serials {
            serials.sort_unstable();
            serials.dedup();
            serials.retain(|serial| (least..=most).contains(serial));
        }
        let (rows, total): (Vec<OrderRow>, i64) = match (&serials, filter.terms.split_first()) {
            (Some(serials), _) if serials.is_empty() => (Vec::new(), 0),
            (serials, Some((first, rest))) => {
                let rest = rest.iter().map(|terms| words(terms)).collect::<Result<Vec<_>, _>>()?;
                let rest = format!("[{}]", rest.join(","));
                let named = json(&serials.as_deref().unwrap_or_default())?;
                let values =
                    [params![tenant, words(first)?, account], common, params![rest, named, least, most]].concat();
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
            (None, None) if filter.serials_between.is_some() => {
                let values = [params![tenant, least, account], common, params![most]].concat();
                self.page(filter, &IN_RANGE, &IN_RANGE_COUNT, values).await?
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
        let list = json_rows(&external_ids.iter().map(|id| [id]).collect::<Vec<_>>())?;
        let account = account.map_or(0, |account| account.0);
        let rows: Vec<i64> = self.fetch_all(&BY_EXTERNAL_IDS, params![list, wholesaler.get(), account]).await?;
        Ok(rows.into_iter().map(OrderSerial).collect())
    }
}
