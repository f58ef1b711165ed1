//! States of a supply order and the moves between them, as data (customer protocol §8.5).

use std::fmt;

use serde::{Deserialize, Serialize};

/// Status of a supply order, in the Admin API's own names.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
#[expect(missing_docs, reason = "the protocol's names; meaning in the table of phases below")]
pub enum SupplyStatus {
    New,
    #[serde(rename = "payment_waiting")]
    AwaitingPayment,
    #[serde(rename = "delivery_waiting")]
    AwaitingDelivery,
    OnOrder,
    Packed,
    PackedFulfillment,
    PackedReady,
    Ready,
    #[serde(rename = "wait_for_packaging")]
    AwaitingPackaging,
    #[serde(rename = "wait_for_dispatch")]
    AwaitingDispatch,
    #[serde(rename = "wait_for_receive")]
    AwaitingPickup,
    Suspended,
    #[serde(rename = "joined")]
    Merged,
    Missing,
    Finished,
    #[serde(rename = "finished_ext")]
    FinishedExternally,
    Returned,
    Complained,
    #[serde(rename = "canceled")]
    Cancelled,
    #[serde(rename = "false")]
    Fake,
    Lost,
}

use SupplyStatus as S;

/// Where an order stands, coarsely; the moves and what happens to its goods follow from it.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
pub enum Phase {
    /// Not yet in the hands of the packers. Goods are put aside.
    Waiting,
    /// Being picked and packed. Goods are put aside.
    Packing,
    /// Left the warehouse.
    Sent,
    /// Left the warehouse and something happened on the way or afterwards.
    AfterSales,
    /// Will not be sent. Goods are free again.
    Cancelled,
}

/// Every status: number in `orderStatusId`, name, phase.
const TABLE: [(S, i64, &str, Phase); 21] = [
    (S::New, 1, "new", Phase::Waiting),
    (S::AwaitingPayment, 2, "payment_waiting", Phase::Waiting),
    (S::AwaitingDelivery, 3, "delivery_waiting", Phase::Waiting),
    (S::OnOrder, 4, "on_order", Phase::Waiting),
    (S::Packed, 5, "packed", Phase::Packing),
    (S::PackedFulfillment, 6, "packed_fulfillment", Phase::Packing),
    (S::PackedReady, 7, "packed_ready", Phase::Packing),
    (S::Ready, 8, "ready", Phase::Packing),
    (S::AwaitingPackaging, 9, "wait_for_packaging", Phase::Packing),
    (S::AwaitingDispatch, 10, "wait_for_dispatch", Phase::Packing),
    (S::AwaitingPickup, 11, "wait_for_receive", Phase::Packing),
    (S::Suspended, 12, "suspended", Phase::Waiting),
    (S::Merged, 13, "joined", Phase::Cancelled),
    (S::Missing, 14, "missing", Phase::Waiting),
    (S::Finished, 15, "finished", Phase::Sent),
    (S::FinishedExternally, 16, "finished_ext", Phase::Sent),
    (S::Returned, 17, "returned", Phase::AfterSales),
    (S::Complained, 18, "complained", Phase::AfterSales),
    (S::Cancelled, 19, "canceled", Phase::Cancelled),
    (S::Fake, 20, "false", Phase::Cancelled),
    (S::Lost, 21, "lost", Phase::AfterSales),
];

/// States in which the shop may still cancel (customer protocol §4.10).
pub const CANCELLABLE: [S; 5] = [S::New, S::AwaitingPayment, S::AwaitingDelivery, S::Suspended, S::OnOrder];

/// Why a move was refused.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("an order in status {from} cannot become {to}")]
pub struct InvalidSupplyTransition {
    /// Present status.
    pub from: SupplyStatus,
    /// Wanted status.
    pub to: SupplyStatus,
}

/// What a move does to the goods that were put aside.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockEffect {
    /// Nothing.
    None,
    /// They leave the warehouse.
    Take,
    /// They can be sold to somebody else.
    Release,
}

