//! `POST orders/orders` (customer reference §8.4): staff order for a shop account; each order for itself.

use crossdock_app::App;
use crossdock_app::hub::tenants::admin_keys::AdminCaller;
use crossdock_app::hub::{
    DeliveryTo, LineTerms, OrderingError, PlaceSupplyOrder, ProductRef, StaffAccessError, StaffTerms, TenantError,
};
use crossdock_domain::country::Country;
use crossdock_domain::money::Currency;
use crossdock_domain::wholesale::{
    BillingData, CourierId, InvoiceWish, PaymentKind, RecipientAddress, RecipientId, SupplyOrder, WarehouseId,
};
use serde_json::json;

use super::super::params::{Node, Params, node};
use super::super::reply::{Answered, Refusal, Reply};
use super::edit::{Fault, code, elements, number, says};

/// Language of the names of lines, as at every gate without another one.
const LANGUAGE: &str = "pol";

pub(in super::super) async fn add(app: &App, caller: &AdminCaller, params: &Params) -> Answered {
    let (mut results, mut failed) = (Vec::new(), false);
    for element in &elements(params)? {
        let (fault, order) = Box::pin(add_one(app, caller, node(element), params.root())).await?;
        failed |= fault.code != 0;
        results.push(json!({
            "orderId": order.as_ref().map(SupplyOrder::order_id),
            "orderSerialNumber": order.as_ref().map(|order| order.serial.0),
            "productsResults": fault.products_told(&node(element).get("products").list()),
            "faultCode": fault.code,
            "faultString": fault.text,
        }));
    }
    let body = json!({ "results": { "ordersResults": results } });
    Ok(if failed { Reply::with_errors(body, 1, "Some orders were not added") } else { Reply::done(&body) })
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
    let invoice = text("clientRequestInvoice").as_deref().and_then(InvoiceWish::from_code).unwrap_or_default();
    let command = PlaceSupplyOrder {
        products: Some(products),
        deliver_to,
        courier: CourierId(courier),
        pickup_point: text("pickupPointId"),
        preferred_date: None,
        payment,
        payment_form: None,
        cash_on_delivery: None,
        billing: billing(element.get("payerAddress"))?,
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
        let comment = product.get("remarksToProduct").raw_text().unwrap_or_default();
        let reference = ProductRef { code, kind: Some(kind), quantity, comment, ..ProductRef::default() };
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

/// A field of an address: clients write its name with and without the name of the address in front.
fn field(address: Node<'_>, prefix: &str, name: &str) -> Option<String> {
    address.get(&format!("{prefix}{name}")).text().or_else(|| address.get(name).text())
}

fn country(address: Node<'_>, prefix: &str) -> Result<Option<Country>, Fault> {
    let Some(code) = field(address, prefix, "CountryId").or_else(|| field(address, prefix, "Country")) else {
        return Ok(None);
    };
    let country = Country::from_code(&code.to_ascii_uppercase());
    country.map(Some).ok_or_else(|| bad(format!("No such country: {code}; give its code of two letters")))
}

fn address(caller: &AdminCaller, address: Node<'_>) -> Result<RecipientAddress, Fault> {
    const PREFIX: &str = "clientDeliveryAddress";
    if !address.is_there() {
        return Err(bad("clientDeliveryAddress is missing"));
    }
    let own = caller.wholesaler().settings.contact.country.or_else(|| Country::from_code("PL"));
    let country = country(address, PREFIX)?.or(own).ok_or_else(|| bad("clientDeliveryAddressCountry is missing"))?;
    let text = |name: &str| field(address, PREFIX, name).unwrap_or_default();
    Ok(RecipientAddress {
        first_name: text("FirstName"),
        last_name: text("LastName"),
        additional: text("Additional"),
        street: text("Street"),
        zip: text("ZipCode"),
        city: text("City"),
        country,
        region_id: text("RegionId"),
        province_id: text("ProvinceId"),
        phone: field(address, PREFIX, "Phone").unwrap_or_else(|| text("Phone1")),
        email: text("Email"),
    })
}

fn billing(address: Node<'_>) -> Result<Option<BillingData>, Fault> {
    const PREFIX: &str = "payerAddress";
    let text = |name: &str| field(address, PREFIX, name).unwrap_or_default();
    let data = BillingData {
        first_name: text("FirstName"),
        last_name: text("LastName"),
        firm: text("Firm"),
        nip: text("Nip"),
        street: text("Street"),
        zip: text("ZipCode"),
        city: text("City"),
        country: country(address, PREFIX)?,
        phone: text("Phone"),
    };
    Ok((data != BillingData::default()).then_some(data))
}
