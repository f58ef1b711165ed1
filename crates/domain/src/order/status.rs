//! Order states and the moves between them, as data (reference §10).

use serde::{Deserialize, Serialize};

use crate::named::named_enum;

named_enum! {
    /// Status of an order, in the protocol's own names.
    #[expect(missing_docs, reason = "the protocol's names; meaning in reference §10 and docs/api/checkout.md")]
    pub enum OrderStatus: "status of an order" {
        IglobalFraudReview = "IGLOBAL_FRAUD_REVIEW",
        IglobalOrderInProcess = "IGLOBAL_ORDER_IN_PROCESS",
        IglobalOrderOnHold = "IGLOBAL_ORDER_ON_HOLD",
        IglobalOrderCancelled = "IGLOBAL_ORDER_CANCELLED",
        IglobalLabelsProcessing = "IGLOBAL_LABELS_PROCESSING",
        VendorPreparingOrder = "VENDOR_PREPARING_ORDER",
        VendorShipmentReady = "VENDOR_SHIPMENT_READY",
        VendorLabelsPrintedDate = "VENDOR_LABELS_PRINTED_DATE",
        VendorCancellationRequest = "VENDOR_CANCELLATION_REQUEST",
        VendorEndOfDayComplete = "VENDOR_END_OF_DAY_COMPLETE",
    }
}

use OrderStatus as S;

/// Who moves an order.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case", tag = "kind", content = "name")]
pub enum Actor {
    /// Crossdock itself: placing, payment results, screening.
    System,
    /// The merchant's software, by API.
    Merchant,
    /// A person at the command line or in the panel.
    Staff(String),
}

/// Which actors a move is open to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum MovedBy {
    /// System and staff.
    House,
    /// The merchant (and staff in the merchant's name).
    Merchant,
}

/// Everything the house may do: (from, allowed next states).
const HOUSE_MOVES: [(S, &[S]); 10] = [
    (S::IglobalFraudReview, &[S::IglobalOrderInProcess, S::IglobalOrderCancelled]),
    (
        S::IglobalOrderInProcess,
        &[S::IglobalOrderOnHold, S::IglobalLabelsProcessing, S::IglobalFraudReview, S::IglobalOrderCancelled],
    ),
    (S::IglobalOrderOnHold, &[S::IglobalOrderInProcess, S::IglobalOrderCancelled]),
    (S::IglobalLabelsProcessing, &[S::IglobalOrderInProcess, S::VendorLabelsPrintedDate, S::IglobalOrderCancelled]),
    (S::VendorPreparingOrder, &[S::IglobalOrderOnHold, S::IglobalLabelsProcessing, S::IglobalOrderCancelled]),
    (S::VendorShipmentReady, &[S::IglobalOrderOnHold, S::IglobalLabelsProcessing, S::IglobalOrderCancelled]),
    (S::VendorLabelsPrintedDate, &[S::IglobalOrderOnHold, S::IglobalOrderCancelled]),
    // The house grants the merchant's wish, or talks it over and lets the order go on.
    (S::VendorCancellationRequest, &[S::IglobalOrderCancelled, S::IglobalOrderInProcess]),
    // Shipped orders cannot be cancelled, and cancelled ones stay so (reference §10).
    (S::VendorEndOfDayComplete, &[]),
    (S::IglobalOrderCancelled, &[]),
];

/// States in which the merchant's updates are refused (reference §8).
pub const LOCKED: [S; 6] = [
    S::IglobalLabelsProcessing,
    S::IglobalOrderOnHold,
    S::IglobalFraudReview,
    S::IglobalOrderCancelled,
    S::VendorCancellationRequest,
    S::VendorEndOfDayComplete,
];

/// The five values a merchant may set.
pub const VENDOR: [S; 5] = [
    S::VendorPreparingOrder,
    S::VendorShipmentReady,
    S::VendorLabelsPrintedDate,
    S::VendorCancellationRequest,
    S::VendorEndOfDayComplete,
];

/// States an order may be born in.
pub const FIRST: [S; 3] = [S::IglobalOrderInProcess, S::IglobalFraudReview, S::IglobalOrderOnHold];

