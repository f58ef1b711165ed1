//! Warehouses, stock and reservations. `stock.reserved` is the sum of the reservations: every method here that touches one
//! touches both.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::stock::StockLevel;
use crossdock_domain::wholesale::{
    AccountId, OrderSerial, Quantity, ReservationId, VariantId, WarehouseId, WholesalerId,
};

use crate::error::DbError;
use crate::orders::json;
use crate::products::{SizeIdRow, variant};
use crate::sql::statements;
use crate::tx::{FromRow, Tx};
use crate::value::{Row, params};

statements! {
    PUT_WAREHOUSE = { "INSERT INTO warehouses (wholesaler_id, id, name, sellable, position) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (wholesaler_id, id) DO UPDATE SET name = excluded.name, sellable = excluded.sellable, \
        position = excluded.position" }
    WAREHOUSES = { "SELECT id, name, sellable, position FROM warehouses WHERE wholesaler_id = $1 ORDER BY position, id" }
    // Sorted, and locked in that order: two that want the same goods wait for each other instead of in a circle.
    LEVELS = {
        sqlite "SELECT k.product_id, k.size_id, k.warehouse_id, k.quantity, k.reserved, w.sellable, w.position \
            FROM json_each($1) v CROSS JOIN stock k ON k.wholesaler_id = $2 AND k.product_id = v.value ->> 0 \
            AND k.size_id = v.value ->> 1 JOIN warehouses w ON w.wholesaler_id = $2 AND w.id = k.warehouse_id \
            ORDER BY k.product_id, k.size_id, k.warehouse_id",
        postgres "SELECT k.product_id, k.size_id, k.warehouse_id, k.quantity, k.reserved, w.sellable, w.position \
            FROM jsonb_array_elements($1::jsonb) AS v JOIN stock k ON k.wholesaler_id = $2 \
            AND k.product_id = (v ->> 0)::bigint AND k.size_id = v ->> 1 \
            JOIN warehouses w ON w.wholesaler_id = $2 AND w.id = k.warehouse_id \
            ORDER BY k.product_id, k.size_id, k.warehouse_id"
    }
    LOCK_LEVELS = {
        sqlite "SELECT k.product_id, k.size_id, k.warehouse_id, k.quantity, k.reserved, w.sellable, w.position \
            FROM json_each($1) v CROSS JOIN stock k ON k.wholesaler_id = $2 AND k.product_id = v.value ->> 0 \
            AND k.size_id = v.value ->> 1 JOIN warehouses w ON w.wholesaler_id = $2 AND w.id = k.warehouse_id \
            ORDER BY k.product_id, k.size_id, k.warehouse_id LIMIT 100000",
        postgres "SELECT k.product_id, k.size_id, k.warehouse_id, k.quantity, k.reserved, w.sellable, w.position \
            FROM jsonb_array_elements($1::jsonb) AS v JOIN stock k ON k.wholesaler_id = $2 \
            AND k.product_id = (v ->> 0)::bigint AND k.size_id = v ->> 1 \
            JOIN warehouses w ON w.wholesaler_id = $2 AND w.id = k.warehouse_id \
            ORDER BY k.product_id, k.size_id, k.warehouse_id FOR UPDATE OF k"
    }
    ENSURE = {
        sqlite "INSERT INTO stock (wholesaler_id, product_id, size_id, warehouse_id, quantity, reserved, updated_at) \
            SELECT $1, value ->> 0, value ->> 1, value ->> 2, 0, 0, $2 FROM json_each($3) WHERE true \
            ON CONFLICT (wholesaler_id, product_id, size_id, warehouse_id) DO NOTHING",
        postgres "INSERT INTO stock (wholesaler_id, product_id, size_id, warehouse_id, quantity, reserved, updated_at) \
            SELECT CAST($1 AS BIGINT), (r ->> 0)::bigint, r ->> 1, (r ->> 2)::bigint, 0, 0, CAST($2 AS BIGINT) \
            FROM jsonb_array_elements($3::jsonb) AS r \
            ON CONFLICT (wholesaler_id, product_id, size_id, warehouse_id) DO NOTHING"
    }
    EXPIRED_ANYWHERE = { "SELECT DISTINCT product_id, size_id FROM reservations WHERE wholesaler_id = $1 \
        AND expires_at <= $2 ORDER BY product_id, size_id LIMIT $3" }
    // Sorted rows, so that two that set the same stocks wait for each other instead of in a circle. A stock that is already
    // as it should be is no change, for the feeds among others.
    PUT_STOCKS = {
        sqlite "INSERT INTO stock (wholesaler_id, product_id, size_id, warehouse_id, quantity, reserved, updated_at) \
            SELECT $1, value ->> 0, value ->> 1, value ->> 2, value ->> 3, 0, $2 FROM json_each($3) WHERE true \
            ON CONFLICT (wholesaler_id, product_id, size_id, warehouse_id) DO UPDATE SET quantity = excluded.quantity, \
            updated_at = excluded.updated_at WHERE stock.quantity <> excluded.quantity",
        postgres "INSERT INTO stock (wholesaler_id, product_id, size_id, warehouse_id, quantity, reserved, updated_at) \
            SELECT CAST($1 AS BIGINT), (r ->> 0)::bigint, r ->> 1, (r ->> 2)::bigint, (r ->> 3)::bigint, 0, \
            CAST($2 AS BIGINT) FROM jsonb_array_elements($3::jsonb) AS r \
            ON CONFLICT (wholesaler_id, product_id, size_id, warehouse_id) DO UPDATE SET quantity = excluded.quantity, \
            updated_at = excluded.updated_at WHERE stock.quantity <> excluded.quantity"
    }
    RESERVE = { "UPDATE stock SET reserved = reserved + $1, updated_at = $2 WHERE wholesaler_id = $3 AND product_id = $4 \
        AND size_id = $5 AND warehouse_id = $6 AND quantity - reserved >= $1" }
    INSERT_RESERVATION = { "INSERT INTO reservations (wholesaler_id, id, product_id, size_id, warehouse_id, quantity, \
        order_serial, account_id, expires_at, note, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" }
    RESERVATION = { "SELECT id, product_id, size_id, warehouse_id, quantity, order_serial, account_id, expires_at, note, \
        created_at FROM reservations WHERE wholesaler_id = $1 AND id = $2" }
    OF_ORDER = { "SELECT id, product_id, size_id, warehouse_id, quantity, order_serial, account_id, expires_at, note, \
        created_at FROM reservations WHERE wholesaler_id = $1 AND order_serial = $2 \
        ORDER BY product_id, size_id, warehouse_id, id" }
    OF_VARIANT = { "SELECT id, product_id, size_id, warehouse_id, quantity, order_serial, account_id, expires_at, note, \
        created_at FROM reservations WHERE wholesaler_id = $1 AND product_id = $2 AND size_id = $3 \
        ORDER BY warehouse_id, id" }
    EXPIRED = {
        sqlite "SELECT e.id, e.product_id, e.size_id, e.warehouse_id, e.quantity, e.order_serial, e.account_id, \
            e.expires_at, e.note, e.created_at FROM json_each($1) v CROSS JOIN reservations e ON e.wholesaler_id = $2 \
            AND e.product_id = v.value ->> 0 AND e.size_id = v.value ->> 1 AND e.expires_at <= $3 \
            ORDER BY e.product_id, e.size_id, e.warehouse_id, e.id",
        postgres "SELECT e.id, e.product_id, e.size_id, e.warehouse_id, e.quantity, e.order_serial, e.account_id, \
            e.expires_at, e.note, e.created_at FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN reservations e ON e.wholesaler_id = $2 AND e.product_id = (v ->> 0)::bigint AND e.size_id = v ->> 1 \
            AND e.expires_at <= $3 ORDER BY e.product_id, e.size_id, e.warehouse_id, e.id"
    }
    DELETE_RESERVATION = { "DELETE FROM reservations WHERE wholesaler_id = $1 AND id = $2" }
    UNRESERVE = { "UPDATE stock SET reserved = reserved - $1, updated_at = $2 WHERE wholesaler_id = $3 AND product_id = $4 \
        AND size_id = $5 AND warehouse_id = $6 AND reserved >= $1" }
    SHRINK_RESERVATION = { "UPDATE reservations SET quantity = quantity - $1 WHERE wholesaler_id = $2 AND id = $3 \
        AND quantity > $1" }
    TAKE = { "UPDATE stock SET quantity = quantity - $1, reserved = reserved - $1, updated_at = $2 WHERE wholesaler_id = $3 \
        AND product_id = $4 AND size_id = $5 AND warehouse_id = $6 AND quantity >= $1 AND reserved >= $1" }
}

