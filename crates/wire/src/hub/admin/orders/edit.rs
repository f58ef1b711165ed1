//! `PUT orders/orders` (customer protocol §8.4): status, remarks, lines, way of paying; each order for itself.

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{EditSupplyOrder, LineEdit, LineFault, LineOutcome, LineRef, OrderError, OrderingError};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::stock::StockOperation;
use crossdock_domain::wholesale::{CodeKind, PaymentKind, SupplyOrder, SupplyStatus, WarehouseId};
use rust_decimal::Decimal;
use serde_json::Value;

use super::super::params::{Node, Params, node};
use super::super::reply::{Answered, Refusal, Reply};
use super::super::resource::{Resource, gate, write};
use super::named;
use crate::schema::typed::{Described as _, Present, object};
use crate::schema::{Object, UNLIMITED, choice, int, list, number as number_field, text};

/// Most orders of one call.
pub(super) const MAX_ORDERS: usize = 100;

pub(in super::super) const UPDATE: Resource = Resource::new(
    ("PUT", "orders/orders"),
    write(Scope::Orders),
    "Status, lines, notes, estimated day of delivery; the shop hears of it",
    (&REQUEST, OrdersChanged::OBJECT),
    |app, caller, params| Box::pin(update(app, caller, params)),
)
.gates(&[gate("orders/update")]);

static REQUEST: Object =
    Object::new("OrdersUpdate", &[list("orders", &ORDER_UPDATE, MAX_ORDERS).required().about("1 to 100")]);

static ORDER_UPDATE: Object = Object::new(
    "OrderUpdate",
    &[
        list("products", &CHANGED_PRODUCT, UNLIMITED),
        text("clientNoteToOrder"),
        text("clientNoteToCourier"),
        int("orderSerialNumber").about("The order's number"),
        text("orderId").about("In place of the number"),
        text("orderStatus"),
        text("orderNote"),
        text("apiNoteToOrder").about("The same as orderNote"),
        text("estimatedDeliveryDate").about("2026-11-24"),
    ],
)
.open();

static CHANGED_PRODUCT: Object = Object::new(
    "OrderUpdateProduct",
    &[
        int("basketPosition").about("The line; or one of the next"),
        choice("productQuantityOperationType", &["add", "substract"])
            .about("Spelled so; else the quantity is the new one, and 0 removes the line"),
    ],
)
.with(&[&ORDER_PRODUCT])
.open();

/// A line of an order.
pub(super) static ORDER_PRODUCT: Object = Object::new(
    "OrderProduct",
    &[
        int("productId"),
        text("sizeId"),
        text("productSizeCodeExternal").about("In place of both"),
        int("stockId").about("Only from this warehouse"),
        number_field("productQuantity"),
        number_field("productRetailPrice").about("Gross, of one unit; else that of the account's group"),
        text("remarksToProduct"),
    ],
);

object! {
    /// What became of orders.
    pub(super) struct OrdersChanged {
        pub(super) results: OrdersResults = "results",
    }

    pub(super) struct OrdersResults {
        pub(super) orders: Vec<OrderChanged> = "ordersResults",
    }

    pub(super) struct OrderChanged {
        pub(super) id: Option<String> = "orderId",
        /// The order's number
        pub(super) serial: Option<i64> = "orderSerialNumber",
        /// As it is now
        pub(super) status: Present<Option<&'static str>> = "orderStatus",
        pub(super) status_id: Present<Option<i64>> = "orderStatusId",
        #[undocumented]
        pub(super) products: Vec<OrderProductChanged> = "productsResults",
        pub(super) code: i64 = "faultCode",
        pub(super) text: String = "faultString",
    }

    pub(super) struct OrderProductChanged {
        product: Option<i64> = "productId",
        size: Option<String> = "sizeId",
        external_code: Option<String> = "productSizeCodeExternal",
        position: Option<i64> = "basketPosition",
        code: i64 = "faultCode",
        text: String = "faultString",
    }
}

