//! Use cases: one file per command or query. Handlers, jobs and the command line only call these.
//!
//! A use case reads the clock once, opens one transaction ([`crossdock_db::Operation`]), and writes every outside effect
//! as a [`Job`] in it. Talking to a payment provider happens outside any transaction.

pub mod access;
pub mod admin_api;
pub mod cart;
pub mod checkout;
pub mod error;
pub mod job;
pub mod landed_cost;
pub mod mail;
pub mod orders;
pub mod outgoing;
pub mod outside;
pub mod payment;
pub mod queue;
pub mod rate_limit;
pub mod sandbox;
pub mod staff;
pub mod stores;
pub mod test_order;
pub mod upkeep;
pub mod webhook;
pub mod wholesale;

use std::sync::Arc;

use crossdock_db::Db;
use crossdock_domain::clock::{Clock, Timestamp};
use crossdock_domain::random::Random;
use tokio::sync::Notify;

pub use error::AppError;
pub use job::Job;
pub use outside::Outside;

use crate::access::Access;
use crate::landed_cost::{CostBooks, RulesSource};
use crate::payment::provider::{self, PaymentProvider, Providers};

/// What the use cases need to know of the installation.
#[derive(Debug, Clone)]
pub struct Config {
    /// Where buyers reach the hosted pages: `https://checkout.example`, no slash at the end.
    pub public_url: String,
    /// Allows the test provider and test orders.
    pub test_mode: bool,
    /// Where the landed-cost rule book comes from.
    pub rules: RulesSource,
    /// What values that must be readable again are encrypted with; from the key file.
    pub sealing_key: wholesale::SealingKey,
    /// Limits of sandboxes.
    pub sandbox: sandbox::SandboxRules,
}

/// Everything a use case needs. Cheap to clone.
#[derive(Clone)]
pub struct App {
    inner: Arc<Inner>,
}

struct Inner {
    db: Db,
    clock: Arc<dyn Clock>,
    random: Arc<dyn Random>,
    config: Config,
    providers: Providers,
    access: Access,
    cost_books: CostBooks,
    outside: Outside,
    jobs_written: Notify,
}

impl std::fmt::Debug for App {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("App").field("db", &self.inner.db).field("config", &self.inner.config).finish_non_exhaustive()
    }
}

impl App {
    /// Puts the parts together, with the payment providers of this build.
    pub fn new(db: Db, clock: Arc<dyn Clock>, random: Arc<dyn Random>, config: Config) -> Self {
        let providers = provider::built_in(config.test_mode);
        Self::with_providers(db, clock, random, config, providers)
    }

    /// The same with other payment providers; tests bring one that fails on demand.
    pub fn with_providers(
        db: Db,
        clock: Arc<dyn Clock>,
        random: Arc<dyn Random>,
        config: Config,
        providers: Vec<Arc<dyn PaymentProvider>>,
    ) -> Self {
        let providers = Providers::new(providers);
        let access = Access::default();
        Self {
            inner: Arc::new(Inner {
                db,
                clock,
                random,
                config,
                providers,
                access,
                cost_books: CostBooks::default(),
                outside: Outside::default(),
                jobs_written: Notify::new(),
            }),
        }
    }

    /// The database, for the command line's upkeep commands and for tests.
    pub fn db(&self) -> &Db {
        &self.inner.db
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.inner.clock.now()
    }

    /// The settings of this installation.
    pub fn config(&self) -> &Config {
        &self.inner.config
    }

    /// The randomness of this installation.
    pub fn random(&self) -> &dyn Random {
        &*self.inner.random
    }

    /// Fresh random bytes, for cookies and nonces.
    pub fn random_bytes(&self) -> [u8; 32] {
        let mut bytes = [0; 32];
        self.inner.random.fill(&mut bytes);
        bytes
    }

    pub(crate) fn providers(&self) -> &Providers {
        &self.inner.providers
    }

    pub(crate) fn access(&self) -> &Access {
        &self.inner.access
    }

    pub(crate) fn cost_books(&self) -> &CostBooks {
        &self.inner.cost_books
    }

    /// Wakes the worker of this process early; polling finds the job in any case.
    pub(crate) fn jobs_were_written(&self) {
        self.inner.jobs_written.notify_one();
    }

    /// Waits until this process has written a job.
    pub async fn job_written(&self) {
        self.inner.jobs_written.notified().await;
    }
}
