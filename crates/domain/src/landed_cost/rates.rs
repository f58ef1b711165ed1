//! Exchange rates of one day from one source.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::clock::Day;
use crate::money::Currency;

/// Units of each currency per one unit of `base`, as the European Central Bank quotes them (base EUR).
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Rates {
    /// The currency that is quoted as 1.
    pub base: Currency,
    /// The day they are of.
    pub day: Day,
    /// Who published them.
    pub source: String,
    /// Units per base unit, by currency code; all above zero.
    pub per_base: BTreeMap<String, Decimal>,
}

impl Rates {
    fn quote(&self, currency: Currency) -> Option<Decimal> {
        if currency == self.base {
            return Some(Decimal::ONE);
        }
        self.per_base.get(currency.code()).copied()
    }

    /// Units of `to` for one unit of `from`; `None` when either has no rate.
    pub fn rate(&self, from: Currency, to: Currency) -> Option<Decimal> {
        if from == to {
            return Some(Decimal::ONE);
        }
        self.quote(to)?.checked_div(self.quote(from)?)
    }

    /// `amount` of `from` in `to`. Multiplies before it divides, so that 165.00 USD at 1.1 are exactly 150 EUR.
    pub fn convert(&self, amount: Decimal, from: Currency, to: Currency) -> Option<Decimal> {
        if from == to {
            return Some(amount);
        }
        amount.checked_mul(self.quote(to)?)?.checked_div(self.quote(from)?)
    }
}