/// A warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warehouse {
    /// `stockId`.
    pub id: WarehouseId,
    /// Its name.
    pub name: String,
    /// Whether orders are served from it.
    pub sellable: bool,
    /// The lowest is asked first.
    pub position: i64,
}

/// Goods put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationRow {
    /// Its id.
    pub id: ReservationId,
    /// What.
    pub variant: VariantId,
    /// Where.
    pub warehouse: WarehouseId,
    /// How much.
    pub quantity: Quantity,
    /// For this order; `None` for one made by hand.
    pub order: Option<OrderSerial>,
    /// For this account.
    pub account: Option<AccountId>,
    /// Until when; `None` as long as the order needs it.
    pub expires_at: Option<Timestamp>,
    /// Remark.
    pub note: String,
    /// When it was made.
    pub created_at: Timestamp,
}

/// The stock of a size in a warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockRow {
    /// Which size.
    pub variant: VariantId,
    /// How much.
    pub level: StockLevel,
    /// Whether orders are served from there.
    pub sellable: bool,
    /// Place of the warehouse among the others.
    pub position: i64,
}

impl FromRow for Warehouse {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self { id: WarehouseId(row.get(0)?), name: row.get(1)?, sellable: row.get(2)?, position: row.get(3)? })
    }
}

impl FromRow for StockRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        Ok(Self {
            variant: variant(row.get(0)?, row.get(1)?),
            level: StockLevel {
                warehouse: WarehouseId(row.get(2)?),
                quantity: Quantity(row.get(3)?),
                reserved: Quantity(row.get(4)?),
            },
            sellable: row.get(5)?,
            position: row.get(6)?,
        })
    }
}

