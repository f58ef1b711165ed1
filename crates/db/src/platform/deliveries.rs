//! Events on their way to endpoints, and the log of every try.

use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::{DeliveryId, EndpointId, EventId};
use crossdock_domain::webhook::{DeliveryState, Owner, WebhookEvent};

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(DeliveryColumns, "webhook_deliveries":
    owner, id, event_id, endpoint_id, state, attempts, attempts_before, next_at, created_at, kind);
columns!(AttemptColumns, attempt, "webhook_attempts": number, at, took, status, error, answer);

/// The columns of a delivery `d` with the kind of its event, and where they come from.
macro_rules! delivery {
    () => {
        "d.owner, d.id, d.event_id, d.endpoint_id, d.state, d.attempts, d.attempts_before, d.next_at, d.created_at, e.kind \
         FROM webhook_deliveries d JOIN outbox_events e ON e.owner = d.owner AND e.id = d.event_id"
    };
}

statements! {
    INSERT = { "INSERT INTO webhook_deliveries (owner, id, event_id, endpoint_id, state, attempts, attempts_before, next_at, \
                created_at, updated_at) VALUES ($1, $2, $3, $4, 'waiting', 0, 0, $5, $6, $7) \
                ON CONFLICT (owner, event_id, endpoint_id) DO NOTHING" }
    ONE = { "SELECT ", delivery!(), " WHERE d.owner = $1 AND d.id = $2" }
    NEWEST_OF_OWNER = { "SELECT ", delivery!(), " WHERE d.owner = $1 ORDER BY d.id DESC LIMIT $2" }
    NEWEST_OF_ENDPOINT = { "SELECT ", delivery!(), " WHERE d.owner = $1 AND d.endpoint_id = $2 \
        ORDER BY d.id DESC LIMIT $3" }
    RECORD = { "UPDATE webhook_deliveries SET state = $1, attempts = $2, next_at = $3, updated_at = $4 \
                WHERE owner = $5 AND id = $6 AND state = 'waiting' AND attempts = $7" }
    AGAIN = { "UPDATE webhook_deliveries SET state = 'waiting', attempts_before = attempts, next_at = $1, updated_at = $2 \
               WHERE owner = $3 AND id = $4 AND attempts = $5" }
    INSERT_ATTEMPT = { "INSERT INTO webhook_attempts (owner, delivery_id, number, at, took, status, error, answer) \
                        VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" }
    ATTEMPTS = { "SELECT ", attempt!(), " FROM webhook_attempts WHERE owner = $1 AND delivery_id = $2 \
        ORDER BY number" }
}

/// One event on its way to one endpoint.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct DeliveryRow {
    /// Whose.
    pub owner: Owner,
    /// Its id.
    pub id: DeliveryId,
    /// What is told.
    pub event: EventId,
    /// Where to.
    pub endpoint: EndpointId,
    /// Where it stands.
    pub state: DeliveryState,
    /// Tries so far, all of them.
    pub attempts: i64,
    /// Those before it was sent again; the schedule counts from there.
    pub attempts_before: i64,
    /// When it is tried next; `None` when it is over.
    pub next_at: Option<Timestamp>,
    /// When it was written.
    pub created_at: Timestamp,
    /// What happened.
    pub kind: WebhookEvent,
}

impl FromRow for DeliveryRow {
    type Columns = DeliveryColumns;

    fn from_row(row: &Row<'_>, at: &DeliveryColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "webhook_deliveries", column, id: id.clone() };
        Ok(Self {
            owner: row.text(at.owner)?.parse().map_err(|_| bad("owner"))?,
            id: id.parse().map_err(|_| bad("id"))?,
            event: row.text(at.event_id)?.parse().map_err(|_| bad("event_id"))?,
            endpoint: row.text(at.endpoint_id)?.parse().map_err(|_| bad("endpoint_id"))?,
            state: row.text(at.state)?.parse().map_err(|_| bad("state"))?,
            attempts: row.get(at.attempts)?,
            attempts_before: row.get(at.attempts_before)?,
            next_at: row.get::<Option<i64>>(at.next_at)?.map(Timestamp),
            created_at: Timestamp(row.get(at.created_at)?),
            kind: row.text(at.kind)?.parse().map_err(|_| bad("kind"))?,
        })
    }
}

