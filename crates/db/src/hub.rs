//! The wholesaler's side: wholesalers with their keys and accounts, goods and stock, supply orders, and how sandboxes come and
//! go.

pub mod admin_keys;
pub mod availability;
pub mod baskets;
pub mod couriers;
pub mod feeds;
pub mod products;
pub mod recipients;
pub mod removal;
pub mod sandboxes;
pub mod shop_accounts;
pub mod stock;
pub mod supply_orders;
pub mod wholesalers;
