//! Guessing keys: how many are looked at, and that a right one is not told apart while the limit holds.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_domain::clock::Span;
use crossdock_testkit::wholesale::add_wholesaler;
use crossdock_web::middleware::caller::Peer;

use super::site::{Site, TestResponse, cart, cart_with, request};

const WRONG: &str = "00000000-0000-4000-8000-000000000000";

/// A call with a wrong key, for each place that takes one.
/// A place that takes a key, and a call of it with a wrong one.
type Guess = (&'static str, Box<dyn Fn() -> Request<Body>>);

fn guesses() -> Vec<Guess> {
    let json = &[("content-type", "application/json")];
    let basic = format!("Basic {}", STANDARD.encode("erp:a wrong password"));
    let daily = r#"{"authenticate":{"userLogin":"erp","authenticateKey":"0123"}}"#;
    let shop = r#"{"authenticate":{"systemLogin":"shop1","systemKey":"0123"}}"#;
    vec![
        ("checkout", Box::new(move || request(Method::POST, "/v2/createTempCart", json, cart_with(WRONG)))),
        (
            "kept quote",
            Box::new(|| {
                let path = "/v1/landedCost/quotes/01890a5d-ac96-774b-bcce-b302099a8057?store=999";
                request(Method::GET, path, &[("authorization", "Bearer wrong")], Body::empty())
            }),
        ),
        (
            "admin key",
            Box::new(|| {
                let path = "/api/admin/v8/system/serverTime";
                request(Method::GET, path, &[("x-api-key", "a wrong key")], Body::empty())
            }),
        ),
        (
            "password for a token",
            Box::new(move || {
                let path = "/w/1/api/authorize/1/authorize/accessToken";
                request(Method::POST, path, &[("authorization", &basic)], Body::empty())
            }),
        ),
        (
            "daily key",
            Box::new(move || request(Method::POST, "/w/1/api/?gate=system/getServerTime/1/json", &[], daily)),
        ),
        (
            "shop's login",
            Box::new(move || {
                request(Method::POST, "/w/1/customer-api/?gate=Authenticate/authenticate/1/json", &[], shop)
            }),
        ),
        (
            "feed token",
            Box::new(|| {
                let token = format!("cdf_1_1_0123456789ab_{}", "c".repeat(64));
                request(Method::GET, &format!("/feeds/light.xml?token={token}"), &[], Body::empty())
            }),
        ),
    ]
}

async fn from(site: &Site, address: &str, mut call: Request<Body>) -> TestResponse {
    let address: SocketAddr = address.parse().expect(address);
    call.extensions_mut().insert(Peer { address, tls: false });
    site.send(call).await
}

#[tokio::test]
async fn a_few_wrong_keys_are_looked_at_everywhere_and_then_none() {
    for (name, guess) in guesses() {
        let site = Site::with(|settings| {
            settings.failures_per_minute = 5;
            settings.customer_api.failures_per_minute = 0;
        })
        .await;
        add_wholesaler(&site.app, 1).await;
        let mut looked_at = 0;
        for n in 0..10 {
            // Another address of the same network each time.
            let answer = from(&site, &format!("[2001:db8::{n}]:5000"), guess()).await;
            looked_at += usize::from(answer.status != StatusCode::TOO_MANY_REQUESTS);
        }
        assert_eq!(looked_at, 5, "{name}");
        // The right key of that network is not told apart from a wrong one.
        let right = request(Method::POST, "/v2/createTempCart", &[("content-type", "application/json")], cart());
        let told = from(&site, "[2001:db8::9]:5000", right).await;
        assert_eq!(told.status, StatusCode::TOO_MANY_REQUESTS, "{name}");
        assert!(!told.header("retry-after").is_empty(), "{name}");
        // Others do not notice, and a minute later nor does the network.
        let right = || request(Method::POST, "/v2/createTempCart", &[("content-type", "application/json")], cart());
        assert_eq!(from(&site, "203.0.113.9:5000", right()).await.status, StatusCode::OK, "{name}");
        site.app.advance(Span::minutes(1));
        assert_eq!(from(&site, "[2001:db8::9]:5000", right()).await.status, StatusCode::OK, "{name}");
    }
}

#[tokio::test]
async fn a_clock_that_is_put_back_locks_nobody_out() {
    let site = Site::with(|settings| settings.failures_per_minute = 2).await;
    let json = &[("content-type", "application/json")];
    for _ in 0..3 {
        site.post("/v2/createTempCart", json, cart_with(WRONG)).await;
    }
    assert_eq!(site.post("/v2/createTempCart", json, cart()).await.status, StatusCode::TOO_MANY_REQUESTS);
    site.app.advance(Span(-Span::hours(1).0));
    assert_eq!(site.post("/v2/createTempCart", json, cart()).await.status, StatusCode::OK);
}
