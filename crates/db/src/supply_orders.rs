//! Supply orders with their history and parcels.

/// Which moment of an order a range is about (`ordersDateType`).
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum DateKind {
    /// When it was placed.
    Added,
    /// When it last changed.
    Modified,
    /// When it left the warehouse.
    Dispatched,
}
