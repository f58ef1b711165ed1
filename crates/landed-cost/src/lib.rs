//! Landed costs: duty, import tax and fees from the rule book, imported tariffs and exchange rates. Every computation can
//! be kept as a [`StoredCost`], explained, and computed again.

mod book;
mod error;
mod explain;
mod fetch;
mod import;
mod quote;
mod replay;

use std::sync::Arc;

use crossdock_db::{Db, DbError, Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::ids::StoreId;
use crossdock_domain::landed_cost::{CostRequest, StoredCost};
use crossdock_domain::random::Random;
use crossdock_platform::Platform;

use crate::book::CostBooks;

pub use book::{CostBook, RulesSource};
pub use crossdock_db::landed_costs::{LandedQuoteRow, RatesRow, TariffSummary};
pub use error::{CalculationError, ImportError, QuoteError, RulesError};
pub use explain::explanation;
pub use import::ImportedRates;
pub use quote::{LandedItem, LandedQuote, new_public_key, store_of_key};
pub use replay::{Difference, Replay};

/// The engine with the rules, tariffs and rates that are in use. Cheap to clone.
#[derive(Clone)]
pub struct LandedCosts {
    inner: Arc<Inner>,
}

struct Inner {
    platform: Platform,
    rules: RulesSource,
    books: CostBooks,
}

impl std::fmt::Debug for LandedCosts {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("LandedCosts").finish_non_exhaustive()
    }
}

/// Every store, by id.
struct StoreIds;

impl Operation for StoreIds {
    type Output = Vec<StoreId>;
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<Self::Output, DbError> {
        Ok(tx.stores().await?.into_iter().map(|row| row.store.id).collect())
    }
}

/// Keeps the files of a version of the rule book.
struct StoreBook {
    version: String,
    files: String,
    now: Timestamp,
}

impl Operation for StoreBook {
    type Output = ();
    type Error = DbError;
    async fn run(&self, tx: &mut Tx) -> Result<(), DbError> {
        tx.keep_rule_book(&self.version, &self.files, self.now).await
    }
}

impl LandedCosts {
    /// An engine with the rule book from `rules`.
    pub fn new(platform: Platform, rules: RulesSource) -> Self {
        Self { inner: Arc::new(Inner { platform, rules, books: CostBooks::default() }) }
    }

    fn platform(&self) -> &Platform {
        &self.inner.platform
    }

    fn db(&self) -> &Db {
        self.platform().db()
    }

    fn now(&self) -> Timestamp {
        self.platform().now()
    }

    fn random(&self) -> &dyn Random {
        self.platform().random()
    }

    /// Computes a landed cost with the rules, tariffs and rates that are in use now. The version of the rule book is kept
    /// in the database the first time it is used, so that the result can be computed again for ever.
    ///
    /// Errors: [`CalculationError::Request`] tells what of the request cannot be worked out; [`CalculationError::RulesBroken`] that the
    /// rule files have mistakes.
    pub async fn compute(&self, request: CostRequest) -> Result<StoredCost, CalculationError> {
        let book = self.book().await?;
        let stored = book.compute_for(request).await?;
        if !book.is_kept() {
            let keep = StoreBook { version: stored.book.clone(), files: book.files().to_json(), now: self.now() };
            self.db().write(keep).await?;
            book.was_kept();
        }
        Ok(stored)
    }
}
