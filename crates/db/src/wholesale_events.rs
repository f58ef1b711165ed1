//! Events of supply orders, as they were recorded.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, EventId, EventKind, EventPayload, OrderSerial, WholesalerId};

use crate::error::DbError;
use crate::sql::statements;
use crate::tx::{FromRow, Tx};
use crate::value::{Row, params};

statements! {
    INSERT = { "INSERT INTO wholesale_events (wholesaler_id, id, kind, account_id, order_serial, payload, at, seq) \
                SELECT CAST($1 AS BIGINT), $2, $3, CAST($4 AS BIGINT), CAST($5 AS BIGINT), $6, CAST($7 AS BIGINT), \
                COALESCE(MAX(seq), 0) + 1 FROM wholesale_events WHERE wholesaler_id = $1 AND order_serial = $5" }
    OF_ORDER = { "SELECT wholesaler_id, id, kind, account_id, order_serial, payload, at FROM wholesale_events \
                  WHERE wholesaler_id = $1 AND order_serial = $2 ORDER BY seq" }
    ONE = { "SELECT wholesaler_id, id, kind, account_id, order_serial, payload, at FROM wholesale_events \
             WHERE wholesaler_id = $1 AND id = $2" }
}

/// A recorded event.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Its id; receivers see it.
    pub id: EventId,
    /// What happened.
    pub kind: EventKind,
    /// Whose order it is.
    pub account: AccountId,
    /// Which order.
    pub order: OrderSerial,
    /// Everything about it.
    pub payload: EventPayload,
    /// When.
    pub at: Timestamp,
}

impl FromRow for EventRow {
    fn from_row(row: &Row<'_>) -> Result<Self, DbError> {
        let id: String = row.get(1)?;
        let bad = |column| DbError::Inconsistent { table: "wholesale_events", column, id: id.clone() };
        Ok(Self {
            wholesaler: WholesalerId::new(row.get(0)?).ok_or_else(|| bad("wholesaler_id"))?,
            id: id.parse().map_err(|_| bad("id"))?,
            kind: EventKind::from_code(row.text(2)?).ok_or_else(|| bad("kind"))?,
            account: AccountId(row.get(3)?),
            order: OrderSerial(row.get(4)?),
            payload: serde_json::from_str(row.text(5)?).map_err(|_| bad("payload"))?,
            at: Timestamp(row.get(6)?),
        })
    }
}

impl Tx {
    /// Stores an event behind the others of its order, whose row must be locked or new. [`DbError::Conflict`] when its id is
    /// taken.
    pub async fn insert_wholesale_event(&mut self, event: &EventRow) -> Result<(), DbError> {
        let payload = serde_json::to_string(&event.payload).map_err(|error| DbError::other(error.to_string()))?;
        let values = params![
            event.wholesaler.get(),
            event.id.to_string(),
            event.kind.code(),
            event.account.0,
            event.order.0,
            payload,
            event.at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// Events of an order, oldest first.
    pub async fn wholesale_events_of_order(
        &mut self,
        wholesaler: WholesalerId,
        order: OrderSerial,
    ) -> Result<Vec<EventRow>, DbError> {
        self.fetch_all(&OF_ORDER, params![wholesaler.get(), order.0]).await
    }

    /// One event.
    pub async fn wholesale_event(
        &mut self,
        wholesaler: WholesalerId,
        id: EventId,
    ) -> Result<Option<EventRow>, DbError> {
        self.fetch_optional(&ONE, params![wholesaler.get(), id.to_string()]).await
    }
}
