//! The sums in the buyer's own currency.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::Totals;
use crate::clock::Day;
use crate::landed_cost::Rates;
use crate::money::{Currency, Money, MoneyError};

/// Sums in the buyer's currency, with what they were converted by.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ForeignTotals {
    /// The sums; the parts were converted one by one, so they add up.
    pub totals: Totals,
    /// Duty and tax as quoted, prepaid or not.
    pub quoted_duty_taxes: Money,
    /// Units for one unit of the store's currency, margin included, to 10 decimals.
    pub rate: Decimal,
    /// Of which day the rates are.
    pub day: Day,
    /// Who published them.
    pub source: String,
}

/// Converts `totals` to `currency`, `margin_percent` on top of the rate. `None` when the currency is the same or has no rate.
pub fn foreign_totals(
    totals: &Totals,
    quoted_duty_taxes: Money,
    currency: Currency,
    rates: &Rates,
    margin_percent: Decimal,
) -> Result<Option<ForeignTotals>, MoneyError> {
    let home = totals.currency();
    if home == currency {
        return Ok(None);
    }
    let Some(rate) = rates.rate(home, currency) else { return Ok(None) };
    let factor = Decimal::ONE_HUNDRED.checked_add(margin_percent).and_then(|f| f.checked_mul(Decimal::new(1, 2)));
    let rate =
        factor.and_then(|factor| rate.checked_mul(factor)).ok_or(MoneyError::OutOfRange)?.round_dp(10).normalize();
    let convert = |money: Money| {
        let exact = money.to_decimal().checked_mul(rate).ok_or(MoneyError::OutOfRange)?;
        Money::from_decimal(exact, currency)
    };
    let duty_taxes = convert(totals.duty_taxes)?;
    Ok(Some(ForeignTotals {
        totals: Totals::of(convert(totals.items)?, convert(totals.shipping)?, duty_taxes)?,
        quoted_duty_taxes: convert(quoted_duty_taxes)?,
        rate,
        day: rates.day,
        source: rates.source.clone(),
    }))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn parts_are_converted_one_by_one_with_the_margin_and_add_up() {
        let usd = |minor| Money::new(minor, Currency::USD);
        let totals = Totals::of(usd(10_001), usd(1_500), usd(2_333)).expect("in range");
        let eur: Currency = "EUR".parse().expect("currency");
        let rates = Rates {
            base: eur,
            day: Day::new(2026, 11, 20).expect("day"),
            source: "made up".to_owned(),
            per_base: [("USD".to_owned(), Decimal::new(125, 2))].into(),
            origins: [].into(),
        };
        let foreign =
            foreign_totals(&totals, usd(2_333), eur, &rates, Decimal::TWO).expect("in range").expect("a rate");
        assert_eq!(foreign.rate.to_string(), "0.816");
        let t = foreign.totals;
        assert_eq!((t.items.minor, t.shipping.minor, t.duty_taxes.minor), (8_161, 1_224, 1_904));
        assert_eq!(t.grand.minor, 11_289);
        assert_eq!(foreign_totals(&totals, usd(0), Currency::USD, &rates, Decimal::TWO), Ok(None));
        let yen = "JPY".parse().expect("currency");
        assert_eq!(foreign_totals(&totals, usd(0), yen, &rates, Decimal::TWO), Ok(None));
    }
}
