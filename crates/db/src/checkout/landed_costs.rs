//! Landed costs: the versions of the rule book, imported tariffs and exchange rates that they were computed from, and the
//! answers of the quote API. All of it is written once and never changed.

use crossdock_domain::clock::{Day, Timestamp};
use crossdock_domain::ids::{QuoteId, RatesId, StoreId, TariffId};
use crossdock_domain::landed_cost::{CurrencyRate, Rates, StoredCost};
use serde::Deserialize;

use crate::error::DbError;
use crate::json::json;
use crate::row::{FromRow, columns};
use crate::sql::statements;
use crate::tx::Tx;
use crate::value::{Row, params};

columns!(TariffColumns, tariff_head, "tariffs": id, territory, row_count, imported_at);
columns!(RatesColumns, rates, "exchange_rates": id, document, imported_at);
columns!(CurrencyRateColumns, currency_rate, "currency_rates": currency, base, rate, day, source);
columns!(QuoteColumns, quote, "landed_quotes": id, store_id, document, created_at);

statements! {
    INSERT_BOOK = { "INSERT INTO rule_books (version, files, first_used_at) VALUES ($1, $2, $3) \
                     ON CONFLICT (version) DO NOTHING" }
    BOOK = { "SELECT files FROM rule_books WHERE version = $1" }
    INSERT_TARIFF = { "INSERT INTO tariffs (id, territory, row_count, document, imported_at) VALUES ($1, $2, $3, $4, $5)" }
    TARIFF_HEADS = { "SELECT ", tariff_head!(), " FROM tariffs WHERE territory > $1 \
                      ORDER BY territory, imported_at, id" }
    TARIFF = { "SELECT document FROM tariffs WHERE id = $1" }
    INSERT_RATES = { "INSERT INTO exchange_rates (id, day, source, document, imported_at) VALUES ($1, $2, $3, $4, $5)" }
    RATES_NEWEST_FIRST = { "SELECT ", rates!(), " FROM exchange_rates WHERE day <= $1 \
                            ORDER BY day DESC, imported_at DESC, id DESC LIMIT $2" }
    RATES_OF_SOURCE = { "SELECT ", rates!(), " FROM exchange_rates WHERE source = $1 AND day <= $2 \
                         ORDER BY day DESC, imported_at DESC, id DESC LIMIT 1" }
    KEEP_NEWER_RATE = { "INSERT INTO currency_rates (currency, base, rate, day, source, imported_at) \
                         VALUES ($1, $2, $3, $4, $5, $6) ON CONFLICT (currency, base) DO UPDATE SET \
                         rate = EXCLUDED.rate, day = EXCLUDED.day, source = EXCLUDED.source, \
                         imported_at = EXCLUDED.imported_at \
                         WHERE currency_rates.day < EXCLUDED.day OR (currency_rates.day = EXCLUDED.day \
                         AND currency_rates.imported_at <= EXCLUDED.imported_at)" }
    CURRENCY_RATES = { "SELECT ", currency_rate!(), " FROM currency_rates WHERE day <= $1 \
                        ORDER BY day DESC, imported_at DESC, base, currency" }
    INSERT_QUOTE = { "INSERT INTO landed_quotes (store_id, id, document, created_at) VALUES ($1, $2, $3, $4)" }
    QUOTE = { "SELECT ", quote!(), " FROM landed_quotes WHERE store_id = $1 AND id = $2" }
    QUOTES_AFTER = { "SELECT ", quote!(), " FROM landed_quotes WHERE store_id = $1 AND id > $2 ORDER BY id LIMIT $3" }
    CHECKOUT_QUOTE = { "SELECT ", quote!(), " FROM quotes WHERE store_id = $1 AND id = $2" }
    CHECKOUT_QUOTES_AFTER = { "SELECT ", quote!(), " FROM quotes WHERE store_id = $1 AND id > $2 ORDER BY id \
        LIMIT $3" }
    COUNT_QUOTES = { "SELECT (SELECT COUNT(*) FROM landed_quotes WHERE store_id = $1) \
                      + (SELECT COUNT(*) FROM quotes WHERE store_id = $1)" }
}

/// An imported tariff without its rows.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TariffSummary {
    /// Its id, which quotes keep.
    pub id: TariffId,
    /// Whose duties they are: `DE`, `EU`.
    pub territory: String,
    /// Number of rows.
    pub rows: i64,
    /// When it was imported.
    pub imported_at: Timestamp,
}

