//! Warehouses, stock and reservations. `stock.reserved` is the sum of the reservations: every method here that touches one
//! touches both.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::stock::StockLevel;
use crossdock_domain::wholesale::{
    AccountId, OrderSerial, Quantity, ReservationId, VariantId, WarehouseId, WholesalerId,
};

use crate::error::DbError;
use crate::json::json_rows;
use crate::products::{SizeIdRow, variant};
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(WarehouseColumns, warehouse, "warehouses": id, name, sellable, position);
columns!(StockColumns, "stock": product_id, size_id, warehouse_id, quantity, reserved, sellable, position);
columns!(ReservationColumns, reservation, "reservations":
    id, product_id, size_id, warehouse_id, quantity, order_serial, account_id, expires_at, note, created_at);

/// Stock of the sizes in the list $1 in every warehouse of wholesaler $2, sorted.
macro_rules! levels {
    (sqlite) => {
        levels!(
            "json_each($1) v CROSS JOIN stock k ON k.wholesaler_id = $2 AND k.product_id = v.value ->> 0 \
             AND k.size_id = v.value ->> 1"
        )
    };
    (postgres) => {
        levels!(
            "jsonb_array_elements($1::jsonb) AS v JOIN stock k ON k.wholesaler_id = $2 \
             AND k.product_id = (v ->> 0)::bigint AND k.size_id = v ->> 1"
        )
    };
    ($stock:literal) => {
        concat!(
            "SELECT k.product_id, k.size_id, k.warehouse_id, k.quantity, k.reserved, w.sellable, w.position FROM ",
            $stock,
            " JOIN warehouses w ON w.wholesaler_id = $2 AND w.id = k.warehouse_id \
             ORDER BY k.product_id, k.size_id, k.warehouse_id"
        )
    };
}

/// Inserts the stocks in the list $3, each with this quantity and nothing reserved; what to do with those that are there
/// follows.
macro_rules! insert_stocks {
    (sqlite $quantity:literal) => {
        insert_stocks!("$1, value ->> 0, value ->> 1, value ->> 2, ", $quantity, ", 0, $2 FROM json_each($3) WHERE true")
    };
    (postgres $quantity:literal) => {
        insert_stocks!(
            "CAST($1 AS BIGINT), (r ->> 0)::bigint, r ->> 1, (r ->> 2)::bigint, ",
            $quantity,
            ", 0, CAST($2 AS BIGINT) FROM jsonb_array_elements($3::jsonb) AS r"
        )
    };
    ($($rows:literal),+) => {
        concat!(
            "INSERT INTO stock (wholesaler_id, product_id, size_id, warehouse_id, quantity, reserved, updated_at) SELECT ",
            $($rows,)+
            " ON CONFLICT (wholesaler_id, product_id, size_id, warehouse_id) DO "
        )
    };
}

macro_rules! set_quantity {
    () => {
        "UPDATE SET quantity = excluded.quantity, updated_at = excluded.updated_at \
         WHERE stock.quantity <> excluded.quantity"
    };
}

/// The end of an update of one stock.
macro_rules! of_place {
    () => {
        "updated_at = $2 WHERE wholesaler_id = $3 AND product_id = $4 AND size_id = $5 AND warehouse_id = $6"
    };
}