impl FromRow for ReservationRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let id: String = row.get(0)?;
        let bad = || DbError::Inconsistent { table: "reservations", column: "id", id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad())?,
            variant: variant(row.get(1)?, row.get(2)?),
            warehouse: WarehouseId(row.get(3)?),
            quantity: Quantity(row.get(4)?),
            order: row.get::<Option<i64>>(5)?.map(OrderSerial),
            account: row.get::<Option<i64>>(6)?.map(AccountId),
            expires_at: row.get::<Option<i64>>(7)?.map(Timestamp),
            note: row.get(8)?,
            created_at: Timestamp(row.get(9)?),
        })
    }
}

fn variant_rows(variants: &[VariantId]) -> Result<String, DbError> {
    let mut rows: Vec<_> = variants.iter().map(|v| (v.product.0, v.size.as_str())).collect();
    rows.sort_unstable();
    // Twice the same would count twice.
    rows.dedup();
    json(&rows)
}

fn miscounted(row: &ReservationRow) -> DbError {
    DbError::Inconsistent {
        table: "stock",
        column: "reserved",
        id: format!("{} in warehouse {}", row.variant, row.warehouse),
    }
}

impl Tx {
    /// Stores a warehouse, new or known.
    pub async fn put_warehouse(&mut self, wholesaler: WholesalerId, warehouse: &Warehouse) -> Result<(), DbError> {
        let values =
            params![wholesaler.get(), warehouse.id.0, warehouse.name.as_str(), warehouse.sellable, warehouse.position];
        self.execute(&PUT_WAREHOUSE, values).await.map(drop)
    }

