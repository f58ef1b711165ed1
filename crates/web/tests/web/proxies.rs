//! Who is calling, seen from outside: limits per client must follow the real client and nobody else.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Method, StatusCode};
use crossdock_web::middleware::caller::Peer;
use crossdock_web::settings::ForwardedHeader;

use super::site::{Site, TestResponse, cart_with, request};

const WRONG: &str = "f5bde245-0000-0000-0000-80b25161c12c";

async fn behind_proxy() -> Site {
    Site::with(|settings| {
        settings.trusted_proxies = vec!["10.0.0.0/8".parse().expect("a network")];
        settings.held_answers_per_client = 0;
    })
    .await
}

async fn try_secret(site: &Site, peer: &str, headers: &[(&str, &str)]) -> TestResponse {
    let mut request = request(Method::POST, "/v1/createTempCart", headers, cart_with(WRONG));
    let address: SocketAddr = peer.parse().expect(peer);
    request.extensions_mut().insert(Peer { address, tls: false });
    site.send(request).await
}

/// Failures until the client is slowed down; with no place for held answers that shows as 429.
async fn failures_of(site: &Site, peer: &str, header: impl Fn(usize) -> Option<(&'static str, String)>) -> usize {
    for count in 0..30 {
        let header = header(count);
        let headers: Vec<_> = header.iter().map(|(name, value)| (*name, value.as_str())).collect();
        if try_secret(site, peer, &headers).await.status == StatusCode::TOO_MANY_REQUESTS {
            return count;
        }
    }
    30
}

#[tokio::test]
async fn a_guesser_cannot_pose_as_many_clients() {
    let site = behind_proxy().await;
    let posing = |count| Some(("x-forwarded-for", format!("198.51.100.{count}")));
    assert_eq!(failures_of(&site, "203.0.113.9:4000", posing).await, 10);
    // Nor through a proxy, which appends the real address to whatever was sent.
    let posing = |count| Some(("x-forwarded-for", format!("198.51.100.{count}, 203.0.113.10")));
    assert_eq!(failures_of(&site, "10.0.0.1:4000", posing).await, 10);
    // Nor by the header that this proxy does not write.
    let posing = |count| Some(("forwarded", format!("for=198.51.100.{count}")));
    assert_eq!(failures_of(&site, "10.0.0.2:4000", posing).await, 10);
}

#[tokio::test]
async fn clients_behind_one_proxy_do_not_pay_for_each_other() {
    let site = behind_proxy().await;
    let apart = |count| Some(("x-forwarded-for", format!("203.0.113.{count}")));
    assert_eq!(failures_of(&site, "10.0.0.1:4000", apart).await, 30);
}

#[tokio::test]
async fn request_ids_are_taken_from_proxies_only() {
    let site = behind_proxy().await;
    let id = ("x-request-id", "edge-4711");
    assert_eq!(try_secret(&site, "10.0.0.1:4000", &[id]).await.header("x-request-id"), "edge-4711");
    let own = try_secret(&site, "203.0.113.9:4000", &[id]).await;
    assert_ne!(own.header("x-request-id"), "edge-4711");
    let odd = try_secret(&site, "10.0.0.1:4000", &[("x-request-id", "a b\"<script>")]).await;
    assert!(!odd.header("x-request-id").contains('<'));
}

#[tokio::test]
async fn metrics_are_for_this_machine_and_not_for_whom_a_local_proxy_serves() {
    let ask = async |site: &Site, peer: &str, headers: &[(&str, &str)]| {
        let mut request = request(Method::GET, "/metrics", headers, Body::empty());
        request.extensions_mut().insert(Peer { address: peer.parse().expect(peer), tls: false });
        site.send(request).await.status.as_u16()
    };
    let site = Site::new().await;
    assert_eq!(ask(&site, "127.0.0.1:4000", &[]).await, 200);
    assert_eq!(ask(&site, "[::1]:4000", &[]).await, 200);
    assert_eq!(ask(&site, "203.0.113.9:4000", &[]).await, 403);
    // A local proxy that nobody named: its clients look local.
    assert_eq!(ask(&site, "127.0.0.1:4000", &[("x-forwarded-for", "203.0.113.9")]).await, 403);
    assert_eq!(ask(&site, "127.0.0.1:4000", &[("via", "1.1 proxy")]).await, 403);

    let named = Site::with(|settings| settings.trusted_proxies = vec!["127.0.0.1".parse().expect("an address")]).await;
    assert_eq!(ask(&named, "127.0.0.1:4000", &[("x-forwarded-for", "203.0.113.9")]).await, 403);
    assert_eq!(ask(&named, "127.0.0.1:4000", &[("x-forwarded-for", "127.0.0.1")]).await, 200);

    let open = Site::with(|settings| settings.metrics_open = true).await;
    assert_eq!(ask(&open, "203.0.113.9:4000", &[]).await, 200);
}

#[tokio::test]
async fn the_other_header_can_be_chosen() {
    let site = Site::with(|settings| {
        settings.trusted_proxies = vec!["10.0.0.1".parse().expect("an address")];
        settings.forwarded_header = ForwardedHeader::Forwarded;
        settings.held_answers_per_client = 0;
    })
    .await;
    let apart = |count| Some(("forwarded", format!("for=203.0.113.{count};proto=https")));
    assert_eq!(failures_of(&site, "10.0.0.1:4000", apart).await, 30);
    let ignored = |count| Some(("x-forwarded-for", format!("203.0.113.{count}")));
    assert_eq!(failures_of(&site, "10.0.0.1:4000", ignored).await, 10);
}
