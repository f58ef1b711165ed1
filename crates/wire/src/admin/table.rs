//! Every resource of the Admin API: method, path, right, what it takes and gives. Routing, rights and the OpenAPI document
//! come from here.
//!
//! **To add one**: a variant of [`Operation`], a row, its arm in `perform`, and a golden pair under
//! `fixtures/wire/admin/`. A gate of the older generation, if it is to have one, is a line in `gates`.

use crossdock_domain::admin_api::{Area, Level};

use super::shape::Shape;
use super::shapes::{answers as give, requests as take};

/// What can be called.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash)]
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
    DeliveryTime,
    Couriers,
    AssignedCouriers,
    PickupPoints,
    Addresses,
    AddressesAdd,
    AddressesChange,
    AddressesDelete,
    PaymentForms,
    ServerTime,
}

use Operation as Op;

/// A resource.
#[derive(Debug, Clone, Copy)]
pub struct Row {
    /// `GET`, `POST`, `PUT`.
    pub method: &'static str,
    /// Behind the version.
    pub path: &'static str,
    /// What it is.
    pub operation: Operation,
    /// What it is about.
    pub area: Area,
    /// The right it needs there.
    pub level: Level,
    /// In a sentence.
    pub about: &'static str,
    /// Its parameters: of the query for GET, else below `params`.
    pub takes: &'static Shape,
    /// Its answer, beside `errors`.
    pub gives: &'static Shape,
}

const fn row(
    (method, path): (&'static str, &'static str),
    operation: Operation,
    (area, level): (Area, Level),
    about: &'static str,
    takes: &'static Shape,
    gives: &'static Shape,
) -> Row {
    Row { method, path, operation, area, level, about, takes, gives }
}

const fn look(area: Area) -> (Area, Level) {
    (area, Level::Read)
}

const fn change(area: Area) -> (Area, Level) {
    (area, Level::Write)
}

