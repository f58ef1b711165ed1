//! Endpoints of webhooks: where an owner wants to be told, with its sealed secrets.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::EndpointId;
use crossdock_domain::webhook::{Endpoint, Owner};

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(TimeoutColumns, "webhook_endpoints": timeouts);
columns!(EndpointColumns, endpoint, "webhook_endpoints":
    owner, id, account, events, url, method, content_type, headers, body, active, note, failing_since,
    created_at, secret, old_secret, old_secret_until, paused_until);

statements! {
    INSERT = { "INSERT INTO webhook_endpoints (owner, id, account, events, url, method, content_type, headers, body, secret, \
                active, created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)" }
    ONE = { "SELECT ", endpoint!(), " FROM webhook_endpoints WHERE owner = $1 AND id = $2" }
    OF_OWNER = { "SELECT ", endpoint!(), " FROM webhook_endpoints WHERE owner = $1 ORDER BY id" }
    UPDATE = { "UPDATE webhook_endpoints SET account = $1, events = $2, url = $3, method = $4, content_type = $5, \
                headers = $6, body = $7, active = $8, note = $9, failing_since = $10, \
                paused_until = $11, updated_at = $12 \
                WHERE owner = $13 AND id = $14" }
    SET_SECRET = { "UPDATE webhook_endpoints SET old_secret = secret, old_secret_until = $1, secret = $2, updated_at = $3 \
                    WHERE owner = $4 AND id = $5" }
    TIMED_OUT = { "UPDATE webhook_endpoints SET timeouts = timeouts + 1, updated_at = $1 WHERE owner = $2 AND id = $3 \
                   RETURNING timeouts" }
    PAUSE = { "UPDATE webhook_endpoints SET paused_until = $1, updated_at = $2 WHERE owner = $3 AND id = $4" }
    ANSWERED = { "UPDATE webhook_endpoints SET timeouts = 0, paused_until = NULL, updated_at = $1 \
                  WHERE owner = $2 AND id = $3 AND (timeouts > 0 OR paused_until IS NOT NULL)" }
    FAILED = { "UPDATE webhook_endpoints SET failing_since = $1, updated_at = $2 \
                WHERE owner = $3 AND id = $4 AND failing_since IS NULL" }
    WORKED = { "UPDATE webhook_endpoints SET failing_since = NULL, updated_at = $1 \
                WHERE owner = $2 AND id = $3 AND failing_since IS NOT NULL" }
    SWITCH_OFF = { "UPDATE webhook_endpoints SET active = $1, note = $2, updated_at = $3 \
                    WHERE owner = $4 AND id = $5 AND active = $6 AND failing_since <= $7" }
    DELETE_ATTEMPTS = { "DELETE FROM webhook_attempts WHERE owner = $1 AND delivery_id IN \
                         (SELECT id FROM webhook_deliveries WHERE owner = $1 AND endpoint_id = $2)" }
    DELETE_DELIVERIES = { "DELETE FROM webhook_deliveries WHERE owner = $1 AND endpoint_id = $2" }
    DELETE = { "DELETE FROM webhook_endpoints WHERE owner = $1 AND id = $2" }
}

/// An endpoint with its sealed secrets.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct EndpointRow {
    /// The endpoint.
    pub endpoint: Endpoint,
    /// The secret that signs, sealed.
    pub secret: String,
    /// The secret before, sealed, and until when it signs as well.
    pub old_secret: Option<(String, Timestamp)>,
}

impl FromRow for EndpointRow {
    type Columns = EndpointColumns;

    fn from_row(row: &Row<'_>, at: &EndpointColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "webhook_endpoints", column, id: id.clone() };
        let old_until = row.get::<Option<i64>>(at.old_secret_until)?.map(Timestamp);
        Ok(Self {
            endpoint: Endpoint {
                owner: row.text(at.owner)?.parse().map_err(|_| bad("owner"))?,
                id: id.parse().map_err(|_| bad("id"))?,
                account: row.get(at.account)?,
                events: serde_json::from_str(row.text(at.events)?).map_err(|_| bad("events"))?,
                url: row.get(at.url)?,
                method: row.text(at.method)?.parse().map_err(|_| bad("method"))?,
                content_type: row.text(at.content_type)?.parse().map_err(|_| bad("content_type"))?,
                headers: serde_json::from_str(row.text(at.headers)?).map_err(|_| bad("headers"))?,
                body: row.get(at.body)?,
                active: row.get(at.active)?,
                note: row.get(at.note)?,
                failing_since: row.get::<Option<i64>>(at.failing_since)?.map(Timestamp),
                paused_until: row.get::<Option<i64>>(at.paused_until)?.map(Timestamp),
                created_at: Timestamp(row.get(at.created_at)?),
            },
            secret: row.get(at.secret)?,
            old_secret: row.get::<Option<String>>(at.old_secret)?.zip(old_until),
        })
    }
}

