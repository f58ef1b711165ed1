-- Pages of orders are found by these alone: the rows themselves are spread wide by their documents. Programs of a wholesaler ask
-- again and again for what was placed, changed or sent since they asked last.
CREATE INDEX supply_orders_list ON supply_orders (wholesaler_id, serial, account_id, status, placed_at);
CREATE INDEX supply_orders_list_of_account ON supply_orders (wholesaler_id, account_id, serial, status, placed_at);
DROP INDEX supply_orders_of_account;
CREATE INDEX supply_orders_by_change ON supply_orders (wholesaler_id, changed_at, serial, account_id, status);
CREATE INDEX supply_orders_by_dispatch ON supply_orders (wholesaler_id, dispatched_at, serial, account_id, status);
