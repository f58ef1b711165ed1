//! The Admin API, REST generation (customer reference §8): orders, packages, stocks, couriers, addresses, payments, time.
//!
//! Every version (v3 to v8) is answered alike. A request is read into `params::Params`, whatever way its client wrote
//! lists and objects, and ends in a use case of the wholesaler's side; quirks of the dialect (capital `Results`, 207 for
//! "empty", `X-Error`) end here.

mod addresses;
mod couriers;
mod key_order;
mod order_view;
mod orders;
mod packages;
mod params;
mod reply;
mod stocks;

use std::net::IpAddr;

use crossdock_app::App;
use crossdock_app::admin_api::AdminCaller;
use crossdock_domain::admin_api::{Area, Level};
use secrecy::SecretString;

use params::Params;
pub use reply::Reply;

/// A request, as HTTP brought it.
#[derive(Debug, Clone, Copy)]
pub struct Call<'a> {
    /// `GET`, `POST`, …
    pub method: &'a str,
    /// Path behind the version: `orders/orders/search`.
    pub path: &'a str,
    /// Query string.
    pub query: &'a str,
    /// Body; `None` when it was too large.
    pub body: Option<&'a [u8]>,
    /// The key that was shown, in `X-API-KEY` or as bearer token.
    pub key: Option<&'a str>,
    /// Where the call comes from.
    pub client: IpAddr,
}

/// The reader of parameters alone, for fuzzing: whether a request has any, and that looking at them never panics.
#[doc(hidden)]
pub fn is_readable(method: &str, query: &str, body: &[u8]) -> bool {
    Params::read(method, query, body).is_ok_and(|params| params.look_at_everything())
}

/// Largest body.
pub const BODY_LIMIT: usize = 10 * 1024 * 1024;

/// What can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
#[expect(missing_docs, reason = "the table below says it")]
pub enum Operation {
    OrdersGet,
    OrdersSearch,
    OrdersAdd,
    OrdersUpdate,
    OrderCourier,
    OrderAddress,
    OrderPickupPoint,
    OrderHistory,
    OrderStatuses,
    OrderPackagesGet,
    OrderPackagesAdd,
    OrderPackagesChange,
    PackagesSearch,
    PackagesAdd,
    PackagesChange,
    StocksGet,
    StocksPut,
    StockQuantity,
    SkuByBarcode,
    Reservations,
    Couriers,
    AssignedCouriers,
    PickupPoints,
    Addresses,
    PaymentForms,
    ServerTime,
}

use Operation as Op;

/// Method, path, what it is, what right it needs.
const TABLE: [(&str, &str, Op, Area, Level); 27] = [
    ("GET", "orders/orders", Op::OrdersGet, Area::Orders, Level::Read),
    ("POST", "orders/orders/search", Op::OrdersSearch, Area::Orders, Level::Read),
    // Version 3 called it so.
    ("POST", "orders/orders/get", Op::OrdersSearch, Area::Orders, Level::Read),
    ("POST", "orders/orders", Op::OrdersAdd, Area::Orders, Level::Write),
    ("PUT", "orders/orders", Op::OrdersUpdate, Area::Orders, Level::Write),
    ("PUT", "orders/courier", Op::OrderCourier, Area::Orders, Level::Write),
    ("PUT", "orders/deliveryAddress", Op::OrderAddress, Area::Orders, Level::Write),
    ("PUT", "orders/pickupPoint", Op::OrderPickupPoint, Area::Orders, Level::Write),
    ("GET", "orders/history", Op::OrderHistory, Area::Orders, Level::Read),
    ("GET", "orders/statuses", Op::OrderStatuses, Area::Orders, Level::Read),
    ("GET", "orders/packages", Op::OrderPackagesGet, Area::Orders, Level::Read),
    ("POST", "orders/packages", Op::OrderPackagesAdd, Area::Orders, Level::Write),
    ("PUT", "orders/packages", Op::OrderPackagesChange, Area::Orders, Level::Write),
    ("POST", "packages/packages/search", Op::PackagesSearch, Area::Packages, Level::Read),
    ("POST", "packages/packages", Op::PackagesAdd, Area::Packages, Level::Write),
    ("PUT", "packages/packages", Op::PackagesChange, Area::Packages, Level::Write),
    ("GET", "products/stocks", Op::StocksGet, Area::Products, Level::Read),
    ("PUT", "products/stocks", Op::StocksPut, Area::Products, Level::Write),
    ("PUT", "products/stockQuantity", Op::StockQuantity, Area::Products, Level::Write),
    ("GET", "products/SKUbyBarcode", Op::SkuByBarcode, Area::Products, Level::Read),
    ("GET", "products/reservations", Op::Reservations, Area::Products, Level::Read),
    ("GET", "couriers/couriers", Op::Couriers, Area::Couriers, Level::Read),
    ("GET", "couriers/assignedToShippingProfiles", Op::AssignedCouriers, Area::Couriers, Level::Read),
    ("GET", "couriers/pickupPoints", Op::PickupPoints, Area::Couriers, Level::Read),
    ("GET", "clients/deliveryAddress", Op::Addresses, Area::Clients, Level::Read),
    ("GET", "payments/forms", Op::PaymentForms, Area::Payments, Level::Read),
    ("GET", "system/serverTime", Op::ServerTime, Area::System, Level::Read),
];

