//! Stopping without losing anything.

use std::time::Duration;

use crossdock_web::server::ShutdownResult;
use tokio::io::AsyncWriteExt;

use super::site::{HALF, Site, cart, read_all, read_until, write};

#[tokio::test]
async fn running_requests_are_finished_and_idle_connections_closed() {
    let site = Site::new().await;
    let mut server = site.listen(None).await;
    let mut idle = server.connect().await;
    write(&mut idle, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut idle, "ok\n").await;
    let body = cart();
    let mut running = server.half_sent(&body).await;

    server.stop();
    assert_eq!(read_all(&mut idle).await, "", "closed");
    running.write_all(&body.as_bytes()[HALF..]).await.expect("still open");
    let answer = read_all(&mut running).await;
    assert!(answer.starts_with("HTTP/1.1 200 OK\r\n") && answer.contains("tempCartUUID"), "{answer}");
    assert_eq!(server.end().await, ShutdownResult::Clean);
}

#[tokio::test]
async fn readiness_says_no_first_while_requests_are_still_taken() {
    let site = Site::with(|settings| settings.shutdown_notice = Duration::from_mins(10)).await;
    let mut server = site.listen(None).await;
    assert!(site.get("/readyz").await.status.is_success());
    server.stop();
    while !site.state.is_draining() {
        tokio::task::yield_now().await;
    }
    let mut late = server.connect().await;
    write(&mut late, "GET /readyz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    let answer = read_until(&mut late, "shutting down\n").await;
    assert!(answer.starts_with("HTTP/1.1 503"), "{answer}");
    write(&mut late, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut late, "ok\n").await;
}

#[tokio::test]
async fn the_deadline_ends_what_does_not_end() {
    let site = Site::with(|settings| settings.shutdown_deadline = Duration::from_millis(50)).await;
    let mut server = site.listen(None).await;
    let mut stuck = server.half_sent(&cart()).await;
    server.stop();
    assert_eq!(server.end().await, ShutdownResult::CutOff { connections: 1 });
    assert_eq!(read_all(&mut stuck).await, "");
}

#[tokio::test]
async fn nobody_is_accepted_after_the_shutdown_began() {
    let site = Site::new().await;
    let mut server = site.listen(None).await;
    let address = server.address;
    server.stop();
    assert_eq!(server.end().await, ShutdownResult::Clean);
    assert!(tokio::net::TcpStream::connect(address).await.is_err());
}
