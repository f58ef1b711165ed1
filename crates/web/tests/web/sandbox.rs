//! The page of sandboxes: off unless switched on, a form with a token, keys shown once and never in an address.

use axum::body::Body;
use axum::http::{Method, StatusCode};
use serde_json::{Value, json};

use super::site::{Site, TestResponse, request};

async fn site() -> Site {
    Site::with(|settings| settings.sandbox_page = true).await
}

/// `name=value` of every cookie that an answer sets.
fn cookies(answer: &TestResponse) -> Vec<String> {
    let set = answer.headers.get_all("set-cookie").iter().map(|value| value.to_str().expect("text"));
    set.map(|cookie| cookie.split(';').next().expect("a pair").to_owned()).collect()
}

/// The value of an attribute behind a mark.
fn behind<'a>(page: &'a str, mark: &str) -> &'a str {
    let (_, rest) = page.split_once(mark).unwrap_or_else(|| panic!("no {mark} in {page}"));
    rest.split(['"', '<']).next().expect("an end")
}

/// What the ready page shows under an id.
fn shown(page: &str, id: &str) -> String {
    behind(page, &format!("<dd id=\"{id}\" translate=\"no\">")).replace("&#x2f;", "/").replace("&#x2F;", "/")
}

struct Browser {
    cookie: String,
    token: String,
}

async fn browser(site: &Site) -> Browser {
    let page = site.get("/sandbox").await;
    assert_eq!(page.status, StatusCode::OK);
    let cookie = cookies(&page).remove(0);
    Browser { cookie, token: behind(&page.body, "name=\"csrf\" value=\"").to_owned() }
}

async fn post(site: &Site, browser: &Browser, name: &str, email: &str) -> TestResponse {
    let body = url::form_urlencoded::Serializer::new(String::new())
        .append_pair("csrf", &browser.token)
        .append_pair("name", name)
        .append_pair("email", email)
        .append_pair("terms", "yes")
        .finish();
    let headers = [("cookie", browser.cookie.as_str()), ("content-type", "application/x-www-form-urlencoded")];
    site.post("/sandbox", &headers, body).await
}

async fn get(site: &Site, path: &str, cookie: &str) -> TestResponse {
    site.send(request(Method::GET, path, &[("cookie", cookie)], Body::empty())).await
}

#[tokio::test]
async fn the_page_is_not_there_unless_it_is_switched_on() {
    let site = Site::new().await;
    assert_eq!(site.get("/sandbox").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.get("/sandbox/ready").await.status, StatusCode::NOT_FOUND);
    assert_eq!(site.post("/sandbox", &[], "name=x").await.status, StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn a_developer_gets_keys_that_work_and_sees_them_once() {
    let site = site().await;
    let browser = browser(&site).await;
    let made = post(&site, &browser, "Ada", "ada@dev.example").await;
    assert_eq!((made.status, made.header("location")), (StatusCode::SEE_OTHER, "/sandbox/ready"));
    assert!(made.body.is_empty());
    let set = made.header("set-cookie").to_owned();
    assert!(set.starts_with("__Host-crossdock-sandbox=x1:"), "{set}");
    for flag in ["; HttpOnly", "; Secure", "; SameSite=Strict", "; Path=/", "; Max-Age=600"] {
        assert!(set.contains(flag), "{flag}: {set}");
    }
    let both = format!("{}; {}", browser.cookie, cookies(&made)[0]);
    let page = get(&site, "/sandbox/ready", &both).await;
    assert_eq!(page.status, StatusCode::OK);
    assert_eq!(page.header("cache-control"), "no-store");
    assert!(page.header("content-security-policy").starts_with("default-src 'none'"));
    assert!(page.header("set-cookie").starts_with("__Host-crossdock-sandbox=; "), "taken away again");
    assert!(page.header("set-cookie").contains("Max-Age=0"));
    assert!(!set.contains(&shown(&page.body, "password")), "sealed on its way");

    let gates = shown(&page.body, "gates");
    let gates = gates.strip_prefix("https://checkout.example").expect("the public address");
    let login = json!({ "authenticate": {
        "systemLogin": shown(&page.body, "login"), "systemKey": shown(&page.body, "system-key"),
    } });
    let path = format!("{gates}?gate=Authenticate/authenticate/1/json");
    let answer = site.post(&path, &[], login.to_string()).await;
    let answer: Value = serde_json::from_str(&answer.body).expect("JSON");
    let session = find(&answer, "sessionKey").expect("a session");
    let ask = json!({
        "authenticate": { "sessionKey": session, "dropshippingKey": shown(&page.body, "dropshipping-key") },
        "params": { "products": [{ "code": "1-M", "codeType": "internal", "quantity": 2 }] },
    });
    let path = format!("{gates}?gate=Products/getAvailability/1/json&lang=eng");
    let answer = site.post(&path, &[], ask.to_string()).await;
    assert!(answer.body.contains("1-M") && answer.body.contains("\"faultCode\":0"), "{}", answer.body);
    assert_eq!(answer.header("x-ratelimit-limit"), "120", "a sandbox's own limit");

    let again = get(&site, "/sandbox/ready", &browser.cookie).await;
    assert_eq!((again.status, again.header("location")), (StatusCode::SEE_OTHER, "/sandbox?shown=1"));
    assert!(get(&site, "/sandbox?shown=1", &browser.cookie).await.body.contains("shown only once"));
}

/// The first text under this name, wherever it stands.
fn find<'v>(value: &'v Value, name: &str) -> Option<&'v str> {
    match value {
        Value::Object(fields) => {
            fields.get(name).and_then(Value::as_str).or_else(|| fields.values().find_map(|field| find(field, name)))
        }
        Value::Array(items) => items.iter().find_map(|item| find(item, name)),
        _ => None,
    }
}

