//! The order of checks and the exact headers of the checkout API (checkout protocol §1, §13).

use std::convert::Infallible;

use axum::body::{Body, Bytes};
use axum::http::{Method, StatusCode};
use crossdock_wire::checkout::{BODY_LIMIT, CheckoutOperation};
use futures_util::future::{join_all, select_all};
use futures_util::stream;

use super::site::{Site, cart, cart_with, request};

const PATH: &str = "/v1/createTempCart";
const JSON: (&str, &str) = ("content-type", "application/json");

#[tokio::test]
async fn every_known_client_stack_gets_through() {
    let site = Site::new().await;
    let json = "application/json";
    let stacks: [(&str, &[(&str, &str)]); 8] = [
        ("documentation", &[("accept", json), ("content-type", json)]),
        ("Python requests", &[("accept", "*/*"), ("content-type", json)]),
        (
            "PHP Httpful",
            &[
                ("accept", "*/*; q=0.5, text/plain; q=0.8, text/html;level=3;q=0.9, application/json"),
                ("content-type", json),
            ],
        ),
        ("Zend_Http_Client", &[("content-type", json)]),
        ("Deno, browser and Node fetch", &[("accept", "*/*"), ("content-type", "application/json; charset=utf-8")]),
        ("PHP curl", &[("accept", "*/*"), ("content-type", "application/json"), ("expect", "100-continue")]),
        ("two lines of Accept", &[("accept", "text/html"), ("accept", "application/*;q=0.1"), ("content-type", json)]),
        ("nothing at all", &[]),
    ];
    for (stack, headers) in stacks {
        let answer = site.post(PATH, headers, cart()).await;
        assert_eq!(answer.status, StatusCode::OK, "{stack}: {}", answer.body);
        assert_eq!(answer.header("content-type"), "application/json", "{stack}");
        assert!(answer.body.starts_with("{\"tempCartUUID\":\""), "{stack}: {}", answer.body);
    }
}

#[tokio::test]
async fn excluded_json_is_406_and_another_body_type_is_415_in_html() {
    let site = Site::new().await;
    let cases = [
        ("accept", "text/html", StatusCode::NOT_ACCEPTABLE),
        ("accept", "application/xml, application/json;q=0", StatusCode::NOT_ACCEPTABLE),
        ("content-type", "application/x-www-form-urlencoded", StatusCode::UNSUPPORTED_MEDIA_TYPE),
        ("content-type", "text/xml", StatusCode::UNSUPPORTED_MEDIA_TYPE),
    ];
    for (name, value, status) in cases {
        let answer = site.post(PATH, &[(name, value)], cart()).await;
        assert_eq!(answer.status, status, "{value}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{value}");
        assert!(answer.body.contains("<html"), "{value}");
    }
}

#[tokio::test]
async fn checks_come_in_order_method_accept_type_size() {
    let site = Site::new().await;
    let bad = [("accept", "text/html"), ("content-type", "text/xml")];
    let big = "x".repeat(BODY_LIMIT + 1);
    let status = |method, headers| {
        let request = request(method, PATH, headers, big.clone());
        async { site.send(request).await.status.as_u16() }
    };
    assert_eq!(status(Method::PUT, &bad).await, 405);
    assert_eq!(status(Method::POST, &bad).await, 406);
    assert_eq!(status(Method::POST, &bad[1..]).await, 415);
    assert_eq!(status(Method::POST, &[]).await, 413);
}

#[tokio::test]
async fn other_methods_are_told_to_post() {
    let site = Site::new().await;
    for operation in CheckoutOperation::ALL {
        for method in [Method::GET, Method::HEAD, Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
            let path = format!("/v2/{}", operation.name());
            let answer = site.send(request(method.clone(), &path, &[], Body::empty())).await;
            assert_eq!(answer.status, StatusCode::METHOD_NOT_ALLOWED, "{method} {path}");
            assert_eq!(answer.header("allow"), "POST");
            assert_eq!(answer.header("content-type"), "application/json");
            assert!(!answer.headers.contains_key("access-control-allow-origin"));
            assert_eq!(answer.body.is_empty(), method == Method::HEAD, "{method} {path}");
        }
    }
}

#[tokio::test]
async fn every_operation_answers_under_both_versions_with_and_without_slash_and_never_redirects() {
    let site = Site::new().await;
    for operation in CheckoutOperation::ALL {
        for (version, slash) in [("v1", ""), ("v1", "/"), ("v2", ""), ("v2", "/")] {
            let path = format!("/{version}/{}{slash}", operation.name());
            let answer = site.post(&path, &[JSON], "{}").await;
            assert!(matches!(answer.status.as_u16(), 200 | 400), "{path}: {answer:?}");
            assert_eq!(answer.header("content-type"), "application/json", "{path}");
        }
    }
}

