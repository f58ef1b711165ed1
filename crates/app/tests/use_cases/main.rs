//! Every use case, good and bad, on both engines.

mod payment;
mod staff;
mod support;
