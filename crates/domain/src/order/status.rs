//! Order states and the moves between them, as data (checkout protocol §10).

use serde::{Deserialize, Serialize};

use crate::named::named_enum;

named_enum! {
    /// Status of an order, in the protocol's own names.
    #[expect(missing_docs, reason = "the protocol's names; meaning in checkout protocol §10 and docs/api/checkout.md")]
    pub enum OrderStatus: "status of an order" {
        FraudReview = "IGLOBAL_FRAUD_REVIEW",
        InProcess = "IGLOBAL_ORDER_IN_PROCESS",
        OnHold = "IGLOBAL_ORDER_ON_HOLD",
        Cancelled = "IGLOBAL_ORDER_CANCELLED",
        LabelsProcessing = "IGLOBAL_LABELS_PROCESSING",
        Preparing = "VENDOR_PREPARING_ORDER",
        ShipmentReady = "VENDOR_SHIPMENT_READY",
        LabelsPrinted = "VENDOR_LABELS_PRINTED_DATE",
        CancellationRequested = "VENDOR_CANCELLATION_REQUEST",
        Shipped = "VENDOR_END_OF_DAY_COMPLETE",
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
pub enum Initiator {
    /// System and staff.
    System,
    /// The merchant (and staff in the merchant's name).
    Merchant,
}

/// Everything the house may do: (from, allowed next states).
const SYSTEM_TRANSITIONS: [(S, &[S]); 10] = [
    (S::FraudReview, &[S::InProcess, S::Cancelled]),
    (S::InProcess, &[S::OnHold, S::LabelsProcessing, S::FraudReview, S::Cancelled]),
    (S::OnHold, &[S::InProcess, S::Cancelled]),
    (S::LabelsProcessing, &[S::InProcess, S::LabelsPrinted, S::Cancelled]),
    (S::Preparing, &[S::OnHold, S::LabelsProcessing, S::Cancelled]),
    (S::ShipmentReady, &[S::OnHold, S::LabelsProcessing, S::Cancelled]),
    (S::LabelsPrinted, &[S::OnHold, S::Cancelled]),
    // The house grants the merchant's wish, or talks it over and lets the order go on.
    (S::CancellationRequested, &[S::Cancelled, S::InProcess]),
    // Shipped orders cannot be cancelled, and cancelled ones stay so (checkout protocol §10).
    (S::Shipped, &[]),
    (S::Cancelled, &[]),
];

/// States in which the merchant's updates are refused (checkout protocol §8).
pub const LOCKED: [S; 6] =
    [S::LabelsProcessing, S::OnHold, S::FraudReview, S::Cancelled, S::CancellationRequested, S::Shipped];

/// The five values a merchant may set.
pub const SET_BY_MERCHANT: [S; 5] =
    [S::Preparing, S::ShipmentReady, S::LabelsPrinted, S::CancellationRequested, S::Shipped];

/// States an order may be born in.
pub const INITIAL: [S; 3] = [S::InProcess, S::FraudReview, S::OnHold];

/// Why a move was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum Refusal {
    /// The merchant may not touch the order in its present status.
    #[error("order is locked in status {0}")]
    Locked(OrderStatus),
    /// There is no such move.
    #[error("an order in status {from} cannot become {to}")]
    InvalidTransition {
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
    pub fn allowed_transitions(self, by: Initiator) -> Vec<Self> {
        match by {
            Initiator::System => {
                SYSTEM_TRANSITIONS.iter().find(|(from, _)| *from == self).map_or_else(Vec::new, |(_, to)| to.to_vec())
            }
            Initiator::Merchant if self.is_locked() => Vec::new(),
            Initiator::Merchant => SET_BY_MERCHANT.into_iter().filter(|to| *to != self).collect(),
        }
    }

    /// Checks one move. `Ok(false)` means that the order already is there and nothing changes.
    pub fn check_transition(self, to: Self, by: Initiator) -> Result<bool, Refusal> {
        if by == Initiator::Merchant && self.is_locked() {
            return Err(Refusal::Locked(self));
        }
        if self == to {
            return Ok(false);
        }
        if self.allowed_transitions(by).contains(&to) {
            Ok(true)
        } else {
            Err(Refusal::InvalidTransition { from: self, to })
        }
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use super::*;

    #[test]
    fn every_status_is_reachable_from_a_first_one() {
        let mut seen: HashSet<S> = INITIAL.into_iter().collect();
        let mut queue: Vec<S> = INITIAL.to_vec();
        while let Some(status) = queue.pop() {
            for by in [Initiator::System, Initiator::Merchant] {
                for next in status.allowed_transitions(by) {
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
            let open = !status.allowed_transitions(Initiator::System).is_empty()
                || !status.allowed_transitions(Initiator::Merchant).is_empty();
            let last = matches!(status, S::Shipped | S::Cancelled);
            assert_eq!(open, !last, "{status}");
        }
    }

    #[test]
    fn the_moves_table_names_every_status_once() {
        let named: HashSet<S> = SYSTEM_TRANSITIONS.iter().map(|(from, _)| *from).collect();
        assert_eq!(named.len(), SYSTEM_TRANSITIONS.len());
        assert_eq!(named.len(), S::ALL.len());
    }

    #[test]
    fn a_locked_order_refuses_every_merchant_move() {
        for from in LOCKED {
            for to in SET_BY_MERCHANT {
                assert_eq!(from.check_transition(to, Initiator::Merchant), Err(Refusal::Locked(from)));
            }
        }
    }

    #[test]
    fn an_unlocked_order_takes_every_vendor_value_and_only_those() {
        for from in S::ALL.into_iter().filter(|s| !s.is_locked()) {
            for to in S::ALL {
                let wanted = if from == to {
                    Ok(false)
                } else if SET_BY_MERCHANT.contains(&to) {
                    Ok(true)
                } else {
                    Err(Refusal::InvalidTransition { from, to })
                };
                assert_eq!(from.check_transition(to, Initiator::Merchant), wanted, "{from} -> {to}");
            }
        }
    }

    #[test]
    fn a_shipped_or_cancelled_order_cannot_be_cancelled_again() {
        assert!(S::Shipped.check_transition(S::Cancelled, Initiator::System).is_err());
        assert_eq!(S::Cancelled.check_transition(S::Cancelled, Initiator::System), Ok(false));
    }

    #[test]
    fn codes_and_serialised_names_agree() {
        for status in S::ALL {
            assert_eq!(S::from_code(status.code()), Some(status));
        }
        assert_eq!(S::from_code("IGLOBAL_ORDER_CANCELED"), None, "one L is a client's mistake");
    }
}
