//! The wholesaler's side: what shops call, what a wholesaler's own programs call, and files.

pub mod admin;
pub mod customer;
pub mod files;
