//! Stores: add, change, list, new secret. `access` says who may speak for one.

pub(crate) mod access;

use crossdock_db::stores::StoreRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::{OrderNumber, StoreId};
use crossdock_domain::store::Store;
use crossdock_platform::credentials::hash_secret;
use rust_decimal::Decimal;
use secrecy::{ExposeSecret, SecretString};

use crate::{StoreError, Stores};

pub use access::Credentials;

/// Shortest secret that a person may choose: long enough that guessing is hopeless.
const SHORTEST_SECRET: usize = 20;

struct Add(StoreRow, OrderNumber, Timestamp);

impl Operation for Add {
    type Output = ();
    type Error = StoreError;
    async fn run(&self, tx: &mut Tx) -> Result<(), StoreError> {
        match tx.insert_store(&self.0, self.1, self.2).await {
            Err(DbError::Conflict) => Err(StoreError::Exists),
            other => Ok(other?),
        }
    }
}

struct Update(Store, Timestamp);

impl Operation for Update {
    type Output = bool;
    type Error = StoreError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, StoreError> {
        let Some(before) = tx.store(self.0.id).await? else { return Ok(false) };
        if before.store.currency != self.0.currency {
            // Its carts, quotes and orders hold amounts.
            return Err(StoreError::SettingsRefused(format!("the currency stays {}", before.store.currency)));
        }
        Ok(tx.update_store(&self.0, self.1).await?)
    }
}

struct Rotate(StoreId, String, Timestamp);

impl Operation for Rotate {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        tx.set_store_secret(self.0, &self.1, self.2).await
    }
}

struct List;

impl Operation for List {
    type Output = Vec<StoreRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.stores().await
    }
}

/// Settings that no setting type can rule out.
fn check(store: &Store) -> Result<(), StoreError> {
    let refuse = |text: String| Err(StoreError::SettingsRefused(text));
    if store.name.trim().is_empty() || store.name.chars().count() > 200 {
        return refuse("name must have 1 to 200 characters".to_owned());
    }
    let settings = &store.settings;
    if !(1..=525_600).contains(&settings.cart_lifetime_minutes) {
        return refuse("cart_lifetime_minutes must be between 1 and 525600 (a year)".to_owned());
    }
    if settings.providers.is_empty() {
        return refuse("providers must name at least one way of paying".to_owned());
    }
    if let Some(url) = &settings.success_url
        && !settings.may_redirect_to(url)
    {
        return refuse(format!("success_url {url} is not on one of redirect_hosts"));
    }
    for host in &settings.redirect_hosts {
        if host.trim().is_empty() || host.contains('/') || host.chars().any(char::is_whitespace) {
            return refuse(format!("redirect_hosts: {host:?} is no host; write shop.example or *.shop.example"));
        }
    }
    for origin in &settings.frame_origins {
        let good = url::Url::parse(origin)
            .is_ok_and(|url| matches!(url.scheme(), "http" | "https") && url.origin().ascii_serialization() == *origin);
        if !good {
            return refuse(format!("frame_origins: {origin:?} is no origin; write https://shop.example"));
        }
    }
    check_landed_cost(store)?;
    if let Err(errors) = settings.shipping.check() {
        let lines: Vec<String> = errors.iter().map(ToString::to_string).collect();
        return refuse(format!("shipping: {}", lines.join("; ")));
    }
    Ok(())
}

fn check_landed_cost(store: &Store) -> Result<(), StoreError> {
    let refuse = |text: String| Err(StoreError::SettingsRefused(format!("landed_cost: {text}")));
    let settings = &store.settings.landed_cost;
    if !(0..=44_640).contains(&settings.guarantee_minutes) {
        return refuse("guarantee_minutes must be between 0 and 44640 (a month)".to_owned());
    }
    let margin = settings.exchange_margin_percent;
    if margin.is_sign_negative() && !margin.is_zero() || margin > Decimal::from(50) {
        return refuse("exchange_margin_percent must be between 0 and 50".to_owned());
    }
    if let Some(name) = settings.registered.iter().find(|name| name.trim().is_empty()) {
        return refuse(format!("registered: {name:?} is no name of a regime; write IOSS"));
    }
    if let Some(category) = settings.hs_by_category.keys().find(|category| category.trim().is_empty()) {
        return refuse(format!("hs_by_category: {category:?} is no category"));
    }
    if let Some(key) = &settings.public_key {
        let rest = key.strip_prefix(&format!("pk-{}-", store.id)).unwrap_or_default();
        if rest.len() < SHORTEST_SECRET || !rest.bytes().all(|byte| byte.is_ascii_alphanumeric()) {
            return refuse(format!(
                "public_key must be pk-{}- and at least {SHORTEST_SECRET} letters and digits",
                store.id
            ));
        }
    }
    Ok(())
}

impl Stores<'_> {
    /// Adds a store; orders are numbered from `10001`.
    pub async fn add(self, store: Store, secret: &SecretString) -> Result<(), StoreError> {
        check(&store)?;
        check_secret(secret)?;
        let row = StoreRow { store, secret_hash: hash_secret(secret) };
        self.0.db().write(Add(row, OrderNumber::FIRST, self.0.now())).await
    }

    /// Replaces name and settings.
    pub async fn update(self, store: Store) -> Result<(), StoreError> {
        check(&store)?;
        let id = store.id;
        let found = self.0.db().write(Update(store, self.0.now())).await?;
        self.changed(id);
        if found { Ok(()) } else { Err(StoreError::NotFound) }
    }

    /// Replaces the API secret; the old one stops working at once here, and within two seconds on other nodes.
    pub async fn rotate_secret(self, id: StoreId, secret: &SecretString) -> Result<(), StoreError> {
        check_secret(secret)?;
        let found = self.0.db().write(Rotate(id, hash_secret(secret), self.0.now())).await?;
        self.changed(id);
        if found { Ok(()) } else { Err(StoreError::NotFound) }
    }

    /// Every store, by id.
    pub async fn list(self) -> Result<Vec<Store>, DbError> {
        Ok(self.0.db().read(List).await?.into_iter().map(|row| row.store).collect())
    }
}

fn check_secret(secret: &SecretString) -> Result<(), StoreError> {
    if secret.expose_secret().trim().len() < SHORTEST_SECRET {
        return Err(StoreError::SettingsRefused(format!(
            "a secret needs at least {SHORTEST_SECRET} characters; best is a GUID"
        )));
    }
    Ok(())
}
