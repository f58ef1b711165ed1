//! The wholesaler's side: tenants, shop accounts, catalogue, stock, couriers, recipients, baskets, supply orders.
//!
//! # What the gates call
//!
//! | gate (customer reference §4) | method of [`App`] | types |
//! | --- | --- | --- |
//! | which wholesaler is called | [`App::find_wholesaler`] | [`WholesalerRef`] by id or host → `Arc<Wholesaler>` |
//! | `Authenticate` | [`App::gate_login`] | [`GateLogin`] → [`GateSession`] |
//! | every other gate, first | [`App::gate_caller`] | [`GateKeys`] → [`Caller`]; checks session → dropshipping key → switched on |
//! | `Supplier/getData` | [`App::check_dropshipping_key`] | → `Arc<Wholesaler>`, its `settings` hold the data |
//! | `Products/getAvailability` | [`App::availability`] | `Vec<`[`ProductRef`]`>` → [`Availability`] |
//! | `Basket/get` | [`App::basket`] | → [`BasketView`] |
//! | `Basket/add`, `edit` | [`App::add_to_basket`], [`App::edit_basket`] | [`ProductRef`], [`BasketEdit`] → [`BasketChange`] |
//! | `Basket/delete` | [`App::delete_from_basket`] | positions (empty: all) → [`BasketChange`] |
//! | `Couriers/get` | [`App::couriers`] | [`CourierQuery`] → [`Paged`]`<Courier>` |
//! | `Couriers/getForOrder` | [`App::couriers_for_order`] | [`CouriersForOrder`] → `Vec<`[`CourierForOrder`]`>` |
//! | `Clients/…DeliveryAddresses` | [`App::recipients`], [`App::add_recipients`], [`App::edit_recipients`] | [`Recipient`], [`RecipientChange`], [`RecipientProblem`] |
//! | `Payments/getForms` | [`App::payment_forms`] | → `Vec<PaymentForm>` |
//! | `Orders/add` | [`App::place_supply_order`] | [`PlaceSupplyOrder`] → [`PlacedSupplyOrder`] |
//! | `Orders/get` | [`App::supply_orders`] | [`SupplyOrderQuery`] → [`Paged`]`<SupplyOrder>` |
//! | `Orders/cancel` | [`App::cancel_supply_orders`] | [`CancelSupplyOrder`] → [`CancelOutcome`] |
//!
//! Every error is [`AppError::Wholesale`] with a [`WholesaleError`] (one exhaustive match gives the fault codes of §5), or
//! one of the house's own ([`AppError::Db`], [`AppError::Amount`]). Lines fail with a [`LineFault`] each.
//!
//! Quantities come in as the exact decimals that were sent and are judged here; they go out as
//! [`Quantity`]. Amounts are `Money`, weights grams, moments `Timestamp`: the
//! wholesaler's `settings.time_zone` ([`Zone::wall_clock`](crossdock_domain::clock::Zone::wall_clock)) writes them for the wire.
//!
//! # What staff and the Admin API call
//!
//! [`App::add_wholesaler`], [`App::update_wholesaler`], [`App::list_wholesalers`], [`App::set_dropshipping_key`];
//! [`App::add_account`], [`App::update_account`], [`App::set_account_password`], [`App::list_accounts`], [`App::account`],
//! [`App::account_by_login`]; [`App::upsert_products`], [`App::product`], [`App::products`], [`App::find_codes`];
//! [`App::check_catalogue`], [`App::store_catalogue`], [`App::store_whole_catalogue`], [`App::store_whole_stock`];
//! [`App::put_warehouse`], [`App::warehouses`], [`App::change_stock`], [`App::check_stock`], [`App::stock`], [`App::reserve`],
//! [`App::release_reservation`], [`App::reservations`]; [`App::put_courier`], [`App::courier_list`],
//! [`App::put_pickup_points`], [`App::pickup_points`], [`App::nearest_pickup_points`]; [`App::staff_recipients`], [`App::caller_for_staff`],
//! [`App::remove_recipients`]; [`App::delivery_times`];
//! [`App::staff_supply_orders`], [`App::supply_order`], [`App::supply_order_history`], [`App::order_attachment`],
//! [`App::set_supply_status`], [`App::add_parcels`], [`App::change_parcel`], [`App::remove_parcel`],
//! [`App::change_delivery`], [`App::set_order_note`], [`App::edit_supply_order`], [`App::place_supply_order_for`].
//!
//! Every change of an order that others must hear of writes an event by `events::record_event` in its own transaction.

