//! HTTP side of Crossdock: what buyers and clients see. The only crate that knows axum.

pub mod pages;
pub mod render;
pub mod security;
