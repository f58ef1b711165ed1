//! `orderDetail`: one order with everything (checkout protocol §6).

mod render;

use crossdock_app::App;
use crossdock_app::checkout::orders::{FindOrder, OrderKey};

use super::endpoint::{Endpoint, case, golden, versioned};
use super::failure::{Failure, Subject};
use super::fields::Problem;
use super::request::Request;
use super::values::{CREDENTIALS, ORDER_ID, ORDER_STATUS};
use crate::schema::{Field, JsonOnly, Object, Type, UNLIMITED, flag, int, list, named, number, record, text};

pub(super) static ENDPOINT: Endpoint = Endpoint {
    tag: "orders",
    summary: "Read an order",
    about: "One order with everything; readable from the moment the buyer is sent back to the shop.",
    idempotency_key: None,
    request: &REQUEST,
    response: &ORDER_ENVELOPE,
    request_example: golden!("orderDetail/every-field", "request"),
    response_example: golden!("orderDetail/every-field", "response"),
    errors: &[
        versioned(
            "Parameter orderId or referenceId is required.",
            "Parameter orderId or referenceId is required",
            "neither",
        ),
        versioned(
            "Cannot specify both Parameters orderId and referenceId.",
            "Cannot specify both Parameters orderId and referenceId",
            "both",
        ),
        case("orderId: 999-x is not a valid orderId", "no order id, or one of another store"),
        case("Could not find an order with orderId: 999-10001", "no such order"),
        case("Could not find an order with referenceId: my-cart-1", "no order of such a cart"),
        case("Parameter referenceId is not valid", "an array or object"),
    ],
};

static REQUEST: Object = Object::new(
    "OrderDetailRequest",
    &[
        named("orderId", &ORDER_ID).about("An order of the store."),
        text("referenceId").about("The cart's `referenceId`; the newest order when several carts had it."),
    ],
)
.with(&[&CREDENTIALS])
.about("One of `orderId` and `referenceId`.");

static ORDER_ENVELOPE: Object = Object::new("OrderEnvelope", &[record("order", &ORDER).required()]).about("An order.");

static ORDER: Object = Object::new(
    "Order",
    &[
        text("orderId").required().about("Full id."),
        text("merchantOrderId").nullable().required().about("Until updateMerchantOrderId."),
        text("referenceId").nullable().required().about("From the cart."),
        flag("testOrder").required().about("Paid with test data: do not ship."),
        named("orderStatus", &ORDER_STATUS).required(),
        int("orderStatusDate").required().about("Last change of the status, in milliseconds since 1970."),
        text("orderStatusDateString").required().about("The same as text in UTC."),
        text("timestamp").required().about("When it was placed, in UTC."),
        named("shippingStatus", &ORDER_STATUS).required().about("The same as `orderStatus`."),
        list("statuses", &STATUS_ENTRY, UNLIMITED).required().about("Every status it had, newest first."),
        text("name").required().about("Whom it goes to, in one field."),
        text("company").nullable().required(),
        text("email").nullable().required(),
        text("phone").nullable().required(),
        text("altPhone").nullable().required(),
        text("address1").nullable().required(),
        text("address2").nullable().required(),
        text("city").nullable().required(),
        text("state").nullable().required().about("Name or code."),
        text("zip").nullable().required(),
        text("countryCode").required(),
        text("billingName").required().about("The ship-to unless the buyer gave another, as all billing fields."),
        text("billingEmail").nullable().required(),
        text("billingPhone").nullable().required(),
        text("billingAddress1").nullable().required(),
        text("billingAddress2").nullable().required(),
        text("billingCity").nullable().required(),
        text("billingState").nullable().required(),
        text("billingZip").nullable().required(),
        text("billingCountryCode").required(),
        text("currencyCode").required().about("Currency of the amounts, ISO 4217."),
        number("itemsTotal").required().about("Discounts included."),
        number("shippingTotal").required().about("`domesticShippingCharge` included."),
        number("dutyTaxesTotal").required().about("Prepaid duty and tax."),
        number("quotedDutyTaxes").required().about("Duty and tax as quoted."),
        number("grandTotal").required().about("Items, shipping, duty and tax."),
        text("foreignCurrencyCode").required().about("Currency that the buyer saw."),
        number("itemsTotalForeign").required(),
        number("shippingTotalForeign").required(),
        number("dutyTaxesTotalForeign").required(),
        number("quotedDutyTaxesForeign").required(),
        number("grandTotalForeign").required(),
        list("items", &ORDER_ITEM, UNLIMITED).required().about("The cart's lines."),
        text("customerSelectedShippingName").nullable().required().about("Name of the shipping option."),
        text("shippingCarrierServiceLevel").nullable().required().about("Its code."),
        record("paymentProcessing", &PAYMENT).nullable().required().about("How it was paid."),
        list("notes", &NOTE, UNLIMITED).required(),
        Field::new("birthDate", Type::Json(JsonOnly::Null)).required().about("The checkout does not ask for it yet."),
        Field::new("nationalIdentifier", Type::Json(JsonOnly::Null))
            .required()
            .about("The checkout does not ask for it yet."),
        text("boxCount").nullable().required().about("From the cart."),
        text("misc1").nullable().required().about("From the cart."),
        text("misc2").nullable().required().about("From the cart."),
        text("misc3").nullable().required().about("From the cart."),
        text("misc4").nullable().required().about("From the cart."),
        text("misc5").nullable().required().about("From the cart."),
        text("misc6").nullable().required().about("From the cart."),
        text("trackingNumber").nullable().required().about("The first of `trackingList`."),
        list("trackingList", &PARCEL, UNLIMITED).required(),
    ],
)
.about("An order with everything. What is not known is `null`, lists are never `null`.");