/// The order as the shop sees its dropshipping, `dropshippingOrderStatus` (customer protocol §8.5).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "camelCase")]
pub enum DropshippingStatus {
    /// Nothing final yet.
    Open,
    /// Sent by the supplier.
    Finished,
    /// Cancelled.
    #[serde(rename = "canceled")]
    Cancelled,
    /// Cancelling failed.
    #[serde(rename = "notCanceled")]
    NotCancelled,
}

impl DropshippingStatus {
    /// The protocol's name; empty while nothing is final.
    pub const fn code(self) -> &'static str {
        match self {
            Self::Open => "",
            Self::Finished => "finished",
            Self::Cancelled => "canceled",
            Self::NotCancelled => "notCanceled",
        }
    }
}

impl SupplyStatus {
    /// Every status, by its number.
    pub fn all() -> impl Iterator<Item = Self> {
        TABLE.into_iter().map(|(status, ..)| status)
    }

    const fn row(self) -> (i64, &'static str, Phase) {
        // The table is in the order of the enum; a test holds it to that.
        let (_, id, code, phase) = TABLE[self as usize];
        (id, code, phase)
    }

    /// `orderStatusId`.
    pub const fn id(self) -> i64 {
        self.row().0
    }

    /// The protocol's name, also the stored one.
    pub const fn code(self) -> &'static str {
        self.row().1
    }

    /// Where that is.
    pub const fn phase(self) -> Phase {
        self.row().2
    }

    /// The status of this name; `None` when there is none.
    pub fn from_code(code: &str) -> Option<Self> {
        Self::all().find(|status| status.code() == code)
    }

    /// The status of this number; `None` when there is none.
    pub fn from_id(id: i64) -> Option<Self> {
        Self::all().find(|status| status.id() == id)
    }

    /// Closed: `finished`, `finished_ext`, `canceled`, `false`, `lost`, `joined` (customer protocol §8.5).
    pub fn is_closed(self) -> bool {
        matches!(self.phase(), Phase::Sent | Phase::Cancelled) || self == S::Lost
    }

    /// Whether the shop may still cancel.
    pub fn is_cancellable(self) -> bool {
        CANCELLABLE.contains(&self)
    }

    /// Whether staff may change what was ordered: as long as the goods are put aside. What was sent or dropped stays as it was.
    pub const fn is_editable(self) -> bool {
        matches!(self.phase(), Phase::Waiting | Phase::Packing)
    }

    /// Whether staff may move an order from here to there. Nothing becomes `new` again, what was dropped stays dropped, and
    /// what was sent can only have an aftermath.
    pub fn can_transition_to(self, to: Self) -> bool {
        if self == to || to == S::New {
            return false;
        }
        match (self.phase(), to.phase()) {
            (Phase::Waiting | Phase::Packing, Phase::Waiting | Phase::Packing | Phase::Sent | Phase::Cancelled)
            | (Phase::Sent, Phase::AfterSales) => true,
            // An accounting program takes over.
            (Phase::Sent, Phase::Sent) => self == S::Finished,
            // A complaint is settled, a return ends in one or the other.
            (Phase::AfterSales, Phase::Sent | Phase::AfterSales) => self != S::Lost,
            _ => false,
        }
    }

    /// Checks one move. `Ok(false)` means that the order already is there and nothing changes.
    pub fn check_transition(self, to: Self) -> Result<bool, InvalidSupplyTransition> {
        if self == to {
            return Ok(false);
        }
        if self.can_transition_to(to) { Ok(true) } else { Err(InvalidSupplyTransition { from: self, to }) }
    }

    /// What happens to the goods on the way from here to there.
    pub const fn stock_effect(self, to: Self) -> StockEffect {
        match (self.phase(), to.phase()) {
            (Phase::Waiting | Phase::Packing, Phase::Sent | Phase::AfterSales) => StockEffect::Take,
            (Phase::Waiting | Phase::Packing, Phase::Cancelled) => StockEffect::Release,
            _ => StockEffect::None,
        }
    }

    /// How the shop sees it; `refused` tells that an attempt to cancel failed.
    pub const fn dropshipping(self, refused: bool) -> DropshippingStatus {
        match self.phase() {
            Phase::Sent | Phase::AfterSales => DropshippingStatus::Finished,
            Phase::Cancelled => DropshippingStatus::Cancelled,
            Phase::Waiting | Phase::Packing if refused => DropshippingStatus::NotCancelled,
            Phase::Waiting | Phase::Packing => DropshippingStatus::Open,
        }
    }
}

