//! Computes every kept landed cost anew, from its stored inputs with its stored version of rules and tariff. The results
//! must be the same: if not, the engine has changed its mind.

use std::collections::HashMap;
use std::sync::Arc;

use crossdock_db::{Operation, Tx};
use crossdock_domain::ids::{QuoteId, StoreId};
use crossdock_domain::landed_cost::StoredCost;
use crossdock_domain::landed_cost::book::{DutyTable, RuleBook};

use crate::{LandedCosts, RulesError, StoreIds};

/// Quotes read at a time.
const STEP: i64 = 200;
/// Differences that are told one by one.
const MOST_DIFFERENCES: usize = 100;

/// How a replay went.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct Replay {
    /// Quotes computed anew.
    pub computed: u64,
    /// Quotes that came out otherwise.
    pub different: u64,
    /// The first of them.
    pub differences: Vec<Difference>,
}

/// A quote that came out otherwise.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Difference {
    /// Whose quote.
    pub store: StoreId,
    /// Which.
    pub quote: QuoteId,
    /// What is different, in words.
    pub what: String,
}

/// Where the kept landed costs of a store are.
#[derive(Debug, Clone, Copy)]
enum Source {
    Api,
    Checkout,
}

struct Step {
    source: Source,
    store: StoreId,
    after: Option<QuoteId>,
}

impl Operation for Step {
    type Output = Vec<(QuoteId, Option<StoredCost>)>;
    type Error = RulesError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, RulesError> {
        Ok(match self.source {
            Source::Api => {
                let rows = tx.landed_quotes_after(self.store, self.after, STEP).await?;
                rows.into_iter().map(|row| (row.id, Some(row.cost))).collect()
            }
            Source::Checkout => {
                let rows = tx.checkout_costs_after(self.store, self.after, STEP).await?;
                rows.into_iter().map(|row| (row.id, row.cost)).collect()
            }
        })
    }
}

struct Count(StoreId);

impl Operation for Count {
    type Output = i64;
    type Error = RulesError;
    async fn run(&self, tx: &mut Tx) -> Result<i64, RulesError> {
        Ok(tx.count_quotes(self.0).await?)
    }
}

/// What quotes were computed with, loaded once each.
#[derive(Default)]
struct Versions {
    books: HashMap<String, Arc<RuleBook>>,
    tariffs: HashMap<String, Arc<DutyTable>>,
}

impl Versions {
    async fn book(&mut self, costs: &LandedCosts, version: &str) -> Result<Arc<RuleBook>, RulesError> {
        if let Some(known) = self.books.get(version) {
            return Ok(Arc::clone(known));
        }
        let book = Arc::new(costs.kept_book(version).await?);
        self.books.insert(version.to_owned(), Arc::clone(&book));
        Ok(book)
    }

    async fn tariff(&mut self, costs: &LandedCosts, id: &str) -> Result<Arc<DutyTable>, RulesError> {
        if let Some(known) = self.tariffs.get(id) {
            return Ok(Arc::clone(known));
        }
        let broken = || crossdock_db::DbError::Inconsistent { table: "tariffs", column: "id", id: id.to_owned() };
        let table = Arc::new(costs.tariff_table(id.parse().map_err(|_| broken())?).await?);
        self.tariffs.insert(id.to_owned(), Arc::clone(&table));
        Ok(table)
    }

    /// What is different, if anything is.
    async fn difference(&mut self, costs: &LandedCosts, stored: &StoredCost) -> Result<Option<String>, RulesError> {
        let book = match self.book(costs, &stored.book).await {
            Ok(book) => book,
            Err(RulesError::Broken(text)) => {
                return Ok(Some(format!("its rule book cannot be read any more: {text}")));
            }
            Err(error) => return Err(error),
        };
        let tariff = match &stored.tariff {
            Some(id) => Some(self.tariff(costs, id).await?),
            None => None,
        };
        Ok(match stored.again(&book, tariff.as_deref()) {
            Ok(cost) if cost == stored.cost => None,
            Ok(cost) => Some(told(stored, &cost)),
            Err(error) => Some(error.to_string()),
        })
    }
}

fn told(stored: &StoredCost, now: &crossdock_domain::landed_cost::LandedCost) -> String {
    let (was, is) = (&stored.cost.totals, &now.totals);
    let parts = [("duty", was.duty, is.duty), ("tax", was.tax, is.tax), ("fees", was.fees, is.fees)];
    let changed: Vec<String> = parts
        .into_iter()
        .filter(|(_, was, is)| was != is)
        .map(|(name, was, is)| format!("{name} was {was}, is {is}"))
        .collect();
    if changed.is_empty() { "the totals are the same, their parts are not".to_owned() } else { changed.join("; ") }
}

impl LandedCosts {
    /// Computes every kept landed cost anew. `progress` is told how many quotes were looked at, and of how many.
    pub async fn replay(&self, mut progress: impl FnMut(u64, u64)) -> Result<Replay, RulesError> {
        let shops = self.db().read(StoreIds).await?;
        let mut all = 0;
        for store in &shops {
            all += u64::try_from(self.db().read(Count(*store)).await?).unwrap_or(0);
        }
        let mut versions = Versions::default();
        let mut replay = Replay::default();
        let mut seen = 0;
        for store in shops {
            for source in [Source::Api, Source::Checkout] {
                let mut after = None;
                loop {
                    let step = self.db().read(Step { source, store, after }).await?;
                    let Some((last, _)) = step.last() else { break };
                    after = Some(*last);
                    for (quote, stored) in &step {
                        seen += 1;
                        let Some(stored) = stored else { continue };
                        replay.computed += 1;
                        if let Some(what) = versions.difference(self, stored).await? {
                            replay.different += 1;
                            if replay.differences.len() < MOST_DIFFERENCES {
                                replay.differences.push(Difference { store, quote: *quote, what });
                            }
                        }
                    }
                    progress(seen, all.max(seen));
                }
            }
        }
        Ok(replay)
    }
}
