//! An order as JSON. Every key is always there, absent values are `null`, lists are arrays (checkout protocol §13).

use crossdock_domain::cart::CartItem;
use crossdock_domain::clock::Timestamp;
use crossdock_domain::money::{Currency, Money};
use crossdock_domain::order::{Order, OrderDocument};
use crossdock_domain::payment::PaymentRecord;
use rust_decimal::Decimal;

use crate::json::Object;

/// Size to start with; an order of a few lines fits.
const ROOM: usize = 4096;

/// `{"order": {…}}`.
pub(super) fn order(order: &Order) -> String {
    let mut out = String::with_capacity(ROOM);
    let mut envelope = Object::begin(&mut out);
    envelope.object("order", |object| write_order(object, order));
    envelope.end();
    out
}

/// Absent texts are stored empty in addresses.
fn filled(text: &str) -> Option<&str> {
    Some(text).filter(|text| !text.is_empty())
}

fn amount(money: Money) -> Decimal {
    money.to_decimal()
}

fn write_order(object: &mut Object<'_>, order: &Order) {
    let document = &order.document;
    object.text("orderId", &order.id.to_string());
    object.optional_text("merchantOrderId", order.merchant_order_id.as_deref());
    object.optional_text("referenceId", document.cart.reference_id.as_deref());
    object.plain("testOrder", order.test);
    object.text("orderStatus", order.status.code());
    object.plain("orderStatusDate", order.status_at.millis());
    object.text("orderStatusDateString", &order.status_at.to_protocol_string());
    object.text("timestamp", &order.placed_at.to_protocol_string());
    write_addresses(object, document);
    let currency = order.currency();
    object.objects("items", &document.cart.items, |object, item| write_item(object, item, currency));
    write_totals(object, document);
    object.optional_text("customerSelectedShippingName", document.shipping.as_ref().map(|option| option.name.as_str()));
    object.optional_text("shippingCarrierServiceLevel", document.shipping.as_ref().map(|option| option.id.as_str()));
    match &order.payment {
        Some(payment) => object.object("paymentProcessing", |object| write_payment(object, payment)),
        None => object.null("paymentProcessing"),
    }
    object.objects("notes", filled(&document.customer_note), |object, note| {
        object.text("note", note);
        object.plain("customerNote", true);
    });
    // Asked for by customs of some countries; the checkout does not ask for them yet.
    object.null("birthDate");
    object.null("nationalIdentifier");
    object.optional_text("boxCount", document.cart.box_count.as_deref());
    let misc = ["misc1", "misc2", "misc3", "misc4", "misc5", "misc6"];
    for (key, value) in misc.into_iter().zip(&document.cart.misc) {
        object.optional_text(key, value.as_deref());
    }
    object.optional_text("trackingNumber", order.parcels.first().map(|parcel| parcel.number.as_str()));
    object.objects("trackingList", &order.parcels, |object, parcel| {
        object.text("number", &parcel.number);
        object.optional_text("carrier", parcel.courier.as_deref());
    });
    object.text("shippingStatus", order.status.code());
    object.objects("statuses", &order.statuses, |object, status| object.text("name", status.code()));
}

fn write_addresses(object: &mut Object<'_>, document: &OrderDocument) {
    let (ship_to, bill_to) = (&document.ship_to, &document.bill_to);
    object.text("name", &ship_to.name);
    object.optional_text("company", filled(&ship_to.company));
    object.optional_text("email", filled(&ship_to.email));
    object.optional_text("phone", filled(&ship_to.phone));
    object.optional_text("altPhone", filled(&ship_to.alt_phone));
    object.optional_text("address1", filled(&ship_to.address1));
    object.optional_text("address2", filled(&ship_to.address2));
    object.optional_text("city", filled(&ship_to.city));
    object.optional_text("state", filled(&ship_to.state));
    object.optional_text("zip", filled(&ship_to.zip));
    object.text("countryCode", ship_to.country.code());
    object.text("billingName", &bill_to.name);
    object.optional_text("billingEmail", filled(&bill_to.email));
    object.optional_text("billingPhone", filled(&bill_to.phone));
    object.optional_text("billingAddress1", filled(&bill_to.address1));
    object.optional_text("billingAddress2", filled(&bill_to.address2));
    object.optional_text("billingCity", filled(&bill_to.city));
    object.optional_text("billingState", filled(&bill_to.state));
    object.optional_text("billingZip", filled(&bill_to.zip));
    object.text("billingCountryCode", bill_to.country.code());
}

