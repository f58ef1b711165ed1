//! Why something on the buyer's side was not done. Each enum holds what its use cases can meet; nothing was changed.

use crossdock_db::DbError;
use crossdock_domain::address::{AddressField, FieldError};
use crossdock_domain::cart::CartProblem;
use crossdock_domain::clock::Span;
use crossdock_domain::ids::OrderId;
use crossdock_domain::money::MoneyError;
use crossdock_domain::order::{OrderStatus, Refusal};
use crossdock_domain::shipping::NoShipping;
use crossdock_landed_cost::QuoteError;
use crossdock_platform::error::db_code;
use crossdock_platform::use_case_error;

/// Why a caller does not speak for a store.
#[derive(Debug, thiserror::Error)]
pub enum CredentialsError {
    /// Unknown store or wrong secret; callers cannot tell which. The answer must be held back for `delay`.
    #[error("invalid store or secret")]
    Invalid {
        /// Grows with repeated failures of one address at one store; zero at first.
        delay: Span,
    },
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(CredentialsError, internal: Self::Db(_), {
    Self::Invalid { .. } => "invalid_credentials",
    Self::Db(error) => db_code(error),
});

/// Why a store was not added, changed or found.
#[derive(Debug, thiserror::Error)]
pub enum StoreError {
    /// No such store.
    #[error("no such store")]
    NotFound,
    /// The store id is taken.
    #[error("a store with this id exists already")]
    Exists,
    /// Settings that contradict themselves, told in words for staff.
    #[error("{0}")]
    SettingsRefused(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(StoreError, internal: Self::Db(_), {
    Self::NotFound => "store_not_found",
    Self::Exists => "store_exists",
    Self::SettingsRefused(_) => "settings_refused",
    Self::Db(error) => db_code(error),
});

/// Why a cart was not registered.
#[derive(Debug, thiserror::Error)]
pub enum CartError {
    /// Unknown store or wrong secret; callers cannot tell which. The answer must be held back for `delay`.
    #[error("invalid store or secret")]
    InvalidCredentials {
        /// Grows with repeated failures of one address at one store; zero at first.
        delay: Span,
    },
    /// The cart breaks a rule.
    #[error("cart refused: {0}")]
    Refused(#[from] CartProblem),
    /// The idempotency key was used with another request.
    #[error("the idempotency key was used with a different request")]
    IdempotencyMismatch,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(CartError, internal: Self::Db(_), {
    Self::InvalidCredentials { .. } => "invalid_credentials",
    Self::Refused(_) => "cart_refused",
    Self::IdempotencyMismatch => "idempotency_mismatch",
    Self::Db(error) => db_code(error),
});

impl From<CredentialsError> for CartError {
    fn from(error: CredentialsError) -> Self {
        match error {
            CredentialsError::Invalid { delay } => Self::InvalidCredentials { delay },
            CredentialsError::Db(error) => Self::Db(error),
        }
    }
}

/// Why a step of the hosted checkout was not taken.
#[derive(Debug, thiserror::Error)]
pub enum CheckoutError {
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
    UnsealError,
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
    /// No order was made from the cart, or not this one.
    #[error("no such order")]
    OrderNotFound,
    /// The cart's store is gone.
    #[error("no such store")]
    StoreNotFound,
    /// The landed-cost rules have mistakes, told in words for staff.
    #[error("the landed-cost rules cannot be used: {0}")]
    RulesBroken(String),
    /// An amount does not fit.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(CheckoutError, internal: Self::RulesBroken(_) | Self::Db(_), {
    Self::CartNotFound => "cart_not_found",
    Self::CartExpired => "cart_expired",
    Self::CartEmpty => "cart_empty",
    Self::CartPaid(_) => "cart_paid",
    Self::UnsealError => "checkout_not_opened",
    Self::StepMissing(_) => "step_missing",
    Self::AddressRefused(_) => "address_refused",
    Self::NoShipping(_) => "no_shipping",
    Self::ShippingNotOffered => "shipping_not_offered",
    Self::QuoteChanged => "quote_changed",
    Self::GoodsProhibited(_) => "goods_prohibited",
    Self::OrderNotFound => "order_not_found",
    Self::StoreNotFound => "store_not_found",
    Self::RulesBroken(_) => "rules_broken",
    Self::Amount(_) => "amount",
    Self::Db(error) => db_code(error),
});

/// Why a payment was not begun, continued or recorded.
#[derive(Debug, thiserror::Error)]
pub enum PaymentError {
    /// What the steps before it refuse, too.
    #[error(transparent)]
    Checkout(CheckoutError),
    /// The store does not take this way of paying.
    #[error("this way of paying is not offered")]
    NotOffered,
    /// Payment fields to mend.
    #[error("the payment details have mistakes")]
    Refused(Vec<(PaymentField, FieldError)>),
    /// Only in test mode.
    #[error("this is possible in test mode only")]
    TestModeOnly,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(PaymentError, internal: Self::Checkout(CheckoutError::RulesBroken(_)) | Self::Db(_), {
    Self::Checkout(error) => error.code(),
    Self::NotOffered => "payment_not_offered",
    Self::Refused(_) => "payment_refused",
    Self::TestModeOnly => "test_mode_only",
    Self::Db(error) => db_code(error),
});

impl From<CheckoutError> for PaymentError {
    fn from(error: CheckoutError) -> Self {
        match error {
            CheckoutError::Db(error) => Self::Db(error),
            error => Self::Checkout(error),
        }
    }
}

impl From<MoneyError> for PaymentError {
    fn from(error: MoneyError) -> Self {
        Self::Checkout(error.into())
    }
}

/// Why the merchant's software did not get or change an order.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// Unknown store or wrong secret; callers cannot tell which. The answer must be held back for `delay`.
    #[error("invalid store or secret")]
    InvalidCredentials {
        /// Grows with repeated failures of one address at one store; zero at first.
        delay: Span,
    },
    /// No such order in the caller's store.
    #[error("no such order")]
    NotFound,
    /// The merchant may not change the order now.
    #[error("the order is locked in status {status}")]
    Locked {
        /// Its present status.
        status: OrderStatus,
    },
    /// The life cycle has no such move.
    #[error("an order in status {from} cannot become {to}")]
    InvalidTransition {
        /// Its present status.
        from: OrderStatus,
        /// The wanted one.
        to: OrderStatus,
    },
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(OrderError, internal: Self::Db(_), {
    Self::InvalidCredentials { .. } => "invalid_credentials",
    Self::NotFound => "order_not_found",
    Self::Locked { .. } => "order_locked",
    Self::InvalidTransition { .. } => "no_such_move",
    Self::Db(error) => db_code(error),
});

impl From<CredentialsError> for OrderError {
    fn from(error: CredentialsError) -> Self {
        match error {
            CredentialsError::Invalid { delay } => Self::InvalidCredentials { delay },
            CredentialsError::Db(error) => Self::Db(error),
        }
    }
}

impl From<Refusal> for OrderError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Locked(status) => Self::Locked { status },
            Refusal::InvalidTransition { from, to } => Self::InvalidTransition { from, to },
        }
    }
}

/// Why staff did not get or change an order.
#[derive(Debug, thiserror::Error)]
pub enum StaffOrderError {
    /// No such store.
    #[error("no such store")]
    StoreNotFound,
    /// No such order.
    #[error("no such order")]
    NotFound,
    /// The order may not be changed now.
    #[error("the order is locked in status {status}")]
    Locked {
        /// Its present status.
        status: OrderStatus,
    },
    /// The life cycle has no such move.
    #[error("an order in status {from} cannot become {to}")]
    InvalidTransition {
        /// Its present status.
        from: OrderStatus,
        /// The wanted one.
        to: OrderStatus,
    },
    /// The action needs a payment in another state, told in words.
    #[error("{0}")]
    PaymentState(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(StaffOrderError, internal: Self::Db(_), {
    Self::StoreNotFound => "store_not_found",
    Self::NotFound => "order_not_found",
    Self::Locked { .. } => "order_locked",
    Self::InvalidTransition { .. } => "no_such_move",
    Self::PaymentState(_) => "payment_state",
    Self::Db(error) => db_code(error),
});

impl From<Refusal> for StaffOrderError {
    fn from(refusal: Refusal) -> Self {
        match refusal {
            Refusal::Locked(status) => Self::Locked { status },
            Refusal::InvalidTransition { from, to } => Self::InvalidTransition { from, to },
        }
    }
}

/// Why a store's software or its product page got no landed cost.
#[derive(Debug, thiserror::Error)]
pub enum LandedQuoteError {
    /// Unknown store or wrong secret; callers cannot tell which. The answer must be held back for `delay`.
    #[error("invalid store or secret")]
    InvalidCredentials {
        /// Grows with repeated failures of one address at one store; zero at first.
        delay: Span,
    },
    /// No store has this public key.
    #[error("no such store")]
    StoreNotFound,
    /// It was not made or not found.
    #[error(transparent)]
    Quote(QuoteError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(LandedQuoteError, internal: Self::Quote(QuoteError::RulesBroken(_)) | Self::Db(_), {
    Self::InvalidCredentials { .. } => "invalid_credentials",
    Self::StoreNotFound => "store_not_found",
    Self::Quote(error) => error.code(),
    Self::Db(error) => db_code(error),
});

impl From<CredentialsError> for LandedQuoteError {
    fn from(error: CredentialsError) -> Self {
        match error {
            CredentialsError::Invalid { delay } => Self::InvalidCredentials { delay },
            CredentialsError::Db(error) => Self::Db(error),
        }
    }
}

impl From<QuoteError> for LandedQuoteError {
    fn from(error: QuoteError) -> Self {
        match error {
            QuoteError::Db(error) => Self::Db(error),
            error => Self::Quote(error),
        }
    }
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
