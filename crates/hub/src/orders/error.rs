//! Why something about placed orders was not done. Nothing was changed.

use crossdock_db::DbError;
use crossdock_domain::money::MoneyError;
use crossdock_domain::wholesale::{InvalidSupplyTransition, RecipientField};
use crossdock_platform::error::db_code;
use crossdock_platform::use_case_error;

use crate::ordering::price_check::LinesError;
use crate::{LineOutcome, RecipientProblem, UnknownEntity};

/// Why orders were not listed.
#[derive(Debug, thiserror::Error)]
pub enum OrderListError {
    /// Too many elements in one call.
    #[error("at most {max} elements in one call")]
    TooManyElements {
        /// The limit.
        max: usize,
    },
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(OrderListError, internal: Self::Db(_), {
    Self::TooManyElements { .. } => "too_many_elements",
    Self::Db(error) => db_code(error),
});

/// Why no wish to cancel was looked at.
#[derive(Debug, thiserror::Error)]
pub enum CancelError {
    /// Too many elements in one call.
    #[error("at most {max} elements in one call")]
    TooManyElements {
        /// The limit.
        max: usize,
    },
    /// The life cycle has no such move.
    #[error(transparent)]
    InvalidTransition(#[from] InvalidSupplyTransition),
    /// The goods put aside for the order are no longer there: a recount found less.
    #[error("the goods of the order are not in stock; correct the stock first")]
    GoodsMissing,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(CancelError, internal: Self::Db(_), {
    Self::TooManyElements { .. } => "too_many_elements",
    Self::InvalidTransition(_) => "no_such_move",
    Self::GoodsMissing => "goods_missing",
    Self::Db(error) => db_code(error),
});

/// Why staff did not get or change an order.
#[derive(Debug, thiserror::Error)]
pub enum OrderError {
    /// No such order of this caller.
    #[error("no such order")]
    OrderNotFound,
    /// Nothing of this kind has this id here.
    #[error("no such {0}")]
    NotFound(UnknownEntity),
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
    /// The life cycle has no such move.
    #[error(transparent)]
    InvalidTransition(#[from] InvalidSupplyTransition),
    /// The goods put aside for the order are no longer there: a recount found less.
    #[error("the goods of the order are not in stock; correct the stock first")]
    GoodsMissing,
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
    /// Settings or data that contradict themselves, in words for staff.
    #[error("{0}")]
    Refused(String),
    /// An amount does not fit.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(OrderError, internal: Self::Db(_), {
    Self::OrderNotFound => "order_not_found",
    Self::NotFound(_) => "not_found",
    Self::Invalid { .. } => "invalid",
    Self::TooManyElements { .. } => "too_many_elements",
    Self::LinesRefused(_) => "lines_refused",
    Self::InvalidTransition(_) => "no_such_move",
    Self::GoodsMissing => "goods_missing",
    Self::UnknownCourier => "unknown_courier",
    Self::NoCourier => "no_courier",
    Self::PickupPoint => "pickup_point",
    Self::RecipientNotFound => "recipient_not_found",
    Self::RecipientIncomplete(_) => "recipient_incomplete",
    Self::RecipientTooLong(_) => "recipient_too_long",
    Self::PaymentNotAvailable => "payment_not_available",
    Self::Refused(_) => "refused",
    Self::Amount(_) => "amount",
    Self::Db(error) => db_code(error),
});

/// Why an order did not move to another status.
#[derive(Debug, thiserror::Error)]
pub(crate) enum MoveError {
    #[error(transparent)]
    InvalidTransition(#[from] InvalidSupplyTransition),
    #[error("the goods of the order are not in stock; correct the stock first")]
    GoodsMissing,
    #[error(transparent)]
    Db(#[from] DbError),
}

impl From<MoveError> for CancelError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::InvalidTransition(refused) => Self::InvalidTransition(refused),
            MoveError::GoodsMissing => Self::GoodsMissing,
            MoveError::Db(error) => Self::Db(error),
        }
    }
}

impl From<MoveError> for OrderError {
    fn from(error: MoveError) -> Self {
        match error {
            MoveError::InvalidTransition(refused) => Self::InvalidTransition(refused),
            MoveError::GoodsMissing => Self::GoodsMissing,
            MoveError::Db(error) => Self::Db(error),
        }
    }
}

impl From<RecipientProblem> for OrderError {
    fn from(problem: RecipientProblem) -> Self {
        match problem {
            RecipientProblem::NotFound => Self::RecipientNotFound,
            RecipientProblem::Missing(fields) => Self::RecipientIncomplete(fields),
            RecipientProblem::TooLong(fields) => Self::RecipientTooLong(fields),
        }
    }
}

impl From<LinesError> for OrderError {
    fn from(error: LinesError) -> Self {
        match error {
            LinesError::Amount(error) => Self::Amount(error),
            LinesError::Db(error) => Self::Db(error),
        }
    }
}
