//! Events that others are told of, written by the transaction that made them happen, and the keys that keep anybody from
//! being told twice.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::EventId;
use crossdock_domain::webhook::{Owner, WebhookEvent};

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(EventColumns, event, "outbox_events": owner, id, kind, account, address, payload, at);

statements! {
    INSERT = { "INSERT INTO outbox_events (owner, id, kind, account, address, payload, at) VALUES ($1, $2, $3, $4, $5, $6, $7)" }
    ONE = { "SELECT ", event!(), " FROM outbox_events WHERE owner = $1 AND id = $2" }
    CLAIM_KEY = { "INSERT INTO outbox_keys (owner, kind, key, event_id) VALUES ($1, $2, $3, $4) \
                   ON CONFLICT (owner, kind, key) DO NOTHING" }
    RELEASE_KEY = { "DELETE FROM outbox_keys WHERE owner = $1 AND kind = $2 AND key = $3" }
    OLD_ATTEMPTS = { "DELETE FROM webhook_attempts WHERE (owner, delivery_id) IN (SELECT d.owner, d.id FROM outbox_events e \
                      JOIN webhook_deliveries d ON d.owner = e.owner AND d.event_id = e.id WHERE e.at < $1)" }
    OLD_DELIVERIES = { "DELETE FROM webhook_deliveries WHERE (owner, event_id) IN \
                        (SELECT owner, id FROM outbox_events WHERE at < $1)" }
    OLD_EVENTS = { "DELETE FROM outbox_events WHERE at < $1" }
}

/// Something that happened.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EventRow {
    /// Whose.
    pub owner: Owner,
    /// Its id; receivers see it.
    pub id: EventId,
    /// What happened.
    pub kind: WebhookEvent,
    /// The account that it concerns.
    pub account: Option<String>,
    /// One more receiver, that the cause brought along.
    pub address: Option<String>,
    /// What is told, a JSON object.
    pub payload: String,
    /// When it happened.
    pub at: Timestamp,
}

impl FromRow for EventRow {
    type Columns = EventColumns;

    fn from_row(row: &Row<'_>, at: &EventColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "outbox_events", column, id: id.clone() };
        Ok(Self {
            owner: row.text(at.owner)?.parse().map_err(|_| bad("owner"))?,
            id: id.parse().map_err(|_| bad("id"))?,
            kind: row.text(at.kind)?.parse().map_err(|_| bad("kind"))?,
            account: row.get(at.account)?,
            address: row.get(at.address)?,
            payload: row.get(at.payload)?,
            at: Timestamp(row.get(at.at)?),
        })
    }
}

impl Tx {
    /// Writes an event beside its cause.
    pub async fn insert_event(&mut self, event: &EventRow) -> Result<(), DbError> {
        let values = params![
            event.owner.to_string(),
            event.id.to_string(),
            event.kind.code(),
            event.account.as_deref(),
            event.address.as_deref(),
            event.payload.as_str(),
            event.at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// One event of an owner.
    pub async fn event(&mut self, owner: Owner, id: EventId) -> Result<Option<EventRow>, DbError> {
        self.fetch_optional(&ONE, params![owner.to_string(), id.to_string()]).await
    }

    /// Takes a key for an event of this kind; `false` when somebody was told under it before.
    pub async fn claim_event_key(
        &mut self,
        owner: Owner,
        kind: WebhookEvent,
        key: &str,
        event: EventId,
    ) -> Result<bool, DbError> {
        let values = params![owner.to_string(), kind.code(), key, event.to_string()];
        Ok(self.execute(&CLAIM_KEY, values).await? == 1)
    }

    /// Makes a key free again: what was told under it has been taken back.
    pub async fn release_event_key(&mut self, owner: Owner, kind: WebhookEvent, key: &str) -> Result<(), DbError> {
        self.execute(&RELEASE_KEY, params![owner.to_string(), kind.code(), key]).await.map(drop)
    }

    /// Forgets events before `before` with their deliveries and log; how many rows. Their keys stay.
    pub async fn delete_old_events(&mut self, before: Timestamp) -> Result<u64, DbError> {
        let mut rows = 0;
        for statement in [&OLD_ATTEMPTS, &OLD_DELIVERIES, &OLD_EVENTS] {
            rows += self.execute(statement, params![before.0]).await?;
        }
        Ok(rows)
    }
}
