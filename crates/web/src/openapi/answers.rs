//! What answers hold (reference §4 to §9). Keys that are not required appear only under the condition they name.

use super::field::{
    AMOUNT, BOOLEAN, Field, INTEGER, Kind, NUMBER_OR_NULL, STATUS, STRING, STRING_OR_NULL, Shape, may, must,
};
use utoipa::openapi::schema::Type;

/// Every object of an answer.
pub(super) const SHAPES: &[&Shape] = &[
    &ERROR,
    &TEMP_CART,
    &ORDER_LIST,
    &LISTED_ORDER,
    &ORDER_ENVELOPE,
    &ORDER,
    &ORDER_ITEM,
    &PAYMENT,
    &NOTE,
    &PARCEL,
    &STATUS_ENTRY,
    &SUCCESS,
    &REGION,
];

pub(super) static ERROR: Shape = Shape {
    name: "Error",
    about: "A refusal; no other key.",
    fields: &[&[must("error", STRING, "What is wrong, in English.")]],
};

pub(super) static TEMP_CART: Shape = Shape {
    name: "TempCart",
    about: "The cart is stored.",
    fields: &[&[must("tempCartUUID", STRING, "Goes into the link to the hosted checkout: `/?tempCartUUID=…`.")]],
};

pub(super) static ORDER_LIST: Shape = Shape {
    name: "OrderList",
    about: "Orders in the order of their ids, all at once.",
    fields: &[&[
        must("totalCount", INTEGER, "Live and test orders of this answer."),
        must("orderCount", INTEGER, "Live ones."),
        must("testOrderCount", INTEGER, "Test ones."),
        must("orders", Kind::List("ListedOrder"), ""),
    ]],
};

static LISTED_ORDER: Shape = Shape {
    name: "ListedOrder",
    about: "An order of a list.",
    fields: &[&[
        must("id", STRING, "Full id."),
        must("testOrder", BOOLEAN, "Paid with test data: do not ship."),
        must("timestamp", STRING, "When it was placed, `yyyy-MM-dd HH:mm:ss.S` in UTC."),
        may("merchantOrderId", STRING_OR_NULL, "Only with `statuses`."),
        may("orderStatus", STATUS, "Only with `statuses`."),
        may("orderStatusDate", INTEGER, "Only with `statuses`: last change, in milliseconds since 1970."),
        may("orderStatusDateString", STRING, "Only with `statuses`: the same as text in UTC."),
    ]],
};

pub(super) static ORDER_ENVELOPE: Shape =
    Shape { name: "OrderEnvelope", about: "An order.", fields: &[&[must("order", Kind::Named("Order"), "")]] };

static ORDER: Shape = Shape {
    name: "Order",
    about: "An order with everything. What is not known is `null`, lists are never `null`.",
    fields: &[STATE, SHIP_TO, BILL_TO, TOTALS, REST],
};

const STATE: &[Field] = &[
    must("orderId", STRING, "Full id."),
    must("merchantOrderId", STRING_OR_NULL, "Until updateMerchantOrderId."),
    must("referenceId", STRING_OR_NULL, "From the cart."),
    must("testOrder", BOOLEAN, "Paid with test data: do not ship."),
    must("orderStatus", STATUS, ""),
    must("orderStatusDate", INTEGER, "Last change of the status, in milliseconds since 1970."),
    must("orderStatusDateString", STRING, "The same as text in UTC."),
    must("timestamp", STRING, "When it was placed, in UTC."),
    must("shippingStatus", STATUS, "The same as `orderStatus`."),
    must("statuses", Kind::List("StatusEntry"), "Every status it had, newest first."),
];

const SHIP_TO: &[Field] = &[
    must("name", STRING, "Whom it goes to, in one field."),
    must("company", STRING_OR_NULL, ""),
    must("email", STRING_OR_NULL, ""),
    must("phone", STRING_OR_NULL, ""),
    must("altPhone", STRING_OR_NULL, ""),
    must("address1", STRING_OR_NULL, ""),
    must("address2", STRING_OR_NULL, ""),
    must("city", STRING_OR_NULL, ""),
    must("state", STRING_OR_NULL, "Name or code."),
    must("zip", STRING_OR_NULL, ""),
    must("countryCode", STRING, ""),
];

const BILL_TO: &[Field] = &[
    must("billingName", STRING, "The ship-to unless the buyer gave another, as all billing fields."),
    must("billingEmail", STRING_OR_NULL, ""),
    must("billingPhone", STRING_OR_NULL, ""),
    must("billingAddress1", STRING_OR_NULL, ""),
    must("billingAddress2", STRING_OR_NULL, ""),
    must("billingCity", STRING_OR_NULL, ""),
    must("billingState", STRING_OR_NULL, ""),
    must("billingZip", STRING_OR_NULL, ""),
    must("billingCountryCode", STRING, ""),
];

