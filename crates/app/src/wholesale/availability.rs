//! `Products/getAvailability`: what can be sold now. One read, because it sits inside a consumer's click.

use crossdock_domain::wholesale::{CodeKind, Quantity, VariantId};
use rust_decimal::Decimal;

use super::error::LineFault;

/// Whether goods are there.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Availability {
    /// Every line can be delivered in full, all together.
    pub available: bool,
    /// One per reference, in their order.
    pub lines: Vec<LineAvailability>,
}

/// Whether a line can be delivered.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineAvailability {
    /// The code as it was sent.
    pub code: String,
    /// Kind of the code: found, else as it was sent, else internal.
    pub kind: CodeKind,
    /// How much was asked for.
    pub quantity: Decimal,
    /// The size, when the code is known.
    pub variant: Option<VariantId>,
    /// What could be sold of it.
    pub available_quantity: AvailableQuantity,
    /// This line can be delivered in full beside those before it.
    pub available: bool,
    /// Days to prepare it.
    pub delivery_days: Option<i64>,
    /// What is wrong with it.
    pub fault: Option<LineFault>,
}

/// What could be sold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum AvailableQuantity {
    /// This much.
    Known(Quantity),
    /// Some, but how much is not told: -1 on the wire.
    Undisclosed,
}
