//! A supply order as the Admin API shows it (customer reference §8.4). Fields of things that this house does not have
//! (auctions, discount cards, subscriptions) are left out; clients know them as optional.

use crossdock_domain::clock::{Timestamp, Zone};
use crossdock_domain::country::Country;
use crossdock_domain::wholesale::{OrderLine, RecipientAddress, SupplyOrder, SupplyParcel};
use serde_json::{Value, json};

use super::reply::{number, price, yes_no};

/// `YYYY-MM-DD HH:MM:SS`, or nothing.
fn date(zone: &Zone, at: Option<Timestamp>) -> Value {
    at.map_or(Value::Null, |at| zone.wall_clock(at).into())
}

pub(super) fn order(order: &SupplyOrder, zone: &Zone) -> Value {
    let (document, delivery) = (&order.document, &order.delivery);
    json!({
        "orderId": order.order_id(),
        "orderBridgeNote": "",
        "orderSerialNumber": order.serial.0,
        // Wholesale, placed by a shop.
        "orderType": "t",
        "clientResult": client(order),
        "orderDetails": {
            "apiFlag": "none",
            "orderStatus": order.status.code(),
            "orderStatusId": order.status.id(),
            "dropshippingOrderStatus": order.dropshipping().code(),
            "orderConfirmation": "confirmed",
            "orderAddDate": date(zone, Some(order.placed_at)),
            "orderDispatchDate": date(zone, order.dispatched_at),
            "receivedDate": Value::Null,
            "clientNoteToOrder": document.note_to_order,
            "clientNoteToCourier": document.note_to_courier,
            "payments": payments(order),
            "prepaids": [],
            "orderSourceResults": {
                "orderSourceType": "dropshipping",
                "shopId": 1,
                "orderSourceDetails": {
                    "orderSourceType": "dropshipping", "orderSourceName": document.login, "orderSourceTypeId": 0,
                    "orderSourceId": order.account.0, "orderExternalId": order.external_id, "fresh": "n",
                    "fulfillment": "n",
                },
            },
            "dispatch": {
                "courierId": delivery.courier.0,
                "courierName": delivery.courier_name,
                "courierWebserviceOnly": false,
                "deliveryPackageId": order.parcels.first().map_or_else(String::new, |parcel| parcel.id.to_string()),
                "deliveryDate": delivery.preferred_date.as_deref().unwrap_or_default(),
                "estimatedDeliveryDate": delivery.estimated_date.as_deref().unwrap_or_default(),
                "deliveryWeight": document.weight_grams,
            },
            "productsResults": document.lines.iter().map(line).collect::<Vec<_>>(),
            "productRemovedInStock": yes_no(order.dispatched_at.is_some()),
            "clientRequestInvoice": document.invoice.code(),
            "clientDeliveryAddressId": delivery.recipient.map(|id| id.0),
            "orderNote": order.note,
            "orderChangeDate": date(zone, Some(order.changed_at)),
        },
    })
}

fn client(order: &SupplyOrder) -> Value {
    let (billing, delivery) = (&order.document.billing, &order.delivery);
    let country = billing.country.map(Country::code).unwrap_or_default();
    let account = json!({
        "clientId": order.account.0, "clientLogin": order.document.login, "clientEmail": order.document.email,
        "clientPhone1": billing.phone, "clientPhone2": "", "clientCodeExternal": "",
    });
    let mut address = address(&delivery.address, "clientDeliveryAddress");
    address["clientDeliveryAddressId"] = delivery.recipient.map_or_else(String::new, |id| id.to_string()).into();
    let kind = if delivery.pickup_point.is_some() { "pickupPoint" } else { "client" };
    address["clientDeliveryAddressType"] = kind.into();
    let point = delivery.pickup_point.as_ref().map(|point| {
        json!({
            "pickupPointId": point.id, "externalPickupPointId": point.id, "city": point.city, "street": point.street,
            "zipCode": point.zip, "description": point.description, "latitude": number(point.place.latitude()),
            "longitude": number(point.place.longitude()), "name": point.name,
        })
    });
    json!({
        "clientBillingAddress": {
            "clientFirstName": billing.first_name, "clientLastName": billing.last_name, "clientNip": billing.nip,
            "clientFirm": billing.firm, "clientStreet": billing.street, "clientZipCode": billing.zip,
            "clientCity": billing.city, "clientCountryId": country, "clientPhone1": billing.phone, "clientPhone2": "",
        },
        "clientDeliveryAddress": address,
        // An empty map is a list in this dialect (§2.5).
        "clientPickupPointAddress": point.unwrap_or_else(|| json!([])),
        "payerAddress": {
            "payerAddressFirstName": billing.first_name, "payerAddressLastName": billing.last_name,
            "payerAddressFirm": billing.firm, "payerAddressNip": billing.nip, "payerAddressStreet": billing.street,
            "payerAddressZipCode": billing.zip, "payerAddressCity": billing.city, "payerAddressCountryId": country,
            "payerAddressPhone": billing.phone,
        },
        "clientAccount": account.clone(),
        "endClientAccount": account,
    })
}

