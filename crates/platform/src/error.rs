//! The one error of all use cases: a stable code, typed parameters, nothing of HTTP.

pub use crossdock_db::DbError;
use crossdock_db::Retryable;
use crossdock_domain::address::{AddressField, FieldError};
use crossdock_domain::cart::CartProblem;
use crossdock_domain::clock::Span;
use crossdock_domain::ids::OrderId;
use crossdock_domain::landed_cost::LandedCostError;
use crossdock_domain::money::MoneyError;
use crossdock_domain::order::{OrderStatus, Refusal};
use crossdock_domain::shipping::NoShipping;

use crate::webhook::WebhookError;
use crate::wholesale_error::WholesaleError;

/// Why a use case did not do what it was asked. Nothing was changed.
#[derive(Debug, thiserror::Error)]
pub enum AppError {
    /// Unknown store or wrong secret; callers cannot tell which. The answer must be held back for `delay`.
    #[error("invalid store or secret")]
    InvalidCredentials {
        /// Grows with repeated failures of one address at one store; zero at first.
        delay: Span,
    },
    /// A cart breaks a rule.
    #[error("cart refused: {0}")]
    CartRefused(#[from] CartProblem),
    /// The idempotency key was used with another request.
    #[error("the idempotency key was used with a different request")]
    IdempotencyMismatch,
    /// No such order in the caller's store.
    #[error("no such order")]
    OrderNotFound,
    /// The merchant may not change the order now.
    #[error("the order is locked in status {status}")]
    OrderLocked {
        /// Its present status.
        status: OrderStatus,
    },
    /// The life cycle has no such move.
    #[error("an order in status {from} cannot become {to}")]
    NoSuchMove {
        /// Its present status.
        from: OrderStatus,
        /// The wanted one.
        to: OrderStatus,
    },
    /// No cart has this id.
    #[error("no such cart")]
    CartNotFound,
    /// The cart's time is over.
    #[error("the cart has expired")]
    CartExpired,
    /// The cart holds nothing that could be bought.
    #[error("the cart is empty")]
    CartEmpty,
    /// The cart was paid already.
    #[error("the cart was paid; its order is {0}")]
    CartPaid(OrderId),
    /// This browser has not opened the checkout.
    #[error("the checkout was not opened by this browser")]
    CheckoutNotOpened,
    /// A step was called before the ones it builds on.
    #[error("the checkout step {0} comes first")]
    StepMissing(Step),
    /// Address fields to mend, with whether they are billing fields.
    #[error("the address has mistakes")]
    AddressRefused(Vec<FieldProblem>),
    /// No shipping for this cart to this country.
    #[error("no shipping: {0}")]
    NoShipping(#[from] NoShipping),
    /// The chosen shipping option is not offered (any more).
    #[error("the shipping option is not offered")]
    ShippingNotOffered,
    /// What the buyer saw is no longer what would be charged; show the new quote.
    #[error("the quote has changed")]
    QuoteChanged,
    /// Goods that must not be sent to the buyer's country.
    #[error("some goods must not be sent there: {}", .0.iter().map(|goods| format!("{} ({})", goods.description, goods.reason)).collect::<Vec<_>>().join("; "))]
    GoodsProhibited(Vec<ProhibitedGoods>),
    /// The store does not take this way of paying.
    #[error("this way of paying is not offered")]
    PaymentNotOffered,
    /// Payment fields to mend.
    #[error("the payment details have mistakes")]
    PaymentRefused(Vec<(PaymentField, FieldError)>),
    /// The action needs a payment in another state, told in words for staff.
    #[error("{0}")]
    PaymentState(String),
    /// Only in test mode.
    #[error("this is possible in test mode only")]
    TestModeOnly,
    /// No such store.
    #[error("no such store")]
    StoreNotFound,
    /// The store id is taken.
    #[error("a store with this id exists already")]
    StoreExists,
    /// Settings that contradict themselves, told in words for staff.
    #[error("{0}")]
    SettingsRefused(String),
    /// No such job, or it is not dead.
    #[error("no such dead job")]
    JobNotFound,
    /// A landed cost cannot be worked out from what was asked.
    #[error(transparent)]
    LandedCost(#[from] LandedCostError),
    /// The rule files have mistakes, told in words for staff.
    #[error("the landed-cost rules cannot be used: {0}")]
    RulesBroken(String),
    /// Neither the request nor the store says where goods are sent from.
    #[error("nothing says where the goods are sent from")]
    ShipFromMissing,
    /// No such quote, or one without a landed cost.
    #[error("no such quote")]
    QuoteNotFound,
    /// Webhooks: no such thing, or refused.
    #[error(transparent)]
    Webhook(#[from] WebhookError),
    /// Something on the wholesaler's side.
    #[error(transparent)]
    Wholesale(#[from] WholesaleError),
    /// An amount does not fit.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

/// A line that must not be sent to where it is wanted.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ProhibitedGoods {
    /// What the buyer calls it.
    pub description: String,
    /// Why.
    pub reason: String,
}

/// A step of the hosted checkout.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// Look at the items.
    Items,
    /// Contact and ship-to.
    Address,
    /// Shipping option.
    Shipping,
    /// Look at the totals.
    Review,
    /// Pay.
    Pay,
}

impl std::fmt::Display for Step {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.write_str(match self {
            Self::Items => "items",
            Self::Address => "address",
            Self::Shipping => "shipping",
            Self::Review => "review",
            Self::Pay => "pay",
        })
    }
}

/// A mistake in an address form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct FieldProblem {
    /// Whether it is a billing field.
    pub billing: bool,
    /// Which field.
    pub field: AddressField,
    /// What is wrong.
    pub error: FieldError,
}

/// A field of the payment form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the names of the form's fields")]
pub enum PaymentField {
    CardNumber,
    CardExpiry,
    CardCvc,
    CardName,
    PurchaseOrder,
}

impl From<Refusal> for AppError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Locked(status) => Self::OrderLocked { status },
            Refusal::NoSuchMove { from, to } => Self::NoSuchMove { from, to },
        }
    }
}

