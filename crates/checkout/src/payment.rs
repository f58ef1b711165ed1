//! Paying: start, further step, outcome, and the one place where orders are made.

mod outcome;
mod provider_bank_transfer;
mod provider_test;
mod settle;
mod start;

pub mod provider;

use crossdock_domain::ids::OrderId;
use crossdock_domain::order::OrderStatus;

pub use crossdock_db::attempts::AttemptRow;
pub use outcome::RecordPaymentOutcome;
pub use provider_test::CARDS as TEST_CARDS;
pub(crate) use start::FindPaymentProgress;
pub use start::StartPayment;

/// What the buyer is shown after a try to pay.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum PaymentStep {
    /// There is an order.
    Placed {
        /// Its id.
        order: OrderId,
        /// Its status.
        status: OrderStatus,
        /// Where the buyer goes now.
        redirect: String,
    },
    /// The buyer must pass a further step.
    Challenge,
    /// The provider has not answered yet; the page asks again.
    Pending,
    /// Refused; the buyer may try again.
    Declined {
        /// Stable reason: `card_declined`, `expired_card`, `challenge_failed`, …
        reason: String,
    },
    /// Nothing was tried yet.
    NotStarted,
}
