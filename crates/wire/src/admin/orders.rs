//! Orders: find, courier, pickup point, history, statuses (customer reference §8.4, §8.5). Searching and writing are in
//! `orders/`.

mod add;
mod edit;
mod search;

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{ChangeDelivery, OrderError, Page, Paged, StaffOrderQuery, SupplyOrderQuery};
use crossdock_domain::wholesale::{
    CourierId, LineChange, OrderSerial, SupplyActor, SupplyEvent, SupplyOrder, SupplyStatus,
};
use serde_json::{Value, json};

use super::order_view;
use super::params::{Node, Params};
use super::reply::{Answered, Refusal, Reply, fault};
pub(super) use add::add;
pub(super) use edit::update;
pub(super) use search::search;

/// The text of an empty result; clients end their paging at its status and code.
const EMPTY: &str = "Zwrócono pusty wynik";

pub(super) fn page(params: Node<'_>) -> Page {
    Page::new(params.get("resultsPage").int(), params.get("resultsLimit").int())
}

/// Paging fields of an answer.
pub(super) fn with_paging<T>(mut body: Value, found: &Paged<T>) -> Value {
    body["resultsNumberAll"] = found.total.into();
    body["resultsNumberPage"] = found.pages().into();
    body["resultsPage"] = found.page.number.into();
    body["resultsLimit"] = found.page.limit.into();
    body
}

fn answer(caller: &AdminCaller, found: &Paged<SupplyOrder>) -> Reply {
    let zone = &caller.wholesaler().settings.time_zone;
    let results: Vec<Value> = found.items.iter().map(|order| order_view::order(order, zone)).collect();
    let empty = results.is_empty();
    let body = with_paging(json!({ "Results": results }), found);
    if empty { Reply::with_errors(body, 2, EMPTY) } else { Reply::done(&body) }
}

async fn find(app: &App, caller: &AdminCaller, query: StaffOrderQuery) -> Result<Paged<SupplyOrder>, Refusal> {
    let (ids, serials) = (query.query.order_ids.clone(), query.query.serials.clone());
    let externals = query.query.external_ids.clone();
    let mut found = app.hub().orders().search(caller.id(), query).await?;
    if !ids.is_empty() {
        // An id is meant whole: `shop2-17` is not `shop1-17`.
        let before = found.items.len();
        found.items.retain(|order| {
            ids.contains(&order.order_id())
                || serials.contains(&order.serial)
                || order.external_id.as_ref().is_some_and(|id| externals.contains(id))
        });
        found.total -= i64::try_from(before - found.items.len()).unwrap_or(0);
    }
    Ok(found)
}

fn serials(node: Node<'_>) -> Vec<OrderSerial> {
    node.ints().into_iter().map(OrderSerial).collect()
}

pub(super) async fn get(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let query = SupplyOrderQuery {
        serials: serials(root.get("ordersSerialNumbers")),
        order_ids: root.get("ordersIds").texts(),
        external_ids: root.get("orderExternalId").text().into_iter().collect(),
        page: page(root),
        ..SupplyOrderQuery::default()
    };
    let found = find(app, caller, StaffOrderQuery { query, ..StaffOrderQuery::default() }).await?;
    Ok(answer(caller, &found))
}

/// The order that an element names by number or id.
pub(super) async fn named(app: &App, caller: &AdminCaller, element: Node<'_>) -> Result<Option<SupplyOrder>, Refusal> {
    let query = match (element.get("orderSerialNumber").int(), element.get("orderId").text()) {
        (Some(serial), _) => SupplyOrderQuery { serials: vec![OrderSerial(serial)], ..SupplyOrderQuery::default() },
        // Some clients send the serial number as the id.
        (None, Some(id)) => match id.parse() {
            Ok(serial) => SupplyOrderQuery { serials: vec![OrderSerial(serial)], ..SupplyOrderQuery::default() },
            Err(_) => SupplyOrderQuery { order_ids: vec![id], ..SupplyOrderQuery::default() },
        },
        (None, None) => return Ok(None),
    };
    Ok(find(app, caller, StaffOrderQuery { query, ..StaffOrderQuery::default() }).await?.items.pop())
}

/// A change of delivery that changes nothing yet.
pub(super) fn delivery(caller: &AdminCaller, serial: OrderSerial) -> ChangeDelivery {
    ChangeDelivery {
        wholesaler: caller.id(),
        serial,
        actor: caller.actor(),
        courier: None,
        pickup_point: None,
        address: None,
        estimated_date: None,
    }
}

