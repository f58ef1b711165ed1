//! Wire dialects: bytes to use cases, answers to bytes. No HTTP library, no SQL.
//!
//! A dialect owns every quirk of its protocol: spellings, lenient types, error texts, and statuses that lie. Inside the
//! house there are only typed commands and one honest error.
//!
//! Three rooms: [`checkout`] for shops and buyers, [`hub`] for wholesalers and their shops, and `schema`, in which both
//! describe what they read and answer. What stands beside them is shared.

pub mod checkout;
pub mod hub;
mod json;
mod json_body;
pub mod markup;
mod number;
#[cfg(test)]
mod samples;
mod schema;
pub mod table;
mod tenant;

pub use hub::files::{catalogue, feed, icdf};
pub use hub::{admin, customer};
