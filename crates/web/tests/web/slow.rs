//! Clients that take their time. Limits are set to milliseconds; the tests wait for the server to act, never for time.

use std::time::Duration;

use tokio::io::AsyncWriteExt;

use super::site::{Site, cart, raw_cart, read_all, read_until, write};
use crossdock_web::server::ShutdownResult;

const SHORT: Duration = Duration::from_millis(100);

#[tokio::test]
async fn a_head_that_does_not_end_is_cut_off() {
    let site = Site::with(|settings| settings.header_timeout = SHORT).await;
    let server = site.listen(None).await;
    for head in ["G", "GET /healthz HTTP/1.1\r\nhost: x\r\n", "POST /v1/createTempCart HTTP/1.1\r\nx: "] {
        let mut stream = server.connect().await;
        write(&mut stream, head).await;
        assert_eq!(read_all(&mut stream).await, "", "{head:?}");
    }
}

#[tokio::test]
async fn a_second_head_that_does_not_end_is_cut_off_as_well() {
    let site = Site::with(|settings| settings.header_timeout = SHORT).await;
    let server = site.listen(None).await;
    let mut stream = server.connect().await;
    write(&mut stream, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    read_until(&mut stream, "ok\n").await;
    write(&mut stream, "GET /healthz").await;
    assert_eq!(read_all(&mut stream).await, "");
}

#[tokio::test]
async fn a_silent_connection_is_closed_before_and_after_requests() {
    let site = Site::with(|settings| settings.idle_timeout = SHORT).await;
    let server = site.listen(None).await;
    let mut silent = server.connect().await;
    assert_eq!(read_all(&mut silent).await, "");
    let mut kept = server.connect().await;
    write(&mut kept, "GET /healthz HTTP/1.1\r\nhost: x\r\n\r\n").await;
    assert!(read_all(&mut kept).await.ends_with("ok\n"));
}

#[tokio::test]
async fn a_body_that_does_not_end_is_answered_408() {
    let site = Site::with(|settings| settings.body_timeout = SHORT).await;
    let server = site.listen(None).await;
    let mut stream = server.connect().await;
    write(&mut stream, &raw_cart(&cart(), 20)).await;
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n"), "{answer}");
    assert!(answer.contains("content-type: application/json\r\n") && answer.contains("{\"error\":"), "{answer}");
}

#[tokio::test]
async fn a_form_that_does_not_end_is_answered_408_as_a_page() {
    let site = Site::with(|settings| settings.body_timeout = SHORT).await;
    let server = site.listen(None).await;
    let mut stream = server.connect().await;
    let path = "/checkout/01890a5d-ac96-774b-bcce-b302099a8057/address";
    let form = "content-type: application/x-www-form-urlencoded\r\ncontent-length: 100";
    write(&mut stream, &format!("POST {path} HTTP/1.1\r\nhost: x\r\n{form}\r\n\r\nname=")).await;
    let answer = read_all(&mut stream).await;
    assert!(answer.starts_with("HTTP/1.1 408 Request Timeout\r\n") && answer.contains("<html"), "{answer}");
}

#[tokio::test]
async fn a_client_that_sends_too_much_still_reads_the_answer() {
    let site = Site::new().await;
    let server = site.listen(None).await;
    let body = " ".repeat(3 * 1024 * 1024);
    let mut stream = server.connect().await;
    write(&mut stream, &raw_cart(&body, body.len())).await;
    stream.flush().await.expect("flushed");
    let answer = read_until(&mut stream, "}").await;
    assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
}

#[tokio::test]
async fn a_shop_that_sends_more_than_ten_megabytes_still_reads_its_fault() {
    let site = Site::new().await;
    let server = site.listen(None).await;
    // Far more than the kernels hold between client and server: it must be read before the answer can be.
    let body = " ".repeat(15 * 1024 * 1024);
    let head = "POST /customer-api/?gate=Basket/get/1/json HTTP/1.1\r\nhost: x";
    let mut stream = server.connect().await;
    write(&mut stream, &format!("{head}\r\ncontent-length: {}\r\n\r\n{body}", body.len())).await;
    stream.flush().await.expect("flushed");
    let answer = read_until(&mut stream, "}}").await;
    assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
    assert!(answer.contains("\"faultCode\":5"), "{answer}");
}

#[tokio::test]
async fn a_client_that_asks_first_is_refused_before_it_sends_too_much() {
    let site = Site::new().await;
    let server = site.listen(None).await;
    let mut stream = server.connect().await;
    let head = "POST /v1/createTempCart HTTP/1.1\r\nhost: x\r\ncontent-type: application/json";
    write(&mut stream, &format!("{head}\r\nexpect: 100-continue\r\ncontent-length: 2000000\r\n\r\n")).await;
    let answer = read_until(&mut stream, "}").await;
    assert!(answer.starts_with("HTTP/1.1 413 Payload Too Large\r\n"), "{answer}");
}

#[tokio::test]
async fn a_client_that_takes_no_answer_is_cut_off() {
    let site = Site::with(|settings| settings.write_timeout = SHORT).await;
    let mut server = site.listen(None).await;
    let mut stream = server.connect().await;
    // More answers than the buffers of both kernels hold; nobody reads them.
    let requests = "GET /openapi.json HTTP/1.1\r\nhost: x\r\n\r\n".repeat(1000);
    write(&mut stream, &requests).await;
    server.stop();
    // Shutting down waits for the answer that is stuck; the clean end means that the connection was given up.
    assert_eq!(server.end().await, ShutdownResult::Clean);
}

#[tokio::test]
async fn a_request_that_names_no_host_or_two_is_refused() {
    let site = Site::new().await;
    let server = site.listen(None).await;
    for hosts in ["", "host: a\r\nhost: b\r\n"] {
        let mut stream = server.connect().await;
        write(&mut stream, &format!("GET / HTTP/1.1\r\n{hosts}connection: close\r\n\r\n")).await;
        let answer = read_all(&mut stream).await;
        assert!(answer.starts_with("HTTP/1.1 400 Bad Request\r\n"), "{answer}");
    }
}

#[tokio::test]
async fn a_path_that_is_no_text_is_refused_in_our_own_form() {
    let site = Site::new().await;
    for (path, form) in [
        ("/checkout/%ff/items", "<h1>"),
        ("/v1/%c3%28", "{\"error\":"),
        ("/api/admin/v8/%fe", "\"errors\":"),
        ("/w/%ff/customer-api/", "\"faultCode\":7"),
    ] {
        let answer = site.get(path).await;
        assert_eq!(answer.status.as_u16(), 400, "{path}");
        assert!(answer.body.contains(form), "{path}: {}", answer.body);
    }
}

#[tokio::test]
async fn the_first_page_says_what_this_is_and_has_a_picture() {
    let site = Site::new().await;
    let page = site.get("/").await;
    assert!(page.status.as_u16() == 200 && page.body.contains("This is a checkout server"), "{}", page.body);
    assert_eq!(site.get("/?tempCartUUID=").await.status.as_u16(), 404);
    let icon = site.get("/favicon.ico").await;
    assert_eq!((icon.status.as_u16(), icon.header("content-type")), (200, "image/svg+xml"));
}

#[tokio::test]
async fn documents_are_packed_and_pages_with_form_tokens_are_not() {
    let site = Site::new().await;
    for (path, packed) in [("/openapi.json", true), ("/customer-api/openapi.json", true), ("/", false)] {
        let call = super::site::request(axum::http::Method::GET, path, &[("accept-encoding", "gzip")], "");
        let answer = site.send(call).await;
        assert_eq!(answer.headers.contains_key("content-encoding"), packed, "{path}");
    }
}
