//! The Admin API's OpenAPI document against its tables and every golden pair.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use crossdock_wire::admin::RESOURCES;
use crossdock_wire::admin::openapi::document as admin_openapi_json;
use crossdock_wire::admin::resource::gates;
use serde_json::Value;

use super::openapi::{folders, misfit, references, resolved, setting};
use super::site::Site;

fn document() -> Value {
    serde_json::from_str(&admin_openapi_json()).expect("JSON")
}

#[test]
fn every_resource_and_gate_is_described_and_every_reference_leads_somewhere() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let mut described = BTreeSet::new();
    for (path, item) in document["paths"].as_object().expect("paths") {
        described.extend(item.as_object().expect("methods").keys().map(|method| format!("{method} {path}")));
    }
    let rows = RESOURCES.iter().map(|row| format!("{} /api/admin/v8/{}", row.method.to_ascii_lowercase(), row.path));
    let gates = gates().map(|(gate, _)| format!("post /api/?gate={}/1/json", gate.name));
    let token = "post /api/authorize/1/authorize/accessToken".to_owned();
    assert_eq!(described, rows.chain(gates).chain([token]).collect());
    assert!(references(&document) > 200, "{}", references(&document));
}

#[test]
fn golden_pairs_fit_the_document() {
    let document = document();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire/admin");
    let (mut answers, mut requests) = (0, 0);
    for operation in folders(&root) {
        for case in folders(&operation) {
            let about = fs::read_to_string(case.join("case.toml")).expect("case.toml");
            let read =
                |file: &str| -> Option<Value> { serde_json::from_str(&fs::read_to_string(case.join(file)).ok()?).ok() };
            let (method, path, gate) =
                (setting(&about, "method", ""), setting(&about, "path", ""), setting(&about, "gate", ""));
            let (method, path) = match gate.split('&').next() {
                Some(gate) if !gate.is_empty() => ("post".to_owned(), format!("/api/?gate={gate}")),
                _ => (method.to_ascii_lowercase(), format!("/api/admin/v8/{path}")),
            };
            // Any version of a gate is the first one.
            let path = path.replace("/128/", "/1/").replace("/192/", "/1/");
            let described = &document["paths"][&path][&method];
            if described.is_null() {
                // Unknown paths, methods and gates.
                continue;
            }
            let name = case.display();
            let answer = read("response.json").unwrap_or_else(|| panic!("{name}: no answer"));
            let status = setting(&about, "status", "200");
            let response = resolved(&document, &described["responses"][&status]);
            let refused = resolved(&document, &document["components"]["responses"]["BadFormat"]);
            let told_at_200 = !gate.is_empty() && answer["errors"].get("message").is_some();
            let response = if told_at_200 { refused } else { response };
            let schema = &response["content"]["application/json"]["schema"];
            assert!(!schema.is_null(), "{name}: status {status} is not described");
            assert_eq!(misfit(&document, schema, &answer, "answer"), None, "{name}");
            answers += 1;
            if let Some(request) = read("request.json").filter(|_| status == "200" && !told_at_200) {
                let schema = &described["requestBody"]["content"]["application/json"]["schema"];
                let params = &schema["properties"]["params"];
                // An empty PHP map, or nothing, is as good as an empty object.
                if let Some(sent) = request.get("params").filter(|sent| sent.is_object()) {
                    assert_eq!(misfit(&document, params, sent, "params"), None, "{name}");
                    requests += 1;
                }
            }
        }
    }
    assert!(answers > 60 && requests > 15, "{answers} answers, {requests} requests");
}

#[tokio::test]
async fn the_document_is_served() {
    let answer = Site::new().await.get("/api/admin/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(answer.body, admin_openapi_json());
}
