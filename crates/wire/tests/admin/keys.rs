//! Keys: one tenant never sees another's, rights, ends and limits are kept, all is logged. That no API accepts another's keys
//! is tested where all of them are served, in the tests of `crossdock-web`.

use crossdock_app::hub::tenants::sandbox::NewSandbox;
use crossdock_domain::admin_api::{Permission, Scope};
use crossdock_domain::clock::Span;
use crossdock_wire::admin::{AdminApiRequest, Api, RESOURCES, Settings, answer};
use serde_json::{Value, json};

use super::world::{self, CLIENT};
use super::{ADMIN_KEY, OTHER_KEY, READER_KEY, add_key, call, call_gate, everything, open, order};

#[tokio::test]
async fn a_key_sees_and_changes_its_own_wholesaler_only() {
    let world = open().await;
    let session = world.session("hurt.example", "shop1").await;
    order(&world, &session, 1).await;
    let body = |params: Value| json!({ "params": params }).to_string();
    let of_other = call(&world, OTHER_KEY, "GET orders/orders?ordersSerialNumbers=1", "").await;
    assert_eq!(of_other.status, 207, "{}", of_other.body);
    let update = body(json!({"orders": [{"orderSerialNumber": 1, "orderStatus": "canceled"}]}));
    assert_eq!(call(&world, OTHER_KEY, "PUT orders/orders", &update).await.status, 207);
    let lines = json!([{"orderSerialNumber": 1, "products": [{"basketPosition": 1, "productQuantity": 5}]}]);
    assert_eq!(call(&world, OTHER_KEY, "PUT orders/orders", &body(json!({"orders": lines}))).await.status, 207);
    let packages = body(json!({"orderPackages": [{"eventId": 1, "packages": [{"deliveryShippingNumber": "X"}]}]}));
    assert_eq!(call(&world, OTHER_KEY, "POST orders/packages", &packages).await.status, 207);
    assert_eq!(call(&world, OTHER_KEY, "GET orders/history?orderSerialNumber=1", "").await.status, 404);
    let reserved = call(&world, OTHER_KEY, "GET products/reservations?identType=id&products=15", "").await;
    assert!(!reserved.body.contains("\"orderSerialNumber\":1"), "{}", reserved.body);
    let mine = call(&world, ADMIN_KEY, "GET orders/orders?ordersSerialNumbers=1", "").await;
    assert!(mine.status == 200 && mine.body.contains("\"orderStatus\":\"new\""), "{}", mine.body);
    assert!(mine.body.contains("\"productQuantity\":2"), "{}", mine.body);
    // `shop2` orders at the main wholesaler only.
    let order = json!({"orders": [{"clientLogin": "shop2", "courierId": 51, "clientDeliveryAddress": {},
        "products": [{"productId": 15, "sizeId": "3", "productQuantity": 1}]}]});
    let placed = call(&world, OTHER_KEY, "POST orders/orders", &body(order)).await;
    assert!(placed.status == 207 && placed.body.contains("No such client"), "{}", placed.body);
}

#[tokio::test]
async fn rights_are_kept_for_every_operation() {
    let world = open().await;
    add_key(&world, world::main_id(), "nothing-but-the-time", [(Scope::System, Permission::Read)].into()).await;
    for row in RESOURCES.iter().filter(|row| row.scope != Scope::System) {
        let line = format!("{} {}", row.method, row.path);
        let reply = call(&world, "nothing-but-the-time", &line, "{}").await;
        let text = reply.error.unwrap_or_default();
        let wanted = format!("Scope: {}, level: {}", row.scope, row.level.code());
        assert!(reply.status == 403 && text.ends_with(&wanted), "{line}: {text}");
    }
    assert_eq!(call(&world, "nothing-but-the-time", "GET system/serverTime", "").await.status, 200);
    for (line, status) in [("GET orders/statuses", 200), ("POST orders/packages", 403), ("GET products/stocks", 403)] {
        assert_eq!(call(&world, READER_KEY, line, "{}").await.status, status, "{line}");
    }
}

#[tokio::test]
async fn keys_end_when_their_time_is_over_or_they_are_revoked() {
    let world = open().await;
    let id = world::main_id();
    let key = crossdock_app::hub::tenants::admin_keys::NewAdminKey {
        wholesaler: id,
        name: "Printer".to_owned(),
        permissions: everything(),
        expires_at: Some(world.app.now() + Span::days(1)),
        key: None,
    };
    let (row, key) = world.app.hub().admin_keys().add(key).await.expect("a new key");
    let key = secrecy::ExposeSecret::expose_secret(&key).to_owned();
    let time = "GET system/serverTime";
    assert_eq!(call(&world, &key, time, "").await.status, 200);
    world.app.advance(Span::days(1));
    assert_eq!(call(&world, &key, time, "").await.status, 401);
    let keys = world.app.hub().admin_keys().list(id).await.expect("listed");
    let admin = keys.iter().find(|known| known.name.ends_with(ADMIN_KEY)).expect("there");
    assert!(world.app.hub().admin_keys().revoke(world::other_id(), admin.id).await.is_err(), "not theirs");
    world.app.hub().admin_keys().revoke(id, admin.id).await.expect("revoked");
    assert!(world.app.hub().admin_keys().revoke(id, admin.id).await.is_err(), "once");
    assert_eq!(call(&world, ADMIN_KEY, time, "").await.status, 401);
    assert!(keys.iter().any(|known| known.id == row.id));
}

