//! What happened to supply orders.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{OrderSerial, SupplyHistoryEntry, WholesalerId};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(EntryColumns, entry, "supply_order_history": at, actor, event);

statements! {
    ADD = { "INSERT INTO supply_order_history (wholesaler_id, serial, seq, at, actor, event) \
             SELECT CAST($1 AS BIGINT), CAST($2 AS BIGINT), COALESCE(MAX(seq), 0) + 1, CAST($3 AS BIGINT), $4, $5 \
             FROM supply_order_history WHERE wholesaler_id = $1 AND serial = $2" }
    OF_ORDER = { "SELECT ", entry!(), " FROM supply_order_history WHERE wholesaler_id = $1 AND serial = $2 ORDER BY seq" }
}

struct EntryRow(SupplyHistoryEntry);

impl FromRow for EntryRow {
    type Columns = EntryColumns;

    fn from_row(row: &Row<'_>, at: &EntryColumns) -> Result<Self, DbError> {
        let moment: i64 = row.get(at.at)?;
        let bad = |column| DbError::Inconsistent { table: "supply_order_history", column, id: moment.to_string() };
        Ok(Self(SupplyHistoryEntry {
            at: Timestamp(moment),
            actor: serde_json::from_str(row.text(at.actor)?).map_err(|_| bad("actor"))?,
            event: serde_json::from_str(row.text(at.event)?).map_err(|_| bad("event"))?,
        }))
    }
}

impl Tx {
    /// Adds a line to an order's history. Two at once need the order's row locked.
    pub async fn add_supply_history(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
        entry: &SupplyHistoryEntry,
    ) -> Result<(), DbError> {
        let values = params![wholesaler.get(), serial.0, entry.at.0, json(&entry.actor)?, json(&entry.event)?];
        self.execute(&ADD, values).await.map(drop)
    }

    /// Everything that happened to an order, oldest first.
    pub async fn supply_history(
        &mut self,
        wholesaler: WholesalerId,
        serial: OrderSerial,
    ) -> Result<Vec<SupplyHistoryEntry>, DbError> {
        let rows: Vec<EntryRow> = self.fetch_all(&OF_ORDER, params![wholesaler.get(), serial.0]).await?;
        Ok(rows.into_iter().map(|row| row.0).collect())
    }
}