static ORDER_ITEM: Object = Object::new(
    "OrderItem",
    &[
        text("productId").nullable().required(),
        text("sku").nullable().required(),
        text("description").required(),
        number("quantity").required(),
        number("unitPrice").required().about("Negative: a discount."),
        number("length").nullable().required().about("Inches."),
        number("width").nullable().required().about("Inches."),
        number("height").nullable().required().about("Inches."),
        number("weight").nullable().required().about("Of one piece."),
        text("weightUnits").nullable().required(),
        text("itemURL").nullable().required(),
        text("imageURL").nullable().required(),
        text("itemBrand").nullable().required(),
        text("itemCategory").nullable().required(),
        text("itemHSCode").nullable().required(),
        text("countryOfOrigin").nullable().required(),
        text("itemCustomization").nullable().required(),
        text("itemDescriptionLong").nullable().required(),
        text("itemDescriptionDetailed").nullable().required(),
        text("itemColor").nullable().required(),
        text("itemMaterial").nullable().required(),
        text("itemFabricContent").nullable().required(),
        text("itemLtlClass").nullable().required(),
        text("status").nullable().required(),
        flag("nonShippable").required(),
    ],
)
.about("A line of the cart under the names of the request.");

static PAYMENT: Object = Object::new(
    "PaymentProcessing",
    &[
        text("paymentProcessor").required().about("`TEST`, `BANK_TRANSFER`, …; `NONE` when the total is zero."),
        text("paymentGateway").required().about("The same; an older name."),
        text("transactionId").required().about("The provider's; for bank transfers what the buyer quotes."),
        text("transactionType").required().about("`AUTH_CAPTURE` once the money is taken, `AUTH_ONLY` before."),
        int("captureDate").nullable().required().about("When it was taken, in milliseconds since 1970."),
        text("captureDateString").nullable().required().about("The same as `Tue Mar 15 22:36:42 UTC 2016`."),
        text("cardType").required().about("`VISA`, `PURCHASE_ORDER`, …"),
        text("lastFour").nullable().required().about("Of the card."),
    ],
)
.about("A payment.");

static NOTE: Object =
    Object::new("Note", &[text("note").required(), flag("customerNote").required().about("Written by the buyer.")])
        .about("A note on an order.");

static PARCEL: Object = Object::new(
    "Parcel",
    &[text("number").required().about("Consignment number."), text("carrier").nullable().required()],
)
.about("A parcel.");

static STATUS_ENTRY: Object =
    Object::new("StatusEntry", &[named("name", &ORDER_STATUS).required()]).about("A status it had.");

pub(super) async fn answer(app: &App, request: &Request<'_>) -> Result<String, Failure> {
    let key = request.check(app, read(request)).await?;
    let query = FindOrder { credentials: request.credentials.clone(), key };
    let subject = match &query.key {
        OrderKey::Id(id) => Subject::Order(*id),
        OrderKey::Reference(reference) => Subject::Reference(reference.clone()),
    };
    match app.checkout().orders().find(query).await {
        Ok(order) => Ok(render::order(&order)),
        Err(error) => Err(Failure::Order(error, subject)),
    }
}

pub(super) fn read(request: &Request<'_>) -> Result<OrderKey, Problem> {
    let stop = request.stop();
    let has_order_id = request.fields.id_text(&["orderId"]).is_some();
    match (has_order_id, request.fields.name("referenceId")?) {
        (true, Some(_)) => Err(Problem(format!("Cannot specify both Parameters orderId and referenceId{stop}"))),
        (false, Some(reference)) if reference.contains('\0') => Err(request.fields.not_valid("referenceId")),
        (false, Some(reference)) => Ok(OrderKey::Reference(reference)),
        (_, None) => request
            .order_id("orderId")?
            .map(OrderKey::Id)
            .ok_or_else(|| Problem(format!("Parameter orderId or referenceId is required{stop}"))),
    }
}
