//! Packages, both families: `orders/packages` and `packages/packages` do the same under other names (customer reference §8.6).

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{NewParcel, OrderError, Page, ParcelChange, StaffOrderQuery, SupplyOrderQuery};
use crossdock_domain::wholesale::{CourierId, OrderSerial, ParcelId, SupplyOrder};
use serde_json::{Value, json};

use super::order_view;
use super::params::{Node, Params, node};
use super::reply::{Answered, Refusal, Reply, fault};

/// Names of one family.
pub(super) struct Family {
    order: &'static str,
    kind: &'static str,
    package_id: &'static str,
    courier: &'static str,
    number: &'static str,
    shipping: &'static str,
    parameters: &'static str,
    answer_order: &'static str,
    answer_packages: &'static str,
    answer_package_id: &'static str,
}

/// `orders/packages`.
pub(super) const ORDERS: Family = Family {
    order: "eventId",
    kind: "eventType",
    package_id: "deliveryPackageId",
    courier: "courierId",
    number: "deliveryPackageNumber",
    shipping: "deliveryShippingNumber",
    parameters: "deliveryPackageParameters",
    answer_order: "eventId",
    answer_packages: "packagesResults",
    answer_package_id: "deliveryPackageId",
};

/// `packages/packages`.
pub(super) const PACKAGES: Family = Family {
    order: "orderId",
    kind: "orderType",
    package_id: "packageId",
    courier: "delivery",
    number: "packageNumber",
    shipping: "shippingNumber",
    parameters: "packageParameters",
    answer_order: "orderId",
    answer_packages: "packages",
    answer_package_id: "packageId",
};

/// Most orders of one call, which have their own fault code.
const MAX_ORDERS: usize = 100;

/// Parcels of orders, by order or by number.
pub(super) async fn search(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let mut serials = root.get("orderNumbers").ints();
    for event in root.get("events").list() {
        match node(&event).get("eventType").text().as_deref() {
            Some("order") => serials.extend(node(&event).get("eventsIds").ints()),
            // Returns and complaints have no parcels here.
            Some("rma" | "return") => {}
            _ => return Ok(Reply::with_errors(json!({ "results": [] }), 1, "Wrong event type")),
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
    let results: Vec<Value> = orders
        .iter()
        .flat_map(|order| order.parcels.iter().map(move |parcel| (order, parcel)))
        .map(|(order, parcel)| {
            json!({
                "errors": fault(0, ""), "eventType": "order", "eventId": order.serial.0, "label": "",
                "deliveryPackage": order_view::package(order, parcel, zone),
            })
        })
        .collect();
    let empty = results.is_empty();
    let body = json!({ "results": results });
    Ok(if empty { Reply::with_errors(body, 2, "No packages found") } else { Reply::done(&body) })
}

/// Adds packages, or changes them.
pub(super) async fn write(app: &App, caller: &AdminCaller, params: &Params, names: &Family, change: bool) -> Answered {
    let orders = params.root().get("orderPackages").list();
    if orders.is_empty() {
        return Err(Refusal::format("params.orderPackages is empty"));
    }
    if orders.len() > MAX_ORDERS {
        return Ok(Reply::with_errors(json!({ "results": [] }), 2, "At most 100 elements in one call"));
    }
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &orders {
        let element = node(element);
        let packages = element.get("packages").list();
        let told = match element.get(names.kind).text().as_deref() {
            None | Some("order") => one_order(app, caller, element, &packages, names, change).await?,
            Some(_) => vec![Err("Only packages of orders".to_owned()); packages.len().max(1)],
        };
        let told: Vec<Value> = told
            .into_iter()
            .map(|outcome| {
                failed |= outcome.is_err();
                let (id, errors) = match outcome {
                    Ok(id) => (Value::from(id.0), fault(0, "")),
                    Err(text) => (Value::Null, fault(1, &text)),
                };
                json!({ names.answer_package_id: id, "errors": errors })
            })
            .collect();
        results.push(json!({
            names.answer_order: element.get(names.order).text().unwrap_or_default(),
            names.answer_packages: told,
        }));
    }
    let body = json!({ "results": results });
    Ok(if failed { Reply::with_errors(body, 1, "Some packages were not stored") } else { Reply::done(&body) })
}

type Outcomes = Vec<Result<ParcelId, String>>;

/// Adding is all or nothing within an order; changing is one by one.
async fn one_order(
    app: &App,
    caller: &AdminCaller,
    element: Node<'_>,
    packages: &[Value],
    names: &Family,
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

fn new_parcel(package: Node<'_>, names: &Family) -> NewParcel {
    NewParcel {
        courier: package.get(names.courier).int().map(CourierId),
        package_number: package.get(names.number).text().unwrap_or_default(),
        shipping_number: package.get(names.shipping).text().unwrap_or_default(),
        weight_grams: weight(package.get(names.parameters)).unwrap_or(0),
    }
}
