//! Landed costs: duty, import tax and fees from the rule book, imported tariffs and exchange rates. Every computation can
//! be kept as a [`StoredCost`], explained, and computed again.

mod book;
mod explain;
mod fetch;
mod import;
mod quote;
mod replay;

use crossdock_db::{Operation, Tx};
use crossdock_domain::clock::Timestamp;
use crossdock_domain::landed_cost::{CostRequest, StoredCost};

pub(crate) use book::CostBooks;
pub use book::{CostBook, RulesSource};
pub use crossdock_db::landed_costs::{LandedQuoteRow, RatesRow, TariffHead};
pub use explain::explanation;
pub use quote::{LandedItem, LandedQuote, PublicLandedCost, QuoteLandedCost, new_public_key};
pub use replay::{Difference, Replay};

use crate::{App, AppError};

/// Keeps the files of a version of the rule book.
struct KeepBook {
    version: String,
    files: String,
    now: Timestamp,
}

impl Operation for KeepBook {
    type Output = ();
    type Error = AppError;
    async fn run(&self, tx: &mut Tx) -> Result<(), AppError> {
        Ok(tx.keep_rule_book(&self.version, &self.files, self.now).await?)
    }
}

impl App {
    /// Computes a landed cost with the rules, tariffs and rates that are in use now. The version of the rule book is kept
    /// in the database the first time it is used, so that the result can be computed again for ever.
    ///
    /// Errors: [`AppError::LandedCost`] tells what of the request cannot be worked out; [`AppError::RulesBroken`] that the
    /// rule files have mistakes.
    pub async fn landed_cost(&self, request: CostRequest) -> Result<StoredCost, AppError> {
        let book = self.cost_book().await?;
        let stored = book.compute(request)?;
        if !book.is_kept() {
            let keep = KeepBook { version: stored.book.clone(), files: book.files().to_json(), now: self.now() };
            self.db().write(keep).await?;
            book.was_kept();
        }
        Ok(stored)
    }
}
