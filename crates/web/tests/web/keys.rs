//! No API accepts another one's keys: every kind of key is shown at every place where a key can be shown, and opens its own
//! places alone.

use std::net::SocketAddr;

use axum::body::Body;
use axum::http::{Method, Request, StatusCode};
use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use crossdock_app::hub::tenants::admin_keys::NewAdminKey;
use crossdock_app::hub::tenants::admin_keys::login::NewLogin;
use crossdock_app::hub::tenants::login::system_key;
use crossdock_domain::admin_api::{Permission, Scope};
use crossdock_testkit::wholesale::{INNER, KEY, PASSWORD, add_wholesaler, log_in};
use crossdock_testkit::{samples, wholesale};
use crossdock_web::middleware::caller::Peer;
use secrecy::{ExposeSecret as _, SecretString};
use serde_json::json;

use super::site::{Site, request};

const LOGIN: &str = "erp";
const LOGIN_PASSWORD: &str = "a long password";
/// Its SHA-1.
const LOGIN_INNER: &str = "515701fc214716216813e9a6ec7704063e9d8d57";

/// A kind of key, what it is, and the places that it opens.
struct Secret {
    name: &'static str,
    value: String,
    opens: &'static [KeyTarget],
}

/// Where a key can be shown.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum KeyTarget {
    /// `secret` of the checkout API.
    Checkout,
    /// `systemKey`, `sessionKey` and `dropshippingKey` of the Customer API.
    SystemKey,
    SessionKey,
    DropshippingKey,
    /// Header, and bearer token, of the Admin API.
    AdminHeader,
    AdminBearer,
    /// `authenticateKey` of the older generation, after a login or after `oauth_authorization`.
    GateLogin,
    GateShopLogin,
    GateKey,
    /// Password for a token.
    Token,
    /// Parameter and password of the feeds.
    FeedParameter,
    FeedBasic,
}

use KeyTarget as P;

const TARGETS: [KeyTarget; 12] = [
    P::Checkout,
    P::SystemKey,
    P::SessionKey,
    P::DropshippingKey,
    P::AdminHeader,
    P::AdminBearer,
    P::GateLogin,
    P::GateShopLogin,
    P::GateKey,
    P::Token,
    P::FeedParameter,
    P::FeedBasic,
];

/// Whether a key opens a place; the other keys that the place needs are good.
async fn opens(site: &Site, place: KeyTarget, key: &str, session: &str, client: u16) -> bool {
    let customer = |gate: &str| format!("/w/1/customer-api/?gate={gate}/1/json&lang=eng");
    let body = |body: serde_json::Value| Body::from(body.to_string());
    let basic = |login: &str| format!("Basic {}", STANDARD.encode(format!("{login}:{key}")));
    let gate = |login: &str| {
        let signed = json!({ "authenticate": { "userLogin": login, "authenticateKey": key } });
        request(Method::POST, "/w/1/api/?gate=system/getServerTime/1/json", &[], body(signed))
    };
    let time = "/api/admin/v8/system/serverTime";
    let mut call: Request<Body> = match place {
        P::Checkout => {
            let numbers = json!({ "store": 999, "secret": key, "sinceDate": "20200101" });
            request(Method::POST, "/v2/orderNumbers", &[("content-type", "application/json")], body(numbers))
        }
        P::SystemKey => {
            let signed = json!({ "authenticate": { "systemLogin": "shop1", "systemKey": key } });
            request(Method::POST, &customer("Authenticate/authenticate"), &[], body(signed))
        }
        P::SessionKey | P::DropshippingKey => {
            let (session, dropshipping) = if place == P::SessionKey { (key, KEY) } else { (session, key) };
            let signed = json!({ "authenticate": { "sessionKey": session, "dropshippingKey": dropshipping } });
            request(Method::POST, &customer("Couriers/get"), &[], body(signed))
        }
        P::AdminHeader => request(Method::GET, time, &[("x-api-key", key)], Body::empty()),
        P::AdminBearer => request(Method::GET, time, &[("authorization", &format!("Bearer {key}"))], Body::empty()),
        P::GateLogin => gate(LOGIN),
        P::GateShopLogin => gate("shop1"),
        P::GateKey => gate("oauth_authorization"),
        P::Token => {
            let path = "/w/1/api/authorize/1/authorize/accessToken";
            request(Method::POST, path, &[("authorization", &basic(LOGIN))], Body::empty())
        }
        P::FeedParameter => {
            let path = format!("/feeds/light.xml?token={}", key.replace(' ', "%20"));
            request(Method::GET, &path, &[], Body::empty())
        }
        P::FeedBasic => request(Method::GET, "/feeds/light.xml", &[("authorization", &basic("shop1"))], Body::empty()),
    };
    // Every try from another address, so that no answer is held back.
    let [high, low] = client.to_be_bytes();
    let address = SocketAddr::from(([198, 51, high, low], 5000));
    call.extensions_mut().insert(Peer { address, tls: false });
    let answer = site.send(call).await;
    match place {
        P::Checkout | P::AdminHeader | P::AdminBearer | P::Token | P::FeedParameter | P::FeedBasic => {
            assert!(answer.status == StatusCode::OK || answer.status.is_client_error(), "{place:?}: {answer:?}");
            answer.status == StatusCode::OK
        }
        P::SystemKey | P::SessionKey | P::DropshippingKey => answer.body.contains("\"faultCode\":0"),
        P::GateLogin | P::GateShopLogin | P::GateKey => answer.body.contains("\"time\":"),
    }
}