statements! {
    PUT_WAREHOUSE = { "INSERT INTO warehouses (wholesaler_id, id, name, sellable, position) VALUES ($1, $2, $3, $4, $5) \
        ON CONFLICT (wholesaler_id, id) DO UPDATE SET name = excluded.name, sellable = excluded.sellable, \
        position = excluded.position" }
    WAREHOUSES = { "SELECT ", warehouse!(), " FROM warehouses WHERE wholesaler_id = $1 ORDER BY position, id" }
    LEVELS = { sqlite levels!(sqlite), postgres levels!(postgres) }
    // Locked in the order of the list: two that want the same goods wait for each other instead of in a circle.
    LOCK_LEVELS = { sqlite levels!(sqlite), postgres concat!(levels!(postgres), " FOR UPDATE OF k") }
    ENSURE = {
        sqlite concat!(insert_stocks!(sqlite "0"), "NOTHING"),
        postgres concat!(insert_stocks!(postgres "0"), "NOTHING")
    }
    EXPIRED_ANYWHERE = { "SELECT DISTINCT product_id, size_id FROM reservations WHERE wholesaler_id = $1 \
        AND expires_at <= $2 ORDER BY product_id, size_id LIMIT $3" }
    // Sorted rows, so that two that set the same stocks wait for each other instead of in a circle. A stock that is already
    // as it should be is no change, for the feeds among others.
    PUT_STOCKS = {
        sqlite concat!(insert_stocks!(sqlite "value ->> 3"), set_quantity!()),
        postgres concat!(insert_stocks!(postgres "(r ->> 3)::bigint"), set_quantity!())
    }
    RESERVE = { "UPDATE stock SET reserved = reserved + $1, ", of_place!(), " AND quantity - reserved >= $1" }
    INSERT_RESERVATION = { "INSERT INTO reservations (wholesaler_id, id, product_id, size_id, warehouse_id, quantity, \
        order_serial, account_id, expires_at, note, created_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11)" }
    RESERVATION = { "SELECT ", reservation!(), " FROM reservations WHERE wholesaler_id = $1 AND id = $2" }
    OF_ORDER = { "SELECT ", reservation!(), " FROM reservations WHERE wholesaler_id = $1 AND order_serial = $2 \
        ORDER BY product_id, size_id, warehouse_id, id" }
    OF_VARIANT = { "SELECT ", reservation!(), " FROM reservations WHERE wholesaler_id = $1 AND product_id = $2 \
        AND size_id = $3 ORDER BY warehouse_id, id" }
    EXPIRED = {
        sqlite concat!("SELECT ", reservation!("e"), " FROM json_each($1) v CROSS JOIN reservations e ON e.wholesaler_id = $2 \
            AND e.product_id = v.value ->> 0 AND e.size_id = v.value ->> 1 AND e.expires_at <= $3 \
            ORDER BY e.product_id, e.size_id, e.warehouse_id, e.id"),
        postgres concat!("SELECT ", reservation!("e"), " FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN reservations e ON e.wholesaler_id = $2 AND e.product_id = (v ->> 0)::bigint AND e.size_id = v ->> 1 \
            AND e.expires_at <= $3 ORDER BY e.product_id, e.size_id, e.warehouse_id, e.id")
    }
    DELETE_RESERVATION = { "DELETE FROM reservations WHERE wholesaler_id = $1 AND id = $2" }
    UNRESERVE = { "UPDATE stock SET reserved = reserved - $1, ", of_place!(), " AND reserved >= $1" }
    SHRINK_RESERVATION = { "UPDATE reservations SET quantity = quantity - $1 WHERE wholesaler_id = $2 AND id = $3 \
        AND quantity > $1" }
    TAKE = { "UPDATE stock SET quantity = quantity - $1, reserved = reserved - $1, ", of_place!(),
        " AND quantity >= $1 AND reserved >= $1" }
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
    type Columns = WarehouseColumns;

    fn from_row(row: &Row<'_>, at: &WarehouseColumns) -> Result<Self, DbError> {
        Ok(Self {
            id: WarehouseId(row.get(at.id)?),
            name: row.get(at.name)?,
            sellable: row.get(at.sellable)?,
            position: row.get(at.position)?,
        })
    }
}

impl FromRow for StockRow {
    type Columns = StockColumns;

    fn from_row(row: &Row<'_>, at: &StockColumns) -> Result<Self, DbError> {
        Ok(Self {
            variant: variant(row.get(at.product_id)?, row.get(at.size_id)?),
            level: StockLevel {
                warehouse: WarehouseId(row.get(at.warehouse_id)?),
                quantity: Quantity(row.get(at.quantity)?),
                reserved: Quantity(row.get(at.reserved)?),
            },
            sellable: row.get(at.sellable)?,
            position: row.get(at.position)?,
        })
    }
}

impl FromRow for ReservationRow {
    type Columns = ReservationColumns;

    fn from_row(row: &Row<'_>, at: &ReservationColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = || DbError::Inconsistent { table: "reservations", column: "id", id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad())?,
            variant: variant(row.get(at.product_id)?, row.get(at.size_id)?),
            warehouse: WarehouseId(row.get(at.warehouse_id)?),
            quantity: Quantity(row.get(at.quantity)?),
            order: row.get::<Option<i64>>(at.order_serial)?.map(OrderSerial),
            account: row.get::<Option<i64>>(at.account_id)?.map(AccountId),
            expires_at: row.get::<Option<i64>>(at.expires_at)?.map(Timestamp),
            note: row.get(at.note)?,
            created_at: Timestamp(row.get(at.created_at)?),
        })
    }
}

fn variant_rows(variants: &[VariantId]) -> Result<String, DbError> {
    let mut rows: Vec<_> = variants.iter().map(|v| (v.product.0, v.size.as_str())).collect();
    rows.sort_unstable();
    // Twice the same would count twice.
    rows.dedup();
    json_rows(&rows)
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
        self.execute(&ENSURE, params![wholesaler.get(), now.0, json_rows(&rows)?]).await.map(drop)
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
        self.execute(&PUT_STOCKS, params![wholesaler.get(), now.0, json_rows(&rows)?]).await
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