/// Name and address with this prefix on every field.
pub(super) fn address(address: &RecipientAddress, prefix: &str) -> Value {
    let mut fields = serde_json::Map::new();
    let country = address.country.code();
    for (name, value) in [
        ("FirstName", address.first_name.as_str()),
        ("LastName", &address.last_name),
        ("Additional", &address.additional),
        ("Street", &address.street),
        ("ZipCode", &address.zip),
        ("City", &address.city),
        ("Country", country),
        ("CountryId", country),
        ("ProvinceId", &address.province_id),
        ("RegionId", &address.region_id),
        ("Phone1", &address.phone),
        ("Phone", &address.phone),
    ] {
        fields.insert(format!("{prefix}{name}"), value.into());
    }
    Value::Object(fields)
}

fn payments(order: &SupplyOrder) -> Value {
    let (document, amounts) = (&order.document, &order.document.amounts);
    let currency = document.currency.code();
    let one = price(rust_decimal::Decimal::ONE);
    json!({
        "orderPaymentType": document.payment.code(),
        "orderPaymentDays": 0,
        "orderRebatePercent": 0,
        "orderCurrency": {
            "currencyId": currency, "orderCurrencyValue": one, "orderCurrencyScale": 1, "billingCurrencyRate": one,
            "orderProductsCost": price(amounts.products.to_decimal()),
            "orderDeliveryCost": price(amounts.delivery.to_decimal()),
            "orderPayformCost": price(amounts.payment.to_decimal()),
            "orderInsuranceCost": 0,
        },
        "orderBaseCurrency": {
            "billingCurrency": currency,
            "orderProductsCost": price(amounts.products.to_decimal()),
            "orderDeliveryCost": price(amounts.delivery.to_decimal()),
            "orderDeliveryVat": number(amounts.delivery_vat.rate),
            "orderPayformCost": price(amounts.payment.to_decimal()),
            "orderInsuranceCost": 0,
        },
        "orderWorthCalculateType": "net",
        "orderVatExists": "y",
    })
}

fn line(line: &OrderLine) -> Value {
    let (net, gross) = (price(line.value.unit_net.to_decimal()), price(line.value.unit_gross.to_decimal()));
    json!({
        "productId": line.variant.product.0,
        "productName": line.name,
        "productCode": line.product_code,
        "versionName": "",
        "sizeId": line.variant.size,
        "sizePanelName": line.size_name,
        "productSizeCodeExternal": line.external_code.as_deref().unwrap_or_default(),
        "productQuantity": number(line.quantity.to_decimal()),
        "productWeight": line.weight_grams,
        "productVat": number(line.vat.rate),
        "productVatFree": yes_no(line.vat.free),
        "productPanelPrice": gross.clone(),
        "productPanelPriceNet": net.clone(),
        "productOrderPrice": gross.clone(),
        "productOrderPriceNet": net.clone(),
        "productOrderPriceBaseCurrency": gross,
        "productOrderPriceNetBaseCurrency": net,
        "remarksToProduct": line.comment,
        "orderSalesMode": "money",
        "bundleId": 0,
        "basketPosition": line.position,
    })
}

/// A parcel of an order (§8.6).
pub(super) fn package(order: &SupplyOrder, parcel: &SupplyParcel, zone: &Zone) -> Value {
    let collected = order.document.cash_on_delivery.map(|cash| cash.amount);
    json!({
        "deliveryPackageId": parcel.id.0,
        "deliveryPackageNumber": parcel.package_number,
        "deliveryShippingNumber": parcel.shipping_number,
        "courierId": parcel.courier.0,
        "courierName": parcel.courier_name,
        "deliveryDate": zone.wall_clock(parcel.added_at),
        "deliveryDateAdditional": "",
        "estimatedDeliveryDate": order.delivery.estimated_date.as_deref().unwrap_or_default(),
        "receivedDate": "",
        "deliveryPackageParameters": {
            "cashOnDelivery": collected.map_or_else(|| 0.into(), |amount| price(amount.to_decimal())),
            "cashOnDeliveryCurrency": collected.map_or("", |amount| amount.currency.code()),
            "deliveryWeight": parcel.weight_grams,
            "trackingUrl": parcel.tracking_url(),
            "shippingStoreCosts": [],
            "shippingCosts": [],
            "parcelParameters": [],
        },
    })
}