impl Retryable for AppError {
    fn wants_retry(&self) -> bool {
        matches!(self, Self::Db(error) if error.wants_retry())
    }
}

impl AppError {
    /// Stable name for logs and metrics.
    pub const fn code(&self) -> &'static str {
        match self {
            Self::InvalidCredentials { .. } => "invalid_credentials",
            Self::CartRefused(_) => "cart_refused",
            Self::IdempotencyMismatch => "idempotency_mismatch",
            Self::OrderNotFound => "order_not_found",
            Self::OrderLocked { .. } => "order_locked",
            Self::NoSuchMove { .. } => "no_such_move",
            Self::CartNotFound => "cart_not_found",
            Self::CartExpired => "cart_expired",
            Self::CartEmpty => "cart_empty",
            Self::CartPaid(_) => "cart_paid",
            Self::CheckoutNotOpened => "checkout_not_opened",
            Self::StepMissing(_) => "step_missing",
            Self::AddressRefused(_) => "address_refused",
            Self::NoShipping(_) => "no_shipping",
            Self::ShippingNotOffered => "shipping_not_offered",
            Self::QuoteChanged => "quote_changed",
            Self::GoodsProhibited(_) => "goods_prohibited",
            Self::PaymentNotOffered => "payment_not_offered",
            Self::PaymentRefused(_) => "payment_refused",
            Self::PaymentState(_) => "payment_state",
            Self::TestModeOnly => "test_mode_only",
            Self::StoreNotFound => "store_not_found",
            Self::StoreExists => "store_exists",
            Self::SettingsRefused(_) => "settings_refused",
            Self::JobNotFound => "job_not_found",
            Self::LandedCost(_) => "landed_cost",
            Self::RulesBroken(_) => "rules_broken",
            Self::ShipFromMissing => "ship_from_missing",
            Self::QuoteNotFound => "quote_not_found",
            Self::Webhook(_) => "webhook",
            Self::Wholesale(_) => "wholesale",
            Self::Amount(_) => "amount",
            Self::Db(DbError::Unavailable(_)) => "database_unavailable",
            Self::Db(_) => "database",
        }
    }

    /// Whether it is our fault and belongs into the error log with its source.
    pub const fn is_internal(&self) -> bool {
        matches!(self, Self::Db(_) | Self::RulesBroken(_))
    }
}
