//! HTTP side of Crossdock: what buyers and clients see. The only crate that knows axum.
//!
//! Requests come in through [`server`], pass [`middleware`] and reach a handler by the list in [`mod@router`]. Handlers
//! parse, call one use case and render; rules live below.

mod admin_api;
mod basic;
pub mod checkout_api;
pub mod customer_api;
mod dialect_response;
mod feeds;
pub mod health;
mod landed_cost;
pub mod metrics;
pub mod middleware;
pub mod openapi;
pub mod pages;
mod plain_page;
pub mod render;
pub mod router;
pub mod security;
pub mod server;
pub mod settings;
pub mod state;

pub use router::router;
pub use settings::WebSettings;
pub use state::WebState;
