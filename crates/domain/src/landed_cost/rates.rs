//! Exchange rates: as one source publishes them on a day, and put together from several.

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
    /// Day and source of the currencies for which they are not [`Rates::day`] and [`Rates::source`].
    #[serde(default, skip_serializing_if = "BTreeMap::is_empty")]
    pub origins: BTreeMap<String, RateOrigin>,
}

/// Where a rate comes from.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RateOrigin {
    /// The day it is of. Of a rate that was reached through another currency, the older day of the two.
    pub day: Day,
    /// Who published it.
    pub source: String,
}

/// One rate: units of `currency` for one unit of `base`.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CurrencyRate {
    /// What is quoted.
    pub currency: Currency,
    /// What it is quoted in.
    pub base: Currency,
    /// Units per base unit; above zero.
    pub rate: Decimal,
    /// The day it is of.
    pub day: Day,
    /// Who published it.
    pub source: String,
}

/// A rate in the common base, with its origin.
#[derive(Clone)]
struct Reached {
    rate: Decimal,
    origin: RateOrigin,
}

impl Reached {
    /// `rate` of the newest import that is reached through `via`, the base it is quoted in.
    fn through(via: Option<&Self>, rate: Decimal, quoted: &CurrencyRate) -> Self {
        let Some(via) = via else {
            return Self { rate, origin: RateOrigin { day: quoted.day, source: quoted.source.clone() } };
        };
        let sources = joined(&quoted.source, &via.origin.source);
        Self { rate, origin: RateOrigin { day: quoted.day.min(via.origin.day), source: sources } }
    }
}

/// Both sources, or the one when they are the same.
fn joined(first: &str, second: &str) -> String {
    if first.split("; ").any(|part| part == second) { first.to_owned() } else { format!("{first}; {second}") }
}

impl Rates {
    /// Puts rates of any number of sources and bases together; of a currency that is quoted more than once the newest
    /// counts. `newest_first` holds each pair of currencies once. `None` when there are no rates.
    ///
    /// The common base is the one that most currencies are quoted in, so that their rates stay as they were published. Rates
    /// in another base are converted when the way there is known; the others cannot be used.
    pub fn combine(newest_first: &[CurrencyRate]) -> Option<Self> {
        let count = |base: Currency| newest_first.iter().filter(|quoted| quoted.base == base).count();
        // `rev`: the last of equal ones is taken, which is then the newest.
        let base = newest_first.iter().rev().map(|quoted| quoted.base).max_by_key(|base| count(*base))?;
        let bases = other_bases(newest_first, base);
        let mut reached = bases.clone();
        for quoted in newest_first {
            let via = bases.get(quoted.base.code());
            let factor = if quoted.base == base { Some(Decimal::ONE) } else { via.map(|via| via.rate) };
            let Some(rate) = factor.and_then(|factor| quoted.rate.checked_mul(factor)) else { continue };
            if quoted.currency != base && !rate.is_zero() {
                let code = quoted.currency.code();
                reached.entry(code.to_owned()).or_insert_with(|| Reached::through(via, rate, quoted));
            }
        }
        // What most of the rates are of is said once.
        let newest = newest_first.iter().find(|quoted| quoted.base == base)?;
        let common = RateOrigin { day: newest.day, source: newest.source.clone() };
        let origins = reached.iter().filter(|(_, reached)| reached.origin != common);
        let origins = origins.map(|(code, reached)| (code.clone(), reached.origin.clone())).collect();
        let per_base = reached.into_iter().map(|(code, reached)| (code, reached.rate)).collect();
        Some(Self { base, day: common.day, source: common.source, per_base, origins })
    }

    /// Day and source of a currency's rate; `None` when it has none or is the base.
    pub fn origin(&self, currency: Currency) -> Option<RateOrigin> {
        let code = currency.code();
        self.per_base.get(code)?;
        let own = self.origins.get(code).cloned();
        Some(own.unwrap_or_else(|| RateOrigin { day: self.day, source: self.source.clone() }))
    }

