//! `POST orders/orders/search` (customer protocol §8.4).

use crossdock_app::App;
use crossdock_app::hub::orders::list::{DateKind, SupplyTerm};
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{OrderDates, Page, Paged, StaffOrderQuery, SupplyOrderQuery, TenantError};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{Courier, CourierId, OrderSerial, PaymentKind, ProductId, SupplyStatus, VariantId};
use serde_json::Value;

use super::super::fields::PageRequest;
use super::super::params::{Node, Params, node};
use super::super::reply::{Answered, Refusal};
use super::super::resource::{Gate, Resource, gate, read};
use super::{Orders, WhichOrders, answer, find};
use crate::schema::typed::Described as _;
use crate::schema::{Object, UNLIMITED, choice, int, ints, list, record, text, texts};

pub(in super::super) const SEARCH: Resource = Resource::new(
    ("POST", "orders/orders/search"),
    read(Scope::Orders),
    "Orders that fulfil every filter; none is 207 with code 2",
    (&REQUEST, Orders::OBJECT),
    |app, caller, params| Box::pin(search(app, caller, params)),
)
.gates(&[gate("orders/get"), Gate { name: "orders/getOrdersNotFinished", preset: &[NOT_FINISHED] }]);

/// Version 3 called it so.
pub(in super::super) const SEARCH_OF_VERSION_3: Resource =
    SEARCH.also("orders/orders/get", "The name that version 3 has for the search");

/// Every status that is not closed.
const NOT_FINISHED: (&str, &str) = ("shippmentStatus", "non-received");

/// A name of the gate `orders/getOrdersNotFinished` among the resources.
pub(in super::super) const SEARCH_UNFINISHED: Resource = Resource::new(
    ("POST", "orders/unfinished/search"),
    read(Scope::Orders),
    "Orders that are not closed and fulfil every filter",
    (&REQUEST, Orders::OBJECT),
    |app, caller, params| {
        Box::pin(async move {
            let (key, value) = NOT_FINISHED;
            search(app, caller, &params.with(key, value)).await
        })
    },
);

static REQUEST: Object = Object::new(
    "OrdersSearch",
    &[
        texts("ordersStatuses", UNLIMITED),
        ints("ordersStatusesIds", UNLIMITED),
        choice("shippmentStatus", &["all", "received", "non-received"]).about("Spelled so"),
        choice("dropshippingOrderStatus", &["all", "finished", "canceled"]),
        list("clients", &CLIENT, UNLIMITED).about("The first one counts"),
        record("ordersRange", &RANGE),
        record("packages", &NUMBERS),
    ],
)
.with(&[WhichOrders::OBJECT, PageRequest::OBJECT])
.open();

static CLIENT: Object = Object::new("OrdersSearchClient", &[text("clientLogin"), int("clientId")]).open();

static RANGE: Object = Object::new(
    "OrdersRange",
    &[
        record("ordersDateRange", &DATE_RANGE),
        record("ordersSerialNumberRange", &SERIAL_RANGE).about("Both ends count; either may be left out"),
    ],
)
.open();

static DATE_RANGE: Object = Object::new(
    "OrdersDateRange",
    &[
        choice("ordersDateType", &["add", "modified", "dispatch"]).about("add when it is left out"),
        text("ordersDateBegin").about("2026-11-21 12:00:00 on the wholesaler's clock"),
        text("ordersDateEnd"),
    ],
)
.open();

static SERIAL_RANGE: Object =
    Object::new("OrdersSerialNumberRange", &[int("ordersSerialNumberBegin"), int("ordersSerialNumberEnd")]);

static NUMBERS: Object =
    Object::new("OrdersSearchPackages", &[texts("packagesNumbers", UNLIMITED).about("One number at a time")]).open();

