//! Keys of the Admin API, and the log of what was done with them.

use std::collections::BTreeMap;

use crossdock_domain::admin_api::{AdminKey, Permission, Scope};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{AdminKeyId, AuditId};
use crossdock_domain::wholesale::WholesalerId;

use crate::error::DbError;
use crate::json::json;
use crate::row::{Columns, FromRow, Header, Position, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(KeyColumns, admin_key, "admin_keys":
    wholesaler_id, id, name, rights, expires_at, revoked_at, created_at, login);
columns!(AuditColumns, audit, "admin_audit": wholesaler_id, id, key_id, client, operation, about, status, at);

statements! {
    INSERT = { "INSERT INTO admin_keys (wholesaler_id, id, name, key_hash, rights, expires_at, created_at) \
                VALUES ($1, $2, $3, $4, $5, $6, $7)" }
    BY_HASH = { "SELECT ", admin_key!(), " FROM admin_keys WHERE key_hash = $1" }
    OF_WHOLESALER = { "SELECT ", admin_key!(), " FROM admin_keys WHERE wholesaler_id = $1 ORDER BY id" }
    BY_ID = { "SELECT ", admin_key!(), " FROM admin_keys WHERE wholesaler_id = $1 AND id = $2" }
    BY_LOGIN = { "SELECT ", admin_key!(), ", sealed_password FROM admin_keys WHERE wholesaler_id = $1 AND login = $2" }
    SET_LOGIN = { "UPDATE admin_keys SET login = $1, sealed_password = $2 \
                   WHERE wholesaler_id = $3 AND id = $4 AND revoked_at IS NULL" }
    REVOKE = { "UPDATE admin_keys SET revoked_at = $1, login = NULL, sealed_password = NULL \
                WHERE wholesaler_id = $2 AND id = $3 AND revoked_at IS NULL" }
    INSERT_AUDIT = { "INSERT INTO admin_audit (wholesaler_id, id, key_id, client, operation, about, status, at) \
                      VALUES ($1, $2, $3, $4, $5, $6, $7, $8)" }
    END_AUDIT = { "UPDATE admin_audit SET status = $1 WHERE wholesaler_id = $2 AND id = $3" }
    AUDIT = { "SELECT ", audit!(), " FROM admin_audit WHERE wholesaler_id = $1 ORDER BY id DESC LIMIT $2" }
    DELETE_AUDIT = { "DELETE FROM admin_audit WHERE at < $1" }
}

impl FromRow for AdminKey {
    type Columns = KeyColumns;

    fn from_row(row: &Row<'_>, at: &KeyColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "admin_keys", column, id: id.clone() };
        let permissions: BTreeMap<Scope, Permission> =
            serde_json::from_str(row.text(at.rights)?).map_err(|_| bad("rights"))?;
        Ok(Self {
            wholesaler: WholesalerId::new(row.get(at.wholesaler_id)?).ok_or_else(|| bad("wholesaler_id"))?,
            id: id.parse().map_err(|_| bad("id"))?,
            name: row.get(at.name)?,
            permissions,
            expires_at: row.get::<Option<i64>>(at.expires_at)?.map(Timestamp),
            revoked_at: row.get::<Option<i64>>(at.revoked_at)?.map(Timestamp),
            created_at: Timestamp(row.get(at.created_at)?),
            login: row.get(at.login)?,
        })
    }
}

/// A key with what proves its login.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AdminLoginRow {
    /// The key.
    pub key: AdminKey,
    /// `sha1(password)` as hexadecimal digits, sealed.
    pub sealed_password: String,
}

pub(crate) struct LoginColumns {
    key: KeyColumns,
    sealed_password: Position,
}

impl Columns for LoginColumns {
    fn find(header: &mut Header<'_>) -> Result<Self, DbError> {
        Ok(Self { key: KeyColumns::find(header)?, sealed_password: header.position("admin_keys", "sealed_password")? })
    }
}

impl FromRow for AdminLoginRow {
    type Columns = LoginColumns;

    fn from_row(row: &Row<'_>, at: &LoginColumns) -> Result<Self, DbError> {
        let sealed_password = row.get::<Option<String>>(at.sealed_password)?.unwrap_or_default();
        Ok(Self { key: AdminKey::from_row(row, &at.key)?, sealed_password })
    }
}

/// A line of the log.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AuditRow {
    /// The tenant.
    pub wholesaler: WholesalerId,
    /// Its id.
    pub id: AuditId,
    /// Which key.
    pub key: AdminKeyId,
    /// Where the call came from.
    pub client: String,
    /// What was called.
    pub operation: String,
    /// What it was about, in short.
    pub about: String,
    /// How it ended; `None` while it runs.
    pub status: Option<u16>,
    /// When it began.
    pub at: Timestamp,
}