fn write_totals(object: &mut Object<'_>, document: &OrderDocument) {
    let totals = &document.totals;
    object.text("currencyCode", totals.currency().code());
    object.decimal("itemsTotal", amount(totals.items));
    object.decimal("shippingTotal", amount(totals.shipping));
    object.decimal("dutyTaxesTotal", amount(totals.duty_taxes));
    // What was worked out; it differs from what was charged when the buyer pays the courier (checkout protocol §6).
    object.decimal("quotedDutyTaxes", amount(document.quoted_duty_taxes.unwrap_or(totals.duty_taxes)));
    object.decimal("grandTotal", amount(totals.grand));
    // The buyer pays in the store's currency; the sums in their own are what they were shown beside it.
    let (foreign, quoted) = match &document.foreign {
        Some(foreign) => (&foreign.totals, foreign.quoted_duty_taxes),
        None => (totals, document.quoted_duty_taxes.unwrap_or(totals.duty_taxes)),
    };
    object.text("foreignCurrencyCode", foreign.currency().code());
    object.decimal("itemsTotalForeign", amount(foreign.items));
    object.decimal("shippingTotalForeign", amount(foreign.shipping));
    object.decimal("dutyTaxesTotalForeign", amount(foreign.duty_taxes));
    object.decimal("quotedDutyTaxesForeign", amount(quoted));
    object.decimal("grandTotalForeign", amount(foreign.grand));
}

fn write_item(object: &mut Object<'_>, item: &CartItem, currency: Currency) {
    let size = |value: Option<Decimal>| value.map(|value| value.normalize());
    object.optional_text("productId", item.product_id.as_deref());
    object.optional_text("sku", item.sku.as_deref());
    object.text("description", &item.description);
    object.decimal("quantity", item.quantity.normalize());
    object.decimal("unitPrice", price(item.unit_price, currency));
    object.optional_decimal("length", size(item.length));
    object.optional_decimal("width", size(item.width));
    object.optional_decimal("height", size(item.height));
    object.optional_decimal("weight", size(item.weight));
    object.optional_text("weightUnits", item.weight.map(|_| item.weight_unit.code()));
    object.optional_text("itemURL", item.item_url.as_deref());
    object.optional_text("imageURL", item.image_url.as_deref());
    object.optional_text("itemBrand", item.brand.as_deref());
    object.optional_text("itemCategory", item.category.as_deref());
    object.optional_text("itemHSCode", item.hs_code.as_deref());
    object.optional_text("countryOfOrigin", item.country_of_origin.as_deref());
    object.optional_text("itemCustomization", item.customization.as_deref());
    object.optional_text("itemDescriptionLong", item.description_long.as_deref());
    object.optional_text("itemDescriptionDetailed", item.description_detailed.as_deref());
    object.optional_text("itemColor", item.color.as_deref());
    object.optional_text("itemMaterial", item.material.as_deref());
    object.optional_text("itemFabricContent", item.fabric_content.as_deref());
    object.optional_text("itemLtlClass", item.ltl_class.as_deref());
    object.optional_text("status", item.status.as_deref());
    object.plain("nonShippable", item.non_shippable);
}

/// At least the decimals of the currency, more when the merchant sent more.
fn price(price: Decimal, currency: Currency) -> Decimal {
    let mut price = price.normalize();
    let decimals = price.scale().max(currency.exponent());
    price.rescale(decimals);
    price
}

fn write_payment(object: &mut Object<'_>, payment: &PaymentRecord) {
    object.text("paymentProcessor", &payment.processor);
    object.text("paymentGateway", &payment.processor);
    object.text("transactionId", &payment.transaction_id);
    let captured = payment.captured_at;
    object.text("transactionType", if captured.is_some() { "AUTH_CAPTURE" } else { "AUTH_ONLY" });
    object.optional_plain("captureDate", captured.map(Timestamp::millis));
    object.optional_text("captureDateString", captured.map(Timestamp::to_java_date_string).as_deref());
    object.text("cardType", &payment.card_type);
    object.optional_text("lastFour", payment.last_four.as_deref());
}