/// Why a move was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The merchant may not touch the order in its present status.
    #[error("order is locked in status {0}")]
    Locked(OrderStatus),
    /// There is no such move.
    #[error("an order in status {from} cannot become {to}")]
    NoSuchMove {
        /// Present status.
        from: OrderStatus,
        /// Wanted status.
        to: OrderStatus,
    },
}

impl OrderStatus {
    /// Whether the merchant's updates are refused.
    pub fn is_locked(self) -> bool {
        LOCKED.contains(&self)
    }

    /// States that `by` may move an order to from here. A status is never among its own successors: setting it again
    /// is no change.
    pub fn may_become(self, by: MovedBy) -> Vec<Self> {
        match by {
            MovedBy::House => {
                HOUSE_MOVES.iter().find(|(from, _)| *from == self).map_or_else(Vec::new, |(_, to)| to.to_vec())
            }
            MovedBy::Merchant if self.is_locked() => Vec::new(),
            MovedBy::Merchant => VENDOR.into_iter().filter(|to| *to != self).collect(),
        }
    }

    /// Checks one move. `Ok(false)` means that the order already is there and nothing changes.
    pub fn check_move(self, to: Self, by: MovedBy) -> Result<bool, Refusal> {
        if by == MovedBy::Merchant && self.is_locked() {
            return Err(Refusal::Locked(self));
        }
        if self == to {
            return Ok(false);
        }
        if self.may_become(by).contains(&to) { Ok(true) } else { Err(Refusal::NoSuchMove { from: self, to }) }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_status_is_reachable_from_a_first_one() {
        let mut seen: HashSet<S> = FIRST.into_iter().collect();
        let mut queue: Vec<S> = FIRST.to_vec();
        while let Some(status) = queue.pop() {
            for by in [MovedBy::House, MovedBy::Merchant] {
                for next in status.may_become(by) {
                    if seen.insert(next) {
                        queue.push(next);
                    }
                }
            }
        }
        assert_eq!(seen.len(), S::ALL.len());
    }

    #[test]
    fn only_complete_and_cancelled_are_dead_ends() {
        for status in S::ALL {
            let open =
                !status.may_become(MovedBy::House).is_empty() || !status.may_become(MovedBy::Merchant).is_empty();
            let last = matches!(status, S::VendorEndOfDayComplete | S::IglobalOrderCancelled);
            assert_eq!(open, !last, "{status}");
        }
    }

    #[test]
    fn the_moves_table_names_every_status_once() {
        let named: HashSet<S> = HOUSE_MOVES.iter().map(|(from, _)| *from).collect();
        assert_eq!(named.len(), HOUSE_MOVES.len());
        assert_eq!(named.len(), S::ALL.len());
    }

    #[test]
    fn a_locked_order_refuses_every_merchant_move() {
        for from in LOCKED {
            for to in VENDOR {
                assert_eq!(from.check_move(to, MovedBy::Merchant), Err(Refusal::Locked(from)));
            }
        }
    }

    #[test]
    fn an_unlocked_order_takes_every_vendor_value_and_only_those() {
        for from in S::ALL.into_iter().filter(|s| !s.is_locked()) {
            for to in S::ALL {
                let wanted = if from == to {
                    Ok(false)
                } else if VENDOR.contains(&to) {
                    Ok(true)
                } else {
                    Err(Refusal::NoSuchMove { from, to })
                };
                assert_eq!(from.check_move(to, MovedBy::Merchant), wanted, "{from} -> {to}");
            }
        }
    }

    #[test]
    fn a_shipped_or_cancelled_order_cannot_be_cancelled_again() {
        assert!(S::VendorEndOfDayComplete.check_move(S::IglobalOrderCancelled, MovedBy::House).is_err());
        assert_eq!(S::IglobalOrderCancelled.check_move(S::IglobalOrderCancelled, MovedBy::House), Ok(false));
    }

    #[test]
    fn codes_and_serialised_names_agree() {
        for status in S::ALL {
            assert_eq!(S::from_code(status.code()), Some(status));
        }
        assert_eq!(S::from_code("IGLOBAL_ORDER_CANCELED"), None, "one L is a client's mistake");
    }
}
