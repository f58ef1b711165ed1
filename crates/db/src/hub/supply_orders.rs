//! Supply orders: stored, changed, listed. Their history and parcels are in `supply_orders/`.

#[macro_use]
mod row;
mod history;
mod list;
mod parcels;
mod statements;
mod terms;

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, OrderSerial, SupplyOrder, SupplyParcel, SupplyStatus, WholesalerId};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::tx::Tx;
use crate::value::{Row, params};

pub use list::{DateKind, SupplyFilter};
use row::OrderRow;
use statements::{
    BY_EXTERNAL_ID, INSERT, LOCK, ONE, PLACED_AT, SET_DELIVERY, SET_DOCUMENT, SET_NOTE, SET_REFUSED, SET_STATUS, TOUCH,
};
pub use terms::SupplyTerm;

/// Every statement about supply orders.
pub(crate) const ALL: [&[&crate::sql::Statement]; 5] =
    [statements::ALL, history::ALL, list::ALL, parcels::ALL, terms::ALL];

columns!(KnownColumns, "supply_orders": serial, content_hash);

struct Known(OrderSerial, String);

impl FromRow for Known {
    type Columns = KnownColumns;

    fn from_row(row: &Row<'_>, at: &KnownColumns) -> Result<Self, DbError> {
        Ok(Self(OrderSerial(row.get(at.serial)?), row.get(at.content_hash)?))
    }
}

impl Tx {
    /// Stores an order, its number taken in the same transaction. [`DbError::Conflict`] when the account has used its
    /// external id. Parcels are added apart.
    pub async fn insert_supply_order(&mut self, order: &SupplyOrder, content_hash: &str) -> Result<(), DbError> {
        let values = params![
            order.wholesaler.get(),
            order.serial.0,
            order.account.0,
            order.external_id.as_deref(),
            content_hash,
            order.status.code(),
            order.placed_at.0,
            order.changed_at.0,
            order.dispatched_at.map(|at| at.0),
            order.cancel_refused,
            order.note.as_str(),
            json(&order.delivery)?,
            json(&order.document)?
        ];
        self.execute(&INSERT, values).await?;
        self.add_supply_terms(order).await
    }

    /// One order with its parcels.
    pub async fn supply_order(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
    ) -> Result<Option<SupplyOrder>, DbError> {
        let row: Option<OrderRow> = self.fetch_optional(&ONE, params![wholesaler.get(), serial.0]).await?;
        self.with_parcels(row).await
    }

    /// When one was placed.
    pub async fn supply_order_placed_at(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
    ) -> Result<Option<Timestamp>, DbError> {
        let placed_at: Option<i64> = self.fetch_optional(&PLACED_AT, params![wholesaler.get(), serial.0]).await?;
        Ok(placed_at.map(Timestamp))
    }

    /// The same, with its row locked for a change.
    pub async fn lock_supply_order(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
    ) -> Result<Option<SupplyOrder>, DbError> {
        let row: Option<OrderRow> = self.fetch_optional(&LOCK, params![wholesaler.get(), serial.0]).await?;
        self.with_parcels(row).await
    }

    async fn with_parcels(&mut self, row: Option<OrderRow>) -> Result<Option<SupplyOrder>, DbError> {
        let Some(OrderRow(mut order)) = row else { return Ok(None) };
        let parcels: Vec<(OrderSerial, SupplyParcel)> =
            self.supply_parcels_of(order.wholesaler, &[order.serial]).await?;
        order.parcels = parcels.into_iter().map(|(_, parcel)| parcel).collect();
        Ok(Some(order))
    }

    /// Number and content hash of the order that an account placed under an external id.
    pub async fn supply_order_of_external_id(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        external_id: &str,
    ) -> Result<Option<(OrderSerial, String)>, DbError> {
        let known: Option<Known> =
            self.fetch_optional(&BY_EXTERNAL_ID, params![wholesaler.get(), account.0, external_id]).await?;
        Ok(known.map(|known| (known.0, known.1)))
    }

    /// Moves an order from the status it was seen in; `false` when it is no longer there.
    pub async fn move_supply_order(
        &mut self,
        order: &SupplyOrder,
        to: SupplyStatus,
        dispatched_at: Option<Timestamp>,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let values = params![
            to.code(),
            now.0,
            dispatched_at.map(|at| at.0),
            order.wholesaler.get(),
            order.serial.0,
            order.status.code()
        ];
        Ok(self.execute(&SET_STATUS, values).await? == 1)
    }

    /// Remembers that cancelling came too late; whether the order exists.
    pub async fn refuse_cancelling(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&SET_REFUSED, params![now.0, wholesaler.get(), serial.0]).await? == 1)
    }

    /// Replaces how and where an order is delivered; whether the order exists.
    pub async fn set_supply_delivery(&mut self, order: &SupplyOrder, now: Timestamp) -> Result<bool, DbError> {
        let (wholesaler, serial) = (order.wholesaler, order.serial);
        let values = params![json(&order.delivery)?, now.0, wholesaler.get(), serial.0];
        if self.execute(&SET_DELIVERY, values).await? != 1 {
            return Ok(false);
        }
        self.put_supply_terms(order).await?;
        Ok(true)
    }

    /// Replaces what was ordered; `false` when the order is no longer in the status it was seen in.
    pub async fn set_supply_document(&mut self, order: &SupplyOrder, now: Timestamp) -> Result<bool, DbError> {
        let (wholesaler, serial) = (order.wholesaler, order.serial);
        let values = params![json(&order.document)?, now.0, wholesaler.get(), serial.0, order.status.code()];
        if self.execute(&SET_DOCUMENT, values).await? != 1 {
            return Ok(false);
        }
        self.put_supply_terms(order).await?;
        Ok(true)
    }

    /// Replaces the remark of staff; whether the order exists.
    pub async fn set_supply_note(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        note: &str,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&SET_NOTE, params![note, now.0, wholesaler.get(), serial.0]).await? == 1)
    }

    /// Notes that something of an order changed.
    pub async fn touch_supply_order(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        now: Timestamp,
    ) -> Result<(), DbError> {
        self.execute(&TOUCH, params![now.0, wholesaler.get(), serial.0]).await.map(drop)
    }
}
