//! Orders with their history and parcels.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{AttemptId, CartId, OrderId, OrderNumber, QuoteId, StoreId};
use crossdock_domain::order::{HistoryEntry, HistoryEvent, Order, OrderDocument, OrderStatus, Parcel};
use crossdock_domain::payment::PaymentRecord;

use crate::error::DbError;
pub(crate) use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, Value, params};

columns!(OrderColumns, "orders":
    store_id, number, cart_id, merchant_order_id, status, status_at, test, placed_at, document, payment,
    parcels, statuses);
columns!(SummaryColumns, "orders": number, test, placed_at, merchant_order_id, status, status_at);
columns!(PlacedColumns, "orders": number, test, placed_at);
columns!(FoundColumns, "orders": number, test, placed_at, merchant_order_id, status, status_at, document);
columns!(HeadColumns, head, "orders": status, merchant_order_id, attempt_id, payment);
columns!(ParcelColumns, parcel, "parcels": consignment, courier, added_at);
columns!(HistoryColumns, history, "order_history": at, actor, event);

/// Columns of a list. $1 asks for the state of the orders, whose texts cost more than all the rest.
macro_rules! listed {
    () => {
        "number, test, placed_at, CASE WHEN $1 THEN merchant_order_id END AS merchant_order_id, \
         CASE WHEN $1 THEN status END AS status, CASE WHEN $1 THEN status_at END AS status_at"
    };
}

/// Orders of store $2 placed from $3 on and before $4, as a range of numbers that its index can walk: no order before the first
/// with `latest_at >= $3` can have been placed at $3 or later, and none from the first with `latest_at >= $4 + lag` on can have
/// been placed before $4, the lag being the most that any order's clock was behind.
macro_rules! placed_between {
    () => {
        "AND placed_at >= $3 AND placed_at < $4 AND number >= \
         (SELECT number FROM orders WHERE store_id = $2 AND latest_at >= $3 ORDER BY latest_at, number LIMIT 1) \
         AND number < COALESCE((SELECT number FROM orders WHERE store_id = $2 AND latest_at >= $4 + COALESCE(\
             (SELECT latest_at - placed_at FROM orders WHERE store_id = $2 AND latest_at - placed_at > 60000000 \
              ORDER BY latest_at - placed_at DESC LIMIT 1), 60000000) \
             ORDER BY latest_at, number LIMIT 1), 9223372036854775807)"
    };
}

