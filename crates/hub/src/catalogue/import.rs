//! Catalogues and stocks of whole files: judged without a write, stored batch by batch, or all at once.
//!
//! A batch is one transaction, products and stocks together. All at once is one transaction for the whole file: on SQLite every
//! other write waits for it, so only what is different should be in it.

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{ProductId, Quantity, VariantId, WarehouseId, WholesalerId};

use crate::catalogue::products::{MAX_BATCH, Upsert};
use crate::catalogue::stock::Change;
use crate::{Catalogue, GoodsError, Hub, ProductInput, ProductOutcome, StockChange};

/// A product with what lies in the warehouses.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct CatalogueItem {
    /// The product.
    pub product: ProductInput,
    /// Its stocks, by size and warehouse; those not named stay.
    pub stock: Vec<(String, WarehouseId, Quantity)>,
}

/// What became of a batch, or would.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BatchReport {
    /// One per product, in their order.
    pub outcomes: Vec<ProductOutcome>,
    /// Of each product, how many of its stocks are different now. After storing only their sum means anything.
    pub stocks: Vec<u64>,
}

/// What became of a whole file.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct WholeReport {
    /// Products that are new.
    pub added: u64,
    /// Products that are different.
    pub changed: u64,
    /// Products that were like this.
    pub unchanged: u64,
    /// Stocks that are different.
    pub stocks: u64,
}

/// Batches on their way; errors in words.
pub type BatchIter<T> = Box<dyn Iterator<Item = Result<Vec<T>, String>> + Send>;

/// Batches that are read one after another, as often as a transaction has to be begun anew.
pub trait Batches<T>: Send + Sync + 'static {
    /// All of them, from the first. Errors are told in words.
    fn open(&self) -> Result<BatchIter<T>, String>;
    /// Whether whoever asked still wants it; otherwise everything is taken back.
    fn is_wanted(&self) -> bool;
}

struct Store {
    upsert: Upsert,
    stock: Vec<Vec<(String, WarehouseId, Quantity)>>,
}

impl Store {
    fn new(hub: &Hub, wholesaler: WholesalerId, items: Vec<CatalogueItem>, dry: bool) -> Self {
        let (inputs, stock) = items.into_iter().map(|item| (item.product, item.stock)).unzip();
        Self { upsert: hub.catalogue().batch(wholesaler, inputs, dry), stock }
    }

    /// Which stocks the good products of the batch name.
    fn places(&self, outcomes: &[ProductOutcome]) -> Vec<(usize, VariantId, WarehouseId, Quantity)> {
        let mut out = Vec::new();
        for (at, (outcome, stock)) in outcomes.iter().zip(&self.stock).enumerate() {
            let Some(product) = number(outcome) else { continue };
            out.extend(stock.iter().map(|(size, warehouse, quantity)| {
                (at, VariantId { product, size: size.clone() }, *warehouse, *quantity)
            }));
        }
        out
    }
}

const fn number(outcome: &ProductOutcome) -> Option<ProductId> {
    match outcome {
        ProductOutcome::Added(id) | ProductOutcome::Changed(id) | ProductOutcome::Unchanged(id) => Some(*id),
        ProductOutcome::Refused(_) => None,
    }
}

impl Operation for Store {
    type Output = BatchReport;
    type Error = GoodsError;

    async fn run(&self, tx: &mut Tx) -> Result<BatchReport, GoodsError> {
        let Upsert { wholesaler, now, dry, .. } = self.upsert;
        let outcomes = self.upsert.run(tx).await?.outcomes;
        let mut stocks = vec![0; outcomes.len()];
        let places = self.places(&outcomes);
        if dry {
            let variants: Vec<VariantId> = places.iter().map(|(_, variant, ..)| variant.clone()).collect();
            let rows = tx.stock_levels(wholesaler, &variants).await?;
            let there: std::collections::HashMap<_, _> =
                rows.iter().map(|row| ((&row.variant, row.level.warehouse), row.level.quantity)).collect();
            for (at, variant, warehouse, quantity) in &places {
                stocks[*at] += u64::from(there.get(&(variant, *warehouse)) != Some(quantity));
            }
        } else {
            let rows: Vec<_> =
                places.iter().map(|(_, variant, warehouse, quantity)| (variant, *warehouse, *quantity)).collect();
            let changed = tx.put_stocks(wholesaler, &rows, now).await?;
            if let Some(first) = stocks.first_mut() {
                *first = changed;
            }
        }
        Ok(BatchReport { outcomes, stocks })
    }
}

fn stopped() -> GoodsError {
    GoodsError::Refused("the import was stopped; nothing was changed".to_owned())
}

