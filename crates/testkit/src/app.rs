//! The app under test.

use std::collections::BTreeMap;
use std::ops::Deref;
use std::sync::Arc;

use crossdock_app::SealingKey;
use crossdock_app::checkout::CartError;
use crossdock_app::checkout::carts::CreateCart;
use crossdock_app::checkout::payment::PaymentStep;
use crossdock_app::checkout::payment::provider;
use crossdock_app::checkout::payment::provider::PaymentProvider;
use crossdock_app::hub::tenants::sandbox::SandboxRules;
use crossdock_app::landed_cost::RulesSource;
use crossdock_app::platform::queue::JobRow;
use crossdock_app::{App, Config, Integrations};
use crossdock_db::{Db, DbError, Engine, Operation, Options, Tx};
use crossdock_domain::cart::Cart;
use crossdock_domain::clock::{Clock as _, FixedClock, Span, Timestamp};
use crossdock_domain::ids::{CartId, OrderId, StoreId};
use crossdock_domain::order::{HistoryEntry, Order};
use crossdock_domain::payment::Provider;
use crossdock_domain::random::SeededRandom;
use secrecy::SecretString;

use crate::buyer::{Buyer, Card};
use crate::database::{Database, elsewhere};
use crate::integrations::integrations;
use crate::{Bank, Mailbox, Receiver, samples};

/// How the app is set up.
pub struct Builder {
    engine: Engine,
    now: Timestamp,
    seed: u64,
    test_mode: bool,
    with_store: bool,
    bank: Option<Arc<Bank>>,
    rules: RulesSource,
    integrations: Option<Integrations>,
    sandbox: SandboxRules,
}

impl Builder {
    /// Other limits of sandboxes.
    #[must_use]
    pub fn sandbox(mut self, rules: SandboxRules) -> Self {
        self.sandbox = rules;
        self
    }

    /// Other landed-cost rules than the starter book.
    #[must_use]
    pub fn rules(mut self, rules: RulesSource) -> Self {
        self.rules = rules;
        self
    }

    /// Starts the clock at another moment.
    #[must_use]
    pub fn now(mut self, now: Timestamp) -> Self {
        self.now = now;
        self
    }

    /// Other ids.
    #[must_use]
    pub fn seed(mut self, seed: u64) -> Self {
        self.seed = seed;
        self
    }

    /// Real business: no test cards, no test orders.
    #[must_use]
    pub fn without_test_mode(mut self) -> Self {
        self.test_mode = false;
        self
    }

    /// Nothing in the database, not even a store.
    #[must_use]
    pub fn empty(mut self) -> Self {
        self.with_store = false;
        self
    }

    /// Test cards go to the pretend [`Bank`] instead of the provider that has no memory.
    #[must_use]
    pub fn with_bank(mut self) -> Self {
        self.bank = Some(Arc::new(Bank::default()));
        self
    }

    /// Other ways to the outside than [`Receiver`] and [`Mailbox`].
    #[must_use]
    pub fn integrations(mut self, integrations: Integrations) -> Self {
        self.integrations = Some(integrations);
        self
    }

    /// Opens a fresh database and the app on it; `None` when PostgreSQL is left out on purpose.
    pub async fn start(self) -> Option<TestApp> {
        let database = Database::create(self.engine).await?;
        let clock = Arc::new(FixedClock::new(self.now));
        let config = Config {
            public_url: "https://checkout.example".to_owned(),
            test_mode: self.test_mode,
            rules: self.rules.clone(),
            sealing_key: SealingKey::new([7; 32]),
            sandbox: self.sandbox.clone(),
        };
        let options = database.options();
        let (receiver, mailbox) = (Arc::default(), Arc::default());
        let app = node(&options, &clock, self.seed, &config, self.bank.as_ref()).await;
        let app = app.with_integrations(self.integrations.unwrap_or_else(|| integrations(&receiver, &mailbox)));
        let test = TestApp {
            app,
            database,
            options,
            clock,
            config,
            seed: self.seed,
            bank: self.bank,
            receiver,
            mailbox,
            ignore_jobs: false,
        };
        if self.with_store {
            let secret = SecretString::from(samples::SECRET);
            test.checkout().stores().add(samples::store(samples::store_id()), &secret).await.expect("the store is new");
        }
        Some(test)
    }
}