statements! {
    // The order before this one is final: whoever took a number holds the counter until the transaction ends.
    INSERT = { "INSERT INTO orders (store_id, number, cart_id, attempt_id, quote_id, reference_id, status, status_at, test, \
                placed_at, document, payment, latest_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, \
                COALESCE((SELECT CASE WHEN latest_at > $10 THEN latest_at ELSE $10 END FROM orders \
                          WHERE store_id = $1 ORDER BY number DESC LIMIT 1), $10))" }
    // Parcels and statuses ride along as JSON, so that the hottest read is one statement and one row. An ORDER BY inside the
    // aggregate would make SQLite build and drop a table for each; rows of an ordered subquery reach the aggregate in its order.
    ONE = {
        sqlite "SELECT store_id, number, cart_id, merchant_order_id, status, status_at, test, placed_at, document, payment, \
            (SELECT json_group_array(json_object('number', consignment, 'courier', courier, 'added_at', added_at)) \
             FROM (SELECT consignment, courier, added_at FROM parcels p \
                   WHERE p.store_id = o.store_id AND p.order_number = o.number ORDER BY p.position) AS page) AS parcels, \
            (SELECT json_group_array(status_to) FROM (SELECT status_to FROM order_history h \
             WHERE h.store_id = o.store_id AND h.number = o.number AND h.status_to IS NOT NULL \
             ORDER BY h.seq DESC) AS page) AS statuses \
            FROM orders o WHERE store_id = $1 AND number = $2",
        postgres "SELECT store_id, number, cart_id, merchant_order_id, status, status_at, test, placed_at, document, payment, \
            (SELECT json_agg(json_build_object('number', p.consignment, 'courier', p.courier, 'added_at', p.added_at) \
             ORDER BY p.position)::text FROM parcels p WHERE p.store_id = o.store_id AND p.order_number = o.number) AS parcels, \
            (SELECT json_agg(h.status_to ORDER BY h.seq DESC)::text FROM order_history h \
             WHERE h.store_id = o.store_id AND h.number = o.number AND h.status_to IS NOT NULL) AS statuses \
            FROM orders o WHERE store_id = $1 AND number = $2"
    }
    NUMBER_BY_REFERENCE = { "SELECT number FROM orders WHERE store_id = $1 AND reference_id = $2 ORDER BY number DESC LIMIT 1" }
    NUMBER_OF_CART = { "SELECT number FROM orders WHERE store_id = $1 AND cart_id = $2" }
    EXISTS = { "SELECT number FROM orders WHERE store_id = $1 AND number = $2" }
    LOCK = { locking "SELECT ", head!(), " FROM orders WHERE store_id = $1 AND number = $2" }
    SET_STATUS = { "UPDATE orders SET status = $1, status_at = $2 WHERE store_id = $3 AND number = $4 AND status = $5" }
    SET_MERCHANT_ID = { "UPDATE orders SET merchant_order_id = $1 WHERE store_id = $2 AND number = $3" }
    SET_PAYMENT = { "UPDATE orders SET payment = $1 WHERE store_id = $2 AND number = $3" }
    ADD_HISTORY = { "INSERT INTO order_history (store_id, number, seq, at, actor, event, status_to) \
                     SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), COALESCE(MAX(seq), 0) + 1, CAST($3 AS BIGINT), $4, $5, $6 \
                     FROM order_history WHERE store_id = $1 AND number = $2" }
    HISTORY = { "SELECT ", history!(), " FROM order_history WHERE store_id = $1 AND number = $2 ORDER BY seq" }
    DELETE_PARCELS = { "DELETE FROM parcels WHERE store_id = $1 AND order_number = $2" }
    INSERT_PARCEL = { "INSERT INTO parcels (store_id, order_number, position, consignment, courier, added_at) \
                       VALUES ($1, $2, $3, $4, $5, $6)" }
    PARCELS = { "SELECT ", parcel!(), " FROM parcels WHERE store_id = $1 AND order_number = $2 ORDER BY position" }
    // One fixed statement per kind of selector, so that each keeps its index, walks it by number and stops at its limit.
    LIST_SINCE = { "SELECT ", listed!(), " FROM orders WHERE store_id = $2 ", placed_between!(), " ORDER BY number LIMIT $5" }
    LIST_AFTER = { "SELECT ", listed!(), " FROM orders WHERE store_id = $2 AND number > $3 AND placed_at < $4 \
        ORDER BY number LIMIT $5" }
    // The same with what people look for, a page at a time: $5 is the last number of the page before.
    SEARCH_SINCE = { "SELECT ", listed!(), ", document FROM orders WHERE store_id = $2 ", placed_between!(),
        " AND number > $5 ORDER BY number LIMIT $6" }
    LIST_MISSING_SINCE = { "SELECT ", listed!(), " FROM orders WHERE store_id = $2 AND merchant_order_id IS NULL ",
        placed_between!(), " ORDER BY number LIMIT $5" }
    LIST_MISSING_AFTER = { "SELECT ", listed!(), " FROM orders WHERE store_id = $2 AND merchant_order_id IS NULL \
        AND number > $3 AND placed_at < $4 ORDER BY number LIMIT $5" }
}

/// An order to store.
#[derive(Debug, Clone)]
pub struct NewOrder {
    /// Full id, its number taken by [`Tx::take_order_number`] in the same transaction.
    pub id: OrderId,
    /// The cart it came from; one order per cart.
    pub cart_id: CartId,
    /// The attempt that paid it; one order per attempt.
    pub attempt_id: AttemptId,
    /// The quote that was charged.
    pub quote_id: QuoteId,
    /// First status.
    pub status: OrderStatus,
    /// Paid with test data.
    pub test: bool,
    /// Now.
    pub placed_at: Timestamp,
    /// Frozen part.
    pub document: OrderDocument,
    /// How it was paid.
    pub payment: PaymentRecord,
}

