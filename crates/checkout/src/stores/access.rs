//! Who may speak for a store: API secrets, their hashes, and what repeated failures cost.

use std::net::IpAddr;
use std::time::Duration;

use crossdock_db::stores::StoreRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::StoreId;
use crossdock_domain::store::Store;
use crossdock_platform::credentials::hash_secret;
use crossdock_platform::login_failures::LoginTarget;
use moka::sync::Cache;
use secrecy::SecretString;
use subtle::ConstantTimeEq;

use crate::{CredentialsError, StoreError, Stores};

/// How old a cached store may be: a rotated secret or a changed setting counts everywhere after this time.
const STORE_CACHE: Duration = Duration::from_secs(2);

/// Stores that were read lately, with the moment of reading.
pub(crate) struct StoreCache(Cache<StoreId, (StoreRow, Timestamp)>);

impl Default for StoreCache {
    fn default() -> Self {
        Self(Cache::builder().max_capacity(10_000).time_to_live(STORE_CACHE).build())
    }
}

/// What a caller shows to speak for a store.
#[derive(Debug, Clone)]
pub struct Credentials {
    /// The store it names; `None` when what it sent is no store id.
    pub store: Option<StoreId>,
    /// The secret it sent.
    pub secret: Option<SecretString>,
    /// Where it calls from.
    pub client: IpAddr,
}

impl Credentials {
    fn target(&self) -> LoginTarget {
        LoginTarget { kind: "store", tenant: self.store.map(StoreId::get) }
    }
}

/// Stands for what is no store id, so that it costs the same look into the database. Never proved.
const NOBODY: StoreId = match StoreId::new(StoreId::MAX) {
    Some(id) => id,
    None => unreachable!(),
};

/// What a caller has shown, hashed once.
struct PresentedCredentials<'c> {
    credentials: &'c Credentials,
    hash: String,
}

impl<'c> PresentedCredentials<'c> {
    fn of(credentials: &'c Credentials) -> Self {
        let hash = hash_secret(credentials.secret.as_ref().unwrap_or(&SecretString::from("")));
        Self { credentials, hash }
    }

    /// Whether it is the store's secret. An unknown store is compared with a hash that nothing has.
    fn verify(&self, row: Option<&StoreRow>) -> bool {
        let wanted = row.map_or("sha256:", |row| row.secret_hash.as_str());
        let equal = bool::from(wanted.as_bytes().ct_eq(self.hash.as_bytes()));
        let Credentials { store, secret, .. } = self.credentials;
        equal && secret.is_some() && row.is_some_and(|row| *store == Some(row.store.id))
    }
}

struct FindStore(StoreId);

impl Operation for FindStore {
    type Output = Option<StoreRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.store(self.0).await
    }
}

impl Stores<'_> {
    /// The store that the caller speaks for.
    ///
    /// Unknown store, missing and wrong secret give the same error after the same work: one look into the database, one
    /// hash, one comparison. The look also makes a new secret count at once on every node.
    pub async fn authenticate(self, credentials: &Credentials) -> Result<Store, CredentialsError> {
        let presented = PresentedCredentials::of(credentials);
        let cached = credentials.store.and_then(|id| self.cached(id));
        let row = match cached {
            Some(row) if presented.verify(Some(&row)) => Some(row),
            _ => self.read(credentials.store.unwrap_or(NOBODY)).await?,
        };
        let proved = presented.verify(row.as_ref());
        match row {
            Some(row) if proved => {
                self.0.platform().login_failures().forget(credentials.target(), credentials.client);
                Ok(row.store)
            }
            _ => Err(self.credentials_failed(credentials)),
        }
    }

    /// Counts a failure; the error that says how long its answer is to be held back.
    pub(crate) fn credentials_failed(self, credentials: &Credentials) -> CredentialsError {
        let delay = self.0.platform().login_failures().count(credentials.target(), credentials.client);
        tracing::warn!(
            store = credentials.store.map(StoreId::get), client = %credentials.client, ?delay, "invalid credentials"
        );
        CredentialsError::Invalid { delay }
    }

    fn cached(self, id: StoreId) -> Option<StoreRow> {
        let (row, read_at) = self.0.inner.stores.0.get(&id)?;
        (self.0.now() - read_at < Span::seconds(2)).then_some(row)
    }

    async fn read(self, id: StoreId) -> Result<Option<StoreRow>, DbError> {
        let now = self.0.now();
        let row = self.0.db().read(FindStore(id)).await?;
        if let Some(row) = &row {
            self.0.inner.stores.0.insert(id, (row.clone(), now));
        }
        Ok(row)
    }

    /// A store by id, at most [`STORE_CACHE`] old.
    pub(crate) async fn row(self, id: StoreId) -> Result<Option<StoreRow>, DbError> {
        match self.cached(id) {
            Some(row) => Ok(Some(row)),
            None => self.read(id).await,
        }
    }

    /// Forgets what is cached of a store, after this process has changed it.
    pub(crate) fn changed(self, id: StoreId) {
        self.0.inner.stores.0.invalidate(&id);
    }

    /// A store's public part, for what belongs to a store and knows that it is there.
    pub(crate) async fn find(self, id: StoreId) -> Result<Option<Store>, DbError> {
        Ok(self.row(id).await?.map(|row| row.store))
    }

    /// A store's public part.
    pub async fn get(self, id: StoreId) -> Result<Store, StoreError> {
        self.find(id).await?.ok_or(StoreError::NotFound)
    }
}
