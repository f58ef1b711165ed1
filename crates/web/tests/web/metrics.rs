//! What `/metrics` tells, and what it must not.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::Method;
use crossdock_testkit::samples;
use crossdock_web::middleware::caller::Peer;

use super::site::{Site, cart, cart_with, request};

async fn metrics(site: &Site) -> String {
    let mut request = request(Method::GET, "/metrics", &[], Body::empty());
    request.extensions_mut().insert(Peer { address: SocketAddr::from(([127, 0, 0, 1], 4000)), tls: false });
    let answer = site.send(request).await;
    assert_eq!(answer.header("content-type"), "text/plain; version=0.0.4; charset=utf-8");
    answer.body
}

#[tokio::test]
async fn requests_are_counted_by_their_honest_outcome() {
    let site = Site::new().await;
    site.post("/v1/createTempCart", &[], cart()).await;
    site.post("/v1/createTempCart", &[], cart_with("wrong")).await;
    site.post("/v1/updateMerchantOrderId/", &[], "[]").await;
    site.get("/v1/orderNumbers").await;
    site.get("/nothing").await;
    let text = metrics(&site).await;
    for line in [
        r#"crossdock_http_requests_total{route="/v1/createTempCart",status="200",code="ok"}"#,
        r#"crossdock_http_requests_total{route="/v1/createTempCart",status="401",code="invalid_credentials"}"#,
        r#"crossdock_http_requests_total{route="/v1/orderNumbers",status="405",code="wrong_method"}"#,
        r#"crossdock_http_requests_total{route="unmatched",status="404",code="failed"}"#,
        r#"crossdock_http_request_duration_seconds_bucket{route="/v1/createTempCart",le="0.001"}"#,
    ] {
        assert!(text.contains(line), "{line}\n{text}");
    }
    assert!(
        text.contains(r#"route="/v1/updateMerchantOrderId",status="400""#),
        "one name with and without slash\n{text}"
    );
}

#[tokio::test]
async fn nothing_that_a_client_typed_gets_into_the_metrics() {
    let site = Site::new().await;
    let typed = "Typed0815";
    site.post(&format!("/v1/createTempCart?q={typed}"), &[("idempotency-key", typed)], cart_with(typed)).await;
    site.post(&format!("/v1/{typed}"), &[("user-agent", typed)], typed).await;
    site.get(&format!("/{typed}?secret={typed}")).await;
    site.get(&format!("/checkout/{typed}/items")).await;
    site.send(request(Method::from_bytes(typed.as_bytes()).expect("a method"), "/v1/orderDetail", &[], typed)).await;
    site.post("/v1/createTempCart", &[], cart()).await;
    let text = metrics(&site).await;
    assert!(!text.contains(typed), "{text}");
    assert!(!text.contains(samples::SECRET), "{text}");
}
