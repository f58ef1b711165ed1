//! What the buyer is shown and charged for a passage, with the landed cost behind it. Never changed once stored.

mod duties;
mod foreign;
mod goods;

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::landed_cost::StoredCost;
use crate::money::{Currency, Money, MoneyError};
use crate::named::named_enum;
use crate::shipping::ShippingOption;

pub use duties::{DutiesUnavailable, cost_request};
pub use foreign::{ForeignTotals, foreign_totals};
pub use goods::{GoodsError, GoodsLine, Shipment, cost_request_for_goods};

named_enum! {
    /// Who collects duty and import tax.
    pub enum DutyMode: "way of collecting duty" {
        /// The courier collects them at the door (DAP); nothing is charged here.
        OnDelivery = "on_delivery",
        /// They are part of what is charged here (DDP).
        Prepaid = "prepaid",
    }
}

/// A stored quote: inputs and results, versioned.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Quote {
    /// Version of this document, [`Quote::VERSION`].
    pub version: u32,
    /// Where the goods go.
    pub ship_to: Address,
    /// The chosen shipping option, price included; `None` when nothing needs shipping.
    pub shipping: Option<ShippingOption>,
    /// The cart's domestic leg when the store shows it as its own line; otherwise inside `shipping`.
    pub domestic_charge: Option<Money>,
    /// Who collects duty and tax.
    pub duty_mode: DutyMode,
    /// The sums.
    pub totals: Totals,
    /// Duty, tax and fees as they were worked out, prepaid or not; `None` when they were not.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub landed_cost: Option<StoredCost>,
    /// Why they were not, although the store wanted them.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub unavailable: Option<DutiesUnavailable>,
    /// Fees that the store pays itself; part of `landed_cost`, not of `totals`.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub absorbed_fees: Option<Money>,
    /// The sums in the buyer's own currency, for information.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub foreign: Option<ForeignTotals>,
}

/// `grand = items + shipping + duty_taxes` (checkout protocol §6, Totals).
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Totals {
    /// Lines, discounts included.
    pub items: Money,
    /// Shipping with the domestic leg.
    pub shipping: Money,
    /// Prepaid duty and tax.
    pub duty_taxes: Money,
    /// What is charged.
    pub grand: Money,
}

impl Totals {
    /// Adds the parts up.
    pub fn of(items: Money, shipping: Money, duty_taxes: Money) -> Result<Self, MoneyError> {
        let grand = items.checked_add(shipping)?.checked_add(duty_taxes)?;
        Ok(Self { items, shipping, duty_taxes, grand })
    }

    /// Currency of every part.
    pub fn currency(&self) -> Currency {
        self.grand.currency
    }
}

impl Quote {
    /// Current document version. Version 1 had no landed cost.
    pub const VERSION: u32 = 2;

    /// Duty, tax and fees that the buyer would pay here, whether or not they are prepaid; `None` when nobody worked them out.
    pub fn quoted_duty_taxes(&self) -> Option<Money> {
        let totals = &self.landed_cost.as_ref()?.cost.totals;
        let all = totals.duty_taxes().ok()?;
        all.checked_add(Money::new(-self.absorbed_fees.map_or(0, |fees| fees.minor), all.currency)).ok()
    }

    /// Whether two quotes answer the same question: the same goods to the same place by the same way, whatever day, rules and
    /// rates were.
    pub fn asks_the_same(&self, other: &Self) -> bool {
        let question = |quote: &Self| {
            quote.landed_cost.as_ref().map(|stored| {
                let mut request = stored.request.clone();
                request.day = crate::clock::Day::of(crate::clock::Timestamp(0));
                request
            })
        };
        self.ship_to == other.ship_to
            && self.shipping == other.shipping
            && self.domestic_charge == other.domestic_charge
            && self.duty_mode == other.duty_mode
            && self.totals.items == other.totals.items
            && self.landed_cost.is_some() == other.landed_cost.is_some()
            && self.absorbed_fees.is_some() == other.absorbed_fees.is_some()
            && question(self) == question(other)
    }
}
