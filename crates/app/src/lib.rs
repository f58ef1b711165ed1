//! The installation put together: platform, landed costs, checkout and hub, with what concerns all of them. The use cases are
//! in the crates that it re-exports.
//!
//! | handle | use cases |
//! | --- | --- |
//! | [`App::checkout`] | the buyer's side: stores, carts, checkout, payments, orders |
//! | [`App::hub`] | the wholesaler's side: tenants, catalogue and stock, ordering, orders |
//! | [`App::landed_cost`] | duty, import tax and fees |
//! | [`App::webhooks`], [`App::mail`], [`App::jobs`] | what goes out, and the queue that sends it |

mod error;
mod housekeeping;
mod run_job;

use std::sync::Arc;

use crossdock_db::Db;
use crossdock_domain::clock::{Clock, Timestamp};
use crossdock_domain::random::Random;

pub use crossdock_checkout as checkout;
pub use crossdock_hub as hub;
pub use crossdock_landed_cost as landed_cost;
pub use crossdock_platform as platform;
pub use crossdock_platform::{BoxFuture, Integrations, Job, SealingKey};
pub use error::AppError;

use crate::checkout::Checkout;
use crate::checkout::payment::provider::{self, PaymentProvider};
use crate::hub::{Hub, SandboxRules};
use crate::landed_cost::{LandedCosts, RulesSource};
use crate::platform::{Jobs, Mails, Platform, Webhooks};

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
    pub sealing_key: SealingKey,
    /// Limits of sandboxes.
    pub sandbox: SandboxRules,
}

/// Every use case of an installation. Cheap to clone.
#[derive(Debug, Clone)]
pub struct App {
    config: Arc<Config>,
    platform: Platform,
    landed_cost: LandedCosts,
    checkout: Checkout,
    hub: Hub,
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
        let of_platform = platform::Config {
            public_url: config.public_url.clone(),
            test_mode: config.test_mode,
            sealing_key: config.sealing_key.clone(),
        };
        let platform = Platform::new(db, clock, random, of_platform);
        let landed_cost = LandedCosts::new(platform.clone(), config.rules.clone());
        let checkout = Checkout::new(platform.clone(), landed_cost.clone(), providers);
        let hub = Hub::new(platform.clone(), config.sandbox.clone());
        Self { config: Arc::new(config), platform, landed_cost, checkout, hub }
    }

    /// The same app with ways to the outside.
    ///
    /// # Panics
    /// When they were set or used before.
    #[must_use]
    pub fn with_integrations(self, integrations: Integrations) -> Self {
        self.platform.set_outside(integrations);
        self
    }

    /// The buyer's side.
    pub fn checkout(&self) -> &Checkout {
        &self.checkout
    }

    /// The wholesaler's side.
    pub fn hub(&self) -> &Hub {
        &self.hub
    }

    /// Landed costs.
    pub fn landed_cost(&self) -> &LandedCosts {
        &self.landed_cost
    }

    /// Webhook endpoints and deliveries.
    pub fn webhooks(&self) -> Webhooks<'_> {
        self.platform.webhooks()
    }

    /// E-mails.
    pub fn mail(&self) -> Mails<'_> {
        self.platform.mail()
    }

    /// The job queue.
    pub fn jobs(&self) -> Jobs<'_> {
        self.platform.jobs()
    }

    /// What all of them stand on.
    pub fn platform(&self) -> &Platform {
        &self.platform
    }

    /// The database, for the command line's upkeep commands and for tests.
    pub fn db(&self) -> &Db {
        self.platform.db()
    }

    /// The present moment.
    pub fn now(&self) -> Timestamp {
        self.platform.now()
    }

    /// The settings of this installation.
    pub fn config(&self) -> &Config {
        &self.config
    }

    /// The randomness of this installation.
    pub fn random(&self) -> &dyn Random {
        self.platform.random()
    }
}
