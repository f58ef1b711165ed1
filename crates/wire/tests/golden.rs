//! Replays every pair under `fixtures/wire/checkout` against a real app, byte by byte.
//!
//! A case is a directory with `request.json` (or `request.txt` when it is no JSON), `response.json` and `case.toml`.
//! `UPDATE_GOLDEN=1 cargo test -p crossdock-wire --test golden` writes the responses anew; read the difference before you
//! commit it: these bytes are what clients see. Statuses and codes stand in `case.toml` and are never rewritten.

#[path = "golden/keys.rs"]
mod keys;
#[path = "support/golden.rs"]
mod support;
#[path = "golden/world.rs"]
mod world;

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use crossdock_domain::clock::Span;
use crossdock_wire::checkout::{CheckoutOperation, Version};
use serde::Deserialize;
use support::{folders, name};
use world::{OrderScenario, World};

/// What a case needs and expects beside its bodies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows, and where the protocol says so.
    about: String,
    /// `v1` unless told.
    #[serde(default = "first")]
    version: String,
    /// On the wire.
    #[serde(default = "fine")]
    status: u16,
    /// For logs and metrics.
    #[serde(default = "fine")]
    honest_status: u16,
    /// For logs and metrics.
    #[serde(default = "ok")]
    code: String,
    /// Header of the call.
    idempotency_key: Option<String>,
    /// Currency of the stores.
    #[serde(default = "dollar")]
    currency: String,
    /// Orders placed before, an hour apart, beginning with 999-99999.
    #[serde(default)]
    orders: Vec<OrderScenario>,
    /// Days that pass between the last order and the calls.
    #[serde(default)]
    days_later: i64,
    /// Calls made before, which must succeed. A minute passes after each.
    #[serde(default)]
    before: Vec<Before>,
}

#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Before {
    operation: String,
    body: String,
    idempotency_key: Option<String>,
}

fn first() -> String {
    "v1".to_owned()
}
fn fine() -> u16 {
    200
}
fn ok() -> String {
    "ok".to_owned()
}
fn dollar() -> String {
    "USD".to_owned()
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire/checkout")
}

async fn replay(operation: CheckoutOperation, folder: &Path, update: bool) -> Result<(), String> {
    let read = |file: &str| fs::read(folder.join(file)).map_err(|error| format!("{file}: {error}"));
    let text = String::from_utf8(read("case.toml")?).map_err(|error| error.to_string())?;
    let case: Case = toml::from_str(&text).map_err(|error| error.to_string())?;
    if case.about.is_empty() {
        return Err("`about` says nothing".to_owned());
    }
    let request = read("request.json").or_else(|_| read("request.txt"))?;
    let version = match case.version.as_str() {
        "v1" => Version::V1,
        "v2" => Version::V2,
        other => return Err(format!("version {other}")),
    };

    let world = World::new(&case.currency).await;
    for kind in &case.orders {
        Box::pin(world.order(*kind)).await;
    }
    world.wait(Span::days(case.days_later));
    if operation == CheckoutOperation::LandedCost {
        world.import_rates().await;
    }
    for before in &case.before {
        let operation = CheckoutOperation::from_name(&before.operation).ok_or("no such operation before")?;
        let reply = world.call(Version::V2, operation, before.body.as_bytes(), before.idempotency_key.as_deref()).await;
        if reply.status != 200 {
            return Err(format!("before: {}", reply.body));
        }
        world.wait(Span::minutes(1));
    }

    let reply = world.call(version, operation, &request, case.idempotency_key.as_deref()).await;
    let (got, wanted) =
        ((reply.status, reply.honest_status, reply.code), (case.status, case.honest_status, &*case.code));
    if got != wanted {
        return Err(format!("wanted {wanted:?} but got {got:?} with {}", reply.body));
    }
    keys::check(operation.name(), &reply.body)?;
    let body = format!("{}\n", reply.body);
    if update {
        return fs::write(folder.join("response.json"), body).map_err(|error| error.to_string());
    }
    let golden = read("response.json")?;
    if golden != body.as_bytes() {
        return Err(format!("wanted {}but got {body}", String::from_utf8_lossy(&golden)));
    }
    Ok(())
}

#[tokio::test]
async fn every_golden_pair_is_answered_byte_by_byte() {
    let update = support::update();
    let mut failures = Vec::new();
    let mut seen = BTreeSet::new();
    for directory in folders(&root()) {
        let operation =
            CheckoutOperation::from_name(&name(&directory)).expect("directories are named after operations");
        seen.insert(operation.name());
        for folder in folders(&directory) {
            if let Err(problem) = Box::pin(replay(operation, &folder, update)).await {
                failures.push(format!("{}/{}: {problem}", operation.name(), name(&folder)));
            }
        }
    }
    assert_eq!(seen.len(), CheckoutOperation::ALL.len(), "an operation without pairs");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
