//! Wholesale prices: per price group and quantity step, net, with VAT on top.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::quantity::Quantity;
use crate::money::{Currency, Money, MoneyError};

/// The price group that stands for every account without a price of its own.
pub const EVERY_GROUP: &str = "*";

/// Prices of one group.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct GroupPrice {
    /// Name of the group, or [`EVERY_GROUP`].
    pub group: String,
    /// Steps by quantity; at least one.
    pub steps: Vec<PriceStep>,
}

/// A unit's price from a quantity on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct PriceStep {
    /// From this quantity on.
    pub from: Quantity,
    /// Net price of one unit, in minor units of the wholesaler's currency.
    pub net: i64,
}

/// Value added tax of a product.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(deny_unknown_fields)]
pub struct Vat {
    /// Percent: `23`.
    pub rate: Decimal,
    /// Exempt; the rate is 0 then.
    #[serde(default)]
    pub free: bool,
}

impl Vat {
    /// So many percent.
    pub const fn percent(rate: Decimal) -> Self {
        Self { rate, free: false }
    }

    /// A net amount with the tax on top, rounded once.
    pub fn gross(self, net: Money) -> Result<Money, MoneyError> {
        let rate = if self.free { Decimal::ZERO } else { self.rate };
        let factor = Decimal::ONE.checked_add(rate / Decimal::ONE_HUNDRED).ok_or(MoneyError::OutOfRange)?;
        let gross = net.to_decimal().checked_mul(factor).ok_or(MoneyError::OutOfRange)?;
        Money::from_decimal(gross, net.currency)
    }

    /// A gross amount without the tax in it, rounded once.
    pub fn net(self, gross: Money) -> Result<Money, MoneyError> {
        let rate = if self.free { Decimal::ZERO } else { self.rate };
        let factor = Decimal::ONE.checked_add(rate / Decimal::ONE_HUNDRED).ok_or(MoneyError::OutOfRange)?;
        let net = gross.to_decimal().checked_div(factor).ok_or(MoneyError::OutOfRange)?;
        Money::from_decimal(net, gross.currency)
    }
}

/// What a line costs.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineValue {
    /// One unit, net.
    pub unit_net: Money,
    /// One unit, gross; for display, the line is not computed from it.
    pub unit_gross: Money,
    /// The line, net.
    pub net: Money,
    /// The line, gross: its net value with the tax on top.
    pub gross: Money,
}

/// The net price of a unit for an account of this group that takes this much; `None` when it is not sold to the group.
///
/// The group's own prices count alone when there are any. Below the first step the first step's price counts.
pub fn price_for(prices: &[GroupPrice], group: &str, quantity: Quantity) -> Option<i64> {
    let of = |wanted: &str| prices.iter().find(|price| price.group == wanted);
    let steps = &of(group).or_else(|| of(EVERY_GROUP))?.steps;
    let reached = steps.iter().filter(|step| step.from <= quantity).max_by_key(|step| step.from);
    reached.or_else(|| steps.iter().min_by_key(|step| step.from)).map(|step| step.net)
}

/// Value of a line: net per unit times quantity, rounded once, then the tax, rounded once.
pub fn value_of(unit_net: i64, currency: Currency, vat: Vat, quantity: Quantity) -> Result<LineValue, MoneyError> {
    let unit_net = Money::new(unit_net, currency);
    let exact = unit_net.to_decimal().checked_mul(quantity.to_decimal()).ok_or(MoneyError::OutOfRange)?;
    let net = Money::from_decimal(exact, currency)?;
    Ok(LineValue { unit_net, unit_gross: vat.gross(unit_net)?, net, gross: vat.gross(net)? })
}

/// The same for a gross price that was agreed on: gross per unit times quantity, rounded once, then the tax taken out, rounded
/// once.
pub fn value_of_gross(unit_gross: Money, vat: Vat, quantity: Quantity) -> Result<LineValue, MoneyError> {
    let exact = unit_gross.to_decimal().checked_mul(quantity.to_decimal()).ok_or(MoneyError::OutOfRange)?;
    let gross = Money::from_decimal(exact, unit_gross.currency)?;
    Ok(LineValue { unit_net: vat.net(unit_gross)?, unit_gross, net: vat.net(gross)?, gross })
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn step(from: i64, net: i64) -> PriceStep {
        PriceStep { from: Quantity::pieces(from), net }
    }

    fn prices() -> Vec<GroupPrice> {
        vec![
            GroupPrice { group: EVERY_GROUP.to_owned(), steps: vec![step(1, 1000)] },
            GroupPrice { group: "gold".to_owned(), steps: vec![step(10, 800), step(2, 900)] },
        ]
    }

    #[test]
    fn the_group_and_the_highest_step_reached_decide() {
        for (group, pieces, net) in [("gold", 1, 900), ("gold", 2, 900), ("gold", 9, 900), ("gold", 10, 800)] {
            assert_eq!(price_for(&prices(), group, Quantity::pieces(pieces)), Some(net), "{group} {pieces}");
        }
        assert_eq!(price_for(&prices(), "silver", Quantity::pieces(50)), Some(1000));
        assert_eq!(price_for(&prices()[1..], "silver", Quantity::pieces(50)), None, "not sold to this group");
    }

    #[test]
    fn tax_is_put_on_the_line_and_rounded_once() {
        let pln = "PLN".parse().expect("PLN");
        let value = value_of(333, pln, Vat::percent(Decimal::from(23)), Quantity::pieces(3)).expect("in range");
        assert_eq!((value.net.minor, value.gross.minor), (999, 1229));
        assert_eq!(value.unit_gross.minor, 410);
        let free = value_of(333, pln, Vat { rate: Decimal::from(23), free: true }, Quantity::pieces(3));
        assert_eq!(free.expect("in range").gross.minor, 999);
    }

    #[test]
    fn an_agreed_gross_price_is_kept_to_the_last_digit() {
        let pln = "PLN".parse().expect("PLN");
        let value = value_of_gross(Money::new(9999, pln), Vat::percent(Decimal::from(23)), Quantity::pieces(3));
        let value = value.expect("in range");
        assert_eq!((value.unit_gross.minor, value.gross.minor), (9999, 29_997));
        assert_eq!((value.unit_net.minor, value.net.minor), (8129, 24_388));
        let free = value_of_gross(Money::new(410, pln), Vat { rate: Decimal::from(23), free: true }, Quantity(500));
        assert_eq!(free.expect("in range").net.minor, 205);
    }

    proptest! {
        #[test]
        fn tax_taken_out_and_put_on_again_is_the_same_amount(net in 0_i64..1_000_000, rate in 0_u32..100) {
            let (vat, net) = (Vat::percent(rate.into()), Money::new(net, "PLN".parse().expect("PLN")));
            prop_assert_eq!(vat.net(vat.gross(net).expect("in range")).expect("in range"), net);
        }

        #[test]
        fn gross_is_never_below_net(net in 0_i64..1_000_000, milli in 1_i64..1_000_000, rate in 0_u32..100) {
            let pln = "PLN".parse().expect("PLN");
            let value = value_of(net, pln, Vat::percent(rate.into()), Quantity(milli)).expect("in range");
            prop_assert!(value.gross.minor >= value.net.minor);
            prop_assert!(value.unit_gross.minor >= value.unit_net.minor);
        }
    }
}
