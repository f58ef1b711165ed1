//! How often an account may call, and an address may guess.

use crossdock_domain::clock::Span;
use crossdock_testkit::{Engine, TestApp};
use crossdock_wire::customer::{Quota, Settings};
use serde_json::json;

use super::world::{KEY, NOON, SYSTEM_KEY, World};

async fn world(calls: u32, failures: u32) -> World {
    let app = TestApp::builder(Engine::Sqlite).now(NOON).empty().start().await.expect("SQLite is always there");
    let settings = Settings { calls_per_minute: calls, failures_per_minute: failures, ..Settings::default() };
    World::around(app, settings).await
}

#[tokio::test]
async fn an_account_has_its_own_number_of_calls_in_a_minute() {
    let world = world(3, 0).await;
    let [first, second] = [world.session("hurt.example", "shop1").await, world.session("hurt.example", "shop2").await];
    let call = |session: &str| json!({"authenticate": {"sessionKey": session, "dropshippingKey": KEY}}).to_string();
    let query = "gate=Basket/get/1/json&lang=eng";
    for left in [2, 1, 0] {
        let reply = world.call(query, call(&first).as_bytes()).await;
        assert_eq!((reply.status, reply.fault), (200, 0));
        assert_eq!(reply.quota.map(|quota| (quota.limit, quota.remaining)), Some((3, left)));
    }
    let reply = world.call(query, call(&first).as_bytes()).await;
    assert_eq!((reply.status, reply.honest_status, reply.fault, reply.retry_after), (429, 429, 11, Some(20)));
    assert_eq!(reply.quota, Some(Quota { limit: 3, remaining: 0, reset: 60 }));
    assert_eq!(reply.body, r#"{"errors":{"faultCode":11,"faultString":"Too many calls: try again in 20 s"}}"#);
    assert_eq!(world.call(query, call(&second).as_bytes()).await.fault, 0, "the other shop is not in its way");
    world.app.advance(Span::seconds(20));
    assert_eq!(world.call(query, call(&first).as_bytes()).await.fault, 0);
}

#[tokio::test]
async fn an_address_that_guesses_is_refused_before_anything_is_looked_up() {
    let world = world(0, 3).await;
    let query = "gate=Authenticate/authenticate/1/json&lang=eng";
    let login = |key: &str| json!({"authenticate": {"systemLogin": "shop1", "systemKey": key}}).to_string();
    for _ in 0..3 {
        assert_eq!(world.call(query, login(&"0".repeat(40)).as_bytes()).await.fault, 1);
    }
    let reply = world.call(query, login(SYSTEM_KEY).as_bytes()).await;
    assert_eq!((reply.status, reply.fault, reply.retry_after), (429, 11, Some(20)), "the right key must wait as well");
    let supplier = json!({"authenticate": {"dropshippingKey": KEY}}).to_string();
    assert_eq!(world.call("gate=Supplier/getData/1/json", supplier.as_bytes()).await.status, 429);
    world.app.advance(Span::seconds(60));
    assert_eq!(world.call(query, login(SYSTEM_KEY).as_bytes()).await.fault, 0);
}
