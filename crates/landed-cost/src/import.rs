//! Tariffs and exchange rates come in. Nothing is replaced: what old quotes used stays.

use crossdock_db::landed_costs::{RatesRow, TariffSummary};
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Day;
use crossdock_domain::ids::{RatesId, TariffId};
use crossdock_domain::landed_cost::{CurrencyRate, Rates};
use crossdock_rules::tariff::Tariff;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::{ImportError, LandedCosts};

struct InsertTariff {
    head: TariffSummary,
    document: String,
}

impl Operation for InsertTariff {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.insert_tariff(&self.head, &self.document).await
    }
}

/// What became of imported exchange rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ImportedRates {
    /// Whether they were not here yet.
    pub new: bool,
    /// Currencies that have a newer rate of another import, which stays in use.
    pub passed_over: Vec<String>,
}

/// The import, and the last day that counts.
struct InsertRates(RatesRow, Day);

impl Operation for InsertRates {
    type Output = ImportedRates;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<ImportedRates, DbError> {
        let rates = &self.0.rates;
        let newest = tx.rates_of_source(&rates.source, rates.day).await?;
        let new = newest.is_none_or(|row| row.rates != *rates);
        if new {
            tx.insert_rates(&self.0).await?;
        }
        let in_use = tx.currency_rates(self.1).await?;
        let is_used = |code: &str, rate: &Decimal| {
            in_use.iter().any(|used| {
                (used.currency.code(), used.base, used.rate) == (code, rates.base, *rate)
                    && (used.day, used.source.as_str()) == (rates.day, rates.source.as_str())
            })
        };
        let passed_over = rates.per_base.iter().filter(|(code, rate)| !is_used(code, rate));
        Ok(ImportedRates { new, passed_over: passed_over.map(|(code, _)| code.clone()).collect() })
    }
}

struct ListTariffs;

impl Operation for ListTariffs {
    type Output = Vec<TariffSummary>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.tariffs().await
    }
}

struct ListCurrencyRates(Day);

impl Operation for ListCurrencyRates {
    type Output = Vec<CurrencyRate>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.currency_rates(self.0).await
    }
}

struct NewestOfSource(String, Day);

impl Operation for NewestOfSource {
    type Output = Option<RatesRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.rates_of_source(&self.0, self.1).await
    }
}

struct ListRates(Day, i64);

impl Operation for ListRates {
    type Output = Vec<RatesRow>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        tx.rates(self.0, self.1).await
    }
}

impl LandedCosts {
    /// Stores a tariff; from now on it is in use for its territory.
    ///
    /// [`ImportError::Refused`] when the rule book has no such territory, computes there in another currency, or the
    /// tariff holds no rows.
    pub async fn import_tariff(&self, tariff: Tariff) -> Result<TariffSummary, ImportError> {
        let book = self.book().await?;
        let Some(territory) = book.book().territory(&tariff.territory) else {
            return Err(ImportError::Refused(format!("the rule book has no territory {}", tariff.territory)));
        };
        if territory.currency != tariff.currency {
            return Err(ImportError::Refused(format!(
                "{} computes in {}, not in {}",
                tariff.territory, territory.currency, tariff.currency
            )));
        }
        if tariff.version != Tariff::VERSION || tariff.rows.is_empty() {
            return Err(ImportError::Refused("the tariff holds no rows that this version can read".to_owned()));
        }
        let now = self.now();
        let head = TariffSummary {
            id: TariffId::new(now, self.random()),
            territory: tariff.territory.clone(),
            rows: i64::try_from(tariff.rows.len()).unwrap_or(i64::MAX),
            imported_at: now,
        };
        let document = tariff.to_json().map_err(|error| ImportError::Refused(error.to_string()))?;
        self.db().write(InsertTariff { head: head.clone(), document }).await?;
        self.inner.books.changed();
        Ok(head)
    }

    /// Every imported tariff by territory, the newest of a territory last: that one is in use.
    pub async fn tariffs(&self) -> Result<Vec<TariffSummary>, DbError> {
        self.db().read(ListTariffs).await
    }

    /// Stores exchange rates. Of every currency the newest day is in use, whatever import it came with, and of one day what was
    /// imported last.
    ///
    /// [`ImportError::Refused`] when they are of a day that lies ahead: they would be in use until then.
    pub async fn import_rates(&self, rates: Rates) -> Result<ImportedRates, ImportError> {
        let now = self.now();
        // It may be tomorrow already where the rates are made.
        let latest = Day::of(now).next();
        if rates.day > latest {
            return Err(ImportError::Refused(format!("the rates are of {}, which lies ahead", rates.day)));
        }
        let row = RatesRow { id: RatesId::new(now, self.random()), rates, imported_at: now };
        let imported = self.db().write(InsertRates(row, latest)).await?;
        self.inner.books.changed();
        Ok(imported)
    }

    /// The exchange rates that are in use: of every currency the newest, by code.
    pub async fn rates_in_use(&self) -> Result<Vec<CurrencyRate>, DbError> {
        let mut rates = self.db().read(ListCurrencyRates(Day::of(self.now()).next())).await?;
        rates.sort_by_key(|rate| rate.currency.code());
        Ok(rates)
    }

    /// The newest imported exchange rates of a source.
    pub async fn rates_of_source(&self, source: &str) -> Result<Option<RatesRow>, DbError> {
        self.db().read(NewestOfSource(source.to_owned(), Day::of(self.now()).next())).await
    }

    /// Imports of exchange rates, the newest first.
    pub async fn rates(&self, limit: i64) -> Result<Vec<RatesRow>, DbError> {
        self.db().read(ListRates(Day::of(self.now()).next(), limit)).await
    }
}
