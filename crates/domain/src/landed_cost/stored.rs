//! The stored form of a computation: its result with everything that it was computed from, so that it can be explained and
//! computed again for ever.

use serde::{Deserialize, Serialize};

use super::answer::LandedCost;
use super::book::{DutyTable, RuleBook};
use super::calculation::LandedCostError;
use super::compute::landed_cost;
use super::rates::Rates;
use super::request::CostRequest;

/// A landed cost and its inputs; never changed once stored.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct StoredCost {
    /// Version of this document, [`StoredCost::VERSION`].
    pub version: u32,
    /// What was asked.
    pub request: CostRequest,
    /// Version of the rule book that was used.
    pub book: String,
    /// Id of the imported tariff that was used; `None` when the territory had none.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub tariff: Option<String>,
    /// The exchange rates that were at hand; `None` when there were none. Inline: they are small, and their row may go.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub rates: Option<Rates>,
    /// The result.
    pub cost: LandedCost,
}

impl StoredCost {
    /// Current document version.
    pub const VERSION: u32 = 1;

    /// Computes the landed cost of `request` and keeps its inputs beside it. `tariff` is an imported tariff with its id.
    ///
    /// Errors: those of [`landed_cost`].
    pub fn compute(
        request: CostRequest,
        book: &RuleBook,
        tariff: Option<(&str, &DutyTable)>,
        rates: Option<&Rates>,
    ) -> Result<Self, LandedCostError> {
        let cost = landed_cost(&request, book, tariff.map(|(_, table)| table), rates)?;
        Ok(Self {
            version: Self::VERSION,
            request,
            book: book.version().to_owned(),
            tariff: tariff.map(|(id, _)| id.to_owned()),
            rates: rates.cloned(),
            cost,
        })
    }

    /// Computes the cost anew from the stored inputs. `book` and `tariff` must be those that are named here.
    ///
    /// Errors: those of [`landed_cost`]; none of them when the engine still computes what it did.
    pub fn again(&self, book: &RuleBook, tariff: Option<&DutyTable>) -> Result<LandedCost, LandedCostError> {
        landed_cost(&self.request, book, tariff, self.rates.as_ref())
    }
}