/// Why an element was not done, with the code of the protocol; 0 for one that was.
pub(super) struct Fault {
    pub(super) code: i64,
    pub(super) text: String,
    /// What is wrong with its products, in their order.
    pub(super) products: Vec<(i64, String)>,
}

impl Fault {
    pub(super) fn new(code: i64, text: impl Into<String>) -> Self {
        Self { code, text: text.into(), products: Vec::new() }
    }

    pub(super) const fn none() -> Self {
        Self { code: 0, text: String::new(), products: Vec::new() }
    }

    /// Of an element whose products are not all well.
    pub(super) fn of_products(products: Vec<(i64, String)>) -> Self {
        let (code, text) = products.iter().find(|(code, _)| *code != 0).cloned().unwrap_or((4, String::new()));
        Self { code, text, products }
    }

    /// What a change of an order was refused for.
    fn of_change(error: &OrderError) -> Self {
        match error {
            OrderError::LinesRefused(lines) => Self::of_products(lines.iter().map(line_fault).collect()),
            OrderError::InvalidTransition(_) => Self::new(21, error.to_string()),
            OrderError::GoodsMissing => Self::new(11, error.to_string()),
            OrderError::Invalid { field, must } => Self::new(4, format!("{} {must}", parameter(field))),
            OrderError::RecipientIncomplete(fields) | OrderError::RecipientTooLong(fields) => {
                Self::new(4, format!("{error}: {fields:?}"))
            }
            _ => Self::new(4, error.to_string()),
        }
    }

    /// What a new order was refused for.
    pub(super) fn of_placing(error: &OrderingError) -> Self {
        match error {
            OrderingError::LinesRefused(lines) => Self::of_products(lines.iter().map(line_fault).collect()),
            OrderingError::Invalid { field, must } => Self::new(4, format!("{} {must}", parameter(field))),
            OrderingError::RecipientIncomplete(fields) | OrderingError::RecipientTooLong(fields) => {
                Self::new(4, format!("{error}: {fields:?}"))
            }
            _ => Self::new(4, error.to_string()),
        }
    }

    /// What is told of the products of an element.
    pub(super) fn products_told(&self, products: &[Value]) -> Vec<OrderProductChanged> {
        let mut told = Vec::with_capacity(products.len());
        for (at, product) in products.iter().enumerate() {
            let (code, text) = self.products.get(at).cloned().unwrap_or_default();
            let sent = node(product);
            told.push(OrderProductChanged {
                product: sent.get("productId").int(),
                size: sent.get("sizeId").text(),
                external_code: sent.get("productSizeCodeExternal").text(),
                position: sent.get("basketPosition").int(),
                code,
                text,
            });
        }
        told
    }
}

