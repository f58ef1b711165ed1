//! Stock: what lies in a warehouse, what of it is put aside, and where an order's goods are taken from.

use serde::{Deserialize, Serialize};

use super::ids::WarehouseId;
use super::quantity::Quantity;

/// What lies in one warehouse of one size.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct StockLevel {
    /// Where.
    pub warehouse: WarehouseId,
    /// On the shelves; never negative.
    pub quantity: Quantity,
    /// Of it put aside; never negative. More than there is after a recount that found less.
    pub reserved: Quantity,
}

impl StockLevel {
    /// What can be sold: the stock less what is put aside, never below nothing.
    pub fn available(&self) -> Quantity {
        self.quantity.minus(self.reserved).max(Quantity::ZERO)
    }
}

/// How a quantity is meant (customer protocol §8.7).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum StockOperation {
    /// It is this much.
    Set,
    /// It is more by this.
    Add,
    /// It is less by this.
    Subtract,
}

impl StockOperation {
    /// The operation of this name; the Admin API writes `substract`.
    pub fn from_code(code: &str) -> Option<Self> {
        match code {
            "set" => Some(Self::Set),
            "add" => Some(Self::Add),
            "subtract" | "substract" => Some(Self::Subtract),
            _ => None,
        }
    }

    /// The new stock; `None` when it would be negative or beyond [`Quantity::MAX`].
    pub fn apply(self, before: Quantity, by: Quantity) -> Option<Quantity> {
        let after = match self {
            Self::Set => by,
            Self::Add => before.plus(by),
            Self::Subtract => before.minus(by),
        };
        (by.0 >= 0 && after.0 >= 0 && after <= Quantity::MAX).then_some(after)
    }
}

/// Where to take this much from: from the first warehouse that holds all of it, else from several in their order. `None` when
/// all of them together hold less.
pub fn allocate(levels: &[StockLevel], wanted: Quantity) -> Option<Vec<(WarehouseId, Quantity)>> {
    if let Some(one) = levels.iter().find(|level| level.available() >= wanted) {
        return Some(vec![(one.warehouse, wanted)]);
    }
    let mut rest = wanted;
    let mut taken = Vec::new();
    for level in levels {
        let part = level.available().min(rest);
        if part.is_positive() {
            taken.push((level.warehouse, part));
            rest = rest.minus(part);
        }
    }
    (!rest.is_positive()).then_some(taken)
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn level(warehouse: i64, quantity: i64, reserved: i64) -> StockLevel {
        StockLevel { warehouse: WarehouseId(warehouse), quantity: Quantity(quantity), reserved: Quantity(reserved) }
    }

    #[test]
    fn one_warehouse_is_better_than_two() {
        let levels = [level(1, 3, 0), level(2, 9, 0)];
        assert_eq!(allocate(&levels, Quantity(5)), Some(vec![(WarehouseId(2), Quantity(5))]));
        assert_eq!(
            allocate(&levels, Quantity(11)),
            Some(vec![(WarehouseId(1), Quantity(3)), (WarehouseId(2), Quantity(8))])
        );
        assert_eq!(allocate(&levels, Quantity(13)), None);
        assert_eq!(level(1, 2, 5).available(), Quantity::ZERO, "a recount found less than is put aside");
    }

    #[test]
    fn operations_never_lead_below_nothing() {
        let op = |name: &str| StockOperation::from_code(name).expect(name);
        assert_eq!(op("substract").apply(Quantity(5), Quantity(6)), None);
        assert_eq!(op("subtract").apply(Quantity(5), Quantity(5)), Some(Quantity::ZERO));
        assert_eq!(op("set").apply(Quantity(5), Quantity(-1)), None);
        assert_eq!(op("add").apply(Quantity::MAX, Quantity(1)), None);
        assert_eq!(StockOperation::from_code("minus"), None);
    }

    proptest! {
        #[test]
        fn an_allocation_takes_exactly_what_is_wanted_and_nowhere_more_than_there_is(
            stocks in prop::collection::vec((0_i64..100, 0_i64..100), 0..6),
            wanted in 1_i64..300,
        ) {
            let levels: Vec<_> = (1..).zip(&stocks).map(|(id, (q, r))| level(id, *q, *r)).collect();
            let there: i64 = levels.iter().map(|level| level.available().0).sum();
            let found = allocate(&levels, Quantity(wanted));
            prop_assert_eq!(found.is_some(), there >= wanted);
            let found = found.unwrap_or_default();
            if there >= wanted {
                prop_assert_eq!(found.iter().map(|(_, q)| q.0).sum::<i64>(), wanted);
            }
            for (warehouse, quantity) in found {
                let level = levels.iter().find(|level| level.warehouse == warehouse).expect("known");
                prop_assert!(quantity.is_positive() && quantity <= level.available());
            }
        }
    }
}
