//! Packages, both families: `orders/packages` and `packages/packages` do the same under other names (customer protocol §8.6).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{NewParcel, OrderError, Page, ParcelChange, StaffOrderQuery, SupplyOrderQuery};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::wholesale::{CourierId, OrderSerial, ParcelId, SupplyOrder};
use serde_json::Value;

use super::order_view::{self, DeliveryPackage};
use super::params::{Node, Params, node};
use super::reply::{Answered, Fault, Refusal, Reply, fault};
use super::resource::{Resource, gate, read, write};
use crate::schema::typed::{Described, object};
use crate::schema::{Object, UNLIMITED, choice, int, ints, list, record, text, texts};

pub(super) const GET_OF_ORDERS: Resource = Resource::new(
    ("GET", "orders/packages"),
    read(Scope::Orders),
    "Packages of orders, by order or by number",
    (&GET_OF_ORDERS_REQUEST, Packages::OBJECT),
    |app, caller, params| Box::pin(search(app, caller, params)),
)
.gates(&[gate("orders/getPackages")]);

pub(super) const ADD_TO_ORDERS: Resource = Resource::new(
    ("POST", "orders/packages"),
    write(Scope::Orders),
    "Adds packages; all of an order or none",
    (&ADD_TO_ORDERS_REQUEST, OrderPackagesChanged::OBJECT),
    |app, caller, params| Box::pin(store(app, caller, params, &OF_ORDERS, false)),
)
.gates(&[gate("orders/addPackages")]);

pub(super) const CHANGE_OF_ORDERS: Resource = Resource::new(
    ("PUT", "orders/packages"),
    write(Scope::Orders),
    "Changes packages, one by one",
    (&CHANGE_OF_ORDERS_REQUEST, OrderPackagesChanged::OBJECT),
    |app, caller, params| Box::pin(store(app, caller, params, &OF_ORDERS, true)),
)
.gates(&[gate("orders/updatePackages")]);

pub(super) const SEARCH: Resource = Resource::new(
    ("POST", "packages/packages/search"),
    read(Scope::Packages),
    "Packages by order or by number",
    (&SEARCH_REQUEST, Packages::OBJECT),
    |app, caller, params| Box::pin(search(app, caller, params)),
)
.gates(&[gate("packages/get")]);

pub(super) const ADD: Resource = Resource::new(
    ("POST", "packages/packages"),
    write(Scope::Packages),
    "The same as `POST orders/packages` under other names",
    (&ADD_REQUEST, PackagesChanged::OBJECT),
    |app, caller, params| Box::pin(store(app, caller, params, &PACKAGES, false)),
)
.gates(&[gate("packages/add")]);

pub(super) const CHANGE: Resource = Resource::new(
    ("PUT", "packages/packages"),
    write(Scope::Packages),
    "The same as `PUT orders/packages` under other names",
    (&CHANGE_REQUEST, PackagesChanged::OBJECT),
    |app, caller, params| Box::pin(store(app, caller, params, &PACKAGES, true)),
)
.gates(&[gate("packages/update")]);

static GET_OF_ORDERS_REQUEST: Object = Object::new(
    "OrderPackagesGet",
    &[ints("orderNumbers", UNLIMITED).about("Numbers of orders"), texts("deliveryPackageNumbers", UNLIMITED)],
)
.open();

static SEARCH_REQUEST: Object =
    Object::new("PackagesSearch", &[texts("deliveryPackageNumbers", UNLIMITED), list("events", &EVENT, UNLIMITED)])
        .open();

static EVENT: Object =
    Object::new("PackagesOfEvents", &[choice("eventType", &["order", "rma", "return"]), ints("eventsIds", UNLIMITED)]);

static WEIGHTS: Object = Object::new(
    "PackageParameters",
    &[int("productWeight").about("Grams"), int("packagingWeight").about("Grams; the package weighs both together")],
)
.open();

static ADD_TO_ORDERS_REQUEST: Object =
    Object::new("OrderPackagesAdd", &[list("orderPackages", &ADDED_TO, MAX_ORDERS).required().about("1 to 100")]);

