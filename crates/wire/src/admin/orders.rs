//! Orders: find, update, courier, pickup point, history, statuses (customer reference §8.4, §8.5).

use crossdock_app::admin_api::AdminCaller;
use crossdock_app::wholesale::orders::DateKind;
use crossdock_app::wholesale::{
    ChangeDelivery, OrderDates, Page, Paged, SetSupplyStatus, StaffOrderQuery, SupplyOrderQuery, WholesaleError,
};
use crossdock_app::{App, AppError};
use crossdock_domain::wholesale::{CourierId, OrderSerial, SupplyActor, SupplyEvent, SupplyOrder, SupplyStatus};
use serde_json::{Value, json};

use super::order_view;
use super::params::{Node, Params, node};
use super::reply::{Answered, Refusal, Reply, fault};

/// The text of an empty result; clients end their paging at its status and code.
const EMPTY: &str = "Zwrócono pusty wynik";
/// Most orders of one update.
const MAX_ORDERS: usize = 100;

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
    let mut found = app.staff_supply_orders(caller.id(), query).await?;
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

/// Filters of the protocol that this house does not have. Leaving one out would give too much, so they are refused.
const NOT_SEARCHED: [&str; 15] = [
    "orderPrepaidStatus",
    "couriersName",
    "couriersId",
    "orderPaymentType",
    "withMissingSalesDocuments",
    "products",
    "stocks",
    "orderSource",
    "clientRequestInvoice",
    "campaign",
    "loyaltyPointsMode",
    "orderOperatorLogin",
    "orderPackingPersonLogin",
    "ordersDelayed",
    "orderCurrency",
];

/// Statuses that fulfil every filter so far; `None` while there is none.
#[derive(Default)]
struct Statuses(Option<Vec<SupplyStatus>>);

impl Statuses {
    fn restrict(&mut self, to: impl IntoIterator<Item = SupplyStatus>) {
        let to: Vec<SupplyStatus> = to.into_iter().collect();
        self.0 = Some(match self.0.take() {
            None => to,
            Some(before) => before.into_iter().filter(|status| to.contains(status)).collect(),
        });
    }
}

pub(super) async fn search(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    if let Some(filter) = NOT_SEARCHED.into_iter().find(|filter| root.get(filter).is_there()) {
        return Err(Refusal::format(format!("{filter} cannot be searched for")));
    }
    let mut statuses = Statuses::default();
    let mut named = Vec::new();
    for text in root.get("ordersStatuses").texts() {
        named.push(SupplyStatus::from_code(&text).ok_or_else(|| Refusal::format(format!("no status {text}")))?);
    }
    for id in root.get("ordersStatusesIds").ints() {
        named.push(SupplyStatus::from_id(id).ok_or_else(|| Refusal::format(format!("no status {id}")))?);
    }
    if !named.is_empty() {
        statuses.restrict(named);
    }
    let sent = [SupplyStatus::Finished, SupplyStatus::FinishedExt];
    // Spelled so in the protocol.
    match root.get("shippmentStatus").text().as_deref() {
        None | Some("all") => {}
        Some("received") => statuses.restrict(sent),
        Some("non-received") => statuses.restrict(SupplyStatus::all().filter(|status| !status.is_closed())),
        Some(other) => return Err(Refusal::format(format!("shippmentStatus {other}"))),
    }
    match root.get("dropshippingOrderStatus").text().as_deref() {
        None | Some("all") => {}
        Some("finished") => statuses.restrict(sent),
        Some("canceled") => statuses.restrict([SupplyStatus::Canceled, SupplyStatus::False]),
        Some(other) => return Err(Refusal::format(format!("dropshippingOrderStatus {other} cannot be searched for"))),
    }
    let range = root.get("ordersRange");
    let serial_range = range.get("ordersSerialNumberRange");
    let nothing = |page: Page| Ok(answer(caller, &Paged { items: Vec::new(), total: 0, page }));
    if statuses.0.as_ref().is_some_and(Vec::is_empty) {
        return nothing(page(root));
    }
    let mut query = SupplyOrderQuery {
        serials: serials(root.get("ordersSerialNumbers")),
        order_ids: root.get("ordersIds").texts(),
        external_ids: root.get("orderExternalId").text().into_iter().collect(),
        statuses: statuses.0.unwrap_or_default(),
        dates: dates(caller, range.get("ordersDateRange"))?,
        page: page(root),
    };
    if serial_range.is_there() {
        let ends = (serial_range.get("ordersSerialNumberBegin").int(), serial_range.get("ordersSerialNumberEnd").int());
        let (Some(from), Some(to)) = ends else {
            return Err(Refusal::format("a range of serial numbers has a beginning and an end"));
        };
        if to.saturating_sub(from) >= 100 {
            return Err(Refusal::format("a range of serial numbers spans at most 100"));
        }
        if from > to {
            return nothing(query.page);
        }
        query.serials.extend((from..=to).map(OrderSerial));
    }
    let numbers = root.get("packages").get("packagesNumbers").texts();
    if numbers.len() > 1 {
        return Err(Refusal::format("packagesNumbers: one number at a time"));
    }
    let account = match root.get("clients").list().first() {
        None => None,
        Some(client) => match (node(client).get("clientId").int(), node(client).get("clientLogin").text()) {
            (Some(id), _) => Some(crossdock_domain::wholesale::AccountId(id)),
            (None, Some(login)) => match app.account_by_login(caller.id(), &login).await {
                Ok(account) => Some(account.id),
                Err(AppError::Wholesale(WholesaleError::NotFound(_))) => {
                    return nothing(query.page);
                }
                Err(error) => return Err(error.into()),
            },
            (None, None) => return Err(Refusal::format("clients: search by clientId or clientLogin")),
        },
    };
    let found =
        find(app, caller, StaffOrderQuery { account, parcel_number: numbers.into_iter().next(), query }).await?;
    Ok(answer(caller, &found))
}