/// How this API calls a parameter of a use case.
fn parameter(field: &'static str) -> &'static str {
    match field {
        "delivery_cost" => "deliveryCost",
        "estimated_date" => "estimatedDeliveryDate",
        "external_id" => "orderExternalId",
        "note" => "orderNote",
        "note_to_courier" => "clientNoteToCourier",
        "note_to_order" => "clientNoteToOrder",
        other => other,
    }
}

/// Item code of a line (customer protocol §8.4): 11 goods not taken from stock, 36 VAT rate, 4 for the rest.
fn line_fault(line: &LineOutcome) -> (i64, String) {
    let fault = |code: i64, text: &str| (code, text.to_owned());
    match line.fault {
        None => fault(0, ""),
        Some(LineFault::NotEnough) => fault(11, "There is not enough of it in stock"),
        Some(LineFault::OtherVat) => fault(36, "The product has another VAT rate"),
        Some(LineFault::UnknownCode) => fault(4, "No such product"),
        Some(LineFault::NotSold) => fault(4, "The product is not sold to this client"),
        Some(LineFault::BadQuantity) => fault(4, "The quantity is not allowed"),
        Some(LineFault::OtherComponents) => fault(4, "The set consists of other parts"),
        Some(LineFault::UnknownPosition) => fault(4, "The order has no such line"),
        Some(LineFault::Ambiguous) => fault(4, "Several lines hold it: give basketPosition"),
        Some(LineFault::BadPrice) => fault(4, "The price must be an amount of the currency, not below 0"),
        Some(LineFault::NoteTooLong) => fault(4, "The remark is too long"),
        Some(LineFault::Attachment(problem)) => (4, format!("An attachment {problem}")),
    }
}

/// Elements of `params.orders`, not too many.
pub(super) fn elements(params: &Params) -> Result<Vec<Value>, Refusal> {
    let orders = params.root().get("orders").list();
    if orders.is_empty() {
        return Err(Refusal::format("params.orders is empty"));
    }
    if orders.len() > MAX_ORDERS {
        return Err(Refusal::format("at most 100 orders in one call"));
    }
    Ok(orders)
}

async fn update(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &elements(params)? {
        let (fault, order) = Box::pin(update_one(app, caller, node(element), params.root())).await?;
        failed |= fault.code != 0;
        let sent = node(element);
        results.push(OrderChanged {
            id: order.as_ref().map_or_else(|| sent.get("orderId").text(), |order| Some(order.order_id())),
            serial: order.as_ref().map_or_else(|| sent.get("orderSerialNumber").int(), |order| Some(order.serial.0)),
            status: Present(Some(order.as_ref().map(|order| order.status.code()))),
            status_id: Present(Some(order.as_ref().map(|order| order.status.id()))),
            products: fault.products_told(&sent.get("products").list()),
            code: fault.code,
            text: fault.text,
        });
    }
    let body = OrdersChanged { results: OrdersResults { orders: results } };
    Ok(Reply::partly(&body, failed, "Some orders were not changed"))
}

/// What cannot be changed here; whoever asks for it must not believe that it was.
const NOT_HANDLED: [(&str, i64); 4] =
    [("orderSettledAtPrice", 4), ("purchaseDate", 29), ("clientRequestInvoice", 4), ("priceFormulaParameters", 4)];

async fn update_one(
    app: &App,
    caller: &AdminCaller,
    element: Node<'_>,
    root: Node<'_>,
) -> Result<(Fault, Option<SupplyOrder>), Refusal> {
    if !element.get("orderSerialNumber").is_there() && !element.get("orderId").is_there() {
        return Ok((Fault::new(1, "No order id and no serial number"), None));
    }
    let Some(order) = named(app, caller, element).await? else { return Ok((Fault::new(1, "No such order"), None)) };
    let command = match command(caller, &order, element, root) {
        Ok(command) => command,
        Err(fault) => return Ok((fault, Some(order))),
    };
    match app.hub().orders().edit(command).await {
        Ok(order) => Ok((Fault::none(), Some(order))),
        Err(error @ (OrderError::Amount(_) | OrderError::Db(_))) => Err(error.into()),
        Err(error) => Ok((Fault::of_change(&error), Some(order))),
    }
}

/// What an element asks for.
fn command(
    caller: &AdminCaller,
    order: &SupplyOrder,
    element: Node<'_>,
    root: Node<'_>,
) -> Result<EditSupplyOrder, Fault> {
    for (field, code) in NOT_HANDLED {
        if element.get(field).is_there() {
            return Err(Fault::new(code, format!("{field} cannot be changed")));
        }
    }
    let own = order.document.currency;
    if let Some(code) = element.get("billingCurrency").text()
        && Currency::from_code(&code) != Some(own)
    {
        return Err(Fault::new(28, format!("The order is in {own}; it cannot be billed in {code}")));
    }
    if element.get("billingCurrencyRate").is_there()
        && element.get("billingCurrencyRate").decimal() != Some(Decimal::ONE)
    {
        return Err(Fault::new(27, format!("The order is in {own}; there is no rate")));
    }
    let status = match element.get("orderStatus").text() {
        None => None,
        Some(text) => match SupplyStatus::from_code(&text) {
            None => return Err(Fault::new(5, format!("No such status: {text}"))),
            Some(SupplyStatus::Merged) => return Err(Fault::new(6, "Orders are not merged here")),
            Some(status) => Some(status),
        },
    };
    let payment = match element.get("orderPaymentType").text() {
        None => None,
        Some(text) => match PaymentKind::from_code(&text) {
            None => return Err(Fault::new(4, format!("No such orderPaymentType: {text}"))),
            kind => kind,
        },
    };
    let products = element.get("products").list();
    let lines: Vec<Result<LineEdit, String>> = products.iter().map(|product| line(order, node(product))).collect();
    if lines.iter().any(Result::is_err) {
        let told = lines.into_iter().map(|line| line.err().map_or_else(|| (0, String::new()), |text| (4, text)));
        return Err(Fault::of_products(told.collect()));
    }
    Ok(EditSupplyOrder {
        lines: lines.into_iter().flatten().collect(),
        note_to_order: element.get("clientNoteToOrder").raw_text(),
        note_to_courier: element.get("clientNoteToCourier").raw_text(),
        payment,
        note: element.get("orderNote").raw_text().or_else(|| element.get("apiNoteToOrder").raw_text()),
        estimated_date: element.get("estimatedDeliveryDate").text().map(|date| date.chars().take(10).collect()),
        status,
        mail: !says(element, root, "dontSendMail"),
        ..EditSupplyOrder::of(caller.id(), order.serial, caller.actor())
    })
}

/// Whether `settings` of an element, else those of the call, say yes to this.
pub(super) fn says(element: Node<'_>, root: Node<'_>, setting: &str) -> bool {
    let of = |node: Node<'_>| node.get("settings").get(setting).text();
    matches!(of(element).or_else(|| of(root)).as_deref(), Some("y" | "yes" | "true" | "1"))
}

/// A number that may be left out, but not be of no use.
pub(super) fn number(product: Node<'_>, field: &str) -> Result<Option<Decimal>, String> {
    if product.get(field).text().is_none() {
        return Ok(None);
    }
    product.get(field).decimal().map(Some).ok_or_else(|| format!("{field} is no number"))
}

/// The code by which a product names a size: of the client's own system, or the pair of ids.
pub(super) fn code(product: Node<'_>) -> Option<(String, CodeKind)> {
    if let Some(code) = product.get("productSizeCodeExternal").text() {
        return Some((code, CodeKind::External));
    }
    let (id, size) = (product.get("productId").int()?, product.get("sizeId").text()?);
    Some((format!("{id}-{size}"), CodeKind::Internal))
}

fn line(order: &SupplyOrder, product: Node<'_>) -> Result<LineEdit, String> {
    let position = product.get("basketPosition").int().filter(|position| *position > 0);
    let only_line = || {
        let id = product.get("productId").int()?;
        let mut lines = order.document.lines.iter().filter(|line| line.variant.product.0 == id);
        let line = lines.next()?;
        lines.next().is_none().then_some(line.position)
    };
    let line = match (position, code(product)) {
        (Some(position), _) => LineRef::Position(position),
        (None, Some((code, kind))) => LineRef::Code { code, kind: Some(kind) },
        (None, None) => match only_line() {
            Some(position) => LineRef::Position(position),
            None => {
                return Err("Give basketPosition, productId with sizeId, or productSizeCodeExternal".to_owned());
            }
        },
    };
    let operation = match product.get("productQuantityOperationType").text() {
        None => StockOperation::Set,
        Some(text) => StockOperation::from_code(&text).ok_or(format!("productQuantityOperationType {text}"))?,
    };
    let free = match product.get("productVatFree").text().as_deref() {
        None => None,
        Some("y") => Some(true),
        Some("n") => Some(false),
        Some(other) => return Err(format!("productVatFree {other}")),
    };
    Ok(LineEdit {
        quantity: number(product, "productQuantity")?.map(|quantity| (operation, quantity)),
        price: number(product, "productRetailPrice")?,
        vat: (number(product, "productVat")?, free),
        note: product.get("remarksToProduct").raw_text(),
        warehouse: product.get("stockId").int().filter(|id| *id > 0).map(WarehouseId),
        ..LineEdit::of(line)
    })
}
