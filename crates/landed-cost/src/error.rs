//! Why something about landed costs was not done.

use crossdock_db::DbError;
use crossdock_domain::cart::CartProblem;
use crossdock_domain::landed_cost::LandedCostError;
use crossdock_domain::money::MoneyError;
use crossdock_domain::shipping::EmbargoedPlace;
use crossdock_platform::error::db_code;
use crossdock_platform::use_case_error;

/// Why the rules that are in use, or those of a kept quote, cannot be had.
#[derive(Debug, thiserror::Error)]
pub enum RulesError {
    /// The rule files have mistakes, in words for staff.
    #[error("the landed-cost rules cannot be used: {0}")]
    Broken(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(RulesError, internal: Self::Broken(_) | Self::Db(_), {
    Self::Broken(_) => "rules_broken",
    Self::Db(error) => db_code(error),
});

/// Why a landed cost was not computed.
#[derive(Debug, thiserror::Error)]
pub enum CalculationError {
    /// It cannot be worked out from what was asked.
    #[error(transparent)]
    Request(#[from] LandedCostError),
    /// The rule files have mistakes, in words for staff.
    #[error("the landed-cost rules cannot be used: {0}")]
    RulesBroken(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(CalculationError, internal: Self::RulesBroken(_) | Self::Db(_), {
    Self::Request(_) => "landed_cost",
    Self::RulesBroken(_) => "rules_broken",
    Self::Db(error) => db_code(error),
});

impl From<RulesError> for CalculationError {
    fn from(error: RulesError) -> Self {
        match error {
            RulesError::Broken(why) => Self::RulesBroken(why),
            RulesError::Db(error) => Self::Db(error),
        }
    }
}

/// Why a quote was not made, found or explained.
#[derive(Debug, thiserror::Error)]
pub enum QuoteError {
    /// A line breaks a rule of carts.
    #[error("cart refused: {0}")]
    CartRefused(#[from] CartProblem),
    /// Neither the request nor the store says where goods are sent from.
    #[error("nothing says where the goods are sent from")]
    ShipFromMissing,
    /// The store sends nothing there.
    #[error("the store does not ship to {}, which is under embargo ({})", .0.name(), .0.source())]
    Embargoed(EmbargoedPlace),
    /// It cannot be worked out from what was asked.
    #[error(transparent)]
    Request(#[from] LandedCostError),
    /// No such quote, or one without a landed cost.
    #[error("no such quote")]
    NotFound,
    /// An amount does not fit.
    #[error(transparent)]
    Amount(#[from] MoneyError),
    /// The rule files have mistakes, in words for staff.
    #[error("the landed-cost rules cannot be used: {0}")]
    RulesBroken(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(QuoteError, internal: Self::RulesBroken(_) | Self::Db(_), {
    Self::CartRefused(_) => "cart_refused",
    Self::ShipFromMissing => "ship_from_missing",
    Self::Embargoed(_) => "embargoed",
    Self::Request(_) => "landed_cost",
    Self::NotFound => "quote_not_found",
    Self::Amount(_) => "amount",
    Self::RulesBroken(_) => "rules_broken",
    Self::Db(error) => db_code(error),
});

impl From<CalculationError> for QuoteError {
    fn from(error: CalculationError) -> Self {
        match error {
            CalculationError::Request(error) => Self::Request(error),
            CalculationError::RulesBroken(why) => Self::RulesBroken(why),
            CalculationError::Db(error) => Self::Db(error),
        }
    }
}

/// Why a tariff or exchange rates were not stored.
#[derive(Debug, thiserror::Error)]
pub enum ImportError {
    /// They cannot be used, in words for staff.
    #[error("{0}")]
    Refused(String),
    /// The rule files have mistakes, in words for staff.
    #[error("the landed-cost rules cannot be used: {0}")]
    RulesBroken(String),
    /// Storage failed.
    #[error(transparent)]
    Db(#[from] DbError),
}

use_case_error!(ImportError, internal: Self::RulesBroken(_) | Self::Db(_), {
    Self::Refused(_) => "settings_refused",
    Self::RulesBroken(_) => "rules_broken",
    Self::Db(error) => db_code(error),
});

impl From<RulesError> for ImportError {
    fn from(error: RulesError) -> Self {
        match error {
            RulesError::Broken(why) => Self::RulesBroken(why),
            RulesError::Db(error) => Self::Db(error),
        }
    }
}
