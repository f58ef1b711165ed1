//! How a store handles duty, import tax and fees.

use std::collections::BTreeMap;

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use crate::landed_cost::{HsCode, ShortCodePolicy};

/// Who collects duty and tax from the buyer.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Duties {
    /// The checkout, always (DDP).
    Prepaid,
    /// The checkout, unless the buyer chooses the courier.
    BuyerChoice,
    /// The courier at the door (DAP).
    #[default]
    OnDelivery,
}

/// Who pays the fees of customs and carriers.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum FeesPaidBy {
    /// They are part of what the buyer pays.
    #[default]
    Buyer,
    /// The store pays them itself; the buyer does not see them.
    Store,
}

/// Settings of a store about landed cost.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(default, deny_unknown_fields)]
pub struct LandedCostSettings {
    /// Who collects duty and tax.
    pub duties: Duties,
    /// Who pays the fees.
    pub fees: FeesPaidBy,
    /// Percent that is added to amounts shown in the buyer's own currency.
    pub exchange_margin_percent: Decimal,
    /// For how long a shown total stays good although rates or rules change.
    pub guarantee_minutes: i64,
    /// Regimes by which the store collects tax at the sale: `IOSS`, `VOEC`.
    pub registered: Vec<String>,
    /// What a short HS code means.
    pub short_code: ShortCodePolicy,
    /// Key of the public quote for product pages; `None` switches it off.
    pub public_key: Option<String>,
    /// HS codes for goods without one, by the shop's category (compared without regard to case).
    pub hs_by_category: BTreeMap<String, HsCode>,
}

impl Default for LandedCostSettings {
    fn default() -> Self {
        Self {
            duties: Duties::default(),
            fees: FeesPaidBy::default(),
            exchange_margin_percent: Decimal::ZERO,
            guarantee_minutes: 60,
            registered: Vec::new(),
            short_code: ShortCodePolicy::default(),
            public_key: None,
            hs_by_category: BTreeMap::new(),
        }
    }
}

impl LandedCostSettings {
    /// The code for a category, when the store has mapped it.
    pub fn hs_of_category(&self, category: &str) -> Option<HsCode> {
        let wanted = category.trim().to_lowercase();
        self.hs_by_category.iter().find(|(name, _)| name.trim().to_lowercase() == wanted).map(|(_, code)| *code)
    }
}
