//! The OpenAPI document against the router and against every golden pair of the dialect.

use std::collections::BTreeSet;
use std::fs;
use std::path::{Path, PathBuf};

use axum::http::StatusCode;
use crossdock_wire::checkout::openapi::document as openapi_json;
use crossdock_wire::checkout::{CheckoutOperation, KEPT_PATH, PUBLIC_PATH, Version};
use serde_json::Value;

use super::site::Site;

fn document() -> Value {
    serde_json::from_str(&openapi_json()).expect("JSON")
}

/// Follows `$ref`.
pub(super) fn resolved<'a>(document: &'a Value, schema: &'a Value) -> &'a Value {
    match schema.get("$ref").and_then(Value::as_str) {
        Some(reference) => document
            .pointer(reference.strip_prefix('#').expect("a local reference"))
            .unwrap_or_else(|| panic!("{reference} leads nowhere")),
        None => schema,
    }
}

/// Why `value` does not fit, as far as the document says anything. Objects may not hold more than their schema.
pub(super) fn misfit(document: &Value, schema: &Value, value: &Value, at: &str) -> Option<String> {
    let schema = resolved(document, schema);
    for key in ["oneOf", "anyOf"] {
        if let Some(choices) = schema.get(key).and_then(Value::as_array) {
            let misfits: Vec<_> = choices.iter().map(|choice| misfit(document, choice, value, at)).collect();
            return misfits.iter().all(Option::is_some).then(|| format!("{at}: {misfits:?}"));
        }
    }
    let types: Vec<&str> = match schema.get("type") {
        Some(Value::String(one)) => vec![one],
        Some(Value::Array(many)) => many.iter().filter_map(Value::as_str).collect(),
        _ => return None,
    };
    let kind = match value {
        Value::Null => "null",
        Value::Bool(_) => "boolean",
        Value::String(_) => "string",
        Value::Array(_) => "array",
        Value::Object(_) => "object",
        Value::Number(number) if number.to_string().bytes().all(|b| b.is_ascii_digit() || b == b'-') => "integer",
        Value::Number(_) => "number",
    };
    let fits = types.contains(&kind) || (kind == "integer" && types.contains(&"number"));
    if !fits {
        return Some(format!("{at}: {kind} is none of {types:?}"));
    }
    match value {
        Value::Array(elements) => elements
            .iter()
            .enumerate()
            .find_map(|(index, element)| misfit(document, &schema["items"], element, &format!("{at}[{index}]"))),
        Value::Object(map) => {
            let properties = schema.get("properties").and_then(Value::as_object).cloned().unwrap_or_default();
            let required = schema.get("required").and_then(Value::as_array).cloned().unwrap_or_default();
            let missing = required.iter().filter_map(Value::as_str).find(|key| !map.contains_key(*key));
            if let Some(missing) = missing {
                return Some(format!("{at}: no {missing}"));
            }
            map.iter().find_map(|(key, value)| match properties.get(key) {
                Some(property) => misfit(document, property, value, &format!("{at}.{key}")),
                None => match schema.get("additionalProperties") {
                    Some(Value::Bool(true)) => None,
                    Some(each) if each.is_object() => misfit(document, each, value, &format!("{at}.{key}")),
                    _ => Some(format!("{at}: {key} is not documented")),
                },
            })
        }
        _ => None,
    }
}

/// How many references a document has; each of them leads somewhere.
pub(super) fn references(document: &Value) -> usize {
    let (mut left, mut references) = (vec![document], 0);
    while let Some(value) = left.pop() {
        match value {
            Value::Object(map) => {
                resolved(document, value);
                references += usize::from(map.contains_key("$ref"));
                left.extend(map.values());
            }
            Value::Array(list) => left.extend(list),
            _ => {}
        }
    }
    references
}

/// The folders in a folder, by name.
pub(super) fn folders(of: &Path) -> BTreeSet<PathBuf> {
    let entries = fs::read_dir(of).expect("a folder");
    entries.map(|entry| entry.expect("an entry").path()).filter(|path| path.is_dir()).collect()
}

/// A line of a case's settings.
pub(super) fn setting(about: &str, name: &str, otherwise: &str) -> String {
    let line = about.lines().find_map(|line| line.strip_prefix(name)?.trim_start().strip_prefix('='));
    line.map_or(otherwise, |value| value.trim().trim_matches('"')).to_owned()
}

/// Every golden pair: name, version, status, request when it is JSON, answer.
fn golden_pairs() -> Vec<(String, String, String, Option<Value>, Value)> {
    let root = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../fixtures/wire/checkout");
    let mut pairs = Vec::new();
    for operation in folders(&root) {
        for case in folders(&operation) {
            let about = fs::read_to_string(case.join("case.toml")).expect("case.toml");
            let json = |name: &str| {
                let text = fs::read_to_string(case.join(name)).ok()?;
                serde_json::from_str::<Value>(&text).ok()
            };
            let name = case.strip_prefix(&root).expect("below").display().to_string();
            let answer = json("response.json").unwrap_or_else(|| panic!("{name} has no answer"));
            let (version, status) = (setting(&about, "version", "v1"), setting(&about, "status", "200"));
            pairs.push((name, version, status, json("request.json"), answer));
        }
    }
    assert!(pairs.len() > 100, "the golden pairs are somewhere else");
    pairs
}

