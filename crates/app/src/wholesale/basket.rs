//! The basket of an account: one, whatever session it is used by (customer reference §4.3).

use crossdock_domain::money::{Currency, Money};
use crossdock_domain::wholesale::{Attachment, CodeKind, Component, LineValue, Quantity, VariantId, Vat};
use rust_decimal::Decimal;

use super::availability::AvailableQuantity;
use super::error::{LineFault, LineOutcome};

/// The basket with its prices.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketView {
    /// Its lines, by position.
    pub lines: Vec<BasketLineView>,
    /// Currency of all prices.
    pub currency: Currency,
    /// Goods, gross: `productsCost`.
    pub cost: Money,
    /// Goods, net: `productsCostNet`.
    pub cost_net: Money,
    /// Grams.
    pub weight_grams: i64,
}

/// A line of the basket.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketLineView {
    /// `basketPosition`; stays with the line.
    pub position: i64,
    /// The code it was added by.
    pub code: String,
    /// Kind of that code.
    pub kind: CodeKind,
    /// What.
    pub variant: VariantId,
    /// Its name in the caller's language.
    pub name: String,
    /// Name of the size.
    pub size_name: String,
    /// How much.
    pub quantity: Quantity,
    /// What could be sold of it now.
    pub available_quantity: AvailableQuantity,
    /// Remark.
    pub comment: String,
    /// Tax.
    pub vat: Vat,
    /// Cost; `None` when it is no longer sold to this customer.
    pub value: Option<LineValue>,
    /// What a set consists of.
    pub components: Vec<Component>,
    /// Files.
    pub attachments: Vec<Attachment>,
    /// What is wrong with it by now.
    pub fault: Option<LineFault>,
}

/// A wanted change of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketEdit {
    /// Which line.
    pub position: i64,
    /// How much from now on; 0 removes the line.
    pub quantity: Decimal,
    /// Another remark; `None` keeps it.
    pub comment: Option<String>,
}

/// The basket after a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct BasketChange {
    /// As it is now.
    pub basket: BasketView,
    /// What was not done, in the order of the request; everything else was. Each has a fault.
    pub refused: Vec<LineOutcome>,
}
