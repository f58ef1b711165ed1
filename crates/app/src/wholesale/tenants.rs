//! Wholesalers: add, change, list, dropshipping key.
