//! The Admin API against a real app: golden pairs, keys, tenants, and the wholesaler's part of a dropshipping order.

#[path = "admin/golden.rs"]
mod golden;
#[path = "admin/keys.rs"]
mod keys;
#[path = "admin/sequence.rs"]
mod sequence;
#[allow(dead_code, reason = "the tests of the Customer API use the rest")]
#[path = "customer/world.rs"]
mod world;

use crossdock_app::admin_api::NewAdminKey;
use crossdock_domain::admin_api::{Area, Level, Rights};
use crossdock_domain::wholesale::WholesalerId;
use crossdock_wire::admin::{Call, Reply, answer};
use secrecy::SecretString;
use serde_json::{Value, json};
use world::{CLIENT, World};

/// Opens everything at the main wholesaler.
pub(crate) const ADMIN_KEY: &str = "demo-admin-key-of-hurt";
/// May only look at orders there.
pub(crate) const READER_KEY: &str = "reader-key-of-hurtownia";
/// Opens everything at the other wholesaler.
pub(crate) const OTHER_KEY: &str = "demo-admin-key-of-other";

pub(crate) fn everything() -> Rights {
    Area::ALL.into_iter().map(|area| (area, Level::Write)).collect()
}

pub(crate) async fn add_key(world: &World, wholesaler: WholesalerId, key: &str, rights: Rights) {
    let new = NewAdminKey {
        wholesaler,
        name: format!("App {key}"),
        rights,
        expires_at: None,
        key: Some(SecretString::from(key)),
    };
    world.app.add_admin_key(new).await.expect("a new key");
}

/// A world with keys.
pub(crate) async fn open() -> World {
    let world = Box::pin(World::new()).await;
    add_key(&world, world::main_id(), ADMIN_KEY, everything()).await;
    add_key(&world, world::main_id(), READER_KEY, [(Area::Orders, Level::Read)].into()).await;
    add_key(&world, world::other_id(), OTHER_KEY, everything()).await;
    world
}

/// A call with this key.
pub(crate) async fn call(world: &World, key: &str, line: &str, body: &str) -> Reply {
    let (method, target) = line.split_once(' ').expect("METHOD path");
    let (path, query) = target.split_once('?').unwrap_or((target, ""));
    let call = Call { method, path, query, body: Some(body.as_bytes()), key: Some(key), client: CLIENT };
    answer(world.app.app(), call).await
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