static ADDED_TO: Object =
    Object::new("OrderPackagesAdded", &[list("packages", &ADDED, UNLIMITED).required()]).with(&[&ORDER]);

static ADDED: Object = Object::new("NewPackage", &[]).with(&[&NEW_PACKAGE]).open();

static CHANGE_OF_ORDERS_REQUEST: Object =
    Object::new("OrderPackagesChange", &[list("orderPackages", &CHANGED_OF, MAX_ORDERS).required().about("1 to 100")]);

static CHANGED_OF: Object =
    Object::new("OrderPackagesOfChange", &[list("packages", &CHANGED, UNLIMITED).required()]).with(&[&ORDER]);

static CHANGED: Object = Object::new("PackageChange", &[]).with(&[&PACKAGE_ID, &NEW_PACKAGE]).open();

static ORDER: Object = Object::new(
    "Order",
    &[
        int("eventId").required().about("The order's number"),
        choice("eventType", &["order"]).about("order when it is left out"),
    ],
);

static PACKAGE_ID: Object = Object::new("PackageId", &[int("deliveryPackageId").required()]);

static NEW_PACKAGE: Object = Object::new(
    "Package",
    &[
        int("courierId"),
        text("deliveryPackageNumber").about("Of the package"),
        text("deliveryShippingNumber").about("Of the consignment"),
        record("deliveryPackageParameters", &WEIGHTS),
    ],
);

static ADD_REQUEST: Object =
    Object::new("PackagesAdd", &[list("orderPackages", &OTHER_ADDED_TO, MAX_ORDERS).required().about("1 to 100")]);

static OTHER_ADDED_TO: Object =
    Object::new("PackagesAdded", &[list("packages", &OTHER_ADDED, UNLIMITED).required()]).with(&[&OTHER_ORDER]);

static OTHER_ADDED: Object = Object::new("PackagesNew", &[]).with(&[&OTHER_PACKAGE]).open();

static CHANGE_REQUEST: Object =
    Object::new("PackagesChange", &[list("orderPackages", &OTHER_CHANGED_OF, MAX_ORDERS).required().about("1 to 100")]);

static OTHER_CHANGED_OF: Object =
    Object::new("PackagesOfChange", &[list("packages", &OTHER_CHANGED, UNLIMITED).required()]).with(&[&OTHER_ORDER]);

static OTHER_CHANGED: Object = Object::new("PackagesOne", &[]).with(&[&OTHER_ID, &OTHER_PACKAGE]).open();

static OTHER_ORDER: Object = Object::new(
    "OtherOrder",
    &[
        int("orderId").required().about("The order's number"),
        choice("orderType", &["order"]).about("order when it is left out"),
    ],
);

static OTHER_ID: Object = Object::new("OtherPackageId", &[int("packageId").required()]);

static OTHER_PACKAGE: Object = Object::new(
    "OtherPackage",
    &[
        int("delivery").about("Number of the courier"),
        text("packageNumber").about("Of the package"),
        text("shippingNumber").about("Of the consignment"),
        record("packageParameters", &WEIGHTS),
    ],
);

object! {
    struct Packages {
        results: Vec<PackageFound> = "results",
    }

    struct PackageFound {
        errors: Fault = "errors",
        kind: &'static str = "eventType" in ["order"],
        /// The order's number
        order: i64 = "eventId",
        /// Always empty: labels are not kept here
        label: &'static str = "label",
        package: DeliveryPackage = "deliveryPackage",
    }

    /// What became of the packages of `orders/packages`.
    struct OrderPackagesChanged {
        results: Vec<OrderPackagesOne> = "results",
    }

    struct OrderPackagesOne {
        order: String = "eventId",
        packages: Vec<OrderPackageChanged> = "packagesResults",
    }

    struct OrderPackageChanged {
        id: Option<i64> = "deliveryPackageId",
        errors: Fault = "errors",
    }

    /// What became of the packages of `packages/packages`.
    struct PackagesChanged {
        results: Vec<PackagesOfOrder> = "results",
    }

