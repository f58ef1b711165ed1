//! Warehouses, stock and reservations.

use crossdock_domain::clock::Timestamp;
use crossdock_domain::wholesale::{AccountId, OrderSerial, Quantity, ReservationId, VariantId, WarehouseId};

/// A warehouse.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Warehouse {
    /// `stockId`.
    pub id: WarehouseId,
    /// Its name.
    pub name: String,
    /// Whether orders are served from it.
    pub sellable: bool,
    /// The lowest is asked first.
    pub position: i64,
}

/// Goods put aside.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct ReservationRow {
    /// Its id.
    pub id: ReservationId,
    /// What.
    pub variant: VariantId,
    /// Where.
    pub warehouse: WarehouseId,
    /// How much.
    pub quantity: Quantity,
    /// For this order; `None` for one made by hand.
    pub order: Option<OrderSerial>,
    /// For this account.
    pub account: Option<AccountId>,
    /// Until when; `None` as long as the order needs it.
    pub expires_at: Option<Timestamp>,
    /// Remark.
    pub note: String,
    /// When it was made.
    pub created_at: Timestamp,
}
