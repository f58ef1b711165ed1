//! Tenants and access: wholesalers, accounts of shops, keys of the Admin API, sandboxes.

pub mod accounts;
pub mod admin_keys;
pub(crate) mod error;
pub mod login;
pub mod sample;
pub mod sandbox;
mod staff_caller;
pub mod wholesalers;
