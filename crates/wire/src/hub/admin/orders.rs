//! Orders: find, courier, pickup point, history, statuses (customer protocol §8.4, §8.5). Searching and writing are in
//! `orders/`.

mod add;
mod edit;
mod search;

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{ChangeDelivery, OrderError, Page, Paged, StaffOrderQuery, SupplyOrderQuery};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::wholesale::{
    CourierId, LineChange, OrderSerial, SupplyActor, SupplyEvent, SupplyOrder, SupplyStatus,
};

use super::fields::{NOTHING, PageRequest, Paging};
use super::order_view::{self, Order};
use super::params::{Node, Params};
use super::reply::{Answered, Refusal, Reply, WithErrors, fault};
use super::request::request;
use super::resource::{Resource, gate, read, write};
use crate::schema::typed::{Described as _, object};
pub(super) use add::ADD;
pub(super) use edit::UPDATE;
pub(super) use search::{SEARCH, SEARCH_OF_VERSION_3, SEARCH_UNFINISHED};

pub(super) const GET: Resource = Resource::new(
    ("GET", "orders/orders"),
    read(Scope::Orders),
    "Orders by number or id; without any of them a page of all",
    (OrdersGet::OBJECT, Orders::OBJECT),
    |app, caller, params| Box::pin(get(app, caller, params)),
);

pub(super) const COURIER: Resource = Resource::new(
    ("PUT", "orders/courier"),
    write(Scope::Orders),
    "Another courier; the price stays",
    (OrderCourier::OBJECT, Changed::OBJECT),
    |app, caller, params| Box::pin(courier(app, caller, params)),
)
.gates(&[gate("orders/updateCourier")]);

pub(super) const PICKUP_POINT: Resource = Resource::new(
    ("PUT", "orders/pickupPoint"),
    write(Scope::Orders),
    "Another pickup point of the order's courier",
    (OrderPickupPoint::OBJECT, Changed::OBJECT),
    |app, caller, params| Box::pin(pickup_point(app, caller, params)),
)
.gates(&[gate("orders/updatePickupPoint")]);

pub(super) const HISTORY: Resource = Resource::new(
    ("GET", "orders/history"),
    read(Scope::Orders),
    "What happened to an order",
    (OrderHistory::OBJECT, History::OBJECT),
    |app, caller, params| Box::pin(history(app, caller, params)),
)
.gates(&[gate("orders/getHistory")]);

pub(super) const STATUSES: Resource = Resource::new(
    ("GET", "orders/statuses"),
    read(Scope::Orders),
    "Every status with its number",
    (&NOTHING, Statuses::OBJECT),
    |_, _, _| Box::pin(async { Ok(statuses()) }),
)
.gates(&[gate("orders/getStatuses")]);

request! {
    /// Which orders.
    struct WhichOrders {
        serials: Vec<i64> = "ordersSerialNumbers",
        /// `shop1-17`
        ids: Vec<String> = "ordersIds",
        /// The number that the shop gave it
        external_id: Option<String> = "orderExternalId",
    }

    struct OrdersGet extends which: WhichOrders {
        ..page: PageRequest
    }

    struct OrderCourier {
        /// The order's number
        #[required]
        serial: Option<i64> = "orderSerialNumber",
        #[required]
        courier: Option<i64> = "courierId",
        pickup_point: Option<String> = "pickupPointId",
    }

    struct OrderPickupPoint {
        /// The order's number
        #[required]
        serial: Option<i64> = "orderSerialNumber",
        #[required]
        pickup_point: Option<String> = "pickupPointId",
    }

    struct OrderHistory {
        /// The order's number
        #[required]
        serial: Option<i64> = "orderSerialNumber",
    }
}

object! {
    struct Orders {
        /// With a capital
        results: Vec<Order> = "Results",
        ..paging: Paging
    }

    /// Whether an order was changed.
    pub(super) struct Changed {
        pub(super) results: bool = "results",
    }

    struct History {
        events: Vec<HistoryEvent> = "historyEvents",
    }

    struct HistoryEvent {
        at: String = "eventDate",
        who: String = "username",
        what: String = "eventDetails",
    }

    struct Statuses {
        statuses: Vec<Status> = "statuses",
    }

    struct Status {
        id: i64 = "id",
        parent: Option<i64> = "parentId",
        /// What `orderStatus` says
        name: &'static str = "panelName",
    }
}

/// The text of an empty result; clients end their paging at its status and code.
const EMPTY: &str = "Zwrócono pusty wynik";

