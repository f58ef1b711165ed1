//! What imports ask of an installation: to check or store batches of products and stocks, or a whole checked file at once.

use std::marker::PhantomData;
use std::path::PathBuf;

use crossdock_app::App;
use crossdock_app::hub::{BatchIter, Batches, CatalogueItem, ProductOutcome, StockOutcome};
use crossdock_domain::wholesale::{ProductId, WholesalerId};
use crossdock_wire::catalogue::{Item, StockLine};
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

use super::facts::facts;
use crate::control::Command;
use crate::exit::Failure;
use crate::spool;

/// A batch of products with their stocks, in one transaction.
#[derive(Debug, Serialize, Deserialize)]
pub struct CatalogueBatch {
    pub wholesaler: WholesalerId,
    pub items: Vec<Item>,
    /// Store it, instead of checking what storing it would do.
    pub store: bool,
}

/// What became of a product.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ItemOutcome {
    pub kind: OutcomeKind,
    /// Number of the product; meaningless for one that a check would add.
    pub id: Option<ProductId>,
    /// Stocks that are different now; after storing only the sum of a batch means anything.
    pub stocks: u64,
    /// Why it was refused.
    pub problem: Option<String>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum OutcomeKind {
    Added,
    Changed,
    Unchanged,
    Refused,
}

impl Command for CatalogueBatch {
    type Answer = Vec<ItemOutcome>;

    async fn run(self, app: &App) -> Result<Vec<ItemOutcome>, Failure> {
        let facts = facts(app, self.wholesaler).await?;
        let item = |item: &Item| item.catalogue_item(facts.currency, &facts.warehouses);
        let goods: Result<Vec<CatalogueItem>, _> = self.items.iter().map(item).collect();
        let goods = goods.map_err(|rejected| Failure::refused(rejected.reason))?;
        let report = if self.store {
            app.hub().catalogue().store_batch(self.wholesaler, goods).await?
        } else {
            app.hub().catalogue().check_batch(self.wholesaler, goods).await?
        };
        let outcomes = report.outcomes.into_iter().zip(report.stocks).map(|(outcome, stocks)| {
            let (kind, id, problem) = match outcome {
                ProductOutcome::Added(id) => (OutcomeKind::Added, Some(id), None),
                ProductOutcome::Changed(id) => (OutcomeKind::Changed, Some(id), None),
                ProductOutcome::Unchanged(id) => (OutcomeKind::Unchanged, Some(id), None),
                ProductOutcome::Refused(reason) => (OutcomeKind::Refused, None, Some(reason)),
            };
            ItemOutcome { kind, id, stocks, problem }
        });
        Ok(outcomes.collect())
    }
}

/// Which of these codes name a size.
#[derive(Debug, Serialize, Deserialize)]
pub struct KnownCodes {
    pub wholesaler: WholesalerId,
    pub codes: Vec<String>,
}

impl Command for KnownCodes {
    type Answer = Vec<bool>;

    async fn run(self, app: &App) -> Result<Vec<bool>, Failure> {
        let codes = self.codes.into_iter().map(|code| (code, None)).collect();
        let found = app.hub().catalogue().find_codes(self.wholesaler, codes).await?;
        Ok(found.iter().map(Option::is_some).collect())
    }
}

/// A batch of changes of stocks, in one transaction.
#[derive(Debug, Serialize, Deserialize)]
pub struct StockBatch {
    pub wholesaler: WholesalerId,
    pub lines: Vec<StockLine>,
    /// Store it, instead of checking what storing it would do.
    pub store: bool,
}

/// What became of a change of a stock.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineResult {
    /// Whether the stock differs from before.
    pub changed: bool,
    /// Why it was refused.
    pub problem: Option<String>,
}

impl Command for StockBatch {
    type Answer = Vec<LineResult>;

    async fn run(self, app: &App) -> Result<Vec<LineResult>, Failure> {
        let changes = self.lines.iter().map(StockLine::change).collect();
        let outcomes = if self.store {
            app.hub().stock().change(self.wholesaler, changes).await?
        } else {
            app.hub().stock().check(self.wholesaler, changes).await?
        };
        let result = |outcome: StockOutcome| LineResult {
            changed: outcome.changed,
            problem: outcome.result.err().map(|problem| problem.to_string()),
        };
        Ok(outcomes.into_iter().map(result).collect())
    }
}

/// Every batch of a spool file in one transaction, as long as the file is there.
#[derive(Debug, Serialize, Deserialize)]
pub struct StoreSpool {
    pub wholesaler: WholesalerId,
    pub what: Spooled,
    pub file: PathBuf,
}

/// What a spool file holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Spooled {
    Catalogue,
    Stock,
}

/// What storing a whole file changed.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
pub struct Stored {
    pub added: u64,
    pub changed: u64,
    pub stocks: u64,
}

impl Command for StoreSpool {
    type Answer = Stored;

    async fn run(self, app: &App) -> Result<Stored, Failure> {
        let file = self.file;
        let done = match self.what {
            Spooled::Catalogue => {
                let facts = facts(app, self.wholesaler).await?;
                let read = move |item: &Item| {
                    item.catalogue_item(facts.currency, &facts.warehouses)
                        .map_err(|rejected| format!("{}: {}; nothing was changed", rejected.code, rejected.reason))
                };
                app.hub().catalogue().store_whole(self.wholesaler, SpoolFile { file, read, kind: PhantomData }).await?
            }
            Spooled::Stock => {
                let read = |line: &StockLine| Ok(line.change());
                app.hub()
                    .catalogue()
                    .store_whole_stock(self.wholesaler, SpoolFile { file, read, kind: PhantomData })
                    .await?
            }
        };
        Ok(Stored { added: done.added, changed: done.changed, stocks: done.stocks })
    }
}

/// A spool file as the use cases read it. Removing the file stops the import.
struct SpoolFile<S, F> {
    file: PathBuf,
    read: F,
    kind: PhantomData<fn() -> S>,
}

impl<S, T, F> Batches<T> for SpoolFile<S, F>
where
    S: DeserializeOwned + Send + 'static,
    F: Fn(&S) -> Result<T, String> + Clone + Send + Sync + 'static,
{
    fn open(&self) -> Result<BatchIter<T>, String> {
        let read = self.read.clone();
        let batches = spool::batches::<S>(&self.file)?;
        Ok(Box::new(batches.map(move |batch| batch?.iter().map(&read).collect())))
    }

    fn is_wanted(&self) -> bool {
        self.file.exists()
    }
}
