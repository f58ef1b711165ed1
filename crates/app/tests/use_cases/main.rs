//! Every use case, good and bad, on both engines.

mod access;
mod carts;
mod checkout;
mod confirmation;
mod duties;
mod housekeeping;
mod interleavings;
mod landed_costs;
mod mails;
mod open_payments;
mod order_events;
mod orders;
mod payment;
mod races;
mod redirects;
mod sandboxes;
mod settle;
mod staff;
mod stores;
mod support;
mod test_orders;
mod webhooks;
mod wholesale;
