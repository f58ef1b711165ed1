//! The wholesaler's side: tenants, shop accounts, catalogue, stock, couriers, recipients, baskets, supply orders.
//!
//! # What the gates call
//!
//! | gate (customer protocol §4) | method of [`Hub`] | types |
//! | --- | --- | --- |
//! | which wholesaler is called | [`Wholesalers::find`](crate::Wholesalers::find) | [`WholesalerRef`] by id or host → `Arc<Wholesaler>` |
//! | `Authenticate` | [`Access::login`](crate::Access::login) | [`GateLogin`] → [`GateSession`] |
//! | every other gate, first | [`Access::caller`](crate::Access::caller) | [`GateKeys`] → [`Caller`]; checks session → dropshipping key → switched on |
//! | `Supplier/getData` | [`Access::check_dropshipping_key`](crate::Access::check_dropshipping_key) | → `Arc<Wholesaler>`, its `settings` hold the data |
//! | `Products/getAvailability` | [`Stock::availability`](crate::Stock::availability) | `Vec<`[`ProductRef`]`>` → [`Availability`] |
//! | `Basket/get` | [`Baskets::get`](crate::Baskets::get) | → [`BasketView`] |
//! | `Basket/add`, `edit` | [`Baskets::add`](crate::Baskets::add), [`Baskets::edit`](crate::Baskets::edit) | [`ProductRef`], [`BasketEdit`] → [`BasketChange`] |
//! | `Basket/delete` | [`Baskets::delete`](crate::Baskets::delete) | positions (empty: all) → [`BasketChange`] |
//! | `Couriers/get` | [`Couriers::list`](crate::Couriers::list) | [`CourierQuery`] → [`Paged`]`<Courier>` |
//! | `Couriers/getForOrder` | [`Couriers::for_order`](crate::Couriers::for_order) | [`CouriersForOrder`] → `Vec<`[`CourierForOrder`]`>` |
//! | `Clients/…DeliveryAddresses` | [`Recipients::list`](crate::Recipients::list), [`Recipients::add`](crate::Recipients::add), [`Recipients::edit`](crate::Recipients::edit) | [`Recipient`], [`RecipientChange`], [`RecipientProblem`] |
//! | `Payments/getForms` | [`Couriers::payment_methods`](crate::Couriers::payment_methods) | → `Vec<PaymentMethod>` |
//! | `Orders/add` | [`Ordering::place`](crate::Ordering::place) | [`PlaceSupplyOrder`] → [`PlacedSupplyOrder`] |
//! | `Orders/get` | [`Orders::list`](crate::Orders::list) | [`SupplyOrderQuery`] → [`Paged`]`<SupplyOrder>` |
//! | `Orders/cancel` | [`Orders::cancel`](crate::Orders::cancel) | [`CancelSupplyOrder`] → [`CancelOutcome`] |
//!
//! Every use case returns the error enum of its subject; dialects map each by one exhaustive match.
//!
//! Quantities come in as the exact decimals that were sent and are judged here; they go out as
//! [`Quantity`]. Amounts are `Money`, weights grams, moments `Timestamp`: the
//! wholesaler's `settings.time_zone` ([`Zone::wall_clock`](crossdock_domain::clock::Zone::wall_clock)) writes them for the wire.
//!
//! # What staff and the Admin API call
//!
//! [`Wholesalers::add`](crate::Wholesalers::add), [`Wholesalers::update`](crate::Wholesalers::update), [`Wholesalers::list`](crate::Wholesalers::list), [`Wholesalers::set_dropshipping_key`](crate::Wholesalers::set_dropshipping_key);
//! [`Accounts::add`](crate::Accounts::add), [`Accounts::update`](crate::Accounts::update), [`Accounts::set_password`](crate::Accounts::set_password), [`Accounts::list`](crate::Accounts::list), [`Accounts::get`](crate::Accounts::get),
//! [`Accounts::by_login`](crate::Accounts::by_login); [`Catalogue::upsert`](crate::Catalogue::upsert), [`Catalogue::product`](crate::Catalogue::product), [`Catalogue::products`](crate::Catalogue::products), [`Catalogue::find_codes`](crate::Catalogue::find_codes);
//! [`Catalogue::check_batch`](crate::Catalogue::check_batch), [`Catalogue::store_batch`](crate::Catalogue::store_batch), [`Catalogue::store_whole`](crate::Catalogue::store_whole), [`Catalogue::store_whole_stock`](crate::Catalogue::store_whole_stock);
//! [`Stock::put_warehouse`](crate::Stock::put_warehouse), [`Stock::warehouses`](crate::Stock::warehouses), [`Stock::change`](crate::Stock::change), [`Stock::check`](crate::Stock::check), [`Stock::get`](crate::Stock::get), [`Stock::reserve`](crate::Stock::reserve),
//! [`Stock::release`](crate::Stock::release), [`Stock::reservations`](crate::Stock::reservations); [`Couriers::put`](crate::Couriers::put), [`Couriers::all`](crate::Couriers::all),
//! [`Couriers::put_pickup_points`](crate::Couriers::put_pickup_points), [`Couriers::pickup_points`](crate::Couriers::pickup_points), [`Couriers::nearest`](crate::Couriers::nearest); [`Recipients::for_staff`](crate::Recipients::for_staff), [`Access::caller_for_staff`](crate::Access::caller_for_staff),
//! [`Recipients::remove`](crate::Recipients::remove); [`Stock::delivery_times`](crate::Stock::delivery_times);
//! [`Orders::search`](crate::Orders::search), [`Orders::get`](crate::Orders::get), [`Orders::history`](crate::Orders::history), [`Orders::attachment`](crate::Orders::attachment),
//! [`Orders::set_status`](crate::Orders::set_status), [`Orders::add_parcels`](crate::Orders::add_parcels), [`Orders::change_parcel`](crate::Orders::change_parcel), [`Orders::remove_parcel`](crate::Orders::remove_parcel),
//! [`Orders::change_delivery`](crate::Orders::change_delivery), [`Orders::set_note`](crate::Orders::set_note), [`Orders::edit`](crate::Orders::edit), [`Ordering::place_for`](crate::Ordering::place_for).
//!
//! Every change of an order that others must hear of writes an event by `events::record_event` in its own transaction.

