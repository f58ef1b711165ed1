//! Parcels of supply orders.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{CourierId, OrderSerial, ParcelId, SupplyParcel, WholesalerId};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(ParcelColumns, parcel, "supply_parcels":
    serial, id, courier_id, courier_name, package_number, shipping_number, tracking_template, weight_grams,
    added_at);

statements! {
    INSERT = { "INSERT INTO supply_parcels (wholesaler_id, serial, id, courier_id, courier_name, package_number, \
        shipping_number, tracking_template, weight_grams, added_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)" }
    UPDATE = { "UPDATE supply_parcels SET courier_id = $1, courier_name = $2, package_number = $3, shipping_number = $4, \
        tracking_template = $5, weight_grams = $6 WHERE wholesaler_id = $7 AND serial = $8 AND id = $9" }
    DELETE_ONE = { "DELETE FROM supply_parcels WHERE wholesaler_id = $1 AND serial = $2 AND id = $3" }
    OF_ORDERS = {
        sqlite concat!("SELECT ", parcel!("p"), " FROM json_each($1) v \
            CROSS JOIN supply_parcels p ON p.wholesaler_id = $2 AND p.serial = v.value ->> 0 ORDER BY p.serial, p.id"),
        postgres concat!("SELECT ", parcel!("p"), " FROM jsonb_array_elements($1::jsonb) AS v \
            JOIN supply_parcels p ON p.wholesaler_id = $2 AND p.serial = (v ->> 0)::bigint ORDER BY p.serial, p.id")
    }
    ORDERS_WITH_NUMBER = { "SELECT serial FROM supply_parcels WHERE wholesaler_id = $1 AND shipping_number = $2 \
        UNION SELECT serial FROM supply_parcels WHERE wholesaler_id = $1 AND package_number = $2" }
    ORDER_OF_PARCEL = { "SELECT serial FROM supply_parcels WHERE wholesaler_id = $1 AND id = $2" }
}

struct ParcelRow(OrderSerial, SupplyParcel);

impl FromRow for ParcelRow {
    type Columns = ParcelColumns;

    fn from_row(row: &Row<'_>, at: &ParcelColumns) -> Result<Self, DbError> {
        let parcel = SupplyParcel {
            id: ParcelId(row.get(at.id)?),
            courier: CourierId(row.get(at.courier_id)?),
            courier_name: row.get(at.courier_name)?,
            package_number: row.get(at.package_number)?,
            shipping_number: row.get(at.shipping_number)?,
            tracking_template: row.get(at.tracking_template)?,
            weight_grams: row.get(at.weight_grams)?,
            added_at: Timestamp(row.get(at.added_at)?),
        };
        Ok(Self(OrderSerial(row.get(at.serial)?), parcel))
    }
}

impl Tx {
    /// Adds a parcel, its number taken in the same transaction.
    pub async fn insert_supply_parcel(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        parcel: &SupplyParcel,
    ) -> Result<(), DbError> {
        let values = params![
            wholesaler.get(),
            serial.0,
            parcel.id.0,
            parcel.courier.0,
            parcel.courier_name.as_str(),
            parcel.package_number.as_str(),
            parcel.shipping_number.as_str(),
            parcel.tracking_template.as_str(),
            parcel.weight_grams,
            parcel.added_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// Replaces everything of a parcel but its number and moment; whether it was there.
    pub async fn update_supply_parcel(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        parcel: &SupplyParcel,
    ) -> Result<bool, DbError> {
        let values = params![
            parcel.courier.0,
            parcel.courier_name.as_str(),
            parcel.package_number.as_str(),
            parcel.shipping_number.as_str(),
            parcel.tracking_template.as_str(),
            parcel.weight_grams,
            wholesaler.get(),
            serial.0,
            parcel.id.0
        ];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }

    /// Takes a parcel off an order; whether it was there.
    pub async fn delete_supply_parcel(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        parcel: ParcelId,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&DELETE_ONE, params![wholesaler.get(), serial.0, parcel.0]).await? == 1)
    }

    /// Parcels of these orders, by order and number.
    pub async fn supply_parcels_of(
        &mut self,
        wholesaler: WholesalerId,
        orders: &[OrderSerial],
    ) -> Result<Vec<(OrderSerial, SupplyParcel)>, DbError> {
        let list = json(&orders.iter().map(|order| [order.0]).collect::<Vec<_>>())?;
        let rows: Vec<ParcelRow> = self.fetch_all(&OF_ORDERS, params![list, wholesaler.get()]).await?;
        Ok(rows.into_iter().map(|row| (row.0, row.1)).collect())
    }

    /// Orders that have a parcel or consignment of this number.
    pub async fn supply_orders_with_number(
        &mut self,
        wholesaler: WholesalerId,
        number: &str,
    ) -> Result<Vec<OrderSerial>, DbError> {
        let rows: Vec<i64> = self.fetch_all(&ORDERS_WITH_NUMBER, params![wholesaler.get(), number]).await?;
        Ok(rows.into_iter().map(OrderSerial).collect())
    }

    /// The order of a parcel.
    pub async fn order_of_parcel(
        &mut self,
        wholesaler: WholesalerId,
        parcel: ParcelId,
    ) -> Result<Option<OrderSerial>, DbError> {
        let serial: Option<i64> = self.fetch_optional(&ORDER_OF_PARCEL, params![wholesaler.get(), parcel.0]).await?;
        Ok(serial.map(OrderSerial))
    }
}