    struct PackagesOfOrder {
        order: String = "orderId",
        packages: Vec<PackageChanged> = "packages",
    }

    struct PackageChanged {
        errors: Fault = "errors",
        id: Option<i64> = "packageId",
    }
}

/// Names of one family, and its answer.
struct Family<A> {
    order: &'static str,
    kind: &'static str,
    package_id: &'static str,
    courier: &'static str,
    number: &'static str,
    shipping: &'static str,
    parameters: &'static str,
    answer: fn(Vec<Outcome>) -> A,
}

/// What became of the packages of an order, which is named as the call named it.
struct Outcome {
    order: String,
    packages: Vec<(Option<i64>, Fault)>,
}

/// `orders/packages`.
const OF_ORDERS: Family<OrderPackagesChanged> = Family {
    order: "eventId",
    kind: "eventType",
    package_id: "deliveryPackageId",
    courier: "courierId",
    number: "deliveryPackageNumber",
    shipping: "deliveryShippingNumber",
    parameters: "deliveryPackageParameters",
    answer: |outcomes| {
        let package = |(id, errors)| OrderPackageChanged { id, errors };
        let of_order = |Outcome { order, packages }| OrderPackagesOne {
            order,
            packages: packages.into_iter().map(package).collect(),
        };
        OrderPackagesChanged { results: outcomes.into_iter().map(of_order).collect() }
    },
};

/// `packages/packages`.
const PACKAGES: Family<PackagesChanged> = Family {
    order: "orderId",
    kind: "orderType",
    package_id: "packageId",
    courier: "delivery",
    number: "packageNumber",
    shipping: "shippingNumber",
    parameters: "packageParameters",
    answer: |outcomes| {
        let package = |(id, errors)| PackageChanged { errors, id };
        let of_order = |Outcome { order, packages }| PackagesOfOrder {
            order,
            packages: packages.into_iter().map(package).collect(),
        };
        PackagesChanged { results: outcomes.into_iter().map(of_order).collect() }
    },
};

/// Most orders of one call, which have their own fault code.
const MAX_ORDERS: usize = 100;

/// Parcels of orders, by order or by number.
async fn search(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let mut serials = root.get("orderNumbers").ints();
    for event in root.get("events").list() {
        match node(&event).get("eventType").text().as_deref() {
            Some("order") => serials.extend(node(&event).get("eventsIds").ints()),
            // Returns and complaints have no parcels here.
            Some("rma" | "return") => {}
            _ => return Ok(Reply::with_errors(&Packages { results: Vec::new() }, 1, "Wrong event type")),
        }
    }
    let numbers = root.get("deliveryPackageNumbers").texts();
    if serials.len() + numbers.len() > MAX_ORDERS {
        return Err(Refusal::format("at most 100 elements in one call"));
    }
    let mut orders: Vec<SupplyOrder> = Vec::new();
    if !serials.is_empty() {
        let serials = serials.into_iter().map(OrderSerial).collect();
        let query = SupplyOrderQuery { serials, page: Page::FIRST, ..SupplyOrderQuery::default() };
        let query = StaffOrderQuery { query, ..StaffOrderQuery::default() };
        orders.extend(app.hub().orders().search(caller.id(), query).await?.items);
    }
    for number in numbers {
        let query = StaffOrderQuery { parcel_number: Some(number), ..StaffOrderQuery::default() };
        orders.extend(app.hub().orders().search(caller.id(), query).await?.items);
    }
    orders.sort_by_key(|order| order.serial);
    orders.dedup_by_key(|order| order.serial);
    let zone = &caller.wholesaler().settings.time_zone;
    let results: Vec<PackageFound> = orders
        .iter()
        .flat_map(|order| order.parcels.iter().map(move |parcel| (order, parcel)))
        .map(|(order, parcel)| PackageFound {
            errors: fault(0, ""),
            kind: "order",
            order: order.serial.0,
            label: "",
            package: order_view::package(order, parcel, zone),
        })
        .collect();
    let empty = results.is_empty();
    let found = Packages { results };
    Ok(if empty { Reply::with_errors(&found, 2, "No packages found") } else { Reply::done(&found) })
}

