//! Why something about tenants and access was not done. Nothing was changed.

use crossdock_db::DbError;
use crossdock_domain::clock::Span;
use crossdock_platform::error::db_code;
use crossdock_platform::use_case_error;

use crate::{GoodsError, UnknownEntity};

/// Why a shop was not let in.
#[derive(Debug, thiserror::Error)]
pub enum AccessError {
    /// No such wholesaler.
    #[error("no such wholesaler")]
    WholesalerNotFound,
    /// Unknown login, wrong key, blocked account: callers cannot tell which. The answer must be held back for `delay`.
    #[error("login failed")]
    LoginFailed {
        /// Grows with repeated failures.
        delay: Span,
    },
    /// The session is missing, unknown or expired.
    #[error("the session is missing, unknown or expired")]
    SessionInvalid,
    /// The dropshipping key is missing or wrong.
    #[error("the dropshipping key is missing or wrong")]
    DropshippingKeyInvalid,
    /// Dropshipping is switched off at this wholesaler, or for this account.
    #[error("dropshipping orders are switched off")]
    SwitchedOff,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(AccessError, internal: Self::Db(_), {
    Self::WholesalerNotFound => "wholesaler_not_found",
    Self::LoginFailed { .. } => "login_failed",
    Self::SessionInvalid => "session_invalid",
    Self::DropshippingKeyInvalid => "dropshipping_key_invalid",
    Self::SwitchedOff => "switched_off",
    Self::Db(error) => db_code(error),
});

/// Why staff may not act for a shop.
#[derive(Debug, thiserror::Error)]
pub enum StaffAccessError {
    /// Nothing of this kind has this id here.
    #[error("no such {0}")]
    NotFound(UnknownEntity),
    /// Dropshipping is switched off at this wholesaler, or for this account.
    #[error("dropshipping orders are switched off")]
    SwitchedOff,
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(StaffAccessError, internal: Self::Db(_), {
    Self::NotFound(_) => "not_found",
    Self::SwitchedOff => "switched_off",
    Self::Db(error) => db_code(error),
});

/// Why an application was not let into the Admin API.
#[derive(Debug, thiserror::Error)]
pub enum AdminAccessError {
    /// Unknown login, wrong key, blocked account: callers cannot tell which. The answer must be held back for `delay`.
    #[error("login failed")]
    LoginFailed {
        /// Grows with repeated failures.
        delay: Span,
    },
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(AdminAccessError, internal: Self::Db(_), {
    Self::LoginFailed { .. } => "login_failed",
    Self::Db(error) => db_code(error),
});

/// Why a wholesaler, an account, a key or a token was not added, changed or found.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// Nothing of this kind has this id here.
    #[error("no such {0}")]
    NotFound(UnknownEntity),
    /// The id or name is taken, in words for staff.
    #[error("{0}")]
    Exists(String),
    /// Settings or data that contradict themselves, in words for staff.
    #[error("{0}")]
    Refused(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(TenantError, internal: Self::Db(_), {
    Self::NotFound(_) => "not_found",
    Self::Exists(_) => "exists",
    Self::Refused(_) => "refused",
    Self::Db(error) => db_code(error),
});

/// Why a sandbox was not made, changed or removed.
#[derive(Debug, thiserror::Error)]
pub enum SandboxError {
    /// No such sandbox in use.
    #[error("no such sandbox in use")]
    NotFound,
    /// A parameter is of no use.
    #[error("{field} {must}")]
    Invalid {
        /// Which; the name of this crate's field.
        field: &'static str,
        /// What it must be, as the end of a sentence.
        must: &'static str,
    },
    /// A limit of sandboxes.
    #[error(transparent)]
    Limit(#[from] SandboxLimit),
    /// Settings or data that contradict themselves, in words for staff.
    #[error("{0}")]
    Refused(String),
    /// Its account or its keys could not be made.
    #[error(transparent)]
    Tenant(TenantError),
    /// Its goods could not be stored.
    #[error(transparent)]
    Goods(GoodsError),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(SandboxError, internal: Self::Db(_), {
    Self::NotFound => "not_found",
    Self::Invalid { .. } => "invalid",
    Self::Limit(_) => "sandbox_limit",
    Self::Refused(_) => "refused",
    Self::Tenant(error) => error.code(),
    Self::Goods(error) => error.code(),
    Self::Db(error) => db_code(error),
});

/// Which limit of sandboxes is reached; a real wholesaler has none of these.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum SandboxLimit {
    /// So many there are at the same time.
    #[error("the limit of sandboxes at the same time is reached: {max}")]
    Living {
        /// The limit.
        max: i64,
    },
    /// So many are made for one address of the network in 24 hours.
    #[error("the limit of new sandboxes for this network address in 24 hours is reached: {max}")]
    Address {
        /// The limit.
        max: i64,
    },
    /// So many are made for one e-mail address in 24 hours.
    #[error("the limit of new sandboxes for this e-mail address in 24 hours is reached: {max}")]
    Email {
        /// The limit.
        max: i64,
    },
}

impl From<TenantError> for SandboxError {
    fn from(error: TenantError) -> Self {
        match error {
            TenantError::Db(error) => Self::Db(error),
            error => Self::Tenant(error),
        }
    }
}

impl From<GoodsError> for SandboxError {
    fn from(error: GoodsError) -> Self {
        match error {
            GoodsError::Db(error) => Self::Db(error),
            error => Self::Goods(error),
        }
    }
}
