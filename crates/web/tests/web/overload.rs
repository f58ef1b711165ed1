//! More than fits.

use axum::http::StatusCode;

use super::site::{Site, cart, read_all, read_until, write};

#[tokio::test]
async fn too_many_requests_at_once_are_told_to_come_back_but_health_still_answers() {
    let site = Site::with(|settings| settings.max_requests = 0).await;
    let api = site.post("/v1/createTempCart", &[], cart()).await;
    assert_eq!((api.status, api.header("content-type")), (StatusCode::SERVICE_UNAVAILABLE, "application/json"));
    assert_eq!(api.header("retry-after"), "2");
    let page = site.get("/").await;
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