pub mod accounts;
mod aside;
pub mod availability;
pub mod basket;
pub mod cancel;
pub mod catalogue;
pub mod couriers;
pub mod delivery_time;
pub mod edit;
pub mod error;
pub mod events;
pub mod feed;
pub mod import;
mod judge;
pub mod login;
pub mod orders;
pub mod place;
pub mod recipients;
pub mod sample;
pub mod seal;
mod staff_caller;
pub mod staff_orders;
pub mod stock;
pub mod tenants;

use std::sync::Arc;

use crossdock_domain::wholesale::{CodeKind, Quantity, ShopAccount, Wholesaler};
use rust_decimal::Decimal;

pub use accounts::NewAccount;
pub use availability::{Availability, AvailableQuantity, LineAvailability};
pub use basket::{BasketChange, BasketEdit, BasketLineView, BasketView};
pub use cancel::{CancelOutcome, CancelProblem, CancelSupplyOrder, OrderRef};
pub use catalogue::{FoundCode, ProductInput, ProductOutcome, UpsertReport, VariantInput};
pub use couriers::{CourierForOrder, CourierQuery, CouriersForOrder, DeliveryTo, NearPoint};
pub use delivery_time::{ReadyIn, Wanted};
pub use edit::{EditSupplyOrder, LineEdit, LineRef};
pub use error::{LineFault, LineOutcome, SandboxLimit, Unknown, WholesaleError};
pub use import::{BatchIter, BatchReport, Batches, CatalogueItem, WholeReport};
pub use login::{GateKeys, GateLogin, GateSession, WholesalerRef};
pub use orders::{OrderDates, StaffOrderQuery, SupplyOrderQuery};
pub use place::{LineTerms, PlaceSupplyOrder, PlacedSupplyOrder, StaffTerms};
pub use recipients::{Recipient, RecipientChange, RecipientProblem};
pub use seal::SealingKey;
pub use staff_orders::{ChangeDelivery, NewParcel, ParcelChange, SetSupplyStatus};
pub use stock::{ReservationRow, StockChange, StockOutcome, StockProblem, StockView, Warehouse};

// For the links above.
#[cfg(doc)]
use crate::{App, AppError};

/// Most elements of one call (customer reference §2.4).
pub const MAX_ELEMENTS: usize = 100;

/// Who calls a gate: proved by a session and the dropshipping key. Everything that a gate does takes one, so that nothing can
/// be asked without them; [`App::gate_caller`](crate::App::gate_caller) makes one. Staff who order for a shop have
/// [`App::caller_for_staff`](crate::App::caller_for_staff).
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

/// A product as shops name it (customer reference §4.0).
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct ProductRef {
    /// The code; the Admin style `{productId, sizeId}` is the internal code `15-3`.
    pub code: String,
    /// Which kind of code; `None` looks for internal, producer's, external, in this order.
    pub kind: Option<CodeKind>,
    /// How much, as it was sent.
    pub quantity: Decimal,
    /// Remark on it.
    pub comment: String,
    /// Files.
    pub attachments: Vec<AttachmentInput>,
    /// What a set consists of, for one set; empty when nothing is said. It must be what the catalogue says.
    pub parts: Vec<PartRef>,
}

/// A part of a set as shops name it.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct PartRef {
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

/// Which part of a list (customer reference §2.5).
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
