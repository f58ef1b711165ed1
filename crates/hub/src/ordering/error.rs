//! Why something on the way to an order was not done. Nothing was changed.

use crossdock_db::DbError;
use crossdock_domain::clock::Span;
use crossdock_domain::money::MoneyError;
use crossdock_domain::wholesale::RecipientField;
use crossdock_platform::error::db_code;
use crossdock_platform::use_case_error;

use crate::ordering::price_check::LinesError;
use crate::{LineOutcome, RecipientProblem};

/// Why a basket, a recipient or an order was not taken.
#[derive(Debug, thiserror::Error)]
pub enum OrderingError {
    /// No such wholesaler.
    #[error("no such wholesaler")]
    WholesalerNotFound,
    /// A parameter is of no use.
    #[error("{field} {must}")]
    Invalid {
        /// Which; the name of this crate's field.
        field: &'static str,
        /// What it must be, as the end of a sentence.
        must: &'static str,
    },
    /// Too many elements in one call.
    #[error("at most {max} elements in one call")]
    TooManyElements {
        /// The limit.
        max: usize,
    },
    /// Lines of an order cannot be delivered; every line is told, those with a fault are why.
    #[error("some lines cannot be delivered")]
    LinesRefused(Vec<LineOutcome>),
    /// Nothing to order.
    #[error("the basket is empty")]
    EmptyBasket,
    /// The external id was used for an order with other content.
    #[error("the external id was used for another order")]
    ExternalIdReused,
    /// No such courier.
    #[error("unknown courier")]
    UnknownCourier,
    /// No courier, or not this one, serves the address with this order and way of paying.
    #[error("no courier for this address")]
    NoCourier,
    /// The pickup point is missing or unknown.
    #[error("the pickup point is missing or unknown")]
    PickupPoint,
    /// No such recipient of this caller.
    #[error("no such delivery address")]
    RecipientNotFound,
    /// Required fields of the address are missing.
    #[error("required fields of the address are missing")]
    RecipientIncomplete(Vec<RecipientField>),
    /// Fields of the address are too long.
    #[error("fields of the address are too long")]
    RecipientTooLong(Vec<RecipientField>),
    /// The way of paying is not available to this account or not with this courier.
    #[error("the payment form is not available")]
    PaymentNotAvailable,
    /// A sandbox takes no more orders in these 24 hours.
    #[error("the limit of orders of a sandbox in 24 hours is reached: {max}")]
    DailyOrders {
        /// The limit.
        max: i64,
        /// When the next one is taken, from now.
        again_in: Span,
    },
    /// An amount does not fit.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(OrderingError, internal: Self::Db(_), {
    Self::WholesalerNotFound => "wholesaler_not_found",
    Self::Invalid { .. } => "invalid",
    Self::TooManyElements { .. } => "too_many_elements",
    Self::LinesRefused(_) => "lines_refused",
    Self::EmptyBasket => "empty_basket",
    Self::ExternalIdReused => "external_id_reused",
    Self::UnknownCourier => "unknown_courier",
    Self::NoCourier => "no_courier",
    Self::PickupPoint => "pickup_point",
    Self::RecipientNotFound => "recipient_not_found",
    Self::RecipientIncomplete(_) => "recipient_incomplete",
    Self::RecipientTooLong(_) => "recipient_too_long",
    Self::PaymentNotAvailable => "payment_not_available",
    Self::DailyOrders { .. } => "daily_orders",
    Self::Amount(_) => "amount",
    Self::Db(error) => db_code(error),
});

impl From<RecipientProblem> for OrderingError {
    fn from(problem: RecipientProblem) -> Self {
        match problem {
            RecipientProblem::NotFound => Self::RecipientNotFound,
            RecipientProblem::Missing(fields) => Self::RecipientIncomplete(fields),
            RecipientProblem::TooLong(fields) => Self::RecipientTooLong(fields),
        }
    }
}

impl From<LinesError> for OrderingError {
    fn from(error: LinesError) -> Self {
        match error {
            LinesError::Amount(error) => Self::Amount(error),
            LinesError::Db(error) => Self::Db(error),
        }
    }
}
