//! Ordering: lines and their prices, stock put aside, baskets, couriers, recipients, placing.

pub mod basket;
pub mod couriers;
pub(crate) mod error;
pub mod place;
pub(crate) mod price_check;
pub mod recipients;
pub(crate) mod reservations;
