//! The buyer's side: stores, their carts, checkouts, payments and orders, and what is due at the border.

pub mod attempts;
pub mod carts;
pub mod checkouts;
pub mod landed_costs;
pub mod orders;
pub mod quotes;
pub mod stores;