/// What a change of an order needs to know of it, with the row locked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderHead {
    /// Present status.
    pub status: OrderStatus,
    /// Merchant's own number.
    pub merchant_order_id: Option<String>,
    /// The attempt that paid it.
    pub attempt_id: AttemptId,
    /// How it was paid.
    pub payment: PaymentRecord,
}

/// Which orders to list; always of one store, always in the order of their numbers.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderFilter {
    /// The tenant.
    pub store: StoreId,
    /// Where the list starts.
    pub from: ListFrom,
    /// Only orders placed before this moment.
    pub until: Option<Timestamp>,
    /// Only orders without a merchant's number.
    pub missing_merchant_id: bool,
    /// Most rows to answer.
    pub limit: Option<i64>,
}

/// Where a list of orders starts.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ListFrom {
    /// At orders placed at this moment or later.
    Time(Timestamp),
    /// Behind this order.
    After(OrderNumber),
}

/// A row of a list without the order's state.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct PlacedOrder {
    /// Number within the store.
    pub number: OrderNumber,
    /// Paid with test data.
    pub test: bool,
    /// When it was placed.
    pub placed_at: Timestamp,
}

/// A row of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct OrderSummary {
    /// Number within the store.
    pub number: OrderNumber,
    /// Paid with test data.
    pub test: bool,
    /// When it was placed.
    pub placed_at: Timestamp,
    /// Merchant's own number.
    pub merchant_order_id: Option<String>,
    /// Present status.
    pub status: OrderStatus,
    /// When the status last changed.
    pub status_at: Timestamp,
}

/// An order as the database has it, its documents not read yet. Reading them takes longer than finding the row, and the reader
/// threads of SQLite are few: a caller that needs nothing more of the database reads them on its own thread.
#[derive(Debug, Clone)]
pub struct StoredOrder {
    store: i64,
    number: i64,
    cart_id: String,
    merchant_order_id: Option<String>,
    status: String,
    status_at: Timestamp,
    test: bool,
    placed_at: Timestamp,
    document: String,
    payment: String,
    parcels: Option<String>,
    statuses: Option<String>,
}

/// A row of a search by people.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct FoundOrder {
    /// The order.
    pub summary: OrderSummary,
    /// Its frozen part.
    pub document: OrderDocument,
}

fn bad_order(column: &'static str, store: i64, number: i64) -> DbError {
    DbError::Inconsistent { table: "orders", column, id: format!("{store}-{number}") }
}

impl FromRow for StoredOrder {
    type Columns = OrderColumns;

    fn from_row(row: &Row<'_>, at: &OrderColumns) -> Result<Self, DbError> {
        Ok(Self {
            store: row.get(at.store_id)?,
            number: row.get(at.number)?,
            cart_id: row.get(at.cart_id)?,
            merchant_order_id: row.get(at.merchant_order_id)?,
            status: row.get(at.status)?,
            status_at: Timestamp(row.get(at.status_at)?),
            test: row.get(at.test)?,
            placed_at: Timestamp(row.get(at.placed_at)?),
            document: row.get(at.document)?,
            payment: row.get(at.payment)?,
            parcels: row.get(at.parcels)?,
            statuses: row.get(at.statuses)?,
        })
    }
}

impl StoredOrder {
    /// Reads the documents.
    pub fn read(self) -> Result<Order, DbError> {
        let bad = |column| bad_order(column, self.store, self.number);
        let parcels = self.parcels.as_deref().unwrap_or("[]");
        let statuses = self.statuses.as_deref().unwrap_or("[]");
        Ok(Order {
            id: OrderId {
                store: StoreId::new(self.store).ok_or_else(|| bad("store_id"))?,
                number: OrderNumber(self.number),
            },
            cart_id: self.cart_id.parse().map_err(|_| bad("cart_id"))?,
            status: OrderStatus::from_code(&self.status).ok_or_else(|| bad("status"))?,
            document: serde_json::from_str(&self.document).map_err(|_| bad("document"))?,
            payment: serde_json::from_str(&self.payment).map_err(|_| bad("payment"))?,
            parcels: serde_json::from_str(parcels).map_err(|_| bad("parcels"))?,
            statuses: serde_json::from_str(statuses).map_err(|_| bad("history"))?,
            merchant_order_id: self.merchant_order_id,
            status_at: self.status_at,
            test: self.test,
            placed_at: self.placed_at,
        })
    }
}

