//! The HTTP layer against a real app: in process where that is enough, over loopback where sockets matter.

mod admin_api;
mod arrival;
mod checkout_api;
mod customer_api;
mod feeds;
mod guesses;
mod keys;
mod landed_cost;
mod log;
mod metrics;
mod openapi;
mod openapi_admin;
mod openapi_customer;
mod overload;
mod proxies;
mod sandbox;
mod shutdown;
mod site;
mod slow;
mod tls;
mod transfer;
mod watch;
