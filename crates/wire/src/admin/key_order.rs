//! Keys of answers in the order in which the reference lists them (customer reference §8.4–§8.8), for people who compare the
//! two. Programs do not mind the order.

use serde_json::{Map, Value};

/// Objects of the reference: a key that only this kind of object has, and its keys in order. The first that fits counts.
const OBJECTS: [(&str, &[&str]); 31] = [
    ("Results", &["Results", "resultsNumberAll", "resultsNumberPage", "resultsPage", "resultsLimit", "errors"]),
    ("resultsLimit", &["result", "resultsNumberAll", "resultsNumberPage", "resultsPage", "resultsLimit", "errors"]),
    ("orderDetails", &["orderId", "orderBridgeNote", "orderSerialNumber", "orderType", "clientResult", "orderDetails"]),
    (
        "clientBillingAddress",
        &[
            "clientBillingAddress",
            "clientDeliveryAddress",
            "clientPickupPointAddress",
            "payerAddress",
            "clientAccount",
            "endClientAccount",
        ],
    ),
    (
        "clientNip",
        &[
            "clientFirstName",
            "clientLastName",
            "clientNip",
            "clientFirm",
            "clientStreet",
            "clientZipCode",
            "clientCity",
            "clientCountryId",
            "clientPhone1",
            "clientPhone2",
        ],
    ),
    (
        "clientDeliveryAddressStreet",
        &[
            "clientDeliveryAddressId",
            "clientDeliveryAddressFirstName",
            "clientDeliveryAddressLastName",
            "clientDeliveryAddressAdditional",
            "clientDeliveryAddressStreet",
            "clientDeliveryAddressZipCode",
            "clientDeliveryAddressCity",
            "clientDeliveryAddressCountry",
            "clientDeliveryAddressCountryId",
            "clientDeliveryAddressPhone1",
            "clientDeliveryAddressPhone",
            "clientDeliveryAddressProvinceId",
            "clientDeliveryAddressRegionId",
            "clientDeliveryAddressType",
        ],
    ),
    (
        "externalPickupPointId",
        &[
            "pickupPointId",
            "externalPickupPointId",
            "city",
            "street",
            "zipCode",
            "description",
            "latitude",
            "longitude",
            "name",
        ],
    ),
    (
        "payerAddressNip",
        &[
            "payerAddressFirstName",
            "payerAddressLastName",
            "payerAddressFirm",
            "payerAddressNip",
            "payerAddressStreet",
            "payerAddressZipCode",
            "payerAddressCity",
            "payerAddressCountryId",
            "payerAddressPhone",
        ],
    ),
    ("clientEmail", &["clientId", "clientLogin", "clientEmail", "clientPhone1", "clientPhone2", "clientCodeExternal"]),
    (
        "orderConfirmation",
        &[
            "apiFlag",
            "orderStatus",
            "orderStatusId",
            "dropshippingOrderStatus",
            "orderConfirmation",
            "orderAddDate",
            "orderDispatchDate",
            "receivedDate",
            "clientNoteToOrder",
            "clientNoteToCourier",
            "payments",
            "prepaids",
            "orderSourceResults",
            "dispatch",
            "productsResults",
            "productRemovedInStock",
            "clientRequestInvoice",
            "clientDeliveryAddressId",
            "orderNote",
            "orderChangeDate",
        ],
    ),
    (
        "orderPaymentDays",
        &[
            "orderPaymentType",
            "orderPaymentDays",
            "orderRebatePercent",
            "orderCurrency",
            "orderBaseCurrency",
            "orderWorthCalculateType",
            "orderVatExists",
        ],
    ),
    (
        "orderCurrencyScale",
        &[
            "currencyId",
            "orderCurrencyValue",
            "orderCurrencyScale",
            "billingCurrencyRate",
            "orderProductsCost",
            "orderDeliveryCost",
            "orderPayformCost",
            "orderInsuranceCost",
        ],
    ),
    (
        "orderDeliveryVat",
        &[
            "billingCurrency",
            "orderProductsCost",
            "orderDeliveryCost",
            "orderDeliveryVat",
            "orderPayformCost",
            "orderInsuranceCost",
        ],
    ),
    ("orderSourceDetails", &["orderSourceType", "shopId", "orderSourceDetails"]),
    (
        "orderSourceName",
        &[
            "orderSourceType",
            "orderSourceName",
            "orderSourceTypeId",
            "orderSourceId",
            "orderExternalId",
            "fresh",
            "fulfillment",
        ],
    ),
    (
        "courierWebserviceOnly",
        &[
            "courierId",
            "courierName",
            "courierWebserviceOnly",
            "deliveryPackageId",
            "deliveryDate",
            "estimatedDeliveryDate",
            "deliveryWeight",
        ],
    ),
    (
        "productOrderPrice",
        &[
            "productId",
            "productName",
            "productCode",
            "versionName",
            "sizeId",
            "sizePanelName",
            "productSizeCodeExternal",
            "productQuantity",
            "productWeight",
            "productVat",
            "productVatFree",
            "productPanelPrice",
            "productPanelPriceNet",
            "productOrderPrice",
            "productOrderPriceNet",
            "productOrderPriceBaseCurrency",
            "productOrderPriceNetBaseCurrency",
            "remarksToProduct",
            "orderSalesMode",
            "bundleId",
            "basketPosition",
        ],
    ),
    (
        "productsResults",
        &[
            "orderId",
            "orderSerialNumber",
            "orderStatus",
            "orderStatusId",
            "productsResults",
            "faultCode",
            "faultString",
        ],
    ),
    (
        "basketPosition",
        &["productId", "sizeId", "productSizeCodeExternal", "basketPosition", "faultCode", "faultString"],
    ),
    ("deliveryPackage", &["errors", "eventType", "eventId", "label", "deliveryPackage"]),
    (
        "deliveryShippingNumber",
        &[
            "deliveryPackageId",
            "deliveryPackageNumber",
            "deliveryShippingNumber",
            "courierId",
            "courierName",
            "deliveryDate",
            "deliveryDateAdditional",
            "estimatedDeliveryDate",
            "receivedDate",
            "deliveryPackageParameters",
        ],
    ),
    (
        "cashOnDeliveryCurrency",
        &[
            "cashOnDelivery",
            "cashOnDeliveryCurrency",
            "deliveryWeight",
            "trackingUrl",
            "shippingStoreCosts",
            "shippingCosts",
            "parcelParameters",
        ],
    ),
    ("eventDetails", &["eventDate", "username", "eventDetails"]),
    ("panelName", &["id", "parentId", "panelName"]),
    ("quantities", &["ident", "error", "quantities"]),
    ("ownstock", &["size_id", "sizeId", "size_name", "product_sizecode", "outsidestock", "ownstock", "allstocks"]),
    ("product_sizecode", &["size_id", "size_name", "product_sizecode", "quantity", "reservations"]),
    ("hasPickupPoints", &["courierId", "name", "hasPickupPoints"]),
    (
        "serviceStatus",
        &[
            "pickupPointId",
            "pickupPointExternalId",
            "courierId",
            "descriptions",
            "paymentForms",
            "serviceStatus",
            "address",
            "coordinates",
            "operatingDays",
        ],
    ),
    ("results", &["results", "is_errors", "isErrors", "errors"]),
    ("statuses", &["statuses", "errors"]),
];

