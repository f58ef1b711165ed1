//! The HTTP half of the Customer API: methods, sizes, statuses, headers, and the address in a WSDL.

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use crossdock_app::hub::NewAccount;
use crossdock_app::hub::tenants::login::system_key;
use crossdock_domain::wholesale::{AccountProfile, Wholesaler, WholesalerId, WholesalerSettings};
use crossdock_wire::customer::BODY_LIMIT;
use secrecy::SecretString;
use serde_json::Value;

use super::site::{Site, TestResponse, request};

const JSON: &str = "/customer-api/?gate=Basket/get/1/json&lang=eng";
const SOAP: &str = "/customer-api/?gate=Basket/get/1/soap&lang=eng";
const ENVELOPE: &str =
    "<e:Envelope xmlns:e=\"http://schemas.xmlsoap.org/soap/envelope/\"><e:Body><get/></e:Body></e:Envelope>";

fn fault(answer: &TestResponse) -> i64 {
    let body: Value = serde_json::from_str(&answer.body).unwrap_or_else(|_| panic!("no JSON: {}", answer.body));
    body["errors"]["faultCode"].as_i64().expect("a code")
}

/// A site with one wholesaler and its account `shop1`.
async fn wholesaler(change: impl FnOnce(&mut crossdock_web::WebSettings)) -> Site {
    let site = Site::with(change).await;
    let id = WholesalerId::new(1).expect("an id");
    let settings = WholesalerSettings { dropshipping: true, ..WholesalerSettings::default() };
    let currency = "PLN".parse().expect("PLN");
    let wholesaler = Wholesaler { id, name: "Hurtownia".to_owned(), currency, domain: None, settings };
    site.app.hub().wholesalers().add(wholesaler).await.expect("a new wholesaler");
    site.app
        .hub()
        .wholesalers()
        .set_dropshipping_key(id, &SecretString::from("dropshipping-key"))
        .await
        .expect("a key");
    let account = NewAccount {
        wholesaler: id,
        login: "shop1".to_owned(),
        password: SecretString::from("password"),
        price_group: "gold".to_owned(),
        profile: AccountProfile::default(),
    };
    site.app.hub().accounts().add(account).await.expect("a new account");
    site
}

#[tokio::test]
async fn calls_are_post_or_get_with_a_body_whatever_their_content_type() {
    let site = wholesaler(|_| ()).await;
    for method in [Method::POST, Method::GET] {
        for path in ["/customer-api/", "/customer-api", "/w/1/customer-api/", "/w/1/customer-api"] {
            for kind in ["application/json;charset=UTF-8", "application/x-www-form-urlencoded", "nonsense"] {
                let path = format!("{path}?gate=Supplier/getData/1/json");
                let body = r#"{"dropshippingKey": "dropshipping-key"}"#;
                let answer = site.send(request(method.clone(), &path, &[("content-type", kind)], body)).await;
                assert_eq!(
                    (answer.status, fault(&answer)),
                    (StatusCode::OK, 0),
                    "{method} {path} {kind}: {}",
                    answer.body
                );
                assert_eq!(answer.header("content-type"), "application/json");
                assert_eq!(answer.header("cache-control"), "no-store");
            }
        }
    }
    for method in [Method::PUT, Method::DELETE, Method::PATCH, Method::OPTIONS] {
        let answer = site.send(request(method.clone(), JSON, &[], "{}")).await;
        assert_eq!((answer.status, fault(&answer)), (StatusCode::METHOD_NOT_ALLOWED, 7), "{method}");
        assert_eq!(answer.header("allow"), "POST, GET, HEAD");
    }
}

