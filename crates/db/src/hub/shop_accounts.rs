//! Shop accounts with their sealed passwords, and the sessions of the gates.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, ShopAccount, WholesalerId};

use crate::error::DbError;
use crate::json::json;
use crate::row::{Columns, FromRow, Header, Position, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};
use crate::wholesalers::{WholesalerColumns, WholesalerRow, wholesaler};

columns!(AccountColumns, account, "shop_accounts": id, login, price_group, blocked, profile, sealed_password);

statements! {
    INSERT = { "INSERT INTO shop_accounts (wholesaler_id, id, login, sealed_password, price_group, blocked, profile, \
                created_at, updated_at) VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9)" }
    ONE = { "SELECT ", account!(), " FROM shop_accounts WHERE wholesaler_id = $1 AND id = $2" }
    BY_LOGIN = { "SELECT ", account!(), " FROM shop_accounts WHERE wholesaler_id = $1 AND login = $2" }
    OF_WHOLESALER = { "SELECT ", account!(), " FROM shop_accounts WHERE wholesaler_id = $1 ORDER BY id" }
    UPDATE = { "UPDATE shop_accounts SET login = $1, price_group = $2, blocked = $3, profile = $4, updated_at = $5 \
                WHERE wholesaler_id = $6 AND id = $7" }
    SET_PASSWORD = { "UPDATE shop_accounts SET sealed_password = $1, updated_at = $2 WHERE wholesaler_id = $3 AND id = $4" }
    INSERT_SESSION = { "INSERT INTO gate_sessions (wholesaler_id, key_hash, account_id, issued_at, expires_at) \
                        VALUES ($1, $2, $3, $4, $5)" }
    // Everything that a gate must know of its caller, by one look.
    SESSION = { "SELECT ", account!("a"), ", ", wholesaler!("w"), ", s.expires_at FROM gate_sessions s \
        JOIN shop_accounts a ON a.wholesaler_id = s.wholesaler_id AND a.id = s.account_id \
        JOIN wholesalers w ON w.id = s.wholesaler_id WHERE s.wholesaler_id = $1 AND s.key_hash = $2" }
    END_SESSIONS = { "DELETE FROM gate_sessions WHERE wholesaler_id = $1 AND account_id = $2" }
    DELETE_OLD_SESSIONS = { "DELETE FROM gate_sessions WHERE expires_at < $1" }
}

/// An account with its sealed password.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AccountRow {
    /// The account.
    pub account: ShopAccount,
    /// Sealed inner hash of its password.
    pub sealed_password: String,
}

/// A session with everything around it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SessionRow {
    /// Whose it is.
    pub account: AccountRow,
    /// Where.
    pub wholesaler: WholesalerRow,
    /// When it ends.
    pub expires_at: Timestamp,
}

impl FromRow for AccountRow {
    type Columns = AccountColumns;

    fn from_row(row: &Row<'_>, at: &AccountColumns) -> Result<Self, DbError> {
        let id: i64 = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "shop_accounts", column, id: id.to_string() };
        Ok(Self {
            account: ShopAccount {
                id: AccountId(id),
                login: row.get(at.login)?,
                price_group: row.get(at.price_group)?,
                blocked: row.get(at.blocked)?,
                profile: serde_json::from_str(row.text(at.profile)?).map_err(|_| bad("profile"))?,
            },
            sealed_password: row.get(at.sealed_password)?,
        })
    }
}

pub(crate) struct SessionColumns {
    account: AccountColumns,
    wholesaler: WholesalerColumns,
    expires_at: Position,
}

impl Columns for SessionColumns {
    fn find(header: &mut Header<'_>) -> Result<Self, DbError> {
        Ok(Self {
            account: AccountColumns::find(header)?,
            wholesaler: WholesalerColumns::find(header)?,
            expires_at: header.position("gate_sessions", "expires_at")?,
        })
    }
}

impl FromRow for SessionRow {
    type Columns = SessionColumns;

