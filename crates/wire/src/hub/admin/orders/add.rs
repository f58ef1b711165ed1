//! `POST orders/orders` (customer protocol §8.4): staff order for a shop account; each order for itself.

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{
    DeliveryTo, LineTerms, OrderingError, PlaceSupplyOrder, ProductRef, StaffAccessError, StaffTerms, TenantError,
};
use crossdock_domain::admin_api::Scope;
use crossdock_domain::country::Country;
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{
    CourierId, InvoicePreference, PaymentKind, RecipientAddress, RecipientId, SupplyOrder, WarehouseId,
};

use super::super::address_fields::{AddressFields, UnknownCountry};
use super::super::params::{Node, Params, node};
use super::super::reply::{Answered, Refusal, Reply};
use super::super::resource::{Resource, gate, write};
use super::edit::{
    Fault, MAX_ORDERS, ORDER_PRODUCT, OrderChanged, OrdersChanged, OrdersResults, code, elements, number, says,
};
use crate::schema::typed::{Described as _, Present};
use crate::schema::{Object, UNLIMITED, choice, int, list, number as number_field, record, text};

pub(in super::super) const ADD: Resource = Resource::new(
    ("POST", "orders/orders"),
    write(Scope::Orders),
    "Orders for shops, each for itself: goods are put aside, or nothing happens",
    (&REQUEST, OrdersChanged::OBJECT),
    |app, caller, params| Box::pin(add(app, caller, params)),
)
.gates(&[gate("orders/add")]);

static REQUEST: Object =
    Object::new("OrdersAdd", &[list("orders", &ORDER_ADD, MAX_ORDERS).required().about("1 to 100")]);

static ORDER_ADD: Object = Object::new(
    "OrderAdd",
    &[
        choice("orderType", &["wholesale", "dropshipping"]),
        text("clientLogin").required(),
        int("stockId").about("Only from this warehouse"),
        text("orderPaymentType"),
        text("currencyId"),
        int("courierId"),
        text("pickupPointId"),
        number_field("deliveryCost").about("Gross; else the courier's price"),
        int("clientDeliveryAddressId").about("A stored recipient, in place of the address"),
        record("clientDeliveryAddress", &DELIVER_TO),
        text("clientNoteToOrder"),
        text("clientNoteToCourier"),
        text("orderExternalId").about("Makes repeating safe"),
        list("products", &ADDED_PRODUCT, UNLIMITED).required(),
    ],
)
.open();

static DELIVER_TO: Object = Object::new(
    "OrderAddAddress",
    &[
        text("FirstName"),
        text("LastName"),
        text("Additional"),
        text("Street"),
        text("ZipCode"),
        text("City"),
        text("Country"),
        text("Phone"),
    ],
)
.open();

static ADDED_PRODUCT: Object = Object::new("OrderAddProduct", &[]).with(&[&ORDER_PRODUCT]).open();

/// Language of the names of lines, as at every gate without another one.
const LANGUAGE: &str = "pol";

async fn add(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &elements(params)? {
        let (fault, order) = Box::pin(add_one(app, caller, node(element), params.root())).await?;
        failed |= fault.code != 0;
        results.push(OrderChanged {
            id: order.as_ref().map(SupplyOrder::order_id),
            serial: order.as_ref().map(|order| order.serial.0),
            status: Present(None),
            status_id: Present(None),
            products: fault.products_told(&node(element).get("products").list()),
            code: fault.code,
            text: fault.text,
        });
    }
    let body = OrdersChanged { results: OrdersResults { orders: results } };
    Ok(Reply::partly(&body, failed, "Some orders were not added"))
}

async fn add_one(
    app: &App,
    caller: &AdminCaller,
    element: Node<'_>,
    root: Node<'_>,
) -> Result<(Fault, Option<SupplyOrder>), Refusal> {
    let (command, terms) = match read(caller, element, root) {
        Ok(read) => read,
        Err(fault) => return Ok((fault, None)),
    };
    let login = element.get("clientLogin").text().unwrap_or_default();
    let account = match app.hub().accounts().by_login(caller.id(), &login).await {
        Err(TenantError::NotFound(_)) => return Ok((Fault::new(4, format!("No such client: {login}")), None)),
        found => found?,
    };
    let shop = match app.hub().access().caller_for_staff(caller.id(), account.id, LANGUAGE).await {
        Err(error @ (StaffAccessError::NotFound(_) | StaffAccessError::SwitchedOff)) => {
            return Ok((Fault::new(4, error.to_string()), None));
        }
        shop => shop?,
    };
    match Box::pin(app.hub().ordering().place_for(&shop, command, terms)).await {
        Ok(placed) => Ok((Fault::none(), Some(placed.order))),
        Err(error @ (OrderingError::Amount(_) | OrderingError::Db(_))) => Err(error.into()),
        Err(error) => Ok((Fault::of_placing(&error), None)),
    }
}

fn bad(text: impl Into<String>) -> Fault {
    Fault::new(4, text)
}

