//! Money in minor units with its currency, and the one place where amounts are rounded.

use std::fmt;
use std::str::FromStr;

use rust_decimal::prelude::ToPrimitive;
use rust_decimal::{Decimal, RoundingStrategy};
use serde::{Deserialize, Serialize};

use crate::text::serde_as_text;

/// ISO 4217 currency with a known exponent (USD 2, JPY 0, KWD 3).
#[derive(Clone, Copy, PartialEq, Eq, Hash)]
pub struct Currency(iso_currency::Currency);

impl Currency {
    /// US dollar, the currency of every documented example.
    pub const USD: Self = Self(iso_currency::Currency::USD);

    /// A currency by its code in any case; `None` for unknown codes and those without an exponent (gold, test codes).
    pub fn from_code(code: &str) -> Option<Self> {
        let currency = iso_currency::Currency::from_code(&code.trim().to_ascii_uppercase())?;
        currency.exponent().map(|_| Self(currency))
    }

    /// `USD`.
    pub fn code(self) -> &'static str {
        self.0.code()
    }

    /// Number of decimals of the minor unit, 0 to 4.
    pub fn exponent(self) -> u32 {
        self.0.exponent().map_or(2, u32::from)
    }

    /// `$`, `€` or the code when there is no symbol.
    pub fn symbol(self) -> String {
        self.0.symbol().to_string()
    }
}

impl fmt::Debug for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl fmt::Display for Currency {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.code())
    }
}

impl FromStr for Currency {
    type Err = UnknownCurrency;
    fn from_str(code: &str) -> Result<Self, UnknownCurrency> {
        Self::from_code(code).ok_or_else(|| UnknownCurrency(code.to_owned()))
    }
}

serde_as_text!(Currency);

/// A code that ISO 4217 does not know.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown currency {0:?}; give an ISO 4217 code such as USD")]
pub struct UnknownCurrency(pub String);

/// An amount in minor units of its currency: `Money { minor: 19900, currency: USD }` is 199.00 USD.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct Money {
    /// Minor units; negative for discounts.
    pub minor: i64,
    /// Currency of the amount.
    pub currency: Currency,
}

/// Why an amount could not be computed.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
pub enum MoneyError {
    /// Beyond what 64 bits of minor units hold.
    #[error("amount out of range")]
    OutOfRange,
    /// Two different currencies met.
    #[error("amounts in {0} and {1} cannot be added")]
    CurrencyMismatch(Currency, Currency),
}

impl Money {
    /// Nothing, in this currency.
    pub const fn zero(currency: Currency) -> Self {
        Self { minor: 0, currency }
    }

    /// So many minor units.
    pub const fn new(minor: i64, currency: Currency) -> Self {
        Self { minor, currency }
    }

    /// Rounds an exact decimal amount half away from zero to the currency's exponent.
    pub fn from_decimal(amount: Decimal, currency: Currency) -> Result<Self, MoneyError> {
        let exponent = currency.exponent();
        let rounded = amount.round_dp_with_strategy(exponent, RoundingStrategy::MidpointAwayFromZero);
        let scaled = rounded.checked_mul(Decimal::from(10_i64.pow(exponent))).ok_or(MoneyError::OutOfRange)?;
        let minor = scaled.to_i64().ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, currency })
    }

    /// The amount as a decimal with exactly the currency's number of decimals: `199.00`.
    pub fn to_decimal(self) -> Decimal {
        Decimal::new(self.minor, self.currency.exponent())
    }

    /// Sum; both must be of one currency.
    pub fn checked_add(self, other: Self) -> Result<Self, MoneyError> {
        if self.currency != other.currency {
            return Err(MoneyError::CurrencyMismatch(self.currency, other.currency));
        }
        let minor = self.minor.checked_add(other.minor).ok_or(MoneyError::OutOfRange)?;
        Ok(Self { minor, ..self })
    }

    /// Sum of many amounts of `currency`.
    pub fn sum(currency: Currency, amounts: impl IntoIterator<Item = Self>) -> Result<Self, MoneyError> {
        amounts.into_iter().try_fold(Self::zero(currency), Self::checked_add)
    }
}