#[tokio::test]
async fn keys_open_in_the_browser_that_asked_only() {
    let site = site().await;
    let (mine, other) = (browser(&site).await, browser(&site).await);
    let made = post(&site, &mine, "Ada", "ada@dev.example").await;
    let stolen = format!("{}; {}", other.cookie, cookies(&made)[0]);
    assert_eq!(get(&site, "/sandbox/ready", &stolen).await.status, StatusCode::SEE_OTHER);
}

#[tokio::test]
async fn a_form_of_elsewhere_makes_nothing() {
    let site = site().await;
    let good = browser(&site).await;
    let foreign = Browser { cookie: good.cookie.clone(), token: "0".repeat(64) };
    assert_eq!(post(&site, &foreign, "Ada", "ada@dev.example").await.status, StatusCode::FORBIDDEN);
    let bare = Browser { cookie: String::new(), token: good.token };
    assert_eq!(post(&site, &bare, "Ada", "ada@dev.example").await.status, StatusCode::BAD_REQUEST);
    assert!(site.app.hub().wholesalers().list().await.expect("a list").is_empty());
}

#[tokio::test]
async fn mistakes_are_told_beside_what_was_typed_which_stays_text() {
    let site = site().await;
    let browser = browser(&site).await;
    let nasty = "\"><script>alert(1)</script>";
    let page = post(&site, &browser, nasty, "ada").await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Enter an email address") && !page.body.contains("<script>alert"), "{}", page.body);
    let page = post(&site, &browser, " ", "ada@dev.example").await;
    assert!(page.body.contains("Enter your name"));
    let headers = [("cookie", browser.cookie.as_str())];
    let page = site.post("/sandbox", &headers, format!("csrf={}&name=Ada&email=a@b.example", browser.token)).await;
    assert_eq!(page.status, StatusCode::UNPROCESSABLE_ENTITY);
    assert!(page.body.contains("Tick that you will"));
    assert!(site.app.hub().wholesalers().list().await.expect("a list").is_empty());
}

#[tokio::test]
async fn one_address_gets_so_many_a_day_and_tries_so_often_a_minute() {
    let site = site().await;
    let browser = browser(&site).await;
    for n in 0..3 {
        let made = post(&site, &browser, "Ada", &format!("ada{n}@dev.example")).await;
        assert_eq!(made.status, StatusCode::SEE_OTHER, "{}", made.body);
    }
    let fourth = post(&site, &browser, "Ada", "ada4@dev.example").await;
    assert_eq!(fourth.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(fourth.body.contains("from your connection today"), "{}", fourth.body);
    for _ in 0..6 {
        post(&site, &browser, "Ada", "ada").await;
    }
    let hammered = post(&site, &browser, "Ada", "ada").await;
    assert_eq!(hammered.status, StatusCode::TOO_MANY_REQUESTS);
    assert!(hammered.body.contains("Too many attempts"), "{}", hammered.body);
    assert_eq!(site.app.hub().sandboxes().list().await.expect("a list").len(), 3);
}
