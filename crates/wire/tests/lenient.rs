//! Whatever a body holds: no panic, no fault of ours, always a JSON object. And what happens when things outside fail.

#![allow(dead_code, reason = "the world serves the golden pairs too")]

#[path = "golden/world.rs"]
mod world;

use crossdock_domain::clock::Span;
use crossdock_wire::checkout::{BODY_LIMIT, CheckoutApiRequest, CheckoutOperation, Reply, Version, answer};
use proptest::prelude::*;
use proptest::test_runner::TestRunner;
use serde_json::{Map, Value, json};
use tokio::runtime::Runtime;
use world::{OrderScenario, SAMPLE_CART, SECRET, STORE, World};

fn runtime() -> Runtime {
    tokio::runtime::Builder::new_current_thread().enable_all().build().expect("a runtime")
}

async fn world() -> World {
    let world = World::new("USD").await;
    for kind in [OrderScenario::Test, OrderScenario::Booked, OrderScenario::Review] {
        Box::pin(world.order(kind)).await;
    }
    world
}

fn any_json() -> impl Strategy<Value = Value> {
    let number = prop_oneof![
        any::<i64>().prop_map(|n| n.to_string()),
        any::<f64>().prop_filter("JSON has no such number", |n| n.is_finite()).prop_map(|n| format!("{n:e}")),
        "-?(0|[1-9][0-9]{0,40})([.][0-9]{1,40})?([eE][-+]?[0-9]{1,12})?",
    ];
    let leaf = prop_oneof![
        Just(Value::Null),
        any::<bool>().prop_map(Value::Bool),
        number.clone().prop_map(|text| serde_json::from_str(&text).expect("a number")),
        number.prop_map(Value::String),
        any::<String>().prop_map(Value::String),
        "[ \\t\\x00a%+<>0-9-]{0,20}".prop_map(Value::String),
        "a{0,1200}".prop_map(Value::String),
        prop::sample::select(vec!["999", "999-99999", "99999", "20150101", "VENDOR_SHIPMENT_READY", "LB", "true"])
            .prop_map(|text| Value::String(text.to_owned())),
    ];
    leaf.prop_recursive(4, 32, 6, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..6).prop_map(Value::Array),
            prop::collection::vec((key(), inner), 0..6).prop_map(|pairs| Value::Object(Map::from_iter(pairs))),
        ]
    })
}

/// A known key, mostly.
fn key() -> impl Strategy<Value = String> {
    const KEYS: [&str; 80] = [
        "store",
        "storeId",
        "secret",
        "items",
        "boxCount",
        "contShoppingURL",
        "domesticShippingCharge",
        "externalConfirmationPageURL",
        "footerHTML",
        "misc1",
        "misc2",
        "misc3",
        "misc4",
        "misc5",
        "misc6",
        "referenceId",
        "customerName",
        "customerCompany",
        "customerEmail",
        "customerPhone",
        "customerAltPhone",
        "customerAddress1",
        "customerAddress2",
        "customerCity",
        "customerState",
        "customerCountry",
        "customerZip",
        "customerNote",
        "shippingAmountOverride",
        "description",
        "quantity",
        "unitPrice",
        "productId",
        "sku",
        "length",
        "width",
        "height",
        "weight",
        "weightUnits",
        "weightUnit",
        "itemURL",
        "itemUrl",
        "imageURL",
        "itemBrand",
        "itemCategory",
        "itemHSCode",
        "countryOfOrigin",
        "itemCustomization",
        "itemDescriptionLong",
        "itemDescriptionDetailed",
        "itemColor",
        "itemMaterial",
        "itemFabricContent",
        "itemLtlClass",
        "status",
        "nonShippable",
        "sinceDate",
        "throughDate",
        "sinceOrderId",
        "missingMerchantOrderId",
        "statuses",
        "orderId",
        "merchantOrderId",
        "orderStatus",
        "trackingList",
        "number",
        "numbers",
        "carrier",
        "countryCode",
        "region",
        "serviceToken",
        "clientId",
        "shipFrom",
        "shipTo",
        "currency",
        "date",
        "consumer",
        "shipping",
        "insurance",
        "supplier",
    ];
    prop_oneof![9 => prop::sample::select(KEYS.to_vec()).prop_map(str::to_owned), 1 => any::<String>()]
}

