//! Shop accounts: add, change, list, new password.

use crossdock_db::shop_accounts::AccountRow;
use crossdock_db::wholesalers::Counter;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, AccountProfile, ShopAccount, WholesalerId};
use crossdock_platform::seal::remember_key;
use secrecy::{ExposeSecret, SecretString};

use crate::tenants::login::inner_hash;
use crate::{Accounts, Hub, TenantError, UnknownEntity};

/// Shortest password of a shop account.
const SHORTEST_PASSWORD: usize = 8;

/// An account to add.
#[derive(Debug, Clone)]
pub struct NewAccount {
    /// Where.
    pub wholesaler: WholesalerId,
    /// Its login.
    pub login: String,
    /// Its password; only the sealed inner SHA-1 is kept.
    pub password: SecretString,
    /// Which wholesale prices it gets.
    pub price_group: String,
    /// The rest.
    pub profile: AccountProfile,
}

fn taken(error: DbError) -> TenantError {
    match error {
        DbError::Conflict => TenantError::Exists("an account with this login exists already".to_owned()),
        error => error.into(),
    }
}

/// The same login with the same password would open both APIs by the same daily key.
async fn not_an_applications(tx: &mut Tx, wholesaler: WholesalerId, login: &str) -> Result<(), TenantError> {
    if crate::tenants::admin_keys::login::is_taken(tx, wholesaler, login).await? {
        return Err(TenantError::Exists("a key of the Admin API has this login".to_owned()));
    }
    Ok(())
}

fn no_wholesaler() -> TenantError {
    TenantError::NotFound(UnknownEntity::Wholesaler)
}

fn no_account() -> TenantError {
    TenantError::NotFound(UnknownEntity::Account)
}

/// What a sealed password belongs to: the login stays with the account's number.
pub(crate) fn password_place(wholesaler: WholesalerId, id: AccountId) -> String {
    format!("shop_accounts/{wholesaler}/{id}/password")
}

struct Add {
    hub: Hub,
    new: NewAccount,
    now: Timestamp,
}

impl Operation for Add {
    type Output = ShopAccount;
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<ShopAccount, TenantError> {
        let wholesaler = self.new.wholesaler;
        not_an_applications(tx, wholesaler, &self.new.login).await?;
        remember_key(self.hub.platform(), tx).await?;
        let id = tx.take_wholesale_numbers(wholesaler, Counter::Account, 1).await?.ok_or_else(no_wholesaler)?;
        let account = ShopAccount {
            id: AccountId(id),
            login: self.new.login.clone(),
            price_group: self.new.price_group.clone(),
            blocked: false,
            profile: self.new.profile.clone(),
        };
        let sealed_password = self.hub.accounts().seal_password(wholesaler, account.id, &self.new.password);
        let row = AccountRow { account, sealed_password };
        tx.insert_account(wholesaler, &row, self.now).await.map_err(taken)?;
        Ok(row.account)
    }
}

struct Update(WholesalerId, ShopAccount, Timestamp);

impl Operation for Update {
    type Output = ();
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<(), TenantError> {
        not_an_applications(tx, self.0, &self.1.login).await?;
        if !tx.update_account(self.0, &self.1, self.2).await.map_err(taken)? {
            return Err(no_account());
        }
        if self.1.blocked {
            tx.end_gate_sessions(self.0, self.1.id).await?;
        }
        Ok(())
    }
}

struct SetPassword(WholesalerId, AccountId, String, Timestamp);

impl Operation for SetPassword {
    type Output = ();
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<(), TenantError> {
        if !tx.set_account_password(self.0, self.1, &self.2, self.3).await? {
            return Err(no_account());
        }
        // Whoever knew the old password must not go on.
        tx.end_gate_sessions(self.0, self.1).await?;
        Ok(())
    }
}

enum Find {
    Id(AccountId),
    Login(String),
    All,
}

struct One(WholesalerId, AccountId);

