//! Supply orders out: to the shop that placed them, and to staff.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, OrderSerial, SupplyStatus};

pub use crossdock_db::supply_orders::DateKind;

use super::Page;

/// A range of moments.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct OrderDates {
    /// Which moment of an order counts.
    pub kind: DateKind,
    /// At this moment or later.
    pub from: Option<Timestamp>,
    /// At this moment or earlier.
    pub to: Option<Timestamp>,
}

/// Asks for orders; what is empty does not restrict. Newest first.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct SupplyOrderQuery {
    /// `ordersSerialNumbers`.
    pub serials: Vec<OrderSerial>,
    /// `ordersIds`: `shop1-17`.
    pub order_ids: Vec<String>,
    /// `orderExternalIds`.
    pub external_ids: Vec<String>,
    /// `ordersStatuses`.
    pub statuses: Vec<SupplyStatus>,
    /// `ordersDateRange`.
    pub dates: Option<OrderDates>,
    /// Which part.
    pub page: Page,
}

impl Default for SupplyOrderQuery {
    fn default() -> Self {
        Self {
            serials: Vec::new(),
            order_ids: Vec::new(),
            external_ids: Vec::new(),
            statuses: Vec::new(),
            dates: None,
            page: Page::FIRST,
        }
    }
}

/// What staff may ask beside that.
#[derive(Debug, Clone, Default, PartialEq, Eq)]
pub struct StaffOrderQuery {
    /// Only orders of this shop.
    pub account: Option<AccountId>,
    /// Only orders with this consignment or parcel number.
    pub parcel_number: Option<String>,
    /// The rest.
    pub query: SupplyOrderQuery,
}
