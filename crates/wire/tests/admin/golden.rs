//! Replays every pair under `fixtures/wire/admin`, byte by byte.
//!
//! A case is a directory with `case.toml`, `response.json`, and `request.json` where there is a body. `UPDATE_GOLDEN=1 cargo
//! test -p crossdock-wire --test admin golden` writes the answers anew; read the difference before you commit it. Statuses
//! stand in `case.toml` and are never rewritten.

use std::fs;
use std::path::{Path, PathBuf};

use crossdock_domain::clock::Span;
use crossdock_wire::admin::{AdminApiRequest, Api, Settings, answer};
use serde::Deserialize;
use serde_json::{Value, json};

use super::support::{folders, update};
use super::world::CLIENT;
use super::{ADMIN_KEY, READER_KEY, call_gate, open, order};

/// What a case needs and expects beside its bodies.
#[derive(Debug, Deserialize)]
#[serde(deny_unknown_fields)]
struct Case {
    /// What it shows, and where the protocol says so.
    about: String,
    #[serde(default)]
    method: String,
    #[serde(default)]
    path: String,
    /// In place of method and path: a gate of the older generation, `orders/get/1/json`.
    gate: Option<String>,
    #[serde(default)]
    query: String,
    #[serde(default = "fine")]
    status: u16,
    /// Orders placed before.
    #[serde(default)]
    orders: usize,
    /// Recipients stored before.
    #[serde(default)]
    recipients: usize,
    /// What staff do before: `1 packed`, `1 parcel SN1`.
    #[serde(default)]
    staff: Vec<String>,
    /// `reader`, or the key itself.
    key: Option<String>,
    /// A body that is no JSON.
    text: Option<String>,
}

fn fine() -> u16 {
    200
}

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire/admin")
}

async fn replay(folder: &Path, update: bool) -> Result<(), String> {
    let read = |file: &str| fs::read_to_string(folder.join(file)).map_err(|error| format!("{file}: {error}"));
    let case: Case = toml::from_str(&read("case.toml")?).map_err(|error| error.to_string())?;
    if case.about.is_empty() {
        return Err("`about` says nothing".to_owned());
    }
    let world = Box::pin(open()).await;
    if case.orders + case.recipients > 0 {
        let session = world.session("hurt.example", "shop1").await;
        for n in 1..=case.orders {
            Box::pin(order(&world, &session, n)).await;
            world.app.advance(Span::minutes(1));
        }
        for n in 1..=case.recipients {
            let recipient = json!({
                "clientDeliveryAddressFirstName": "Anna", "clientDeliveryAddressLastName": format!("Nowak {n}"),
                "clientDeliveryAddressStreet": "Długa 2", "clientDeliveryAddressZipCode": "80-001",
                "clientDeliveryAddressCity": "Gdańsk", "clientDeliveryAddressCountry": "PL",
                "clientDeliveryAddressPhone1": "600700801",
            });
            let params = json!({ "clients": [recipient] });
            world.done(&session, "Clients/addDeliveryAddress", &params).await;
        }
    }
    for step in &case.staff {
        let (serial, action) = step.split_once(' ').ok_or("staff: `1 packed`")?;
        world.staff(serial.parse().map_err(|_| "a number")?, action).await.map_err(|error| error.to_string())?;
    }
    let body = case.text.clone().or_else(|| read("request.json").ok()).unwrap_or_default();
    let key = match case.key.as_deref() {
        None => ADMIN_KEY,
        Some("reader") => READER_KEY,
        Some(key) => key,
    };
    let api = Api::new(Settings::default());
    let reply = match &case.gate {
        None => {
            let (method, path, query) = (case.method.as_str(), case.path.as_str(), case.query.as_str());
            let call =
                AdminApiRequest { method, path, query, body: Some(body.as_bytes()), key: Some(key), client: CLIENT };
            Box::pin(answer(world.app.app(), &api, call)).await
        }
        // The key is in the body.
        Some(gate) => {
            let query = format!("gate={gate}");
            Box::pin(call_gate(&world, &api, &query, None, body.as_bytes())).await
        }
    };
    if reply.status != case.status {
        return Err(format!("wanted {} but got {} with {}", case.status, reply.status, reply.body));
    }
    let failed = !matches!(reply.honest_status, 200 | 207);
    if reply.error.is_some() != failed || reply.error.as_ref().is_some_and(|text| !text.is_ascii()) {
        return Err(format!("X-Error of {}: {:?}", reply.honest_status, reply.error));
    }
    // Indented for whoever reads the difference; the order of keys and all values are what is sent.
    let value: Value = serde_json::from_str(&reply.body).map_err(|error| error.to_string())?;
    let shown = format!("{}\n", serde_json::to_string_pretty(&value).map_err(|error| error.to_string())?);
    if update {
        return fs::write(folder.join("response.json"), shown).map_err(|error| error.to_string());
    }
    let golden = read("response.json")?;
    if golden == shown { Ok(()) } else { Err(format!("wanted {golden}but got {shown}")) }
}

#[tokio::test]
async fn every_golden_pair_is_answered_as_it_was() {
    let update = update();
    let (mut failures, mut seen) = (Vec::new(), 0);
    for group in folders(&root()) {
        for folder in folders(&group) {
            seen += 1;
            if let Err(problem) = Box::pin(replay(&folder, update)).await {
                failures.push(format!("{}: {problem}", folder.display()));
            }
        }
    }
    assert!(seen > 60, "pairs got lost: {seen}");
    assert!(failures.is_empty(), "{}", failures.join("\n"));
}