#[tokio::test]
async fn changes_and_refusals_are_logged_and_looks_are_not() {
    let world = open().await;
    call(&world, ADMIN_KEY, "GET orders/orders", "").await;
    call(&world, READER_KEY, "PUT orders/orders", "{}").await;
    world.app.advance(Span::seconds(1));
    let body = json!({"params": {"products": [{"productIndex": "15-3", "stockId": 1, "productSizeQuantity": 3}]}});
    call(&world, ADMIN_KEY, "PUT products/stockQuantity", &body.to_string()).await;
    let log = world.app.hub().admin_keys().audit(world::main_id(), 10).await.expect("listed");
    let lines: Vec<_> = log.iter().map(|row| (row.operation.as_str(), row.status, row.client.as_str())).collect();
    let client = CLIENT.to_string();
    assert_eq!(
        lines,
        [("products/stockQuantity", Some(200), client.as_str()), ("orders/orders", Some(403), client.as_str())]
    );
    assert!(log[0].about.contains("15-3"));
    assert_eq!(world.app.hub().admin_keys().audit(world::other_id(), 10).await.expect("listed"), []);
}

#[tokio::test]
async fn guessing_keys_gets_slower() {
    let world = open().await;
    let mut delays = Vec::new();
    for n in 0..14 {
        delays.push(call(&world, &format!("guess number {n}"), "GET system/serverTime", "").await.delay);
    }
    assert_eq!(delays[0], Span(0), "typing errors are human");
    assert!(delays[13] > delays[11] && delays[11] > Span(0), "{delays:?}");
}

#[tokio::test]
async fn a_key_that_calls_too_often_is_told_when_it_may_again() {
    let world = open().await;
    let api = Api::new(Settings { calls_per_minute: 3, ..Settings::default() });
    let time = async |key: &'static str| {
        let (method, path, query) = ("GET", "system/serverTime", "");
        answer(
            world.app.app(),
            &api,
            AdminApiRequest { method, path, query, body: Some(b""), key: Some(key), client: CLIENT },
        )
        .await
    };
    for left in [2, 1] {
        let reply = time(ADMIN_KEY).await;
        assert_eq!((reply.status, reply.quota.map(|quota| quota.remaining)), (200, Some(left)));
    }
    // The older generation is counted with it.
    let gate = "gate=system/getServerTime/1/json";
    assert_eq!(call_gate(&world, &api, gate, Some(ADMIN_KEY), b"").await.status, 200);
    let refused = time(ADMIN_KEY).await;
    assert_eq!((refused.status, refused.retry_after, refused.code), (429, Some(20), "too_many_requests"));
    assert!(refused.error.expect("X-Error").contains("20 s"));
    assert_eq!(call_gate(&world, &api, gate, Some(ADMIN_KEY), b"").await.status, 429);
    assert_eq!(time(OTHER_KEY).await.status, 200, "another key has its own");
    world.app.advance(Span::seconds(20));
    assert_eq!(time(ADMIN_KEY).await.status, 200);
}

#[tokio::test]
async fn all_keys_of_a_sandbox_share_a_limit_of_their_own() {
    let world = open().await;
    let wanted = NewSandbox {
        name: "Ada".to_owned(),
        email: "ada@dev.example".to_owned(),
        client: None,
        days: None,
        mails: false,
    };
    let sandbox = world.app.app().hub().sandboxes().register(wanted).await.expect("a sandbox");
    add_key(&world, sandbox.wholesaler, "its-second-key-of-today", [(Scope::System, Permission::Read)].into()).await;
    let api = Api::new(Settings { sandbox_calls_per_minute: 2, ..Settings::default() });
    let time = async |key: &str| {
        let (method, path, query) = ("GET", "system/serverTime", "");
        let call = AdminApiRequest { method, path, query, body: Some(b""), key: Some(key), client: CLIENT };
        answer(world.app.app(), &api, call).await.status
    };
    assert_eq!(time(&sandbox.admin_key).await, 200);
    assert_eq!(time("its-second-key-of-today").await, 200);
    assert_eq!(time(&sandbox.admin_key).await, 429);
    assert_eq!(time(ADMIN_KEY).await, 200, "others are not bound by it");
}