/// A body that the operation answers with success.
fn good_body(operation: CheckoutOperation) -> Map<String, Value> {
    let mut body = match operation {
        CheckoutOperation::CreateTempCart => serde_json::from_str(SAMPLE_CART).expect("the sample"),
        CheckoutOperation::OrderNumbers => json!({"sinceDate": "20150101", "statuses": true}),
        CheckoutOperation::OrderDetail => json!({"orderId": 99_999}),
        CheckoutOperation::UpdateMerchantOrderId => json!({"orderId": "999-99999", "merchantOrderId": "12-34567"}),
        CheckoutOperation::UpdateVendorOrderStatus => {
            json!({"orderId": 100_000, "orderStatus": "VENDOR_SHIPMENT_READY"})
        }
        CheckoutOperation::SetShipmentTracking => json!({"orderId": 99_999, "trackingList": [{"number": "1Z"}]}),
        CheckoutOperation::LandedCost => json!({
            "shipFrom": {"country": "US"},
            "shipTo": {"country": "DE"},
            "currency": "EUR",
            "date": "20261121",
            "items": [{"description": "T-shirt", "quantity": 2, "unitPrice": 20, "itemHSCode": "610910"}],
        }),
        // It needs nothing in the world.
        other @ CheckoutOperation::MagentoRegion => serde_json::from_str(other.example().0).expect("an example"),
    };
    body["store"] = json!(STORE);
    body["secret"] = json!(SECRET);
    body.as_object().expect("an object").clone()
}

fn assert_civil(reply: &Reply, version: Version) -> Result<(), TestCaseError> {
    let expected: &[u16] = match version {
        Version::V1 => &[200],
        Version::V2 => &[200, 400],
    };
    prop_assert!(expected.contains(&reply.status), "{reply:?}");
    prop_assert!(reply.honest_status < 500, "{reply:?}");
    let body: Value = serde_json::from_str(&reply.body).map_err(|error| TestCaseError::fail(error.to_string()))?;
    let body = body.as_object().ok_or_else(|| TestCaseError::fail("no object"))?;
    prop_assert_eq!(body.contains_key("error"), reply.code != "ok");
    Ok(())
}

fn any_version() -> impl Strategy<Value = Version> {
    prop_oneof![Just(Version::V1), Just(Version::V2)]
}

fn any_operation() -> impl Strategy<Value = CheckoutOperation> {
    prop::sample::select(CheckoutOperation::ALL.to_vec())
}

#[test]
fn any_value_in_any_field_is_answered_and_never_our_fault() {
    let runtime = runtime();
    let world = runtime.block_on(world());
    let changes = prop::collection::vec((key(), any_json(), any::<bool>()), 1..4);
    let strategy = (any_operation(), any_version(), changes, any::<Option<String>>());
    let config = ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&strategy, |(operation, version, changes, idempotency_key)| {
            let mut body = good_body(operation);
            for (key, value, inside) in changes {
                let list = if body.contains_key("items") { "items" } else { "trackingList" };
                match body.get_mut(list).and_then(|list| list.get_mut(0)).and_then(Value::as_object_mut) {
                    Some(element) if inside => element.insert(key, value),
                    _ => body.insert(key, value),
                };
            }
            let body = Value::Object(body).to_string();
            let reply = runtime.block_on(world.call(version, operation, body.as_bytes(), idempotency_key.as_deref()));
            assert_civil(&reply, version)
        })
        .expect("every body is answered");
}