pub mod catalogue;
mod error;
mod housekeeping;
pub mod ordering;
pub mod orders;
pub mod tenants;

use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use crossdock_db::Db;
use crossdock_db::shop_accounts::SessionRow;
use crossdock_db::wholesalers::WholesalerRow;
use crossdock_domain::clock::{Span, Timestamp};
use crossdock_domain::random::Random;
use crossdock_domain::wholesale::{CodeKind, Quantity, ShopAccount, Wholesaler, WholesalerId};
use crossdock_platform::Platform;
use crossdock_platform::login_failures::LoginTarget;
use moka::sync::Cache;
use rust_decimal::Decimal;

pub use catalogue::availability::{Availability, AvailableQuantity, LineAvailability};
pub use catalogue::delivery_time::{LeadTime, RequestedGoods};
pub use catalogue::error::{AvailabilityError, GoodsError};
pub use catalogue::import::{BatchIter, BatchReport, Batches, CatalogueItem, WholeReport};
pub use catalogue::products::{FoundCode, ProductInput, ProductOutcome, UpsertReport, VariantInput};
pub use catalogue::stock::{ReservationRow, StockChange, StockOutcome, StockProblem, StockView, Warehouse};
pub use error::{LineFault, LineOutcome, UnknownEntity};
pub use ordering::basket::{BasketChange, BasketEdit, BasketLineView, BasketView};
pub use ordering::couriers::{CourierForOrder, CourierQuery, CouriersForOrder, DeliveryTo, NearbyPickupPoint};
pub use ordering::error::OrderingError;
pub use ordering::place::{LineTerms, PlaceSupplyOrder, PlacedSupplyOrder, StaffTerms};
pub use ordering::recipients::{Recipient, RecipientChange, RecipientProblem};
pub use orders::cancel::{CancelOutcome, CancelProblem, CancelSupplyOrder, OrderRef};
pub use orders::edit::{EditSupplyOrder, LineEdit, LineRef};
pub use orders::error::{CancelError, OrderError, OrderListError};
pub use orders::list::{OrderDates, StaffOrderQuery, SupplyOrderQuery};
pub use orders::staff::{ChangeDelivery, NewParcel, ParcelChange, SetSupplyStatus};
pub use tenants::accounts::NewAccount;
pub use tenants::error::{AccessError, AdminAccessError, SandboxError, SandboxLimit, StaffAccessError, TenantError};
pub use tenants::login::{GateKeys, GateLogin, GateSession, WholesalerRef};
pub use tenants::sandbox::SandboxRules;

/// How old a cached wholesaler or session may be: a changed key or setting counts everywhere after this time.
const CACHED: Duration = Duration::from_secs(2);