#[tokio::test]
async fn faults_are_answered_with_200_but_for_size_and_soap_faults() {
    let site = wholesaler(|_| ()).await;
    let answer = site.post(JSON, &[], "{}").await;
    assert_eq!((answer.status, fault(&answer)), (StatusCode::OK, 3));
    let answer = site.post(SOAP, &[], ENVELOPE).await;
    assert_eq!(answer.status, StatusCode::OK);
    assert_eq!(answer.header("content-type"), "text/xml; charset=utf-8");
    assert!(answer.body.contains("<faultCode xsi:type=\"xsd:int\">3</faultCode>"), "{}", answer.body);

    let answer = site.post("/customer-api/?gate=No/such/1/json", &[], "{}").await;
    assert_eq!((answer.status, fault(&answer)), (StatusCode::OK, 8));
    let answer = site.post("/customer-api/?gate=No/such/1/soap", &[], ENVELOPE).await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
    assert!(answer.body.contains("<SOAP-ENV:Fault>"), "{}", answer.body);
    let answer = site.post("/w/2/customer-api/?gate=Basket/get/1/json", &[], "{}").await;
    assert_eq!((answer.status, fault(&answer)), (StatusCode::OK, 8), "no such wholesaler");

    let full = " ".repeat(BODY_LIMIT);
    let answer = site.post(JSON, &[], full.clone()).await;
    assert_eq!((answer.status, fault(&answer)), (StatusCode::OK, 3), "ten megabytes are read");
    let answer = site.post(JSON, &[], full.clone() + " ").await;
    assert_eq!((answer.status, fault(&answer)), (StatusCode::PAYLOAD_TOO_LARGE, 5));
    let answer = site.post(SOAP, &[], full + " ").await;
    assert_eq!(answer.status, StatusCode::PAYLOAD_TOO_LARGE);
    assert!(answer.body.contains("<faultCode xsi:type=\"xsd:int\">5</faultCode>"), "{}", answer.body);
}

#[tokio::test]
async fn a_wsdl_leads_to_the_host_it_was_fetched_from() {
    let site = wholesaler(|_| ()).await;
    for (host, path, wanted) in [
        ("w.example:8080", "/customer-api/", "http://w.example:8080/customer-api/?gate=basket/ADD/7/soap&amp;lang=eng"),
        (
            "checkout.example",
            "/customer-api",
            "https://checkout.example/customer-api/?gate=basket/ADD/7/soap&amp;lang=eng",
        ),
        ("w.example", "/w/1/customer-api/", "http://w.example/w/1/customer-api/?gate=basket/ADD/7/soap&amp;lang=eng"),
        ("\"><x>", "/customer-api/", "https://checkout.example/customer-api/?gate=basket/ADD/7/soap&amp;lang=eng"),
    ] {
        let path = format!("{path}?gate=basket/ADD/7/soap/wsdl&lang=eng");
        let request = Request::get(&path).header("host", host).body(Body::empty()).expect("a request");
        let answer = site.send(request).await;
        assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "text/xml; charset=utf-8"));
        let location = answer.body.split_once("<soap:address location=\"").expect("an address").1;
        assert_eq!(location.split_once('"').expect("an end").0, wanted);
    }
    let answer = site.get("/customer-api/?gate=No/such/1/soap/wsdl").await;
    assert_eq!(answer.status, StatusCode::INTERNAL_SERVER_ERROR);
}

#[tokio::test]
async fn accounts_are_told_their_limit() {
    let site = wholesaler(|settings| settings.customer_api.calls_per_minute = 2).await;
    // sha1(password); the day is that of `samples::noon`.
    let key = system_key("20260115", "5baa61e4c9b93f3f0682250b6cf8331b7ee68fd8");
    let login = format!(r#"{{"systemLogin": "shop1", "systemKey": "{key}"}}"#);
    let answer = site.post("/customer-api/?gate=Authenticate/authenticate/1/json", &[], login).await;
    assert!(answer.headers.get("x-ratelimit-limit").is_none(), "nobody is known before");
    let session: Value = serde_json::from_str(&answer.body).expect("JSON");
    let session = session["sessionKey"].as_str().unwrap_or_else(|| panic!("{}", answer.body)).to_owned();
    let call =
        || site.post(JSON, &[], format!(r#"{{"sessionKey": "{session}", "dropshippingKey": "dropshipping-key"}}"#));
    for left in ["1", "0"] {
        let answer = call().await;
        assert_eq!((answer.header("x-ratelimit-limit"), answer.header("x-ratelimit-remaining")), ("2", left));
    }
    let answer = call().await;
    assert_eq!((answer.status, fault(&answer)), (StatusCode::TOO_MANY_REQUESTS, 11));
    assert_eq!((answer.header("retry-after"), answer.header("x-ratelimit-reset")), ("30", "60"));
}

#[tokio::test]
async fn when_there_are_too_many_requests_a_gate_says_so_in_its_own_form() {
    let site = Site::with(|settings| settings.max_requests = 0).await;
    let answer = site.post(JSON, &[], "{}").await;
    assert_eq!((answer.status, fault(&answer)), (StatusCode::SERVICE_UNAVAILABLE, 10));
    assert_eq!(answer.header("retry-after"), "2");
    let answer = site.post(SOAP, &[], ENVELOPE).await;
    assert_eq!(answer.status, StatusCode::SERVICE_UNAVAILABLE);
    assert!(answer.body.contains("<faultCode xsi:type=\"xsd:int\">10</faultCode>"), "{}", answer.body);
}
