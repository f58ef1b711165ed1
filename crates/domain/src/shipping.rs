//! Shipping options of a store from its rate table.