    /// Day and source of the rate between two currencies: of two rates the older day and both sources.
    pub fn origin_between(&self, from: Currency, to: Currency) -> RateOrigin {
        match (self.origin(from), self.origin(to)) {
            (Some(from), Some(to)) => {
                RateOrigin { day: from.day.min(to.day), source: joined(&from.source, &to.source) }
            }
            (Some(one), None) | (None, Some(one)) => one,
            (None, None) => RateOrigin { day: self.day, source: self.source.clone() },
        }
    }

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

/// The rates of the other bases in the common one, each by the newest rate that leads there, either way round.
fn other_bases(newest_first: &[CurrencyRate], base: Currency) -> BTreeMap<String, Reached> {
    let is_base = |currency: Currency| newest_first.iter().any(|quoted| quoted.base == currency);
    let mut known: BTreeMap<String, Reached> = BTreeMap::new();
    let step = |known: &BTreeMap<String, Reached>| {
        newest_first.iter().find_map(|quoted| {
            let has = |currency: Currency| currency == base || known.contains_key(currency.code());
            let rate_of = |currency: Currency| known.get(currency.code()).map_or(Decimal::ONE, |reached| reached.rate);
            let (found, rate, via) = match (has(quoted.base), has(quoted.currency)) {
                (true, false) if is_base(quoted.currency) => {
                    (quoted.currency, quoted.rate.checked_mul(rate_of(quoted.base)), quoted.base)
                }
                (false, true) => (quoted.base, rate_of(quoted.currency).checked_div(quoted.rate), quoted.currency),
                _ => return None,
            };
            let rate = rate.filter(|rate| !rate.is_zero())?;
            Some((found, Reached::through(known.get(via.code()), rate, quoted)))
        })
    };
    while let Some((found, reached)) = step(&known) {
        known.insert(found.code().to_owned(), reached);
    }
    known
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rate(currency: &str, base: &str, rate: &str, day: &str, source: &str) -> CurrencyRate {
        CurrencyRate {
            currency: currency.parse().expect("a currency"),
            base: base.parse().expect("a currency"),
            rate: rate.parse().expect("a rate"),
            day: day.parse().expect("a day"),
            source: source.to_owned(),
        }
    }

    fn between(rates: &Rates, from: &str, to: &str) -> Option<String> {
        let (from, to) = (from.parse().expect("a currency"), to.parse().expect("a currency"));
        rates.rate(from, to).map(|rate| rate.round_dp(6).normalize().to_string())
    }

    #[test]
    fn a_second_source_takes_nothing_away() {
        let rates = Rates::combine(&[
            rate("AED", "EUR", "4", "2026-11-30", "our bank"),
            rate("GBP", "EUR", "0.8", "2026-11-27", "ECB"),
            rate("USD", "EUR", "1.1", "2026-11-27", "ECB"),
        ])
        .expect("rates");
        assert_eq!(between(&rates, "USD", "GBP").as_deref(), Some("0.727273"));
        assert_eq!(between(&rates, "EUR", "AED").as_deref(), Some("4"));
        let origin = rates.origin_between("AED".parse().expect("a currency"), "GBP".parse().expect("a currency"));
        assert_eq!((origin.day.to_string().as_str(), origin.source.as_str()), ("2026-11-27", "our bank; ECB"));
    }

    #[test]
    fn another_base_works_beside_the_first() {
        let rates = Rates::combine(&[
            rate("AED", "USD", "3.6725", "2026-11-30", "peg"),
            rate("SAR", "USD", "3.75", "2026-11-30", "peg"),
            rate("GBP", "EUR", "0.8", "2026-11-27", "ECB"),
            rate("JPY", "EUR", "160", "2026-11-27", "ECB"),
            rate("USD", "EUR", "1.1", "2026-11-27", "ECB"),
        ])
        .expect("rates");
        assert_eq!(rates.base.code(), "EUR");
        assert_eq!(between(&rates, "USD", "AED").as_deref(), Some("3.6725"));
        assert_eq!(between(&rates, "EUR", "SAR").as_deref(), Some("4.125"));
        assert_eq!(between(&rates, "GBP", "JPY").as_deref(), Some("200"));
        assert_eq!(rates.origin("AED".parse().expect("a currency")).expect("there").day.to_string(), "2026-11-27");
    }

    #[test]
    fn the_newest_rate_of_a_currency_counts_and_islands_are_left_out() {
        let rates = Rates::combine(&[
            rate("EUR", "USD", "0.5", "2026-11-30", "new"),
            rate("XOF", "GHS", "45", "2026-11-29", "island"),
            rate("GBP", "EUR", "0.8", "2026-11-27", "ECB"),
            rate("JPY", "EUR", "160", "2026-11-27", "ECB"),
            rate("USD", "EUR", "1.1", "2026-11-27", "ECB"),
        ])
        .expect("rates");
        assert_eq!(between(&rates, "EUR", "USD").as_deref(), Some("2"), "the newer one, turned round");
        assert_eq!(between(&rates, "EUR", "XOF"), None);
        assert!(Rates::combine(&[]).is_none());
    }
}