#[tokio::test]
async fn unknown_paths_of_the_api_are_json_and_all_others_a_page() {
    let site = Site::new().await;
    for path in ["/v1/createtempcart", "/v1/", "/v2/orderDetail/x", "/v1/updateMerchantOrderID", "/v1"] {
        let answer = site.post(path, &[JSON], cart()).await;
        assert_eq!(
            (answer.status, answer.header("content-type")),
            (StatusCode::NOT_FOUND, "application/json"),
            "{path}"
        );
        assert_eq!(answer.body, r#"{"error":"no such operation"}"#);
    }
    for path in ["/v3/createTempCart", "/nothing", "/checkout/x/y/z", "/healthz/x"] {
        let answer = site.get(path).await;
        assert_eq!(answer.status, StatusCode::NOT_FOUND, "{path}");
        assert_eq!(answer.header("content-type"), "text/html; charset=utf-8", "{path}");
    }
}

#[tokio::test]
async fn the_largest_body_passes_and_one_byte_more_does_not_declared_or_in_chunks() {
    let site = Site::new().await;
    let chunks = |size: usize| {
        let chunk = Bytes::from(vec![b' '; 64 * 1024]);
        let mut left = size;
        let chunks = std::iter::from_fn(move || {
            let take = left.min(chunk.len());
            left -= take;
            (take > 0).then(|| Ok::<_, Infallible>(chunk.slice(..take)))
        });
        Body::from_stream(stream::iter(chunks))
    };
    for body in [Body::from(" ".repeat(BODY_LIMIT)), chunks(BODY_LIMIT)] {
        let answer = site.post(PATH, &[JSON], body).await;
        assert_eq!((answer.status, answer.body.as_str()), (StatusCode::OK, r#"{"error":"could not parse input"}"#));
    }
    for body in [Body::from(" ".repeat(BODY_LIMIT + 1)), chunks(BODY_LIMIT + 1), chunks(20 * BODY_LIMIT)] {
        let answer = site.post(PATH, &[JSON], body).await;
        assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
        assert_eq!(answer.header("content-type"), "application/json");
        assert!(answer.body.contains("\"error\""), "{}", answer.body);
    }
}

#[tokio::test]
async fn a_body_that_breaks_off_is_no_request() {
    let site = Site::new().await;
    let halves = [Ok(Bytes::from_static(b"{\"storeId\":")), Err("gone")];
    let answer = site.post(PATH, &[JSON], Body::from_stream(stream::iter(halves))).await;
    assert_eq!((answer.status, answer.header("connection")), (StatusCode::BAD_REQUEST, "close"));
}

#[tokio::test]
async fn the_idempotency_key_reaches_the_use_case() {
    let site = Site::new().await;
    let key = ("idempotency-key", "one");
    let first = site.post(PATH, &[JSON, key], cart()).await;
    let second = site.post(PATH, &[JSON, key], cart()).await;
    let third = site.post(PATH, &[JSON], cart()).await;
    assert_eq!(first.body, second.body);
    assert_ne!(first.body, third.body);
    let other = site.post(PATH, &[JSON, key], cart().replace("199.00", "1.00")).await;
    assert_eq!(other.status, StatusCode::UNPROCESSABLE_ENTITY, "{}", other.body);
}

#[tokio::test]
async fn wrong_credentials_are_held_back_and_only_so_many_at_once() {
    let wrong = || cart_with("f5bde245-0000-0000-0000-80b25161c12c");
    // Fails until the delay is as long as it gets; nothing is held here, so that this takes no time.
    let site = Site::with(|settings| settings.held_answers_per_client = 0).await;
    for count in 0..20 {
        let status = site.post(PATH, &[JSON], wrong()).await.status.as_u16();
        assert_eq!(status, if count < 10 { 200 } else { 429 }, "typing errors are human");
    }
    // The same app under a limit of two.
    let site = site.again(|settings| settings.held_answers_per_client = 2);
    let calls = (0..3).map(|_| Box::pin(site.post(PATH, &[JSON], wrong())));
    let (first, _, held) = select_all(calls).await;
    assert_eq!(first.status, StatusCode::TOO_MANY_REQUESTS);
    assert_eq!(first.header("retry-after"), "5");
    // Whoever knows the secret never waits.
    assert!(site.post(PATH, &[JSON], cart()).await.body.contains("tempCartUUID"));
    for held in join_all(held).await {
        assert_eq!((held.status, held.body.as_str()), (StatusCode::OK, r#"{"error":"Invalid security credentials"}"#));
    }
}

#[tokio::test]
async fn answers_carry_the_headers_of_the_house_and_none_for_browsers_of_other_sites() {
    let site = Site::new().await;
    let answer = site.post(PATH, &[JSON, ("origin", "https://shop.example")], cart()).await;
    assert_eq!(answer.header("strict-transport-security"), "max-age=31536000");
    assert_eq!(answer.header("x-content-type-options"), "nosniff");
    assert_eq!(answer.header("x-request-id").len(), 17);
    assert!(!answer.headers.keys().any(|name| name.as_str().starts_with("access-control-")));

    let plain = Site::with(|settings| settings.public_url = "http://localhost:8080".to_owned()).await;
    assert!(!plain.get("/healthz").await.headers.contains_key("strict-transport-security"));
}