impl Operation for One {
    type Output = Option<AccountRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.account(self.0, self.1).await
    }
}

struct Read(WholesalerId, Find);

impl Operation for Read {
    type Output = Vec<AccountRow>;
    type Error = TenantError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, TenantError> {
        tx.wholesaler(self.0).await?.ok_or_else(no_wholesaler)?;
        match &self.1 {
            Find::Id(id) => Ok(tx.account(self.0, *id).await?.into_iter().collect()),
            Find::Login(login) => Ok(tx.account_of_login(self.0, login).await?.into_iter().collect()),
            Find::All => Ok(tx.accounts(self.0).await?),
        }
    }
}

fn check_password(password: &SecretString) -> Result<(), TenantError> {
    if password.expose_secret().chars().count() < SHORTEST_PASSWORD {
        return Err(TenantError::Refused(format!("a password needs {SHORTEST_PASSWORD} characters")));
    }
    Ok(())
}

fn check(account: &ShopAccount) -> Result<(), TenantError> {
    account.problem().map_or(Ok(()), |problem| Err(TenantError::Refused(problem)))
}

impl Accounts<'_> {
    fn seal_password(self, wholesaler: WholesalerId, id: AccountId, password: &SecretString) -> String {
        let inner = inner_hash(password);
        self.0.platform().config().sealing_key.seal(inner.as_bytes(), &password_place(wholesaler, id), self.0.random())
    }

    /// Adds an account; its number counts up.
    pub async fn add(self, new: NewAccount) -> Result<ShopAccount, TenantError> {
        check_password(&new.password)?;
        check(&ShopAccount {
            id: AccountId(0),
            login: new.login.clone(),
            price_group: new.price_group.clone(),
            blocked: false,
            profile: new.profile.clone(),
        })?;
        self.0.db().write(Add { hub: self.0.clone(), new, now: self.0.now() }).await
    }

    /// Replaces everything but the password; blocking ends every session at once here, and within two seconds
    /// on other nodes.
    pub async fn update(self, wholesaler: WholesalerId, account: ShopAccount) -> Result<(), TenantError> {
        check(&account)?;
        let done = self.0.db().write(Update(wholesaler, account, self.0.now())).await;
        self.0.forget_cached();
        done
    }

    /// Replaces the password and ends every session, here at once and on other nodes within two seconds.
    pub async fn set_password(
        self,
        wholesaler: WholesalerId,
        id: AccountId,
        password: &SecretString,
    ) -> Result<(), TenantError> {
        check_password(password)?;
        let sealed = self.seal_password(wholesaler, id, password);
        let done = self.0.db().write(SetPassword(wholesaler, id, sealed, self.0.now())).await;
        self.0.forget_cached();
        done
    }

    /// Every account of a wholesaler, by number.
    pub async fn list(self, wholesaler: WholesalerId) -> Result<Vec<ShopAccount>, TenantError> {
        let rows = self.0.db().read(Read(wholesaler, Find::All)).await?;
        Ok(rows.into_iter().map(|row| row.account).collect())
    }

    /// The account of a wholesaler that is known to be there.
    pub(crate) async fn find(self, wholesaler: WholesalerId, id: AccountId) -> Result<Option<ShopAccount>, DbError> {
        Ok(self.0.db().read(One(wholesaler, id)).await?.map(|row| row.account))
    }

    /// One account.
    pub async fn get(self, wholesaler: WholesalerId, id: AccountId) -> Result<ShopAccount, TenantError> {
        let row = self.0.db().read(Read(wholesaler, Find::Id(id))).await?.pop();
        row.map(|row| row.account).ok_or_else(no_account)
    }

    /// The account of a login.
    pub async fn by_login(self, wholesaler: WholesalerId, login: &str) -> Result<ShopAccount, TenantError> {
        let row = self.0.db().read(Read(wholesaler, Find::Login(login.to_owned()))).await?.pop();
        row.map(|row| row.account).ok_or_else(no_account)
    }
}