/// One try.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttemptLog {
    /// Counted from 1.
    pub number: i64,
    /// When it began.
    pub at: Timestamp,
    /// How long it took.
    pub took: Span,
    /// What the receiver said.
    pub status: Option<u16>,
    /// What went wrong.
    pub error: Option<String>,
    /// Beginning of the receiver's body.
    pub answer: Option<String>,
}

impl FromRow for AttemptLog {
    type Columns = AttemptColumns;

    fn from_row(row: &Row<'_>, at: &AttemptColumns) -> Result<Self, DbError> {
        Ok(Self {
            number: row.get(at.number)?,
            at: Timestamp(row.get(at.at)?),
            took: Span(row.get(at.took)?),
            status: row.get::<Option<i64>>(at.status)?.and_then(|status| u16::try_from(status).ok()),
            error: row.get(at.error)?,
            answer: row.get(at.answer)?,
        })
    }
}

impl Tx {
    /// Puts an event on its way to an endpoint; `false` when it is already.
    pub async fn insert_delivery(&mut self, delivery: &DeliveryRow) -> Result<bool, DbError> {
        let values = params![
            delivery.owner.to_string(),
            delivery.id.to_string(),
            delivery.event.to_string(),
            delivery.endpoint.to_string(),
            delivery.next_at.map(|at| at.0),
            delivery.created_at.0,
            delivery.created_at.0
        ];
        Ok(self.execute(&INSERT, values).await? == 1)
    }

    /// One delivery of an owner.
    pub async fn delivery(&mut self, owner: Owner, id: DeliveryId) -> Result<Option<DeliveryRow>, DbError> {
        self.fetch_optional(&ONE, params![owner.to_string(), id.to_string()]).await
    }

    /// Deliveries of an owner, or of one of its endpoints, newest first.
    pub async fn deliveries(
        &mut self,
        owner: Owner,
        endpoint: Option<EndpointId>,
        limit: i64,
    ) -> Result<Vec<DeliveryRow>, DbError> {
        let limit = limit.max(0);
        match endpoint {
            None => self.fetch_all(&NEWEST_OF_OWNER, params![owner.to_string(), limit]).await,
            Some(endpoint) => {
                let values = params![owner.to_string(), endpoint.to_string(), limit];
                self.fetch_all(&NEWEST_OF_ENDPOINT, values).await
            }
        }
    }

    /// Records a try of a waiting delivery as it was seen; `false` when somebody else did meanwhile.
    pub async fn record_delivery(
        &mut self,
        seen: &DeliveryRow,
        state: DeliveryState,
        next_at: Option<Timestamp>,
        log: &AttemptLog,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let (owner, id) = (seen.owner.to_string(), seen.id.to_string());
        let next = next_at.map(|at| at.0);
        let values = params![state.code(), log.number, next, now.0, owner.as_str(), id.as_str(), seen.attempts];
        if self.execute(&RECORD, values).await? != 1 {
            return Ok(false);
        }
        let values = params![
            owner,
            id,
            log.number,
            log.at.0,
            log.took.0,
            log.status.map(i64::from),
            log.error.as_deref(),
            log.answer.as_deref()
        ];
        self.execute(&INSERT_ATTEMPT, values).await?;
        Ok(true)
    }

    /// Puts a delivery back to the beginning of its schedule; `false` when it is no longer as it was seen.
    pub async fn send_again(&mut self, seen: &DeliveryRow, now: Timestamp) -> Result<bool, DbError> {
        let values = params![now.0, now.0, seen.owner.to_string(), seen.id.to_string(), seen.attempts];
        Ok(self.execute(&AGAIN, values).await? == 1)
    }

    /// Every try of a delivery, in order.
    pub async fn delivery_log(&mut self, owner: Owner, id: DeliveryId) -> Result<Vec<AttemptLog>, DbError> {
        self.fetch_all(&ATTEMPTS, params![owner.to_string(), id.to_string()]).await
    }
}