/// Filters of the protocol that this house cannot answer: of things it does not have, or, as `stocks`, does not know of an
/// order that was sent. Leaving one out would give too much, so they are refused.
const NOT_SEARCHED: [&str; 10] = [
    "orderPrepaidStatus",
    "withMissingSalesDocuments",
    "stocks",
    "orderSource",
    "clientRequestInvoice",
    "campaign",
    "loyaltyPointsMode",
    "orderOperatorLogin",
    "orderPackingPersonLogin",
    "ordersDelayed",
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

/// Lists of terms of which an order must have one each, the narrowest list first.
async fn terms(app: &App, caller: &AdminCaller, root: Node<'_>) -> Result<Vec<Vec<SupplyTerm>>, Refusal> {
    let mut lists = Vec::new();
    let products = root.get("products").list();
    if !products.is_empty() {
        let term = |product: &Value| {
            let product = node(product);
            let id = product
                .get("productId")
                .int()
                .filter(|_| !product.get("productName").is_there() && !product.get("sizePanelName").is_there());
            let id = ProductId(id.ok_or_else(|| Refusal::format("products: search by productId and sizeId"))?);
            match product.get("sizeId").text() {
                None => Ok(SupplyTerm::Product(id)),
                Some(size) => {
                    let variant = VariantId::new(id, &size);
                    variant.map(SupplyTerm::Size).ok_or_else(|| Refusal::format(format!("no size {size}")))
                }
            }
        };
        lists.push(products.iter().map(term).collect::<Result<Vec<_>, Refusal>>()?);
    }
    let ids = root.get("couriersId");
    if ids.is_there() {
        let numbers = ids.ints();
        if numbers.is_empty() || numbers.len() != ids.list().len() {
            return Err(Refusal::format("couriersId: give numbers"));
        }
        lists.push(numbers.into_iter().map(|id| SupplyTerm::Courier(CourierId(id))).collect());
    }
    let names = root.get("couriersName").texts();
    if !names.is_empty() {
        let couriers = app.hub().couriers().all(caller.id()).await?;
        let has_name = |courier: &&Courier| names.iter().any(|name| name.to_lowercase() == courier.name.to_lowercase());
        lists.push(couriers.iter().filter(has_name).map(|courier| SupplyTerm::Courier(courier.id)).collect());
    }
    if let Some(text) = root.get("orderPaymentType").text() {
        let kind = PaymentKind::from_code(&text);
        let kind = kind.ok_or_else(|| Refusal::format(format!("orderPaymentType {text} cannot be searched for")))?;
        lists.push(vec![SupplyTerm::Payment(kind)]);
    }
    if let Some(code) = root.get("orderCurrency").text() {
        let currency = Currency::from_code(&code);
        let currency = currency.ok_or_else(|| Refusal::format(format!("no currency {code}")))?;
        lists.push(vec![SupplyTerm::currency(currency)]);
    }
    Ok(lists)
}

/// Whether the oldest come first. Numbers are given in the order of placing, so both sort alike.
fn oldest_first(root: Node<'_>) -> Result<bool, Refusal> {
    let mut oldest = None;
    for element in root.get("ordersBy").list() {
        let (name, direction) = (node(&element).get("elementName").text(), node(&element).get("sortDirection").text());
        let name = name.unwrap_or_default();
        if !["id", "sn", "order_time", "orderSerialNumber", "orderAddDate"].contains(&name.as_str()) {
            return Err(Refusal::format(format!("ordersBy: cannot sort by {name:?}; there are id, sn and order_time")));
        }
        let ascending = match direction.map(|text| text.to_ascii_uppercase()).as_deref() {
            None | Some("ASC") => true,
            Some("DESC") => false,
            Some(other) => return Err(Refusal::format(format!("sortDirection {other}"))),
        };
        oldest = oldest.or(Some(ascending));
    }
    Ok(oldest.unwrap_or(false))
}

async fn search(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let root = params.root();
    if let Some(filter) = NOT_SEARCHED.into_iter().find(|filter| root.get(filter).is_there()) {
        return Err(Refusal::format(format!("{filter} cannot be searched for")));
    }
    let packages = root.get("packages");
    if let Some(filter) =
        ["orderHasPackageNumbers", "hasMultiPackages"].into_iter().find(|f| packages.get(f).is_there())
    {
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
    let sent = [SupplyStatus::Finished, SupplyStatus::FinishedExternally];
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
        Some("canceled") => statuses.restrict([SupplyStatus::Cancelled, SupplyStatus::Fake]),
        Some(other) => return Err(Refusal::format(format!("dropshippingOrderStatus {other} cannot be searched for"))),
    }
    let range = root.get("ordersRange");
    let serial_range = range.get("ordersSerialNumberRange");
    let nothing = |page: Page| Ok(answer(caller, &Paged { items: Vec::new(), total: 0, page }));
    let (terms, oldest_first) = (terms(app, caller, root).await?, oldest_first(root)?);
    // Every order here is a shop's, for its own customers.
    let of_this_kind = match root.get("orderType").text().as_deref() {
        None | Some("all" | "wholesale" | "dropshipping") => true,
        Some("retail" | "deliverer") => false,
        Some(other) => return Err(Refusal::format(format!("orderType {other}"))),
    };
    let page = PageRequest::read(root).page();
    if !of_this_kind || statuses.0.as_ref().is_some_and(Vec::is_empty) {
        return nothing(page);
    }
    let mut query = SupplyOrderQuery {
        statuses: statuses.0.unwrap_or_default(),
        dates: dates(caller, range.get("ordersDateRange"))?,
        ..WhichOrders::read(root).query(page)
    };
    if serial_range.is_there() {
        let end = |key: &str, open: i64| match serial_range.get(key) {
            end if !end.is_there() || end.text().is_none() => Ok(open),
            end => end.int().ok_or_else(|| Refusal::format(format!("{key} is no number"))),
        };
        let (from, to) = (end("ordersSerialNumberBegin", 0)?, end("ordersSerialNumberEnd", i64::MAX)?);
        query.serials_between = Some((OrderSerial(from), OrderSerial(to)));
    }
    let numbers = packages.get("packagesNumbers").texts();
    if numbers.len() > 1 {
        return Err(Refusal::format("packagesNumbers: one number at a time"));
    }
    let account = match root.get("clients").list().first() {
        None => None,
        Some(client) => match (node(client).get("clientId").int(), node(client).get("clientLogin").text()) {
            (Some(id), _) => Some(crossdock_domain::wholesale::AccountId(id)),
            (None, Some(login)) => match app.hub().accounts().by_login(caller.id(), &login).await {
                Ok(account) => Some(account.id),
                Err(TenantError::NotFound(_)) => {
                    return nothing(query.page);
                }
                Err(error) => return Err(error.into()),
            },
            (None, None) => return Err(Refusal::format("clients: search by clientId or clientLogin")),
        },
    };
    let parcel_number = numbers.into_iter().next();
    let query = StaffOrderQuery { account, parcel_number, terms, oldest_first, query };
    Ok(answer(caller, &find(app, caller, query).await?))
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
    let moment = |key: &str, read: fn(&Zone, &str) -> Option<Timestamp>| match range.get(key).text() {
        None => Ok(None),
        Some(text) => {
            read(zone, &text).map(Some).ok_or_else(|| Refusal::format(format!("{key} is not a valid date: {text}")))
        }
    };
    let (from, to) = (moment("ordersDateBegin", Zone::read)?, moment("ordersDateEnd", Zone::read_end)?);
    Ok(Some(OrderDates { kind, from, to }))
}
