//! The older generation: logins with their daily key, tokens, what gets into the log. Answers are golden pairs.

use crossdock_domain::clock::Span;
use crossdock_wire::admin::{Api, Reply, Settings, TokenRequest, token};
use secrecy::SecretString;
use serde_json::{Value, json};

use super::world::{self, CLIENT, World};
use super::{
    ADMIN_KEY, DAILY_KEY, LOGIN, LOGIN_KEY, LOGIN_PASSWORD, OTHER_KEY, add_login, call, call_gate, open, order,
};

const TIME: &str = "gate=system/getServerTime/1/json";

fn api() -> Api {
    Api::new(Settings::default())
}

fn signed(login: &str, key: &str) -> String {
    json!({ "authenticate": { "userLogin": login, "authenticateKey": key } }).to_string()
}

async fn wish(world: &World, wholesaler: Option<&str>, login: &str, password: &str) -> Reply {
    let password = SecretString::from(password);
    let call = TokenRequest {
        method: "POST",
        login: Some((login, &password)),
        wholesaler,
        host: Some("hurt.example"),
        client: CLIENT,
    };
    token(world.app.app(), &api(), call).await
}

#[tokio::test]
async fn a_login_is_proved_by_its_key_of_the_day_and_by_nothing_else() {
    let world = open().await;
    for (login, key, good) in [
        (LOGIN, DAILY_KEY, true),
        (LOGIN, &DAILY_KEY.to_uppercase(), true),
        (LOGIN, LOGIN_KEY, false),
        (LOGIN, LOGIN_PASSWORD, false),
        (LOGIN, ADMIN_KEY, false),
        ("nobody", DAILY_KEY, false),
        ("oauth_authorization", DAILY_KEY, false),
        ("oauth_authorization", LOGIN_KEY, true),
        ("oauth_authorization", OTHER_KEY, true),
    ] {
        let reply = call_gate(&world, &api(), TIME, None, signed(login, key).as_bytes()).await;
        let wanted = if good { 200 } else { 401 };
        assert_eq!((reply.status, reply.honest_status), (200, wanted), "{login} {key}: {}", reply.body);
        assert_eq!(reply.body.contains("\"faultCode\":1"), !good, "{}", reply.body);
    }
    world.app.advance(Span::days(1));
    let late = call_gate(&world, &api(), TIME, None, signed(LOGIN, DAILY_KEY).as_bytes()).await;
    assert_eq!(late.honest_status, 401, "yesterday's");
}

#[tokio::test]
async fn a_login_counts_at_its_own_wholesaler_only() {
    let world = open().await;
    add_login(&world, world::other_id(), "key-of-the-erp-at-the-other-one").await;
    let session = world.session("hurt.example", "shop1").await;
    order(&world, &session, 1).await;
    let body = signed(LOGIN, DAILY_KEY);
    for (host, wholesaler, orders) in [
        ("hurt.example", None, Some(1)),
        ("other.example", None, Some(0)),
        ("x", Some("6"), Some(0)),
        ("x", None, None),
    ] {
        let call = crossdock_wire::admin::gates::GateRequest {
            query: "gate=orders/get/1/json",
            body: Some(body.as_bytes()),
            key: None,
            wholesaler,
            host: Some(host),
            client: CLIENT,
        };
        let reply = crossdock_wire::admin::gates::answer(world.app.app(), &api(), call).await;
        let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
        assert_eq!(answer["Results"].as_array().map(Vec::len), orders, "{host} {wholesaler:?}: {answer}");
    }
}

#[tokio::test]
async fn a_token_stands_for_its_key_for_an_hour() {
    let world = open().await;
    let reply = wish(&world, None, LOGIN, LOGIN_PASSWORD).await;
    let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
    assert_eq!((reply.status, &answer["token_type"], &answer["expires_in"]), (200, &json!("Bearer"), &json!(3600)));
    let token = answer["access_token"].as_str().expect("a token").to_owned();
    assert!(token.bytes().all(|b| b.is_ascii_alphanumeric() || b == b'_' || b == b'-'), "{token}");
    let time = "GET system/serverTime";
    assert_eq!(call(&world, &token, time, "").await.status, 200);
    let body = signed("oauth_authorization", &token);
    assert_eq!(call_gate(&world, &api(), TIME, None, body.as_bytes()).await.honest_status, 200);
    assert_eq!(call_gate(&world, &api(), TIME, Some(&token), b"").await.honest_status, 200, "in a header");
    for broken in [&token[..token.len() - 4], &token[3..], &format!("{token}AAAA")] {
        assert_eq!(call(&world, broken, time, "").await.status, 401, "{broken}");
    }
    world.app.advance(Span::minutes(59));
    assert_eq!(call(&world, &token, time, "").await.status, 200);
    world.app.advance(Span::minutes(1));
    assert_eq!(call(&world, &token, time, "").await.status, 401, "it is over");

    let reply = wish(&world, None, LOGIN, LOGIN_PASSWORD).await;
    let answer: Value = serde_json::from_str(&reply.body).expect("JSON");
    let token = answer["access_token"].as_str().expect("a token");
    assert_eq!(call(&world, token, time, "").await.status, 200);
    let keys = world.app.hub().admin_keys().list(world::main_id()).await.expect("listed");
    let erp = keys.iter().find(|key| key.login.as_deref() == Some(LOGIN)).expect("there");
    world.app.hub().admin_keys().revoke(world::main_id(), erp.id).await.expect("revoked");
    assert_eq!(call(&world, token, time, "").await.status, 401, "its key is gone");
    assert_eq!(wish(&world, None, LOGIN, LOGIN_PASSWORD).await.status, 401, "and so is the login");
}

#[tokio::test]
async fn tokens_are_given_to_nobody_else() {
    let world = open().await;
    for (wholesaler, login, password) in [
        (None, LOGIN, "another password"),
        (None, LOGIN, DAILY_KEY),
        (None, LOGIN, LOGIN_KEY),
        (None, "nobody", LOGIN_PASSWORD),
        (None, "shop1", "password"),
        (Some("6"), LOGIN, LOGIN_PASSWORD),
        (Some("7"), LOGIN, LOGIN_PASSWORD),
        (Some("x"), LOGIN, LOGIN_PASSWORD),
    ] {
        let reply = wish(&world, wholesaler, login, password).await;
        assert_eq!((reply.status, reply.error.is_some()), (401, true), "{wholesaler:?} {login} {password}");
    }
}

#[tokio::test]
async fn no_key_gets_into_the_log() {
    let world = open().await;
    let body = json!({
        "authenticate": { "userLogin": LOGIN, "authenticateKey": DAILY_KEY },
        "params": { "orders": [{ "orderSerialNumber": 9, "orderStatus": "packed" }] },
    });
    let reply = call_gate(&world, &api(), "gate=orders/update/1/json", None, body.to_string().as_bytes()).await;
    assert_eq!((reply.status, reply.honest_status), (200, 207), "{}", reply.body);
    let log = world.app.hub().admin_keys().audit(world::main_id(), 10).await.expect("listed");
    assert_eq!(log.len(), 1);
    assert!(log[0].about.contains("packed") && !log[0].about.contains(DAILY_KEY), "{:?}", log[0]);
    assert_eq!((log[0].operation.as_str(), log[0].status), ("orders/orders", Some(207)));
}