/// The answer as text.
pub(super) fn write(value: &Value) -> String {
    let mut out = String::new();
    push(&mut out, value);
    out
}

/// Keys of an object in their order; those that the reference does not list there come last, by the alphabet.
fn ordered(fields: &Map<String, Value>) -> Vec<(&String, &Value)> {
    let mut all: Vec<_> = fields.iter().collect();
    if let Some((_, keys)) = OBJECTS.iter().find(|(mark, _)| fields.contains_key(*mark)) {
        all.sort_by_key(|(key, _)| keys.iter().position(|known| known == key).unwrap_or(keys.len()));
    }
    all
}

fn push(out: &mut String, value: &Value) {
    match value {
        Value::Array(items) => {
            out.push('[');
            for (at, item) in items.iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                push(out, item);
            }
            out.push(']');
        }
        Value::Object(fields) => {
            out.push('{');
            for (at, (key, value)) in ordered(fields).into_iter().enumerate() {
                if at > 0 {
                    out.push(',');
                }
                *out += &Value::from(key.as_str()).to_string();
                out.push(':');
                push(out, value);
            }
            out.push('}');
        }
        plain => *out += &plain.to_string(),
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    #[test]
    fn keys_stand_as_in_the_reference_and_strangers_last() {
        let answer = json!({
            "errors": {"faultString": "", "faultCode": 0}, "resultsPage": 0, "x": [], "a": null,
            "Results": [{"orderDetails": {}, "orderId": "a\"b", "clientResult": []}],
        });
        assert_eq!(
            write(&answer),
            r#"{"Results":[{"orderId":"a\"b","clientResult":[],"orderDetails":{}}],"resultsPage":0,"errors":{"faultCode":0,"faultString":""},"a":null,"x":[]}"#
        );
        assert_eq!(serde_json::from_str::<Value>(&write(&answer)).expect("JSON"), answer);
    }

    #[test]
    fn every_mark_is_a_key_of_its_object_and_no_object_names_a_key_twice() {
        for (mark, keys) in OBJECTS {
            assert!(keys.contains(&mark), "{mark}");
            let each: std::collections::BTreeSet<_> = keys.iter().collect();
            assert_eq!(each.len(), keys.len(), "{mark}");
        }
    }
}