fn dates(caller: &AdminCaller, range: Node<'_>) -> Result<Option<OrderDates>, Refusal> {
    if !range.is_there() {
        return Ok(None);
    }
    let kind = match range.get("ordersDateType").text().as_deref() {
        None | Some("add") => DateKind::Added,
        Some("modified") => DateKind::Modified,
        Some("dispatch") => DateKind::Dispatched,
        Some(other) => return Err(Refusal::format(format!("ordersDateType {other} cannot be searched for"))),
    };
    let zone = &caller.wholesaler().settings.time_zone;
    let read = |key: &str| match range.get(key).text() {
        None => Ok(None),
        Some(text) => zone.read(&text).map(Some).ok_or_else(|| Refusal::format(format!("{key} is no date: {text}"))),
    };
    Ok(Some(OrderDates { kind, from: read("ordersDateBegin")?, to: read("ordersDateEnd")? }))
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

pub(super) async fn update(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let orders = params.root().get("orders").list();
    if orders.is_empty() {
        return Err(Refusal::format("params.orders is empty"));
    }
    if orders.len() > MAX_ORDERS {
        return Err(Refusal::format("at most 100 orders in one call"));
    }
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &orders {
        let (code, text, order) = update_one(app, caller, node(element)).await?;
        failed |= code != 0;
        results.push(json!({
            "orderId": order.as_ref().map_or_else(|| node(element).get("orderId").text(), |order| Some(order.order_id())),
            "orderSerialNumber": order
                .as_ref()
                .map_or_else(|| node(element).get("orderSerialNumber").int(), |order| Some(order.serial.0)),
            "orderStatus": order.as_ref().map(|order| order.status.code()),
            "orderStatusId": order.as_ref().map(|order| order.status.id()),
            "productsResults": [],
            "faultCode": code,
            "faultString": text,
        }));
    }
    let body = json!({ "results": { "ordersResults": results } });
    Ok(if failed { Reply::with_errors(body, 1, "Some orders were not changed") } else { Reply::done(&body) })
}

/// What cannot be changed here; whoever asks for it must not believe that it was.
const NOT_HANDLED: [&str; 6] = [
    "products",
    "orderPaymentType",
    "billingCurrency",
    "billingCurrencyRate",
    "clientNoteToOrder",
    "clientNoteToCourier",
];

type Outcome = (i64, String, Option<SupplyOrder>);

/// Fault code, its text, and the order as it is now.
async fn update_one(app: &App, caller: &AdminCaller, element: Node<'_>) -> Result<Outcome, Refusal> {
    let none = |code: i64, text: &str| Ok((code, text.to_owned(), None));
    if !element.get("orderSerialNumber").is_there() && !element.get("orderId").is_there() {
        return none(1, "No order id and no serial number");
    }
    let Some(order) = named(app, caller, element).await? else { return none(1, "No such order") };
    if let Some(field) = NOT_HANDLED.into_iter().find(|field| element.get(field).is_there()) {
        return Ok((4, format!("{field} cannot be changed"), Some(order)));
    }
    let status = match element.get("orderStatus").text() {
        None => None,
        Some(text) => match SupplyStatus::from_code(&text) {
            None => return Ok((5, format!("No such status: {text}"), Some(order))),
            Some(SupplyStatus::Joined) => return Ok((6, "Orders are not merged here".to_owned(), Some(order))),
            Some(status) => Some(status),
        },
    };
    match apply(app, caller, &order, element, status).await {
        Ok(()) => {
            let now = app.supply_order(caller.id(), order.serial).await?;
            Ok((0, String::new(), Some(now)))
        }
        Err(AppError::Wholesale(error)) => {
            let code = match &error {
                WholesaleError::NoSuchMove(_) => 21,
                WholesaleError::GoodsMissing => 11,
                _ => 4,
            };
            Ok((code, error.to_string(), Some(order)))
        }
        Err(error) => Err(error.into()),
    }
}

async fn apply(
    app: &App,
    caller: &AdminCaller,
    order: &SupplyOrder,
    element: Node<'_>,
    status: Option<SupplyStatus>,
) -> Result<(), AppError> {
    let (wholesaler, serial, actor) = (caller.id(), order.serial, caller.actor());
    if let Some(note) = element.get("orderNote").raw_text().or_else(|| element.get("apiNoteToOrder").raw_text()) {
        app.set_order_note(wholesaler, serial, actor.clone(), note).await?;
    }
    if let Some(date) = element.get("estimatedDeliveryDate").text() {
        let estimated_date = Some(date.chars().take(10).collect());
        app.change_delivery(ChangeDelivery { estimated_date, ..delivery(caller, order.serial) }).await?;
    }
    if let Some(to) = status {
        app.set_supply_status(SetSupplyStatus { wholesaler, serial, to, actor, reason: String::new() }).await?;
    }
    Ok(())
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
pub(super) fn changed(result: Result<SupplyOrder, AppError>) -> Answered {
    let refused = |code: i64, text: &str| Ok(Reply::with_errors(json!({ "results": false }), code, text));
    match result {
        Ok(_) => Ok(Reply::done(&json!({ "results": true }))),
        Err(AppError::Wholesale(WholesaleError::UnknownCourier)) => refused(4, "No such courier"),
        Err(AppError::Wholesale(WholesaleError::OrderNotFound)) => refused(2, "No such order"),
        Err(AppError::Wholesale(error)) => refused(3, &error.to_string()),
        Err(error) => Err(error.into()),
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
    changed(app.change_delivery(change).await)
}

pub(super) async fn pickup_point(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let Some(point) = params.root().get("pickupPointId").text() else {
        return Err(Refusal::format("pickupPointId is missing"));
    };
    let change = ChangeDelivery { pickup_point: Some(point), ..delivery(caller, serial(params)?) };
    changed(app.change_delivery(change).await)
}

pub(super) async fn history(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let zone = &caller.wholesaler().settings.time_zone;
    let entries = app.supply_order_history(caller.id(), serial(params)?).await?;
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
    }
}

pub(super) fn statuses() -> Reply {
    let all: Vec<Value> = SupplyStatus::all()
        .map(|status| json!({ "id": status.id(), "parentId": Value::Null, "panelName": status.code() }))
        .collect();
    Reply::done(&json!({ "statuses": all, "errors": fault(0, "") }))
}
