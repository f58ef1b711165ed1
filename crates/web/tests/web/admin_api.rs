//! The HTTP half of the Admin API: versions, keys, methods, sizes, headers of errors.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use crossdock_app::hub::tenants::admin_keys::NewAdminKey;
use crossdock_domain::admin_api::{Permission, Scope};
use crossdock_domain::wholesale::{Wholesaler, WholesalerId, WholesalerSettings};
use crossdock_wire::admin::BODY_LIMIT;
use secrecy::SecretString;
use serde_json::Value;

use super::site::{Site, request};

const KEY: (&str, &str) = ("x-api-key", "key-of-the-label-printer");

/// A site with a wholesaler and a key that may look at orders.
async fn site() -> Site {
    let site = Site::new().await;
    let id = WholesalerId::new(1).expect("an id");
    let currency = "PLN".parse().expect("PLN");
    let settings = WholesalerSettings::default();
    let wholesaler = Wholesaler { id, name: "Hurtownia".to_owned(), currency, domain: None, settings };
    site.app.hub().wholesalers().add(wholesaler).await.expect("a new wholesaler");
    let key = NewAdminKey {
        wholesaler: id,
        name: "Label printer".to_owned(),
        permissions: [(Scope::Orders, Permission::Read), (Scope::System, Permission::Read)].into(),
        expires_at: None,
        key: Some(SecretString::from(KEY.1)),
    };
    site.app.hub().admin_keys().add(key).await.expect("a new key");
    site
}

#[tokio::test]
async fn every_version_and_both_ways_of_showing_a_key_work() {
    let site = site().await;
    for version in ["v3", "v5", "v6", "v7", "v8", "v8.1"] {
        let path = format!("/api/admin/{version}/system/serverTime");
        for header in [KEY, ("authorization", "Bearer key-of-the-label-printer")] {
            let answer = site.send(request(Method::GET, &path, &[header], Body::empty())).await;
            assert_eq!(answer.status, StatusCode::OK, "{path} {header:?}: {}", answer.body);
            assert_eq!(answer.header("content-type"), "application/json; charset=utf-8");
            assert_eq!(answer.header("cache-control"), "no-store");
            assert!(!answer.headers.contains_key("x-error"));
        }
    }
}

#[tokio::test]
async fn every_error_says_why_in_its_header_and_its_body() {
    let site = site().await;
    let cases = [
        (Method::GET, "/api/admin/v8/system/serverTime", None, 401),
        (Method::GET, "/api/admin/v8/system/serverTime", Some("wrong"), 401),
        (Method::PUT, "/api/admin/v8/orders/orders", Some(KEY.1), 403),
        (Method::GET, "/api/admin/v8/orders/nothing", Some(KEY.1), 404),
        (Method::GET, "/api/admin/orders/orders", Some(KEY.1), 404),
        (Method::GET, "/api/admin/", Some(KEY.1), 404),
        (Method::DELETE, "/api/admin/v8/orders/orders", Some(KEY.1), 405),
        (Method::POST, "/api/admin/v8/orders/orders/search", Some(KEY.1), 422),
    ];
    for (method, path, key, status) in cases {
        let headers: Vec<(&str, &str)> = key.map(|key| ("x-api-key", key)).into_iter().collect();
        let answer = site.send(request(method.clone(), path, &headers, "{}")).await;
        assert_eq!(answer.status.as_u16(), status, "{method} {path}: {}", answer.body);
        if path == "/api/admin/" {
            continue;
        }
        let body: Value = serde_json::from_str(&answer.body).expect("JSON");
        assert_eq!(body["errors"]["message"].as_str(), Some(answer.header("x-error")), "{method} {path}");
    }
    let answer = site.send(request(Method::DELETE, "/api/admin/v8/orders/orders", &[KEY], "{}")).await;
    assert_eq!(answer.header("allow"), "GET, POST, PUT");
    let answer = site.send(request(Method::PUT, "/api/admin/v8/orders/orders", &[KEY], "{}")).await;
    assert!(answer.header("x-error").ends_with("Scope: orders, level: rw"));
}

#[tokio::test]
async fn a_body_that_is_too_large_is_refused() {
    let site = site().await;
    let body = " ".repeat(BODY_LIMIT + 1);
    let answer = site.post("/api/admin/v8/orders/orders/search", &[KEY], body).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.body);
    assert!(answer.header("x-error").contains("10 MB"));
}

#[tokio::test]
async fn a_key_that_calls_too_often_hears_when_to_try_again() {
    let site = site().await.again(|settings| settings.admin_api.calls_per_minute = 2);
    let time = async || {
        let (path, key) = ("/api/admin/v8/system/serverTime", [KEY]);
        site.send(request(Method::GET, path, &key, Body::empty())).await
    };
    let first = time().await;
    assert_eq!((first.header("x-ratelimit-limit"), first.header("x-ratelimit-remaining")), ("2", "1"));
    assert_eq!(time().await.status, StatusCode::OK);
    let refused = time().await;
    assert_eq!((refused.status, refused.header("retry-after")), (StatusCode::TOO_MANY_REQUESTS, "30"));
    assert!(refused.header("x-error").contains("30 s"), "{refused:?}");
    site.app.advance(crossdock_domain::clock::Span::seconds(30));
    assert_eq!(time().await.status, StatusCode::OK);
}

#[tokio::test]
async fn gates_are_called_with_a_key_in_the_body_or_in_a_header() {
    let site = site().await;
    let signed = r#"{"authenticate":{"userLogin":"oauth_authorization","authenticateKey":"key-of-the-label-printer"}}"#;
    let gate = "gate=system%2FgetServerTime%2F192%2Fjson&lang=pol";
    for path in ["/api/", "/api", "/w/1/api/"] {
        for method in [Method::POST, Method::GET] {
            let answer = site.send(request(method, &format!("{path}?{gate}"), &[], signed)).await;
            assert!(answer.status == StatusCode::OK && answer.body.contains("\"time\":"), "{path}: {}", answer.body);
        }
    }
    let answer = site.post(&format!("/api/?{gate}"), &[("authorization", "Bearer key-of-the-label-printer")], "").await;
    assert!(answer.body.contains("\"time\":"), "{}", answer.body);
    let refused = site.post(&format!("/api/?{gate}"), &[], "{}").await;
    assert_eq!((refused.status, refused.header("content-type")), (StatusCode::OK, "application/json; charset=utf-8"));
    assert!(refused.body.contains("\"faultCode\":1") && refused.header("x-error").contains("login"), "{refused:?}");
    let large = " ".repeat(crossdock_wire::admin::gates::BODY_LIMIT + 1);
    let answer = site.post(&format!("/api/?{gate}"), &[], large).await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE, "{}", answer.body);
    let answer = site.send(request(Method::DELETE, &format!("/api/?{gate}"), &[], Body::empty())).await;
    assert_eq!((answer.status, answer.header("allow")), (StatusCode::METHOD_NOT_ALLOWED, "POST, GET, HEAD"));
}
