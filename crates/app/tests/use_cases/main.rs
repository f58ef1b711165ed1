//! Every use case, good and bad, on both engines.

mod access;
mod carts;
mod confirmation;
mod open_payments;
mod payment;
mod settle;
mod staff;
mod support;