impl Operation {
    /// Its path, for logs, metrics and the audit log.
    pub fn name(self) -> &'static str {
        TABLE.iter().find(|row| row.2 == self).map_or("", |row| row.1)
    }
}

/// Methods that a path has, when it has any.
pub fn methods(path: &str) -> Vec<&'static str> {
    TABLE.iter().filter(|row| row.1.eq_ignore_ascii_case(path)).map(|row| row.0).collect()
}

/// Answers a call. Order of checks: key, path and method, right, size, body.
pub async fn answer(app: &App, call: Call<'_>) -> Reply {
    let path = call.path.trim_matches('/');
    let shown = call.key.map(str::trim).filter(|key| !key.is_empty());
    let Some(key) = shown.map(|key| SecretString::from(key.to_owned())) else {
        return Reply::refused(401, "no_key", "No API key: send it in X-API-KEY");
    };
    let caller = match app.admin_caller(&key, call.client).await {
        Ok(caller) => caller,
        Err(error) => return Reply::of_error(&error),
    };
    let row = TABLE.iter().find(|row| row.0 == call.method && row.1.eq_ignore_ascii_case(path));
    let Some((_, _, operation, area, level)) = row.copied() else {
        return if methods(path).is_empty() {
            Reply::refused(404, "unknown_path", "No such resource")
        } else {
            Reply::refused(405, "wrong_method", &format!("This resource has: {}", methods(path).join(", ")))
        };
    };
    let label = operation.name();
    if !caller.may(area, level) {
        // Clients read scope and level out of this very text (§8.3).
        let text = format!("No rights. Scope: {area}, level: {}", level.code());
        return match app.begin_audit(&caller, label, &text, Some(403)).await {
            Ok(_) => Reply::refused(403, "no_rights", &text).labelled(label),
            Err(error) => Reply::of_error(&error).labelled(label),
        };
    }
    let Some(body) = call.body else {
        return Reply::refused(413, "too_large", "The request is larger than 10 MB").labelled(label);
    };
    let params = match Params::read(call.method, call.query, body) {
        Ok(params) => params,
        Err(problem) => return Reply::refused(422, "bad_format", &problem).labelled(label),
    };
    if level == Level::Read {
        return Box::pin(perform(app, &caller, operation, &params)).await.labelled(label);
    }
    let audit = match app.begin_audit(&caller, label, &params.summary(), None).await {
        Ok(audit) => audit,
        Err(error) => return Reply::of_error(&error).labelled(label),
    };
    let reply = Box::pin(perform(app, &caller, operation, &params)).await.labelled(label);
    if let Err(error) = app.end_audit(&caller, audit, reply.status).await {
        tracing::error!(%error, "end of a call not written into the log of the Admin API");
    }
    reply
}

async fn perform(app: &App, caller: &AdminCaller, operation: Operation, params: &Params) -> Reply {
    let result = match operation {
        Op::OrdersGet => orders::get(app, caller, params).await,
        Op::OrdersSearch => orders::search(app, caller, params).await,
        Op::OrdersAdd => orders::add(app, caller, params).await,
        Op::OrdersUpdate => orders::update(app, caller, params).await,
        Op::OrderCourier => orders::courier(app, caller, params).await,
        Op::OrderAddress => addresses::of_order(app, caller, params).await,
        Op::OrderPickupPoint => orders::pickup_point(app, caller, params).await,
        Op::OrderHistory => orders::history(app, caller, params).await,
        Op::OrderStatuses => Ok(orders::statuses()),
        Op::OrderPackagesGet | Op::PackagesSearch => packages::search(app, caller, params).await,
        Op::OrderPackagesAdd => packages::write(app, caller, params, &packages::ORDERS, false).await,
        Op::OrderPackagesChange => packages::write(app, caller, params, &packages::ORDERS, true).await,
        Op::PackagesAdd => packages::write(app, caller, params, &packages::PACKAGES, false).await,
        Op::PackagesChange => packages::write(app, caller, params, &packages::PACKAGES, true).await,
        Op::StocksGet => stocks::get(app, caller, params).await,
        Op::StocksPut => stocks::put(app, caller, params).await,
        Op::StockQuantity => stocks::quantity(app, caller, params).await,
        Op::SkuByBarcode => stocks::sku_by_barcode(app, caller, params).await,
        Op::Reservations => stocks::reservations(app, caller, params).await,
        Op::Couriers => couriers::list(app, caller, params).await,
        Op::AssignedCouriers => couriers::assigned(app, caller).await,
        Op::PickupPoints => couriers::pickup_points(app, caller, params).await,
        Op::Addresses => addresses::list(app, caller, params).await,
        Op::PaymentForms => Ok(couriers::payment_forms(caller, params)),
        Op::ServerTime => Ok(couriers::server_time(app.now())),
    };
    result.unwrap_or_else(reply::Refusal::into_reply)
}
