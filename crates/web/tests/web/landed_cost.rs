//! Landed costs on the wire: the plain operation, product pages, kept quotes.

use axum::http::{Method, StatusCode};
use crossdock_app::landed_cost::new_public_key;
use crossdock_domain::random::SeededRandom;
use crossdock_testkit::samples;
use serde_json::{Value, json};

use super::site::{Site, TestResponse, request};

const PUBLIC: &str = "/v1/landedCost/public";

fn body(who: &Value) -> String {
    let mut body = json!({
        "shipFrom": { "country": "US" },
        "shipTo": { "country": "DE" },
        "currency": "EUR",
        "date": "20261121",
        "items": [{ "description": "T-shirt", "quantity": 2, "unitPrice": 20, "itemHSCode": "610910", "countryOfOrigin": "BD" }],
    });
    for (key, value) in who.as_object().expect("an object") {
        body[key] = value.clone();
    }
    body.to_string()
}

fn read(answer: &TestResponse) -> Value {
    serde_json::from_str(&answer.body).expect("JSON")
}

async fn with_public_key(site: &Site) -> String {
    let key = new_public_key(samples::store_id(), &SeededRandom::new(7));
    let mut store = site.app.checkout().stores().get(samples::store_id()).await.expect("the sample store");
    store.settings.landed_cost.public_key = Some(key.clone());
    site.app.checkout().stores().update(store).await.expect("good settings");
    key
}

#[tokio::test]
async fn a_quote_is_made_kept_and_explained() {
    let site = Site::new().await;
    let answer = site.post("/v1/landedCost", &[], body(&json!({ "store": 999, "secret": samples::SECRET }))).await;
    assert_eq!(answer.status, StatusCode::OK, "{}", answer.body);
    let made = read(&answer);
    let id = made["quoteId"].as_str().expect("an id");
    let path = format!("/v1/landedCost/quotes/{id}?store=999");
    let bearer = format!("Bearer {}", samples::SECRET);
    let kept = site.send(request(Method::GET, &path, &[("authorization", bearer.as_str())], "")).await;
    assert_eq!(kept.status, StatusCode::OK, "{}", kept.body);
    let mut kept = read(&kept);
    let text = kept.as_object_mut().expect("an object").remove("explanation").expect("an explanation");
    assert_eq!(kept, made);
    let text = text.as_str().expect("a text");
    assert!(text.contains("T-shirt") && text.contains("[EU-FLAT-3]") && text.contains("total"), "{text}");

    for (path, secret, status) in [
        (path.as_str(), "Bearer wrong", StatusCode::UNAUTHORIZED),
        (path.as_str(), "", StatusCode::UNAUTHORIZED),
        (&format!("/v1/landedCost/quotes/{id}"), bearer.as_str(), StatusCode::UNAUTHORIZED),
        ("/v1/landedCost/quotes/nothing?store=999", "Bearer wrong", StatusCode::UNAUTHORIZED),
        ("/v1/landedCost/quotes/nothing?store=999", bearer.as_str(), StatusCode::NOT_FOUND),
    ] {
        let answer = site.send(request(Method::GET, path, &[("authorization", secret)], "")).await;
        assert_eq!(answer.status, status, "{path} {secret}: {}", answer.body);
    }
}

#[tokio::test]
async fn product_pages_get_totals_by_the_public_key_from_anywhere() {
    let site = Site::new().await;
    let key = with_public_key(&site).await;
    let origin = [("origin", "https://shop.example")];
    let asked = site.send(request(Method::OPTIONS, PUBLIC, &origin, "")).await;
    assert_eq!(asked.status, StatusCode::NO_CONTENT);
    assert_eq!(asked.header("access-control-allow-origin"), "*");
    assert_eq!(asked.header("access-control-allow-methods"), "POST");
    assert!(asked.header("access-control-allow-headers").contains("content-type"));

    let answer = site.post(PUBLIC, &origin, body(&json!({ "publicKey": key }))).await;
    assert_eq!((answer.status, answer.header("access-control-allow-origin")), (StatusCode::OK, "*"), "{}", answer.body);
    let answer = read(&answer);
    let mut keys: Vec<&str> = answer.as_object().expect("an object").keys().map(String::as_str).collect();
    keys.sort_unstable();
    assert_eq!(
        keys,
        [
            "currency",
            "dutyTaxesTotal",
            "dutyTotal",
            "feesTotal",
            "grandTotal",
            "itemsTotal",
            "precision",
            "shippingTotal",
            "taxTotal",
        ]
    );
    for (who, status) in [
        (json!({ "publicKey": "pk-999-0" }), StatusCode::UNAUTHORIZED),
        (json!({ "publicKey": key.to_uppercase() }), StatusCode::UNAUTHORIZED),
        (json!({ "publicKey": "pk-998-0" }), StatusCode::UNAUTHORIZED),
        (json!({ "store": 999, "secret": samples::SECRET }), StatusCode::BAD_REQUEST),
        (json!({ "publicKey": key, "shipTo": { "country": "AQ" } }), StatusCode::UNPROCESSABLE_ENTITY),
    ] {
        let answer = site.post(PUBLIC, &[], body(&who)).await;
        assert_eq!((answer.status, answer.header("access-control-allow-origin")), (status, "*"), "{}", answer.body);
    }
    assert_eq!(site.get(PUBLIC).await.status, StatusCode::METHOD_NOT_ALLOWED);
}

#[tokio::test]
async fn a_client_that_asks_too_often_waits() {
    let site = Site::with(|settings| settings.public_quotes_per_minute = 2).await;
    let key = with_public_key(&site).await;
    let ask = || site.post(PUBLIC, &[], body(&json!({ "publicKey": key })));
    assert_eq!(ask().await.status, StatusCode::OK);
    assert_eq!(ask().await.status, StatusCode::OK);
    let answer = ask().await;
    assert_eq!((answer.status, answer.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "30"));
}