impl fmt::Display for SupplyStatus {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::HashSet;

    use proptest::prelude::*;

    use super::*;

    fn any_status() -> impl Strategy<Value = S> {
        prop::sample::select(S::all().collect::<Vec<_>>())
    }

    #[test]
    fn the_table_names_every_status_once_in_the_order_of_the_enum() {
        for (at, (status, id, code, _)) in TABLE.into_iter().enumerate() {
            assert_eq!((status as usize, status.code(), status.id()), (at, code, id));
            assert_eq!((S::from_code(code), S::from_id(id)), (Some(status), Some(status)));
            assert_eq!(serde_json::to_string(&status).expect("json"), format!("{code:?}"));
        }
        assert_eq!(S::from_code("cancelled"), None, "two Ls are a client's mistake");
    }

    #[test]
    fn every_status_is_reachable_from_new() {
        let mut seen = HashSet::from([S::New]);
        let mut queue = vec![S::New];
        while let Some(status) = queue.pop() {
            queue.extend(S::all().filter(|to| status.can_transition_to(*to) && seen.insert(*to)));
        }
        assert_eq!(seen.len(), TABLE.len());
    }

    #[test]
    fn only_what_was_dropped_or_lost_is_a_dead_end() {
        for status in S::all() {
            let open = S::all().any(|to| status.can_transition_to(to));
            assert_eq!(open, !(status.phase() == Phase::Cancelled || status == S::Lost), "{status}");
        }
    }

    #[test]
    fn the_shop_cancels_before_the_packers_have_it_and_only_then() {
        for status in S::all() {
            assert!(!status.is_cancellable() || status.phase() == Phase::Waiting, "{status}");
            assert!(!status.is_cancellable() || status.can_transition_to(S::Cancelled), "{status}");
        }
        assert_eq!(CANCELLABLE.len(), 5);
    }

    #[test]
    fn lines_change_only_while_goods_are_put_aside() {
        for status in S::all() {
            let put_aside = status.stock_effect(S::Cancelled) == StockEffect::Release;
            assert_eq!(status.is_editable(), put_aside, "{status}");
        }
    }

    #[test]
    fn closed_states_are_those_of_the_reference() {
        let closed: Vec<_> = S::all().filter(|s| s.is_closed()).map(S::code).collect();
        assert_eq!(closed, ["joined", "finished", "finished_ext", "canceled", "false", "lost"]);
    }

    proptest! {
        #[test]
        fn goods_are_taken_or_released_once_whatever_staff_do(path in prop::collection::vec(any_status(), 1..40)) {
            let (mut at, mut taken, mut released) = (S::New, 0, 0);
            for to in path {
                if at.check_transition(to) == Ok(true) {
                    match at.stock_effect(to) {
                        StockEffect::Take => taken += 1,
                        StockEffect::Release => released += 1,
                        StockEffect::None => {}
                    }
                    at = to;
                }
            }
            prop_assert!(taken + released <= 1);
            let settled = !matches!(at.phase(), Phase::Waiting | Phase::Packing);
            prop_assert_eq!(taken + released, i32::from(settled));
        }

        #[test]
        fn nothing_that_was_sent_or_dropped_is_sent_or_dropped_again(from in any_status(), to in any_status()) {
            if from.phase() == Phase::Cancelled {
                prop_assert!(!from.can_transition_to(to));
            }
            if matches!(from.phase(), Phase::Sent | Phase::AfterSales) && from.can_transition_to(to) {
                prop_assert!(matches!(to.phase(), Phase::Sent | Phase::AfterSales));
            }
        }
    }
}