fn refused(what: &str, reason: impl std::fmt::Display) -> GoodsError {
    GoodsError::Refused(format!("{what}: {reason}; nothing was changed"))
}

fn unread(reason: String) -> GoodsError {
    GoodsError::Refused(reason)
}

struct WholeCatalogue<B>(Hub, WholesalerId, B);

impl<B: Batches<CatalogueItem>> Operation for WholeCatalogue<B> {
    type Output = WholeReport;
    type Error = GoodsError;

    async fn run(&self, tx: &mut Tx) -> Result<WholeReport, GoodsError> {
        let Self(hub, wholesaler, batches) = self;
        let mut report = WholeReport::default();
        for batch in batches.open().map_err(unread)? {
            if !batches.is_wanted() {
                return Err(stopped());
            }
            let batch = batch.map_err(unread)?;
            let codes: Vec<String> = batch.iter().map(|item| item.product.code.clone()).collect();
            let done = Store::new(hub, *wholesaler, batch, false).run(tx).await?;
            for (outcome, code) in done.outcomes.iter().zip(&codes) {
                match outcome {
                    ProductOutcome::Added(_) => report.added += 1,
                    ProductOutcome::Changed(_) => report.changed += 1,
                    ProductOutcome::Unchanged(_) => report.unchanged += 1,
                    // It was good when the file was checked: somebody else changed the catalogue meanwhile.
                    ProductOutcome::Refused(reason) => return Err(refused(code, reason)),
                }
            }
            report.stocks += done.stocks.iter().sum::<u64>();
        }
        if batches.is_wanted() { Ok(report) } else { Err(stopped()) }
    }
}

struct WholeStock<B>(WholesalerId, B, Timestamp);

impl<B: Batches<StockChange>> Operation for WholeStock<B> {
    type Output = WholeReport;
    type Error = GoodsError;

    async fn run(&self, tx: &mut Tx) -> Result<WholeReport, GoodsError> {
        let Self(wholesaler, batches, now) = self;
        let mut report = WholeReport::default();
        for batch in batches.open().map_err(unread)? {
            if !batches.is_wanted() {
                return Err(stopped());
            }
            let changes = batch.map_err(unread)?;
            let codes: Vec<String> = changes.iter().map(|change| change.code.clone()).collect();
            let done = Change { wholesaler: *wholesaler, changes, now: *now, dry: false }.run(tx).await?;
            for (outcome, code) in done.iter().zip(&codes) {
                match outcome.result {
                    Ok(_) if outcome.changed => report.stocks += 1,
                    Ok(_) => report.unchanged += 1,
                    Err(problem) => return Err(refused(code, problem)),
                }
            }
        }
        if batches.is_wanted() { Ok(report) } else { Err(stopped()) }
    }
}

impl Catalogue<'_> {
    /// What [`Catalogue::store_batch`](crate::Catalogue::store_batch) would make of a batch: judged by the same rules, and only read. Numbers of products that
    /// would be added mean nothing.
    pub async fn check_batch(
        self,
        wholesaler: WholesalerId,
        items: Vec<CatalogueItem>,
    ) -> Result<BatchReport, GoodsError> {
        not_too_many(items.len())?;
        self.0.db().read(Store::new(self.0, wholesaler, items, true)).await
    }

    /// Stores a batch of up to 500 products with their stocks in one transaction. The same batch again changes nothing.
    /// Products that cannot be stored are told with a reason, the others are stored.
    pub async fn store_batch(
        self,
        wholesaler: WholesalerId,
        items: Vec<CatalogueItem>,
    ) -> Result<BatchReport, GoodsError> {
        not_too_many(items.len())?;
        self.0.db().write(Store::new(self.0, wholesaler, items, false)).await
    }

    /// Stores every batch of a file in one transaction: all of it or, when a product is refused, a batch cannot be read or
    /// nobody wants it any more, nothing ([`GoodsError::Refused`]).
    pub async fn store_whole(
        self,
        wholesaler: WholesalerId,
        batches: impl Batches<CatalogueItem>,
    ) -> Result<WholeReport, GoodsError> {
        self.0.db().write_at_length(WholeCatalogue(self.0.clone(), wholesaler, batches)).await
    }

    /// The same for changes of stocks.
    pub async fn store_whole_stock(
        self,
        wholesaler: WholesalerId,
        batches: impl Batches<StockChange>,
    ) -> Result<WholeReport, GoodsError> {
        self.0.db().write_at_length(WholeStock(wholesaler, batches, self.0.now())).await
    }
}

fn not_too_many(count: usize) -> Result<(), GoodsError> {
    if count > MAX_BATCH { Err(GoodsError::TooManyElements { max: MAX_BATCH }) } else { Ok(()) }
}
