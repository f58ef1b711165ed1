//! Sandboxes: which wholesalers are for trying things out, who asked for them, and until when they are open. Their goods and
//! orders are rows like anybody's; what deletes those is in `removal`.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::WholesalerId;

use crate::error::DbError;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(SandboxColumns, sandbox, "sandboxes":
    wholesaler_id, state, name, email, client, mails, created_at, expires_at);

statements! {
    INSERT = { "INSERT INTO sandboxes (wholesaler_id, state, name, email, client, mails, created_at, expires_at) \
                VALUES ($1, 'building', $2, $3, $4, $5, $6, $7)" }
    ONE = { "SELECT ", sandbox!(), " FROM sandboxes WHERE wholesaler_id = $1" }
    EVERY = { "SELECT ", sandbox!(), " FROM sandboxes ORDER BY wholesaler_id" }
    LIVING = { "SELECT COUNT(*) FROM sandboxes WHERE expires_at > $1 AND state <> 'removing'" }
    OF_EMAIL = { "SELECT COUNT(*) FROM sandboxes WHERE created_at > $1 AND email = $2" }
    OF_CLIENT = { "SELECT COUNT(*) FROM sandboxes WHERE created_at > $1 AND client = $2" }
    OPEN = { "UPDATE sandboxes SET state = 'open', expires_at = $1 WHERE wholesaler_id = $2 AND state = 'building' \
              AND expires_at > $3" }
    EXTEND = { "UPDATE sandboxes SET expires_at = $1 WHERE wholesaler_id = $2 AND state = 'open' AND expires_at = $3" }
    BEGIN_REMOVAL = { "UPDATE sandboxes SET state = 'removing' WHERE wholesaler_id = $1 \
                       AND (state = 'removing' OR expires_at <= $2)" }
    EXPIRED = { "SELECT wholesaler_id FROM sandboxes WHERE expires_at <= $1 ORDER BY expires_at, wholesaler_id LIMIT $2" }
    END = { "UPDATE sandboxes SET expires_at = $1 WHERE wholesaler_id = $2 AND expires_at > $1" }
}

/// Where a sandbox is in its life.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum SandboxState {
    /// Its goods are being written; nobody can use it.
    Building,
    /// It can be used until it expires.
    Open,
    /// Its rows are being deleted; it does not come back.
    Removing,
}

impl SandboxState {
    /// The stored name.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Building => "building",
            Self::Open => "open",
            Self::Removing => "removing",
        }
    }

    fn from_code(code: &str) -> Option<Self> {
        [Self::Building, Self::Open, Self::Removing].into_iter().find(|state| state.code() == code)
    }
}

/// A sandbox.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SandboxRow {
    /// The wholesaler that it is.
    pub wholesaler: WholesalerId,
    /// Where it is in its life.
    pub state: SandboxState,
    /// Who asked for it.
    pub name: String,
    /// The address that they gave.
    pub email: String,
    /// Where they asked from; `None` when staff made it.
    pub client: Option<String>,
    /// Whether its shop's mails go to `email`.
    pub mails: bool,
    /// When.
    pub created_at: Timestamp,
    /// Until when it is open; of one that is being built, until when that may take.
    pub expires_at: Timestamp,
}

impl FromRow for SandboxRow {
    type Columns = SandboxColumns;

    fn from_row(row: &Row<'_>, at: &SandboxColumns) -> Result<Self, DbError> {
        let id: i64 = row.get(at.wholesaler_id)?;
        let bad = |column| DbError::Inconsistent { table: "sandboxes", column, id: id.to_string() };
        Ok(Self {
            wholesaler: WholesalerId::new(id).ok_or_else(|| bad("wholesaler_id"))?,
            state: SandboxState::from_code(row.text(at.state)?).ok_or_else(|| bad("state"))?,
            name: row.get(at.name)?,
            email: row.get(at.email)?,
            client: row.get(at.client)?,
            mails: row.get(at.mails)?,
            created_at: Timestamp(row.get(at.created_at)?),
            expires_at: Timestamp(row.get(at.expires_at)?),
        })
    }
}

