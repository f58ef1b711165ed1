//! Why something about goods was not done. Nothing was changed.

use crossdock_db::DbError;
use crossdock_platform::error::db_code;
use crossdock_platform::use_case_error;

use crate::UnknownEntity;

/// Why products, stocks or couriers were not stored or found.
#[derive(Debug, thiserror::Error)]
pub enum GoodsError {
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
    /// A sandbox holds no more products.
    #[error("the limit of products of a sandbox is reached: {max}")]
    ProductLimit {
        /// The limit.
        max: i64,
    },
    /// Settings or data that contradict themselves, in words for staff.
    #[error("{0}")]
    Refused(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(GoodsError, internal: Self::Db(_), {
    Self::NotFound(_) => "not_found",
    Self::Invalid { .. } => "invalid",
    Self::TooManyElements { .. } => "too_many_elements",
    Self::ProductLimit { .. } => "product_limit",
    Self::Refused(_) => "refused",
    Self::Db(error) => db_code(error),
});

/// Why nobody was told what can be sold.
#[derive(Debug, thiserror::Error)]
pub enum AvailabilityError {
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
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(AvailabilityError, internal: Self::Db(_), {
    Self::Invalid { .. } => "invalid",
    Self::TooManyElements { .. } => "too_many_elements",
    Self::Db(error) => db_code(error),
});