impl FromRow for AuditRow {
    type Columns = AuditColumns;

    fn from_row(row: &Row<'_>, at: &AuditColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "admin_audit", column, id: id.clone() };
        Ok(Self {
            wholesaler: WholesalerId::new(row.get(at.wholesaler_id)?).ok_or_else(|| bad("wholesaler_id"))?,
            id: id.parse().map_err(|_| bad("id"))?,
            key: row.text(at.key_id)?.parse().map_err(|_| bad("key_id"))?,
            client: row.get(at.client)?,
            operation: row.get(at.operation)?,
            about: row.get(at.about)?,
            status: row.get::<Option<i64>>(at.status)?.and_then(|status| u16::try_from(status).ok()),
            at: Timestamp(row.get(at.at)?),
        })
    }
}

impl Tx {
    /// Adds a key. [`DbError::Conflict`] when the key or its id is taken.
    pub async fn insert_admin_key(&mut self, key: &AdminKey, hash: &str) -> Result<(), DbError> {
        let values = params![
            key.wholesaler.get(),
            key.id.to_string(),
            key.name.as_str(),
            hash,
            json(&key.permissions)?,
            key.expires_at.map(|at| at.0),
            key.created_at.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// The key of this hash, whosever it is: the key alone tells which wholesaler is meant.
    pub async fn admin_key_by_hash(&mut self, hash: &str) -> Result<Option<AdminKey>, DbError> {
        self.fetch_optional(&BY_HASH, params![hash]).await
    }

    /// One key of a wholesaler.
    pub async fn admin_key(&mut self, wholesaler: WholesalerId, id: AdminKeyId) -> Result<Option<AdminKey>, DbError> {
        self.fetch_optional(&BY_ID, params![wholesaler.get(), id.to_string()]).await
    }

    /// The key of this login.
    pub async fn admin_key_by_login(
        &mut self,
        wholesaler: WholesalerId,
        login: &str,
    ) -> Result<Option<AdminLoginRow>, DbError> {
        self.fetch_optional(&BY_LOGIN, params![wholesaler.get(), login]).await
    }

    /// Gives a key that is in use a login and a sealed password; whether there is such a key. [`DbError::Conflict`] when the
    /// login is taken.
    pub async fn set_admin_login(
        &mut self,
        wholesaler: WholesalerId,
        id: AdminKeyId,
        login: &str,
        sealed_password: &str,
    ) -> Result<bool, DbError> {
        let values = params![login, sealed_password, wholesaler.get(), id.to_string()];
        Ok(self.execute(&SET_LOGIN, values).await? == 1)
    }

    /// Every key of a wholesaler, oldest first.
    pub async fn admin_keys(&mut self, wholesaler: WholesalerId) -> Result<Vec<AdminKey>, DbError> {
        self.fetch_all(&OF_WHOLESALER, params![wholesaler.get()]).await
    }

    /// Takes a key out of use for good, and forgets its login and password; whether it was in use.
    pub async fn revoke_admin_key(
        &mut self,
        wholesaler: WholesalerId,
        id: AdminKeyId,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&REVOKE, params![now.0, wholesaler.get(), id.to_string()]).await? == 1)
    }

    /// Writes a line of the log.
    pub async fn insert_audit(&mut self, row: &AuditRow) -> Result<(), DbError> {
        let values = params![
            row.wholesaler.get(),
            row.id.to_string(),
            row.key.to_string(),
            row.client.as_str(),
            row.operation.as_str(),
            row.about.as_str(),
            row.status.map(i64::from),
            row.at.0
        ];
        self.execute(&INSERT_AUDIT, values).await.map(drop)
    }

    /// Writes how a call ended.
    pub async fn end_audit(&mut self, wholesaler: WholesalerId, id: AuditId, status: u16) -> Result<(), DbError> {
        let values = params![i64::from(status), wholesaler.get(), id.to_string()];
        self.execute(&END_AUDIT, values).await.map(drop)
    }

    /// The log, newest first.
    pub async fn audit(&mut self, wholesaler: WholesalerId, limit: i64) -> Result<Vec<AuditRow>, DbError> {
        self.fetch_all(&AUDIT, params![wholesaler.get(), limit.max(0)]).await
    }

    /// Forgets lines of the log before `before`; how many.
    pub async fn delete_old_audit(&mut self, before: Timestamp) -> Result<u64, DbError> {
        self.execute(&DELETE_AUDIT, params![before.0]).await
    }
}
