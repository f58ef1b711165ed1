//! The feeds of shops: tokens, contents, caching, packing.

use std::io::Read as _;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use crossdock_domain::clock::Span;
use crossdock_testkit::wholesale::{add_wholesaler, set_stock};
use flate2::read::GzDecoder;
use http_body_util::BodyExt as _;
use secrecy::ExposeSecret as _;
use tower::ServiceExt as _;

use super::site::{Site, TestResponse, request};

async fn site() -> (Site, String) {
    let site = Site::new().await;
    let hurt = add_wholesaler(&site.app, 1).await;
    let shop = site.app.hub().accounts().by_login(hurt.id, "shop1").await.expect("there");
    let token = site.app.hub().feeds().add_token(hurt.id, shop.id, "").await.expect("made");
    let token = token.expose_secret().to_owned();
    (site, token)
}

async fn get(site: &Site, path: &str, headers: &[(&str, &str)]) -> TestResponse {
    site.send(request(Method::GET, path, headers, Body::empty())).await
}

#[tokio::test]
async fn the_light_feed_holds_prices_and_stock_and_the_full_one_everything() {
    let (site, token) = site().await;
    let light = get(&site, &format!("/feeds/light.xml?token={token}"), &[]).await;
    assert_eq!((light.status, light.header("content-type")), (StatusCode::OK, "application/xml; charset=utf-8"));
    let shirt = "    <size id=\"S\" code=\"1-S\" code_producer=\"5900000000011\" code_external=\"ext-5900000000011\">\n     \
                 <price from=\"1\" net=\"50.00\" gross=\"61.50\"/>\n     <price from=\"10\" net=\"49.00\" gross=\"60.27\"/>\n     \
                 <stock quantity=\"10\"/>\n    </size>\n";
    assert!(light.body.contains(shirt), "{}", light.body);
    assert!(!light.body.contains("Product shirt"), "{}", light.body);
    let full = get(&site, &format!("/feeds/full.xml?token={token}"), &[]).await;
    for part in [
        "<name xml:lang=\"pol\">Towar shirt</name>",
        "<component code=\"2-uniw\" quantity=\"2\"/>",
        "name=\"M\" weight=\"200\"",
    ] {
        assert!(full.body.contains(part), "{part}: {}", full.body);
    }
}

#[tokio::test]
async fn without_a_good_token_there_is_no_feed() {
    let (site, token) = site().await;
    for path in
        ["/feeds/full.xml".to_owned(), "/feeds/light.xml?token=x".to_owned(), format!("/feeds/full.xml?token={token}0")]
    {
        let answer = get(&site, &path, &[]).await;
        assert_eq!(answer.status, StatusCode::UNAUTHORIZED, "{path}");
        assert!(answer.header("www-authenticate").starts_with("Basic "));
        assert_eq!(answer.header("cache-control"), "no-store");
    }

    let basic = base64::engine::general_purpose::STANDARD.encode(format!("shop:{token}"));
    let answer = get(&site, "/feeds/light.xml", &[("authorization", &format!("Basic {basic}"))]).await;
    assert_eq!(answer.status, StatusCode::OK);
}

#[tokio::test]
async fn a_feed_that_is_known_is_not_sent_again_until_its_goods_change() {
    let (site, token) = site().await;
    let path = format!("/feeds/light.xml?token={token}");
    let first = get(&site, &path, &[]).await;
    let etag = first.header("etag").to_owned();
    let again = get(&site, &path, &[("if-none-match", &format!("\"x\", {etag}"))]).await;
    assert_eq!(
        (again.status, again.body.as_str(), again.header("etag")),
        (StatusCode::NOT_MODIFIED, "", etag.as_str())
    );
    set_stock(&site.app, crossdock_domain::wholesale::WholesalerId::new(1).expect("an id"), &[("1-S", 3)]).await;
    let kept = get(&site, &path, &[("if-none-match", &etag)]).await;
    assert_eq!(kept.status, StatusCode::NOT_MODIFIED, "a feed may be a minute old");
    site.app.advance(Span::seconds(61));
    let stale = get(&site, &path, &[("if-none-match", &etag)]).await;
    assert_eq!(stale.status, StatusCode::NOT_MODIFIED, "nobody waits while a new one is built");
    // Waits for the one that is being built behind that answer.
    let fresh = get(&site, &path, &[("if-none-match", &etag), ("cache-control", "no-cache")]).await;
    assert_eq!(fresh.status, StatusCode::OK);
    assert_ne!(fresh.header("etag"), etag);
    assert_ne!(fresh.header("last-modified"), first.header("last-modified"));
    let kept = get(&site, &path, &[]).await;
    assert_eq!((kept.body.as_str(), kept.header("etag")), (fresh.body.as_str(), fresh.header("etag")));
    site.app.advance(Span::minutes(11));
    let same = get(&site, &path, &[("if-none-match", fresh.header("etag"))]).await;
    assert_eq!(same.status, StatusCode::NOT_MODIFIED, "built anew with the same goods");
    assert_eq!(same.header("last-modified"), fresh.header("last-modified"));
    let unchanged = get(&site, &path, &[("if-modified-since", fresh.header("last-modified"))]).await;
    assert_eq!(unchanged.status, StatusCode::NOT_MODIFIED);
    set_stock(&site.app, crossdock_domain::wholesale::WholesalerId::new(1).expect("an id"), &[("1-S", 4)]).await;
    site.app.advance(Span::minutes(11));
    let waited = get(&site, &path, &[]).await;
    assert_ne!(waited.header("etag"), fresh.header("etag"), "too old a feed is not answered");
}

#[tokio::test]
async fn whoever_takes_gzip_gets_it() {
    let (site, token) = site().await;
    let path = format!("/feeds/full.xml?token={token}");
    let plain = get(&site, &path, &[("accept-encoding", "gzip;q=0, br")]).await;
    assert!(plain.headers.get("content-encoding").is_none());
    let request = Request::get(&path).header("accept-encoding", "br, gzip").body(Body::empty()).expect("a request");
    let Ok(response) = site.router.clone().oneshot(request).await;
    assert_eq!(response.headers()["content-encoding"], "gzip");
    let packed = response.into_body().collect().await.expect("a body").to_bytes();
    let mut text = String::new();
    GzDecoder::new(packed.as_ref()).read_to_string(&mut text).expect("gzip");
    assert_eq!(text, plain.body);
}

#[tokio::test]
async fn since_tells_what_changed_and_what_is_gone() {
    let (site, token) = site().await;
    site.app.advance(Span::minutes(10));
    let since = site.app.now().to_rfc3339();
    let path = format!("/feeds/light.xml?token={token}&since={since}");
    assert!(!get(&site, &path, &[]).await.body.contains("<product "));
    let hurt = crossdock_domain::wholesale::WholesalerId::new(1).expect("an id");
    set_stock(&site.app, hurt, &[("1-S", 3)]).await;
    let mut gone = crossdock_testkit::wholesale::product("mug", vec![]);
    gone.active = false;
    gone.sizes = vec![crossdock_testkit::wholesale::size("uniw", "5900000000099", 1500)];
    site.app.hub().catalogue().upsert(hurt, vec![gone]).await.expect("stored");
    let body = get(&site, &path, &[]).await.body;
    assert!(body.contains("<product id=\"1\"") && body.contains("<product id=\"2\" removed=\"yes\"/>"), "{body}");
    let bad = get(&site, &format!("/feeds/light.xml?token={token}&since=tomorrow"), &[]).await;
    assert_eq!(bad.status, StatusCode::BAD_REQUEST);
}