/// All of them.
pub const TABLE: &[Row] = &[
    row(
        ("GET", "orders/orders"),
        Op::OrdersGet,
        look(Area::Orders),
        "Orders by number or id; without any of them a page of all",
        &take::ORDERS_GET,
        &give::ORDERS,
    ),
    row(
        ("POST", "orders/orders/search"),
        Op::OrdersSearch,
        look(Area::Orders),
        "Orders that fulfil every filter; none is 207 with code 2",
        &take::ORDERS_SEARCH,
        &give::ORDERS,
    ),
    // Version 3 called it so.
    row(
        ("POST", "orders/orders/get"),
        Op::OrdersSearch,
        look(Area::Orders),
        "The name that version 3 has for the search",
        &take::ORDERS_SEARCH,
        &give::ORDERS,
    ),
    row(
        ("POST", "orders/orders"),
        Op::OrdersAdd,
        change(Area::Orders),
        "Orders for shops, each for itself: goods are put aside, or nothing happens",
        &take::ORDERS_ADD,
        &give::ORDERS_CHANGED,
    ),
    row(
        ("PUT", "orders/orders"),
        Op::OrdersUpdate,
        change(Area::Orders),
        "Status, lines, notes, estimated day of delivery; the shop hears of it",
        &take::ORDERS_UPDATE,
        &give::ORDERS_CHANGED,
    ),
    row(
        ("PUT", "orders/courier"),
        Op::OrderCourier,
        change(Area::Orders),
        "Another courier; the price stays",
        &take::ORDER_COURIER,
        &give::CHANGED,
    ),
    row(
        ("PUT", "orders/deliveryAddress"),
        Op::OrderAddress,
        change(Area::Orders),
        "Another stored recipient of the shop that ordered",
        &take::ORDER_ADDRESS,
        &give::CHANGED,
    ),
    row(
        ("PUT", "orders/pickupPoint"),
        Op::OrderPickupPoint,
        change(Area::Orders),
        "Another pickup point of the order's courier",
        &take::ORDER_PICKUP_POINT,
        &give::CHANGED,
    ),
    row(
        ("GET", "orders/history"),
        Op::OrderHistory,
        look(Area::Orders),
        "What happened to an order",
        &take::ORDER_HISTORY,
        &give::HISTORY,
    ),
    row(
        ("GET", "orders/statuses"),
        Op::OrderStatuses,
        look(Area::Orders),
        "Every status with its number",
        &take::NOTHING,
        &give::STATUSES,
    ),
    row(
        ("GET", "orders/packages"),
        Op::OrderPackagesGet,
        look(Area::Orders),
        "Packages of orders, by order or by number",
        &take::ORDER_PACKAGES_GET,
        &give::PACKAGES,
    ),
    row(
        ("POST", "orders/packages"),
        Op::OrderPackagesAdd,
        change(Area::Orders),
        "Adds packages; all of an order or none",
        &take::ORDER_PACKAGES_ADD,
        &give::ORDER_PACKAGES_CHANGED,
    ),
    row(
        ("PUT", "orders/packages"),
        Op::OrderPackagesChange,
        change(Area::Orders),
        "Changes packages, one by one",
        &take::ORDER_PACKAGES_CHANGE,
        &give::ORDER_PACKAGES_CHANGED,
    ),
    row(
        ("POST", "packages/packages/search"),
        Op::PackagesSearch,
        look(Area::Packages),
        "Packages by order or by number",
        &take::PACKAGES_SEARCH,
        &give::PACKAGES,
    ),
    row(
        ("POST", "packages/packages"),
        Op::PackagesAdd,
        change(Area::Packages),
        "The same as `POST orders/packages` under other names",
        &take::PACKAGES_ADD,
        &give::PACKAGES_CHANGED,
    ),
    row(
        ("PUT", "packages/packages"),
        Op::PackagesChange,
        change(Area::Packages),
        "The same as `PUT orders/packages` under other names",
        &take::PACKAGES_CHANGE,
        &give::PACKAGES_CHANGED,
    ),
    row(
        ("GET", "products/stocks"),
        Op::StocksGet,
        look(Area::Products),
        "Stocks of up to 100 products, by warehouse and size",
        &take::PRODUCTS_ASKED,
        &give::STOCKS,
    ),
    row(
        ("PUT", "products/stocks"),
        Op::StocksPut,
        change(Area::Products),
        "Sets stocks, adds to them or takes from them",
        &take::STOCKS_PUT,
        &give::STOCKS_CHANGED,
    ),
    row(
        ("PUT", "products/stockQuantity"),
        Op::StockQuantity,
        change(Area::Products),
        "Sets stocks by a code of the size",
        &take::STOCK_QUANTITY,
        &give::STOCK_QUANTITY,
    ),
    row(
        ("GET", "products/SKUbyBarcode"),
        Op::SkuByBarcode,
        look(Area::Products),
        "Sizes by any of their codes",
        &take::SKU_BY_BARCODE,
        &give::SKU_BY_BARCODE,
    ),
    row(
        ("GET", "products/reservations"),
        Op::Reservations,
        look(Area::Products),
        "What is put aside of products, and for whom",
        &take::PRODUCTS_ASKED,
        &give::RESERVATIONS,
    ),
    row(
        ("POST", "products/deliveryTime/search"),
        Op::DeliveryTime,
        look(Area::Products),
        "When goods could leave the warehouse if they were ordered now: stock, time to prepare them, opening hours; without \
         the time on the road",
        &take::DELIVERY_TIME,
        &give::DELIVERY_TIME,
    ),
    row(
        ("GET", "couriers/couriers"),
        Op::Couriers,
        look(Area::Couriers),
        "Couriers, of one country when it is named",
        &take::COURIERS,
        &give::COURIERS,
    ),
    row(
        ("GET", "couriers/assignedToShippingProfiles"),
        Op::AssignedCouriers,
        look(Area::Couriers),
        "The same with more of each: a map by id, or an empty list",
        &take::NOTHING,
        &give::ASSIGNED_COURIERS,
    ),
    row(
        ("GET", "couriers/pickupPoints"),
        Op::PickupPoints,
        look(Area::Couriers),
        "Pickup points of a courier",
        &take::PICKUP_POINTS,
        &give::PICKUP_POINTS,
    ),
    row(
        ("GET", "clients/deliveryAddress"),
        Op::Addresses,
        look(Area::Clients),
        "Recipients of up to 100 shops",
        &take::ADDRESSES,
        &give::ADDRESSES,
    ),
    row(
        ("POST", "clients/deliveryAddress"),
        Op::AddressesAdd,
        change(Area::Clients),
        "Adds recipients to shops; those that fail are told, the others are stored",
        &take::ADDRESSES_ADD,
        &give::ADDRESSES_CHANGED,
    ),
    row(
        ("PUT", "clients/deliveryAddress"),
        Op::AddressesChange,
        change(Area::Clients),
        "Changes recipients: fields left out stay; orders keep the address they were placed with",
        &take::ADDRESSES_CHANGE,
        &give::ADDRESSES_CHANGED,
    ),
    row(
        ("POST", "clients/deliveryAddress/delete"),
        Op::AddressesDelete,
        change(Area::Clients),
        "Forgets recipients; orders keep the address they were placed with",
        &take::ADDRESSES_DELETE,
        &give::ADDRESSES_CHANGED,
    ),
    row(
        ("GET", "payments/forms"),
        Op::PaymentForms,
        look(Area::Payments),
        "Ways of paying",
        &take::PAYMENT_FORMS,
        &give::PAYMENT_FORMS,
    ),
    row(
        ("GET", "system/serverTime"),
        Op::ServerTime,
        look(Area::System),
        "Seconds since 1970",
        &take::NOTHING,
        &give::SERVER_TIME,
    ),
];

impl Operation {
    /// Its first row.
    pub fn row(self) -> &'static Row {
        // A test asks for every row's operation, and `perform` has no other.
        TABLE.iter().find(|row| row.operation == self).unwrap_or(&TABLE[0])
    }

    /// Its path, for logs, metrics and the audit log.
    pub fn name(self) -> &'static str {
        self.row().path
    }
}

/// Methods that a path has, when it has any.
pub fn methods(path: &str) -> Vec<&'static str> {
    TABLE.iter().filter(|row| row.path.eq_ignore_ascii_case(path)).map(|row| row.method).collect()
}

/// The resource of this method and path.
pub(super) fn find(method: &str, path: &str) -> Option<&'static Row> {
    TABLE.iter().find(|row| row.method == method && row.path.eq_ignore_ascii_case(path))
}
