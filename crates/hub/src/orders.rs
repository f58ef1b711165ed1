//! The life of orders: status, parcels, edits, cancelling, and what others hear of it.

pub mod cancel;
pub mod edit;
pub(crate) mod error;
pub mod events;
pub mod list;
pub mod news;
pub mod staff;