impl FromRow for PlacedOrder {
    type Columns = PlacedColumns;

    fn from_row(row: &Row<'_>, at: &PlacedColumns) -> Result<Self, DbError> {
        let number = OrderNumber(row.get(at.number)?);
        Ok(Self { number, test: row.get(at.test)?, placed_at: Timestamp(row.get(at.placed_at)?) })
    }
}

fn status(code: &str, number: i64) -> Result<OrderStatus, DbError> {
    OrderStatus::from_code(code).ok_or_else(|| DbError::Inconsistent {
        table: "orders",
        column: "status",
        id: number.to_string(),
    })
}

impl FromRow for OrderSummary {
    type Columns = SummaryColumns;

    fn from_row(row: &Row<'_>, at: &SummaryColumns) -> Result<Self, DbError> {
        let number: i64 = row.get(at.number)?;
        Ok(Self {
            number: OrderNumber(number),
            test: row.get(at.test)?,
            placed_at: Timestamp(row.get(at.placed_at)?),
            merchant_order_id: row.get(at.merchant_order_id)?,
            status: status(row.text(at.status)?, number)?,
            status_at: Timestamp(row.get(at.status_at)?),
        })
    }
}

impl FromRow for FoundOrder {
    type Columns = FoundColumns;

    fn from_row(row: &Row<'_>, at: &FoundColumns) -> Result<Self, DbError> {
        let number: i64 = row.get(at.number)?;
        let summary = OrderSummary {
            number: OrderNumber(number),
            test: row.get(at.test)?,
            placed_at: Timestamp(row.get(at.placed_at)?),
            merchant_order_id: row.get(at.merchant_order_id)?,
            status: status(row.text(at.status)?, number)?,
            status_at: Timestamp(row.get(at.status_at)?),
        };
        let document = serde_json::from_str(row.text(at.document)?);
        let document = document.map_err(|_| DbError::Inconsistent {
            table: "orders",
            column: "document",
            id: number.to_string(),
        })?;
        Ok(Self { summary, document })
    }
}

impl FromRow for OrderHead {
    type Columns = HeadColumns;

    fn from_row(row: &Row<'_>, at: &HeadColumns) -> Result<Self, DbError> {
        let attempt: String = row.get(at.attempt_id)?;
        let bad = |column| DbError::Inconsistent { table: "orders", column, id: attempt.clone() };
        Ok(Self {
            status: OrderStatus::from_code(row.text(at.status)?).ok_or_else(|| bad("status"))?,
            merchant_order_id: row.get(at.merchant_order_id)?,
            attempt_id: attempt.parse().map_err(|_| bad("attempt_id"))?,
            payment: serde_json::from_str(row.text(at.payment)?).map_err(|_| bad("payment"))?,
        })
    }
}

struct ParcelRow(Parcel);

impl FromRow for ParcelRow {
    type Columns = ParcelColumns;

    fn from_row(row: &Row<'_>, at: &ParcelColumns) -> Result<Self, DbError> {
        Ok(Self(Parcel {
            number: row.get(at.consignment)?,
            courier: row.get(at.courier)?,
            added_at: Timestamp(row.get(at.added_at)?),
        }))
    }
}

struct HistoryRow(HistoryEntry);

impl FromRow for HistoryRow {
    type Columns = HistoryColumns;

    fn from_row(row: &Row<'_>, at: &HistoryColumns) -> Result<Self, DbError> {
        let moment: i64 = row.get(at.at)?;
        let bad = |column| DbError::Inconsistent { table: "order_history", column, id: moment.to_string() };
        Ok(Self(HistoryEntry {
            at: Timestamp(moment),
            actor: serde_json::from_str(row.text(at.actor)?).map_err(|_| bad("actor"))?,
            event: serde_json::from_str(row.text(at.event)?).map_err(|_| bad("event"))?,
        }))
    }
}