    /// Warehouses in the order in which they are asked.
    pub async fn warehouses(&mut self, wholesaler: WholesalerId) -> Result<Vec<Warehouse>, DbError> {
        self.fetch_all(&WAREHOUSES, params![wholesaler.get()]).await
    }

    /// Stock of these sizes in every warehouse, by size and warehouse.
    pub async fn stock_levels(
        &mut self,
        wholesaler: WholesalerId,
        variants: &[VariantId],
    ) -> Result<Vec<StockRow>, DbError> {
        self.fetch_all(&LEVELS, params![variant_rows(variants)?, wholesaler.get()]).await
    }

    /// The same, with the rows locked for a change, and without the reservations whose time is over: those go.
    pub async fn lock_stock_levels(
        &mut self,
        wholesaler: WholesalerId,
        variants: &[VariantId],
        now: Timestamp,
    ) -> Result<Vec<StockRow>, DbError> {
        let list = variant_rows(variants)?;
        let mut rows: Vec<StockRow> = self.fetch_all(&LOCK_LEVELS, params![list.as_str(), wholesaler.get()]).await?;
        let expired: Vec<ReservationRow> = self.fetch_all(&EXPIRED, params![list, wholesaler.get(), now.0]).await?;
        for reservation in &expired {
            // Somebody else may have cleared it away meanwhile.
            if self.drop_reservation(wholesaler, reservation, now).await? {
                let held = |row: &&mut StockRow| {
                    row.variant == reservation.variant && row.level.warehouse == reservation.warehouse
                };
                if let Some(row) = rows.iter_mut().find(held) {
                    row.level.reserved = row.level.reserved.minus(reservation.quantity);
                }
            }
        }
        Ok(rows)
    }

    /// Makes empty stocks where there are none, so that they can be locked. In a fixed order, like every lock of stocks.
    pub async fn ensure_stock(
        &mut self,
        wholesaler: WholesalerId,
        places: &[(VariantId, WarehouseId)],
        now: Timestamp,
    ) -> Result<(), DbError> {
        let mut rows: Vec<_> = places.iter().map(|(v, w)| (v.product.0, v.size.as_str(), w.0)).collect();
        rows.sort_unstable();
        rows.dedup();
        self.execute(&ENSURE, params![wholesaler.get(), now.0, json(&rows)?]).await.map(drop)
    }

    /// Sizes of which a reservation's time is over.
    pub async fn variants_with_expired(
        &mut self,
        wholesaler: WholesalerId,
        now: Timestamp,
        limit: i64,
    ) -> Result<Vec<VariantId>, DbError> {
        let rows: Vec<SizeIdRow> = self.fetch_all(&EXPIRED_ANYWHERE, params![wholesaler.get(), now.0, limit]).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }

    /// Sets stocks; what is put aside stays. How many are different now. Each place at most once.
    pub async fn put_stocks(
        &mut self,
        wholesaler: WholesalerId,
        stocks: &[(&VariantId, WarehouseId, Quantity)],
        now: Timestamp,
    ) -> Result<u64, DbError> {
        if stocks.is_empty() {
            return Ok(0);
        }
        let mut rows: Vec<_> =
            stocks.iter().map(|(v, w, quantity)| (v.product.0, v.size.as_str(), w.0, quantity.0)).collect();
        rows.sort_unstable();
        self.execute(&PUT_STOCKS, params![wholesaler.get(), now.0, json(&rows)?]).await
    }

