//! Wire dialects: bytes to use cases, answers to bytes. No HTTP library, no SQL.
//!
//! A dialect owns every quirk of its protocol: spellings, lenient types, error texts, and statuses that lie. Inside the
//! house there are only typed commands and one honest error.

pub mod admin;
pub mod catalogue;
pub mod checkout;
pub mod customer;
pub mod feed;
pub mod icdf;
mod json;
mod limits;
pub mod markup;
mod number;
#[cfg(test)]
mod samples;
mod schema;
pub mod table;
mod tenant;
