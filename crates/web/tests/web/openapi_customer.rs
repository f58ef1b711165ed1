//! The Customer API's OpenAPI document against the table of gates and every golden pair in JSON.

use std::collections::BTreeSet;
use std::fs;
use std::path::Path;

use axum::http::StatusCode;
use crossdock_wire::customer::gates::Method;
use crossdock_wire::customer::openapi::document as customer_openapi_json;
use serde_json::Value;

use super::openapi::{folders, misfit, references};
use super::site::Site;

fn document() -> Value {
    serde_json::from_str(&customer_openapi_json()).expect("JSON")
}

fn path(method: Method) -> String {
    format!("/customer-api/?gate={}/1/json", method.name())
}

#[test]
fn every_gate_is_described_and_every_reference_leads_somewhere() {
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let described: BTreeSet<String> = document["paths"].as_object().expect("paths").keys().cloned().collect();
    let feeds = ["full", "light"].map(|name| format!("/feeds/{name}.xml"));
    assert_eq!(described, Method::ALL.into_iter().map(path).chain(feeds).collect());
    assert!(references(&document) > 50, "{}", references(&document));
}

#[test]
fn golden_pairs_fit_the_document() {
    let document = document();
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire/customer");
    let mut checked = 0;
    for operation in folders(&root) {
        let name = operation.file_name().expect("a name").to_string_lossy().replacen('.', "/", 1);
        let Some(method) = Method::from_name(&name) else { continue };
        let described = &document["paths"][path(method)]["post"];
        for case in folders(&operation) {
            let read =
                |file: &str| -> Option<Value> { serde_json::from_str(&fs::read_to_string(case.join(file)).ok()?).ok() };
            let Some(answer) = read("response.json") else { continue };
            let schema = &described["responses"]["200"]["content"]["application/json"]["schema"];
            assert_eq!(misfit(&document, schema, &answer, "answer"), None, "{}", case.display());
            checked += 1;
        }
    }
    assert!(checked > 40, "the golden pairs are somewhere else");
}

#[tokio::test]
async fn the_document_is_served() {
    let answer = Site::new().await.get("/customer-api/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(answer.body, customer_openapi_json());
}