/// `199.00 USD`; pages use the localised form instead.
impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.to_decimal(), self.currency)
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    fn money(text: &str, code: &str) -> Money {
        Money::from_decimal(text.parse().expect("decimal"), code.parse().expect("currency")).expect("in range")
    }

    #[test]
    fn every_exponent_rounds_half_away_from_zero() {
        assert_eq!(money("19.995", "USD").minor, 2000);
        assert_eq!(money("-19.995", "USD").minor, -2000);
        assert_eq!(money("19.994", "USD").minor, 1999);
        assert_eq!(money("1999.5", "JPY").minor, 2000);
        assert_eq!(money("1.0005", "KWD").minor, 1001);
    }

    #[test]
    fn decimals_are_shown_with_the_exponent_of_the_currency() {
        assert_eq!(money("199", "USD").to_decimal().to_string(), "199.00");
        assert_eq!(money("199", "JPY").to_decimal().to_string(), "199");
        assert_eq!(money("1.5", "KWD").to_decimal().to_string(), "1.500");
    }

    #[test]
    fn amounts_beyond_64_bits_are_an_error_and_not_a_wrap() {
        let huge: Decimal = "92233720368547758.08".parse().expect("decimal");
        assert_eq!(Money::from_decimal(huge, Currency::USD), Err(MoneyError::OutOfRange));
        assert_eq!(Money::from_decimal(Decimal::MAX, Currency::USD), Err(MoneyError::OutOfRange));
        let top = Money::new(i64::MAX, Currency::USD);
        assert_eq!(top.checked_add(Money::new(1, Currency::USD)), Err(MoneyError::OutOfRange));
    }

    #[test]
    fn currencies_do_not_mix() {
        assert!(money("1", "USD").checked_add(money("1", "EUR")).is_err());
        assert_eq!(Currency::from_code("xau"), None, "gold has no exponent");
        assert_eq!(Currency::from_code("usd"), Some(Currency::USD));
    }

    #[test]
    fn stored_money_reads_back_equal() {
        let json = serde_json::to_string(&money("12.5", "USD")).expect("json");
        assert_eq!(json, r#"{"minor":1250,"currency":"USD"}"#);
        assert_eq!(serde_json::from_str::<Money>(&json).expect("money"), money("12.5", "USD"));
    }

    fn any_currency() -> impl Strategy<Value = Currency> {
        prop::sample::select(vec!["JPY", "USD", "KWD"]).prop_map(|code| code.parse().expect("known"))
    }

    proptest! {
        #[test]
        fn money_comes_back_from_its_decimal_unchanged(minor in any::<i64>(), currency in any_currency()) {
            let money = Money::new(minor, currency);
            prop_assert_eq!(money.to_decimal().scale(), currency.exponent());
            prop_assert_eq!(Money::from_decimal(money.to_decimal(), currency), Ok(money));
        }

        #[test]
        fn rounding_moves_an_amount_by_half_a_unit_at_most(
            digits in -1_000_000_000_000_i64..1_000_000_000_000,
            scale in 0_u32..8,
            currency in any_currency(),
        ) {
            let exact = Decimal::new(digits, scale);
            let money = Money::from_decimal(exact, currency).expect("in range");
            let moved = (money.to_decimal() - exact).abs();
            prop_assert!(moved * Decimal::TWO <= Decimal::new(1, currency.exponent()));
            prop_assert_eq!(Money::from_decimal(-exact, currency).map(|m| -m.minor), Ok(money.minor));
        }

        #[test]
        fn sums_do_not_depend_on_the_order(minors in prop::collection::vec(-1_000_000_i64..1_000_000, 0..20)) {
            let sum = |all: &mut dyn Iterator<Item = &i64>| {
                Money::sum(Currency::USD, all.map(|minor| Money::new(*minor, Currency::USD)))
            };
            prop_assert_eq!(sum(&mut minors.iter()), sum(&mut minors.iter().rev()));
        }
    }
}