impl FromRow for TariffSummary {
    type Columns = TariffColumns;

    fn from_row(row: &Row<'_>, at: &TariffColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        Ok(Self {
            id: id.parse().map_err(|_| DbError::Inconsistent { table: "tariffs", column: "id", id: id.clone() })?,
            territory: row.get(at.territory)?,
            rows: row.get(at.row_count)?,
            imported_at: Timestamp(row.get(at.imported_at)?),
        })
    }
}

/// Imported exchange rates.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RatesRow {
    /// Their id.
    pub id: RatesId,
    /// The rates with day and source.
    pub rates: Rates,
    /// When they were imported.
    pub imported_at: Timestamp,
}

impl FromRow for RatesRow {
    type Columns = RatesColumns;

    fn from_row(row: &Row<'_>, at: &RatesColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "exchange_rates", column, id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            rates: serde_json::from_str(row.text(at.document)?).map_err(|_| bad("document"))?,
            imported_at: Timestamp(row.get(at.imported_at)?),
        })
    }
}

impl FromRow for CurrencyRate {
    type Columns = CurrencyRateColumns;

    fn from_row(row: &Row<'_>, at: &CurrencyRateColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.currency)?;
        let bad = |column| DbError::Inconsistent { table: "currency_rates", column, id: id.clone() };
        Ok(Self {
            currency: id.parse().map_err(|_| bad("currency"))?,
            base: row.text(at.base)?.parse().map_err(|_| bad("base"))?,
            rate: row.text(at.rate)?.parse().map_err(|_| bad("rate"))?,
            day: row.text(at.day)?.parse().map_err(|_| bad("day"))?,
            source: row.get(at.source)?,
        })
    }
}

/// An answer of the quote API.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LandedQuoteRow {
    /// Its id.
    pub id: QuoteId,
    /// Whose it is.
    pub store: StoreId,
    /// Inputs and result.
    pub cost: StoredCost,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow for LandedQuoteRow {
    type Columns = QuoteColumns;

    fn from_row(row: &Row<'_>, at: &QuoteColumns) -> Result<Self, DbError> {
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "landed_quotes", column, id: id.clone() };
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            store: StoreId::new(row.get(at.store_id)?).ok_or_else(|| bad("store_id"))?,
            cost: serde_json::from_str(row.text(at.document)?).map_err(|_| bad("document"))?,
            created_at: Timestamp(row.get(at.created_at)?),
        })
    }
}

/// The landed cost inside a quote of the checkout; most have none.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CheckoutCostRow {
    /// Id of the quote.
    pub id: QuoteId,
    /// Whose it is.
    pub store: StoreId,
    /// Inputs and result; `None` when duty and tax were not computed.
    pub cost: Option<StoredCost>,
    /// When it was made.
    pub created_at: Timestamp,
}

impl FromRow for CheckoutCostRow {
    type Columns = QuoteColumns;

    fn from_row(row: &Row<'_>, at: &QuoteColumns) -> Result<Self, DbError> {
        /// The part of a quote that is looked at here.
        #[derive(Deserialize)]
        struct Part {
            #[serde(default)]
            landed_cost: Option<StoredCost>,
        }
        let id: String = row.get(at.id)?;
        let bad = |column| DbError::Inconsistent { table: "quotes", column, id: id.clone() };
        let part: Part = serde_json::from_str(row.text(at.document)?).map_err(|_| bad("document"))?;
        Ok(Self {
            id: id.parse().map_err(|_| bad("id"))?,
            store: StoreId::new(row.get(at.store_id)?).ok_or_else(|| bad("store_id"))?,
            cost: part.landed_cost,
            created_at: Timestamp(row.get(at.created_at)?),
        })
    }
}

impl Tx {
    /// Keeps the files of a version of the rule book, unless it is there.
    pub async fn keep_rule_book(&mut self, version: &str, files: &str, now: Timestamp) -> Result<(), DbError> {
        self.execute(&INSERT_BOOK, params![version, files, now.0]).await.map(drop)
    }

    /// The files of a version of the rule book, as they were handed to [`Tx::keep_rule_book`].
    pub async fn rule_book(&mut self, version: &str) -> Result<Option<String>, DbError> {
        self.fetch_optional(&BOOK, params![version]).await
    }

