//! Who may call the Admin API: keys of applications, their rights, and the log of what they did. What they call are the
//! use cases of `wholesale`. `login` has the other ways to prove a key.

pub mod login;

use std::net::IpAddr;
use std::sync::Arc;

use base64::Engine as _;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use crossdock_db::admin_keys::AdminLoginRow;
use crossdock_db::wholesalers::WholesalerRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::admin_api::{AdminKey, Permission, Permissions, Scope};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{AdminKeyId, AuditId};
use crossdock_domain::wholesale::{SupplyActor, Wholesaler, WholesalerId};
use crossdock_platform::credentials::hash_secret;
use secrecy::{ExposeSecret as _, SecretString};

use crate::{AdminAccessError, AdminKeys, Hub, TenantError, UnknownEntity};

pub use crossdock_db::admin_keys::AuditRow;

/// Shortest key that a person may choose.
const SHORTEST_KEY: usize = 20;
/// Longest remark of the log, in characters.
const MAX_ABOUT: usize = 300;

/// An application, proved by its key. Only [`AdminKeys::caller`](crate::AdminKeys::caller) makes one.
#[derive(Debug, Clone)]
pub struct AdminCaller {
    wholesaler: Arc<Wholesaler>,
    key: AdminKey,
    client: IpAddr,
    sandbox: bool,
}

impl AdminCaller {
    /// The tenant.
    pub fn wholesaler(&self) -> &Wholesaler {
        &self.wholesaler
    }

    /// The tenant's id.
    pub fn id(&self) -> WholesalerId {
        self.wholesaler.id
    }

    /// Whether it may do this.
    pub fn may(&self, scope: Scope, level: Permission) -> bool {
        self.key.may(scope, level)
    }

    /// Whether the wholesaler is a sandbox, so that its limits count.
    pub fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    /// Which key it is; limits are counted by it.
    pub fn key_id(&self) -> AdminKeyId {
        self.key.id
    }

    /// How the history of an order names it.
    pub fn actor(&self) -> SupplyActor {
        SupplyActor::Staff(format!("API: {}", self.key.name))
    }
}

/// A key to be.
#[derive(Debug, Clone)]
pub struct NewAdminKey {
    /// Whose.
    pub wholesaler: WholesalerId,
    /// Which application.
    pub name: String,
    /// What it may do.
    pub permissions: Permissions,
    /// When it ends by itself.
    pub expires_at: Option<Timestamp>,
    /// The key; absent: a new one is made.
    pub key: Option<SecretString>,
}

struct Add {
    hub: Hub,
    row: AdminKey,
    hash: String,
    login: Option<login::NewLogin>,
}

impl Operation for Add {
    type Output = ();
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<(), TenantError> {
        if tx.wholesaler(self.row.wholesaler).await?.is_none() {
            return Err(TenantError::NotFound(UnknownEntity::Wholesaler));
        }
        match tx.insert_admin_key(&self.row, &self.hash).await {
            Err(DbError::Conflict) => {
                return Err(TenantError::Exists("this key is in use already".to_owned()));
            }
            other => other?,
        }
        match &self.login {
            Some(login) => login::give(&self.hub, tx, &self.row, login).await,
            None => Ok(()),
        }
    }
}

struct Find(String);

impl Operation for Find {
    type Output = Option<(AdminKey, WholesalerRow)>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let Some(key) = tx.admin_key_by_hash(&self.0).await? else { return Ok(None) };
        let wholesaler = tx.wholesaler(key.wholesaler).await?;
        Ok(wholesaler.map(|row| (key, row)))
    }
}

struct FindById(WholesalerId, AdminKeyId);

impl Operation for FindById {
    type Output = Option<(AdminKey, WholesalerRow)>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let Some(key) = tx.admin_key(self.0, self.1).await? else { return Ok(None) };
        Ok(tx.wholesaler(self.0).await?.map(|row| (key, row)))
    }
}

struct FindByLogin(WholesalerId, String);

impl Operation for FindByLogin {
    type Output = Option<(WholesalerRow, Option<AdminLoginRow>)>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let Some(row) = tx.wholesaler(self.0).await? else { return Ok(None) };
        let key = tx.admin_key_by_login(self.0, &self.1).await?;
        Ok(Some((row, key)))
    }
}

struct Keys(WholesalerId);

impl Operation for Keys {
    type Output = Vec<AdminKey>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.admin_keys(self.0).await
    }
}

struct Revoke(WholesalerId, AdminKeyId, Timestamp);

impl Operation for Revoke {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.revoke_admin_key(self.0, self.1, self.2).await
    }
}

struct Begin(AuditRow);

impl Operation for Begin {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.insert_audit(&self.0).await
    }
}

struct End(WholesalerId, AuditId, u16);

impl Operation for End {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.end_audit(self.0, self.1, self.2).await
    }
}

struct Log(WholesalerId, i64);

impl Operation for Log {
    type Output = Vec<AuditRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.audit(self.0, self.1).await
    }
}

