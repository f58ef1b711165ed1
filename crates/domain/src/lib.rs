//! Pure rules of Crossdock: values, carts, shipping, quotes, orders.
//!
//! Nothing here waits, opens a socket, knows SQL or a wire name. Time and randomness are arguments
//! ([`clock::Clock`], [`random::Random`]). Everything is unit-testable with plain values.

pub mod address;
pub mod admin_api;
pub mod cart;
pub mod checkout;
pub mod clock;
pub mod country;
pub mod email;
pub mod ids;
pub mod landed_cost;
pub mod money;
pub mod named;
pub mod network;
pub mod notation;
pub mod order;
pub mod payment;
pub mod quote;
pub mod random;
pub mod shipping;
pub mod store;
pub mod text;
pub mod webhook;
pub mod wholesale;