    /// Stores an imported tariff; it is in use from the commit on.
    pub async fn insert_tariff(&mut self, head: &TariffSummary, document: &str) -> Result<(), DbError> {
        let values = params![head.id.to_string(), head.territory.as_str(), head.rows, document, head.imported_at.0];
        self.execute(&INSERT_TARIFF, values).await.map(drop)
    }

    /// Every imported tariff by territory, the newest of a territory last.
    pub async fn tariffs(&mut self) -> Result<Vec<TariffSummary>, DbError> {
        self.fetch_all(&TARIFF_HEADS, params![""]).await
    }

    /// The rows of a tariff, as they were handed to [`Tx::insert_tariff`].
    pub async fn tariff(&mut self, id: TariffId) -> Result<Option<String>, DbError> {
        self.fetch_optional(&TARIFF, params![id.to_string()]).await
    }

    /// Stores imported exchange rates. Each is in use from the commit on, unless its currency has a newer one.
    pub async fn insert_rates(&mut self, row: &RatesRow) -> Result<(), DbError> {
        let rates = &row.rates;
        let values =
            params![row.id.to_string(), rates.day.to_string(), rates.source.as_str(), json(rates)?, row.imported_at.0];
        self.execute(&INSERT_RATES, values).await?;
        for (currency, rate) in &rates.per_base {
            let values = params![
                currency.as_str(),
                rates.base.code(),
                rate.to_string(),
                rates.day.to_string(),
                rates.source.as_str(),
                row.imported_at.0,
            ];
            self.execute(&KEEP_NEWER_RATE, values).await?;
        }
        Ok(())
    }

    /// The newest rate of every currency per base, none later than `day`; the newest first.
    pub async fn currency_rates(&mut self, day: Day) -> Result<Vec<CurrencyRate>, DbError> {
        self.fetch_all(&CURRENCY_RATES, params![day.to_string()]).await
    }

    /// The newest import of a source, none later than `day`.
    pub async fn rates_of_source(&mut self, source: &str, day: Day) -> Result<Option<RatesRow>, DbError> {
        self.fetch_optional(&RATES_OF_SOURCE, params![source, day.to_string()]).await
    }

    /// Exchange rates of `day` or earlier, the newest first.
    pub async fn rates(&mut self, day: Day, limit: i64) -> Result<Vec<RatesRow>, DbError> {
        self.fetch_all(&RATES_NEWEST_FIRST, params![day.to_string(), limit.max(0)]).await
    }

    /// Stores an answer of the quote API.
    pub async fn insert_landed_quote(&mut self, row: &LandedQuoteRow) -> Result<(), DbError> {
        let values = params![row.store.get(), row.id.to_string(), json(&row.cost)?, row.created_at.0];
        self.execute(&INSERT_QUOTE, values).await.map(drop)
    }

    /// A store's answer of the quote API.
    pub async fn landed_quote(&mut self, store: StoreId, id: QuoteId) -> Result<Option<LandedQuoteRow>, DbError> {
        self.fetch_optional(&QUOTE, params![store.get(), id.to_string()]).await
    }

    /// A store's answers of the quote API behind `after`, by id.
    pub async fn landed_quotes_after(
        &mut self,
        store: StoreId,
        after: Option<QuoteId>,
        limit: i64,
    ) -> Result<Vec<LandedQuoteRow>, DbError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.fetch_all(&QUOTES_AFTER, params![store.get(), after, limit.max(0)]).await
    }

    /// The landed cost of a quote of the store's checkout; `None` when there is no such quote.
    pub async fn checkout_cost(&mut self, store: StoreId, id: QuoteId) -> Result<Option<CheckoutCostRow>, DbError> {
        self.fetch_optional(&CHECKOUT_QUOTE, params![store.get(), id.to_string()]).await
    }

    /// The landed costs of the store's checkout behind the quote `after`, by id; quotes without one too.
    pub async fn checkout_costs_after(
        &mut self,
        store: StoreId,
        after: Option<QuoteId>,
        limit: i64,
    ) -> Result<Vec<CheckoutCostRow>, DbError> {
        let after = after.map(|id| id.to_string()).unwrap_or_default();
        self.fetch_all(&CHECKOUT_QUOTES_AFTER, params![store.get(), after, limit.max(0)]).await
    }

    /// How many quotes the store has, of checkout and quote API together.
    pub async fn count_quotes(&mut self, store: StoreId) -> Result<i64, DbError> {
        Ok(self.fetch_optional(&COUNT_QUOTES, params![store.get()]).await?.unwrap_or_default())
    }
}