async fn node(options: &Options, clock: &Arc<FixedClock>, seed: u64, config: &Config, bank: Option<&Arc<Bank>>) -> App {
    let db = Db::open(options).await.expect("the database opens");
    let mut providers = provider::built_in(config.test_mode);
    if let Some(bank) = bank {
        providers.retain(|provider| provider.provider() != Provider::Test);
        providers.push(Arc::clone(bank) as Arc<dyn PaymentProvider>);
    }
    App::with_providers(db, Arc::clone(clock) as _, Arc::new(SeededRandom::new(seed)), config.clone(), providers)
}

/// An app in process on a database of its own. Derefs to [`App`].
///
/// Dropping it fails the test when a job is due or dead that the test did not look at: run it, or say [`TestApp::leave_jobs`].
#[derive(Debug)]
pub struct TestApp {
    app: App,
    database: Database,
    options: Options,
    clock: Arc<FixedClock>,
    config: Config,
    seed: u64,
    bank: Option<Arc<Bank>>,
    receiver: Arc<Receiver>,
    mailbox: Arc<Mailbox>,
    ignore_jobs: bool,
}

impl Deref for TestApp {
    type Target = App;

    fn deref(&self) -> &App {
        &self.app
    }
}

impl TestApp {
    /// Settings of an app on this engine: noon, test mode, store 999.
    pub fn builder(engine: Engine) -> Builder {
        Builder {
            engine,
            now: samples::noon(),
            seed: 1,
            test_mode: true,
            with_store: true,
            bank: None,
            rules: RulesSource::default(),
            integrations: None,
            sandbox: SandboxRules::default(),
        }
    }

    /// The use cases; clones may be handed to tasks.
    pub fn app(&self) -> &App {
        &self.app
    }

    /// The bank, when the app was built with one.
    pub fn bank(&self) -> &Arc<Bank> {
        self.bank.as_ref().expect("the app was built with a bank")
    }

    /// Who takes the calls to the web.
    pub fn receiver(&self) -> &Receiver {
        &self.receiver
    }

    /// Where mails arrive.
    pub fn mailbox(&self) -> &Mailbox {
        &self.mailbox
    }

    /// How the database is opened.
    pub fn options(&self) -> &Options {
        &self.options
    }

    /// Another process of the same installation: its own connections, its own caches and ids, the same clock. PostgreSQL
    /// only; SQLite serves one process.
    pub async fn second_node(&self) -> App {
        assert_eq!(self.db().engine(), Engine::Postgres, "an embedded database serves one process");
        node(&self.options, &self.clock, self.seed.wrapping_add(0x5EED), &self.config, self.bank.as_ref()).await
    }

    /// Moves the clock.
    pub fn advance(&self, span: Span) {
        self.clock.advance(span);
    }

    /// Moves the clock to this moment.
    pub fn advance_to(&self, moment: Timestamp) {
        self.clock.advance(moment - self.clock.now());
    }

    /// Runs everything that is due, one after the other, and answers how many runs that were. What fails waits for its
    /// next turn.
    pub async fn run_jobs(&self) -> usize {
        crossdock_jobs::run_due_jobs(&self.app).await.expect("the queue is reached")
    }

    /// Runs jobs and moves the clock to the next one until nothing waits any more.
    pub async fn run_all_jobs(&self) {
        // More than any test needs; a job that never ends must not hang the test.
        for _ in 0..200 {
            self.run_jobs().await;
            let waiting = self.jobs().list("waiting", 1).await.expect("the queue is read");
            let Some(next) = waiting.first() else { return };
            self.advance_to(next.run_at.max(self.now()));
        }
        panic!("jobs are still waiting: {:?}", self.jobs().list("waiting", 10).await);
    }

    /// Jobs may stay where they are when the test ends.
    pub fn leave_jobs(&mut self) {
        self.ignore_jobs = true;
    }

    /// Registers a cart of store 999 with its secret.
    pub async fn create(&self, cart: Cart) -> Result<CartId, CartError> {
        self.create_for(samples::store_id(), samples::SECRET, cart).await
    }

    /// Registers a cart of any store.
    pub async fn create_for(&self, store: StoreId, secret: &str, cart: Cart) -> Result<CartId, CartError> {
        let credentials = samples::credentials(store, secret);
        self.checkout().carts().create(CreateCart { credentials, cart, idempotency_key: None }).await
    }

    /// Registers the sample cart.
    pub async fn cart(&self) -> CartId {
        self.create(samples::cart()).await.expect("the sample cart is good")
    }

