//! Statements about single supply orders.

use crate::sql::statements;

statements! {
    INSERT = { "INSERT INTO supply_orders (wholesaler_id, serial, account_id, external_id, content_hash, status, \
        placed_at, changed_at, dispatched_at, cancel_refused, note, delivery, document) \
        VALUES ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10, $11, $12, $13)" }
    ONE = { "SELECT ", supply_order!(), " FROM supply_orders WHERE wholesaler_id = $1 AND serial = $2" }
    PLACED_AT = { "SELECT placed_at FROM supply_orders WHERE wholesaler_id = $1 AND serial = $2" }
    LOCK = { locking "SELECT ", supply_order!(), " FROM supply_orders WHERE wholesaler_id = $1 AND serial = $2 LIMIT 1" }
    BY_EXTERNAL_ID = { "SELECT serial, content_hash FROM supply_orders WHERE wholesaler_id = $1 AND account_id = $2 \
        AND external_id = $3" }
    SET_STATUS = { "UPDATE supply_orders SET status = $1, changed_at = $2, dispatched_at = $3 \
        WHERE wholesaler_id = $4 AND serial = $5 AND status = $6" }
    SET_REFUSED = { "UPDATE supply_orders SET cancel_refused = true, changed_at = $1 WHERE wholesaler_id = $2 \
        AND serial = $3" }
    SET_DELIVERY = { "UPDATE supply_orders SET delivery = $1, changed_at = $2 WHERE wholesaler_id = $3 AND serial = $4" }
    SET_DOCUMENT = { "UPDATE supply_orders SET document = $1, changed_at = $2 WHERE wholesaler_id = $3 AND serial = $4 \
        AND status = $5" }
    SET_NOTE = { "UPDATE supply_orders SET note = $1, changed_at = $2 WHERE wholesaler_id = $3 AND serial = $4" }
    TOUCH = { "UPDATE supply_orders SET changed_at = $1 WHERE wholesaler_id = $2 AND serial = $3" }
}
