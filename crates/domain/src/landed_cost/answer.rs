//! The result: every component with its base, its rate and its rule, so that a person can follow the sum.

use rust_decimal::Decimal;
use serde::{Deserialize, Serialize};

use super::reason::{Precision, Reason};
use crate::clock::Day;
use crate::country::Country;
use crate::money::{Currency, Money, MoneyError};
use crate::named::named_enum;

named_enum! {
    /// What a component is.
    pub enum ComponentKind: "kind of component" {
        /// Customs duty.
        Duty = "duty",
        /// VAT, GST or another import tax.
        Tax = "tax",
        /// A charge of customs or of the carrier.
        Fee = "fee",
    }
}

/// Who takes the money.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum CollectedBy {
    /// The seller, who pays it to the authority (IOSS, VOEC, GST at sale).
    AtSale,
    /// Customs.
    Customs,
    /// The carrier.
    Carrier,
}

/// One amount and how it came about.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Component {
    /// What it is.
    pub kind: ComponentKind,
    /// What buyers call it: `VAT`.
    pub name: String,
    /// Id of the rule that was applied; of the relief when nothing is charged.
    pub rule: String,
    /// What the rate was applied to, in the destination's currency: exact, or rounded to 8 decimals when it has no end.
    pub base: Decimal,
    /// The rate as a person reads it: `12 %`, `3 EUR per heading`.
    pub rate: String,
    /// Result in the destination's currency, rounded as the rule says.
    pub amount: Decimal,
    /// The same in the request's currency. These add up to the totals.
    pub charged: Money,
    /// Who takes it.
    pub collected: CollectedBy,
    /// Words of the rule.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub note: Option<String>,
}

/// A line with its shares and components. Money in the request's currency.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LineCost {
    /// Position in the request.
    pub position: u32,
    /// Description in the request.
    pub description: String,
    /// Price less its part of the discounts.
    pub goods: Money,
    /// Its part of the freight.
    pub freight: Money,
    /// Its part of the insurance.
    pub insurance: Money,
    /// Its customs value in the destination's currency, to 8 decimals.
    pub customs_value: Decimal,
    /// Duty and taxes of the line.
    pub components: Vec<Component>,
}

/// A consignment.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct ConsignmentCost {
    /// Who sends it.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub supplier: Option<String>,
    /// From where.
    pub ship_from: Country,
    /// The regime by which tax is collected at the sale, if one holds.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub regime: Option<String>,
    /// Goods after discounts, in the destination's currency.
    pub goods: Decimal,
    /// Customs value, in the destination's currency.
    pub customs_value: Decimal,
    /// Its lines.
    pub lines: Vec<LineCost>,
    /// What belongs to no line: fees.
    pub components: Vec<Component>,
}

/// Goods that must not be sent there.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Refusal {
    /// Position in the request.
    pub line: u32,
    /// The rule.
    pub rule: String,
    /// Its words.
    pub reason: String,
}

/// The exchange that was done once, at the end.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Exchange {
    /// Units of the destination's currency for one unit of the request's, to 10 decimals.
    pub rate: Decimal,
    /// Who published the rates.
    pub source: String,
    /// Of which day they are.
    pub day: Day,
}

/// Sums over all components, in the request's currency.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct CostTotals {
    /// Goods after discounts.
    pub items: Money,
    /// Freight and insurance as they were given.
    pub shipping: Money,
    /// Duty.
    pub duty: Money,
    /// Import taxes.
    pub tax: Money,
    /// Fees.
    pub fees: Money,
}

impl CostTotals {
    /// Duty, taxes and fees.
    pub fn duty_taxes(&self) -> Result<Money, MoneyError> {
        self.duty.checked_add(self.tax)?.checked_add(self.fees)
    }

    /// Everything.
    pub fn grand(&self) -> Result<Money, MoneyError> {
        self.items.checked_add(self.shipping)?.checked_add(self.duty_taxes()?)
    }
}

/// A landed cost. Nothing of it depends on the order of the request's lines but the order of its own lines.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct LandedCost {
    /// The territory whose rules were used: `DE`, `ES-CN`.
    pub territory: String,
    /// The destination's currency.
    pub customs_currency: Currency,
    /// The exchange; `None` when the currencies are the same.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub exchange: Option<Exchange>,
    /// Consignments in the request's order.
    pub consignments: Vec<ConsignmentCost>,
    /// Sums.
    pub totals: CostTotals,
    /// Exact or an estimate.
    pub precision: Precision,
    /// Why an estimate; sorted, each once.
    pub reasons: Vec<Reason>,
    /// Goods that must not be sent there; the caller refuses the order.
    pub refused: Vec<Refusal>,
}

impl LandedCost {
    /// Every component, lines first.
    pub fn components(&self) -> impl Iterator<Item = &Component> {
        self.consignments.iter().flat_map(|c| c.lines.iter().flat_map(|line| &line.components).chain(&c.components))
    }
}