/// The wholesaler's side of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Hub {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    sandbox_rules: SandboxRules,
    /// Sessions of the Customer API by the hash of their key.
    sessions: Cache<(WholesalerId, String), Arc<SessionRow>>,
    /// Wholesalers by host name.
    hosts: Cache<String, Arc<WholesalerRow>>,
}

impl std::fmt::Debug for Hub {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Hub").finish_non_exhaustive()
    }
}

impl Hub {
    /// The hub of an installation, with the limits of its sandboxes.
    pub fn new(platform: Platform, sandbox_rules: SandboxRules) -> Self {
        let sessions = Cache::builder().max_capacity(10_000).time_to_live(CACHED).build();
        let hosts = Cache::builder().max_capacity(10_000).time_to_live(CACHED).build();
        Self { inner: Arc::new(Inner { platform, sandbox_rules, sessions, hosts }) }
    }

    /// Tenants.
    pub fn wholesalers(&self) -> Wholesalers<'_> {
        Wholesalers(self)
    }

    /// Who calls the Customer API.
    pub fn access(&self) -> Access<'_> {
        Access(self)
    }

    /// Accounts of shops.
    pub fn accounts(&self) -> Accounts<'_> {
        Accounts(self)
    }

    /// Keys of the Admin API, and the log of what they did.
    pub fn admin_keys(&self) -> AdminKeys<'_> {
        AdminKeys(self)
    }

    /// Sandboxes.
    pub fn sandboxes(&self) -> Sandboxes<'_> {
        Sandboxes(self)
    }

    /// Products.
    pub fn catalogue(&self) -> Catalogue<'_> {
        Catalogue(self)
    }

    /// Warehouses, stock, availability.
    pub fn stock(&self) -> Stock<'_> {
        Stock(self)
    }

    /// Feeds.
    pub fn feeds(&self) -> Feeds<'_> {
        Feeds(self)
    }

    /// Baskets.
    pub fn baskets(&self) -> Baskets<'_> {
        Baskets(self)
    }

    /// Couriers and pickup points.
    pub fn couriers(&self) -> Couriers<'_> {
        Couriers(self)
    }

    /// Delivery addresses of shops.
    pub fn recipients(&self) -> Recipients<'_> {
        Recipients(self)
    }

    /// Placing orders.
    pub fn ordering(&self) -> Ordering<'_> {
        Ordering(self)
    }

    /// Placed orders.
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }

    /// Limits of sandboxes.
    pub fn sandbox_rules(&self) -> &SandboxRules {
        &self.inner.sandbox_rules
    }

    fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    fn db(&self) -> &Db {
        self.platform().db()
    }

    fn now(&self) -> Timestamp {
        self.platform().now()
    }

    fn random(&self) -> &dyn Random {
        self.platform().random()
    }

    /// Forgets what is cached of wholesalers and their accounts, after this process has changed one.
    fn forget_cached(&self) {
        self.inner.hosts.invalidate_all();
        self.inner.sessions.invalidate_all();
    }

    /// Counts a failed login at the Customer API; how long its answer is to be held back.
    fn customer_login_failed(&self, wholesaler: WholesalerId, client: IpAddr) -> Span {
        let delay = self.platform().login_failures().count(customer_api(wholesaler), client);
        tracing::warn!(wholesaler = wholesaler.get(), %client, ?delay, "failed login at a gate");
        delay
    }

    /// Forgets the failures of an address at the Customer API, after a login there.
    fn customer_login_succeeded(&self, wholesaler: WholesalerId, client: IpAddr) {
        self.platform().login_failures().forget(customer_api(wholesaler), client);
    }

    /// Counts an unknown key of the Admin API; how long its answer is to be held back.
    fn admin_key_failed(&self, client: IpAddr) -> Span {
        // Its keys name nobody.
        let delay = self.platform().login_failures().count(LoginTarget { kind: "admin-api", tenant: None }, client);
        tracing::warn!(%client, ?delay, "unknown key at the Admin API");
        delay
    }
}

fn customer_api(wholesaler: WholesalerId) -> LoginTarget {
    LoginTarget { kind: "customer-api", tenant: Some(wholesaler.get()) }
}

/// Wholesalers, the tenants: `tenants/wholesalers.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Wholesalers<'h>(&'h Hub);

/// Who calls the Customer API: `tenants/login.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Access<'h>(&'h Hub);

/// Accounts of shops: `tenants/accounts.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Accounts<'h>(&'h Hub);

/// Keys of the Admin API, and the log of what they did: `tenants/admin_keys.rs`.
#[derive(Debug, Clone, Copy)]
pub struct AdminKeys<'h>(&'h Hub);

