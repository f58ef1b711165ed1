//! Who may speak for a store: API secrets, their hashes, and what repeated failures cost.

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crossdock_db::shop_accounts::SessionRow;
use crossdock_db::stores::StoreRow;
use crossdock_db::wholesalers::WholesalerRow;
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::ids::StoreId;
use crossdock_domain::store::Store;
use crossdock_domain::wholesale::WholesalerId;
use moka::sync::Cache;
use secrecy::{ExposeSecret, SecretString};
use sha2::{Digest, Sha256};
use subtle::ConstantTimeEq;

use crate::{App, AppError};

/// How old a cached store may be: a rotated secret or a changed setting counts everywhere after this time.
const STORE_CACHE: Duration = Duration::from_secs(2);
/// Failures of one address at one store that cost nothing yet: typing errors are human.
const FREE_FAILURES: u32 = 10;
/// Failures of one address at all stores together that cost nothing yet: one address may serve many shops.
const FREE_FAILURES_ANYWHERE: u32 = 50;
/// Failures are forgotten after this time without another one.
const FORGET: Duration = Duration::from_mins(15);
/// Longest delay of an answer.
const MAX_DELAY: Span = Span::seconds(4);

/// Caches behind [`App::authenticate`].
pub(crate) struct Access {
    stores: Cache<StoreId, (StoreRow, Timestamp)>,
    failures: Cache<(Failed, IpAddr), u32>,
    /// Sessions of gates by the hash of their key.
    pub(crate) sessions: Cache<(WholesalerId, String), Arc<SessionRow>>,
    /// Wholesalers by host name.
    pub(crate) hosts: Cache<String, Arc<WholesalerRow>>,
}

/// Where an address failed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
enum Failed {
    /// At what it named; `None` when that was no store id.
    At(Option<StoreId>),
    /// At a wholesaler's gate.
    AtGate(WholesalerId),
    /// At the Admin API, whose keys name nobody.
    AtAdminApi,
    /// Anywhere.
    Anywhere,
}

impl Default for Access {
    fn default() -> Self {
        Self {
            stores: Cache::builder().max_capacity(10_000).time_to_live(STORE_CACHE).build(),
            failures: Cache::builder().max_capacity(100_000).time_to_idle(FORGET).build(),
            sessions: Cache::builder().max_capacity(10_000).time_to_live(STORE_CACHE).build(),
            hosts: Cache::builder().max_capacity(10_000).time_to_live(STORE_CACHE).build(),
        }
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

/// Hash under which an API secret is stored. Secrets are random (GUIDs, 122 bits), so a plain fast hash cannot be
/// reversed by guessing, and every API call can afford it.
pub(crate) fn hash_secret(secret: &SecretString) -> String {
    let digest = Sha256::digest(secret.expose_secret().trim().as_bytes());
    format!("sha256:{}", hex(&digest))
}

/// Lower-case hexadecimal digits.
pub(crate) fn hex(bytes: &[u8]) -> String {
    bytes.iter().map(|byte| format!("{byte:02x}")).collect()
}

/// Stands for what is no store id, so that it costs the same look into the database. Never proved.
const NOBODY: StoreId = match StoreId::new(StoreId::MAX) {
    Some(id) => id,
    None => unreachable!(),
};

/// What a caller has shown, hashed once.
struct Shown<'c> {
    credentials: &'c Credentials,
    hash: String,
}

impl<'c> Shown<'c> {
    fn of(credentials: &'c Credentials) -> Self {
        let hash = hash_secret(credentials.secret.as_ref().unwrap_or(&SecretString::from("")));
        Self { credentials, hash }
    }

    /// Whether it is the store's secret. An unknown store is compared with a hash that nothing has.
    fn proves(&self, row: Option<&StoreRow>) -> bool {
        let wanted = row.map_or("sha256:", |row| row.secret_hash.as_str());
        let equal = bool::from(wanted.as_bytes().ct_eq(self.hash.as_bytes()));
        let Credentials { store, secret, .. } = self.credentials;
        equal && secret.is_some() && row.is_some_and(|row| *store == Some(row.store.id))
    }
}

struct OneStore(StoreId);

impl Operation for OneStore {
    type Output = Option<StoreRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.store(self.0).await
    }
}