/// How many sandboxes there are already, for the limits.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct SandboxCounts {
    /// Not expired.
    pub living: i64,
    /// Made since a moment for the e-mail address.
    pub of_email: i64,
    /// Made since that moment for the client's address.
    pub of_client: i64,
}

impl Tx {
    /// Marks a wholesaler as a sandbox that is being built, whatever the row's state says. [`DbError::Conflict`] when it is one
    /// already.
    pub async fn insert_sandbox(&mut self, row: &SandboxRow) -> Result<(), DbError> {
        let values = params![
            row.wholesaler.get(),
            row.name.as_str(),
            row.email.as_str(),
            row.client.as_deref(),
            row.mails,
            row.created_at.0,
            row.expires_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// What a wholesaler is as a sandbox; `None` for a real one.
    pub async fn sandbox(&mut self, wholesaler: WholesalerId) -> Result<Option<SandboxRow>, DbError> {
        self.fetch_optional(&ONE, params![wholesaler.get()]).await
    }

    /// Every sandbox, by number.
    pub async fn sandboxes(&mut self) -> Result<Vec<SandboxRow>, DbError> {
        self.fetch_all(&EVERY, params![]).await
    }

    /// Counts for the limits. `client` is counted when it is given.
    pub async fn count_sandboxes(
        &mut self,
        now: Timestamp,
        since: Timestamp,
        email: &str,
        client: Option<&str>,
    ) -> Result<SandboxCounts, DbError> {
        let living = self.fetch_optional(&LIVING, params![now.0]).await?.unwrap_or(0);
        let of_email = self.fetch_optional(&OF_EMAIL, params![since.0, email]).await?.unwrap_or(0);
        let of_client = match client {
            Some(client) => self.fetch_optional(&OF_CLIENT, params![since.0, client]).await?.unwrap_or(0),
            None => 0,
        };
        Ok(SandboxCounts { living, of_email, of_client })
    }

    /// Opens a sandbox that was built in time; whether it was.
    pub async fn open_sandbox(
        &mut self,
        wholesaler: WholesalerId,
        expires_at: Timestamp,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&OPEN, params![expires_at.0, wholesaler.get(), now.0]).await? == 1)
    }

    /// Moves the end of an open sandbox from where it was seen; whether it was still there.
    pub async fn extend_sandbox(
        &mut self,
        wholesaler: WholesalerId,
        seen: Timestamp,
        expires_at: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&EXTEND, params![expires_at.0, wholesaler.get(), seen.0]).await? == 1)
    }

    /// Lets a sandbox expire at this moment, if it would later; whether it would have.
    pub async fn end_sandbox(&mut self, wholesaler: WholesalerId, now: Timestamp) -> Result<bool, DbError> {
        Ok(self.execute(&END, params![now.0, wholesaler.get()]).await? == 1)
    }

    /// From now on an expired sandbox is being removed and cannot be extended; `false` when it is not expired.
    pub async fn begin_sandbox_removal(&mut self, wholesaler: WholesalerId, now: Timestamp) -> Result<bool, DbError> {
        Ok(self.execute(&BEGIN_REMOVAL, params![wholesaler.get(), now.0]).await? == 1)
    }

    /// Sandboxes whose time is over, those first that have waited longest.
    pub async fn expired_sandboxes(&mut self, now: Timestamp, limit: i64) -> Result<Vec<WholesalerId>, DbError> {
        let ids: Vec<i64> = self.fetch_all(&EXPIRED, params![now.0, limit]).await?;
        let bad = |id: i64| DbError::Inconsistent { table: "sandboxes", column: "wholesaler_id", id: id.to_string() };
        ids.into_iter().map(|id| WholesalerId::new(id).ok_or_else(|| bad(id))).collect()
    }
}