struct Timeouts(i64);

impl FromRow for Timeouts {
    type Columns = TimeoutColumns;

    fn from_row(row: &Row<'_>, at: &TimeoutColumns) -> Result<Self, DbError> {
        Ok(Self(row.get(at.timeouts)?))
    }
}

impl Tx {
    /// Adds an endpoint. [`DbError::Conflict`] when the id is taken.
    pub async fn insert_endpoint(&mut self, row: &EndpointRow) -> Result<(), DbError> {
        let e = &row.endpoint;
        let values = params![
            e.owner.to_string(),
            e.id.to_string(),
            e.account.as_deref(),
            json(&e.events)?,
            e.url.as_str(),
            e.method.code(),
            e.content_type.code(),
            json(&e.headers)?,
            e.body.as_deref(),
            row.secret.as_str(),
            e.active,
            e.created_at.0,
            e.created_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// One endpoint of an owner.
    pub async fn endpoint(&mut self, owner: Owner, id: EndpointId) -> Result<Option<EndpointRow>, DbError> {
        self.fetch_optional(&ONE, params![owner.to_string(), id.to_string()]).await
    }

    /// Every endpoint of an owner, oldest first.
    pub async fn endpoints(&mut self, owner: Owner) -> Result<Vec<EndpointRow>, DbError> {
        self.fetch_all(&OF_OWNER, params![owner.to_string()]).await
    }

    /// Replaces everything but the secrets; whether there is such an endpoint.
    pub async fn update_endpoint(&mut self, e: &Endpoint, now: Timestamp) -> Result<bool, DbError> {
        let values = params![
            e.account.as_deref(),
            json(&e.events)?,
            e.url.as_str(),
            e.method.code(),
            e.content_type.code(),
            json(&e.headers)?,
            e.body.as_deref(),
            e.active,
            e.note.as_deref(),
            e.failing_since.map(|at| at.0),
            e.paused_until.map(|at| at.0),
            now.0,
            e.owner.to_string(),
            e.id.to_string()
        ];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }

    /// Replaces the sealed secret; the present one signs as well until `old_until`. Whether there is such an endpoint.
    pub async fn set_endpoint_secret(
        &mut self,
        (owner, id): (Owner, EndpointId),
        secret: &str,
        old_until: Timestamp,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let values = params![old_until.0, secret, now.0, owner.to_string(), id.to_string()];
        Ok(self.execute(&SET_SECRET, values).await? == 1)
    }

    /// Notes that a try had no answer in time; how many in a row that are now, 0 when there is no such endpoint.
    pub async fn note_timeout(&mut self, (owner, id): (Owner, EndpointId), now: Timestamp) -> Result<i64, DbError> {
        let values = params![now.0, owner.to_string(), id.to_string()];
        let row: Option<Timeouts> = self.fetch_optional(&TIMED_OUT, values).await?;
        Ok(row.map_or(0, |row| row.0))
    }

    /// Sends nothing more to an endpoint before `until`.
    pub async fn pause_endpoint(
        &mut self,
        (owner, id): (Owner, EndpointId),
        until: Timestamp,
        now: Timestamp,
    ) -> Result<(), DbError> {
        self.execute(&PAUSE, params![until.0, now.0, owner.to_string(), id.to_string()]).await.map(drop)
    }

    /// Notes that an endpoint answered, whatever it said: timeouts and pause are over.
    pub async fn note_answer(&mut self, (owner, id): (Owner, EndpointId), now: Timestamp) -> Result<(), DbError> {
        self.execute(&ANSWERED, params![now.0, owner.to_string(), id.to_string()]).await.map(drop)
    }

    /// Notes how a try went. After failures since before `give_up` the endpoint is switched off with this note; whether
    /// that happened now.
    pub async fn note_endpoint(
        &mut self,
        (owner, id): (Owner, EndpointId),
        worked: bool,
        give_up: Timestamp,
        note: &str,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let (owner, id) = (owner.to_string(), id.to_string());
        if worked {
            self.execute(&WORKED, params![now.0, owner, id]).await?;
            return Ok(false);
        }
        self.execute(&FAILED, params![now.0, now.0, owner.as_str(), id.as_str()]).await?;
        Ok(self.execute(&SWITCH_OFF, params![false, note, now.0, owner, id, true, give_up.0]).await? == 1)
    }

    /// Removes an endpoint with its deliveries and their log; whether there was one. The events stay.
    pub async fn delete_endpoint(&mut self, owner: Owner, id: EndpointId) -> Result<bool, DbError> {
        let (owner, id) = (owner.to_string(), id.to_string());
        for statement in [&DELETE_ATTEMPTS, &DELETE_DELIVERIES] {
            self.execute(statement, params![owner.as_str(), id.as_str()]).await?;
        }
        Ok(self.execute(&DELETE, params![owner, id]).await? == 1)
    }
}
