//! Quantities of goods: exact thousandths, so that databases can count them with integers.

use std::fmt;
use std::str::FromStr;

use rust_decimal::Decimal;
use rust_decimal::prelude::ToPrimitive;
use serde::{Deserialize, Deserializer, Serialize, Serializer};

/// So many thousandths of a unit. `Quantity(1500)` is 1.5 m, or 1.5 kg; `Quantity::pieces(2)` two pieces. In documents
/// written as a decimal.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Default)]
pub struct Quantity(pub i64);

impl Quantity {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// Above everything that is counted: available, but nobody counts it.
    pub const UNCOUNTED: Self = Self(i64::MAX);
    /// The largest quantity that anybody may ask for or store: a billion.
    pub const MAX: Self = Self(1_000_000_000_000);

    /// Whole pieces.
    pub const fn pieces(n: i64) -> Self {
        Self(n * 1000)
    }

    /// The exact quantity; `None` with more than three decimals or beyond ±[`Quantity::MAX`].
    pub fn from_decimal(value: Decimal) -> Option<Self> {
        let milli = value.checked_mul(Decimal::ONE_THOUSAND)?;
        if !milli.is_integer() {
            return None;
        }
        milli.to_i64().map(Self).filter(|q| q.0.abs() <= Self::MAX.0)
    }

    /// As a decimal without needless zeros.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.0, 3).normalize()
    }

    /// Whether there is any.
    pub const fn is_positive(self) -> bool {
        self.0 > 0
    }

    /// Sum that stops at the ends of the range.
    #[must_use]
    pub const fn plus(self, other: Self) -> Self {
        Self(self.0.saturating_add(other.0))
    }

    /// Difference that stops at the ends of the range.
    #[must_use]
    pub const fn minus(self, other: Self) -> Self {
        Self(self.0.saturating_sub(other.0))
    }

    /// So many times this much; `None` when the exact product has more than three decimals or is out of range.
    pub fn times(self, count: Self) -> Option<Self> {
        let product = i128::from(self.0) * i128::from(count.0);
        if product % 1000 != 0 {
            return None;
        }
        i64::try_from(product / 1000).ok().map(Self).filter(|q| q.0.abs() <= Self::MAX.0)
    }

    /// How many whole thousandths of `one` fit into this: 7 pieces hold 3.5 sets of 2.
    #[must_use]
    pub fn divided_by(self, one: Self) -> Self {
        if self == Self::UNCOUNTED || one.0 <= 0 {
            return Self::UNCOUNTED;
        }
        let fit = i128::from(self.0) * 1000 / i128::from(one.0);
        Self(i64::try_from(fit).unwrap_or(i64::MAX))
    }

    /// Whether a line may have this quantity: a multiple of `step`, at least `minimum`.
    pub const fn is_allowed(self, step: Self, minimum: Self) -> bool {
        self.is_positive() && self.0 >= minimum.0 && self.0 <= Self::MAX.0 && self.is_multiple_of(step)
    }

    /// Whether this is a whole number of steps.
    pub const fn is_multiple_of(self, step: Self) -> bool {
        step.0 > 0 && self.0 % step.0 == 0
    }
}

impl fmt::Display for Quantity {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.to_decimal().fmt(f)
    }
}

/// Text that is no quantity.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("{0:?} is no quantity; write a number with at most three decimals")]
pub struct InvalidQuantity(pub String);

impl FromStr for Quantity {
    type Err = InvalidQuantity;
    fn from_str(text: &str) -> Result<Self, InvalidQuantity> {
        let value: Option<Decimal> = text.trim().parse().ok();
        value.and_then(Self::from_decimal).ok_or_else(|| InvalidQuantity(text.to_owned()))
    }
}

impl Serialize for Quantity {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        Serialize::serialize(&self.to_decimal(), serializer)
    }
}

impl<'de> Deserialize<'de> for Quantity {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        let value = <Decimal as Deserialize>::deserialize(deserializer)?;
        Self::from_decimal(value).ok_or_else(|| serde::de::Error::custom("a quantity has at most three decimals"))
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    #[test]
    fn quantities_are_read_exactly_or_not_at_all() {
        assert_eq!("1.5".parse(), Ok(Quantity(1500)));
        assert_eq!("2".parse(), Ok(Quantity::pieces(2)));
        for bad in ["1.2345", "", "x", "1000000000.001"] {
            assert!(bad.parse::<Quantity>().is_err(), "{bad}");
        }
        assert_eq!(Quantity(1500).to_string(), "1.5");
    }

    #[test]
    fn sets_fit_into_what_there_is() {
        assert_eq!(Quantity::pieces(7).divided_by(Quantity::pieces(2)), Quantity(3500));
        assert_eq!(Quantity::UNCOUNTED.divided_by(Quantity::pieces(2)), Quantity::UNCOUNTED);
        assert_eq!(Quantity(1500).times(Quantity::pieces(3)), Some(Quantity(4500)));
        assert_eq!(Quantity(1).times(Quantity(1)), None);
    }

    proptest! {
        #[test]
        fn a_quantity_comes_back_from_its_decimal(milli in -1_000_000_000_000_i64..=1_000_000_000_000) {
            let quantity = Quantity(milli);
            prop_assert_eq!(Quantity::from_decimal(quantity.to_decimal()), Some(quantity));
            let json = serde_json::to_string(&quantity).expect("json");
            prop_assert_eq!(serde_json::from_str::<Quantity>(&json).expect("quantity"), quantity);
        }
    }
}
