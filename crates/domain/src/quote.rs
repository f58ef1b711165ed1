//! A landed-cost computation: what the buyer is shown and charged. Never changed once stored.
//!
//! Duty and tax components belong here too; their engine is a later module. Until then the only mode is
//! [`DutyMode::OnDelivery`]: the buyer pays duty and tax to the courier, and the amount charged here is zero by
//! definition, not by guess.

use serde::{Deserialize, Serialize};

use crate::address::Address;
use crate::money::{Currency, Money, MoneyError};
use crate::shipping::ShippingOption;

/// Who collects duty and import tax.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum DutyMode {
    /// The courier collects them at the door (DAP); nothing is charged here.
    OnDelivery,
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
}

/// `grand = items + shipping + duty_taxes` (reference §6, Totals).
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
    /// Current document version.
    pub const VERSION: u32 = 1;
}
