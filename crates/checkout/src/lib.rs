//! The buyer's side: stores, carts, the steps of the hosted checkout, payments, and the orders that come out of them.
//!
//! A use case reads the clock once, opens one transaction ([`crossdock_db::Operation`]), and writes every outside effect
//! as a job in it. Talking to a payment provider happens outside any transaction.

pub mod carts;
mod error;
mod housekeeping;
pub mod landed_quotes;
pub mod orders;
pub mod payment;
pub mod session;
pub mod stores;
pub mod test_order;

use std::sync::Arc;

use crossdock_db::Db;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::random::Random;
use crossdock_landed_cost::LandedCosts;
use crossdock_platform::Platform;

pub use error::{
    CartError, CheckoutError, CredentialsError, FieldProblem, LandedQuoteError, OrderError, PaymentError, PaymentField,
    ProhibitedGoods, StaffOrderError, Step, StoreError,
};

use crate::payment::provider::{PaymentProvider, Providers};
use crate::stores::access::StoreCache;

/// The buyer's side of an installation. Cheap to clone.
#[derive(Clone)]
pub struct Checkout {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    landed_cost: LandedCosts,
    providers: Providers,
    stores: StoreCache,
}

impl std::fmt::Debug for Checkout {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Checkout").finish_non_exhaustive()
    }
}

impl Checkout {
    /// The checkout of an installation, with these payment providers.
    pub fn new(platform: Platform, landed_cost: LandedCosts, providers: Vec<Arc<dyn PaymentProvider>>) -> Self {
        let providers = Providers::new(providers);
        Self { inner: Arc::new(Inner { platform, landed_cost, providers, stores: StoreCache::default() }) }
    }

    /// Stores, and who may speak for one.
    pub fn stores(&self) -> Stores<'_> {
        Stores(self)
    }

    /// Carts.
    pub fn carts(&self) -> Carts<'_> {
        Carts(self)
    }

    /// Steps of the hosted checkout before payment.
    pub fn sessions(&self) -> Sessions<'_> {
        Sessions(self)
    }

    /// What a buyer is shown and may pay.
    pub fn quotes(&self) -> Quotes<'_> {
        Quotes(self)
    }

    /// Payments, and the one place that makes orders.
    pub fn payments(&self) -> Payments<'_> {
        Payments(self)
    }

    /// Orders, as the merchant's software and staff see and change them.
    pub fn orders(&self) -> Orders<'_> {
        Orders(self)
    }

    /// Landed costs for a store's software and its product pages.
    pub fn landed_quotes(&self) -> LandedQuotes<'_> {
        LandedQuotes(self)
    }

    /// Orders without a browser, in test mode.
    pub fn test_orders(&self) -> TestOrders<'_> {
        TestOrders(self)
    }

    fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    fn landed_cost(&self) -> &LandedCosts {
        &self.inner.landed_cost
    }

    fn providers(&self) -> &Providers {
        &self.inner.providers
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
}

/// Stores, and who may speak for one: `stores.rs`, `stores/access.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Stores<'c>(&'c Checkout);

/// Carts: `carts.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Carts<'c>(&'c Checkout);

/// Steps of the hosted checkout before payment: `session/`.
#[derive(Debug, Clone, Copy)]
pub struct Sessions<'c>(&'c Checkout);

/// What a buyer is shown and may pay: `session/quote.rs`.
#[derive(Debug, Clone, Copy)]
pub struct Quotes<'c>(&'c Checkout);

/// Payments, and the one place that makes orders: `payment/`.
#[derive(Debug, Clone, Copy)]
pub struct Payments<'c>(&'c Checkout);

/// Orders, as the merchant's software and staff see and change them: `orders/`.
#[derive(Debug, Clone, Copy)]
pub struct Orders<'c>(&'c Checkout);

/// Landed costs for a store's software and its product pages: `landed_quotes.rs`.
#[derive(Debug, Clone, Copy)]
pub struct LandedQuotes<'c>(&'c Checkout);

/// Orders without a browser, in test mode: `test_order.rs`.
#[derive(Debug, Clone, Copy)]
pub struct TestOrders<'c>(&'c Checkout);