const TOTALS: &[Field] = &[
    must("currencyCode", STRING, "Currency of the amounts, ISO 4217."),
    must("itemsTotal", AMOUNT, "Discounts included."),
    must("shippingTotal", AMOUNT, "`domesticShippingCharge` included."),
    must("dutyTaxesTotal", AMOUNT, "Prepaid duty and tax."),
    must("quotedDutyTaxes", AMOUNT, "Duty and tax as quoted."),
    must("grandTotal", AMOUNT, "Items, shipping, duty and tax."),
    must("foreignCurrencyCode", STRING, "Currency that the buyer saw."),
    must("itemsTotalForeign", AMOUNT, ""),
    must("shippingTotalForeign", AMOUNT, ""),
    must("dutyTaxesTotalForeign", AMOUNT, ""),
    must("quotedDutyTaxesForeign", AMOUNT, ""),
    must("grandTotalForeign", AMOUNT, ""),
];

const REST: &[Field] = &[
    must("items", Kind::List("OrderItem"), "The cart's lines."),
    must("customerSelectedShippingName", STRING_OR_NULL, "Name of the shipping option."),
    must("shippingCarrierServiceLevel", STRING_OR_NULL, "Its code."),
    must("paymentProcessing", Kind::NamedOrNull("PaymentProcessing"), "How it was paid."),
    must("notes", Kind::List("Note"), ""),
    must("birthDate", Kind::Null, "The checkout does not ask for it yet."),
    must("nationalIdentifier", Kind::Null, "The checkout does not ask for it yet."),
    must("boxCount", STRING_OR_NULL, "From the cart."),
    must("misc1", STRING_OR_NULL, "From the cart."),
    must("misc2", STRING_OR_NULL, "From the cart."),
    must("misc3", STRING_OR_NULL, "From the cart."),
    must("misc4", STRING_OR_NULL, "From the cart."),
    must("misc5", STRING_OR_NULL, "From the cart."),
    must("misc6", STRING_OR_NULL, "From the cart."),
    must("trackingNumber", STRING_OR_NULL, "The first of `trackingList`."),
    must("trackingList", Kind::List("Parcel"), ""),
];

static ORDER_ITEM: Shape = Shape {
    name: "OrderItem",
    about: "A line of the cart under the names of the request.",
    fields: &[&[
        must("productId", STRING_OR_NULL, ""),
        must("sku", STRING_OR_NULL, ""),
        must("description", STRING, ""),
        must("quantity", AMOUNT, ""),
        must("unitPrice", AMOUNT, "Negative: a discount."),
        must("length", NUMBER_OR_NULL, "Inches."),
        must("width", NUMBER_OR_NULL, "Inches."),
        must("height", NUMBER_OR_NULL, "Inches."),
        must("weight", NUMBER_OR_NULL, "Of one piece."),
        must("weightUnits", STRING_OR_NULL, ""),
        must("itemURL", STRING_OR_NULL, ""),
        must("imageURL", STRING_OR_NULL, ""),
        must("itemBrand", STRING_OR_NULL, ""),
        must("itemCategory", STRING_OR_NULL, ""),
        must("itemHSCode", STRING_OR_NULL, ""),
        must("countryOfOrigin", STRING_OR_NULL, ""),
        must("itemCustomization", STRING_OR_NULL, ""),
        must("itemDescriptionLong", STRING_OR_NULL, ""),
        must("itemDescriptionDetailed", STRING_OR_NULL, ""),
        must("itemColor", STRING_OR_NULL, ""),
        must("itemMaterial", STRING_OR_NULL, ""),
        must("itemFabricContent", STRING_OR_NULL, ""),
        must("itemLtlClass", STRING_OR_NULL, ""),
        must("status", STRING_OR_NULL, ""),
        must("nonShippable", BOOLEAN, ""),
    ]],
};

static PAYMENT: Shape = Shape {
    name: "PaymentProcessing",
    about: "A payment.",
    fields: &[&[
        must("paymentProcessor", STRING, "`TEST`, `BANK_TRANSFER`, …"),
        must("paymentGateway", STRING, "The same; an older name."),
        must("transactionId", STRING, "The provider's; for bank transfers what the buyer quotes."),
        must("transactionType", STRING, "`AUTH_CAPTURE` once the money is taken, `AUTH_ONLY` before."),
        must("captureDate", Kind::PlainOrNull(Type::Integer), "When it was taken, in milliseconds since 1970."),
        must("captureDateString", STRING_OR_NULL, "The same as `Tue Mar 15 22:36:42 UTC 2016`."),
        must("cardType", STRING, "`VISA`, `PURCHASE_ORDER`, …"),
        must("lastFour", STRING_OR_NULL, "Of the card."),
    ]],
};

static NOTE: Shape = Shape {
    name: "Note",
    about: "A note on an order.",
    fields: &[&[must("note", STRING, ""), must("customerNote", BOOLEAN, "Written by the buyer.")]],
};

static PARCEL: Shape = Shape {
    name: "Parcel",
    about: "A parcel.",
    fields: &[&[must("number", STRING, "Consignment number."), must("carrier", STRING_OR_NULL, "")]],
};

static STATUS_ENTRY: Shape =
    Shape { name: "StatusEntry", about: "A status it had.", fields: &[&[must("name", STATUS, "")]] };

pub(super) static SUCCESS: Shape = Shape {
    name: "Success",
    about: "The order is changed.",
    fields: &[&[must("success", STRING, "What was done, with the bare number of the order.")]],
};

pub(super) static REGION: Shape =
    Shape { name: "Region", about: "Nothing: the modules then go on with the region they have.", fields: &[] };