#[test]
fn any_bytes_are_answered_and_never_our_fault() {
    let runtime = runtime();
    let world = runtime.block_on(world());
    let bytes = prop_oneof![
        prop::collection::vec(any::<u8>(), 0..200),
        any::<String>().prop_map(String::into_bytes),
        any_json().prop_map(|value| value.to_string().into_bytes()),
        // A good body with a hole in it.
        (any_operation(), any::<prop::sample::Index>(), any::<u8>()).prop_map(|(operation, at, byte)| {
            let mut body = Value::Object(good_body(operation)).to_string().into_bytes();
            let at = at.index(body.len());
            body[at] = byte;
            body
        }),
    ];
    let config = ProptestConfig { cases: 1500, failure_persistence: None, ..ProptestConfig::default() };
    TestRunner::new(config)
        .run(&(any_operation(), any_version(), bytes), |(operation, version, bytes)| {
            let reply = runtime.block_on(world.call(version, operation, &bytes, None));
            assert_civil(&reply, version)
        })
        .expect("every body is answered");
}

#[tokio::test]
async fn repeated_wrong_secrets_are_held_back_and_a_right_one_is_not() {
    let world = world().await;
    let wrong = json!({"store": STORE, "secret": "wrong", "sinceDate": "20150101"}).to_string();
    let unknown = json!({"store": 1, "secret": "wrong", "sinceDate": "20150101"}).to_string();
    let mut delays = Vec::new();
    for _ in 0..20 {
        let reply = world.call(Version::V1, CheckoutOperation::OrderNumbers, wrong.as_bytes(), None).await;
        let other = world.call(Version::V1, CheckoutOperation::OrderNumbers, unknown.as_bytes(), None).await;
        assert_eq!(reply, other, "an unknown store is answered like a wrong secret");
        delays.push(reply.delay);
    }
    assert_eq!(delays.first(), Some(&Span(0)));
    assert!(delays.is_sorted() && delays.last() > Some(&Span::seconds(1)), "{delays:?}");
    // A mistake of form does not hide a wrong secret from the count.
    let worse = json!({"store": STORE, "secret": "wrong"}).to_string();
    let reply = world.call(Version::V2, CheckoutOperation::OrderNumbers, worse.as_bytes(), None).await;
    assert_eq!((reply.status, reply.code), (400, "invalid_credentials"));
    assert!(reply.delay > Span::seconds(1));
    let right = json!({"store": STORE, "secret": SECRET, "sinceDate": "20150101"}).to_string();
    let reply = world.call(Version::V1, CheckoutOperation::OrderNumbers, right.as_bytes(), None).await;
    assert_eq!((reply.code, reply.delay), ("ok", Span(0)));
}

#[tokio::test]
async fn a_database_that_is_gone_is_told_as_503_and_never_as_200() {
    let world = world().await;
    world.app.db().close().await;
    world.wait(Span::minutes(1));
    for operation in
        CheckoutOperation::ALL.into_iter().filter(|operation| *operation != CheckoutOperation::MagentoRegion)
    {
        let body = Value::Object(good_body(operation)).to_string();
        let reply = world.call(Version::V1, operation, body.as_bytes(), None).await;
        assert_eq!((reply.status, reply.honest_status, reply.code), (503, 503, "database_unavailable"), "{reply:?}");
        assert_eq!(reply.retry_after, Some(5));
        assert_eq!(reply.body, r#"{"error":"Temporarily unavailable, please try again"}"#);
    }
}

#[tokio::test]
async fn a_body_beyond_the_limit_is_not_read() {
    let world = world().await;
    let reply = world.call(Version::V1, CheckoutOperation::CreateTempCart, &vec![b' '; BODY_LIMIT + 1], None).await;
    assert_eq!((reply.status, reply.code), (413, "too_large"));
    let mut body = SAMPLE_CART.as_bytes().to_vec();
    body.resize(BODY_LIMIT, b' ');
    let reply = world.call(Version::V1, CheckoutOperation::CreateTempCart, &body, None).await;
    assert_eq!((reply.status, reply.code), (200, "ok"));
}

#[tokio::test]
async fn calls_can_move_between_threads() {
    fn moves<T: Send>(future: T) -> T {
        future
    }
    let world = World::new("USD").await;
    let call = CheckoutApiRequest {
        version: Version::V1,
        operation: CheckoutOperation::CreateTempCart,
        body: SAMPLE_CART.as_bytes(),
        client: world::client(),
        idempotency_key: None,
    };
    assert_eq!(Box::pin(moves(answer(&world.app, call))).await.code, "ok");
}
