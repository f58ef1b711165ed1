//! A small world for wire tests: one app on a fresh SQLite file, with the clock of the protocol's own examples.

use std::net::{IpAddr, Ipv4Addr};
use std::path::Path;
use std::sync::Arc;

use crossdock_app::SealingKey;
use crossdock_app::checkout::OrderError;
use crossdock_app::checkout::orders::staff::StaffAction;
use crossdock_app::checkout::payment::provider::PaymentInput;
use crossdock_app::checkout::payment::{PaymentStep, StartPayment};
use crossdock_app::checkout::session::{Browser, OpenCheckout, SaveAddress};
use crossdock_app::checkout::test_order::{TestOrder, TestOutcome};
use crossdock_app::hub::tenants::sandbox::SandboxRules;
use crossdock_app::landed_cost::RulesSource;
use crossdock_app::{App, Config, Job};
use crossdock_db::stores::StoreRow;
use crossdock_db::{Db, DbError, Operation, Options, Tx};
use crossdock_domain::address::{Address, Prefill};
use crossdock_domain::clock::{Clock, Day, FixedClock, Span, Timestamp};
use crossdock_domain::country::Country;
use crossdock_domain::ids::{CartId, OrderId, OrderNumber, StoreId};
use crossdock_domain::landed_cost::Rates;
use crossdock_domain::money::Currency;
use crossdock_domain::order::OrderStatus;
use crossdock_domain::payment::Provider;
use crossdock_domain::random::SeededRandom;
use crossdock_domain::shipping::{Band, Service, ShippingTable, Zone};
use crossdock_domain::store::{Store, StoreSettings};
use crossdock_wire::checkout::{CheckoutApiRequest, CheckoutOperation as Op, Reply, Version, answer};
use secrecy::SecretString;
use serde::Deserialize;
use tempfile::TempDir;

/// Store and secret of the protocol's examples.
pub const STORE: i64 = 999;
pub const SECRET: &str = "f5bde245-f55e-414d-b722-80b25161c12c";
/// Another tenant.
const OTHER_STORE: i64 = 230;
/// The documented order 999-99999 is the first one here.
const FIRST: OrderNumber = OrderNumber(99_999);
/// When the documented example order was placed: 2015-01-01 07:33:14 UTC.
const START: Timestamp = Timestamp(1_420_097_594_000_000);

/// How an order comes to be.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OrderScenario {
    /// The sample cart to Canada, paid with a test card, not yet captured.
    Test,
    /// The same with the money taken.
    Captured,
    /// The same in fraud review.
    Review,
    /// A live order that waits for a bank transfer.
    Bank,
    /// The same with the transfer booked.
    Booked,
    /// Every field a cart can have, another bill-to, a note.
    Full,
    /// A download: nothing to ship.
    Download,
    /// Put on hold by staff.
    Held,
    /// Cancelled by staff.
    Cancelled,
    /// In the house's label tool.
    Labels,
}

pub struct World {
    pub app: App,
    clock: Arc<FixedClock>,
    _dir: TempDir,
}

struct AddStore(Store);

impl Operation for AddStore {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        let row = StoreRow { store: self.0.clone(), secret_hash: "sha256:".to_owned() };
        tx.insert_store(&row, FIRST, START).await
    }
}

struct Move(OrderId, OrderStatus, Timestamp);

impl Operation for Move {
    type Output = ();
    type Error = OrderError;
    async fn run(&self, tx: &mut Tx) -> Result<(), OrderError> {
        let head = tx.lock_order(self.0).await?.ok_or(OrderError::NotFound)?;
        tx.move_order(self.0, head.status, self.1, self.2).await?;
        Ok(())
    }
}

fn settings() -> StoreSettings {
    let band = |up_to_grams, price: &str| Band { up_to_grams, price: price.parse().expect("a price") };
    let service = Service {
        code: "USPS_PRIORITY_MAIL_INTERNATIONAL".to_owned(),
        name: "Priority Mail International".to_owned(),
        days: Some((6, 10)),
        bands: vec![band(500, "24.50"), band(20_000, "39.00")],
        per_extra_kg: None,
    };
    let zone = Zone { name: "World".to_owned(), countries: Vec::new(), services: vec![service] };
    StoreSettings {
        providers: vec![Provider::Test, Provider::BankTransfer],
        redirect_hosts: vec!["www.examplestore.com".to_owned()],
        shipping: ShippingTable { zones: vec![zone], ..ShippingTable::default() },
        ..StoreSettings::default()
    }
}