/// The status that an event led to.
pub(crate) fn status_of(event: &HistoryEvent) -> Option<&'static str> {
    match event {
        HistoryEvent::Placed { status } | HistoryEvent::StatusChanged { to: status, .. } => Some(status.code()),
        HistoryEvent::MerchantOrderIdSet { .. } | HistoryEvent::TrackingSet { .. } | HistoryEvent::Payment { .. } => {
            None
        }
    }
}

fn key(id: OrderId) -> [i64; 2] {
    [id.store.get(), id.number.0]
}

impl Tx {
    /// Stores an order with its first line of history. [`DbError::Conflict`] when cart or attempt has an order already.
    ///
    /// Its number must be the store's highest, as [`Tx::take_order_number`] gives it in the same transaction: lists rely on
    /// `latest_at`, which is worked out from the order before.
    pub async fn insert_order(&mut self, order: &NewOrder, first: &HistoryEntry) -> Result<(), DbError> {
        let values = params![
            order.id.store.get(),
            order.id.number.0,
            order.cart_id.to_string(),
            order.attempt_id.to_string(),
            order.quote_id.to_string(),
            order.document.cart.reference_id.as_deref(),
            order.status.code(),
            order.placed_at.0,
            order.test,
            order.placed_at.0,
            json(&order.document)?,
            json(&order.payment)?
        ];
        self.execute(&INSERT, values).await?;
        self.add_history(order.id, first).await
    }

    /// An order of its store, parcels and statuses included.
    pub async fn order(&mut self, id: OrderId) -> Result<Option<Order>, DbError> {
        self.stored_order(id).await?.map(StoredOrder::read).transpose()
    }

    /// The same, its documents not read yet.
    pub async fn stored_order(&mut self, id: OrderId) -> Result<Option<StoredOrder>, DbError> {
        let [store, number] = key(id);
        self.fetch_optional(&ONE, params![store, number]).await
    }

    /// Whether the store has this order.
    pub async fn order_exists(&mut self, id: OrderId) -> Result<bool, DbError> {
        let [store, number] = key(id);
        Ok(self.fetch_optional::<i64>(&EXISTS, params![store, number]).await?.is_some())
    }

    /// The store's newest order whose cart had this reference.
    pub async fn stored_order_by_reference(
        &mut self,
        store: StoreId,
        reference: &str,
    ) -> Result<Option<StoredOrder>, DbError> {
        let number: Option<i64> = self.fetch_optional(&NUMBER_BY_REFERENCE, params![store.get(), reference]).await?;
        match number {
            Some(number) => self.stored_order(OrderId { store, number: OrderNumber(number) }).await,
            None => Ok(None),
        }
    }

    /// The order that was made from a cart.
    pub async fn order_id_of_cart(&mut self, store: StoreId, cart: CartId) -> Result<Option<OrderId>, DbError> {
        let number: Option<i64> = self.fetch_optional(&NUMBER_OF_CART, params![store.get(), cart.to_string()]).await?;
        Ok(number.map(|number| OrderId { store, number: OrderNumber(number) }))
    }

    /// What a change needs to know, with the row locked until the transaction ends.
    pub async fn lock_order(&mut self, id: OrderId) -> Result<Option<OrderHead>, DbError> {
        let [store, number] = key(id);
        self.fetch_optional(&LOCK, params![store, number]).await
    }

    /// Moves an order from one status to another; `false` when it was not in `from`. The caller checks the rule and writes
    /// the history.
    pub async fn move_order(
        &mut self,
        id: OrderId,
        from: OrderStatus,
        to: OrderStatus,
        at: Timestamp,
    ) -> Result<bool, DbError> {
        let [store, number] = key(id);
        Ok(self.execute(&SET_STATUS, params![to.code(), at.0, store, number, from.code()]).await? == 1)
    }

