//! Every use case, good and bad, on both engines.

mod access;
mod carts;
mod checkout;
mod confirmation;
mod interleavings;
mod open_payments;
mod orders;
mod payment;
mod races;
mod redirects;
mod settle;
mod staff;
mod stores;
mod support;
mod test_orders;
mod upkeep;
mod wholesale;
