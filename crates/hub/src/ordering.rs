//! Ordering: lines and their prices, stock put aside, baskets, couriers, recipients, placing.

pub(crate) mod aside;
pub mod basket;
pub mod couriers;
pub(crate) mod error;
pub(crate) mod judge;
pub mod place;
pub mod recipients;