    /// Sets the merchant's own number. Lock the order first: an unknown one is passed over in silence.
    pub async fn set_merchant_order_id(&mut self, id: OrderId, value: &str) -> Result<(), DbError> {
        let [store, number] = key(id);
        self.execute(&SET_MERCHANT_ID, params![value, store, number]).await.map(drop)
    }

    /// Replaces how the order was paid (capture date and the like). Lock the order first, as above.
    pub async fn set_order_payment(&mut self, id: OrderId, payment: &PaymentRecord) -> Result<(), DbError> {
        let [store, number] = key(id);
        self.execute(&SET_PAYMENT, params![json(payment)?, store, number]).await.map(drop)
    }

    /// Appends to an order's history. Lock the order first: lines are numbered.
    pub async fn add_history(&mut self, id: OrderId, entry: &HistoryEntry) -> Result<(), DbError> {
        let [store, number] = key(id);
        let status = status_of(&entry.event);
        let values = params![store, number, entry.at.0, json(&entry.actor)?, json(&entry.event)?, status];
        self.execute(&ADD_HISTORY, values).await.map(drop)
    }

    /// An order's history, oldest first.
    pub async fn order_history(&mut self, id: OrderId) -> Result<Vec<HistoryEntry>, DbError> {
        let [store, number] = key(id);
        let rows: Vec<HistoryRow> = self.fetch_all(&HISTORY, params![store, number]).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// An order's parcels in the order they were given.
    pub async fn parcels(&mut self, id: OrderId) -> Result<Vec<Parcel>, DbError> {
        let [store, number] = key(id);
        let rows: Vec<ParcelRow> = self.fetch_all(&PARCELS, params![store, number]).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Replaces all parcels of an order.
    pub async fn replace_parcels(&mut self, id: OrderId, parcels: &[Parcel]) -> Result<(), DbError> {
        let [store, number] = key(id);
        self.execute(&DELETE_PARCELS, params![store, number]).await?;
        for (position, parcel) in (1_i64..).zip(parcels) {
            let values =
                params![store, number, position, parcel.number.as_str(), parcel.courier.as_deref(), parcel.added_at.0];
            self.execute(&INSERT_PARCEL, values).await?;
        }
        Ok(())
    }

    /// Orders of a store in the order of their numbers.
    pub async fn list_orders(&mut self, filter: &OrderFilter) -> Result<Vec<OrderSummary>, DbError> {
        self.list(filter, true).await
    }

    /// The same orders as [`Tx::list_orders`] without their state: a third cheaper.
    pub async fn list_placed_orders(&mut self, filter: &OrderFilter) -> Result<Vec<PlacedOrder>, DbError> {
        self.list(filter, false).await
    }

    async fn list<T: FromRow>(&mut self, filter: &OrderFilter, with_state: bool) -> Result<Vec<T>, DbError> {
        let (statement, from): (_, Value) = match (filter.from, filter.missing_merchant_id) {
            (ListFrom::Time(time), false) => (&LIST_SINCE, time.0.into()),
            (ListFrom::Time(time), true) => (&LIST_MISSING_SINCE, time.0.into()),
            (ListFrom::After(number), false) => (&LIST_AFTER, number.0.into()),
            (ListFrom::After(number), true) => (&LIST_MISSING_AFTER, number.0.into()),
        };
        // Far beyond any time, and still with room for sums.
        let until = filter.until.map_or(i64::MAX, |time| time.0).min(i64::MAX / 2);
        let limit = filter.limit.unwrap_or(i64::MAX).max(0);
        let values = vec![with_state.into(), filter.store.get().into(), from, until.into(), limit.into()];
        self.fetch_all(statement, values).await
    }

    /// Up to `limit` orders of a store behind the number `after`, placed from `since` on and before `until`, by number.
    pub async fn search_orders(
        &mut self,
        store: StoreId,
        since: Timestamp,
        until: Timestamp,
        after: OrderNumber,
        limit: i64,
    ) -> Result<Vec<FoundOrder>, DbError> {
        let until = until.0.min(i64::MAX / 2);
        self.fetch_all(&SEARCH_SINCE, params![true, store.get(), since.0, until, after.0, limit]).await
    }
}