/// The cart of the protocol's documentation.
pub const SAMPLE_CART: &str =
    include_str!("../../../../fixtures/wire/checkout/createTempCart/documented-example/request.json");
/// Every field.
const FULL_CART: &str = include_str!("../../../../fixtures/wire/checkout/createTempCart/every-field/request.json");
const DOWNLOAD_CART: &str = r#"{"store": 999, "secret": "f5bde245-f55e-414d-b722-80b25161c12c", "items": [
    {"description": "E-book", "quantity": 1, "unitPrice": 9.5, "productId": "e-1", "nonShippable": true}]}"#;

pub fn client() -> IpAddr {
    Ipv4Addr::new(192, 0, 2, 1).into()
}

fn buyer() -> Address {
    Address {
        name: "Renée O'Neill".to_owned(),
        company: "Maple & Sons".to_owned(),
        email: "renee@example.ca".to_owned(),
        phone: "+1 514 555 0100".to_owned(),
        alt_phone: "+1 514 555 0101".to_owned(),
        address1: "123 Rue Sainte-Catherine".to_owned(),
        address2: "Apt 4".to_owned(),
        city: "Montréal".to_owned(),
        state: "QC".to_owned(),
        zip: "H2X 1Y4".to_owned(),
        country: Country::from_code("CA").expect("a country"),
    }
}

fn payer() -> Address {
    Address {
        name: "Jean Martin".to_owned(),
        company: String::new(),
        email: "jean@example.fr".to_owned(),
        phone: "+33 1 55 55 01 00".to_owned(),
        alt_phone: String::new(),
        address1: "1 Rue de Rivoli".to_owned(),
        address2: String::new(),
        city: "Paris".to_owned(),
        state: String::new(),
        zip: "75001".to_owned(),
        country: Country::from_code("FR").expect("a country"),
    }
}