/// What an element asks for.
fn read(caller: &AdminCaller, element: Node<'_>, root: Node<'_>) -> Result<(PlaceSupplyOrder, StaffTerms), Fault> {
    let text = |field: &str| element.get(field).text();
    if text("clientWithoutAccount").as_deref() == Some("y") {
        return Err(bad("Every order belongs to a shop account here: give clientLogin"));
    }
    if text("clientLogin").is_none() {
        return Err(bad("clientLogin is missing"));
    }
    if let Some(kind) = text("orderType").filter(|kind| !["wholesale", "dropshipping"].contains(&kind.as_str())) {
        return Err(bad(format!("orderType {kind}: shop accounts place wholesale and dropshipping orders")));
    }
    let own = caller.wholesaler().currency;
    if let Some(code) = text("currencyId").filter(|code| Currency::from_code(code) != Some(own)) {
        return Err(Fault::new(27, format!("The wholesaler's currency is {own}, not {code}")));
    }
    let rebate = number(element, "orderRebateValue").map_err(bad)?;
    if rebate.is_some_and(|rebate| !rebate.is_zero()) {
        return Err(bad("orderRebateValue: there are no rebates; give productRetailPrice"));
    }
    let payment = match text("orderPaymentType") {
        None => None,
        Some(kind) => match PaymentKind::from_code(&kind) {
            None => return Err(bad(format!("No such orderPaymentType: {kind}"))),
            kind => kind,
        },
    };
    let (products, lines) = products(element)?;
    let deliver_to = match element.get("clientDeliveryAddressId").int().filter(|id| *id > 0) {
        Some(id) => DeliveryTo::Stored(RecipientId(id)),
        None => DeliveryTo::Inline(Box::new(address(caller, element.get("clientDeliveryAddress"))?)),
    };
    let courier = element.get("courierId").int().ok_or_else(|| bad("courierId is missing"))?;
    let invoice = text("clientRequestInvoice").as_deref().and_then(InvoicePreference::from_code).unwrap_or_default();
    let command = PlaceSupplyOrder {
        products: Some(products),
        deliver_to,
        courier: CourierId(courier),
        pickup_point: text("pickupPointId"),
        preferred_date: None,
        payment,
        payment_form: None,
        cash_on_delivery: None,
        billing: AddressFields::payer(element.get("payerAddress")).billing().map_err(unknown_country)?,
        note_to_order: text("clientNoteToOrder").unwrap_or_default(),
        note_to_courier: text("clientNoteToCourier").unwrap_or_default(),
        invoice,
        external_id: text("orderExternalId"),
        currency: Some(own),
        webhook_url: None,
    };
    let sent = |node: Node<'_>| node.get("settings").get("settingSendMail").text().is_some();
    let terms = StaffTerms {
        actor: caller.actor(),
        lines,
        delivery_cost: number(element, "deliveryCost").map_err(bad)?,
        mail: !(sent(element) || sent(root)) || says(element, root, "settingSendMail"),
    };
    Ok((command, terms))
}

fn products(element: Node<'_>) -> Result<(Vec<ProductRef>, Vec<LineTerms>), Fault> {
    let warehouse = |node: Node<'_>| node.get("stockId").int().filter(|id| *id > 0).map(WarehouseId);
    let read = |product: Node<'_>| {
        let (code, kind) = code(product).ok_or("Give productId with sizeId, or productSizeCodeExternal")?;
        let quantity = number(product, "productQuantity")?.ok_or("productQuantity is missing")?;
        let (rate, free) = (number(product, "productVat")?, product.get("productVatFree").text());
        let note = product.get("remarksToProduct").raw_text().unwrap_or_default();
        let reference = ProductRef { code, kind: Some(kind), quantity, note, ..ProductRef::default() };
        let terms = LineTerms {
            price: number(product, "productRetailPrice")?,
            warehouse: warehouse(product).or_else(|| warehouse(element)),
            vat: (rate, free.map(|free| free == "y")),
        };
        Ok::<(ProductRef, LineTerms), String>((reference, terms))
    };
    let sent = element.get("products").list();
    if sent.is_empty() {
        return Err(bad("products is missing"));
    }
    let lines: Vec<_> = sent.iter().map(|product| read(node(product))).collect();
    if lines.iter().any(Result::is_err) {
        let told = lines.into_iter().map(|line| line.err().map_or_else(|| (0, String::new()), |text| (4, text)));
        return Err(Fault::of_products(told.collect()));
    }
    Ok(lines.into_iter().flatten().unzip())
}

fn unknown_country(UnknownCountry(code): UnknownCountry) -> Fault {
    bad(format!("No such country: {code}; give its code of two letters"))
}

fn address(caller: &AdminCaller, address: Node<'_>) -> Result<RecipientAddress, Fault> {
    if !address.is_there() {
        return Err(bad("clientDeliveryAddress is missing"));
    }
    let address = AddressFields::delivery(address);
    let own = caller.wholesaler().settings.contact.country.or_else(|| Country::from_code("PL"));
    let country = address.country().map_err(unknown_country)?.or(own);
    let country = country.ok_or_else(|| bad("clientDeliveryAddressCountry is missing"))?;
    Ok(address.address(country))
}