impl App {
    /// The store that the caller speaks for.
    ///
    /// Unknown store, missing and wrong secret give the same error after the same work: one look into the database, one
    /// hash, one comparison. The look also makes a new secret count at once on every node.
    pub async fn authenticate(&self, credentials: &Credentials) -> Result<Store, AppError> {
        let shown = Shown::of(credentials);
        let cached = credentials.store.and_then(|id| self.cached_store(id));
        let row = match cached {
            Some(row) if shown.proves(Some(&row)) => Some(row),
            _ => self.read_store(credentials.store.unwrap_or(NOBODY)).await?,
        };
        let proved = shown.proves(row.as_ref());
        match row {
            Some(row) if proved => {
                self.access().failures.invalidate(&(Failed::At(credentials.store), credentials.client));
                Ok(row.store)
            }
            _ => Err(self.credentials_failed(credentials)),
        }
    }

    /// Counts a failure; the error that says how long its answer is to be held back.
    pub(crate) fn credentials_failed(&self, credentials: &Credentials) -> AppError {
        let delay = self.count_failure(Failed::At(credentials.store), credentials.client);
        tracing::warn!(
            store = credentials.store.map(StoreId::get), client = %credentials.client, ?delay, "invalid credentials"
        );
        AppError::InvalidCredentials { delay }
    }

    /// Counts a failed login at a gate; how long its answer is to be held back.
    pub(crate) fn gate_login_failed(&self, wholesaler: WholesalerId, client: IpAddr) -> Span {
        let delay = self.count_failure(Failed::AtGate(wholesaler), client);
        tracing::warn!(wholesaler = wholesaler.get(), %client, ?delay, "failed login at a gate");
        delay
    }

    /// Counts an unknown key of the Admin API; how long its answer is to be held back.
    pub(crate) fn admin_key_failed(&self, client: IpAddr) -> Span {
        let delay = self.count_failure(Failed::AtAdminApi, client);
        tracing::warn!(%client, ?delay, "unknown key at the Admin API");
        delay
    }

    /// Forgets the failures of an address at a gate, after a login there.
    pub(crate) fn gate_login_succeeded(&self, wholesaler: WholesalerId, client: IpAddr) {
        self.access().failures.invalidate(&(Failed::AtGate(wholesaler), client));
    }

    fn count_failure(&self, place: Failed, client: IpAddr) -> Span {
        let count = |place| {
            let counter = self.access().failures.entry((place, client));
            // In one step: many calls at once must not all be the first.
            counter.and_upsert_with(|known| known.map_or(0, moka::Entry::into_value).saturating_add(1)).into_value()
        };
        let failures = count(place);
        let anywhere = count(Failed::Anywhere);
        let over = failures.saturating_sub(FREE_FAILURES).max(anywhere.saturating_sub(FREE_FAILURES_ANYWHERE)).min(10);
        if over == 0 { Span(0) } else { Span(125_000 << over).min(MAX_DELAY) }
    }

    fn cached_store(&self, id: StoreId) -> Option<StoreRow> {
        let (row, read_at) = self.access().stores.get(&id)?;
        (self.now() - read_at < Span::seconds(2)).then_some(row)
    }

    async fn read_store(&self, id: StoreId) -> Result<Option<StoreRow>, AppError> {
        let now = self.now();
        let row = self.db().read(OneStore(id)).await?;
        if let Some(row) = &row {
            self.access().stores.insert(id, (row.clone(), now));
        }
        Ok(row)
    }

    /// A store by id, at most [`STORE_CACHE`] old.
    pub(crate) async fn store_row(&self, id: StoreId) -> Result<Option<StoreRow>, AppError> {
        match self.cached_store(id) {
            Some(row) => Ok(Some(row)),
            None => self.read_store(id).await,
        }
    }

    /// Forgets what is cached of wholesalers and their accounts, after this process has changed one.
    pub(crate) fn wholesale_changed(&self) {
        self.access().hosts.invalidate_all();
        self.access().sessions.invalidate_all();
    }

    /// Forgets what is cached of a store, after this process has changed it.
    pub(crate) fn store_changed(&self, id: StoreId) {
        self.access().stores.invalidate(&id);
    }

    /// A store's public part.
    pub async fn store(&self, id: StoreId) -> Result<Store, AppError> {
        self.store_row(id).await?.map(|row| row.store).ok_or(AppError::StoreNotFound)
    }
}