impl World {
    /// Two stores, no orders.
    pub async fn new(currency: &str) -> Self {
        let dir = tempfile::tempdir().expect("a directory");
        let mut options = Options::new(format!("sqlite:{}", dir.path().join("world.db").display()));
        options.durable = false;
        let db = Db::open(&options).await.expect("a database");
        let clock = Arc::new(FixedClock::new(START));
        let config = Config {
            public_url: "https://checkout.example".to_owned(),
            test_mode: true,
            rules: RulesSource::Dir(Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/rules")),
            sealing_key: SealingKey::new([7; 32]),
            sandbox: SandboxRules::default(),
        };
        let app = App::new(db, clock.clone(), Arc::new(SeededRandom::new(1)), config);
        for id in [STORE, OTHER_STORE] {
            let id = StoreId::new(id).expect("a store id");
            let currency: Currency = currency.parse().expect("a currency");
            let store = Store { id, name: format!("Example Store {id}"), currency, settings: settings() };
            app.db().write(AddStore(store)).await.expect("a new store");
            app.checkout().stores().rotate_secret(id, &SecretString::from(SECRET)).await.expect("the store exists");
        }
        Self { app, clock, _dir: dir }
    }

    /// Lets time pass.
    pub fn wait(&self, span: Span) {
        self.clock.advance(span);
    }

    /// Exchange rates of today.
    pub async fn import_rates(&self) {
        let per_base = [("USD", "1.25"), ("NOK", "12"), ("JPY", "160")];
        let rates = Rates {
            base: "EUR".parse().expect("a currency"),
            day: Day::of(self.clock.now()),
            source: "Bank of Examples".to_owned(),
            per_base: per_base.map(|(code, rate)| (code.to_owned(), rate.parse().expect("a rate"))).into(),
            origins: [].into(),
        };
        self.app.landed_cost().import_rates(rates).await.expect("good rates");
    }

    /// One call.
    pub async fn call(&self, version: Version, operation: Op, body: &[u8], idempotency_key: Option<&str>) -> Reply {
        let call = CheckoutApiRequest { version, operation, body, client: client(), idempotency_key };
        Box::pin(answer(&self.app, call)).await
    }

    async fn cart(&self, body: &str) -> CartId {
        let reply = self.call(Version::V1, Op::CreateTempCart, body.as_bytes(), None).await;
        let answer: serde_json::Value = serde_json::from_str(&reply.body).expect("JSON");
        answer["tempCartUUID"].as_str().expect("a cart").parse().expect("a cart id")
    }

    /// Places an order; an hour passes.
    pub async fn order(&self, kind: OrderScenario) -> OrderId {
        let order = match kind {
            OrderScenario::Test
            | OrderScenario::Captured
            | OrderScenario::Held
            | OrderScenario::Cancelled
            | OrderScenario::Labels => self.test_order(SAMPLE_CART, TestOutcome::Approved).await,
            OrderScenario::Review => self.test_order(SAMPLE_CART, TestOutcome::Review).await,
            OrderScenario::Download => self.test_order(DOWNLOAD_CART, TestOutcome::Approved).await,
            OrderScenario::Bank | OrderScenario::Booked => {
                let input = PaymentInput::PurchaseOrder { number: "PO-7".to_owned() };
                Box::pin(self.checkout_session(SAMPLE_CART, None, "", Provider::BankTransfer, input)).await
            }
            OrderScenario::Full => {
                let input = PaymentInput::Card {
                    number: SecretString::from("4242424242424242"),
                    expiry: "12/39".to_owned(),
                    cvc: SecretString::from("123"),
                    name: "Jean Martin".to_owned(),
                };
                let note = "Please ring twice.\nMerci \"beaucoup\"!";
                Box::pin(self.checkout_session(FULL_CART, Some(payer()), note, Provider::Test, input)).await
            }
        };
        self.wait(Span::minutes(5));
        match kind {
            OrderScenario::Test | OrderScenario::Review | OrderScenario::Bank | OrderScenario::Download => {}
            OrderScenario::Captured | OrderScenario::Full => self.run_jobs().await,
            OrderScenario::Booked => self.staff(order, StaffAction::BookPayment).await,
            OrderScenario::Held => self.staff(order, StaffAction::Hold).await,
            OrderScenario::Cancelled => self.staff(order, StaffAction::Cancel).await,
            OrderScenario::Labels => {
                let labels = Move(order, OrderStatus::LabelsProcessing, self.clock.now());
                self.app.db().write(labels).await.expect("the order exists");
            }
        }
        self.wait(Span::minutes(55));
        order
    }

    async fn test_order(&self, cart: &str, outcome: TestOutcome) -> OrderId {
        let cart = self.cart(cart).await;
        let country = Country::from_code("CA").expect("a country");
        let step = Box::pin(self.app.checkout().test_orders().place(TestOrder { cart, country, outcome })).await;
        placed(step.expect("an order"))
    }

    async fn checkout_session(
        &self,
        cart: &str,
        bill_to: Option<Address>,
        note: &str,
        provider: Provider,
        input: PaymentInput,
    ) -> OrderId {
        let cart = self.cart(cart).await;
        let browser = Browser::of_cookie("golden");
        let open = OpenCheckout { cart, browser: browser.clone(), country: None, prefill: Prefill::default() };
        let checkout_session = self.app.checkout().sessions().open(open).await.expect("a passage");
        let form = SaveAddress { ship_to: buyer(), bill_to, note: note.to_owned() };
        let checkout_session = Box::pin(self.app.checkout().sessions().save_address(checkout_session, form))
            .await
            .expect("a good address");
        let option = self.app.checkout().sessions().shipping_options(&checkout_session).expect("options").remove(0);
        let checkout_session = Box::pin(self.app.checkout().sessions().choose_shipping(checkout_session, &option.id))
            .await
            .expect("offered");
        let quote = Box::pin(self.app.checkout().quotes().quote(&checkout_session)).await.expect("a quote").id;
        let checkout_session = self.app.checkout().sessions().get(cart, &browser).await.expect("the passage");
        let step =
            Box::pin(self.app.checkout().payments().start(StartPayment { checkout_session, quote, provider, input }))
                .await;
        placed(step.expect("an order"))
    }

    async fn staff(&self, order: OrderId, action: StaffAction) {
        self.app.checkout().orders().act(order, action, "golden", "").await.expect("the action is open");
    }

    async fn run_jobs(&self) {
        for row in self.app.jobs().list("waiting", 100).await.expect("jobs") {
            self.app.run_job(Job::read(&row).expect("a job")).await.expect("the job runs");
        }
    }
}

fn placed(step: PaymentStep) -> OrderId {
    match step {
        PaymentStep::Placed { order, .. } => order,
        other => panic!("no order but {other:?}"),
    }
}