    /// A buyer with a new sample cart, on the payment page.
    pub async fn buyer(&self) -> Buyer {
        let cart = self.cart().await;
        let buyer = Buyer::new(self, cart, &format!("browser of {cart}"));
        buyer.ready().await;
        buyer
    }

    /// An order for a sample cart, paid with this card.
    pub async fn order_paid_with(&self, card: Card) -> OrderId {
        placed(&self.buyer().await.pay(card).await.expect("the payment is accepted"))
    }

    /// An order for a sample cart, paid with a card that is approved.
    pub async fn paid_order(&self) -> OrderId {
        self.order_paid_with(Card::Approve).await
    }

    /// An order for a sample cart that waits for a bank transfer.
    pub async fn transfer_order(&self) -> OrderId {
        placed(&self.buyer().await.pay_by_transfer("").await.expect("the payment is accepted"))
    }

    /// Adds store 230, another tenant with its own secret.
    pub async fn add_other_store(&self) -> StoreId {
        let store = samples::store(samples::other_store_id());
        let id = store.id;
        self.checkout()
            .stores()
            .add(store, &SecretString::from(samples::OTHER_SECRET))
            .await
            .expect("the store is new");
        id
    }

    /// Changes the settings of store 999.
    pub async fn change_settings(&self, change: impl FnOnce(&mut crossdock_domain::store::StoreSettings)) {
        let mut store = self.checkout().stores().get(samples::store_id()).await.expect("the store is there");
        change(&mut store.settings);
        self.checkout().stores().update(store).await.expect("the settings are good");
    }

    /// The order.
    pub async fn read_order(&self, id: OrderId) -> Order {
        self.checkout().orders().get(id).await.expect("the order is there")
    }

    /// Everything that happened to the order.
    pub async fn history(&self, id: OrderId) -> Vec<HistoryEntry> {
        self.checkout().orders().history(id).await.expect("the order is there")
    }

    /// Every order number of a store, in order.
    pub async fn order_numbers(&self, store: StoreId) -> Vec<i64> {
        let orders = self.checkout().orders().since(store, Timestamp(0), i64::MAX).await.expect("the store is there");
        orders.into_iter().map(|order| order.number.0).collect()
    }

    /// How often the PostgreSQL server broke a circle of waiting transactions. Closes the database: only then are all
    /// counts told. Close other nodes before.
    pub async fn deadlocks(&self) -> i64 {
        self.db().close().await;
        self.database.deadlocks().await
    }

    /// How many rows of each table have this text in one of their columns, whatever the table; for tests that something is
    /// gone. Tables without any are left out.
    pub async fn rows_naming(&self, text: &str) -> BTreeMap<String, i64> {
        self.database.rows_naming(text).await
    }

    /// Opens the database a second time where that can be done, for looks from another thread.
    async fn look(&self) -> Db {
        match self.db().engine() {
            Engine::Sqlite => self.db().clone(),
            // Pooled connections belong to the runtime that made them.
            Engine::Postgres => Db::open(&Options { connections: 2, ..self.options.clone() }).await.expect("it opens"),
        }
    }

    async fn leftovers(&self) -> Vec<JobRow> {
        let db = self.look().await;
        let found = db.read(Leftovers(self.now())).await.expect("the queue is read");
        if self.db().engine() == Engine::Postgres {
            db.close().await;
        }
        found
    }
}

/// The order of a payment that made one.
///
/// # Panics
/// When it made none.
fn placed(step: &PaymentStep) -> OrderId {
    match step {
        PaymentStep::Placed { order, .. } => *order,
        other => panic!("no order, but {other:?}"),
    }
}

struct Leftovers(Timestamp);

impl Operation for Leftovers {
    type Output = Vec<JobRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        let mut found = tx.list_jobs("dead", 100).await?;
        for state in ["waiting", "running"] {
            let jobs = tx.list_jobs(state, 100).await?;
            found.extend(jobs.into_iter().filter(|job| job.run_at <= self.0));
        }
        Ok(found)
    }
}

impl Drop for TestApp {
    fn drop(&mut self) {
        let look = !self.ignore_jobs && !std::thread::panicking();
        let this = &*self;
        let leftovers = elsewhere(async {
            let found = if look { this.leftovers().await } else { Vec::new() };
            this.database.remove().await;
            found
        });
        assert!(leftovers.is_empty(), "jobs that nobody looked at: {leftovers:#?}");
    }
}
