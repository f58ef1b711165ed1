//! What both products stand on: database, clock and randomness, the job queue, the outbox and its webhooks, e-mail, sealed
//! values, and what failed logins cost. Nothing here knows of a checkout or of a wholesaler's goods.
//!
//! A use case reads the clock once, opens one transaction ([`crossdock_db::Operation`]), and writes every outside effect
//! as a [`Job`] in it.

pub mod credentials;
pub mod error;
mod housekeeping;
pub mod http_client;
pub mod integrations;
pub mod job;
pub mod login_failures;
pub mod mail;
pub mod queue;
pub mod rate_limit;
pub mod seal;
pub mod webhook;

use std::future::Future;
use std::pin::Pin;
use std::sync::{Arc, OnceLock};

use crossdock_db::Db;
use crossdock_domain::clock::{Clock, Timestamp};
use crossdock_domain::ids::JobId;
use crossdock_domain::random::Random;
use secrecy::SecretString;
use tokio::sync::Notify;

pub use integrations::Integrations;
pub use job::Job;
pub use login_failures::LoginFailures;
pub use queue::JobError;
pub use seal::SealingKey;
pub use webhook::WebhookError;

/// A boxed future, so that ports can be trait objects.
pub type BoxFuture<'a, T> = Pin<Box<dyn Future<Output = T> + Send + 'a>>;

/// What every part needs to know of the installation.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where buyers reach the hosted pages: `https://checkout.example`, no slash at the end.
    pub public_url: String,
    /// Allows the test provider and test orders.
    pub test_mode: bool,
    /// What values that must be readable again are encrypted with; from the key file.
    pub sealing_key: SealingKey,
}

/// Database, clock, randomness and ports of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Platform {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    config: Config,
    integrations: OnceLock<Integrations>,
    login_failures: LoginFailures,
    jobs_written: Notify,
}

impl std::fmt::Debug for Platform {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Platform")
            .field("db", &self.inner.db)
            .field("config", &self.inner.config)
            .finish_non_exhaustive()
    }
}

impl Platform {
    /// Puts the parts together.
    pub fn new(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>, config: Config) -> Self {
        Self {
            inner: Arc::new(Inner {
                db,
                clock,
                random,
                config,
                integrations: OnceLock::new(),
                login_failures: LoginFailures::default(),
                jobs_written: Notify::new(),
            }),
        }
    }

    /// Sets the ways to the outside; without, nothing is reached.
    ///
    /// # Panics
    /// When they were set or used before.
    pub fn set_outside(&self, integrations: Integrations) {
        assert!(
            self.inner.integrations.set(integrations).is_ok(),
            "an installation gets its ports once, before they are used"
        );
    }

    /// The database.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The randomness of this installation.
    pub fn random(&self) -> &dyn Random {
        &*self.inner.random
    }

    /// Fresh random bytes, for cookies and nonces.
    pub fn random_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.random().fill(&mut bytes);
        bytes
    }

    /// A new random API secret in the form of the protocol's (a GUID).
    pub fn new_secret(&self) -> SecretString {
        let mut bytes = [0; 16];
        self.random().fill(&mut bytes);
        SecretString::from(crossdock_domain::ids::guid(bytes))
    }

    /// The settings of this installation.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// Ways to the outside.
    pub fn integrations(&self) -> &Integrations {
        self.inner.integrations.get_or_init(Integrations::default)
    }

    /// What failed logins cost.
    pub fn login_failures(&self) -> &LoginFailures {
        &self.inner.login_failures
    }

    /// The id of a job that may be written soon.
    pub fn new_job_id(&self, now: Timestamp) -> JobId {
        JobId::new(now, self.random())
    }

    /// Wakes the worker of this process early; polling finds the job in any case.
    pub fn jobs_were_written(&self) {
        self.inner.jobs_written.notify_one();
    }

    /// Waits until this process has written a job.
    pub async fn job_written(&self) {
        self.inner.jobs_written.notified().await;
    }

    /// The job queue.
    pub fn jobs(&self) -> Jobs<'_> {
        Jobs(self)
    }

    /// E-mails.
    pub fn mail(&self) -> Mails<'_> {
        Mails(self)
    }

    /// Webhook endpoints and deliveries.
    pub fn webhooks(&self) -> Webhooks<'_> {
        Webhooks(self)
    }
}

/// The job queue: `queue.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Jobs<'p>(&'p Platform);

/// E-mails: `mail.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Mails<'p>(&'p Platform);

/// Webhook endpoints, deliveries and their log: `webhook/`.
#[derive(Debug, Clone, Copy)]
pub struct Webhooks<'p>(&'p Platform);