#[tokio::test]
async fn every_key_opens_its_own_places_and_no_others() {
    let site = Site::new().await;
    let hurt = add_wholesaler(&site.app, 1).await;
    let session = log_in(&site.app, &hurt, "shop1").await.expect("logs in").expose_secret().to_owned();
    let new = NewAdminKey {
        wholesaler: hurt.id,
        name: "ERP".to_owned(),
        permissions: [(Scope::System, Permission::Read)].into(),
        expires_at: None,
        key: None,
    };
    let login = NewLogin { login: LOGIN.to_owned(), password: SecretString::from(LOGIN_PASSWORD) };
    let (_, admin) = site.app.hub().admin_keys().add_with_login(new, Some(login)).await.expect("a new key");
    let caller = site.app.hub().admin_keys().caller(&admin, [127, 0, 0, 1].into()).await.expect("good");
    let day = hurt.settings.time_zone.compact_day(site.app.now());
    let account = site.app.hub().accounts().by_login(hurt.id, "shop1").await.expect("there");
    let feed = site.app.hub().feeds().add_token(hurt.id, account.id, "").await.expect("a new token");
    let text = |secret: &SecretString| secret.expose_secret().to_owned();
    let secret = |name, value: String, opens| Secret { name, value, opens };
    let secrets = [
        secret("store secret", samples::SECRET.to_owned(), &[P::Checkout]),
        secret("shop's password", PASSWORD.to_owned(), &[]),
        secret("shop's system key", system_key(&day, INNER), &[P::SystemKey]),
        secret("shop's session", session.clone(), &[P::SessionKey]),
        secret("dropshipping key", wholesale::KEY.to_owned(), &[P::DropshippingKey]),
        secret("admin key", text(&admin), &[P::AdminHeader, P::AdminBearer, P::GateKey]),
        secret("application's password", LOGIN_PASSWORD.to_owned(), &[P::Token]),
        secret("application's daily key", system_key(&day, LOGIN_INNER), &[P::GateLogin]),
        secret(
            "application's token",
            text(&site.app.hub().admin_keys().token(&caller).token),
            &[P::AdminHeader, P::AdminBearer, P::GateKey],
        ),
        secret("feed token", text(&feed), &[P::FeedParameter, P::FeedBasic]),
        secret("nothing", String::new(), &[]),
    ];
    let mut client = 0;
    for secret in &secrets {
        for place in TARGETS {
            client += 1;
            let opened = opens(&site, place, &secret.value, &session, client).await;
            assert_eq!(opened, secret.opens.contains(&place), "{} at {place:?}", secret.name);
        }
    }
    for place in TARGETS.into_iter().filter(|place| *place != P::GateShopLogin) {
        assert!(secrets.iter().any(|secret| secret.opens.contains(&place)), "nothing opens {place:?}");
    }
}
