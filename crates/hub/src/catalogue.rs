//! Catalogue and stock: products, import, stock, availability, delivery times, feeds.

pub mod availability;
pub mod delivery_time;
pub(crate) mod error;
pub mod feed;
pub mod import;
pub mod products;
pub mod stock;