/// Adds packages, or changes them.
async fn store<A: Described>(
    app: &App,
    caller: &AdminCaller,
    params: &Params,
    names: &Family<A>,
    change: bool,
) -> Answered {
    let orders = params.root().get("orderPackages").list();
    if orders.is_empty() {
        return Err(Refusal::format("params.orderPackages is empty"));
    }
    if orders.len() > MAX_ORDERS {
        return Ok(Reply::with_errors(&(names.answer)(Vec::new()), 2, "At most 100 elements in one call"));
    }
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &orders {
        let element = node(element);
        let packages = element.get("packages").list();
        let told = match element.get(names.kind).text().as_deref() {
            None | Some("order") => one_order(app, caller, element, &packages, names, change).await?,
            Some(_) => vec![Err("Only packages of orders".to_owned()); packages.len().max(1)],
        };
        let packages = told
            .into_iter()
            .map(|outcome| {
                failed |= outcome.is_err();
                match outcome {
                    Ok(id) => (Some(id.0), fault(0, "")),
                    Err(text) => (None, fault(1, &text)),
                }
            })
            .collect();
        results.push(Outcome { order: element.get(names.order).text().unwrap_or_default(), packages });
    }
    Ok(Reply::partly(&(names.answer)(results), failed, "Some packages were not stored"))
}

type Outcomes = Vec<Result<ParcelId, String>>;

/// Adding is all or nothing within an order; changing is one by one.
async fn one_order<A>(
    app: &App,
    caller: &AdminCaller,
    element: Node<'_>,
    packages: &[Value],
    names: &Family<A>,
    change: bool,
) -> Result<Outcomes, Refusal> {
    let Some(serial) = element.get(names.order).int().map(OrderSerial) else {
        return Ok(vec![Err(format!("{} is missing", names.order)); packages.len().max(1)]);
    };
    if packages.is_empty() {
        return Ok(vec![Err("packages is empty".to_owned())]);
    }
    if !change {
        let parcels = packages.iter().map(|package| new_parcel(node(package), names)).collect();
        return match app.hub().orders().add_parcels(caller.id(), serial, caller.actor(), parcels).await {
            Ok(parcels) => Ok(parcels.into_iter().map(|parcel| Ok(parcel.id)).collect()),
            Err(error @ (OrderError::Amount(_) | OrderError::Db(_))) => Err(error.into()),
            Err(error) => Ok(vec![Err(error.to_string()); packages.len()]),
        };
    }
    let mut outcomes = Vec::new();
    for package in packages {
        let package = node(package);
        let change = ParcelChange {
            parcel: package.get(names.package_id).int().map(ParcelId),
            courier: package.get(names.courier).int().map(CourierId),
            package_number: package.get(names.number).raw_text(),
            shipping_number: package.get(names.shipping).raw_text(),
            weight_grams: weight(package.get(names.parameters)),
        };
        if change.parcel.is_none() {
            outcomes.push(Err(format!("{} is missing", names.package_id)));
            continue;
        }
        outcomes.push(match app.hub().orders().change_parcel(caller.id(), serial, caller.actor(), change).await {
            Ok(parcel) => Ok(parcel.id),
            Err(error @ (OrderError::Amount(_) | OrderError::Db(_))) => return Err(error.into()),
            Err(error) => Err(error.to_string()),
        });
    }
    Ok(outcomes)
}

fn weight(parameters: Node<'_>) -> Option<i64> {
    let (goods, packaging) = (parameters.get("productWeight").int(), parameters.get("packagingWeight").int());
    (goods.is_some() || packaging.is_some()).then(|| goods.unwrap_or(0).saturating_add(packaging.unwrap_or(0)))
}

fn new_parcel<A>(package: Node<'_>, names: &Family<A>) -> NewParcel {
    NewParcel {
        courier: package.get(names.courier).int().map(CourierId),
        package_number: package.get(names.number).text().unwrap_or_default(),
        shipping_number: package.get(names.shipping).text().unwrap_or_default(),
        weight_grams: weight(package.get(names.parameters)).unwrap_or(0),
    }
}