impl AdminKeys<'_> {
    /// Adds a key and answers it.
    pub async fn add(self, new: NewAdminKey) -> Result<(AdminKey, SecretString), TenantError> {
        self.add_with_login(new, None).await
    }

    /// The same with a login and password for the older JSON gates, which no shop account of the wholesaler may have.
    pub async fn add_with_login(
        self,
        new: NewAdminKey,
        login: Option<login::NewLogin>,
    ) -> Result<(AdminKey, SecretString), TenantError> {
        let refuse = |text: &str| Err(TenantError::Refused(text.to_owned()));
        let now = self.0.now();
        if new.name.trim().is_empty() || new.name.chars().count() > 100 {
            return refuse("an application's name has 1 to 100 characters");
        }
        if new.permissions.is_empty() {
            return refuse("a key needs at least one right");
        }
        if new.expires_at.is_some_and(|end| end <= now) {
            return refuse("a key must end in the future");
        }
        let key =
            new.key.unwrap_or_else(|| SecretString::from(URL_SAFE_NO_PAD.encode(self.0.platform().random_bytes())));
        // The demo has a key that everybody knows.
        let shortest = if self.0.platform().config().test_mode { 1 } else { SHORTEST_KEY };
        if key.expose_secret().trim().len() < shortest {
            return refuse("a key has at least 20 characters; leave it out to get a new one");
        }
        if let Some(problem) = login.as_ref().and_then(login::NewLogin::problem) {
            return refuse(problem);
        }
        let row = AdminKey {
            wholesaler: new.wholesaler,
            id: AdminKeyId::new(now, self.0.random()),
            name: new.name.trim().to_owned(),
            permissions: new.permissions,
            expires_at: new.expires_at,
            revoked_at: None,
            created_at: now,
            login: login.as_ref().map(|login| login.login.clone()),
        };
        self.0.db().write(Add { hub: self.0.clone(), row: row.clone(), hash: hash_secret(&key), login }).await?;
        Ok((row, key))
    }

    /// Every key of a wholesaler, oldest first.
    pub async fn list(self, wholesaler: WholesalerId) -> Result<Vec<AdminKey>, DbError> {
        self.0.db().read(Keys(wholesaler)).await
    }

    /// Takes a key out of use for good, at once.
    pub async fn revoke(self, wholesaler: WholesalerId, id: AdminKeyId) -> Result<(), TenantError> {
        if self.0.db().write(Revoke(wholesaler, id, self.0.now())).await? {
            return Ok(());
        }
        Err(TenantError::Refused("no such key in use".to_owned()))
    }

    /// The application that shows this key, or a token that was given out for one. An unknown, an expired and a revoked one
    /// give the same error, and so does a good one of a sandbox whose time is over.
    pub async fn caller(self, key: &SecretString, client: IpAddr) -> Result<AdminCaller, AdminAccessError> {
        // Looked up by its hash, which nobody can choose: no comparison leaks anything of a key.
        let found = match self.key_of_token(key) {
            Some((wholesaler, id)) => self.0.db().read(FindById(wholesaler, id)).await?,
            None => self.0.db().read(Find(hash_secret(key))).await?,
        };
        self.proved(found, client)
    }

    /// A key that was found and is good at this moment opens; everything else counts as a failure of this address.
    fn proved(self, found: Option<(AdminKey, WholesalerRow)>, client: IpAddr) -> Result<AdminCaller, AdminAccessError> {
        match found {
            Some((key, row)) if key.is_good(self.0.now()) && row.is_open(self.0.now()) => {
                let sandbox = row.sandbox_until.is_some();
                Ok(AdminCaller { wholesaler: Arc::new(row.wholesaler), key, client, sandbox })
            }
            _ => {
                let delay = self.0.admin_key_failed(client);
                Err(AdminAccessError::LoginFailed { delay })
            }
        }
    }

    /// Writes into the log that a call begins that changes something, or (with its status) that it was refused.
    pub async fn begin_audit(
        self,
        caller: &AdminCaller,
        operation: &str,
        about: &str,
        status: Option<u16>,
    ) -> Result<AuditId, DbError> {
        let now = self.0.now();
        let about = crossdock_domain::text::collapse(about);
        let row = AuditRow {
            wholesaler: caller.id(),
            id: AuditId::new(now, self.0.random()),
            key: caller.key.id,
            client: caller.client.to_string(),
            operation: operation.to_owned(),
            about: crossdock_domain::text::truncate_chars(&about, MAX_ABOUT).replace('\0', ""),
            status,
            at: now,
        };
        let id = row.id;
        self.0.db().write(Begin(row)).await?;
        Ok(id)
    }

    /// Writes into the log how a call ended.
    pub async fn end_audit(self, caller: &AdminCaller, id: AuditId, status: u16) -> Result<(), DbError> {
        self.0.db().write(End(caller.id(), id, status)).await
    }

    /// The log of a wholesaler, newest first.
    pub async fn audit(self, wholesaler: WholesalerId, limit: i64) -> Result<Vec<AuditRow>, DbError> {
        self.0.db().read(Log(wholesaler, limit)).await
    }
}