fn answer(caller: &AdminCaller, found: &Paged<SupplyOrder>) -> Reply {
    let zone = &caller.wholesaler().settings.time_zone;
    let results: Vec<Order> = found.items.iter().map(|order| order_view::order(order, zone)).collect();
    let empty = results.is_empty();
    let orders = Orders { results, paging: Paging::of(found) };
    if empty { Reply::with_errors(&orders, 2, EMPTY) } else { Reply::done(&orders) }
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

impl WhichOrders {
    fn query(self, page: Page) -> SupplyOrderQuery {
        SupplyOrderQuery {
            serials: self.serials.into_iter().map(OrderSerial).collect(),
            order_ids: self.ids,
            external_ids: self.external_id.into_iter().collect(),
            page,
            ..SupplyOrderQuery::default()
        }
    }
}

async fn get(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = OrdersGet::read(params.root());
    let query = request.which.query(request.page.page());
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
    let refused = |code: i64, text: &str| Ok(Reply::with_errors(&Changed { results: false }, code, text));
    match result {
        Ok(_) => Ok(Reply::done(&Changed { results: true })),
        Err(OrderError::UnknownCourier) => refused(4, "No such courier"),
        Err(OrderError::OrderNotFound) => refused(2, "No such order"),
        Err(error @ (OrderError::Amount(_) | OrderError::Db(_))) => Err(error.into()),
        Err(error) => refused(3, &error.to_string()),
    }
}

fn serial(number: Option<i64>) -> Result<OrderSerial, Refusal> {
    number.map(OrderSerial).ok_or_else(|| Refusal::format("orderSerialNumber is missing"))
}

async fn courier(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = OrderCourier::read(params.root());
    let Some(courier) = request.courier else { return Err(Refusal::format("courierId is missing")) };
    let change = ChangeDelivery {
        courier: Some(CourierId(courier)),
        pickup_point: request.pickup_point,
        ..delivery(caller, serial(request.serial)?)
    };
    changed(app.hub().orders().change_delivery(change).await)
}

async fn pickup_point(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = OrderPickupPoint::read(params.root());
    let Some(point) = request.pickup_point else { return Err(Refusal::format("pickupPointId is missing")) };
    let change = ChangeDelivery { pickup_point: Some(point), ..delivery(caller, serial(request.serial)?) };
    changed(app.hub().orders().change_delivery(change).await)
}

async fn history(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let request = OrderHistory::read(params.root());
    let zone = &caller.wholesaler().settings.time_zone;
    let entries = app.hub().orders().history(caller.id(), serial(request.serial)?).await?;
    let events = entries
        .iter()
        .map(|entry| {
            let who = match &entry.actor {
                SupplyActor::Shop(name) | SupplyActor::Staff(name) => name.as_str(),
                SupplyActor::System => "system",
            };
            HistoryEvent { at: zone.wall_clock(entry.at), who: who.to_owned(), what: told(&entry.event) }
        })
        .collect();
    Ok(Reply::done(&History { events }))
}

fn line_told(line: &LineChange) -> String {
    let prices = if line.price_from == line.price_to {
        String::new()
    } else {
        format!(" at {} -> {}", line.price_from, line.price_to)
    };
    format!("{} {} -> {}{prices}", line.variant, line.from, line.to)
}

/// With the number behind it, when there is one yet.
fn numbered(what: String, number: &str) -> String {
    if number.is_empty() { what } else { format!("{what}: {number}") }
}

fn told(event: &SupplyEvent) -> String {
    match event {
        SupplyEvent::Placed => "Order placed".to_owned(),
        SupplyEvent::StatusChanged { from, to, reason } if reason.is_empty() => format!("Status: {from} -> {to}"),
        SupplyEvent::StatusChanged { from, to, reason } => format!("Status: {from} -> {to} ({reason})"),
        SupplyEvent::CancelRefused { reason } => format!("Cancelling refused: {reason}"),
        SupplyEvent::ParcelAdded { parcel, number } => numbered(format!("Package {parcel} added"), number),
        SupplyEvent::ParcelChanged { parcel, number } => numbered(format!("Package {parcel} changed"), number),
        SupplyEvent::ParcelRemoved { parcel, number } => numbered(format!("Package {parcel} removed"), number),
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

fn statuses() -> Reply {
    let status = |status: SupplyStatus| Status { id: status.id(), parent: None, name: status.code() };
    let statuses = Statuses { statuses: SupplyStatus::all().map(status).collect() };
    Reply::done(&WithErrors { body: &statuses, errors: fault(0, "") })
}
