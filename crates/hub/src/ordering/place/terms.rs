//! What staff may settle who order for a shop.

use crossdock_domain::wholesale::{SupplyActor, WarehouseId};
use rust_decimal::Decimal;

/// What staff may settle who order for a shop; shops cannot.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StaffTerms {
    /// Who orders; kept in the history.
    pub actor: SupplyActor,
    /// Terms of the lines, in the order of `products`; lines beyond the end have none.
    pub lines: Vec<LineTerms>,
    /// What the carriage costs, gross, instead of the courier's price.
    pub delivery_cost: Option<Decimal>,
    /// Whether the shop gets its mail about the order.
    pub mail: bool,
}

/// Terms of one line.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct LineTerms {
    /// What one unit costs, gross, instead of the price of the account's group.
    pub price: Option<Decimal>,
    /// The only warehouse it may be taken from.
    pub warehouse: Option<WarehouseId>,
    /// Its tax in percent and whether it is exempt, which must be the product's.
    pub vat: (Option<Decimal>, Option<bool>),
}
