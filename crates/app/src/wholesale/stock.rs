//! Stock: warehouses, bulk changes, reservations.

use crossdock_domain::wholesale::stock::{StockLevel, StockOperation};
use crossdock_domain::wholesale::{CodeKind, Quantity, VariantId, WarehouseId};
use rust_decimal::Decimal;

pub use crossdock_db::stock::{ReservationRow, Warehouse};

/// A change of a stock.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockChange {
    /// Which size.
    pub code: String,
    /// Which kind of code; `None` looks for each.
    pub kind: Option<CodeKind>,
    /// Where.
    pub warehouse: WarehouseId,
    /// How the quantity is meant.
    pub operation: StockOperation,
    /// How much.
    pub quantity: Decimal,
}

/// What became of a change.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockOutcome {
    /// The size, when the code is known.
    pub variant: Option<VariantId>,
    /// The stock afterwards, or why it stays as it was; the other changes of the call were made.
    pub result: Result<Quantity, StockProblem>,
}

/// Why a stock was not changed.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StockProblem {
    /// No size has this code.
    UnknownCode,
    /// No such warehouse.
    UnknownWarehouse,
    /// No quantity: negative, too exact or too large.
    BadQuantity,
    /// There is less than was to be taken away.
    NotEnough,
    /// A set: its stock is that of its parts.
    IsSet,
}

/// The stock of a size.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct StockView {
    /// Which size.
    pub variant: VariantId,
    /// Per warehouse, in their order.
    pub levels: Vec<StockLevel>,
}