    /// Puts goods aside if there are enough; whether there were. Nobody else can get them afterwards, and nobody else got
    /// them before: the check and the change are one statement.
    pub async fn reserve_stock(
        &mut self,
        wholesaler: WholesalerId,
        row: &ReservationRow,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let (product, size) = (row.variant.product.0, row.variant.size.as_str());
        let values = params![row.quantity.0, now.0, wholesaler.get(), product, size, row.warehouse.0];
        if self.execute(&RESERVE, values).await? != 1 {
            return Ok(false);
        }
        let values = params![
            wholesaler.get(),
            row.id.to_string(),
            product,
            size,
            row.warehouse.0,
            row.quantity.0,
            row.order.map(|order| order.0),
            row.account.map(|account| account.0),
            row.expires_at.map(|at| at.0),
            row.note.as_str(),
            row.created_at.0
        ];
        self.execute(&INSERT_RESERVATION, values).await?;
        Ok(true)
    }

    /// One reservation.
    pub async fn reservation(
        &mut self,
        wholesaler: WholesalerId,
        id: ReservationId,
    ) -> Result<Option<ReservationRow>, DbError> {
        self.fetch_optional(&RESERVATION, params![wholesaler.get(), id.to_string()]).await
    }

    /// What is put aside for an order.
    pub async fn reservations_of_order(
        &mut self,
        wholesaler: WholesalerId,
        order: OrderSerial,
    ) -> Result<Vec<ReservationRow>, DbError> {
        self.fetch_all(&OF_ORDER, params![wholesaler.get(), order.0]).await
    }

    /// What is put aside of a size.
    pub async fn reservations_of_variant(
        &mut self,
        wholesaler: WholesalerId,
        variant: &VariantId,
    ) -> Result<Vec<ReservationRow>, DbError> {
        self.fetch_all(&OF_VARIANT, params![wholesaler.get(), variant.product.0, variant.size.as_str()]).await
    }

    /// Lets goods go that were put aside; `false` when somebody else already did.
    pub async fn drop_reservation(
        &mut self,
        wholesaler: WholesalerId,
        row: &ReservationRow,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        match self.end_reservation(&UNRESERVE, wholesaler, row, now).await? {
            None => Ok(false),
            Some(true) => Ok(true),
            Some(false) => Err(miscounted(row)),
        }
    }

    /// Lets a part of the goods go that were put aside; `false` when the reservation is gone or holds no more than that.
    pub async fn shrink_reservation(
        &mut self,
        wholesaler: WholesalerId,
        row: &ReservationRow,
        by: Quantity,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let values = params![by.0, wholesaler.get(), row.id.to_string()];
        if self.execute(&SHRINK_RESERVATION, values).await? != 1 {
            return Ok(false);
        }
        let (product, size) = (row.variant.product.0, row.variant.size.as_str());
        let values = params![by.0, now.0, wholesaler.get(), product, size, row.warehouse.0];
        if self.execute(&UNRESERVE, values).await? != 1 {
            return Err(miscounted(row));
        }
        Ok(true)
    }

    /// Takes goods out of the warehouse that were put aside; `false` when there are fewer than that, or when the reservation
    /// is gone. Then the operation must fail.
    pub async fn take_reserved(
        &mut self,
        wholesaler: WholesalerId,
        row: &ReservationRow,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.end_reservation(&TAKE, wholesaler, row, now).await?.unwrap_or(false))
    }

    /// Removes a reservation and changes its stock accordingly; whether the stock allowed it, `None` when the reservation was
    /// gone.
    async fn end_reservation(
        &mut self,
        change: &crate::sql::Statement,
        wholesaler: WholesalerId,
        row: &ReservationRow,
        now: Timestamp,
    ) -> Result<Option<bool>, DbError> {
        if self.execute(&DELETE_RESERVATION, params![wholesaler.get(), row.id.to_string()]).await? != 1 {
            return Ok(None);
        }
        let (product, size) = (row.variant.product.0, row.variant.size.as_str());
        let values = params![row.quantity.0, now.0, wholesaler.get(), product, size, row.warehouse.0];
        Ok(Some(self.execute(change, values).await? == 1))
    }
}
