//! Tariffs and exchange rates come in. Nothing is replaced: what old quotes used stays.

use crossdock_db::landed_costs::{RatesRow, TariffSummary};
use crossdock_db::{DbError, Operation, Tx};
use crossdock_domain::clock::Day;
use crossdock_domain::ids::{RatesId, TariffId};
use crossdock_domain::landed_cost::Rates;
use crossdock_rules::tariff::Tariff;

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

struct InsertRates(RatesRow);

impl Operation for InsertRates {
    type Output = bool;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<bool, DbError> {
        let newest = tx.rates(self.0.rates.day, 1).await?.pop();
        if newest.is_some_and(|row| row.rates == self.0.rates) {
            return Ok(false);
        }
        tx.insert_rates(&self.0).await?;
        Ok(true)
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

    /// Stores exchange rates; whether they are new. The newest day is in use, and of one day what was imported last.
    ///
    /// [`ImportError::Refused`] when they are of a day that lies ahead: they would be in use until then.
    pub async fn import_rates(&self, rates: Rates) -> Result<bool, ImportError> {
        let now = self.now();
        // It may be tomorrow already where the rates are made.
        let latest = Day::of(now).next();
        if rates.day > latest {
            return Err(ImportError::Refused(format!("the rates are of {}, which lies ahead", rates.day)));
        }
        let row = RatesRow { id: RatesId::new(now, self.random()), rates, imported_at: now };
        let new = self.db().write(InsertRates(row)).await?;
        self.inner.books.changed();
        Ok(new)
    }

    /// Imported exchange rates, the newest first: the first is in use.
    pub async fn rates(&self, limit: i64) -> Result<Vec<RatesRow>, DbError> {
        self.db().read(ListRates(Day::of(self.now()).next(), limit)).await
    }
}
