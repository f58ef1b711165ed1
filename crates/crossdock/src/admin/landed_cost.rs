//! Requests about landed costs: what they answer, and how it is done.

use std::collections::BTreeMap;

use crossdock_app::App;
use crossdock_app::landed_cost::{RatesRow, Replay, RulesError, TariffHead};
use crossdock_domain::ids::StoreId;
use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

/// An imported tariff.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct TariffView {
    pub id: String,
    pub territory: String,
    pub rows: i64,
    pub imported_at: String,
}

impl From<TariffHead> for TariffView {
    fn from(head: TariffHead) -> Self {
        Self {
            id: head.id.to_string(),
            territory: head.territory,
            rows: head.rows,
            imported_at: head.imported_at.to_rfc3339(),
        }
    }
}

/// Imported exchange rates.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct RatesView {
    pub day: String,
    pub base: String,
    pub source: String,
    pub imported_at: String,
    pub per_base: BTreeMap<String, Decimal>,
}

impl From<RatesRow> for RatesView {
    fn from(row: RatesRow) -> Self {
        Self {
            day: row.rates.day.to_string(),
            base: row.rates.base.code().to_owned(),
            source: row.rates.source,
            imported_at: row.imported_at.to_rfc3339(),
            per_base: row.rates.per_base,
        }
    }
}

/// How a replay went.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ReplayView {
    pub computed: u64,
    pub different: u64,
    pub differences: Vec<DifferenceView>,
}

/// A quote that came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct DifferenceView {
    pub store: StoreId,
    pub quote: String,
    pub what: String,
}

impl From<Replay> for ReplayView {
    fn from(replay: Replay) -> Self {
        let differences = replay.differences.into_iter();
        Self {
            computed: replay.computed,
            different: replay.different,
            differences: differences
                .map(|one| DifferenceView { store: one.store, quote: one.quote.to_string(), what: one.what })
                .collect(),
        }
    }
}

/// Computes every kept quote anew; tells the log how far it is.
pub async fn replay(app: &App) -> Result<ReplayView, RulesError> {
    let mut told = 0;
    let replay = app.landed_cost().replay(|seen, all| {
        if seen >= told + 10_000 {
            told = seen;
            tracing::info!(seen, all, "replay of landed costs");
        }
    });
    Ok(replay.await?.into())
}
