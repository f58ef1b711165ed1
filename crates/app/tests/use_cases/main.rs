//! Every use case, good and bad, on both engines.

mod payment;
mod settle;
mod staff;
mod support;