/// Sandboxes: `tenants/sandbox.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Sandboxes<'h>(&'h Hub);

/// Products and their import: `catalogue/products.rs`, `catalogue/import.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Catalogue<'h>(&'h Hub);

/// Warehouses, stock, availability and delivery times: `catalogue/stock.rs`, `catalogue/availability.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Stock<'h>(&'h Hub);

/// Feeds and their tokens: `catalogue/feed.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Feeds<'h>(&'h Hub);

/// Baskets of shops: `ordering/basket.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Baskets<'h>(&'h Hub);

/// Couriers and pickup points: `ordering/couriers.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Couriers<'h>(&'h Hub);

/// Delivery addresses of shops: `ordering/recipients.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Recipients<'h>(&'h Hub);

/// Placing orders: `ordering/place.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Ordering<'h>(&'h Hub);

/// Placed orders: `orders/`.
#[derive(Debug, Clone, Copy)]
pub struct Orders<'h>(&'h Hub);

/// Most elements of one call (customer protocol §2.4).
pub const MAX_ELEMENTS: usize = 100;

/// Who calls a gate: proved by a session and the dropshipping key. Everything that a gate does takes one, so that nothing can
/// be asked without them; [`Access::caller`](crate::Access::caller) makes one. Staff who order for a shop have
/// [`Access::caller_for_staff`](crate::Access::caller_for_staff).
#[derive(Debug, Clone)]
pub struct Caller {
    wholesaler: Arc<Wholesaler>,
    account: Arc<ShopAccount>,
    language: String,
    sandbox: bool,
}

impl Caller {
    /// The tenant.
    pub fn wholesaler(&self) -> &Wholesaler {
        &self.wholesaler
    }

    /// The shop.
    pub fn account(&self) -> &ShopAccount {
        &self.account
    }

    /// Whether the wholesaler is a sandbox, so that its limits count.
    pub fn is_sandbox(&self) -> bool {
        self.sandbox
    }

    /// Language of names: `pol`, `eng`.
    pub fn language(&self) -> &str {
        &self.language
    }
}

/// A product as shops name it (customer protocol §4.0).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductRef {
    /// The code; the Admin style `{productId, sizeId}` is the internal code `15-3`.
    pub code: String,
    /// Which kind of code; `None` looks for internal, producer's, external, in this order.
    pub kind: Option<CodeKind>,
    /// How much, as it was sent.
    pub quantity: Decimal,
    /// Remark on it.
    pub note: String,
    /// Files.
    pub attachments: Vec<AttachmentInput>,
    /// What a set consists of, for one set; empty when nothing is said. It must be what the catalogue says.
    pub parts: Vec<ComponentRef>,
}

/// A part of a set as shops name it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ComponentRef {
    /// The code.
    pub code: String,
    /// Which kind of code; `None` looks for each.
    pub kind: Option<CodeKind>,
    /// How much of it one set holds, as it was sent.
    pub quantity: Decimal,
    /// It was told to consist of something itself, which no part does.
    pub nested: bool,
}

/// A file as it came in.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct AttachmentInput {
    /// Its name.
    pub name: String,
    /// Its bytes.
    pub contents: Vec<u8>,
}

impl ProductRef {
    /// The quantity when it can be one.
    fn exact_quantity(&self) -> Option<Quantity> {
        Quantity::from_decimal(self.quantity).filter(|quantity| quantity.is_positive())
    }
}

/// Which part of a list (customer protocol §2.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Page {
    /// Counts from 0.
    pub number: i64,
    /// Elements of a page, 1 to 100.
    pub limit: i64,
}

impl Page {
    /// The first hundred.
    pub const FIRST: Self = Self { number: 0, limit: 100 };

    /// A page with both numbers brought into their ranges.
    pub fn new(number: Option<i64>, limit: Option<i64>) -> Self {
        Self { number: number.unwrap_or(0).clamp(0, 1_000_000), limit: limit.unwrap_or(100).clamp(1, 100) }
    }

    pub(crate) fn offset(self) -> i64 {
        self.number.saturating_mul(self.limit)
    }
}

/// A part of a list.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Paged<T> {
    /// The elements of this page.
    pub items: Vec<T>,
    /// Elements of the whole list: `resultsNumberAll`.
    pub total: i64,
    /// Which page this is.
    pub page: Page,
}

impl<T> Paged<T> {
    /// Number of pages: `resultsNumberPage`.
    pub fn pages(&self) -> i64 {
        (self.total + self.page.limit - 1) / self.page.limit
    }
}