    fn from_row(row: &Row<'_>, at: &SessionColumns) -> Result<Self, DbError> {
        Ok(Self {
            account: AccountRow::from_row(row, &at.account)?,
            wholesaler: WholesalerRow::from_row(row, &at.wholesaler)?,
            expires_at: Timestamp(row.get(at.expires_at)?),
        })
    }
}

impl Tx {
    /// Adds an account. [`DbError::Conflict`] when its login is taken.
    pub async fn insert_account(
        &mut self,
        wholesaler: WholesalerId,
        row: &AccountRow,
        now: Timestamp,
    ) -> Result<(), DbError> {
        let account = &row.account;
        let values = params![
            wholesaler.get(),
            account.id.0,
            account.login.as_str(),
            row.sealed_password.as_str(),
            account.price_group.as_str(),
            account.blocked,
            json(&account.profile)?,
            now.0,
            now.0
        ];
        self.execute(&INSERT, values).await.map(drop)
    }

    /// One account.
    pub async fn account(&mut self, wholesaler: WholesalerId, id: AccountId) -> Result<Option<AccountRow>, DbError> {
        self.fetch_optional(&ONE, params![wholesaler.get(), id.0]).await
    }

    /// The account of a login.
    pub async fn account_of_login(
        &mut self,
        wholesaler: WholesalerId,
        login: &str,
    ) -> Result<Option<AccountRow>, DbError> {
        self.fetch_optional(&BY_LOGIN, params![wholesaler.get(), login]).await
    }

    /// Every account of a wholesaler, by number.
    pub async fn accounts(&mut self, wholesaler: WholesalerId) -> Result<Vec<AccountRow>, DbError> {
        self.fetch_all(&OF_WHOLESALER, params![wholesaler.get()]).await
    }

    /// Replaces everything but the password; whether the account exists. [`DbError::Conflict`] when the login is taken.
    pub async fn update_account(
        &mut self,
        wholesaler: WholesalerId,
        account: &ShopAccount,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        let values = params![
            account.login.as_str(),
            account.price_group.as_str(),
            account.blocked,
            json(&account.profile)?,
            now.0,
            wholesaler.get(),
            account.id.0
        ];
        Ok(self.execute(&UPDATE, values).await? == 1)
    }

    /// Replaces the sealed password; whether the account exists.
    pub async fn set_account_password(
        &mut self,
        wholesaler: WholesalerId,
        id: AccountId,
        sealed: &str,
        now: Timestamp,
    ) -> Result<bool, DbError> {
        Ok(self.execute(&SET_PASSWORD, params![sealed, now.0, wholesaler.get(), id.0]).await? == 1)
    }

    /// Opens a session under the hash of its key.
    pub async fn insert_gate_session(
        &mut self,
        wholesaler: WholesalerId,
        account: AccountId,
        key_hash: &str,
        now: Timestamp,
        expires_at: Timestamp,
    ) -> Result<(), DbError> {
        let values = params![wholesaler.get(), key_hash, account.0, now.0, expires_at.0];
        self.execute(&INSERT_SESSION, values).await.map(drop)
    }

    /// A session of a wholesaler by the hash of its key, also one whose time is over.
    pub async fn gate_session(
        &mut self,
        wholesaler: WholesalerId,
        key_hash: &str,
    ) -> Result<Option<SessionRow>, DbError> {
        self.fetch_optional(&SESSION, params![wholesaler.get(), key_hash]).await
    }

    /// Ends every session of an account.
    pub async fn end_gate_sessions(&mut self, wholesaler: WholesalerId, account: AccountId) -> Result<u64, DbError> {
        self.execute(&END_SESSIONS, params![wholesaler.get(), account.0]).await
    }

    /// Forgets sessions that ended before a moment; how many.
    pub async fn delete_old_gate_sessions(&mut self, before: Timestamp) -> Result<u64, DbError> {
        self.execute(&DELETE_OLD_SESSIONS, params![before.0]).await
    }
}