#[test]
fn the_document_is_the_same_at_every_call_and_every_reference_in_it_leads_somewhere() {
    assert_eq!(openapi_json(), openapi_json());
    let document = document();
    assert_eq!(document["openapi"], "3.1.0");
    let references = references(&document);
    assert!(references > 100, "{references}");
}

#[tokio::test]
async fn it_is_served_and_names_exactly_the_paths_that_are_routed() {
    let site = Site::new().await;
    let answer = site.get("/openapi.json").await;
    assert_eq!((answer.status, answer.header("content-type")), (StatusCode::OK, "application/json"));
    assert_eq!(answer.body, openapi_json());
    let documented: BTreeSet<String> = document()["paths"].as_object().expect("paths").keys().cloned().collect();
    let wanted =
        CheckoutOperation::ALL.iter().flat_map(|operation| Version::ALL.map(|version| operation.path(version)));
    assert_eq!(documented, wanted.chain([PUBLIC_PATH, KEPT_PATH]).map(str::to_owned).collect());
    for path in documented.into_iter().filter(|path| !path.contains('{')) {
        assert_ne!(site.post(&path, &[], "{}").await.status, StatusCode::NOT_FOUND, "{path}");
    }
}

#[test]
fn every_golden_answer_fits_its_schema() {
    let document = document();
    for (name, version, status, _, answer) in golden_pairs() {
        let operation = name.split('/').next().expect("an operation");
        let responses = &document["paths"][format!("/{version}/{operation}")]["post"]["responses"];
        let response = resolved(&document, &responses[&status]);
        let schema = &response["content"]["application/json"]["schema"];
        assert!(!schema.is_null(), "{name}: status {status} is not documented");
        assert_eq!(misfit(&document, schema, &answer, "answer"), None, "{name}");
    }
}

#[test]
fn every_golden_request_that_is_answered_fits_its_schema() {
    let document = document();
    for (name, version, _, request, answer) in golden_pairs() {
        // These show that more is accepted than is worth telling.
        let odd = ["unknown-keys", "repeated-key", "plain-texts-and-numbers"].iter().any(|odd| name.ends_with(odd));
        let Some(request) = request.filter(|_| !odd && answer.get("error").is_none()) else { continue };
        let operation = name.split('/').next().expect("an operation");
        let body = &document["paths"][format!("/{version}/{operation}")]["post"]["requestBody"];
        let schema = &body["content"]["application/json"]["schema"];
        assert_eq!(misfit(&document, schema, &request, "request"), None, "{name}");
    }
}

/// `for item: 2`.
const POSITION: [&str; 3] = ["for", "item", "tracking"];

#[test]
fn every_kind_of_error_text_of_the_golden_pairs_is_in_the_document() {
    // Ids, numbers, names and positions vary; what stays is the text without them.
    let skeleton = |text: &str| -> String {
        let text = text.strip_prefix("Parameter ").and_then(|text| text.split_once(' ')).map_or(text, |(_, text)| text);
        // What was sent stands behind a key: `orderId: abc is not …`.
        let text = match text.split_once("Id: ") {
            Some((head, tail)) => format!("{head} {}", tail.find(" is ").map_or("", |at| &tail[at..])),
            None => text.to_owned(),
        };
        let words = text.split([' ', ',', ':']).filter(|word| !word.is_empty());
        let fixed = |word: &str| word.bytes().all(|b| b.is_ascii_lowercase() || b == b'.') && !POSITION.contains(&word);
        words.filter(|word| fixed(word)).collect::<Vec<_>>().join(" ")
    };
    let document = document();
    let mut missing = Vec::new();
    for (name, version, status, _, answer) in golden_pairs() {
        let Some(error) = answer.get("error").and_then(Value::as_str) else { continue };
        let operation = name.split('/').next().expect("an operation");
        let responses = &document["paths"][format!("/{version}/{operation}")]["post"]["responses"];
        let examples = &responses[&status]["content"]["application/json"]["examples"];
        let examples = examples.as_object().unwrap_or_else(|| panic!("{name}: no examples for {status}"));
        let texts: Vec<&str> = examples.values().filter_map(|example| example["value"]["error"].as_str()).collect();
        if !texts.iter().any(|text| skeleton(text) == skeleton(error)) {
            missing.push(format!("{name}: {error}"));
        }
    }
    assert!(missing.is_empty(), "{missing:#?}");
}
