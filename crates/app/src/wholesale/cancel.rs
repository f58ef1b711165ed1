//! `Orders/cancel`: the shop takes an order back, until the packers have it.

use crossdock_domain::wholesale::{OrderSerial, SupplyOrder, SupplyStatus};

/// How a shop names an order.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum OrderRef {
    /// `orderSerialNumber`.
    Serial(OrderSerial),
    /// `orderId`.
    Id(String),
    /// `orderExternalId`.
    External(String),
}

/// A wish to cancel.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelSupplyOrder {
    /// Which order.
    pub order: OrderRef,
    /// Why.
    pub reason: String,
}

/// What became of a wish.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CancelOutcome {
    /// The order as it is now; `None` when it was not found.
    pub order: Option<SupplyOrder>,
    /// Why it was not cancelled; `None` when it is, now or already before.
    pub problem: Option<CancelProblem>,
}

/// Why an order was not cancelled.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum CancelProblem {
    /// [201] No such order of this account.
    NotFound,
    /// [204] Too late; `dropshippingOrderStatus` is `notCanceled` in the answer.
    TooLate {
        /// Its present status.
        status: SupplyStatus,
    },
}