/// How a change of one order's delivery ended: `{results: bool}`, and a fault code when it is `false`.
pub(super) fn changed(result: Result<SupplyOrder, OrderError>) -> Answered {
    let refused = |code: i64, text: &str| Ok(Reply::with_errors(json!({ "results": false }), code, text));
    match result {
        Ok(_) => Ok(Reply::done(&json!({ "results": true }))),
        Err(OrderError::UnknownCourier) => refused(4, "No such courier"),
        Err(OrderError::OrderNotFound) => refused(2, "No such order"),
        Err(error @ (OrderError::Amount(_) | OrderError::Db(_))) => Err(error.into()),
        Err(error) => refused(3, &error.to_string()),
    }
}

fn serial(params: &Params) -> Result<OrderSerial, Refusal> {
    let number = params.root().get("orderSerialNumber").int();
    number.map(OrderSerial).ok_or_else(|| Refusal::format("orderSerialNumber is missing"))
}

pub(super) async fn courier(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    let Some(courier) = root.get("courierId").int() else { return Err(Refusal::format("courierId is missing")) };
    let change = ChangeDelivery {
        courier: Some(CourierId(courier)),
        pickup_point: root.get("pickupPointId").text(),
        ..delivery(caller, serial(params)?)
    };
    changed(app.hub().orders().change_delivery(change).await)
}

pub(super) async fn pickup_point(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let Some(point) = params.root().get("pickupPointId").text() else {
        return Err(Refusal::format("pickupPointId is missing"));
    };
    let change = ChangeDelivery { pickup_point: Some(point), ..delivery(caller, serial(params)?) };
    changed(app.hub().orders().change_delivery(change).await)
}

pub(super) async fn history(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let zone = &caller.wholesaler().settings.time_zone;
    let entries = app.hub().orders().history(caller.id(), serial(params)?).await?;
    let events: Vec<Value> = entries
        .iter()
        .map(|entry| {
            let who = match &entry.actor {
                SupplyActor::Shop(name) | SupplyActor::Staff(name) => name.as_str(),
                SupplyActor::System => "system",
            };
            json!({ "eventDate": zone.wall_clock(entry.at), "username": who, "eventDetails": told(&entry.event) })
        })
        .collect();
    Ok(Reply::done(&json!({ "historyEvents": events })))
}

fn line_told(line: &LineChange) -> String {
    let prices = if line.price_from == line.price_to {
        String::new()
    } else {
        format!(" at {} -> {}", line.price_from, line.price_to)
    };
    format!("{} {} -> {}{prices}", line.variant, line.from, line.to)
}

fn told(event: &SupplyEvent) -> String {
    match event {
        SupplyEvent::Placed => "Order placed".to_owned(),
        SupplyEvent::StatusChanged { from, to, reason } if reason.is_empty() => format!("Status: {from} -> {to}"),
        SupplyEvent::StatusChanged { from, to, reason } => format!("Status: {from} -> {to} ({reason})"),
        SupplyEvent::CancelRefused { reason } => format!("Cancelling refused: {reason}"),
        SupplyEvent::ParcelAdded { parcel, number } => format!("Package {parcel} added: {number}"),
        SupplyEvent::ParcelChanged { parcel, number } => format!("Package {parcel} changed: {number}"),
        SupplyEvent::ParcelRemoved { parcel, number } => format!("Package {parcel} removed: {number}"),
        SupplyEvent::CourierChanged { from, to } => format!("Courier: {from} -> {to}"),
        SupplyEvent::PickupPointChanged { to } => format!("Pickup point: {to}"),
        SupplyEvent::AddressChanged => "Delivery address changed".to_owned(),
        SupplyEvent::NoteChanged => "Note changed".to_owned(),
        SupplyEvent::LinesChanged { lines } => {
            let lines: Vec<String> = lines.iter().map(line_told).collect();
            format!("Products: {}", lines.join("; "))
        }
        SupplyEvent::ShopNotesChanged => "Notes of the client changed".to_owned(),
        SupplyEvent::PaymentChanged { from, to } => format!("Payment: {} -> {}", from.code(), to.code()),
    }
}

pub(super) fn statuses() -> Reply {
    let all: Vec<Value> = SupplyStatus::all()
        .map(|status| json!({ "id": status.id(), "parentId": Value::Null, "panelName": status.code() }))
        .collect();
    Reply::done(&json!({ "statuses": all, "errors": fault(0, "") }))
}
