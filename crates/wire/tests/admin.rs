//! The Admin API against a real app: golden pairs, keys, tenants, and the wholesaler's part of a dropshipping order.

#[path = "admin/gates.rs"]
mod gates;
#[path = "admin/golden.rs"]
mod golden;
#[path = "admin/keys.rs"]
mod keys;
#[path = "admin/sequence.rs"]
mod sequence;
#[path = "support/golden.rs"]
mod support;
#[allow(dead_code, reason = "the tests of the Customer API use the rest")]
#[path = "customer/world.rs"]
mod world;

use crossdock_app::hub::tenants::admin_keys::NewAdminKey;
use crossdock_app::hub::tenants::admin_keys::login::NewLogin;
use crossdock_domain::admin_api::{Permission, Permissions, Scope};
use crossdock_domain::wholesale::WholesalerId;
use crossdock_wire::admin::gates::{self as older, GateRequest};
use crossdock_wire::admin::{AdminApiRequest, Api, Reply, Settings, answer};
use secrecy::SecretString;
use serde_json::{Value, json};
use world::{CLIENT, World};

/// Opens everything at the main wholesaler.
pub(crate) const ADMIN_KEY: &str = "demo-admin-key-of-hurt";
/// May only look at orders there.
pub(crate) const READER_KEY: &str = "reader-key-of-hurtownia";
/// Opens everything at the other wholesaler.
pub(crate) const OTHER_KEY: &str = "demo-admin-key-of-other";

/// Login of a further application at the main wholesaler that may do everything, and its password.
pub(crate) const LOGIN: &str = "erp";
pub(crate) const LOGIN_PASSWORD: &str = "password of the erp";
/// `sha1(YYYYMMDD + sha1(password))` of the day of these tests.
pub(crate) const DAILY_KEY: &str = "6e42677fd3bdbc5cae34e1b8a51eae264fe72618";
/// Its key.
pub(crate) const LOGIN_KEY: &str = "key-of-the-erp-at-hurtownia";

pub(crate) fn everything() -> Permissions {
    Scope::ALL.into_iter().map(|scope| (scope, Permission::Write)).collect()
}

pub(crate) async fn add_key(world: &World, wholesaler: WholesalerId, key: &str, permissions: Permissions) {
    let new = NewAdminKey {
        wholesaler,
        name: format!("App {key}"),
        permissions,
        expires_at: None,
        key: Some(SecretString::from(key)),
    };
    world.app.hub().admin_keys().add(new).await.expect("a new key");
}

/// The same for an application with a login.
pub(crate) async fn add_login(world: &World, wholesaler: WholesalerId, key: &str) {
    let new = NewAdminKey {
        wholesaler,
        name: "ERP".to_owned(),
        permissions: everything(),
        expires_at: None,
        key: Some(SecretString::from(key)),
    };
    let login = NewLogin { login: LOGIN.to_owned(), password: SecretString::from(LOGIN_PASSWORD) };
    world.app.hub().admin_keys().add_with_login(new, Some(login)).await.expect("a new login");
}

/// A world with keys.
pub(crate) async fn open() -> World {
    let world = Box::pin(World::new()).await;
    add_key(&world, world::main_id(), ADMIN_KEY, everything()).await;
    add_key(&world, world::main_id(), READER_KEY, [(Scope::Orders, Permission::Read)].into()).await;
    add_key(&world, world::other_id(), OTHER_KEY, everything()).await;
    add_login(&world, world::main_id(), LOGIN_KEY).await;
    world
}

/// A call with this key.
pub(crate) async fn call(world: &World, key: &str, line: &str, body: &str) -> Reply {
    let (method, target) = line.split_once(' ').expect("METHOD path");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let call = AdminApiRequest { method, path, query, body: Some(body.as_bytes()), key: Some(key), client: CLIENT };
    answer(world.app.app(), &Api::new(Settings::default()), call).await
}

/// A call of a gate at the main wholesaler.
pub(crate) async fn call_gate(world: &World, api: &Api, query: &str, key: Option<&str>, body: &[u8]) -> Reply {
    let (wholesaler, host) = (None, Some("hurt.example"));
    let call = GateRequest { query, body: Some(body), key, wholesaler, host, client: CLIENT };
    older::answer(world.app.app(), api, call).await
}

/// The same with the key that opens everything; the answer as JSON.
pub(crate) async fn answer_of(world: &World, line: &str, params: &Value) -> (u16, Value) {
    let reply = call(world, ADMIN_KEY, line, &json!({ "params": params }).to_string()).await;
    (reply.status, serde_json::from_str(&reply.body).expect("JSON"))
}

/// Two shirts ordered by shop1 for a recipient, as `R-<n>`.
pub(crate) async fn order(world: &World, session: &str, n: usize) {
    let params = json!({
        "orderExternalId": format!("R-{n}"), "courierId": 51,
        "products": [{"code": "15-3", "quantity": 2}],
        "deliveryAddress": {
            "clientDeliveryAddressFirstName": "Jan", "clientDeliveryAddressLastName": "Kowalski",
            "clientDeliveryAddressStreet": "Prosta 1", "clientDeliveryAddressZipCode": "00-838",
            "clientDeliveryAddressCity": "Warszawa",
            "clientDeliveryAddressPhone1": "600700800",
        },
    });
    world.done(session, "Orders/add", &params).await;
}
