//! More than fits.

use axum::http::StatusCode;

use super::site::{Site, cart, read_all, read_until, write};

#[tokio::test]
async fn too_many_requests_at_once_are_told_to_come_back_but_health_still_answers() {
    let site = Site::with(|settings| settings.max_requests = 0).await;
    let api = site.post("/v1/createTempCart", &[], cart()).await;
    assert_eq!((api.status, api.header("content-type")), (StatusCode::SERVICE_UNAVAILABLE, "application/json"));
    assert_eq!(api.header("retry-after"), "2");
    let page = site.get("/?tempCartUUID=").await;
    assert_eq!(page.status, StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(page.header("content-type"), "text/html; charset=utf-8");
    assert_eq!(site.get("/healthz").await.status, StatusCode::OK);
    assert_eq!(site.get("/readyz").await.status, StatusCode::OK);
}

#[tokio::test]
async fn requests_are_counted_out_when_they_end_or_their_client_leaves() {
    let site = Site::with(|settings| settings.max_requests = 1).await;
    for _ in 0..3 {
        assert_eq!(site.post("/v1/createTempCart", &[], cart()).await.status, StatusCode::OK);
    }
    let mut server = site.listen(None).await;
    let leaving = server.half_sent(&cart()).await;
    assert_eq!(site.post("/v1/createTempCart", &[], cart()).await.status, StatusCode::SERVICE_UNAVAILABLE);
    drop(leaving);
    while site.post("/v1/createTempCart", &[], cart()).await.status != StatusCode::OK {
        tokio::task::yield_now().await;
    }
    server.stop();
    server.end().await;
}

#[tokio::test]
async fn a_connection_too_many_is_answered_503_and_the_others_live_on() {
    let site = Site::with(|settings| settings.max_connections = 1).await;
    let server = site.listen(None).await;
    let mut first = server.connect().await;
    write(&mut first, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut first, "ok\n").await;
    let mut second = server.connect().await;
    assert!(read_all(&mut second).await.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    write(&mut first, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut first, "ok\n").await;
}

#[tokio::test]
async fn one_client_cannot_take_all_requests_from_the_others() {
    let site = Site::with(|settings| settings.requests_per_client = 2).await;
    let server = site.listen(None).await;
    let _first = server.half_sent(&cart()).await;
    let _second = server.half_sent(&cart()).await;
    let mut third = server.connect().await;
    write(&mut third, "GET / HTTP/1.1\r\nhost: x\r\nconnection: close\r\n\r\n").await;
    let answer = read_all(&mut third).await;
    assert!(answer.starts_with("HTTP/1.1 503 Service Unavailable\r\n"), "{answer}");
    // From another address.
    assert_eq!(site.post("/v1/createTempCart", &[], cart()).await.status, StatusCode::OK);
}

#[tokio::test]
async fn one_client_cannot_take_all_connections_but_a_trusted_proxy_has_many_clients() {
    let site = Site::with(|settings| settings.connections_per_client = 1).await;
    let server = site.listen(None).await;
    let mut first = server.connect().await;
    write(&mut first, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut first, "ok\n").await;
    let mut second = server.connect().await;
    assert!(read_all(&mut second).await.starts_with("HTTP/1.1 503 Service Unavailable\r\n"));
    let site = site.again(|settings| {
        settings.connections_per_client = 1;
        settings.trusted_proxies = vec!["127.0.0.1".parse().expect("an address")];
    });
    let server = site.listen(None).await;
    let mut kept = Vec::new();
    for _ in 0..3 {
        let mut stream = server.connect().await;
        write(&mut stream, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
        read_until(&mut stream, "ok\n").await;
        kept.push(stream);
    }
}

#[tokio::test]
async fn a_declared_size_that_nobody_means_is_refused_at_once_and_takes_no_place() {
    let site = Site::new().await;
    let server = site.listen(None).await;
    for path in ["/customer-api/?gate=Basket/get/1/json", "/api/admin/v8/orders/orders", "/v1/createTempCart"] {
        for _ in 0..10 {
            let mut stream = server.connect().await;
            let head = format!("POST {path} HTTP/1.1\r\nhost: x\r\ncontent-type: application/json");
            write(&mut stream, &format!("{head}\r\ncontent-length: 99999999999\r\n\r\n")).await;
            let answer = read_until(&mut stream, "}").await;
            let refused = ["HTTP/1.1 413 ", "HTTP/1.1 401 "].iter().any(|status| answer.starts_with(status));
            assert!(refused, "{path}: {answer}");
        }
    }
}
