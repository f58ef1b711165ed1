//! A supply order as it is read, parcels apart.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, OrderSerial, SupplyOrder, SupplyStatus, WholesalerId};

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::value::Row;

columns!(OrderColumns, supply_order, "supply_orders":
    wholesaler_id, serial, account_id, external_id, status, placed_at, changed_at, dispatched_at,
    cancel_refused, note, delivery, document);

pub(super) struct OrderRow(pub(super) SupplyOrder);

impl FromRow for OrderRow {
    type Columns = OrderColumns;

    fn from_row(row: &Row<'_>, at: &OrderColumns) -> Result<Self, DbError> {
        let (wholesaler, serial): (i64, i64) = (row.get(at.wholesaler_id)?, row.get(at.serial)?);
        let bad =
            |column| DbError::Inconsistent { table: "supply_orders", column, id: format!("{wholesaler}-{serial}") };
        Ok(Self(SupplyOrder {
            wholesaler: WholesalerId::new(wholesaler).ok_or_else(|| bad("wholesaler_id"))?,
            serial: OrderSerial(serial),
            account: AccountId(row.get(at.account_id)?),
            external_id: row.get(at.external_id)?,
            status: SupplyStatus::from_code(row.text(at.status)?).ok_or_else(|| bad("status"))?,
            placed_at: Timestamp(row.get(at.placed_at)?),
            changed_at: Timestamp(row.get(at.changed_at)?),
            dispatched_at: row.get::<Option<i64>>(at.dispatched_at)?.map(Timestamp),
            cancel_refused: row.get(at.cancel_refused)?,
            note: row.get(at.note)?,
            delivery: serde_json::from_str(row.text(at.delivery)?).map_err(|_| bad("delivery"))?,
            document: serde_json::from_str(row.text(at.document)?).map_err(|_| bad("document"))?,
            parcels: Vec::new(),
        }))
    }
}
